//! How many tests passed and failed, read from what test runners print.

use std::ops::AddAssign;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What a part of the tests found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Counts {
    /// One check that passed or failed.
    pub(crate) fn one(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into() }
    }

    /// What a runner printed, together with how it ended: one that says that all is well but ends with an error (it
    /// crashed between or after its tests) has failed, and so has one that ran no test at all.
    pub(crate) fn checked(mut self, succeeded: bool) -> Self {
        if self.failed == 0 && (!succeeded || self.passed == 0) {
            self.failed = 1;
        }
        self
    }

    /// Reads what `cargo test` and wasm-bindgen's test runner print: for each test program first `running 3 tests`, at
    /// its end `test result: ok. 3 passed; 0 failed; 0 ignored; …`. A program that announced tests and never came to a
    /// result has crashed, and counts as one failure.
    pub(crate) fn of_cargo(output: &str) -> Self {
        let mut counts = Self::default();
        let mut unfinished = false;
        for line in output.lines() {
            let line = line.trim();
            if let Some(result) = line.strip_prefix("test result: ") {
                unfinished = false;
                counts += Self {
                    passed: number_before(result, " passed").unwrap_or(0),
                    failed: number_before(result, " failed").unwrap_or(0),
                };
            } else if line.strip_prefix("running ").is_some_and(|rest| rest.ends_with(" tests") || rest == "1 test") {
                counts.failed += u64::from(unfinished);
                unfinished = true;
            }
        }
        counts.failed += u64::from(unfinished);
        counts
    }

    /// Reads Vitest's JSON report. A file that could not even be loaded has no test of its own that failed, so it counts as
    /// one failure.
    pub(crate) fn of_vitest(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("Vitest's report is not JSON")?;
        let number = |key: &str| report.get(key).and_then(Value::as_u64);
        let (Some(passed), Some(failed)) = (number("numPassedTests"), number("numFailedTests")) else {
            bail!("Vitest's report has no counts");
        };
        let files = report.get("testResults").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let broken = files.iter().filter(|file| {
            let tests = file.get("assertionResults").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let failed = |of: &Value| of.get("status").and_then(Value::as_str) == Some("failed");
            failed(file) && !tests.iter().any(failed)
        });
        Ok(Self { passed, failed: failed + broken.count() as u64 })
    }

    /// Reads the line `12 passed, 0 failed`, with which our own scripts end.
    #[allow(dead_code, reason = "for the parts that other rooms add")]
    pub(crate) fn of_line(output: &str) -> Option<Self> {
        output.lines().rev().find_map(|line| {
            let (passed, failed) = line.trim().split_once(" passed, ")?;
            Some(Self { passed: passed.parse().ok()?, failed: failed.strip_suffix(" failed")?.parse().ok()? })
        })
    }
}

fn number_before(text: &str, word: &str) -> Option<u64> {
    let before = &text[..text.find(word)?];
    before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn adds_up_the_programs_of_cargo_test() {
        let output = "\
running 2 tests
test a ... ok
test b ... FAILED
test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
   Doc-tests stomp_wasm
running 10 tests
test result: ok. 10 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.51s
running 0 tests
test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        assert_eq!(Counts::of_cargo(output), counts(11, 1));
    }

    #[test]
    fn a_program_that_crashed_counts_as_a_failure() {
        let output = "running 3 tests\ntest a ... ok\nrunning 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored\n";
        assert_eq!(Counts::of_cargo(output), counts(1, 1));
        assert_eq!(Counts::of_cargo("running 3 tests\ntest a ... ok\n"), counts(0, 1));
    }

    #[test]
    fn what_a_test_itself_prints_is_no_result() {
        let output = "running 1 test\nrunning away from 3 passed; things\ntest result: ok. 1 passed; 0 failed;\n";
        assert_eq!(Counts::of_cargo(output), counts(1, 0));
    }

    #[test]
    fn no_test_and_a_crash_after_the_tests_are_failures() {
        assert_eq!(counts(0, 0).checked(true), counts(0, 1));
        assert_eq!(counts(5, 0).checked(false), counts(5, 1));
        assert_eq!(counts(5, 2).checked(false), counts(5, 2));
        assert_eq!(counts(5, 0).checked(true), counts(5, 0));
    }

    #[test]
    fn reads_vitest() {
        let report = r#"{"numPassedTests":3,"numFailedTests":1,"testResults":[
            {"status":"failed","assertionResults":[{"status":"failed"},{"status":"passed"}]},
            {"status":"failed","assertionResults":[]},
            {"status":"passed","assertionResults":[{"status":"passed"}]}]}"#;
        assert_eq!(Counts::of_vitest(report).unwrap(), counts(3, 2));
        assert!(Counts::of_vitest("{}").is_err());
        assert!(Counts::of_vitest("").is_err());
    }

    #[test]
    fn reads_our_own_last_line() {
        assert_eq!(Counts::of_line("1 passed, 1 failed\nso\n12 passed, 0 failed\n"), Some(counts(12, 0)));
        assert_eq!(Counts::of_line("all passed, 0 failed\n"), None);
    }
}
