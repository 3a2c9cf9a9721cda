//! STOMP where only text can pass.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::BinaryBodies;
use crate::broker::{Close, How, Outgoing, Taken};
use crate::net::{Handler, Received, Session};

/// Keeps what is not text from a transport that carries nothing else, and tells the client.
pub(crate) struct TextOnly<H> {
    inner: H,
    policy: BinaryBodies,
}

impl<H: Handler> TextOnly<H> {
    pub(crate) const fn new(inner: H, policy: BinaryBodies) -> Self {
        Self { inner, policy }
    }
}

impl<H: Handler> Handler for TextOnly<H> {
    fn open(&self) -> Option<Arc<dyn Session>> {
        let session = self.inner.open()?;
        Some(Arc::new(TextSession { session, policy: self.policy, refused: Mutex::new(None) }))
    }
}

struct TextSession {
    session: Arc<dyn Session>,
    policy: BinaryBodies,
    /// Why nothing is taken any more.
    refused: Mutex<Option<Close>>,
}

impl Session for TextSession {
    fn receive(&self, data: Received<'_>) {
        if self.refused.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            self.session.receive(data);
        }
    }

    fn wake(&self) -> &Notify {
        self.session.wake()
    }

    fn take(&self, max_bytes: usize, out: &mut Vec<Outgoing>) -> Taken {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(close) = &*refused {
            return Taken { more: false, close: Some(close.clone()) };
        }
        let begin = out.len();
        let taken = self.session.take(max_bytes, out);
        let Some(first) = out.iter().skip(begin).position(|frame| !frame.is_text()).map(|at| begin + at) else {
            return taken;
        };
        match self.policy {
            BinaryBodies::Error => {
                let error = out.get(first).map(|frame| error(&frame.to_vec()));
                out.truncate(first);
                out.extend(error.map(Outgoing::text));
                let close = Close { code: 1003, reason: REASON.into(), how: How::Politely };
                *refused = Some(close.clone());
                Taken { more: false, close: Some(close) }
            }
            BinaryBodies::Skip => {
                out.retain(|frame| {
                    let keep = frame.is_text();
                    if !keep {
                        let (destination, id) = names(&frame.to_vec());
                        tracing::warn!(destination, message_id = id, "left out for a SockJS client: {REASON}");
                    }
                    keep
                });
                // There may be nothing left of what was taken, and more to take.
                if out.len() == begin && taken.more {
                    self.session.wake().notify_one();
                }
                taken
            }
        }
    }

    fn is_cut(&self) -> Option<How> {
        self.session.is_cut()
    }

    fn closed(&self) {
        self.session.closed();
    }
}

const REASON: &str = "a message that is not UTF-8 cannot pass SockJS";

/// The `ERROR` frame for a `MESSAGE` frame.
fn error(frame: &[u8]) -> String {
    let (destination, id) = names(frame);
    let body = format!(
        "The message {id} of {destination} is not UTF-8, and SockJS carries text only. Subscribe over a WebSocket that does \
         not go through SockJS, or send such bodies in an encoding such as base64."
    );
    let length = body.len();
    format!("ERROR\nmessage:{REASON}\ncontent-type:text/plain\ncontent-length:{length}\n\n{body}\0")
}

/// The values of `destination` and `message-id`, still escaped, for people to read.
fn names(frame: &[u8]) -> (String, String) {
    let head = frame.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let (mut destination, mut id) = (String::new(), String::new());
    for line in head {
        if let Some(value) = line.strip_prefix(b"destination:") {
            destination = String::from_utf8_lossy(value).into_owned();
        } else if let Some(value) = line.strip_prefix(b"message-id:") {
            id = String::from_utf8_lossy(value).into_owned();
        }
    }
    (destination, id)
}
