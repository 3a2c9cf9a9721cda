//! The example applications: built in release, opened in headless Chromium beside the JavaScript demo, and weighed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::need::{self, Need};
use crate::peers::server::Server;
use crate::size::{self, Row};
use crate::test::{Build, Context, Counts, Lane, Part};
use crate::{build, paths, process};

pub(super) const PART: Part = Part {
    name: "examples",
    about: "the Yew and Leptos applications and the JavaScript demo, talking to each other in headless Chromium",
    needs: &[Need::WasmTarget, Need::WasmBindgen, Need::Npm, Need::Chromium],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Build,
    default: true,
    run,
};

/// What the client may add to an empty application, compressed.
const SHARE: usize = 45 * 1024;

fn run(context: &Context<'_>) -> Result<Counts> {
    let mut counts = context.counted(&mut cargo("board", &["test"]), |output| Some(Counts::of_cargo(output)))?;
    let site = target().join("site");
    if site.exists() {
        fs::remove_dir_all(&site).with_context(|| format!("cannot empty {}", site.display()))?;
    }
    copy_dir(&paths::root().join("www"), &site)?;

    for (app, package) in [("yew", "stomp-board-yew"), ("leptos", "stomp-board-leptos")] {
        let out = site.join(app);
        let wasm = bundle(context, app, package, &out, "app")?;
        for file in [format!("{app}/index.html"), "board/style.css".to_owned()] {
            let from = paths::root().join("examples").join(file);
            let name = from.file_name().unwrap_or_default().to_owned();
            fs::copy(&from, out.join(name)).with_context(|| format!("cannot copy {}", from.display()))?;
        }
        context.log(&format!("{app}: {} B, {} B with gzip", wasm.len(), size::gzip(&wasm)?));
    }
    counts += Counts::one(weigh(context)?);

    let shots = paths::target().join("examples/screenshots");
    fs::create_dir_all(&shots).with_context(|| format!("cannot create {}", shots.display()))?;
    let package = paths::package();
    let args = [OsStr::new("--feed"), OsStr::new("--www"), site.as_os_str(), OsStr::new("--pkg"), package.as_os_str()];
    let server = Server::start(&context.server()?, &args, context.logger())?;
    let mut check = Command::new("node");
    check.arg(paths::npm().join("examples/check.mjs")).arg(server.url()).arg(&shots);
    check.env("CHROMIUM", need::chromium()?.chromium);
    counts += context.counted(&mut check, |output| {
        let count = |start: &str| output.lines().filter(|line| line.starts_with(start)).count() as u64;
        Some(Counts { passed: count("ok "), failed: count("not ok ") })
    })?;
    Ok(counts)
}

/// What the client adds to an application that has nothing else.
fn weigh(context: &Context<'_>) -> Result<bool> {
    let mut sizes = Vec::new();
    for name in ["empty", "client"] {
        let wasm = bundle(context, "size", name, &target().join("size").join(name), name)?;
        sizes.push((wasm.len(), size::gzip(&wasm)?));
    }
    let [(empty, empty_gzip), (client, client_gzip)] = sizes[..] else { unreachable!("there are two") };
    context.log(&format!("an empty application: {empty} B, {empty_gzip} B with gzip"));
    context.log(&format!("one with the client: {client} B, {client_gzip} B with gzip"));
    let share =
        Row { what: "the client's share, gzip", bytes: client_gzip.saturating_sub(empty_gzip), bar: Some(SHARE) };
    context.log(&share.line());
    Ok(share.passes())
}

/// Builds an application, makes its JavaScript, and makes its wasm small. Gives the wasm.
fn bundle(context: &Context<'_>, folder: &str, binary: &str, out: &Path, name: &str) -> Result<Vec<u8>> {
    let target_name = "wasm32-unknown-unknown";
    let mut build = cargo(folder, &["build", "--locked", "--release", "--target", target_name, "--bin", binary]);
    let (status, _) = context.run(&mut build)?;
    anyhow::ensure!(status.success(), "examples/{folder} does not build");
    let module = target().join(target_name).join("release").join(format!("{binary}.wasm"));
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    process::run_quiet(
        Command::new(need::wasm_bindgen()?.join("wasm-bindgen"))
            .args(["--target", "web", "--no-typescript", "--out-name", name, "--out-dir"])
            .arg(out)
            .arg(&module),
    )?;
    let wasm = out.join(format!("{name}_bg.wasm"));
    build::optimize(&wasm)?;
    fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))
}

/// Cargo in the folder of an example. They share one target folder, apart from ours: other features, other profiles.
fn cargo(folder: &str, args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(paths::root().join("examples").join(folder)).args(args).env("CARGO_TARGET_DIR", target());
    command
}

fn target() -> PathBuf {
    paths::target().join("examples")
}

fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_dir(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    Ok(())
}
