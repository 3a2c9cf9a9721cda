//! One value that somebody waits for.

use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A place for one value. Whoever waits holds one handle, whoever fills it another.
pub(super) struct Slot<T>(RefCell<Inner<T>>);

struct Inner<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

impl<T> Slot<T> {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self(RefCell::new(Inner { value: None, waker: None })))
    }

    /// A place that is filled already.
    pub(super) fn filled(value: T) -> Rc<Self> {
        Rc::new(Self(RefCell::new(Inner { value: Some(value), waker: None })))
    }

    /// Puts the value there, and wakes who waits. A second value is dropped: the first one counts.
    pub(super) fn fill(&self, value: T) {
        let waker = {
            let mut inner = self.0.borrow_mut();
            if inner.value.is_some() {
                return;
            }
            inner.value = Some(value);
            inner.waker.take()
        };
        // Never with the cell borrowed: an executor may poll at once.
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<T> {
        let mut inner = self.0.borrow_mut();
        match inner.value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                inner.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Takes a slot off a list of those that wait.
pub(super) fn forget<T>(waiting: &RefCell<Vec<Rc<Slot<T>>>>, slot: &Rc<Slot<T>>) {
    waiting.borrow_mut().retain(|other| !Rc::ptr_eq(other, slot));
}
