//! What arrives.

use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use super::Error;
use crate::browser::driver::Driver;
use crate::browser::unread::Unread;
use crate::frame::{Command, Frame, Headers};
use crate::session::UsageError;

/// A message that arrived. Cheap to clone: all clones share headers and body.
///
/// The headers are copied into wasm's memory when the message arrives. The body stays in JavaScript's until it is asked
/// for the first time, by [`text`](Self::text), [`bytes`](Self::bytes), as JSON or any other way; then it is
/// copied, once for all clones, and JavaScript may forget it. A body that nobody asks for is never copied. Until then it
/// keeps alive what the socket gave with it, which may be several frames.
///
/// That is so for everyday messages: for a subscription of the client's, with a header block of ASCII, up to 2 KiB long,
/// without escapes and repeated names, and with a body that is ASCII text, or bytes with a `content-length`, or text without
/// one (up to 1 MiB); and whole in one message of the socket. The bodies of others are copied when they arrive. So are short
/// messages (texts of 512 characters, 2 KiB of bytes), since that costs less than to leave them where they are.
#[derive(Clone)]
pub struct Message(Rc<Inner>);

struct Inner {
    /// The headers; with the whole frame, they are there.
    headers: Headers,
    /// What has not been read.
    unread: RefCell<Option<Unread>>,
    /// What has been read; not if it is in the whole frame.
    body: OnceCell<Vec<u8>>,
    /// The whole frame, if it came as such or was asked for.
    frame: OnceCell<Frame>,
    /// The connection that it came on; an acknowledgement is good on no other.
    connection: u32,
    driver: Weak<Driver>,
}

/// What a message is made of.
pub(super) enum Content {
    Frame(Frame),
    Unread(Headers, Unread),
}

impl Inner {
    fn read(&self) -> Vec<u8> {
        self.unread.take().map(Unread::read).unwrap_or_default()
    }

    fn body(&self) -> &Vec<u8> {
        self.frame.get().map_or_else(|| self.body.get_or_init(|| self.read()), |frame| &frame.body)
    }

    /// The length of the body, about, without reading it.
    fn weight(&self) -> usize {
        self.unread.borrow().as_ref().map_or_else(|| self.body().len(), Unread::weight)
    }
}

impl Message {
    pub(super) fn new(content: Content, connection: u32, driver: Weak<Driver>) -> Self {
        let (headers, unread, frame) = match content {
            Content::Frame(frame) => (Headers::new(), None, OnceCell::from(frame)),
            Content::Unread(headers, body) => (headers, Some(body), OnceCell::new()),
        };
        Self(Rc::new(Inner { headers, unread: RefCell::new(unread), body: OnceCell::new(), frame, connection, driver }))
    }

    /// How much memory it takes in a queue, about.
    pub(super) fn weight(&self) -> usize {
        self.0.weight() + self.headers().iter().fold(64, |sum, (name, value)| sum + name.len() + value.len())
    }

    /// The body, if it is text.
    ///
    /// # Errors
    /// [`Error::NotText`] if it is not UTF-8; read it with [`bytes`](Self::bytes).
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(self.bytes()).map_err(|error| Error::NotText(Arc::new(error)))
    }

    /// The body. What was not read yet is copied into wasm's memory now.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.body()
    }

    /// The body, without a copy of what was read if this is the only clone of the message.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match Rc::try_unwrap(self.0) {
            Ok(Inner { frame, body, unread, .. }) => match (frame.into_inner(), body.into_inner()) {
                (Some(frame), _) => frame.body,
                (None, Some(body)) => body,
                (None, None) => unread.into_inner().map(Unread::read).unwrap_or_default(),
            },
            Err(shared) => shared.body().clone(),
        }
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        self.0.frame.get().map_or(&self.0.headers, |frame| &frame.headers)
    }

    /// The value of the first header of the name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)
    }

    /// Where the message was sent to; empty if the broker did not say.
    #[must_use]
    pub fn destination(&self) -> &str {
        self.header("destination").unwrap_or_default()
    }

    /// The `message-id`; empty if the broker gave none.
    #[must_use]
    pub fn id(&self) -> &str {
        self.header("message-id").unwrap_or_default()
    }

    /// The MIME type of the body, if the sender said it.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// The frame as it came. One whose body was read before by itself is put together from copies.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        let Inner { headers, body, frame, .. } = &*self.0;
        frame.get_or_init(|| Frame {
            command: Command::Message,
            headers: headers.clone(),
            body: body.get().cloned().unwrap_or_else(|| self.0.read()),
        })
    }

    /// Acknowledges the message; with [`AckMode::Client`](crate::AckMode::Client) also all before it.
    ///
    /// # Errors
    /// If its subscription needs no acknowledgement, or if it came on an earlier connection: then the broker will
    /// deliver it again ([`UsageError::StaleMessage`]).
    pub fn ack(&self) -> Result<(), Error> {
        self.ack_with(&Headers::new())
    }

    /// Acknowledges the message with more headers, such as `receipt` or those that a broker has of its own.
    ///
    /// # Errors
    /// As [`ack`](Self::ack).
    pub fn ack_with(&self, headers: &Headers) -> Result<(), Error> {
        self.acknowledge(true, headers)
    }

    /// Says that the message was not consumed: the broker delivers it again or puts it aside, as it is set up.
    ///
    /// # Errors
    /// As [`ack`](Self::ack); also with STOMP 1.0, which has no `NACK`.
    pub fn nack(&self) -> Result<(), Error> {
        self.nack_with(&Headers::new())
    }

    /// Says that the message was not consumed, with more headers.
    ///
    /// # Errors
    /// As [`nack`](Self::nack).
    pub fn nack_with(&self, headers: &Headers) -> Result<(), Error> {
        self.acknowledge(false, headers)
    }

    fn acknowledge(&self, consumed: bool, headers: &Headers) -> Result<(), Error> {
        let driver = self.0.driver.upgrade().ok_or(UsageError::NotConnected)?;
        if !driver.is_connected() {
            return Err(UsageError::NotConnected.into());
        }
        if driver.connection() != self.0.connection {
            return Err(UsageError::StaleMessage.into());
        }
        let subscription = self.header("subscription").unwrap_or_default();
        driver.operate(|session, now| {
            let id = session.ack_id(subscription, self.header("ack"), self.header("message-id"))?;
            if consumed {
                session.ack(now, id, subscription, headers)
            } else {
                session.nack(now, id, subscription, headers)
            }
        })?;
        Ok(())
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("headers", self.headers())
            .field("length", &self.bytes().len())
            .finish_non_exhaustive()
    }
}
