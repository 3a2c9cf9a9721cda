//! Why a connection ends.

use std::borrow::Cow;

use super::connection::Phase;
use super::timers::Timer;
use super::{Broker, ConnId, Outgoing, frames};

/// Why and how the broker closes a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The close code of a WebSocket (RFC 6455, 7.4.1): 1000 after a `DISCONNECT`, 1001 when the server stops, 1002
    /// when the client broke the protocol, 1008 when it may not, or reads too slowly, 1009 when a frame was too big.
    pub code: u16,
    /// The reason in a few words.
    pub reason: Cow<'static, str>,
    /// How to go about it.
    pub how: How,
}

/// How a connection is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// What was taken is sent, then the transport's own farewell.
    #[default]
    Politely,
    /// At once, with no farewell, even in the middle of a write.
    Cut,
    /// The same, and so that the other side's system reports a reset connection.
    Reset,
}

impl Close {
    pub(super) const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason), how: How::Politely }
    }
}

/// A client did what it may not, or what the server cannot do. It gets an `ERROR` frame and is disconnected.
#[derive(Clone, Debug)]
pub(super) struct Violation {
    /// "The `ERROR` frame SHOULD contain a `message` header with a short description of the error" (STOMP 1.2, ERROR)
    pub(super) message: Cow<'static, str>,
    /// "and the body MAY contain more detailed information": the body.
    pub(super) detail: String,
    pub(super) code: u16,
    /// More headers of the `ERROR` frame.
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Violation {
    /// The client broke the protocol.
    pub(super) fn protocol(message: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { message: message.into(), detail: detail.into(), code: 1002, headers: Vec::new() }
    }

    /// The client may not do this, or went over a limit.
    pub(super) fn refused(message: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self { code: 1008, ..Self::protocol(message, detail) }
    }

    pub(super) fn missing_header(command: &str, name: &'static str) -> Self {
        Self::protocol(
            format!("{command} without a {name} header"),
            format!("A {command} frame must have the header '{name}'. Nothing was done."),
        )
    }
}

impl Broker {
    /// Closes a connection from the server's side once what waits for it is sent.
    pub fn close(&mut self, now: u64, id: ConnId, code: u16, reason: impl Into<Cow<'static, str>>) {
        self.begin_closing(now, id, Close { code, reason: reason.into(), how: How::Politely });
    }

    /// Closes all connections: the server stops. They get what waits for them, receipts above all.
    pub fn shut_down(&mut self, now: u64) {
        for id in self.connections() {
            self.close(now, id, 1001, "the server is stopping");
            if self.conn(id).and_then(|conn| conn.chaos.as_ref()).is_some_and(|chaos| chaos.is_silent()) {
                self.cut(id, How::Cut);
            }
        }
    }

    /// Ends all transports at once, with no farewell.
    pub fn cut_all(&mut self, now: u64) {
        for id in self.connections() {
            self.begin_closing(now, id, Close::new(1006, "the server is gone"));
            self.cut(id, How::Cut);
        }
    }

    /// Whether, and how, a connection's transport is to be cut even if it is busy sending.
    #[must_use]
    pub fn is_cut(&self, id: ConnId) -> Option<How> {
        match &self.conn(id)?.phase {
            Phase::Closing(close) if close.how != How::Politely => Some(close.how),
            _ => None,
        }
    }

    /// "The server MAY send `ERROR` frames if something goes wrong. In this case, it MUST then close the connection
    /// just after sending the `ERROR` frame." (STOMP 1.2, ERROR)
    pub(super) fn fail(&mut self, now: u64, id: ConnId, violation: Violation, receipt: Option<&str>) {
        let Some(conn) = self.conn(id) else { return };
        let version = conn.version();
        tracing::debug!(conn = %id, message = %violation.message, detail = %violation.detail, "sending ERROR");
        let frame = frames::error_frame(&violation, receipt, version);
        self.metrics.errors_sent += 1;
        self.release(now, id);
        self.push(id, Outgoing::bytes(frame));
        self.begin_closing(now, id, Close { code: violation.code, reason: violation.message, how: How::Politely });
    }

    /// Ends a closing connection's transport without waiting for what it has not sent.
    pub(super) fn cut(&mut self, id: ConnId, how: How) {
        if let Some(conn) = self.conn_mut(id) {
            conn.outbox.abandon();
            conn.chaos = None;
            conn.phase = Phase::Closing(Close { how, ..Close::new(1006, "the connection was cut") });
            self.outputs.push_back(id);
        }
    }

    pub(super) fn begin_closing(&mut self, now: u64, id: ConnId, close: Close) {
        self.release(now, id);
        let deadline = now.saturating_add(self.settings.drain_timeout);
        let Some(conn) = self.conn_mut(id).filter(|conn| !conn.is_closing()) else { return };
        conn.phase = Phase::Closing(close);
        // There may be nothing to send, but the transport is to come and hear that it is over.
        if !std::mem::replace(&mut conn.outbox.woken, true) {
            self.outputs.push_back(id);
        }
        self.timers.set(deadline, id, Timer::Drain);
    }
}
