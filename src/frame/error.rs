//! What can be wrong with a frame: of the peer's when decoding, of the caller's when encoding.

use super::{join, push_number};

/// The peer sent what is not STOMP. The connection cannot be used any further, since nobody knows where the next frame
/// begins: close it, and connect anew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The first line of a frame is not a word. Often the other side is no STOMP server: look at the address.
    InvalidCommand,
    /// The command or a header is not UTF-8. "The commands and headers are encoded in UTF-8." (Value Encoding)
    InvalidUtf8 {
        /// The number of the line in the frame's header block, from 1.
        line: usize,
    },
    /// A header line without a colon, or with nothing before it.
    MalformedHeader {
        /// The number of the line in the frame's header block, from 1.
        line: usize,
    },
    /// "Undefined escape sequences such as `\t` MUST be treated as a fatal protocol error." (Value Encoding)
    UndefinedEscape {
        /// The number of the line in the frame's header block, from 1.
        line: usize,
    },
    /// The `content-length` header is not a number of bytes.
    InvalidContentLength,
    /// More body than its `content-length` said: there is no NUL where the body should have ended.
    BodyLength,
    /// "All other frames MUST NOT have a body." (Body). Often the NUL of the frame before is missing.
    BodyNotAllowed,
    /// More headers than [`Limits::headers`](crate::frame::Limits::headers).
    TooManyHeaders {
        /// The limit, a number of headers.
        limit: usize,
    },
    /// A header line longer than [`Limits::header_line`](crate::frame::Limits::header_line).
    HeaderLineTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A body longer than [`Limits::body`](crate::frame::Limits::body).
    BodyTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A frame longer than [`Limits::frame`](crate::frame::Limits::frame).
    FrameTooLong {
        /// The limit in bytes.
        limit: usize,
    },
}

/// The caller gave what this version of STOMP cannot put on the wire. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// STOMP 1.0, `CONNECT` and `CONNECTED` have no escapes, so that a line feed in a header would begin another one.
    NotEscapable {
        /// The header's name, with what cannot be shown replaced.
        name: String,
        /// Where: `"a CONNECT frame"`, `"STOMP 1.0"`.
        place: &'static str,
    },
    /// A header without a name.
    EmptyHeaderName,
    /// A command that is not a word of letters, digits, `-` and `_`.
    InvalidCommand,
    /// "All other frames MUST NOT have a body." (Body)
    BodyNotAllowed,
}

// The texts are put together by hand, here and in the other errors: `std::fmt` is a tenth of the npm package's wasm.

impl DecodeError {
    /// The text of the error, as `Display` shows it.
    #[must_use]
    pub fn message(&self) -> String {
        let (before, number, after) = match self {
            Self::InvalidCommand => {
                return "a frame began with what is no STOMP command; is the other side a STOMP server?".into();
            }
            Self::InvalidContentLength => return "the content-length header is not a number".into(),
            Self::BodyLength => return "the body does not end where its content-length says".into(),
            Self::BodyNotAllowed => return "a frame that must not have a body has one".into(),
            Self::InvalidUtf8 { line } => ("header line ", line, " is not valid UTF-8"),
            Self::MalformedHeader { line } => ("header line ", line, " is not of the form name:value"),
            Self::UndefinedEscape { line } => {
                ("header line ", line, " holds an escape sequence that this version of STOMP does not define")
            }
            Self::TooManyHeaders { limit } => ("a frame has more than ", limit, " headers"),
            Self::HeaderLineTooLong { limit } => ("a header line is longer than ", limit, " bytes"),
            Self::BodyTooLong { limit } => ("a body is longer than ", limit, " bytes"),
            Self::FrameTooLong { limit } => ("a frame is longer than ", limit, " bytes"),
        };
        let mut text = before.to_owned();
        push_number(&mut text, *number);
        text + after
    }
}

impl EncodeError {
    /// The text of the error, as `Display` shows it.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::NotEscapable { name, place } => {
                join(&["the header '", name, "' holds a line break or colon, which cannot be escaped in ", place])
            }
            Self::EmptyHeaderName => "a header has no name".into(),
            Self::InvalidCommand => "the command is not a word".into(),
            Self::BodyNotAllowed => "only SEND, MESSAGE and ERROR frames may have a body".into(),
        }
    }
}

/// Makes an error of what has a `message()`.
macro_rules! is_error {
    ($($error:ty),*) => { $(
        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.message())
            }
        }

        impl std::error::Error for $error {}
    )* };
}
pub(crate) use is_error;

is_error!(DecodeError, EncodeError);
