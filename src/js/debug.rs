//! What the `debug` callback is told. No secret is in it.

use crate::client::Action;
use crate::frame::{Frame, REDACTED, is_secret, redact};

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

/// A line for what is done to the socket.
pub(super) fn action_line(level: Level, action: &Action) -> Option<String> {
    if level == Level::Off {
        return None;
    }
    Some(match action {
        Action::Open => "Opening Web Socket...".into(),
        Action::SendText(text) if text == "\n" => ">>> PING".into(),
        Action::SendText(text) => sent(level, text),
        Action::SendBinary(bytes) => sent(level, &String::from_utf8_lossy(bytes)),
        Action::Close(_) => "Issuing close on the websocket".into(),
        Action::Discard => "Discarding websocket, the underlying socket may linger for a while".into(),
    })
}

fn sent(level: Level, text: &str) -> String {
    let shown = match text.find("\n\n") {
        Some(end) if level == Level::Frames => text.get(..end + 2).unwrap_or(text),
        _ => text,
    };
    ">>> ".to_owned() + &redact(shown)
}

/// A line for a frame that came, without its body.
pub(super) fn frame_line(frame: &Frame) -> String {
    let mut line = "<<< ".to_owned() + frame.command.as_str();
    for (name, value) in frame.headers.iter() {
        line.push('\n');
        line.push_str(name);
        line.push(':');
        line.push_str(if is_secret(name) { REDACTED } else { value });
    }
    line.push_str("\n\n");
    line
}

/// A line for a message of the socket as it came.
pub(super) fn raw_line(text: &str) -> String {
    "<<< ".to_owned() + &redact(text)
}
