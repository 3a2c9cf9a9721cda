//! The client as the TypeScript face sees it.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::debug::Level;
use super::error::thrown;
use super::host::{Face, FaceHost, JsHost};
use super::operation::{Operation, flag, key};
use super::settings::Given;
use super::texts::{cut, headers};
use crate::browser::driver::Driver;
use crate::frame::ContentLength;
use crate::session::{Body, Data, Publish, Session, Time};

/// The client behind the face's `Client`.
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

    /// Does the operation, which `src/js/operation.rs` names. `numbers` are its numbers, and behind them where in `text`
    /// its texts end.
    ///
    /// A connection among the numbers names the one that something belongs to, so that what belongs to an old one never
    /// reaches a new one; 0 is whichever is current.
    ///
    /// # Errors
    /// Throws if there is no connection, or the operation cannot be done.
    pub fn call(&self, operation: u32, text: &str, numbers: &[f64]) -> Result<Option<String>, JsValue> {
        let Some(operation) = Operation::of(operation) else { return Ok(None) };
        let (numbers, ends) = numbers.split_at_checked(operation.numbers()).unwrap_or_default();
        let texts = cut(text, ends);
        match operation {
            Operation::Configure => {
                let given = Given { numbers, texts: &texts };
                self.face.log.borrow_mut().hide(given.secret_names());
                self.face.level.set(given.apply(&mut self.face.settings.borrow_mut()));
            }
            Operation::Activate => {
                let fell_back = key(numbers);
                if fell_back > 0 {
                    self.driver.remember(1, Time(fell_back.into()));
                }
                self.driver.activate();
            }
            Operation::Deactivate => self.driver.deactivate(flag(numbers, 0)),
            Operation::ForceDisconnect => self.driver.force_disconnect(),
            _ => {
                if let Some(answer) = operation.stale(&texts).filter(|_| self.is_stale(key(numbers))) {
                    return answer.map(|()| None).map_err(|error| thrown(&error));
                }
                return self
                    .driver
                    .operate(|session, now| operation.perform(session, now, numbers, &texts))
                    .map_err(|error| thrown(&error));
            }
        }
        Ok(None)
    }

    /// Sends a message with a binary body; the texts are its headers.
    ///
    /// # Errors
    /// Throws if there is no connection or the message cannot be sent.
    #[wasm_bindgen(js_name = publishBinary)]
    pub fn publish_binary(&self, text: &str, ends: &[f64], body: &[u8]) -> Result<(), JsValue> {
        let headers = headers(&cut(text, ends));
        let publish = Publish { headers: &headers, body: Body::Binary(body), content_length: ContentLength::Always };
        self.driver.operate(|session, now| session.publish(now, publish)).map_err(|error| thrown(&error))
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
            let line = self.face.log.borrow_mut().raw_line(data);
            self.face.debug(&line);
        }
        self.driver.receive(Data::Text(data));
    }

    /// Takes a binary message of the socket.
    #[wasm_bindgen(js_name = receiveBinary)]
    pub fn receive_binary(&self, data: &[u8]) {
        if self.face.level.get() == Level::Raw {
            let line = self.face.log.borrow_mut().raw_line(&String::from_utf8_lossy(data));
            self.face.debug(&line);
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
        let area = &self.face.area;
        self.driver.plain_message(area.block(length as usize), |message, block, connection| {
            area.answer(message, block, connection);
        })
    }

    /// The socket threw when the face sent a frame that it had put together by itself.
    #[wasm_bindgen(js_name = sendFailed)]
    pub fn send_failed(&self, error: JsValue) {
        self.driver.send_failed(error);
    }

    fn is_stale(&self, connection: u32) -> bool {
        connection != 0 && (connection != self.driver.connection() || !self.driver.is_connected())
    }
}
