//! The sessions of one endpoint by their id.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::frame::Farewell;
use super::link::{Link, Receiver};
use super::options::SockJs;
use super::state::LONG;
use crate::net::Handler;

/// The sessions of one endpoint.
#[derive(Clone)]
pub(super) struct Sessions(Arc<Inner>);

struct Inner {
    handler: Arc<dyn Handler>,
    disconnect_delay: Duration,
    heartbeat_delay: Duration,
    max: usize,
    by_id: Mutex<HashMap<Arc<str>, Arc<Link>>>,
}

/// Why a request may not receive.
pub(super) enum Refused {
    /// The client is told in a frame.
    Farewell(Farewell),
    /// There is no place for a new session.
    Full,
}

impl Sessions {
    pub(super) fn new(handler: Arc<dyn Handler>, options: &SockJs) -> Self {
        Self(Arc::new(Inner {
            handler,
            disconnect_delay: options.disconnect_delay,
            heartbeat_delay: options.heartbeat_delay.min(LONG),
            max: options.max_sessions,
            by_id: Mutex::default(),
        }))
    }

    /// A request wants to receive. "When server receives a request with unknown `session_id` it must recognize that as
    /// request for a new session."
    pub(super) fn attach(&self, id: &str) -> Result<Receiver, Refused> {
        let mut by_id = self.by_id();
        let link = match by_id.get(id) {
            Some(link) => Arc::clone(link),
            None => {
                if by_id.len() >= self.0.max {
                    return Err(Refused::Full);
                }
                let session = self.0.handler.open().ok_or(Refused::Full)?;
                let link = Arc::new(Link::new(session, self.0.disconnect_delay));
                let id: Arc<str> = id.into();
                by_id.insert(Arc::clone(&id), Arc::clone(&link));
                let sessions = self.clone();
                tokio::spawn(Arc::clone(&link).keep(move |link, now| {
                    // While nobody can attach.
                    let mut by_id = sessions.by_id();
                    let over = link.is_over(now);
                    if over {
                        by_id.remove(&id);
                    }
                    over
                }));
                link
            }
        };
        // Still with the lock, so that the session is not forgotten in between.
        link.attach(self.0.heartbeat_delay).map_err(Refused::Farewell)
    }

    /// A session that is there.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Link>> {
        self.by_id().get(id).cloned()
    }

    fn by_id(&self) -> MutexGuard<'_, HashMap<Arc<str>, Arc<Link>>> {
        self.0.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
