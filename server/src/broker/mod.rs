//! The broker as a machine without network and clock.
//!
//! See [`Broker`].

mod access;
mod ack;
mod app;
mod chaos;
mod close;
mod connect;
mod connection;
mod deliver;
mod destination;
mod frames;
mod message;
mod metrics;
mod outbox;
mod outgoing;
mod pattern;
mod queue;
mod random;
mod settings;
mod subscribe;
mod timers;
mod topic;
mod transaction;
mod transcript;

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use slab::Slab;
use stomp_wasm::frame::{Command, Decoded, Decoder, Headers, Leniency};

pub use access::Permission;
pub(crate) use app::{Handlers, hello};
pub use app::{Reply, Request};
pub use chaos::{Chaos, DropHow, Way};
pub use close::{Close, How};
pub use connection::ConnId;
pub use metrics::Metrics;
pub use outgoing::Outgoing;
pub use pattern::Pattern;
pub(crate) use random::Random;
pub use settings::{Settings, SlowConsumer};
pub use transcript::{ConnInfo, Direction, Entry};

use connection::{Connection, Phase, Session};
use outbox::Outbox;
use queue::{Queue, QueueKey};
use timers::{Timer, Timers};
use topic::Topics;

/// The broker: connections, topics and queues, and nothing that touches the network or a clock.
///
/// Every call that may depend on the time carries `now`, in milliseconds from a start that the caller chooses; it must
/// never go back. After any call, drain [`poll_output`](Self::poll_output):
///
/// ```text
/// open, receive, closed, publish, tick ----> poll_output --> Wake(conn)    take(conn) and send what it gives
///       ^                                        +---------> Timeout(at)   drained: call tick at that time
///       +---- wait for the network or the time <-------------------+
/// ```
///
/// ```
/// use stomp_server::{Broker, Output, Settings};
///
/// let mut broker = Broker::new(Settings::default());
/// let conn = broker.open(0).unwrap();
/// broker.receive(0, conn, b"CONNECT\naccept-version:1.2\nhost:a\n\n\0");
/// assert_eq!(broker.poll_output(), Output::Wake(conn));
/// let mut frames = Vec::new();
/// broker.take(0, conn, usize::MAX, &mut frames);
/// assert!(frames[0].to_vec().starts_with(b"CONNECTED\nversion:1.2\n"));
/// ```
#[derive(Debug)]
pub struct Broker {
    settings: Settings,
    connections: Slab<Connection>,
    next_serial: u64,
    queues: HashMap<QueueKey, Queue>,
    next_queue: u64,
    spaces: Vec<Space>,
    /// The number of the next message.
    next_seq: u64,
    outputs: VecDeque<ConnId>,
    timers: Timers,
    handlers: Handlers,
    chaos: chaos::State,
    transcript: Vec<Entry>,
    metrics: Metrics,
}

/// What a virtual host has of its own.
#[derive(Debug, Default)]
struct Space {
    topics: Topics,
    /// The topics behind `/user/` destinations.
    users: Topics,
    queues: HashMap<Box<str>, QueueKey>,
}

/// What the broker wants its caller to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// There is something for the connection: [`Broker::take`] it. Said once, until everything was taken.
    Wake(ConnId),
    /// Nothing more to do before this time, or at all: call [`Broker::tick`] then.
    Timeout(Option<u64>),
}

/// What [`Broker::take`] says besides the frames it gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// There may be more: take again once these are sent.
    pub more: bool,
    /// These were the last: send them, then close.
    pub close: Option<Close>,
}

impl Broker {
    /// A broker with nobody connected.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let spaces = (0..settings.vhosts.len().max(1)).map(|_| Space::default()).collect();
        Self {
            chaos: chaos::State::new(settings.seed),
            transcript: Vec::new(),
            settings,
            connections: Slab::new(),
            next_serial: 1,
            queues: HashMap::new(),
            next_queue: 0,
            spaces,
            next_seq: 1,
            outputs: VecDeque::new(),
            timers: Timers::default(),
            handlers: Handlers::default(),
            metrics: Metrics::default(),
        }
    }

    /// Takes a new connection in, which has to say `CONNECT` before long. `None` if there are as many as
    /// [`Settings::max_connections`] already: close it.
    pub fn open(&mut self, now: u64) -> Option<ConnId> {
        if self.connections.len() >= self.settings.max_connections || self.chaos.refuses(now) {
            self.metrics.connections_refused += 1;
            return None;
        }
        let serial = self.next_serial;
        self.next_serial += 1;
        let decoder = Decoder::new(self.settings.frame_limits, Leniency::default());
        let index = self.connections.insert(Connection {
            serial,
            decoder,
            phase: Phase::Connecting,
            outbox: Outbox::default(),
            last_received: now,
            last_sent: now,
            chaos: self.chaos.for_new(),
        });
        let id = ConnId { index, serial };
        self.timers.set(now.saturating_add(self.settings.connect_timeout), id, Timer::Connect);
        self.metrics.connections_opened += 1;
        Some(id)
    }

    /// Bytes came, in pieces of any size. What comes after the end of the connection is not heard.
    pub fn receive(&mut self, now: u64, id: ConnId, data: &[u8]) {
        if self.hears(now, id, data) {
            self.receive_now(now, id, data);
        }
    }

    fn receive_now(&mut self, now: u64, id: ConnId, data: &[u8]) {
        let Some(conn) = self.conn_mut(id) else { return };
        conn.last_received = now;
        if conn.is_closing() {
            return;
        }
        let mut decoder = std::mem::take(&mut conn.decoder);
        self.metrics.bytes_received += data.len() as u64;
        let mut input = data;
        loop {
            match decoder.decode(&mut input) {
                Ok(None) => break,
                Ok(Some(Decoded::HeartBeat)) => {}
                Ok(Some(Decoded::Frame(frame))) => {
                    self.metrics.frames_received += 1;
                    if self.settings.record {
                        self.record_received(now, id, frame);
                    }
                    let connecting = matches!(frame.command, Command::Connect | Command::Stomp);
                    if let Err(violation) = self.handle_frame(now, id, frame) {
                        let receipt = frame.headers.get("receipt").map(str::to_owned);
                        return self.fail(now, id, violation, receipt.as_deref());
                    }
                    // Gone, or on its way out: "Clients MUST NOT send any more frames after the DISCONNECT frame is
                    // sent." (STOMP 1.2, DISCONNECT)
                    if self.conn(id).is_none_or(Connection::is_closing) {
                        return;
                    }
                    if let (true, Some(session)) = (connecting, self.session(id)) {
                        decoder.set_version(session.version);
                    }
                }
                Err(error) => {
                    let violation = frames::unreadable(&error);
                    return self.fail(now, id, violation, None);
                }
            }
        }
        if let Some(conn) = self.conn_mut(id) {
            conn.decoder = decoder;
        }
    }

    /// The transport is gone. What was not acknowledged, or not sent, goes to others.
    pub fn closed(&mut self, now: u64, id: ConnId) {
        if self.conn(id).is_some() {
            self.release(now, id);
            self.connections.try_remove(id.index);
            self.metrics.connections_closed += 1;
        }
    }

    /// Sends a message in the name of the server, to a destination of the first virtual host.
    ///
    /// # Errors
    /// In words, if nobody can send there: an unknown kind of destination, or a queue that is full.
    pub fn publish(&mut self, now: u64, destination: &str, headers: &Headers, body: Bytes) -> Result<(), String> {
        let result = self.route(now, 0, destination, headers, body, None);
        result.map_err(|violation| violation.detail)
    }

    /// Takes up to `max_bytes` of what is to be sent to a connection, but at least one frame if there is one.
    ///
    /// If the answer has `more`, ask again once that is sent: there is no other [`Output::Wake`] before all was taken.
    /// With a [`Close`], everything was taken: send it, then close.
    pub fn take(&mut self, now: u64, id: ConnId, max_bytes: usize, out: &mut Vec<Outgoing>) -> Taken {
        let Some(conn) = self.connections.get_mut(id.index).filter(|conn| conn.serial == id.serial) else {
            return Taken::default();
        };
        if conn.chaos.is_some() {
            let (before, taken) = (out.len(), self.take_late(now, id, max_bytes, out));
            self.record_sent(now, id, out.get(before..).unwrap_or_default());
            return taken;
        }
        let (mut bytes, before) = (0, out.len());
        let mut taken = Taken { more: true, close: None };
        while bytes < max_bytes {
            let Some(item) = conn.outbox.pop() else {
                taken.more = false;
                taken.close = conn.phase.close();
                break;
            };
            bytes += item.weight();
            out.push(item);
        }
        if out.len() > before {
            conn.last_sent = now;
            self.metrics.frames_sent += (out.len() - before) as u64;
        }
        self.let_held_go_on(id);
        if self.settings.record {
            self.record_sent(now, id, out.get(before..).unwrap_or_default());
        }
        taken
    }

    /// A consumer that queues passed over may have read enough.
    fn let_held_go_on(&mut self, id: ConnId) {
        let Some(conn) = self.connections.get_mut(id.index).filter(|conn| conn.serial == id.serial) else { return };
        if conn.outbox.held && !is_held(&self.settings, &conn.outbox) {
            conn.outbox.held = false;
            self.dispatch_all_of(id);
        }
    }

    /// Time has passed: see [`Output::Timeout`].
    pub fn tick(&mut self, now: u64) {
        while let Some((id, timer)) = self.timers.pop(now) {
            self.handle_timer(now, id, timer);
        }
    }

    /// The next thing for the caller to do.
    pub fn poll_output(&mut self) -> Output {
        match self.outputs.pop_front() {
            Some(id) => Output::Wake(id),
            None => Output::Timeout(self.timers.next()),
        }
    }

    /// All connections, connected or not.
    #[must_use]
    pub fn connections(&self) -> Vec<ConnId> {
        self.connections.iter().map(|(index, conn)| ConnId { index, serial: conn.serial }).collect()
    }

    /// What happened so far, in numbers.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        let sessions = self.connections.iter().filter_map(|(_, conn)| conn.session());
        let named = || self.queues.values().filter(|queue| matches!(queue.kind, queue::Kind::Named { .. }));
        Metrics {
            connections: self.connections.len() as u64,
            subscriptions: sessions.map(|session| session.subscriptions.len() as u64).sum(),
            queues: named().count() as u64,
            queued_messages: named().map(|queue| queue.len() as u64).sum(),
            ..self.metrics
        }
    }

    fn conn(&self, id: ConnId) -> Option<&Connection> {
        self.connections.get(id.index).filter(|conn| conn.serial == id.serial)
    }

    fn conn_mut(&mut self, id: ConnId) -> Option<&mut Connection> {
        self.connections.get_mut(id.index).filter(|conn| conn.serial == id.serial)
    }

    fn session(&self, id: ConnId) -> Option<&Session> {
        self.conn(id)?.session()
    }

    fn session_mut(&mut self, id: ConnId) -> Option<&mut Session> {
        self.conn_mut(id)?.session_mut()
    }

    /// Puts a frame into the outbox and has it fetched.
    fn push(&mut self, id: ConnId, item: Outgoing) {
        if self.conn_mut(id).is_some_and(|conn| conn.outbox.push(item)) {
            self.outputs.push_back(id);
        }
    }
}

/// Whether so much waits for a consumer that queues pass it over.
fn is_held(settings: &Settings, outbox: &Outbox) -> bool {
    outbox.len() >= settings.hold_messages || outbox.weight() >= settings.hold_bytes
}

#[cfg(test)]
mod tests;
