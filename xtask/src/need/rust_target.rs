//! Rust's standard library for `wasm32-unknown-unknown`.
//!
//! `rustup target add` is the way. Where rustup is absent or cannot download, the library is built from the sources of the
//! very same compiler version, if they can be had, and put where rustc looks for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{rust_source, say, say_there};
use crate::{paths, process};

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn ensure() -> Result<()> {
    let sysroot = sysroot()?;
    let lib = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    if has_std(&lib) {
        say_there(TARGET);
        return Ok(());
    }
    let by_rustup =
        process::run_quiet(Command::new("rustup").current_dir(paths::root()).args(["target", "add", TARGET]));
    let Err(by_rustup) = by_rustup else {
        say(&format!("{TARGET} installed by rustup"));
        return Ok(());
    };
    let library = rust_source::find(&sysroot, &release()?).with_context(|| {
        format!("the Rust target {TARGET} is missing: run `rustup target add {TARGET}` (tried: {by_rustup:#})")
    })?;
    build(&library, &lib)?;
    say(&format!("{TARGET} built from {}", library.display()));
    Ok(())
}

fn rustc(args: &[&str]) -> Result<String> {
    process::output_of(Command::new("rustc").current_dir(paths::root()).args(args))
        .context("rustc does not run: install Rust from https://rustup.rs")
}

pub(super) fn sysroot() -> Result<PathBuf> {
    Ok(PathBuf::from(rustc(&["--print", "sysroot"])?))
}

fn has_std(lib: &Path) -> bool {
    fs::read_dir(lib).is_ok_and(|mut files| {
        files.any(|file| {
            file.is_ok_and(|file| {
                let name = file.file_name();
                let name = name.to_string_lossy();
                name.starts_with("libstd-") && name.ends_with(".rlib")
            })
        })
    })
}

/// The compiler's version, as in `1.95.0`.
pub(super) fn release() -> Result<String> {
    rustc(&["-vV"])?
        .lines()
        .find_map(|line| line.strip_prefix("release: ").map(str::to_owned))
        .context("`rustc -vV` names no release")
}

fn build(library: &Path, lib: &Path) -> Result<()> {
    let out = paths::target().join("wasm-std");
    // Two builds of one crate side by side, and rustc would not know which to take.
    for old in [out.as_path(), lib] {
        if old.exists() {
            fs::remove_dir_all(old).with_context(|| format!("cannot empty {}", old.display()))?;
        }
    }
    process::run_quiet(
        Command::new("cargo")
            .current_dir(library.join("sysroot"))
            .env("RUSTC_BOOTSTRAP", "1")
            // As Rust's own build has them: what only the library may use stays out of reach of other crates, and the
            // package can be optimised at link time together with the library.
            .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
            .env("CARGO_TARGET_DIR", &out)
            .env("__CARGO_DEFAULT_LIB_METADATA", "stable")
            .args(["build", "--release", "--target", TARGET]),
    )?;
    fs::create_dir_all(lib).with_context(|| format!("cannot create {}", lib.display()))?;
    let built = out.join(TARGET).join("release/deps");
    for file in fs::read_dir(&built).with_context(|| format!("nothing was built in {}", built.display()))? {
        let file = file?.path();
        if file.extension().is_some_and(|extension| extension == "rlib") {
            let name = file.file_name().context("a file without a name")?;
            fs::copy(&file, lib.join(name)).with_context(|| format!("cannot write to {}", lib.display()))?;
        }
    }
    Ok(())
}
