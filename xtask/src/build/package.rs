//! The npm package out of `pkg-template/` and what wasm-bindgen made. How it is laid out and bundled is written down in
//! `pkg-template/bundle.mjs`, which is called with the folders to read from and to write to.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{need, paths, process};

pub(super) fn build() -> Result<()> {
    let template = paths::root().join("pkg-template");
    let out = paths::package();
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    // The type check, which also writes the declarations; it finds the types of what was generated at target/npm/module.
    let types = paths::target().join("npm/types");
    if types.exists() {
        fs::remove_dir_all(&types).with_context(|| format!("cannot empty {}", types.display()))?;
    }
    process::run_quiet(
        need::npm_program("typescript", "bin/tsc")
            .current_dir(&template)
            .args(["-p", "tsconfig.json", "--outDir"])
            .arg(&types),
    )
    .context("the TypeScript face does not pass the type check")?;
    process::run(
        Command::new("node")
            .current_dir(&template)
            .arg("bundle.mjs")
            .arg("--module")
            .arg(paths::module())
            .arg("--types")
            .arg(&types)
            .arg("--out")
            .arg(&out)
            .arg("--modules")
            .arg(paths::npm().join("node_modules")),
    )
}
