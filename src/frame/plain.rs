//! The header block of an everyday `MESSAGE`, read without copying anything.
//!
//! Nearly all messages have a header block of plain ASCII, with LF line ends, no repeated names, and no escapes but in
//! values. Such a block needs no text of its own: offsets say it all, and which values are to be unescaped. Everything
//! else, and everything that is wrong, is left to the [`Decoder`](super::Decoder), which knows all the rules; the two
//! agree by test.

use super::escape::Escaping;
use super::line::{read_content_length, read_header, read_plain_head};
use super::{Command, Headers, Limits, Version};

/// The most headers that a plain block has: as many as [`PlainBlock::escaped`] has bits.
pub const MAX_PLAIN_HEADERS: usize = 32;

/// The longest body without a length that goes the short way, as in `pkg-template/src/plain-way.ts`: where a body may not
/// be as long, the decoder is to look at it.
const OPEN_BODY: usize = 1 << 20;

const START: &[u8] = b"MESSAGE\n";

/// What a plain header block holds: offsets into the bytes it was read from.
///
/// ```
/// use stomp_wasm::frame::{Limits, PlainBlock, Version};
/// let bytes = b"MESSAGE\nsubscription:0\ncontent-length:5\n\nhello\0";
/// let block = PlainBlock::read(bytes, Version::V1_2, &Limits::default()).expect("a plain block");
/// assert_eq!((block.length, block.content_length), (41, Some(5)));
/// assert_eq!(block.headers(bytes).next(), Some((&b"subscription"[..], &b"0"[..])));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlainBlock {
    /// The length of the block in bytes, from the command to the blank line, with it.
    pub length: usize,
    /// The `content-length`, if there is one.
    pub content_length: Option<usize>,
    /// The place of the `subscription` header among the headers.
    pub subscription: Option<usize>,
    /// The number of headers.
    pub count: usize,
    /// Where names and values end; a name begins behind the end of the value before it, a value behind its colon.
    pub ends: [(u32, u32); MAX_PLAIN_HEADERS],
    /// Whose values have escapes: the lowest bit is that of the first header. All of them are escapes that the version
    /// defines.
    pub escaped: u32,
}

impl PlainBlock {
    /// Reads a block from the start of `bytes`, which may go on behind it. `None` if it is not complete or not plain.
    #[must_use]
    pub fn read(bytes: &[u8], version: Version, limits: &Limits) -> Option<Self> {
        if !bytes.starts_with(START) {
            return None;
        }
        let escaping = Escaping::of(&Command::Message, Some(version));
        let mut block = Self::default();
        let mut start = START.len();
        loop {
            let line = bytes.get(start..)?;
            if line.first() == Some(&b'\n') {
                block.length = start + 1;
                return is_within(limits, block.count, block.length, block.content_length).then_some(block);
            }
            let name_end = plain_name(line, escaping)?;
            let (length, escaped) = plain_value(line.get(name_end + 1..)?, escaping)?;
            let end = name_end + 1 + length;
            if name_end == 0 || end > limits.header_line {
                return None;
            }
            let place = block.count;
            *block.ends.get_mut(place)? = (u32::try_from(start + name_end).ok()?, u32::try_from(start + end).ok()?);
            let name = line.get(..name_end)?;
            if block.names(bytes).take(place).any(|other| other == name) {
                return None;
            }
            block.count += 1;
            block.escaped |= u32::from(escaped) << place;
            match name {
                // It is looked up as it stands here.
                b"subscription" if escaped => return None,
                b"subscription" => block.subscription = Some(place),
                b"content-length" => {
                    let value = std::str::from_utf8(line.get(name_end + 1..end)?).ok()?;
                    block.content_length = Some(read_content_length(value).ok()?);
                }
                b"__proto__" => return None,
                _ => {}
            }
            start += end + 1;
        }
    }

    /// The names and the values, in turns, by where they begin and end.
    pub(super) fn spans(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let mut start = START.len();
        self.ends.iter().take(self.count).map(move |(name_end, end)| {
            let span = (start, *name_end as usize, *end as usize);
            start = *end as usize + 1;
            span
        })
    }

    fn names<'b>(&self, bytes: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
        let mut start = START.len();
        let ends = self.ends;
        ends.into_iter().map(move |(name_end, end)| {
            let name = bytes.get(start..name_end as usize).unwrap_or_default();
            start = end as usize + 1;
            name
        })
    }

    /// Whether the value of the header at this place has escapes.
    pub(super) const fn is_escaped(&self, place: usize) -> bool {
        self.escaped >> place & 1 != 0
    }

    /// The headers, unescaped, if the block was read from the front of these bytes, with that version.
    pub(crate) fn read_headers(&self, bytes: &[u8], version: Version) -> Option<Headers> {
        let lines = bytes.get(START.len()..self.length)?;
        let mut headers = Headers::new();
        // The block is within its own limits; what is not within these is read as what has escapes.
        if read_plain_head(lines, &Limits::default(), &mut headers).is_none() {
            headers.clear();
            let escaping = Escaping::of(&Command::Message, Some(version));
            for line in lines.split(|byte| *byte == b'\n').take(self.count) {
                read_header(line, 0, escaping, false, &mut headers).ok()?;
            }
        }
        Some(headers)
    }

    /// The headers as they stand in the bytes that the block was read from, escapes and all.
    pub fn headers<'b>(&self, bytes: &'b [u8]) -> impl Iterator<Item = (&'b [u8], &'b [u8])> {
        self.spans().map(move |(start, name_end, end)| {
            (bytes.get(start..name_end).unwrap_or_default(), bytes.get(name_end + 1..end).unwrap_or_default())
        })
    }
}

/// Whether so many headers, a block of that length and its body are within the limits.
pub(super) fn is_within(limits: &Limits, headers: usize, length: usize, content_length: Option<usize>) -> bool {
    // What the face takes of a body whose length nobody told.
    let body = content_length.unwrap_or(OPEN_BODY);
    headers <= limits.headers && body <= limits.body && body <= limits.frame.saturating_sub(length)
}

/// Where the name ends, if it is plain.
fn plain_name(line: &[u8], escaping: Escaping) -> Option<usize> {
    let end = line.iter().position(|byte| *byte == b':')?;
    let name = line.get(..end)?;
    let plain = |byte: &u8| match byte {
        b'\n' | b'\r' | 0x80.. => false,
        b'\\' => escaping == Escaping::None,
        _ => true,
    };
    name.iter().all(plain).then_some(end)
}

/// A text to compare with. Eight bytes at a time: the standard library's comparison is built small for the npm package,
/// and goes byte by byte.
pub(super) struct Literal<'a>(pub(super) &'a [u8]);

impl Literal<'_> {
    /// What follows behind it, if the bytes begin with it.
    pub(super) fn before<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let (front, behind) = bytes.split_at_checked(self.0.len())?;
        let ((own, own_rest), (other, other_rest)) = (self.0.as_chunks::<8>(), front.as_chunks::<8>());
        let same = own.iter().zip(other).all(|(one, two)| u64::from_ne_bytes(*one) == u64::from_ne_bytes(*two))
            && own_rest.iter().zip(other_rest).all(|(one, two)| one == two);
        same.then_some(behind)
    }
}

/// How long the value at the front is, up to its line end, if it is plain, and whether it has escapes.
pub(super) fn plain_value(bytes: &[u8], escaping: Escaping) -> Option<(usize, bool)> {
    let mut escaped = false;
    let mut bytes = bytes.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\n' => return Some((at, escaped)),
            b'\\' if escaping != Escaping::None => {
                // "Undefined escape sequences such as `\t` (octet 92 and 116) MUST be treated as a fatal protocol error."
                // (STOMP 1.2, Value Encoding): by the decoder.
                escaping.meaning(*bytes.next()?.1)?;
                escaped = true;
            }
            b'\r' | 0x80.. => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Decoded, Decoder, Leniency};

    #[test]
    fn a_literal_is_compared_to_its_last_byte() {
        let text = b"0123456789abcdefghi";
        for length in 0..=text.len() {
            let literal = Literal(&text[..length]);
            assert_eq!(literal.before(text), Some(&text[length..]));
            assert_eq!(literal.before(&text[..length.saturating_sub(1)]), (length == 0).then_some(&[][..]));
            for at in 0..length {
                let mut other = *text;
                other[at] = b'#';
                assert_eq!(literal.before(&other), None, "{length} {at}");
            }
        }
    }

    fn read(text: &str) -> Option<PlainBlock> {
        PlainBlock::read(text.as_bytes(), Version::V1_2, &Limits::default())
    }

    #[test]
    fn a_plain_block_is_what_the_decoder_reads() {
        for (version, id, escaped) in [
            (Version::V1_2, "a:b", false),
            (Version::V1_2, r"ID\cbroker-58343-1700000-2\c1\c1\c1\c1234", true),
            (Version::V1_2, r"\\n\r\n\\", true),
            (Version::V1_1, r"\\r\c\n", true),
            (Version::V1_0, r"\t\c\\\", false),
        ] {
            let text = format!("MESSAGE\nsubscription:sub-0\nx:\nmessage-id:{id}\ncontent-length:5\n\nhello\0rest");
            let bytes = text.as_bytes();
            let block = PlainBlock::read(bytes, version, &Limits::default()).expect("a plain block");
            let mut decoder = Decoder::default();
            decoder.set_version(version);
            let mut input = bytes;
            let Ok(Some(Decoded::Frame(frame))) = decoder.decode(&mut input) else { panic!("{text}") };
            assert_eq!(block.read_headers(bytes, version).as_ref(), Some(frame.headers));
            assert_eq!(block.headers(bytes).nth(2), Some((&b"message-id"[..], id.as_bytes())));
            assert_eq!((block.content_length, block.subscription), (Some(5), Some(0)));
            assert_eq!(block.escaped, if escaped { 0b100 } else { 0 }, "{id}");
            assert!(text[block.length..].starts_with("hello"));
        }
    }

    #[test]
    fn limits_count_escapes_as_they_came() {
        let text = "MESSAGE\na:\\c\\c\n\n";
        let read = |limits| PlainBlock::read(text.as_bytes(), Version::V1_2, &limits).is_some();
        for (line, frame) in [(6, 1 << 21), (5, 1 << 21), (6, (1 << 20) + 16), (6, (1 << 20) + 15)] {
            let limits = Limits { header_line: line, frame, ..Limits::default() };
            let mut decoder = Decoder::new(limits, Leniency::default());
            decoder.set_version(Version::V1_2);
            let whole = [text.as_bytes(), &vec![b'x'; OPEN_BODY][..], b"\0"].concat();
            assert_eq!(read(limits), decoder.decode(&mut &whole[..]).is_ok(), "{limits:?}");
            assert_eq!(read(limits), line == 6 && frame > (1 << 20) + 15);
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_decoder() {
        for text in [
            "RECEIPT\na:b\n\n",
            "MESSAGE\na:b\n",
            "MESSAGE\na:\\t\n\n",
            "MESSAGE\na:1\\\n\n",
            "MESSAGE\na:1\\\nn:2\n\n",
            "MESSAGE\na:\\\\\\\n\n",
            "MESSAGE\na:\\ü\n\n",
            "MESSAGE\na\\c:x\n\n",
            "MESSAGE\na\\nb\n\n",
            "MESSAGE\nsubscription:a\\cb\n\n",
            "MESSAGE\ncontent-length:\\n\n\n",
            "MESSAGE\na:b\r\n\n",
            "MESSAGE\na:ü\n\n",
            "MESSAGE\na:1\na:2\n\n",
            "MESSAGE\nnocolon\n\n",
            "MESSAGE\n:x\n\n",
            "MESSAGE\n__proto__:x\n\n",
            "MESSAGE\ncontent-length:-1\n\n",
            "MESSAGE\ncontent-length:99999999999\n\n",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        let many: String = (0..33).map(|i| format!("h{i}:x\n")).collect();
        assert_eq!(read(&format!("MESSAGE\n{many}\n")), None);
        assert_eq!(PlainBlock::read(b"MESSAGE\na:\\r\n\n", Version::V1_1, &Limits::default()), None);
        assert!(PlainBlock::read(b"MESSAGE\na\\t:\\t\n\n", Version::V1_0, &Limits::default()).is_some());
    }
}
