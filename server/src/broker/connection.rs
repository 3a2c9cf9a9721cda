//! One connection as the broker sees it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use stomp_wasm::frame::{Decoder, Version};

use super::access::Identity;
use super::chaos::ConnChaos;
use super::close::Close;
use super::outbox::Outbox;
use super::queue::{Entry, QueueKey};
use super::transaction::Transaction;

/// Names a connection as long as the broker lives; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnId {
    pub(super) index: usize,
    pub(super) serial: u64,
}

impl ConnId {
    #[cfg(test)]
    pub(super) const TEST: Self = Self { index: 0, serial: 0 };

    /// The number of the connection in logs, counted from 1.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.serial
    }
}

impl std::fmt::Display for ConnId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.serial)
    }
}

/// A subscription of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) conn: ConnId,
    pub(super) subscription: usize,
}

#[derive(Debug)]
pub(super) struct Connection {
    pub(super) serial: u64,
    pub(super) decoder: Decoder,
    pub(super) phase: Phase,
    pub(super) outbox: Outbox,
    pub(super) last_received: u64,
    pub(super) last_sent: u64,
    /// How it misbehaves, if it is to.
    pub(super) chaos: Option<Box<ConnChaos>>,
}

/// ```text
/// [Connecting] --CONNECT--> [Connected] --DISCONNECT, ERROR--> [Closing] --all is sent--> gone
///       +----------------------- ERROR ---------------------------^
/// ```
#[derive(Debug)]
pub(super) enum Phase {
    Connecting,
    Connected(Box<Session>),
    /// What the client says is no longer heard; what is in the outbox goes out, then the transport is closed.
    Closing(Close),
}

/// What a connection has once it is connected.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) version: Version,
    /// The virtual host.
    pub(super) space: usize,
    pub(super) identity: Identity,
    pub(super) subscriptions: BTreeMap<usize, Subscription>,
    pub(super) next_subscription: usize,
    pub(super) by_id: HashMap<Box<str>, usize>,
    /// What was handed out and is not acknowledged, by its number: also the order in which it was handed out.
    pub(super) unacked: BTreeMap<u64, Unacked>,
    pub(super) last_tag: u64,
    pub(super) transactions: HashMap<Box<str>, Transaction>,
    pub(super) transaction_bytes: usize,
    /// It is being taken apart: no queue hands it anything any more.
    pub(super) leaving: bool,
    /// Something must be sent at least so often; 0: nothing must.
    pub(super) send_every: u64,
    /// Something should come at least so often; 0: nothing need.
    pub(super) expect_every: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AckMode {
    Auto,
    Client,
    ClientIndividual,
}

#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) id: Option<Box<str>>,
    pub(super) destination: Box<str>,
    pub(super) ack: AckMode,
    /// How many messages may be unacknowledged.
    pub(super) prefetch: usize,
    pub(super) unacked: usize,
    /// The beginning of each of its frames.
    pub(super) prefix: Arc<[u8]>,
    /// Where its messages come from, if not straight from a topic.
    pub(super) queue: Option<QueueKey>,
}

#[derive(Debug)]
pub(super) struct Unacked {
    pub(super) subscription: usize,
    pub(super) queue: QueueKey,
    pub(super) entry: Entry,
}

impl Phase {
    /// Why and how the connection is to end once everything is sent, if it is.
    pub(super) fn close(&self) -> Option<Close> {
        match self {
            Self::Closing(close) => Some(close.clone()),
            _ => None,
        }
    }
}

impl Session {
    /// Takes out what a subscription was handed out up to a number and did not acknowledge.
    pub(super) fn take_unacked(&mut self, up_to: u64, subscription: usize) -> Vec<(u64, Unacked)> {
        let of_it = self.unacked.range(..=up_to).filter(|(_, unacked)| unacked.subscription == subscription);
        let tags: Vec<_> = of_it.map(|(tag, _)| *tag).collect();
        tags.into_iter().filter_map(|tag| Some((tag, self.unacked.remove(&tag)?))).collect()
    }
}

impl Connection {
    pub(super) fn session(&self) -> Option<&Session> {
        match &self.phase {
            Phase::Connected(session) => Some(session),
            _ => None,
        }
    }

    pub(super) fn session_mut(&mut self) -> Option<&mut Session> {
        match &mut self.phase {
            Phase::Connected(session) => Some(session),
            _ => None,
        }
    }

    pub(super) fn version(&self) -> Option<Version> {
        self.session().map(|session| session.version)
    }

    pub(super) const fn is_closing(&self) -> bool {
        matches!(self.phase, Phase::Closing(_))
    }
}
