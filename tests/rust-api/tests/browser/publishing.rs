//! Publishing, receipts, the outbox.

use std::collections::HashMap;

use futures_util::future::join_all;
use serde::Serialize;
use stomp_wasm::frame::{Version, Versions};
use stomp_wasm::session::UsageError;
use stomp_wasm::{Body, Error, Json, Subscription};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

async fn bodies(messages: &mut Subscription, count: usize) -> Vec<String> {
    let mut bodies = Vec::new();
    for _ in 0..count {
        bodies.push(messages.recv().await.expect("a message").text().expect("text").to_owned());
    }
    bodies
}

#[test]
async fn text_and_bytes_are_bodies_in_every_form() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let (text, bytes) = ("t".to_owned(), vec![b'b']);
    let texts: [Body<'_>; 4] = [(&text).into(), "t".into(), text.clone().into(), std::borrow::Cow::from("t").into()];
    for body in texts {
        client.publish("/a", body).send().unwrap();
        assert!(matches!(peer.did().await, Did::Text(frame) if frame.ends_with("\n\nt^@")));
    }
    let binaries: [Body<'_>; 4] = [(&bytes).into(), b"b".into(), bytes.clone().into(), bytes.as_slice().into()];
    for body in binaries {
        client.publish("/a", body).send().unwrap();
        assert!(matches!(peer.did().await, Did::Binary(frame) if frame.ends_with("content-length:1\n\nb^@")));
    }
}

#[test]
async fn headers_go_with_the_message_whatever_is_in_them() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    let publish = client.publish(&topic, "x").header("note", "replaced").content_type("text/plain");
    publish.headers([("note", "a:b\nc\\d\re"), ("größe", "ü")]).send().unwrap();
    let message = messages.recv().await.unwrap();
    assert_eq!(message.header("note"), Some("a:b\nc\\d\re"));
    assert_eq!(message.header("größe"), Some("ü"));
    assert_eq!(message.content_type(), Some("text/plain"));
    assert_eq!(message.headers().get_all("note").count(), 1);
}

#[derive(Serialize)]
struct Order<'a> {
    symbol: &'a str,
    quantity: u32,
}

#[test]
async fn values_are_published_as_json() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    let order = Order { symbol: "ACME", quantity: 3 };
    client.publish(&topic, Json(&order)).send().unwrap();
    client.publish(&topic, Json(order)).content_type("application/vnd.order+json").send().unwrap();
    for content_type in ["application/json", "application/vnd.order+json"] {
        let message = messages.recv().await.unwrap();
        assert_eq!(message.text().unwrap(), r#"{"symbol":"ACME","quantity":3}"#);
        assert_eq!(message.content_type(), Some(content_type));
    }
}

#[test]
async fn a_value_that_is_no_json_is_refused_before_anything_is_sent() {
    let client = connected().await;
    let refused = client.publish("/topic/a", Json(HashMap::from([([1, 2], 3)]))).send();
    assert!(matches!(refused, Err(Error::Json(_))), "{refused:?}");
    let refused = client.publish("/topic/a", Json(HashMap::from([([1, 2], 3)]))).receipt().await;
    assert!(matches!(refused, Err(Error::Json(_))), "{refused:?}");
    assert!(client.is_connected());
}

#[test]
async fn a_receipt_says_that_the_broker_has_it() {
    let client = connected().await;
    let queue = unique("/queue/");
    client.publish(&queue, "x").receipt().await.unwrap();
    assert_eq!(bodies(&mut connected().await.subscribe(&queue), 1).await, ["x"]);
}

#[test]
async fn many_receipts_are_waited_for_at_once() {
    let client = connected().await;
    let queue = unique("/queue/");
    let receipts = join_all((0..200).map(|n| client.publish(&queue, n.to_string()).receipt())).await;
    assert!(receipts.iter().all(Result::is_ok) && receipts.len() == 200);
    let expected: Vec<_> = (0..200).map(|n: u32| n.to_string()).collect();
    assert_eq!(bodies(&mut client.subscribe(&queue), 200).await, expected);
}

#[test]
async fn a_receipt_that_does_not_come_is_a_timeout() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.receipt_timeout(ms(5)).build();
    client.activate();
    let mut peer = peers.next().await;
    peer.accept().await;
    let error = client.publish("/a", "x").receipt().await.unwrap_err();
    assert_eq!(error.to_string(), "the receipt for a message took longer than 5 ms");
    let error = client.publish("/a", "x").receipt().deadline(ms(6)).await.unwrap_err();
    assert_eq!(error.to_string(), "the receipt for a message took longer than 6 ms");
    assert!(client.is_connected());
}

#[test]
async fn a_receipt_ends_with_its_connection() {
    let (client, mut peers, peer) = Peers::connected().await;
    let receipt = client.publish("/a", "x").receipt();
    peer.close(1006, "");
    assert!(matches!(receipt.await, Err(Error::ConnectionLost { code: 1006, .. })));
    // Receipts of the next connection are others.
    let mut peer = peers.next().await;
    peer.accept().await;
    let receipt = client.publish("/a", "y").receipt();
    let id = header(&peer.frame().await, "receipt");
    peer.send(&format!("RECEIPT\nreceipt-id:nobody's\n\n^@RECEIPT\nreceipt-id:{id}\n\n^@"));
    receipt.await.unwrap();
}

#[test]
async fn a_message_that_is_refused_fails_its_own_receipt() {
    let client = builder().login("reader", "reader").build();
    client.connect().await.unwrap();
    let error = client.publish("/topic/a", "x").receipt().await.unwrap_err();
    assert!(error.broker_frame().is_some(), "{error:?}");
}

#[test]
async fn an_error_that_names_another_message_is_not_this_ones() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let (one, other) = (client.publish("/a", "1").receipt(), client.publish("/a", "2").receipt());
    let (_, second) = (peer.frame().await, peer.frame().await);
    let id = header(&second, "receipt");
    peer.send(&format!("ERROR\nmessage:no\nreceipt-id:{id}\n\n^@"));
    assert!(matches!(other.await, Err(Error::Broker(_))));
    peer.close(1000, "");
    assert!(matches!(one.await, Err(Error::Broker(_))), "the connection ended over it");
}

#[test]
async fn without_connection_and_outbox_publishing_is_an_error() {
    let client = builder().build();
    assert!(client.publish("/a", "x").send().unwrap_err().is_not_connected());
    assert!(client.publish("/a", "x").receipt().await.unwrap_err().is_not_connected());
}

#[test]
async fn an_outbox_keeps_messages_until_there_is_a_connection() {
    let client = builder().outbox(10).build();
    let topic = unique("/topic/");
    // It is sent after the subscriptions, so that nothing is missed.
    client.publish(&topic, "1").send().unwrap();
    let receipt = client.publish(&topic, vec![b'2']).receipt();
    let mut messages = client.subscribe(&topic);
    assert_eq!(client.outbox_len(), 2);
    client.connect().await.unwrap();
    assert_eq!(client.outbox_len(), 0);
    client.publish(&topic, "3").send().unwrap();
    assert_eq!(bodies(&mut messages, 3).await, ["1", "2", "3"]);
    receipt.await.unwrap();
}

#[test]
async fn an_outbox_works_between_two_connections() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.outbox(10).build();
    client.activate();
    let mut peer = peers.next().await;
    peer.accept().await;
    peer.close(1006, "");
    client.publish("/a", "later").send().unwrap();
    let mut peer = peers.next().await;
    peer.accept().await;
    assert!(peer.frame().await.ends_with("\n\nlater^@"));
}

#[test]
async fn an_outbox_that_is_full_says_so() {
    let client = builder().outbox(2).build();
    client.publish("/a", "1").send().unwrap();
    client.publish("/a", "2").send().unwrap();
    assert!(matches!(client.publish("/a", "3").send(), Err(Error::OutboxFull)));
    let small = builder().outbox(2).outbox_bytes(10).build();
    assert!(matches!(small.publish("/a", "more than ten bytes").send(), Err(Error::OutboxFull)));
}

#[test]
async fn what_waits_for_too_long_is_told_and_not_sent() {
    let client = builder().outbox(10).outbox_max_age(ms(10)).build();
    let mut errors = client.errors();
    client.publish("/a", "1").send().unwrap();
    let receipt = client.publish("/a", "2").receipt();
    assert!(matches!(errors.recv().await, Some(Error::Expired)), "by the errors, where nobody waits");
    assert!(matches!(receipt.await, Err(Error::Expired)), "by the receipt, where somebody does");
    assert_eq!(client.outbox_len(), 0);
}

#[test]
async fn a_message_of_the_outbox_that_cannot_be_sent_is_told() {
    let client = builder().versions(Versions::NONE.with(Version::V1_0)).outbox(10).build();
    let receipt = client.publish("/topic/a", "x").header("h", "a\nb").receipt();
    client.connect().await.unwrap();
    assert!(matches!(receipt.await, Err(Error::Usage(UsageError::Encode(_)))));
}

#[test]
async fn the_content_length_can_be_left_out_but_not_where_it_is_needed() {
    let (client, _peers, mut peer) = Peers::connected().await;
    client.publish("/a", "x").send().unwrap();
    assert!(peer.frame().await.contains("content-length:1"));
    client.publish("/a", "x").skip_content_length().send().unwrap();
    assert!(!peer.frame().await.contains("content-length"));
    client.publish("/a", "x\0y").skip_content_length().send().unwrap();
    assert!(peer.frame().await.contains("content-length:3"));
}

#[test]
async fn large_frames_go_in_pieces_where_the_broker_wants_that() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.max_chunk(16).build();
    client.activate();
    let mut peer = peers.next().await;
    peer.open();
    let mut connect = String::new();
    while !connect.ends_with("^@") {
        connect += &peer.frame().await;
    }
    peer.send("CONNECTED\nversion:1.2\n\n^@");
    client.publish("/a", "x".repeat(30)).send().unwrap();
    let mut pieces = Vec::new();
    while !pieces.last().is_some_and(|piece: &String| piece.ends_with("^@")) {
        pieces.push(peer.frame().await);
    }
    assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.len() <= 17), "{pieces:?}");
    let whole = format!("SEND\ndestination:/a\ncontent-length:30\n\n{}^@", "x".repeat(30));
    assert_eq!(pieces.concat(), whole);
}

#[test]
async fn frames_can_all_be_binary() {
    let client = builder().force_binary(true).build();
    client.connect().await.unwrap();
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    client.publish(&topic, "größer").send().unwrap();
    assert_eq!(bodies(&mut messages, 1).await, ["größer"]);
}

#[test]
async fn a_header_that_cannot_be_sent_is_refused_and_the_connection_goes_on() {
    let client = builder().versions(Versions::NONE.with(Version::V1_0)).build();
    client.connect().await.unwrap();
    let refused = client.publish("/topic/a", "x").header("h", "a\nb").send();
    assert!(matches!(refused, Err(Error::Usage(UsageError::Encode(_)))), "{refused:?}");
    client.publish("/topic/a", "x").receipt().await.unwrap();
}
