//! Every developer command of stomp-wasm. `cargo xtask help` lists them.
//!
//! Each command installs what it needs by itself (`need`), so that a machine with nothing but Rust and Node can run any
//! of them first.

mod bench;
mod build;
mod demo;
mod need;
mod paths;
mod peers;
mod process;
mod size;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The developer commands of stomp-wasm", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install everything that the other commands need, each piece only when it is missing
    Setup,
    /// Build the npm package into pkg/
    Build,
    /// Build everything and show it: the demo page on stomp-server (or RabbitMQ)
    Demo(demo::Options),
    /// Run the tests: all of the default run, or the parts named
    Test(test::Options),
    /// Run the benchmarks: all of the default run, or those named
    Bench(bench::Options),
    /// Print the sizes of the npm package and fail above the bars
    Size,
    /// Start a broker to test against by hand, print its address, and keep it until Ctrl-C
    Peer(peers::Options),
}

fn main() -> ExitCode {
    // The exit code says whether it worked; the last line on the error stream says why it did not.
    let result = run(Cli::parse());
    process::wait_if_interrupted();
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; `Ok(false)` means that it ran and found something wrong, and has already said what.
fn run(cli: Cli) -> Result<bool> {
    process::stop_children_on_interrupt()?;
    match cli.command {
        Command::Setup => need::all().map(|()| true),
        Command::Build => build::package().map(|()| true),
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Size => size::report(),
        Command::Peer(options) => peers::run(&options),
    }
}
