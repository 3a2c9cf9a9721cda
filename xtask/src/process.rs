//! Child processes: run to their end, or kept as a guard that stops them, with their children, when dropped.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::paths;

/// How long a process may take to stop when it is asked to, before it is killed.
const STOP_DEADLINE: Duration = Duration::from_secs(10);

/// How long output may still come after a process has ended, from a grandchild that left its group.
const OUTPUT_DEADLINE: Duration = Duration::from_secs(5);

/// How many lines are kept for `wait_for_line` while nobody reads them.
const UNREAD_LINES: usize = 4096;

/// The process groups that are alive, for `stop_children_on_interrupt`.
static ALIVE: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// The folders to remove at the end, for `stop_children_on_interrupt`.
static DIRS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// On Ctrl-C and SIGTERM every process that is still kept is stopped and every `TempDir` removed, then xtask ends with
/// 130 as shells do.
pub(crate) fn stop_children_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        let groups: Vec<u32> = ALIVE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .copied()
            .collect();
        for &group in &groups {
            signal_group(group, Signal::Terminate);
        }
        let deadline = Instant::now() + STOP_DEADLINE;
        while groups.iter().any(|&group| group_lives(group)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        for &group in &groups {
            signal_group(group, Signal::Kill);
        }
        for dir in DIRS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = fs::remove_dir_all(dir);
        }
        std::process::exit(130);
    })
    .context("cannot watch for Ctrl-C")
}

/// How a command is written in messages: the program's name and its arguments.
pub(crate) fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// Runs a command to its end with its output on ours; an error if it does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{}`", show(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", show(command));
    }
    Ok(())
}

/// Runs a command to its end, quietly; what it printed is shown only if it fails.
pub(crate) fn run_quiet(command: &mut Command) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", show(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({})\n{}{}",
            show(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// What a command printed on its standard output, trimmed; `None` if it cannot be started or fails.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A process in a group of its own, with its children. Dropping it stops them all: first asked (SIGTERM), then, after
/// ten seconds, killed.
#[must_use = "dropping it stops the process"]
pub(crate) struct Kept {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Kept {
    /// Starts the command. Its output, line by line, goes to `on_line` from another thread and is there for
    /// `wait_for_line`.
    pub(crate) fn start(
        name: &str,
        command: &mut Command,
        on_line: impl FnMut(&str) + Send + Clone + 'static,
    ) -> Result<Self> {
        own_group(command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name} (`{}`)", show(command)))?;
        ALIVE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(child.id());
        // Bounded, since most processes are kept without anybody reading: then lines are dropped here (`on_line` has had
        // them), and the process never blocks.
        let (sender, lines) = mpsc::sync_channel(UNREAD_LINES);
        let streams: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|s| Box::new(s) as _),
            child.stderr.take().map(|s| Box::new(s) as _),
        ];
        for stream in streams.into_iter().flatten() {
            let sender = sender.clone();
            let mut on_line = on_line.clone();
            thread::spawn(move || {
                for_each_line(stream, |line| {
                    on_line(line);
                    let _ = sender.try_send(line.to_owned());
                });
            });
        }
        Ok(Self {
            name: name.to_owned(),
            child,
            lines,
        })
    }

    /// Waits until the process prints a line for which `pick` gives something.
    pub(crate) fn wait_for_line<T>(
        &mut self,
        limit: Duration,
        mut pick: impl FnMut(&str) -> Option<T>,
    ) -> Result<T> {
        let deadline = Instant::now() + limit;
        let mut seen = Vec::new();
        loop {
            match self
                .lines
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    if let Some(found) = pick(&line) {
                        return Ok(found);
                    }
                    seen.push(line);
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!(
                        "{} said nothing useful within {limit:?}:\n{}",
                        self.name,
                        seen.join("\n")
                    )
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait()?;
                    bail!(
                        "{} ended ({status}) before it was ready:\n{}",
                        self.name,
                        seen.join("\n")
                    )
                }
            }
        }
    }

    /// An error if it has ended.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended unexpectedly ({status})", self.name),
        }
    }

    /// Waits until something listens on the port; an error if the process ends before, or after `limit`.
    pub(crate) fn wait_for_port(&mut self, port: u16, limit: Duration) -> Result<()> {
        let deadline = Instant::now() + limit;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            self.still_runs()?;
            if Instant::now() > deadline {
                bail!(
                    "{} does not listen on port {port} after {limit:?}",
                    self.name
                );
            }
            // A refused connection returns at once; this only keeps the attempts from taking a whole core.
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Waits until it ends by itself, and until all that it printed has gone to `on_line`.
    pub(crate) fn wait_with_output(&mut self) -> Result<ExitStatus> {
        // The readers hang up at the end of the output; until then the lines are drained, to notice just that.
        let mut ended = None;
        loop {
            if ended.is_none() {
                ended = self
                    .child
                    .try_wait()?
                    .map(|status| (status, Instant::now() + OUTPUT_DEADLINE));
                if ended.is_some() {
                    // Children that outlived it would hold the output open.
                    signal_group(self.child.id(), Signal::Kill);
                }
            }
            match self.lines.recv_timeout(Duration::from_millis(50)) {
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout)
                    if ended.is_some_and(|(_, until)| Instant::now() > until) =>
                {
                    break;
                }
                _ => {}
            }
        }
        Ok(self.child.wait()?)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let group = self.child.id();
        if matches!(self.child.try_wait(), Ok(None)) {
            signal_group(group, Signal::Terminate);
            let deadline = Instant::now() + STOP_DEADLINE;
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
                thread::sleep(Duration::from_millis(20));
            }
        }
        // What the process left behind in its group goes too; without process groups at least the process itself.
        signal_group(group, Signal::Kill);
        let _ = self.child.kill();
        let _ = self.child.wait();
        ALIVE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&group);
    }
}

/// A new folder for the files of one process, under `target/`; dropping it removes it.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new(name: &str) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = paths::target().join(format!("{name}-{}-{count}", std::process::id()));
        fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        DIRS.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(dir.clone());
        Ok(Self(dir))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into it and gives its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let file = self.0.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("warning: cannot remove {}: {error}", self.0.display());
        }
        DIRS.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.0);
    }
}

/// Calls `each` with every line of `stream`, whatever its encoding.
pub(crate) fn for_each_line(stream: impl Read, mut each: impl FnMut(&str)) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
        each(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
}

enum Signal {
    Terminate,
    Kill,
}

/// Puts the command, once started, into a process group of its own, so that it can be stopped with its children.
pub(crate) fn own_group(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = command;
}

fn signal_group(group: u32, signal: Signal) {
    #[cfg(unix)]
    if let Some(pid) = i32::try_from(group)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let signal = match signal {
            Signal::Terminate => rustix::process::Signal::TERM,
            Signal::Kill => rustix::process::Signal::KILL,
        };
        // The group may have ended meanwhile; that is what we want anyway.
        let _ = rustix::process::kill_process_group(pid, signal);
    }
    #[cfg(not(unix))]
    let _ = (group, signal);
}

/// Whether anything of the group still runs. Only for the way out: it reaps the group's leader.
fn group_lives(group: u32) -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, WaitOptions, test_kill_process_group, waitpid};
        i32::try_from(group)
            .ok()
            .and_then(Pid::from_raw)
            .is_some_and(|pid| {
                // A leader that has ended but was not waited for would count as alive.
                let _ = waitpid(Some(pid), WaitOptions::NOHANG);
                test_kill_process_group(pid).is_ok()
            })
    }
    #[cfg(not(unix))]
    {
        let _ = group;
        false
    }
}
