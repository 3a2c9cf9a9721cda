//! STOMP in Yew: two hooks to copy into an application.

use futures_util::future::abortable;
use stomp_wasm::{Client, Message, State};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// A client, and where it stands. Cheap to clone; equal as long as it is the same client in the same state.
#[derive(Clone, Debug, PartialEq)]
pub struct Stomp {
    /// The client.
    pub client: Client,
    /// Its state; the component is drawn anew when it changes.
    pub state: State,
}

/// Makes a client when the component is first drawn, keeps it connected while the component lives, and ends its
/// connection with it.
///
/// ```ignore
/// let stomp = use_stomp(|| Client::builder("wss://example.org/ws").login("guest", "guest").build());
/// html! { if !stomp.state.is_connected() { <p>{ "offline" }</p> } }
/// ```
#[hook]
pub fn use_stomp(make: impl FnOnce() -> Client) -> Stomp {
    let client = use_memo((), |()| make());
    let state = use_state_eq(|| client.state());
    let (own, setter) = ((*client).clone(), state.setter());
    use_effect_with((), move |()| {
        let mut states = own.states();
        own.activate();
        let stop = run(async move {
            while let Some(state) = states.recv().await {
                setter.set(state);
            }
        });
        move || {
            stop();
            own.deactivate();
        }
    });
    Stomp { client: (*client).clone(), state: *state }
}

/// Subscribes while the component lives, and calls back for every message; also after reconnects. Another destination
/// ends the subscription and makes another one.
///
/// ```ignore
/// let count = use_state(|| 0);
/// use_subscription(&stomp.client, "/topic/a", {
///     let count = count.clone();
///     move |message| count.set(*count + 1)
/// });
/// ```
#[hook]
pub fn use_subscription(client: &Client, destination: &str, on_message: impl Fn(Message) + 'static) {
    // The function of the last drawing is called: an older one would see old state.
    let latest = use_mut_ref(|| None::<Callback<Message>>);
    *latest.borrow_mut() = Some(Callback::from(on_message));
    use_effect_with((client.clone(), destination.to_owned()), move |(client, destination)| {
        let mut messages = client.subscribe(destination);
        run(async move {
            while let Some(message) = messages.recv().await {
                let callback = latest.borrow().clone();
                if let Some(callback) = callback {
                    callback.emit(message);
                }
            }
        })
    });
}

/// Runs a task until the function is called that comes back: what the task holds is dropped then.
fn run(task: impl Future<Output = ()> + 'static) -> impl FnOnce() {
    let (task, handle) = abortable(task);
    spawn_local(async move {
        let _ = task.await;
    });
    move || handle.abort()
}
