//! `ACK` and `NACK`.

use stomp_wasm::frame::{FrameRef, Version};

use super::close::Violation;
use super::connection::{AckMode, Session, Unacked};
use super::queue::Entry;
use super::transaction::{Step, unknown_transaction};
use super::{Broker, ConnId};

impl Broker {
    /// "`ACK` is used to acknowledge consumption of a message from a subscription using `client` or
    /// `client-individual` acknowledgment." (STOMP 1.2, ACK)
    pub(super) fn ack(&mut self, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let messages = self.take_unacked(id, frame)?;
        match frame.headers.get("transaction") {
            Some(transaction) => self.keep(id, transaction, Step::Ack(messages)),
            None => {
                self.settle(id, messages);
                Ok(())
            }
        }
    }

    /// "`NACK` is the opposite of `ACK`. It is used to tell the server that the client did not consume the message. The
    /// server can then either send the message to a different client, discard it, or put it in a dead letter queue."
    /// (STOMP 1.2, NACK) This one goes back to its queue, unless the header `requeue:false` says to discard it, as
    /// with RabbitMQ.
    pub(super) fn nack(&mut self, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let requeue = frame.headers.get("requeue") != Some("false");
        let messages = self.take_unacked(id, frame)?;
        match frame.headers.get("transaction") {
            Some(transaction) => self.keep(id, transaction, Step::Nack { messages, requeue }),
            None => {
                self.metrics.messages_nacked += messages.len() as u64;
                self.reject(id, messages, requeue);
                Ok(())
            }
        }
    }

    /// Takes what a frame acknowledges or refuses out of what is unacknowledged.
    fn take_unacked(&mut self, id: ConnId, frame: FrameRef<'_>) -> Result<Vec<(u64, Unacked)>, Violation> {
        let Some(session) = self.session_mut(id) else { return Ok(Vec::new()) };
        let tag = find(session, frame)?;
        if let Some(transaction) = frame.headers.get("transaction")
            && !session.transactions.contains_key(transaction)
        {
            return Err(unknown_transaction(transaction));
        }
        let number = session.unacked.get(&tag).map(|unacked| unacked.subscription);
        let mode = number.and_then(|number| session.subscriptions.get(&number)).map(|sub| sub.ack);
        // "The `ACK` frames sent by the client will be treated as a cumulative acknowledgment. This means the
        // acknowledgment operates on the message specified in the `ACK` frame and all messages sent to the subscription
        // before the `ACK`'ed message." (STOMP 1.2, SUBSCRIBE ack Header). STOMP 1.0 knows no such thing: there, "the
        // message has been acknowledged via an ACK".
        if let (Some(AckMode::Client), Some(number)) = (mode, number)
            && session.version >= Version::V1_1
        {
            return Ok(session.take_unacked(tag, number));
        }
        // "an `ACK` or `NACK` frame for a subsequent message MUST NOT cause a previous message to get acknowledged"
        Ok(session.unacked.remove(&tag).map(|unacked| (tag, unacked)).into_iter().collect())
    }

    /// Messages are consumed: they will never be handed out again.
    pub(super) fn settle(&mut self, id: ConnId, messages: Vec<(u64, Unacked)>) {
        self.metrics.messages_acked += messages.len() as u64;
        self.finish(id, messages, |_, _| {});
    }

    /// Messages were not consumed.
    pub(super) fn reject(&mut self, id: ConnId, messages: Vec<(u64, Unacked)>, requeue: bool) {
        if requeue {
            self.metrics.messages_requeued += messages.len() as u64;
        }
        self.finish(id, messages, |queue, entry| {
            if requeue {
                queue.put_back(Entry { redelivered: true, ..entry });
            }
        });
    }

    fn finish(&mut self, id: ConnId, messages: Vec<(u64, Unacked)>, each: impl Fn(&mut super::Queue, Entry)) {
        let mut touched = Vec::new();
        for (_, Unacked { subscription, queue: key, entry }) in messages {
            let subscription = self.session_mut(id).and_then(|session| session.subscriptions.get_mut(&subscription));
            if let Some(subscription) = subscription {
                subscription.unacked = subscription.unacked.saturating_sub(1);
            }
            if let Some(queue) = self.queues.get_mut(&key) {
                queue.outstanding = queue.outstanding.saturating_sub(1);
                each(queue, entry);
            }
            if touched.last() != Some(&key) {
                touched.push(key);
            }
        }
        for key in touched {
            self.dispatch(key);
            self.forget_if_idle(key);
        }
    }
}

/// The number of the message that a frame speaks of.
fn find(session: &Session, frame: FrameRef<'_>) -> Result<u64, Violation> {
    let command = frame.command.as_str();
    let header = |name| frame.headers.get(name).ok_or_else(|| Violation::missing_header(command, name));
    let (value, tag) = if session.version == Version::V1_2 {
        // "The `ACK` frame MUST include an `id` header matching the `ack` header of the `MESSAGE` being acknowledged."
        // (STOMP 1.2, ACK)
        let value = header("id")?;
        (value, value.parse().ok().filter(|tag| session.unacked.contains_key(tag)))
    } else {
        // "ACK has two REQUIRED headers: `message-id`, which MUST contain a value matching the `message-id` for the
        // MESSAGE being acknowledged and `subscription`, which MUST be set to match the value of the subscription's
        // `id` header." (STOMP 1.1, ACK). STOMP 1.0: "ACK has one required header, `message-id`".
        let value = header("message-id")?;
        let subscription = match frame.headers.get("subscription") {
            Some(name) => Some(session.by_id.get(name).copied()),
            None if session.version == Version::V1_0 => None,
            None => return Err(Violation::missing_header(command, "subscription")),
        };
        let fits = |unacked: &Unacked| {
            value.parse() == Ok(unacked.entry.message.seq)
                && subscription.is_none_or(|number| number == Some(unacked.subscription))
        };
        (value, session.unacked.iter().find(|(_, unacked)| fits(unacked)).map(|(tag, _)| *tag))
    };
    tag.ok_or_else(|| {
        Violation::protocol(
            "unknown message",
            format!(
                "No message '{value}' is waiting for this connection's {command}: it was acknowledged already, its \
                 subscription is gone, or it came in the ack mode auto."
            ),
        )
    })
}
