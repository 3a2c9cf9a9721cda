//! Messages as a stream.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::queue::{Overflow, Queue, Room};
use super::receipt::Confirmation;
use super::sleep::Deadline;
use super::slot::Slot;
use super::{Client, Error, Message};
use crate::frame::Headers;
use crate::session::SubscriptionKey;

/// How messages of a subscription are acknowledged. (STOMP 1.2, SUBSCRIBE ack Header)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AckMode {
    /// Not at all: "the server will assume the client has received the message as soon as it sends it".
    #[default]
    Auto,
    /// [`Message::ack`] acknowledges the message and all before it.
    Client,
    /// [`Message::ack`] acknowledges the message alone.
    ClientIndividual,
}

impl AckMode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Client => "client",
            Self::ClientIndividual => "client-individual",
        }
    }
}

/// What a client remembers of a subscription.
pub(super) struct Entry {
    pub(super) queue: Rc<Queue<Message>>,
    headers: Headers,
    anew: Option<Rc<dyn Fn() -> Headers>>,
    /// Who waits to hear that the broker has it.
    pub(super) confirmation: RefCell<Option<Confirmation>>,
}

impl Entry {
    /// The headers of the `SUBSCRIBE`; the function of the caller's may do anything.
    pub(super) fn headers(&self) -> Headers {
        let mut headers = self.headers.clone();
        if let Some(anew) = &self.anew {
            for (name, value) in anew().iter() {
                headers.set(name, value);
            }
        }
        headers
    }

    pub(super) fn confirm(&self, result: Result<(), Error>) {
        let confirmation = self.confirmation.take();
        if let Some(confirmation) = confirmation {
            confirmation.fill(result);
        }
    }
}

/// A subscription in the making: see [`Client::subscription`].
#[must_use = "call subscribe() to subscribe"]
pub struct SubscriptionBuilder {
    client: Client,
    headers: Headers,
    anew: Option<Rc<dyn Fn() -> Headers>>,
    ack: AckMode,
    items: usize,
    bytes: usize,
    overflow: Option<Overflow>,
}

impl SubscriptionBuilder {
    pub(super) fn new(client: Client, destination: &str) -> Self {
        Self {
            client,
            headers: Headers::from_iter([("destination", destination)]),
            anew: None,
            ack: AckMode::Auto,
            items: 1_024,
            bytes: 64 << 20,
            overflow: None,
        }
    }

    /// Adds a header, such as `selector`, `prefetch-count` or an `id` of your own, by which a broker knows a durable
    /// subscription. One of the same name is replaced.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.set(name, value);
        self
    }

    /// Makes headers anew whenever the subscription is made, the first time and after every reconnect: a token that
    /// runs out, a position to go on from. They replace those of the same names.
    pub fn headers_with(mut self, headers: impl Fn() -> Headers + 'static) -> Self {
        self.anew = Some(Rc::new(headers));
        self
    }

    /// How messages are acknowledged. Default: not at all.
    pub const fn ack(mut self, mode: AckMode) -> Self {
        self.ack = mode;
        self
    }

    /// How many messages wait to be read at most. Default: 1,024.
    pub const fn capacity(mut self, messages: usize) -> Self {
        self.items = messages;
        self
    }

    /// How many bytes the messages that wait to be read have at most, together; a single message is taken whatever its
    /// length. Default: 64 MiB.
    pub const fn capacity_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// What happens when more come. Default: see [`Overflow`].
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = Some(overflow);
        self
    }

    /// Subscribes: now if there is a connection, and on every connection to come.
    pub fn subscribe(self) -> Subscription {
        self.make(None)
    }

    /// Subscribes, and waits until the broker has confirmed it with a receipt: what is published after this arrives. If
    /// there is no connection, it waits for one. Dropping the future unsubscribes.
    pub fn subscribe_confirmed(self) -> Subscribing {
        let deadline = self.client.shared().receipt_deadline();
        let slot = Slot::new();
        let subscription = self.make(Some(Rc::clone(&slot)));
        Subscribing { subscription: Some(subscription), slot, deadline }
    }

    fn make(mut self, confirmation: Option<Confirmation>) -> Subscription {
        if self.ack != AckMode::Auto {
            self.headers.set("ack", self.ack.as_str());
        }
        let overflow = self.overflow.unwrap_or(match self.ack {
            AckMode::Auto => Overflow::DropOldest,
            AckMode::Client | AckMode::ClientIndividual => Overflow::End,
        });
        let queue = Queue::new(Room { items: self.items.max(1), bytes: self.bytes, overflow });
        let destination = self.headers.get("destination").unwrap_or_default().into();
        let entry = Entry {
            queue: Rc::clone(&queue),
            headers: self.headers,
            anew: self.anew,
            confirmation: RefCell::new(confirmation),
        };
        let key = self.client.shared().subscribe(entry);
        Subscription { client: self.client, key, queue, destination }
    }
}

impl std::fmt::Debug for SubscriptionBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubscriptionBuilder")
            .field("headers", &self.headers)
            .field("ack", &self.ack)
            .finish_non_exhaustive()
    }
}

/// A subscription: a stream of the messages that come to its destination.
///
/// It survives reconnects: whenever the client is connected again, the subscription is made again, with headers made
/// anew if a function for them was [given](SubscriptionBuilder::headers_with). What is published while there is no
/// connection is missed, unless the broker keeps it, as queues do. Dropping it unsubscribes; while it lives, so does the
/// client.
///
/// The messages wait in a bounded queue until they are read: see [`Overflow`] for what happens when it is full.
///
/// The stream ends only if the subscription cannot go on, and [`error`](Self::error) says why. If the broker refuses a
/// subscription, it sends an `ERROR` frame, which ends the connection: see [`Client::errors`].
///
/// ```no_run
/// # async fn show(client: stomp_wasm::Client) -> Result<(), stomp_wasm::Error> {
/// let mut prices = client.subscribe("/topic/prices.*");
/// while let Some(message) = prices.recv().await {
///     let price = message.text()?;
///     // show it
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a subscription unsubscribes"]
pub struct Subscription {
    client: Client,
    key: SubscriptionKey,
    queue: Rc<Queue<Message>>,
    destination: Box<str>,
}

impl Subscription {
    /// The next message; `None` if the subscription has ended. The same as the stream's `next()`, for those who have no
    /// other use for `futures`. Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Option<Message> {
        std::future::poll_fn(|context| self.queue.poll_next(context)).await
    }

    /// What it is subscribed to.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// How many messages were dropped since the queue was full.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.queue.dropped()
    }

    /// How many messages wait to be read.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Why the stream ended, if it did.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        self.queue.error()
    }

    /// Ends the subscription, as dropping it does.
    pub fn unsubscribe(self) {}
}

impl Stream for Subscription {
    type Item = Message;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.queue.poll_next(context)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.client.shared().unsubscribe(self.key);
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription")
            .field("destination", &self.destination)
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

/// A subscription that waits for the broker's word: see [`SubscriptionBuilder::subscribe_confirmed`].
#[must_use = "await this to have the subscription"]
pub struct Subscribing {
    subscription: Option<Subscription>,
    slot: Confirmation,
    deadline: Deadline,
}

impl Subscribing {
    /// Waits no longer than this, counted from when it is first awaited; in place of
    /// [`ClientBuilder::receipt_timeout`](crate::ClientBuilder::receipt_timeout).
    pub fn deadline(mut self, after: std::time::Duration) -> Self {
        self.deadline.after = Some(after);
        self
    }
}

impl Future for Subscribing {
    type Output = Result<Subscription, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = match self.slot.poll(context) {
            Poll::Ready(result) => result,
            Poll::Pending => match self.deadline.poll(context) {
                Poll::Ready(after) => Err(Error::Timeout { what: "subscribing", after, cause: None }),
                Poll::Pending => return Poll::Pending,
            },
        };
        // Whatever comes of it, it is over: without its result, the subscription ends.
        match self.subscription.take() {
            Some(subscription) => Poll::Ready(result.map(|()| subscription)),
            None => Poll::Pending,
        }
    }
}

impl std::fmt::Debug for Subscribing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscribing").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}
