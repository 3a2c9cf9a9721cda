//! `cargo +nightly fuzz run decoder`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| stomp_wasm_fuzz::decoder(data));
