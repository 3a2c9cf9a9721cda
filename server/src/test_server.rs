//! A server for tests.

use std::fmt::Write;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use stomp_wasm::frame::{Command, Frame};

use crate::{Direction, Entry, RunningServer, Server, StartError};

/// How long a frame may take that is expected.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server on a free port of this machine, gone when it is dropped, that remembers what clients sent.
///
/// ```no_run
/// # async fn test() -> Result<(), Box<dyn std::error::Error>> {
/// use stomp_wasm::frame::Command;
/// let server = stomp_server::TestServer::start().await?;
/// // Point the client under test at server.ws_url(), then:
/// let frame = server.expect_frame(Command::Subscribe).await?;
/// assert_eq!(frame.header("destination"), Some("/topic/prices.*"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct TestServer {
    running: RunningServer,
    /// How much of the transcript was expected already.
    seen: AtomicUsize,
}

/// A frame that was expected did not come. The text holds what came instead.
#[derive(Clone, Debug, thiserror::Error)]
#[error("no {command} frame came within {} s; this went over the wire:\n{wire}", PATIENCE.as_secs())]
pub struct ExpectError {
    /// What was expected.
    pub command: Command,
    /// The transcript: see [`TestServer::wire`].
    pub wire: String,
}

impl TestServer {
    /// Starts a server with the default settings, which remembers what goes over the wire.
    ///
    /// # Errors
    /// If this machine has no free port.
    pub async fn start() -> Result<Self, StartError> {
        Self::with(Server::builder().record(true)).await
    }

    /// Starts a server that was set up. It remembers frames only if [`Server::record`] says so.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn with(server: Server) -> Result<Self, StartError> {
        Ok(Self { running: server.start().await?, seen: AtomicUsize::new(0) })
    }

    /// Waits for the next frame of this command from any client. The next call goes on after it: frames in between are
    /// passed over.
    ///
    /// # Errors
    /// If none comes within ten seconds.
    pub async fn expect_frame(&self, command: Command) -> Result<Frame, ExpectError> {
        let search = async {
            loop {
                let seen = self.seen.load(Ordering::Acquire);
                self.running.hub().more_transcript(seen).await;
                for (at, entry) in self.running.hub().transcript(seen).into_iter().enumerate() {
                    self.seen.store(seen + at + 1, Ordering::Release);
                    if entry.direction == Direction::Received && entry.frame.command == command {
                        return entry.frame;
                    }
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, search).await;
        found.map_err(|_| ExpectError { command: command.clone(), wire: self.wire() })
    }

    /// All frames that went over the wire so far, in both directions.
    #[must_use]
    pub fn transcript(&self) -> Vec<Entry> {
        self.running.hub().transcript(0)
    }

    /// The frames that clients sent so far.
    #[must_use]
    pub fn received(&self) -> Vec<Frame> {
        let received = self.transcript().into_iter().filter(|entry| entry.direction == Direction::Received);
        received.map(|entry| entry.frame).collect()
    }

    /// The transcript as text: the time in ms, the connection, `>` for frames of clients and `<` for those of the
    /// server. Secrets are not shown.
    #[must_use]
    pub fn wire(&self) -> String {
        let mut out = String::new();
        for Entry { at, conn, direction, frame } in self.transcript() {
            let arrow = if direction == Direction::Received { '>' } else { '<' };
            let body = String::from_utf8_lossy(&frame.body);
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{at:>6} {conn} {arrow} {} {:?} {body:?}", frame.command, frame.headers);
        }
        out
    }

    /// Stops as [`RunningServer::shutdown`].
    pub async fn shutdown(self) {
        self.running.shutdown().await;
    }
}

impl Deref for TestServer {
    type Target = RunningServer;

    fn deref(&self) -> &RunningServer {
        &self.running
    }
}
