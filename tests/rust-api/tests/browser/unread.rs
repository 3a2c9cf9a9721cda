//! Bodies stay where they are until they are read, and messages are the same whichever way they come.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures_util::Stream;
use js_sys::WebAssembly::Memory;
use stomp_wasm::{Client, Errors, Message, Subscription, UnhandledMessages};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

/// A client with a subscription to `/a` whose broker the test is, and all that it tells.
struct Told {
    client: Client,
    peer: Peer,
    _peers: Peers,
    id: String,
    messages: Subscription,
    unhandled: UnhandledMessages,
    errors: Errors,
}

impl Told {
    async fn new() -> Self {
        let (client, peers, mut peer) = Peers::connected().await;
        let messages = client.subscription("/a").header("id", "s").subscribe();
        let id = header(&peer.frame().await, "id");
        let (unhandled, errors) = (client.unhandled_messages(), client.errors());
        Self { client, peer, _peers: peers, id, messages, unhandled, errors }
    }

    fn message(&mut self) -> Message {
        poll_once(&mut Box::pin(self.messages.recv())).flatten().expect("a message")
    }

    /// Everything that came since, in words.
    fn all(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(Some(message)) = poll_once(&mut Box::pin(self.messages.recv())) {
            told.push(in_words("message", &message));
        }
        while let Some(Some(message)) = poll_once(&mut Box::pin(self.unhandled.recv())) {
            told.push(in_words("unhandled", &message));
        }
        while let Some(Some(error)) = poll_once(&mut Box::pin(self.errors.recv())) {
            told.push(format!("error: {error}"));
        }
        told.push(format!("connected: {}", self.client.is_connected()));
        told
    }
}

fn in_words(kind: &str, message: &Message) -> String {
    let headers: Vec<_> = message.headers().iter().collect();
    format!("{kind} {headers:?} {}", String::from_utf8_lossy(message.bytes()))
}

fn frame(id: &str, more: &str, body: &str) -> String {
    format!("MESSAGE\nsubscription:{id}\n{more}content-length:{}\n\n{body}\0", body.len())
}

fn open_frame(id: &str, body: &str) -> String {
    format!("MESSAGE\nsubscription:{id}\nmessage-id:7\n\n{body}\0")
}

fn bodies() -> Vec<String> {
    let mut bodies: Vec<String> =
        ["", "x", "hello", "größer", "漢字 € 😀", "a\0b\0", "\0", "line\n\nline", "\u{feff}bom", "MESSAGE\n\n\0"]
            .map(str::to_owned)
            .into();
    for piece in ["0123456789abcdef", "é", "漢字", "ascii and 😀 ", "with\0NUL", "{\"a\":1}\n\n"] {
        bodies.extend([40, 600, 2_100, 40_000].map(|length| piece.repeat(length / piece.len() + 1)));
    }
    // What is not ASCII at one end only.
    bodies.extend([format!("é{}", "x".repeat(3_000)), format!("{}😀", "x".repeat(3_000))]);
    bodies
}

/// Has the whole of the texts taken the long way: nothing that arrives has a whole header block.
async fn long_way(texts: &[String]) -> Vec<String> {
    let mut told = Told::new().await;
    for piece in texts.concat().as_bytes().chunks(11) {
        told.peer.send_bytes(piece);
    }
    told.all()
}

async fn as_text(texts: &[String]) -> Vec<String> {
    let mut told = Told::new().await;
    for text in texts {
        told.peer.deliver(&text.into());
    }
    told.all()
}

async fn as_bytes(texts: &[String]) -> Vec<String> {
    let mut told = Told::new().await;
    for text in texts {
        told.peer.send_bytes(text.as_bytes());
    }
    told.all()
}

async fn same(texts: &[String]) -> Vec<String> {
    let expected = long_way(texts).await;
    let shown = || texts.iter().map(|text| text.chars().take(200).collect()).collect::<Vec<String>>();
    assert!(as_text(texts).await == expected, "text: {:?}", shown());
    assert!(as_bytes(texts).await == expected, "bytes: {:?}", shown());
    expected
}

#[test]
async fn each_body_is_the_same_whichever_way_it_comes() {
    for body in bodies() {
        let told = same(&[frame("s", "message-id:1\n", &body)]).await;
        let expected = format!(
            "message {:?} {body}",
            [("subscription", "s"), ("message-id", "1"), ("content-length", &body.len().to_string())]
        );
        assert!(told == [expected, "connected: true".into()], "{told:?}");
        if !body.contains('\0') {
            same(&[open_frame("s", &body)]).await;
        }
    }
}

#[test]
async fn all_in_one_message_or_each_in_its_own_they_come_in_order() {
    let frames: Vec<_> = bodies()
        .iter()
        .enumerate()
        .map(|(number, body)| match number % 4 {
            3 if !body.contains('\0') => open_frame("s", body),
            2 => format!("{}\n\n", frame("s", &format!("message-id:{number}\n"), body)),
            _ => frame("s", &format!("message-id:{number}\nx:y\n"), body),
        })
        .collect();
    let each = same(&frames).await;
    assert_eq!(each.len(), frames.len() + 1);
    assert!(same(&[frames.concat()]).await == each);
    // More than go the short way together.
    let many: Vec<_> = (0..200).map(|number| frame("s", &format!("message-id:{number}\n"), "tick")).collect();
    assert_eq!(same(&[many.concat()]).await.len(), 201);
    let many: Vec<_> = (0..200).map(|number| frame("s", &format!("message-id:{number}\n"), "täck")).collect();
    assert_eq!(same(&[many.concat()]).await.len(), 201);
}

#[test]
async fn what_is_not_everyday_is_the_same_too() {
    let long = "x".repeat(3_000);
    for text in [
        frame("nobody", "", "body"),
        format!("{}{}{}", frame("s", "", "1"), frame("nobody", "", "2"), frame("s", "", &long)),
        frame("s", "a:\\c\\n\n", "escaped"),
        frame("s", "a:\\c\\n\\r\\\\n\nb:1\n", &long),
        frame("s", "a\\c:1\n", &long),
        frame("s", "a:\\t\n", &long),
        frame("s", "a:1\\\nb:\\\\\\\n", &long),
        frame("\\c", "", &long),
        frame("s", "a:1\na:2\n", "repeated"),
        frame("s", "a:ü\n", &long),
        frame("s", &format!("a:{long}\n"), "a long block"),
        frame("s", "content-length:2\n", &long),
        format!("MESSAGE\r\nsubscription:s\r\n\r\n{long}\0"),
        format!("{}RECEIPT\nreceipt-id:1\n\n\0{}", frame("s", "", &long), frame("s", "", "ü")),
        format!("\n\n{}\n", frame("s", "", &long)),
        // Too short, too long, inside a character.
        format!("MESSAGE\nsubscription:s\ncontent-length:2999\n\n{long}\0"),
        format!("MESSAGE\nsubscription:s\ncontent-length:3001\n\n{long}\0"),
        format!("MESSAGE\nsubscription:s\ncontent-length:999999\n\n{long}\0"),
        format!("MESSAGE\nsubscription:s\ncontent-length:99999999999\n\n{long}\0"),
        format!("MESSAGE\nsubscription:s\ncontent-length:1001\n\n{}\0", "é".repeat(1_000)),
        format!("{}ERROR\nmessage:no\n\n\0{}", frame("s", "", &long), frame("s", "", "late")),
        format!("{}garbage", frame("s", "", &long)),
        "MESSAGE\n\n".into(),
    ] {
        same(&[text]).await;
    }
}

/// A small generator of numbers (xorshift), so that what fails once fails again.
struct Random(u32);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % bound
    }
}

#[test]
async fn cut_anywhere_they_are_the_same() {
    let mut random = Random(4_711);
    let bodies: Vec<_> = bodies().into_iter().filter(|body| body.len() < 3_000).collect();
    for _ in 0..60 {
        let stream: String = (0..12)
            .map(|number| {
                let body = &bodies[random.below(bodies.len())];
                match random.below(8) {
                    0 => "\n".into(),
                    1 => frame("nobody", "", body),
                    2 => frame("s", "escaped:\\c\n", body),
                    3 if !body.contains('\0') => open_frame("s", body),
                    _ => frame("s", &format!("message-id:{number}\n"), body),
                }
            })
            .collect();
        let mut texts = Vec::new();
        let mut rest = &stream[..];
        while !rest.is_empty() {
            // Between frames as often as inside.
            let at = match random.below(2) {
                0 => rest.find("\0MESSAGE").map_or(rest.len(), |at| at + 1),
                _ => 1 + random.below(rest.len()),
            };
            let at = (at..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
            let (text, tail) = rest.split_at(at);
            texts.push(text.to_owned());
            rest = tail;
        }
        same(&texts).await;
    }
}

#[test]
async fn half_a_pair_is_what_a_socket_makes_of_it() {
    let mut told = Told::new().await;
    // No WebSocket gives such text, but a socket of the application's own may.
    let half = js_sys::JsString::from_char_code1(0xd83d);
    for ascii in ["x".to_owned(), "x".repeat(1_000)] {
        let head = format!("MESSAGE\nsubscription:s\ncontent-length:{}\n\n{ascii}", ascii.len() + 3);
        told.peer.deliver(&js_sys::JsString::from(head).concat(&half).concat(&"\0".into()));
        assert_eq!(told.message().text().unwrap(), ascii + "\u{fffd}");
    }
}

fn memory() -> u32 {
    let buffer = wasm_bindgen::memory().unchecked_into::<Memory>().buffer();
    buffer.unchecked_into::<js_sys::ArrayBuffer>().byte_length()
}

#[test]
async fn a_body_that_nobody_reads_does_not_come_into_the_memory_of_wasm() {
    let mut told = Told::new().await;
    // Escapes as in ActiveMQ's names of messages make no difference.
    let text = frame(&told.id, "message-id:ID\\cbroker\\c1\n", &"0123456789abcdef".repeat(1 << 16));
    let open = open_frame(&told.id, &"0123456789abcde\n".repeat(65_000));
    let wide = open_frame(&told.id, &"漢".repeat(300_000));
    let given: [wasm_bindgen::JsValue; 4] =
        [(&text).into(), js_sys::Uint8Array::from(text.as_bytes()).buffer().into(), (&open).into(), (&wide).into()];
    let mut kept = Vec::new();
    for data in &given {
        let before = memory();
        for _ in 0..50 {
            told.peer.deliver(data);
            kept.push(told.message());
        }
        // Headers and the like of 50 messages, where the bodies have 50 MiB.
        assert!(memory() - before < 1 << 20, "{} bytes more", memory() - before);
    }
    assert_eq!(kept.first().map(Message::id), Some("ID:broker:1"));
    let last = kept.pop().unwrap();
    let before = memory();
    let read: Vec<_> = kept.iter().filter(|message| message.bytes().len() >= 900_000).collect();
    assert_eq!(read.len(), 199);
    assert!(memory() - before > 150 << 20, "read, they are there");
    assert_eq!(last.text().unwrap().len(), 900_000);
}

#[test]
async fn however_it_is_asked_for_a_body_is_the_same() {
    let mut told = Told::new().await;
    let body = format!("[{}1]", "1,".repeat(1_000));
    let text = frame(&told.id, "message-id:1\n", &body);
    let mut next = || {
        told.peer.deliver(&(&text).into());
        told.message()
    };
    let asked: [fn(&Message) -> Vec<u8>; 5] = [
        |message| message.text().unwrap().into(),
        |message| message.bytes().into(),
        |message| message.clone().into_bytes(),
        |message| message.frame().body.clone(),
        |message| {
            assert!(format!("{message:?}").contains("length: 2003"), "{message:?}");
            message.bytes().into()
        },
    ];
    for first in asked {
        for second in asked {
            let message = next();
            let other = message.clone();
            assert!(first(&message) == body.as_bytes() && second(&other) == body.as_bytes());
            assert_eq!(message.header("message-id"), Some("1"));
            assert_eq!(other.frame().header("message-id"), Some("1"));
            drop(message);
            assert!(other.into_bytes() == body.as_bytes());
        }
    }
    assert!(next().into_bytes() == body.as_bytes());
    assert_eq!(next().json::<Vec<u32>>().unwrap().len(), 1_001);
}

thread_local! {
    /// What is to be done when a message wakes its reader.
    static ON_WAKE: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

struct Woken;

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        let act = ON_WAKE.with_borrow_mut(Option::take);
        if let Some(act) = act {
            act();
        }
    }
}

#[test]
async fn what_comes_while_messages_are_told_comes_after_them() {
    let Told { client, peer, _peers, id, mut messages, .. } = Told::new().await;
    let long = "x".repeat(3_000);
    let peer = Rc::new(peer);
    let waker = Waker::from(Arc::new(Woken));
    assert!(Pin::new(&mut messages).poll_next(&mut Context::from_waker(&waker)).is_pending());
    let inner = format!("{long}\0{}", frame(&id, "message-id:4\n", &long));
    let also = Rc::clone(&peer);
    ON_WAKE.set(Some(Rc::new(move || {
        // The socket gives more from within, and it goes on where the other message ends.
        client.publish("/a", "x").send().unwrap();
        also.deliver(&(&inner).into());
    })));
    let outer: String = ["1", "2"].map(|number| frame(&id, &format!("message-id:{number}\n"), &long)).concat();
    let outer = format!("{outer}MESSAGE\nsubscription:{id}\nmessage-id:3\n\n");
    peer.deliver(&(&outer).into());
    assert!(ON_WAKE.take().is_none(), "it was woken");
    let mut told = VecDeque::new();
    while let Some(Some(message)) = poll_once(&mut Box::pin(messages.recv())) {
        assert_eq!(message.text().unwrap(), long);
        told.push_back(message.id().to_owned());
    }
    assert_eq!(told, ["1", "2", "3", "4"]);
    assert!(matches!(Pin::new(&mut messages).poll_next(&mut Context::from_waker(&waker)), Poll::Pending));
}
