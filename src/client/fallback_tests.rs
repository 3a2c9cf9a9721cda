//! Several transports, on a virtual clock.

use super::*;
use crate::session::{Data, SessionConfig, Time};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const CONNECTED: &str = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";
const MINUTE: u64 = 60_000;

/// Plays the driver: `log` has the number of each transport that is opened and what happens to it.
struct Driver {
    client: Client,
    now: Time,
    log: Vec<String>,
}

impl Driver {
    fn new(config: ClientConfig) -> Self {
        let mut client = Client::new(ClientConfig { transports: 2, ..config });
        client.activate();
        let mut driver = Self { client, now: Time(0), log: Vec::new() };
        driver.run();
        driver
    }

    /// A client that has fallen back, at the time 0.
    fn fallen_back() -> Self {
        let mut driver = Self::new(ClientConfig::default());
        driver.close();
        driver.connect();
        assert_eq!(driver.take(), ["open 0", "closed", "open 1"]);
        assert!(driver.client.is_connected());
        driver
    }

    fn run(&mut self) {
        loop {
            while let Some(action) = self.client.poll_action() {
                match action {
                    Action::Open => self.log.push(format!("open {}", self.client.transport())),
                    Action::Discard => self.log.push("discard".into()),
                    Action::Close(_) => self.log.push("close".into()),
                    Action::SendText(_) | Action::SendBinary(_) => {}
                }
            }
            match self.client.poll_event(self.now) {
                Some(Event::Prepare) => self.client.handle_prepared(self.now, Ok(())),
                Some(Event::Closed { discarded: false }) => self.log.push("closed".into()),
                Some(Event::Failed(failure)) => self.log.push(failure.to_string()),
                Some(Event::Reconnecting(ms)) => self.log.push(format!("reconnecting in {ms}")),
                Some(_) => {}
                None => return,
            }
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
        self.client.handle_opened(self.now, SessionConfig::default());
        self.run();
    }

    fn receive(&mut self, text: &str) {
        self.client.handle_data(self.now, Data::Text(text));
        self.run();
    }

    fn connect(&mut self) {
        self.open();
        self.receive(CONNECTED);
    }

    fn close(&mut self) {
        self.client.handle_closed(self.now);
        self.run();
    }
}

#[test]
fn the_next_transport_is_tried_at_once_when_one_is_closed_before_it_is_open() {
    let driver = Driver::fallen_back();
    assert_eq!(driver.now, Time(0));
}

#[test]
fn a_transport_that_cannot_be_made_is_passed_over() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.client.handle_open_failed(driver.now, "no WebSocket here".into());
    assert_eq!(driver.take(), ["open 0", "the connection could not be opened: no WebSocket here", "open 1"]);
}

#[test]
fn a_transport_that_hangs_is_left_within_two_seconds() {
    let hanging = ["open 0", "discard", "Connection not established in 2000ms", "open 1"];
    let mut before_open = Driver::new(ClientConfig::default());
    before_open.pass(1_999);
    assert_eq!(before_open.log, ["open 0"]);
    before_open.pass(1);
    let mut in_handshake = Driver::new(ClientConfig::default());
    in_handshake.pass(500);
    in_handshake.open();
    in_handshake.pass(1_500);
    for mut driver in [before_open, in_handshake] {
        assert_eq!(driver.take(), hanging);
        // The last one has the time that the user gives it: here, as much as it wants.
        driver.pass(10 * MINUTE);
        assert!(driver.take().is_empty());
        driver.connect();
        assert!(driver.client.is_connected());
    }
}

#[test]
fn the_deadline_of_the_user_holds_where_it_is_the_shorter_one_and_for_the_last_transport() {
    let mut driver = Driver::new(ClientConfig { connection_timeout: 1_000, ..ClientConfig::default() });
    driver.pass(1_000);
    assert!(driver.take().contains(&"open 1".to_owned()));
    driver.pass(1_000);
    assert_eq!(driver.take(), ["close", "Connection not established in 1000ms"]);
    driver.close();
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000"]);
    let mut driver = Driver::new(ClientConfig { fallback_timeout: 0, ..ClientConfig::default() });
    driver.pass(MINUTE);
    assert_eq!(driver.take(), ["open 0"]);
}

#[test]
fn a_client_that_never_reconnects_falls_back_all_the_same() {
    let mut driver = Driver::new(ClientConfig { reconnect_delay: 0, ..ClientConfig::default() });
    driver.close();
    assert_eq!(driver.take(), ["open 0", "closed", "open 1"]);
    assert!(!driver.client.is_idle());
    driver.close();
    assert_eq!(driver.take(), ["closed"]);
    assert!(driver.client.is_idle());
}

#[test]
fn after_the_last_transport_comes_the_delay_and_then_the_first() {
    let mut driver = Driver::new(ClientConfig::default());
    for _ in 0..3 {
        driver.close();
        driver.close();
        assert_eq!(driver.take(), ["open 0", "closed", "open 1", "closed", "reconnecting in 5000"]);
        driver.pass(5_000);
    }
}

#[test]
fn what_worked_is_remembered_and_the_preferred_one_tried_again_after_ten_minutes() {
    let mut driver = Driver::fallen_back();
    for _ in 0..9 {
        driver.pass(MINUTE);
        driver.close();
        driver.pass(5_000);
        driver.connect();
        assert_eq!(driver.take(), ["closed", "reconnecting in 5000", "open 1"]);
    }
    // A connection that works is not disturbed.
    driver.pass(MINUTE);
    assert!(driver.client.is_connected());
    driver.close();
    driver.pass(5_000);
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000", "open 0"]);
    driver.close();
    driver.connect();
    assert_eq!(driver.take(), ["closed", "open 1"]);
    driver.close();
    driver.pass(5_000);
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000", "open 1"], "it failed just now");
    driver.close();
    driver.pass(5_000);
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000", "open 0"], "the other one works no longer, either");
}

#[test]
fn the_preferred_transport_is_kept_once_it_works_again() {
    let mut driver = Driver::fallen_back();
    driver.pass(11 * MINUTE);
    for _ in 0..3 {
        driver.close();
        driver.pass(5_000);
        driver.connect();
        assert_eq!(driver.take(), ["closed", "reconnecting in 5000", "open 0"]);
    }
}

#[test]
fn a_lost_connection_is_no_reason_to_fall_back() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.connect();
    driver.close();
    driver.pass(5_000);
    assert_eq!(driver.take(), ["open 0", "closed", "reconnecting in 5000", "open 0"]);
}

#[test]
fn a_broker_that_refuses_is_not_asked_again_by_another_way() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.open();
    driver.receive("ERROR\nmessage:wrong password\n\n\0");
    driver.close();
    assert_eq!(driver.take(), ["open 0", "closed", "reconnecting in 5000"]);
}

#[test]
fn a_later_client_remembers_what_an_earlier_one_learned() {
    for (passed, opened) in [(MINUTE, "open 1"), (10 * MINUTE, "open 0")] {
        let mut client = Client::new(ClientConfig { transports: 2, ..ClientConfig::default() });
        client.remember(1, Time(0));
        let mut driver = Driver { client, now: Time(passed), log: Vec::new() };
        driver.client.activate();
        assert_eq!(driver.take(), [opened]);
    }
}

#[test]
fn deactivating_ends_the_round() {
    let mut driver = Driver::new(ClientConfig::default());
    driver.client.deactivate(driver.now, false);
    driver.close();
    assert_eq!(driver.take(), ["open 0", "close", "closed"]);
    driver.client.activate();
    driver.run();
    driver.close();
    driver.client.deactivate(driver.now, true);
    driver.client.activate();
    assert_eq!(driver.take(), ["open 0", "closed", "open 1", "discard", "open 0"]);
}

#[test]
fn fewer_transports_than_before_are_no_trouble() {
    let mut driver = Driver::fallen_back();
    driver.client.configure(ClientConfig::default());
    driver.close();
    driver.pass(5_000);
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000", "open 0"]);
    driver.client.configure(ClientConfig { transports: 0, ..ClientConfig::default() });
    driver.close();
    driver.pass(5_000);
    assert_eq!(driver.take(), ["closed", "reconnecting in 5000", "open 0"]);
}
