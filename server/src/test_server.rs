//! A server for tests.

use std::ops::Deref;

use crate::{RunningServer, Server, StartError};

/// A server on a free port of this machine, gone when it is dropped.
///
/// ```no_run
/// # async fn test() -> Result<(), stomp_server::StartError> {
/// let server = stomp_server::TestServer::start().await?;
/// // Point the client under test at server.ws_url().
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct TestServer {
    running: RunningServer,
}

impl TestServer {
    /// Starts a server with the default settings.
    ///
    /// # Errors
    /// If this machine has no free port.
    pub async fn start() -> Result<Self, StartError> {
        Self::with(Server::builder()).await
    }

    /// Starts a server that was set up.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn with(server: Server) -> Result<Self, StartError> {
        Ok(Self { running: server.start().await? })
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
