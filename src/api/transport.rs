//! What carries the frames.

use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

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
    /// each time; it may answer a promise.
    #[must_use]
    pub fn custom(factory: impl Fn() -> Result<JsValue, JsValue> + 'static) -> Self {
        Self::Custom(Rc::new(factory))
    }

    /// The address for a `WebSocket`.
    pub(super) fn web_socket_url(&self) -> Option<String> {
        match self {
            Self::WebSocket(url) => Some(url.clone()),
            _ => None,
        }
    }

    /// A socket, or `undefined` where the driver is to make a `WebSocket`.
    pub(super) fn open(&self) -> Result<JsValue, JsValue> {
        match self {
            Self::WebSocket(_) => Ok(JsValue::UNDEFINED),
            Self::SockJs(url) => open_sockjs(url),
            Self::Custom(factory) => factory(),
        }
    }
}

fn open_sockjs(url: &str) -> Result<JsValue, JsValue> {
    let constructor = Reflect::get(&js_sys::global(), &"SockJS".into())?;
    let Ok(constructor) = constructor.dyn_into::<Function>() else {
        return Err(js_sys::Error::new("the page has no SockJS: load sockjs-client before connecting").into());
    };
    Reflect::construct(&constructor, &Array::of1(&url.into()))
}

impl From<&str> for Transport {
    fn from(url: &str) -> Self {
        Self::from(url.to_owned())
    }
}

impl From<String> for Transport {
    fn from(url: String) -> Self {
        let scheme = url.split(':').next().unwrap_or_default();
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
