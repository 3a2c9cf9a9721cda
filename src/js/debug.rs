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
    pub(super) fn action_line(&mut self, level: Level, action: &Action) -> Option<String> {
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
            Action::SendText(text) => self.sent_line(level, text),
            Action::SendBinary(bytes) => self.sent_line(level, &String::from_utf8_lossy(bytes)),
            Action::Close(_) => "Issuing close on the websocket".into(),
            Action::Discard => "Discarding websocket, the underlying socket may linger for a while".into(),
        })
    }

    fn sent_line(&mut self, level: Level, text: &str) -> String {
        let in_body = self.sent.is_in_body();
        let mut shown = self.sent.redact(text);
        if level == Level::Frames {
            let blank = || shown.as_bytes().windows(2).position(|pair| pair == b"\n\n");
            let head = if in_body { Some(0) } else { blank().map(|end| end + 2) };
            shown.truncate(head.unwrap_or(shown.len()));
        }
        ">>> ".to_owned() + &shown
    }

    /// Treats headers of these names, one a line, as secrets too.
    pub(super) fn hide(&mut self, names: &str) {
        self.sent.hide(names.lines());
        self.received.hide(names.lines());
    }

    /// A line for a message of the socket as it came.
    pub(super) fn raw_line(&mut self, text: &str) -> String {
        "<<< ".to_owned() + &self.received.redact(text)
    }

    /// A line for a frame that came, without its body.
    pub(super) fn frame_line(&self, frame: &Frame) -> String {
        let mut line = "<<< ".to_owned() + frame.command.as_str();
        for (name, value) in frame.headers.iter() {
            line.push('\n');
            line.push_str(name);
            line.push(':');
            line.push_str(if self.received.hides(name) { REDACTED } else { value });
        }
        line.push_str("\n\n");
        line
    }
}
