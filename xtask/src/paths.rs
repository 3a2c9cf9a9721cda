//! Where things are.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The root of the repository. `CARGO_MANIFEST_DIR` is xtask's own folder, fixed at compile time: each checkout builds
/// its own xtask, so this holds also where several checkouts stand side by side.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository's root")
}

/// Cargo's target folder, honouring `CARGO_TARGET_DIR`.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// The folder with the npm development dependencies (`package.json`, `node_modules`).
pub(crate) fn npm() -> PathBuf {
    root().join("tests")
}

/// The built npm package.
pub(crate) fn package() -> PathBuf {
    root().join("pkg")
}

/// What wasm-bindgen and wasm-opt made, before it is bundled: `stomp_bg.js`, `stomp.d.ts`, `stomp_bg.wasm`, and the short
/// names in it, `names.json`. At this place also where cargo builds elsewhere, since `pkg-template/tsconfig.json` names it.
pub(crate) fn module() -> PathBuf {
    root().join("target/npm/module")
}

/// Where tools are installed that the user does not have: a cache shared by all checkouts, apart from the user's own
/// `~/.cargo/bin`, so that installing another version here disturbs nobody.
pub(crate) fn tools() -> PathBuf {
    if let Some(dir) = env::var_os("STOMP_WASM_TOOLS") {
        return PathBuf::from(dir);
    }
    let cache =
        env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cache")));
    match cache {
        Some(cache) if cache.is_absolute() => cache.join("stomp-wasm-tools"),
        _ => target().join("tools"),
    }
}

/// Looks a program up in `PATH`.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

/// `PATH` with `dirs` in front of it, for children.
pub(crate) fn path_with(dirs: &[PathBuf]) -> OsString {
    let old = env::var_os("PATH").unwrap_or_default();
    let all = dirs.iter().cloned().chain(env::split_paths(&old));
    env::join_paths(all).unwrap_or(old)
}
