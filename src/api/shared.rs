//! What all handles of a client share, and what may be done with it.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

use super::builder::{Config, Live};
use super::connect::Attempt;
use super::host::ApiHost;
use super::publish::Outgoing;
use super::queue::Broadcast;
use super::receipt::{Confirmation, Receipts, Waiter};
use super::sleep::{Deadline, browser_ms};
use super::slot::Slot;
use super::subscription::Entry;
use super::{Connected, Error, IN_BROWSER, Message, State};
use crate::browser::clock::now;
use crate::browser::driver::Driver;
use crate::client::{Activation, Outbox, Subscriptions};
use crate::frame::Headers;
use crate::session::{Body, SubscriptionKey, UsageError};

/// What all handles of a client share. The driver owns it, as its host; so it holds no handle of the driver's own.
pub(super) struct Shared {
    pub(super) driver: OnceCell<Weak<Driver>>,
    pub(super) live: Live,
    pub(super) state: Cell<State>,
    pub(super) states: Broadcast<State>,
    pub(super) errors: Broadcast<Error>,
    pub(super) unhandled: Broadcast<Message>,
    /// Why the connection is ending, until it has ended.
    pub(super) reason: RefCell<Option<Error>>,
    pub(super) last_error: RefCell<Option<Error>>,
    pub(super) connected: RefCell<Option<Connected>>,
    pub(super) attempts: RefCell<Vec<Attempt>>,
    pub(super) disconnects: RefCell<Vec<Rc<Slot<()>>>>,
    /// Whether the client is active only since somebody waits for a connection.
    only_to_connect: Cell<bool>,
    pub(super) subscriptions: RefCell<Subscriptions<Rc<Entry>>>,
    pub(super) receipts: Receipts,
    outbox: RefCell<Outbox<Option<Ticket>>>,
    outbox_timer: RefCell<Option<Timeout>>,
    /// Made when there is a socket to take messages of: on a server there never is.
    pub(super) on_message: OnceCell<Closure<dyn Fn(JsValue)>>,
    own: Weak<Self>,
}

/// Who waits for the receipt of a message, and by what name.
struct Ticket {
    key: u32,
    id: String,
    confirmation: Confirmation,
}

impl Shared {
    pub(super) fn new(config: Config) -> (Rc<Self>, Rc<Driver>) {
        let shared = Rc::new_cyclic(|own: &Weak<Self>| Self {
            driver: OnceCell::new(),
            outbox: RefCell::new(Outbox::new(config.outbox)),
            live: Live::new(config),
            state: Cell::default(),
            states: Broadcast::new(),
            errors: Broadcast::new(),
            unhandled: Broadcast::new(),
            reason: RefCell::default(),
            last_error: RefCell::default(),
            connected: RefCell::default(),
            attempts: RefCell::default(),
            disconnects: RefCell::default(),
            only_to_connect: Cell::new(false),
            subscriptions: RefCell::default(),
            receipts: Receipts::default(),
            outbox_timer: RefCell::default(),
            on_message: OnceCell::new(),
            own: own.clone(),
        });
        let driver = Driver::new(Box::new(ApiHost(Rc::clone(&shared))));
        let _ = shared.driver.set(Rc::downgrade(&driver));
        (shared, driver)
    }

    pub(super) fn driver(&self) -> Option<Rc<Driver>> {
        self.driver.get().and_then(Weak::upgrade)
    }

    pub(super) const fn connect_timeout(&self) -> Option<Duration> {
        self.live.config.connect_timeout
    }

    pub(super) const fn receipt_deadline(&self) -> Deadline {
        Deadline::new(self.live.config.receipt_timeout)
    }

    pub(super) const fn state(&self) -> State {
        self.state.get()
    }

    pub(super) fn set_state(&self, state: State) {
        if self.state.replace(state) != state {
            self.states.tell(&state);
        }
    }

    pub(super) fn connected(&self) -> Option<Connected> {
        self.connected.borrow().clone()
    }

    pub(super) fn last_error(&self) -> Option<Error> {
        self.last_error.borrow().clone()
    }

    pub(super) fn add_connect_headers(&self, headers: &Headers) {
        let mut connect_headers = self.live.config.session.connect_headers.clone();
        for (name, value) in headers.iter() {
            connect_headers.set(name, value);
        }
        self.live.connect_headers.replace(connect_headers);
    }

    /// The client stays active whoever waits.
    pub(super) fn keep_active(&self) {
        self.only_to_connect.set(false);
    }

    pub(super) fn activated_to_connect(&self) {
        self.last_error.take();
        self.only_to_connect.set(true);
    }

    /// Somebody waits for a connection no longer. The last of those who are the only reason to connect ends it.
    pub(super) fn give_up_connecting(&self, driver: &Rc<Driver>) {
        if self.only_to_connect.get() && self.attempts.borrow().is_empty() {
            self.only_to_connect.set(false);
            if !driver.is_connected() && driver.activation() == Activation::Active {
                driver.deactivate(true);
            }
        }
    }

    /// Tells all who wait for a connection.
    pub(super) fn end_attempts(&self, result: &Result<Connected, Error>) {
        for attempt in self.attempts.take() {
            attempt.fill(result.clone());
        }
    }

    pub(super) fn subscribe(&self, entry: Entry) -> SubscriptionKey {
        let key = self.subscriptions.borrow_mut().add(Rc::new(entry));
        self.make_subscriptions();
        key
    }

    /// Makes all subscriptions that are not made yet on the current connection.
    pub(super) fn make_subscriptions(&self) {
        let Some(driver) = self.driver() else { return };
        let connection = driver.connection();
        while driver.is_connected() && driver.connection() == connection {
            let Some((key, entry)) = self.pending(connection) else { return };
            // The caller's function may do anything, also end this subscription or the connection.
            let mut headers = entry.headers();
            let receipt = entry.confirmation.borrow().is_some().then(|| self.receipts.new_key());
            if let Some((_, id)) = &receipt {
                headers.set("receipt", id);
            }
            let made = driver.operate(|session, now| {
                self.subscriptions.borrow_mut().subscribe(connection, session, now, key, headers)?;
                if let Some((number, id)) = &receipt {
                    session.watch_receipt(id, *number);
                    self.receipts.wait(*number, Waiter::Subscription(key));
                }
                Ok(())
            });
            match made {
                Ok(()) => {}
                // On the next connection, then.
                Err(UsageError::NotConnected) => return,
                Err(error) => self.end_subscription(key, error.into()),
            }
        }
    }

    fn pending(&self, connection: u32) -> Option<(SubscriptionKey, Rc<Entry>)> {
        let subscriptions = self.subscriptions.borrow();
        let key = subscriptions.poll_pending(connection)?;
        Some((key, Rc::clone(subscriptions.get(key)?)))
    }

    /// The subscription cannot go on.
    pub(super) fn end_subscription(&self, key: SubscriptionKey, error: Error) {
        if let Some(entry) = self.unsubscribe(key) {
            entry.confirm(Err(error.clone()));
            entry.queue.end(Some(error));
        }
    }

    pub(super) fn unsubscribe(&self, key: SubscriptionKey) -> Option<Rc<Entry>> {
        let driver = self.driver()?;
        let removed = self.subscriptions.borrow_mut().remove(driver.connection(), key);
        let (entry, id) = removed?;
        if let Some(id) = id.filter(|_| driver.is_connected()) {
            // If it is refused, there is none to end.
            let _ = driver.operate(|session, now| session.unsubscribe(now, &id, &Headers::new()));
        }
        Some(entry)
    }

    /// Sends a message, or keeps it for later.
    pub(super) fn publish(&self, mut outgoing: Outgoing<'_>, confirmation: Option<Confirmation>) -> Result<(), Error> {
        let driver = self.driver().ok_or(UsageError::NotConnected)?;
        let connected = driver.is_connected();
        if let Some(connection) = outgoing.connection {
            if !connected {
                return Err(UsageError::NotConnected.into());
            }
            if connection != driver.connection() {
                return Err(Error::TransactionLost);
            }
        }
        let ticket = confirmation.map(|confirmation| {
            let (key, id) = self.receipts.new_key();
            outgoing.headers.set("receipt", &id);
            Ticket { key, id, confirmation }
        });
        // What waits in the outbox goes first; what belongs to a transaction cannot wait.
        if connected && (outgoing.connection.is_some() || self.outbox.borrow().is_empty()) {
            return self.send(&driver, outgoing.as_publish(), ticket);
        }
        self.keep(outgoing, ticket)
    }

    fn send(
        &self,
        driver: &Rc<Driver>,
        publish: crate::session::Publish<'_>,
        ticket: Option<Ticket>,
    ) -> Result<(), Error> {
        let text_only = || driver.socket().is_some_and(|socket| socket.sockjs_transport().is_some());
        let encoding =
            self.live.config.binary_encoding.filter(|_| matches!(publish.body, Body::Binary(_)) && text_only());
        let encoded = encoding.and_then(|encoding| encoding.encode(&publish));
        let publish = match &encoded {
            Some((headers, text)) => crate::session::Publish { headers, body: Body::Text(text), ..publish },
            None => publish,
        };
        driver.operate(|session, now| {
            session.publish(now, publish)?;
            if let Some(Ticket { key, id, confirmation }) = ticket {
                session.watch_receipt(&id, key);
                self.receipts.wait(key, Waiter::Message(confirmation));
            }
            Ok(())
        })?;
        Ok(())
    }

    fn keep(&self, outgoing: Outgoing<'_>, ticket: Option<Ticket>) -> Result<(), Error> {
        if self.live.config.outbox.messages == 0 {
            return Err(UsageError::NotConnected.into());
        }
        let kept = self.outbox.borrow_mut().push(now(), outgoing.into_stored(), ticket);
        kept.map_err(|_| Error::OutboxFull)?;
        self.arm_outbox();
        Ok(())
    }

    pub(super) fn outbox_len(&self) -> usize {
        self.outbox.borrow().len()
    }

    /// Sends what has waited for a connection.
    pub(super) fn flush_outbox(&self) {
        let Some(driver) = self.driver() else { return };
        self.drop_expired();
        while driver.is_connected() {
            let next = self.outbox.borrow_mut().pop(now());
            let Some((stored, ticket)) = next else { break };
            let confirmation = ticket.as_ref().map(|ticket| Rc::clone(&ticket.confirmation));
            if let Err(error) = self.send(&driver, stored.as_publish(), ticket) {
                self.tell_unsent(confirmation, error);
            }
        }
        self.arm_outbox();
    }

    /// Tells whoever waits for a message that is too old to be sent.
    fn drop_expired(&self) {
        loop {
            let expired = self.outbox.borrow_mut().poll_expired(now());
            match expired {
                Some((_, ticket)) => self.tell_unsent(ticket.map(|ticket| ticket.confirmation), Error::Expired),
                None => return,
            }
        }
    }

    /// A message of the outbox will not be sent: tell who waits for its receipt, or else whoever listens.
    fn tell_unsent(&self, confirmation: Option<Confirmation>, error: Error) {
        match confirmation {
            Some(confirmation) => confirmation.fill(Err(error)),
            None => self.errors.tell(&error),
        }
    }

    fn arm_outbox(&self) {
        let at = self.outbox.borrow().poll_timeout().filter(|_| IN_BROWSER);
        let timer = at.map(|at| {
            let own = self.own.clone();
            Timeout::new(browser_ms(Duration::from_millis(at.since(now()))), move || {
                if let Some(shared) = own.upgrade() {
                    shared.drop_expired();
                    shared.arm_outbox();
                }
            })
        });
        self.outbox_timer.replace(timer);
    }
}
