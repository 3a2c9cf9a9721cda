//! What this page is: its broker, its name, its words.

use std::time::Duration;

use stomp_board::Hello;
use stomp_wasm::{Client, Reconnect, State};

/// The client of this page: to the server that the page came from.
pub fn client() -> Client {
    let location = web_sys::window().map(|window| window.location());
    let part = |get: fn(&web_sys::Location) -> Result<String, wasm_bindgen::JsValue>| {
        location.as_ref().and_then(|location| get(location).ok()).unwrap_or_default()
    };
    let scheme = if part(web_sys::Location::protocol) == "https:" { "wss" } else { "ws" };
    Client::builder(format!("{scheme}://{}/ws", part(web_sys::Location::host)))
        .reconnect(Reconnect::Exponential { first: Duration::from_millis(500), most: Duration::from_secs(10) })
        .outbox(100)
        .build()
}

/// Now, in ms since 1970.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// A name to begin with.
pub fn first_name() -> String {
    format!("Guest {}", (js_sys::Math::random() * 900.0) as u32 + 100)
}

thread_local! {
    /// Tells this page from others, whatever their names.
    static ID: String = format!("{:x}", (js_sys::Math::random() * 1e15) as u64);
}

/// What this page says of itself.
pub fn hello(name: &str) -> Hello {
    Hello { id: ID.with(Clone::clone), name: name.to_owned(), app: APP.to_owned(), bye: false }
}

const APP: &str = "Yew";

/// A state in words.
pub fn words(state: State) -> String {
    match state {
        State::Inactive => "not connected".to_owned(),
        State::Connecting => "connecting…".to_owned(),
        State::Connected(version) => format!("connected, STOMP {version}"),
        State::Disconnecting => "closing…".to_owned(),
        State::Waiting(delay) => format!("trying again in {:.1} s", delay.as_secs_f32()),
    }
}
