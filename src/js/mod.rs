//! The wasm-bindgen exports behind the npm package. Only the npm build turns them on: exports of a library end up in
//! every application that links it.
//!
//! What stands here is the boundary: no protocol rule, and nothing that JavaScript could do as well. The TypeScript
//! face in `pkg-template/` has the other half.

/// The allocator of Rust's standard library is larger than everything here that waits for heart-beats and reconnects.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

mod debug;
mod error;
mod headers;
mod host;
mod operation;
mod parser;
mod plain;
mod raw_client;
mod settings;
mod texts;
