//! Tests that read like transcripts: `>` is what the client sends, `<` what the broker answers, NUL shown as `^@`.

mod lifetime;

use super::*;
use crate::frame::{ContentLength, DecodeError, Headers, Version, Versions};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct Talk {
    session: Session,
    now: Time,
    keys: u32,
}

impl Talk {
    fn new(config: SessionConfig) -> Self {
        Self { session: Session::new(config, Time(0)).expect("a session"), now: Time(0), keys: 0 }
    }

    /// A session of the version, with CONNECT sent and CONNECTED received.
    fn connected(version: &str) -> Self {
        let mut talk = Self::new(SessionConfig::default());
        talk.sent();
        let events = talk.receive(&format!("CONNECTED\nversion:{version}\nheart-beat:10000,10000\n\n^@"));
        assert!(matches!(events[..], [Event::Connected { .. }]), "{events:?}");
        talk
    }

    fn receive(&mut self, text: &str) -> Vec<Event> {
        self.session.handle_data(self.now, Data::Text(&text.replace("^@", "\0")));
        self.events()
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.session.poll_event()).collect()
    }

    fn sent(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.session.poll_transmit())
            .map(|transmit| match transmit {
                Transmit::Text(text) => text.replace('\0', "^@"),
                Transmit::Binary(bytes) => format!("binary {}", String::from_utf8_lossy(&bytes).replace('\0', "^@")),
                Transmit::Close(code) => format!("close {}", code.code()),
            })
            .collect()
    }

    /// Lets time pass, with the timer armed as a driver would.
    fn pass(&mut self, ms: u64) -> Vec<Event> {
        let end = self.now.after(ms);
        let mut events = Vec::new();
        while let Some(due) = self.session.poll_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.session.handle_timeout(due);
            events.extend(self.events());
        }
        self.now = end;
        events
    }

    fn publish(&mut self, headers: &[(&str, &str)], body: &str) -> Result<(), UsageError> {
        let headers = headers.iter().copied().collect();
        let publish = Publish { headers: &headers, body: Body::Text(body), content_length: ContentLength::IfBody };
        self.session.publish(self.now, publish)
    }

    fn subscribe(&mut self, headers: &[(&str, &str)]) -> Result<(String, SubscriptionKey), UsageError> {
        let headers: Headers = headers.iter().copied().collect();
        self.keys += 1;
        let key = SubscriptionKey(self.keys);
        Ok((self.session.subscribe(self.now, key, &headers)?, key))
    }
}

fn violation(events: &[Event]) -> &Violation {
    match events {
        [.., Event::Violation(violation)] => violation,
        other => panic!("{other:?}"),
    }
}

#[test]
fn connect_carries_increasing_versions_a_host_and_the_heart_beat() {
    let config = SessionConfig {
        host: Some("example.org".into()),
        connect_headers: Headers::from_iter([("login", "me"), ("heart-beat", "1,1")]),
        ..SessionConfig::default()
    };
    let sent = Talk::new(config).sent();
    assert_eq!(sent, ["CONNECT\naccept-version:1.0,1.1,1.2\nhost:example.org\nheart-beat:10000,10000\nlogin:me\n\n^@"]);
    let config = SessionConfig {
        host: Some("a".into()),
        connect_headers: Headers::from_iter([("host", "mine")]),
        versions: Versions::NONE.with(Version::V1_1),
        ..SessionConfig::default()
    };
    let sent = Talk::new(config).sent();
    assert_eq!(sent, ["CONNECT\naccept-version:1.1\nheart-beat:10000,10000\nhost:mine\n\n^@"]);
}

#[test]
fn a_passcode_with_a_newline_is_refused_and_not_shown() {
    let config = SessionConfig {
        connect_headers: Headers::from_iter([("passcode", "hunter2\nhost:evil")]),
        ..SessionConfig::default()
    };
    assert!(!format!("{config:?}").contains("hunter2"));
    let error = Session::new(config, Time(0)).unwrap_err();
    assert!(!error.to_string().contains("hunter2") && error.to_string().contains("passcode"), "{error}");
}

#[test]
fn debug_output_shows_no_secret() {
    let connect_headers = Headers::from_iter([("passcode", "hunter2"), ("X-Auth-Token", "hunter2")]);
    let mut session = Session::new(SessionConfig { connect_headers, ..SessionConfig::default() }, Time(0)).unwrap();
    session
        .handle_data(Time(0), Data::Text("CONNECTED\nversion:1.2\nauthorization:hunter2\n\n\0MESSAGE\ncookie:hunter2"));
    let shown = format!("{session:?}{:?}{:?}", session.poll_transmit(), session.poll_event());
    assert!(shown.contains("passcode:[redacted]") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn without_a_version_there_is_nothing_to_offer() {
    let config = SessionConfig { versions: Versions::NONE, ..SessionConfig::default() };
    assert_eq!(Session::new(config, Time(0)).unwrap_err(), UsageError::NoVersion);
}

#[test]
fn the_version_must_be_one_that_was_offered() {
    for (header, offered) in [("version:1.3\n", Versions::ALL), ("version:1.2\n", Versions::NONE.with(Version::V1_1))] {
        let mut talk = Talk::new(SessionConfig { versions: offered, ..SessionConfig::default() });
        talk.sent();
        let events = talk.receive(&format!("CONNECTED\n{header}\n^@"));
        assert_eq!(violation(&events), &Violation::VersionNotOffered);
        assert_eq!(talk.sent(), ["close 4004"]);
    }
    let mut talk = Talk::new(SessionConfig::default());
    assert!(matches!(talk.receive("CONNECTED\n\n^@")[..], [Event::Connected { version: Version::V1_0, .. }]));
}

#[test]
fn only_connected_or_error_may_come_first() {
    let mut talk = Talk::new(SessionConfig::default());
    let events = talk.receive("MESSAGE\nsubscription:1\n\n^@");
    assert_eq!(violation(&events), &Violation::BeforeConnected);
    let mut talk = Talk::new(SessionConfig::default());
    let events = talk.receive("ERROR\nmessage:bad login\n\n^@");
    assert!(matches!(&events[..], [Event::Error(frame)] if frame.header("message") == Some("bad login")));
}

#[test]
fn a_second_connected_ends_the_session() {
    let mut talk = Talk::connected("1.2");
    let events = talk.receive("CONNECTED\nversion:1.2\nheart-beat:1,1\n\n^@");
    assert_eq!(violation(&events), &Violation::SecondConnected);
    assert!(talk.session.is_closed() && talk.session.poll_timeout().is_none());
}

#[test]
fn garbage_ends_the_session_with_a_reason() {
    let mut talk = Talk::new(SessionConfig::default());
    talk.sent();
    talk.session.handle_data(Time(1), Data::Binary(b"\x00\x01\x02\xff"));
    let events = talk.events();
    assert_eq!(violation(&events), &Violation::Decode(DecodeError::InvalidCommand));
    assert_eq!(talk.sent(), ["close 4004"]);
    assert!(talk.receive("CONNECTED\nversion:1.2\n\n^@").is_empty(), "nothing is read any more");
}

#[test]
fn messages_go_to_their_subscription() {
    let mut talk = Talk::connected("1.2");
    let (own, first) = talk.subscribe(&[("destination", "/topic/a"), ("id", "sub-0")]).unwrap();
    let (made, second) = talk.subscribe(&[("destination", "/topic/b")]).unwrap();
    assert_eq!((own.as_str(), made.as_str()), ("sub-0", "sub-1"), "an id that the user took is not made again");
    let (named, third) = talk.subscribe(&[("destination", "/topic/c"), ("id", "toString")]).unwrap();
    for (id, key) in [(&own, first), (&made, second), (&named, third)] {
        let events = talk.receive(&format!("MESSAGE\nsubscription:{id}\nmessage-id:1\ndestination:x\n\nhi^@"));
        assert!(matches!(&events[..], [Event::Message { subscription: Some(found), frame }]
            if *found == key && frame.body == b"hi"));
    }
    let events = talk.receive("MESSAGE\nsubscription:hasOwnProperty\n\n^@");
    assert!(matches!(events[..], [Event::Message { subscription: None, .. }]));
    assert_eq!(
        talk.sent(),
        [
            "SUBSCRIBE\ndestination:/topic/a\nid:sub-0\n\n^@",
            "SUBSCRIBE\ndestination:/topic/b\nid:sub-1\n\n^@",
            "SUBSCRIBE\ndestination:/topic/c\nid:toString\n\n^@",
        ]
    );
}

#[test]
fn an_automatic_id_never_collides_with_a_users_own() {
    let mut talk = Talk::connected("1.2");
    talk.subscribe(&[("destination", "/a"), ("id", "sub-1")]).unwrap();
    let ids: Vec<_> = (0..3).map(|_| talk.subscribe(&[("destination", "/b")]).unwrap().0).collect();
    assert_eq!(ids, ["sub-0", "sub-2", "sub-3"]);
    // Nor the other way round: the user is told, and nothing is replaced.
    let taken = talk.subscribe(&[("destination", "/c"), ("id", "sub-2")]);
    assert_eq!(taken, Err(UsageError::DuplicateSubscription("sub-2".into())));
    assert_eq!(talk.sent().len(), 4);
}

#[test]
fn a_subscription_is_used_once_and_ended_once() {
    let mut talk = Talk::connected("1.2");
    talk.subscribe(&[("destination", "/a"), ("id", "x")]).unwrap();
    let again = talk.subscribe(&[("destination", "/b"), ("id", "x")]);
    assert_eq!(again, Err(UsageError::DuplicateSubscription("x".into())));
    assert_eq!(talk.subscribe(&[("id", "y")]), Err(UsageError::MissingDestination));
    let mode = talk.subscribe(&[("destination", "/b"), ("ack", "yes")]);
    assert_eq!(mode, Err(UsageError::InvalidAckMode("yes".into())));
    talk.session.unsubscribe(Time(0), "x", &Headers::new()).unwrap();
    let again = talk.session.unsubscribe(Time(0), "x", &Headers::new());
    assert_eq!(again, Err(UsageError::UnknownSubscription("x".into())));
    let events = talk.receive("MESSAGE\nsubscription:x\n\n^@");
    assert!(matches!(events[..], [Event::Message { subscription: None, .. }]));
    assert_eq!(talk.sent(), ["SUBSCRIBE\ndestination:/a\nid:x\n\n^@", "UNSUBSCRIBE\nid:x\n\n^@"]);
}

#[test]
fn a_message_of_1_0_without_subscription_goes_by_its_destination() {
    let mut talk = Talk::connected("1.0");
    let (id, key) = talk.subscribe(&[("destination", "/queue/a")]).unwrap();
    let events = talk.receive("MESSAGE\ndestination:/queue/a\nmessage-id:1\n\n^@");
    assert!(matches!(events[..], [Event::Message { subscription: Some(found), .. }] if found == key));
    talk.session.unsubscribe(Time(0), &id, &Headers::new()).unwrap();
    assert_eq!(talk.sent()[1], "UNSUBSCRIBE\nid:sub-0\ndestination:/queue/a\n\n^@");
}

#[test]
fn publish_needs_a_destination_and_a_connection() {
    let mut talk = Talk::new(SessionConfig::default());
    assert_eq!(talk.publish(&[("destination", "/a")], ""), Err(UsageError::NotConnected));
    let mut talk = Talk::connected("1.2");
    assert_eq!(talk.publish(&[], "x"), Err(UsageError::MissingDestination));
    let transaction = talk.publish(&[("destination", "/a"), ("transaction", "t")], "x");
    assert_eq!(transaction, Err(UsageError::UnknownTransaction("t".into())));
    talk.publish(&[("destination", "/a"), ("note", "a:b\nc")], "hé").unwrap();
    assert_eq!(talk.sent(), ["SEND\ndestination:/a\nnote:a\\cb\\nc\ncontent-length:3\n\nhé^@"]);
}

#[test]
fn binary_bodies_go_out_as_binary_messages() {
    let mut talk = Talk::connected("1.2");
    let headers = Headers::from_iter([("destination", "/a")]);
    let publish = Publish { headers: &headers, body: Body::Binary(&[0, 65]), content_length: ContentLength::Always };
    talk.session.publish(Time(0), publish).unwrap();
    assert_eq!(talk.sent(), ["binary SEND\ndestination:/a\ncontent-length:2\n\n^@A^@"]);
}

#[test]
fn large_frames_are_split_between_characters() {
    let mut talk = Talk::connected("1.2");
    talk.session.config.max_chunk = Some(8);
    talk.publish(&[("destination", "/a")], "😀😀😀").unwrap();
    let mut pieces = Vec::new();
    while let Some(Transmit::Text(text)) = talk.session.poll_transmit() {
        assert!(text.len() <= 8);
        pieces.push(text);
    }
    assert!(pieces.len() > 4);
    assert_eq!(pieces.concat(), "SEND\ndestination:/a\ncontent-length:12\n\n😀😀😀\0");
    talk.session.config.force_binary = true;
    talk.publish(&[("destination", "/a")], "").unwrap();
    assert_eq!(talk.sent(), ["binary SEND\ndestination:/a\n\n^@"]);
}

#[test]
fn a_transport_of_text_carries_nothing_else() {
    let mut talk = Talk::connected("1.2");
    (talk.session.config.text_only, talk.session.config.force_binary) = (true, true);
    let headers = Headers::from_iter([("destination", "/a")]);
    // Also what happens to be text: what works with the one body must not fail with the next.
    let publish = Publish { headers: &headers, body: Body::Binary(b"text"), content_length: ContentLength::Always };
    assert_eq!(talk.session.publish(Time(0), publish), Err(UsageError::TextOnly));
    talk.publish(&[("destination", "/a")], "\0ü").unwrap();
    assert_eq!(talk.sent(), ["SEND\ndestination:/a\ncontent-length:3\n\n^@ü^@"]);
}

#[test]
fn acknowledgements_carry_what_the_version_wants() {
    for (version, head) in [
        ("1.2", "id:7\nsubscription:sub-0"),
        ("1.1", "message-id:7\nsubscription:sub-0"),
        ("1.0", "message-id:7\nsubscription:sub-0"),
    ] {
        let mut talk = Talk::connected(version);
        talk.subscribe(&[("destination", "/a"), ("ack", "client")]).unwrap();
        talk.sent();
        let id = talk.session.ack_id("sub-0", Some("7"), Some("7")).unwrap();
        talk.session.ack(Time(0), id, "sub-0", &Headers::new()).unwrap();
        assert_eq!(talk.sent(), [format!("ACK\n{head}\n\n^@")]);
        let nack = talk.session.nack(Time(0), id, "sub-0", &Headers::new());
        match version {
            "1.0" => assert_eq!(nack, Err(UsageError::NoNack)),
            _ => assert_eq!(talk.sent(), [format!("NACK\n{head}\n\n^@")]),
        }
    }
}

#[test]
fn what_cannot_be_acknowledged_says_so() {
    let mut talk = Talk::connected("1.2");
    talk.subscribe(&[("destination", "/a")]).unwrap();
    let ack = talk.session.ack(Time(0), "7", "sub-0", &Headers::new());
    assert_eq!(ack, Err(UsageError::NotAcknowledgeable));
    // RabbitMQ's messages of such a subscription have no `ack` header: the mode is the reason, not the broker.
    assert_eq!(talk.session.ack_id("sub-0", None, Some("7")), Err(UsageError::NotAcknowledgeable));
    talk.subscribe(&[("destination", "/a"), ("ack", "client"), ("id", "x")]).unwrap();
    assert_eq!(talk.session.ack_id("x", None, Some("7")), Err(UsageError::NothingToAcknowledge("ack")));
    let mut talk = Talk::connected("1.1");
    let ack = talk.session.ack(Time(0), "7", "", &Headers::new());
    assert_eq!(ack, Err(UsageError::NothingToAcknowledge("subscription")));
}

#[test]
fn transactions_are_unique_and_end_once() {
    let mut talk = Talk::connected("1.2");
    assert_eq!(talk.session.begin(Time(0), Some("tx-0")).unwrap(), "tx-0");
    assert_eq!(talk.session.begin(Time(0), None).unwrap(), "tx-1");
    assert_eq!(talk.session.begin(Time(0), Some("tx-1")), Err(UsageError::DuplicateTransaction("tx-1".into())));
    talk.publish(&[("destination", "/a"), ("transaction", "tx-0")], "").unwrap();
    talk.session.commit(Time(0), "tx-0").unwrap();
    talk.session.abort(Time(0), "tx-1").unwrap();
    assert_eq!(talk.session.commit(Time(0), "tx-0"), Err(UsageError::UnknownTransaction("tx-0".into())));
    assert_eq!(
        talk.sent(),
        [
            "BEGIN\ntransaction:tx-0\n\n^@",
            "BEGIN\ntransaction:tx-1\n\n^@",
            "SEND\ndestination:/a\ntransaction:tx-0\n\n^@",
            "COMMIT\ntransaction:tx-0\n\n^@",
            "ABORT\ntransaction:tx-1\n\n^@",
        ]
    );
}

#[test]
fn receipts_reach_who_asked_once() {
    let mut talk = Talk::connected("1.2");
    talk.session.watch_receipt("constructor", 9);
    let events = talk.receive("RECEIPT\nreceipt-id:constructor\n\n^@RECEIPT\nreceipt-id:constructor\n\n^@");
    assert!(matches!(events[..], [Event::Receipt { watcher: Some(9), .. }, Event::Receipt { watcher: None, .. }]));
    assert_eq!(violation(&talk.receive("RECEIPT\n\n^@")), &Violation::MissingReceiptId);
}

#[test]
fn frames_nobody_knows_are_handed_on() {
    let mut talk = Talk::connected("1.2");
    let events = talk.receive("WELCOME\na:b\n\nx^@SEND\ndestination:/a\n\n^@");
    assert!(matches!(&events[..], [Event::Unhandled(one), Event::Unhandled(_)] if one.command.as_str() == "WELCOME"));
}

#[test]
fn a_frame_may_come_in_many_messages_and_many_frames_in_one() {
    let mut talk = Talk::connected("1.2");
    let wire = "MESSAGE\nsubscription:a\n\n1^@\nMESSAGE\nsubscription:b\n\n2^@";
    assert_eq!(talk.receive(wire).len(), 3);
    let mut events = Vec::new();
    for byte in wire.replace("^@", "\0").bytes() {
        talk.session.handle_data(Time(0), Data::Binary(&[byte]));
        events.extend(talk.events());
    }
    assert_eq!(events.len(), 3);
}
