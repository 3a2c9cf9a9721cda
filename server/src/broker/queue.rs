//! A queue: messages in their order, and the consumers that compete for them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::connection::Target;
use super::message::Message;

/// Names a queue as long as the broker lives; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct QueueKey(pub(super) u64);

/// Whose queue it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `/queue/name`: lives as long as there is something in it or somebody at it.
    Named { space: usize, name: Box<str> },
    /// A connection's `/temp-queue/name`: lives as long as its consumer.
    Temp { space: usize, name: Box<str> },
    /// The messages of one topic subscription that acknowledges: lives as long as that.
    Private,
}

/// A message in a queue.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) message: Arc<Message>,
    /// Whether it was handed out before, to somebody who did not acknowledge it.
    pub(super) redelivered: bool,
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) kind: Kind,
    ready: VecDeque<Entry>,
    /// Messages that came back, by their number: all of them older than all of `ready`, so that they go out first and
    /// in their order.
    returned: BTreeMap<u64, Entry>,
    bytes: usize,
    pub(super) consumers: Vec<Target>,
    /// Whose turn it is.
    pub(super) next: usize,
    /// Messages that are handed out and neither acknowledged nor returned.
    pub(super) outstanding: usize,
}

impl Queue {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            ready: VecDeque::new(),
            returned: BTreeMap::new(),
            bytes: 0,
            consumers: Vec::new(),
            next: 0,
            outstanding: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ready.len() + self.returned.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing would be lost if the queue were forgotten.
    pub(super) fn is_idle(&self) -> bool {
        self.len() == 0 && self.consumers.is_empty() && self.outstanding == 0
    }

    pub(super) fn push(&mut self, message: Arc<Message>) {
        self.bytes += message.weight();
        self.ready.push_back(Entry { message, redelivered: false });
    }

    /// Takes a message back that was handed out.
    pub(super) fn put_back(&mut self, entry: Entry) {
        self.bytes += entry.message.weight();
        self.returned.insert(entry.message.seq, entry);
    }

    pub(super) fn pop(&mut self) -> Option<Entry> {
        let entry = self.returned.pop_first().map(|(_, entry)| entry).or_else(|| self.ready.pop_front())?;
        self.bytes = self.bytes.saturating_sub(entry.message.weight());
        Some(entry)
    }

    pub(super) fn remove_consumer(&mut self, target: Target) {
        self.consumers.retain(|consumer| *consumer != target);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use stomp_wasm::frame::Headers;

    #[test]
    fn what_comes_back_goes_out_first_and_in_order() {
        let mut queue = Queue::new(Kind::Private);
        for seq in 1..=4 {
            queue.push(Arc::new(Message::new(seq, "/queue/a", &Headers::new(), Bytes::new())));
        }
        let first = queue.pop().unwrap();
        let second = queue.pop().unwrap();
        queue.put_back(Entry { redelivered: true, ..second });
        queue.put_back(Entry { redelivered: true, ..first });
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|e| (e.message.seq, e.redelivered)).collect();
        assert_eq!(order, [(1, true), (2, true), (3, false), (4, false)]);
        assert_eq!(queue.bytes(), 0);
    }
}
