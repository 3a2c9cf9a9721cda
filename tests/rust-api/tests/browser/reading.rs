//! Messages: bodies, headers, acknowledgements.

use serde::Deserialize;
use stomp_wasm::session::UsageError;
use stomp_wasm::{AckMode, Error, Json, Message};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

/// A message that went to the server and back.
async fn there_and_back<'a>(body: impl Into<stomp_wasm::Body<'a>>) -> Message {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    client.publish(&topic, body).send().unwrap();
    messages.recv().await.unwrap()
}

#[test]
async fn a_message_says_where_it_came_from() {
    let message = there_and_back("x").await;
    assert!(message.destination().starts_with("/topic/") && !message.id().is_empty());
    assert_eq!(message.header("destination"), Some(message.destination()));
    assert_eq!(message.header("nothing"), None);
    assert!(message.headers().contains("subscription") && message.frame().body == b"x");
}

#[test]
async fn text_of_any_kind_arrives_as_it_was() {
    for text in ["", "hello", "größer € 漢字 😀", "line\nline\r\n\n", "a\0b", "\u{feff}bom", "\u{2028}"] {
        let message = there_and_back(text).await;
        assert_eq!(message.text().unwrap(), text);
        assert_eq!(message.into_bytes(), text.as_bytes());
    }
}

#[test]
async fn bytes_of_any_kind_arrive_as_they_were() {
    let bytes: Vec<u8> = (0..=255).cycle().take(1_000).collect();
    let message = there_and_back(&bytes).await;
    assert_eq!(message.bytes(), bytes);
    assert!(matches!(message.text(), Err(Error::NotText(_))));
    let other = message.clone();
    assert_eq!(message.into_bytes(), other.into_bytes(), "also from a clone");
}

#[test]
async fn a_megabyte_arrives() {
    let text = "0123456789abcdé€".repeat(60_000);
    assert!(there_and_back(&text).await.text().unwrap() == text);
}

#[derive(Debug, Deserialize, PartialEq)]
struct Price<'a> {
    symbol: &'a str,
    price: f64,
}

#[test]
async fn json_is_read_into_types_that_may_borrow() {
    let message = there_and_back(r#"{"symbol":"ACME","price":1.5}"#).await;
    assert_eq!(message.json::<Price<'_>>().unwrap(), Price { symbol: "ACME", price: 1.5 });
    let error = message.json::<Vec<u32>>().unwrap_err();
    assert!(matches!(error, Error::Json(_)) && error.to_string().contains("expected a sequence"), "{error}");
    assert!(there_and_back("{").await.json::<Price<'_>>().is_err());
}

#[test]
async fn a_body_can_be_handed_to_javascript_and_taken_from_it() {
    let text = r#"{"a":[1,2.5,"x",null,true],"b":{"c":"ü"}}"#;
    let message = there_and_back(text).await;
    let value = message.to_js().unwrap();
    assert_eq!(js_sys::JSON::stringify(&value).unwrap(), text);
    let message = there_and_back(stomp_wasm::Body::from_js(&value)).await;
    assert_eq!(message.content_type(), Some("application/json"));
    assert_eq!(js_sys::JSON::stringify(&message.to_js().unwrap()).unwrap(), text);
    assert!(there_and_back("no json").await.to_js().is_err());
    let refused = connected().await.publish("/topic/a", stomp_wasm::Body::from_js(&js_sys::Symbol::iterator())).send();
    assert!(matches!(refused, Err(Error::JavaScript(_))), "{refused:?}");
}

#[test]
async fn what_is_acknowledged_is_done_and_what_is_not_comes_again() {
    let client = connected().await;
    let queue = unique("/queue/");
    for body in ["1", "2"] {
        client.publish(&queue, body).receipt().await.unwrap();
    }
    let mut jobs = client.subscription(&queue).ack(AckMode::ClientIndividual).subscribe();
    let (first, second) = (jobs.recv().await.unwrap(), jobs.recv().await.unwrap());
    second.ack().unwrap();
    assert_eq!(first.text().unwrap(), "1");
    drop(jobs);
    let mut again = connected().await.subscription(&queue).ack(AckMode::ClientIndividual).subscribe();
    let message = again.recv().await.unwrap();
    assert_eq!(message.text().unwrap(), "1", "the one that was not acknowledged");
    message.ack().unwrap();
}

#[test]
async fn the_frames_of_ack_and_nack_name_their_message() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let mut jobs = client.subscription("/queue/a").ack(AckMode::Client).subscribe();
    let frame = peer.frame().await;
    assert_eq!(header(&frame, "ack"), "client");
    let id = header(&frame, "id");
    peer.send(&format!("MESSAGE\nsubscription:{id}\nmessage-id:m\nack:a7\n\n^@"));
    let message = jobs.recv().await.unwrap();
    message.ack().unwrap();
    message.nack_with(&[("requeue", "false")].into_iter().collect()).unwrap();
    let (ack, nack) = (peer.frame().await, peer.frame().await);
    assert!(ack.starts_with("ACK\n") && header(&ack, "id") == "a7", "{ack}");
    assert!(nack.starts_with("NACK\n") && header(&nack, "id") == "a7" && header(&nack, "requeue") == "false", "{nack}");
}

#[test]
async fn what_needs_no_acknowledgement_refuses_one() {
    let message = there_and_back("x").await;
    assert!(matches!(message.ack(), Err(Error::Usage(UsageError::NotConnected))), "its client is gone");
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    client.publish(&topic, "x").send().unwrap();
    let refused = messages.recv().await.unwrap().ack();
    // The server gives such a message no `ack` header, which is noticed first.
    use UsageError::{NotAcknowledgeable, NothingToAcknowledge};
    let expected = matches!(refused, Err(Error::Usage(NotAcknowledgeable | NothingToAcknowledge("ack"))));
    assert!(expected, "{refused:?}");
}

#[test]
async fn a_message_of_an_earlier_connection_cannot_be_acknowledged() {
    let client = connected().await;
    let queue = unique("/queue/");
    let mut jobs = client.subscription(&queue).ack(AckMode::ClientIndividual).subscribe();
    client.publish(&queue, Json("x")).send().unwrap();
    let stale = jobs.recv().await.unwrap();
    reconnected(&client).await;
    assert!(matches!(stale.ack(), Err(Error::Usage(UsageError::StaleMessage))));
    // The broker delivers it again.
    let again = jobs.recv().await.unwrap();
    assert_eq!(again.json::<String>().unwrap(), "x");
    again.ack().unwrap();
}
