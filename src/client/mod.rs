//! The long-lived client over many sessions: activation, the handshake's deadline, reconnecting, falling back to another
//! transport.
//!
//! Sans-IO like [`session`](crate::session): a driver (in a browser, `src/browser`) does what [`Client::poll_action`]
//! says, tells what happened, and keeps one timer for [`Client::poll_timeout`].
//!
//! [`Subscriptions`] and [`Outbox`] stand beside it: what outlives a connection, for those who want it. The npm package
//! leaves both to its user, as stomp.js does; the Rust API has them.
//!
//! The order of calls: after every call that takes `now`, drain [`poll_action`](Client::poll_action), then take one
//! [`poll_event`](Client::poll_event), and so on until both say `None`. Actions may be drained at any time, also from
//! within the handling of an event; events only one after another.

#[allow(clippy::module_inception)]
mod client;
mod config;
mod delay;
mod event;
mod fallback;
mod outbox;
mod subscriptions;

#[cfg(test)]
mod durable_tests;
#[cfg(test)]
mod fallback_tests;
#[cfg(test)]
mod tests;

pub use client::Client;
pub use config::ClientConfig;
pub use event::{Action, Activation, Event, Failure};
pub use outbox::{Outbox, OutboxLimits, Stored, StoredBody};
pub use subscriptions::Subscriptions;
