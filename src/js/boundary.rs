//! What crosses between JavaScript and Rust, and how; `pkg-template/src/boundary.ts` and `told.ts` have the other side.
//!
//! Three functions go out and a few come in, for everything: each function costs on both sides. Only numbers and bytes
//! cross, and texts as bytes: what wasm-bindgen makes of those is next to nothing, while strings, classes, closures and
//! objects of JavaScript would make the package a fifth larger.

// What wasm-bindgen exports must be `pub`, whoever else can reach it.
#![allow(unreachable_pub)]

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::driver::Driver;
use super::given::Given;
use super::operation::Operation;
use super::wire;
use crate::frame::{Command, Headers};
use crate::session::Time;

/// What JavaScript is told or asked. The face has the same names.
#[derive(Clone, Copy)]
pub(super) enum Tell {
    /// The answer of the call that is going on.
    Answer = 0,
    /// The call that is going on is to throw this: an `Error`, or a `TypeError` if the number is not 0.
    Throw = 1,
    /// Call [`Operation::Configure`] with the settings as they are now.
    Configure = 2,
    /// Get ready for a connection: `beforeConnect`. Answer with [`Operation::Prepared`] or
    /// [`Operation::PrepareFailed`], but not before this returns.
    Prepare = 3,
    /// Open a socket over the transport of this number, and answer with [`Operation::Opened`], [`Operation::OpenFailed`] or [`Operation::Closed`].
    Open = 4,
    /// Send a text message. Returns whether the socket threw.
    SendText = 5,
    /// Send a binary message. Returns whether the socket threw.
    SendBinary = 6,
    /// Close the socket with this code (0 for none) and reason. Returns whether there is one.
    Close = 7,
    /// Forget the socket.
    Discard = 8,
    /// Call [`Operation::Tick`] after so many ms.
    Arm = 9,
    /// Call it no more.
    Disarm = 10,
    /// The client's state is this.
    State = 11,
    HeartbeatReceived = 12,
    HeartbeatLost = 13,
    /// Whether the socket was discarded.
    SocketClosed = 14,
    Violation = 15,
    AttemptFailed = 16,
    Debug = 17,
    Deactivated = 18,
}

/// What JavaScript is told a frame is.
#[derive(Clone, Copy)]
pub(super) enum FrameKind {
    /// The key names the connection.
    Connected = 0,
    /// The key is the subscription's.
    Message = 1,
    /// The key is the watcher's.
    Receipt = 2,
    Error = 3,
    Unhandled = 4,
    Disconnected = 5,
    /// A parser found it, and it is as it was on the wire.
    Raw = 6,
    /// A parser found a heart-beat.
    RawHeartBeat = 7,
}

#[wasm_bindgen(raw_module = "./told.js")]
extern "C" {
    fn now() -> f64;
    fn tell(to: usize, what: u32, number: u32, bytes: &[u8]) -> u32;
    fn frame(
        to: usize,
        kind: u32,
        key: u32,
        command: &[u8],
        headers: &[u8],
        ends: *const usize,
        ends_count: usize,
        body: &[u8],
    );
}

/// Now, in ms since the page (or worker, or process) began.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn clock() -> Time {
    Time(now() as u64)
}

/// Tells or asks the face of `to`.
pub(super) fn say(to: usize, what: Tell, number: u32, bytes: &[u8]) -> u32 {
    tell(to, what as u32, number, bytes)
}

/// Hands a frame to the face of `to`.
pub(super) fn hand(to: usize, kind: FrameKind, key: u32, command: &Command, headers: &Headers, body: &[u8]) {
    let (text, ends) = headers.parts();
    frame(
        to,
        kind as u32,
        key,
        command.as_str().as_bytes(),
        text.as_bytes(),
        ends.as_ptr().cast(),
        ends.len() * 2,
        body,
    );
}

thread_local! {
    /// The clients, each in the place that is one less than how it is called; 0 is nobody.
    static CLIENTS: RefCell<Vec<Option<Rc<Driver>>>> = const { RefCell::new(Vec::new()) };
}

/// The client that is called so, which stays alive while it is at work even if a callback releases it.
fn client(id: usize) -> Option<Rc<Driver>> {
    CLIENTS.with_borrow(|clients| clients.get(id.wrapping_sub(1))?.clone())
}

/// Makes a client, and answers how it is called from here on.
#[wasm_bindgen]
pub fn create() -> usize {
    CLIENTS.with_borrow_mut(|clients| {
        let place = clients.iter().position(Option::is_none).unwrap_or(clients.len());
        let driver = Some(Rc::new(Driver::new(place + 1)));
        match clients.get_mut(place) {
            Some(free) => *free = driver,
            None => clients.push(driver),
        }
        place + 1
    })
}

/// Gives the memory of a client back. Whoever still calls it finds nobody.
#[wasm_bindgen]
pub fn release(id: usize) {
    let driver = CLIENTS.with_borrow_mut(|clients| clients.get_mut(id.wrapping_sub(1))?.take());
    drop(driver);
}

/// Does an operation. The last `texts` of the numbers are where the texts end; between them is a byte each.
#[wasm_bindgen]
pub fn call(id: usize, operation: u32, numbers: &[f64], texts: usize, text: &[u8], bytes: &[u8]) -> u32 {
    let given = Given::new(numbers, texts, text, bytes);
    let Some(operation) = Operation::of(operation) else { return 0 };
    match client(id) {
        Some(client) => client.call(operation, &given),
        None => wire::perform(operation, &given),
    }
}

/// Reads the first `length` bytes of the block. 1 if the message goes the short way: then the answer says where its headers
/// are and how long its body is. Otherwise the whole is for [`Operation::ReceiveText`] or [`Operation::ReceiveBinary`].
#[wasm_bindgen]
pub fn plain(id: usize, length: usize) -> u32 {
    client(id).is_some_and(|client| client.plain(length)).into()
}

/// Looks at what stands in the holes of a template, each with its line end, at the front of the block. The face found the
/// rest to be as in the template. 0 if `plain` is to be tried, 1 for a body that ends at the first NUL, otherwise the
/// length of the body in bytes, plus 2.
#[wasm_bindgen]
pub fn recall(id: usize, place: usize, template: u32) -> u32 {
    client(id).map_or(0, |client| client.recall(place, template))
}
