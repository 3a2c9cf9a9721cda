//! The Rust API in a dedicated worker, where there is no page.
#![cfg(target_arch = "wasm32")]
#![allow(dead_code)]

mod common;

use common::*;
use stomp_wasm::State;
use wasm_bindgen_test::wasm_bindgen_test as test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[test]
async fn there_is_no_page_here() {
    assert!(js_sys::Reflect::get(&js_sys::global(), &"window".into()).unwrap().is_undefined());
}

#[test]
async fn a_worker_connects_publishes_and_receives() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    client.publish(&topic, "from a worker").receipt().await.unwrap();
    assert_eq!(messages.recv().await.unwrap().text().unwrap(), "from a worker");
    client.disconnect().await;
    assert_eq!(client.state(), State::Inactive);
}

#[test]
async fn a_worker_reconnects() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    reconnected(&client).await;
    client.publish(&topic, "again").send().unwrap();
    assert_eq!(messages.recv().await.unwrap().text().unwrap(), "again");
}

#[test]
async fn timers_work_in_a_worker() {
    let (builder, mut peers) = Peers::builder();
    let client = builder.connect_timeout(ms(10)).build();
    let (result, _peer) = futures_util::future::join(client.connect(), peers.next()).await;
    assert!(result.unwrap_err().is_timeout());
}
