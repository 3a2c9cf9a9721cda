//! What the tests share: a client of the server that `cargo xtask test rust-api` starts, and a socket that the test
//! plays itself.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use stomp_wasm::{Client, ClientBuilder, Reconnect, State, Transport};
use wasm_bindgen::prelude::*;

/// The address of the server's WebSocket, which knows the user `guest` with the passcode `guest`, who may do everything,
/// and `reader` with the passcode `reader`, who may read topics and nothing else.
pub(crate) const URL: &str = env!("STOMP_URL", "cargo xtask test rust-api starts the server and names it here");

pub(crate) const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A client of the server that comes back quickly.
pub(crate) fn builder() -> ClientBuilder {
    Client::builder(URL).login("guest", "guest").reconnect(Reconnect::Every(ms(20)))
}

pub(crate) async fn connected() -> Client {
    let client = builder().build();
    client.connect().await.expect("a connection");
    client
}

/// A destination that no other test has.
pub(crate) fn unique(prefix: &str) -> String {
    format!("{prefix}{:x}", (js_sys::Math::random() * 1e15) as u64)
}

/// Waits until the client is in that state.
pub(crate) async fn until(client: &Client, wanted: impl Fn(State) -> bool) -> State {
    let mut states = client.states();
    loop {
        let state = states.recv().await.expect("the client lives");
        if wanted(state) {
            return state;
        }
    }
}

/// Waits until the connection was lost and is there again.
pub(crate) async fn reconnected(client: &Client) {
    let mut states = client.states();
    client.force_disconnect();
    let mut lost = false;
    while let Some(state) = states.recv().await {
        lost |= !state.is_connected();
        if lost && state.is_connected() {
            return;
        }
    }
}

#[wasm_bindgen(inline_js = r#"
export class Fake {
  constructor() { this.readyState = 0; this.protocol = "v12.stomp"; this.onsend = null; this.onend = null; }
  send(data) {
    if (this.readyState !== 1) throw new Error("the fake socket is not open");
    this.onsend(typeof data === "string" ? data : new TextDecoder().decode(data), typeof data === "string");
  }
  close(code, reason) { if (this.readyState < 2) { this.readyState = 2; this.onend(code ?? 0, reason ?? ""); } }
  listen(onsend, onend) { this.onsend = onsend; this.onend = onend; }
  open() { this.readyState = 1; this.onopen?.({}); }
  receive(data) { this.onmessage?.({ data }); }
  closed(code, reason) { this.readyState = 3; this.onclose?.({ code, reason, wasClean: code === 1000 }); }
}
"#)]
extern "C" {
    #[derive(Clone)]
    pub(crate) type Fake;
    #[wasm_bindgen(constructor)]
    fn new() -> Fake;
    #[wasm_bindgen(method)]
    fn listen(this: &Fake, onsend: &JsValue, onend: &JsValue);
    #[wasm_bindgen(method)]
    fn open(this: &Fake);
    #[wasm_bindgen(method)]
    fn receive(this: &Fake, data: &JsValue);
    #[wasm_bindgen(method)]
    fn closed(this: &Fake, code: u16, reason: &str);
}

/// What the client did to a socket that the test plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    Text(String),
    Binary(String),
    Close(u16),
}

/// The broker's end of one connection.
pub(crate) struct Peer {
    fake: Fake,
    did: UnboundedReceiver<Did>,
    _send: Closure<dyn Fn(String, bool)>,
    _end: Closure<dyn Fn(u16, String)>,
}

impl Peer {
    fn new() -> (Self, Fake) {
        let fake = Fake::new();
        let (tell, did) = unbounded();
        let end = tell.clone();
        let send = Closure::<dyn Fn(String, bool)>::new(move |text: String, is_text| {
            let text = text.replace('\0', "^@");
            let _ = tell.unbounded_send(if is_text { Did::Text(text) } else { Did::Binary(text) });
        });
        let end = Closure::<dyn Fn(u16, String)>::new(move |code, _| {
            let _ = end.unbounded_send(Did::Close(code));
        });
        fake.listen(send.as_ref(), end.as_ref());
        (Self { fake: fake.clone(), did, _send: send, _end: end }, fake)
    }

    pub(crate) fn open(&self) {
        self.fake.open();
    }

    /// Sends text, in which `^@` stands for NUL.
    pub(crate) fn send(&self, text: &str) {
        self.deliver(&text.replace("^@", "\0").into());
    }

    /// Sends what a socket gives.
    pub(crate) fn deliver(&self, data: &JsValue) {
        self.fake.receive(data);
    }

    pub(crate) fn send_bytes(&self, bytes: &[u8]) {
        self.deliver(&js_sys::Uint8Array::from(bytes).buffer());
    }

    pub(crate) fn close(&self, code: u16, reason: &str) {
        self.fake.closed(code, reason);
    }

    /// The next thing that the client did.
    pub(crate) async fn did(&mut self) -> Did {
        self.did.next().await.expect("the socket lives")
    }

    /// The next frame, which must be text; heart-beats are passed over.
    pub(crate) async fn frame(&mut self) -> String {
        loop {
            match self.did().await {
                Did::Text(text) if text == "\n" => {}
                Did::Text(text) => return text,
                other => panic!("no text frame: {other:?}"),
            }
        }
    }

    /// Opens the socket, takes CONNECT, answers CONNECTED.
    pub(crate) async fn accept(&mut self) -> String {
        self.open();
        let connect = self.frame().await;
        assert!(connect.starts_with("CONNECT\n"), "{connect}");
        self.send("CONNECTED\nversion:1.2\n\n^@");
        connect
    }

    /// Takes the DISCONNECT, confirms it, and closes the socket.
    pub(crate) async fn part(&mut self) -> String {
        let frame = self.frame().await;
        let receipt = header(&frame, "receipt");
        self.send(&format!("RECEIPT\nreceipt-id:{receipt}\n\n^@"));
        // In order means without a code, as stomp.js does it.
        assert_eq!(self.did().await, Did::Close(0));
        self.close(1000, "");
        frame
    }
}

/// A header of a frame as it went over the wire.
pub(crate) fn header(frame: &str, name: &str) -> String {
    let line = frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {name} in {frame}")).to_owned()
}

/// The sockets that a client asks for, played by the test.
pub(crate) struct Peers(UnboundedReceiver<Peer>);

impl Peers {
    pub(crate) fn transport() -> (Transport, Self) {
        let (tell, peers): (UnboundedSender<Peer>, _) = unbounded();
        let transport = Transport::custom(move || {
            let (peer, fake) = Peer::new();
            let _ = tell.unbounded_send(peer);
            Ok(fake.into())
        });
        (transport, Self(peers))
    }

    pub(crate) fn builder() -> (ClientBuilder, Self) {
        let (transport, peers) = Self::transport();
        (Client::builder(transport).reconnect(Reconnect::Every(ms(1))), peers)
    }

    /// The next socket that the client asks for.
    pub(crate) async fn next(&mut self) -> Peer {
        self.0.next().await.expect("the client lives")
    }

    /// A client that is connected to this test.
    pub(crate) async fn connected() -> (Client, Self, Peer) {
        let (builder, mut peers) = Self::builder();
        let client = builder.build();
        client.activate();
        let mut peer = peers.next().await;
        peer.accept().await;
        assert!(client.is_connected());
        (client, peers, peer)
    }
}

/// Polls a future once.
pub(crate) fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let waker = futures_util::task::noop_waker();
    match std::pin::Pin::new(future).poll(&mut std::task::Context::from_waker(&waker)) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}

/// Counts, for closures.
#[derive(Clone, Default)]
pub(crate) struct Counter(Rc<RefCell<u32>>);

impl Counter {
    pub(crate) fn next(&self) -> u32 {
        *self.0.borrow_mut() += 1;
        *self.0.borrow()
    }
}
