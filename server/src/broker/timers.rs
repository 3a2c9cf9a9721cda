//! What is to happen when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::close::{How, Violation};
use super::connection::Phase;
use super::{Broker, ConnId, Outgoing};

/// Why a connection is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// It should have sent `CONNECT` by now.
    Connect,
    /// It may be time to send a heart-beat.
    SendBeat,
    /// It may be time to give up waiting for one.
    ExpectBeat,
    /// It should have read everything by now.
    Drain,
    /// What was held back for it arrives.
    LateOut,
    /// What it sent and was held back arrives.
    LateIn,
}

/// At most one entry for each kind and connection: whoever is looked at too early is put back with its right time, so
/// that sending and receiving need not touch this.
#[derive(Debug, Default)]
pub(super) struct Timers(BinaryHeap<Reverse<(u64, ConnId, Timer)>>);

impl Timers {
    pub(super) fn set(&mut self, at: u64, id: ConnId, timer: Timer) {
        self.0.push(Reverse((at, id, timer)));
    }

    pub(super) fn next(&self) -> Option<u64> {
        self.0.peek().map(|Reverse((at, ..))| *at)
    }

    pub(super) fn pop(&mut self, now: u64) -> Option<(ConnId, Timer)> {
        if self.next()? > now {
            return None;
        }
        self.0.pop().map(|Reverse((_, id, timer))| (id, timer))
    }
}

impl Broker {
    pub(super) fn handle_timer(&mut self, now: u64, id: ConnId, timer: Timer) {
        let Some(conn) = self.conn(id) else { return };
        if conn.chaos.as_ref().is_some_and(|chaos| chaos.is_silent()) {
            // It is to look as if nobody were there any more, but the line.
            return;
        }
        match (timer, &conn.phase) {
            (Timer::LateOut, _) => self.outputs.push_back(id),
            (Timer::LateIn, _) => self.hear_late(now, id),
            (Timer::Connect, Phase::Connecting) => {
                let limit = self.settings.connect_timeout;
                let detail = format!("No CONNECT frame came within {limit} ms.");
                self.fail(now, id, Violation::refused("no CONNECT frame came", detail), None);
            }
            (Timer::SendBeat, Phase::Connected(session)) => {
                // "the sender MUST send new data over the network connection at least every <n> milliseconds; if the
                // sender has no real STOMP frame to send, it MUST send an end-of-line (EOL)" (STOMP 1.2, Heart-beating)
                let due = conn.last_sent.saturating_add(beat_interval(session.send_every));
                if now < due {
                    return self.timers.set(due, id, timer);
                }
                let next = now.saturating_add(beat_interval(session.send_every));
                // If something waits, the socket is full, and one more byte would not get through either.
                if conn.outbox.is_empty() {
                    self.push(id, Outgoing::text("\n"));
                }
                self.timers.set(next, id, timer);
            }
            (Timer::ExpectBeat, Phase::Connected(session)) => {
                // "because of timing inaccuracies, the receiver SHOULD be tolerant and take into account an error
                // margin": twice the time.
                let limit = session.expect_every.saturating_mul(2);
                let due = conn.last_received.saturating_add(limit);
                if now < due {
                    return self.timers.set(due, id, timer);
                }
                self.metrics.heart_beats_missed += 1;
                let detail = format!("Nothing came for {limit} ms, twice the heart-beat that was agreed.");
                self.fail(now, id, Violation::refused("no heart-beat came", detail), None);
            }
            (Timer::Drain, Phase::Closing(_)) => {
                // It does not read. Nobody waits for it for ever.
                self.cut(id, How::Cut);
            }
            _ => {}
        }
    }
}

/// A little less than what was agreed, so that a busy machine still keeps its word.
fn beat_interval(agreed: u64) -> u64 {
    (agreed - agreed / 10).max(1)
}
