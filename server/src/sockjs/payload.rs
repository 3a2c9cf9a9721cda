//! What a SockJS client sends: messages as a JSON array of strings.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Why nothing of a payload was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PayloadError {
    /// There is none.
    #[error("Payload expected.")]
    Empty,
    /// It is not JSON, or not an array of strings.
    #[error("Broken JSON encoding.")]
    Broken,
}

/// The messages of a payload of a request: an array of strings.
pub(super) fn array(payload: &[u8]) -> Result<Vec<String>, PayloadError> {
    if payload.is_empty() {
        return Err(PayloadError::Empty);
    }
    // JSON is UTF-8; what serde_json reads as bytes it would not check.
    let text = std::str::from_utf8(payload).map_err(|_| PayloadError::Broken)?;
    let messages: Vec<Text> = serde_json::from_str(text).map_err(|_| PayloadError::Broken)?;
    Ok(messages.into_iter().map(|text| text.0).collect())
}

/// The messages in one message of a WebSocket: "either single json-encoded messages or an array of json-encoded messages,
/// depending on transport". An empty one has none.
pub(super) fn single_or_array(payload: &str) -> Result<Vec<String>, PayloadError> {
    match payload.trim_start().as_bytes().first() {
        None => Ok(Vec::new()),
        Some(b'[') => array(payload.as_bytes()),
        Some(_) => serde_json::from_str::<Text>(payload).map(|text| vec![text.0]).map_err(|_| PayloadError::Broken),
    }
}

/// A string of JavaScript, which may hold half a surrogate pair. That has no place in UTF-8; it becomes U+FFFD, as it does
/// in a message that a browser sends through a WebSocket (WebIDL's `USVString`).
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes, serde_json gives halves of pairs as if they were characters, in three bytes.
        deserializer.deserialize_bytes(Bytes)
    }
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Text;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text, E> {
        let mut bytes = bytes.to_vec();
        let mut at = 0;
        while let Some([lead, second, third, ..]) = bytes.get_mut(at..) {
            // U+D800 to U+DFFF would be ED A0 80 to ED BF BF; ED is never a later byte of a character.
            if *lead == 0xED && *second >= 0xA0 {
                [*lead, *second, *third] = [0xEF, 0xBF, 0xBD];
            }
            at += 1;
        }
        String::from_utf8(bytes).map(Text).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_of_strings_are_read() {
        assert_eq!(array(br#"["a","\u0000\n\ud834\udd1e"]"#).unwrap(), ["a", "\0\n𝄞"]);
        assert_eq!(array(b" [ ] ").unwrap(), [""; 0]);
        assert_eq!(single_or_array(r#""a""#).unwrap(), ["a"]);
        assert_eq!(single_or_array(r#"["a","b"]"#).unwrap(), ["a", "b"]);
        assert_eq!(single_or_array("").unwrap(), [""; 0]);
    }

    #[test]
    fn half_a_pair_becomes_the_replacement_character() {
        assert_eq!(array(br#"["\ud800","a\udfffb\ud83d\ude00\ud83d"]"#).unwrap(), ["\u{fffd}", "a\u{fffd}b😀\u{fffd}"]);
        // Characters that begin with the same byte stay as they are.
        assert_eq!(array("[\"\u{d000}\u{d7ff}\"]".as_bytes()).unwrap(), ["\u{d000}\u{d7ff}"]);
    }

    #[test]
    fn what_is_no_array_of_strings_is_refused() {
        assert_eq!(array(b""), Err(PayloadError::Empty));
        for broken in ["[\"a", "\"a\"", "{}", "[1]", "[null]", "[[]]", "[\"a\"]x", "\n", "[\"\\ud8\"]"] {
            assert_eq!(array(broken.as_bytes()), Err(PayloadError::Broken), "{broken}");
        }
        assert_eq!(array(b"[\"\xff\"]"), Err(PayloadError::Broken));
        assert_eq!(single_or_array("[\"a"), Err(PayloadError::Broken));
        assert_eq!(single_or_array("12"), Err(PayloadError::Broken));
    }
}
