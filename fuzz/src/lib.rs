//! What must hold for any bytes: the harnesses behind the fuzz targets. They panic if it does not.
//!
//! `fuzz_targets/` hands them to libFuzzer (`cargo +nightly fuzz run decoder`), `src/bin/random.rs` runs them on stable
//! Rust with inputs from a random generator, seeded with the wire vectors.

mod decoder;
mod plain;
mod session;

pub use decoder::decoder;
pub use plain::plain;
pub use session::session;
