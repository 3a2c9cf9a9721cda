//! The short way of an everyday message, in and out: its header block is looked at, its body is not.

use super::session::State;
use super::{Session, SubscriptionKey, Time, UsageError};
use crate::frame::{Command, Headers, PlainBlock, Template};

/// What [`Session::plain_message`] found in a header block, but for where its headers are: that says
/// [`Session::plain_block`].
#[derive(Clone, Copy, Debug)]
pub struct PlainMessage {
    /// The subscription that the message is for.
    pub subscription: SubscriptionKey,
    /// The template that the headers were compared with.
    pub template: u32,
    /// The headers, a bit for each, whose values may differ from the template's.
    pub changing: u32,
}

impl PlainMessage {
    const fn new(subscription: SubscriptionKey, template: &Template) -> Self {
        Self { subscription, template: template.number, changing: template.changing() }
    }
}

/// What the short way remembers.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// The block that was read last.
    block: PlainBlock,
    /// The subscription whose template the next block is tried with.
    last: Box<str>,
    /// How many templates were made, to number them.
    templates: u32,
}

impl Session {
    /// Reads the header block of a message, if the message can go the short way: the block is plain, nothing is
    /// waiting, and the message is for a subscription. `None` says: hand the whole text to
    /// [`handle_data`](Self::handle_data).
    ///
    /// The body is the caller's to find: `content_length` bytes, or up to the first NUL, and a NUL behind it. If it is
    /// not there, the whole goes the long way, and nothing has happened.
    pub fn plain_message(&mut self, now: Time, bytes: &[u8]) -> Option<PlainMessage> {
        let State::Connected(version) = self.state else { return None };
        if !self.is_idle() {
            return None;
        }
        let limits = &self.config.limits;
        let Plain { block, last, templates } = &mut self.plain;
        // Messages of one subscription often come in a row, and those of others often have the same names.
        let mut found = None;
        if let Some(guess) = self.subscriptions.get_mut(last) {
            let subscription = guess.key;
            if let Some(template) = &mut guess.template
                && template.read(bytes, version, limits, block)
            {
                found = Some(PlainMessage::new(subscription, template));
            }
        }
        if found.is_none() {
            *block = PlainBlock::read(bytes, version, limits)?;
        }
        let (_, id) = block.headers(bytes).nth(block.subscription?)?;
        if found.is_none() || last.as_bytes() != id {
            let id = std::str::from_utf8(id).ok()?;
            let subscription = self.subscriptions.get_mut(id)?;
            *last = id.into();
            let fits = match &mut subscription.template {
                Some(template) => template.read(bytes, version, limits, block),
                None => false,
            };
            if !fits {
                *block = PlainBlock::read(bytes, version, limits)?;
                *templates = templates.wrapping_add(1);
                subscription.template = Some(Box::new(Template::new(*templates, block, bytes)));
            }
            found = Some(PlainMessage::new(subscription.key, subscription.template.as_ref()?));
        }
        self.now = now;
        self.heartbeat.received(now);
        found
    }

    /// Where the headers are that [`plain_message`](Self::plain_message) read.
    #[must_use]
    pub const fn plain_block(&self) -> &PlainBlock {
        &self.plain.block
    }

    /// The head of a `SEND` with these headers and a text body that is not empty, for a caller who puts the frames of
    /// one destination together by itself: only the length and the body differ. It holds as long as the connection.
    /// `None` if each such frame must be looked at: one in a transaction, which may end.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub fn send_head(&self, headers: &Headers) -> Result<Option<SendHead>, UsageError> {
        if !self.is_connected() {
            return Err(UsageError::NotConnected);
        }
        headers.get("destination").ok_or(UsageError::MissingDestination)?;
        let own = self.config.force_binary || self.config.max_chunk.is_some() || headers.contains("transaction");
        // The face marks a place by a NUL.
        let own =
            own || headers.iter().any(|(name, value)| [name, value].iter().any(|text| text.as_bytes().contains(&0)));
        if own {
            return Ok(None);
        }
        let mut head = String::new();
        self.encode(&mut head, &Command::Send, headers, None)?;
        // The blank line makes room for the length.
        head.pop();
        head.push_str("content-length:");
        Ok(Some(SendHead { before_length: head, after_length: "\n\n", end: "\0" }))
    }
}

/// The parts of a `SEND` frame around its length and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendHead {
    /// What stands before the number of the body's bytes.
    pub before_length: String,
    /// What stands between that number and the body.
    pub after_length: &'static str,
    /// What stands behind the body.
    pub end: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{ContentLength, Version};
    use crate::session::{Body, Data, Event, Publish, SessionConfig, Transmit};
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
        assert!(session.plain_message(Time(0), block).is_none(), "something is waiting to be sent");
        assert!(session.poll_transmit().is_some());
        let first = session.plain_message(Time(5_000), block).expect("the short way");
        assert_eq!((first.subscription, first.changing), (SubscriptionKey(7), 0));
        let block = b"MESSAGE\nsubscription:s\nmessage-id:2\ncontent-length:5\n\n";
        let second = session.plain_message(Time(5_000), block).expect("the short way");
        assert_eq!((second.template, second.changing), (first.template, 0b10));
        assert!(session.plain_message(Time(0), b"MESSAGE\nsubscription:x\n\n").is_none(), "nobody's");
        session.handle_timeout(Time(20_000));
        assert!(session.is_connected(), "the message was a sign of life");
    }

    #[test]
    fn what_was_begun_the_long_way_goes_on_it() {
        let mut session = session();
        subscribe(&mut session);
        while session.poll_transmit().is_some() {}
        let block = "MESSAGE\nsubscription:s\n\n";
        session.handle_data(Time(0), Data::Text("MESSAGE\nsubscription:s\n\nbody goes on"));
        assert!(session.plain_message(Time(0), block.as_bytes()).is_none(), "unread");
        assert_eq!(session.poll_event(), None);
        assert!(session.plain_message(Time(0), block.as_bytes()).is_none(), "this is text of the body");
        session.handle_data(Time(0), Data::Text("\0"));
        assert!(matches!(session.poll_event(), Some(Event::Message { .. })));
        assert!(session.plain_message(Time(0), block.as_bytes()).is_some());
    }

    #[test]
    fn a_head_makes_the_frames_that_publish_makes() {
        let mut session = session();
        let headers = Headers::from_iter([("destination", "/a:b"), ("content-length", "9"), ("x", "y\\")]);
        let head = session.send_head(&headers).expect("connected").expect("a head");
        let body = "hällo";
        let publish = Publish { headers: &headers, body: Body::Text(body), content_length: ContentLength::IfBody };
        session.publish(Time(0), publish).expect("sent");
        let frame = format!("{}{}{}{body}{}", head.before_length, body.len(), head.after_length, head.end);
        assert_eq!(session.poll_transmit(), Some(Transmit::Text(frame)));
        assert_eq!(session.send_head(&Headers::new()), Err(UsageError::MissingDestination));
        let transaction = Headers::from_iter([("destination", "/a"), ("transaction", "t")]);
        assert_eq!(session.send_head(&transaction), Ok(None));
        session.disconnect(Time(0));
        assert_eq!(session.send_head(&headers), Err(UsageError::NotConnected));
    }
}
