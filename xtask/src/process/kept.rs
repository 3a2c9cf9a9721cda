//! Processes that are kept running beside us.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::groups::{ALIVE, STOP_DEADLINE, STOPPING, Signal, locked, own_group, signal_group};
use super::{for_each_line, show};

/// How long output may still come after a process has ended, from a grandchild that left its group.
const OUTPUT_DEADLINE: Duration = Duration::from_secs(5);

/// How many lines are kept for `wait_for_line` while nobody reads them.
const UNREAD_LINES: usize = 4096;

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
        let mut alive = locked(&ALIVE);
        ensure!(!STOPPING.load(Ordering::Relaxed), "{name} is not started, since we were interrupted");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name} (`{}`)", show(command)))?;
        alive.insert(child.id());
        drop(alive);
        // Bounded, since most processes are kept without anybody reading: then lines are dropped here (`on_line` has had
        // them), and the process never blocks.
        let (sender, lines) = mpsc::sync_channel(UNREAD_LINES);
        let streams: [Option<Box<dyn Read + Send>>; 2] =
            [child.stdout.take().map(|s| Box::new(s) as _), child.stderr.take().map(|s| Box::new(s) as _)];
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
        Ok(Self { name: name.to_owned(), child, lines })
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the process prints a line for which `pick` gives something.
    pub(crate) fn wait_for_line<T>(&mut self, limit: Duration, mut pick: impl FnMut(&str) -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + limit;
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(found) = pick(&line) {
                        return Ok(found);
                    }
                    seen.push(line);
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!("{} said nothing useful within {limit:?}:\n{}", self.name, seen.join("\n"))
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait()?;
                    bail!("{} ended ({status}) before it was ready:\n{}", self.name, seen.join("\n"))
                }
            }
        }
    }

    /// An error if it has ended.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                let lines: Vec<String> = self.lines.try_iter().collect();
                let last = &lines[lines.len().saturating_sub(20)..];
                bail!("{} ended unexpectedly ({status}):\n{}", self.name, last.join("\n"))
            }
        }
    }

    /// Waits until something listens on the port; an error if the process ends before, or after `limit`.
    pub(crate) fn wait_for_port(&mut self, port: u16, limit: Duration) -> Result<()> {
        let deadline = Instant::now() + limit;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            self.still_runs()?;
            if Instant::now() > deadline {
                bail!("{} does not listen on port {port} after {limit:?}", self.name);
            }
            // A refused connection returns at once; this only keeps the attempts from taking a whole core.
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Waits until it ends by itself, and until all that it printed has gone to `on_line`; an error if it has not ended
    /// within `limit`.
    pub(crate) fn wait_with_output(&mut self, limit: Duration) -> Result<ExitStatus> {
        let deadline = Instant::now() + limit;
        // The readers hang up at the end of the output; until then the lines are drained, to notice just that.
        let mut ended = None;
        loop {
            if ended.is_none() {
                ended = self.child.try_wait()?.map(|status| (status, Instant::now() + OUTPUT_DEADLINE));
                if ended.is_some() {
                    // Children that outlived it would hold the output open.
                    signal_group(self.child.id(), Signal::Kill);
                } else if Instant::now() > deadline {
                    bail!("{} did not end within {limit:?}", self.name);
                }
            }
            match self.lines.recv_timeout(Duration::from_millis(50)) {
                Err(RecvTimeoutError::Disconnected) if ended.is_some() => break,
                // It has closed its output and goes on without.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(20)),
                Err(RecvTimeoutError::Timeout) if ended.is_some_and(|(_, until)| Instant::now() > until) => {
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
        locked(&ALIVE).remove(&group);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use super::Kept;

    const LONG: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn all_that_was_printed_is_seen() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let on_line = move |line: &str| sink.lock().unwrap().push(line.to_owned());
        let script = "i=0; while [ $i -lt 5000 ]; do echo $i; i=$((i+1)); done; exit 3";
        let mut kept = Kept::start("it", &mut shell(script), on_line).unwrap();
        assert_eq!(kept.wait_with_output(LONG).unwrap().code(), Some(3));
        let expected: Vec<String> = (0..5000).map(|i| i.to_string()).collect();
        assert_eq!(*seen.lock().unwrap(), expected);
    }

    #[test]
    fn one_that_never_ends_is_an_error() {
        let mut kept = Kept::start("it", &mut shell("echo on and on; sleep 600"), |_: &str| {}).unwrap();
        let error = kept.wait_with_output(Duration::from_millis(100)).unwrap_err();
        assert!(error.to_string().contains("did not end"), "{error:#}");
    }

    #[test]
    fn dropping_stops_it_and_its_children() {
        let script = "sleep 600 & echo $!; wait";
        let mut kept = Kept::start("it", &mut shell(script), |_: &str| {}).unwrap();
        let grandchild: i32 = kept.wait_for_line(LONG, |line| line.parse().ok()).unwrap();
        drop(kept);
        let pid = rustix::process::Pid::from_raw(grandchild).unwrap();
        // A killed process dies soon, not at once, and may then stay as a zombie until init has reaped it.
        let runs = || {
            let state = std::fs::read_to_string(format!("/proc/{grandchild}/stat")).unwrap_or_default();
            rustix::process::test_kill_process(pid).is_ok() && !state.contains(") Z ")
        };
        let deadline = Instant::now() + LONG;
        while runs() {
            assert!(Instant::now() < deadline, "process {grandchild} still runs");
            std::thread::yield_now();
        }
    }

    #[test]
    fn one_that_ends_before_it_is_ready_is_an_error_with_its_output() {
        let mut kept = Kept::start("it", &mut shell("echo no luck; exit 7"), |_: &str| {}).unwrap();
        let error = kept.wait_for_line(LONG, |line| line.strip_prefix("ready").map(drop)).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("no luck") && error.contains('7'), "{error}");
    }

    #[test]
    fn a_port_that_never_opens_is_an_error() {
        let [port] = crate::peers::ports::free().unwrap();
        let mut kept = Kept::start("it", &mut shell("exit 0"), |_: &str| {}).unwrap();
        assert!(kept.wait_for_port(port, LONG).is_err());
    }
}
