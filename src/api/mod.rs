//! The Rust API: a client for Yew, Leptos and plain wasm. What is public stands at the crate's root.

mod body;
mod builder;
#[allow(clippy::module_inception)]
mod client;
mod connect;
mod error;
mod host;
#[cfg(feature = "serde")]
mod json;
mod message;
mod publish;
mod queue;
mod receipt;
mod shared;
mod sleep;
mod slot;
mod state;
mod subscription;
mod transaction;
mod transport;

pub use body::Body;
pub use builder::{ClientBuilder, Reconnect};
pub use client::Client;
pub use connect::{Connect, Disconnect};
pub use error::Error;
#[cfg(feature = "serde")]
pub use json::Json;
pub use message::Message;
pub use publish::Publish;
pub use queue::Overflow;
pub use receipt::Receipt;
pub use state::{Connected, Errors, Events, State, States, UnhandledMessages};
pub use subscription::{AckMode, Subscribing, Subscription, SubscriptionBuilder};
pub use transaction::Transaction;
pub use transport::{SocketFactory, Transport};
