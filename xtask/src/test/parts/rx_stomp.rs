//! rx-stomp on our client, and code written for stomp.js 2 and webstomp-client.

use anyhow::Result;

use crate::need::Need;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "rx-stomp",
    about: "@stomp/rx-stomp on our client by an alias, and code for stomp.js 2, in headless Chromium",
    needs: &[Need::Npm, Need::Chromium],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let server = Server::start(&context.server()?, &["--user".as_ref(), "guest:guest".as_ref()], context.logger())?;
    context.vitest(&["rx-stomp/"], &[("STOMP_BROKER", "stomp-server"), ("STOMP_URL", &server.ws_url())])
}
