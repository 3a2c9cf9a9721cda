//! A whole session: any operations and any bytes from the broker, in any order.

use arbitrary::{Arbitrary, Unstructured};
use stomp_wasm::frame::{Command, ContentLength, Decoded, Decoder, Headers, Leniency, Limits, Version, Versions};
use stomp_wasm::session::{
    Body, Data, Event, HeartbeatConfig, Publish, Session, SessionConfig, SubscriptionKey, Time, Transmit,
};

#[derive(Arbitrary, Debug)]
struct Script<'a> {
    versions: u8,
    heartbeat: (u32, u32),
    connect_headers: Vec<(&'a str, &'a str)>,
    force_binary: bool,
    max_chunk: Option<u8>,
    missing_final_nul: bool,
    small_limits: bool,
    steps: Vec<Step<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    Connected { version: u8, heartbeat: Option<(u32, u32)> },
    Text(&'a str),
    Bytes(&'a [u8]),
    Message { subscription: &'a str, body: &'a [u8] },
    Receipt(&'a str),
    Publish { headers: Vec<(&'a str, &'a str)>, body: &'a str, length: u8 },
    PublishBytes { destination: &'a str, body: &'a [u8] },
    Subscribe(Vec<(&'a str, &'a str)>),
    SubscribeTo { destination: &'a str, id: Option<&'a str> },
    Unsubscribe(&'a str),
    Ack { id: &'a str, subscription: &'a str, nack: bool },
    Begin(Option<&'a str>),
    End { id: &'a str, commit: bool },
    Watch(&'a str),
    Disconnect,
    Pass(u16),
    Sleep(u32),
}

/// What a broker would see of the session.
struct Broker {
    decoder: Decoder,
    commands: Vec<Command>,
    closed: bool,
}

impl Broker {
    fn take(&mut self, transmit: Transmit) {
        assert!(!self.closed, "{transmit:?} after the close");
        let bytes = match transmit {
            Transmit::Text(text) => text.into_bytes(),
            Transmit::Binary(bytes) => bytes,
            Transmit::Close(_) => {
                self.closed = true;
                assert!(!self.decoder.is_inside_frame(), "closed inside a frame");
                return;
            }
        };
        let mut input = &bytes[..];
        while let Some(found) = self.decoder.decode(&mut input).expect("what a session sends is valid") {
            if let Decoded::Frame(frame) = found {
                assert!(!self.commands.contains(&Command::Disconnect), "{frame:?} after DISCONNECT");
                self.commands.push(frame.command.clone());
            }
        }
    }
}

struct Play {
    session: Session,
    broker: Broker,
    now: Time,
    ended: bool,
}

/// Nothing panics; each operation that succeeds sends exactly one frame of its kind and each that fails none; nothing is
/// sent after DISCONNECT or the close, and nothing happens after a violation.
pub fn session(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(script) = Script::arbitrary(&mut input) else { return };
    let Ok(session) = Session::new(config(&script), Time(0)) else { return };
    // A broker takes longer lines than the fuzzer writes.
    let broker = Broker { decoder: Decoder::default(), commands: Vec::new(), closed: false };
    let mut play = Play { session, broker, now: Time(0), ended: false };
    play.drain();
    assert_eq!(play.broker.commands, [Command::Connect]);
    for step in &script.steps {
        let sent = play.broker.commands.len();
        let expected = play.step(step);
        play.drain();
        let new = play.broker.commands.get(sent..).unwrap_or_default();
        assert_eq!(new, expected.as_slice(), "{step:?}");
    }
}

fn config(script: &Script<'_>) -> SessionConfig {
    let versions = Version::ALL.into_iter().filter(|version| script.versions & (1 << *version as u8) != 0);
    SessionConfig {
        versions: versions.fold(Versions::NONE, Versions::with),
        connect_headers: script.connect_headers.iter().copied().collect(),
        heartbeat: HeartbeatConfig {
            outgoing: script.heartbeat.0.into(),
            incoming: script.heartbeat.1.into(),
            ..HeartbeatConfig::default()
        },
        force_binary: script.force_binary,
        max_chunk: script.max_chunk.map(usize::from),
        leniency: Leniency { missing_final_nul: script.missing_final_nul, ..Leniency::default() },
        limits: if script.small_limits {
            Limits { headers: 8, header_line: 64, body: 64, frame: 256 }
        } else {
            Limits::default()
        },
        ..SessionConfig::default()
    }
}

impl Play {
    /// Does a step and answers the commands that must have been sent by it.
    fn step(&mut self, step: &Step<'_>) -> Option<Command> {
        let now = self.now;
        let session = &mut self.session;
        match step {
            Step::Connected { version, heartbeat } => {
                let version = ["1.0", "1.1", "1.2", "1.3"][usize::from(version % 4)];
                let beat = heartbeat.map_or(String::new(), |(sx, sy)| format!("heart-beat:{sx},{sy}\n"));
                session.handle_data(now, Data::Text(&format!("CONNECTED\nversion:{version}\n{beat}\n\0")));
                None
            }
            Step::Text(text) => {
                session.handle_data(now, Data::Text(text));
                None
            }
            Step::Bytes(bytes) => {
                session.handle_data(now, Data::Binary(bytes));
                None
            }
            Step::Message { subscription, body } => {
                let mut frame =
                    format!("MESSAGE\nsubscription:{subscription}\ncontent-length:{}\n\n", body.len()).into_bytes();
                frame.extend_from_slice(body);
                frame.push(0);
                session.handle_data(now, Data::Binary(&frame));
                None
            }
            Step::Receipt(id) => {
                session.handle_data(now, Data::Text(&format!("RECEIPT\nreceipt-id:{id}\n\n\0")));
                None
            }
            Step::Publish { headers, body, length } => {
                let headers: Headers = headers.iter().copied().collect();
                let content_length =
                    [ContentLength::IfBody, ContentLength::Always, ContentLength::OnlyIfNul][usize::from(length % 3)];
                let publish = Publish { headers: &headers, body: Body::Text(body), content_length };
                session.publish(now, publish).ok().map(|()| Command::Send)
            }
            Step::PublishBytes { destination, body } => {
                let headers = Headers::from_iter([("destination", destination)]);
                let publish =
                    Publish { headers: &headers, body: Body::Binary(body), content_length: ContentLength::OnlyIfNul };
                session.publish(now, publish).ok().map(|()| Command::Send)
            }
            Step::Subscribe(headers) => {
                let headers: Headers = headers.iter().copied().collect();
                session.subscribe(now, SubscriptionKey(1), &headers).ok().map(|_| Command::Subscribe)
            }
            Step::SubscribeTo { destination, id } => {
                let mut headers = Headers::from_iter([("destination", *destination), ("ack", "client")]);
                headers.extend(id.map(|id| ("id", id)));
                session.subscribe(now, SubscriptionKey(2), &headers).ok().map(|_| Command::Subscribe)
            }
            Step::Unsubscribe(id) => session.unsubscribe(now, id, &Headers::new()).ok().map(|()| Command::Unsubscribe),
            Step::Ack { id, subscription, nack: false } => {
                session.ack(now, id, subscription, &Headers::new()).ok().map(|()| Command::Ack)
            }
            Step::Ack { id, subscription, nack: true } => {
                session.nack(now, id, subscription, &Headers::new()).ok().map(|()| Command::Nack)
            }
            Step::Begin(id) => session.begin(now, *id).ok().map(|_| Command::Begin),
            Step::End { id, commit: true } => session.commit(now, id).ok().map(|()| Command::Commit),
            Step::End { id, commit: false } => session.abort(now, id).ok().map(|()| Command::Abort),
            Step::Watch(id) => {
                session.watch_receipt(id, 7);
                None
            }
            Step::Disconnect => {
                let connected = session.is_connected();
                session.disconnect(now);
                connected.then_some(Command::Disconnect)
            }
            Step::Pass(ms) => self.pass(u64::from(*ms)),
            Step::Sleep(ms) => {
                // The machine slept: the timer fires late.
                self.now = now.after(u64::from(*ms));
                self.session.handle_timeout(self.now);
                None
            }
        }
    }

    /// Lets time pass with the timer armed, as a driver would.
    fn pass(&mut self, ms: u64) -> Option<Command> {
        let end = self.now.after(ms);
        // Each firing is at least 1 ms after the one before, but for the first.
        let mut firings = 0;
        while let Some(due) = self.session.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.session.handle_timeout(self.now);
            self.drain();
            firings += 1;
            assert!(firings <= ms + 2, "the timer does not move on");
        }
        self.now = end;
        None
    }

    fn drain(&mut self) {
        loop {
            while let Some(transmit) = self.session.poll_transmit() {
                self.broker.take(transmit);
            }
            let Some(event) = self.session.poll_event() else { break };
            assert!(!self.ended, "{event:?} after the end");
            match event {
                Event::Connected { version, .. } => self.broker.decoder.set_version(version),
                Event::Violation(_) | Event::HeartbeatLost | Event::Error(_) | Event::Disconnected(_) => {
                    self.ended = true;
                    assert!(!self.session.is_connected());
                }
                _ => {}
            }
        }
        assert_eq!(self.broker.closed, self.session.is_closed());
    }
}
