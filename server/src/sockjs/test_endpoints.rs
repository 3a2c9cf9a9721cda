//! The services that the protocol's test-suite expects of a server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::sync::Notify;

use super::{Endpoint, Raw, SockJs};
use crate::broker::{Close, How, Outgoing, Taken};
use crate::net::{Handler, Received, Session};

/// Where they are.
pub(crate) const TEST_PATHS: [&str; 4] = ["/echo", "/close", "/disabled_websocket_echo", "/cookie_needed_echo"];

/// What a client may have waiting for it, in bytes.
const MAX_WAITING: usize = 4 << 20;

/// The services at [`TEST_PATHS`]:
///
/// - `echo` - responds with identical data as received
/// - `disabled_websocket_echo` - identical to `echo`, but with websockets disabled
/// - `cookie_needed_echo` - identical to `echo`, but with JSESSIONID cookies sent
/// - `close` - server immediately closes the session
pub(crate) fn test_endpoints<S: Clone + Send + Sync + 'static>(options: &SockJs, max_message: usize) -> Router<S> {
    // "The test server should have this limit decreased to 4096B."
    let options = SockJs { response_limit: 4096, websocket: true, cookie_needed: false, ..options.clone() };
    let handler = |closing| -> Arc<dyn Handler> { Arc::new(Echo { closing }) };
    let endpoint = |prefix, options, closing| {
        let raw = Raw { handler: handler(closing), subprotocol: |_| None };
        Endpoint::new(prefix, options, handler(closing), raw, max_message).router()
    };
    let [echo, close, disabled_websocket, cookie_needed] = TEST_PATHS;
    Router::new()
        .merge(endpoint(echo, options.clone(), false))
        .merge(endpoint(close, options.clone(), true))
        .merge(endpoint(disabled_websocket, SockJs { websocket: false, ..options.clone() }, false))
        .merge(endpoint(cookie_needed, SockJs { cookie_needed: true, ..options }, false))
}

/// Sends back what comes, or closes at once.
struct Echo {
    closing: bool,
}

impl Handler for Echo {
    fn open(&self) -> Option<Arc<dyn Session>> {
        let session = EchoSession::default();
        if self.closing {
            session.waiting().close = Some(Close { code: 3000, reason: "Go away!".into(), how: How::Politely });
            session.wake.notify_one();
        }
        Some(Arc::new(session))
    }
}

#[derive(Default)]
struct EchoSession {
    wake: Notify,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    messages: VecDeque<Outgoing>,
    bytes: usize,
    close: Option<Close>,
}

impl EchoSession {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session for EchoSession {
    fn receive(&self, data: Received<'_>) {
        let mut waiting = self.waiting();
        if waiting.close.is_some() {
            return;
        }
        let message = match data {
            Received::Text(text) => Outgoing::text(text),
            Received::Binary(bytes) => Outgoing::binary(bytes.to_vec()),
        };
        if waiting.bytes + message.len() > MAX_WAITING {
            let reason = "more came than was taken";
            waiting.close = Some(Close { code: 1008, reason: reason.into(), how: How::Politely });
        } else {
            waiting.bytes += message.len();
            waiting.messages.push_back(message);
        }
        self.wake.notify_one();
    }

    fn wake(&self) -> &Notify {
        &self.wake
    }

    fn take(&self, max_bytes: usize, out: &mut Vec<Outgoing>) -> Taken {
        let mut waiting = self.waiting();
        let mut taken = 0;
        while taken < max_bytes
            && let Some(message) = waiting.messages.pop_front()
        {
            taken += message.len();
            out.push(message);
        }
        waiting.bytes -= taken;
        let more = !waiting.messages.is_empty();
        Taken { more, close: waiting.close.clone().filter(|_| !more) }
    }

    fn closed(&self) {}
}
