//! The crate's own tests, compiled to wasm, in headless Chromium.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::need::{self, Need};
use crate::paths;
use crate::test::{Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "wasm",
    about: "the crate's tests as wasm in headless Chromium, by wasm-pack",
    needs: &[Need::WasmTarget, Need::WasmBindgen, Need::WasmPack, Need::Chromium],
    builds: &[],
    lane: Lane::Build,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    run_tests(context, &[])
}

/// Runs the tests that cargo chooses by these arguments.
pub(super) fn run_tests(context: &Context<'_>, which: &[&str]) -> Result<Counts> {
    let args = [&["--features", "talc"], which].concat();
    context.counted(&mut wasm_pack_test(".", &args)?, |output| Some(Counts::of_cargo(output)))
}

/// `wasm-pack test` of the crate in that folder.
pub(super) fn wasm_pack_test(package: &str, args: &[&str]) -> Result<Command> {
    let bindgen = need::wasm_bindgen()?;
    let browser = need::chromium()?;
    // The flags come from webdriver.json, which also serves who calls wasm-pack by hand; the browser is the one found.
    let text = fs::read_to_string(paths::root().join("webdriver.json")).context("cannot read webdriver.json")?;
    let mut capabilities: Value = serde_json::from_str(&text).context("webdriver.json is not JSON")?;
    capabilities["goog:chromeOptions"]["binary"] = browser.chromium.to_string_lossy().into();
    let file = paths::target().join("test-logs/webdriver.json");
    fs::write(&file, capabilities.to_string()).with_context(|| format!("cannot write {}", file.display()))?;

    let mut command = Command::new(need::wasm_pack()?);
    command
        .current_dir(paths::root())
        .args(["test", "--chrome", "--headless", "--mode", "no-install", "--chromedriver"])
        .arg(&browser.driver)
        .arg(package)
        .args(args)
        .env("PATH", paths::path_with(&[bindgen]))
        .env("CHROMEDRIVER", &browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &file)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    Ok(command)
}
