//! Who erred: the caller or the peer.

use crate::frame::{DecodeError, EncodeError, Version};

/// The caller asked for what cannot be. Nothing was sent, and the session goes on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// There is no connection, or it is being closed: "Clients MUST NOT send any more frames after the `DISCONNECT`
    /// frame is sent." (STOMP 1.2, DISCONNECT). Wait until connected.
    #[error("There is no underlying STOMP connection")]
    NotConnected,
    /// The message came on an earlier connection, which took its acknowledgement with it. The broker will deliver it
    /// again.
    #[error("the message came on an earlier connection and can no longer be acknowledged")]
    StaleMessage,
    /// A frame cannot be put on the wire.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// `SEND` and `SUBSCRIBE` require a destination.
    #[error("a destination is required")]
    MissingDestination,
    /// "Within the same connection, different subscriptions MUST use different subscription identifiers." (STOMP 1.2,
    /// SUBSCRIBE id Header). Leave the id out to get one.
    #[error("there is already a subscription with the id '{0}'")]
    DuplicateSubscription(String),
    /// "This header MUST match the subscription identifier of an existing subscription." (STOMP 1.2, UNSUBSCRIBE)
    #[error("there is no subscription with the id '{0}'")]
    UnknownSubscription(String),
    /// "The valid values for the `ack` header are `auto`, `client`, or `client-individual`."
    #[error("the ack mode must be auto, client or client-individual, not '{0}'")]
    InvalidAckMode(String),
    /// "Transaction identifiers MUST be unique per connection." (STOMP 1.2, BEGIN). Leave the id out to get one.
    #[error("there is already a transaction with the id '{0}'")]
    DuplicateTransaction(String),
    /// No such transaction was begun on this connection, or it has ended; a lost connection ends all.
    #[error("there is no transaction with the id '{0}' on this connection")]
    UnknownTransaction(String),
    /// The message needs no acknowledgement. Subscribe with `ack: client` or `client-individual` to acknowledge.
    #[error("the message cannot be acknowledged: its subscription has the ack mode auto")]
    NotAcknowledgeable,
    /// The broker gave no `ack` (1.2), `message-id` or `subscription` (1.1) header, so that nobody can say which
    /// message is meant.
    #[error("the message cannot be acknowledged: the broker gave it no {0} header")]
    NothingToAcknowledge(&'static str),
    /// `NACK` came with STOMP 1.1.
    #[error("STOMP 1.0 has no NACK")]
    NoNack,
    /// No version of STOMP is offered to the broker: the set of versions is empty, or holds none that this client
    /// speaks.
    #[error("no version of STOMP is offered: offer 1.0, 1.1 or 1.2")]
    NoVersion,
}

/// The peer broke the protocol. The session is over: the connection is closed, and the client connects anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// What came is not STOMP, or over a limit.
    #[error("the broker sent what is not valid STOMP: {0}")]
    Decode(#[from] DecodeError),
    /// Something else than `CONNECTED` or `ERROR` came first.
    #[error("the broker sent a frame before CONNECTED")]
    BeforeConnected,
    /// `CONNECTED` came again.
    #[error("the broker sent a second CONNECTED frame")]
    SecondConnected,
    /// "The protocol that will be used for the rest of the session will be the highest protocol version that both the
    /// client and server have in common" (Protocol Negotiation): this one was not among those offered.
    #[error("the broker chose a version of STOMP that was not offered to it")]
    VersionNotOffered,
    /// "When used, the `heart-beat` header MUST contain two positive integers separated by a comma." (Heart-beating)
    #[error("the broker sent a heart-beat header that is not two numbers")]
    InvalidHeartbeat,
    /// A `RECEIPT` without `receipt-id`: "A `RECEIPT` frame MUST include the header `receipt-id`"
    #[error("the broker sent a RECEIPT frame without a receipt-id")]
    MissingReceiptId,
}

/// The answer to everything that needs STOMP 1.1 or later.
pub(super) fn since_1_1(version: Version) -> Result<(), UsageError> {
    if version < Version::V1_1 { Err(UsageError::NoNack) } else { Ok(()) }
}
