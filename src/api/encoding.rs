//! Bytes as text, for transports that carry nothing else.

use wasm_bindgen::prelude::*;

use crate::frame::{Frame, Headers};
use crate::session::{Body, Publish};

#[wasm_bindgen]
extern "C" {
    /// Base64 of bytes, which stand for characters up to U+00FF.
    #[wasm_bindgen(catch)]
    fn btoa(bytes: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(catch)]
    fn atob(base64: &str) -> Result<String, JsValue>;
}

/// How a binary body travels over SockJS, which carries text only: see
/// [`ClientBuilder::binary_encoding`](crate::ClientBuilder::binary_encoding).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BinaryEncoding {
    /// As base64, with the header `content-transfer-encoding: base64` (RFC 2045).
    Base64,
}

const HEADER: &str = "content-transfer-encoding";
const BASE64: &str = "base64";

impl BinaryEncoding {
    /// The headers and the text of a message with a binary body; `None` if its body is text.
    pub(super) fn encode(self, publish: &Publish<'_>) -> Option<(Headers, String)> {
        let Body::Binary(bytes) = publish.body else { return None };
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let mut headers = publish.headers.clone();
        headers.set(HEADER, BASE64);
        // There is nothing in it that `btoa` would refuse.
        Some((headers, btoa(&text).ok()?))
    }

    /// Whether the headers say that the body is text in place of bytes.
    pub(super) fn is_of(self, headers: &Headers) -> bool {
        headers.get(HEADER) == Some(BASE64)
    }

    /// Puts the bytes that were meant in place of their text. What says that it is encoded, and is not, stays as it came.
    pub(super) fn decode(self, frame: &mut Frame) {
        if !self.is_of(&frame.headers) {
            return;
        }
        let decoded = std::str::from_utf8(&frame.body).ok().and_then(|text| atob(text).ok());
        let bytes = decoded.and_then(|text| text.chars().map(|c| u8::try_from(c).ok()).collect());
        if let Some(bytes) = bytes {
            frame.body = bytes;
            frame.headers.remove(HEADER);
        }
    }
}
