//! What the commands need from the machine. Each function here makes sure that one thing is there, installs it if it is
//! missing and may be installed, prints one line saying which, and otherwise fails with a sentence that says what to
//! install. Calling one twice costs a few milliseconds.

mod debian;
mod lock;
mod npm;
mod rust_source;
mod rust_target;
mod stomp_py;
mod wasm_bindgen;
mod wasm_pack;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;

use crate::paths;

/// One thing that is needed; the registries of tests and benchmarks name theirs by these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Rust's standard library for `wasm32-unknown-unknown`.
    WasmTarget,
    /// The sources of Rust's standard library, of which the npm package's own one is made.
    RustSource,
    /// `wasm-bindgen` and its test runner, of the version in Cargo.lock.
    WasmBindgen,
    /// `wasm-pack`.
    WasmPack,
    /// The npm development dependencies in `tests/node_modules`, binaryen's `wasm-opt` among them.
    Npm,
    /// Chromium and its driver.
    Chromium,
    /// RabbitMQ's server.
    RabbitMq,
    /// ActiveMQ and the Java that runs it.
    ActiveMq,
    /// websockify, a bridge from WebSocket to TCP.
    Websockify,
    /// nginx, for the tests behind proxies.
    Nginx,
    /// openssl, which makes certificates.
    Openssl,
    /// stomp.py, for the tests with clients of others.
    StompPy,
}

impl Need {
    /// Makes sure that it is there.
    pub(crate) fn meet(self) -> Result<()> {
        match self {
            Self::WasmTarget => wasm_target(),
            Self::RustSource => rust_source(),
            Self::WasmBindgen => wasm_bindgen().map(drop),
            Self::WasmPack => wasm_pack().map(drop),
            Self::Npm => npm(),
            Self::Chromium => chromium().map(drop),
            Self::RabbitMq => rabbitmq().map(drop),
            Self::ActiveMq => activemq().map(drop),
            Self::Websockify => websockify().map(drop),
            Self::Nginx => nginx().map(drop),
            Self::Openssl => openssl().map(drop),
            Self::StompPy => stomp_py().map(drop),
        }
    }
}

/// What `cargo xtask setup` installs: all but the brokers and proxies that single test parts bring in by themselves.
pub(crate) fn all() -> Result<()> {
    SHOW_ALL.store(true, Ordering::Relaxed);
    let needs = [Need::WasmTarget, Need::RustSource, Need::WasmBindgen, Need::WasmPack, Need::Npm, Need::Chromium];
    let mut missing = Vec::new();
    for need in needs {
        // One thing that cannot be had does not keep the others from being installed.
        if let Err(error) = need.meet() {
            missing.push(format!("{error:#}"));
        }
    }
    anyhow::ensure!(missing.is_empty(), "not everything could be set up:\n- {}", missing.join("\n- "));
    Ok(())
}

/// Installs happen one at a time, even when test parts that run side by side ask for the same thing.
static INSTALLING: Mutex<()> = Mutex::new(());

fn one_at_a_time<T>(ensure: impl FnOnce() -> Result<T>) -> Result<T> {
    let _guard = INSTALLING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    ensure()
}

/// Rust's standard library for `wasm32-unknown-unknown`.
pub(crate) fn wasm_target() -> Result<()> {
    one_at_a_time(rust_target::ensure)
}

/// The sources of Rust's standard library where cargo looks for them.
pub(crate) fn rust_source() -> Result<()> {
    one_at_a_time(rust_source::ensure)
}

/// The folder that holds `wasm-bindgen` and `wasm-bindgen-test-runner` of the version in Cargo.lock.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    one_at_a_time(wasm_bindgen::ensure)
}

/// The program `wasm-pack`.
pub(crate) fn wasm_pack() -> Result<PathBuf> {
    one_at_a_time(wasm_pack::ensure)
}

/// The npm development dependencies, as `tests/package-lock.json` has them.
pub(crate) fn npm() -> Result<()> {
    one_at_a_time(npm::ensure)
}

/// The browser and its driver.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Chromium (or Chrome) and its driver. `CHROMIUM` and `CHROMEDRIVER` say which to take.
pub(crate) fn chromium() -> Result<Browser> {
    one_at_a_time(|| {
        let chromium = debian::program(&debian::Wanted {
            what: "Chromium",
            variable: Some("CHROMIUM"),
            programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
            packages: &["chromium", "chromium-driver"],
        })?;
        let driver = debian::program(&debian::Wanted {
            what: "chromedriver",
            variable: Some("CHROMEDRIVER"),
            programs: &["chromedriver"],
            packages: &["chromium-driver"],
        })?;
        Ok(Browser { chromium, driver })
    })
}

/// RabbitMQ's start script: the one that starts the server as whoever calls it, not Debian's wrapper, which changes
/// to the user `rabbitmq` and the system's folders.
pub(crate) fn rabbitmq() -> Result<PathBuf> {
    one_at_a_time(|| {
        let wrapper = debian::program(&debian::Wanted {
            what: "RabbitMQ",
            variable: Some("RABBITMQ_SERVER"),
            programs: &["rabbitmq-server"],
            packages: &["rabbitmq-server"],
        })?;
        let plain = PathBuf::from("/usr/lib/rabbitmq/bin/rabbitmq-server");
        Ok(if wrapper.starts_with("/usr/sbin") && plain.is_file() { plain } else { wrapper })
    })
}

/// What starts ActiveMQ.
pub(crate) struct ActiveMq {
    pub(crate) java: PathBuf,
    /// The folder with `bin/activemq.jar` and `lib`.
    pub(crate) home: PathBuf,
}

/// ActiveMQ as Debian installs it, without its start script, which changes to the user `activemq` and the system's folders.
pub(crate) fn activemq() -> Result<ActiveMq> {
    one_at_a_time(|| {
        debian::program(&debian::Wanted {
            what: "ActiveMQ",
            variable: None,
            programs: &["activemq"],
            packages: &["activemq"],
        })?;
        let home = PathBuf::from("/usr/share/activemq");
        anyhow::ensure!(
            home.join("bin/activemq.jar").is_file(),
            "ActiveMQ is there, but not where Debian's package `activemq` has it ({} is missing): install that one",
            home.join("bin/activemq.jar").display()
        );
        let java = debian::program(&debian::Wanted {
            what: "Java",
            variable: Some("JAVA"),
            programs: &["java"],
            packages: &["default-jre-headless"],
        })?;
        Ok(ActiveMq { java, home })
    })
}

/// websockify.
pub(crate) fn websockify() -> Result<PathBuf> {
    one_at_a_time(|| {
        debian::program(&debian::Wanted {
            what: "websockify",
            variable: Some("WEBSOCKIFY"),
            programs: &["websockify"],
            packages: &["websockify"],
        })
    })
}

/// nginx.
pub(crate) fn nginx() -> Result<PathBuf> {
    one_at_a_time(|| {
        debian::program(&debian::Wanted {
            what: "nginx",
            variable: Some("NGINX"),
            programs: &["nginx"],
            packages: &["nginx-light"],
        })
    })
}

/// The program `openssl`.
pub(crate) fn openssl() -> Result<PathBuf> {
    one_at_a_time(|| {
        debian::program(&debian::Wanted {
            what: "openssl",
            variable: Some("OPENSSL"),
            programs: &["openssl"],
            packages: &["openssl"],
        })
    })
}

pub(crate) use debian::is_root;

/// A Python that has stomp.py.
pub(crate) fn stomp_py() -> Result<PathBuf> {
    one_at_a_time(stomp_py::ensure)
}

/// Whether what is there already is worth a line: in `cargo xtask setup`, but not in front of every other command.
static SHOW_ALL: AtomicBool = AtomicBool::new(false);

/// Says that something was installed.
fn say(line: &str) {
    eprintln!("setup: {line}");
}

/// Says that nothing had to be done.
fn say_there(what: &str) {
    if SHOW_ALL.load(Ordering::Relaxed) {
        say(&format!("{what} is there"));
    }
}

/// A program of the npm development dependencies, run by node; call `npm()` before.
pub(crate) fn npm_program(package: &str, script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(paths::npm().join("node_modules").join(package).join(script));
    command
}
