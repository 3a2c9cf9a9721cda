//! Texts and bytes that JavaScript holds, looked at without a copy.

use js_sys::RegExp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A string of JavaScript; places in it are in UTF-16 code units. Not `js_sys::JsString`, whose methods take what
    /// is searched for from wasm, and make a string of it each time.
    pub(crate) type Text;

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn length(this: &Text) -> u32;
    /// NaN behind the end.
    #[wasm_bindgen(method, structural, js_name = charCodeAt)]
    pub(super) fn unit(this: &Text, at: u32) -> f64;
    #[wasm_bindgen(method, structural, js_name = indexOf)]
    fn index_of(this: &Text, what: &JsValue, from: u32) -> i32;
    #[wasm_bindgen(method, structural)]
    pub(super) fn substring(this: &Text, start: u32, end: u32) -> Text;
    #[wasm_bindgen(method, structural, js_name = substring)]
    pub(super) fn copy(this: &Text, start: u32, end: u32) -> String;

    #[wasm_bindgen(js_name = RegExp)]
    type Pattern;
    #[wasm_bindgen(method, structural)]
    fn test(this: &Pattern, text: &Text) -> bool;

    type TextEncoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    /// Refused by browsers where wasm's memory is shared between threads.
    #[wasm_bindgen(method, structural, catch, js_name = encodeInto)]
    fn encode_into(this: &TextEncoder, text: &Text, bytes: &mut [u8]) -> Result<Encoded, JsValue>;

    type Encoded;
    #[wasm_bindgen(method, structural, getter)]
    fn written(this: &Encoded) -> u32;
}

/// What the searches are done with, made once.
struct Tools {
    blank_line: JsValue,
    nul: JsValue,
    /// Of the ways to ask whether a text is more than ASCII, this is the one that engines make a vector loop of.
    not_ascii: Pattern,
    encoder: TextEncoder,
}

thread_local! {
    static TOOLS: Tools = Tools {
        blank_line: "\n\n".into(),
        nul: "\0".into(),
        not_ascii: RegExp::new("[\\x80-\\uffff]", "").unchecked_into(),
        encoder: TextEncoder::new(),
    };
}

impl Text {
    /// Where the first blank line from there on ends.
    pub(super) fn blank_line(&self, from: u32) -> Option<u32> {
        u32::try_from(TOOLS.with(|tools| self.index_of(&tools.blank_line, from))).ok()?.checked_add(2)
    }

    /// Where the first NUL from there on is.
    pub(super) fn nul(&self, from: u32) -> Option<u32> {
        u32::try_from(TOOLS.with(|tools| self.index_of(&tools.nul, from))).ok()
    }

    /// Whether every code unit is one byte in UTF-8.
    pub(super) fn is_ascii(&self) -> bool {
        TOOLS.with(|tools| !tools.not_ascii.test(self))
    }

    /// How many bytes of UTF-8 it has at most: a code unit has three at most.
    pub(super) fn most_bytes(&self) -> u32 {
        let length = self.length();
        if self.is_ascii() { length } else { length.saturating_mul(3) }
    }

    /// The text in UTF-8, in wasm's memory; half a pair becomes U+FFFD. `most` is how many bytes it has at most.
    pub(super) fn to_vec(&self, most: u32) -> Vec<u8> {
        // Up to here the encoder's fixed cost is more than that of a loop, in code units.
        const SHORT: u32 = 300;
        let length = self.length();
        if length > SHORT {
            let mut bytes = vec![0; most as usize];
            if let Ok(encoded) = TOOLS.with(|tools| tools.encoder.encode_into(self, &mut bytes)) {
                bytes.truncate(encoded.written() as usize);
                bytes.shrink_to_fit();
                return bytes;
            }
        }
        self.copy(0, length).into_bytes()
    }
}
