//! Both crates, packed as for crates.io and built from what was packed.

use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::test::{Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "crates",
    about: "cargo package of both crates, each built from its package",
    needs: &[],
    builds: &[],
    lane: Lane::Build,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let mut command = Command::new("cargo");
    // Together, since the server needs a client that crates.io does not have yet. What is not committed is packed too:
    // this is about what the packages lack, not about the state of the checkout.
    command.current_dir(paths::root()).args([
        "package",
        "--quiet",
        "--allow-dirty",
        "--package",
        "stomp-wasm",
        "--package",
        "stomp-server",
    ]);
    context.check(&mut command)
}
