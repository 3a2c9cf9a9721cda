//! What carries the frames.

use js_sys::{Function, Promise, Reflect};
use stomp_wasm::session::UsageError;
use stomp_wasm::{BinaryEncoding, Client, Error, Reconnect, Transport};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

#[test]
async fn an_address_says_what_kind_it_is() {
    for (url, sockjs) in [("ws://a", false), ("WSS://a", false), ("http://a/sockjs", true), ("HTTPS://a", true)] {
        assert_eq!(matches!(Transport::from(url), Transport::SockJs(_)), sockjs, "{url}");
    }
    assert_eq!(format!("{:?}", Transport::websocket("wss://a/b?token=hunter2")), r#"WebSocket("wss://a/b")"#);
}

#[test]
async fn a_factory_may_answer_a_real_socket_or_a_promise_of_one() {
    let make = || web_socket(URL);
    for transport in [
        Transport::custom(make),
        Transport::custom(move || Ok(Promise::resolve(&make()?).into())),
        Transport::custom(|| Ok(wasm_bindgen_futures::future_to_promise(async { web_socket(URL) }).into())),
    ] {
        let client = Client::builder(transport).login("guest", "guest").build();
        client.connect().await.unwrap();
        client.disconnect().await;
    }
}

fn web_socket(url: &str) -> Result<JsValue, JsValue> {
    let constructor: Function = Reflect::get(&js_sys::global(), &"WebSocket".into())?.dyn_into()?;
    Reflect::construct(&constructor, &js_sys::Array::of2(&url.into(), &"v12.stomp".into()))
}

#[test]
async fn a_factory_that_fails_is_told() {
    for (transport, words) in [
        (Transport::custom(|| Err(js_sys::Error::new("no socket today").into())), "no socket today"),
        (Transport::custom(|| Ok(Promise::reject(&"not tomorrow".into()).into())), "not tomorrow"),
        (Transport::custom(|| Ok(7.into())), "did not return a socket"),
    ] {
        let client = Client::builder(transport).reconnect(Reconnect::Never).build();
        let error = client.connect().await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
async fn what_does_not_work_is_followed_by_what_may() {
    let client = Client::builder(URL.replace("/ws", "/nothing-here"))
        .fallback(Transport::custom(|| Err("nor this".into())))
        .fallback(URL)
        .login("guest", "guest")
        .reconnect(Reconnect::Every(ms(1)))
        .build();
    client.connect().await.unwrap();
    assert!(matches!(client.transport(), Transport::WebSocket(url) if url == URL));
    // It stays with what works.
    reconnected(&client).await;
    assert!(matches!(client.transport(), Transport::WebSocket(url) if url == URL));
}

/// One test, since there is one global `SockJS`.
#[test]
async fn sockjs_is_the_constructor_of_the_page() {
    let client = Client::builder("http://localhost/sockjs").reconnect(Reconnect::Never).build();
    let error = client.connect().await.unwrap_err();
    assert!(error.to_string().contains("the page has no SockJS"), "{error}");

    // A class in its place that goes to the server's WebSocket, and notes which address it was given.
    let global = js_sys::global();
    let script = format!("globalThis.given = url; return new WebSocket({URL:?})");
    let class = Function::new_with_args("url", &script);
    Reflect::set(&global, &"SockJS".into(), &class).unwrap();
    let client = Client::builder("http://localhost/sockjs").login("guest", "guest").build();
    let result = client.connect().await;
    let given = Reflect::get(&global, &"given".into()).unwrap().as_string();
    Reflect::delete_property(&global, &"SockJS".into()).unwrap();
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(given.as_deref(), Some("http://localhost/sockjs"));

    real_sockjs_takes_over_where_no_websocket_comes_through().await;
    Reflect::delete_property(&global, &"SockJS".into()).unwrap();
}

/// With sockjs-client itself, which defines the global when it is run.
async fn real_sockjs_takes_over_where_no_websocket_comes_through() {
    const SOCKJS: &str = include_str!("../../../node_modules/sockjs-client/dist/sockjs.min.js");
    Function::new_no_args(SOCKJS).call0(&JsValue::UNDEFINED).unwrap();
    let server = URL.replacen("ws", "http", 1).replace("/ws", "");
    let builder = Client::builder(URL.replace("/ws", "/nothing-here"))
        .fallback(Transport::sockjs(format!("{server}/sockjs")))
        .login("guest", "guest")
        .reconnect(Reconnect::Every(ms(1)));
    let client = builder.clone().build();
    client.connect().await.unwrap();
    assert_eq!(client.transport_name().as_deref(), Some("sockjs/xhr-streaming"));
    let mut messages = client.subscribe("/topic/sockjs");
    client.publish("/topic/sockjs", "ü\0").send().unwrap();
    assert_eq!(messages.recv().await.unwrap().text().unwrap(), "ü\0");
    let refused = client.publish("/topic/sockjs", vec![0xff]).send();
    assert!(matches!(refused, Err(Error::Usage(UsageError::TextOnly))), "{refused:?}");
    reconnected(&client).await;
    assert_eq!(client.transport_name().as_deref(), Some("sockjs/xhr-streaming"), "what worked is remembered");

    let encoding = builder.binary_encoding(BinaryEncoding::Base64).outbox(1).build();
    let mut bytes = encoding.subscribe("/topic/bytes");
    let body: Vec<u8> = (0..=255).collect();
    encoding.publish("/topic/bytes", &body).header("a", "b").send().unwrap();
    encoding.connect().await.unwrap();
    let message = bytes.recv().await.unwrap();
    assert_eq!((message.bytes(), message.header("content-transfer-encoding")), (&body[..], None));
    let mut plain = client.subscribe("/topic/bytes");
    client.publish("/topic/bytes", "no base64!").header("content-transfer-encoding", "base64").send().unwrap();
    assert_eq!(bytes.recv().await.unwrap().text().unwrap(), "no base64!", "it stays as it came");
    plain.recv().await.unwrap();
    encoding.publish("/topic/bytes", &[0xff, 0]).send().unwrap();
    let message = plain.recv().await.unwrap();
    assert_eq!((message.text().unwrap(), message.header("content-transfer-encoding")), ("/wA=", Some("base64")));
    encoding.disconnect().await;
    client.disconnect().await;
}

#[test]
async fn a_client_that_never_reconnects_goes_on_to_the_next_transport_at_once() {
    let client = Client::builder(URL.replace("/ws", "/nothing-here"))
        .fallback(URL)
        .login("guest", "guest")
        .reconnect(Reconnect::Never)
        .build();
    assert_eq!(client.transport_name(), None);
    client.connect().await.unwrap();
    assert_eq!(client.transport_name().as_deref(), Some("websocket"));
    client.disconnect().await;
    assert_eq!(client.transport_name(), None);
    let nowhere = Client::builder(URL.replace("/ws", "/nothing-here"))
        .fallback(Transport::custom(|| Err("nor this".into())))
        .reconnect(Reconnect::Never)
        .build();
    let error = nowhere.connect().await.unwrap_err();
    assert!(error.to_string().contains("nor this"), "{error}");
}

#[test]
async fn a_transport_that_hangs_is_left_in_time() {
    let (silent, mut peers) = Peers::transport();
    let client = Client::builder(silent)
        .fallback(URL)
        .fallback_timeout(ms(50))
        .login("guest", "guest")
        .reconnect(Reconnect::Never)
        .build();
    client.activate();
    // It opens, and never answers CONNECT.
    let peer = peers.next().await;
    peer.open();
    client.connect().await.unwrap();
    assert!(matches!(client.transport(), Transport::WebSocket(url) if url == URL));
    drop(peer);
}

#[test]
async fn sockjs_takes_no_binary_body() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.build();
    client.activate();
    let mut peer = peers.next().await;
    // What tells an open SockJS from a WebSocket.
    Reflect::set(&client.as_raw().unwrap(), &"transport".into(), &"xhr-polling".into()).unwrap();
    peer.accept().await;
    assert_eq!(client.transport_name().as_deref(), Some("sockjs/xhr-polling"));
    let refused = client.publish("/topic/a", vec![0xff]).send();
    assert!(matches!(refused, Err(Error::Usage(UsageError::TextOnly))), "{refused:?}");
    client.publish("/topic/a", "text").send().unwrap();
}

#[test]
async fn a_socket_that_is_closed_already_is_explained() {
    let socket = js_sys::Object::new();
    Reflect::set(&socket, &"readyState".into(), &3.into()).unwrap();
    let client =
        Client::builder(Transport::custom(move || Ok(socket.clone().into()))).reconnect(Reconnect::Never).build();
    let error = client.connect().await.unwrap_err();
    assert!(error.to_string().contains("must make a new one for each connection"), "{error}");
}

#[test]
async fn a_socket_that_throws_is_given_up() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.close_timeout(ms(1)).build();
    client.activate();
    peers.next().await.accept().await;
    let mut errors = client.errors();
    // The fake one throws when it is closed and has not said so.
    Reflect::set(&client.as_raw().unwrap(), &"readyState".into(), &3.into()).unwrap();
    let _ = client.publish("/topic/a", "x").send();
    assert!(!client.is_connected());
    let error = errors.recv().await.unwrap();
    assert!(matches!(error, Error::ConnectionLost { .. }), "{error:?}");
    peers.next().await.accept().await;
    assert!(client.is_connected());
}
