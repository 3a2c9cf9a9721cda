//! What is to be sent when there is a connection again.

use std::collections::VecDeque;

use crate::frame::{ContentLength, Headers};
use crate::session::{Body, Publish, Time};

/// How much an [`Outbox`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxLimits {
    /// The number of messages; 0 for no outbox. Default: 0.
    pub messages: usize,
    /// The length of all bodies and headers together, in bytes. Default: 4 MiB.
    pub bytes: usize,
    /// How long a message may wait, in ms; 0 for as long as it takes. Default: 0. What is old when the connection is
    /// back may be worth nothing, or do harm.
    pub max_age: u64,
}

impl Default for OutboxLimits {
    fn default() -> Self {
        Self { messages: 0, bytes: 4 << 20, max_age: 0 }
    }
}

/// Messages that wait for a connection, in their order, within [limits](OutboxLimits).
///
/// Nothing is dropped silently: what does not fit is handed back, and what has waited for too long comes out of
/// [`poll_expired`](Self::poll_expired). No I/O and no clock: on being connected, send what [`pop`](Self::pop) answers
/// until it is `None`; when [`poll_timeout`](Self::poll_timeout) is due, drain `poll_expired`.
///
/// `T` is what the caller keeps with a message, such as who waits for its receipt.
#[derive(Debug)]
pub struct Outbox<T> {
    limits: OutboxLimits,
    entries: VecDeque<Entry<T>>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry<T> {
    message: Stored,
    value: T,
    since: Time,
}

/// A message with parts of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The headers, with the `destination`.
    pub headers: Headers,
    /// The body.
    pub body: StoredBody,
    /// Whether there is a `content-length` header.
    pub content_length: ContentLength,
}

/// A body of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredBody {
    /// Text: the frame goes out as a text message.
    Text(String),
    /// Bytes: the frame goes out as a binary message.
    Binary(Vec<u8>),
}

impl Stored {
    /// The message for [`Session::publish`](crate::session::Session::publish).
    #[must_use]
    pub fn as_publish(&self) -> Publish<'_> {
        let body = match &self.body {
            StoredBody::Text(text) => Body::Text(text),
            StoredBody::Binary(bytes) => Body::Binary(bytes),
        };
        Publish { headers: &self.headers, body, content_length: self.content_length }
    }

    fn bytes(&self) -> usize {
        let body = match &self.body {
            StoredBody::Text(text) => text.len(),
            StoredBody::Binary(bytes) => bytes.len(),
        };
        self.headers.iter().fold(body, |sum, (name, value)| sum + name.len() + value.len())
    }
}

impl<T> Outbox<T> {
    /// An empty outbox.
    #[must_use]
    pub const fn new(limits: OutboxLimits) -> Self {
        Self { limits, entries: VecDeque::new(), bytes: 0 }
    }

    /// How many messages wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds a message at the end.
    ///
    /// # Errors
    /// Hands message and value back if there is no room.
    // The caller gets everything back: that is worth a large `Err`.
    #[allow(clippy::result_large_err)]
    pub fn push(&mut self, now: Time, message: Stored, value: T) -> Result<(), (Stored, T)> {
        let bytes = message.bytes();
        let fits = self.bytes.checked_add(bytes).is_some_and(|sum| sum <= self.limits.bytes);
        if !fits || self.entries.len() >= self.limits.messages {
            return Err((message, value));
        }
        self.bytes += bytes;
        self.entries.push_back(Entry { message, value, since: now });
        Ok(())
    }

    /// Takes the oldest message out. If it is too old by now, it comes out of [`poll_expired`](Self::poll_expired)
    /// instead.
    pub fn pop(&mut self, now: Time) -> Option<(Stored, T)> {
        if self.is_due(now) { None } else { self.take() }
    }

    /// The next message that has waited for too long.
    pub fn poll_expired(&mut self, now: Time) -> Option<(Stored, T)> {
        if self.is_due(now) { self.take() } else { None }
    }

    /// When the next message will have waited for too long, if ever.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Time> {
        let oldest = self.entries.front().filter(|_| self.limits.max_age > 0)?;
        Some(oldest.since.after(self.limits.max_age))
    }

    /// Takes everything out, whatever its age.
    pub fn drain(&mut self) -> impl Iterator<Item = (Stored, T)> {
        self.bytes = 0;
        std::mem::take(&mut self.entries).into_iter().map(|entry| (entry.message, entry.value))
    }

    fn is_due(&self, now: Time) -> bool {
        self.poll_timeout().is_some_and(|at| now >= at)
    }

    fn take(&mut self) -> Option<(Stored, T)> {
        let entry = self.entries.pop_front()?;
        self.bytes = self.bytes.saturating_sub(entry.message.bytes());
        Some((entry.message, entry.value))
    }
}
