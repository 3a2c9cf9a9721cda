//! Where an everyday message lies in what a socket gave: its header block crosses into wasm, its body does not.
//!
//! What is everyday, [`Session::plain_head`](crate::session::Session::plain_head) says. Here is only found where the
//! block and the body end, with nothing of the protocol but that a blank line ends the one and a NUL the other.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::text::Text;
use super::unread::Unread;

/// The longest header block that goes the short way, in bytes.
const MAX_BLOCK: u32 = 2_048;

/// A body without a length that is longer than this is left to the decoder, which has limits, in bytes.
const LONG: u32 = 1 << 20;

/// What a socket gave. Places in it are in code units or bytes, from its start.
pub(super) struct Given {
    pub(super) length: u32,
    data: Data,
}

enum Data {
    Text(Text),
    Bytes(Uint8Array),
}

impl Given {
    /// A message of a socket: text, an `ArrayBuffer`, or what else a `Uint8Array` is made of.
    pub(super) fn new(data: JsValue) -> Self {
        if data.is_string() {
            let text: Text = data.unchecked_into();
            Self { length: text.length(), data: Data::Text(text) }
        } else {
            let bytes = Uint8Array::new(&data);
            Self { length: bytes.length(), data: Data::Bytes(bytes) }
        }
    }

    /// Whether to copy all of it costs no more than to find what need not be copied. Measured: see
    /// `tests/rust-api/tests/measure.rs`.
    pub(super) const fn is_short(&self) -> bool {
        let short = match self.data {
            Data::Text(_) => 512,
            Data::Bytes(_) => MAX_BLOCK,
        };
        self.length <= short
    }

    /// What begins with the header block that may be there; with bytes, some of what follows the block may be there, too.
    pub(super) fn block(&self, start: u32) -> Option<Vec<u8>> {
        match &self.data {
            Data::Text(text) => {
                // Nothing is searched for in what goes on with a body, or is no message.
                if text.unit(start) != f64::from(b'M') {
                    return None;
                }
                let end = text.blank_line(start).filter(|end| end - start <= MAX_BLOCK)?;
                Some(text.copy(start, end).into_bytes())
            }
            Data::Bytes(bytes) => Some(bytes.subarray(start, start.saturating_add(MAX_BLOCK)).to_vec()),
        }
    }

    /// The body behind a block of so many bytes that begins at `start`, and where the frame ends, if it is there with a
    /// NUL behind it. Without a length it goes up to the first NUL.
    ///
    /// "If a `content-length` header is included, this number of octets MUST be read, regardless of whether or not there
    /// are NULL octets in the body." (STOMP 1.2, Header content-length)
    pub(super) fn body(&self, start: u32, size: usize, length: Option<usize>) -> Option<(Unread, u32)> {
        let length = length.map(u32::try_from).transpose().ok()?;
        let body = start.checked_add(u32::try_from(size).ok()?)?;
        match (&self.data, length) {
            (Data::Text(text), Some(length)) => sized_text(text, body, length),
            (Data::Text(text), None) => open_text(text, body),
            // Without a length they are left to the decoder: who sends bytes says how many.
            (Data::Bytes(bytes), length) => {
                let end = body.checked_add(length?)?;
                let there = end < self.length && bytes.get_index(end) == 0;
                there.then(|| (Unread::Bytes(bytes.subarray(body, end)), end + 1))
            }
        }
    }

    /// What is left from there on, in wasm's memory.
    pub(super) fn rest(&self, start: u32) -> Vec<u8> {
        match &self.data {
            Data::Text(text) if start == 0 && self.is_short() => text.copy(0, self.length).into_bytes(),
            Data::Text(text) => {
                let rest = text.substring(start, self.length);
                rest.to_vec(rest.most_bytes())
            }
            Data::Bytes(bytes) if start == 0 => bytes.to_vec(),
            Data::Bytes(bytes) => bytes.subarray(start, self.length).to_vec(),
        }
    }
}

/// STOMP counts bytes, JavaScript code units: they are as many exactly where all are ASCII. Other text takes the long way,
/// since to count its bytes costs as much as to copy them.
fn sized_text(text: &Text, start: u32, length: u32) -> Option<(Unread, u32)> {
    let end = start.checked_add(length)?;
    // Behind the end of the text there is none.
    if text.unit(end) != 0.0 {
        return None;
    }
    let body = text.substring(start, end);
    body.is_ascii().then(|| (Unread::Text(body, length), end + 1))
}

fn open_text(text: &Text, start: u32) -> Option<(Unread, u32)> {
    let end = text.nul(start).filter(|end| end - start <= LONG)?;
    let body = text.substring(start, end);
    let most = body.most_bytes();
    (most <= LONG).then(|| (Unread::Text(body, most), end + 1))
}
