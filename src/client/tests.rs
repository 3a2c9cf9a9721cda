//! A client with its driver played by the test, on a virtual clock.

use super::*;
use crate::frame::Headers;
use crate::session::{Body, Data, Publish, SessionConfig, Time, UsageError};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct Driver {
    client: Client,
    now: Time,
    /// What was done and what happened, in order.
    log: Vec<String>,
}

const CONNECTED: &str = "CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0";

impl Driver {
    fn new(config: ClientConfig) -> Self {
        Self { client: Client::new(config), now: Time(0), log: Vec::new() }
    }

    fn run(&mut self) {
        loop {
            while let Some(action) = self.client.poll_action() {
                self.log.push(match action {
                    Action::Open => "open".into(),
                    Action::SendText(text) => format!("> {}", text.lines().next().unwrap_or_default()),
                    Action::SendBinary(_) => "> binary".into(),
                    Action::Close(code) => format!("close {}", code.code()),
                    Action::Discard => "discard".into(),
                });
            }
            let Some(event) = self.client.poll_event(self.now) else { return };
            self.log.push(match event {
                Event::Activation(activation) => format!("{activation:?}"),
                Event::Prepare => "prepare".into(),
                Event::Session(session) => {
                    let name = format!("{session:?}");
                    name.split([' ', '(']).next().unwrap_or_default().to_owned()
                }
                Event::Failed(failure) => failure.to_string(),
                Event::Closed { discarded } => if discarded { "discarded" } else { "closed" }.into(),
                Event::Reconnecting(ms) => format!("reconnecting in {ms}"),
                Event::Deactivated => "deactivated".into(),
            });
        }
    }

    fn take(&mut self) -> Vec<String> {
        self.run();
        std::mem::take(&mut self.log)
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now.after(ms);
        while let Some(due) = self.client.poll_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.client.handle_timeout(due);
            self.run();
        }
        self.now = end;
    }

    fn open(&mut self) {
        self.client.handle_prepared(self.now, Ok(()));
        self.run();
        self.client.handle_opened(self.now, SessionConfig::default());
        self.run();
    }

    fn connect(&mut self) {
        self.open();
        self.client.handle_data(self.now, Data::Text(CONNECTED));
        self.run();
    }

    fn connected(config: ClientConfig) -> Self {
        let mut driver = Self::new(config);
        driver.client.activate();
        driver.run();
        driver.connect();
        assert!(driver.client.is_connected());
        driver.log.clear();
        driver
    }
}

#[test]
fn it_connects_and_says_so() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.client.activate();
    driver.client.activate();
    driver.run();
    driver.connect();
    assert_eq!(driver.take(), ["Active", "prepare", "open", "> CONNECT", "Connected"]);
    assert_eq!(driver.client.connection(), 1);
}

#[test]
fn a_lost_connection_is_made_again_a_hundred_times() {
    let mut driver = Driver::connected(ClientConfig::default());
    for round in 2..102 {
        driver.client.handle_closed(driver.now);
        assert_eq!(driver.take(), ["closed", "reconnecting in 5000"]);
        driver.pass(4_999);
        assert!(driver.take().is_empty());
        driver.pass(1);
        driver.connect();
        assert_eq!(driver.take(), ["prepare", "open", "> CONNECT", "Connected"]);
        assert_eq!(driver.client.connection(), round);
    }
}

#[test]
fn the_delay_doubles_up_to_its_limit_and_starts_anew_after_success() {
    let config =
        ClientConfig { reconnect_delay: 100, exponential: true, max_reconnect_delay: 350, ..ClientConfig::default() };
    let mut driver = Driver::connected(config);
    for delay in [100, 200, 350, 350] {
        driver.client.handle_closed(driver.now);
        assert_eq!(driver.take(), ["closed".to_owned(), format!("reconnecting in {delay}")]);
        driver.pass(delay);
        driver.open();
        driver.take();
    }
    driver.client.handle_data(driver.now, Data::Text(CONNECTED));
    driver.take();
    driver.client.handle_closed(driver.now);
    assert_eq!(driver.take()[1], "reconnecting in 100");
}

#[test]
fn without_a_delay_there_is_no_second_attempt() {
    let mut driver = Driver::connected(ClientConfig { reconnect_delay: 0, ..ClientConfig::default() });
    driver.client.handle_closed(driver.now);
    assert_eq!(driver.take(), ["closed"]);
    assert_eq!(driver.client.poll_timeout(), None);
}

#[test]
fn a_rejected_preparation_is_told_and_tried_again() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.client.activate();
    driver.run();
    driver.client.handle_prepared(driver.now, Err("no token".into()));
    let log = driver.take();
    assert_eq!(log[2..], ["preparing the connection failed: no token", "reconnecting in 5000"]);
    driver.pass(5_000);
    driver.connect();
    assert!(driver.client.is_connected());
}

#[test]
fn an_address_that_cannot_be_opened_is_told_and_tried_again() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.client.activate();
    driver.client.handle_prepared(driver.now, Ok(()));
    driver.client.handle_open_failed(driver.now, "bad address".into());
    assert_eq!(
        driver.take()[1..],
        ["Active", "prepare", "the connection could not be opened: bad address", "reconnecting in 5000"]
    );
}

#[test]
fn connect_headers_that_cannot_be_sent_are_told() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.client.activate();
    driver.client.handle_prepared(driver.now, Ok(()));
    let connect_headers = Headers::from_iter([("passcode", "a\nb")]);
    driver.client.handle_opened(driver.now, SessionConfig { connect_headers, ..SessionConfig::default() });
    let log = driver.take();
    assert!(log.iter().any(|line| line.contains("'passcode' holds a line break")), "{log:?}");
    assert!(log.contains(&"close 1000".to_owned()));
}

#[test]
fn a_broker_that_never_answers_connect_is_given_up_in_time() {
    let mut driver = Driver::new(ClientConfig { connection_timeout: 1_000, ..ClientConfig::default() });
    driver.client.activate();
    driver.run();
    driver.open();
    driver.take();
    driver.pass(1_000);
    assert_eq!(driver.take(), ["close 4001", "Connection not established in 1000ms"]);
    driver.client.handle_closed(driver.now);
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000"]);
}

#[test]
fn a_huge_heart_beat_does_not_flood_the_server() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.client.activate();
    driver.run();
    driver.open();
    driver.client.handle_data(driver.now, Data::Text("CONNECTED\nversion:1.2\nheart-beat:0,99999999999\n\n\0"));
    driver.take();
    // A month, which is more than a timer of 32 bits can count.
    driver.pass(30 * 24 * 3_600_000);
    assert!(driver.take().is_empty());
    assert!(driver.client.is_connected());
}

#[test]
fn a_transport_that_never_closes_is_discarded() {
    let mut driver = Driver::connected(ClientConfig::default());
    driver.pass(21_000);
    assert_eq!(driver.log, ["> ", "> ", "close 4003", "HeartbeatLost"]);
    driver.log.clear();
    driver.pass(2_000);
    assert_eq!(driver.take(), ["discard", "discarded", "reconnecting in 5000"]);
    driver.client.handle_closed(driver.now);
    assert!(driver.take().is_empty(), "what is discarded is over");
    let mut driver = Driver::connected(ClientConfig { discard_on_failure: true, ..ClientConfig::default() });
    driver.pass(21_000);
    assert_eq!(driver.log[2..], ["discard", "HeartbeatLost", "discarded", "reconnecting in 5000"]);
}

#[test]
fn deactivating_says_good_bye_and_waits_for_it() {
    let mut driver = Driver::connected(ClientConfig::default());
    driver.client.deactivate(driver.now, false);
    assert_eq!(driver.take(), ["> DISCONNECT", "Deactivating"]);
    driver.client.handle_data(driver.now, Data::Text("RECEIPT\nreceipt-id:close-0\n\n\0"));
    assert_eq!(driver.take(), ["Disconnected", "close 1000"]);
    driver.client.handle_closed(driver.now);
    assert_eq!(driver.take(), ["Inactive", "closed", "deactivated"]);
    driver.client.deactivate(driver.now, false);
    assert_eq!(driver.take(), ["deactivated"]);
}

#[test]
fn deactivating_ends_though_nobody_answers() {
    let mut driver = Driver::connected(ClientConfig::default());
    driver.client.deactivate(driver.now, false);
    driver.run();
    driver.pass(7_000);
    let log = driver.take();
    assert_eq!(log, ["> DISCONNECT", "Deactivating", "close 4001", "discard", "Inactive", "discarded", "deactivated"]);
}

#[test]
fn deactivating_by_force_does_not_wait() {
    let mut driver = Driver::connected(ClientConfig::default());
    driver.client.deactivate(driver.now, true);
    assert_eq!(driver.take(), ["discard", "Deactivating", "Inactive", "discarded", "deactivated"]);
}

#[test]
fn deactivating_at_any_moment_ends_it() {
    let mut waiting = Driver::connected(ClientConfig::default());
    waiting.client.handle_closed(waiting.now);
    waiting.take();
    let mut preparing = Driver::new(ClientConfig::default());
    preparing.client.activate();
    preparing.take();
    for mut driver in [waiting, preparing] {
        driver.client.deactivate(driver.now, false);
        assert_eq!(driver.take(), ["Deactivating", "Inactive", "deactivated"]);
        driver.client.handle_prepared(driver.now, Ok(()));
        driver.pass(100_000);
        assert!(driver.take().is_empty());
    }
    let mut opening = Driver::new(ClientConfig::default());
    opening.client.activate();
    opening.client.handle_prepared(opening.now, Ok(()));
    opening.take();
    opening.client.deactivate(opening.now, false);
    assert_eq!(opening.take(), ["close 1000", "Deactivating"]);
    opening.client.handle_closed(opening.now);
    assert_eq!(opening.take(), ["Inactive", "closed", "deactivated"]);
}

#[test]
fn activating_during_a_deactivation_comes_after_it() {
    let mut driver = Driver::connected(ClientConfig::default());
    driver.client.deactivate(driver.now, false);
    driver.client.activate();
    driver.take();
    driver.client.handle_closed(driver.now);
    assert_eq!(driver.take(), ["Inactive", "closed", "deactivated", "Active", "prepare"]);
}

#[test]
fn a_cut_connection_is_made_again() {
    let mut driver = Driver::connected(ClientConfig::default());
    driver.client.force_disconnect(driver.now);
    assert_eq!(driver.take(), ["close 1000"]);
    driver.client.handle_closed(driver.now);
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000"]);
}

#[test]
fn what_was_received_before_the_end_is_not_lost() {
    let mut driver = Driver::connected(ClientConfig::default());
    driver.client.handle_data(driver.now, Data::Text("MESSAGE\nsubscription:a\n\n1\0MESSAGE\nsubscription:a\n\n2\0"));
    driver.client.handle_closed(driver.now);
    assert_eq!(driver.take(), ["Message", "Message", "closed", "reconnecting in 5000"]);
}

#[test]
fn operations_need_a_connection() {
    let mut driver = Driver::new(ClientConfig::default());
    let headers = Headers::from_iter([("destination", "/a")]);
    let publish = Publish { headers: &headers, body: Body::Text("x"), content_length: Default::default() };
    let refused = driver.client.with_session(Time(0), |session| session.publish(Time(0), publish));
    assert_eq!(refused, Err(UsageError::NotConnected));
    let mut driver = Driver::connected(ClientConfig::default());
    driver.client.with_session(Time(0), |session| session.publish(Time(0), publish)).unwrap();
    assert_eq!(driver.take(), ["> SEND"]);
}
