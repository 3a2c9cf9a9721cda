//! The decoder and the encoder in native code.

use std::process::Command;

use anyhow::Result;

use super::{Bench, Options};
use crate::{paths, process};

pub(super) const BENCH: Bench =
    Bench { name: "wire", about: "cargo bench: decoder and encoder in native code", needs: &[], run };

fn run(options: &Options) -> Result<bool> {
    process::run(
        Command::new("cargo")
            .current_dir(paths::root())
            .args(["bench", "--package", "stomp-wasm", "--benches", "--"])
            .args(&options.args),
    )?;
    Ok(true)
}
