//! Sentences of the specifications about a server, on the broker over a virtual clock: `docs/conformance.md`.

use stomp_server::{Broker, Close, ConnId, Settings};
use stomp_wasm::frame::{Command, Decoded, Decoder, Frame, Version};

struct Lab {
    broker: Broker,
}

impl Lab {
    fn new() -> Self {
        Self { broker: Broker::new(Settings { heart_beat: (0, 0), ..Settings::default() }) }
    }

    /// A connection and its `CONNECTED` frame.
    fn connect(&mut self, version: Version) -> (ConnId, Frame) {
        let id = self.broker.open(0).expect("room for a connection");
        self.send(id, &format!("CONNECT\naccept-version:{version}\nhost:a\n\n"));
        let connected = self.one(id, version);
        assert_eq!(connected.command, Command::Connected);
        (id, connected)
    }

    fn client(&mut self, version: Version) -> ConnId {
        self.connect(version).0
    }

    /// The client sends frames; the last NUL is added, and `^@` is one.
    fn send(&mut self, id: ConnId, frames: &str) {
        self.broker.receive(0, id, format!("{}\0", frames.replace("^@", "\0")).as_bytes());
    }

    fn take(&mut self, id: ConnId, version: Version) -> (Vec<Frame>, Option<Close>) {
        let mut out = Vec::new();
        let taken = self.broker.take(0, id, usize::MAX, &mut out);
        let mut decoder = Decoder::default();
        decoder.set_version(version);
        let mut frames = Vec::new();
        for item in out {
            let bytes = item.to_vec();
            let mut input = &bytes[..];
            while let Some(found) = decoder.decode(&mut input).expect("what the server sends is valid") {
                if let Decoded::Frame(frame) = found {
                    frames.push(frame.to_owned());
                }
            }
        }
        (frames, taken.close)
    }

    fn one(&mut self, id: ConnId, version: Version) -> Frame {
        let (mut frames, _) = self.take(id, version);
        assert_eq!(frames.len(), 1, "{frames:?}");
        frames.remove(0)
    }

    /// The `ERROR` after which the connection ends.
    fn error(&mut self, id: ConnId, version: Version) -> Frame {
        let (mut frames, close) = self.take(id, version);
        assert!(close.is_some(), "no close: {frames:?}");
        let error = frames.pop().expect("an ERROR");
        assert_eq!(error.command, Command::Error);
        error
    }
}

#[test]
fn connected_says_version_session_and_server() {
    let mut lab = Lab::new();
    let mut sessions = Vec::new();
    for version in Version::ALL {
        let (_, connected) = lab.connect(version);
        assert_eq!(connected.header("version"), Some(version.as_str()));
        let server = connected.header("server").expect("a server header");
        // server = name ["/" version] *(comment)
        let name = server.split([' ', '/']).next().unwrap_or_default();
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{server}");
        sessions.push(connected.header("session").expect("a session").to_owned());
    }
    sessions.sort();
    sessions.dedup();
    assert_eq!(sessions.len(), 3, "a session is named uniquely");
}

#[test]
fn clients_may_connect_and_disconnect_rapidly() {
    let mut lab = Lab::new();
    for round in 0..3_000 {
        let id = lab.client(Version::V1_2);
        lab.send(id, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
        if round % 2 == 0 {
            lab.send(id, "DISCONNECT\nreceipt:bye\n\n");
            assert_eq!(lab.one(id, Version::V1_2).header("receipt-id"), Some("bye"));
        }
        lab.broker.closed(0, id);
    }
    assert_eq!(lab.broker.metrics().connections, 0);
    assert_eq!(lab.broker.metrics().subscriptions, 0);
}

#[test]
fn the_body_of_a_1_0_subscribe_is_ignored() {
    let mut lab = Lab::new();
    let id = lab.client(Version::V1_0);
    lab.send(id, "SUBSCRIBE\ndestination:/topic/a\n\nwhatever^@SEND\ndestination:/topic/a\n\nhello");
    assert_eq!(lab.one(id, Version::V1_0).body, b"hello");
}

#[test]
fn an_error_says_what_was_wrong() {
    for version in Version::ALL {
        let mut lab = Lab::new();
        let id = lab.client(version);
        lab.send(id, "SEND\nreceipt:77\n\nno destination");
        let error = lab.error(id, version);
        let message = error.header("message").expect("a message header");
        assert!(!message.is_empty() && message.len() < 80, "{message}");
        assert_eq!(error.header("receipt-id"), Some("77"));
        assert!(!error.body.is_empty());
        assert_eq!(error.header("content-length"), Some(&*error.body.len().to_string()));
        assert_eq!(error.header("content-type"), Some("text/plain"));
    }
}

#[test]
fn a_message_has_the_headers_that_its_version_wants() {
    for version in Version::ALL {
        let mut lab = Lab::new();
        let id = lab.client(version);
        lab.send(id, "SUBSCRIBE\nid:auto\ndestination:/topic/a\n\n");
        lab.send(id, "SUBSCRIBE\nid:client\ndestination:/topic/a\nack:client\n\n");
        let writer = lab.client(version);
        lab.send(writer, "SEND\ndestination:/topic/a\n\n1^@SEND\ndestination:/topic/a\n\n2");
        let (frames, _) = lab.take(id, version);
        assert_eq!(frames.len(), 4);
        let mut ids = Vec::new();
        for frame in &frames {
            assert_eq!((&frame.command, frame.header("destination")), (&Command::Message, Some("/topic/a")));
            let subscription = frame.header("subscription").expect("a subscription header");
            // "an `ack` header with an arbitrary value", since 1.2.
            assert_eq!(frame.header("ack").is_some(), version == Version::V1_2 && subscription == "client");
            ids.push((subscription.to_owned(), frame.header("message-id").expect("a message-id").to_owned()));
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 4, "a message-id is unique within its subscription");
    }
}

#[test]
fn a_message_keeps_its_content_type() {
    let mut lab = Lab::new();
    let id = lab.client(Version::V1_2);
    lab.send(id, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    for content_type in ["text/html;charset=utf-16", "application/xml;charset=utf-8"] {
        lab.send(id, &format!("SEND\ndestination:/topic/a\ncontent-type:{content_type}\n\n<a/>"));
        let message = lab.one(id, Version::V1_2);
        assert_eq!(message.header("content-type"), Some(content_type));
        assert_eq!(message.header("content-length"), Some("4"));
    }
    lab.send(id, "SEND\ndestination:/topic/a\n\n<a/>");
    assert_eq!(lab.one(id, Version::V1_2).header("content-type"), None, "the server does not guess");
}

#[test]
fn a_receipt_names_its_frame() {
    for version in Version::ALL {
        let mut lab = Lab::new();
        let id = lab.client(version);
        for frame in [
            "SUBSCRIBE\nid:0\ndestination:/topic/other",
            "SEND\ndestination:/topic/a",
            "BEGIN\ntransaction:t",
            "COMMIT\ntransaction:t",
            "UNSUBSCRIBE\nid:0\ndestination:/topic/other",
        ] {
            let name = frame.lines().next().expect("a command");
            lab.send(id, &format!("{frame}\nreceipt:{name}\n\n"));
            let receipt = lab.one(id, version);
            assert_eq!((&receipt.command, receipt.header("receipt-id")), (&Command::Receipt, Some(name)));
            assert!(receipt.body.is_empty(), "\"The receipt body will be empty.\"");
        }
    }
}

#[test]
fn unsubscribe_needs_the_id_of_a_subscription() {
    for version in [Version::V1_1, Version::V1_2] {
        for frame in ["UNSUBSCRIBE\n\n", "UNSUBSCRIBE\nid:1\n\n", "UNSUBSCRIBE\ndestination:/topic/a\n\n"] {
            let mut lab = Lab::new();
            let id = lab.client(version);
            lab.send(id, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
            lab.send(id, frame);
            lab.error(id, version);
        }
    }
}

#[test]
fn nack_needs_what_ack_needs() {
    for command in ["ACK", "NACK"] {
        for (version, headers) in [
            (Version::V1_2, "message-id:1\nsubscription:0\n"),
            (Version::V1_1, "id:1\n"),
            (Version::V1_1, "message-id:1\n"),
            (Version::V1_1, "subscription:0\n"),
        ] {
            let mut lab = Lab::new();
            let id = lab.client(version);
            lab.send(id, "SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client\n\n");
            lab.send(id, "SEND\ndestination:/queue/a\n\nx");
            assert_eq!(lab.one(id, version).header("message-id"), Some("1"));
            lab.send(id, &format!("{command}\n{headers}\n"));
            lab.error(id, version);
        }
    }
}

#[test]
fn what_came_before_the_end_is_done() {
    let mut lab = Lab::new();
    let writer = lab.client(Version::V1_2);
    lab.send(writer, "SEND\ndestination:/queue/a\n\n1^@SEND\ndestination:/queue/a\n\n2^@DISCONNECT\n\n");
    lab.broker.closed(0, writer);
    let cut = lab.client(Version::V1_2);
    lab.send(cut, "SEND\ndestination:/queue/a\n\n3");
    lab.broker.closed(0, cut);
    let reader = lab.client(Version::V1_2);
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/queue/a\n\n");
    let (frames, _) = lab.take(reader, Version::V1_2);
    assert_eq!(frames.iter().map(|frame| &frame.body[..]).collect::<Vec<_>>(), [b"1", b"2", b"3"]);
}
