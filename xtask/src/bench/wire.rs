//! The decoder and the encoder in native code.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Bench, Options};
use crate::{paths, process};

pub(super) const BENCH: Bench = Bench {
    name: "wire",
    about: "cargo bench: decoder and encoder in native code, beside memchr over the same bytes",
    needs: &[],
    run,
};

const SIZES: [&str; 4] = ["100 B", "1 KB", "16 KB", "256 KB"];
const WHAT: [&str; 4] = ["memchr", "decode by content-length", "decode up to NUL", "encode"];

/// Decoding bodies of this size runs at no less than this part of memchr's speed.
const BAR: (&str, f64) = ("16 KB", 0.5);

fn run(options: &Options) -> Result<bool> {
    process::run(
        Command::new("cargo")
            .current_dir(paths::root())
            .args(["bench", "--package", "stomp-wasm", "--bench", "wire", "--"])
            .args(&options.args),
    )?;
    println!("\nGB/s of whole frames, with bodies of   {}", SIZES.map(|size| format!("{size:>8}")).concat());
    for what in WHAT {
        let speeds = SIZES.map(|size| speed(what, size).map_or("       ?".to_owned(), |speed| format!("{speed:8.2}")));
        println!("{what:<38} {}", speeds.concat());
    }
    let memchr = speed("memchr", BAR.0)?;
    let mut met = true;
    for what in ["decode by content-length", "decode up to NUL"] {
        let ratio = speed(what, BAR.0)? / memchr;
        let verdict = if ratio >= BAR.1 { "met" } else { "NOT MET" };
        met &= ratio >= BAR.1;
        println!("{what}, {}: {ratio:.2} of memchr's speed (bar {}: {verdict})", BAR.0, BAR.1);
    }
    Ok(met)
}

/// GB/s in the best of criterion's samples: other programs on the machine only ever make it slower, and seldom both of two
/// things that are compared.
fn speed(what: &str, size: &str) -> Result<f64> {
    let folder = paths::target().join("criterion/wire").join(what).join(size).join("new");
    let read = |name: &str| -> Result<Value> {
        let file = folder.join(name);
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))
    };
    let numbers =
        |value: &Value| -> Vec<f64> { value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect() };
    let sample = read("sample.json")?;
    let best = numbers(&sample["times"])
        .into_iter()
        .zip(numbers(&sample["iters"]))
        .map(|(nanoseconds, times)| nanoseconds / times)
        .reduce(f64::min)
        .context("criterion took no sample")?;
    let bytes =
        read("benchmark.json")?["throughput"]["Bytes"].as_f64().context("criterion knows no number of bytes")?;
    Ok(bytes / best)
}
