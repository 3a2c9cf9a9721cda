//! What is behind the npm package. Only the npm build turns it on: exports of a library end up in every application that
//! links it.
//!
//! What stands here is the boundary: no protocol rule, and nothing that JavaScript could do as well. The TypeScript
//! face in `pkg-template/` has the other half, and the objects of the browser: sockets, timers, promises and errors stay
//! there, and numbers stand for them here: wasm-bindgen's code for them would be a sixth of the package.

mod boundary;
mod debug;
mod driver;
mod given;
mod operation;
mod plain;
mod settings;
mod wire;
