//! One SockJS session without network and clock.

use std::time::Duration;

use tokio::time::Instant;

use super::frame::Farewell;

/// As good as for ever.
pub(super) const LONG: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A session over any transport but WebSocket: many requests, of which one at a time receives.
///
/// ```text
///            attach           close, or a receiver broke off
/// [Fresh] ----------> [Open] --------------------------------> [Closed]
///                       |                                         |
///                       +---- nobody received for a while --------+---> over
/// ```
///
/// A closed session stays for a while: "Until the timeout occurs, the server must constantly serve the close message."
#[derive(Debug)]
pub(super) struct State {
    phase: Phase,
    receiving: bool,
    /// When the session is over, if nobody begins to receive before.
    deadline: Option<Instant>,
    disconnect_delay: Duration,
}

#[derive(Debug)]
enum Phase {
    Fresh,
    Open,
    Closed(Farewell),
}

/// What a request that wants to receive is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attached {
    /// It receives, from now until [`State::detach`]. If it is the first one, it has the open frame to send.
    Receiver { first: bool },
    /// It gets only this.
    Refused(Farewell),
}

/// How a request that received came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parting {
    /// The response is complete.
    Complete,
    /// The client went away.
    BrokenOff,
}

impl State {
    pub(super) fn new(disconnect_delay: Duration) -> Self {
        // No time lies further ahead than a clock can say.
        Self { phase: Phase::Fresh, receiving: false, deadline: None, disconnect_delay: disconnect_delay.min(LONG) }
    }

    /// A request wants to receive.
    pub(super) fn attach(&mut self) -> Attached {
        // "When server is closing session, it should unlink current request. That means, if a new request appears, it
        // should receive an application close message rather than "Another connection still open" message."
        if let Phase::Closed(farewell) = &self.phase {
            return Attached::Refused(farewell.clone());
        }
        // "The server must not allow two receiving connections to wait on a single session. In such case the server must
        // send a close frame to the new connection."
        if self.receiving {
            return Attached::Refused(Farewell::ANOTHER);
        }
        let first = matches!(self.phase, Phase::Fresh);
        self.phase = Phase::Open;
        self.receiving = true;
        self.deadline = None;
        Attached::Receiver { first }
    }

    /// The request that received has come to its end.
    pub(super) fn detach(&mut self, now: Instant, parting: Parting) {
        self.receiving = false;
        self.deadline = Some(now + self.disconnect_delay);
        // "When a polling request is closed by a network error - not by server, the session should be automatically
        // closed. [...] Some messages may have been lost"
        if parting == Parting::BrokenOff {
            self.close(now, Farewell::INTERRUPTED);
        }
    }

    /// The session is to be closed. The first reason stays.
    pub(super) fn close(&mut self, now: Instant, farewell: Farewell) {
        if !matches!(self.phase, Phase::Closed(_)) {
            self.phase = Phase::Closed(farewell);
            if !self.receiving {
                self.deadline = Some(now + self.disconnect_delay);
            }
        }
    }

    /// Why the session is closed, if it is.
    pub(super) const fn farewell(&self) -> Option<&Farewell> {
        match &self.phase {
            Phase::Closed(farewell) => Some(farewell),
            Phase::Fresh | Phase::Open => None,
        }
    }

    /// When to ask [`is_over`](Self::is_over) again.
    pub(super) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether the session is to be forgotten: "The session must time out after 5 seconds of not having a receiving
    /// connection."
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.deadline.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_secs(5);

    fn begun() -> (State, Instant) {
        let mut state = State::new(DELAY);
        assert_eq!(state.attach(), Attached::Receiver { first: true });
        (state, Instant::now())
    }

    #[test]
    fn one_request_receives_at_a_time_and_only_the_first_opens() {
        let (mut state, now) = begun();
        assert_eq!(state.attach(), Attached::Refused(Farewell::ANOTHER));
        state.detach(now, Parting::Complete);
        assert_eq!(state.attach(), Attached::Receiver { first: false });
    }

    #[test]
    fn it_is_over_when_nobody_received_for_a_while() {
        let (mut state, now) = begun();
        assert!(state.deadline().is_none() && !state.is_over(now + DELAY * 100));
        state.detach(now, Parting::Complete);
        assert!(!state.is_over(now + DELAY - Duration::from_millis(1)));
        assert!(state.is_over(now + DELAY));
        let _ = state.attach();
        assert!(!state.is_over(now + DELAY));
    }

    #[test]
    fn a_closed_session_says_why_until_it_is_over() {
        let (mut state, now) = begun();
        let away = Farewell::new(3000, "Go away!");
        state.close(now, away.clone());
        // Even while the request that was told first is still there.
        assert_eq!(state.attach(), Attached::Refused(away.clone()));
        assert!(state.deadline().is_none());
        state.detach(now, Parting::BrokenOff);
        assert_eq!(state.attach(), Attached::Refused(away));
        assert!(state.is_over(now + DELAY));
    }

    #[test]
    fn a_request_that_breaks_off_closes_the_session() {
        let (mut state, now) = begun();
        state.detach(now, Parting::BrokenOff);
        assert_eq!(state.attach(), Attached::Refused(Farewell::INTERRUPTED));
        assert!(state.is_over(now + DELAY));
    }
}
