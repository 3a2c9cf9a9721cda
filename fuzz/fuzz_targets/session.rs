//! `cargo +nightly fuzz run session`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stomp_wasm_fuzz::session(data));
