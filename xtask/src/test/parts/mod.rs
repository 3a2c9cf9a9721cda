//! The registry of the test parts. See `super` for how to add one.

mod activemq;
mod bench;
mod compat;
mod conformance;
mod crates;
mod demo;
mod examples;
mod fuzz;
mod interop_server;
mod lint;
mod native;
mod npm;
mod package;
mod proxies;
mod rabbitmq;
mod rust_api;
mod rx_stomp;
mod server;
mod size;
mod sockjs;
mod summary;
mod vectors;
mod wasm;

use super::Part;

/// Every part. The order within a lane is the order they run in.
pub(super) const ALL: &[Part] = &[
    native::PART,
    wasm::PART,
    rust_api::PART,
    vectors::PART,
    conformance::PART,
    fuzz::PART,
    npm::PART,
    rabbitmq::PART,
    activemq::PART,
    compat::PART,
    rx_stomp::PART,
    server::PART,
    package::PART,
    bench::PART,
    interop_server::PART,
    sockjs::PART,
    proxies::PART,
    demo::PART,
    examples::PART,
    size::PART,
    lint::PART,
    crates::PART,
];
