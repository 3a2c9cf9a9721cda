//! A message that was sent, and its part of the wire that all subscribers share.

use std::sync::OnceLock;

use bytes::Bytes;
use stomp_wasm::frame::{Command, ContentLength, Headers, Version, encode_head};

/// Headers of a `SEND` that speak to the server about this one frame, and that the server sets itself in a `MESSAGE`.
/// All others are passed on: "The user defined headers MUST be passed through in the `MESSAGE` frame." (STOMP 1.2, SEND)
const NOT_PASSED_ON: [&str; 8] =
    ["destination", "content-length", "receipt", "transaction", "message-id", "subscription", "ack", "redelivered"];

/// A message, shared by all its deliveries.
#[derive(Debug)]
pub(crate) struct Message {
    /// Unique in the broker and increasing: the `message-id`, and the order in queues.
    pub(crate) seq: u64,
    pub(crate) destination: Box<str>,
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    is_text: OnceLock<bool>,
    tails: [OnceLock<Bytes>; 3],
}

impl Message {
    pub(crate) fn new(seq: u64, destination: &str, headers: &Headers, body: Bytes) -> Self {
        let headers = headers.iter().filter(|(name, _)| !NOT_PASSED_ON.contains(name)).collect();
        Self {
            seq,
            destination: destination.into(),
            headers,
            body,
            is_text: OnceLock::new(),
            tails: [const { OnceLock::new() }; 3],
        }
    }

    /// Whether the whole frame is valid UTF-8, and so may go out in a text frame of a WebSocket.
    pub(crate) fn is_text(&self) -> bool {
        *self.is_text.get_or_init(|| std::str::from_utf8(&self.body).is_ok())
    }

    /// What this message counts against limits, in bytes.
    pub(crate) fn weight(&self) -> usize {
        self.body.len() + self.destination.len() + 128
    }

    /// Everything of the `MESSAGE` frame that does not differ between subscribers: the headers from `destination` on,
    /// the body and the NUL. Encoded once for each version, however many read it.
    pub(crate) fn tail(&self, version: Version) -> &Bytes {
        let [v1_0, v1_1, v1_2] = &self.tails;
        let tail = match version {
            Version::V1_0 => v1_0,
            Version::V1_1 => v1_1,
            Version::V1_2 => v1_2,
        };
        tail.get_or_init(|| self.encode_tail(version))
    }

    fn encode_tail(&self, version: Version) -> Bytes {
        let headers: Vec<_> = std::iter::once(("destination", &*self.destination)).chain(self.headers.iter()).collect();
        let frame = encode_leniently(&Command::Message, &headers, &self.body, Some(version));
        // What stands before the shared part differs: `Delivery` writes it.
        frame.slice("MESSAGE\n".len().min(frame.len())..)
    }
}

/// Encodes a frame of the server. A header that this version cannot put on the wire (a line feed in STOMP 1.0, which
/// has no escapes) is left out: the alternative is to lose the whole frame, or to let one header become two.
pub(crate) fn encode_leniently(
    command: &Command,
    headers: &[(&str, &str)],
    body: &[u8],
    version: Option<Version>,
) -> Bytes {
    let length = ContentLength::IfBody.of(body);
    let mut head = String::with_capacity(256);
    if encode_head(&mut head, command, headers.iter().copied(), length, version).is_err() {
        let possible = headers.iter().copied().filter(|&header| {
            let ok = encode_head(&mut String::new(), command, [header], None, version).is_ok();
            if !ok {
                tracing::debug!(name = header.0, "left out a header that this version of STOMP cannot express");
            }
            ok
        });
        // Cannot fail: every header was tried.
        let _ = encode_head(&mut head, command, possible, length, version);
    }
    let mut out = head.into_bytes();
    out.reserve_exact(body.len() + 1);
    out.extend_from_slice(body);
    out.push(0);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_holds_what_all_share() {
        let headers =
            Headers::from_iter([("receipt", "1"), ("destination", "x"), ("a:b", "c\nd"), ("content-length", "9")]);
        let message = Message::new(1, "/topic/a", &headers, Bytes::from_static(b"hi"));
        assert_eq!(message.tail(Version::V1_2), "destination:/topic/a\na\\cb:c\\nd\ncontent-length:2\n\nhi\0");
        assert_eq!(message.tail(Version::V1_0), "destination:/topic/a\ncontent-length:2\n\nhi\0");
        assert!(message.is_text());
        assert!(!Message::new(1, "/topic/a", &headers, Bytes::from_static(b"\xff")).is_text());
    }
}
