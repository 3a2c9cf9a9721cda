//! From a destination to its subscribers.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use stomp_wasm::frame::Headers;

use super::access::Access;
use super::close::Violation;
use super::connection::{AckMode, Target, Unacked};
use super::destination::{Destination, reply_queue, user_topic};
use super::message::Message;
use super::outgoing::{Delivery, Item};
use super::queue::{Entry, QueueKey};
use super::{Broker, ConnId, Outgoing, SlowConsumer, is_held};

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
        sender: Option<ConnId>,
    ) -> Result<(), Violation> {
        self.check_room(space, sender, std::iter::once((destination, body.len())))?;
        let parsed = Destination::parse(destination, self.settings.max_destination)?;
        self.metrics.messages_published += 1;
        if let Destination::App(_) = parsed {
            return self.answer(now, space, destination, headers, &body, sender);
        }
        let rewritten = self.rewrite_reply_to(space, headers, sender)?;
        let headers = rewritten.as_ref().unwrap_or(headers);
        let seq = self.next_seq;
        self.next_seq += 1;
        let message = |destination: &str| Arc::new(Message::new(seq, destination, headers, body));
        match parsed {
            Destination::Topic(name) => {
                let message = message(destination);
                let retain = self.settings.retain;
                let Some(space) = self.spaces.get_mut(space) else { return Ok(()) };
                if retain > 0 {
                    space.topics.retain(name, &message, retain);
                }
                let readers = space.topics.readers(name);
                self.fan_out(now, &readers, &message);
            }
            Destination::User { name, path } => {
                let own = || sender.map(|id| self.user_key(id)).unwrap_or_default();
                let topic = user_topic(&name.map_or_else(own, str::to_owned), path);
                // They all subscribed to the same name.
                let message = message(&format!("/user/{path}"));
                let Some(space) = self.spaces.get_mut(space) else { return Ok(()) };
                let readers = space.users.readers(&topic);
                self.fan_out(now, &readers, &message);
            }
            Destination::ReplyQueue(name) => {
                // Who waited for the reply may be gone: then nobody waits for it.
                let key = self.spaces.get(space).and_then(|space| space.queues.get(name)).copied();
                if let Some(key) = key {
                    self.enqueue(key, message(destination));
                }
            }
            Destination::TempQueue(_) => {
                let key = parsed.queue(sender).and_then(|name| self.spaces.get(space)?.queues.get(&*name).copied());
                let Some(key) = key else {
                    let detail = format!("This connection has no '{destination}': SUBSCRIBE to it first.");
                    return Err(Violation::protocol("unknown temporary queue", detail));
                };
                self.enqueue(key, message(destination));
            }
            Destination::Queue(name) => {
                let key = self.queue(space, name, false);
                self.enqueue(key, message(destination));
            }
            Destination::App(_) => {}
        }
        Ok(())
    }

    fn enqueue(&mut self, key: QueueKey, message: Arc<Message>) {
        if let Some(queue) = self.queues.get_mut(&key) {
            queue.push(message);
        }
        self.dispatch(key);
        self.forget_if_idle(key);
    }

    fn fan_out(&mut self, now: u64, readers: &[Target], message: &Arc<Message>) {
        for reader in readers {
            self.deliver_from_topic(now, *reader, message);
        }
    }

    /// `reply-to:/temp-queue/name`, as RabbitMQ has it: who sends this is subscribed to that queue of theirs under the
    /// id `/temp-queue/name`, and the others learn a name by which they can reach it.
    fn rewrite_reply_to(
        &mut self,
        space: usize,
        headers: &Headers,
        sender: Option<ConnId>,
    ) -> Result<Option<Headers>, Violation> {
        let (Some(reply_to), Some(id)) = (headers.get("reply-to"), sender) else { return Ok(None) };
        let Ok(Destination::TempQueue(name)) = Destination::parse(reply_to, self.settings.max_destination) else {
            return Ok(None);
        };
        if self.session(id).is_some_and(|session| !session.by_id.contains_key(reply_to)) {
            self.subscribe_to_reply_queue(space, id, reply_to)?;
        }
        let mut headers = headers.clone();
        headers.set("reply-to", &reply_queue(id, name));
        Ok(Some(headers))
    }

    /// Whether all of these may be sent, given as destinations and lengths of bodies.
    pub(super) fn check_room<'a>(
        &self,
        space: usize,
        sender: Option<ConnId>,
        messages: impl Iterator<Item = (&'a str, usize)>,
    ) -> Result<(), Violation> {
        let mut wanted: Vec<(Cow<'_, str>, usize, usize)> = Vec::new();
        for (destination, length) in messages {
            let parsed = Destination::parse(destination, self.settings.max_destination)?;
            if let Some(id) = sender {
                self.check_access(id, Access::Write, destination)?;
            }
            let Some(queue) = parsed.queue(sender) else { continue };
            match wanted.iter_mut().find(|(other, ..)| *other == queue) {
                Some((_, count, bytes)) => (*count, *bytes) = (*count + 1, *bytes + length),
                None => wanted.push((queue, 1, length)),
            }
        }
        for (destination, count, bytes) in wanted {
            let key = self.spaces.get(space).and_then(|space| space.queues.get(&*destination));
            let (queued, queued_bytes) =
                key.and_then(|key| self.queues.get(key)).map_or((0, 0), |queue| (queue.len(), queue.bytes()));
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

    pub(super) fn deliver_from_topic(&mut self, now: u64, target: Target, message: &Arc<Message>) {
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
