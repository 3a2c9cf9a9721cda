//! What can be wrong with a frame: of the peer's when decoding, of the caller's when encoding.

/// The peer sent what is not STOMP. The connection cannot be used any further, since nobody knows where the next frame
/// begins: close it, and connect anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The first line of a frame is not a word. Often the other side is no STOMP server: look at the address.
    #[error("a frame began with what is no STOMP command; is the other side a STOMP server?")]
    InvalidCommand,
    /// The command or a header is not UTF-8. "The commands and headers are encoded in UTF-8." (Value Encoding)
    #[error("header line {line} is not valid UTF-8")]
    InvalidUtf8 {
        /// The number of the line in the frame's header block, from 1.
        line: usize,
    },
    /// A header line without a colon, or with nothing before it.
    #[error("header line {line} is not of the form name:value")]
    MalformedHeader {
        /// The number of the line in the frame's header block, from 1.
        line: usize,
    },
    /// "Undefined escape sequences such as `\t` MUST be treated as a fatal protocol error." (Value Encoding)
    #[error("header line {line} holds an escape sequence that this version of STOMP does not define")]
    UndefinedEscape {
        /// The number of the line in the frame's header block, from 1.
        line: usize,
    },
    /// The `content-length` header is not a number of bytes.
    #[error("the content-length header is not a number")]
    InvalidContentLength,
    /// More body than its `content-length` said: there is no NUL where the body should have ended.
    #[error("the body does not end where its content-length says")]
    BodyLength,
    /// "All other frames MUST NOT have a body." (Body). Often the NUL of the frame before is missing.
    #[error("a frame that must not have a body has one")]
    BodyNotAllowed,
    /// More headers than [`Limits::headers`](crate::frame::Limits::headers).
    #[error("a frame has more than {limit} headers")]
    TooManyHeaders {
        /// The limit, a number of headers.
        limit: usize,
    },
    /// A header line longer than [`Limits::header_line`](crate::frame::Limits::header_line).
    #[error("a header line is longer than {limit} bytes")]
    HeaderLineTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A body longer than [`Limits::body`](crate::frame::Limits::body).
    #[error("a body is longer than {limit} bytes")]
    BodyTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A frame longer than [`Limits::frame`](crate::frame::Limits::frame).
    #[error("a frame is longer than {limit} bytes")]
    FrameTooLong {
        /// The limit in bytes.
        limit: usize,
    },
}

/// The caller gave what this version of STOMP cannot put on the wire. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// STOMP 1.0, `CONNECT` and `CONNECTED` have no escapes, so that a line feed in a header would begin another one.
    #[error("the header '{name}' holds a line break or colon, which cannot be escaped in {place}")]
    NotEscapable {
        /// The header's name, with what cannot be shown replaced.
        name: String,
        /// Where: `"a CONNECT frame"`, `"STOMP 1.0"`.
        place: &'static str,
    },
    /// A header without a name.
    #[error("a header has no name")]
    EmptyHeaderName,
    /// A command that is not a word of letters, digits, `-` and `_`.
    #[error("the command is not a word")]
    InvalidCommand,
    /// "All other frames MUST NOT have a body." (Body)
    #[error("only SEND, MESSAGE and ERROR frames may have a body")]
    BodyNotAllowed,
}
