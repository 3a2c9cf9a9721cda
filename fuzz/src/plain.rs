//! The short way of everyday messages against the decoder, which knows all the rules.

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Unstructured};
use stomp_wasm::frame::{Decoded, Decoder, Frame, Headers, Leniency, Limits, PlainBlock, Version};
use stomp_wasm::session::{Data, Learnt, Session, SessionConfig, SubscriptionKey, Time};

#[derive(Arbitrary, Debug)]
struct Script<'a> {
    version: u8,
    small_limits: bool,
    messages: Vec<Message<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Message<'a> {
    /// Headers that are often the same as those of the message before.
    Usual {
        subscription: bool,
        values: [u8; 3],
        pieces: [u8; 2],
        length: Option<u16>,
        looked_at: bool,
    },
    Headers {
        headers: Vec<(&'a str, &'a str)>,
        looked_at: bool,
    },
    Bytes(&'a [u8]),
}

/// A value of up to four pieces: with escapes of all versions, of some of them, of none, and with half a one.
fn pieces_of(which: u8) -> String {
    (0..4)
        .map(|place| ["", "\\c", "\\\\", ["\\n", "\\r", "\\t", "\\"][place]][usize::from(which >> (2 * place) & 3)])
        .collect()
}

impl Message<'_> {
    fn bytes(&self) -> (Vec<u8>, bool) {
        match self {
            Self::Usual { subscription, values: [a, b, c], pieces, length, looked_at } => {
                let id = if *subscription { "a" } else { "b" };
                let length = length.map_or(String::new(), |length| format!("content-length:{length}\n"));
                let [d, e] = pieces.map(pieces_of);
                let text = format!("MESSAGE\nsubscription:{id}\nmessage-id:{d}{a}\nx:{}{e}\n{length}y:{c}\n\n", b % 3);
                (text.into_bytes(), *looked_at)
            }
            Self::Headers { headers, looked_at } => {
                let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
                (format!("MESSAGE\nsubscription:a\n{lines}\n").into_bytes(), *looked_at)
            }
            Self::Bytes(bytes) => ([b"MESSAGE\n", *bytes].concat(), true),
        }
    }
}

/// What the JavaScript face remembers of a subscription's messages: `pkg-template/src/plain-template.ts`.
struct Remembered {
    number: u32,
    place: usize,
    block: Vec<u8>,
    names: Vec<String>,
    /// As they are meant.
    values: Vec<String>,
    /// The header, what stands before the hole as it is meant, where the hole begins and ends in the block, and whether
    /// there can be escapes in it.
    holes: Vec<(usize, String, usize, usize, bool)>,
}

/// What goes the short way is what the decoder reads, however much of it JavaScript takes from the message before.
pub fn plain(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(script) = Script::arbitrary(&mut input) else { return };
    let version = Version::ALL[usize::from(script.version % 3)];
    let limits = match script.small_limits {
        true => Limits { headers: 5, header_line: 20, body: 300, frame: 400 },
        false => Limits::default(),
    };
    let mut session = Session::new(SessionConfig { limits, ..SessionConfig::default() }, Time(0)).expect("a session");
    session.handle_data(Time(0), Data::Text(&format!("CONNECTED\nversion:{version}\n\n\0")));
    while session.poll_event().is_some() {}
    for (key, id) in [(1, "a"), (2, "b")] {
        let headers = Headers::from_iter([("destination", "/x"), ("id", id)]);
        session.subscribe(Time(0), SubscriptionKey(key), &headers).expect("a subscription");
    }
    // What waits to be sent keeps messages on the long way.
    while session.poll_transmit().is_some() {}
    let mut remembered: BTreeMap<u32, Remembered> = BTreeMap::new();
    for message in &script.messages {
        let (bytes, looked_at) = message.bytes();
        // What the face does first: it compares, and hands over what stands in the holes.
        let recalled = remembered.values().find_map(|known| {
            let (values, marks, length) = known.compare(&bytes)?;
            let body = session.recall(|| Time(1), known.place, known.number, &values)?;
            Some((known, marks, length, body))
        });
        let whole = PlainBlock::read(&bytes, version, &limits);
        if let Some((known, marks, length, body)) = &recalled {
            let whole = whole.as_ref().expect("a template reads what the block reads");
            assert_eq!((whole.length, whole.content_length), (*length, *body));
            assert_eq!(known.headers(&bytes, marks), meant(whole, &bytes));
        }
        let Some(found) = session.plain_message(|| Time(1), &bytes) else {
            assert!(recalled.is_none(), "what is recalled is read");
            continue;
        };
        let block = whole.expect("a template reads what the block reads");
        assert_eq!((found.length, found.content_length), (block.length, block.content_length));
        assert!(found.learnt.is_none() || recalled.is_none(), "there is nothing to learn of it");
        let frame = by_the_decoder(&bytes, &block, version, limits);
        let key = match frame.header("subscription") {
            Some("a") => 1,
            Some("b") => 2,
            other => panic!("for no subscription: {other:?}"),
        };
        assert_eq!(found.subscription.0, key);
        let marks: Vec<_> = found.marks.iter().map(|(start, end)| (*start as usize, *end as usize)).collect();
        if let Some(learnt) = &found.learnt {
            remembered.insert(key, Remembered::new(found.template, found.place, learnt, &marks, &bytes));
        }
        let known = &remembered[&key];
        assert_eq!((known.number, known.place), (found.template, found.place), "a template that was told of");
        if looked_at {
            let wanted: Vec<_> = frame.headers.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            assert_eq!(known.headers(&bytes, &marks), wanted);
        }
    }
}

impl Remembered {
    fn new(number: u32, place: usize, learnt: &Learnt<'_>, marks: &[(usize, usize)], bytes: &[u8]) -> Self {
        let (names, values) = meant(learnt.block, bytes).into_iter().unzip();
        let block = bytes[..learnt.block.length].to_vec();
        let holes = learnt.holes().zip(marks).map(|((place, fixed, escaped), (start, end))| {
            let fixed = text(&bytes[start - fixed..*start]);
            let fixed = if learnt.block.escaped >> place & 1 == 1 { unescape(&fixed) } else { fixed };
            (place, fixed, *start, *end, escaped)
        });
        Self { number, place, block, names, values, holes: holes.collect() }
    }

    /// As `pkg-template/src/recall.ts`.
    fn compare(&self, bytes: &[u8]) -> Option<(Vec<u8>, Vec<(usize, usize)>, usize)> {
        let (mut values, mut marks) = (Vec::new(), Vec::new());
        let (mut own, mut at) = (0, 0);
        for (_, _, start, end, _) in &self.holes {
            let piece = &self.block[own..*start];
            let rest = bytes[at..].strip_prefix(piece)?;
            at += piece.len();
            let length =
                rest.iter().position(|byte| *byte == b'\n' || *byte > 127).filter(|end| rest[*end] == b'\n')?;
            values.extend_from_slice(&rest[..=length]);
            marks.push((at, at + length));
            at += length;
            own = *end;
        }
        let piece = &self.block[own..];
        bytes[at..].strip_prefix(piece)?;
        Some((values, marks, at + piece.len()))
    }

    /// As `pkg-template/src/plain-template.ts`.
    fn headers(&self, bytes: &[u8], marks: &[(usize, usize)]) -> Vec<(String, String)> {
        let mut values = self.values.clone();
        for ((place, fixed, _, _, escaped), (start, end)) in self.holes.iter().zip(marks) {
            let value = text(&bytes[*start..*end]);
            values[*place] = fixed.clone() + &if *escaped { unescape(&value) } else { value };
        }
        self.names.iter().cloned().zip(values).collect()
    }
}

/// The headers of a block as they are meant.
fn meant(block: &PlainBlock, bytes: &[u8]) -> Vec<(String, String)> {
    let one = |(place, (name, value))| {
        let value = text(value);
        (text(name), if block.escaped >> place & 1 == 1 { unescape(&value) } else { value })
    };
    block.headers(bytes).enumerate().map(one).collect()
}

/// As `pkg-template/src/unescape-value.ts`: what is no escape never gets here.
fn unescape(text: &str) -> String {
    let mut pieces = text.split('\\');
    let mut meant = pieces.next().unwrap_or_default().to_owned();
    while let Some(piece) = pieces.next() {
        let (letter, rest) = piece.split_at(piece.len().min(1));
        meant += match letter {
            // Of two backslashes the second one ended this piece.
            "" => "\\",
            "c" => ":",
            "n" => "\n",
            "r" => "\r",
            other => panic!("no escape: {other:?} in {text:?}"),
        };
        meant += if letter.is_empty() { pieces.next().expect("the second backslash") } else { rest };
    }
    meant
}

fn by_the_decoder(bytes: &[u8], block: &PlainBlock, version: Version, limits: Limits) -> Frame {
    let mut decoder = Decoder::new(limits, Leniency::default());
    decoder.set_version(version);
    let mut whole = bytes[..block.length].to_vec();
    whole.resize(whole.len() + block.content_length.unwrap_or(0).min(1 << 16), b'x');
    if block.content_length.is_some_and(|length| length > 1 << 16) {
        // The rest of it would be of the same kind.
        let mut input = &whole[..];
        assert_eq!(decoder.decode(&mut input), Ok(None));
        let headers = meant(block, bytes).into_iter().collect();
        return Frame { headers, ..Frame::new(stomp_wasm::frame::Command::Message) };
    }
    whole.push(0);
    let mut input = &whole[..];
    let Ok(Some(Decoded::Frame(frame))) = decoder.decode(&mut input) else {
        panic!("the decoder does not take {:?}", String::from_utf8_lossy(&whole))
    };
    frame.to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("plain is ASCII")
}
