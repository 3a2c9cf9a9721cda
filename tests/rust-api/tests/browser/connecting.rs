//! Connecting, and the futures that wait for it.

use stomp_wasm::client::Failure;
use stomp_wasm::frame::{Headers, Version, Versions};
use stomp_wasm::{Client, Error, Reconnect, State};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

#[test]
async fn connect_says_what_was_agreed() {
    let client = builder().build();
    assert_eq!((client.state(), client.is_active()), (State::Inactive, false));
    let connected = client.connect().await.unwrap();
    assert_eq!(connected.version, Version::V1_2);
    assert!(connected.headers.contains("server") && connected.headers.contains("heart-beat"), "{connected:?}");
    assert_eq!(client.connected(), Some(connected));
    assert_eq!(client.state(), State::Connected(Version::V1_2));
    assert!(client.is_connected() && client.is_active() && client.as_raw().is_some());
}

#[test]
async fn each_version_can_be_the_only_one_offered() {
    for version in [Version::V1_0, Version::V1_1, Version::V1_2] {
        let client = builder().versions(Versions::NONE.with(version)).build();
        assert_eq!(client.connect().await.unwrap().version, version);
        assert_eq!(client.state().version(), Some(version));
    }
}

#[test]
async fn a_wrong_password_is_told_at_once_and_leaves_nothing_running() {
    let client = builder().login("guest", "hunter2").build();
    let error = client.connect().await.unwrap_err();
    assert!(matches!(error, Error::Broker(_)) && error.broker_frame().is_some(), "{error:?}");
    let shown = format!("{error} {error:?} {client:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    until(&client, |state| state == State::Inactive).await;
    assert!(!client.is_active());
}

#[test]
async fn an_address_without_websocket_is_a_timeout_that_names_the_cause() {
    let client = Client::builder(URL.replace("/ws", "/nothing-here")).reconnect(Reconnect::Every(ms(5))).build();
    let error = client.connect().deadline(ms(300)).await.unwrap_err();
    assert!(matches!(&error, Error::Timeout { cause: Some(cause), .. }
        if matches!(**cause, Error::ConnectionLost { code: 1006, .. })));
    assert!(error.is_timeout() && error.to_string().contains("the last attempt failed"), "{error}");
    until(&client, |state| state == State::Inactive).await;
}

#[test]
async fn without_reconnecting_the_first_failure_is_the_last() {
    let client = Client::builder(URL.replace("/ws", "/nothing-here")).reconnect(Reconnect::Never).build();
    let error = client.connect().await.unwrap_err();
    assert!(matches!(error, Error::ConnectionLost { .. }), "{error:?}");
    until(&client, |state| state == State::Inactive).await;
}

#[test]
async fn a_malformed_address_is_told() {
    let client = Client::builder("nonsense://x y").reconnect(Reconnect::Never).build();
    let error = client.connect().await.unwrap_err();
    assert!(matches!(error, Error::Connect(Failure::Open(_))), "{error:?}");
}

#[test]
async fn a_broker_that_never_answers_is_a_timeout() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.connect_timeout(ms(30)).build();
    let connecting = client.connect();
    let (error, mut peer) = futures_util::future::join(connecting, async {
        let mut peer = peers.next().await;
        peer.open();
        assert!(peer.frame().await.starts_with("CONNECT\n"));
        peer
    })
    .await;
    assert!(error.unwrap_err().is_timeout());
    assert_eq!(client.state(), State::Inactive);
    assert!(matches!(peer.did().await, Did::Close(_)), "nothing is left behind");
}

#[test]
async fn an_attempt_that_takes_too_long_is_ended_and_the_next_begun() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.attempt_timeout(ms(20)).close_timeout(ms(1)).build();
    let mut errors = client.errors();
    client.activate();
    let _silent = peers.next().await;
    let error = errors.recv().await.unwrap();
    assert!(matches!(error, Error::Connect(Failure::Timeout(20))), "{error:?}");
    peers.next().await.accept().await;
    assert!(client.is_connected());
}

#[test]
async fn dropping_the_future_ends_the_attempt() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.build();
    let mut connecting = client.connect();
    assert!(poll_once(&mut connecting).is_none());
    assert!(client.is_active());
    let mut peer = peers.next().await;
    drop(connecting);
    assert_eq!(client.state(), State::Inactive);
    assert!(matches!(peer.did().await, Did::Close(_)));
}

#[test]
async fn a_future_that_was_never_polled_does_nothing() {
    let client = builder().build();
    drop(client.connect());
    assert_eq!(client.state(), State::Inactive);
}

#[test]
async fn all_who_wait_are_told() {
    let client = builder().build();
    let (one, other) = futures_util::future::join(client.connect(), client.clone().connect()).await;
    assert_eq!(one.unwrap(), other.unwrap());
    // And who comes later need not wait.
    assert!(poll_once(&mut client.connect()).is_some());
}

#[test]
async fn who_still_waits_is_not_left_alone_by_one_who_goes() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.build();
    let (mut goes, stays) = (client.connect(), client.connect());
    assert!(poll_once(&mut goes).is_none());
    let stays = futures_util::future::join(stays, async {
        let mut peer = peers.next().await;
        drop(goes);
        peer.accept().await;
        peer
    });
    let (result, _peer) = stays.await;
    assert!(result.is_ok());
}

#[test]
async fn who_only_waits_leaves_an_active_client_as_it_is() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.build();
    client.activate();
    assert!(client.connect().deadline(ms(10)).await.unwrap_err().is_timeout());
    assert!(client.is_active());
    peers.next().await.accept().await;
    assert!(client.is_connected());
}

#[test]
async fn deactivating_ends_the_waiting() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.build();
    let (result, ()) = futures_util::future::join(client.connect(), async {
        let peer = peers.next().await;
        client.deactivate();
        peer.close(1000, "");
    })
    .await;
    assert!(matches!(result, Err(Error::Deactivated)), "{result:?}");
}

#[test]
async fn the_connect_frame_carries_what_was_set() {
    let (builder, mut peers) = Peers::builder();
    let client = builder
        .login("me", "secret")
        .connect_header("client-id", "a:b")
        .heartbeat(ms(3_000), ms(0))
        .versions(Versions::NONE.with(Version::V1_1).with(Version::V1_2))
        .build();
    client.activate();
    let mut peer = peers.next().await;
    peer.open();
    let connect = peer.frame().await;
    for (name, value) in [
        ("accept-version", "1.1,1.2"),
        ("host", "/"),
        ("heart-beat", "3000,0"),
        ("login", "me"),
        ("passcode", "secret"),
        ("client-id", "a:b"),
    ] {
        assert_eq!(header(&connect, name), value);
    }
}

#[test]
async fn the_virtual_host_can_be_chosen() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.host("prod").build();
    client.activate();
    assert_eq!(header(&peers.next().await.accept().await, "host"), "prod");
}

#[test]
async fn headers_are_made_anew_before_every_attempt() {
    let (builder, mut peers) = Peers::builder();
    let count = Counter::default();
    let client = builder
        .connect_header("token", "none yet")
        .before_connect(move || {
            let token = count.next().to_string();
            async move { Ok::<_, String>(Headers::from_iter([("token", token)])) }
        })
        .build();
    client.activate();
    for expected in ["1", "2", "3"] {
        let mut peer = peers.next().await;
        assert_eq!(header(&peer.accept().await, "token"), expected);
        peer.close(1006, "");
    }
}

#[test]
async fn a_preparation_that_fails_is_told_in_its_own_words() {
    let (builder, _peers) = Peers::builder();
    let client = builder.reconnect(Reconnect::Never).before_connect(|| async { Err("no token today") }).build();
    let error = client.connect().await.unwrap_err();
    assert!(error.to_string().contains("no token today"), "{error}");
    until(&client, |state| state == State::Inactive).await;
}

#[test]
async fn a_header_that_would_inject_another_is_refused() {
    let client = builder().login("guest", "x\nhost:evil").reconnect(Reconnect::Never).build();
    let error = client.connect().await.unwrap_err();
    assert!(error.to_string().contains("'passcode' holds a line break"), "{error}");
    assert!(!error.to_string().contains("evil"), "{error}");
}
