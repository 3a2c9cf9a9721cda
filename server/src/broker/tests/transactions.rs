use super::*;

#[test]
fn nothing_is_sent_before_commit_and_all_of_it_then() {
    let mut lab = Lab::new();
    let (reader, writer) = (lab.client(), lab.client());
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    lab.send(writer, "BEGIN\ntransaction:t\n\n^@SEND\ndestination:/topic/a\ntransaction:t\nreceipt:1\n\none");
    lab.send(writer, "SEND\ndestination:/topic/a\n\nbetween^@SEND\ndestination:/topic/a\ntransaction:t\n\ntwo");
    assert_eq!(lab.frames(writer), ["RECEIPT\nreceipt-id:1\n\n"]);
    assert_eq!(lab.bodies(reader), ["between"]);
    lab.send(writer, "COMMIT\ntransaction:t\nreceipt:2\n\n");
    assert_eq!(lab.bodies(reader), ["one", "two"]);
    assert_eq!(lab.frames(writer), ["RECEIPT\nreceipt-id:2\n\n"]);
    // The name is free again.
    lab.send(
        writer,
        "BEGIN\ntransaction:t\n\n^@SEND\ndestination:/topic/a\ntransaction:t\n\nx^@ABORT\ntransaction:t\n\n",
    );
    assert!(lab.frames(reader).is_empty() && lab.frames(writer).is_empty());
}

#[test]
fn acknowledgements_wait_for_commit_and_abort_undoes_them() {
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(id, "SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client\n\n");
    lab.send(id, "SEND\ndestination:/queue/a\n\n1^@SEND\ndestination:/queue/a\n\n2");
    let frames = lab.frames(id);
    let ack = header(&frames[1], "ack").unwrap();
    lab.send(id, &format!("BEGIN\ntransaction:t\n\n^@ACK\nid:{ack}\ntransaction:t\n\n"));
    assert_eq!(lab.broker.metrics().messages_acked, 0);
    lab.send(id, &format!("ABORT\ntransaction:t\n\n^@BEGIN\ntransaction:u\n\n^@ACK\nid:{ack}\ntransaction:u\n\n^@COMMIT\ntransaction:u\n\n"));
    assert_eq!(lab.broker.metrics().messages_acked, 2);
    assert!(lab.frames(id).is_empty());
}

#[test]
fn a_lost_connection_drops_its_transactions() {
    let mut lab = Lab::new();
    let (id, reader) = (lab.client(), lab.client());
    lab.send(id, "SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client\n\n^@SEND\ndestination:/queue/a\n\n1");
    let frames = lab.frames(id);
    let ack = header(&frames[0], "ack").unwrap();
    lab.send(id, &format!("BEGIN\ntransaction:t\n\n^@ACK\nid:{ack}\ntransaction:t\n\n"));
    lab.send(id, "SEND\ndestination:/queue/a\ntransaction:t\n\n2");
    lab.broker.closed(0, id);
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/queue/a\n\n");
    assert_eq!(lab.bodies(reader), ["1"]);
}

#[test]
fn an_unsubscribed_message_in_an_aborted_transaction_goes_back() {
    let mut lab = Lab::new();
    let (id, reader) = (lab.client(), lab.client());
    lab.send(id, "SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client\n\n^@SEND\ndestination:/queue/a\n\n1");
    let frames = lab.frames(id);
    let ack = header(&frames[0], "ack").unwrap();
    lab.send(id, &format!("BEGIN\ntransaction:t\n\n^@ACK\nid:{ack}\ntransaction:t\n\n^@UNSUBSCRIBE\nid:0\n\n"));
    lab.send(id, "ABORT\ntransaction:t\n\n");
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/queue/a\n\n");
    assert_eq!(lab.bodies(reader), ["1"]);
}

#[test]
fn a_commit_that_cannot_be_done_does_nothing() {
    let mut lab = Lab::with(Settings { max_queue_messages: 2, heart_beat: (0, 0), ..Settings::default() });
    let (id, reader) = (lab.client(), lab.client());
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    lab.send(id, "BEGIN\ntransaction:t\n\n^@SEND\ndestination:/topic/a\ntransaction:t\n\nx");
    for _ in 0..3 {
        lab.send(id, "SEND\ndestination:/queue/a\ntransaction:t\n\nx");
    }
    lab.refuses(id, "COMMIT\ntransaction:t\n\n", "queue full");
    assert!(lab.frames(reader).is_empty());
    assert_eq!(lab.broker.metrics().queued_messages, 0);
}

#[test]
fn transactions_must_be_named_begun_and_unique() {
    for (frame, message) in [
        ("BEGIN\n\n", "BEGIN without a transaction header"),
        ("COMMIT\n\n", "COMMIT without a transaction header"),
        ("ABORT\n\n", "ABORT without a transaction header"),
        ("COMMIT\ntransaction:x\n\n", "unknown transaction"),
        ("ABORT\ntransaction:x\n\n", "unknown transaction"),
        ("SEND\ndestination:/topic/a\ntransaction:x\n\n", "unknown transaction"),
        ("BEGIN\ntransaction:x\n\n^@BEGIN\ntransaction:x\n\n", "transaction exists already"),
        ("BEGIN\ntransaction:x\n\n^@COMMIT\ntransaction:x\n\n^@COMMIT\ntransaction:x\n\n", "unknown transaction"),
    ] {
        let mut lab = Lab::new();
        let id = lab.client();
        lab.refuses(id, frame, message);
    }
}
