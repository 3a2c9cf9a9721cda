//! Rust's standard library for `wasm32-unknown-unknown`.
//!
//! `rustup target add` is the way. Where rustup is absent or cannot download, the library is built from the sources of the
//! very same compiler version, if they can be had, and put where rustc looks for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{debian, say, say_there};
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
    let library = sources(&sysroot).with_context(|| {
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

fn sysroot() -> Result<PathBuf> {
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

/// The folder `library` of the standard library's sources, of exactly this compiler's version.
fn sources(sysroot: &Path) -> Result<PathBuf> {
    let by_rustup = sysroot.join("lib/rustlib/src/rust/library");
    if by_rustup.join("sysroot").is_dir() {
        return Ok(by_rustup);
    }
    let version = release()?;
    let by_debian = PathBuf::from(format!("/usr/src/rustc-{version}/library"));
    if !by_debian.join("sysroot").is_dir() {
        // Another version's sources would not fit this compiler, so the version is asked for, not merely the package.
        debian::install_version("rust-src", &version)?;
    }
    if !by_debian.join("sysroot").is_dir() {
        bail!("the sources of Rust {version} are not at {}", by_debian.display());
    }
    Ok(by_debian)
}

/// The compiler's version, as in `1.95.0`.
fn release() -> Result<String> {
    rustc(&["-vV"])?
        .lines()
        .find_map(|line| line.strip_prefix("release: ").map(str::to_owned))
        .context("`rustc -vV` names no release")
}

fn build(library: &Path, lib: &Path) -> Result<()> {
    let out = paths::target().join("wasm-std");
    process::run_quiet(
        Command::new("cargo")
            .current_dir(library.join("sysroot"))
            .env("RUSTC_BOOTSTRAP", "1")
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
