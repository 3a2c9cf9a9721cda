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
    let server = Server::start(&context.server()?, &[], context.logger())?;
    context.vitest(
        &["npm/"],
        &[
            ("STOMP_BROKER", "stomp-server"),
            ("STOMP_URL", &server.ws_url()),
        ],
    )
}
