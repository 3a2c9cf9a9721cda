//! A million messages through one queue, with ten consumers of which one dies every second of virtual time.

use std::collections::VecDeque;

use stomp_server::{Broker, ConnId, Output, Settings};

const MESSAGES: usize = 1_000_000;
const CONSUMERS: usize = 10;
/// So many messages are sent in a second of virtual time.
const PER_SECOND: usize = 20_000;
/// What a consumer may hold unacknowledged.
const PREFETCH: usize = 50;

struct Consumer {
    id: ConnId,
    /// Messages that came, as their `ack` and their number, and are not acknowledged.
    held: VecDeque<(String, usize)>,
}

struct Run {
    broker: Broker,
    now: u64,
    acked: Vec<bool>,
    redelivered: usize,
    delivered: usize,
}

impl Run {
    fn connect(&mut self) -> ConnId {
        let id = self.broker.open(self.now).unwrap();
        self.broker.receive(self.now, id, b"CONNECT\naccept-version:1.2\nhost:a\n\n\0");
        id
    }

    fn consumer(&mut self) -> Consumer {
        let id = self.connect();
        let frame =
            format!("SUBSCRIBE\nid:0\ndestination:/queue/work\nack:client-individual\nprefetch-count:{PREFETCH}\n\n\0");
        self.broker.receive(self.now, id, frame.as_bytes());
        Consumer { id, held: VecDeque::new() }
    }

    /// A consumer reads what came, and acknowledges the oldest half of what it holds.
    fn consume(&mut self, consumer: &mut Consumer) {
        let mut out = Vec::new();
        while self.broker.take(self.now, consumer.id, 1 << 16, &mut out).more {}
        for item in out {
            let text = String::from_utf8(item.to_vec()).unwrap();
            let Some(rest) = text.strip_prefix("MESSAGE\n") else { continue };
            let (head, body) = rest.trim_end_matches('\0').split_once("\n\n").unwrap();
            let number: usize = body.parse().unwrap();
            assert!(!self.acked[number], "message {number} was handed out after its ACK");
            self.delivered += 1;
            self.redelivered += usize::from(head.contains("\nredelivered:true"));
            let ack = head.lines().find_map(|line| line.strip_prefix("ack:")).unwrap();
            consumer.held.push_back((ack.to_owned(), number));
        }
        let mut acks = String::new();
        for (ack, number) in consumer.held.drain(..consumer.held.len().div_ceil(2)) {
            assert!(!std::mem::replace(&mut self.acked[number], true), "message {number} came to two consumers");
            acks += &format!("ACK\nid:{ack}\n\n\0");
        }
        self.broker.receive(self.now, consumer.id, acks.as_bytes());
    }
}

#[test]
#[ignore = "takes a while unoptimised: `cargo xtask test server` runs it"]
fn none_is_lost_and_none_comes_again_after_its_ack() {
    let settings = Settings { heart_beat: (0, 0), connect_timeout: u64::MAX, ..Settings::default() };
    let mut run =
        Run { broker: Broker::new(settings), now: 0, acked: vec![false; MESSAGES], redelivered: 0, delivered: 0 };
    let writer = run.connect();
    let mut consumers: VecDeque<_> = (0..CONSUMERS).map(|_| run.consumer()).collect();
    let mut sent = 0;
    let mut deaths = 0;
    while run.acked.iter().any(|acked| !acked) {
        // Ten steps of a tenth of a second: a batch is sent, everybody reads and acknowledges as often as it takes.
        for step in 0..10 {
            let end = (sent + PER_SECOND / 10).min(MESSAGES);
            let batch: String = (sent..end).map(|i| format!("SEND\ndestination:/queue/work\n\n{i}\0")).collect();
            sent = end;
            run.broker.receive(run.now, writer, batch.as_bytes());
            for round in 0..(2 * PER_SECOND / 10 / CONSUMERS / PREFETCH + 4) {
                for consumer in &mut consumers {
                    run.consume(consumer);
                }
                if (step, round) == (5, 1) {
                    // The oldest consumer dies in the midst of it, with messages in its hands and in its outbox;
                    // another comes.
                    let dead = consumers.pop_front().unwrap();
                    run.broker.closed(run.now, dead.id);
                    deaths += 1;
                    let new = run.consumer();
                    consumers.push_back(new);
                }
            }
            run.now += 100;
            while let Output::Wake(_) = run.broker.poll_output() {}
            run.broker.tick(run.now);
        }
        assert!(deaths < 10_000, "the queue does not get empty");
    }
    let metrics = run.broker.metrics();
    assert_eq!((metrics.queued_messages, metrics.messages_acked), (0, MESSAGES as u64));
    assert!(deaths >= MESSAGES / PER_SECOND && run.redelivered > deaths, "{deaths} deaths, {}", run.redelivered);
    eprintln!(
        "{MESSAGES} messages, {deaths} consumers died, {} deliveries of which {} again",
        run.delivered, run.redelivered
    );
}
