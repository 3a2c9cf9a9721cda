//! The messages, made before the first is sent so that making them takes nothing from the page's share of the machine.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Result;
use stomp_wasm::frame::{Command, Version, encode_head};
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::request::Wanted;

/// How many bytes are made in advance; beyond, the next are made when these are sent.
const AHEAD: usize = 1 << 28;

/// Who reads the messages.
#[derive(Clone, Copy)]
pub(crate) enum Kind<'a> {
    /// A bare WebSocket, which counts characters.
    Bare,
    /// A STOMP client, through this subscription.
    Stomp { subscription: &'a str, destination: &'a str },
}

/// All messages of one request.
pub(crate) struct Blast<'a> {
    wanted: &'a Wanted,
    kind: Kind<'a>,
    /// WebSocket frames, ready to be written.
    ready: Vec<u8>,
    made: usize,
    totals: Totals,
    random: u64,
}

/// What the receiver must have seen when it is done.
#[derive(Default)]
struct Totals {
    /// Characters of all bodies.
    body: usize,
    /// Characters of all `message-id` headers.
    id: usize,
    /// Characters of all whole messages.
    frame: usize,
}

impl<'a> Blast<'a> {
    pub(crate) fn new(wanted: &'a Wanted, kind: Kind<'a>) -> Result<Self> {
        let mut blast =
            Self { wanted, kind, ready: Vec::new(), made: 0, totals: Totals::default(), random: 0x9e37_79b9_7f4a_7c15 };
        blast.make()?;
        Ok(blast)
    }

    /// Sends everything. Nothing without a count.
    pub(crate) fn send(mut self, stream: &mut impl Write) -> Result<()> {
        if self.wanted.count == 0 {
            return Ok(());
        }
        loop {
            stream.write_all(&self.ready)?;
            if self.made == self.wanted.count {
                break;
            }
            self.ready.clear();
            self.make()?;
        }
        let Totals { body, id, frame } = self.totals;
        let last = format!(r#"{{"messages":{},"body":{body},"id":{id},"frame":{frame}}}"#, self.wanted.count);
        let message = match self.kind {
            Kind::Bare => last,
            Kind::Stomp { .. } => self.stomp("last", &last)?,
        };
        self.ready.clear();
        self.push(message)?;
        stream.write_all(&self.ready)?;
        stream.flush()?;
        Ok(())
    }

    fn make(&mut self) -> Result<()> {
        while self.made < self.wanted.count && self.ready.len() < AHEAD {
            self.made += 1;
            let id = format!("T_blast@@session-kTjG1x3Wv0dQ2wTzH7pYxA@@{}", self.made);
            let body = self.body();
            let message = self.stomp(&id, &body)?;
            self.totals.body += body.len();
            self.totals.id += id.len();
            self.totals.frame += message.len();
            self.push(message)?;
        }
        Ok(())
    }

    /// One WebSocket message in one WebSocket frame.
    fn push(&mut self, message: String) -> Result<()> {
        Frame::message(message, OpCode::Data(Data::Text), true).format(&mut self.ready)?;
        Ok(())
    }

    /// JSON in ASCII: no two bodies are equal.
    fn body(&mut self) -> String {
        let tenth = self.wanted.size / 10;
        let length = self.wanted.size - tenth + self.next() % (2 * tenth + 1);
        let mut body = format!(r#"{{"n":{},"t":""#, self.made);
        while body.len() + 2 < length {
            let _ = write!(body, "qty {} at 1.{:05}; ", self.next() % 10_000, self.next() % 100_000);
        }
        body.truncate(length.saturating_sub(2).max(12));
        body.push_str("\"}");
        body
    }

    fn stomp(&self, id: &str, body: &str) -> Result<String> {
        let (subscription, destination) = match self.kind {
            Kind::Stomp { subscription, destination } => (subscription, destination),
            Kind::Bare => ("sub-0", "/topic/blast"),
        };
        let timestamp = (1_790_000_000_000_usize + self.made / 20).to_string();
        let headers = [
            ("subscription", subscription),
            ("destination", destination),
            ("message-id", id),
            ("redelivered", "false"),
            ("content-type", "application/json"),
            ("timestamp", &timestamp),
        ];
        let mut message = String::with_capacity(body.len() + 400);
        encode_head(&mut message, &Command::Message, headers, Some(body.len()), Some(Version::V1_2))?;
        message.push_str(body);
        message.push('\0');
        Ok(message)
    }

    /// A number that looks random (splitmix64).
    fn next(&mut self) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or_default()
    }
}
