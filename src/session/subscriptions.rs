//! The subscriptions of a session, and the names that it hands out.

use super::table::Table;
use crate::frame::Template;

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
    /// The header block that messages are compared with.
    pub(super) template: Option<Box<Template>>,
}

impl Table<Subscription> {
    /// The only subscription to the destination: what a message of STOMP 1.0 is for that does not say.
    pub(super) fn only_one_of(&self, destination: &str) -> Option<&Subscription> {
        let mut found = self.values().filter(|subscription| &*subscription.destination == destination);
        found.next().filter(|_| found.next().is_none())
    }
}
