//! The broker by what goes over the wire, on a virtual clock.

mod acks;
mod chaos;
mod connecting;
mod destinations;
mod limits;
mod routing;
mod transactions;

use super::*;

/// A broker, the time, and what its clients see.
struct Lab {
    broker: Broker,
    now: u64,
}

impl Lab {
    fn new() -> Self {
        Self::with(Settings { heart_beat: (0, 0), ..Settings::default() })
    }

    fn with(settings: Settings) -> Self {
        Self { broker: Broker::new(settings), now: 0 }
    }

    /// A transport without a session.
    fn open(&mut self) -> ConnId {
        self.broker.open(self.now).unwrap()
    }

    /// A connected client of STOMP 1.2.
    fn client(&mut self) -> ConnId {
        self.client_of("1.2")
    }

    fn client_of(&mut self, version: &str) -> ConnId {
        let id = self.open();
        self.send(id, &format!("CONNECT\naccept-version:{version}\nhost:a\n\n"));
        let frames = self.frames(id);
        assert!(frames[0].starts_with(&format!("CONNECTED\nversion:{version}\n")), "{frames:?}");
        id
    }

    /// The client sends frames; the NUL is added, and stands for `^@` inside.
    fn send(&mut self, id: ConnId, text: &str) {
        let bytes = text.replace("^@", "\0") + "\0";
        self.broker.receive(self.now, id, bytes.as_bytes());
    }

    /// All that came, without the NULs.
    fn frames(&mut self, id: ConnId) -> Vec<String> {
        self.take(id).0
    }

    fn take(&mut self, id: ConnId) -> (Vec<String>, Option<Close>) {
        let mut out = Vec::new();
        let taken = self.broker.take(self.now, id, usize::MAX, &mut out);
        let text = |item: &Outgoing| String::from_utf8(item.to_vec()).unwrap();
        (out.iter().map(text).map(|text| text.trim_end_matches('\0').to_owned()).collect(), taken.close)
    }

    /// The bodies of the messages that came.
    fn bodies(&mut self, id: ConnId) -> Vec<String> {
        let frames = self.frames(id);
        frames.iter().map(|frame| frame.split_once("\n\n").map(|(_, body)| body.to_owned()).unwrap()).collect()
    }

    /// The `ERROR` that the client gets, after which the connection must end.
    fn error(&mut self, id: ConnId) -> String {
        let (mut frames, close) = self.take(id);
        let error = frames.pop().unwrap_or_default();
        assert!(error.starts_with("ERROR\n"), "no ERROR: {error:?}");
        assert!(close.is_some(), "ERROR without close: {error:?}");
        error
    }

    /// Sends and expects an `ERROR` with this `message`.
    fn refuses(&mut self, id: ConnId, frame: &str, message: &str) {
        self.send(id, frame);
        let error = self.error(id);
        assert_eq!(error.lines().nth(1), Some(&*format!("message:{message}")), "{error}");
    }

    /// The time goes on, with all that falls due on the way.
    fn wait(&mut self, ms: u64) {
        let end = self.now + ms;
        loop {
            match self.broker.poll_output() {
                Output::Timeout(Some(at)) if at <= end => {
                    self.now = self.now.max(at);
                    self.broker.tick(self.now);
                }
                Output::Timeout(_) => break,
                Output::Wake(_) => {}
            }
        }
        self.now = end;
    }
}

fn header<'a>(frame: &'a str, name: &str) -> Option<&'a str> {
    let head = frame.split_once("\n\n").map_or(frame, |(head, _)| head);
    head.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| *key == name).map(|(_, value)| value)
}
