//! The wire vectors of the client's `tests/vectors/`, on the server: see the README there.

#[macro_use]
#[path = "../../tests/vectors/cases.rs"]
mod cases;
#[allow(dead_code, reason = "shared with the client's tests")]
#[path = "../../tests/vectors/load.rs"]
mod load;

use std::collections::BTreeMap;

use load::{Direction, EncodeCase, Wanted, decode_case, encode_case, sentence};
use stomp_server::{Broker, Close, ConnId, Settings};
use stomp_wasm::frame::{Command, ContentLength, Decoded, Decoder, Frame, Headers, Leniency, Limits, Version};

/// A broker with one reader of `/topic/v`.
struct Lab {
    broker: Broker,
    reader: ConnId,
}

impl Lab {
    /// The limits are those of the client, so that the vectors mean the same here.
    fn new(reader: Version) -> Self {
        let settings = Settings { frame_limits: Limits::default(), heart_beat: (0, 0), ..Settings::default() };
        let mut broker = Broker::new(settings);
        let reader = connect(&mut broker, reader);
        broker.receive(0, reader, b"SUBSCRIBE\nid:0\ndestination:/topic/v\n\n\0");
        Self { broker, reader }
    }

    /// All that a connection gets.
    fn take(&mut self, id: ConnId) -> (Vec<u8>, Option<Close>) {
        let mut out = Vec::new();
        let taken = self.broker.take(0, id, usize::MAX, &mut out);
        (out.iter().flat_map(|item| item.to_vec()).collect(), taken.close)
    }
}

fn connect(broker: &mut Broker, version: Version) -> ConnId {
    let id = broker.open(0).expect("room for a connection");
    broker.receive(0, id, format!("CONNECT\naccept-version:{version}\nhost:a\n\n\0").as_bytes());
    let mut out = Vec::new();
    broker.take(0, id, usize::MAX, &mut out);
    assert!(out[0].to_vec().starts_with(format!("CONNECTED\nversion:{version}\n").as_bytes()));
    id
}

fn frames(version: Version, bytes: &[u8]) -> Vec<Frame> {
    // The headers that the server adds come on top of what the sender may send.
    let limits = Limits { headers: 1_010, ..Limits::default() };
    let mut decoder = Decoder::new(limits, Leniency::default());
    decoder.set_version(version);
    let mut input = bytes;
    let mut frames = Vec::new();
    while let Some(found) = decoder.decode(&mut input).expect("what the server sends is valid") {
        if let Decoded::Frame(frame) = found {
            frames.push(frame.to_owned());
        }
    }
    frames
}

/// The first of each name counts; `content-length` the server writes anew.
fn firsts<'h>(headers: impl Iterator<Item = (&'h str, &'h str)>) -> BTreeMap<&'h str, &'h str> {
    let mut firsts = BTreeMap::new();
    for (name, value) in headers.filter(|(name, _)| *name != "content-length") {
        firsts.entry(name).or_insert(value);
    }
    firsts
}

/// A client sends the vector's bytes: a reader gets its messages, and the client an `ERROR` that says what was wrong,
/// and the close.
fn decode(name: &str) {
    let case = decode_case(name);
    for version in case.versions() {
        // A reader of 1.2, which can express every header.
        let mut lab = Lab::new(Version::V1_2);
        let writer = connect(&mut lab.broker, version);
        for piece in case.pieces(Direction::ToServer) {
            lab.broker.receive(0, writer, &piece);
        }
        let (bytes, _) = lab.take(lab.reader);
        let messages = frames(Version::V1_2, &bytes);
        let wanted = case.frames();
        assert_eq!(messages.len(), wanted.len(), "{version}");
        for (message, Wanted { headers, body }) in messages.iter().zip(&wanted) {
            let mut found = firsts(message.headers.iter());
            for own in ["subscription", "message-id"] {
                found.remove(own).expect("a header that a MESSAGE must have");
            }
            assert_eq!(found, firsts(headers.iter().map(|(name, value)| (&**name, &**value))), "{version}");
            assert_eq!(&message.body, body, "{version}");
        }
        let (bytes, close) = lab.take(writer);
        let answers = frames(version, &bytes);
        match case.error.as_deref() {
            Some(error) => {
                let text = answers.last().map(|frame| String::from_utf8_lossy(&frame.body).to_ascii_lowercase());
                assert_eq!(answers.last().map(|frame| &frame.command), Some(&Command::Error), "{version}");
                let wanted = sentence(error).to_ascii_lowercase();
                assert!(text.as_ref().is_some_and(|text| text.contains(&wanted)), "{version}: {text:?}");
                assert!(close.is_some(), "{version}: an ERROR without a close");
            }
            None => assert!(answers.is_empty() && close.is_none(), "{version}: {answers:?} {close:?}"),
        }
    }
}

/// A message with the vector's headers and body, as a reader of the version gets it: each header line as the vector
/// writes it, the body, and the content-length that counts it. What the version cannot express is left out.
fn encode(name: &str) {
    let case = encode_case(name);
    for version in case.versions() {
        let mut lab = Lab::new(version);
        let headers: Headers = case.headers.iter().skip(1).map(|(name, value)| (name, value)).collect();
        lab.broker.publish(0, "/topic/v", &headers, case.body().into()).expect("a message that can be sent");
        let (bytes, _) = lab.take(lab.reader);
        check_message(&case, version, &bytes);
    }
}

fn check_message(case: &EncodeCase, version: Version, bytes: &[u8]) {
    let body = case.body();
    let head_end = bytes.windows(2).position(|pair| pair == b"\n\n").expect("a blank line");
    let (head, rest) = bytes.split_at(head_end + 1);
    assert_eq!(rest, [b"\n", &body[..], b"\0"].concat(), "{version}");
    let mut lines: Vec<&[u8]> = head.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!(lines.remove(0), b"MESSAGE\n", "{version}");
    lines.retain(|line| !line.starts_with(b"subscription:0\n") && !line.starts_with(b"message-id:"));
    let length = ContentLength::IfBody.of(&body).map(|length| format!("content-length:{length}\n"));
    assert_eq!(lines.iter().filter(|line| line.starts_with(b"content-length:")).count(), length.iter().count());
    if let Some(length) = &length {
        let at = lines.iter().position(|line| *line == length.as_bytes()).expect("the right content-length");
        lines.remove(at);
    }
    let wire = case.wire();
    let wanted: Vec<&[u8]> = match &wire {
        Some(wire) => {
            let end = wire.windows(2).position(|pair| pair == b"\n\n").expect("a blank line");
            let lines = wire[..=end].split_inclusive(|byte| *byte == b'\n').skip(1);
            lines.filter(|line| !line.starts_with(b"content-length:")).collect()
        }
        // The header that cannot be sent is the second.
        None => vec![b"destination:/topic/v\n"],
    };
    assert_eq!(lines, wanted, "{version}");
}

macro_rules! tests {
    (decode: $($decode:ident)*; encode: $($encode:ident)*;) => {
        $(#[test] fn $decode() { decode(stringify!($decode)); })*
        $(#[test] fn $encode() { encode(stringify!($encode)); })*
    };
}

cases!(tests);
