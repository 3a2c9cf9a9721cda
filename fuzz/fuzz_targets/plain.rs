//! `cargo +nightly fuzz run plain`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stomp_wasm_fuzz::plain(data));
