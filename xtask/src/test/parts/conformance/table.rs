//! Reads Markdown tables that name tests.

use anyhow::{Result, bail, ensure};

/// A row of a table that has a column `tests`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// What it is about, cut short.
    pub(super) what: String,
    /// The tests that it names, from the column `tests`.
    pub(super) tests: Vec<String>,
    /// The files that it names, from the column `where`.
    pub(super) files: Vec<String>,
}

/// The rows of all tables in the text. A row with another number of cells than its table is an error: it would show a test
/// where nobody looks for one.
pub(super) fn rows(text: &str) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut columns: Option<Vec<String>> = None;
    for line in text.lines() {
        let Some(cells) = cells(line) else {
            columns = None;
            continue;
        };
        let Some(names) = &columns else {
            ensure!(cells.iter().any(|name| name == "tests"), "a table without a column `tests`: {line}");
            columns = Some(cells);
            continue;
        };
        if cells.iter().all(|cell| cell.chars().all(|c| c == '-')) {
            continue;
        }
        ensure!(cells.len() == names.len(), "a row with {} cells instead of {}: {line}", cells.len(), names.len());
        let cell = |wanted: &str| names.iter().position(|name| name == wanted).and_then(|at| cells.get(at));
        let Some(what) = cell("sentence").or_else(|| cell("defect")) else {
            bail!("a table without a column `sentence` or `defect`: {line}");
        };
        rows.push(Row {
            what: what.chars().take(100).collect(),
            tests: cell("tests").map(|cell| quoted(cell)).unwrap_or_default(),
            files: cell("where").map(|cell| quoted(cell)).unwrap_or_default(),
        });
    }
    ensure!(!rows.is_empty(), "there is no table");
    Ok(rows)
}

fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    // An escaped bar is of the text.
    let cells = inner.replace("\\|", "\u{0}");
    Some(cells.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect())
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_their_tests_and_files() {
        let text = "words\n\n| sentence | where | tests |\n| --- | --- | --- |\n| a \\| b | `x.rs` | `t::a`<br>`t::b` |\n| c | | |\n";
        let rows = rows(text).unwrap();
        assert_eq!((rows[0].what.as_str(), rows.len()), ("a | b", 2));
        assert_eq!((rows[0].tests.len(), rows[0].files.len(), rows[1].tests.len()), (2, 1, 0));
    }

    #[test]
    fn what_is_no_table_of_tests_is_an_error() {
        assert!(rows("no table").is_err());
        assert!(rows("| a | b |\n| --- | --- |\n").is_err());
        assert!(rows("| sentence | tests |\n| --- | --- |\n| only one |\n").is_err());
    }
}
