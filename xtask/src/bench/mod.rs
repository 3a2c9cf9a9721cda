//! `cargo xtask bench`: the benchmarks.
//!
//! To add one, write `bench/NAME.rs` with a `pub(super) const BENCH: Bench` and a function that runs it and says whether
//! all bars were met, then add `mod NAME;` and a line to `ALL`.

mod browser;
mod server;
mod wire;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::need::Need;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The benchmarks to run; without any, all
    names: Vec<String>,
    /// Print the benchmarks and what they measure, and run nothing
    #[arg(long)]
    list: bool,
    /// `browser`: less effort, for work in progress; the figures spread more
    #[arg(long)]
    quick: bool,
    /// `browser`: these of its benchmarks, by name or by the beginning of names (`receive-text`); a wrong one lists all
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// `browser`: measure the built package in this folder, instead of building pkg/
    #[arg(long)]
    package: Option<PathBuf>,
    /// Arguments for the benchmark itself
    #[arg(last = true)]
    args: Vec<String>,
}

/// One benchmark.
pub(crate) struct Bench {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it measures, in one line.
    pub(crate) about: &'static str,
    /// What it needs from the machine.
    pub(crate) needs: &'static [Need],
    /// Runs it; false if it is below a bar.
    pub(crate) run: fn(&Options) -> Result<bool>,
}

/// The registry of the benchmarks.
const ALL: &[Bench] = &[wire::BENCH, browser::BENCH, server::BENCH];

pub(crate) fn run(options: &Options) -> Result<bool> {
    if options.list {
        for bench in ALL {
            println!("{:<12} {}", bench.name, bench.about);
        }
        return Ok(true);
    }
    for name in &options.names {
        if !ALL.iter().any(|bench| bench.name == name) {
            let known: Vec<_> = ALL.iter().map(|bench| bench.name).collect();
            bail!("there is no benchmark `{name}`; there are: {}", known.join(", "));
        }
    }
    let chosen = |bench: &&Bench| options.names.is_empty() || options.names.iter().any(|name| name == bench.name);
    let mut met = true;
    for bench in ALL.iter().filter(chosen) {
        for need in bench.needs {
            need.meet()?;
        }
        met &= (bench.run)(options)?;
    }
    Ok(met)
}
