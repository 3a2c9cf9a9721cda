//! What a client is told about connecting; what a connection itself needs is in
//! [`SessionConfig`](crate::session::SessionConfig).

/// When and how often to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// How long to wait before connecting again after a connection was lost or could not be made, in ms; 0 for never.
    /// Default: 5,000.
    pub reconnect_delay: u64,
    /// Whether the delay doubles with every attempt that fails. Default: false.
    pub exponential: bool,
    /// The longest delay that doubling leads to, in ms; 0 for no limit. Default: 900,000 (15 minutes).
    pub max_reconnect_delay: u64,
    /// How long opening the transport and the STOMP handshake may take together, in ms; 0 for as long as they want.
    /// Default: 0, as in stomp.js.
    pub connection_timeout: u64,
    /// How long the transport may take to close before it is given up, in ms. Default: 2,000. A browser waits for the
    /// other side's answer, which never comes where the network is gone.
    pub close_timeout: u64,
    /// How many transports there are to choose from. They are numbered from 0 on, which is the preferred one; when one
    /// does not lead to a connection, the next is tried at once. Default: 1.
    pub transports: usize,
    /// How long opening the transport and the STOMP handshake may take together where there is another transport to
    /// try, in ms; 0 for as long as [`connection_timeout`](Self::connection_timeout) allows. Default: 2,000.
    pub fallback_timeout: u64,
    /// How long after the preferred transport has failed it is tried again, in ms: when the client connects the next
    /// time after that. A connection that works is left alone. Default: 600,000 (10 minutes).
    pub prefer_after: u64,
    /// Gives a transport up at once, without waiting for it to close, when its connection has failed. Default: false.
    pub discard_on_failure: bool,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            reconnect_delay: 5_000,
            exponential: false,
            max_reconnect_delay: 15 * 60 * 1_000,
            connection_timeout: 0,
            close_timeout: 2_000,
            transports: 1,
            fallback_timeout: 2_000,
            prefer_after: 10 * 60 * 1_000,
            discard_on_failure: false,
        }
    }
}
