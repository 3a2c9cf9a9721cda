//! `wasm-bindgen` and `wasm-bindgen-test-runner`. Their version must be exactly the library's, so it comes from
//! Cargo.lock; another version that the user has is left alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{lock, say, say_there};
use crate::{paths, process};

pub(super) fn ensure() -> Result<PathBuf> {
    let version = lock::version("wasm-bindgen")?;
    let own = paths::tools().join(format!("wasm-bindgen-{version}"));
    let in_path = paths::find_program("wasm-bindgen").and_then(|file| file.parent().map(Path::to_owned));
    for dir in in_path.into_iter().chain([own.join("bin")]) {
        if is_version(&dir, &version) {
            say_there(&format!("wasm-bindgen {version}"));
            return Ok(dir);
        }
    }
    eprintln!("setup: wasm-bindgen {version} is being compiled, once");
    // Not --locked: the lock file that 0.2.130 ships names crates that were withdrawn since.
    process::run_quiet(
        Command::new("cargo")
            .current_dir(paths::root())
            // A build of a tool has nothing to do with the target folder and the flags of this workspace.
            .env_remove("RUSTFLAGS")
            .args(["install", "wasm-bindgen-cli", "--version", &version, "--target-dir"])
            .arg(own.join("build"))
            .arg("--root")
            .arg(&own),
    )?;
    let _ = std::fs::remove_dir_all(own.join("build"));
    anyhow::ensure!(is_version(&own.join("bin"), &version), "the installed wasm-bindgen is not of version {version}");
    say(&format!("wasm-bindgen {version} installed in {}", own.display()));
    Ok(own.join("bin"))
}

fn is_version(dir: &Path, version: &str) -> bool {
    ["wasm-bindgen", "wasm-bindgen-test-runner"].iter().all(|program| {
        let said = process::output_of(Command::new(dir.join(program)).arg("--version"));
        said.context("does not run").is_ok_and(|said| said.split_whitespace().nth(1) == Some(version))
    })
}
