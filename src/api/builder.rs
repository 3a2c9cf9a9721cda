//! The settings of a client.

use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

use super::shared::Shared;
use super::sleep::ms;
use super::{BinaryEncoding, Client, Transport};
use crate::client::{ClientConfig, OutboxLimits};
use crate::frame::{Headers, Leniency, Limits, Versions};
use crate::session::{DEFAULT_HOST, HeartbeatConfig, SessionConfig};

/// When to connect again after a connection was lost or could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reconnect {
    /// Never: one attempt, and the client is inactive when its connection ends.
    Never,
    /// After a delay, always the same. The default, with 5 seconds.
    Every(Duration),
    /// After a delay that doubles with every attempt that fails, up to a limit.
    Exponential {
        /// The first delay.
        first: Duration,
        /// The longest.
        most: Duration,
    },
}

/// Gets ready for an attempt to connect: a promise.
pub(super) type Prepare = Rc<dyn Fn(&Rc<Shared>) -> JsValue>;

/// What a client was built with.
#[derive(Clone)]
pub(super) struct Config {
    pub(super) transports: Vec<Transport>,
    pub(super) client: ClientConfig,
    pub(super) session: SessionConfig,
    pub(super) worker_ticker: bool,
    pub(super) outbox: OutboxLimits,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) receipt_timeout: Option<Duration>,
    pub(super) prepare: Option<Prepare>,
    pub(super) binary_encoding: Option<BinaryEncoding>,
}

/// The settings of a client, made by [`Client::builder`].
///
/// ```no_run
/// use std::time::Duration;
/// use stomp_wasm::{Client, Reconnect};
///
/// let client = Client::builder("wss://example.org/ws")
///     .login("guest", "guest")
///     .heartbeat(Duration::from_secs(10), Duration::from_secs(10))
///     .reconnect(Reconnect::Exponential { first: Duration::from_millis(500), most: Duration::from_secs(30) })
///     .build();
/// ```
#[derive(Clone)]
#[must_use = "call build() to make the client"]
pub struct ClientBuilder(Config);

impl ClientBuilder {
    pub(super) fn new(transport: Transport) -> Self {
        Self(Config {
            transports: vec![transport],
            client: ClientConfig { connection_timeout: 10_000, ..ClientConfig::default() },
            session: SessionConfig { host: Some(DEFAULT_HOST.into()), ..SessionConfig::default() },
            worker_ticker: false,
            outbox: OutboxLimits::default(),
            connect_timeout: Some(Duration::from_secs(30)),
            receipt_timeout: Some(Duration::from_secs(30)),
            prepare: None,
            binary_encoding: None,
        })
    }

    /// Another way to the same broker, tried at once when the one before did not lead to a connection: when it could not
    /// be opened, or `CONNECTED` did not come within [`fallback_timeout`](Self::fallback_timeout).
    ///
    /// The client stays with the way that worked. After ten minutes it begins with the first one again, the next time
    /// that it connects; a connection that works is left alone.
    pub fn fallback(mut self, transport: impl Into<Transport>) -> Self {
        self.0.transports.push(transport.into());
        self.0.client.transports = self.0.transports.len();
        self
    }

    /// How long an attempt may take if there is another way to try. Default: 2 seconds. The last one has as long as
    /// every attempt.
    pub fn fallback_timeout(mut self, timeout: Duration) -> Self {
        self.0.client.fallback_timeout = ms(timeout);
        self
    }

    /// The name and password of the user: the headers `login` and `passcode`. They are shown in no log and no error.
    pub fn login(self, login: &str, passcode: &str) -> Self {
        self.connect_header("login", login).connect_header("passcode", passcode)
    }

    /// The virtual host: the header `host`. Default: `/`, which `RabbitMQ` has and brokers without virtual hosts do not
    /// mind.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.0.session.host = Some(host.into());
        self
    }

    /// Adds a header to `CONNECT`. One of the same name is replaced.
    pub fn connect_header(mut self, name: &str, value: &str) -> Self {
        self.0.session.connect_headers.set(name, value);
        self
    }

    /// Adds a header to the `DISCONNECT` that ends a connection in order.
    pub fn disconnect_header(mut self, name: &str, value: &str) -> Self {
        self.0.session.disconnect_headers.set(name, value);
        self
    }

    /// Gets ready before every attempt to connect, for instance fetches a token. The headers that come of it replace
    /// those of the same names in `CONNECT`; an error makes the attempt fail, and is told by
    /// [`Client::errors`](crate::Client::errors).
    ///
    /// ```no_run
    /// # async fn fetch_token() -> Result<String, &'static str> { Ok(String::new()) }
    /// use stomp_wasm::{Client, frame::Headers};
    /// let client = Client::builder("wss://example.org/ws")
    ///     .before_connect(|| async {
    ///         let token = fetch_token().await?;
    ///         Ok::<_, &str>(Headers::from_iter([("Authorization", format!("Bearer {token}"))]))
    ///     })
    ///     .build();
    /// ```
    pub fn before_connect<F, E>(mut self, prepare: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<Headers, E>> + 'static,
        E: Display,
    {
        self.0.prepare = Some(Rc::new(move |shared| {
            let (headers, shared) = (prepare(), Rc::downgrade(shared));
            future_to_promise(async move {
                match headers.await {
                    Ok(headers) => {
                        if let Some(shared) = shared.upgrade() {
                            shared.add_connect_headers(&headers);
                        }
                        Ok(JsValue::UNDEFINED)
                    }
                    Err(error) => Err(js_sys::Error::new(&error.to_string()).into()),
                }
            })
            .into()
        }));
        self
    }

    /// How often this side promises to send something, and how often it would like to hear something; zero for never.
    /// Default: 10 seconds each. What is agreed also depends on the broker. (STOMP 1.2, Heart-beating)
    pub fn heartbeat(mut self, outgoing: Duration, incoming: Duration) -> Self {
        let own = &mut self.0.session.heartbeat;
        *own = HeartbeatConfig { outgoing: ms(outgoing), incoming: ms(incoming), ..*own };
        self
    }

    /// Counts the connection as lost after this many times the agreed interval without any data, and a tenth of it (at
    /// most a second) for the network. Default: 2.
    pub const fn heartbeat_tolerance(mut self, times: f64) -> Self {
        self.0.session.heartbeat.tolerance = times;
        self
    }

    /// Runs the timer in a worker: a page in the background has its own timers slowed down, to one a minute in the end,
    /// which is too slow for heart-beats. Default: false.
    pub const fn worker_ticker(mut self, in_worker: bool) -> Self {
        self.0.worker_ticker = in_worker;
        self
    }

    /// When to connect again. Default: every 5 seconds.
    pub fn reconnect(mut self, policy: Reconnect) -> Self {
        let client = &mut self.0.client;
        // A delay of 0 means never to the client below; what is to come at once comes after 1 ms.
        let delay = |time| ms(time).max(1);
        match policy {
            Reconnect::Never => client.reconnect_delay = 0,
            Reconnect::Every(every) => (client.reconnect_delay, client.exponential) = (delay(every), false),
            Reconnect::Exponential { first, most } => {
                (client.reconnect_delay, client.exponential) = (delay(first), true);
                client.max_reconnect_delay = delay(most);
            }
        }
        self
    }

    /// How long [`Client::connect`](crate::Client::connect) waits for a connection, over all attempts. `None`: as long
    /// as it takes. Default: 30 seconds.
    pub fn connect_timeout(mut self, after: impl Into<Option<Duration>>) -> Self {
        self.0.connect_timeout = after.into();
        self
    }

    /// How long one attempt may take, from opening the transport to `CONNECTED`; zero for as long as it takes. Default:
    /// 10 seconds.
    pub fn attempt_timeout(mut self, after: Duration) -> Self {
        self.0.client.connection_timeout = ms(after);
        self
    }

    /// How long to wait for a receipt. `None`: as long as the connection lasts. Default: 30 seconds.
    pub fn receipt_timeout(mut self, after: impl Into<Option<Duration>>) -> Self {
        self.0.receipt_timeout = after.into();
        self
    }

    /// How long an orderly end waits for the broker to confirm it. Default: 5 seconds.
    pub fn disconnect_timeout(mut self, after: Duration) -> Self {
        self.0.session.disconnect_timeout = ms(after);
        self
    }

    /// How long the transport may take to close. Default: 2 seconds.
    pub fn close_timeout(mut self, after: Duration) -> Self {
        self.0.client.close_timeout = ms(after);
        self
    }

    /// How many messages are kept while there is no connection, to be sent when there is one. Default: none, so that
    /// publishing without a connection is an error. A message in a transaction is never kept: the transaction ends with
    /// its connection.
    pub const fn outbox(mut self, messages: usize) -> Self {
        self.0.outbox.messages = messages;
        self
    }

    /// How many bytes the outbox holds. Default: 4 MiB.
    pub const fn outbox_bytes(mut self, bytes: usize) -> Self {
        self.0.outbox.bytes = bytes;
        self
    }

    /// How long a message may wait in the outbox: after that it is dropped, and whoever waits for its receipt gets
    /// [`Error::Expired`](crate::Error::Expired). Default: for as long as it takes.
    pub fn outbox_max_age(mut self, age: Duration) -> Self {
        self.0.outbox.max_age = ms(age);
        self
    }

    /// The versions of STOMP to offer. Default: all, 1.0 to 1.2.
    pub const fn versions(mut self, versions: Versions) -> Self {
        self.0.session.versions = versions;
        self
    }

    /// Limits on what the broker sends.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.0.session.limits = limits;
        self
    }

    /// Faults of the broker's that are forgiven. Default: none.
    pub const fn leniency(mut self, leniency: Leniency) -> Self {
        self.0.session.leniency = leniency;
        self
    }

    /// Splits text frames into WebSocket messages of at most so many bytes, for brokers that take no longer ones.
    /// Default: never splits.
    pub const fn max_chunk(mut self, bytes: usize) -> Self {
        self.0.session.max_chunk = if bytes == 0 { None } else { Some(bytes) };
        self
    }

    /// Sends every frame as a binary WebSocket message. Default: text, but for binary bodies.
    pub const fn force_binary(mut self, binary: bool) -> Self {
        self.0.session.force_binary = binary;
        self
    }

    /// How binary bodies go over SockJS, which carries text only. A received message with the header that this adds has its
    /// bytes back, over any transport. Default: none; such a message is refused with
    /// [`UsageError::TextOnly`](crate::session::UsageError::TextOnly).
    pub const fn binary_encoding(mut self, encoding: BinaryEncoding) -> Self {
        self.0.binary_encoding = Some(encoding);
        self
    }

    /// Makes the client. It does nothing until it is told to connect.
    #[must_use]
    pub fn build(self) -> Client {
        Client::new(self.0)
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("transports", &self.0.transports)
            .field("client", &self.0.client)
            .field("session", &self.0.session)
            .finish_non_exhaustive()
    }
}

/// The settings of the attempt to connect that comes next.
pub(super) struct Live {
    pub(super) config: Config,
    /// The `CONNECT` headers of this attempt.
    pub(super) connect_headers: RefCell<Headers>,
}

impl Live {
    pub(super) fn new(config: Config) -> Self {
        let connect_headers = RefCell::new(config.session.connect_headers.clone());
        Self { config, connect_headers }
    }
}
