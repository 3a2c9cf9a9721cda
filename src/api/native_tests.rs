//! On a server that renders a page: everything compiles, nothing happens, nothing panics. In a browser the API is tested
//! from outside, in `tests/rust-api`.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::*;

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_client_on_a_server_does_nothing() {
    let client = Client::builder("wss://example.org/ws")
        .outbox(2)
        .outbox_max_age(Duration::from_secs(1))
        .fallback(Transport::sockjs("https://example.org/sockjs"))
        .build();
    client.activate();
    assert_eq!((client.state(), client.is_active(), client.is_connected()), (State::Inactive, false, false));
    let messages = client.subscribe("/topic/a");
    client.publish("/topic/a", "x").send().unwrap();
    assert_eq!(client.outbox_len(), 1);
    assert!(poll(client.publish("/topic/a", "x").receipt().deadline(Duration::ZERO)).is_pending());
    assert!(poll(client.subscription("/topic/b").subscribe_confirmed().deadline(Duration::ZERO)).is_pending());
    assert!(client.begin().unwrap_err().is_not_connected());
    assert!(poll(client.disconnect()).is_ready());
    assert!(client.as_raw().is_none());
    drop((messages, client));
}

#[test]
fn connecting_says_that_there_is_no_browser() {
    let client = Client::builder("wss://example.org/ws").build();
    let Poll::Ready(Err(error)) = poll(client.connect()) else { panic!("it waits") };
    assert_eq!(error.to_string(), "the connection could not be opened: there is no browser here");
}

#[test]
fn errors_can_be_sent_between_threads() {
    fn is_send<T: Send + Sync + 'static>() {}
    is_send::<Error>();
}
