//! The broker: its core on a virtual clock, the same over real sockets, and a million messages through one queue.

use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::test::{Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "server",
    about: "stomp-server: conformance, acknowledgement, slow consumers, trouble on command, a million messages",
    needs: &[],
    builds: &[],
    lane: Lane::Build,
    // Most of it is in `native` already; the million takes its time.
    default: false,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let mut command = Command::new("cargo");
    command.current_dir(paths::root()).args(["test", "--package", "stomp-server", "--no-fail-fast", "--"]);
    command.args(["--include-ignored"]);
    context.counted(&mut command, |output| Some(Counts::of_cargo(output)))
}
