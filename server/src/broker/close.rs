//! Why a connection ends.

use std::borrow::Cow;

/// Why and how the broker closes a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The close code of a WebSocket (RFC 6455, 7.4.1): 1000 after a `DISCONNECT`, 1001 when the server stops, 1002
    /// when the client broke the protocol, 1008 when it may not, or reads too slowly, 1009 when a frame was too big.
    pub code: u16,
    /// The reason in a few words.
    pub reason: Cow<'static, str>,
    /// How to go about it.
    pub how: How,
}

/// How a connection is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// What was taken is sent, then the transport's own farewell.
    #[default]
    Politely,
    /// At once, with no farewell, even in the middle of a write.
    Cut,
    /// The same, and so that the other side's system reports a reset connection.
    Reset,
}

impl Close {
    pub(super) const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason), how: How::Politely }
    }
}

/// A client did what it may not, or what the server cannot do. It gets an `ERROR` frame and is disconnected.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    /// "The `ERROR` frame SHOULD contain a `message` header with a short description of the error" (STOMP 1.2, ERROR)
    pub(super) message: Cow<'static, str>,
    /// "and the body MAY contain more detailed information": the body.
    pub(super) detail: String,
    pub(super) code: u16,
    /// More headers of the `ERROR` frame.
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Violation {
    /// The client broke the protocol.
    pub(super) fn protocol(message: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { message: message.into(), detail: detail.into(), code: 1002, headers: Vec::new() }
    }

    /// The client may not do this, or went over a limit.
    pub(super) fn refused(message: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { code: 1008, ..Self::protocol(message, detail) }
    }

    pub(super) fn missing_header(command: &str, name: &'static str) -> Self {
        Self::protocol(
            format!("{command} without a {name} header"),
            format!("A {command} frame must have the header '{name}'. Nothing was done."),
        )
    }
}
