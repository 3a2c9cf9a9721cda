//! What a test part is given to work with.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::counts::Counts;
use crate::build::{self, Once};
use crate::process::{self, Kept};
use crate::{need, paths};

/// How long one command of a part may take. None should come near it; it is there so that a test that hangs fails, with
/// its log, instead of holding everything up.
const COMMAND_LIMIT: Duration = Duration::from_secs(25 * 60);

/// What is built once for all parts.
pub(super) struct Builds {
    package: Once<()>,
    server: Once<PathBuf>,
}

impl Builds {
    pub(super) const fn new() -> Self {
        Self { package: Once::new(), server: Once::new() }
    }

    pub(super) fn package(&self) -> Result<()> {
        self.package.get(build::package)
    }

    pub(super) fn server(&self) -> Result<PathBuf> {
        self.server.get(build::server)
    }
}

/// What a part of the tests works with: its log, the shared builds, and ways to run commands.
pub(crate) struct Context<'a> {
    name: &'static str,
    builds: &'a Builds,
    log: Log,
    /// What brokers and other peers print.
    peers: Log,
}

/// The log file of a part; also the terminal, if everything is to be shown.
#[derive(Clone)]
struct Log {
    file: Arc<Mutex<File>>,
    /// What stands before each line on the terminal; `None`: only the file.
    prefix: Option<Arc<str>>,
}

impl Log {
    fn line(&self, line: &str) {
        // A log that cannot be written (a full disk) must not hide what the tests found.
        let _ = writeln!(self.file.lock().unwrap_or_else(PoisonError::into_inner), "{line}");
        if let Some(prefix) = &self.prefix {
            println!("{prefix}{line}");
        }
    }
}

impl<'a> Context<'a> {
    pub(super) fn new(name: &'static str, builds: &'a Builds, verbose: bool) -> Result<Self> {
        let file = log_file(name);
        let dir = file.parent().context("a log file without a folder")?;
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
        let open = |file: &Path| -> Result<Log> {
            let prefix = verbose.then(|| Arc::from(format!("{name} | ")));
            let file = File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
            Ok(Log { file: Arc::new(Mutex::new(file)), prefix })
        };
        Ok(Self { name, builds, log: open(&file)?, peers: open(&file.with_extension("peers.log"))? })
    }

    /// Writes a line into the part's log.
    pub(crate) fn log(&self, line: &str) {
        self.log.line(line);
    }

    /// Something to give to `Kept::start` and the peers, for what they print. It goes to `NAME.peers.log`, so that a chatty
    /// broker does not push the failing test out of the end of the part's own log, which is what gets printed.
    pub(crate) fn logger(&self) -> impl FnMut(&str) + Send + Clone + 'static {
        let log = self.peers.clone();
        move |line| log.line(line)
    }

    /// Builds `stomp-server` unless that is done already, and gives the program.
    pub(crate) fn server(&self) -> Result<PathBuf> {
        self.builds.server()
    }

    /// Runs a command to its end; what it prints goes to the log and is given back. That it fails is no error here.
    pub(crate) fn run(&self, command: &mut Command) -> Result<(ExitStatus, String)> {
        self.log.line(&format!("$ {}", process::show(command)));
        let text = Arc::new(Mutex::new(String::new()));
        let (log, sink) = (self.log.clone(), Arc::clone(&text));
        let on_line = move |line: &str| {
            log.line(line);
            let mut text = sink.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(line);
            text.push('\n');
        };
        let mut kept = Kept::start(self.name, command, on_line)?;
        let status = kept.wait_with_output(COMMAND_LIMIT)?;
        self.log.line(&format!("($ ended: {status})"));
        let text = std::mem::take(&mut *text.lock().unwrap_or_else(PoisonError::into_inner));
        Ok((status, text))
    }

    /// Runs a command that is one check by itself.
    pub(crate) fn check(&self, command: &mut Command) -> Result<Counts> {
        let (status, _) = self.run(command)?;
        Ok(Counts::one(status.success()))
    }

    /// Runs a command and reads from its output how many tests passed and failed.
    pub(crate) fn counted(&self, command: &mut Command, read: impl FnOnce(&str) -> Option<Counts>) -> Result<Counts> {
        let (status, output) = self.run(command)?;
        Ok(read(&output).unwrap_or_default().checked(status.success()))
    }

    /// Runs the Vitest files whose paths under `tests/` contain one of `filters`, with these environment variables;
    /// `CHROMIUM` is set besides, if it was found.
    pub(crate) fn vitest(&self, filters: &[&str], env: &[(&str, &str)]) -> Result<Counts> {
        need::npm()?;
        let report = paths::target().join("test-logs").join(format!("{}.vitest.json", self.name));
        // The report of an earlier run must not be taken for this one's.
        match fs::remove_file(&report) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", report.display()));
            }
            _ => {}
        }
        let mut command = need::npm_program("vitest", "vitest.mjs");
        command.current_dir(paths::npm()).args(["run", "--reporter=verbose", "--reporter=json", "--outputFile.json"]);
        command.arg(&report).args(filters).envs(env.iter().copied()).env("NO_COLOR", "1");
        if let Ok(browser) = need::chromium() {
            command.env("CHROMIUM", browser.chromium);
        }
        let (status, _) = self.run(&mut command)?;
        let report = fs::read_to_string(&report).context("Vitest wrote no report, so it did not come to its end")?;
        Ok(Counts::of_vitest(&report)?.checked(status.success()))
    }
}

/// Where the output of a part goes.
pub(super) fn log_file(name: &str) -> PathBuf {
    paths::target().join("test-logs").join(format!("{name}.log"))
}
