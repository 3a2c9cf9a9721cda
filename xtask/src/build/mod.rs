//! `cargo xtask build`: the npm package.
//!
//! Two steps with a folder between them (`paths::module()`): `wasm` makes the wasm module and its generated
//! JavaScript, `package` makes what npm sees out of these and of `pkg-template/`.

mod package;
mod wasm;

use std::process::Command;
use std::sync::Mutex;

use anyhow::{Result, anyhow};

pub(crate) use wasm::optimize;

use crate::{need, paths, process};

/// Builds the npm package into `pkg/`.
pub(crate) fn package() -> Result<()> {
    need::wasm_target()?;
    let wasm_bindgen = need::wasm_bindgen()?;
    need::npm()?;
    wasm::build(&wasm_bindgen)?;
    package::build()
}

/// Builds `stomp-server` and gives its program. Without optimisation: the native tests compile most of it that way anyhow,
/// while an optimised build costs minutes and the tests and the demo gain nothing from it.
pub(crate) fn server() -> Result<std::path::PathBuf> {
    process::run(Command::new("cargo").current_dir(paths::root()).args(["build", "--quiet", "-p", "stomp-server"]))?;
    Ok(paths::target().join("debug").join(format!("stomp-server{}", std::env::consts::EXE_SUFFIX)))
}

/// Something that is built at most once per run, by whoever asks for it first; the others wait.
pub(crate) struct Once<T>(Mutex<Option<Result<T, String>>>);

impl<T: Clone> Once<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    pub(crate) fn get(&self, build: impl FnOnce() -> Result<T>) -> Result<T> {
        let mut slot = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let built = slot.get_or_insert_with(|| build().map_err(|error| format!("{error:#}")));
        built.clone().map_err(|error| anyhow!(error))
    }
}
