//! What a broker allows and how it behaves.

use std::collections::HashMap;

use stomp_wasm::frame::Limits;

use super::access::Permission;

/// What to do with a subscriber of a topic that reads slower than messages come, once its outbox is full.
///
/// Messages of queues never fill an outbox: they wait in the queue, where another consumer may take them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlowConsumer {
    /// The oldest waiting message of a topic is dropped, and counted. The default.
    #[default]
    DropOldest,
    /// The consumer gets an `ERROR` and is disconnected.
    Disconnect,
}

/// The settings of a [`Broker`](super::Broker). Times are in milliseconds, sizes in bytes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Limits on what clients send; what is over one is answered with an `ERROR`. Default: 990 headers, so that
    /// with those that the broker adds a reader takes them that takes 1,000, lines of 64 KiB, bodies of 16 MiB.
    pub frame_limits: Limits,
    /// The `heart-beat` header of `CONNECTED`: what the server can send, and what it wants. Default: 10,000 each.
    pub heart_beat: (u32, u32),
    /// Names and passcodes. Empty, the default: everybody may connect with whatever they say.
    pub users: HashMap<String, String>,
    /// Tokens, and the names of whose they are. Who sends one in the [`token_header`](Self::token_header) of `CONNECT`
    /// needs no passcode; if there are tokens and no users, nobody else may connect. Default: none.
    pub tokens: HashMap<String, String>,
    /// The header that holds a token, alone or after `Bearer`; case does not matter. Default: `Authorization`.
    pub token_header: String,
    /// The names of the virtual hosts, each with topics and queues of its own. Who names none in `host` gets the first.
    /// Empty, the default: there is one, and every name is right.
    pub vhosts: Vec<String>,
    /// Who may do what: see [`Permission`]. Empty, the default: everybody may do everything.
    pub permissions: Vec<Permission>,
    /// How many of the last messages of each topic a new subscriber gets. Default: 0.
    pub retain: usize,
    /// Connections at a time. Default: 10,000.
    pub max_connections: usize,
    /// Subscriptions of one connection. Default: 1,000.
    pub max_subscriptions: usize,
    /// Open transactions of one connection. Default: 100.
    pub max_transactions: usize,
    /// Bytes that one connection's open transactions hold together. Default: 64 MiB.
    pub max_transaction_bytes: usize,
    /// The length of a `destination`. Default: 1,024.
    pub max_destination: usize,
    /// Messages in one queue; a `SEND` beyond is answered with an `ERROR`. Default: 1,000,000.
    pub max_queue_messages: usize,
    /// Bytes in one queue. Default: 1 GiB.
    pub max_queue_bytes: usize,
    /// Unacknowledged messages of one subscription that names no `prefetch-count`; more wait until some are
    /// acknowledged. Default: 100,000.
    pub max_unacked: usize,
    /// Messages that wait to be sent to one connection, before [`slow_consumer`](Self::slow_consumer) steps in.
    /// Default: 10,000.
    pub outbox_messages: usize,
    /// Bytes that wait to be sent to one connection. Default: 64 MiB.
    pub outbox_bytes: usize,
    /// A consumer of a queue for which so many bytes wait is passed over until it has read. Default: 256 KiB.
    pub hold_bytes: usize,
    /// The same in messages. Default: 1,000.
    pub hold_messages: usize,
    /// See [`SlowConsumer`].
    pub slow_consumer: SlowConsumer,
    /// Where random numbers begin, for trouble on command: the same seed, the same trouble. Default: 1.
    pub seed: u64,
    /// Whether to remember what goes over the wire: see [`Broker::transcript`](super::Broker::transcript). Default: no.
    pub record: bool,
    /// How long a connection may take to send `CONNECT`. Default: 10,000.
    pub connect_timeout: u64,
    /// How long a connection may take to read what is left after an `ERROR` or a `DISCONNECT`. Default: 5,000.
    pub drain_timeout: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            frame_limits: Limits { headers: 990, body: 16 << 20, frame: 17 << 20, ..Limits::default() },
            heart_beat: (10_000, 10_000),
            users: HashMap::new(),
            tokens: HashMap::new(),
            token_header: "Authorization".to_owned(),
            vhosts: Vec::new(),
            permissions: Vec::new(),
            retain: 0,
            max_connections: 10_000,
            max_subscriptions: 1_000,
            max_transactions: 100,
            max_transaction_bytes: 64 << 20,
            max_destination: 1_024,
            max_queue_messages: 1_000_000,
            max_queue_bytes: 1 << 30,
            max_unacked: 100_000,
            outbox_messages: 10_000,
            outbox_bytes: 64 << 20,
            hold_bytes: 256 << 10,
            hold_messages: 1_000,
            slow_consumer: SlowConsumer::default(),
            seed: 1,
            record: false,
            connect_timeout: 10_000,
            drain_timeout: 5_000,
        }
    }
}
