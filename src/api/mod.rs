//! The Rust API: a client for Yew, Leptos and plain wasm. What is public stands at the crate's root.

/// Whether there is a browser. Elsewhere, as on a server that renders a page, the API compiles and does nothing.
const IN_BROWSER: bool = cfg!(target_arch = "wasm32");

mod body;
mod builder;
#[allow(clippy::module_inception)]
mod client;
mod connect;
mod encoding;
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod native_tests;

pub use body::Body;
pub use builder::{ClientBuilder, Reconnect};
pub use client::Client;
pub use connect::{Connect, Disconnect};
pub use encoding::BinaryEncoding;
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
