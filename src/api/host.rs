//! What the driver asks of, and tells to, the Rust API.

use std::rc::{Rc, Weak};
use std::time::Duration;

use wasm_bindgen::prelude::*;

use super::message::Content;
use super::receipt::Waiter;
use super::shared::Shared;
use super::{Connected, Error, Message, State};
use crate::browser::host::{Host, Settings};
use crate::browser::receive::Received;
use crate::client::{Action, Activation, Event, Failure};
use crate::frame::{Command, Frame, Version};
use crate::session::{self, SubscriptionKey};

#[wasm_bindgen]
extern "C" {
    /// A message event of a socket, or a close event; each by the names of its properties, since a socket may be of the
    /// application's own making.
    type AnyEvent;
    #[wasm_bindgen(method, structural, getter)]
    fn data(this: &AnyEvent) -> JsValue;
    #[wasm_bindgen(method, structural, getter)]
    fn code(this: &AnyEvent) -> JsValue;
    #[wasm_bindgen(method, structural, getter)]
    fn reason(this: &AnyEvent) -> JsValue;
}

/// The function that takes the messages of every socket.
fn message_handler(shared: Weak<Shared>) -> Closure<dyn Fn(JsValue)> {
    // `Fn`, since a socket may deliver while something is sent on it.
    Closure::new(move |event: JsValue| {
        let Some(driver) = shared.upgrade().and_then(|shared| shared.driver()) else { return };
        driver.receive(event.unchecked_into::<AnyEvent>().data());
    })
}

/// The Rust API as the driver knows it.
pub(super) struct ApiHost(pub(super) Rc<Shared>);

impl Host for ApiHost {
    fn prepare(&self) -> Result<JsValue, JsValue> {
        self.0.set_state(State::Connecting);
        let prepare = self.0.live.config.prepare.as_ref();
        Ok(prepare.map_or(JsValue::UNDEFINED, |prepare| prepare(&self.0)))
    }

    fn settings(&self) -> Settings {
        let config = &self.0.live.config;
        let mut session = config.session.clone();
        session.connect_headers = self.0.live.connect_headers.borrow().clone();
        Settings { client: config.client, session, worker_ticker: config.worker_ticker }
    }

    fn open_socket(&self, transport: usize) -> Result<JsValue, JsValue> {
        let config = &self.0.live.config;
        // There is always one: the builder begins with it.
        let Some(chosen) = config.transports.get(transport) else { return Ok(JsValue::UNDEFINED) };
        chosen.open(config.session.versions, transport > 0)
    }

    fn message_handler(&self) -> JsValue {
        self.0.on_message.get_or_init(|| message_handler(Rc::downgrade(&self.0))).as_ref().clone()
    }

    fn event(&self, event: Event, payload: &JsValue) {
        let shared = &self.0;
        match event {
            Event::Activation(activation) => shared.activation(activation),
            Event::Session(event) => shared.session_event(event),
            Event::Failed(failure) => shared.failed(failure),
            Event::Closed { .. } => shared.closed(payload),
            Event::Reconnecting(ms) => shared.set_state(State::Waiting(Duration::from_millis(ms))),
            Event::Deactivated => shared.deactivated(),
            // The driver asks `prepare` instead.
            Event::Prepare => {}
        }
    }

    fn message(&self, Received { subscription, headers, body }: Received) {
        let shared = &self.0;
        // What is encoded has to be read to be decoded.
        if shared.live.config.binary_encoding.is_some_and(|encoding| encoding.is_of(&headers)) {
            let frame = Frame { command: Command::Message, headers, body: body.read() };
            return shared.frame(Some(subscription), frame);
        }
        shared.deliver(Some(subscription), Content::Unread(headers, body));
    }

    fn socket_error(&self, _: &JsValue) {
        // A browser says nothing of the cause; the close event that follows may.
    }

    fn log_action(&self, _: &Action) {}
}

impl Shared {
    fn activation(&self, activation: Activation) {
        self.set_state(match activation {
            Activation::Active => State::Connecting,
            Activation::Deactivating => State::Disconnecting,
            Activation::Inactive => State::Inactive,
        });
    }

    fn session_event(&self, event: session::Event) {
        match event {
            session::Event::Connected { version, frame } => self.is_connected_now(version, frame),
            session::Event::Message { subscription, frame } => self.frame(subscription, frame),
            session::Event::Receipt { watcher, .. } => self.confirmed(watcher),
            session::Event::Error(frame) => self.broker_error(frame),
            session::Event::HeartbeatLost => self.failing(Error::HeartbeatLost),
            session::Event::Violation(violation) => self.failing(violation.into()),
            session::Event::Disconnected(_) | session::Event::HeartbeatReceived | session::Event::Unhandled(_) => {}
        }
    }

    fn is_connected_now(&self, version: Version, frame: Frame) {
        let connected = Connected { version, headers: frame.headers };
        self.connected.replace(Some(connected.clone()));
        self.keep_active();
        self.last_error.take();
        self.set_state(State::Connected(version));
        // In this order: what is sent may be answered to a subscription.
        self.make_subscriptions();
        self.flush_outbox();
        self.end_attempts(&Ok(connected));
    }

    /// A message arrived as a whole.
    fn frame(&self, key: Option<SubscriptionKey>, mut frame: Frame) {
        if let Some(encoding) = self.live.config.binary_encoding {
            encoding.decode(&mut frame);
        }
        self.deliver(key, Content::Frame(frame));
    }

    fn deliver(&self, key: Option<SubscriptionKey>, content: Content) {
        let Some(driver) = self.driver.get() else { return };
        let connection = driver.upgrade().map_or(0, |driver| driver.connection());
        let message = Message::new(content, connection, driver.clone());
        let entry = key.and_then(|key| self.subscriptions.borrow().get(key).cloned());
        match (key, entry) {
            (Some(key), Some(entry)) => {
                let weight = message.weight();
                if !entry.queue.push(message, weight) {
                    // Its queue has ended: nobody will ever read what else comes.
                    self.unsubscribe(key);
                }
            }
            _ => self.unhandled.tell(&message),
        }
    }

    fn confirmed(&self, watcher: Option<u32>) {
        match watcher.and_then(|key| self.receipts.take(key)) {
            Some(Waiter::Message(confirmation)) => confirmation.fill(Ok(())),
            Some(Waiter::Subscription(key)) => {
                let entry = self.subscriptions.borrow().get(key).cloned();
                if let Some(entry) = entry {
                    entry.confirm(Ok(()));
                }
            }
            None => {}
        }
    }

    /// "If the error is related to a specific frame sent from the client, the server SHOULD add additional headers to
    /// help identify the original frame that caused the error. For example, if the frame included a receipt header, the
    /// ERROR frame SHOULD set the receipt-id header to match" (STOMP 1.2, ERROR)
    fn broker_error(&self, frame: Frame) {
        let refused = frame.header("receipt-id").and_then(|id| self.receipts.take_by_id(id));
        let error = Error::Broker(Box::new(frame));
        match refused {
            Some(Waiter::Message(confirmation)) => confirmation.fill(Err(error.clone())),
            // It would be refused on every connection, and end every one.
            Some(Waiter::Subscription(key)) => self.end_subscription(key, error.clone()),
            None => {}
        }
        let connecting = self.state() == State::Connecting;
        self.failing(error.clone());
        if connecting {
            self.end_attempts(&Err(error));
        }
    }

    /// The connection is ending over this.
    fn failing(&self, error: Error) {
        self.tell(&error);
        self.reason.replace(Some(error));
        if self.state() != State::Inactive {
            self.set_state(State::Disconnecting);
        }
    }

    fn tell(&self, error: &Error) {
        self.last_error.replace(Some(error.clone()));
        self.errors.tell(error);
    }

    fn failed(&self, failure: Failure) {
        let closing = matches!(failure, Failure::Timeout(_) | Failure::Connect(_));
        let error = Error::from(failure);
        self.tell(&error);
        if closing {
            // The transport is being closed, which tells the rest.
            self.reason.replace(Some(error));
        } else {
            self.attempt_failed(error);
        }
    }

    /// The transport is closed.
    fn closed(&self, payload: &JsValue) {
        let known = self.reason.take();
        let was_connected = self.connected.take().is_some();
        let orderly = matches!(self.state(), State::Inactive) && known.is_none();
        let error = match known {
            Some(error) => error,
            None => {
                let error = connection_lost(payload);
                if !orderly {
                    self.tell(&error);
                }
                error
            }
        };
        for waiter in self.receipts.take_all() {
            // A subscription is made again on the next connection.
            if let Waiter::Message(confirmation) = waiter {
                confirmation.fill(Err(if orderly { Error::Deactivated } else { error.clone() }));
            }
        }
        if was_connected {
            self.end_if_it_never_reconnects(&error);
        } else {
            self.attempt_failed(error);
        }
    }

    fn attempt_failed(&self, error: Error) {
        self.connected.take();
        self.end_if_it_never_reconnects(&error);
    }

    fn end_if_it_never_reconnects(&self, error: &Error) {
        if self.live.config.client.reconnect_delay > 0 {
            return;
        }
        let driver = self.driver();
        // Another transport may be on.
        if driver.as_ref().is_some_and(|driver| !driver.is_idle()) {
            return;
        }
        self.end_attempts(&Err(error.clone()));
        if let Some(driver) = driver.filter(|driver| driver.activation() == Activation::Active) {
            driver.deactivate(true);
        }
    }

    fn deactivated(&self) {
        let done = self.disconnects.take();
        // Who activated it meanwhile goes on waiting.
        if !self.driver().is_some_and(|driver| driver.activation() == Activation::Active) {
            self.end_attempts(&Err(Error::Deactivated));
        }
        for slot in done {
            slot.fill(());
        }
    }
}

fn connection_lost(payload: &JsValue) -> Error {
    if !payload.is_object() {
        return Error::ConnectionLost { code: 0, reason: String::new() };
    }
    let event = payload.unchecked_ref::<AnyEvent>();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let code = event.code().as_f64().unwrap_or_default() as u16;
    Error::ConnectionLost { code, reason: event.reason().as_string().unwrap_or_default() }
}
