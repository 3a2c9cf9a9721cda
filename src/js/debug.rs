//! What the `debug` callback is told. No secret is in it.

use crate::client::Action;
use crate::frame::{Frame, REDACTED, Redactor};

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Level {
    /// Nothing: nobody listens.
    #[default]
    Off,
    /// Commands and headers.
    Frames,
    /// What goes over the wire, bodies included.
    Raw,
}

/// Writes the lines for what goes over the socket, in pieces that may be cut inside a secret.
#[derive(Default)]
pub(super) struct Log {
    sent: Redactor,
    received: Redactor,
}

impl Log {
    /// A line for what is done to the socket.
    pub(super) fn action_line(&mut self, level: Level, action: &Action) -> Option<Vec<u8>> {
        if let Action::Open = action {
            self.sent.restart();
            self.received.restart();
        }
        if level == Level::Off {
            return None;
        }
        Some(match action {
            Action::Open => "Opening Web Socket...".into(),
            Action::SendText(text) if text == "\n" => ">>> PING".into(),
            Action::SendText(text) => self.sent_line(level, text.as_bytes()),
            Action::SendBinary(bytes) => self.sent_line(level, bytes),
            Action::Close(_) => "Issuing close on the websocket".into(),
            Action::Discard => "Discarding websocket, the underlying socket may linger for a while".into(),
        })
    }

    fn sent_line(&mut self, level: Level, text: &[u8]) -> Vec<u8> {
        let in_body = self.sent.is_in_body();
        let mut line = b">>> ".to_vec();
        let start = line.len();
        self.sent.redact_bytes(text, &mut line);
        if level == Level::Frames {
            let blank = || line.windows(2).position(|pair| pair == b"\n\n");
            let head = if in_body { Some(start) } else { blank().map(|end| end + 2) };
            line.truncate(head.unwrap_or(line.len()));
        }
        line
    }

    /// Treats headers of these names as secrets too.
    pub(super) fn hide<'n>(&mut self, names: impl Iterator<Item = &'n str> + Clone) {
        self.sent.hide(names.clone());
        self.received.hide(names);
    }

    /// A line for a message of the socket as it came.
    pub(super) fn raw_line(&mut self, text: &[u8]) -> Vec<u8> {
        let mut line = b"<<< ".to_vec();
        self.received.redact_bytes(text, &mut line);
        line
    }

    /// A line for a frame that came, without its body.
    pub(super) fn frame_line(&self, frame: &Frame) -> Vec<u8> {
        let mut line = b"<<< ".to_vec();
        line.extend_from_slice(frame.command.as_str().as_bytes());
        for (name, value) in frame.headers.iter() {
            line.push(b'\n');
            line.extend_from_slice(name.as_bytes());
            line.push(b':');
            line.extend_from_slice(if self.received.hides(name) { REDACTED } else { value }.as_bytes());
        }
        line.extend_from_slice(b"\n\n");
        line
    }
}
