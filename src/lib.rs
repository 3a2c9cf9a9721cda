//! A STOMP 1.0, 1.1 and 1.2 client for the browser, in Rust compiled to WebAssembly.
//!
//! | room | what it does |
//! | --- | --- |
//! | [`frame`] | the wire: frames, headers, escaping, encoder, incremental decoder, limits |
//! | [`session`] | one connection as a state machine, without I/O and clock |
//! | [`client`] | the long-lived client over many sessions: activation, reconnecting |

pub mod client;
pub mod frame;
pub mod session;

#[cfg(all(target_arch = "wasm32", feature = "browser"))]
mod api;
#[cfg(all(target_arch = "wasm32", feature = "browser"))]
mod browser;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
mod js;

#[cfg(all(target_arch = "wasm32", feature = "browser"))]
pub use api::*;

// The unit tests run in a browser as well: see `cargo xtask test wasm`.
#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
