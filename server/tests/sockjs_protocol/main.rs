//! The cases of the SockJS protocol's own test-suite (sockjs/sockjs-protocol, `sockjs-protocol.py`), by their names there:
//! a module for each class, a function for each test. What the suite's older version 0.3.3 has besides is here too.
//!
//! Not here: `Websocket.test_haproxy`, which speaks Hixie-76, a draft of WebSocket that no browser has spoken since 2012
//! and `stomp-server` does not speak either.

mod client;
mod closing;
mod cookies;
mod encoding;
mod http_versions;
mod jsonp;
mod pages;
mod sessions;
mod streaming;
mod timing;
mod websockets;
mod xhr;
