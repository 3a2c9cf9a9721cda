//! What must hold for every line: formatting, clippy without warnings on both sides, strict TypeScript.

use std::process::Command;

use anyhow::Result;

use crate::need::{self, Need};
use crate::paths;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "lint",
    about: "cargo fmt, clippy and cargo doc natively and for wasm32 with each set of features, tsc --strict",
    needs: &[Need::WasmTarget, Need::Npm],
    // The type check of the TypeScript face reads the types of what wasm-bindgen generates.
    builds: &[Build::Package],
    lane: Lane::Build,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let mut counts = context.check(cargo(&["fmt", "--all", "--check"]).env("CARGO_TERM_COLOR", "never"))?;
    let wasm = ["--package", "stomp-wasm", "--target", "wasm32-unknown-unknown"];
    let sets: [&[&str]; 5] = [
        &["--workspace", "--all-targets"],
        &[&wasm[..], &["--lib", "--tests"]].concat(),
        &[&wasm[..], &["--lib", "--tests", "--features", "js,serde-wasm-bindgen"]].concat(),
        &[&wasm[..], &["--no-default-features"]].concat(),
        &["--package", "rust-api-tests", "--target", "wasm32-unknown-unknown", "--all-targets"],
    ];
    for set in sets {
        // The tests of the Rust API are compiled for the address of a server; none is asked here.
        let mut clippy = cargo(&["clippy", "--quiet"]);
        clippy.args(set).args(["--", "-D", "warnings"]).env("STOMP_URL", "ws://nobody");
        counts += context.check(&mut clippy)?;
    }
    // Documentation with broken links is no documentation; the browser's rooms exist on wasm32 only.
    for set in [&["--workspace"][..], &[&wasm[..], &["--features", "serde-wasm-bindgen"]].concat()] {
        let mut doc = cargo(&["doc", "--quiet", "--no-deps"]);
        counts += context.check(doc.args(set).env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    let template = paths::root().join("pkg-template");
    counts += context.check(need::npm_program("typescript", "bin/tsc").current_dir(&template).args([
        "-p",
        "tsconfig.json",
        "--noEmit",
        "--emitDeclarationOnly",
        "false",
        "--strict",
    ]))?;
    Ok(counts)
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(paths::root()).args(args);
    command
}
