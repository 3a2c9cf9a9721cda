//! Where the broker meets the network.
//!
//! A [`Handler`] takes connections in; each is a [`Session`], which knows nothing of what carries it. A transport
//! (WebSocket, TCP, SockJS) carries one: it gives what came, fetches what is to go out, and closes when told to.

mod carrier;
mod hub;
mod signals;
pub(crate) mod tcp;
pub(crate) mod websocket;
mod ws_codec;

use std::sync::Arc;

use tokio::sync::Notify;

pub use hub::Hub;
pub(crate) use signals::Shutdown;

use crate::broker::{How, Outgoing, Taken};

/// Takes connections in, whatever carries them.
pub trait Handler: Send + Sync + 'static {
    /// A new connection; `None` to turn it away.
    fn open(&self) -> Option<Arc<dyn Session>>;
}

/// One connection without its transport.
///
/// A transport waits for [`wake`](Self::wake), [`take`](Self::take)s and sends until there is no more, and waits again.
/// It calls [`closed`](Self::closed) once at the end.
pub trait Session: Send + Sync + 'static {
    /// Something came: one message, or any piece of a stream.
    fn receive(&self, data: Received<'_>);

    /// Notified when there is something to take. One transport at a time may wait for it.
    fn wake(&self) -> &Notify;

    /// Takes up to `max_bytes`, but at least one frame if there is one.
    fn take(&self, max_bytes: usize, out: &mut Vec<Outgoing>) -> Taken;

    /// Whether the transport is to be cut at once, even in the middle of a write. Asked again at every wake.
    fn is_cut(&self) -> Option<How> {
        None
    }

    /// The transport is gone.
    fn closed(&self);
}

/// What a client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message, or bytes of a stream.
    Binary(&'a [u8]),
}

impl Received<'_> {
    /// The bytes, of either.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}
