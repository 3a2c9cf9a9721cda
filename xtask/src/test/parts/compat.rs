//! The package beside @stomp/stompjs: types, members, and what both do with the same scripts.

use anyhow::Result;

use super::summary;
use crate::need::Need;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "compat",
    about: "the package beside @stomp/stompjs: types, members at runtime, and transcripts of the same scripts",
    needs: &[Need::Npm],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let server = Server::start(&context.server()?, &["--user".as_ref(), "guest:guest".as_ref()], context.logger())?;
    summary::with(PART.name, |file| context.vitest(&["compat/"], &[("STOMP_URL", &server.ws_url()), ("SUMMARY", file)]))
}
