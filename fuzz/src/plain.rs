//! The short way of everyday messages against the decoder, which knows all the rules.

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Unstructured};
use stomp_wasm::frame::{Decoded, Decoder, Frame, Headers, Leniency, Limits, PlainBlock, Version};
use stomp_wasm::session::{Data, Session, SessionConfig, SubscriptionKey, Time};

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
        length: Option<u16>,
        looked_at: bool,
    },
    Headers {
        headers: Vec<(&'a str, &'a str)>,
        looked_at: bool,
    },
    Bytes(&'a [u8]),
}

impl Message<'_> {
    fn bytes(&self) -> (Vec<u8>, bool) {
        match self {
            Self::Usual { subscription, values: [a, b, c], length, looked_at } => {
                let id = if *subscription { "a" } else { "b" };
                let length = length.map_or(String::new(), |length| format!("content-length:{length}\n"));
                let text = format!("MESSAGE\nsubscription:{id}\nmessage-id:{a}\nx:{}\n{length}y:{c}\n\n", b % 3);
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

/// What the JavaScript face remembers of a subscription's messages.
struct Learnt {
    number: u32,
    names: Vec<String>,
    values: Vec<String>,
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
    let mut learnt: BTreeMap<u32, Learnt> = BTreeMap::new();
    for message in &script.messages {
        let (bytes, looked_at) = message.bytes();
        let Some(found) = session.plain_message(Time(1), &bytes) else { continue };
        let block = *session.plain_block();
        assert_eq!(
            PlainBlock::read(&bytes, version, &limits).map(|block| facts(&block, &bytes)),
            Some(facts(&block, &bytes)),
            "a template reads what the block reads"
        );
        let frame = by_the_decoder(&bytes, &block, version, limits);
        let key = match frame.header("subscription") {
            Some("a") => 1,
            Some("b") => 2,
            other => panic!("for no subscription: {other:?}"),
        };
        assert_eq!(found.subscription.0, key);
        if looked_at {
            let headers = as_javascript_reads(&mut learnt, key, found.template, found.changing, &block, &bytes);
            let wanted: Vec<_> = frame.headers.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            assert_eq!(headers, wanted);
        }
    }
}

fn facts(block: &PlainBlock, bytes: &[u8]) -> (usize, Option<usize>, Option<usize>, Vec<(Vec<u8>, Vec<u8>)>) {
    let headers = block.headers(bytes).map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
    (block.length, block.content_length, block.subscription, headers)
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
        let headers = block.headers(bytes).map(|(n, v)| (text(n), text(v))).collect();
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

/// As `pkg-template/src/plain-headers.ts`.
fn as_javascript_reads(
    learnt: &mut BTreeMap<u32, Learnt>,
    key: u32,
    number: u32,
    changing: u32,
    block: &PlainBlock,
    bytes: &[u8],
) -> Vec<(String, String)> {
    let now: Vec<_> = block.headers(bytes).map(|(name, value)| (text(name), text(value))).collect();
    let known = learnt.get(&key).filter(|known| known.number == number);
    let Some(known) = known else {
        let (names, values) = now.iter().cloned().unzip();
        learnt.insert(key, Learnt { number, names, values });
        return now;
    };
    let value = |place: usize| {
        if changing & (1 << place) != 0 { now[place].1.clone() } else { known.values[place].clone() }
    };
    known.names.iter().enumerate().map(|(place, name)| (name.clone(), value(place))).collect()
}
