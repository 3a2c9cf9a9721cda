//! A STOMP 1.0, 1.1 and 1.2 client for the browser, in Rust compiled to WebAssembly.
