//! The state machine over many connections.

use std::collections::VecDeque;

use super::delay::ReconnectDelay;
use super::fallback::Fallback;
use super::{Action, Activation, ClientConfig, Event, Failure};
use crate::frame::Headers;
use crate::session::{CloseCode, Data, Session, SessionConfig, Time, Transmit, UsageError};

/// A client that connects, and connects again, without I/O and clock. See the [module's documentation](super) for the
/// order of calls.
///
/// ```text
///            activate()                    handle_prepared()             handle_opened()
///    Idle ----------------> Preparing -----------------------> Opening ------------------> Up
///     ^                       ^  |                                |                         |
///     |          the delay is |  | failed                         | failed, too late        | closing, lost
///     |                  over |  v                                v                         v
///     +--- deactivate() --- Waiting <------- handle_closed(), or given up ------------ Closing
/// ```
///
/// An attempt that failed before the broker answered goes to Preparing instead, at once, while there is another of
/// [`ClientConfig::transports`] to try.
#[derive(Debug)]
pub struct Client {
    config: ClientConfig,
    activation: Activation,
    /// What the caller last asked for. `activate()` during a deactivation is remembered here.
    wanted: bool,
    link: Link,
    /// Grows with every connection that is begun, so that what belongs to an old one is told from the current.
    connection: u32,
    delay: ReconnectDelay,
    pub(super) fallback: Fallback,
    actions: VecDeque<Action>,
    events: VecDeque<Event>,
}

#[derive(Debug)]
enum Link {
    Idle,
    Preparing,
    Opening { deadline: Option<Time> },
    Up { session: Box<Session>, deadline: Option<Time> },
    Closing { deadline: Time },
    Waiting { until: Time },
}

impl Client {
    /// A client that does nothing until it is activated.
    #[must_use]
    pub const fn new(config: ClientConfig) -> Self {
        Self {
            config,
            activation: Activation::Inactive,
            wanted: false,
            link: Link::Idle,
            connection: 0,
            delay: ReconnectDelay::new(),
            fallback: Fallback::new(),
            actions: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Changes the settings; what is already running goes on as it was begun.
    pub const fn configure(&mut self, config: ClientConfig) {
        self.config = config;
    }

    /// Whether the client is to be connected.
    #[must_use]
    pub const fn activation(&self) -> Activation {
        self.activation
    }

    /// Whether frames may be sent.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.session().is_some_and(Session::is_connected)
    }

    /// The session of the current connection, once its transport is open.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match &self.link {
            Link::Up { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The headers of the `DISCONNECT` that will end the current connection.
    pub fn set_disconnect_headers(&mut self, headers: Headers) {
        if let Link::Up { session, .. } = &mut self.link {
            session.set_disconnect_headers(headers);
        }
    }

    /// Names the current connection; it is never 0.
    #[must_use]
    pub const fn connection(&self) -> u32 {
        self.connection
    }

    /// Whether nothing is going on and nothing is to come: the client is inactive, or its only attempt is over.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        matches!(self.link, Link::Idle)
    }

    /// Does something with the session of the current connection.
    ///
    /// # Errors
    /// If there is none, and what `operation` answers.
    pub fn with_session<R>(
        &mut self,
        now: Time,
        operation: impl FnOnce(&mut Session) -> Result<R, UsageError>,
    ) -> Result<R, UsageError> {
        let Link::Up { session, .. } = &mut self.link else {
            return Err(UsageError::NotConnected);
        };
        let result = operation(session);
        self.take_transmits(now);
        result
    }

    /// Connects, and connects again whenever the connection is lost, until [`deactivate`](Self::deactivate). During a
    /// deactivation it is remembered and done afterwards.
    pub fn activate(&mut self) {
        self.wanted = true;
        if self.activation == Activation::Inactive {
            self.start();
        }
    }

    fn start(&mut self) {
        self.set_activation(Activation::Active);
        self.delay.reset(&self.config);
        self.fallback.restart();
        self.prepare();
    }

    fn prepare(&mut self) {
        self.link = Link::Preparing;
        self.events.push_back(Event::Prepare);
    }

    /// Ends the connection and connects no more: in order, or at once if `force` is set.
    /// [`Event::Deactivated`] tells when it is done.
    pub fn deactivate(&mut self, now: Time, force: bool) {
        self.wanted = false;
        if self.activation == Activation::Inactive {
            return self.events.push_back(Event::Deactivated);
        }
        if self.activation == Activation::Active {
            self.set_activation(Activation::Deactivating);
        }
        match &mut self.link {
            Link::Idle | Link::Preparing | Link::Waiting { .. } => self.idle(now),
            Link::Opening { .. } | Link::Up { .. } | Link::Closing { .. } if force => self.discard(now),
            Link::Opening { .. } => self.close(now, CloseCode::Done),
            Link::Up { session, .. } => {
                session.disconnect(now);
                self.take_transmits(now);
            }
            Link::Closing { .. } => {}
        }
    }

    /// Cuts the connection without saying good-bye. An active client connects anew.
    pub fn force_disconnect(&mut self, now: Time) {
        if matches!(self.link, Link::Opening { .. } | Link::Up { .. }) {
            self.give_up(now, CloseCode::Done);
        }
    }

    /// The caller is ready to connect, or not, in answer to [`Event::Prepare`]. If the client was deactivated
    /// meanwhile, nothing happens.
    pub fn handle_prepared(&mut self, now: Time, result: Result<(), String>) {
        if !matches!(self.link, Link::Preparing) {
            return;
        }
        if let Err(reason) = result {
            self.events.push_back(Event::Failed(Failure::Prepare(reason)));
            return self.idle(now);
        }
        self.connection = self.connection.wrapping_add(1).max(1);
        self.fallback.begin(now, &self.config);
        let timeout = self.fallback.timeout(&self.config);
        self.link = Link::Opening { deadline: (timeout > 0).then(|| now.after(timeout)) };
        self.actions.push_back(Action::Open);
    }

    /// The transport could not even be made.
    pub fn handle_open_failed(&mut self, now: Time, reason: String) {
        if matches!(self.link, Link::Opening { .. }) {
            self.events.push_back(Event::Failed(Failure::Open(reason)));
            self.link = Link::Idle;
            self.go_on(now, true);
        }
    }

    /// The transport is open.
    pub fn handle_opened(&mut self, now: Time, config: SessionConfig) {
        let Link::Opening { deadline } = self.link else { return };
        match Session::new(config, now) {
            Ok(session) => {
                self.link = Link::Up { session: Box::new(session), deadline };
                self.take_transmits(now);
            }
            Err(error) => {
                self.events.push_back(Event::Failed(error.into()));
                self.close(now, CloseCode::Done);
            }
        }
    }

    /// A message of the transport arrived.
    pub fn handle_data(&mut self, now: Time, data: Data<'_>) {
        if let Link::Up { session, .. } = &mut self.link {
            session.handle_data(now, data);
        }
    }

    /// The session of the current connection, if nothing of it is waiting to be told: messages may go the short way of
    /// [`Session::plain_message`] then.
    pub fn idle_session(&mut self) -> Option<&mut Session> {
        match &mut self.link {
            Link::Up { session, .. } if self.events.is_empty() => Some(session),
            _ => None,
        }
    }

    /// The transport is closed, whoever closed it.
    pub fn handle_closed(&mut self, now: Time) {
        if matches!(self.link, Link::Opening { .. } | Link::Up { .. } | Link::Closing { .. }) {
            self.closed(now, false);
        }
    }

    /// Does what is due; see [`poll_timeout`](Self::poll_timeout).
    pub fn handle_timeout(&mut self, now: Time) {
        match &mut self.link {
            Link::Waiting { until } if now >= *until => {
                self.delay.grow(&self.config);
                self.prepare();
            }
            Link::Closing { deadline } if now >= *deadline => self.discard(now),
            Link::Opening { deadline: Some(deadline) } if now >= *deadline => self.too_late(now),
            Link::Up { session, deadline } => {
                if deadline.is_some_and(|deadline| now >= deadline) && session.is_connecting() {
                    return self.too_late(now);
                }
                session.handle_timeout(now);
                self.take_transmits(now);
            }
            _ => {}
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due, if ever.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Time> {
        match &self.link {
            Link::Idle | Link::Preparing => None,
            Link::Opening { deadline } => *deadline,
            Link::Up { session, deadline } => {
                let deadline = deadline.filter(|_| session.is_connecting());
                deadline.into_iter().chain(session.poll_timeout()).min()
            }
            Link::Closing { deadline } => Some(*deadline),
            Link::Waiting { until } => Some(*until),
        }
    }

    /// What the driver is to do next.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// What happened next. `now` is for what follows from it, such as closing the transport.
    pub fn poll_event(&mut self, now: Time) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        let Link::Up { session, .. } = &mut self.link else { return None };
        let event = session.poll_event()?;
        if matches!(event, crate::session::Event::Connected { .. }) {
            self.delay.reset(&self.config);
            self.fallback.connected();
        }
        self.take_transmits(now);
        Some(Event::Session(event))
    }

    fn set_activation(&mut self, activation: Activation) {
        self.activation = activation;
        self.events.push_back(Event::Activation(activation));
    }

    /// Moves what the session wants sent to the actions; if it wants the transport closed, that ends it.
    fn take_transmits(&mut self, now: Time) {
        let Link::Up { session, .. } = &mut self.link else { return };
        while let Some(transmit) = session.poll_transmit() {
            match transmit {
                Transmit::Text(text) => self.actions.push_back(Action::SendText(text)),
                Transmit::Binary(bytes) => self.actions.push_back(Action::SendBinary(bytes)),
                Transmit::Close(code) => return self.give_up(now, code),
            }
        }
    }

    /// The connection is to end: closed, or given up at once where that was asked for and it has failed.
    fn give_up(&mut self, now: Time, code: CloseCode) {
        if self.config.discard_on_failure && code != CloseCode::Done {
            self.discard(now)
        } else {
            self.close(now, code)
        }
    }

    fn close(&mut self, now: Time, code: CloseCode) {
        self.end_session();
        self.link = Link::Closing { deadline: now.after(self.config.close_timeout) };
        self.actions.push_back(Action::Close(code));
    }

    fn discard(&mut self, now: Time) {
        self.actions.push_back(Action::Discard);
        self.closed(now, true);
    }

    fn too_late(&mut self, now: Time) {
        self.events.push_back(Event::Failed(Failure::Timeout(self.fallback.timeout(&self.config))));
        if self.fallback.has_next(&self.config) {
            // Where the transport hangs its close would hang, too, and the next one is to be tried at once.
            return self.discard(now);
        }
        self.fallback.failed(now, &self.config);
        self.give_up(now, CloseCode::Unconfirmed);
    }

    fn closed(&mut self, now: Time, discarded: bool) {
        let opening = matches!(self.link, Link::Opening { .. });
        // A broker that answered, if with ERROR, has shown that the transport is all right.
        let failed = self.end_session() || opening;
        self.link = Link::Idle;
        if self.activation == Activation::Deactivating {
            self.set_activation(Activation::Inactive);
            self.events.push_back(Event::Closed { discarded });
            self.deactivated();
        } else {
            self.events.push_back(Event::Closed { discarded });
            self.go_on(now, failed);
        }
    }

    /// The connection is over, or the attempt to make one is; what comes next depends on whether the transport
    /// `failed`.
    fn go_on(&mut self, now: Time, failed: bool) {
        if failed && self.activation == Activation::Active && self.fallback.failed(now, &self.config) {
            self.prepare();
        } else {
            self.idle(now);
        }
    }

    /// There is no transport, and none is to be closed: wait for the next attempt, or be done.
    fn idle(&mut self, now: Time) {
        self.link = Link::Idle;
        if self.activation == Activation::Deactivating {
            self.set_activation(Activation::Inactive);
            self.deactivated();
        } else {
            self.wait(now);
        }
    }

    fn deactivated(&mut self) {
        self.events.push_back(Event::Deactivated);
        if self.wanted {
            self.start();
        }
    }

    fn wait(&mut self, now: Time) {
        let Some(delay) = self.delay.next().filter(|_| self.activation == Activation::Active) else { return };
        self.events.push_back(Event::Reconnecting(delay));
        self.link = Link::Waiting { until: now.after(delay) };
    }

    /// What the session still had to tell is told before what follows. Answers whether it never heard of the broker.
    fn end_session(&mut self) -> bool {
        let Link::Up { mut session, .. } = std::mem::replace(&mut self.link, Link::Idle) else { return false };
        self.events.extend(std::iter::from_fn(|| session.poll_event()).map(Event::Session));
        session.is_connecting()
    }
}
