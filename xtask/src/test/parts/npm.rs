//! The built npm package in Chromium, against stomp-server.

use anyhow::Result;

use crate::need::Need;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "npm",
    about: "the built npm package in headless Chromium, against stomp-server",
    needs: &[Need::Npm, Need::Chromium],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let server = Server::start(&context.server()?, &["--user".as_ref(), "guest:guest".as_ref()], context.logger())?;
    // The variables that the suite reads; CHROMIUM is added by `vitest`. `npm/client` runs against other brokers too.
    let url = server.ws_url();
    context.vitest(&["npm/"], &[("STOMP_BROKER", "stomp-server"), ("STOMP_URL", &url), ("STOMP_BINARY_URL", &url)])
}
