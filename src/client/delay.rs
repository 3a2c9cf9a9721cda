//! How long to wait before the next attempt to connect.

use super::ClientConfig;

/// The delay before the next attempt, in milliseconds; without one there is no next attempt.
#[derive(Debug)]
pub(super) struct ReconnectDelay(u64);

impl ReconnectDelay {
    pub(super) const fn new() -> Self {
        Self(0)
    }

    /// Begins anew: the client was activated, or a broker has answered.
    pub(super) const fn reset(&mut self, config: &ClientConfig) {
        self.0 = config.reconnect_delay;
    }

    /// The delay, if there is to be another attempt.
    pub(super) fn next(&self) -> Option<u64> {
        (self.0 > 0).then_some(self.0)
    }

    /// Another attempt begins: the one after it waits longer, if that is wanted.
    pub(super) fn grow(&mut self, config: &ClientConfig) {
        if config.exponential {
            self.0 = self.0.saturating_mul(2);
            if config.max_reconnect_delay > 0 {
                self.0 = self.0.min(config.max_reconnect_delay);
            }
        }
    }
}
