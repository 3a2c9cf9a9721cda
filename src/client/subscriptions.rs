//! Subscriptions that outlive their connection.

use crate::frame::Headers;
use crate::session::{Session, SubscriptionKey, Time, UsageError};

/// What a client is subscribed to, whether or not there is a connection.
///
/// A session forgets its subscriptions when its connection is lost, and the broker does too. This table remembers them,
/// and says after every connecting which are to be made again. Like all below `browser`, it has no I/O and no clock:
///
/// 1. [`add`](Self::add) and [`remove`](Self::remove) as the caller subscribes and unsubscribes.
/// 2. When connected, and after every `add`: while [`poll_pending`](Self::poll_pending) names a subscription, make its
///    headers and call [`subscribe`](Self::subscribe). The oldest comes first.
///
/// A broker that knows durable subscriptions knows them by their id, so a subscription keeps its id from one connection
/// to the next.
///
/// `T` is what the caller keeps with each, such as a queue for its messages.
///
/// ```
/// use stomp_wasm::client::Subscriptions;
/// use stomp_wasm::frame::Headers;
/// use stomp_wasm::session::{Data, Session, SessionConfig, Time};
///
/// let mut subscriptions = Subscriptions::new();
/// let key = subscriptions.add("what the caller keeps");
/// for connection in 1..=2 {
///     let mut session = Session::new(SessionConfig::default(), Time(0))?;
///     session.handle_data(Time(0), Data::Text("CONNECTED\nversion:1.2\n\n\0"));
///     session.poll_event();
///     assert_eq!(subscriptions.poll_pending(connection), Some(key));
///     let headers = Headers::from_iter([("destination", "/topic/a")]);
///     let id = subscriptions.subscribe(connection, &mut session, Time(0), key, headers)?;
///     assert_eq!(id, "sub-0");
///     assert_eq!(subscriptions.poll_pending(connection), None);
/// }
/// # Ok::<(), stomp_wasm::session::UsageError>(())
/// ```
#[derive(Debug)]
pub struct Subscriptions<T> {
    entries: Vec<Entry<T>>,
    last: u32,
}

#[derive(Debug)]
struct Entry<T> {
    key: SubscriptionKey,
    value: T,
    /// The id, once there is one.
    id: Option<Box<str>>,
    /// The connection on which it was made last.
    connection: u32,
}

impl<T> Default for Subscriptions<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Subscriptions<T> {
    /// No subscriptions.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new(), last: 0 }
    }

    /// Adds a subscription, which is to be made on the current connection and on every one to come.
    pub fn add(&mut self, value: T) -> SubscriptionKey {
        loop {
            // Never 0, and never a key that somebody still has, even after four billion of them.
            self.last = self.last.wrapping_add(1).max(1);
            let key = SubscriptionKey(self.last);
            if self.get(key).is_none() {
                self.entries.push(Entry { key, value, id: None, connection: 0 });
                return key;
            }
        }
    }

    /// What the caller keeps with a subscription.
    #[must_use]
    pub fn get(&self, key: SubscriptionKey) -> Option<&T> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// All that the caller keeps, the oldest first.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|entry| &entry.value)
    }

    /// How many subscriptions there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Forgets a subscription. Answers what was kept with it, and its id if it was made on this connection: that one is
    /// to be ended with [`Session::unsubscribe`].
    pub fn remove(&mut self, connection: u32, key: SubscriptionKey) -> Option<(T, Option<Box<str>>)> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        let entry = self.entries.remove(at);
        let made = entry.connection == connection && connection != 0;
        Some((entry.value, entry.id.filter(|_| made)))
    }

    /// Which subscription is to be made next on this connection, if any. `connection` is
    /// [`Client::connection`](super::Client::connection).
    #[must_use]
    pub fn poll_pending(&self, connection: u32) -> Option<SubscriptionKey> {
        self.entries.iter().find(|entry| entry.connection != connection).map(|entry| entry.key)
    }

    /// Makes a subscription on this connection. The headers need a `destination`; without an `id` the one of before is
    /// used. Answers the id.
    ///
    /// # Errors
    /// If the session refuses. Unless it is because there is no connection, the subscription would be refused every
    /// time, so it is to be [removed](Self::remove), and its owner told.
    pub fn subscribe(
        &mut self,
        connection: u32,
        session: &mut Session,
        now: Time,
        key: SubscriptionKey,
        mut headers: Headers,
    ) -> Result<String, UsageError> {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) else {
            return Err(UsageError::UnknownSubscription(String::new()));
        };
        if let Some(id) = entry.id.as_deref().filter(|_| !headers.contains("id")) {
            headers.set("id", id);
        }
        let id = session.subscribe(now, key, &headers)?;
        entry.id = Some(id.as_str().into());
        entry.connection = connection;
        Ok(id)
    }

    fn entry(&self, key: SubscriptionKey) -> Option<&Entry<T>> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}
