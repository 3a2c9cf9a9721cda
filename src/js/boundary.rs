//! What crosses between JavaScript and Rust, and how; `pkg-template/src/boundary.ts` has the other side.
//!
//! Three functions go out and a few come in, for everything: each function costs on both sides. Texts go out as pieces of
//! this memory, which JavaScript reads before it returns, and come in as one piece of memory that JavaScript has asked
//! for; see [`Given`].

use std::cell::Cell;
use std::rc::Rc;

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

#[link(wasm_import_module = "stomp")]
#[allow(unsafe_code)]
unsafe extern "C" {
    safe fn now() -> f64;
    // JavaScript only reads what the addresses are of, within the lengths that go with them, before it returns.
    safe fn tell(to: usize, what: u32, number: u32, text: *const u8, length: usize) -> u32;
    safe fn frame(
        to: usize,
        kind: u32,
        key: u32,
        command: *const u8,
        command_length: usize,
        headers: *const u8,
        headers_length: usize,
        ends: *const usize,
        ends_count: usize,
        body: *const u8,
        body_length: usize,
    );
}

/// Now, in ms since the page (or worker, or process) began.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn clock() -> Time {
    Time(now() as u64)
}

/// Tells or asks the face of `to`.
pub(super) fn say(to: usize, what: Tell, number: u32, bytes: &[u8]) -> u32 {
    tell(to, what as u32, number, bytes.as_ptr(), bytes.len())
}

/// Hands a frame to the face of `to`.
pub(super) fn hand(to: usize, kind: FrameKind, key: u32, command: &Command, headers: &Headers, body: &[u8]) {
    let command = command.as_str();
    let (text, ends) = headers.parts();
    frame(
        to,
        kind as u32,
        key,
        command.as_ptr(),
        command.len(),
        text.as_ptr(),
        text.len(),
        ends.as_ptr().cast(),
        ends.len() * 2,
        body.as_ptr(),
        body.len(),
    );
}

thread_local! {
    /// What JavaScript has asked for and not yet used. In words of 8 bytes, as numbers of JavaScript are.
    static ROOM: Cell<Vec<u64>> = const { Cell::new(Vec::new()) };
}

/// Memory for what the next call is given: so many bytes.
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
extern "C" fn room(bytes: usize) -> *const u64 {
    let room = Vec::with_capacity(bytes.div_ceil(8));
    let address = room.as_ptr();
    ROOM.set(room);
    address
}

/// Makes a client, and answers how it is called from here on.
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
extern "C" fn create() -> *const Driver {
    Rc::into_raw(Rc::new(Driver::new()))
}

/// Gives the memory of a client back.
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
extern "C" fn release(client: *const Driver) {
    // SAFETY: the face calls this once for what `create` answered, and never calls the client again.
    drop(unsafe { Rc::from_raw(client) });
}

/// Does an operation. In the room are so many numbers, then the numbers where the texts end, then `bytes` bytes: the texts,
/// and behind the last what the operation takes besides.
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
extern "C" fn call(client: *const Driver, operation: u32, numbers: usize, ends: usize, bytes: usize) -> u32 {
    // SAFETY: this is what JavaScript wrote into the room, the texts by a `TextEncoder`.
    let given = unsafe { Given::new(ROOM.take(), numbers, ends, bytes) };
    let Some(operation) = Operation::of(operation) else { return 0 };
    if client.is_null() {
        wire::perform(operation, &given);
        return 0;
    }
    held(client).call(operation, &given)
}

/// The client, which stays alive while it is at work even if a callback releases it.
#[allow(unsafe_code)]
fn held(client: *const Driver) -> Rc<Driver> {
    // SAFETY: `create` answered this, and it has not been released: the count is at least 1.
    unsafe {
        Rc::increment_strong_count(client);
        Rc::from_raw(client)
    }
}

/// Reads the first `length` bytes of the block. 1 if the message goes the short way: then the answer says where its headers
/// are and how long its body is. Otherwise the whole is for [`Operation::ReceiveText`] or [`Operation::ReceiveBinary`].
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
extern "C" fn plain(client: *const Driver, length: usize) -> u32 {
    // SAFETY: as in `held`. Of JavaScript, nothing in here calls but the clock and the timer.
    unsafe { client.as_ref() }.is_some_and(|client| client.plain(length)).into()
}

/// Looks at what stands in the holes of a template, each with its line end, at the front of the block. The face found the
/// rest to be as in the template. 0 if `plain` is to be tried, 1 for a body that ends at the first NUL, otherwise the
/// length of the body in bytes, plus 2.
#[unsafe(no_mangle)]
#[allow(unsafe_code)]
extern "C" fn recall(client: *const Driver, place: usize, template: u32) -> u32 {
    // SAFETY: as in `plain`.
    unsafe { client.as_ref() }.map_or(0, |client| client.recall(place, template))
}
