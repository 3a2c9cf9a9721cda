//! All that runs natively: the unit tests on a virtual clock, the server's, xtask's own, and the examples in the
//! documentation.

use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::test::{Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "native",
    about: "cargo test of the whole workspace, with the examples in the documentation",
    needs: &[],
    builds: &[],
    lane: Lane::Build,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let mut command = Command::new("cargo");
    command.current_dir(paths::root()).args(["test", "--workspace", "--no-fail-fast"]);
    context.counted(&mut command, |output| Some(Counts::of_cargo(output)))
}
