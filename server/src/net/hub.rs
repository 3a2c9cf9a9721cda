//! The broker with a clock, shared by all connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use stomp_wasm::frame::Headers;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Handler, Received, Session};
use crate::broker::{
    Broker, Chaos, ConnId, ConnInfo, Entry, Handlers, How, Metrics, Outgoing, Output, Settings, Taken,
};

/// The broker with a clock. Cheap to clone: all clones are the same.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    start: Instant,
    /// The time of the next tick became an earlier one.
    sooner: Notify,
    /// A connection ended.
    left: Notify,
    /// Something was recorded.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    broker: Broker,
    wakers: HashMap<ConnId, Arc<Notify>>,
    /// When the next tick is due, in the broker's time.
    tick_at: Option<u64>,
    /// How long the transcript was.
    recorded: usize,
}

impl Hub {
    /// A hub around a new broker. Nothing times out before [`run`](Self::run) runs.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::with_handlers(settings, Handlers::default())
    }

    pub(crate) fn with_handlers(settings: Settings, handlers: Handlers) -> Self {
        let mut broker = Broker::new(settings);
        broker.set_handlers(handlers);
        let state = State { broker, wakers: HashMap::new(), tick_at: None, recorded: 0 };
        Self(Arc::new(Inner {
            state: Mutex::new(state),
            start: Instant::now(),
            sooner: Notify::new(),
            left: Notify::new(),
            changed: Notify::new(),
        }))
    }

    /// Sends a message in the name of the server.
    ///
    /// # Errors
    /// As [`Broker::publish`].
    pub fn publish(&self, destination: &str, headers: &Headers, body: impl Into<Bytes>) -> Result<(), String> {
        self.with(|broker, now| broker.publish(now, destination, headers, body.into()))
    }

    /// Makes trouble: see [`Chaos`].
    ///
    /// # Errors
    /// As [`Broker::chaos`].
    pub fn chaos(&self, chaos: Chaos) -> Result<usize, String> {
        self.with(|broker, now| broker.chaos(now, chaos))
    }

    /// Who is there.
    #[must_use]
    pub fn describe(&self) -> Vec<ConnInfo> {
        self.with(|broker, _| broker.describe())
    }

    /// What went over the wire from an entry on, if it is [recorded](Settings::record).
    #[must_use]
    pub fn transcript(&self, from: usize) -> Vec<Entry> {
        self.with(|broker, _| broker.transcript().get(from..).unwrap_or_default().to_vec())
    }

    /// Waits until something came or went that may be in the transcript, after `seen` entries.
    pub(crate) async fn more_transcript(&self, seen: usize) {
        loop {
            let changed = self.0.changed.notified();
            if self.with(|broker, _| broker.transcript().len() > seen) {
                return;
            }
            changed.await;
        }
    }

    /// Ends all connections at once.
    pub(crate) fn cut_all(&self) {
        self.with(Broker::cut_all);
    }

    /// What happened so far, in numbers.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.with(|broker, _| broker.metrics())
    }

    /// Closes all connections and waits until they are gone, but no longer than the time given.
    pub async fn shut_down(&self, patience: Duration) {
        self.with(Broker::shut_down);
        let gone = async {
            loop {
                let left = self.0.left.notified();
                if self.with(|broker, _| broker.connections().is_empty()) {
                    return;
                }
                left.await;
            }
        };
        let _ = tokio::time::timeout(patience, gone).await;
    }

    /// Ticks the broker whenever it is due, for ever.
    pub async fn run(self) {
        loop {
            let next = {
                let mut state = self.lock();
                let now = self.now();
                state.broker.tick(now);
                state.tick_at = state.wake_all();
                state.tick_at
            };
            let sooner = self.0.sooner.notified();
            match next {
                None => sooner.await,
                Some(at) => {
                    let at = self.0.start + Duration::from_millis(at);
                    tokio::select! {
                        () = tokio::time::sleep_until(at) => {}
                        () = sooner => {}
                    }
                }
            }
        }
    }

    /// Does something with the broker, then what the broker wants done.
    fn with<T>(&self, work: impl FnOnce(&mut Broker, u64) -> T) -> T {
        let mut result = None;
        self.with_state(|state, now| result = Some(work(&mut state.broker, now)));
        #[allow(clippy::unwrap_used)] // Set in the line above.
        result.unwrap()
    }

    fn with_state(&self, work: impl FnOnce(&mut State, u64)) {
        let mut state = self.lock();
        let now = self.now();
        work(&mut state, now);
        let next = state.wake_all();
        let recorded = state.broker.transcript().len();
        if std::mem::replace(&mut state.recorded, recorded) != recorded {
            self.0.changed.notify_waiters();
        }
        if let Some(at) = next.filter(|at| state.tick_at.is_none_or(|due| *at < due)) {
            state.tick_at = Some(at);
            self.0.sooner.notify_one();
        }
    }

    fn now(&self) -> u64 {
        self.0.start.elapsed().as_millis() as u64
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The broker does not panic; if it did, the others could still go on.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Does what the broker wants done, and says when it wants its next tick.
    fn wake_all(&mut self) -> Option<u64> {
        loop {
            match self.broker.poll_output() {
                Output::Timeout(at) => return at,
                Output::Wake(id) => {
                    if let Some(waker) = self.wakers.get(&id) {
                        waker.notify_one();
                    }
                }
            }
        }
    }
}

impl Handler for Hub {
    fn open(&self) -> Option<Arc<dyn Session>> {
        let wake = Arc::new(Notify::new());
        let mut opened = None;
        self.with_state(|state, now| {
            opened = state.broker.open(now);
            if let Some(id) = opened {
                state.wakers.insert(id, Arc::clone(&wake));
            }
        });
        Some(Arc::new(Link { hub: self.clone(), id: opened?, wake }))
    }
}

/// A connection of the broker.
#[derive(Debug)]
struct Link {
    hub: Hub,
    id: ConnId,
    wake: Arc<Notify>,
}

impl Session for Link {
    fn receive(&self, data: Received<'_>) {
        self.hub.with(|broker, now| broker.receive(now, self.id, data.as_bytes()));
    }

    fn wake(&self) -> &Notify {
        &self.wake
    }

    fn take(&self, max_bytes: usize, out: &mut Vec<Outgoing>) -> Taken {
        self.hub.with(|broker, now| broker.take(now, self.id, max_bytes, out))
    }

    fn is_cut(&self) -> Option<How> {
        self.hub.with(|broker, _| broker.is_cut(self.id))
    }

    fn closed(&self) {
        self.hub.with_state(|state, now| {
            state.wakers.remove(&self.id);
            state.broker.closed(now, self.id);
        });
        self.hub.0.left.notify_waiters();
    }
}
