//! STOMP in Leptos: a hook to copy into an application.
//!
//! On a server that renders the page, effects do not run, so that no client is made and no socket opened there.

use futures_util::future::abortable;
use leptos::prelude::*;
use stomp_wasm::{Client, Message, State};
use wasm_bindgen_futures::spawn_local;

/// A client, and where it stands. It may be copied into closures and put into a context.
#[derive(Clone, Copy)]
pub struct UseStomp {
    client: StoredValue<Option<Client>, LocalStorage>,
    /// The state of the client.
    pub state: ReadSignal<State>,
}

/// Makes a client when its owner is mounted, keeps it connected while the owner lives, and ends its connection with it.
///
/// ```ignore
/// let stomp = use_stomp(|| Client::builder("wss://example.org/ws").login("guest", "guest").build());
/// let price = stomp.latest("/topic/prices.ACME");
/// view! { <p>{move || price.with(|price| price.as_ref().map(|price| price.text().unwrap_or("?").to_owned()))}</p> }
/// ```
pub fn use_stomp(make: impl FnOnce() -> Client + 'static) -> UseStomp {
    let (state, set_state) = signal(State::Inactive);
    let client = StoredValue::new_local(None::<Client>);
    let mut make = Some(make);
    Effect::new(move |_| {
        // Nothing here is tracked, so that this runs once.
        let Some(own) = make.take().map(|make| make()) else { return };
        let mut states = own.states();
        own.activate();
        client.set_value(Some(own.clone()));
        let stop = run(async move {
            while let Some(state) = states.recv().await {
                set_state.set(state);
            }
        });
        on_cleanup_local(move || {
            stop();
            own.deactivate();
        });
    });
    UseStomp { client, state }
}

impl UseStomp {
    /// Does something with the client; `None` before it is mounted, and on a server.
    pub fn with<R>(&self, f: impl FnOnce(&Client) -> R) -> Option<R> {
        self.client.try_with_value(|client| client.as_ref().map(f)).flatten()
    }

    /// Whether frames may be sent.
    pub fn is_connected(&self) -> bool {
        self.state.get().is_connected()
    }

    /// Subscribes while the owner lives, and calls back for every message; also after reconnects.
    pub fn on_message(self, destination: &str, on_message: impl Fn(Message) + 'static) {
        let destination = destination.to_owned();
        let mut on_message = Some(on_message);
        // Effects run in their order, so the client is there.
        Effect::new(move |_| {
            let Some(mut messages) = self.with(|client| client.subscribe(&destination)) else { return };
            let Some(on_message) = on_message.take() else { return };
            on_cleanup_local(run(async move {
                while let Some(message) = messages.recv().await {
                    on_message(message);
                }
            }));
        });
    }

    /// The latest message of a destination, as a signal.
    #[allow(dead_code)]
    pub fn latest(self, destination: &str) -> ReadSignal<Option<Message>, LocalStorage> {
        let (latest, set_latest) = signal_local(None);
        self.on_message(destination, move |message| set_latest.set(Some(message)));
        latest
    }
}

/// Runs a task until the function is called that comes back: what the task holds is dropped then.
fn run(task: impl Future<Output = ()> + 'static) -> impl FnOnce() + 'static {
    let (task, handle) = abortable(task);
    spawn_local(async move {
        let _ = task.await;
    });
    move || handle.abort()
}

/// As `on_cleanup`, for what stays in the browser's one thread.
fn on_cleanup_local(f: impl FnOnce() + 'static) {
    let f = send_wrapper::SendWrapper::new(f);
    on_cleanup(move || (f.take())());
}
