//! From the wire to frames, whatever pieces it comes in.

mod bounds;

use super::command::{MAX_COMMAND, is_command_byte};
use super::escape::Escaping;
use super::line::{read_content_length, read_header, read_plain_head};
use super::{Command, DecodeError, FrameRef, Headers, Leniency, Limits, Version};

/// What a [`Decoder`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// A whole frame. A body that lay in one piece of input is borrowed from there, without a copy.
    Frame(FrameRef<'a>),
    /// A run of line ends between frames: a heart-beat, or the "multiple EOLs" that may follow a frame.
    HeartBeat,
}

/// Makes frames of bytes that come in pieces of any size.
///
/// ```text
///            +----------------- NUL ------------------+
///            v                                        |
///       [Between] --command--> [Head] --blank line--> [Body]
///        |     ^
///        +-EOL-+ (heart-beat)
/// ```
///
/// A decoder takes no more memory than its [`Limits`] say, never panics, and gives the same frames
/// and the same error whether the bytes come at once or one by one. After an error it is of no more use: nobody knows
/// where the next frame begins.
///
/// The [`Version`] decides about escapes and line ends; before [`set_version`](Self::set_version) a decoder reads what
/// is exchanged before a version is agreed: frames without escapes, lines ended by LF or CRLF.
///
/// ```
/// use stomp_wasm::frame::{Decoded, Decoder};
/// let mut decoder = Decoder::default();
/// let mut input = &b"CONNECTED\nversi"[..];
/// assert_eq!(decoder.decode(&mut input)?, None);
/// assert!(input.is_empty());
/// let mut input = &b"on:1.2\n\n\0\n"[..];
/// let Some(Decoded::Frame(frame)) = decoder.decode(&mut input)? else { panic!() };
/// assert_eq!(frame.headers.get("version"), Some("1.2"));
/// assert_eq!(decoder.decode(&mut input)?, Some(Decoded::HeartBeat));
/// # Ok::<(), stomp_wasm::frame::DecodeError>(())
/// ```
pub struct Decoder {
    version: Option<Version>,
    limits: Limits,
    leniency: Leniency,
    state: State,
    command: Command,
    headers: Headers,
    /// Lines of the head so far, for errors; the command line is line 0.
    lines: usize,
    /// Bytes of the frame so far, for [`Limits::frame`].
    taken: usize,
    /// What came of a line or of a body that is not complete yet.
    partial: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Between,
    /// A carriage return came between frames; only a line feed may follow.
    BetweenAfterCr,
    Command,
    Headers,
    /// The body ends after so many bytes.
    SizedBody(usize),
    /// The body ends at the first NUL.
    OpenBody,
    /// A frame was handed out, whose parts lie in this decoder: clean up before going on.
    Done,
    Failed,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(Limits::default(), Leniency::default())
    }
}

impl Decoder {
    /// A decoder that has read nothing.
    #[must_use]
    pub const fn new(limits: Limits, leniency: Leniency) -> Self {
        Self {
            version: None,
            limits,
            leniency,
            state: State::Between,
            command: Command::Message,
            headers: Headers::new(),
            lines: 0,
            taken: 0,
            partial: Vec::new(),
        }
    }

    /// Says which version was agreed. Frames that begin after this are read by its rules.
    pub const fn set_version(&mut self, version: Version) {
        self.version = Some(version);
    }

    /// Whether a frame has begun and is not complete.
    #[must_use]
    pub const fn is_inside_frame(&self) -> bool {
        !matches!(self.state, State::Between | State::Done | State::Failed)
    }

    /// Reads on, to the end of the next frame or run of line ends, and moves `input` behind what was read. `None` if
    /// the input is used up.
    ///
    /// # Errors
    /// If the peer broke the protocol or went over a limit; every later call that is given bytes then answers
    /// [`DecodeError::InvalidCommand`].
    pub fn decode<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Result<Option<Decoded<'a>>, DecodeError> {
        match self.advance(input) {
            Ok(None) => Ok(None),
            Ok(Some(Found::HeartBeat)) => Ok(Some(Decoded::HeartBeat)),
            Ok(Some(Found::Frame(body))) => Ok(Some(Decoded::Frame(FrameRef {
                command: &self.command,
                headers: &self.headers,
                body: body.unwrap_or(&self.partial),
            }))),
            Err(error) => {
                self.state = State::Failed;
                self.partial = Vec::new();
                self.headers = Headers::new();
                Err(error)
            }
        }
    }

    /// Says that a WebSocket message ended here. With [`Leniency::missing_final_nul`], a frame that lacks nothing but
    /// its NUL is complete now and is handed out; otherwise this does nothing, since a frame may go on in the next
    /// message.
    pub fn end_of_message(&mut self) -> Option<FrameRef<'_>> {
        let complete = match self.state {
            State::OpenBody => true,
            State::SizedBody(length) => self.partial.len() == length,
            _ => false,
        };
        if !self.leniency.missing_final_nul || !complete {
            return None;
        }
        self.state = State::Done;
        Some(FrameRef { command: &self.command, headers: &self.headers, body: &self.partial })
    }

    fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Found<'i>>, DecodeError> {
        if self.state == State::Done {
            self.start_over();
        }
        while !input.is_empty() {
            let found = match self.state {
                State::Between | State::BetweenAfterCr => self.between(input)?,
                State::Command | State::Headers => {
                    if !self.plain_head(input)? {
                        self.line(input)?;
                    }
                    None
                }
                State::SizedBody(length) => self.sized_body(length, input)?,
                State::OpenBody => self.open_body(input)?,
                State::Done | State::Failed => return Err(DecodeError::InvalidCommand),
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        // A body of length 0 is complete only with its NUL, so nothing is left that needs no input.
        Ok(None)
    }

    /// Gets ready for the next frame. The memory of a large frame is given back, that of small ones is kept.
    fn start_over(&mut self) {
        const KEPT: usize = 64 << 10;
        self.state = State::Between;
        self.headers.clear();
        self.headers.shrink_to(KEPT);
        self.partial.clear();
        self.partial.shrink_to(KEPT);
        self.lines = 0;
        self.taken = 0;
    }

    fn between<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Found<'i>>, DecodeError> {
        // The line that nearly every frame begins with, read at once.
        const MESSAGE: &[u8] = b"MESSAGE\n";
        if let (State::Between, Some(rest)) = (self.state, input.strip_prefix(MESSAGE)) {
            *input = rest;
            self.command = Command::Message;
            self.state = State::Headers;
            self.take(MESSAGE.len())?;
            return Ok(None);
        }
        let mut beats = false;
        while let Some((&byte, rest)) = input.split_first() {
            match (self.state, byte) {
                (_, b'\n') => {
                    self.state = State::Between;
                    beats = true;
                }
                (State::Between, b'\r') if self.takes_crlf() => self.state = State::BetweenAfterCr,
                (State::Between, _) if is_command_byte(byte) => {
                    self.state = State::Command;
                    break;
                }
                _ => return Err(DecodeError::InvalidCommand),
            }
            *input = rest;
        }
        Ok(beats.then_some(Found::HeartBeat))
    }

    /// "an end-of-line (EOL), which consists of an OPTIONAL carriage return (octet 13) followed by a REQUIRED line feed
    /// (octet 10)" (STOMP 1.2, STOMP Frames); LF alone before. Before a version is agreed, the peer may be of 1.2.
    fn takes_crlf(&self) -> bool {
        self.leniency.crlf_before_1_2 || !matches!(self.version, Some(Version::V1_0 | Version::V1_1))
    }

    /// Reads a line of the head, or as much of it as there is.
    fn line(&mut self, input: &mut &[u8]) -> Result<(), DecodeError> {
        let end = memchr::memchr(b'\n', input);
        let (piece, rest) = match end {
            Some(at) => (input.get(..at).unwrap_or_default(), input.get(at + 1..).unwrap_or_default()),
            None => (*input, &[][..]),
        };
        *input = rest;
        // A whole command line is checked by being read.
        if end.is_none() || self.state != State::Command || !self.partial.is_empty() {
            self.check_line_length(piece)?;
        }
        if end.is_none() {
            self.keep(piece, self.limits.header_line.max(MAX_COMMAND) + 1);
            return Ok(());
        }
        if self.partial.is_empty() {
            return self.whole_line(piece);
        }
        self.keep(piece, self.limits.header_line.max(MAX_COMMAND) + 1);
        let mut line = std::mem::take(&mut self.partial);
        let result = self.whole_line(&line);
        line.clear();
        self.partial = line;
        result
    }

    /// Reads the whole head, with its blank line, if it is there and plain; otherwise it is read line by line.
    fn plain_head(&mut self, input: &mut &[u8]) -> Result<bool, DecodeError> {
        let first = self.state == State::Headers && self.lines == 0 && self.partial.is_empty();
        if !first || self.leniency.trim_1_0_padding {
            return Ok(false);
        }
        let read = read_plain_head(input, &self.limits, &mut self.headers);
        let Some((lines, length)) = read.filter(|(_, length)| *length < self.room()) else {
            self.headers.clear();
            return Ok(false);
        };
        *input = input.get(length + 1..).unwrap_or_default();
        self.lines = lines;
        self.taken += length + 1;
        self.state = self.body_state()?;
        Ok(true)
    }

    fn whole_line(&mut self, line: &[u8]) -> Result<(), DecodeError> {
        let length = line.len() + 1;
        let line = match line.strip_suffix(b"\r") {
            Some(text) if self.takes_crlf() => text,
            _ => line,
        };
        if self.state == State::Command {
            self.command = Command::parse(line).ok_or(DecodeError::InvalidCommand)?;
            self.state = State::Headers;
            return self.take(length);
        }
        self.take(length)?;
        if line.is_empty() {
            self.state = self.body_state()?;
            return Ok(());
        }
        if line.len() > self.limits.header_line {
            return Err(DecodeError::HeaderLineTooLong { limit: self.limits.header_line });
        }
        self.lines += 1;
        if self.lines > self.limits.headers {
            return Err(DecodeError::TooManyHeaders { limit: self.limits.headers });
        }
        let escaping = Escaping::of(&self.command, self.version);
        let trim = self.leniency.trim_1_0_padding && matches!(self.version, None | Some(Version::V1_0));
        read_header(line, self.lines, escaping, trim, &mut self.headers)
    }

    /// "If a `content-length` header is included, this number of octets MUST be read, regardless of whether or not
    /// there are NULL octets in the body." (STOMP 1.2, Header content-length)
    fn body_state(&mut self) -> Result<State, DecodeError> {
        let Some(value) = self.headers.get("content-length") else {
            return Ok(State::OpenBody);
        };
        let length = read_content_length(value)?;
        // Refused now, not when the last byte of it has come.
        self.check_body(length)?;
        Ok(State::SizedBody(length))
    }

    fn sized_body<'i>(&mut self, length: usize, input: &mut &'i [u8]) -> Result<Option<Found<'i>>, DecodeError> {
        let missing = length.saturating_sub(self.partial.len());
        // "The frame still needs to be terminated with a NULL octet."
        let Some((body, rest)) = input.split_at_checked(missing).filter(|(_, rest)| !rest.is_empty()) else {
            self.keep(input, length);
            *input = &[];
            return Ok(None);
        };
        let Some((0, rest)) = rest.split_first() else {
            return Err(DecodeError::BodyLength);
        };
        *input = rest;
        self.found(body, length)
    }

    fn open_body<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Found<'i>>, DecodeError> {
        let end = memchr::memchr(0, input);
        let piece = input.get(..end.unwrap_or(input.len())).unwrap_or_default();
        self.check_body(self.partial.len() + piece.len())?;
        let most = self.limits.body.min(self.room());
        match end {
            Some(at) => {
                *input = input.get(at + 1..).unwrap_or_default();
                self.found(piece, most)
            }
            None => {
                self.keep(piece, most);
                *input = &[];
                Ok(None)
            }
        }
    }

    /// The frame is complete, with this last piece of its body, which is at most `most` bytes long.
    fn found<'i>(&mut self, last: &'i [u8], most: usize) -> Result<Option<Found<'i>>, DecodeError> {
        self.state = State::Done;
        if self.partial.is_empty() {
            return Ok(Some(Found::Frame(Some(last))));
        }
        self.keep(last, most);
        Ok(Some(Found::Frame(None)))
    }
}

/// Shows where the decoder stands, and nothing of what it holds, which may be a secret.
impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("version", &self.version).field("state", &self.state).finish_non_exhaustive()
    }
}

/// What [`Decoder::advance`] came to.
enum Found<'i> {
    HeartBeat,
    /// A frame whose body is this piece of the input, or the decoder's `partial`.
    Frame(Option<&'i [u8]>),
}

#[cfg(test)]
mod tests;
