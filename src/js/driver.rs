//! Does what the sans-IO client says, by way of the face, and tells the client what happened.

use std::cell::{Cell, RefCell};

use super::boundary::{FrameKind, Tell, clock, hand, say};
use super::debug::{Level, Log};
use super::given::Given;
use super::operation::{Operation, text};
use super::plain::{Area, MAX_BLOCK, recalled};
use super::settings::{Settings, secret_names};
use crate::client::{Action, Client, ClientConfig, Event};
use crate::frame::{Decoder, Frame, push_number};
use crate::session::{self, CloseCode, Data, Session, Time, UsageError};

/// A client whose socket and timer the face has. The face keeps it alive until the client is inactive.
pub(super) struct Driver {
    /// How the face knows this one.
    id: usize,
    client: RefCell<Client>,
    settings: RefCell<Settings>,
    log: RefCell<Log>,
    area: Area,
    /// What `Parser` reads with.
    pub(super) parser: RefCell<Decoder>,
    /// When the face's timer fires, in ms, or one of the two below.
    armed: Cell<u64>,
    /// Whether events are being delivered. What a callback calls acts at once, but its events wait for their turn.
    delivering: Cell<bool>,
}

/// There is no timer.
const DISARMED: u64 = u64::MAX;
/// The timer has fired.
const FIRED: u64 = u64::MAX - 1;

impl Driver {
    pub(super) fn new(id: usize) -> Self {
        Self {
            id,
            client: RefCell::new(Client::new(ClientConfig::default())),
            settings: RefCell::default(),
            log: RefCell::default(),
            area: Area::new(),
            parser: RefCell::default(),
            armed: Cell::new(DISARMED),
            delivering: Cell::new(false),
        }
    }

    /// How the face knows this one.
    pub(super) const fn id(&self) -> usize {
        self.id
    }

    fn say(&self, what: Tell, number: u32, text: &[u8]) -> u32 {
        say(self.id(), what, number, text)
    }

    fn level(&self) -> Level {
        self.settings.borrow().level
    }

    fn debug(&self, line: &[u8]) {
        self.say(Tell::Debug, 0, line);
    }

    pub(super) fn call(&self, operation: Operation, given: &Given<'_>) -> u32 {
        match operation {
            Operation::Configure => {
                let settings = Settings::new(given);
                self.log.borrow_mut().hide(secret_names(given));
                *self.settings.borrow_mut() = settings;
            }
            Operation::Activate => {
                let fell_back = given.count(0);
                if fell_back > 0 {
                    self.client.borrow_mut().remember(1, Time(fell_back.into()));
                }
                self.configure();
                self.client.borrow_mut().activate();
                self.pump();
            }
            Operation::Deactivate => {
                // stomp.js lets these change until the very end.
                self.say(Tell::Configure, 0, &[]);
                let headers = std::mem::take(&mut self.settings.borrow_mut().session.disconnect_headers);
                self.client.borrow_mut().set_disconnect_headers(headers);
                self.client.borrow_mut().deactivate(clock(), given.flag(0));
                self.pump();
            }
            Operation::ForceDisconnect => {
                self.client.borrow_mut().force_disconnect(clock());
                self.pump();
            }
            Operation::Prepared | Operation::PrepareFailed => {
                self.configure();
                let failed = operation == Operation::PrepareFailed;
                let result = if failed { Err(given.text(0).to_owned()) } else { Ok(()) };
                self.client.borrow_mut().handle_prepared(clock(), result);
                self.pump();
            }
            Operation::Opened => {
                self.say(Tell::Configure, 0, &[]);
                let mut session = std::mem::take(&mut self.settings.borrow_mut().session);
                session.text_only = given.flag(0);
                self.client.borrow_mut().handle_opened(clock(), session);
                self.pump();
            }
            Operation::OpenFailed => {
                self.client.borrow_mut().handle_open_failed(clock(), given.text(0).to_owned());
                self.pump();
            }
            Operation::Closed => {
                self.client.borrow_mut().handle_closed(clock());
                self.pump();
            }
            Operation::Tick => {
                self.armed.set(FIRED);
                self.configure();
                self.client.borrow_mut().handle_timeout(clock());
                self.pump();
            }
            Operation::ReceiveText => self.receive(Data::Text(text(given.bytes()))),
            Operation::ReceiveBinary => self.receive(Data::Binary(given.bytes())),
            Operation::IsConnected => return self.client.borrow().is_connected().into(),
            Operation::Version => {
                if let Some(version) = self.client.borrow().session().and_then(Session::version) {
                    self.say(Tell::Answer, 0, version.as_str().as_bytes());
                }
            }
            Operation::Block => return self.area.block_address() as usize as u32,
            Operation::Answer => return self.area.answer_address() as usize as u32,
            Operation::Parse => self.parse(given),
            _ => self.operate(operation, given),
        }
        0
    }

    /// Does something with the session, and sends what comes of it.
    fn operate(&self, operation: Operation, given: &Given<'_>) {
        let result = match operation.stale(given).filter(|_| self.is_stale(given.count(0))) {
            Some(answer) => answer.map(|()| None),
            None => {
                let now = clock();
                let perform = |session: &mut Session| operation.perform(session, now, given);
                let result = self.client.borrow_mut().with_session(now, perform);
                self.pump();
                result
            }
        };
        match result {
            Ok(Some(answer)) => {
                self.say(Tell::Answer, 0, answer.as_bytes());
            }
            Ok(None) => {}
            // A `TypeError` where stomp.js throws one.
            Err(error) => {
                self.say(Tell::Throw, (error == UsageError::NotConnected).into(), error.message().as_bytes());
            }
        }
    }

    /// Whether something belongs to an old connection; 0 names whichever is current.
    fn is_stale(&self, connection: u32) -> bool {
        let client = self.client.borrow();
        connection != 0 && (connection != client.connection() || !client.is_connected())
    }

    fn receive(&self, data: Data<'_>) {
        if self.level() == Level::Raw {
            let line = self.log.borrow_mut().raw_line(data.as_bytes());
            self.debug(&line);
        }
        self.client.borrow_mut().handle_data(clock(), data);
        self.pump();
    }

    /// Reads the header block of a message that goes the short way; see [`Session::plain_message`].
    pub(super) fn plain(&self, length: usize) -> bool {
        let answer = |session: &mut Session, now: &dyn Fn() -> Time| {
            let message = session.plain_message(now, self.area.block(length))?;
            self.area.answer(&message);
            Some(())
        };
        self.short_way(answer).is_some()
    }

    /// Looks at what stands in the holes of a template; see [`Session::recall`].
    pub(super) fn recall(&self, place: usize, template: u32) -> u32 {
        let values = self.area.block(MAX_BLOCK);
        recalled(self.short_way(|session, now| session.recall(now, place, template, values)))
    }

    /// Does something with the session on the short way of messages, if nothing is waiting. Never from within a callback:
    /// what came before is told first.
    fn short_way<R>(&self, read: impl FnOnce(&mut Session, &dyn Fn() -> Time) -> Option<R>) -> Option<R> {
        // Who listens to debug wants to see each frame.
        if self.level() != Level::Off || self.delivering.get() {
            return None;
        }
        let looked = Cell::new(false);
        let now = || {
            looked.set(true);
            clock()
        };
        let answer = read(self.client.borrow_mut().idle_session()?, &now);
        if looked.get() {
            self.arm();
        }
        answer
    }

    /// Asks the face for its settings as they are now.
    fn configure(&self) {
        self.say(Tell::Configure, 0, &[]);
        self.client.borrow_mut().configure(self.settings.borrow().client);
    }

    /// Does everything there is to do. Within a callback only the actions: the events come when it has returned.
    fn pump(&self) {
        self.act();
        if self.delivering.replace(true) {
            return;
        }
        loop {
            let event = self.client.borrow_mut().poll_event(clock());
            self.act();
            let Some(event) = event else { break };
            self.deliver(event);
            self.act();
        }
        self.delivering.set(false);
        self.arm();
    }

    fn act(&self) {
        while let Some(action) = self.next_action() {
            // Not in one: what debug calls may send, too.
            let line = self.log.borrow_mut().action_line(self.level(), &action);
            if let Some(line) = line {
                self.debug(&line);
            }
            match action {
                Action::Open => {
                    let transport = self.client.borrow().transport();
                    self.say(Tell::Open, transport as u32, &[]);
                }
                Action::SendText(text) => self.send(Tell::SendText, text.as_bytes()),
                Action::SendBinary(bytes) => self.send(Tell::SendBinary, &bytes),
                Action::Close(code) => {
                    // An orderly end has no code, as with stomp.js.
                    let number = if code == CloseCode::Done { 0 } else { code.code() };
                    // A promise of a socket is still being waited for: whoever brings it finds it unwanted.
                    if self.say(Tell::Close, number.into(), code.reason().as_bytes()) == 0 {
                        self.client.borrow_mut().handle_closed(clock());
                    }
                }
                Action::Discard => {
                    self.say(Tell::Discard, 0, &[]);
                }
            }
        }
    }

    /// The next action; when there is none, what may be sent from here on is known.
    fn next_action(&self) -> Option<Action> {
        let mut client = self.client.borrow_mut();
        let action = client.poll_action();
        if action.is_none() {
            // Who listens to debug wants to see each frame.
            let ready = client.is_connected() && self.level() == Level::Off;
            let text_only = client.session().is_some_and(Session::is_text_only);
            self.area.set_ready(if ready { client.connection() } else { 0 }, text_only);
        }
        action
    }

    /// A socket that cannot send is on its way to being closed, and reports that by itself; one that throws for
    /// another reason is of no use any more.
    fn send(&self, what: Tell, bytes: &[u8]) {
        if self.say(what, 0, bytes) != 0 {
            self.client.borrow_mut().force_disconnect(clock());
        }
    }

    fn deliver(&self, event: Event) {
        match event {
            Event::Prepare => {
                self.say(Tell::Prepare, 0, &[]);
            }
            Event::Activation(activation) => {
                self.say(Tell::State, activation as u32, &[]);
            }
            Event::Session(event) => self.session_event(&event),
            Event::Failed(failure) => {
                self.say(Tell::AttemptFailed, 0, failure.message().as_bytes());
            }
            Event::Closed { discarded } => {
                self.configure();
                self.say(Tell::SocketClosed, discarded.into(), &[]);
            }
            Event::Deactivated => {
                self.say(Tell::Deactivated, 0, &[]);
            }
            Event::Reconnecting(ms) => {
                if self.level() != Level::Off {
                    let mut line = "STOMP: scheduling reconnection in ".to_owned();
                    push_number(&mut line, usize::try_from(ms).unwrap_or(usize::MAX));
                    self.debug((line + "ms").as_bytes());
                }
            }
        }
    }

    fn session_event(&self, event: &session::Event) {
        match event {
            session::Event::Connected { frame, .. } => {
                self.configure();
                let connection = self.client.borrow().connection();
                self.frame(FrameKind::Connected, connection, frame);
            }
            session::Event::Message { subscription, frame } => {
                self.frame(FrameKind::Message, subscription.map_or(0, |key| key.0), frame);
            }
            session::Event::Receipt { watcher, frame } => {
                self.frame(FrameKind::Receipt, watcher.unwrap_or(0), frame);
            }
            session::Event::Error(frame) => self.frame(FrameKind::Error, 0, frame),
            session::Event::Unhandled(frame) => self.frame(FrameKind::Unhandled, 0, frame),
            session::Event::Disconnected(frame) => self.frame(FrameKind::Disconnected, 0, frame),
            session::Event::HeartbeatReceived => {
                if self.level() != Level::Off {
                    self.debug(b"<<< PONG");
                }
                self.say(Tell::HeartbeatReceived, 0, &[]);
            }
            session::Event::HeartbeatLost => {
                self.say(Tell::HeartbeatLost, 0, &[]);
            }
            session::Event::Violation(violation) => {
                self.say(Tell::Violation, 0, violation.message().as_bytes());
            }
        }
    }

    fn frame(&self, kind: FrameKind, key: u32, frame: &Frame) {
        if self.level() == Level::Frames {
            let line = self.log.borrow().frame_line(frame);
            self.debug(&line);
        }
        hand(self.id(), kind, key, &frame.command, &frame.headers, &frame.body);
    }

    /// Arms the timer if it would fire too late. One that fires early does no harm and is armed anew: data that
    /// arrives puts the deadline off with every message, and a timer for each would cost more than the message.
    fn arm(&self) {
        // What is longer than a browser can count fires early, and is armed again then.
        const LONGEST: u64 = i32::MAX as u64;
        let at = self.client.borrow().poll_timeout();
        match at {
            None if self.armed.replace(DISARMED) != DISARMED => {
                self.say(Tell::Disarm, 0, &[]);
            }
            Some(at) if self.armed.get() > at.0 => {
                self.armed.set(at.0);
                self.say(Tell::Arm, u32::try_from(at.since(clock()).min(LONGEST)).unwrap_or(0), &[]);
            }
            _ => {}
        }
    }
}
