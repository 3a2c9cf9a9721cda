//! The escapes of header names and values, by version.
//!
//! | octet | 1.0 | 1.1 | 1.2 |
//! | --- | --- | --- | --- |
//! | line feed | none | `\n` | `\n` |
//! | colon | none | `\c` | `\c` |
//! | backslash | none | `\\` | `\\` |
//! | carriage return | none | none | `\r` |

use super::{Command, Version, cut};

/// How the headers of a frame are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escaping {
    /// Not at all: STOMP 1.0, and `CONNECT` and `CONNECTED` of every version.
    None,
    /// STOMP 1.1: without carriage return.
    V1_1,
    /// STOMP 1.2.
    V1_2,
}

impl Escaping {
    /// How a frame of the command is escaped. Before a version is agreed, only frames without escapes are sent; an
    /// `ERROR` that comes then is read by the rules of 1.0, which refuse nothing.
    pub(crate) fn of(command: &Command, version: Option<Version>) -> Self {
        match version {
            Some(Version::V1_1) if command.is_escaped() => Self::V1_1,
            Some(Version::V1_2) if command.is_escaped() => Self::V1_2,
            _ => Self::None,
        }
    }

    // Both in bytes, which are ASCII: what takes a text apart character by character is a KB of the npm package's wasm.

    /// What stands for the byte, if the byte is escaped.
    const fn escaped(self, byte: u8) -> Option<&'static str> {
        match (self, byte) {
            (Self::None, _) => None,
            (_, b'\n') => Some("\\n"),
            (_, b':') => Some("\\c"),
            (_, b'\\') => Some("\\\\"),
            (Self::V1_2, b'\r') => Some("\\r"),
            _ => None,
        }
    }

    /// What an escape's letter stands for.
    pub(super) const fn meaning(self, letter: u8) -> Option<&'static str> {
        match (self, letter) {
            (Self::None, _) => None,
            (_, b'n') => Some("\n"),
            (_, b'c') => Some(":"),
            (_, b'\\') => Some("\\"),
            (Self::V1_2, b'r') => Some("\r"),
            _ => None,
        }
    }

    /// Writes the text escaped.
    pub(crate) fn escape(self, text: &str, out: &mut String) {
        let mut start = 0;
        for (at, byte) in text.bytes().enumerate() {
            if let Some(escaped) = self.escaped(byte) {
                out.push_str(text.get(start..at).unwrap_or_default());
                out.push_str(escaped);
                start = at + 1;
            }
        }
        out.push_str(text.get(start..).unwrap_or_default());
    }

    /// Writes the text unescaped. `false` if there is an escape that the version does not define.
    ///
    /// "Undefined escape sequences such as `\t` (octet 92 and 116) MUST be treated as a fatal protocol error."
    /// (STOMP 1.2, Value Encoding)
    pub(crate) fn unescape(self, text: &str, out: &mut String) -> bool {
        let mut rest = text;
        if self != Self::None {
            while let Some((plain, tail)) = cut(rest, b'\\') {
                out.push_str(plain);
                let Some(meant) = tail.bytes().next().and_then(|letter| self.meaning(letter)) else {
                    return false;
                };
                out.push_str(meant);
                rest = tail.get(1..).unwrap_or_default();
            }
        }
        out.push_str(rest);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn escaped(escaping: Escaping, text: &str) -> String {
        let mut out = String::new();
        escaping.escape(text, &mut out);
        out
    }

    fn unescaped(escaping: Escaping, text: &str) -> Option<String> {
        let mut out = String::new();
        escaping.unescape(text, &mut out).then_some(out)
    }

    #[test]
    fn each_version_escapes_what_it_defines() {
        let text = "C:\\new\r\nüber";
        assert_eq!(escaped(Escaping::V1_2, text), "C\\c\\\\new\\r\\nüber");
        assert_eq!(escaped(Escaping::V1_1, text), "C\\c\\\\new\r\\nüber");
        assert_eq!(escaped(Escaping::None, text), text);
        for escaping in [Escaping::None, Escaping::V1_1, Escaping::V1_2] {
            assert_eq!(unescaped(escaping, &escaped(escaping, text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn an_escaped_backslash_before_n_is_no_line_feed() {
        assert_eq!(unescaped(Escaping::V1_2, r"C\c\\new").as_deref(), Some(r"C:\new"));
    }

    #[test]
    fn undefined_escapes_are_refused() {
        for text in [r"\t", r"a\", r"\ü", r"\N", r"\\\"] {
            assert_eq!(unescaped(Escaping::V1_2, text), None, "{text}");
        }
        assert_eq!(unescaped(Escaping::V1_1, r"\r"), None);
        assert_eq!(unescaped(Escaping::None, r"\t").as_deref(), Some(r"\t"));
    }
}
