//! Our own broker, as a process.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::paths;
use crate::process::Kept;

/// A running `stomp-server`; dropping it stops it.
pub(crate) struct Server {
    process: Kept,
    url: String,
}

impl Server {
    /// Starts the program on a port that the operating system chooses (`--port` among `args` overrides that) and waits
    /// until it has printed its address.
    pub(crate) fn start(
        program: &Path,
        args: &[&OsStr],
        log: impl FnMut(&str) + Send + Clone + 'static,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command.current_dir(paths::root()).arg("--print-url").args(args);
        if !args.contains(&OsStr::new("--port")) {
            command.args(["--port", "0"]);
        }
        let mut process = Kept::start("stomp-server", &mut command, log)?;
        let url = process.wait_for_line(Duration::from_secs(20), |line| {
            let line = line.trim();
            (line.starts_with("http://") && !line.contains(' ')).then(|| line.trim_end_matches('/').to_owned())
        })?;
        Ok(Self { process, url })
    }

    /// The address of its pages, without a slash at the end: `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The address of STOMP over WebSocket: `ws://127.0.0.1:PORT/ws`.
    pub(crate) fn ws_url(&self) -> String {
        format!("{}/ws", self.url.replacen("http", "ws", 1))
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// An error if it has ended.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        self.process.still_runs()
    }
}
