//! The only rooms that touch the browser: sockets, timers, the clock. They decide nothing: [`driver::Driver`] does what
//! the sans-IO [`Client`](crate::client::Client) says and tells it what happened.

pub(crate) mod clock;
pub(crate) mod driver;
pub(crate) mod host;
mod plain;
mod promise;
pub(crate) mod receive;
pub(crate) mod socket;
mod text;
mod timer;
pub(crate) mod unread;
