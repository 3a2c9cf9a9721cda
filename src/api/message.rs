//! What arrives.

use std::rc::{Rc, Weak};
use std::sync::Arc;

use super::Error;
use crate::browser::driver::Driver;
use crate::frame::{Frame, Headers};
use crate::session::UsageError;

/// A message that arrived. Cheap to clone: all clones share headers and body.
#[derive(Clone)]
pub struct Message(Rc<Inner>);

struct Inner {
    frame: Frame,
    /// The connection that it came on; an acknowledgement is good on no other.
    connection: u32,
    driver: Weak<Driver>,
}

impl Message {
    pub(super) fn new(frame: Frame, connection: u32, driver: Weak<Driver>) -> Self {
        Self(Rc::new(Inner { frame, connection, driver }))
    }

    /// How much memory it takes in a queue, about.
    pub(super) fn weight(&self) -> usize {
        self.0.frame.body.len() + self.headers().iter().fold(64, |sum, (name, value)| sum + name.len() + value.len())
    }

    /// The body, if it is text.
    ///
    /// # Errors
    /// [`Error::NotText`] if it is not UTF-8; read it with [`bytes`](Self::bytes).
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(self.bytes()).map_err(|error| Error::NotText(Arc::new(error)))
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.frame.body
    }

    /// The body, without a copy if this is the only clone of the message.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match Rc::try_unwrap(self.0) {
            Ok(inner) => inner.frame.body,
            Err(shared) => shared.frame.body.clone(),
        }
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &Headers {
        &self.0.frame.headers
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

    /// The frame as it came.
    #[must_use]
    pub fn frame(&self) -> &Frame {
        &self.0.frame
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
