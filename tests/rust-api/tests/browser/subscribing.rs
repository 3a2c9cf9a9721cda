//! Subscriptions: their life, their queues, and what survives a reconnect.

use futures_util::StreamExt;
use stomp_wasm::frame::{Headers, Version, Versions};
use stomp_wasm::session::UsageError;
use stomp_wasm::{AckMode, Error, Overflow, Subscription};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

async fn text(subscription: &mut Subscription) -> String {
    subscription.recv().await.expect("a message").text().expect("text").to_owned()
}

#[test]
async fn messages_come_to_their_subscription() {
    let client = connected().await;
    let (a, b) = (unique("/topic/a"), unique("/topic/b"));
    let (mut to_a, mut to_b) = (client.subscribe(&a), client.subscribe(&b));
    client.publish(&b, "for b").send().unwrap();
    client.publish(&a, "for a").send().unwrap();
    assert_eq!((text(&mut to_a).await.as_str(), text(&mut to_b).await.as_str()), ("for a", "for b"));
    assert_eq!(to_a.destination(), a);
}

#[test]
async fn a_subscription_is_a_stream() {
    let client = connected().await;
    let topic = unique("/topic/");
    let messages = client.subscribe(&topic);
    for number in 0..100 {
        client.publish(&topic, number.to_string()).send().unwrap();
    }
    let bodies = messages.map(|message| message.text().unwrap().parse::<u32>().unwrap());
    assert!(bodies.take(100).collect::<Vec<_>>().await.into_iter().eq(0..100), "all, in order");
}

#[test]
async fn what_is_subscribed_before_connecting_is_subscribed_then() {
    let client = builder().build();
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    client.connect().await.unwrap();
    client.publish(&topic, "x").send().unwrap();
    assert_eq!(text(&mut messages).await, "x");
}

#[test]
async fn a_subscription_survives_reconnects() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    for round in ["1", "2", "3"] {
        reconnected(&client).await;
        client.publish(&topic, round).send().unwrap();
        assert_eq!(text(&mut messages).await, round);
    }
}

#[test]
async fn a_subscription_survives_a_deactivation() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    client.disconnect().await;
    client.connect().await.unwrap();
    client.publish(&topic, "x").send().unwrap();
    assert_eq!(text(&mut messages).await, "x");
}

#[test]
async fn it_is_made_again_under_the_same_id_with_headers_made_anew() {
    let (client, mut peers, mut peer) = Peers::connected().await;
    let count = Counter::default();
    let _messages = client
        .subscription("/topic/a")
        .header("selector", "x > 1")
        .header("from", "nowhere")
        .headers_with(move || Headers::from_iter([("from", count.next().to_string())]))
        .subscribe();
    let mut ids = Vec::new();
    for expected in ["1", "2", "3"] {
        let frame = peer.frame().await;
        assert!(frame.starts_with("SUBSCRIBE\n"), "{frame}");
        assert_eq!((header(&frame, "from"), header(&frame, "selector")), (expected.into(), "x > 1".into()));
        ids.push(header(&frame, "id"));
        peer.close(1006, "");
        peer = peers.next().await;
        peer.accept().await;
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
async fn dropping_it_unsubscribes() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let messages = client.subscribe("/topic/a");
    let id = header(&peer.frame().await, "id");
    drop(messages);
    let frame = peer.frame().await;
    assert!(frame.starts_with("UNSUBSCRIBE\n") && header(&frame, "id") == id, "{frame}");
    client.subscribe("/topic/b").unsubscribe();
    assert!(peer.frame().await.starts_with("SUBSCRIBE\n"));
    assert!(peer.frame().await.starts_with("UNSUBSCRIBE\n"));
}

#[test]
async fn what_was_dropped_is_not_made_again() {
    let (client, mut peers, mut peer) = Peers::connected().await;
    let (gone, _stays) = (client.subscribe("/topic/gone"), client.subscribe("/topic/stays"));
    for _ in 0..2 {
        peer.frame().await;
    }
    peer.close(1006, "");
    drop(gone);
    let mut peer = peers.next().await;
    peer.accept().await;
    assert_eq!(header(&peer.frame().await, "destination"), "/topic/stays");
}

#[test]
async fn a_confirmed_subscription_misses_nothing_that_another_client_sends_after_it() {
    let (reader, writer) = (connected().await, connected().await);
    for _ in 0..20 {
        let topic = unique("/topic/");
        let mut messages = reader.subscription(&topic).subscribe_confirmed().await.unwrap();
        writer.publish(&topic, "x").send().unwrap();
        assert_eq!(text(&mut messages).await, "x");
    }
}

#[test]
async fn a_confirmation_that_does_not_come_is_a_timeout_and_leaves_no_subscription() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let error = client.subscription("/topic/a").subscribe_confirmed().deadline(ms(5)).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("subscribing"), "{error}");
    let frame = peer.frame().await;
    assert!(frame.starts_with("SUBSCRIBE\n") && frame.contains("\nreceipt:"), "{frame}");
    assert!(peer.frame().await.starts_with("UNSUBSCRIBE\n"));
}

#[test]
async fn a_confirmation_survives_a_reconnect() {
    let (client, mut peers, mut peer) = Peers::connected().await;
    let mut subscribing = client.subscription("/topic/a").subscribe_confirmed();
    assert!(poll_once(&mut subscribing).is_none());
    peer.frame().await;
    peer.close(1006, "");
    let mut peer = peers.next().await;
    peer.accept().await;
    let receipt = header(&peer.frame().await, "receipt");
    peer.send(&format!("RECEIPT\nreceipt-id:{receipt}\n\n^@"));
    assert_eq!(subscribing.await.unwrap().destination(), "/topic/a");
}

#[test]
async fn dropping_the_future_unsubscribes() {
    let (client, _peers, mut peer) = Peers::connected().await;
    drop(client.subscription("/topic/a").subscribe_confirmed());
    assert!(peer.frame().await.starts_with("SUBSCRIBE\n"));
    assert!(peer.frame().await.starts_with("UNSUBSCRIBE\n"));
}

#[test]
async fn a_subscription_that_is_refused_says_so_and_is_not_tried_again() {
    let client = builder().login("reader", "reader").build();
    client.connect().await.unwrap();
    let error = client.subscription("/queue/secret").subscribe_confirmed().await.unwrap_err();
    assert!(matches!(error, Error::Broker(_)), "{error:?}");
    // The broker closed the connection; the next one lives.
    until(&client, |state| !state.is_connected()).await;
    until(&client, |state| state.is_connected()).await;
    assert!(client.subscription("/topic/open").subscribe_confirmed().await.is_ok());
}

#[test]
async fn a_subscription_that_can_never_be_made_ends_with_the_reason() {
    let client = builder().versions(Versions::NONE.with(Version::V1_0)).build();
    client.connect().await.unwrap();
    let mut messages = client.subscription("/topic/a").header("x", "a\nb").subscribe();
    assert!(messages.recv().await.is_none());
    assert!(matches!(messages.error(), Some(Error::Usage(UsageError::Encode(_)))), "{:?}", messages.error());
    let taken = client.subscription("/topic/a").header("id", "one").subscribe();
    let again = client.subscription("/topic/a").header("id", "one").subscribe();
    assert!(matches!(again.error(), Some(Error::Usage(UsageError::DuplicateSubscription(_)))));
    assert!(taken.error().is_none());
}

/// A subscription that was sent the bodies `0` to `4` before anybody reads.
async fn flooded(capacity: usize, overflow: Option<Overflow>, ack: AckMode) -> Subscription {
    let (client, _peers, mut peer) = Peers::connected().await;
    let mut builder = client.subscription("/queue/a").capacity(capacity).ack(ack);
    if let Some(overflow) = overflow {
        builder = builder.overflow(overflow);
    }
    let messages = builder.subscribe();
    let id = header(&peer.frame().await, "id");
    for number in 0..5 {
        peer.send(&format!("MESSAGE\nsubscription:{id}\nack:{number}\n\n{number}^@"));
    }
    messages
}

async fn read(messages: &mut Subscription, count: usize) -> Vec<String> {
    let bodies = messages.take(count).map(|message| message.text().unwrap().to_owned());
    bodies.collect().await
}

#[test]
async fn a_full_queue_drops_the_oldest() {
    let mut messages = flooded(2, None, AckMode::Auto).await;
    assert_eq!((messages.dropped(), messages.waiting()), (3, 2));
    assert_eq!(read(&mut messages, 2).await, ["3", "4"]);
}

#[test]
async fn or_the_newest() {
    let mut messages = flooded(2, Some(Overflow::DropNewest), AckMode::Auto).await;
    assert_eq!(read(&mut messages, 2).await, ["0", "1"]);
    assert_eq!(messages.dropped(), 3);
}

#[test]
async fn or_ends_where_messages_are_acknowledged() {
    let mut messages = flooded(2, None, AckMode::ClientIndividual).await;
    assert_eq!(read(&mut messages, 3).await, ["0", "1"], "what was there is read, then it ends");
    assert!(matches!(messages.error(), Some(Error::Overflow { messages: 2 })), "{:?}", messages.error());
}

#[test]
async fn a_queue_is_bounded_by_bytes_too() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let mut messages = client.subscription("/topic/a").capacity_bytes(1_000).subscribe();
    let id = header(&peer.frame().await, "id");
    let long = "x".repeat(2_000);
    for body in ["a", long.as_str(), "b", "c"] {
        peer.send(&format!("MESSAGE\nsubscription:{id}\n\n{body}^@"));
    }
    assert_eq!(read(&mut messages, 2).await, ["b", "c"], "each longer one had the queue for itself");
    assert_eq!(messages.dropped(), 2);
}

#[test]
async fn waiting_that_is_given_up_loses_nothing() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    assert!(poll_once(&mut Box::pin(messages.recv())).is_none());
    client.publish(&topic, "x").send().unwrap();
    assert_eq!(text(&mut messages).await, "x");
}

#[test]
async fn messages_for_nobody_can_be_heard() {
    let (client, _peers, peer) = Peers::connected().await;
    let mut unhandled = client.unhandled_messages();
    peer.send("MESSAGE\nsubscription:/temp-queue/reply\ndestination:/reply-queue/x\n\nanswer^@");
    let message = unhandled.recv().await.unwrap();
    assert_eq!((message.destination(), message.text().unwrap()), ("/reply-queue/x", "answer"));
}

#[test]
async fn a_thousand_subscriptions_are_made_again() {
    let (client, mut peers, mut peer) = Peers::connected().await;
    let subscriptions: Vec<_> = (0..1_000).map(|n| client.subscribe(&format!("/topic/{n}"))).collect();
    peer.close(1006, "");
    peer = peers.next().await;
    peer.accept().await;
    for subscription in &subscriptions {
        assert_eq!(header(&peer.frame().await, "destination"), subscription.destination());
    }
}
