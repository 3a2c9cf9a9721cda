//! All or nothing.

use super::{Body, Client, Error, Message, Publish};
use crate::frame::Headers;
use crate::session::UsageError;

/// A transaction: what is published and acknowledged in it happens on [`commit`](Self::commit), all of it or nothing.
/// Dropped without a commit it is rolled back, and so it is when its connection ends. (STOMP 1.2, BEGIN)
///
/// ```no_run
/// # async fn transfer(client: stomp_wasm::Client) -> Result<(), stomp_wasm::Error> {
/// let transaction = client.begin()?;
/// transaction.publish("/queue/a", "take 5").send()?;
/// transaction.publish("/queue/b", "give 5").send()?;
/// transaction.commit()?; // without this line, neither is delivered
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "dropping a transaction rolls it back"]
pub struct Transaction {
    client: Client,
    id: String,
    connection: u32,
    open: bool,
}

impl Transaction {
    pub(super) fn begin(client: &Client) -> Result<Self, Error> {
        let driver = client.driver();
        let id = driver.operate(|session, now| session.begin(now, None))?;
        Ok(Self { client: client.clone(), id, connection: driver.connection(), open: true })
    }

    /// Its id: the `transaction` header of its frames.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether its connection still is: otherwise the broker has rolled it back.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let driver = self.client.driver();
        driver.is_connected() && driver.connection() == self.connection
    }

    /// A message to publish in the transaction. It does not go through the outbox.
    pub fn publish<'a>(&self, destination: &str, body: impl Into<Body<'a>>) -> Publish<'a> {
        self.client.publish(destination, body).in_transaction(self.connection, &self.id)
    }

    /// Acknowledges a message in the transaction.
    ///
    /// # Errors
    /// As [`Message::ack`], and if the connection of the transaction is gone.
    pub fn ack(&self, message: &Message) -> Result<(), Error> {
        self.check()?;
        message.ack_with(&self.headers())
    }

    /// Says, in the transaction, that a message was not consumed.
    ///
    /// # Errors
    /// As [`Message::nack`], and if the connection of the transaction is gone.
    pub fn nack(&self, message: &Message) -> Result<(), Error> {
        self.check()?;
        message.nack_with(&self.headers())
    }

    /// Makes all of it happen. It does not wait; the receipt of something that is published afterwards "is also a
    /// cumulative acknowledgment that all the previous frames have been received by the server" (STOMP 1.2, RECEIPT).
    ///
    /// # Errors
    /// If the connection of the transaction is gone: nothing of it happens then.
    pub fn commit(mut self) -> Result<(), Error> {
        self.end(true)
    }

    /// Rolls it back, as dropping it does.
    ///
    /// # Errors
    /// If the connection of the transaction is gone: then it is rolled back already.
    pub fn abort(mut self) -> Result<(), Error> {
        self.end(false)
    }

    fn end(&mut self, commit: bool) -> Result<(), Error> {
        self.open = false;
        self.check()?;
        let id = &self.id;
        self.client.driver().operate(
            |session, now| {
                if commit { session.commit(now, id) } else { session.abort(now, id) }
            },
        )?;
        Ok(())
    }

    /// The next connection may use the same id for another transaction.
    fn check(&self) -> Result<(), Error> {
        if self.is_alive() {
            Ok(())
        } else if self.client.is_connected() {
            Err(Error::TransactionLost)
        } else {
            Err(UsageError::NotConnected.into())
        }
    }

    fn headers(&self) -> Headers {
        Headers::from_iter([("transaction", &self.id)])
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.open {
            // Without its connection it is rolled back already.
            let _ = self.end(false);
        }
    }
}
