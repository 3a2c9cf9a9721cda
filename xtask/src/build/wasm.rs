//! The wasm module of the npm package and the JavaScript that wasm-bindgen generates for it, in `paths::module()`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{need, paths, process};

/// What rustc may emit for `wasm32-unknown-unknown`, and nothing else: `--all-features` lets wasm-opt use proposals that
/// Node and older browsers reject.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Functions that are called from one place are only moved there up to this size: repeated prologues compress well, long
/// functions do not. Small ones are moved anywhere. Measured on the client of November 2026: 27.29 KB gzip; without these
/// two 27.78, with 20 in place of 30 and without the second 27.37. `--flatten --rereloop` in front would save another 0.1 KB,
/// `--traps-never-happen` 0.2 KB, but a panic must stop the module; `--gufa` and merging similar functions gain nothing that
/// gzip does not.
const PASSES: [&str; 7] = [
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size=30",
    "--always-inline-max-function-size=5",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// The flags for a standard library of our own: a panic, which only a fault of this code could cause, stops the module
/// without a word, so that neither the words nor the places nor `{:?}` are in it. No references: wasm-bindgen would keep a
/// table for JavaScript's objects, of which none crosses. Functions are inlined before LLVM sees them, which rustc leaves
/// out where small is wanted: 1.2 KB less by gzip, and the exports call what they are for at once, instead of by way of a
/// closure on the stack.
const RUSTFLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none \
     -Zinline-mir=yes -Ctarget-feature=-reference-types";

pub(super) fn build(wasm_bindgen: &Path) -> Result<()> {
    let compiled = compile()?;
    let folder = paths::module();
    // What an earlier build left must not end up in the package.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    // For bundlers: functions that are given the module's exports. Where the module comes from is the face's business.
    process::run_quiet(
        Command::new(wasm_bindgen.join("wasm-bindgen"))
            .args(["--target", "bundler", "--out-name", "stomp", "--out-dir"])
            .arg(&folder)
            .arg(&compiled),
    )?;
    let module = folder.join("stomp_bg.wasm");
    optimize(&module)?;
    shorten_names(&module, &folder.join("names.json"))?;
    ascii_text(&folder.join("ascii-text.wasm"))
}

/// The module that is written in WebAssembly's own words. Only engines that have all that it uses ever see it.
fn ascii_text(to: &Path) -> Result<()> {
    let source = paths::root().join("pkg-template/src/ascii-text.wat");
    let mut assemble = need::npm_program("binaryen", "bin/wasm-as");
    assemble.args(["--enable-gc", "--enable-reference-types", "-o"]).arg(to).arg(source);
    process::run_quiet(&mut assemble).context("ascii-text.wat cannot be assembled")
}

/// Makes a module small, in its place.
pub(crate) fn optimize(module: &Path) -> Result<()> {
    let small = module.with_extension("opt.wasm");
    process::run_quiet(wasm_opt(module, &small).args(PASSES))?;
    fs::rename(&small, module).with_context(|| format!("cannot replace {}", module.display()))
}

/// Makes single letters of the names that module and JavaScript have for each other, and writes down which; the bundler puts
/// them into what wasm-bindgen generated.
fn shorten_names(module: &Path, file: &Path) -> Result<()> {
    let short = module.with_extension("short.wasm");
    let names = process::output_of(wasm_opt(module, &short).arg("--minify-imports-and-exports-and-modules"))
        .context("wasm-opt cannot shorten the names of imports and exports")?;
    fs::rename(&short, module).with_context(|| format!("cannot replace {}", module.display()))?;
    fs::write(file, names).with_context(|| format!("cannot write {}", file.display()))
}

fn wasm_opt(from: &Path, to: &Path) -> Command {
    let mut command = need::npm_program("binaryen", "bin/wasm-opt");
    command.args(WASM_FEATURES).arg("-o").arg(to).arg(from);
    command
}

/// Compiles the crate, with a standard library made for it if its sources can be had: a quarter smaller than with the
/// one that comes with Rust. Answers where the module is.
fn compile() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(paths::root()).args([
        "build",
        "--quiet",
        "--profile",
        "npm",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "stomp-wasm",
        "--lib",
        "--no-default-features",
        "--features",
        "js",
    ]);
    // A folder of its own: the other builds have other flags.
    let target = paths::target().join("npm-std");
    let module = "wasm32-unknown-unknown/npm/stomp_wasm.wasm";
    if let Err(error) = need::rust_source() {
        eprintln!("setup: {error:#}");
        eprintln!("setup: the package is built with the standard library as it comes: it works, but is too large");
        process::run(&mut cargo)?;
        return Ok(paths::target().join(module));
    }
    cargo
        // Cargo builds the standard library only when told that this is the compiler's own business.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", RUSTFLAGS)
        .args(["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size", "--target-dir"])
        .arg(&target);
    process::run(&mut cargo)?;
    Ok(target.join(module))
}
