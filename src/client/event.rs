//! What comes out of a client.

use crate::frame::{is_error, push_number, shown};
use crate::session::{self, CloseCode, UsageError};

/// Whether the client is to be connected. The numbers are those of stomp.js's `ActivationState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// The client connects, and connects again when the connection is lost.
    Active = 0,
    /// The client is ending its connection.
    Deactivating = 1,
    /// The client does nothing.
    Inactive = 2,
}

/// What the driver is to do, in this order.
///
/// `Debug` shows no secrets: see [`is_secret`](crate::frame::is_secret).
#[derive(Clone, PartialEq, Eq)]
pub enum Action {
    /// Open a transport, and answer with [`Client::handle_opened`](super::Client::handle_opened),
    /// [`Client::handle_open_failed`](super::Client::handle_open_failed) or
    /// [`Client::handle_closed`](super::Client::handle_closed).
    Open,
    /// Send a text message.
    SendText(String),
    /// Send a binary message.
    SendBinary(Vec<u8>),
    /// Close the transport, after what was sent before, and answer with
    /// [`Client::handle_closed`](super::Client::handle_closed) when it is closed.
    Close(CloseCode),
    /// Forget the transport: close it if that is possible, and tell nothing more of it. The client counts it as
    /// closed already.
    Discard,
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open => f.write_str("Open"),
            Self::SendText(text) => f.debug_tuple("SendText").field(&shown(text)).finish(),
            Self::SendBinary(bytes) => {
                f.debug_tuple("SendBinary").field(&shown(&String::from_utf8_lossy(bytes))).finish()
            }
            Self::Close(code) => f.debug_tuple("Close").field(code).finish(),
            Self::Discard => f.write_str("Discard"),
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// [`Client::activation`](super::Client::activation) changed.
    Activation(Activation),
    /// A connection is about to be made: refresh what it needs (a token, the address), then answer with
    /// [`Client::handle_prepared`](super::Client::handle_prepared).
    Prepare,
    /// Something happened on the connection.
    Session(session::Event),
    /// An attempt to connect failed. The client tries again after the delay, if it is told to.
    Failed(Failure),
    /// The transport is closed: by its own report, or because it was given up (`discarded`).
    Closed {
        /// Whether it was given up without waiting for its report.
        discarded: bool,
    },
    /// The next attempt to connect comes after so many ms.
    Reconnecting(u64),
    /// What [`Client::deactivate`](super::Client::deactivate) asked for is done.
    Deactivated,
}

/// Why an attempt to connect failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// What was to happen before connecting failed, such as fetching a token.
    Prepare(String),
    /// The transport could not be made: a malformed address, or no WebSocket here.
    Open(String),
    /// The connection was not established within the deadline.
    Timeout(u64),
    /// What was given for the `CONNECT` frame cannot be sent.
    Connect(UsageError),
}

impl Failure {
    /// The text of the error, as `Display` shows it.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Prepare(reason) => "preparing the connection failed: ".to_owned() + reason,
            Self::Open(reason) => "the connection could not be opened: ".to_owned() + reason,
            Self::Timeout(ms) => {
                let mut text = "Connection not established in ".to_owned();
                push_number(&mut text, usize::try_from(*ms).unwrap_or(usize::MAX));
                text + "ms"
            }
            Self::Connect(error) => "the connection could not be begun: ".to_owned() + &error.message(),
        }
    }
}

is_error!(Failure);

impl From<UsageError> for Failure {
    fn from(error: UsageError) -> Self {
        Self::Connect(error)
    }
}
