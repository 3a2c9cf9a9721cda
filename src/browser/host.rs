//! Who a driver works for: the JavaScript face or the Rust API.

use wasm_bindgen::JsValue;

use super::receive::Received;
use crate::client::{Action, ClientConfig, Event};
use crate::session::SessionConfig;

/// What the driver asks of, and tells to, the face above it. It may call the driver from within any of these.
pub(crate) trait Host {
    /// Refreshes what the next connection needs: stomp.js's `beforeConnect`. The answer may be a promise.
    fn prepare(&self) -> Result<JsValue, JsValue>;
    /// The settings as they are now. Asked for whenever stomp.js looks at its properties.
    fn settings(&self) -> Settings;
    /// A new socket, or a promise of one, for the transport of this number; see
    /// [`Client::transport`](crate::client::Client::transport).
    fn open_socket(&self, transport: usize) -> Result<JsValue, JsValue>;
    /// The function that takes the socket's messages.
    fn message_handler(&self) -> JsValue;
    /// Something happened. `payload` is what JavaScript gave with it: a close event, an error.
    fn event(&self, event: Event, payload: &JsValue);
    /// A message arrived, and its body is not read yet. What it has the driver do is done at once; events wait.
    fn message(&self, message: Received);
    /// The socket reported an error. Browsers say nothing of its cause; the close that follows may.
    fn socket_error(&self, event: &JsValue);
    /// Something is done to the socket, for a log.
    fn log_action(&self, action: &Action);
}

/// The settings of a face.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) client: ClientConfig,
    pub(crate) session: SessionConfig,
    /// Whether the timer runs in a worker.
    pub(crate) worker_ticker: bool,
}
