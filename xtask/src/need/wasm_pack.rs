//! `wasm-pack`, which runs the tests in the browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{say, say_there};
use crate::{paths, process};

const VERSION: &str = "0.15.1";

pub(super) fn ensure() -> Result<PathBuf> {
    let own = paths::tools().join(format!("wasm-pack-{VERSION}"));
    let program = own.join(format!("bin/wasm-pack{}", std::env::consts::EXE_SUFFIX));

    for file in paths::find_program("wasm-pack").into_iter().chain([program.clone()]) {
        if is_version(&file) {
            say_there(&format!("wasm-pack {VERSION}"));
            return Ok(file);
        }
    }
    eprintln!("setup: wasm-pack {VERSION} is being compiled, once");
    process::run_quiet(
        Command::new("cargo")
            .current_dir(paths::root())
            .env_remove("RUSTFLAGS")
            .args(["install", "wasm-pack", "--version", VERSION, "--target-dir"])
            .arg(own.join("build"))
            .arg("--root")
            .arg(&own),
    )?;
    let _ = std::fs::remove_dir_all(own.join("build"));
    anyhow::ensure!(is_version(&program), "the installed wasm-pack is not of version {VERSION}");
    say(&format!("wasm-pack {VERSION} installed in {}", own.display()));
    Ok(program)
}

fn is_version(program: &Path) -> bool {
    process::output_of(Command::new(program).arg("--version"))
        .is_some_and(|said| said.split_whitespace().nth(1) == Some(VERSION))
}
