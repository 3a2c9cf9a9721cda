//! What a message costs the page's thread, from the socket's `onmessage` to the stream of the subscription: printed, with
//! no bars. `wasm-pack test --release ... --test measure -- --include-ignored --nocapture` prints it.
#![cfg(target_arch = "wasm32")]
#![allow(dead_code)]

mod common;

use common::*;
use stomp_wasm::Subscription;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn clock() -> f64;
}

/// The text of a message; no two are the same. One with an escape goes the long way.
fn message(id: &str, number: usize, body: &str, escaped: bool) -> String {
    let note = if escaped { "a\\cb" } else { "a-b" };
    format!(
        "MESSAGE\nsubscription:{id}\ndestination:/topic/prices\nmessage-id:T_{id}@@session-4711@@{number}\n\
         content-type:application/json\npriority:4\nnote:{note}\ncontent-length:{}\n\n{body}\0",
        body.len()
    )
}

fn body(piece: &str, size: usize, number: usize) -> String {
    let mut body = format!("{number:08}");
    while body.len() + piece.len() <= size {
        body.push_str(piece);
    }
    body
}

/// As a socket gives them.
fn incoming(text: &str, binary: bool) -> JsValue {
    if binary { js_sys::Uint8Array::from(text.as_bytes()).buffer().into() } else { text.into() }
}

/// The least of rounds, in ns a message; each has messages of its own.
fn measure(peer: &Peer, messages: &mut Subscription, make: impl Fn(usize) -> JsValue, count: usize, read: bool) -> f64 {
    const ROUNDS: usize = 25;
    let times: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let all: Vec<_> = (0..count).map(|number| make(round * count + number)).collect();
            let mut total = 0;
            let start = clock();
            for data in &all {
                peer.deliver(data);
                let message = poll_once(&mut Box::pin(messages.recv())).flatten().expect("a message");
                if read {
                    total += message.text().expect("text").len();
                }
            }
            let time = clock() - start;
            assert!(!read || total > 0);
            time * 1e6 / count as f64
        })
        .collect();
    times.into_iter().fold(f64::INFINITY, f64::min)
}

#[test]
#[ignore = "it measures"]
async fn what_a_message_costs() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let mut messages = client.subscribe("/topic/prices");
    let id = header(&peer.frame().await, "id");
    let mut lines = String::new();
    for (kind, piece, binary) in [
        ("text ASCII", "{\"price\":12.5,\"size\":100},", false),
        ("text CJK", "价格上涨了，数量一百。", false),
        ("binary ASCII", "{\"price\":12.5,\"size\":100},", true),
    ] {
        for (size, count) in [(100, 500), (1_024, 500), (16 << 10, 100), (256 << 10, 10)] {
            let mut line = format!("{kind}, {size} B:");
            for (way, escaped) in [("short", false), ("long", true)] {
                for (what, read) in [("unread", false), ("read", true)] {
                    let make = |number| incoming(&message(&id, number, &body(piece, size, number), escaped), binary);
                    let ns = measure(&peer, &mut messages, make, count, read);
                    line.push_str(&format!("  {way} {what} {ns:.0}"));
                }
            }
            lines.push_str(&line);
            lines.push('\n');
        }
    }
    wasm_bindgen_test::console_log!("ns per message\n{lines}");
}
