//! The frames of a WebSocket (RFC 6455), as a server reads and writes them.
//!
//! This is the hot path of the broker: a message goes from the shared bytes straight into the buffer that is written
//! to the socket, and from the socket's buffer straight into the STOMP decoder.

use super::Received;

/// What came from a client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event<'a> {
    /// A whole message.
    Message(Received<'a>),
    /// "Upon receipt of a Ping frame, an endpoint MUST send a Pong frame in response" (5.5.2), with the same data.
    Ping(&'a [u8]),
    /// The other side closes. "The endpoint [...] typically echos the status code it received" (5.5.1).
    Close(Option<u16>),
}

/// What a client did wrong: close with the code (7.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WsError {
    pub(crate) code: u16,
    pub(crate) reason: &'static str,
}

const PROTOCOL: fn(&'static str) -> WsError = |reason| WsError { code: 1002, reason };

/// Makes messages of bytes that come in pieces of any size. Takes no more memory than twice the limit.
#[derive(Debug)]
pub(crate) struct WsDecoder {
    max: usize,
    /// The beginning of a frame that is not complete.
    partial: Vec<u8>,
    /// The frames so far of a message that is not complete, and whether it is text.
    message: Vec<u8>,
    is_text: Option<bool>,
}

impl WsDecoder {
    /// `max` is the longest message that is taken, in bytes.
    pub(crate) const fn new(max: usize) -> Self {
        Self { max, partial: Vec::new(), message: Vec::new(), is_text: None }
    }

    /// Reads on; `data` is unmasked in place.
    pub(crate) fn feed(&mut self, data: &mut [u8], mut on: impl FnMut(Event<'_>)) -> Result<(), WsError> {
        if self.partial.is_empty() {
            let used = self.frames(data, &mut on)?;
            self.partial.extend_from_slice(data.get(used..).unwrap_or_default());
            return Ok(());
        }
        let mut buffer = std::mem::take(&mut self.partial);
        buffer.extend_from_slice(data);
        let used = self.frames(&mut buffer, &mut on)?;
        if used == buffer.len() {
            buffer = Vec::new();
        } else {
            buffer.drain(..used);
        }
        self.partial = buffer;
        Ok(())
    }

    /// Reads all whole frames and says how many bytes they took.
    fn frames(&mut self, data: &mut [u8], on: &mut impl FnMut(Event<'_>)) -> Result<usize, WsError> {
        let mut used = 0;
        while let Some(rest) = data.get_mut(used..) {
            let Some(head) = Head::read(rest, self.max)? else { break };
            let Some(payload) = rest.get_mut(head.start..head.start + head.length) else { break };
            unmask(payload, head.mask);
            self.frame(&head, payload, on)?;
            used += head.start + head.length;
        }
        Ok(used)
    }

    fn frame(&mut self, head: &Head, payload: &[u8], on: &mut impl FnMut(Event<'_>)) -> Result<(), WsError> {
        match head.opcode {
            0x8 => {
                let code = match payload {
                    [] => None,
                    [high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
                    // "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer" (5.5.1)
                    [_] => return Err(PROTOCOL("a close frame with one byte")),
                };
                on(Event::Close(code));
                Ok(())
            }
            0x9 => {
                on(Event::Ping(payload));
                Ok(())
            }
            // "A Pong frame MAY be sent unsolicited" (5.5.3)
            0xA => Ok(()),
            opcode => self.data_frame(opcode, head.fin, payload, on),
        }
    }

    fn data_frame(
        &mut self,
        opcode: u8,
        fin: bool,
        payload: &[u8],
        on: &mut impl FnMut(Event<'_>),
    ) -> Result<(), WsError> {
        let is_text = match (opcode, self.is_text) {
            (0x0, Some(is_text)) => is_text,
            (0x1 | 0x2, None) => opcode == 0x1,
            (0x0, None) => return Err(PROTOCOL("a continuation of nothing")),
            (0x1 | 0x2, Some(_)) => return Err(PROTOCOL("a message inside a message")),
            // "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_." (5.2)
            _ => return Err(PROTOCOL("an unknown opcode")),
        };
        if self.message.len() + payload.len() > self.max {
            return Err(TOO_BIG);
        }
        if !fin {
            self.message.extend_from_slice(payload);
            self.is_text = Some(is_text);
            return Ok(());
        }
        self.is_text = None;
        if self.message.is_empty() {
            return whole(is_text, payload, on);
        }
        let mut message = std::mem::take(&mut self.message);
        message.extend_from_slice(payload);
        whole(is_text, &message, on)
    }
}

const TOO_BIG: WsError = WsError { code: 1009, reason: "a message is too big" };

fn whole(is_text: bool, payload: &[u8], on: &mut impl FnMut(Event<'_>)) -> Result<(), WsError> {
    let received = if is_text {
        // "When an endpoint is to interpret a byte stream as UTF-8 but finds that the byte stream is not, in fact, a
        // valid UTF-8 stream, that endpoint MUST _Fail the WebSocket Connection_." (8.1)
        let text = std::str::from_utf8(payload);
        Received::Text(text.map_err(|_| WsError { code: 1007, reason: "a text message that is not UTF-8" })?)
    } else {
        Received::Binary(payload)
    };
    on(Event::Message(received));
    Ok(())
}

/// The head of a frame: all but the payload.
#[derive(Debug)]
struct Head {
    fin: bool,
    opcode: u8,
    mask: [u8; 4],
    /// Where the payload begins, and how long it is.
    start: usize,
    length: usize,
}

impl Head {
    /// `None` if it has not all come.
    fn read(data: &[u8], max: usize) -> Result<Option<Self>, WsError> {
        let [first, second, rest @ ..] = data else { return Ok(None) };
        let (fin, opcode) = (first & 0x80 != 0, first & 0x0F);
        // "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values." (5.2)
        if first & 0x70 != 0 {
            return Err(PROTOCOL("a reserved bit is set"));
        }
        // "The server MUST close the connection upon receiving a frame that is not masked." (5.1)
        if second & 0x80 == 0 {
            return Err(PROTOCOL("a frame is not masked"));
        }
        // "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented." (5.5)
        if opcode >= 0x8 && (!fin || second & 0x7F > 125) {
            return Err(PROTOCOL("a control frame is too long or fragmented"));
        }
        let (length, width, rest) = match (second & 0x7F, rest) {
            (126, [a, b, rest @ ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 2, rest),
            (127, [a, b, c, d, e, f, g, h, rest @ ..]) => {
                (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 8, rest)
            }
            (126 | 127, _) => return Ok(None),
            (short, rest) => (u64::from(short), 0, rest),
        };
        let Some(length) = usize::try_from(length).ok().filter(|length| *length <= max) else { return Err(TOO_BIG) };
        let [a, b, c, d, ..] = rest else { return Ok(None) };
        Ok(Some(Self { fin, opcode, mask: [*a, *b, *c, *d], start: 2 + width + 4, length }))
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut chunks = payload.chunks_exact_mut(8);
    for chunk in &mut chunks {
        if let Ok(bytes) = <[u8; 8]>::try_from(&*chunk) {
            chunk.copy_from_slice(&(u64::from_ne_bytes(bytes) ^ wide).to_ne_bytes());
        }
    }
    for (byte, mask) in chunks.into_remainder().iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

/// The head of a frame from the server: "A server MUST NOT mask any frames that it sends to the client." (5.1)
pub(crate) fn write_head(out: &mut Vec<u8>, opcode: u8, length: usize) {
    out.push(0x80 | opcode);
    match length {
        0..126 => out.push(length as u8),
        126..65_536 => {
            out.push(126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// A close frame. Codes that must not be sent become none.
pub(crate) fn write_close(out: &mut Vec<u8>, code: Option<u16>, reason: &str) {
    let Some(code) = code.filter(|code| matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)) else {
        return write_head(out, 0x8, 0);
    };
    let mut end = reason.len().min(123);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let reason = reason.get(..end).unwrap_or_default();
    write_head(out, 0x8, 2 + reason.len());
    out.extend_from_slice(&code.to_be_bytes());
    out.extend_from_slice(reason.as_bytes());
}

#[cfg(test)]
#[path = "ws_codec_tests.rs"]
mod tests;
