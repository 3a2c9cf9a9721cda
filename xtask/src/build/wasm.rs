//! The wasm module and the JavaScript that wasm-bindgen generates for it, in `paths::glue()`.

use std::fs;
use std::path::Path;
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
/// functions do not. Measured on the client of November 2026: 52.6 KB gzip, against 54.0 with binaryen's default; 15 and
/// 60 give 52.7 and 53.0.
const ONE_CALLER_INLINING: &str = "--one-caller-inline-max-function-size=30";

pub(super) fn build(wasm_bindgen: &Path) -> Result<()> {
    let root = paths::root();
    process::run(Command::new("cargo").current_dir(root).args([
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
    ]))?;
    let module = paths::target().join("wasm32-unknown-unknown/npm/stomp_wasm.wasm");
    let glue = paths::glue();
    // What an earlier build left must not end up in the package.
    if glue.exists() {
        fs::remove_dir_all(&glue).with_context(|| format!("cannot empty {}", glue.display()))?;
    }
    // Without the default path there is no `import.meta.url` in the glue, which several bundlers stumble over.
    process::run_quiet(
        Command::new(wasm_bindgen.join("wasm-bindgen"))
            .args(["--target", "web", "--omit-default-module-path", "--out-name", "stomp", "--out-dir"])
            .arg(&glue)
            .arg(&module),
    )?;
    optimize(&glue.join("stomp_bg.wasm"))
}

/// Makes a module small, in its place.
pub(crate) fn optimize(module: &Path) -> Result<()> {
    let small = module.with_extension("opt.wasm");
    process::run_quiet(
        need::npm_program("binaryen", "bin/wasm-opt")
            .args(["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features", ONE_CALLER_INLINING])
            .args(WASM_FEATURES)
            .arg("-o")
            .arg(&small)
            .arg(module),
    )?;
    fs::rename(&small, module).with_context(|| format!("cannot replace {}", module.display()))
}
