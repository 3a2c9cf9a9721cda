//! What a session is told before it begins.

use crate::frame::{Headers, Leniency, Limits, Versions};

/// The `host` header where the user gives none.
///
/// "`host` : The name of a virtual host that the client wishes to connect to. It is recommended clients set this to the
/// host name that the socket was established against, or to any name of their choosing." (STOMP 1.2, CONNECT or STOMP
/// Frame). RabbitMQ refuses a name that is no virtual host of its own, and `/` is its default one; brokers without
/// virtual hosts take any name. So `/` it is, which lets a client that moves over from stomp.js connect everywhere.
pub const DEFAULT_HOST: &str = "/";

/// The settings of one connection.
#[derive(Clone, Debug)]
pub struct SessionConfig {
    /// The versions to offer. Default: 1.0, 1.1 and 1.2.
    pub versions: Versions,
    /// Headers of the `CONNECT` frame: `login`, `passcode`, `host` and whatever the broker wants. `accept-version` and
    /// `heart-beat` are set by the session.
    pub connect_headers: Headers,
    /// The `host` header if [`connect_headers`](Self::connect_headers) has none: "It is recommended clients set this
    /// to the host name that the socket was established against" (STOMP 1.2, CONNECT or STOMP Frame).
    pub host: Option<String>,
    /// Headers of the `DISCONNECT` frame. A `receipt` is added if there is none.
    pub disconnect_headers: Headers,
    /// Heart-beats in both directions.
    pub heartbeat: HeartbeatConfig,
    /// How long an orderly disconnect waits for the broker's `RECEIPT`, in ms. Default: 5,000. "a client may not
    /// receive the last frame sent by the server" (Connection Lingering), so there must be an end to waiting.
    pub disconnect_timeout: u64,
    /// How long the broker has to close the connection after its `ERROR` frame before the session does, in ms.
    /// Default: 2,000.
    pub error_linger: u64,
    /// Limits on what the broker sends.
    pub limits: Limits,
    /// Faults of the broker's that are forgiven. Default: none.
    pub leniency: Leniency,
    /// Sends every frame as a binary WebSocket message. Default: text, but for binary bodies.
    pub force_binary: bool,
    /// Whether the transport carries text only, as SockJS does. Then binary bodies are refused, and
    /// [`force_binary`](Self::force_binary) has no effect. Default: false.
    pub text_only: bool,
    /// Splits text frames into WebSocket messages of at most so many bytes, never inside a character. Default: never
    /// splits. Some brokers (Spring) limit the length of a message.
    pub max_chunk: Option<usize>,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            versions: Versions::ALL,
            connect_headers: Headers::new(),
            host: None,
            disconnect_headers: Headers::new(),
            heartbeat: HeartbeatConfig::default(),
            disconnect_timeout: 5_000,
            error_linger: 2_000,
            limits: Limits::default(),
            leniency: Leniency::default(),
            force_binary: false,
            text_only: false,
            max_chunk: None,
        }
    }
}

/// What this side can and wants. (STOMP 1.2, Heart-beating)
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeartbeatConfig {
    /// The smallest number of ms between heart-beats that this side promises; 0 for none. Default: 10,000.
    pub outgoing: u64,
    /// The number of ms between the broker's heart-beats that this side would like; 0 for none. Default: 10,000.
    pub incoming: u64,
    /// The connection counts as dead after this many times the agreed interval without any data, and a tenth of it (at
    /// most a second) for the network. Default: 2. "because of timing inaccuracies, the receiver SHOULD be tolerant and
    /// take into account an error margin"
    pub tolerance: f64,
}

impl Default for HeartbeatConfig {
    fn default() -> Self {
        Self { outgoing: 10_000, incoming: 10_000, tolerance: 2.0 }
    }
}
