//! What can go wrong.

use std::sync::Arc;
use std::time::Duration;

use crate::client::Failure;
use crate::frame::Frame;
use crate::session::{UsageError, Violation};

/// Why something could not be done, or why a connection ended. Cheap to clone, and `Send`, so that it fits into every
/// error type of an application.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller asked for what cannot be: there is no connection, the transaction has ended, a header cannot be
    /// sent. Nothing was sent; the connection goes on.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The broker sent an `ERROR` frame, and the connection ended with it: a wrong password, no permission for a
    /// destination, a frame that it did not like. The frame's `message` header and its body say what it was.
    #[error("the broker reported an error: {}", message_of(.0))]
    Broker(Box<Frame>),
    /// Something was not done within its deadline.
    #[error("{what} took longer than {} ms{}", millis(.after), because(.cause.as_deref()))]
    Timeout {
        /// What was waited for.
        what: &'static str,
        /// The deadline.
        after: Duration,
        /// What last went wrong while waiting, if anything did.
        cause: Option<Box<Error>>,
    },
    /// The connection ended: by the broker, the network, or a page that was put away. What was sent and not confirmed
    /// by a receipt may or may not have arrived.
    #[error("the connection was lost (close code {code}{}{reason})", if .reason.is_empty() { "" } else { ": " })]
    ConnectionLost {
        /// The WebSocket close code; 1006 if there was no closing handshake, 0 if the transport gave none.
        code: u16,
        /// The WebSocket close reason, often empty.
        reason: String,
    },
    /// No data came from the broker for longer than its heart-beats allow.
    #[error("the connection was lost: no heart-beat came from the broker")]
    HeartbeatLost,
    /// The broker broke the STOMP protocol. Often the other side is no STOMP broker: look at the address.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// An attempt to connect failed.
    #[error(transparent)]
    Connect(#[from] Failure),
    /// The client was deactivated while something was waited for.
    #[error("the client was deactivated")]
    Deactivated,
    /// There is no connection, and the outbox has no room. Nothing was sent; publish again later, or drop it. See
    /// [`ClientBuilder::outbox`](crate::ClientBuilder::outbox).
    #[error("there is no connection, and the outbox is full")]
    OutboxFull,
    /// The message waited in the outbox for longer than
    /// [`ClientBuilder::outbox_max_age`](crate::ClientBuilder::outbox_max_age) allows, and was not sent.
    #[error("the message waited for a connection for too long, and was not sent")]
    Expired,
    /// A subscription's queue was full: see [`Overflow::End`](crate::Overflow::End).
    #[error("the subscription ended: {messages} messages were waiting to be read")]
    Overflow {
        /// How many messages were waiting.
        messages: usize,
    },
    /// The transaction belongs to a connection that is gone, and ended with it: begin another one.
    #[error("the transaction ended with its connection")]
    TransactionLost,
    /// A body could not be made into JSON, or JSON into a value.
    #[cfg(feature = "serde")]
    #[error("the JSON is not what was expected: {0}")]
    Json(#[source] Arc<serde_json::Error>),
    /// A body is not UTF-8: read it with [`Message::bytes`](crate::Message::bytes).
    #[error("the body is not text: {0}")]
    NotText(#[source] Arc<std::str::Utf8Error>),
    /// A value could not cross between Rust and JavaScript.
    #[error("the value cannot be handed to or taken from JavaScript: {0}")]
    JavaScript(String),
}

impl Error {
    /// Whether there was no connection.
    #[must_use]
    pub const fn is_not_connected(&self) -> bool {
        matches!(self, Self::Usage(UsageError::NotConnected))
    }

    /// Whether it was a deadline that passed.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }

    /// The broker's `ERROR` frame, if it was one.
    #[must_use]
    pub fn broker_frame(&self) -> Option<&Frame> {
        match self {
            Self::Broker(frame) => Some(frame),
            Self::Timeout { cause: Some(cause), .. } => cause.broker_frame(),
            _ => None,
        }
    }
}

fn message_of(frame: &Frame) -> &str {
    let body = || std::str::from_utf8(&frame.body).ok().and_then(|body| body.lines().next());
    frame.header("message").or_else(body).unwrap_or("it gave no reason")
}

/// Not the 128 bits that `as_millis` answers: to write these takes half a KB of wasm.
fn millis(time: &Duration) -> usize {
    usize::try_from(time.as_millis()).unwrap_or(usize::MAX)
}

fn because(cause: Option<&Error>) -> String {
    cause.map_or_else(String::new, |cause| format!("; the last attempt failed: {cause}"))
}
