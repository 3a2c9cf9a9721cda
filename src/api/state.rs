//! The state of the connection, as a snapshot and as a stream.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use super::queue::Queue;
use super::{Error, Message};
use crate::frame::{Headers, Version};

/// Where a client stands. See [`Client::state`](crate::Client::state).
///
/// ```text
///               activate()            CONNECTED
///   Inactive --------------> Connecting -------> Connected
///      ^                      ^    |                 |
///      |       the delay is over   | failed          | lost, ERROR
///      |                      |    v                 v
///      +----- deactivate() -- Waiting <------- Disconnecting
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// The client does nothing.
    #[default]
    Inactive,
    /// A connection is being made.
    Connecting,
    /// Frames may be sent.
    Connected(Version),
    /// The connection is ending, because it was asked to or because something went wrong.
    Disconnecting,
    /// There is no connection; the next attempt comes after this delay, counted from when the state began.
    Waiting(Duration),
}

impl State {
    /// Whether frames may be sent.
    #[must_use]
    pub const fn is_connected(self) -> bool {
        matches!(self, Self::Connected(_))
    }

    /// The version that was agreed.
    #[must_use]
    pub const fn version(self) -> Option<Version> {
        match self {
            Self::Connected(version) => Some(version),
            _ => None,
        }
    }
}

/// What the broker said when it accepted the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// The version that is spoken.
    pub version: Version,
    /// The headers of the `CONNECTED` frame, such as `server`, `session` and `user-name`.
    pub headers: Headers,
}

/// A stream of what happens to a client. It ends when the client is gone; dropping it stops listening. A listener that
/// reads too slowly loses the oldest of more than 64 waiting items.
#[must_use = "dropping it stops listening"]
pub struct Events<T>(pub(super) Rc<Queue<T>>);

/// The states of a client from now on: see [`Client::states`](crate::Client::states).
pub type States = Events<State>;
/// What goes wrong with a client: see [`Client::errors`](crate::Client::errors).
pub type Errors = Events<Error>;
/// Messages for no subscription: see [`Client::unhandled_messages`](crate::Client::unhandled_messages).
pub type UnhandledMessages = Events<Message>;

impl<T> Events<T> {
    /// The next item; `None` when the client is gone. Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Option<T> {
        std::future::poll_fn(|context| self.0.poll_next(context)).await
    }
}

impl<T> Stream for Events<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.poll_next(context)
    }
}

impl<T> std::fmt::Debug for Events<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Events").field("waiting", &self.0.len()).finish()
    }
}
