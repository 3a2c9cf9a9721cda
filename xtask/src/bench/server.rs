//! `stomp-server` and RabbitMQ Web STOMP in turn on the same machine, with the same driver (`server/examples/load.rs`).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Bench, Options};
use crate::need::Need;
use crate::peers::{rabbitmq, server};
use crate::{paths, process};

pub(super) const BENCH: Bench = Bench {
    name: "server",
    about: "stomp-server beside RabbitMQ: deliveries and CPU time, memory of idle connections, start, size",
    needs: &[Need::RabbitMq],
    run,
};

const SUBSCRIBERS: [&str; 3] = ["1", "100", "1000"];
const SIZES: [&str; 2] = ["100", "10240"];
/// So many times RabbitMQ's deliveries for each CPU second, at every point.
const FACTOR: f64 = 2.0;
const START_LIMIT: Duration = Duration::from_millis(50);
const SIZE_LIMIT: u64 = 15_000_000;
const IDLE: &str = "5000";

struct Point {
    deliveries: f64,
    seconds: f64,
    cpu: f64,
}

fn run(_: &Options) -> Result<bool> {
    let (program, driver) = build()?;
    let quiet = |_: &str| {};
    let ours = {
        let server = server::Server::start(&program, &[], quiet)?;
        measure_all(&driver, &server.ws_url(), server.id())?
    };
    let theirs = {
        let rabbitmq = rabbitmq::RabbitMq::start(rabbitmq::Frames::Text, quiet)?;
        measure_all(&driver, rabbitmq.ws_url(), rabbitmq.id())?
    };
    let mut met = true;
    println!(
        "{:>11} {:>6} {:>14} {:>14} {:>14} {:>14} {:>7}",
        "subscribers", "bytes", "ours/s", "RabbitMQ/s", "ours CPU/M", "RabbitMQ CPU/M", "factor"
    );
    for ((subscribers, size), (our, their)) in points().zip(ours.iter().zip(&theirs)) {
        // Less than a tick of the CPU clock is not nothing.
        let per_million = |point: &Point| point.cpu.max(0.01) * 1e6 / point.deliveries;
        let factor = per_million(their) / per_million(our);
        println!(
            "{subscribers:>11} {size:>6} {:>14.0} {:>14.0} {:>13.2}s {:>13.2}s {factor:>6.1}x",
            our.deliveries / our.seconds,
            their.deliveries / their.seconds,
            per_million(our),
            per_million(their),
        );
        met &= factor >= FACTOR;
    }
    met &= operations(&program, &driver)?;
    Ok(met)
}

fn points() -> impl Iterator<Item = (&'static str, &'static str)> {
    SIZES.into_iter().flat_map(|size| SUBSCRIBERS.map(|subscribers| (subscribers, size)))
}

fn build() -> Result<(PathBuf, PathBuf)> {
    let args = ["build", "--quiet", "--release", "-p", "stomp-server", "--bin", "stomp-server", "--example", "load"];
    process::run(Command::new("cargo").current_dir(paths::root()).args(args))?;
    let release = paths::target().join("release");
    Ok((release.join("stomp-server"), release.join("examples/load")))
}

fn measure_all(driver: &Path, url: &str, pid: u32) -> Result<Vec<Point>> {
    points()
        .map(|(subscribers, size)| {
            let value = drive(driver, url, pid, &["--subscribers", subscribers, "--size", size])?;
            let number = |name| value[name].as_f64().with_context(|| format!("the driver gave no {name}"));
            Ok(Point { deliveries: number("deliveries")?, seconds: number("seconds")?, cpu: number("cpu")? })
        })
        .collect()
}

fn drive(driver: &Path, url: &str, pid: u32, args: &[&str]) -> Result<serde_json::Value> {
    let mut command = Command::new(driver);
    command.args(["--url", url, "--pid", &pid.to_string()]).args(args).stderr(Stdio::inherit());
    let output = command.output().with_context(|| format!("cannot start `{}`", process::show(&command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({})", process::show(&command), output.status);
    }
    serde_json::from_slice(&output.stdout).context("the driver's answer is no JSON")
}

/// Memory of idle connections, time to the first connection, size of the binary.
fn operations(program: &Path, driver: &Path) -> Result<bool> {
    // The median of a few: one can be unlucky.
    let mut starts = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        let server = server::Server::start(program, &[], |_: &str| {})?;
        let address = server.url().trim_start_matches("http://").to_owned();
        std::net::TcpStream::connect(&address).with_context(|| format!("cannot connect to {address}"))?;
        starts.push(start.elapsed());
    }
    starts.sort();
    let start = starts[starts.len() / 2];
    let server = server::Server::start(program, &[], |_: &str| {})?;
    let idle = drive(driver, &server.ws_url(), server.id(), &["--idle", IDLE])?;
    let stripped = stripped_size(program)?;
    println!("idle memory: {} bytes for each of {IDLE} connections", idle["bytes_each"]);
    println!("start to first connection: {:.1} ms (bar {} ms)", start.as_secs_f64() * 1e3, START_LIMIT.as_millis());
    println!("stripped binary: {stripped} bytes (bar {SIZE_LIMIT})");
    Ok(start < START_LIMIT && stripped < SIZE_LIMIT)
}

fn stripped_size(program: &Path) -> Result<u64> {
    let dir = process::TempDir::new("stripped")?;
    let copy = dir.path().join("stomp-server");
    process::run(Command::new("strip").arg("-o").arg(&copy).arg(program))?;
    Ok(std::fs::metadata(&copy)?.len())
}
