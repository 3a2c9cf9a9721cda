//! One header line.

use super::escape::Escaping;
use super::{DecodeError, Headers};

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
    let (mut name, mut value) = line.split_once(':').ok_or(DecodeError::MalformedHeader { line: number })?;
    if trim {
        (name, value) = (name.trim_matches(' '), value.trim_matches(' '));
    }
    if name.is_empty() {
        return Err(DecodeError::MalformedHeader { line: number });
    }
    let unescaped = escaping.unescape(name, headers.text_mut());
    let name_end = headers.text_mut().len();
    if !unescaped || !escaping.unescape(value, headers.text_mut()) {
        return Err(DecodeError::UndefinedEscape { line: number });
    }
    headers.finish(name_end);
    Ok(())
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
