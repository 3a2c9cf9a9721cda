//! Transactions: what is kept back until `COMMIT`.

use bytes::Bytes;
use stomp_wasm::frame::{FrameRef, Headers};

use super::close::Violation;
use super::connection::Unacked;
use super::{Broker, ConnId};

/// "Transactions in this case apply to sending and acknowledging - any messages sent or acknowledged during a
/// transaction will be processed atomically based on the transaction." (STOMP 1.2, BEGIN)
#[derive(Debug, Default)]
pub(super) struct Transaction {
    pub(super) steps: Vec<Step>,
    pub(super) bytes: usize,
}

#[derive(Debug)]
pub(super) enum Step {
    Send {
        destination: Box<str>,
        headers: Headers,
        body: Bytes,
    },
    /// Messages to acknowledge, with the numbers under which they were handed out.
    Ack(Vec<(u64, Unacked)>),
    Nack {
        messages: Vec<(u64, Unacked)>,
        requeue: bool,
    },
}

impl Broker {
    pub(super) fn begin(&mut self, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let name = required_transaction(frame)?;
        let max = self.settings.max_transactions;
        let Some(session) = self.session_mut(id) else { return Ok(()) };
        // "Transaction identifiers MUST be unique per connection." (STOMP 1.2, BEGIN)
        if session.transactions.contains_key(name) {
            return Err(Violation::protocol(
                "transaction exists already",
                format!("A transaction '{name}' was begun on this connection and neither committed nor aborted."),
            ));
        }
        if session.transactions.len() >= max {
            return Err(Violation::refused(
                "too many transactions",
                format!("A connection may have {max} open transactions. Commit or abort some first."),
            ));
        }
        session.transactions.insert(name.into(), Transaction::default());
        Ok(())
    }

    /// Keeps a step back until `COMMIT`. "SEND supports a `transaction` header which allows for transactional sends."
    pub(super) fn keep(&mut self, id: ConnId, name: &str, step: Step) -> Result<(), Violation> {
        let max = self.settings.max_transaction_bytes;
        let weight = 128
            + match &step {
                Step::Send { destination, body, .. } => destination.len() + body.len(),
                Step::Ack(messages) | Step::Nack { messages, .. } => messages.len() * 64,
            };
        let Some(session) = self.session_mut(id) else { return Ok(()) };
        let Some(transaction) = session.transactions.get_mut(name) else { return Err(unknown_transaction(name)) };
        if session.transaction_bytes + weight > max {
            return Err(Violation::refused(
                "transactions too large",
                format!("The open transactions of a connection may hold {max} bytes together."),
            ));
        }
        session.transaction_bytes += weight;
        transaction.bytes += weight;
        transaction.steps.push(step);
        Ok(())
    }

    pub(super) fn commit(&mut self, now: u64, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let transaction = self.take_transaction(id, required_transaction(frame)?)?;
        // Whatever could refuse a step is asked before the first step is taken: all or nothing.
        let space = self.session(id).map_or(0, |session| session.space);
        let sends = transaction.steps.iter().filter_map(|step| match step {
            Step::Send { destination, body, .. } => Some((&**destination, body.len())),
            _ => None,
        });
        if let Err(violation) = self.check_room(space, Some(id), sends) {
            // The connection ends now, and its messages go back to their queues with the rest.
            self.restore(id, transaction);
            return Err(violation);
        }
        for step in transaction.steps {
            match step {
                Step::Send { destination, headers, body } => {
                    self.route(now, space, &destination, &headers, body, Some(id))?;
                }
                Step::Ack(messages) => self.settle(id, messages),
                Step::Nack { messages, requeue } => self.reject(id, messages, requeue),
            }
        }
        Ok(())
    }

    pub(super) fn abort(&mut self, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let transaction = self.take_transaction(id, required_transaction(frame)?)?;
        self.restore(id, transaction);
        Ok(())
    }

    /// Undoes a transaction's acknowledgements: its messages are unacknowledged as before. Those whose subscription is
    /// gone go back to their queue.
    pub(super) fn restore(&mut self, id: ConnId, transaction: Transaction) {
        let mut orphans = Vec::new();
        for step in transaction.steps {
            let (Step::Ack(messages) | Step::Nack { messages, .. }) = step else { continue };
            for (tag, unacked) in messages {
                match self.session_mut(id) {
                    Some(session) if session.subscriptions.contains_key(&unacked.subscription) => {
                        session.unacked.insert(tag, unacked);
                    }
                    _ => orphans.push((tag, unacked)),
                }
            }
        }
        self.reject(id, orphans, true);
    }

    fn take_transaction(&mut self, id: ConnId, name: &str) -> Result<Transaction, Violation> {
        let Some(session) = self.session_mut(id) else { return Ok(Transaction::default()) };
        let transaction = session.transactions.remove(name).ok_or_else(|| unknown_transaction(name))?;
        session.transaction_bytes = session.transaction_bytes.saturating_sub(transaction.bytes);
        Ok(transaction)
    }
}

/// "The `transaction` header is REQUIRED" (STOMP 1.2, BEGIN, COMMIT, ABORT)
fn required_transaction(frame: FrameRef<'_>) -> Result<&str, Violation> {
    let name = frame.headers.get("transaction");
    name.ok_or_else(|| Violation::missing_header(frame.command.as_str(), "transaction"))
}

/// "MUST specify the identifier of the transaction to commit" (STOMP 1.2, COMMIT)
pub(super) fn unknown_transaction(name: &str) -> Violation {
    Violation::protocol(
        "unknown transaction",
        format!("There is no open transaction '{name}' on this connection: BEGIN it first, and use it before COMMIT."),
    )
}
