//! What the messages of one subscription have in common: successive ones differ in a few values only.

use super::escape::Escaping;
use super::line::read_content_length;
use super::plain::{Literal, is_within, plain_value};
use super::{Command, Limits, MAX_PLAIN_HEADERS, PlainBlock, Version};

/// A header block with holes, where the values of a subscription's messages differ. What is as it was in the template
/// need not be read again, only compared; what begins as it always did, such as a `message-id`, is a hole from where it
/// differs.
#[derive(Debug)]
pub(crate) struct Template {
    /// Tells this template, with the holes that it has now, from all others of the session.
    pub(crate) number: u32,
    block: PlainBlock,
    bytes: Box<[u8]>,
    holes: Vec<Hole>,
}

/// From where on a value differs from message to message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    /// The place of the header among the headers.
    pub(crate) place: usize,
    /// How much of the value has always been the same, in bytes. It ends between escapes, not within one.
    pub(crate) fixed: usize,
    /// Whether there have been escapes in the hole. Where there have been none, a block with one is no block that fits:
    /// so whoever fills the hole need not look for them.
    pub(crate) escaped: bool,
    /// Where the line, the hole and the value begin, begins and ends in the template.
    line: usize,
    start: usize,
    end: usize,
    /// Whether the value is the length of the body. It is a hole from its first digit.
    is_length: bool,
}

impl Template {
    /// A template of what was read from `bytes`, without holes.
    pub(crate) fn new(number: u32, block: &PlainBlock, bytes: &[u8]) -> Self {
        let bytes = bytes.get(..block.length).unwrap_or_default().into();
        Self { number, block: *block, bytes, holes: Vec::new() }
    }

    /// The holes, in the order of the headers.
    pub(crate) fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// Makes holes so that what was read from `bytes` fits too. `false` if it has other headers, or others first.
    pub(crate) fn widen(&mut self, number: u32, block: &PlainBlock, bytes: &[u8]) -> bool {
        if block.count != self.block.count {
            return false;
        }
        let mut holes = Vec::with_capacity(MAX_PLAIN_HEADERS);
        let pairs = self.block.spans().zip(self.block.headers(&self.bytes)).zip(block.headers(bytes));
        for (place, (((line, name_end, end), (name, value)), (other_name, other))) in pairs.enumerate() {
            if name != other_name {
                return false;
            }
            let known = self.holes.iter().find(|hole| hole.place == place);
            if value == other && known.is_none() {
                continue;
            }
            let is_length = name == b"content-length";
            let fixed =
                if is_length { 0 } else { known.map_or(usize::MAX, |hole| hole.fixed).min(common(value, other)) };
            let escapes = |block: &PlainBlock, value: &[u8]| {
                block.is_escaped(place) && value.get(fixed..).is_some_and(|hole| hole.contains(&b'\\'))
            };
            let escaped =
                known.is_some_and(|hole| hole.escaped) || escapes(&self.block, value) || escapes(block, other);
            holes.push(Hole { place, fixed, escaped, line, start: name_end + 1 + fixed, end, is_length });
        }
        self.number = number;
        self.holes = holes;
        true
    }

    /// Reads a block that is the template but for its holes. `false` if it is another one, or not plain; `fit` holds
    /// nothing of use then.
    pub(crate) fn read(&self, bytes: &[u8], version: Version, limits: &Limits, fit: &mut Fit) -> bool {
        self.try_read(bytes, version, limits, fit).is_some()
    }

    fn try_read(&self, bytes: &[u8], version: Version, limits: &Limits, fit: &mut Fit) -> Option<()> {
        let escaping = Escaping::of(&Command::Message, Some(version));
        fit.content_length = self.block.content_length;
        let mut rest = bytes;
        let mut own = 0;
        for (hole, mark) in self.holes.iter().zip(&mut fit.marks) {
            rest = Literal(self.bytes.get(own..hole.start)?).before(rest)?;
            let start = bytes.len() - rest.len();
            let length = hole.read(rest, escaping, limits, &mut fit.content_length)?;
            *mark = (position(start)?, position(start + length)?);
            rest = rest.get(length..)?;
            own = hole.end;
        }
        rest = Literal(self.bytes.get(own..)?).before(rest)?;
        fit.length = bytes.len() - rest.len();
        is_within(limits, self.block.count, fit.length, fit.content_length).then_some(())
    }

    /// Looks at what stands in the holes, each with its line end, of a block that somebody else compared with the rest.
    /// `None` if it is not plain; otherwise the `content-length`, if there is one.
    pub(crate) fn recall(&self, values: &[u8], version: Version, limits: &Limits) -> Option<Option<usize>> {
        let escaping = Escaping::of(&Command::Message, Some(version));
        let mut content_length = self.block.content_length;
        let mut total = self.bytes.len();
        let mut rest = values;
        for hole in &self.holes {
            let length = hole.read(rest, escaping, limits, &mut content_length)?;
            total = total + length - (hole.end - hole.start);
            rest = rest.get(length + 1..)?;
        }
        is_within(limits, self.block.count, total, content_length).then_some(content_length)
    }
}

/// What [`Template::read`] found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fit {
    /// The length of the block in bytes, with its blank line.
    pub(crate) length: usize,
    /// The `content-length`, if there is one.
    pub(crate) content_length: Option<usize>,
    /// Where what stands in the holes begins and ends.
    pub(crate) marks: [(u32, u32); MAX_PLAIN_HEADERS],
}

impl Hole {
    /// How long what stands in the hole is, up to its line end.
    fn read(
        &self,
        bytes: &[u8],
        escaping: Escaping,
        limits: &Limits,
        content_length: &mut Option<usize>,
    ) -> Option<usize> {
        let (length, escaped) = plain_value(bytes, escaping)?;
        if (escaped && !self.escaped) || self.start - self.line + length > limits.header_line {
            return None;
        }
        if self.is_length {
            *content_length = Some(read_content_length(std::str::from_utf8(bytes.get(..length)?).ok()?).ok()?);
        }
        Some(length)
    }
}

/// How long two values are the same, but for half an escape.
fn common(one: &[u8], two: &[u8]) -> usize {
    let length = one.iter().zip(two).take_while(|(one, two)| one == two).count();
    let backslashes = one.iter().take(length).rev().take_while(|byte| **byte == b'\\').count();
    length - backslashes % 2
}

fn position(at: usize) -> Option<u32> {
    u32::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(text: &str) -> Option<PlainBlock> {
        PlainBlock::read(text.as_bytes(), Version::V1_2, &Limits::default())
    }

    fn template(text: &str) -> Template {
        Template::new(1, &read(text).expect("plain"), text.as_bytes())
    }

    fn holes(template: &Template) -> Vec<(usize, usize)> {
        template.holes().iter().map(|hole| (hole.place, hole.fixed)).collect()
    }

    /// Has the template fit the text. Answers the holes, with whether they have escapes.
    fn widened(template: &mut Template, text: &str) -> Vec<(usize, usize, bool)> {
        assert!(fit(template, text).is_none(), "{text}");
        assert!(template.widen(template.number + 1, &read(text).expect("plain"), text.as_bytes()));
        assert!(fit(template, text).is_some(), "{text}");
        template.holes().iter().map(|hole| (hole.place, hole.fixed, hole.escaped)).collect()
    }

    #[test]
    fn a_hole_begins_between_escapes_and_knows_whether_it_has_some() {
        let text = |a: &str, b: &str| format!("MESSAGE\na:{a}\nb:{b}\n\n");
        let mut template = template(&text(r"ID\c1\c1", "1"));
        // What is the same has escapes, the hole has none; one that has is another.
        assert_eq!(widened(&mut template, &text(r"ID\c1\c2", "1")), [(0, 7, false)]);
        assert!(fit(&template, &text("ID\\c1\\c345", "1")).is_some());
        assert_eq!(widened(&mut template, &text(r"ID\c1\c2\\", "1")), [(0, 7, true)]);
        // Not in the middle of an escape.
        assert_eq!(widened(&mut template, &text(r"ID\c1\n2", "1")), [(0, 5, true)]);
        assert!(fit(&template, &text(r"ID\c1", "1")).is_some());
        for wrong in [r"ID\c1\", r"ID\c1\t", r"ID\c1\c\"] {
            assert!(fit(&template, &text(wrong, "1")).is_none(), "{wrong}");
        }
        assert_eq!(widened(&mut template, &text(r"ID\c1", r"\n")), [(0, 5, true), (1, 0, true)]);

        // What was the same is in the hole now, with its escapes.
        let mut template = self::template(&text("1", r"x\\\c1"));
        assert_eq!(widened(&mut template, &text("1", r"x\\\c2")), [(1, 5, false)]);
        assert_eq!(widened(&mut template, &text("1", r"x\\2")), [(1, 3, true)]);
        assert_eq!(widened(&mut template, &text("1", "x3")), [(1, 1, true)]);

        // Values are the same up to a pair of backslashes, or up to half an escape.
        for (one, two, fixed) in [(r"\\a", r"\\b", 2), (r"\\\c", r"\\\n", 2), (r"\\\\", r"\\", 2), (r"a\\", r"a\n", 1)]
        {
            let mut template = self::template(&text(one, "1"));
            let holes = widened(&mut template, &text(two, "1"));
            assert_eq!(holes[..], [(0, fixed, one.len() > fixed + 1 || two.len() > fixed + 1)], "{one} {two}");
        }
    }

    #[test]
    fn each_version_has_its_escapes_in_the_holes() {
        let limits = Limits { header_line: 6, ..Limits::default() };
        for (version, first, good, wrong) in [
            (Version::V1_2, r"\c", &[r"\r\n", r"\\\c", "1234", ""][..], &[r"\t", r"\", r"1\c\c", "12345"][..]),
            (Version::V1_1, r"\c", &[r"\\\n"], &[r"\r", r"\t", r"\"]),
            (Version::V1_0, "1", &[r"\r\t", r"\"], &[r"1\c\c", "\r"]),
        ] {
            let block = |a: &str| {
                let text = format!("MESSAGE\na:{a}\n\n");
                let block = PlainBlock::read(text.as_bytes(), version, &limits).expect("plain");
                (text, block)
            };
            let ((one, first), (two, second)) = (block(first), block("x"));
            let mut template = Template::new(1, &first, one.as_bytes());
            assert!(template.widen(2, &second, two.as_bytes()));
            for (values, fits) in [(good, true), (wrong, false)] {
                for value in values {
                    let recalled = template.recall(format!("{value}\n").as_bytes(), version, &limits);
                    assert_eq!(recalled, fits.then_some(None), "{version} {value}");
                    let text = format!("MESSAGE\na:{value}\n\n");
                    let read = template.read(text.as_bytes(), version, &limits, &mut Fit::default());
                    assert_eq!(read, fits, "{version} {value}");
                    assert_eq!(
                        PlainBlock::read(text.as_bytes(), version, &limits).is_some(),
                        fits,
                        "{version} {value}"
                    );
                }
            }
        }
    }

    /// What the template makes of the text, if it fits.
    fn fit(template: &Template, text: &str) -> Option<Fit> {
        let mut fit = Fit::default();
        template.read(text.as_bytes(), Version::V1_2, &Limits::default(), &mut fit).then_some(fit)
    }

    #[test]
    fn holes_are_where_values_differ() {
        let mut template = template("MESSAGE\na:1\nb:x-10\ncontent-length:3\n\n");
        let mut number = 1;
        for (text, expected) in [
            ("MESSAGE\na:1\nb:x-12\ncontent-length:3\n\n", vec![(1, 3)]),
            ("MESSAGE\na:1\nb:x-2\ncontent-length:3\n\n", vec![(1, 2)]),
            ("MESSAGE\na:1\nb:x-1\ncontent-length:33\n\n", vec![(1, 2), (2, 0)]),
            ("MESSAGE\na:12\nb:\ncontent-length:3\n\n", vec![(0, 1), (1, 0), (2, 0)]),
        ] {
            assert!(fit(&template, text).is_none(), "{text}");
            number += 1;
            assert!(template.widen(number, &read(text).expect("plain"), text.as_bytes()));
            assert_eq!((template.number, holes(&template)), (number, expected));
            assert!(fit(&template, text).is_some(), "{text}");
        }
        for other in ["MESSAGE\nb:1\na:x\ncontent-length:3\n\n", "MESSAGE\na:1\nb:x\n\n"] {
            assert!(!template.widen(9, &read(other).expect("plain"), other.as_bytes()), "{other}");
        }
        assert_eq!(template.number, number);
    }

    #[test]
    fn a_template_reads_what_the_block_reads() {
        let mut template = template("MESSAGE\na:1\nb:x2\nc:same\ncontent-length:3\n\n");
        let widest = "MESSAGE\na:\nb:x\nc:same\ncontent-length:4\n\n";
        assert!(template.widen(2, &read(widest).expect("plain"), widest.as_bytes()));
        for text in [
            "MESSAGE\na:1\nb:x2\nc:same\ncontent-length:3\n\n",
            "MESSAGE\na:\nb:x\nc:same\ncontent-length:12\n\nrest",
            "MESSAGE\na:1:1 1\nb:xx\nc:same\ncontent-length:0\n\n\n\n",
        ] {
            let (fit, expected) = (fit(&template, text).expect(text), read(text).expect("plain"));
            let bytes = text.as_bytes();
            assert_eq!((fit.length, fit.content_length), (expected.length, expected.content_length));
            let mut values = Vec::new();
            for (hole, (start, end)) in template.holes().iter().zip(fit.marks) {
                let (_, value) = expected.headers(bytes).nth(hole.place).expect("a header");
                assert_eq!(&value[hole.fixed..], &bytes[start as usize..end as usize]);
                values.extend_from_slice(&value[hole.fixed..]);
                values.push(b'\n');
            }
            let recalled = template.recall(&values, Version::V1_2, &Limits::default());
            assert_eq!(recalled, Some(expected.content_length));
        }
        for text in [
            "MESSAGE\na:1\nx:2\nc:same\ncontent-length:3\n\n",
            "MESSAGE\na:1\nb:x2\nc:same\n\n",
            "MESSAGE\na:1\nb:x2\nc:same\ncontent-length:3\nd:4\n\n",
            "MESSAGE\na:1\nb:x\\n\nc:same\ncontent-length:3\n\n",
            "MESSAGE\na:1\nb:x2\r\nc:same\ncontent-length:3\n\n",
            "MESSAGE\na:1\nb:x2\nc:same\ncontent-length:x\n\n",
            "MESSAGE\na:1\nb:x2\nc:same\ncontent-length:\n\n",
            "MESSAGE\na:1\nb:x2\nc:same\ncontent-length:99999999999\n\n",
            "MESSAGE\na:1\nb:x2\nc:same\ncontent-length:3\n",
            "MESSAGE\na:1\nb:x2\nc:sa",
            "RECEIPT\na:1\nb:x2\nc:same\ncontent-length:3\n\n",
        ] {
            assert!(fit(&template, text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn what_stands_in_the_holes_is_looked_at() {
        let mut template = template("MESSAGE\na:1\ncontent-length:3\n\n");
        let other = "MESSAGE\na:2\ncontent-length:4\n\n";
        assert!(template.widen(2, &read(other).expect("plain"), other.as_bytes()));
        let limits = Limits { header_line: 20, body: 100, ..Limits::default() };
        let recall = |values: &[u8]| template.recall(values, Version::V1_2, &limits);
        assert_eq!(recall(b"12\n34\n"), Some(Some(34)));
        assert_eq!(recall(b"\n0\n"), Some(Some(0)));
        for wrong in [
            &b"1\n"[..],
            b"1\n2",
            b"1\n\n",
            b"1\\c\n2\n",
            b"1\r\n2\n",
            b"\xc3\xa4\n2\n",
            b"1\n101\n",
            b"1\n+1\n",
            b"1234567890123456789\n2\n",
            b"",
        ] {
            assert_eq!(recall(wrong), None, "{:?}", String::from_utf8_lossy(wrong));
        }
        assert_eq!(template.recall(b"1\\c\n2\n", Version::V1_0, &limits), Some(Some(2)), "1.0 has no escapes");
    }
}
