//! The matching broker: what a frontend team needs to test against, in one small Rust binary.
//!
//! [`Server`] runs it; [`TestServer`] runs it inside a test; [`Broker`] is its core, without network and clock.

mod broker;
mod chaos_api;
pub mod cli;
mod feed;
mod http;
mod net;
mod server;
mod sockjs;
mod test_server;

pub use broker::{
    Broker, Chaos, Close, ConnId, ConnInfo, Direction, DropHow, Entry, How, Metrics, Outgoing, Output, Pattern,
    Permission, Reply, Request, Settings, SlowConsumer, Taken, Way,
};
pub use net::{Handler, Hub, Received, Session};
pub use server::{RunningServer, Server, StartError};
pub use sockjs::{BinaryBodies, SockJs, SockJsArgs};
pub use test_server::{ExpectError, TestServer};

/// The examples of the README, which are to compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
