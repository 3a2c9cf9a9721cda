//! Frames with places for what differs, for a caller who puts everyday frames together by itself.

use super::error::since_1_1;
use super::{Session, UsageError};
use crate::frame::{Command, Headers};

/// What marks a place in [`Session::send_frame`] and [`Session::ack_frame`]: a character that nobody gives a header name.
pub const MARK: char = '\u{1}';

impl Session {
    /// A `SEND` frame with these headers, for a caller who puts frames that have the same ones together by itself:
    /// [`MARK`] stands for each value, in the order of the headers, for the number of the body's bytes, and for the body,
    /// which must not be empty. A value that has to be escaped in any version of STOMP does not go this way. The frame
    /// holds as long as the connection. `None` if each such frame must be looked at: one in a transaction, which may end.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub fn send_frame(&self, headers: &Headers) -> Result<Option<String>, UsageError> {
        if !self.is_connected() {
            return Err(UsageError::NotConnected);
        }
        headers.get("destination").ok_or(UsageError::MissingDestination)?;
        if !self.sends_as_it_is()
            || headers.iter().any(|(name, _)| matches!(name, "transaction" | "content-length") || name.contains(MARK))
        {
            return Ok(None);
        }
        let mark = MARK.encode_utf8(&mut [0; 4]).to_owned();
        let marked = headers.iter().map(|(name, _)| (name, &mark[..])).collect();
        let mut frame = String::new();
        self.encode(&mut frame, &Command::Send, &marked, None)?;
        // The blank line makes room for the length.
        frame.pop();
        frame.push_str("content-length:");
        for rest in [&mark, "\n\n", &mark, "\0"] {
            frame.push_str(rest);
        }
        Ok(Some(frame))
    }

    /// The frame that [`ack`](Self::ack), or [`nack`](Self::nack), sends for a message of the subscription without headers
    /// of the caller's, for a caller who puts such frames together by itself: the header of the `MESSAGE` that names it,
    /// a [`MARK`], and the frame with a `MARK` for the value. That is the value as it came, escapes and all: it goes back
    /// to where it came from, and there is one way only to escape what has to be. One with a NUL, or with a colon as it is,
    /// does not go this way. The frame holds as long as the subscription and the connection. `None` if each such frame must
    /// be looked at.
    ///
    /// # Errors
    /// If there is no connection, or the subscription needs no acknowledgement.
    pub fn ack_frame(&self, nack: bool, subscription: &str) -> Result<Option<String>, UsageError> {
        self.check_ack_mode(subscription)?;
        let version = self.version().ok_or(UsageError::NotConnected)?;
        // As with messages: some have to be binary, or in pieces.
        if !self.sends_as_it_is() || subscription.is_empty() || (nack && since_1_1(version).is_err()) {
            return Ok(None);
        }
        let (of_message, name) = self.ack_names();
        let mut frame = of_message.to_owned();
        frame.push(MARK);
        let headers =
            Headers::from_iter([(name, MARK.encode_utf8(&mut [0; 4]) as &str), ("subscription", subscription)]);
        self.encode(&mut frame, if nack { &Command::Nack } else { &Command::Ack }, &headers, None)?;
        frame.push('\0');
        Ok(Some(frame))
    }

    /// Whether text goes out as text, and whole.
    const fn sends_as_it_is(&self) -> bool {
        !self.config.force_binary && self.config.max_chunk.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{ContentLength, Version};
    use crate::session::{Body, Data, Event, Publish, SessionConfig, SubscriptionKey, Time, Transmit};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn session() -> Session {
        session_of(Version::V1_2, SessionConfig::default())
    }

    fn session_of(agreed: Version, config: SessionConfig) -> Session {
        let mut session = Session::new(config, Time(0)).expect("a session");
        let connected = format!("CONNECTED\nversion:{agreed}\nheart-beat:10000,10000\n\n\0");
        session.handle_data(Time(0), Data::Text(&connected));
        assert!(matches!(session.poll_event(), Some(Event::Connected { version, .. }) if version == agreed));
        while session.poll_transmit().is_some() {}
        session
    }

    #[test]
    fn a_marked_frame_makes_the_frames_that_publish_makes() {
        let mut session = session();
        let headers = Headers::from_iter([("destination", "/a"), ("na:me", "v 1"), ("x", "")]);
        let frame = session.send_frame(&headers).expect("connected").expect("a frame");
        let body = "hällo";
        let publish = Publish { headers: &headers, body: Body::Text(body), content_length: ContentLength::IfBody };
        session.publish(Time(0), publish).expect("sent");
        let mut filled = frame;
        for value in ["/a", "v 1", "", "6", body] {
            filled = filled.replacen(MARK, value, 1);
        }
        assert_eq!(session.poll_transmit(), Some(Transmit::Text(filled)));
        assert_eq!(session.send_frame(&Headers::new()), Err(UsageError::MissingDestination));
        for own in ["transaction", "content-length", "a\u{1}"] {
            let headers = Headers::from_iter([("destination", "/a"), (own, "t")]);
            assert_eq!(session.send_frame(&headers), Ok(None), "{own:?}");
        }
        session.disconnect(Time(0));
        assert_eq!(session.send_frame(&headers), Err(UsageError::NotConnected));
    }

    #[test]
    fn a_marked_frame_acknowledges_with_the_value_as_it_came() {
        for (version, of_message, came, meant) in [
            (Version::V1_2, "ack", r"ID\cb\\n\r\n", "ID:b\\n\r\n"),
            (Version::V1_1, "message-id", r"ID\cb\\r\n", "ID:b\\r\n"),
            (Version::V1_0, "message-id", r"ID\cb\t", r"ID\cb\t"),
        ] {
            let mut session = session_of(version, SessionConfig::default());
            let headers = Headers::from_iter([("destination", "/a"), ("id", "s:1"), ("ack", "client")]);
            session.subscribe(Time(0), SubscriptionKey(7), &headers).expect("a subscription");
            while session.poll_transmit().is_some() {}
            for nack in [false, true].into_iter().filter(|nack| !nack || version > Version::V1_0) {
                let marked = session.ack_frame(nack, "s:1").expect("connected").expect("a frame");
                let act = if nack { Session::nack } else { Session::ack };
                act(&mut session, Time(0), meant, "s:1", &Headers::new()).expect("acknowledged");
                let sent = format!("{of_message}{MARK}{}", marked.split(MARK).skip(1).collect::<Vec<_>>().join(came));
                let (name, frame) = sent.split_once(MARK).expect("a name");
                assert_eq!(name, of_message);
                assert_eq!(session.poll_transmit(), Some(Transmit::Text(frame.to_owned())), "{version}");
            }
        }
    }

    #[test]
    fn what_must_be_looked_at_has_no_marked_frame() {
        let mut session = session();
        let auto = Headers::from_iter([("destination", "/a"), ("id", "s")]);
        session.subscribe(Time(0), SubscriptionKey(7), &auto).expect("a subscription");
        assert_eq!(session.ack_frame(false, "s"), Err(UsageError::NotAcknowledgeable));
        assert_eq!(session.ack_frame(false, ""), Ok(None), "of no subscription");
        assert!(session.ack_frame(false, "gone").is_ok_and(|frame| frame.is_some()), "one that has ended");
        session.disconnect(Time(0));
        assert_eq!(session.ack_frame(false, "gone"), Err(UsageError::NotConnected));
        assert_eq!(session_of(Version::V1_0, SessionConfig::default()).ack_frame(true, "s"), Ok(None), "no NACK");
        for config in [
            SessionConfig { force_binary: true, ..SessionConfig::default() },
            SessionConfig { max_chunk: Some(20), ..SessionConfig::default() },
        ] {
            let session = session_of(Version::V1_2, config);
            assert_eq!(session.ack_frame(false, "s"), Ok(None));
            assert_eq!(session.send_frame(&auto), Ok(None));
        }
    }
}
