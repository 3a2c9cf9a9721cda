//! A frame, owned or borrowed from a decoder.

use super::{Command, ContentLength, EncodeError, Headers, Version, encode_head};

/// A frame: a command, headers and a body. (STOMP 1.2, STOMP Frames)
///
/// ```
/// use stomp_wasm::frame::{Command, Frame, Version};
/// let frame = Frame::new(Command::Send).with_header("destination", "/queue/a").with_body("hello");
/// assert_eq!(frame.encode(Some(Version::V1_2))?, b"SEND\ndestination:/queue/a\ncontent-length:5\n\nhello\0");
/// # Ok::<(), stomp_wasm::frame::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first line.
    pub command: Command,
    /// The headers, unescaped.
    pub headers: Headers,
    /// The body, in bytes. Text is UTF-8.
    pub body: Vec<u8>,
}

impl Frame {
    /// A frame without headers and body.
    #[must_use]
    pub const fn new(command: Command) -> Self {
        Self { command, headers: Headers::new(), body: Vec::new() }
    }

    /// The frame with one more header at the end.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The frame with the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The value of the first header of the name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The frame borrowed.
    #[must_use]
    pub fn as_ref(&self) -> FrameRef<'_> {
        FrameRef { command: &self.command, headers: &self.headers, body: &self.body }
    }

    /// The frame as bytes, with a `content-length` if there is a body. See [`FrameRef::encode`].
    ///
    /// # Errors
    /// If the version cannot put the frame on the wire: see [`EncodeError`].
    pub fn encode(&self, version: Option<Version>) -> Result<Vec<u8>, EncodeError> {
        self.as_ref().encode(version, ContentLength::IfBody)
    }
}

/// A frame whose parts are borrowed, as a [`Decoder`](super::Decoder) gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRef<'a> {
    /// The first line.
    pub command: &'a Command,
    /// The headers, unescaped.
    pub headers: &'a Headers,
    /// The body, in bytes. Text is UTF-8.
    pub body: &'a [u8],
}

impl FrameRef<'_> {
    /// The frame with parts of its own.
    #[must_use]
    pub fn to_owned(&self) -> Frame {
        Frame { command: self.command.clone(), headers: self.headers.clone(), body: self.body.to_vec() }
    }

    /// The frame as bytes. `version` is the one that was negotiated, `None` before.
    ///
    /// A `content-length` among the headers is not sent: the encoder counts for itself, so that there is only one and
    /// it is right.
    ///
    /// # Errors
    /// If the version cannot put the frame on the wire: see [`EncodeError`].
    pub fn encode(&self, version: Option<Version>, content_length: ContentLength) -> Result<Vec<u8>, EncodeError> {
        if !self.body.is_empty() && !self.command.may_have_body() {
            return Err(EncodeError::BodyNotAllowed);
        }
        let mut head = String::with_capacity(self.headers.wire_len() + self.body.len() + 48);
        encode_head(&mut head, self.command, self.headers.iter(), content_length.of(self.body), version)?;
        let mut out = head.into_bytes();
        out.reserve_exact(self.body.len() + 1);
        out.extend_from_slice(self.body);
        out.push(0);
        Ok(out)
    }
}
