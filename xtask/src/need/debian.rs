//! Programs that the system's package manager provides. They are installed only where the system is Debian itself (its
//! derivatives name packages differently) and we are root; anywhere else a sentence says what to install.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail, ensure};

use super::{say, say_there};
use crate::{paths, process};

/// A program that may have to be installed.
pub(super) struct Wanted<'a> {
    /// What it is called in messages.
    pub(super) what: &'a str,
    /// The environment variable that names the program, if the user chooses it.
    pub(super) variable: Option<&'a str>,
    /// The names that it goes by in `PATH`, the preferred one first.
    pub(super) programs: &'a [&'a str],
    /// Debian's packages that bring it.
    pub(super) packages: &'a [&'a str],
}

/// Finds a program, or installs it.
pub(super) fn program(wanted: &Wanted<'_>) -> Result<PathBuf> {
    if let Some(variable) = wanted.variable
        && let Some(chosen) = env::var_os(variable).filter(|chosen| !chosen.is_empty())
    {
        let chosen = PathBuf::from(chosen);
        ensure!(chosen.is_file(), "{variable} names {}, which is not a file", chosen.display());
        return Ok(chosen);
    }
    if let Some(found) = find(wanted) {
        say_there(&format!("{} ({})", wanted.what, found.display()));
        return Ok(found);
    }
    let packages = wanted.packages.join(" ");
    let variable = wanted.variable.map(|v| format!(", or set {v} to the program")).unwrap_or_default();
    may_install().with_context(|| {
        format!("{} is missing: install it (on Debian: `apt-get install {packages}`){variable}", wanted.what)
    })?;
    eprintln!("setup: installing {packages} through apt-get");
    install(wanted.packages)?;
    let found =
        find(wanted).with_context(|| format!("{} is still not in PATH after installing {packages}", wanted.what))?;
    say(&format!("{} installed ({})", wanted.what, found.display()));
    Ok(found)
}

fn find(wanted: &Wanted<'_>) -> Option<PathBuf> {
    // Debian keeps servers in /usr/sbin, which is not in everybody's PATH.
    let system = |name: &&str| Some(Path::new("/usr/sbin").join(name)).filter(|file| file.is_file());
    wanted
        .programs
        .iter()
        .find_map(|name| paths::find_program(name))
        .or_else(|| wanted.programs.iter().find_map(system))
}

/// An error that says why we may not install anything here.
fn may_install() -> Result<()> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let debian = release.lines().any(|line| {
        line.split_once('=').is_some_and(|(key, value)| key == "ID" && value.trim_matches('"') == "debian")
    });
    if !debian {
        bail!("this system is not Debian, so it is not installed by itself");
    }
    if !is_root() {
        bail!("only root may install packages, so it is not installed by itself");
    }
    Ok(())
}

/// Whether we are root.
pub(crate) fn is_root() -> bool {
    #[cfg(unix)]
    {
        rustix::process::geteuid().is_root()
    }
    #[cfg(not(unix))]
    {
        false
    }
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
    command
}

/// The package lists may be older than the packages on the mirrors, so they are renewed once per run.
fn update() -> Result<()> {
    static UPDATED: OnceLock<()> = OnceLock::new();
    if UPDATED.get().is_none() {
        process::run_quiet(apt_get().arg("update"))?;
        let _ = UPDATED.set(());
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<()> {
    update()?;
    // The package of a server would start its service, which nobody here needs: each test starts its own on ports of its
    // own. In run level 1 invoke-rc.d starts nothing.
    process::run_quiet(apt_get().env("RUNLEVEL", "1").args(["install", "-y", "--no-install-recommends"]).args(packages))
}
