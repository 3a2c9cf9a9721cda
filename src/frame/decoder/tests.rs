use super::*;
use crate::frame::Frame;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

type Outcome = (Vec<Frame>, Option<DecodeError>);

fn decoder(version: Option<Version>, limits: Limits, leniency: Leniency) -> Decoder {
    let mut decoder = Decoder::new(limits, leniency);
    if let Some(version) = version {
        decoder.set_version(version);
    }
    decoder
}

fn run(mut decoder: Decoder, chunks: impl Iterator<Item = impl AsRef<[u8]>>) -> Outcome {
    let mut frames = Vec::new();
    for chunk in chunks {
        let mut input = chunk.as_ref();
        loop {
            match decoder.decode(&mut input) {
                Ok(None) => break,
                Ok(Some(Decoded::HeartBeat)) => {}
                Ok(Some(Decoded::Frame(frame))) => frames.push(frame.to_owned()),
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    (frames, None)
}

/// Decodes at once, byte by byte and in threes, which must agree.
fn decode_with(version: Option<Version>, limits: Limits, leniency: Leniency, bytes: &[u8]) -> Outcome {
    let whole = run(decoder(version, limits, leniency), [bytes].into_iter());
    for size in [1, 3] {
        assert_eq!(run(decoder(version, limits, leniency), bytes.chunks(size)), whole, "in pieces of {size}");
    }
    whole
}

fn decode(version: Version, bytes: impl AsRef<[u8]>) -> Outcome {
    decode_with(Some(version), Limits::default(), Leniency::default(), bytes.as_ref())
}

fn one(version: Version, bytes: impl AsRef<[u8]>) -> Frame {
    match decode(version, bytes) {
        (mut frames, None) if frames.len() == 1 => frames.remove(0),
        other => panic!("{other:?}"),
    }
}

fn error(version: Version, bytes: impl AsRef<[u8]>) -> DecodeError {
    decode(version, bytes).1.expect("an error")
}

#[test]
fn several_frames_in_one_message_and_heart_beats_between() {
    let (frames, error) =
        decode(Version::V1_2, "\n\nMESSAGE\na:1\n\none\0\n\r\nRECEIPT\nreceipt-id:2\n\n\0MESSAGE\n\n\0");
    assert_eq!(error, None);
    assert_eq!(
        frames.iter().map(|frame| frame.command.as_str()).collect::<Vec<_>>(),
        ["MESSAGE", "RECEIPT", "MESSAGE"]
    );
    assert_eq!(frames[0].body, b"one");
}

#[test]
fn a_body_with_nul_is_read_by_its_content_length() {
    assert_eq!(one(Version::V1_2, b"MESSAGE\ncontent-length:3\n\na\0b\0").body, b"a\0b");
    assert_eq!(one(Version::V1_2, b"MESSAGE\ncontent-length:0\n\n\0").body, b"");
    assert_eq!(one(Version::V1_2, b"MESSAGE\ncontent-length:3\ncontent-length:9\n\nabc\0").body, b"abc");
}

#[test]
fn a_body_that_its_content_length_does_not_fit_is_noticed() {
    assert_eq!(error(Version::V1_2, b"MESSAGE\ncontent-length:2\n\nabc\0"), DecodeError::BodyLength);
    for value in ["abc", "-1", "", "+5", "5.0", " 5", "0x5"] {
        let bytes = format!("MESSAGE\ncontent-length:{value}\n\nabcde\0");
        assert_eq!(error(Version::V1_2, bytes), DecodeError::InvalidContentLength, "{value:?}");
    }
    let huge = "MESSAGE\ncontent-length:99999999999999999999999\n\n";
    assert_eq!(error(Version::V1_2, huge), DecodeError::BodyTooLong { limit: 32 << 20 });
}

#[test]
fn header_values_are_neither_trimmed_nor_stripped() {
    let frame = one(Version::V1_2, "MESSAGE\n a : b \nc:x\ry\nd:\n\n\0");
    assert_eq!(frame.headers.iter().collect::<Vec<_>>(), [(" a ", " b "), ("c", "x\ry"), ("d", "")]);
}

#[test]
fn line_ends_are_what_the_version_allows() {
    let crlf = "MESSAGE\r\na:b\r\n\r\nx\r\n\0\r\n";
    let frame = one(Version::V1_2, crlf);
    assert_eq!((frame.header("a"), &frame.body[..]), (Some("b"), &b"x\r\n"[..]));
    assert_eq!(error(Version::V1_1, crlf), DecodeError::InvalidCommand);
    assert_eq!(one(Version::V1_1, "MESSAGE\na:b\r\n\n\0").header("a"), Some("b\r"));
    let lenient = Leniency { crlf_before_1_2: true, ..Leniency::default() };
    let (frames, None) = decode_with(Some(Version::V1_1), Limits::default(), lenient, crlf.as_bytes()) else {
        panic!()
    };
    assert_eq!(frames[0].header("a"), Some("b"));
}

#[test]
fn escapes_are_those_of_the_version() {
    let bytes = r"MESSAGE
p\cath:C\c\\new\n

"
    .to_owned()
        + "\0";
    assert_eq!(one(Version::V1_2, &bytes).header("p:ath"), Some("C:\\new\n"));
    assert_eq!(one(Version::V1_0, &bytes).header(r"p\cath"), Some(r"C\c\\new\n"));
    assert_eq!(error(Version::V1_2, "MESSAGE\na:b\nc:\\t\n\n\0"), DecodeError::UndefinedEscape { line: 2 });
    assert_eq!(error(Version::V1_1, "MESSAGE\na:\\r\n\n\0"), DecodeError::UndefinedEscape { line: 1 });
    assert_eq!(one(Version::V1_2, "CONNECTED\nserver:a\\tb\n\n\0").header("server"), Some("a\\tb"));
}

#[test]
fn a_header_line_without_a_colon_does_not_swallow_the_next_frame() {
    assert_eq!(error(Version::V1_2, "MESSAGE\nfoo\n\n\0MESSAGE\n\n\0"), DecodeError::MalformedHeader { line: 1 });
    assert_eq!(error(Version::V1_2, "MESSAGE\n:x\n\n\0"), DecodeError::MalformedHeader { line: 1 });
}

#[test]
fn padding_of_1_0_is_cut_off_only_if_asked_for() {
    let bytes = b"CONNECTED\nsession: 7 \n\n\0";
    assert_eq!(one(Version::V1_0, bytes).header("session"), Some(" 7 "));
    let lenient = Leniency { trim_1_0_padding: true, ..Leniency::default() };
    let (frames, _) = decode_with(Some(Version::V1_0), Limits::default(), lenient, bytes);
    assert_eq!(frames[0].header("session"), Some("7"));
    let (frames, _) = decode_with(Some(Version::V1_1), Limits::default(), lenient, bytes);
    assert_eq!(frames[0].header("session"), Some(" 7 "));
}

#[test]
fn what_is_not_stomp_is_refused_at_once() {
    for bytes in
        [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"\x16\x03\x01", b"<html>", b"\0", b"\rM", b"MESS AGE\n", &[b'A'; 80]]
    {
        assert_eq!(error(Version::V1_2, bytes), DecodeError::InvalidCommand, "{bytes:?}");
    }
    // Also where the line is not at its end yet, whatever the pieces.
    assert_eq!(error(Version::V1_2, b"MESSAGE\rX"), DecodeError::InvalidCommand);
    assert_eq!(error(Version::V1_2, b"MESSAGE\r\r"), DecodeError::InvalidCommand);
    assert_eq!(error(Version::V1_2, b"MESSAGE\na:\xff\n\n\0"), DecodeError::InvalidUtf8 { line: 1 });
}

#[test]
fn a_leading_byte_order_mark_is_part_of_the_body() {
    assert_eq!(one(Version::V1_2, "MESSAGE\n\n\u{feff}x\0").body, "\u{feff}x".as_bytes());
}

#[test]
fn only_frames_that_may_have_a_body_have_one() {
    assert_eq!(error(Version::V1_2, "RECEIPT\nreceipt-id:1\n\nMESSAGE\n\n\0"), DecodeError::BodyNotAllowed);
    assert_eq!(error(Version::V1_2, "RECEIPT\ncontent-length:1\n\n"), DecodeError::BodyNotAllowed);
    assert_eq!(one(Version::V1_0, "SUBSCRIBE\n\nx\0").body, b"x");
}

#[test]
fn what_is_over_a_limit_is_refused_before_it_is_taken() {
    let limits = Limits { headers: 2, header_line: 8, body: 10, frame: 40 };
    let decode = |bytes: &str| decode_with(Some(Version::V1_2), limits, Leniency::default(), bytes.as_bytes()).1;
    assert_eq!(decode("MESSAGE\na:1\nb:2\n\n0123456789\0"), None);
    assert_eq!(decode("MESSAGE\na:1\nb:2\nc:3\n\n\0"), Some(DecodeError::TooManyHeaders { limit: 2 }));
    assert_eq!(decode("MESSAGE\na:234567\r\n\n\0"), None);
    assert_eq!(decode("MESSAGE\na:2345678\n\n\0"), Some(DecodeError::HeaderLineTooLong { limit: 8 }));
    assert_eq!(decode("MESSAGE\na:2345678901234"), Some(DecodeError::HeaderLineTooLong { limit: 8 }));
    assert_eq!(decode("MESSAGE\n\n01234567890"), Some(DecodeError::BodyTooLong { limit: 10 }));
    let small = Limits { frame: 12, ..limits };
    let decode = |bytes: &str| decode_with(Some(Version::V1_2), small, Leniency::default(), bytes.as_bytes()).1;
    assert_eq!(decode("MESSAGE\n\n012"), None);
    assert_eq!(decode("MESSAGE\n\n0123"), Some(DecodeError::FrameTooLong { limit: 12 }));
    assert_eq!(decode("MESSAGE\na:b\nc:"), None);
    assert_eq!(decode("MESSAGE\na:b\nc:d\n"), Some(DecodeError::FrameTooLong { limit: 12 }));
}

#[test]
fn a_frame_without_its_nul_is_complete_if_asked_for() {
    let lenient = Leniency { missing_final_nul: true, ..Leniency::default() };
    for bytes in [&b"MESSAGE\na:b\n\nhello"[..], b"MESSAGE\ncontent-length:5\na:b\n\nhello"] {
        let mut decoder = decoder(Some(Version::V1_2), Limits::default(), lenient);
        assert_eq!(decoder.decode(&mut &bytes[..]), Ok(None));
        assert_eq!(decoder.end_of_message().expect("a frame").body, b"hello");
        assert_eq!(decoder.decode(&mut &b"\n"[..]), Ok(Some(Decoded::HeartBeat)));
        assert_eq!(decoder.end_of_message(), None);
    }
    let mut strict = decoder(Some(Version::V1_2), Limits::default(), Leniency::default());
    assert_eq!(strict.decode(&mut &b"MESSAGE\n\nhello"[..]), Ok(None));
    assert!(strict.is_inside_frame() && strict.end_of_message().is_none());
}

#[test]
fn a_50_mb_frame_is_refused_without_taking_it() {
    let sized = b"MESSAGE\ncontent-length:50000000\n\n";
    assert_eq!(error(Version::V1_2, sized), DecodeError::BodyTooLong { limit: 32 << 20 });
    let mut decoder = decoder(Some(Version::V1_2), Limits::default(), Leniency::default());
    assert_eq!(decoder.decode(&mut &b"MESSAGE\n\n"[..]), Ok(None));
    let piece = vec![b'x'; 1_000_000];
    let read = (0..50).take_while(|_| decoder.decode(&mut &piece[..]) == Ok(None)).count();
    assert_eq!(read, 33, "33 MB are less than 32 MiB");
}

#[test]
fn debug_output_shows_nothing_that_was_received() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.decode(&mut &b"CONNECTED\nx:1\nauthorization:hunter2"[..]), Ok(None));
    let shown = format!("{decoder:?}");
    assert!(shown.contains("Headers") && !shown.contains("hunter2") && !shown.contains("104, 117"), "{shown}");
}

#[test]
fn after_an_error_nothing_is_read_any_more() {
    let mut decoder = Decoder::default();
    assert!(decoder.decode(&mut &b"\0"[..]).is_err());
    assert_eq!(decoder.decode(&mut &b"MESSAGE\n\n\0"[..]), Err(DecodeError::InvalidCommand));
    assert!(!decoder.is_inside_frame());
}
