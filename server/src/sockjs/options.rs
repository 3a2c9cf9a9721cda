//! The settings of a SockJS endpoint.

use std::time::Duration;

/// How a SockJS endpoint behaves.
///
/// ```
/// use std::time::Duration;
/// use stomp_server::{Server, SockJs};
///
/// let sockjs = SockJs { heartbeat_delay: Duration::from_secs(10), ..SockJs::default() };
/// let server = Server::builder().sockjs(sockjs);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SockJs {
    /// Whether the transport `websocket` is offered. Default: yes. Without it, clients choose another transport, as they
    /// do behind a proxy that knows no WebSocket.
    pub websocket: bool,
    /// Whether to set the cookie `JSESSIONID`, by which some load balancers find the server of a session. Default: no.
    pub cookie_needed: bool,
    /// How many bytes one streaming response carries before it ends and the client asks for the next. A browser keeps
    /// all of a response in memory. Default: 128 KiB.
    pub response_limit: usize,
    /// After how long without a frame a heart-beat frame is sent. Default: 25 seconds.
    pub heartbeat_delay: Duration,
    /// After how long without a request that receives a session ends. Default: 5 seconds.
    pub disconnect_delay: Duration,
    /// How many sessions there may be, those included that ended less than `disconnect_delay` ago. Default: 20,000.
    pub max_sessions: usize,
    /// Where `iframe.html` gets the JavaScript of `sockjs-client` from. Default: version 1 from jsDelivr.
    pub client_url: String,
    /// What happens to a message whose body is not text. Default: an `ERROR`.
    pub binary_bodies: BinaryBodies,
}

impl Default for SockJs {
    fn default() -> Self {
        Self {
            websocket: true,
            cookie_needed: false,
            response_limit: 128 << 10,
            heartbeat_delay: Duration::from_secs(25),
            disconnect_delay: Duration::from_secs(5),
            max_sessions: 20_000,
            client_url: "https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js".to_owned(),
            binary_bodies: BinaryBodies::Error,
        }
    }
}

/// What happens to a `MESSAGE` that is not valid UTF-8 on its way to a subscriber over SockJS, which knows text only. It is
/// never delivered changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum BinaryBodies {
    /// The subscriber gets an `ERROR` frame that names the message, and the connection is closed.
    #[default]
    Error,
    /// The message is left out, with a warning in the log.
    Skip,
}
