//! stomp.py, in a Python environment of its own under `target/`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::{debian, say, say_there};
use crate::{paths, process};

/// The environment's Python, in which `tests/interop-server/requirements.txt` is installed.
pub(super) fn ensure() -> Result<PathBuf> {
    let list = paths::root().join("tests/interop-server/requirements.txt");
    let wanted = fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let dir = paths::target().join("stomp-py");
    let python = dir.join("bin/python");
    // Written last, so that an environment that was not finished is not taken for one.
    let record = dir.join("installed.txt");
    if python.is_file() && fs::read(&record).is_ok_and(|installed| installed == wanted) {
        say_there("stomp.py");
        return Ok(python);
    }
    let system = debian::program(&debian::Wanted {
        what: "Python 3",
        variable: Some("PYTHON"),
        programs: &["python3"],
        packages: &["python3", "python3-venv"],
    })?;
    process::run_quiet(Command::new(system).args(["-m", "venv", "--clear"]).arg(&dir))
        .context("Python's venv is missing: install it (on Debian: `apt-get install python3-venv`)")?;
    process::run_quiet(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
            .arg(&list),
    )?;
    fs::write(&record, wanted).with_context(|| format!("cannot write {}", record.display()))?;
    say("stomp.py installed");
    Ok(python)
}
