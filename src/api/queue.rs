//! Bounded queues between what arrives and who reads it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use super::Error;

/// What happens to a message for which a subscription's queue has no room, since the application reads more slowly than
/// the broker sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// The oldest message in the queue is dropped, and counted: see
    /// [`Subscription::dropped`](crate::Subscription::dropped). Good for what is replaced by the next message anyway,
    /// such as prices. The default of subscriptions with [`AckMode::Auto`](crate::AckMode::Auto).
    DropOldest,
    /// The new message is dropped, and counted.
    DropNewest,
    /// The subscription ends with [`Error::Overflow`] after what is in the queue; the broker delivers again what was
    /// not acknowledged. The default of subscriptions that acknowledge, where a dropped message would be one that the
    /// broker believes to be in work. A `prefetch-count` header, where the broker knows it, keeps the queue short.
    End,
}

/// How much a queue holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) items: usize,
    pub(super) bytes: usize,
    pub(super) overflow: Overflow,
}

pub(super) struct Queue<T>(RefCell<Inner<T>>);

struct Inner<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    room: Room,
    dropped: u64,
    /// Whether nothing more comes, and why.
    ended: Option<Option<Error>>,
    waker: Option<Waker>,
}

impl<T> Queue<T> {
    pub(super) fn new(room: Room) -> Rc<Self> {
        Rc::new(Self(RefCell::new(Inner {
            items: VecDeque::new(),
            bytes: 0,
            room,
            dropped: 0,
            ended: None,
            waker: None,
        })))
    }

    /// Adds an item of so many bytes. `false` if the queue has ended, now or before.
    pub(super) fn push(&self, item: T, bytes: usize) -> bool {
        // What is dropped, and the waker, run code that is not ours: only when the cell is free again.
        let mut out = Vec::new();
        let (open, waker) = {
            let mut inner = self.0.borrow_mut();
            if inner.ended.is_some() {
                return false;
            }
            let open = inner.push(item, bytes, &mut out);
            (open, inner.waker.take())
        };
        drop(out);
        if let Some(waker) = waker {
            waker.wake();
        }
        open
    }

    /// Nothing more comes after what is in the queue.
    pub(super) fn end(&self, error: Option<Error>) {
        let waker = {
            let mut inner = self.0.borrow_mut();
            inner.ended.get_or_insert(error);
            inner.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn poll_next(&self, context: &Context<'_>) -> Poll<Option<T>> {
        let mut inner = self.0.borrow_mut();
        if let Some((item, bytes)) = inner.items.pop_front() {
            inner.bytes = inner.bytes.saturating_sub(bytes);
            return Poll::Ready(Some(item));
        }
        if inner.ended.is_some() {
            return Poll::Ready(None);
        }
        inner.waker = Some(context.waker().clone());
        Poll::Pending
    }

    pub(super) fn dropped(&self) -> u64 {
        self.0.borrow().dropped
    }

    pub(super) fn len(&self) -> usize {
        self.0.borrow().items.len()
    }

    pub(super) fn error(&self) -> Option<Error> {
        self.0.borrow().ended.clone().flatten()
    }
}

impl<T> Inner<T> {
    fn push(&mut self, item: T, bytes: usize, out: &mut Vec<T>) -> bool {
        // A single message that is larger than the queue goes in alone: nobody could ever read it otherwise.
        while !self.items.is_empty()
            && (self.items.len() >= self.room.items || self.bytes.saturating_add(bytes) > self.room.bytes)
        {
            match self.room.overflow {
                Overflow::DropOldest => {
                    self.dropped += 1;
                    if let Some((old, freed)) = self.items.pop_front() {
                        self.bytes = self.bytes.saturating_sub(freed);
                        out.push(old);
                    }
                }
                Overflow::DropNewest => {
                    self.dropped += 1;
                    out.push(item);
                    return true;
                }
                Overflow::End => {
                    self.ended = Some(Some(Error::Overflow { messages: self.items.len() }));
                    out.push(item);
                    return false;
                }
            }
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.items.push_back((item, bytes));
        true
    }
}

/// Tells everybody who listens. Each listener has a queue of its own, of which the oldest is dropped when it is full.
pub(super) struct Broadcast<T>(RefCell<Vec<Weak<Queue<T>>>>);

impl<T: Clone> Broadcast<T> {
    /// How many items wait for a listener at most.
    const ROOM: Room = Room { items: 64, bytes: usize::MAX, overflow: Overflow::DropOldest };

    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    pub(super) fn listen(&self) -> Rc<Queue<T>> {
        let queue = Queue::new(Self::ROOM);
        self.0.borrow_mut().push(Rc::downgrade(&queue));
        queue
    }

    pub(super) fn tell(&self, item: &T) {
        self.0.borrow_mut().retain(|queue| queue.strong_count() > 0);
        let queues: Vec<_> = self.0.borrow().iter().filter_map(Weak::upgrade).collect();
        for queue in queues {
            queue.push(item.clone(), 0);
        }
    }
}

impl<T> Drop for Broadcast<T> {
    fn drop(&mut self) {
        for queue in self.0.borrow().iter().filter_map(Weak::upgrade) {
            queue.end(None);
        }
    }
}
