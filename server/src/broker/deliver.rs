//! From a destination to its subscribers.

use std::sync::Arc;

use bytes::Bytes;
use stomp_wasm::frame::Headers;

use super::close::Violation;
use super::connection::{AckMode, Target, Unacked};
use super::message::Message;
use super::outgoing::{Delivery, Item};
use super::queue::{Entry, QueueKey};
use super::{Broker, ConnId, Outgoing, SlowConsumer, is_held};

/// A destination by its kind. "The STOMP protocol treats destinations as opaque string and their syntax is server
/// implementation specific." (STOMP 1.2, Protocol Overview)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination<'a> {
    /// `/topic/name`: everybody gets it.
    Topic(&'a str),
    /// `/queue/name`: one gets it.
    Queue(&'a str),
}

impl<'a> Destination<'a> {
    pub(super) fn parse(text: &'a str, max: usize) -> Result<Self, Violation> {
        if text.len() > max {
            return Err(Violation::refused("destination too long", format!("A destination may have {max} bytes.")));
        }
        let named = |prefix| text.strip_prefix(prefix).filter(|name| !name.is_empty());
        if let Some(name) = named("/topic/") {
            return Ok(Self::Topic(name));
        }
        if let Some(name) = named("/queue/") {
            return Ok(Self::Queue(name));
        }
        Err(Violation::protocol(
            "unknown destination",
            format!(
                "'{text}' is no destination of this server: they begin with /topic/ or /queue/, and a name follows."
            ),
        ))
    }
}

impl Broker {
    /// Sends a message to whoever is to get it. "If the sever cannot successfully process the `SEND` frame for any
    /// reason, the server MUST send the client an `ERROR` frame and then close the connection." (STOMP 1.2, SEND)
    pub(super) fn route(
        &mut self,
        now: u64,
        space: usize,
        destination: &str,
        headers: &Headers,
        body: Bytes,
        _sender: Option<ConnId>,
    ) -> Result<(), Violation> {
        self.check_room(space, std::iter::once((destination, body.len())))?;
        let parsed = Destination::parse(destination, self.settings.max_destination)?;
        let message = Arc::new(Message::new(self.next_seq, destination, headers, body));
        self.next_seq += 1;
        self.metrics.messages_published += 1;
        match parsed {
            Destination::Topic(name) => {
                let Some(readers) = self.spaces.get_mut(space).map(|space| space.topics.readers(name)) else {
                    return Ok(());
                };
                for reader in &*readers {
                    self.deliver_from_topic(now, *reader, &message);
                }
            }
            Destination::Queue(_) => {
                let key = self.queue(space, destination);
                if let Some(queue) = self.queues.get_mut(&key) {
                    queue.push(message);
                }
                self.dispatch(key);
                self.forget_if_idle(key);
            }
        }
        Ok(())
    }

    /// Whether all of these may be sent, given as destinations and lengths of bodies.
    pub(super) fn check_room<'a>(
        &self,
        space: usize,
        messages: impl Iterator<Item = (&'a str, usize)>,
    ) -> Result<(), Violation> {
        let mut wanted: Vec<(&str, usize, usize)> = Vec::new();
        for (destination, length) in messages {
            if let Destination::Topic(_) = Destination::parse(destination, self.settings.max_destination)? {
                continue;
            }
            match wanted.iter_mut().find(|(other, ..)| *other == destination) {
                Some((_, count, bytes)) => (*count, *bytes) = (*count + 1, *bytes + length),
                None => wanted.push((destination, 1, length)),
            }
        }
        for (destination, count, bytes) in wanted {
            let key = self.spaces.get(space).and_then(|space| space.queues.get(destination));
            let (queued, queued_bytes) =
                key.and_then(|key| self.queues.get(key)).map_or((0, 0), |q| (q.len(), q.bytes()));
            let (max, max_bytes) = (self.settings.max_queue_messages, self.settings.max_queue_bytes);
            if queued + count > max || queued_bytes + bytes > max_bytes {
                return Err(Violation::refused(
                    "queue full",
                    format!(
                        "'{destination}' holds {queued} messages of {queued_bytes} bytes; it may hold {max} messages \
                         and {max_bytes} bytes. Nothing was sent."
                    ),
                ));
            }
        }
        Ok(())
    }

    fn deliver_from_topic(&mut self, now: u64, target: Target, message: &Arc<Message>) {
        let Some(conn) = self.connections.get_mut(target.conn.index).filter(|c| c.serial == target.conn.serial) else {
            return;
        };
        let Some(session) = conn.session() else { return };
        let Some(subscription) = session.subscriptions.get(&target.subscription) else { return };
        if let Some(key) = subscription.queue {
            return self.deliver_through(key, message);
        }
        let delivery = Delivery {
            prefix: Arc::clone(&subscription.prefix),
            message: Arc::clone(message),
            version: session.version,
            subscription: target.subscription,
            tag: 0,
            redelivered: false,
            queue: None,
        };
        if conn.outbox.push(Outgoing(Item::Delivery(delivery))) {
            self.outputs.push_back(target.conn);
        }
        self.metrics.messages_delivered += 1;
        while conn.outbox.len() > self.settings.outbox_messages || conn.outbox.weight() > self.settings.outbox_bytes {
            match self.settings.slow_consumer {
                SlowConsumer::DropOldest if conn.outbox.drop_oldest() => self.metrics.messages_dropped_slow += 1,
                // Everything that waits is of queues, and bounded by that.
                SlowConsumer::DropOldest => break,
                SlowConsumer::Disconnect => {
                    self.metrics.slow_consumers_disconnected += 1;
                    let detail = "Messages came faster than this connection read them, and too many were waiting.";
                    return self.fail(now, target.conn, Violation::refused("slow consumer", detail), None);
                }
            }
        }
    }

    /// A topic's message for a subscription that acknowledges.
    fn deliver_through(&mut self, key: QueueKey, message: &Arc<Message>) {
        let Some(queue) = self.queues.get_mut(&key) else { return };
        queue.push(Arc::clone(message));
        self.dispatch(key);
        let Some(queue) = self.queues.get_mut(&key) else { return };
        while queue.len() > self.settings.outbox_messages || queue.bytes() > self.settings.outbox_bytes {
            if queue.pop().is_none() {
                break;
            }
            self.metrics.messages_dropped_slow += 1;
        }
    }

    /// Hands out what a queue holds, as long as somebody takes it, each in turn.
    pub(super) fn dispatch(&mut self, key: QueueKey) {
        while let Some(target) = self.next_consumer(key) {
            let Some(entry) = self.queues.get_mut(&key).and_then(super::Queue::pop) else { return };
            self.hand_out(key, target, entry);
        }
    }

    /// Whose turn it is, if there is something to hand out.
    fn next_consumer(&mut self, key: QueueKey) -> Option<Target> {
        let queue = self.queues.get_mut(&key).filter(|queue| queue.len() > 0)?;
        let (later, sooner) = queue.consumers.split_at_checked(queue.next).unwrap_or((&queue.consumers, &[]));
        for (offset, target) in sooner.iter().chain(later).enumerate() {
            let Some(conn) = self.connections.get_mut(target.conn.index).filter(|c| c.serial == target.conn.serial)
            else {
                continue;
            };
            if is_held(&self.settings, &conn.outbox) {
                conn.outbox.held = true;
                continue;
            }
            let Some(session) = conn.session().filter(|session| !session.leaving) else { continue };
            let subscription = session.subscriptions.get(&target.subscription);
            if subscription.is_some_and(|sub| sub.ack == AckMode::Auto || sub.unacked < sub.prefetch) {
                let target = *target;
                queue.next = (queue.next.min(queue.consumers.len()) + offset + 1) % queue.consumers.len();
                return Some(target);
            }
        }
        None
    }

    fn hand_out(&mut self, key: QueueKey, target: Target, entry: Entry) {
        let Some(conn) = self.conn_mut(target.conn) else { return };
        let Some(session) = conn.session_mut() else { return };
        let Some(subscription) = session.subscriptions.get_mut(&target.subscription) else { return };
        let mut delivery = Delivery {
            prefix: Arc::clone(&subscription.prefix),
            message: Arc::clone(&entry.message),
            version: session.version,
            subscription: target.subscription,
            tag: 0,
            redelivered: entry.redelivered,
            queue: Some(key),
        };
        let explicit = subscription.ack != AckMode::Auto;
        if explicit {
            session.last_tag += 1;
            delivery.tag = session.last_tag;
            subscription.unacked += 1;
            let unacked = Unacked { subscription: target.subscription, queue: key, entry };
            session.unacked.insert(session.last_tag, unacked);
        }
        if conn.outbox.push(Outgoing(Item::Delivery(delivery))) {
            self.outputs.push_back(target.conn);
        }
        self.metrics.messages_delivered += 1;
        if let (true, Some(queue)) = (explicit, self.queues.get_mut(&key)) {
            queue.outstanding += 1;
        }
    }

    /// A consumer has read: its queues may go on.
    pub(super) fn dispatch_all_of(&mut self, id: ConnId) {
        let Some(session) = self.session(id) else { return };
        let keys: Vec<_> = session.subscriptions.values().filter_map(|sub| sub.queue).collect();
        for key in keys {
            self.dispatch(key);
        }
    }
}
