//! One session over any transport but WebSocket, with its clock: where the requests of a client meet the connection of
//! the [`Handler`](crate::net::Handler).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::frame::Farewell;
use super::state::{Attached, Parting, State};
use crate::broker::{Close, How, Outgoing};
use crate::net::{Received, Session};

/// A session and what is known of its client.
pub(super) struct Link {
    state: Mutex<State>,
    session: Arc<dyn Session>,
    /// For the request that receives: look again.
    ready: Notify,
    /// For the task that [`keep`](Self::keep)s: the deadline changed.
    changed: Notify,
    /// The session was told that its transport is gone.
    ended: AtomicBool,
    /// The client is not to be told why.
    cut: AtomicBool,
}

impl Link {
    pub(super) fn new(session: Arc<dyn Session>, disconnect_delay: Duration) -> Self {
        Self {
            state: Mutex::new(State::new(disconnect_delay)),
            session,
            ready: Notify::new(),
            changed: Notify::new(),
            ended: AtomicBool::new(false),
            cut: AtomicBool::new(false),
        }
    }

    /// A request wants to receive.
    pub(super) fn attach(self: &Arc<Self>, heartbeat_delay: Duration) -> Result<Receiver, Farewell> {
        // Not in the match itself, which would hold the lock to its end.
        let attached = self.state().attach();
        match attached {
            Attached::Refused(farewell) => {
                // The client is told now, by whichever request.
                if self.state().farewell().is_some() {
                    self.end();
                }
                Err(farewell)
            }
            Attached::Receiver { first } => {
                let link = Arc::clone(self);
                Ok(Receiver { link, first, over: false, beat_at: Instant::now() + heartbeat_delay, heartbeat_delay })
            }
        }
    }

    /// Messages came. What comes for a session that is closed is left lying, as it is in any closed socket.
    pub(super) fn receive(&self, messages: &[String]) {
        for message in messages {
            if self.state().farewell().is_some() {
                tracing::debug!("a message for a SockJS session that is closed");
                return;
            }
            self.session.receive(Received::Text(message));
        }
    }

    /// Watches the clock and the session until `forget` says that the session is over, which it asks at each deadline.
    ///
    /// The session's own wake is waited for here and nowhere else: that it is to be cut must be noticed even while no
    /// request receives.
    pub(super) async fn keep(self: Arc<Self>, forget: impl Fn(&Self, Instant) -> bool + Send) {
        loop {
            let deadline = self.state().deadline();
            let passes = async {
                match deadline {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.session.wake().notified() => {
                    if self.session.is_cut().is_some() {
                        self.cut();
                    }
                    self.ready.notify_one();
                }
                () = self.changed.notified() => {}
                () = passes => {
                    if forget(&self, Instant::now()) {
                        self.end();
                        return;
                    }
                }
            }
        }
    }

    /// Whether the session is to be forgotten.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.state().is_over(now)
    }

    /// The transport breaks off: what a client sees if a connection is reset.
    fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
        self.state().close(Instant::now(), Farewell::INTERRUPTED);
        self.end();
    }

    /// Tells the session that its transport is gone, once.
    fn end(&self) {
        if !self.ended.swap(true, Ordering::Relaxed) {
            self.session.closed();
        }
        self.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that receives. Dropped before [`complete`](Self::complete), it has broken off, and so has the session.
pub(super) struct Receiver {
    link: Arc<Link>,
    /// The open frame is to be sent.
    first: bool,
    over: bool,
    beat_at: Instant,
    heartbeat_delay: Duration,
}

/// What a request that receives has to send.
#[derive(Debug)]
pub(super) enum Event {
    /// The session is open.
    Open,
    /// Messages.
    Messages(Vec<Outgoing>),
    /// Nothing came for a while.
    Heartbeat,
    /// The session is closed: the request's last event.
    Closed(Farewell),
    /// The response is to break off: the request's last event.
    Cut,
}

impl Receiver {
    /// Waits for the next event. Takes messages of about `max_bytes`.
    pub(super) async fn next(&mut self, max_bytes: usize) -> Event {
        let event = if std::mem::take(&mut self.first) { Event::Open } else { self.wait(max_bytes).await };
        self.beat_at = Instant::now() + self.heartbeat_delay;
        event
    }

    async fn wait(&mut self, max_bytes: usize) -> Event {
        let link = Arc::clone(&self.link);
        loop {
            let farewell = link.state().farewell().cloned();
            if let Some(farewell) = farewell {
                let cut = link.cut.load(Ordering::Relaxed);
                return if cut { Event::Cut } else { Event::Closed(farewell) };
            }
            let mut messages = Vec::new();
            match link.session.take(max_bytes, &mut messages).close {
                Some(Close { how: How::Cut | How::Reset, .. }) => link.cut(),
                Some(close) => {
                    let farewell = Farewell { code: close.code, reason: close.reason };
                    link.state().close(Instant::now(), farewell);
                }
                None => {}
            }
            if !messages.is_empty() {
                return Event::Messages(messages);
            }
            if link.state().farewell().is_some() {
                continue;
            }
            tokio::select! {
                () = link.ready.notified() => {}
                () = sleep_until(self.beat_at) => return Event::Heartbeat,
            }
        }
    }

    /// What was to be sent cannot be: the session is closed with these words.
    pub(super) fn give_up(&self, farewell: Farewell) {
        self.link.state().close(Instant::now(), farewell);
    }

    /// The response is complete. `told`: its last event was the farewell.
    pub(super) fn complete(mut self, told: bool) {
        self.part(Parting::Complete);
        if told {
            self.link.end();
        }
    }

    fn part(&mut self, parting: Parting) {
        if !std::mem::replace(&mut self.over, true) {
            self.link.state().detach(Instant::now(), parting);
            self.link.changed.notify_one();
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let broken_off = !self.over;
        self.part(Parting::BrokenOff);
        if broken_off {
            self.link.end();
        }
    }
}
