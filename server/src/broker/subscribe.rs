//! `SUBSCRIBE` and `UNSUBSCRIBE`.

use std::sync::Arc;

use stomp_wasm::frame::{Command, FrameRef, Headers, Version, encode_head};

use super::access::Access;
use super::close::Violation;
use super::connection::{AckMode, Subscription, Target};
use super::destination::{Destination, reply_queue, user_topic};
use super::queue::{Entry, Kind, Queue, QueueKey};
use super::{Broker, ConnId};

impl Broker {
    /// "If the sever cannot successfully create the subscription, the server MUST send the client an `ERROR` frame and
    /// then close the connection." (STOMP 1.2, SUBSCRIBE)
    pub(super) fn subscribe(&mut self, now: u64, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let max = self.settings.max_subscriptions;
        let Some(session) = self.session(id) else { return Ok(()) };
        let (version, space) = (session.version, session.space);
        let destination = frame.headers.get("destination");
        let destination = destination.ok_or_else(|| Violation::missing_header("SUBSCRIBE", "destination"))?;
        let name = frame.headers.get("id");
        match name {
            // "an `id` header MUST be included in the frame to uniquely identify the subscription" (STOMP 1.2,
            // SUBSCRIBE id Header). STOMP 1.0: "You can also specify an `id` header".
            None if version >= Version::V1_1 => return Err(Violation::missing_header("SUBSCRIBE", "id")),
            // "Within the same connection, different subscriptions MUST use different subscription identifiers."
            Some(name) if session.by_id.contains_key(name) => {
                return Err(Violation::protocol(
                    "subscription id in use",
                    format!(
                        "The connection has a subscription '{name}' already. UNSUBSCRIBE it, or choose another id."
                    ),
                ));
            }
            _ => {}
        }
        if session.subscriptions.len() >= max {
            return Err(too_many_subscriptions(max));
        }
        let ack = ack_mode(frame.headers)?;
        let prefetch = self.prefetch(frame.headers)?;
        let parsed = Destination::parse(destination, self.settings.max_destination)?;
        self.check_access(id, Access::Read, destination)?;
        let queue = match parsed {
            Destination::Queue(_) => Some(self.queue(space, destination, false)),
            Destination::TempQueue(name) => Some(self.queue(space, &reply_queue(id, name), true)),
            // Who acknowledges messages of a topic has a queue of their own behind it, as with RabbitMQ: so what is not
            // acknowledged can be limited, and refused messages can come again.
            Destination::Topic(_) | Destination::User { name: None, .. } => {
                (ack != AckMode::Auto).then(|| self.new_queue(Kind::Private))
            }
            Destination::App(_) | Destination::ReplyQueue(_) | Destination::User { name: Some(_), .. } => {
                return Err(Violation::protocol(
                    "cannot subscribe there",
                    format!("'{destination}' can be sent to, not subscribed to."),
                ));
            }
        };
        let subscription = Subscription {
            id: name.map(Into::into),
            destination: destination.into(),
            ack,
            prefetch,
            unacked: 0,
            prefix: prefix(name, version),
            queue,
        };
        self.add_subscription(now, id, subscription);
        Ok(())
    }

    /// See [`Broker::rewrite_reply_to`].
    pub(super) fn subscribe_to_reply_queue(&mut self, space: usize, id: ConnId, name: &str) -> Result<(), Violation> {
        let max = self.settings.max_subscriptions;
        let Some(session) = self.session(id) else { return Ok(()) };
        if session.subscriptions.len() >= max {
            return Err(too_many_subscriptions(max));
        }
        let version = session.version;
        let Ok(Destination::TempQueue(queue)) = Destination::parse(name, usize::MAX) else { return Ok(()) };
        let subscription = Subscription {
            id: Some(name.into()),
            destination: name.into(),
            ack: AckMode::Auto,
            prefetch: usize::MAX,
            unacked: 0,
            prefix: prefix(Some(name), version),
            queue: Some(self.queue(space, &reply_queue(id, queue), true)),
        };
        self.add_subscription(0, id, subscription);
        Ok(())
    }

    fn add_subscription(&mut self, now: u64, id: ConnId, subscription: Subscription) {
        let user = self.user_key(id);
        let Some(session) = self.session_mut(id) else { return };
        let (space, number) = (session.space, session.next_subscription);
        let target = Target { conn: id, subscription: number };
        let queue = subscription.queue;
        let destination = subscription.destination.clone();
        session.next_subscription += 1;
        if let Some(name) = &subscription.id {
            session.by_id.insert(name.clone(), number);
        }
        session.subscriptions.insert(number, subscription);
        let mut retained = Vec::new();
        if let Some(space) = self.spaces.get_mut(space) {
            match Destination::parse(&destination, usize::MAX) {
                Ok(Destination::Topic(name)) => {
                    space.topics.subscribe(name, target);
                    retained = space.topics.retained(name);
                }
                Ok(Destination::User { path, .. }) => space.users.subscribe(&user_topic(&user, path), target),
                _ => {}
            }
        }
        if let Some(queue) = queue.and_then(|key| self.queues.get_mut(&key)) {
            queue.consumers.push(target);
        }
        for message in retained {
            self.deliver_from_topic(now, target, &message);
        }
        if let Some(key) = queue {
            self.dispatch(key);
        }
    }

    /// `prefetch-count`, as RabbitMQ has it: how many messages may be unacknowledged. 0 and nothing mean no wish.
    fn prefetch(&self, headers: &Headers) -> Result<usize, Violation> {
        let Some(value) = headers.get("prefetch-count") else { return Ok(self.settings.max_unacked) };
        match value.parse::<usize>() {
            Ok(0) => Ok(self.settings.max_unacked),
            Ok(count) => Ok(count.min(self.settings.max_unacked)),
            Err(_) => Err(Violation::protocol(
                "malformed prefetch-count header",
                format!("The prefetch-count header must be a number of messages, not '{value}'."),
            )),
        }
    }

    pub(super) fn unsubscribe(&mut self, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let Some(session) = self.session(id) else { return Ok(()) };
        let number = match (frame.headers.get("id"), frame.headers.get("destination")) {
            // "This header MUST match the subscription identifier of an existing subscription." (STOMP 1.2)
            (Some(name), _) => session.by_id.get(name).copied(),
            // STOMP 1.0: "It requires either a `destination` header or an `id` header"
            (None, Some(destination)) if session.version == Version::V1_0 => {
                let mut subscriptions = session.subscriptions.iter();
                subscriptions.find(|(_, sub)| &*sub.destination == destination).map(|(number, _)| *number)
            }
            _ => return Err(Violation::missing_header("UNSUBSCRIBE", "id")),
        };
        let number = number.ok_or_else(|| {
            Violation::protocol("unknown subscription", "The connection has no such subscription, or no longer.")
        })?;
        self.drop_subscription(id, number);
        Ok(())
    }

    /// Ends a subscription. What it was handed out and did not acknowledge, and what was not yet sent to it, goes back
    /// to its queue: "Once the subscription is removed the STOMP connections will no longer receive messages from that
    /// subscription." (STOMP 1.2, UNSUBSCRIBE)
    pub(super) fn drop_subscription(&mut self, id: ConnId, number: usize) {
        let user = self.user_key(id);
        let Some(conn) = self.conn_mut(id) else { return };
        let unsent = conn.outbox.take_deliveries(|delivery| delivery.subscription == number);
        let Some(session) = conn.session_mut() else { return };
        let Some(subscription) = session.subscriptions.remove(&number) else { return };
        if let Some(name) = &subscription.id {
            session.by_id.remove(name);
        }
        let space = session.space;
        let unacked = session.take_unacked(u64::MAX, number);
        let target = Target { conn: id, subscription: number };
        let parsed = Destination::parse(&subscription.destination, usize::MAX);
        match (parsed, self.spaces.get_mut(space)) {
            (Ok(Destination::Topic(name)), Some(space)) => space.topics.unsubscribe(name, target),
            (Ok(Destination::User { path, .. }), Some(space)) => {
                space.users.unsubscribe(&user_topic(&user, path), target);
            }
            _ => {}
        }
        let Some(key) = subscription.queue else { return };
        let Some(queue) = self.queues.get_mut(&key) else { return };
        queue.remove_consumer(target);
        match &queue.kind {
            Kind::Named { .. } => {}
            Kind::Private => {
                self.queues.remove(&key);
                return;
            }
            Kind::Temp { space, name } => {
                if let Some(space) = self.spaces.get_mut(*space) {
                    space.queues.remove(name);
                }
                self.queues.remove(&key);
                return;
            }
        }
        for (_, unacked) in unacked {
            queue.outstanding = queue.outstanding.saturating_sub(1);
            queue.put_back(Entry { redelivered: true, ..unacked.entry });
            self.metrics.messages_requeued += 1;
        }
        // Of those in the outbox that are to be acknowledged, the entry came back above.
        for delivery in unsent.into_iter().filter(|delivery| delivery.tag == 0) {
            queue.put_back(Entry { message: delivery.message, redelivered: delivery.redelivered });
            self.metrics.messages_requeued += 1;
        }
        self.dispatch(key);
        self.forget_if_idle(key);
    }

    /// Takes a connection out of everything: subscriptions, transactions, queues.
    pub(super) fn release(&mut self, _now: u64, id: ConnId) {
        let Some(session) = self.session_mut(id) else { return };
        let transactions = std::mem::take(&mut session.transactions);
        let numbers: Vec<_> = session.subscriptions.keys().copied().collect();
        // No queue may hand anything to a connection that is on its way out, not even while it is being taken apart.
        session.leaving = true;
        for transaction in transactions.into_values() {
            self.restore(id, transaction);
        }
        for number in numbers {
            self.drop_subscription(id, number);
        }
    }

    pub(super) fn new_queue(&mut self, kind: Kind) -> QueueKey {
        let key = QueueKey(self.next_queue);
        self.next_queue += 1;
        self.queues.insert(key, Queue::new(kind));
        key
    }

    /// The queue of a name, made if there is none; a temporary one is gone with its consumer.
    pub(super) fn queue(&mut self, space: usize, name: &str, temp: bool) -> QueueKey {
        if let Some(key) = self.spaces.get(space).and_then(|space| space.queues.get(name)) {
            return *key;
        }
        let key = self.new_queue(match temp {
            false => Kind::Named { space, name: name.into() },
            true => Kind::Temp { space, name: name.into() },
        });
        if let Some(space) = self.spaces.get_mut(space) {
            space.queues.insert(name.into(), key);
        }
        key
    }

    pub(super) fn forget_if_idle(&mut self, key: QueueKey) {
        let Some(queue) = self.queues.get(&key).filter(|queue| queue.is_idle()) else { return };
        if let Kind::Named { space, name } | Kind::Temp { space, name } = &queue.kind {
            if let Some(space) = self.spaces.get_mut(*space) {
                space.queues.remove(name);
            }
            self.queues.remove(&key);
        }
    }
}

fn too_many_subscriptions(max: usize) -> Violation {
    Violation::refused("too many subscriptions", format!("A connection may have {max} subscriptions at a time."))
}

/// "The valid values for the `ack` header are `auto`, `client`, or `client-individual`. If the header is not set, it
/// defaults to `auto`." (STOMP 1.2, SUBSCRIBE ack Header)
fn ack_mode(headers: &Headers) -> Result<AckMode, Violation> {
    match headers.get("ack") {
        None | Some("auto") => Ok(AckMode::Auto),
        Some("client") => Ok(AckMode::Client),
        Some("client-individual") => Ok(AckMode::ClientIndividual),
        Some(other) => Err(Violation::protocol(
            "unknown ack mode",
            format!("The ack header must be auto, client or client-individual, not '{other}'."),
        )),
    }
}

/// "The `MESSAGE` frame MUST also contain [...] a `subscription` header matching the identifier of the subscription
/// that is receiving the message." (STOMP 1.2, MESSAGE)
fn prefix(name: Option<&str>, version: Version) -> Arc<[u8]> {
    let mut head = String::new();
    let headers = name.map(|name| ("subscription", name));
    // Cannot fail: the id came in a frame of the same version.
    let _ = encode_head(&mut head, &Command::Message, headers, None, Some(version));
    // Without the blank line: more headers follow.
    head.pop();
    head.into_bytes().into()
}
