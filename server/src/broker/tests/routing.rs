use super::*;

#[test]
fn topics_reach_all_and_queues_reach_one() {
    let mut lab = Lab::new();
    let [a, b, writer] = [0; 3].map(|_| lab.client());
    for id in [a, b] {
        lab.send(id, "SUBSCRIBE\nid:t\ndestination:/topic/x\n\n^@SUBSCRIBE\nid:q\ndestination:/queue/x\n\n");
    }
    for i in 0..4 {
        lab.send(writer, &format!("SEND\ndestination:/topic/x\n\nt{i}^@SEND\ndestination:/queue/x\n\nq{i}"));
    }
    assert_eq!(lab.bodies(a), ["t0", "q0", "t1", "t2", "q2", "t3"]);
    assert_eq!(lab.bodies(b), ["t0", "t1", "q1", "t2", "t3", "q3"]);
}

#[test]
fn a_queue_keeps_what_nobody_reads() {
    let mut lab = Lab::new();
    let writer = lab.client();
    lab.send(writer, "SEND\ndestination:/queue/x\n\n1^@SEND\ndestination:/queue/x\n\n2");
    lab.broker.closed(0, writer);
    assert_eq!(lab.broker.metrics().queued_messages, 2);
    let reader = lab.client();
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/queue/x\n\n");
    assert_eq!(lab.bodies(reader), ["1", "2"]);
}

#[test]
fn a_pattern_gets_what_fits_once_for_each_subscription() {
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(id, "SUBSCRIBE\nid:1\ndestination:/topic/p.*\n\n^@SUBSCRIBE\nid:2\ndestination:/topic/p.a\n\n");
    lab.send(
        id,
        "SEND\ndestination:/topic/p.a\n\n1^@SEND\ndestination:/topic/p.a.b\n\n2^@SEND\ndestination:/topic/p.c\n\n3",
    );
    let got: Vec<_> = lab
        .frames(id)
        .iter()
        .map(|f| (header(f, "subscription").unwrap().to_owned(), header(f, "destination").unwrap().to_owned()))
        .collect();
    let expected = [("2", "/topic/p.a"), ("1", "/topic/p.a"), ("1", "/topic/p.c")];
    assert_eq!(got, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn user_headers_pass_through_in_order_escaped_for_each_reader() {
    let mut lab = Lab::new();
    let (new, old) = (lab.client_of("1.2"), lab.client_of("1.0"));
    lab.send(new, "SUBSCRIBE\nid:a\\cb\ndestination:/topic/x\n\n");
    lab.send(old, "SUBSCRIBE\ndestination:/topic/x\n\n");
    lab.send(new, "SEND\ndestination:/topic/x\nz:1\nreceipt:r\nk\\cey:line\\nfeed\nz:2\ncontent-type:text/plain\n\nhi");
    let frames = lab.frames(new);
    assert_eq!(
        frames[0],
        "MESSAGE\nsubscription:a\\cb\nmessage-id:1\ndestination:/topic/x\nz:1\nk\\cey:line\\nfeed\nz:2\n\
         content-type:text/plain\ncontent-length:2\n\nhi"
    );
    assert_eq!(frames[1], "RECEIPT\nreceipt-id:r\n\n");
    // A 1.0 client gave no id, and cannot be told of a line feed.
    assert_eq!(
        lab.frames(old),
        ["MESSAGE\nmessage-id:1\ndestination:/topic/x\nz:1\nz:2\ncontent-type:text/plain\ncontent-length:2\n\nhi"]
    );
}

#[test]
fn subscriptions_need_what_the_specification_says() {
    for (version, frame, message) in [
        ("1.2", "SUBSCRIBE\ndestination:/queue/a\n\n", "SUBSCRIBE without a id header"),
        ("1.1", "SUBSCRIBE\nid:1\n\n", "SUBSCRIBE without a destination header"),
        ("1.2", "SUBSCRIBE\nid:1\ndestination:/queue/a\nack:maybe\n\n", "unknown ack mode"),
        ("1.2", "SUBSCRIBE\nid:1\ndestination:/queue/a\nprefetch-count:x\n\n", "malformed prefetch-count header"),
        ("1.2", "SUBSCRIBE\nid:1\ndestination:nowhere\n\n", "unknown destination"),
        ("1.2", "SUBSCRIBE\nid:1\ndestination:/topic/\n\n", "unknown destination"),
        ("1.2", "SEND\ndestination:/nowhere/a\n\n", "unknown destination"),
        ("1.2", "SEND\n\n", "SEND without a destination header"),
        ("1.2", "UNSUBSCRIBE\nid:7\n\n", "unknown subscription"),
        ("1.1", "UNSUBSCRIBE\ndestination:/queue/a\n\n", "UNSUBSCRIBE without a id header"),
    ] {
        let mut lab = Lab::new();
        let id = lab.client_of(version);
        lab.refuses(id, frame, message);
    }
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(id, "SUBSCRIBE\nid:1\ndestination:/queue/a\n\n");
    lab.refuses(id, "SUBSCRIBE\nid:1\ndestination:/queue/b\n\n", "subscription id in use");
}

#[test]
fn after_unsubscribe_nothing_comes() {
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(id, "SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^@SUBSCRIBE\nid:2\ndestination:/queue/a\n\n");
    // What was on its way but not sent is not sent either; of the queue it is kept.
    lab.send(id, "SEND\ndestination:/topic/a\n\nt^@SEND\ndestination:/queue/a\n\nq");
    lab.send(id, "UNSUBSCRIBE\nid:1\n\n^@UNSUBSCRIBE\nid:2\nreceipt:r\n\n");
    lab.send(id, "SEND\ndestination:/topic/a\n\nt2");
    assert_eq!(lab.frames(id), ["RECEIPT\nreceipt-id:r\n\n"]);
    // The ids are free again.
    lab.send(id, "SUBSCRIBE\nid:2\ndestination:/queue/a\n\n");
    assert_eq!(lab.bodies(id), ["q"]);
}

#[test]
fn a_1_0_client_unsubscribes_by_destination() {
    let mut lab = Lab::new();
    let id = lab.client_of("1.0");
    lab.send(id, "SUBSCRIBE\ndestination:/topic/a\n\nignored^@UNSUBSCRIBE\ndestination:/topic/a\n\n");
    lab.send(id, "SEND\ndestination:/topic/a\n\nx^@DISCONNECT\n\n");
    let (frames, close) = lab.take(id);
    assert_eq!((frames.len(), close.unwrap().code), (0, 1000));
}

#[test]
fn idle_queues_and_dead_subscriptions_leave_nothing_behind() {
    let mut lab = Lab::new();
    let id = lab.client();
    for i in 0..10 {
        lab.send(id, &format!("SUBSCRIBE\nid:{i}\ndestination:/queue/{i}\nack:client\n\n^@SUBSCRIBE\nid:t{i}\ndestination:/topic/{i}\nack:client\n\n"));
    }
    assert_eq!(lab.broker.queues.len(), 20);
    lab.broker.closed(0, id);
    assert_eq!(lab.broker.metrics().connections, 0);
    assert!(lab.broker.queues.is_empty() && lab.broker.spaces[0].queues.is_empty());
}
