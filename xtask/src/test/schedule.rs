//! Which part runs when: what they need first, then the shared builds, then the parts in two lanes side by side.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow};

use super::context::{Builds, Context, log_file};
use super::counts::Counts;
use super::{Build, Lane, Part};
use crate::need::Need;

/// How much of a failing part's log is printed.
const TAIL_LINES: usize = 60;

/// Runs the parts, printing one line for each, and adds up what they found.
pub(super) fn run(parts: &[&'static Part], verbose: bool) -> Result<Counts> {
    let needs: BTreeSet<Need> = parts.iter().flat_map(|part| part.needs.iter().copied()).collect();
    // What cannot be had fails the parts that need it, and no others.
    let missing: BTreeMap<Need, String> =
        needs.into_iter().filter_map(|need| need.meet().err().map(|error| (need, format!("{error:#}")))).collect();
    let builds = Builds::new();
    let lane = |lane: Lane| {
        let mut total = Counts::default();
        if lane == Lane::Build {
            prepare(parts, &builds);
        }
        for part in parts.iter().filter(|part| part.lane == lane) {
            total += run_one(part, &builds, &missing, verbose);
        }
        total
    };
    thread::scope(|scope| {
        let browsers = scope.spawn(|| lane(Lane::Browser));
        let mut total = lane(Lane::Build);
        total += browsers.join().map_err(|_| anyhow!("the lane of the browser parts panicked"))?;
        Ok(total)
    })
}

/// Makes the shared builds before anything else compiles, so that the browser lane can start early. Errors come up again
/// in the parts that asked for them.
fn prepare(parts: &[&'static Part], builds: &Builds) {
    let wanted = |build| parts.iter().any(|part| part.builds.contains(&build));
    if wanted(Build::Package) {
        let _ = builds.package();
    }
    if wanted(Build::Server) {
        let _ = builds.server();
    }
}

fn run_one(part: &'static Part, builds: &Builds, missing: &BTreeMap<Need, String>, verbose: bool) -> Counts {
    let started = Instant::now();
    let result = attempt(part, builds, missing, verbose);
    let seconds = started.elapsed().as_secs_f64();
    let counts = match &result {
        Ok(counts) => counts.checked(true),
        Err(_) => Counts { passed: 0, failed: 1 },
    };
    println!("{:<12} {} passed, {} failed  ({seconds:.1} s)", part.name, counts.passed, counts.failed);
    if counts.failed > 0 {
        if !verbose {
            print_tail(part.name);
        }
        if let Err(error) = result {
            println!("{} | error: {error:#}", part.name);
        }
    }
    counts
}

fn attempt(part: &'static Part, builds: &Builds, missing: &BTreeMap<Need, String>, verbose: bool) -> Result<Counts> {
    let context = Context::new(part.name, builds, verbose)?;
    if let Some(why) = part.needs.iter().find_map(|need| missing.get(need)) {
        return Err(anyhow!("{why}"));
    }
    for build in part.builds {
        match build {
            Build::Package => builds.package()?,
            Build::Server => drop(builds.server()?),
        }
    }
    if part.lane == Lane::Browser && verbose {
        context.log("starts");
    }
    (part.run)(&context)
}

/// Prints the end of a failing part's log. The prefix also keeps lines in it from being taken for our own last line.
fn print_tail(name: &str) {
    let file = log_file(name);
    let log = fs::read(&file).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().collect();
    let skipped = lines.len().saturating_sub(TAIL_LINES);
    println!("{name} | the end of {}:", file.display());
    for line in &lines[skipped..] {
        println!("{name} | {line}");
    }
}
