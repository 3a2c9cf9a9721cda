//! What goes into a session and what comes out.

use super::Violation;
use super::subscriptions::SubscriptionKey;
use crate::frame::{Frame, Version, shown};

/// A message of the transport.
#[derive(Clone, Copy, Debug)]
pub enum Data<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
}

impl<'a> Data<'a> {
    pub(crate) const fn as_bytes(self) -> &'a [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

/// What the transport is to do, in this order.
///
/// `Debug` shows no secrets: see [`is_secret`](crate::frame::is_secret).
#[derive(Clone, PartialEq, Eq)]
pub enum Transmit {
    /// Send a text message.
    Text(String),
    /// Send a binary message.
    Binary(Vec<u8>),
    /// Close the connection, after what was sent before.
    Close(CloseCode),
}

impl std::fmt::Debug for Transmit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.debug_tuple("Text").field(&shown(text)).finish(),
            Self::Binary(bytes) => f.debug_tuple("Binary").field(&shown(&String::from_utf8_lossy(bytes))).finish(),
            Self::Close(code) => f.debug_tuple("Close").field(code).finish(),
        }
    }
}

/// Why the session closes the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCode {
    /// An orderly end: the broker has confirmed everything.
    Done,
    /// An orderly end was asked for, but the broker did not confirm it in time.
    Unconfirmed,
    /// The broker sent `ERROR` and did not close.
    BrokerError,
    /// No data came for too long.
    HeartbeatLost,
    /// The broker broke the protocol.
    Violation,
}

impl CloseCode {
    /// The WebSocket close code. A browser lets a page send 1000 and 3000 to 4999 only.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Done => 1000,
            Self::Unconfirmed => 4001,
            Self::BrokerError => 4002,
            Self::HeartbeatLost => 4003,
            Self::Violation => 4004,
        }
    }

    /// The WebSocket close reason, at most 123 bytes.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Done => "",
            Self::Unconfirmed => "the broker did not confirm the DISCONNECT in time",
            Self::BrokerError => "the broker sent an ERROR frame",
            Self::HeartbeatLost => "no heart-beat from the broker",
            Self::Violation => "the broker broke the STOMP protocol",
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The broker accepted the connection.
    Connected {
        /// The version that is spoken from here on.
        version: Version,
        /// The `CONNECTED` frame.
        frame: Frame,
    },
    /// A message arrived.
    Message {
        /// The subscription that it is for; none if it is for no subscription of this session, such as one that was
        /// ended a moment ago, or a temporary queue that the broker subscribed by itself.
        subscription: Option<SubscriptionKey>,
        /// The `MESSAGE` frame.
        frame: Frame,
    },
    /// A `RECEIPT` arrived.
    Receipt {
        /// Whether it was asked for by [`Session::watch_receipt`](super::Session::watch_receipt), and the key that was
        /// given there.
        watcher: Option<u32>,
        /// The `RECEIPT` frame.
        frame: Frame,
    },
    /// The broker reported an error. It "MUST then close the connection just after sending the `ERROR` frame"; if it
    /// does not, the session does. Nothing is sent any more.
    Error(Frame),
    /// A frame that a broker has no business to send, or whose command nobody knows.
    Unhandled(Frame),
    /// Line ends came between frames.
    HeartbeatReceived,
    /// Nothing came for too long. The session closes the transport.
    HeartbeatLost,
    /// The broker confirmed the `DISCONNECT` with this `RECEIPT`. The session closes the transport.
    Disconnected(Frame),
    /// The broker broke the protocol. The session closes the transport.
    Violation(Violation),
}
