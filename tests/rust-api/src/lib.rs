//! The tests are in `tests/`; `cargo xtask test rust-api` runs them.
