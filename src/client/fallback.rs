//! Which of several transports an attempt to connect takes.

use super::{Client, ClientConfig};
use crate::session::Time;

/// Chooses the transport, and remembers which one worked.
///
/// A round begins with the transport that worked last, at first with number 0, which is the preferred one. While one
/// after another fails, the next is tried at once; after the last one the reconnect delay comes, and another round.
#[derive(Debug)]
pub(super) struct Fallback {
    /// The transport of the current attempt.
    current: usize,
    /// Whether the next attempt goes on with the round.
    in_round: bool,
    /// The transport of the last connection.
    worked: usize,
    /// When the preferred transport last failed.
    failed_at: Time,
}

impl Fallback {
    pub(super) const fn new() -> Self {
        Self { current: 0, in_round: false, worked: 0, failed_at: Time(0) }
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, now: Time, config: &ClientConfig) {
        if !self.in_round {
            let again = now >= self.failed_at.after(config.prefer_after);
            self.current = if again { 0 } else { self.worked };
        }
        self.in_round = false;
        self.current = self.current.min(last(config));
    }

    /// The client is activated: a round begins.
    pub(super) const fn restart(&mut self) {
        self.in_round = false;
    }

    /// How long the attempt may take, in ms; 0 for as long as it wants.
    pub(super) fn timeout(&self, config: &ClientConfig) -> u64 {
        let all = config.connection_timeout;
        match config.fallback_timeout {
            own if own > 0 && (all == 0 || own < all) && self.has_next(config) => own,
            _ => all,
        }
    }

    /// Whether another transport comes at once if the current one fails.
    pub(super) fn has_next(&self, config: &ClientConfig) -> bool {
        self.current < last(config)
    }

    /// The attempt did not lead to a connection. Answers whether another transport comes at once.
    pub(super) fn failed(&mut self, now: Time, config: &ClientConfig) -> bool {
        if self.current == 0 {
            self.failed_at = now;
        }
        self.in_round = self.has_next(config);
        if self.in_round {
            self.current += 1;
        } else {
            // What worked does so no longer: the next round tries all.
            self.worked = 0;
        }
        self.in_round
    }

    pub(super) const fn connected(&mut self) {
        self.worked = self.current;
    }
}

impl Client {
    /// The number of the transport that [`Action::Open`](super::Action::Open) is to open, below
    /// [`ClientConfig::transports`].
    #[must_use]
    pub const fn transport(&self) -> usize {
        self.fallback.current
    }

    /// Takes over what an earlier client learned: the number of the transport that worked last, and when the preferred
    /// one failed. For a client that is inactive.
    pub const fn remember(&mut self, transport: usize, preferred_failed: Time) {
        self.fallback.worked = transport;
        self.fallback.failed_at = preferred_failed;
    }
}

const fn last(config: &ClientConfig) -> usize {
    config.transports.saturating_sub(1)
}
