//! Who erred: the caller or the peer.

use crate::frame::{DecodeError, EncodeError, Version, is_error, join};

/// The caller asked for what cannot be. Nothing was sent, and the session goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UsageError {
    /// There is no connection, or it is being closed: "Clients MUST NOT send any more frames after the `DISCONNECT`
    /// frame is sent." (STOMP 1.2, DISCONNECT). Wait until connected.
    NotConnected,
    /// The message came on an earlier connection, which took its acknowledgement with it. The broker will deliver it
    /// again.
    StaleMessage,
    /// A frame cannot be put on the wire.
    Encode(EncodeError),
    /// `SEND` and `SUBSCRIBE` require a destination.
    MissingDestination,
    /// "Within the same connection, different subscriptions MUST use different subscription identifiers." (STOMP 1.2,
    /// SUBSCRIBE id Header). Leave the id out to get one.
    DuplicateSubscription(String),
    /// "This header MUST match the subscription identifier of an existing subscription." (STOMP 1.2, UNSUBSCRIBE)
    UnknownSubscription(String),
    /// "The valid values for the `ack` header are `auto`, `client`, or `client-individual`."
    InvalidAckMode(String),
    /// "Transaction identifiers MUST be unique per connection." (STOMP 1.2, BEGIN). Leave the id out to get one.
    DuplicateTransaction(String),
    /// No such transaction was begun on this connection, or it has ended; a lost connection ends all.
    UnknownTransaction(String),
    /// The message needs no acknowledgement. Subscribe with `ack: client` or `client-individual` to acknowledge.
    NotAcknowledgeable,
    /// The broker gave no `ack` (1.2), `message-id` or `subscription` (1.1) header, so that nobody can say which
    /// message is meant.
    NothingToAcknowledge(&'static str),
    /// `NACK` came with STOMP 1.1.
    NoNack,
    /// The transport carries text only, and what is not text would arrive as something else. Have binary bodies encoded
    /// (`ClientBuilder::binary_encoding`; in the npm package, `binaryEncoding`), or connect by WebSocket.
    TextOnly,
    /// No version of STOMP is offered to the broker: the set of versions is empty, or holds none that this client
    /// speaks.
    NoVersion,
}

/// The peer broke the protocol. The session is over: the connection is closed, and the client connects anew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// What came is not STOMP, or over a limit.
    Decode(DecodeError),
    /// Something else than `CONNECTED` or `ERROR` came first.
    BeforeConnected,
    /// `CONNECTED` came again.
    SecondConnected,
    /// "The protocol that will be used for the rest of the session will be the highest protocol version that both the
    /// client and server have in common" (Protocol Negotiation): this one was not among those offered.
    VersionNotOffered,
    /// "When used, the `heart-beat` header MUST contain two positive integers separated by a comma." (Heart-beating)
    InvalidHeartbeat,
    /// A `RECEIPT` without `receipt-id`: "A `RECEIPT` frame MUST include the header `receipt-id`"
    MissingReceiptId,
}

impl UsageError {
    /// The text of the error, as `Display` shows it.
    #[must_use]
    pub fn message(&self) -> String {
        let parts = match self {
            Self::Encode(error) => return error.message(),
            Self::NotConnected => ["There is no underlying STOMP connection", "", ""],
            Self::StaleMessage => {
                ["the message came on an earlier connection and can no longer be acknowledged", "", ""]
            }
            Self::MissingDestination => ["a destination is required", "", ""],
            Self::DuplicateSubscription(id) => ["there is already a subscription with the id '", id, "'"],
            Self::UnknownSubscription(id) => ["there is no subscription with the id '", id, "'"],
            Self::InvalidAckMode(mode) => ["the ack mode must be auto, client or client-individual, not '", mode, "'"],
            Self::DuplicateTransaction(id) => ["there is already a transaction with the id '", id, "'"],
            Self::UnknownTransaction(id) => ["there is no transaction with the id '", id, "' on this connection"],
            Self::NotAcknowledgeable => {
                ["the message cannot be acknowledged: its subscription has the ack mode auto", "", ""]
            }
            Self::NothingToAcknowledge(header) => {
                ["the message cannot be acknowledged: the broker gave it no ", header, " header"]
            }
            Self::NoNack => ["STOMP 1.0 has no NACK", "", ""],
            Self::TextOnly => {
                ["SockJS carries text only: set an encoding for binary bodies, or connect by WebSocket", "", ""]
            }
            Self::NoVersion => ["no version of STOMP is offered: offer 1.0, 1.1 or 1.2", "", ""],
        };
        join(&parts)
    }
}

impl Violation {
    /// The text of the error, as `Display` shows it.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Decode(error) => "the broker sent what is not valid STOMP: ".to_owned() + &error.message(),
            Self::BeforeConnected => "the broker sent a frame before CONNECTED".into(),
            Self::SecondConnected => "the broker sent a second CONNECTED frame".into(),
            Self::VersionNotOffered => "the broker chose a version of STOMP that was not offered to it".into(),
            Self::InvalidHeartbeat => "the broker sent a heart-beat header that is not two numbers".into(),
            Self::MissingReceiptId => "the broker sent a RECEIPT frame without a receipt-id".into(),
        }
    }
}

is_error!(UsageError, Violation);

impl From<EncodeError> for UsageError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<DecodeError> for Violation {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

/// The answer to everything that needs STOMP 1.1 or later.
pub(super) fn since_1_1(version: Version) -> Result<(), UsageError> {
    if version < Version::V1_1 { Err(UsageError::NoNack) } else { Ok(()) }
}
