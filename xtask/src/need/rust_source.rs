//! The sources of Rust's standard library, of exactly the version of the compiler in use: another version's would not fit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{rust_target, say, say_there};
use crate::{paths, process};

/// Where Debian has the versions of Rust that are newer than its stable release.
const SUITE: &str = "trixie-backports";

/// Makes sure that the sources are where cargo looks for them, beside the compiler: by rustup, or by a link to Debian's.
pub(super) fn ensure() -> Result<()> {
    let sysroot = rust_target::sysroot()?;
    let library = sysroot.join("lib/rustlib/src/rust/library");
    if library.join("Cargo.lock").is_file() {
        say_there("rust-src");
        return Ok(());
    }
    let by_rustup =
        process::run_quiet(Command::new("rustup").current_dir(paths::root()).args(["component", "add", "rust-src"]));
    let Err(by_rustup) = by_rustup else {
        say("rust-src installed by rustup");
        return Ok(());
    };
    let found = find(&sysroot, &rust_target::release()?).with_context(|| {
        format!("the sources of Rust are missing: run `rustup component add rust-src` (tried: {by_rustup:#})")
    })?;
    let parent = library.parent().context("a folder without a parent")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    process::run_quiet(Command::new("ln").arg("-sfn").arg(&found).arg(&library))?;
    say(&format!("rust-src linked from {}", found.display()));
    Ok(())
}

/// The folder `library` of the sources: as rustup has it beside the compiler, or else out of Debian's package `rust-src`,
/// which is only unpacked under `target/`, not installed.
pub(super) fn find(sysroot: &Path, version: &str) -> Result<PathBuf> {
    let unpacked = paths::target().join(format!("rust-src-{version}"));
    let by_debian = PathBuf::from(format!("usr/src/rustc-{version}/library"));
    let places =
        [sysroot.join("lib/rustlib/src/rust/library"), Path::new("/").join(&by_debian), unpacked.join(&by_debian)];
    let there = || places.iter().find(|place| place.join("sysroot").is_dir()).cloned();
    if let Some(place) = there() {
        return Ok(place);
    }
    download(version, &unpacked)?;
    there().with_context(|| format!("Debian's package rust-src {version} holds no {}", by_debian.display()))
}

/// Downloads the package with a package list of our own, so that the system's settings stay as they are.
fn download(version: &str, dir: &Path) -> Result<()> {
    let mirror = mirror().context("apt-get has no Debian mirror set up")?;
    let lists = dir.join("lists");
    fs::create_dir_all(lists.join("partial")).with_context(|| format!("cannot create {}", lists.display()))?;
    let sources = dir.join("sources.list");
    let keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    fs::write(&sources, format!("deb [signed-by={keyring}] {mirror} {SUITE} main\n"))
        .with_context(|| format!("cannot write {}", sources.display()))?;
    let apt = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(dir).arg("-q");
        for (option, value) in [("Dir::Etc::sourcelist", &sources), ("Dir::State::lists", &lists)] {
            command.arg("-o").arg(format!("{option}={}", value.display()));
        }
        command.args(["-o", "Dir::Etc::sourceparts=-"]);
        command
    };
    process::run_quiet(apt("apt-get").arg("update"))?;
    let table = process::output_of(apt("apt-cache").args(["madison", "rust-src"])).unwrap_or_default();
    let exact = exact_version(&table, version)
        .with_context(|| format!("Debian has no package rust-src of version {version}"))?;
    process::run_quiet(apt("apt-get").args(["download", &format!("rust-src={exact}")]))?;
    let package = fs::read_dir(dir)?
        .filter_map(|file| Some(file.ok()?.path()))
        .find(|file| file.extension().is_some_and(|extension| extension == "deb"));
    let package = package.context("apt-get downloaded no package")?;
    process::run_quiet(Command::new("dpkg").arg("-x").arg(package).arg(dir))?;
    ensure!(dir.join("usr").is_dir(), "dpkg unpacked nothing into {}", dir.display());
    Ok(())
}

/// Debian's version of a package, as in `1.95.0+dfsg1-2~bpo13+1`, whose upstream version is exactly this one, out of
/// what `apt-cache madison` prints.
fn exact_version<'a>(table: &'a str, upstream: &str) -> Option<&'a str> {
    table
        .lines()
        .filter_map(|line| line.split('|').nth(1).map(str::trim))
        .find(|offered| offered.strip_prefix(upstream).is_some_and(|rest| rest.starts_with(['+', '-', '~'])))
}

/// The mirror that the system's own Debian packages come from.
fn mirror() -> Option<String> {
    let parts = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten();
    let mut files: Vec<PathBuf> = parts.filter_map(|file| Some(file.ok()?.path())).collect();
    files.sort();
    files.push(PathBuf::from("/etc/apt/sources.list"));
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).find_map(|text| mirror_in(&text))
}

/// The first address in a file of apt's that ends in `/debian`, where Debian's mirrors keep the main archive.
fn mirror_in(text: &str) -> Option<String> {
    text.lines()
        .filter(|line| line.starts_with("deb ") || line.starts_with("URIs:"))
        .flat_map(str::split_whitespace)
        .map(|word| word.trim_end_matches('/'))
        .find(|word| word.contains("://") && word.ends_with("/debian"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{exact_version, mirror_in};

    #[test]
    fn takes_the_version_and_no_longer_one() {
        let table = " rust-src | 1.95.10+dfsg1-1 | x\n rust-src | 1.95.1+dfsg1-2~bpo13+1 | y\n";
        assert_eq!(exact_version(table, "1.95.1"), Some("1.95.1+dfsg1-2~bpo13+1"));
        assert_eq!(exact_version(table, "1.95"), None);
    }

    #[test]
    fn reads_both_forms_of_sources() {
        let deb822 = "Types: deb\nURIs: https://mirror.example/debian/\nSuites: bookworm\n";
        assert_eq!(mirror_in(deb822).as_deref(), Some("https://mirror.example/debian"));
        let one_line =
            "# deb http://old.example/debian x\ndeb [arch=amd64] http://mirror.example/debian bookworm main\n";
        assert_eq!(mirror_in(one_line).as_deref(), Some("http://mirror.example/debian"));
        assert_eq!(mirror_in("deb https://elsewhere.example/node nodistro main\n"), None);
    }
}
