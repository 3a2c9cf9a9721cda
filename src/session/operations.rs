//! What the caller may ask of a session.

use super::error::since_1_1;
use super::session::State;
use super::subscriptions::Subscription;
use super::{CloseCode, Session, SubscriptionKey, Time, Transmit, UsageError};
use crate::frame::{Command, ContentLength, Headers, Version, push_number};

/// The body of a message to publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Text: the frame goes out as a text message.
    Text(&'a str),
    /// Bytes: the frame goes out as a binary message.
    Binary(&'a [u8]),
}

/// A message to publish. (STOMP 1.2, SEND)
#[derive(Clone, Copy, Debug)]
pub struct Publish<'a> {
    /// The headers; `destination` is required.
    pub headers: &'a Headers,
    /// The body.
    pub body: Body<'a>,
    /// Whether there is a `content-length` header.
    pub content_length: ContentLength,
}

impl Session {
    /// Sends a message. (STOMP 1.2, SEND)
    ///
    /// # Errors
    /// If there is no connection, no destination, no such transaction, a header that cannot be sent, or a binary body
    /// where the transport carries text only.
    pub fn publish(&mut self, now: Time, publish: Publish<'_>) -> Result<(), UsageError> {
        self.begin_operation(now)?;
        let headers = publish.headers;
        // "It has one REQUIRED header, `destination`, which indicates where to send the message."
        headers.get("destination").ok_or(UsageError::MissingDestination)?;
        self.check_transaction(headers)?;
        let bytes = match publish.body {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(_) if self.config.text_only => return Err(UsageError::TextOnly),
            Body::Binary(bytes) => bytes,
        };
        let mut head = String::new();
        self.encode(&mut head, &Command::Send, headers, publish.content_length.of(bytes))?;
        match publish.body {
            Body::Text(text) => {
                head.reserve_exact(text.len() + 1);
                head.push_str(text);
                head.push('\0');
                self.transmit_text(head);
            }
            Body::Binary(bytes) => {
                let mut frame = head.into_bytes();
                frame.reserve_exact(bytes.len() + 1);
                frame.extend_from_slice(bytes);
                frame.push(0);
                self.transmit(Transmit::Binary(frame));
            }
        }
        Ok(())
    }

    /// Subscribes; messages come as [`Event::Message`](super::Event::Message) with the `key`. `headers` needs a
    /// `destination`; without an `id` one is made (`sub-0`, `sub-1`...). Answers the id. (STOMP 1.2, SUBSCRIBE)
    ///
    /// # Errors
    /// If there is no connection, no destination, the id is taken, or the ack mode does not exist.
    pub fn subscribe(&mut self, now: Time, key: SubscriptionKey, headers: &Headers) -> Result<String, UsageError> {
        self.begin_operation(now)?;
        let destination = headers.get("destination").ok_or(UsageError::MissingDestination)?.into();
        let explicit_ack = match headers.get("ack") {
            None | Some("auto") => false,
            Some("client" | "client-individual") => true,
            Some(other) => return Err(UsageError::InvalidAckMode(other.to_owned())),
        };
        let id = match headers.get("id").filter(|id| !id.is_empty()) {
            Some(id) if self.subscriptions.contains(id) => {
                return Err(UsageError::DuplicateSubscription(id.to_owned()));
            }
            Some(id) => id.to_owned(),
            None => self.new_id("sub-", |session, id| session.subscriptions.contains(id)),
        };
        let mut all = headers.clone();
        all.set("id", &id);
        self.transmit_head(&Command::Subscribe, &all)?;
        self.subscriptions.insert(&id, Subscription { key, destination, explicit_ack, template: None });
        Ok(id)
    }

    /// Ends a subscription. Messages that are on their way come as messages of no subscription. (STOMP 1.2,
    /// UNSUBSCRIBE)
    ///
    /// # Errors
    /// If there is no connection or no such subscription.
    pub fn unsubscribe(&mut self, now: Time, id: &str, headers: &Headers) -> Result<(), UsageError> {
        self.begin_operation(now)?;
        let Some(subscription) = self.subscriptions.get(id) else {
            return Err(UsageError::UnknownSubscription(id.to_owned()));
        };
        let mut all = headers.clone();
        all.set("id", id);
        if self.version() == Some(Version::V1_0) {
            // "It requires either a destination header or an id header": 1.0 brokers differ in which they look at.
            all.set("destination", &subscription.destination);
        }
        self.transmit_head(&Command::Unsubscribe, &all)?;
        self.subscriptions.remove(id);
        Ok(())
    }

    /// Acknowledges a message. `id` is what [`ack_id`](Self::ack_id) answers for it. (STOMP 1.2, ACK)
    ///
    /// # Errors
    /// If there is no connection, the subscription needs no acknowledgement, or there is no such transaction.
    pub fn ack(&mut self, now: Time, id: &str, subscription: &str, headers: &Headers) -> Result<(), UsageError> {
        self.acknowledge(now, &Command::Ack, id, subscription, headers)
    }

    /// Says that a message was not consumed. (STOMP 1.2, NACK)
    ///
    /// # Errors
    /// As [`ack`](Self::ack); also with STOMP 1.0, which has no `NACK`.
    pub fn nack(&mut self, now: Time, id: &str, subscription: &str, headers: &Headers) -> Result<(), UsageError> {
        if let Some(version) = self.version() {
            since_1_1(version)?;
        }
        self.acknowledge(now, &Command::Nack, id, subscription, headers)
    }

    fn acknowledge(
        &mut self,
        now: Time,
        command: &Command,
        id: &str,
        subscription: &str,
        headers: &Headers,
    ) -> Result<(), UsageError> {
        self.begin_operation(now)?;
        self.check_transaction(headers)?;
        self.check_ack_mode(subscription)?;
        // "`subscription`, which MUST be set to match the value of the subscription's `id` header" (STOMP 1.1, ACK)
        if self.version() == Some(Version::V1_1) && subscription.is_empty() {
            return Err(UsageError::NothingToAcknowledge("subscription"));
        }
        let mut all = headers.clone();
        all.set(self.ack_names().1, id);
        // Required by 1.1; 1.2 does without, but brokers read it and stomp.js sends it.
        if !subscription.is_empty() {
            all.set("subscription", subscription);
        }
        self.transmit_head(command, &all)
    }

    pub(super) fn check_ack_mode(&self, subscription: &str) -> Result<(), UsageError> {
        match self.subscriptions.get(subscription) {
            Some(known) if !known.explicit_ack => Err(UsageError::NotAcknowledgeable),
            _ => Ok(()),
        }
    }

    /// What names a message of the subscription in [`ack`](Self::ack), from its headers.
    ///
    /// "The `ACK` frame MUST include an `id` header matching the `ack` header of the `MESSAGE` being acknowledged."
    /// (STOMP 1.2, ACK); before 1.2 it is the `message-id`.
    ///
    /// # Errors
    /// If there is no connection, the subscription needs no acknowledgement, or the broker gave no such header.
    pub fn ack_id<'h>(
        &self,
        subscription: &str,
        ack: Option<&'h str>,
        message_id: Option<&'h str>,
    ) -> Result<&'h str, UsageError> {
        self.check_ack_mode(subscription)?;
        self.version().ok_or(UsageError::NotConnected)?;
        let (name, _) = self.ack_names();
        let id = if name == "ack" { ack } else { message_id };
        id.ok_or(UsageError::NothingToAcknowledge(name))
    }

    /// What names a message, by the version: the header of the `MESSAGE`, and that of `ACK` and `NACK`.
    pub(super) fn ack_names(&self) -> (&'static str, &'static str) {
        if self.version() == Some(Version::V1_2) { ("ack", "id") } else { ("message-id", "message-id") }
    }

    /// Begins a transaction; without an id one is made (`tx-0`...). Answers the id. (STOMP 1.2, BEGIN)
    ///
    /// # Errors
    /// If there is no connection or the id is taken.
    pub fn begin(&mut self, now: Time, id: Option<&str>) -> Result<String, UsageError> {
        self.begin_operation(now)?;
        let id = match id.filter(|id| !id.is_empty()) {
            Some(id) if self.transactions.contains(id) => return Err(UsageError::DuplicateTransaction(id.to_owned())),
            Some(id) => id.to_owned(),
            None => self.new_id("tx-", |session, id| session.transactions.contains(id)),
        };
        self.transmit_head(&Command::Begin, &Headers::from_iter([("transaction", &id)]))?;
        self.transactions.insert(&id, ());
        Ok(id)
    }

    /// Commits a transaction. (STOMP 1.2, COMMIT)
    ///
    /// # Errors
    /// If there is no connection or no such transaction.
    pub fn commit(&mut self, now: Time, id: &str) -> Result<(), UsageError> {
        self.end_transaction(now, &Command::Commit, id)
    }

    /// Rolls a transaction back. (STOMP 1.2, ABORT)
    ///
    /// # Errors
    /// If there is no connection or no such transaction.
    pub fn abort(&mut self, now: Time, id: &str) -> Result<(), UsageError> {
        self.end_transaction(now, &Command::Abort, id)
    }

    fn end_transaction(&mut self, now: Time, command: &Command, id: &str) -> Result<(), UsageError> {
        self.begin_operation(now)?;
        if !self.transactions.contains(id) {
            return Err(UsageError::UnknownTransaction(id.to_owned()));
        }
        self.transmit_head(command, &Headers::from_iter([("transaction", id)]))?;
        self.transactions.remove(id);
        Ok(())
    }

    /// Asks for the `RECEIPT` with this id to be told as `key`. Watching an id again replaces the key.
    pub fn watch_receipt(&mut self, id: &str, key: u32) {
        self.receipts.insert(id, key);
    }

    /// Ends the session in order: `DISCONNECT` with a receipt, wait for it, close. If it does not come in time, close
    /// all the same. Before `CONNECTED` there is nothing to put in order. (STOMP 1.2, DISCONNECT)
    pub fn disconnect(&mut self, now: Time) {
        self.now = now;
        match self.state {
            State::Connected(_) => {}
            State::Connecting => return self.close(CloseCode::Done),
            _ => return,
        }
        let mut headers = self.config.disconnect_headers.clone();
        let mut receipt = match headers.get("receipt").filter(|receipt| !receipt.is_empty()) {
            Some(receipt) => receipt.to_owned(),
            None => self.new_id("close-", |session, id| session.receipts.contains(id)),
        };
        headers.set("receipt", &receipt);
        if self.transmit_head(&Command::Disconnect, &headers).is_err() {
            // The caller's headers cannot be sent: then without them, but not without saying good-bye. This one can.
            receipt = self.new_id("close-", |session, id| session.receipts.contains(id));
            let plain = Headers::from_iter([("receipt", &receipt)]);
            if self.transmit_head(&Command::Disconnect, &plain).is_err() {
                return self.close(CloseCode::Unconfirmed);
            }
        }
        self.state =
            State::Disconnecting { receipt: receipt.into(), deadline: self.now.after(self.config.disconnect_timeout) };
    }

    fn begin_operation(&mut self, now: Time) -> Result<(), UsageError> {
        self.now = now;
        if self.is_connected() { Ok(()) } else { Err(UsageError::NotConnected) }
    }

    fn check_transaction(&self, headers: &Headers) -> Result<(), UsageError> {
        match headers.get("transaction") {
            Some(id) if !self.transactions.contains(id) => Err(UsageError::UnknownTransaction(id.to_owned())),
            _ => Ok(()),
        }
    }

    /// An id that nobody uses, so that a user's own `sub-1` and the automatic one never collide.
    fn new_id(&mut self, prefix: &str, taken: impl Fn(&Self, &str) -> bool) -> String {
        loop {
            let mut id = prefix.to_owned();
            push_number(&mut id, self.counter as usize);
            self.counter = self.counter.wrapping_add(1);
            if !taken(self, &id) {
                return id;
            }
        }
    }
}
