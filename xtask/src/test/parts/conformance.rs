//! The tables of `docs/conformance.md` and `docs/defects.md`: every row names tests, and these are run.

mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use self::table::{Row, rows};
use crate::need::Need;
use crate::paths;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "conformance",
    about: "every row of docs/conformance.md and docs/defects.md: its tests exist, run and pass",
    needs: &[Need::Npm],
    builds: &[Build::Package],
    lane: Lane::Build,
    default: true,
    run,
};

const TABLES: [&str; 2] = ["docs/conformance.md", "docs/defects.md"];

/// The test file that tests of the npm package named `face:…` are in.
const FACE: &str = "vectors/defects";

fn run(context: &Context<'_>) -> Result<Counts> {
    let mut all = Vec::new();
    for file in TABLES {
        let text = std::fs::read_to_string(paths::root().join(file)).with_context(|| format!("cannot read {file}"))?;
        let rows = rows(&text).with_context(|| format!("{file} is not as it should be"))?;
        println!("conformance  {file}: {} rows", rows.len());
        all.extend(rows);
    }
    let named: BTreeSet<&str> = all.iter().flat_map(|row| row.tests.iter().map(String::as_str)).collect();
    let passed = run_tests(context, &named)?;
    let mut counts = Counts::default();
    let mut without = 0;
    for row in &all {
        let faults = faults(row, &passed);
        without += u64::from(row.tests.is_empty());
        counts += Counts::one(faults.is_empty());
        for fault in faults {
            println!("conformance  `{}`: {fault}", row.what);
            context.log(&format!("{}: {fault}", row.what));
        }
    }
    println!("conformance  {} rows, {without} rows without a test", all.len());
    println!("conformance  {} cases passed, {} failed", passed.len(), named.len() - passed.len());
    Ok(counts)
}

/// What is wrong with a row.
fn faults(row: &Row, passed: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    if row.tests.is_empty() {
        faults.push("names no test".to_owned());
    }
    for test in row.tests.iter().filter(|test| !passed.contains(*test)) {
        faults.push(format!("the test {test} does not exist, did not run, or did not pass"));
    }
    for file in row.files.iter().filter(|file| !paths::root().join(file).is_file()) {
        faults.push(format!("there is no file {file}"));
    }
    faults
}

/// Which of the tests ran and passed.
fn run_tests(context: &Context<'_>, named: &BTreeSet<&str>) -> Result<BTreeSet<String>> {
    // By program: cargo's arguments for it, and what stands before a test's name in the tables.
    let mut programs: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    let mut face = false;
    for test in named {
        let (package, rest) = match test.split_once(':') {
            Some(("server", rest)) => ("stomp-server", rest),
            Some(("face", _)) => {
                face = true;
                continue;
            }
            _ => ("stomp-wasm", *test),
        };
        let program = rest.split_once("::").filter(|(program, _)| is_test_file(package, program));
        let (target, name) = match program {
            Some((program, name)) => (format!("--package {package} --test {program}"), name),
            None => (format!("--package {package} --lib"), rest),
        };
        programs.entry(target).or_default().push((test, name));
    }
    let mut passed = BTreeSet::new();
    for (target, tests) in programs {
        let mut command = Command::new("cargo");
        command.current_dir(paths::root()).arg("test").args(target.split(' ')).args(["--", "--exact"]);
        command.args(tests.iter().map(|(_, name)| name));
        let (_, output) = context.run(&mut command)?;
        let ok: BTreeSet<&str> =
            output.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... ok")).collect();
        passed.extend(tests.iter().filter(|(_, name)| ok.contains(name)).map(|(test, _)| (*test).to_owned()));
    }
    if face {
        passed.extend(face_tests(context)?.into_iter().filter(|test| named.contains(test.as_str())));
    }
    Ok(passed)
}

fn is_test_file(package: &str, name: &str) -> bool {
    let folder = if package == "stomp-server" { "server/tests" } else { "tests" };
    paths::root().join(folder).join(format!("{name}.rs")).is_file()
}

/// The tests of the npm package that pass, named as in the tables.
fn face_tests(context: &Context<'_>) -> Result<Vec<String>> {
    context.vitest(&[FACE], &[])?;
    let report = paths::target().join("test-logs/conformance.vitest.json");
    let report = std::fs::read_to_string(&report).with_context(|| format!("cannot read {}", report.display()))?;
    let report: Value = serde_json::from_str(&report).context("Vitest's report is not JSON")?;
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let tests = list(&report, "testResults").into_iter().flat_map(|file| list(&file, "assertionResults"));
    let text = |test: &Value, key: &str| test.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(tests
        .filter(|test| text(test, "status").as_deref() == Some("passed"))
        .filter_map(|test| Some(format!("face:{}", text(&test, "title")?)))
        .collect())
}
