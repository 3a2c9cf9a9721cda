//! The fuzz targets in `fuzz/`, each for 20 seconds: by cargo-fuzz where it and a nightly compiler are installed,
//! otherwise the same harnesses on stable Rust with random inputs.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::process;
use crate::test::{Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "fuzz",
    about: "the fuzz targets decoder, plain and session, 20 seconds each",
    needs: &[],
    builds: &[],
    lane: Lane::Build,
    default: true,
    run,
};

const TARGETS: [&str; 3] = ["decoder", "plain", "session"];
const SECONDS: &str = "20";

fn run(context: &Context<'_>) -> Result<Counts> {
    let fuzz = paths::root().join("fuzz");
    let guided = process::output_of(Command::new("cargo").args(["+nightly", "fuzz", "--version"])).is_some();
    let mut counts = Counts::default();
    for target in TARGETS {
        let mut command = if guided { guided_run(&fuzz, target) } else { random_run(&fuzz, target) };
        // libFuzzer and our own driver end with the same words.
        counts += context.counted(&mut command, |output| {
            output.lines().find(|line| line.starts_with("Done ") && line.contains(" runs in ")).map(|line| {
                let how =
                    if guided { "guided by coverage" } else { "random, since there is no cargo-fuzz with nightly" };
                println!("fuzz         {target}: {line}, {how}");
                Counts::one(true)
            })
        })?;
    }
    Ok(counts)
}

fn guided_run(fuzz: &Path, target: &str) -> Command {
    let mut command = Command::new("cargo");
    let [corpus, seeds] = ["corpus", "seeds"].map(|folder| format!("{folder}/{target}"));
    // What libFuzzer finds goes into the first folder.
    let _ = std::fs::create_dir_all(fuzz.join(&corpus));
    command.current_dir(fuzz).args(["+nightly", "fuzz", "run", target, &corpus, &seeds, "--"]).args([
        &format!("-max_total_time={SECONDS}"),
        "-max_len=4096",
        "-dict=stomp.dict",
        "-print_final_stats=1",
    ]);
    command
}

fn random_run(fuzz: &Path, target: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(fuzz)
        .args(["run", "--release", "--no-default-features", "--bin", "random", "--", target, SECONDS])
        .arg(format!("seeds/{target}"));
    command
}
