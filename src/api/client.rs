//! The handle that applications hold.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::builder::Config;
use super::connect::{Connect, Disconnect};
use super::shared::Shared;
use super::state::{Errors, Events, States, UnhandledMessages};
use super::subscription::SubscriptionBuilder;
use super::{Body, ClientBuilder, Connected, Error, IN_BROWSER, Publish, State, Subscription, Transaction, Transport};
use crate::browser::driver::Driver;
use crate::client::Activation;

/// A STOMP client. Cheap to clone: all clones are the same client.
///
/// It lives in one page or worker, as its socket does, and is not `Send`. When the last clone and the last
/// [`Subscription`] are gone, it says good-bye to the broker and ends its connection by itself.
///
/// Where there is no browser, as on a server that renders a page, it does nothing: [`activate`](Self::activate) has no
/// effect, and [`connect`](Self::connect) fails with [`Error::Connect`].
///
/// ```no_run
/// use stomp_wasm::Client;
///
/// async fn run() -> Result<(), stomp_wasm::Error> {
///     let client = Client::builder("wss://example.org/ws").login("guest", "guest").build();
///     client.connect().await?;
///     let mut greetings = client.subscribe("/topic/greetings");
///     client.publish("/topic/greetings", "hello").send()?;
///     if let Some(message) = greetings.recv().await {
///         assert_eq!(message.text()?, "hello");
///     }
///     client.disconnect().await;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    driver: Rc<Driver>,
    shared: Rc<Shared>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.driver.deactivate(false);
    }
}

impl Client {
    /// The settings of a client to that address or [`Transport`], to be changed and then
    /// [built](ClientBuilder::build). `ws:` and `wss:` addresses are for WebSocket, `http:` and `https:` ones for
    /// SockJS.
    pub fn builder(transport: impl Into<Transport>) -> ClientBuilder {
        ClientBuilder::new(transport.into())
    }

    pub(super) fn new(config: Config) -> Self {
        let (shared, driver) = Shared::new(config);
        Self(Rc::new(Inner { driver, shared }))
    }

    /// Connects, and waits until it is done: the client then stays connected, and connects again whenever the
    /// connection is lost, until [`disconnect`](Self::disconnect).
    ///
    /// The future fails, and the client is inactive again, if the broker refuses (a wrong password), if the
    /// [deadline](ClientBuilder::connect_timeout) passes, or on the first failure with
    /// [`Reconnect::Never`](crate::Reconnect::Never). What fails otherwise is tried again within the deadline. Dropping
    /// the future ends the attempt. If the client had been [activated](Self::activate) before, it only waits, and leaves
    /// the client as it is.
    pub fn connect(&self) -> Connect {
        Connect::new(self.clone(), self.0.shared.connect_timeout())
    }

    /// Ends the connection in order, and waits until it is done, which takes no longer than
    /// [`disconnect_timeout`](ClientBuilder::disconnect_timeout) and [`close_timeout`](ClientBuilder::close_timeout)
    /// together. It begins at once, whether or not the future is awaited. Subscriptions stay, for the next time that
    /// the client is connected.
    pub fn disconnect(&self) -> Disconnect {
        Disconnect::new(self.clone())
    }

    /// Connects, and connects again whenever the connection is lost, without waiting: for pages that show
    /// [`states`](Self::states) and go on in the meantime. It never gives up.
    pub fn activate(&self) {
        if IN_BROWSER {
            self.0.shared.keep_active();
            self.0.driver.activate();
        }
    }

    /// Ends the connection in order, without waiting.
    pub fn deactivate(&self) {
        self.0.driver.deactivate(false);
    }

    /// Cuts the connection without a good-bye; an active client connects anew. For when you know better than the
    /// browser that the network has changed, and for tests.
    pub fn force_disconnect(&self) {
        self.0.driver.force_disconnect();
    }

    /// Whether the client is active: connected, or trying to be.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.0.driver.activation() == Activation::Active
    }

    /// Whether frames may be sent.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.0.driver.is_connected()
    }

    /// Where the client stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.0.shared.state()
    }

    /// The state now, and every change of it from now on.
    pub fn states(&self) -> States {
        let queue = self.0.shared.states.listen();
        queue.push(self.state(), 0);
        Events(queue)
    }

    /// What goes wrong from now on: lost connections, `ERROR` frames, attempts to connect that fail. A client goes on
    /// by itself; this is for showing and logging.
    pub fn errors(&self) -> Errors {
        Events(self.0.shared.errors.listen())
    }

    /// Messages for no subscription of this client's: a temporary queue that the broker subscribed by itself, or what
    /// was on its way when a subscription was ended.
    pub fn unhandled_messages(&self) -> UnhandledMessages {
        Events(self.0.shared.unhandled.listen())
    }

    /// What the broker said when it accepted the last connection.
    #[must_use]
    pub fn connected(&self) -> Option<Connected> {
        self.0.shared.connected()
    }

    /// Subscribes to a destination: now if there is a connection, and on every connection to come.
    pub fn subscribe(&self, destination: &str) -> Subscription {
        self.subscription(destination).subscribe()
    }

    /// A subscription with headers, acknowledgement or a queue of your own choosing.
    ///
    /// ```no_run
    /// # async fn work(client: stomp_wasm::Client) -> Result<(), stomp_wasm::Error> {
    /// use stomp_wasm::AckMode;
    /// let mut jobs = client
    ///     .subscription("/queue/jobs")
    ///     .ack(AckMode::ClientIndividual)
    ///     .header("prefetch-count", "10")
    ///     .subscribe();
    /// while let Some(job) = jobs.recv().await {
    ///     job.ack()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn subscription(&self, destination: &str) -> SubscriptionBuilder {
        SubscriptionBuilder::new(self.clone(), destination)
    }

    /// A message to publish: text, bytes or, with the feature `serde`, `Json` around a value.
    ///
    /// ```no_run
    /// # async fn work(client: stomp_wasm::Client) -> Result<(), stomp_wasm::Error> {
    /// client.publish("/topic/a", "text").send()?;
    /// client.publish("/topic/a", [1_u8, 2, 3].as_slice()).header("priority", "9").send()?;
    /// client.publish("/queue/b", "important").receipt().await?; // the broker has it
    /// # Ok(())
    /// # }
    /// ```
    pub fn publish<'a>(&self, destination: &str, body: impl Into<Body<'a>>) -> Publish<'a> {
        Publish::new(self.clone(), destination, body.into())
    }

    /// How many messages wait in the outbox for a connection.
    #[must_use]
    pub fn outbox_len(&self) -> usize {
        self.0.shared.outbox_len()
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// If there is no connection.
    pub fn begin(&self) -> Result<Transaction, Error> {
        Transaction::begin(self)
    }

    /// The way that the current connection, or the attempt to make one, takes.
    #[must_use]
    pub fn transport(&self) -> Transport {
        let transports = &self.0.shared.live.config.transports;
        // There is always one: the builder begins with it.
        transports.get(self.0.driver.transport()).cloned().unwrap_or_else(|| Transport::WebSocket(String::new()))
    }

    /// What the current connection goes over: `websocket`, or `sockjs/xhr-streaming`, `sockjs/eventsource`,
    /// `sockjs/xhr-polling` and so on. `None` without a connection.
    #[must_use]
    pub fn transport_name(&self) -> Option<String> {
        let socket = self.0.driver.socket().filter(|_| self.is_connected())?;
        Some(socket.sockjs_transport().map_or_else(|| "websocket".to_owned(), |name| format!("sockjs/{name}")))
    }

    /// The socket of the current connection: a `WebSocket`, or what the [`Transport`] made. Look, but do not touch.
    #[must_use]
    pub fn as_raw(&self) -> Option<JsValue> {
        self.0.driver.socket().map(JsValue::from)
    }

    pub(super) fn driver(&self) -> &Rc<Driver> {
        &self.0.driver
    }

    pub(super) fn shared(&self) -> &Rc<Shared> {
        &self.0.shared
    }
}

/// Two handles are equal if they are the same client.
impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Client {}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("transport", &self.transport())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
