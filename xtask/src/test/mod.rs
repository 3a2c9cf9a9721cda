//! `cargo xtask test`: every test of the repository, in parts.
//!
//! # Adding a part
//!
//! 1. Write `parts/NAME.rs` with one constant and one function, after the model of any file there:
//!
//!    ```ignore
//!    pub(super) const PART: Part = Part {
//!        name: "frobs",                            // cargo xtask test frobs
//!        about: "the frobs, in Chromium",          // shown by cargo xtask test --list
//!        needs: &[Need::Npm, Need::Chromium],      // made sure of before anything runs
//!        builds: &[Build::Package, Build::Server], // built before it runs, once for all parts
//!        lane: Lane::Browser,                      // Lane::Build if it compiles much
//!        default: true,                            // whether plain `cargo xtask test` runs it
//!        run,
//!    };
//!
//!    fn run(context: &Context<'_>) -> Result<Counts> {
//!        let server = Server::start(&context.server()?, &[])?;             // stopped when dropped
//!        context.vitest(&["frobs"], &[("STOMP_URL", &server.ws_url())])   // runs tests/frobs/**, counts what it says
//!    }
//!    ```
//! 2. Add `mod NAME;` and one line to `ALL` in `parts/mod.rs`.
//!
//! What a part counts comes from what its runner really printed (`counts`); `Context::counted` runs any command and
//! reads it. A part that fails to run, or that ran no test, counts as one failure.

mod context;
mod counts;
mod parts;
mod schedule;

use anyhow::{Result, bail};

pub(crate) use context::Context;
pub(crate) use counts::Counts;

use crate::need::Need;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The parts to run; without any, those of the default run
    names: Vec<String>,
    /// Print the parts and what they test, and run nothing
    #[arg(long)]
    list: bool,
    /// Print the output of every part as it comes, not only of failing ones
    #[arg(short, long)]
    verbose: bool,
}

/// One part of the tests.
pub(crate) struct Part {
    /// Its name on the command line and of its log file.
    pub(crate) name: &'static str,
    /// What it tests, in one line.
    pub(crate) about: &'static str,
    /// What it needs from the machine.
    pub(crate) needs: &'static [Need],
    /// What has to be built before.
    pub(crate) builds: &'static [Build],
    /// With which other parts it runs side by side.
    pub(crate) lane: Lane,
    /// Whether it belongs to the default run.
    pub(crate) default: bool,
    /// Runs it. An error counts as one failure.
    pub(crate) run: fn(&Context<'_>) -> Result<Counts>,
}

/// What several parts share and what is built once for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// The npm package in `pkg/`.
    Package,
    /// `stomp-server`.
    Server,
}

/// Parts of one lane run one after another; the lanes run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Parts that compile.
    Build,
    /// Parts that mostly wait: for browsers, brokers, node.
    Browser,
}

/// Runs the parts and prints `N passed, N failed` as the last line.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let all = parts::ALL;
    if options.list {
        for part in all {
            let run = if part.default { "" } else { " (not in the default run)" };
            println!("{:<12} {}{run}", part.name, part.about);
        }
        return Ok(true);
    }
    let mut chosen: Vec<&'static Part> = Vec::new();
    for name in &options.names {
        match all.iter().find(|part| part.name == name) {
            Some(part) if chosen.iter().any(|earlier| earlier.name == part.name) => {}
            Some(part) => chosen.push(part),
            None => {
                let known: Vec<_> = all.iter().map(|part| part.name).collect();
                bail!("there is no test part `{name}`; there are: {}", known.join(", "));
            }
        }
    }
    if options.names.is_empty() {
        chosen.extend(all.iter().filter(|part| part.default));
    }
    let total = schedule::run(&chosen, options.verbose)?;
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0 && total.passed > 0)
}
