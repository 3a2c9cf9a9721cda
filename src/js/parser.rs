//! The wire by itself, behind stomp.js's `Parser` and `FrameImpl`, which a few applications use directly.

// wasm-bindgen exports nothing but what is public, though no other Rust code can reach it.
#![allow(unreachable_pub)]

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use super::texts;
use crate::frame::{self, Command, ContentLength, Decoded, Decoder, Escaping, FrameRef, Version};

fn error(message: &str) -> JsValue {
    js_sys::Error::new(message).into()
}

/// `FrameImpl` either escapes as STOMP 1.2 does or not at all.
fn version(escape: bool) -> Option<Version> {
    escape.then_some(Version::V1_2)
}

fn command(name: &str) -> Result<Command, JsValue> {
    Command::parse(name.as_bytes()).ok_or_else(|| error(&frame::EncodeError::InvalidCommand.message()))
}

/// Everything of a frame that goes before the body.
///
/// # Errors
/// Throws if a header cannot be put on the wire.
#[wasm_bindgen(js_name = encodeHead)]
pub fn encode_head(
    name: &str,
    text: &str,
    ends: &[f64],
    body: &[u8],
    binary: bool,
    skip_content_length: bool,
    escape: bool,
) -> Result<String, JsValue> {
    let content_length = match (binary, skip_content_length) {
        (true, _) => ContentLength::Always,
        (false, true) => ContentLength::OnlyIfNul,
        (false, false) => ContentLength::IfBody,
    };
    let mut out = String::new();
    let headers = texts::headers(&texts::cut(text, ends));
    frame::encode_head(&mut out, &command(name)?, headers.iter(), content_length.of(body), version(escape))
        .map_err(|encode| error(&encode.message()))?;
    Ok(out)
}

/// A name or a value of a header as it is meant.
///
/// # Errors
/// Throws for an escape that STOMP 1.2 does not define.
#[wasm_bindgen(js_name = unescapeHeader)]
pub fn unescape_header(name: &str, text: &str, escape: bool) -> Result<String, JsValue> {
    let mut out = String::new();
    if Escaping::of(&command(name)?, version(escape)).unescape(text, &mut out) {
        Ok(out)
    } else {
        Err(error("the header holds an escape that STOMP 1.2 does not define"))
    }
}

/// Finds frames in pieces of any size; their headers stay as they are on the wire.
#[wasm_bindgen]
pub struct RawParser(Decoder);

#[wasm_bindgen]
impl RawParser {
    /// A parser that has read nothing.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        // Without a version, the decoder takes no escapes away.
        Self(Decoder::default())
    }

    /// Reads on; calls `on_frame(command, headers, body)` and `on_heart_beat()`. With `append_missing_nul`, a frame that
    /// has begun ends with this piece.
    ///
    /// # Errors
    /// Throws if this is no STOMP or goes over a limit, and what the callbacks throw.
    #[wasm_bindgen(js_name = parseChunk)]
    pub fn parse_chunk(
        &mut self,
        chunk: &[u8],
        append_missing_nul: bool,
        on_frame: &Function,
        on_heart_beat: &Function,
    ) -> Result<(), JsValue> {
        self.read(chunk, on_frame, on_heart_beat)?;
        if append_missing_nul && self.0.is_inside_frame() {
            self.read(b"\0", on_frame, on_heart_beat)?;
        }
        Ok(())
    }

    fn read(&mut self, mut input: &[u8], on_frame: &Function, on_heart_beat: &Function) -> Result<(), JsValue> {
        while let Some(decoded) = self.0.decode(&mut input).map_err(|decode| error(&decode.message()))? {
            match decoded {
                Decoded::Frame(frame) => deliver(frame, on_frame)?,
                Decoded::HeartBeat => {
                    on_heart_beat.call0(&JsValue::UNDEFINED)?;
                }
            }
        }
        Ok(())
    }
}

impl Default for RawParser {
    fn default() -> Self {
        Self::new()
    }
}

fn deliver(frame: FrameRef<'_>, on_frame: &Function) -> Result<(), JsValue> {
    let headers = Array::new();
    for (name, value) in frame.headers.iter() {
        headers.push(&name.into());
        headers.push(&value.into());
    }
    on_frame.call3(&JsValue::UNDEFINED, &frame.command.as_str().into(), &headers, &Uint8Array::from(frame.body))?;
    Ok(())
}
