use super::*;

fn fill(lab: &mut Lab, queue: &str, count: usize) {
    let writer = lab.client();
    for i in 1..=count {
        lab.send(writer, &format!("SEND\ndestination:{queue}\n\n{i}"));
    }
    lab.broker.closed(lab.now, writer);
}

fn subscribe(lab: &mut Lab, ack: &str) -> ConnId {
    let id = lab.client();
    lab.send(id, &format!("SUBSCRIBE\nid:s\ndestination:/queue/a\n{ack}\n\n"));
    id
}

/// The `ack` headers of what came.
fn tags(lab: &mut Lab, id: ConnId) -> Vec<String> {
    lab.frames(id).iter().map(|frame| header(frame, "ack").unwrap().to_owned()).collect()
}

#[test]
fn what_a_dead_consumer_did_not_acknowledge_comes_again_in_order() {
    let mut lab = Lab::new();
    fill(&mut lab, "/queue/a", 5);
    let first = subscribe(&mut lab, "ack:client-individual");
    let tags = tags(&mut lab, first);
    lab.send(first, &format!("ACK\nid:{}\n\n", tags[2]));
    lab.broker.closed(0, first);
    fill(&mut lab, "/queue/a", 1);
    let second = subscribe(&mut lab, "ack:client");
    let frames = lab.frames(second);
    let got: Vec<_> = frames.iter().map(|f| (f.split_once("\n\n").unwrap().1, header(f, "redelivered"))).collect();
    let again = Some("true");
    assert_eq!(got, [("1", again), ("2", again), ("4", again), ("5", again), ("1", None)]);
}

#[test]
fn client_acks_are_cumulative_and_individual_ones_are_not() {
    let mut lab = Lab::new();
    fill(&mut lab, "/queue/a", 4);
    let id = subscribe(&mut lab, "ack:client");
    let acks = tags(&mut lab, id);
    lab.send(id, &format!("ACK\nid:{}\n\n", acks[2]));
    assert_eq!(lab.broker.metrics().messages_acked, 3);
    lab.broker.closed(0, id);
    let id = subscribe(&mut lab, "ack:client-individual");
    assert_eq!(lab.bodies(id), ["4"]);
}

#[test]
fn an_ack_is_of_its_subscription_only() {
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(
        id,
        "SUBSCRIBE\nid:1\ndestination:/queue/a\nack:client\n\n^@SUBSCRIBE\nid:2\ndestination:/queue/b\nack:client\n\n",
    );
    lab.send(id, "SEND\ndestination:/queue/a\n\na^@SEND\ndestination:/queue/b\n\nb");
    let acks = tags(&mut lab, id);
    lab.send(id, &format!("ACK\nid:{}\n\n", acks[1]));
    lab.broker.closed(0, id);
    assert_eq!(lab.broker.metrics().queued_messages, 1);
}

#[test]
fn a_nack_gives_the_message_to_another() {
    let mut lab = Lab::new();
    let a = subscribe(&mut lab, "ack:client-individual");
    let b = subscribe(&mut lab, "ack:client-individual");
    fill(&mut lab, "/queue/a", 1);
    let acks = tags(&mut lab, a);
    lab.send(a, &format!("NACK\nid:{}\n\n", acks[0]));
    let frames = lab.frames(b);
    assert_eq!(header(&frames[0], "redelivered"), Some("true"));
    lab.send(b, &format!("NACK\nid:{}\nrequeue:false\n\n", header(&frames[0], "ack").unwrap()));
    assert!(lab.frames(a).is_empty() && lab.frames(b).is_empty());
    assert_eq!(lab.broker.metrics().queued_messages, 0);
}

#[test]
fn acks_of_what_is_not_waiting_are_errors() {
    for frame in ["ACK\nid:999\n\n", "NACK\nid:x\n\n", "ACK\nid:\n\n"] {
        let mut lab = Lab::new();
        let id = subscribe(&mut lab, "ack:client");
        lab.refuses(id, frame, "unknown message");
    }
    let mut lab = Lab::new();
    let id = subscribe(&mut lab, "ack:client");
    lab.refuses(id, "ACK\nmessage-id:1\n\n", "ACK without a id header");
    // Twice is once too often.
    fill(&mut lab, "/queue/a", 1);
    let id = subscribe(&mut lab, "ack:client");
    let acks = tags(&mut lab, id);
    lab.send(id, &format!("ACK\nid:{}\n\n", acks[0]));
    lab.refuses(id, &format!("ACK\nid:{}\n\n", acks[0]), "unknown message");
}

#[test]
fn older_versions_acknowledge_by_message_id() {
    let mut lab = Lab::new();
    fill(&mut lab, "/queue/a", 3);
    let id = lab.client_of("1.1");
    lab.send(id, "SUBSCRIBE\nid:s\ndestination:/queue/a\nack:client\n\n");
    let frames = lab.frames(id);
    assert_eq!(header(&frames[1], "ack"), None);
    let message = header(&frames[1], "message-id").unwrap();
    lab.send(id, &format!("ACK\nmessage-id:{message}\nsubscription:s\n\n"));
    assert_eq!(lab.broker.metrics().messages_acked, 2);
    lab.refuses(id, "ACK\nmessage-id:3\n\n", "ACK without a subscription header");

    // 1.0 knows no cumulative acknowledgement.
    let id = lab.client_of("1.0");
    lab.send(id, "SUBSCRIBE\ndestination:/queue/a\nack:client\n\n");
    lab.send(id, "SEND\ndestination:/queue/a\n\n4");
    let frames = lab.frames(id);
    assert_eq!(frames.len(), 2);
    lab.send(id, &format!("ACK\nmessage-id:{}\n\n", header(&frames[1], "message-id").unwrap()));
    lab.broker.closed(0, id);
    assert_eq!(lab.broker.metrics().queued_messages, 1);
}

#[test]
fn prefetch_limits_what_is_unacknowledged() {
    let mut lab = Lab::new();
    fill(&mut lab, "/queue/a", 5);
    let id = subscribe(&mut lab, "ack:client-individual\nprefetch-count:2");
    let acks = tags(&mut lab, id);
    assert_eq!(acks.len(), 2);
    lab.send(id, &format!("ACK\nid:{}\n\n", acks[1]));
    assert_eq!(lab.bodies(id), ["3"]);
    let other = subscribe(&mut lab, "ack:auto");
    assert_eq!(lab.bodies(other), ["4", "5"]);
}

#[test]
fn a_topic_can_be_acknowledged_too() {
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(id, "SUBSCRIBE\nid:s\ndestination:/topic/a\nack:client-individual\nprefetch-count:1\n\n");
    lab.send(id, "SEND\ndestination:/topic/a\n\n1^@SEND\ndestination:/topic/a\n\n2");
    let frames = lab.frames(id);
    assert_eq!(frames.len(), 1);
    lab.send(id, &format!("NACK\nid:{}\n\n", header(&frames[0], "ack").unwrap()));
    let frames = lab.frames(id);
    assert_eq!((frames.len(), header(&frames[0], "redelivered")), (1, Some("true")));
    lab.send(id, &format!("ACK\nid:{}\n\n", header(&frames[0], "ack").unwrap()));
    assert_eq!(lab.bodies(id), ["2"]);
}

#[test]
fn what_was_not_sent_to_an_auto_consumer_is_not_lost_with_it() {
    let mut lab = Lab::new();
    let id = subscribe(&mut lab, "ack:auto");
    fill(&mut lab, "/queue/a", 3);
    let mut out = Vec::new();
    lab.broker.take(0, id, 1, &mut out);
    assert_eq!(out.len(), 1);
    lab.broker.closed(0, id);
    let other = subscribe(&mut lab, "ack:auto");
    assert_eq!(lab.bodies(other), ["2", "3"]);
}
