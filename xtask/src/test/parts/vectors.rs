//! The wire vectors on every face: `tests/vectors/README.md`.

use std::process::Command;

use anyhow::Result;

use super::wasm;
use crate::need::Need;
use crate::paths;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "vectors",
    about: "the wire vectors on each face: native, wasm in Chromium, the npm package, the server",
    needs: &[Need::WasmTarget, Need::WasmBindgen, Need::WasmPack, Need::Chromium, Need::Npm],
    builds: &[Build::Package],
    lane: Lane::Build,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let cargo = |args: &[&str]| {
        let mut command = Command::new("cargo");
        // The test that no case is missing from the list is no case; `native` runs it.
        command.current_dir(paths::root()).arg("test").args(args).args(["--", "--skip", "every_case_is_a_test"]);
        context.counted(&mut command, |output| Some(Counts::of_cargo(output)))
    };
    let faces = [
        ("native", cargo(&["--package", "stomp-wasm", "--test", "vectors"])?),
        ("wasm in Chromium", wasm::run_tests(context, &["--test", "vectors"])?),
        ("JavaScript", context.vitest(&["vectors/face"], &[])?),
        ("server", cargo(&["--package", "stomp-server", "--test", "vectors"])?),
    ];
    let mut total = Counts::default();
    for (face, counts) in faces {
        println!("vectors      {face}: {} cases passed, {} failed", counts.passed, counts.failed);
        total += counts;
    }
    // A face that leaves cases out would look just as well.
    if faces.iter().any(|(_, counts)| counts.passed + counts.failed != faces[0].1.passed + faces[0].1.failed) {
        println!("vectors      the faces did not run the same number of cases");
        total.failed += 1;
    }
    Ok(total)
}
