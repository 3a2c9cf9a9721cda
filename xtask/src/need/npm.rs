//! The npm development dependencies.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{say, say_there};
use crate::{paths, process};

/// The Node that the tools below run on; older ones lack `node:test` reporters and a global `WebSocket`'s parts.
const NODE: u32 = 20;

pub(super) fn ensure() -> Result<()> {
    node()?;
    let dir = paths::npm();
    let wanted = fs::read(dir.join("package-lock.json")).context("cannot read tests/package-lock.json")?;
    // npm's own record in node_modules does not tell which lock file it was made from, so ours is kept beside it.
    let record = dir.join("node_modules/.stomp-wasm-lock.json");
    if fs::read(&record).is_ok_and(|installed| installed == wanted) {
        say_there("what tests/package-lock.json names");
        return Ok(());
    }
    process::run_quiet(Command::new("npm").current_dir(&dir).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&record, wanted).with_context(|| format!("cannot write {}", record.display()))?;
    say("npm packages installed");
    Ok(())
}

fn node() -> Result<()> {
    let version = process::output_of(Command::new("node").arg("--version"));
    let version = version.with_context(|| format!("Node is missing: install Node {NODE} or later"))?;
    let major: Option<u32> = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    ensure!(major >= Some(NODE), "Node {version} is too old: install Node {NODE} or later");
    Ok(())
}
