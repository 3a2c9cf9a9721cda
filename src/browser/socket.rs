//! The transport: a `WebSocket`, or anything that behaves like one.

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::session::CloseCode;

#[wasm_bindgen]
extern "C" {
    /// A `WebSocket` or what a `webSocketFactory` made: SockJS, the `ws` package, a mock. Everything is looked up by
    /// name when it is used.
    #[derive(Clone, PartialEq)]
    pub(crate) type Socket;

    #[wasm_bindgen(method, structural, catch, js_name = send)]
    fn send_text(this: &Socket, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = send)]
    fn send_bytes(this: &Socket, bytes: &Uint8Array) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = close)]
    fn close_with(this: &Socket, code: u16, reason: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch, js_name = close)]
    fn close_plain(this: &Socket) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn terminate(this: &Socket) -> Result<(), JsValue>;
    #[wasm_bindgen(method, structural, getter, js_name = readyState)]
    fn ready_state(this: &Socket) -> JsValue;
    #[wasm_bindgen(method, structural, getter)]
    fn transport(this: &Socket) -> JsValue;
    #[wasm_bindgen(method, structural, setter, js_name = binaryType)]
    fn set_binary_type(this: &Socket, kind: &str);
    #[wasm_bindgen(method, structural, setter)]
    fn set_onopen(this: &Socket, handler: &JsValue);
    #[wasm_bindgen(method, structural, setter)]
    fn set_onmessage(this: &Socket, handler: &JsValue);
    #[wasm_bindgen(method, structural, setter)]
    fn set_onerror(this: &Socket, handler: &JsValue);
    #[wasm_bindgen(method, structural, setter)]
    fn set_onclose(this: &Socket, handler: &JsValue);
}

impl Socket {
    /// Whether it is closed or closing.
    pub(crate) fn is_closed(&self) -> bool {
        self.ready_state().as_f64() >= Some(2.0)
    }

    /// What an open SockJS goes over, such as `xhr-streaming`; a WebSocket does not say.
    pub(crate) fn sockjs_transport(&self) -> Option<String> {
        self.transport().as_string()
    }
}

/// The handlers of a socket; dropping them takes them off the socket.
pub(crate) struct Attached {
    pub(crate) socket: Socket,
    _open: Closure<dyn FnMut(JsValue)>,
    _error: Closure<dyn FnMut(JsValue)>,
    _close: Closure<dyn FnMut(JsValue)>,
    /// Whether the socket may still call: it does nothing that would reach a dropped closure.
    live: bool,
}

/// What a socket tells.
pub(crate) struct Handlers {
    pub(crate) open: Box<dyn FnMut(JsValue)>,
    /// A function of JavaScript, which looks at the message before it crosses into wasm.
    pub(crate) message: JsValue,
    pub(crate) error: Box<dyn FnMut(JsValue)>,
    pub(crate) close: Box<dyn FnMut(JsValue)>,
}

impl Attached {
    pub(crate) fn new(socket: Socket, handlers: Handlers) -> Self {
        let open = Closure::wrap(handlers.open);
        let error = Closure::wrap(handlers.error);
        let close = Closure::wrap(handlers.close);
        socket.set_binary_type("arraybuffer");
        socket.set_onopen(open.as_ref());
        socket.set_onmessage(&handlers.message);
        socket.set_onerror(error.as_ref());
        socket.set_onclose(close.as_ref());
        Self { socket, _open: open, _error: error, _close: close, live: true }
    }

    /// Whether the factory handed over a socket that is open already.
    pub(crate) fn is_open(&self) -> bool {
        self.socket.ready_state().as_f64() == Some(1.0)
    }

    /// Sends text. A socket that refuses is closing, and will say so.
    pub(crate) fn send_text(&self, text: &str) -> Result<(), JsValue> {
        self.socket.send_text(text)
    }

    /// Sends bytes, as a copy: some sockets keep what they were given.
    pub(crate) fn send_bytes(&self, bytes: &[u8]) -> Result<(), JsValue> {
        self.socket.send_bytes(&Uint8Array::from(bytes))
    }

    /// Closes with code and reason, or plainly where the socket refuses them. An orderly end has no code, as with
    /// stomp.js.
    pub(crate) fn close(&self, code: CloseCode) {
        if code == CloseCode::Done || self.socket.close_with(code.code(), code.reason()).is_err() {
            let _ = self.socket.close_plain();
        }
    }

    /// Hears no more of the socket, and closes it as fast as it can: `terminate` where there is one, as in Node's
    /// `ws`.
    pub(crate) fn discard(mut self) {
        self.detach();
        if self.socket.terminate().is_err() {
            let _ = self.socket.close_plain();
        }
    }

    fn detach(&mut self) {
        self.live = false;
        for set in [Socket::set_onopen, Socket::set_onmessage, Socket::set_onerror, Socket::set_onclose] {
            set(&self.socket, &JsValue::NULL);
        }
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        if self.live {
            self.detach();
        }
    }
}

/// Closes a socket that came when nobody wanted it any more.
pub(crate) fn close_unwanted(socket: JsValue) {
    if socket.is_object() {
        let _ = socket.unchecked_into::<Socket>().close_plain();
    }
}

/// What stands for the close event of a socket that was given up before it closed. (RFC 6455 gives 4000 to 4999 to
/// applications; stomp.js uses 4001.)
pub(crate) fn discarded_close_event() -> JsValue {
    let event = Object::new();
    for (name, value) in [
        ("code", JsValue::from(4001)),
        ("reason", JsValue::from("the connection was given up without waiting for it to close")),
        ("wasClean", JsValue::FALSE),
    ] {
        let _ = Reflect::set(&event, &name.into(), &value);
    }
    event.into()
}
