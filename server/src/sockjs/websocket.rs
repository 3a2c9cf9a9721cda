//! SockJS inside a WebSocket: the same frames, each in a message.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::frame::{Farewell, HEARTBEAT, NotText, OPEN, messages};
use super::payload::single_or_array;
use super::state::LONG;
use crate::broker::{Close, How, Outgoing, Taken};
use crate::net::{Received, Session};

/// A session as a WebSocket carries it: with the frames of SockJS around its messages.
pub(super) struct Framed {
    session: Arc<dyn Session>,
    state: Mutex<State>,
    heart: AbortHandle,
}

#[derive(Debug, Default)]
struct State {
    /// The open frame was sent.
    open: bool,
    /// Something was sent since the heart last beat.
    busy: bool,
    /// A heart-beat is to be sent.
    beat: bool,
    /// The client broke the protocol.
    broken: Option<Close>,
}

impl Framed {
    pub(super) fn open(session: Arc<dyn Session>, heartbeat_delay: Duration) -> Arc<Self> {
        // For the open frame.
        session.wake().notify_one();
        Arc::new_cyclic(|framed| {
            let heart = tokio::spawn(beat(framed.clone(), heartbeat_delay.min(LONG))).abort_handle();
            Self { session, state: Mutex::default(), heart }
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the connection because of the client.
    fn break_off(&self, reason: &'static str) {
        let close = Close { code: 1002, reason: reason.into(), how: How::Politely };
        self.state().broken.get_or_insert(close);
        self.session.wake().notify_one();
    }
}

async fn beat(framed: Weak<Framed>, delay: Duration) {
    loop {
        tokio::time::sleep(delay).await;
        let Some(framed) = framed.upgrade() else { return };
        let mut state = framed.state();
        if !std::mem::take(&mut state.busy) {
            state.beat = true;
            framed.session.wake().notify_one();
        }
    }
}

impl Session for Framed {
    fn receive(&self, data: Received<'_>) {
        if self.state().broken.is_some() {
            return;
        }
        let Received::Text(text) = data else {
            return self.break_off("SockJS carries text only");
        };
        match single_or_array(text) {
            Ok(messages) => {
                for message in &messages {
                    self.session.receive(Received::Text(message));
                }
            }
            // "When user sends broken data - broken JSON for example, the server must abruptly terminate the ws
            // connection."
            Err(_) => self.break_off("Broken JSON encoding."),
        }
    }

    fn wake(&self) -> &Notify {
        self.session.wake()
    }

    fn take(&self, max_bytes: usize, out: &mut Vec<Outgoing>) -> Taken {
        let mut state = self.state();
        if !state.open {
            state.open = true;
            out.push(Outgoing::text(OPEN));
            return Taken { more: true, close: None };
        }
        if let Some(close) = &state.broken {
            return Taken { more: false, close: Some(close.clone()) };
        }
        let mut inner = Vec::new();
        let mut taken = self.session.take(max_bytes, &mut inner);
        let beat = std::mem::take(&mut state.beat);
        if !inner.is_empty() {
            match messages(&inner) {
                Ok(frame) => out.push(Outgoing::text(frame)),
                Err(NotText) => {
                    tracing::error!("a handler gave SockJS something to send that is not text");
                    let Farewell { code, reason } = NotText::FAREWELL;
                    taken = Taken { more: false, close: Some(Close { code, reason, how: How::Politely }) };
                }
            }
            state.busy = true;
        } else if beat {
            out.push(Outgoing::text(HEARTBEAT));
        }
        if let Some(Close { code, reason, how: How::Politely }) = &taken.close {
            out.push(Outgoing::text(Farewell { code: *code, reason: reason.clone() }.frame()));
        }
        taken
    }

    fn is_cut(&self) -> Option<How> {
        self.session.is_cut()
    }

    fn closed(&self) {
        self.heart.abort();
        self.session.closed();
    }
}
