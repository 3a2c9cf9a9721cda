//! The wire by itself, behind stomp.js's `Parser` and `FrameImpl`, which a few applications use directly.

use super::boundary::{FrameKind, Tell, hand, say};
use super::driver::Driver;
use super::given::Given;
use super::operation::Operation;
use crate::frame::{self, Command, ContentLength, Decoded, Decoder, EncodeError, Escaping, Version};

/// Does an operation of no client. Returns 0.
pub(super) fn perform(operation: Operation, given: &Given<'_>) -> u32 {
    let answer = match operation {
        Operation::EncodeHead => encode_head(given).map_err(|error| error.message()),
        Operation::Unescape => unescape(given),
        _ => return 0,
    };
    match answer {
        Ok(text) => say(0, Tell::Answer, 0, text.as_bytes()),
        Err(text) => say(0, Tell::Throw, 0, text.as_bytes()),
    }
}

/// `FrameImpl` either escapes as STOMP 1.2 does or not at all.
fn version(escape: bool) -> Option<Version> {
    escape.then_some(Version::V1_2)
}

fn command(given: &Given<'_>) -> Result<Command, EncodeError> {
    Command::parse(given.text(0).as_bytes()).ok_or(EncodeError::InvalidCommand)
}

fn encode_head(given: &Given<'_>) -> Result<String, EncodeError> {
    let content_length = match (given.flag(0), given.flag(1)) {
        (true, _) => ContentLength::Always,
        (false, true) => ContentLength::OnlyIfNul,
        (false, false) => ContentLength::IfBody,
    };
    let mut out = String::new();
    let headers = given.headers(1, given.texts());
    let length = content_length.of(given.bytes());
    frame::encode_head(&mut out, &command(given)?, headers.iter(), length, version(given.flag(2)))?;
    Ok(out)
}

fn unescape(given: &Given<'_>) -> Result<String, String> {
    let mut out = String::new();
    let command = command(given).map_err(|error| error.message())?;
    if Escaping::of(&command, version(given.flag(0))).unescape(given.text(1), &mut out) {
        Ok(out)
    } else {
        Err("the header holds an escape that STOMP 1.2 does not define".into())
    }
}

impl Driver {
    /// Finds frames in pieces of any size; their headers stay as they are on the wire. Without a version, the decoder takes
    /// no escapes away. The face sees to it that no callback calls this for the same parser.
    pub(super) fn parse(&self, given: &Given<'_>) {
        let mut decoder = self.parser.borrow_mut();
        self.read(&mut decoder, given.bytes());
        if given.flag(0) && decoder.is_inside_frame() {
            self.read(&mut decoder, b"\0");
        }
    }

    fn read(&self, decoder: &mut Decoder, mut input: &[u8]) {
        let id = self.id();
        loop {
            match decoder.decode(&mut input) {
                Ok(Some(Decoded::Frame(frame))) => {
                    hand(id, FrameKind::Raw, 0, frame.command, frame.headers, frame.body);
                }
                Ok(Some(Decoded::HeartBeat)) => {
                    hand(id, FrameKind::RawHeartBeat, 0, &Command::Message, &frame::Headers::new(), &[]);
                }
                Ok(None) => return,
                Err(error) => {
                    say(id, Tell::Throw, 0, error.message().as_bytes());
                    return;
                }
            }
        }
    }
}
