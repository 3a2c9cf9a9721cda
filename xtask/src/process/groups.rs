//! What must not outlive us: process groups and folders, kept in a list for the case that xtask is interrupted.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How long a process may take to stop when it is asked to, before it is killed.
pub(super) const STOP_DEADLINE: Duration = Duration::from_secs(10);

/// The process groups that are alive, for `stop_children_on_interrupt`.
pub(super) static ALIVE: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Whether we are on the way out, so that nothing may be started any more: a part of the tests whose processes are being
/// stopped fails, and the next part would start its own after we have looked. Set and read while `ALIVE` is held.
pub(super) static STOPPING: AtomicBool = AtomicBool::new(false);

/// The folders to remove at the end, for `stop_children_on_interrupt`.
pub(super) static DIRS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// On Ctrl-C and SIGTERM every process that is still kept is stopped and every `TempDir` removed, then xtask ends with
/// 130 as shells do.
pub(crate) fn stop_children_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        let groups: Vec<u32> = {
            let alive = locked(&ALIVE);
            STOPPING.store(true, Ordering::Relaxed);
            alive.iter().copied().collect()
        };
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
        for dir in locked(&DIRS).iter() {
            let _ = fs::remove_dir_all(dir);
        }
        std::process::exit(130);
    })
    .context("cannot watch for Ctrl-C")
}

/// Called at the end of the program: once interrupted, `stop_children_on_interrupt` ends it when everything is stopped.
pub(crate) fn wait_if_interrupted() {
    while STOPPING.load(Ordering::Relaxed) {
        thread::park();
    }
}

#[derive(Clone, Copy)]
pub(super) enum Signal {
    Terminate,
    Kill,
}

/// Puts the command, once started, into a process group of its own, so that it can be stopped with its children.
pub(super) fn own_group(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = command;
}

pub(super) fn signal_group(group: u32, signal: Signal) {
    #[cfg(unix)]
    if let Some(pid) = i32::try_from(group).ok().and_then(rustix::process::Pid::from_raw) {
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
        i32::try_from(group).ok().and_then(Pid::from_raw).is_some_and(|pid| {
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

/// The list, also after a thread that held it has panicked: it still says what is to be stopped.
pub(super) fn locked<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
