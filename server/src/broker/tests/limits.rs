use super::*;

fn settings() -> Settings {
    Settings { heart_beat: (0, 0), ..Settings::default() }
}

#[test]
fn a_slow_reader_of_a_topic_loses_the_oldest_and_others_lose_nothing() {
    let mut lab = Lab::with(Settings { outbox_messages: 10, ..settings() });
    let slow = lab.client();
    lab.send(slow, "SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:keep\n\n");
    let fast: Vec<_> = (0..100).map(|_| lab.client()).collect();
    for id in &fast {
        lab.send(*id, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    }
    let writer = lab.client();
    for i in 0..1_000 {
        lab.send(writer, &format!("SEND\ndestination:/topic/a\n\n{i}"));
        for id in &fast {
            assert_eq!(lab.bodies(*id), [i.to_string()]);
        }
    }
    let frames = lab.frames(slow);
    assert_eq!(frames[0], "RECEIPT\nreceipt-id:keep\n\n");
    let got: Vec<_> = frames[1..].iter().map(|frame| frame.split_once("\n\n").unwrap().1).collect();
    assert_eq!(got, ["991", "992", "993", "994", "995", "996", "997", "998", "999"]);
    assert_eq!(lab.broker.metrics().messages_dropped_slow, 991);
}

#[test]
fn a_slow_reader_can_be_disconnected_instead() {
    let mut lab = Lab::with(Settings { outbox_bytes: 10_000, slow_consumer: SlowConsumer::Disconnect, ..settings() });
    let (slow, writer) = (lab.client(), lab.client());
    lab.send(slow, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    for _ in 0..3 {
        lab.send(writer, &format!("SEND\ndestination:/topic/a\n\n{}", "x".repeat(4_000)));
    }
    assert_eq!(header(&lab.error(slow), "message"), Some("slow consumer"));
    assert_eq!(lab.broker.metrics().slow_consumers_disconnected, 1);
}

#[test]
fn a_slow_consumer_of_a_queue_leaves_the_rest_to_others() {
    let mut lab = Lab::with(Settings { hold_messages: 3, ..settings() });
    let (slow, writer) = (lab.client(), lab.client());
    lab.send(slow, "SUBSCRIBE\nid:0\ndestination:/queue/a\n\n");
    for i in 0..10 {
        lab.send(writer, &format!("SEND\ndestination:/queue/a\n\n{i}"));
    }
    let fast = lab.client();
    lab.send(fast, "SUBSCRIBE\nid:0\ndestination:/queue/a\n\n");
    assert_eq!(lab.bodies(fast), ["3", "4", "5"]);
    // Each time it has read, there is more.
    assert_eq!(lab.bodies(fast), ["6", "7", "8"]);
    assert_eq!(lab.bodies(slow), ["0", "1", "2"]);
    assert_eq!([lab.bodies(slow), lab.bodies(fast)].concat(), ["9"]);
}

#[test]
fn a_topic_that_is_not_acknowledged_takes_no_endless_memory() {
    let mut lab = Lab::with(Settings { outbox_messages: 10, ..settings() });
    let id = lab.client();
    lab.send(id, "SUBSCRIBE\nid:0\ndestination:/topic/a\nack:client\nprefetch-count:1\n\n");
    for i in 0..50 {
        lab.send(id, &format!("SEND\ndestination:/topic/a\n\n{i}"));
    }
    assert_eq!(lab.broker.metrics().messages_dropped_slow, 39);
}

#[test]
fn every_limit_is_an_error_that_names_it() {
    let long = format!("SEND\ndestination:/topic/{}\n\n", "x".repeat(2_000));
    let tx = "BEGIN\ntransaction:1\n\n^@BEGIN\ntransaction:2\n\n";
    let big = format!("BEGIN\ntransaction:1\n\n^@SEND\ndestination:/topic/a\ntransaction:1\n\n{}", "x".repeat(900));
    let headers = format!("SEND\ndestination:/topic/a\n{}\n", "a:b\n".repeat(1_000));
    for (frame, message) in [
        (
            "SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^@SUBSCRIBE\nid:2\ndestination:/topic/a\n\n",
            "too many subscriptions",
        ),
        (&*long, "destination too long"),
        (tx, "too many transactions"),
        (&big, "transactions too large"),
        (&headers, "headers too large"),
        (
            "SEND\ndestination:/queue/a\n\n1^@SEND\ndestination:/queue/a\n\n2^@SEND\ndestination:/queue/a\n\n3",
            "queue full",
        ),
    ] {
        let mut lab = Lab::with(Settings {
            max_subscriptions: 1,
            max_transactions: 1,
            max_transaction_bytes: 1_000,
            max_queue_messages: 2,
            ..settings()
        });
        let id = lab.client();
        lab.refuses(id, frame, message);
    }
}

#[test]
fn connections_are_limited() {
    let mut lab = Lab::with(Settings { max_connections: 1, ..settings() });
    let id = lab.open();
    assert_eq!(lab.broker.open(0), None);
    lab.broker.closed(0, id);
    assert!(lab.broker.open(0).is_some());
}
