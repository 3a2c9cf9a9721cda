//! Waiting for the broker's word that it has done something.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Error;
use super::sleep::Deadline;
use super::slot::Slot;
use crate::session::SubscriptionKey;

pub(super) type Confirmation = Rc<Slot<Result<(), Error>>>;

const PREFIX: &str = "receipt-";

/// Who waits for receipts.
#[derive(Default)]
pub(super) struct Receipts {
    waiting: RefCell<VecDeque<(u32, Waiter)>>,
    last: Cell<u32>,
}

#[derive(Clone)]
pub(super) enum Waiter {
    /// A message, which is lost with its connection, for all that is known.
    Message(Confirmation),
    /// A subscription, which is made again on the next connection.
    Subscription(SubscriptionKey),
}

impl Receipts {
    /// A key for a receipt, and the id that goes with it: neither is ever used again.
    pub(super) fn new_key(&self) -> (u32, String) {
        let key = self.last.get().wrapping_add(1).max(1);
        self.last.set(key);
        let mut id = PREFIX.to_owned();
        crate::frame::push_number(&mut id, key as usize);
        (key, id)
    }

    pub(super) fn wait(&self, key: u32, waiter: Waiter) {
        self.waiting.borrow_mut().push_back((key, waiter));
    }

    pub(super) fn take(&self, key: u32) -> Option<Waiter> {
        let mut waiting = self.waiting.borrow_mut();
        let at = waiting.iter().position(|(other, _)| *other == key)?;
        waiting.remove(at).map(|(_, waiter)| waiter)
    }

    /// Who waits for the receipt of that id, which an `ERROR` names.
    pub(super) fn take_by_id(&self, id: &str) -> Option<Waiter> {
        self.take(id.strip_prefix(PREFIX)?.parse().ok()?)
    }

    /// All of them: the connection is gone.
    pub(super) fn take_all(&self) -> impl Iterator<Item = Waiter> {
        self.waiting.take().into_iter().map(|(_, waiter)| waiter)
    }
}

/// The broker's word that a message has arrived: a future, made by
/// [`Publish::receipt`](crate::Publish::receipt). The message is already on its way, or in the outbox; dropping the
/// future only stops waiting.
///
/// It fails with [`Error::Timeout`] when its deadline passes, with [`Error::ConnectionLost`] when the connection ends
/// before the receipt came: the message may or may not have arrived.
#[must_use = "the message is sent either way; await this to know that it arrived"]
pub struct Receipt {
    pub(super) state: Result<Confirmation, Option<Error>>,
    pub(super) deadline: Deadline,
}

impl Receipt {
    /// Waits no longer than this, counted from when it is first awaited; in place of
    /// [`ClientBuilder::receipt_timeout`](crate::ClientBuilder::receipt_timeout).
    pub fn deadline(mut self, after: Duration) -> Self {
        self.deadline.after = Some(after);
        self
    }
}

impl Future for Receipt {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        match &mut this.state {
            // A future that is polled after its end waits for ever: that is allowed, and does not panic.
            Err(error) => error.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error))),
            Ok(slot) => match slot.poll(context) {
                Poll::Ready(result) => Poll::Ready(result),
                Poll::Pending => this
                    .deadline
                    .poll(context)
                    .map(|after| Err(Error::Timeout { what: "the receipt for a message", after, cause: None })),
            },
        }
    }
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receipt").field("failed", &self.state.is_err()).finish_non_exhaustive()
    }
}
