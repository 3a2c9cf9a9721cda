//! The Rust API in a page, against stomp-server and against a broker that the test plays.
#![cfg(target_arch = "wasm32")]

#[path = "../common/mod.rs"]
mod common;
mod connecting;
mod lifecycle;
mod publishing;
mod reading;
mod subscribing;
mod transactions;
mod transports;
mod unread;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
