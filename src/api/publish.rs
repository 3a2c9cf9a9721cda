//! Sending messages.

use super::body::Content;
use super::receipt::Receipt;
use super::{Body, Client, Error};
use crate::client::Stored;
use crate::frame::{ContentLength, Headers};
use crate::session;

/// A message to publish, made by [`Client::publish`] or [`Transaction::publish`](crate::Transaction::publish). Nothing
/// happens before [`send`](Self::send) or [`receipt`](Self::receipt).
#[derive(Debug)]
#[must_use = "call send() or receipt() to publish"]
pub struct Publish<'a> {
    client: Client,
    headers: Headers,
    body: Body<'a>,
    content_length: ContentLength,
    /// The only connection that it may go out on: that of its transaction.
    connection: Option<u32>,
}

impl<'a> Publish<'a> {
    pub(super) fn new(client: Client, destination: &str, body: Body<'a>) -> Self {
        let headers = Headers::from_iter([("destination", destination)]);
        Self { client, headers, body, content_length: ContentLength::IfBody, connection: None }
    }

    pub(super) fn in_transaction(mut self, connection: u32, id: &str) -> Self {
        self.connection = Some(connection);
        self.header("transaction", id)
    }

    /// Adds a header. One of the same name is replaced.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    /// Adds headers. Those of the same names are replaced.
    pub fn headers<N: AsRef<str>, V: AsRef<str>>(mut self, headers: impl IntoIterator<Item = (N, V)>) -> Self {
        for (name, value) in headers {
            self.headers.set(name.as_ref(), value.as_ref());
        }
        self
    }

    /// Says what the body is, as a MIME type: the header `content-type`.
    pub fn content_type(self, mime: &str) -> Self {
        self.header("content-type", mime)
    }

    /// Leaves the `content-length` header out: `ActiveMQ` makes a text message of what has none, and bytes of what has
    /// one. A body that holds a NUL has one all the same.
    pub fn skip_content_length(mut self) -> Self {
        self.content_length = ContentLength::OnlyIfNul;
        self
    }

    /// Sends the message, or puts it into the outbox if there is no connection and the client has an outbox.
    ///
    /// # Errors
    /// If there is no connection and no outbox, or no room in it; if the body could not be made, or a header cannot be
    /// sent. Nothing was sent then.
    pub fn send(self) -> Result<(), Error> {
        let (client, outgoing) = self.into_outgoing()?;
        client.shared().publish(outgoing, None)
    }

    /// Sends the message as [`send`](Self::send) does, and asks the broker for a receipt, which the future waits for.
    /// What `send` would answer as an error comes from the future.
    pub fn receipt(self) -> Receipt {
        let shared = std::rc::Rc::clone(self.client.shared());
        let slot = super::slot::Slot::new();
        let sent = self
            .into_outgoing()
            .and_then(|(client, outgoing)| client.shared().publish(outgoing, Some(std::rc::Rc::clone(&slot))));
        Receipt { state: sent.map(|()| slot).map_err(Some), deadline: shared.receipt_deadline() }
    }

    fn into_outgoing(mut self) -> Result<(Client, Outgoing<'a>), Error> {
        let content = self.body.content?;
        if let Some(mime) = self.body.content_type.filter(|_| !self.headers.contains("content-type")) {
            self.headers.push("content-type", mime);
        }
        let content_length = match content {
            Content::Text(_) => self.content_length,
            Content::Binary(_) => ContentLength::Always,
        };
        let outgoing = Outgoing { headers: self.headers, content, content_length, connection: self.connection };
        Ok((self.client, outgoing))
    }
}

/// A message that is ready to go.
pub(super) struct Outgoing<'a> {
    pub(super) headers: Headers,
    pub(super) content: Content<'a>,
    pub(super) content_length: ContentLength,
    pub(super) connection: Option<u32>,
}

impl Outgoing<'_> {
    pub(super) fn as_publish(&self) -> session::Publish<'_> {
        let body = match &self.content {
            Content::Text(text) => session::Body::Text(text),
            Content::Binary(bytes) => session::Body::Binary(bytes),
        };
        session::Publish { headers: &self.headers, body, content_length: self.content_length }
    }

    pub(super) fn into_stored(self) -> Stored {
        Stored { headers: self.headers, body: self.content.into_stored(), content_length: self.content_length }
    }
}
