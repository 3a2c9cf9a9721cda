//! What carries the frames.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::frame::{Versions, cut};

/// Makes a socket: anything with `send`, `close`, `readyState` and the `on…` handlers of a `WebSocket`; or a promise of
/// one.
pub type SocketFactory = Rc<dyn Fn() -> Result<JsValue, JsValue>>;

/// What carries the frames to the broker.
///
/// An address makes one: `ws:` and `wss:` a [`WebSocket`](Self::WebSocket), `http:` and `https:` a
/// [`SockJs`](Self::SockJs).
///
/// ```no_run
/// use stomp_wasm::{Client, Transport};
/// let client = Client::builder("wss://example.org/ws").fallback(Transport::sockjs("https://example.org/sockjs")).build();
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Transport {
    /// A `WebSocket` to a `ws:` or `wss:` address, offering the subprotocols `v12.stomp`, `v11.stomp`, `v10.stomp`.
    WebSocket(String),
    /// SockJS to an `http:` or `https:` address, for networks in which no WebSocket comes through. It takes the
    /// constructor `SockJS` of the page: load `sockjs-client` before connecting. SockJS carries text only.
    SockJs(String),
    /// A socket of the application's own making.
    Custom(SocketFactory),
}

impl Transport {
    /// A `WebSocket` to a `ws:` or `wss:` address.
    #[must_use]
    pub fn websocket(url: impl Into<String>) -> Self {
        Self::WebSocket(url.into())
    }

    /// SockJS to an `http:` or `https:` address; the page must have `SockJS`.
    #[must_use]
    pub fn sockjs(url: impl Into<String>) -> Self {
        Self::SockJs(url.into())
    }

    /// A socket of the application's own making. `factory` is called for every attempt to connect, and makes a new one
    /// each time; it may answer a promise. An `ArrayBuffer` that it delivers is not to be changed afterwards: bodies
    /// stay in it until they are read.
    #[must_use]
    pub fn custom(factory: impl Fn() -> Result<JsValue, JsValue> + 'static) -> Self {
        Self::Custom(Rc::new(factory))
    }

    /// A new socket, or a promise of one. Where it is a `fallback`, no WebSocket came through just before.
    pub(super) fn open(&self, versions: Versions, fallback: bool) -> Result<JsValue, JsValue> {
        match self {
            Self::WebSocket(url) => open_web_socket(url, versions),
            Self::SockJs(url) => open_sockjs(url, fallback),
            Self::Custom(factory) => factory(),
        }
    }
}

/// A WebSocket to the address, offering the subprotocols of the versions.
fn open_web_socket(url: &str, versions: Versions) -> Result<JsValue, JsValue> {
    if url.is_empty() {
        return Err(js_sys::Error::new("the client was given no address").into());
    }
    let protocols: Array = versions.subprotocols().map(JsValue::from).collect();
    web_sys::WebSocket::new_with_str_sequence(url, &protocols).map(JsValue::from)
}

fn open_sockjs(url: &str, fallback: bool) -> Result<JsValue, JsValue> {
    let constructor = Reflect::get(&js_sys::global(), &"SockJS".into())?;
    let Ok(constructor) = constructor.dyn_into::<Function>() else {
        return Err(js_sys::Error::new("the page has no SockJS: load sockjs-client before connecting").into());
    };
    let options = Object::new();
    if fallback {
        let transports: Array = ["xhr-streaming", "eventsource", "xhr-polling"].map(JsValue::from).iter().collect();
        Reflect::set(&options, &"transports".into(), &transports)?;
    }
    Reflect::construct(&constructor, &Array::of3(&url.into(), &JsValue::UNDEFINED, &options))
}

impl From<&str> for Transport {
    fn from(url: &str) -> Self {
        Self::from(url.to_owned())
    }
}

impl From<String> for Transport {
    fn from(url: String) -> Self {
        let scheme = cut(&url, b':').map_or("", |(scheme, _)| scheme);
        if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") {
            Self::SockJs(url)
        } else {
            Self::WebSocket(url)
        }
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // An address may carry a token: only what comes before its query is shown.
        let shown = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
        match self {
            Self::WebSocket(url) => f.debug_tuple("WebSocket").field(&shown(url)).finish(),
            Self::SockJs(url) => f.debug_tuple("SockJs").field(&shown(url)).finish(),
            Self::Custom(_) => f.write_str("Custom"),
        }
    }
}
