//! Topics: who gets a message that is sent to a name.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::connection::Target;
use super::message::Message;
use super::pattern::Pattern;

/// Topics nobody subscribes to by name whose readers are remembered, until all are forgotten at once: a client that
/// sends to ever new names must not take all memory.
const MAX_REMEMBERED: usize = 10_000;

/// All topics of a virtual host.
#[derive(Debug, Default)]
pub(super) struct Topics {
    exact: HashMap<Box<str>, Topic>,
    patterns: Vec<(Pattern, Target)>,
}

#[derive(Debug, Default)]
struct Topic {
    subscribers: Vec<Target>,
    /// All who read, patterns included: counted out when first needed.
    readers: Option<Arc<[Target]>>,
    /// The last messages, the oldest first.
    retained: VecDeque<Arc<Message>>,
}

impl Topics {
    pub(super) fn subscribe(&mut self, name: &str, target: Target) {
        match Pattern::parse(name) {
            Some(pattern) => {
                self.patterns.push((pattern, target));
                self.forget_readers();
            }
            None => {
                let topic = self.exact.entry(name.into()).or_default();
                topic.subscribers.push(target);
                topic.readers = None;
            }
        }
    }

    pub(super) fn unsubscribe(&mut self, name: &str, target: Target) {
        if Pattern::parse(name).is_some() {
            self.patterns.retain(|(_, other)| *other != target);
            self.forget_readers();
        } else if let Some(topic) = self.exact.get_mut(name) {
            topic.subscribers.retain(|other| *other != target);
            topic.readers = None;
            if topic.is_idle() {
                self.exact.remove(name);
            }
        }
    }

    /// Everybody who gets what is sent to the name.
    pub(super) fn readers(&mut self, name: &str) -> Arc<[Target]> {
        if let Some(readers) = self.exact.get(name).and_then(|topic| topic.readers.as_ref()) {
            return Arc::clone(readers);
        }
        self.forget_some();
        let matching = self.patterns.iter().filter(|(pattern, _)| pattern.matches(name)).map(|(_, target)| *target);
        let topic = self.exact.entry(name.into()).or_default();
        let readers: Arc<[Target]> = topic.subscribers.iter().copied().chain(matching).collect();
        topic.readers = Some(Arc::clone(&readers));
        readers
    }

    /// Keeps a message for those who subscribe later.
    pub(super) fn retain(&mut self, name: &str, message: &Arc<Message>, count: usize) {
        self.forget_some();
        let topic = self.exact.entry(name.into()).or_default();
        topic.retained.push_back(Arc::clone(message));
        while topic.retained.len() > count {
            topic.retained.pop_front();
        }
    }

    /// What was kept of all topics that a name or pattern stands for, the oldest first.
    pub(super) fn retained(&self, name: &str) -> Vec<Arc<Message>> {
        let mut messages: Vec<_> = match Pattern::parse(name) {
            None => self.exact.get(name).into_iter().flat_map(|topic| &topic.retained).cloned().collect(),
            Some(pattern) => {
                let topics = self.exact.iter().filter(|(name, _)| pattern.matches(name));
                topics.flat_map(|(_, topic)| &topic.retained).cloned().collect()
            }
        };
        messages.sort_by_key(|message| message.seq);
        messages
    }

    fn forget_some(&mut self) {
        if self.exact.len() <= MAX_REMEMBERED {
            return;
        }
        self.exact.retain(|_, topic| !topic.is_idle());
        // Of what is retained, the older half: forgetting one at a time would mean searching each time.
        let mut ages: Vec<_> = self.exact.values().filter_map(Topic::age).collect();
        if ages.len() > MAX_REMEMBERED / 2 {
            let middle = ages.len() / 2;
            let (_, oldest_kept, _) = ages.select_nth_unstable(middle);
            let oldest_kept = *oldest_kept;
            self.exact.retain(|_, topic| topic.age().is_none_or(|age| age >= oldest_kept));
        }
    }

    fn forget_readers(&mut self) {
        for topic in self.exact.values_mut() {
            topic.readers = None;
        }
    }
}

impl Topic {
    fn is_idle(&self) -> bool {
        self.subscribers.is_empty() && self.retained.is_empty()
    }

    /// The number of the last message, if only messages keep the topic.
    fn age(&self) -> Option<u64> {
        self.retained.back().filter(|_| self.subscribers.is_empty()).map(|message| message.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ConnId;
    use super::*;

    #[test]
    fn names_and_patterns_are_read_together() {
        let [a, b, c] = [1, 2, 3].map(|subscription| Target { conn: ConnId::TEST, subscription });
        let mut topics = Topics::default();
        topics.subscribe("prices.ACME", a);
        topics.subscribe("prices.*", b);
        assert_eq!(*topics.readers("prices.ACME"), [a, b]);
        topics.subscribe("#", c);
        assert_eq!(*topics.readers("prices.ACME"), [a, b, c]);
        assert_eq!(*topics.readers("other"), [c]);
        topics.unsubscribe("prices.*", b);
        topics.unsubscribe("prices.ACME", a);
        assert_eq!(*topics.readers("prices.ACME"), [c]);
    }

    #[test]
    fn ever_new_names_are_forgotten() {
        let mut topics = Topics::default();
        for i in 0..3 * MAX_REMEMBERED {
            topics.readers(&i.to_string());
        }
        assert!(topics.exact.len() <= MAX_REMEMBERED + 1);
    }
}
