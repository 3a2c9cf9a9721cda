//! The state machine.

use std::collections::VecDeque;

use super::heartbeat::{Due, Heartbeat};
use super::plain::Plain;
use super::subscriptions::Subscription;
use super::table::Table;
use super::{CloseCode, Data, Event, SessionConfig, Time, Transmit, UsageError, Violation};
use crate::frame::{Command, Decoder, EncodeError, Headers, Version, encode_head};

/// One STOMP connection, without I/O and clock. See the [module's documentation](super) for the order of calls.
///
/// ```text
///  new --CONNECT--> Connecting --CONNECTED--> Connected --disconnect()--> Disconnecting
///                       |                        |                           |
///                     ERROR                    ERROR                RECEIPT or too late
///                       v                        v                           |
///                    Failing <-------------------+                           |
///                       | the broker closes, or too late                     v
///                       +------------------------------------------------> Closed
///  a violation, a lost heart-beat: from anywhere to Closed
/// ```
///
/// ```
/// use stomp_wasm::session::{Data, Event, Session, SessionConfig, Time, Transmit};
///
/// let mut session = Session::new(SessionConfig::default(), Time(0))?;
/// let Some(Transmit::Text(connect)) = session.poll_transmit() else { panic!() };
/// assert!(connect.starts_with("CONNECT\naccept-version:1.0,1.1,1.2\n"));
///
/// session.handle_data(Time(5), Data::Text("CONNECTED\nversion:1.2\n\n\0"));
/// assert!(matches!(session.poll_event(), Some(Event::Connected { .. })));
/// assert!(session.is_connected());
/// # Ok::<(), stomp_wasm::session::UsageError>(())
/// ```
pub struct Session {
    pub(super) config: SessionConfig,
    pub(super) state: State,
    pub(super) now: Time,
    pub(super) decoder: Decoder,
    /// What was received and not yet decoded, from `read` on.
    inbox: Vec<u8>,
    read: usize,
    pub(super) heartbeat: Heartbeat,
    pub(super) subscriptions: Table<Subscription>,
    pub(super) receipts: Table<u32>,
    pub(super) transactions: Table<()>,
    pub(super) counter: u32,
    pub(super) plain: Plain,
    transmits: VecDeque<Transmit>,
    pub(super) events: VecDeque<Event>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// `CONNECT` was sent.
    Connecting,
    Connected(Version),
    /// `DISCONNECT` was sent with this receipt.
    Disconnecting {
        receipt: Box<str>,
        deadline: Time,
    },
    /// `ERROR` was received; the broker should close.
    Failing {
        deadline: Time,
    },
    Closed,
}

/// Shows how the session stands, and nothing of what it holds: what was received and not read may be a secret.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("state", &self.state).field("config", &self.config).finish_non_exhaustive()
    }
}

impl Session {
    /// Begins a session on a transport that has just been opened: `CONNECT` is the first transmit.
    ///
    /// # Errors
    /// If no version is offered, or a header cannot be put into a `CONNECT` frame: a line break in it would inject
    /// another header.
    pub fn new(config: SessionConfig, now: Time) -> Result<Self, UsageError> {
        if config.versions.is_empty() {
            return Err(UsageError::NoVersion);
        }
        let mut session = Self {
            decoder: Decoder::new(config.limits, config.leniency),
            state: State::Connecting,
            now,
            inbox: Vec::new(),
            read: 0,
            heartbeat: Heartbeat::none(now),
            subscriptions: Table::new(),
            receipts: Table::new(),
            transactions: Table::new(),
            counter: 0,
            plain: Plain::default(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            config,
        };
        let headers = session.connect_headers();
        // "STOMP 1.2 clients SHOULD continue to use the `CONNECT` command to remain backward compatible with STOMP 1.0
        // servers."
        session.transmit_head(&Command::Connect, &headers)?;
        Ok(session)
    }

    fn connect_headers(&self) -> Headers {
        let own = &self.config.connect_headers;
        let mut headers = Headers::new();
        headers.push("accept-version", &self.config.versions.accept_version());
        if let Some(host) = self.config.host.as_deref().filter(|_| !own.contains("host")) {
            headers.push("host", host);
        }
        let mut beat = String::new();
        crate::frame::push_number(&mut beat, usize::try_from(self.config.heartbeat.outgoing).unwrap_or(usize::MAX));
        beat.push(',');
        crate::frame::push_number(&mut beat, usize::try_from(self.config.heartbeat.incoming).unwrap_or(usize::MAX));
        headers.push("heart-beat", &beat);
        headers.extend(own.iter().filter(|(name, _)| !matches!(*name, "accept-version" | "heart-beat")));
        headers
    }

    /// Whether the broker has accepted the connection and frames may be sent.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        matches!(self.state, State::Connected(_))
    }

    /// Whether the session is still waiting for `CONNECTED`.
    #[must_use]
    pub const fn is_connecting(&self) -> bool {
        matches!(self.state, State::Connecting)
    }

    /// Whether the session is over: it wants nothing but the transport closed.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed)
    }

    /// Whether the transport takes no binary bodies: [`SessionConfig::text_only`].
    #[must_use]
    pub const fn is_text_only(&self) -> bool {
        self.config.text_only
    }

    /// The version that was agreed, once it was.
    #[must_use]
    pub const fn version(&self) -> Option<Version> {
        match self.state {
            State::Connected(version) => Some(version),
            _ => None,
        }
    }

    /// The headers of a `DISCONNECT` that is still to come; stomp.js lets them change during a connection.
    pub fn set_disconnect_headers(&mut self, headers: Headers) {
        self.config.disconnect_headers = headers;
    }

    /// Takes a message of the transport. Drain [`poll_event`](Self::poll_event) before the next one.
    pub fn handle_data(&mut self, now: Time, data: Data<'_>) {
        self.now = now;
        // "any new data received over the network connection is an indication that the remote end is alive"
        self.heartbeat.received(now);
        if self.read > 0 {
            self.inbox.drain(..self.read);
            self.read = 0;
        }
        self.inbox.extend_from_slice(data.as_bytes());
    }

    /// Does what is due. Call it when the time of [`poll_timeout`](Self::poll_timeout) has come; too early or too
    /// often does no harm.
    pub fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        match &self.state {
            State::Disconnecting { deadline, .. } if now >= *deadline => self.close(CloseCode::Unconfirmed),
            State::Failing { deadline } if now >= *deadline => self.close(CloseCode::BrokerError),
            State::Connected(_) | State::Disconnecting { .. } => match self.heartbeat.due(now) {
                Due::Lost => {
                    self.events.push_back(Event::HeartbeatLost);
                    self.close(CloseCode::HeartbeatLost);
                }
                // "Clients MUST NOT send any more frames after the `DISCONNECT` frame is sent": a line end is no
                // frame, but nobody waits for it either.
                Due::Send if self.is_connected() => self.transmit_text("\n".into()),
                Due::Send | Due::Nothing => {}
            },
            _ => {}
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due, if ever.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Time> {
        match &self.state {
            State::Connected(_) => self.heartbeat.next(),
            State::Disconnecting { deadline, .. } | State::Failing { deadline } => Some(*deadline),
            State::Connecting | State::Closed => None,
        }
    }

    /// What the transport is to do next.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// What happened next. Frames are decoded one at a time as they are asked for, so that a message full of frames
    /// takes no more memory than it has.
    pub fn poll_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if !self.read_on() {
                return None;
            }
        }
    }

    /// Whether nothing is waiting to be read, told or sent, and no frame has begun.
    pub(super) fn is_idle(&self) -> bool {
        self.read == self.inbox.len()
            && self.events.is_empty()
            && self.transmits.is_empty()
            && !self.decoder.is_inside_frame()
    }

    /// Decodes to the next event. `false` if there is nothing more to read.
    fn read_on(&mut self) -> bool {
        if matches!(self.state, State::Failing { .. } | State::Closed) {
            self.inbox = Vec::new();
            self.read = 0;
            return false;
        }
        let mut input = self.inbox.get(self.read..).unwrap_or_default();
        let decoded = self.decoder.decode(&mut input).map(|found| found.map(super::incoming::Incoming::from));
        self.read = self.inbox.len() - input.len();
        match decoded {
            Ok(Some(incoming)) => self.handle_incoming(incoming),
            Ok(None) => {
                self.forget_inbox();
                let Some(frame) = self.decoder.end_of_message().map(|frame| frame.to_owned()) else {
                    return false;
                };
                self.handle_incoming(super::incoming::Incoming::Frame(frame));
            }
            Err(error) => self.violated(error.into()),
        }
        true
    }

    /// Everything was read. The memory of a large message is given back.
    fn forget_inbox(&mut self) {
        const KEPT: usize = 64 << 10;
        self.inbox.clear();
        self.inbox.shrink_to(KEPT);
        self.read = 0;
    }

    /// Ends the session over a fault of the peer's.
    pub(super) fn violated(&mut self, violation: Violation) {
        self.events.push_back(Event::Violation(violation));
        self.close(CloseCode::Violation);
    }

    pub(super) fn close(&mut self, code: CloseCode) {
        self.state = State::Closed;
        self.transmits.push_back(Transmit::Close(code));
    }

    /// Sends a frame without body.
    pub(super) fn transmit_head(&mut self, command: &Command, headers: &Headers) -> Result<(), UsageError> {
        let mut text = String::new();
        self.encode(&mut text, command, headers, None)?;
        text.push('\0');
        self.transmit_text(text);
        Ok(())
    }

    pub(super) fn encode(
        &self,
        out: &mut String,
        command: &Command,
        headers: &Headers,
        content_length: Option<usize>,
    ) -> Result<(), EncodeError> {
        encode_head(out, command, headers.iter(), content_length, self.version())
    }

    /// Sends text as the configuration wants it: whole or in pieces, as text or as bytes.
    pub(super) fn transmit_text(&mut self, text: String) {
        if self.config.force_binary && !self.config.text_only {
            return self.transmit(Transmit::Binary(text.into_bytes()));
        }
        let Some(max) = self.config.max_chunk.filter(|max| text.len() > *max) else {
            return self.transmit(Transmit::Text(text));
        };
        let mut rest = &text[..];
        while !rest.is_empty() {
            // Never inside a character: each message must be text of its own. A character is at most 4 bytes long.
            let most = max.max(4).min(rest.len());
            let at = (0..=most).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(most);
            let (piece, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
            self.transmit(Transmit::Text(piece.to_owned()));
            rest = tail;
        }
    }

    pub(super) fn transmit(&mut self, transmit: Transmit) {
        self.heartbeat.sent(self.now);
        self.transmits.push_back(transmit);
    }
}
