//! The short way of an everyday message that comes in: its header block is looked at, its body is not.

use super::session::State;
use super::subscriptions::Subscription;
use super::{Session, SubscriptionKey, Time};
use crate::frame::{Fit, Headers, Limits, PlainBlock, Template, Version};

/// What [`Session::plain_message`] found in a header block.
#[derive(Debug)]
pub struct PlainMessage<'s> {
    /// The subscription that the message is for.
    pub subscription: SubscriptionKey,
    /// Where the session has the subscription: [`Session::recall`] wants to know.
    pub place: usize,
    /// The number of the template that the header block fits.
    pub template: u32,
    /// The length of the block in bytes, with its blank line.
    pub length: usize,
    /// The `content-length`, if there is one.
    pub content_length: Option<usize>,
    /// Where in the block what stands in the template's holes begins and ends.
    pub marks: &'s [(u32, u32)],
    /// Where the headers are and which have holes, if the template is a new one.
    pub learnt: Option<Learnt<'s>>,
}

/// What [`Session::plain_head`] found.
#[derive(Clone, Copy, Debug)]
pub struct PlainHead {
    /// The subscription that the message is for.
    pub subscription: SubscriptionKey,
    /// The header block.
    pub block: PlainBlock,
    version: Version,
}

impl PlainHead {
    /// The headers, unescaped, from the bytes that the block was read from.
    #[must_use]
    pub fn headers(&self, bytes: &[u8]) -> Option<Headers> {
        self.block.read_headers(bytes, self.version)
    }
}

/// A template that has just been made, or has got more holes.
#[derive(Debug)]
pub struct Learnt<'s> {
    /// The block that it was made of.
    pub block: &'s PlainBlock,
    template: &'s Template,
}

impl Learnt<'_> {
    /// The holes: the places of their headers, how many bytes of each value are the same in all messages, and whether what
    /// stands in the hole can have escapes. What is the same has whole ones only, so that it can be unescaped by itself.
    pub fn holes(&self) -> impl Iterator<Item = (usize, usize, bool)> {
        self.template.holes().iter().map(|hole| (hole.place, hole.fixed, hole.escaped))
    }
}

/// What the short way remembers.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// The last block that was read without a template.
    block: PlainBlock,
    /// What the last block was found to be.
    fit: Fit,
    /// Where the subscription stands whose template the next block is tried with.
    last: usize,
    /// How many templates were made, to number them.
    templates: u32,
}

impl Session {
    /// Reads the header block of a message, if the message can go the short way: the block is plain, nothing is
    /// waiting, and the message is for a subscription. `None` says: hand the whole text to
    /// [`handle_data`](Self::handle_data).
    ///
    /// The body is the caller's to find: `content_length` bytes, or up to the first NUL, and a NUL behind it. If it is
    /// not there, the whole goes the long way, and nothing has happened. `now` is asked for the time if it matters.
    pub fn plain_message(&mut self, now: impl FnOnce() -> Time, bytes: &[u8]) -> Option<PlainMessage<'_>> {
        let version = self.plain_version()?;
        self.hear(now);
        let limits = &self.config.limits;
        let Plain { block, fit, last, templates } = &mut self.plain;
        // Messages of one subscription often come in a row.
        let mut known = self.subscriptions.at(*last).is_some_and(|it| it.reads(bytes, version, limits, fit));
        if !known && let Some(guess) = guess_subscription(bytes).and_then(|id| self.subscriptions.place(id).ok()) {
            *last = guess;
            known = self.subscriptions.at(guess).is_some_and(|it| it.reads(bytes, version, limits, fit));
        }
        if !known {
            *block = PlainBlock::read(bytes, version, limits)?;
            let (_, id) = block.headers(bytes).nth(block.subscription?)?;
            *last = self.subscriptions.place(std::str::from_utf8(id).ok()?).ok()?;
            *templates = templates.wrapping_add(1);
            let subscription = self.subscriptions.at(*last)?;
            subscription.learn(*templates, block, bytes);
            subscription.reads(bytes, version, limits, fit).then_some(())?;
        }
        let subscription = self.subscriptions.at(*last)?;
        let template = subscription.template.as_deref()?;
        Some(PlainMessage {
            subscription: subscription.key,
            place: *last,
            template: template.number,
            length: fit.length,
            content_length: fit.content_length,
            marks: fit.marks.get(..template.holes().len())?,
            learnt: (!known).then_some(Learnt { block, template }),
        })
    }

    /// As [`plain_message`](Self::plain_message), for a caller who copies the headers and so has no use for templates.
    pub fn plain_head(&mut self, now: impl FnOnce() -> Time, bytes: &[u8]) -> Option<PlainHead> {
        let version = self.plain_version()?;
        self.hear(now);
        let block = PlainBlock::read(bytes, version, &self.config.limits)?;
        let (_, id) = block.headers(bytes).nth(block.subscription?)?;
        let subscription = self.subscriptions.get(std::str::from_utf8(id).ok()?)?.key;
        Some(PlainHead { subscription, block, version })
    }

    /// Takes a message whose header block the caller compared with a template that
    /// [`plain_message`](Self::plain_message) found to fit before, so that only what stands in the holes is left to be
    /// looked at: `values`, in the order of the headers, each with its line end. Answers the `content-length`, if there
    /// is one. `None` says: try `plain_message`.
    pub fn recall(
        &mut self,
        now: impl FnOnce() -> Time,
        place: usize,
        template: u32,
        values: &[u8],
    ) -> Option<Option<usize>> {
        let version = self.plain_version()?;
        let known = self.subscriptions.at(place)?.template.as_ref().filter(|known| known.number == template)?;
        let length = known.recall(values, version, &self.config.limits)?;
        self.hear(now);
        Some(length)
    }

    /// The version, if messages may go the short way now.
    fn plain_version(&self) -> Option<Version> {
        let State::Connected(version) = self.state else { return None };
        // Padding is the decoder's to cut off.
        let padded = self.config.leniency.trim_1_0_padding && version == Version::V1_0;
        (self.is_idle() && !padded).then_some(version)
    }

    /// "any new data received over the network connection is an indication that the remote end is alive"
    fn hear(&mut self, now: impl FnOnce() -> Time) {
        if self.heartbeat.hear() {
            self.now = now();
            self.heartbeat.received(self.now);
        }
    }
}

impl Subscription {
    fn reads(&self, bytes: &[u8], version: Version, limits: &Limits, fit: &mut Fit) -> bool {
        self.template.as_ref().is_some_and(|template| template.read(bytes, version, limits, fit))
    }

    fn learn(&mut self, number: u32, block: &PlainBlock, bytes: &[u8]) {
        if !self.template.as_mut().is_some_and(|template| template.widen(number, block, bytes)) {
            self.template = Some(Box::new(Template::new(number, block, bytes)));
        }
    }
}

/// What is probably the subscription: which template to try, no more.
fn guess_subscription(bytes: &[u8]) -> Option<&str> {
    const NAME: &[u8] = b"\nsubscription:";
    let start = bytes.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let value = bytes.get(start..)?;
    let end = value.iter().position(|byte| *byte == b'\n')?;
    std::str::from_utf8(value.get(..end)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Data, Event, SessionConfig};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn session() -> Session {
        let mut session = Session::new(SessionConfig::default(), Time(0)).expect("a session");
        session.handle_data(Time(0), Data::Text("CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"));
        assert!(matches!(session.poll_event(), Some(Event::Connected { version: Version::V1_2, .. })));
        while session.poll_transmit().is_some() {}
        session
    }

    fn subscribe(session: &mut Session) {
        let headers = Headers::from_iter([("destination", "/a"), ("id", "s")]);
        session.subscribe(Time(0), SubscriptionKey(7), &headers).expect("a subscription");
    }

    #[test]
    fn an_everyday_message_goes_the_short_way() {
        let mut session = session();
        subscribe(&mut session);
        let block = b"MESSAGE\nsubscription:s\nmessage-id:1\ncontent-length:5\n\n";
        assert!(session.plain_message(|| Time(0), block).is_none(), "something is waiting to be sent");
        assert!(session.poll_transmit().is_some());
        let mut found = Vec::new();
        let other = b"MESSAGE\nsubscription:s\nmessage-id:2\ncontent-length:5\n\n";
        for block in [&block[..], block, other, other] {
            let message = session.plain_message(|| Time(5_000), block).expect("the short way");
            assert_eq!((message.subscription, message.content_length), (SubscriptionKey(7), Some(5)));
            let holes = message.learnt.as_ref().map(|learnt| learnt.holes().collect::<Vec<_>>());
            found.push((message.place, message.template, message.marks.to_vec(), holes));
        }
        let [first, again, second, last] = &found[..] else { panic!() };
        assert_eq!((&first.2[..], &first.3), (&[][..], &Some(vec![])));
        assert_eq!((&again.2[..], &again.3), (&[][..], &None));
        assert_eq!((&second.2[..], &second.3), (&[(34, 35)][..], &Some(vec![(1, 0, false)])));
        assert_eq!((&last.2[..], &last.3), (&[(34, 35)][..], &None));
        assert!(first.1 == again.1 && second.1 == last.1 && first.1 != second.1);
        let (place, old, new) = (first.0, first.1, second.1);
        assert_eq!(session.recall(|| Time(0), place, old, b""), None, "the template has changed");
        assert_eq!(session.recall(|| Time(0), place, new, b"345\n"), Some(Some(5)));
        assert_eq!(session.recall(|| Time(0), place + 1, new, b"345\n"), None);
        assert!(session.plain_message(|| Time(0), b"MESSAGE\nsubscription:x\n\n").is_none(), "nobody's");
        session.handle_timeout(Time(20_000));
        assert!(session.is_connected(), "the message was a sign of life");
    }

    #[test]
    fn a_message_of_activemq_goes_the_short_way() {
        let mut session = session();
        subscribe(&mut session);
        while session.poll_transmit().is_some() {}
        let mut learnt = Vec::new();
        let mut last = (0, 0);
        for n in [1, 2, 3] {
            let block = format!("MESSAGE\nsubscription:s\nmessage-id:ID\\cbroker-2\\c1\\c1\\c{n}\n\n");
            let message = session.plain_message(|| Time(0), block.as_bytes()).expect("the short way");
            last = (message.place, message.template);
            learnt.push(message.learnt.map(|it| (it.block.escaped, it.holes().collect::<Vec<_>>())));
        }
        assert_eq!(learnt, [Some((2, vec![])), Some((2, vec![(1, r"ID\cbroker-2\c1\c1\c".len(), false)])), None]);
        assert_eq!(session.recall(|| Time(0), last.0, last.1, b"4\n"), Some(None));
        assert_eq!(session.recall(|| Time(0), last.0, last.1, b"4\\c\n"), None, "there were no escapes in the hole");
    }

    #[test]
    fn who_needs_no_template_gets_the_head_alone() {
        let mut session = session();
        subscribe(&mut session);
        let block = b"MESSAGE\nsubscription:s\ncontent-length:5\n\nbody goes on";
        assert!(session.plain_head(|| Time(0), block).is_none(), "something is waiting to be sent");
        while session.poll_transmit().is_some() {}
        let head = session.plain_head(|| Time(5_000), block).expect("the short way");
        assert_eq!((head.subscription, head.block.length), (SubscriptionKey(7), 41));
        assert_eq!(head.headers(block), Some(Headers::from_iter([("subscription", "s"), ("content-length", "5")])));
        let escaped = br"MESSAGE/subscription:s/a:\c//".map(|byte| if byte == b'/' { b'\n' } else { byte });
        let head = session.plain_head(|| Time(5_000), &escaped).expect("the short way");
        assert_eq!(head.headers(&escaped), Some(Headers::from_iter([("subscription", "s"), ("a", ":")])));
        for other in [&b"MESSAGE\nsubscription:x\n\n"[..], b"MESSAGE\na:b\n\n", b"MESSAGE\nsubscription:s\n"] {
            assert!(session.plain_head(|| Time(0), other).is_none());
        }
        session.handle_timeout(Time(20_000));
        assert!(session.is_connected(), "the message was a sign of life");
        session.handle_data(Time(0), Data::Text("MESSAGE\nsubscription:s\n\nbody goes on"));
        assert_eq!(session.poll_event(), None);
        assert!(session.plain_head(|| Time(0), block).is_none(), "this is text of the body");
    }

    #[test]
    fn what_was_begun_the_long_way_goes_on_it() {
        let mut session = session();
        subscribe(&mut session);
        while session.poll_transmit().is_some() {}
        let block = "MESSAGE\nsubscription:s\n\n";
        session.handle_data(Time(0), Data::Text("MESSAGE\nsubscription:s\n\nbody goes on"));
        assert!(session.plain_message(|| Time(0), block.as_bytes()).is_none(), "unread");
        assert_eq!(session.poll_event(), None);
        assert!(session.plain_message(|| Time(0), block.as_bytes()).is_none(), "this is text of the body");
        session.handle_data(Time(0), Data::Text("\0"));
        assert!(matches!(session.poll_event(), Some(Event::Message { .. })));
        assert!(session.plain_message(|| Time(0), block.as_bytes()).is_some());
    }
}
