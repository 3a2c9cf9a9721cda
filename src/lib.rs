#![doc = include_str!("../docs/guide.md")]
// The guide is of the Rust API.
#![cfg_attr(not(feature = "browser"), allow(rustdoc::broken_intra_doc_links))]

pub mod client;
pub mod frame;
pub mod session;

#[cfg(feature = "browser")]
mod api;
#[cfg(feature = "browser")]
mod browser;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
mod js;

/// The allocator of Rust's standard library is larger than everything here that waits for heart-beats and reconnects.
#[cfg(all(feature = "talc", target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

#[cfg(feature = "browser")]
pub use api::*;

// The unit tests run in a browser as well: see `cargo xtask test wasm`.
#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
