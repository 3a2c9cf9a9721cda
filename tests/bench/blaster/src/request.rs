//! What a client asks for.

use tungstenite::handshake::server::{Request, Response};
use tungstenite::http::{HeaderName, HeaderValue};

/// The query of the address.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// How many messages, besides the last.
    pub(crate) count: usize,
    /// The nominal size of a body in bytes; they vary by a tenth.
    pub(crate) size: usize,
}

impl Wanted {
    /// Reads `count=N&size=BYTES`; what is not a number counts as zero.
    pub(crate) fn of(query: &str) -> Self {
        let mut wanted = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("count", value)) => wanted.count = value.parse().unwrap_or_default(),
                Some(("size", value)) => wanted.size = value.parse().unwrap_or_default(),
                _ => {}
            }
        }
        wanted
    }
}

/// A browser that offers subprotocols fails the connection unless one is chosen.
pub(crate) fn choose_subprotocol(request: &Request, response: &mut Response) {
    const NAME: HeaderName = HeaderName::from_static("sec-websocket-protocol");
    let offered = request.headers().get(NAME).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for version in ["v12.stomp", "v11.stomp", "v10.stomp"] {
        if offered.split(',').any(|name| name.trim() == version) {
            response.headers_mut().insert(NAME, HeaderValue::from_static(version));
            return;
        }
    }
}
