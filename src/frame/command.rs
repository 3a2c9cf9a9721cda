//! The commands of the protocol.

/// The first line of a frame.
///
/// "All commands and header names referenced in this document are case sensitive." (STOMP 1.2, STOMP Frames)
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// `CONNECT`, from a client.
    Connect,
    /// `STOMP`, the other spelling of `CONNECT`, which tells the connection from an HTTP one.
    Stomp,
    /// `SEND`, from a client.
    Send,
    /// `SUBSCRIBE`, from a client.
    Subscribe,
    /// `UNSUBSCRIBE`, from a client.
    Unsubscribe,
    /// `ACK`, from a client.
    Ack,
    /// `NACK`, from a client; since STOMP 1.1.
    Nack,
    /// `BEGIN`, from a client.
    Begin,
    /// `COMMIT`, from a client.
    Commit,
    /// `ABORT`, from a client.
    Abort,
    /// `DISCONNECT`, from a client.
    Disconnect,
    /// `CONNECTED`, from a server.
    Connected,
    /// `MESSAGE`, from a server.
    Message,
    /// `RECEIPT`, from a server.
    Receipt,
    /// `ERROR`, from a server.
    Error,
    /// A command that the specification does not know: letters, digits, `-` and `_`.
    Other(Box<str>),
}

/// The longest command line that is read, in bytes. The longest command of the specification has 11.
pub(crate) const MAX_COMMAND: usize = 64;

const KNOWN: [(&str, Command); 15] = [
    ("MESSAGE", Command::Message),
    ("SEND", Command::Send),
    ("RECEIPT", Command::Receipt),
    ("ACK", Command::Ack),
    ("NACK", Command::Nack),
    ("CONNECTED", Command::Connected),
    ("ERROR", Command::Error),
    ("SUBSCRIBE", Command::Subscribe),
    ("UNSUBSCRIBE", Command::Unsubscribe),
    ("BEGIN", Command::Begin),
    ("COMMIT", Command::Commit),
    ("ABORT", Command::Abort),
    ("DISCONNECT", Command::Disconnect),
    ("CONNECT", Command::Connect),
    ("STOMP", Command::Stomp),
];

impl Command {
    /// The command as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => KNOWN.iter().find(|(_, command)| command == known).map_or("", |(name, _)| name),
        }
    }

    /// Reads a command line, without its line end.
    ///
    /// `None` for what cannot be a command, such as the first line of an HTTP response: not a word of letters, digits,
    /// `-` and `_`, or longer than 64 bytes.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        if let Some((_, command)) = KNOWN.iter().find(|(name, _)| name.as_bytes() == line) {
            return Some(command.clone());
        }
        if line.is_empty() || line.len() > MAX_COMMAND || !line.iter().all(|byte| is_command_byte(*byte)) {
            return None;
        }
        std::str::from_utf8(line).ok().map(|name| Self::Other(name.into()))
    }

    /// Whether frames of this command may have a body.
    ///
    /// "Only the `SEND`, `MESSAGE`, and `ERROR` frames MAY have a body. All other frames MUST NOT have a body."
    /// (STOMP 1.2, Body). Of a command that nobody knows, nobody can say.
    #[must_use]
    pub const fn may_have_body(&self) -> bool {
        matches!(self, Self::Send | Self::Message | Self::Error | Self::Other(_))
    }

    /// Whether headers of this command are escaped, in the versions that escape at all.
    ///
    /// "The `CONNECT` and `CONNECTED` frames do not escape the carriage return, line feed or colon octets in order to
    /// remain backward compatible with STOMP 1.0." (STOMP 1.2, Value Encoding). `STOMP` is `CONNECT` by another name.
    #[must_use]
    pub const fn is_escaped(&self) -> bool {
        !matches!(self, Self::Connect | Self::Stomp | Self::Connected)
    }
}

/// What a command line may hold. Anything else is not STOMP, and is told so at the first such byte.
pub(crate) const fn is_command_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

impl std::fmt::Display for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_known_command_reads_as_itself() {
        for (name, command) in KNOWN {
            assert_eq!(Command::parse(name.as_bytes()), Some(command.clone()));
            assert_eq!(command.as_str(), name);
        }
    }

    #[test]
    fn commands_are_case_sensitive() {
        assert_eq!(Command::parse(b"message"), Some(Command::Other("message".into())));
    }

    #[test]
    fn what_is_no_word_is_no_command() {
        for line in [&b""[..], b"HTTP/1.1 400 Bad Request", b"SEND ", b"SEND\r", b"\xffSEND", &[b'A'; MAX_COMMAND + 1]]
        {
            assert_eq!(Command::parse(line), None);
        }
    }
}
