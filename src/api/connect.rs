//! Waiting for a connection, and for its end.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::sleep::Deadline;
use super::slot::{Slot, forget};
use super::{Client, Connected, Error, IN_BROWSER};
use crate::client::{Activation, Failure};

pub(super) type Attempt = Rc<Slot<Result<Connected, Error>>>;

/// Waits for a connection: see [`Client::connect`].
#[must_use = "futures do nothing unless awaited; to connect without waiting, call activate()"]
#[derive(Debug)]
pub struct Connect {
    client: Client,
    attempt: Stage,
    deadline: Deadline,
}

enum Stage {
    New,
    Waiting(Attempt),
    Over,
}

impl Connect {
    pub(super) const fn new(client: Client, after: Option<Duration>) -> Self {
        Self { client, attempt: Stage::New, deadline: Deadline::new(after) }
    }

    /// Waits no longer than this, counted from when it is first awaited; in place of
    /// [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout).
    pub const fn deadline(mut self, after: Duration) -> Self {
        self.deadline.after = Some(after);
        self
    }

    fn begin(&mut self) -> Attempt {
        let (shared, driver) = (self.client.shared(), self.client.driver());
        if let Some(connected) = shared.connected().filter(|_| driver.is_connected()) {
            return Slot::filled(Ok(connected));
        }
        let attempt = Slot::new();
        shared.attempts.borrow_mut().push(Rc::clone(&attempt));
        if driver.activation() != Activation::Active {
            shared.activated_to_connect();
            driver.activate();
        }
        attempt
    }

    /// Stops waiting. Who came in vain, and was the only reason to connect, leaves nothing behind.
    fn end(&mut self, connected: bool) {
        if let Stage::Waiting(attempt) = std::mem::replace(&mut self.attempt, Stage::Over) {
            forget(&self.client.shared().attempts, &attempt);
            if !connected {
                self.client.shared().give_up_connecting(self.client.driver());
            }
        }
    }
}

impl Future for Connect {
    type Output = Result<Connected, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if !IN_BROWSER {
            return Poll::Ready(Err(Failure::Open("there is no browser here".into()).into()));
        }
        let attempt = match &this.attempt {
            Stage::New => {
                let attempt = this.begin();
                this.attempt = Stage::Waiting(Rc::clone(&attempt));
                attempt
            }
            Stage::Waiting(attempt) => Rc::clone(attempt),
            Stage::Over => return Poll::Pending,
        };
        let result = match attempt.poll(context) {
            Poll::Ready(result) => result,
            Poll::Pending => match this.deadline.poll(context) {
                Poll::Ready(after) => {
                    let cause = this.client.shared().last_error().map(Box::new);
                    Err(Error::Timeout { what: "connecting", after, cause })
                }
                Poll::Pending => return Poll::Pending,
            },
        };
        this.end(result.is_ok());
        Poll::Ready(result)
    }
}

impl Drop for Connect {
    fn drop(&mut self) {
        self.end(false);
    }
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::New => "New",
            Self::Waiting(_) => "Waiting",
            Self::Over => "Over",
        })
    }
}

impl std::fmt::Debug for Deadline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Deadline").field(&self.after).finish()
    }
}

/// Waits for the end of a connection, which has begun already: see [`Client::disconnect`].
#[derive(Debug)]
pub struct Disconnect {
    client: Client,
    done: Done,
}

struct Done(Rc<Slot<()>>);

impl std::fmt::Debug for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Done")
    }
}

impl Disconnect {
    pub(super) fn new(client: Client) -> Self {
        let slot = Slot::new();
        client.shared().disconnects.borrow_mut().push(Rc::clone(&slot));
        client.deactivate();
        Self { client, done: Done(slot) }
    }
}

impl Future for Disconnect {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.done.0.poll(context)
    }
}

impl Drop for Disconnect {
    fn drop(&mut self) {
        forget(&self.client.shared().disconnects, &self.done.0);
    }
}
