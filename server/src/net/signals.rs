//! The word to stop, for all tasks of a server.

use tokio::sync::watch;

/// Said once, heard by everybody.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown(watch::Sender<bool>);

impl Shutdown {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    pub(crate) fn say(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is said; at once if it was.
    pub(crate) async fn said(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(|said| *said).await;
    }
}
