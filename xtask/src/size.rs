//! `cargo xtask size`: how large the npm package is, with bars.

use std::fs;
use std::io::Write as _;

use anyhow::{Context, Result};

use crate::{build, paths};

/// One measured size.
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) bytes: usize,
    /// What it may be at most, in bytes, if there is a bar.
    pub(crate) bar: Option<usize>,
}

impl Row {
    pub(crate) fn passes(&self) -> bool {
        self.bar.is_none_or(|bar| self.bytes <= bar)
    }

    pub(crate) fn line(&self) -> String {
        let bar = match self.bar {
            Some(bar) if self.passes() => format!("  (at most {bar}: ok)"),
            Some(bar) => format!("  (at most {bar}: TOO LARGE by {})", self.bytes - bar),
            None => String::new(),
        };
        format!("{:<22} {:>8} B{bar}", self.what, self.bytes)
    }
}

/// KB in the bars are 1024 bytes.
const KB: usize = 1024;

/// Builds the package, prints its sizes, and says whether all are under their bars.
pub(crate) fn report() -> Result<bool> {
    build::package()?;
    let rows = measure()?;
    for row in &rows {
        println!("{}", row.line());
    }
    Ok(rows.iter().all(Row::passes))
}

/// Measures the package in `pkg/`, which must have been built.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let read = |name: &str| {
        let file = paths::package().join(name);
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
    };
    let wasm = read("stomp.wasm")?;
    let entry = read("esm/index.js")?;
    let script = without(&entry, wasm.len()).context("esm/index.js carries no text as long as stomp.wasm")?;
    let row = |what, bytes, bar| Row { what, bytes, bar };
    Ok(vec![
        row("wasm", wasm.len(), None),
        row("wasm, gzip", gzip(&wasm)?, Some(30 * KB)),
        row("JavaScript", script.len(), None),
        row("JavaScript, gzip", gzip(&script)?, None),
        row("default entry", entry.len(), None),
        row("default entry, gzip", gzip(&entry)?, Some(42 * KB)),
        row("default entry, Brotli", brotli(&entry)?, None),
    ])
}

/// The JavaScript of the default entry without the module that it carries: a text without quotation marks in it, which
/// has a character or two for each byte of the module, as `pkg-template/module-text.mjs` writes it.
fn without(entry: &[u8], module: usize) -> Option<Vec<u8>> {
    let mut start = 0;
    for piece in entry.split(|byte| *byte == b'"') {
        let end = start + piece.len();
        if piece.len() >= module {
            return Some([entry.get(..start)?, entry.get(end..)?].concat());
        }
        start = end + 1;
    }
    None
}

/// How long something is, compressed with gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out.len())
}

#[cfg(test)]
mod tests {
    use super::{Row, without};

    #[test]
    fn takes_the_module_out_of_the_entry() {
        let entry = b"var a=\"x\",h=\" !#'asm~0\";go(h)";
        assert_eq!(without(entry, 8).as_deref(), Some(&b"var a=\"x\",h=\"\";go(h)"[..]));
        assert_eq!(without(b"nothing here", 13), None);
    }

    #[test]
    fn a_row_passes_up_to_its_bar() {
        let row = |bytes| Row { what: "x", bytes, bar: Some(10) };
        assert!(row(10).passes());
        assert!(!row(11).passes());
        assert!(row(11).line().contains("TOO LARGE by 1"));
    }
}
