//! The subscriptions of a session, and the names that it hands out.

use std::collections::BTreeMap;

/// What the caller calls a subscription in a table of its own, such as that of the callbacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionKey(pub u32);

/// A subscription as the session remembers it.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) key: SubscriptionKey,
    pub(super) destination: Box<str>,
    /// Whether messages must be acknowledged: the ack mode is not `auto`.
    pub(super) explicit_ack: bool,
}

/// The subscriptions by their ids.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    by_id: BTreeMap<Box<str>, Subscription>,
}

impl Subscriptions {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Subscription> {
        self.by_id.get(id)
    }

    pub(super) fn insert(&mut self, id: &str, subscription: Subscription) {
        self.by_id.insert(id.into(), subscription);
    }

    pub(super) fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove(id).is_some()
    }

    /// The only subscription to the destination: what a message of STOMP 1.0 is for that does not say.
    pub(super) fn only_one_of(&self, destination: &str) -> Option<&Subscription> {
        let mut found = self.by_id.values().filter(|subscription| &*subscription.destination == destination);
        found.next().filter(|_| found.next().is_none())
    }
}
