//! States, errors, reconnecting, and the end.

use futures_util::StreamExt;
use stomp_wasm::frame::Version;
use stomp_wasm::session::Violation;
use stomp_wasm::{Error, Reconnect, State};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

#[test]
async fn the_states_tell_the_whole_story() {
    let client = builder().build();
    let states = client.states();
    client.connect().await.unwrap();
    client.disconnect().await;
    assert_eq!(client.state(), State::Inactive);
    let states: Vec<_> = states.take(5).collect().await;
    use State::{Connected, Connecting, Disconnecting, Inactive};
    assert_eq!(states, [Inactive, Connecting, Connected(Version::V1_2), Disconnecting, Inactive]);
}

#[test]
async fn the_states_end_with_the_client() {
    let client = builder().build();
    let mut states = client.states();
    assert_eq!(states.recv().await, Some(State::Inactive));
    drop(client);
    assert_eq!(states.recv().await, None);
}

#[test]
async fn a_lost_connection_is_told_and_made_again() {
    let (client, mut peers, peer) = Peers::connected().await;
    let (mut errors, mut states) = (client.errors(), client.states());
    assert!(states.recv().await.unwrap().is_connected());
    peer.close(1012, "restart");
    let error = errors.recv().await.unwrap();
    assert!(matches!(&error, Error::ConnectionLost { code: 1012, reason } if reason == "restart"), "{error:?}");
    assert_eq!(error.to_string(), "the connection was lost (close code 1012: restart)");
    assert_eq!(states.recv().await, Some(State::Waiting(ms(1))));
    assert_eq!(states.recv().await, Some(State::Connecting));
    assert!(!client.is_connected() && client.connected().is_none());
    peers.next().await.accept().await;
    assert_eq!(states.recv().await, Some(State::Connected(Version::V1_2)));
}

#[test]
async fn a_connection_that_is_cut_comes_back() {
    let client = connected().await;
    for _ in 0..3 {
        reconnected(&client).await;
    }
    assert!(client.is_connected());
}

#[test]
async fn without_reconnecting_the_end_of_the_connection_is_the_end() {
    let client = builder().reconnect(Reconnect::Never).build();
    client.connect().await.unwrap();
    client.force_disconnect();
    until(&client, |state| state == State::Inactive).await;
    // But it can be connected again.
    client.connect().await.unwrap();
}

#[test]
async fn the_delay_doubles_up_to_its_limit() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.reconnect(Reconnect::Exponential { first: ms(2), most: ms(5) }).build();
    let states = client.states();
    client.activate();
    for _ in 0..4 {
        peers.next().await.close(1006, "");
    }
    let waits = states.filter_map(|state| async move {
        match state {
            State::Waiting(delay) => Some(delay),
            _ => None,
        }
    });
    assert_eq!(Box::pin(waits).take(4).collect::<Vec<_>>().await, [ms(2), ms(4), ms(5), ms(5)]);
}

#[test]
async fn an_error_frame_is_told_with_what_it_says() {
    let (client, mut peers, mut peer) = Peers::connected().await;
    let mut errors = client.errors();
    peer.send("ERROR\nmessage:no such thing\n\nlook elsewhere^@");
    let error = errors.recv().await.unwrap();
    assert_eq!(error.to_string(), "the broker reported an error: no such thing");
    assert_eq!(error.broker_frame().unwrap().body, b"look elsewhere");
    assert!(!client.is_connected());
    peer.close(1000, "");
    peers.next().await.accept().await;
    let _ = poll_once(&mut Box::pin(peer.did()));
    assert!(client.is_connected());
}

#[test]
async fn garbage_ends_the_connection_with_a_reason() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let mut errors = client.errors();
    peer.send_bytes(b"\x00\xff\x01");
    let error = errors.recv().await.unwrap();
    assert!(matches!(error, Error::Violation(Violation::Decode(_))), "{error:?}");
    assert_eq!(peer.did().await, Did::Close(4004));
    // The close that follows is no news.
    peer.close(4004, "");
    until(&client, |state| matches!(state, State::Waiting(_) | State::Connecting)).await;
    assert!(poll_once(&mut Box::pin(errors.recv())).is_none());
}

#[test]
async fn a_silent_broker_is_given_up() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.heartbeat(ms(0), ms(15)).build();
    let mut errors = client.errors();
    client.activate();
    let mut peer = peers.next().await;
    peer.open();
    peer.frame().await;
    peer.send("CONNECTED\nversion:1.2\nheart-beat:15,15\n\n^@");
    let error = errors.recv().await.unwrap();
    assert!(matches!(error, Error::HeartbeatLost), "{error:?}");
    assert_eq!(peer.did().await, Did::Close(4003));
}

#[test]
async fn heart_beats_go_out_from_the_page_and_from_a_worker() {
    for in_worker in [false, true] {
        let (builder, mut peers) = Peers::builder();
        let client = builder.heartbeat(ms(10), ms(0)).worker_ticker(in_worker).build();
        client.activate();
        let mut peer = peers.next().await;
        peer.open();
        peer.frame().await;
        peer.send("CONNECTED\nversion:1.2\nheart-beat:0,10\n\n^@");
        for _ in 0..3 {
            assert_eq!(peer.did().await, Did::Text("\n".into()), "worker: {in_worker}");
        }
    }
}

#[test]
async fn disconnecting_says_good_bye_and_waits_for_the_answer() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let ((), frame) = futures_util::future::join(client.disconnect(), peer.part()).await;
    assert!(frame.starts_with("DISCONNECT\n"), "{frame}");
    assert_eq!(client.state(), State::Inactive);
}

#[test]
async fn disconnecting_begins_before_it_is_awaited_and_has_an_end() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.disconnect_timeout(ms(10)).close_timeout(ms(10)).disconnect_header("why", "bored").build();
    client.activate();
    let mut peer = peers.next().await;
    peer.accept().await;
    let disconnecting = client.disconnect();
    assert_eq!(client.state(), State::Disconnecting);
    assert_eq!(header(&peer.frame().await, "why"), "bored");
    // Nobody answers, nobody closes.
    disconnecting.await;
    assert_eq!(client.state(), State::Inactive);
}

#[test]
async fn disconnecting_what_is_not_connected_is_done_at_once() {
    let client = builder().build();
    assert!(poll_once(&mut client.disconnect()).is_some());
}

#[test]
async fn connecting_during_a_good_bye_comes_after_it() {
    let client = connected().await;
    let disconnecting = client.disconnect();
    client.connect().await.unwrap();
    disconnecting.await;
    assert!(client.is_connected());
}

#[test]
async fn the_last_handle_says_good_bye() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let other = client.clone();
    assert_eq!(client, other);
    drop(client);
    assert!(other.is_connected());
    drop(other);
    assert!(peer.part().await.starts_with("DISCONNECT\n"));
}

#[test]
async fn a_subscription_keeps_its_client() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let mut messages = client.subscribe("/topic/a");
    drop(client);
    let id = header(&peer.frame().await, "id");
    peer.send(&format!("MESSAGE\nsubscription:{id}\n\nstill here^@"));
    assert_eq!(messages.recv().await.unwrap().text().unwrap(), "still here");
    drop(messages);
    assert!(peer.frame().await.starts_with("UNSUBSCRIBE\n"));
    assert!(peer.part().await.starts_with("DISCONNECT\n"));
}

#[test]
async fn a_listener_that_sleeps_loses_the_oldest_only() {
    let (client, mut peers, mut peer) = Peers::connected().await;
    let mut errors = client.errors();
    for code in 0..70 {
        peer.close(4_000 + code, "");
        peer = peers.next().await;
        peer.accept().await;
    }
    let first = errors.recv().await.unwrap();
    assert!(matches!(first, Error::ConnectionLost { code: 4_006, .. }), "{first:?}");
}
