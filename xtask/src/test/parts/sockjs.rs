//! The package through real `sockjs-client`, in Chromium: forced to each transport against stomp-server and against
//! `sockjs-node`, the automatic fallback, and sockets that are not quite WebSockets.

use std::ffi::OsStr;

use anyhow::Result;

use super::summary;
use crate::need::Need;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "sockjs",
    about: "the package through sockjs-client: each transport, stomp-server and sockjs-node; the fallback; adapters",
    needs: &[Need::Npm, Need::Chromium],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    // The test of heart-beats waits for some.
    let options = ["--chaos", "--user", "guest:guest", "--heart-beat", "300,300"].map(OsStr::new);
    let server = Server::start(&context.server()?, &options, context.logger())?;
    let url = server.ws_url();
    let env = [("STOMP_URL", url.as_str()), ("STOMP_HTTP", server.url())];
    summary::with(PART.name, |file| context.vitest(&["sockjs/"], &[&env[..], &[("SUMMARY", file)]].concat()))
}
