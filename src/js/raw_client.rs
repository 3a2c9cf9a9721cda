//! The client as the TypeScript face sees it.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::debug::{self, Level};
use super::error::thrown;
use super::headers::from_flat;
use super::host::{Face, FaceHost, JsHost};
use super::settings::Given;
use crate::browser::driver::Driver;
use crate::frame::ContentLength;
use crate::session::{Body, Data, Publish, Session, SubscriptionKey, UsageError};

/// The client behind the face's `Client`. Headers are flat lists: name, value, name, value.
///
/// `connection` names the connection that something belongs to, so that what belongs to an old one never reaches a new
/// one; 0 is whichever is current.
#[wasm_bindgen]
pub struct RawClient {
    driver: Rc<Driver>,
    face: Rc<Face>,
}

#[wasm_bindgen]
impl RawClient {
    /// A client that does nothing until it is activated.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(host: JsHost) -> Self {
        let face = Face::new(host);
        Self { driver: Driver::new(Box::new(FaceHost(Rc::clone(&face)))), face }
    }

    /// Takes the settings. Times are in ms.
    #[allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools)]
    pub fn configure(
        &self,
        broker_url: Option<String>,
        versions: String,
        connect_headers: Vec<String>,
        disconnect_headers: Vec<String>,
        connection_timeout: f64,
        reconnect_delay: f64,
        max_reconnect_delay: f64,
        exponential: bool,
        heartbeat_outgoing: f64,
        heartbeat_incoming: f64,
        heartbeat_tolerance: f64,
        worker_ticker: bool,
        max_chunk: f64,
        force_binary: bool,
        append_missing_nul: bool,
        discard_on_failure: bool,
        debug: bool,
        log_raw: bool,
    ) {
        self.face.level.set(match (debug, log_raw) {
            (false, _) => Level::Off,
            (true, false) => Level::Frames,
            (true, true) => Level::Raw,
        });
        let disconnect_headers = from_flat(&disconnect_headers);
        let given = Given {
            versions,
            connect_headers: from_flat(&connect_headers),
            disconnect_headers,
            connection_timeout,
            reconnect_delay,
            max_reconnect_delay,
            exponential,
            heartbeat_outgoing,
            heartbeat_incoming,
            heartbeat_tolerance,
            max_chunk,
            force_binary,
            append_missing_nul,
            discard_on_failure,
        };
        let mut settings = self.face.settings.borrow_mut();
        given.apply(&mut settings);
        settings.url = broker_url;
        settings.worker_ticker = worker_ticker;
    }

    /// Connects, and connects again whenever the connection is lost.
    pub fn activate(&self) {
        self.driver.activate();
    }

    /// Ends the connection, in order or by force.
    pub fn deactivate(&self, force: bool) {
        self.driver.deactivate(force);
    }

    /// Cuts the connection; an active client connects anew.
    #[wasm_bindgen(js_name = forceDisconnect)]
    pub fn force_disconnect(&self) {
        self.driver.force_disconnect();
    }

    /// stomp.js's `ActivationState`.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn state(&self) -> u32 {
        self.driver.activation() as u32
    }

    /// Whether frames may be sent.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn connected(&self) -> bool {
        self.driver.is_connected()
    }

    /// The version that was agreed.
    #[wasm_bindgen(getter, js_name = connectedVersion)]
    #[must_use]
    pub fn connected_version(&self) -> Option<String> {
        self.driver.session(Session::version).flatten().map(|version| version.as_str().to_owned())
    }

    /// The socket of the current connection.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn socket(&self) -> JsValue {
        self.driver.socket().map_or(JsValue::UNDEFINED, JsValue::from)
    }

    /// Names the current connection.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn connection(&self) -> u32 {
        self.driver.connection()
    }

    /// Takes a text message of the socket.
    #[wasm_bindgen(js_name = receiveText)]
    pub fn receive_text(&self, data: &str) {
        if self.face.level.get() == Level::Raw {
            self.face.debug(&debug::raw_line(data));
        }
        self.driver.receive(Data::Text(data));
    }

    /// Takes a binary message of the socket.
    #[wasm_bindgen(js_name = receiveBinary)]
    pub fn receive_binary(&self, data: &[u8]) {
        if self.face.level.get() == Level::Raw {
            self.face.debug(&debug::raw_line(&String::from_utf8_lossy(data)));
        }
        self.driver.receive(Data::Binary(data));
    }

    /// Where the face writes a header block for [`plain`](Self::plain): 2,048 bytes.
    #[wasm_bindgen(getter, js_name = blockAddress)]
    #[must_use]
    pub fn block_address(&self) -> u32 {
        self.face.area.block_address() as usize as u32
    }

    /// Where [`plain`](Self::plain) writes its answer: 73 numbers of 32 bits, as `src/js/plain.rs` names them.
    #[wasm_bindgen(getter, js_name = answerAddress)]
    #[must_use]
    pub fn answer_address(&self) -> u32 {
        self.face.area.answer_address() as usize as u32
    }

    /// Reads the first `length` bytes of the block. `true` if the message goes the short way: then the answer says
    /// where its headers are and how long its body is. Otherwise the whole is for [`receive_text`](Self::receive_text)
    /// or [`receive_binary`](Self::receive_binary).
    pub fn plain(&self, length: u32) -> bool {
        if self.face.level.get() != Level::Off {
            return false;
        }
        let message = self.face.area.with_block(length as usize, |block| self.driver.plain_message(block));
        if let Some(message) = &message {
            self.face.area.answer(message, self.driver.connection());
        }
        message.is_some()
    }

    /// Sends a message; `destination` is among the headers. A binary body goes before a text one.
    ///
    /// # Errors
    /// Throws if there is no connection or the message cannot be sent.
    pub fn publish(
        &self,
        headers: Vec<String>,
        body: Option<String>,
        binary_body: Option<Vec<u8>>,
        skip_content_length: bool,
    ) -> Result<(), JsValue> {
        let headers = from_flat(&headers);
        let (body, content_length) = match &binary_body {
            Some(bytes) => (Body::Binary(bytes), ContentLength::Always),
            None if skip_content_length => (Body::Text(body.as_deref().unwrap_or("")), ContentLength::OnlyIfNul),
            None => (Body::Text(body.as_deref().unwrap_or("")), ContentLength::IfBody),
        };
        let publish = Publish { headers: &headers, body, content_length };
        self.operate(|session, now| session.publish(now, publish))
    }

    /// The parts of a text frame to a destination, for a face that puts such frames together by itself as long as the
    /// answer's `Ready` names the same connection: what stands before the number of bytes, behind it, and at the end.
    /// Empty if each of these frames must go through [`publish`](Self::publish).
    ///
    /// # Errors
    /// Throws if there is no connection or such a message cannot be sent.
    #[wasm_bindgen(js_name = sendHead)]
    pub fn send_head(&self, headers: Vec<String>) -> Result<Vec<String>, JsValue> {
        let head = self.operate(|session, _| session.send_head(&from_flat(&headers)))?;
        Ok(head.map_or_else(Vec::new, |head| vec![head.before_length, head.after_length.into(), head.end.into()]))
    }

    /// The socket threw when the face sent such a frame.
    #[wasm_bindgen(js_name = sendFailed)]
    pub fn send_failed(&self, error: JsValue) {
        self.driver.send_failed(error);
    }

    /// Subscribes; messages come with the `key`. Answers the id.
    ///
    /// # Errors
    /// Throws if there is no connection, or the subscription cannot be made.
    pub fn subscribe(&self, key: u32, headers: Vec<String>) -> Result<String, JsValue> {
        let headers = from_flat(&headers);
        self.operate(|session, now| session.subscribe(now, SubscriptionKey(key), &headers))
    }

    /// Ends a subscription. One of an old connection ended with it.
    ///
    /// # Errors
    /// Throws if there is no connection or no such subscription.
    pub fn unsubscribe(&self, connection: u32, id: &str, headers: Vec<String>) -> Result<(), JsValue> {
        if self.is_stale(connection) {
            return Ok(());
        }
        let headers = from_flat(&headers);
        self.operate(|session, now| session.unsubscribe(now, id, &headers))
    }

    /// Acknowledges a message by what names it.
    ///
    /// # Errors
    /// Throws if there is no connection, or the message cannot be acknowledged.
    pub fn ack(&self, id: &str, subscription: &str, headers: Vec<String>) -> Result<(), JsValue> {
        let headers = from_flat(&headers);
        self.operate(|session, now| session.ack(now, id, subscription, &headers))
    }

    /// Says that a message was not consumed, by what names it.
    ///
    /// # Errors
    /// Throws if there is no connection, or the message cannot be refused.
    pub fn nack(&self, id: &str, subscription: &str, headers: Vec<String>) -> Result<(), JsValue> {
        let headers = from_flat(&headers);
        self.operate(|session, now| session.nack(now, id, subscription, &headers))
    }

    /// Acknowledges a message, or says that it was not consumed, by its headers.
    ///
    /// # Errors
    /// Throws if the message came on an old connection, or cannot be acknowledged.
    #[wasm_bindgen(js_name = ackMessage)]
    pub fn ack_message(
        &self,
        connection: u32,
        nack: bool,
        ack: Option<String>,
        message_id: Option<String>,
        subscription: Option<String>,
        headers: Vec<String>,
    ) -> Result<(), JsValue> {
        if self.is_stale(connection) {
            return Err(thrown(&UsageError::StaleMessage));
        }
        let headers = from_flat(&headers);
        let subscription = subscription.as_deref().unwrap_or("");
        self.operate(|session, now| {
            let id = session.ack_id(ack.as_deref(), message_id.as_deref())?;
            if nack {
                session.nack(now, id, subscription, &headers)
            } else {
                session.ack(now, id, subscription, &headers)
            }
        })
    }

    /// Begins a transaction. Answers its id.
    ///
    /// # Errors
    /// Throws if there is no connection or the id is taken.
    pub fn begin(&self, id: Option<String>) -> Result<String, JsValue> {
        self.operate(|session, now| session.begin(now, id.as_deref()))
    }

    /// Commits a transaction or rolls it back. One of an old connection was rolled back with it.
    ///
    /// # Errors
    /// Throws if there is no connection or no such transaction.
    #[wasm_bindgen(js_name = endTransaction)]
    pub fn end_transaction(&self, connection: u32, commit: bool, id: &str) -> Result<(), JsValue> {
        if self.is_stale(connection) {
            return Err(thrown(&UsageError::UnknownTransaction(id.to_owned())));
        }
        self.operate(|session, now| if commit { session.commit(now, id) } else { session.abort(now, id) })
    }

    /// Asks for the receipt of the id to come with the `key`.
    ///
    /// # Errors
    /// Throws if there is no connection.
    #[wasm_bindgen(js_name = watchReceipt)]
    pub fn watch_receipt(&self, id: &str, key: u32) -> Result<(), JsValue> {
        self.operate(|session, _| {
            if !session.is_connected() {
                return Err(UsageError::NotConnected);
            }
            session.watch_receipt(id, key);
            Ok(())
        })
    }

    fn is_stale(&self, connection: u32) -> bool {
        connection != 0 && (connection != self.driver.connection() || !self.driver.is_connected())
    }

    fn operate<R>(
        &self,
        operation: impl FnOnce(&mut Session, crate::session::Time) -> Result<R, UsageError>,
    ) -> Result<R, JsValue> {
        self.driver.operate(operation).map_err(|error| thrown(&error))
    }
}
