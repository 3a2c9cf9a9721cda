//! Bodies that nobody has read yet.

use js_sys::Uint8Array;

use super::text::Text;

/// The body of a message, in JavaScript's memory until it is read.
pub(crate) enum Unread {
    /// A text, and how many bytes of UTF-8 it has at most; exactly so many if it is ASCII.
    Text(Text, u32),
    /// Bytes, maybe as a view of more.
    Bytes(Uint8Array),
}

impl Unread {
    /// The length in bytes, about: never less.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Text(_, most) => *most as usize,
            Self::Bytes(bytes) => bytes.length() as usize,
        }
    }

    /// Copies the body into wasm's memory, and lets JavaScript forget it.
    pub(crate) fn read(self) -> Vec<u8> {
        match self {
            Self::Text(text, most) => text.to_vec(most),
            Self::Bytes(bytes) => bytes.to_vec(),
        }
    }
}
