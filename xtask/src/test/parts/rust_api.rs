//! The Rust API, in a page and in a worker of headless Chromium, against stomp-server.

use std::ffi::OsStr;

use anyhow::Result;

use super::wasm;
use crate::need::Need;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "rust-api",
    about: "the Rust API in headless Chromium, by wasm-pack, against stomp-server",
    // sockjs-client is compiled into the tests.
    needs: &[Need::Npm, Need::WasmTarget, Need::WasmBindgen, Need::WasmPack, Need::Chromium],
    builds: &[Build::Server],
    lane: Lane::Build,
    default: true,
    run,
};

/// Two users, one of whom may read topics and nothing else.
const USERS: [&str; 8] =
    ["--user", "guest:guest", "--permit", "guest:rw:/", "--user", "reader:reader", "--permit", "reader:r:/topic/"];

fn run(context: &Context<'_>) -> Result<Counts> {
    let server = Server::start(&context.server()?, &USERS.map(OsStr::new), context.logger())?;
    let mut command = wasm::wasm_pack_test("tests/rust-api", &[])?;
    // The tests are compiled for this address: a page has no environment to read it from.
    context.counted(command.env("STOMP_URL", server.ws_url()), |output| Some(Counts::of_cargo(output)))
}
