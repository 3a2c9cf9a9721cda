//! Headers across the boundary.

use wasm_bindgen::prelude::*;

use crate::frame::{Headers, Limits, PlainBlock, Version};

/// Headers as one text with the ends of names and values in it, counted as JavaScript counts: one crossing for all.
pub(super) fn to_js(headers: &Headers) -> (JsValue, js_sys::Uint32Array) {
    let mut text = String::new();
    let mut ends = Vec::with_capacity(headers.len() * 2);
    let mut end = 0_u32;
    for part in headers.iter().flat_map(|(name, value)| [name, value]) {
        text.push_str(part);
        end = end.wrapping_add(utf16_length(part));
        ends.push(end);
    }
    (JsValue::from_str(&text), js_sys::Uint32Array::from(&ends[..]))
}

#[allow(clippy::cast_possible_truncation)]
fn utf16_length(text: &str) -> u32 {
    text.chars().map(|c| c.len_utf16() as u32).fold(0, u32::wrapping_add)
}

/// The headers of a block that went the short way, as a flat list: for who reads them when the answer is gone.
#[wasm_bindgen(js_name = plainHeaders)]
#[must_use]
#[allow(unreachable_pub)] // wasm-bindgen exports nothing but what is public
pub fn plain_headers(block: &str) -> Vec<String> {
    // It was plain by the rules of its version; by those of 1.0 it still is.
    let bytes = block.as_bytes();
    let read = PlainBlock::read(bytes, Version::V1_0, &Limits::default()).unwrap_or_default();
    let texts = read.headers(bytes).flat_map(|(name, value)| [name, value]);
    texts.map(|text| String::from_utf8_lossy(text).into_owned()).collect()
}
