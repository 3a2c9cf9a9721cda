//! From a frame to the wire.

use super::escape::Escaping;
use super::{Command, EncodeError, Version};

/// Writes a frame's command line, its headers and the blank line; the body and the final NUL are the caller's, so that
/// a text body needs no copy.
///
/// `version` is the one that was negotiated, `None` before. A `content-length` among the headers is passed over:
/// `content_length` is sent instead, last. `out` holds what it held before if there is an error.
///
/// ```
/// use stomp_wasm::frame::{Command, Version, encode_head};
/// let mut out = String::new();
/// encode_head(&mut out, &Command::Send, [("destination", "/queue/a:b")], Some(5), Some(Version::V1_2))?;
/// assert_eq!(out, "SEND\ndestination:/queue/a\\cb\ncontent-length:5\n\n");
/// # Ok::<(), stomp_wasm::frame::EncodeError>(())
/// ```
///
/// # Errors
/// If a header cannot be put on the wire in this version and frame: see [`EncodeError`].
pub fn encode_head<'h>(
    out: &mut String,
    command: &Command,
    headers: impl IntoIterator<Item = (&'h str, &'h str)>,
    content_length: Option<usize>,
    version: Option<Version>,
) -> Result<(), EncodeError> {
    let before = out.len();
    let result = write_head(out, command, headers, content_length, version);
    if result.is_err() {
        out.truncate(before);
    }
    result
}

fn write_head<'h>(
    out: &mut String,
    command: &Command,
    headers: impl IntoIterator<Item = (&'h str, &'h str)>,
    content_length: Option<usize>,
    version: Option<Version>,
) -> Result<(), EncodeError> {
    let escaping = Escaping::of(command, version);
    if Command::parse(command.as_str().as_bytes()).is_none() {
        return Err(EncodeError::InvalidCommand);
    }
    out.push_str(command.as_str());
    out.push('\n');
    for (name, value) in headers {
        if name == "content-length" {
            continue;
        }
        if name.is_empty() {
            return Err(EncodeError::EmptyHeaderName);
        }
        if escaping == Escaping::None {
            check_unescaped(name, value, command)?;
        }
        escaping.escape(name, out);
        out.push(':');
        escaping.escape(value, out);
        out.push('\n');
    }
    if let Some(length) = content_length {
        out.push_str("content-length:");
        push_number(out, length);
        out.push('\n');
    }
    out.push('\n');
    Ok(())
}

/// Where nothing can be escaped, a line feed in a value would be the beginning of another header, and a carriage
/// return the end of the line for a 1.2 peer.
fn check_unescaped(name: &str, value: &str, command: &Command) -> Result<(), EncodeError> {
    let breaks = |text: &str| memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some();
    if !breaks(name) && !breaks(value) && memchr::memchr(b':', name.as_bytes()).is_none() {
        return Ok(());
    }
    let place = match command {
        Command::Connect | Command::Stomp => "a CONNECT frame",
        Command::Connected => "a CONNECTED frame",
        _ => "STOMP 1.0",
    };
    Err(EncodeError::NotEscapable { name: without_control(name), place })
}

/// The name with what a terminal would not show as it is replaced.
fn without_control(name: &str) -> String {
    let mut shown = String::new();
    let mut start = 0;
    let bytes = name.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        // U+0080 to U+009F are such, too.
        let is_c1 = *byte == 0xc2 && bytes.get(at + 1).is_some_and(|next| *next < 0xa0);
        if byte.is_ascii_control() || is_c1 {
            shown.push_str(name.get(start..at).unwrap_or_default());
            shown.push('\u{fffd}');
            start = at + 1 + usize::from(is_c1);
        }
    }
    shown.push_str(name.get(start..).unwrap_or_default());
    shown
}

/// A number in decimal, without the weight of `std::fmt` in the wasm.
pub(crate) fn push_number(out: &mut String, number: usize) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{ContentLength, Frame};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn encoded(frame: &Frame, version: Version) -> Result<String, EncodeError> {
        frame.encode(Some(version)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn names_and_values_are_escaped_from_1_1_on() {
        let frame = Frame::new(Command::Send).with_header("a:b", "c\nd\r\\");
        assert_eq!(encoded(&frame, Version::V1_2).unwrap(), "SEND\na\\cb:c\\nd\\r\\\\\n\n\0");
        assert_eq!(encoded(&frame, Version::V1_1).unwrap(), "SEND\na\\cb:c\\nd\r\\\\\n\n\0");
        assert!(matches!(encoded(&frame, Version::V1_0), Err(EncodeError::NotEscapable { place: "STOMP 1.0", .. })));
    }

    #[test]
    fn a_passcode_with_a_newline_injects_no_header() {
        let frame = Frame::new(Command::Connect).with_header("passcode", "x\nhost:evil");
        let error = encoded(&frame, Version::V1_2).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the header 'passcode' holds a line break or colon, which cannot be escaped in a CONNECT frame"
        );
    }

    #[test]
    fn an_error_shows_no_control_characters() {
        let frame = Frame::new(Command::Connect).with_header("a\n\u{1b}[1m\u{9b}ü\u{a0}", "x");
        let Err(EncodeError::NotEscapable { name, .. }) = encoded(&frame, Version::V1_2) else { panic!() };
        assert_eq!(name, "a\u{fffd}\u{fffd}[1m\u{fffd}ü\u{a0}");
    }

    #[test]
    fn a_colon_in_a_connect_value_needs_no_escape() {
        let frame = Frame::new(Command::Connect).with_header("login", "a:b\\c");
        assert_eq!(encoded(&frame, Version::V1_2).unwrap(), "CONNECT\nlogin:a:b\\c\n\n\0");
    }

    #[test]
    fn there_is_one_content_length_and_it_is_right() {
        let frame = Frame::new(Command::Send).with_header("content-length", "99").with_body("ü");
        assert_eq!(encoded(&frame, Version::V1_2).unwrap(), "SEND\ncontent-length:2\n\nü\0");
        let bytes = frame.as_ref().encode(None, ContentLength::OnlyIfNul).unwrap();
        assert_eq!(bytes, "SEND\n\nü\0".as_bytes());
    }

    #[test]
    fn a_body_with_nul_always_has_a_content_length() {
        let frame = Frame::new(Command::Send).with_body("a\0b");
        let bytes = frame.as_ref().encode(None, ContentLength::OnlyIfNul).unwrap();
        assert_eq!(bytes, b"SEND\ncontent-length:3\n\na\0b\0");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_and_leaves_nothing() {
        let mut out = "before".to_owned();
        let result = encode_head(&mut out, &Command::Send, [("a", "b"), ("", "x")], None, None);
        assert_eq!((result, out.as_str()), (Err(EncodeError::EmptyHeaderName), "before"));
        let body = Frame::new(Command::Subscribe).with_body("x").encode(None);
        assert_eq!(body, Err(EncodeError::BodyNotAllowed));
        let command = Frame::new(Command::Other("A\nB".into())).encode(None);
        assert_eq!(command, Err(EncodeError::InvalidCommand));
    }

    #[test]
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, 10, 1234, usize::MAX] {
            let mut out = String::new();
            push_number(&mut out, number);
            assert_eq!(out, number.to_string());
        }
    }
}
