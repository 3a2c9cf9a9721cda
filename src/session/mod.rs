//! ONE connection as a state machine: handshake, heart-beat, subscriptions, receipts, transactions, acknowledgements.
//!
//! Sans-IO: a [`Session`] reads no clock and touches no socket. It is told what happened and when, and asked what to
//! do. A test runs a night's sleep in microseconds; a browser, a worker and Node run the same code.
//!
//! The order of calls:
//!
//! 1. [`Session::new`] when the transport is open: the `CONNECT` frame is waiting to be sent.
//! 2. After every call that takes `now`, drain [`poll_transmit`](Session::poll_transmit), then
//!    [`poll_event`](Session::poll_event), until both say `None` (an event's handling may call the session, so look
//!    at the transmits again after each). Then arm one timer for [`poll_timeout`](Session::poll_timeout).
//! 3. What arrives goes to [`handle_data`](Session::handle_data); when the timer fires, call
//!    [`handle_timeout`](Session::handle_timeout).
//! 4. After [`Transmit::Close`], or when the transport closed by itself, drop the session.
//!
//! Results say who erred: a misuse by the caller is an `Err` ([`UsageError`]) and nothing was sent; a violation by the
//! peer is an [`Event::Violation`] that ends the session.

mod config;
mod error;
mod event;
mod heartbeat;
mod incoming;
mod marked;
mod operations;
mod plain;
#[allow(clippy::module_inception)]
mod session;
mod subscriptions;
mod table;
mod time;

#[cfg(test)]
mod tests;

pub use config::{DEFAULT_HOST, HeartbeatConfig, SessionConfig};
pub use error::{UsageError, Violation};
pub use event::{CloseCode, Data, Event, Transmit};
pub use marked::MARK;
pub use operations::{Body, Publish};
pub use plain::{Learnt, PlainHead, PlainMessage};
pub use session::Session;
pub use subscriptions::SubscriptionKey;
pub use time::Time;
