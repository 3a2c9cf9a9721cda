//! Lines that a part's tests want printed beside its counts.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context as _, Result, bail};

use crate::paths;

/// Runs tests that write lines into the file they are given the path of (`tests/lib/summary.mjs`), and prints these.
pub(super) fn with<R>(name: &str, run: impl FnOnce(&str) -> Result<R>) -> Result<R> {
    let file = paths::target().join("test-logs").join(format!("{name}.summary.txt"));
    match fs::remove_file(&file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", file.display()));
        }
        _ => {}
    }
    let Some(path) = file.to_str() else { bail!("the path {} is not UTF-8", file.display()) };
    let result = run(path);
    if let Ok(lines) = fs::read_to_string(&file) {
        print!("{lines}");
    }
    result
}
