//! Heart-beats in both directions.

use super::{HeartbeatConfig, Time, Violation};
use crate::frame::{cut, trim_spaces};

/// The heart-beats that were agreed, and when data last went each way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heartbeat {
    /// Data must go out at least this often, in ms; 0 for never.
    send_every: u64,
    /// Data must come in at least this often, in ms; 0 for never.
    expect_every: u64,
    tolerance: f64,
    sent: Time,
    received: Time,
    /// Whether the clock need not be read for what comes: it was a moment ago. See [`hear`](Heartbeat::hear).
    fresh: bool,
    /// Whether something has come while it was so.
    heard: bool,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Send,
    Lost,
}

impl Heartbeat {
    pub(super) const fn none(now: Time) -> Self {
        Self { send_every: 0, expect_every: 0, tolerance: 2.0, sent: now, received: now, fresh: false, heard: false }
    }

    /// Agrees with the broker's header.
    ///
    /// "if `<cx>` is 0 (the client cannot send heart-beats) or `<sy>` is 0 (the server does not want to receive
    /// heart-beats) then there will be none; otherwise, there will be heart-beats every MAX(`<cx>`,`<sy>`)
    /// milliseconds" (STOMP 1.2, Heart-beating)
    pub(super) fn agree(&mut self, own: HeartbeatConfig, header: Option<&str>) -> Result<(), Violation> {
        // "A missing `heart-beat` header MUST be treated the same way as a "heart-beat:0,0" header".
        let (can, wants) = match header {
            Some(header) => parse(header).ok_or(Violation::InvalidHeartbeat)?,
            None => (0, 0),
        };
        let agreed = |one: u64, other: u64| if one == 0 || other == 0 { 0 } else { one.max(other) };
        self.send_every = agreed(own.outgoing, wants);
        self.expect_every = agreed(own.incoming, can);
        // Less than the interval itself, or not a number, would make every connection a dead one.
        self.tolerance = if own.tolerance >= 1.0 { own.tolerance } else { 1.0 };
        Ok(())
    }

    pub(super) const fn sent(&mut self, now: Time) {
        self.sent = now;
    }

    pub(super) const fn received(&mut self, now: Time) {
        self.received = now;
        self.heard = false;
    }

    /// Something came. Answers whether to read the clock for it and say so to [`received`](Self::received): reading it
    /// costs as much as a small message. Within an eighth of the interval it is not read again, and what came then
    /// counts as having come at its end.
    pub(super) const fn hear(&mut self) -> bool {
        if self.expect_every == 0 {
            return false;
        }
        self.heard = self.fresh;
        self.fresh = true;
        !self.heard
    }

    fn fresh_until(&self) -> Time {
        self.received.after(self.expect_every / 8)
    }

    /// When to look again.
    pub(super) fn next(&self) -> Option<Time> {
        let send = (self.send_every > 0).then(|| self.send_at());
        let lost = (self.expect_every > 0).then(|| if self.fresh { self.fresh_until() } else { self.lost_at() });
        send.into_iter().chain(lost).min()
    }

    /// "the sender MUST send new data over the network connection at least every `<n>` milliseconds": a little
    /// earlier, since timers are late and the network takes its time.
    fn send_at(&self) -> Time {
        self.sent.after(self.send_every - margin(self.send_every))
    }

    /// "because of timing inaccuracies, the receiver SHOULD be tolerant and take into account an error margin". The factor
    /// alone is none where the broker's silence is twice the interval by design: ActiveMQ looks once per interval whether
    /// it has sent something since it last looked.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    fn lost_at(&self) -> Time {
        self.received.after((self.expect_every as f64 * self.tolerance) as u64 + margin(self.expect_every))
    }

    pub(super) fn due(&mut self, now: Time) -> Due {
        if self.fresh && now >= self.fresh_until() {
            self.fresh = self.heard;
            if self.heard {
                self.received = now;
                self.heard = false;
            }
        }
        if self.expect_every > 0 && now >= self.lost_at() {
            // Much too late: the machine slept, and so did the clock of this program, not the broker. What came
            // meanwhile is still to be read; only if nothing is there after one more interval is the connection dead.
            if now.since(self.lost_at()) > self.expect_every {
                let window = self.lost_at().since(self.received);
                self.received = Time(now.0.saturating_sub(window - self.expect_every));
            } else {
                return Due::Lost;
            }
        }
        if self.send_every > 0 && now >= self.send_at() { Due::Send } else { Due::Nothing }
    }
}

/// How late a timer and the network may be.
fn margin(interval: u64) -> u64 {
    (interval / 10).min(1_000)
}

/// "When used, the `heart-beat` header MUST contain two positive integers separated by a comma." A space beside the
/// comma is passed over.
fn parse(header: &str) -> Option<(u64, u64)> {
    let (first, second) = cut(header, b',')?;
    Some((number(first)?, number(second)?))
}

/// Digits and nothing else. What is too large to count is never.
fn number(text: &str) -> Option<u64> {
    let text = trim_spaces(text);
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = text.bytes().try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    // Far in the future, and exact as a float.
    Some(value.unwrap_or(u64::MAX).min(1 << 52))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn agreed(own: (u64, u64), header: Option<&str>) -> Heartbeat {
        let mut heartbeat = Heartbeat::none(Time(0));
        let own = HeartbeatConfig { outgoing: own.0, incoming: own.1, tolerance: 2.0 };
        heartbeat.agree(own, header).unwrap();
        heartbeat
    }

    #[test]
    fn the_longer_interval_of_both_sides_holds() {
        let heartbeat = agreed((1_000, 2_000), Some("5000,500"));
        assert_eq!((heartbeat.send_every, heartbeat.expect_every), (1_000, 5_000));
        for header in [None, Some("0,0")] {
            assert_eq!(agreed((1_000, 1_000), header).next(), None);
        }
        assert_eq!(agreed((0, 0), Some("1000,1000")).next(), None);
    }

    #[test]
    fn what_is_not_two_numbers_is_a_violation() {
        for header in ["abc,0", "1000", "", ",", "-1,0", "1.5,0", "1,2,3"] {
            let mut heartbeat = Heartbeat::none(Time(0));
            let result = heartbeat.agree(HeartbeatConfig::default(), Some(header));
            assert_eq!(result, Err(Violation::InvalidHeartbeat), "{header:?}");
        }
    }

    #[test]
    fn a_huge_interval_does_not_flood() {
        let mut heartbeat = agreed((10_000, 10_000), Some("0,99999999999999999999999999"));
        assert_eq!(heartbeat.due(Time(1 << 40)), Due::Nothing);
        assert!(heartbeat.next().unwrap() > Time(1 << 51));
    }

    #[test]
    fn the_clock_is_read_once_for_many_messages() {
        let mut heartbeat = agreed((0, 8_000), Some("8000,0"));
        assert!(heartbeat.hear());
        heartbeat.received(Time(100));
        assert!(!heartbeat.hear());
        assert_eq!(heartbeat.next(), Some(Time(1_100)));
        // What came meanwhile counts as having come now; and so on.
        assert_eq!(heartbeat.due(Time(1_100)), Due::Nothing);
        assert!(!heartbeat.hear());
        assert_eq!(heartbeat.due(Time(2_100)), Due::Nothing);
        assert_eq!(heartbeat.next(), Some(Time(3_100)));
        // Nothing came: the next one has its time read, and the deadline is as it always was.
        assert_eq!(heartbeat.due(Time(3_100)), Due::Nothing);
        assert_eq!(heartbeat.next(), Some(Time(18_900)));
        assert_eq!(heartbeat.due(Time(18_899)), Due::Nothing);
        assert_eq!(heartbeat.due(Time(18_900)), Due::Lost);
        assert!(heartbeat.hear());
        assert!(!agreed((8_000, 0), Some("0,8000")).hear(), "nobody waits for it");
    }

    #[test]
    fn after_a_sleep_the_connection_gets_another_interval() {
        let mut heartbeat = agreed((0, 10_000), Some("10000,0"));
        assert_eq!(heartbeat.due(Time(8 * 3_600_000)), Due::Nothing);
        assert_eq!(heartbeat.due(Time(8 * 3_600_000 + 9_999)), Due::Nothing);
        assert_eq!(heartbeat.due(Time(8 * 3_600_000 + 10_000)), Due::Lost);
    }
}
