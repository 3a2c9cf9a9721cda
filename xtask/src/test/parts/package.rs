//! The package in the hands of the tools that people use.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::summary;
use crate::need::Need;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};
use crate::{need, paths};

pub(super) const PART: Part = Part {
    name: "package",
    about: "the packed package with Vite, webpack, Rollup, esbuild, Parcel, Node, workers, CSP, jsdom; publint and attw",
    needs: &[Need::Npm, Need::Chromium],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    need::npm()?;
    install_tools(context)?;
    let server = Server::start(&context.server()?, &["--user".as_ref(), "guest:guest".as_ref()], context.logger())?;
    summary::with(PART.name, |file| {
        context.vitest(&["package/package"], &[("STOMP_URL", &server.ws_url()), ("SUMMARY", file)])
    })
}

/// Installs the tools, unless those of the lock file are there already. They are apart from what every other part needs,
/// since they are many.
fn install_tools(context: &Context<'_>) -> Result<()> {
    let dir = paths::npm().join("package");
    let wanted = fs::read(dir.join("package-lock.json")).context("cannot read tests/package/package-lock.json")?;
    let record = dir.join("node_modules/.stomp-wasm-lock.json");
    if fs::read(&record).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // No script of the tools' own is needed to run them.
    let mut command = Command::new("npm");
    // Not `npm ci`: it wants the optional packages of every other platform in the lock file, and npm leaves those out that
    // the registry does not have. `npm install` takes the locked versions all the same.
    command.current_dir(&dir).args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]);
    let (status, _) = context.run(&mut command)?;
    ensure!(status.success(), "npm install in tests/package failed");
    fs::write(&record, wanted).with_context(|| format!("cannot write {}", record.display()))
}
