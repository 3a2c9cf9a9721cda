//! The npm package beside its peers in headless Chromium. What is measured, and the bars, are in `tests/bench/`.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{Bench, Options};
use crate::need::{self, Need};
use crate::{build, paths, process};

pub(super) const BENCH: Bench = Bench {
    name: "browser",
    about: "the npm package beside @stomp/stompjs, webstomp-client and old stompjs in headless Chromium (--quick, --only)",
    needs: &[Need::Npm, Need::Chromium],
    run,
};

fn run(options: &Options) -> Result<bool> {
    let package = match &options.package {
        Some(package) => package.clone(),
        None => {
            build::package()?;
            paths::package()
        }
    };
    process::run(Command::new("cargo").current_dir(paths::root()).args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "blaster",
    ]))?;
    let blaster = paths::target().join("release").join(format!("blaster{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new("node");
    command
        .arg(paths::npm().join("bench/driver/main.mjs"))
        .arg("--package")
        .arg(package)
        .arg("--blaster")
        .arg(blaster)
        .arg("--json")
        .arg(paths::target().join("bench/browser.json"))
        .env("CHROMIUM", need::chromium()?.chromium)
        .args(options.quick.then_some("--quick"))
        .args(options.only.iter().flat_map(|name| ["--only", name]))
        .args(&options.args);
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("cannot start `{}`", process::show(&command)))?;
    match status.code() {
        Some(0) => Ok(true),
        // It has said which bar.
        Some(1) => Ok(false),
        _ => bail!("`{}` failed ({status})", process::show(&command)),
    }
}
