//! SockJS: a WebSocket for clients that cannot have one, over whatever HTTP they can speak.
//!
//! An [`Endpoint`] is one SockJS service at one address. It carries the connections of any
//! [`Handler`](crate::net::Handler): the broker's at `/sockjs`, and those of the protocol's own test endpoints.
//!
//! ```text
//! endpoint   what is at which address, and with which headers
//!   receive  one request that waits for frames: xhr, xhr_streaming, eventsource, htmlfile, jsonp
//!   send     one request that brings messages: xhr_send, jsonp_send
//!   websocket
//! sessions   sessions by their id; link: one of them, with its timers
//! state      a session without network and clock
//! frame, payload   the wire
//! ```
//!
//! Nothing queues here: what waits for a client waits in the connection of the [`Handler`](crate::net::Handler), which
//! has limits, until a request comes that can carry it.

mod args;
mod endpoint;
mod format;
mod frame;
mod link;
mod options;
mod pages;
mod payload;
mod receive;
mod reply;
mod send;
mod sessions;
mod state;
mod test_endpoints;
mod text_only;
mod websocket;

pub use args::SockJsArgs;
pub(crate) use endpoint::{Endpoint, Raw};
pub use options::{BinaryBodies, SockJs};
pub(crate) use test_endpoints::{TEST_PATHS, test_endpoints};
pub(crate) use text_only::TextOnly;
