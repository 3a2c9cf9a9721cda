//! Does what the sans-IO client says, and tells it what happened.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::clock::now;
use super::host::Host;
use super::promise::{Waiting, is_thenable};
use super::receive::Received;
use super::socket::{Attached, Handlers, Socket, close_unwanted, discarded_close_event};
use super::timer::{Armed, Ticker};
use crate::client::{Action, Activation, Client, ClientConfig, Event};
use crate::session::{CloseCode, Data, Session, Time, UsageError};

/// A client with its socket and its timer.
///
/// While the client is active, the socket's handlers and the timer keep the driver alive, so that a page need not hold
/// on to it; an inactive one has neither.
pub(crate) struct Driver {
    client: RefCell<Client>,
    host: Box<dyn Host>,
    socket: RefCell<Option<Attached>>,
    /// The promises that attempts to connect wait for, by their tickets: of a preparation, or of a socket. One that
    /// nobody waits for any more stays until it is settled, since it will call then.
    waiting: RefCell<Vec<(u32, Waiting)>>,
    /// Grows with everything that is waited for, so that what comes too late is told from what is expected.
    ticket: Cell<u32>,
    ticker: RefCell<Option<Ticker>>,
    armed: RefCell<Option<Armed>>,
    /// Whether events are being delivered. What a callback calls acts at once, but its events wait for their turn.
    delivering: Cell<bool>,
    /// What JavaScript gave with the event that comes next.
    payload: RefCell<JsValue>,
}

impl Driver {
    pub(crate) fn new(host: Box<dyn Host>) -> Rc<Self> {
        Rc::new(Self {
            client: RefCell::new(Client::new(ClientConfig::default())),
            host,
            socket: RefCell::default(),
            waiting: RefCell::default(),
            ticket: Cell::new(0),
            ticker: RefCell::default(),
            armed: RefCell::default(),
            delivering: Cell::new(false),
            payload: RefCell::new(JsValue::UNDEFINED),
        })
    }

    pub(crate) fn activation(&self) -> Activation {
        self.client.borrow().activation()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.client.borrow().is_connected()
    }

    /// Whether nothing is going on and nothing is to come.
    pub(crate) fn is_idle(&self) -> bool {
        self.client.borrow().is_idle()
    }

    /// The number of the transport in use.
    pub(crate) fn transport(&self) -> usize {
        self.client.borrow().transport()
    }

    pub(crate) fn connection(&self) -> u32 {
        self.client.borrow().connection()
    }

    pub(crate) fn socket(&self) -> Option<Socket> {
        self.socket.borrow().as_ref().map(|attached| attached.socket.clone())
    }

    pub(crate) fn activate(self: &Rc<Self>) {
        self.configure();
        self.client.borrow_mut().activate();
        self.pump();
    }

    pub(crate) fn deactivate(self: &Rc<Self>, force: bool) {
        // stomp.js lets these change until the very end.
        let headers = self.host.settings().session.disconnect_headers;
        self.client.borrow_mut().set_disconnect_headers(headers);
        self.client.borrow_mut().deactivate(now(), force);
        self.pump();
    }

    pub(crate) fn force_disconnect(self: &Rc<Self>) {
        self.client.borrow_mut().force_disconnect(now());
        self.pump();
    }

    /// Does something with the session, and sends what comes of it.
    pub(crate) fn operate<R>(
        self: &Rc<Self>,
        operation: impl FnOnce(&mut Session, Time) -> Result<R, UsageError>,
    ) -> Result<R, UsageError> {
        let now = now();
        let result = self.client.borrow_mut().with_session(now, |session| operation(session, now));
        self.pump();
        result
    }

    /// Does something with the session on the short way of messages, if nothing is waiting: see
    /// [`Session::plain_head`]. Not while events are delivered: what came before is told first.
    pub(super) fn short_way<R>(
        self: &Rc<Self>,
        read: impl FnOnce(&mut Session, &dyn Fn() -> Time) -> Option<R>,
    ) -> Option<R> {
        if self.delivering.get() {
            return None;
        }
        let looked = Cell::new(false);
        let look = || {
            looked.set(true);
            now()
        };
        let answer = read(self.client.borrow_mut().idle_session()?, &look);
        if looked.get() {
            self.arm();
        }
        answer
    }

    /// Takes what came of the socket: the messages that went the short way, and the rest, if there is one. All of it is
    /// taken before any of it is told: who hears may do anything, also have the socket give more.
    pub(super) fn take(self: &Rc<Self>, messages: Vec<Received>, rest: Option<Data<'_>>) {
        if let Some(rest) = rest {
            self.client.borrow_mut().handle_data(now(), rest);
        }
        if !messages.is_empty() {
            self.delivering.set(true);
            for message in messages {
                self.host.message(message);
            }
            self.delivering.set(false);
        }
        self.pump();
    }

    fn configure(&self) {
        let settings = self.host.settings();
        self.client.borrow_mut().configure(settings.client);
    }

    /// Does everything there is to do. Within a callback only the actions: the events come when it has returned.
    fn pump(self: &Rc<Self>) {
        self.act();
        if self.delivering.replace(true) {
            return;
        }
        loop {
            let event = self.client.borrow_mut().poll_event(now());
            self.act();
            let Some(event) = event else { break };
            self.deliver(event);
            self.act();
        }
        self.delivering.set(false);
        self.arm();
    }

    fn deliver(self: &Rc<Self>, event: Event) {
        match event {
            Event::Prepare => self.prepare(),
            Event::Closed { discarded } => {
                let payload = if discarded { discarded_close_event() } else { self.take_payload() };
                self.configure();
                self.host.event(Event::Closed { discarded }, &payload);
            }
            Event::Failed(failure) => {
                let payload = self.take_payload();
                self.host.event(Event::Failed(failure), &payload);
            }
            Event::Session(crate::session::Event::Connected { .. }) => {
                self.configure();
                self.host.event(event, &JsValue::UNDEFINED);
            }
            event => self.host.event(event, &JsValue::UNDEFINED),
        }
    }

    fn take_payload(&self) -> JsValue {
        self.payload.replace(JsValue::UNDEFINED)
    }

    /// Asks the host to get ready, and goes on when it is. As in stomp.js, the socket is never opened before
    /// `activate()` has returned.
    fn prepare(self: &Rc<Self>) {
        // What is thrown is told as late as what a promise is rejected with.
        let value = self.host.prepare().unwrap_or_else(|error| js_sys::Promise::reject(&error).into());
        self.wait_for(&value, |driver, result| driver.prepared(result.map(drop)), drop);
    }

    fn prepared(self: &Rc<Self>, result: Result<(), JsValue>) {
        self.configure();
        let result = result.map_err(|error| self.keep(error));
        self.client.borrow_mut().handle_prepared(now(), result);
        self.pump();
    }

    /// Remembers what was thrown for the event that tells of it; answers it in words.
    fn keep(&self, error: JsValue) -> String {
        let message = js_sys::Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
        let text = message.or_else(|| error.as_string()).unwrap_or_else(|| "it gave no reason".into());
        self.payload.replace(error);
        text
    }

    fn wait_for(
        self: &Rc<Self>,
        value: &JsValue,
        then: fn(&Rc<Self>, Result<JsValue, JsValue>),
        too_late: fn(Result<JsValue, JsValue>),
    ) {
        let ticket = self.next_ticket();
        let driver = Rc::clone(self);
        let waiting = Waiting::new(value, move |result| {
            driver.waiting.borrow_mut().retain(|(other, _)| *other != ticket);
            if driver.ticket.get() == ticket { then(&driver, result) } else { too_late(result) }
        });
        self.waiting.borrow_mut().push((ticket, waiting));
    }

    fn next_ticket(&self) -> u32 {
        let ticket = self.ticket.get().wrapping_add(1);
        self.ticket.set(ticket);
        ticket
    }

    fn act(self: &Rc<Self>) {
        while let Some(action) = self.next_action() {
            self.host.log_action(&action);
            match action {
                Action::Open => self.open(),
                Action::SendText(text) => self.send(|socket| socket.send_text(&text)),
                Action::SendBinary(bytes) => self.send(|socket| socket.send_bytes(&bytes)),
                Action::Close(code) => self.close(code),
                Action::Discard => self.discard(),
            }
        }
    }

    /// The next action. A function of its own, so that the client is not borrowed while it is done.
    fn next_action(&self) -> Option<Action> {
        self.client.borrow_mut().poll_action()
    }

    /// A socket that cannot send is on its way to being closed, and reports that by itself; one that throws for
    /// another reason is of no use any more.
    fn send(self: &Rc<Self>, send: impl FnOnce(&Attached) -> Result<(), JsValue>) {
        let result = self.socket.borrow().as_ref().map(send);
        if let Some(Err(error)) = result {
            self.host.socket_error(&error);
            self.client.borrow_mut().force_disconnect(now());
        }
    }

    fn close(self: &Rc<Self>, code: CloseCode) {
        match self.socket.borrow().as_ref() {
            Some(attached) => attached.close(code),
            // A promise of a socket is still being waited for: whoever brings it finds it unwanted.
            None => {
                self.next_ticket();
                self.client.borrow_mut().handle_closed(now());
            }
        }
    }

    fn discard(&self) {
        self.next_ticket();
        if let Some(attached) = self.socket.take() {
            attached.discard();
        }
    }

    fn open(self: &Rc<Self>) {
        let transport = self.client.borrow().transport();
        match self.host.open_socket(transport) {
            Ok(value) if is_thenable(&value) => self.wait_for(
                &value,
                |driver, result| match result {
                    Ok(socket) => driver.attach(socket),
                    Err(error) => driver.open_failed(error),
                },
                |result| drop(result.map(close_unwanted)),
            ),
            Ok(value) => self.attach(value),
            Err(error) => self.open_failed(error),
        }
    }

    fn open_failed(self: &Rc<Self>, error: JsValue) {
        let text = self.keep(error);
        self.client.borrow_mut().handle_open_failed(now(), text);
        self.pump();
    }

    fn attach(self: &Rc<Self>, value: JsValue) {
        if !value.is_object() {
            return self.open_failed(js_sys::Error::new("webSocketFactory did not return a socket").into());
        }
        let socket: Socket = value.unchecked_into();
        if socket.is_closed() {
            // It would never say anything. Most often it is the one of the connection before.
            return self.open_failed(
                js_sys::Error::new(
                    "the socket is closed already: webSocketFactory must make a new one for each connection, as () => new SockJS(url) does",
                )
                .into(),
            );
        }
        let [on_open, on_error, on_close] = [(); 3].map(|()| Rc::clone(self));
        let handlers = Handlers {
            open: Box::new(move |_| on_open.opened()),
            message: self.host.message_handler(),
            error: Box::new(move |event| on_error.host.socket_error(&event)),
            close: Box::new(move |event| on_close.closed(event)),
        };
        let attached = Attached::new(socket, handlers);
        let open = attached.is_open();
        self.socket.replace(Some(attached));
        if open {
            self.opened();
        }
    }

    fn opened(self: &Rc<Self>) {
        let mut session = self.host.settings().session;
        session.text_only = self.socket().is_some_and(|socket| socket.sockjs_transport().is_some());
        self.client.borrow_mut().handle_opened(now(), session);
        self.pump();
    }

    fn closed(self: &Rc<Self>, event: JsValue) {
        self.socket.take();
        self.payload.replace(event);
        self.client.borrow_mut().handle_closed(now());
        self.pump();
    }

    /// Arms the timer if it would fire too late. One that fires early does no harm and is armed anew: data that
    /// arrives puts the deadline off with every message, and a timer for each would cost more than the message.
    fn arm(self: &Rc<Self>) {
        let Some(at) = self.client.borrow().poll_timeout() else {
            self.armed.take();
            self.ticker.take();
            return;
        };
        if self.armed.borrow().as_ref().is_some_and(|armed| armed.at <= at) {
            return;
        }
        let driver = Rc::clone(self);
        let tick = move || driver.tick();
        let mut ticker = self.ticker.borrow_mut();
        let ticker = ticker.get_or_insert_with(|| {
            if self.host.settings().worker_ticker { Ticker::in_worker(tick.clone()) } else { Ticker::Page }
        });
        let armed = Armed::new(ticker, now(), at, tick);
        self.armed.replace(Some(armed));
    }

    fn tick(self: &Rc<Self>) {
        self.armed.take();
        self.configure();
        self.client.borrow_mut().handle_timeout(now());
        self.pump();
    }
}
