//! Subscriptions and messages that outlive their connection, on a virtual clock.

use super::*;
use crate::frame::{ContentLength, Headers};
use crate::session::{Data, Event as SessionEvent, Session, SessionConfig, SubscriptionKey, Time, UsageError};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A client whose transport is this test, with what outlives its connections.
struct Durable {
    client: Client,
    now: Time,
    subscriptions: Subscriptions<&'static str>,
    outbox: Outbox<u32>,
    sent: Vec<String>,
}

impl Durable {
    fn new(limits: OutboxLimits) -> Self {
        let mut client = Client::new(ClientConfig { reconnect_delay: 100, ..ClientConfig::default() });
        client.activate();
        Self {
            client,
            now: Time(0),
            subscriptions: Subscriptions::new(),
            outbox: Outbox::new(limits),
            sent: Vec::new(),
        }
    }

    fn run(&mut self) {
        loop {
            while let Some(action) = self.client.poll_action() {
                if let Action::SendText(text) = action {
                    self.sent.push(text.replace('\n', "|"));
                }
            }
            let Some(event) = self.client.poll_event(self.now) else { return };
            match event {
                Event::Prepare => self.client.handle_prepared(self.now, Ok(())),
                Event::Session(SessionEvent::Connected { .. }) => self.connected(),
                _ => {}
            }
        }
    }

    /// What a face does when it is connected: subscribe first, so that no answer to what is sent is missed.
    fn connected(&mut self) {
        let connection = self.client.connection();
        while let Some(key) = self.subscriptions.poll_pending(connection) {
            let destination = self.subscriptions.get(key).copied().unwrap();
            let headers = Headers::from_iter([("destination", destination)]);
            let (now, subscriptions) = (self.now, &mut self.subscriptions);
            let made = self
                .client
                .with_session(now, |session| subscriptions.subscribe(connection, session, now, key, headers));
            made.unwrap();
        }
        while let Some((message, _)) = self.outbox.pop(self.now) {
            let now = self.now;
            self.client.with_session(now, |session| session.publish(now, message.as_publish())).unwrap();
        }
    }

    fn connect(&mut self) -> Vec<String> {
        self.run();
        self.client.handle_opened(self.now, SessionConfig::default());
        self.run();
        self.sent.clear();
        self.client.handle_data(self.now, Data::Text("CONNECTED\nversion:1.2\n\n\0"));
        self.run();
        assert!(self.client.is_connected());
        std::mem::take(&mut self.sent)
    }

    fn lose(&mut self) {
        self.client.handle_closed(self.now);
        self.run();
        self.now = self.now.after(100);
        self.client.handle_timeout(self.now);
    }
}

fn stored(body: &str) -> Stored {
    Stored {
        headers: Headers::from_iter([("destination", "/a")]),
        body: StoredBody::Text(body.into()),
        content_length: ContentLength::OnlyIfNul,
    }
}

fn session() -> Session {
    let mut session = Session::new(SessionConfig::default(), Time(0)).unwrap();
    session.handle_data(Time(0), Data::Text("CONNECTED\nversion:1.2\n\n\0"));
    session.poll_event();
    session
}

#[test]
fn subscriptions_are_made_again_after_each_of_a_hundred_reconnects() {
    let mut durable = Durable::new(OutboxLimits::default());
    durable.subscriptions.add("/topic/a");
    durable.subscriptions.add("/topic/b");
    for _ in 0..100 {
        let sent = durable.connect();
        assert_eq!(
            sent,
            ["SUBSCRIBE|destination:/topic/a|id:sub-0||\0", "SUBSCRIBE|destination:/topic/b|id:sub-1||\0"],
            "in their order, under the ids of before"
        );
        durable.lose();
    }
}

#[test]
fn a_subscription_is_made_once_on_a_connection() {
    let mut durable = Durable::new(OutboxLimits::default());
    durable.subscriptions.add("/topic/a");
    assert_eq!(durable.connect().len(), 1);
    durable.connected();
    durable.run();
    assert!(durable.sent.is_empty());
    durable.subscriptions.add("/topic/b");
    durable.connected();
    durable.run();
    assert_eq!(durable.sent, ["SUBSCRIBE|destination:/topic/b|id:sub-1||\0"]);
}

#[test]
fn what_was_unsubscribed_does_not_come_back() {
    let mut durable = Durable::new(OutboxLimits::default());
    let key = durable.subscriptions.add("/topic/a");
    durable.connect();
    let connection = durable.client.connection();
    let (_, id) = durable.subscriptions.remove(connection, key).unwrap();
    assert_eq!(id.as_deref(), Some("sub-0"));
    durable.lose();
    assert!(durable.connect().is_empty());
    assert!(durable.subscriptions.remove(connection, key).is_none());
}

#[test]
fn what_was_unsubscribed_while_offline_has_no_id_on_the_next_connection() {
    let mut durable = Durable::new(OutboxLimits::default());
    let key = durable.subscriptions.add("/topic/a");
    durable.connect();
    durable.lose();
    durable.run();
    assert_eq!(durable.subscriptions.remove(durable.client.connection(), key), Some(("/topic/a", None)));
}

#[test]
fn messages_reach_a_subscription_by_the_same_key_on_every_connection() {
    let mut durable = Durable::new(OutboxLimits::default());
    let key = durable.subscriptions.add("/topic/a");
    for _ in 0..3 {
        durable.connect();
        durable.client.handle_data(durable.now, Data::Text("MESSAGE\nsubscription:sub-0\n\n\0"));
        let event = durable.client.poll_event(durable.now);
        assert!(
            matches!(event, Some(Event::Session(SessionEvent::Message { subscription: Some(found), .. })) if found == key)
        );
        durable.lose();
    }
}

#[test]
fn an_id_of_the_callers_wins_over_the_one_of_before() {
    let mut subscriptions = Subscriptions::new();
    let key = subscriptions.add(());
    for (connection, id) in [(1, Some("mine")), (2, None), (3, Some("other"))] {
        let mut headers = Headers::from_iter([("destination", "/a")]);
        if let Some(id) = id {
            headers.push("id", id);
        }
        let made = subscriptions.subscribe(connection, &mut session(), Time(0), key, headers).unwrap();
        assert_eq!(made, id.unwrap_or("mine"));
    }
}

#[test]
fn a_subscription_that_is_refused_stays_pending_until_it_is_removed() {
    let mut subscriptions = Subscriptions::new();
    let key = subscriptions.add(());
    let refused = subscriptions.subscribe(1, &mut session(), Time(0), key, Headers::new());
    assert_eq!(refused, Err(UsageError::MissingDestination));
    assert_eq!(subscriptions.poll_pending(1), Some(key));
    assert_eq!(subscriptions.remove(1, key), Some(((), None)));
    assert_eq!(subscriptions.poll_pending(1), None);
    let gone = subscriptions.subscribe(1, &mut session(), Time(0), SubscriptionKey(9), Headers::new());
    assert!(matches!(gone, Err(UsageError::UnknownSubscription(_))));
}

#[test]
fn keys_are_not_used_again() {
    let mut subscriptions = Subscriptions::new();
    let first = subscriptions.add(1);
    subscriptions.remove(0, first);
    let second = subscriptions.add(2);
    assert_ne!(first, second);
    assert!(second.0 != 0 && subscriptions.len() == 1 && !subscriptions.is_empty());
    assert_eq!(subscriptions.values().collect::<Vec<_>>(), [&2]);
}

#[test]
fn the_outbox_goes_out_in_order_after_the_subscriptions() {
    let mut durable = Durable::new(OutboxLimits { messages: 10, ..OutboxLimits::default() });
    durable.subscriptions.add("/topic/a");
    for body in ["1", "2"] {
        durable.outbox.push(durable.now, stored(body), 0).unwrap();
    }
    assert_eq!(
        durable.connect(),
        ["SUBSCRIBE|destination:/topic/a|id:sub-0||\0", "SEND|destination:/a||1\0", "SEND|destination:/a||2\0"]
    );
    assert!(durable.outbox.is_empty());
    durable.lose();
    assert_eq!(durable.connect().len(), 1, "what was sent is not sent again");
}

#[test]
fn an_outbox_that_is_full_hands_the_message_back() {
    let limits = OutboxLimits { messages: 2, bytes: 30, max_age: 0 };
    let mut outbox = Outbox::new(limits);
    outbox.push(Time(0), stored("1"), 1).unwrap();
    outbox.push(Time(0), stored("2"), 2).unwrap();
    assert_eq!(outbox.push(Time(0), stored("3"), 3), Err((stored("3"), 3)), "by number");
    outbox.pop(Time(0));
    let long = "x".repeat(30);
    assert_eq!(outbox.push(Time(0), stored(&long), 4), Err((stored(&long), 4)), "by bytes");
    outbox.push(Time(0), stored("3"), 3).unwrap();
    assert_eq!(outbox.drain().map(|(_, value)| value).collect::<Vec<_>>(), [2, 3]);
    outbox.push(Time(0), stored("1234567890"), 5).unwrap();
    assert_eq!(Outbox::new(OutboxLimits::default()).push(Time(0), stored(""), ()), Err((stored(""), ())), "off");
}

#[test]
fn what_has_waited_for_too_long_is_told_and_not_sent() {
    let mut outbox = Outbox::new(OutboxLimits { messages: 10, max_age: 1_000, ..OutboxLimits::default() });
    assert_eq!(outbox.poll_timeout(), None);
    outbox.push(Time(0), stored("old"), 1).unwrap();
    outbox.push(Time(600), stored("new"), 2).unwrap();
    assert_eq!(outbox.poll_timeout(), Some(Time(1_000)));
    assert_eq!(outbox.poll_expired(Time(999)), None);
    assert_eq!(outbox.pop(Time(1_000)), None);
    assert_eq!(outbox.poll_expired(Time(1_000)).map(|(_, value)| value), Some(1));
    assert_eq!(outbox.poll_expired(Time(1_000)), None);
    assert_eq!(outbox.poll_timeout(), Some(Time(1_600)));
    assert_eq!(outbox.pop(Time(1_000)).map(|(_, value)| value), Some(2));
}
