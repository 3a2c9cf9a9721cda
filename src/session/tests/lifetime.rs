//! How sessions stay alive, and how they end.

use super::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn disconnect_waits_for_its_receipt_and_sends_nothing_after() {
    let mut talk = Talk::connected("1.2");
    talk.session.watch_receipt("close-0", 1);
    talk.session.disconnect(Time(0));
    assert_eq!(talk.publish(&[("destination", "/a")], ""), Err(UsageError::NotConnected));
    assert_eq!(talk.sent(), ["DISCONNECT\nreceipt:close-1\n\n^@"]);
    let events = talk.receive("MESSAGE\nsubscription:1\n\n^@RECEIPT\nreceipt-id:close-1\n\n^@");
    assert!(matches!(events[..], [Event::Message { .. }, Event::Disconnected(_)]));
    assert_eq!(talk.sent(), ["close 1000"]);
}

#[test]
fn disconnect_does_not_wait_for_ever() {
    let mut talk = Talk::connected("1.2");
    talk.sent();
    talk.session.disconnect(Time(0));
    talk.sent();
    assert!(talk.pass(4_999).is_empty() && talk.sent().is_empty());
    talk.pass(1);
    assert_eq!(talk.sent(), ["close 4001"]);
    let mut early = Talk::new(SessionConfig::default());
    early.sent();
    early.session.disconnect(Time(1));
    assert_eq!(early.sent(), ["close 1000"], "before CONNECTED there is nothing to put in order");
}

#[test]
fn disconnect_headers_that_cannot_be_sent_do_not_stop_it() {
    let mut talk = Talk::connected("1.0");
    talk.session.set_disconnect_headers(Headers::from_iter([("bad", "a\nb"), ("receipt", "mine")]));
    talk.session.disconnect(Time(0));
    assert_eq!(talk.sent(), ["DISCONNECT\nreceipt:close-0\n\n^@"]);
    assert!(matches!(talk.receive("RECEIPT\nreceipt-id:close-0\n\n^@")[..], [Event::Disconnected(_)]));
}

#[test]
fn after_error_the_broker_closes_or_we_do() {
    let mut talk = Talk::connected("1.2");
    let events = talk.receive("ERROR\nmessage:no\n\nwhy^@MESSAGE\nsubscription:1\n\n^@");
    assert!(matches!(&events[..], [Event::Error(frame)] if frame.body == b"why"));
    assert_eq!(talk.publish(&[("destination", "/a")], ""), Err(UsageError::NotConnected));
    talk.pass(2_000);
    assert_eq!(talk.sent(), ["close 4002"]);
}

#[test]
fn heart_beats_go_out_when_nothing_else_does() {
    let mut talk = Talk::connected("1.2");
    talk.pass(5_000);
    talk.publish(&[("destination", "/a")], "").unwrap();
    talk.sent();
    talk.receive("\n");
    talk.pass(8_999);
    assert!(talk.sent().is_empty(), "the message was as good as a heart-beat");
    talk.pass(1);
    assert_eq!(talk.sent(), ["\n"]);
}

#[test]
fn heart_beats_are_binary_where_everything_has_to_be() {
    // A bridge to TCP such as websockify takes no text, and closes the connection at the first.
    let mut talk = Talk::connected("1.2");
    talk.session.config.force_binary = true;
    talk.pass(10_000);
    assert_eq!(talk.sent(), ["binary \n"]);
}

#[test]
fn a_silent_broker_is_given_up() {
    let mut talk = Talk::connected("1.2");
    talk.pass(10_000);
    assert_eq!(talk.receive("\n\n"), [Event::HeartbeatReceived]);
    assert!(talk.pass(20_999).is_empty());
    assert_eq!(talk.pass(1), [Event::HeartbeatLost]);
    assert_eq!(talk.sent().last().map(String::as_str), Some("close 4003"));
}

#[test]
fn a_broker_that_is_silent_for_twice_the_interval_is_not() {
    // As ActiveMQ is after every frame; over a network that is not always equally fast.
    let mut talk = Talk::connected("1.2");
    for silence in [20_000, 20_100, 20_900] {
        assert!(talk.pass(silence).is_empty());
        assert_eq!(talk.receive("\n"), [Event::HeartbeatReceived]);
    }
}
