//! One header line.

use super::escape::Escaping;
use super::{DecodeError, Headers, Limits, cut, trim_spaces};

/// Reads a header line, without its line end, and adds it to the headers. `number` is the line's, for the error.
pub(super) fn read_header(
    line: &[u8],
    number: usize,
    escaping: Escaping,
    trim: bool,
    headers: &mut Headers,
) -> Result<(), DecodeError> {
    let line = std::str::from_utf8(line).map_err(|_| DecodeError::InvalidUtf8 { line: number })?;
    // Colons of names and values are escaped where there are escapes, so the first colon is the one that separates. A
    // value with a bare colon breaks the grammar of 1.2, but brokers send it and it cannot be misunderstood.
    let (mut name, mut value) = cut(line, b':').ok_or(DecodeError::MalformedHeader { line: number })?;
    if trim {
        (name, value) = (trim_spaces(name), trim_spaces(value));
    }
    if name.is_empty() {
        return Err(DecodeError::MalformedHeader { line: number });
    }
    let unescaped = escaping.unescape(name, headers.text_mut());
    let name_end = headers.end_name();
    if !unescaped || !escaping.unescape(value, headers.text_mut()) {
        return Err(DecodeError::UndefinedEscape { line: number });
    }
    headers.end_value(name_end);
    Ok(())
}

/// Reads all header lines at once, if they are all there, with the blank line, and nothing is remarkable about them: no
/// escape, no carriage return, no limit reached, nothing wrong. Most heads are like that, and this takes a third of the
/// time. Answers how many lines and bytes were read, the blank line not counted; `None`, and `headers` as they were, for
/// what is to be read line by line.
pub(super) fn read_plain_head(input: &[u8], limits: &Limits, headers: &mut Headers) -> Option<(usize, usize)> {
    let mut start = 0;
    let mut lines = 0;
    loop {
        let length = memchr::memchr(b'\n', input.get(start..)?)?;
        if length == 0 {
            break;
        }
        let name = memchr::memchr(b':', input.get(start..start + length)?)?;
        if name == 0 || length > limits.header_line || lines == limits.headers {
            return None;
        }
        headers.push_ends(start + name, start + length);
        lines += 1;
        start += length + 1;
    }
    let head = input.get(..start)?;
    if memchr::memchr2(b'\\', b'\r', head).is_some() {
        return None;
    }
    headers.push_lines(std::str::from_utf8(head).ok()?);
    Some((lines, start))
}

/// Reads a `content-length`: digits and nothing else, so that `abc`, `-1`, `+5`, `5.0` and the empty text are refused.
/// What is larger than a machine can count is as large as a machine can count, and over every limit.
pub(super) fn read_content_length(value: &str) -> Result<usize, DecodeError> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DecodeError::InvalidContentLength);
    }
    Ok(value
        .bytes()
        .try_fold(0_usize, |sum, digit| sum.checked_mul(10)?.checked_add(usize::from(digit - b'0')))
        .unwrap_or(usize::MAX))
}
