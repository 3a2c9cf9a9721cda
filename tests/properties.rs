//! What holds for any frame and for any bytes. Native only: proptest is large.
#![cfg(not(target_arch = "wasm32"))]

use proptest::collection::vec;
use proptest::prelude::*;
use stomp_wasm::frame::{
    Command, ContentLength, DecodeError, Decoded, Decoder, Frame, Headers, Leniency, Limits, Version,
};

const COMMANDS: [Command; 4] = [Command::Send, Command::Message, Command::Error, Command::Receipt];

fn read<'i>(mut decoder: Decoder, pieces: impl Iterator<Item = &'i [u8]>) -> (Vec<Frame>, Option<DecodeError>) {
    let mut frames = Vec::new();
    for mut input in pieces {
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

fn decoder(version: Option<Version>, limits: Limits, leniency: Leniency) -> Decoder {
    let mut decoder = Decoder::new(limits, leniency);
    if let Some(version) = version {
        decoder.set_version(version);
    }
    decoder
}

fn strict(version: Version) -> Decoder {
    decoder(Some(version), Limits::default(), Leniency::default())
}

/// Cuts the bytes into pieces of these sizes, again and again.
fn cut<'b>(bytes: &'b [u8], sizes: &[usize]) -> Vec<&'b [u8]> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        let (piece, tail) = rest.split_at((*size).clamp(1, rest.len().max(1)).min(rest.len()));
        pieces.push(piece);
        rest = tail;
        if rest.is_empty() {
            break;
        }
    }
    pieces
}

/// Text that is likely to trip over something: what STOMP and JavaScript treat specially, and any Unicode.
fn text(min: usize) -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => proptest::char::range('a', 'f'),
        4 => prop::sample::select(vec!['\n', '\r', ':', '\\', '\0', ' ', '\t', 'n', 'r', 'c', 't', '\u{feff}', 'ü', '😀']),
        1 => any::<char>(),
    ];
    vec(character, min..12).prop_map(String::from_iter)
}

fn version() -> impl Strategy<Value = Version> {
    prop::sample::select(Version::ALL.to_vec())
}

/// Any frame that the version can express.
fn frame(version: Version) -> impl Strategy<Value = Frame> {
    let headers = vec((text(1), text(0)), 0..6);
    let body = prop_oneof![vec(any::<u8>(), 0..40), text(0).prop_map(String::into_bytes)];
    (prop::sample::select(COMMANDS.to_vec()), headers, body).prop_map(move |(command, headers, body)| {
        // 1.0 has no escapes: a line end in a header, or a colon in a name, cannot be sent there.
        let plain = |text: String, name: bool| match version {
            Version::V1_0 => text.replace(['\n', '\r'], " ").replace(if name { ":" } else { "\n" }, "_"),
            _ => text,
        };
        let headers = headers.into_iter().map(|(name, value)| (plain(name, true), plain(value, false)));
        let headers: Headers = headers.filter(|(name, _)| name != "content-length").collect();
        let body = if command.may_have_body() { body } else { Vec::new() };
        Frame { command, headers, body }
    })
}

/// Bytes that look like STOMP here and there, so that more than the first byte is read.
fn stomp_like() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => prop::sample::select(vec![
            &b"MESSAGE\n"[..], b"CONNECTED\n", b"RECEIPT\n", b"ERROR\r\n", b"SEND\n", b"X-1\n", b"\n\n", b"\r\n\r\n", b"\n",
            b"\r\n", b"\0", b"a:b\n", b"a:\\n\\c\\\\\n", b"a:\\r\n", b"a:\\t\n", b"foo\n", b":x\n", b"content-length:3\n",
            b"content-length:0\n", b"content-length:70\n", b"content-length:x\n", b"content-length:99999999999999999999\n",
            b"abc\0", b"body", b"\xff", b"\xf0\x9f\x98\x80", b"\\",
        ]).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec(part, 0..16).prop_map(|parts| parts.concat())
}

fn limits() -> impl Strategy<Value = Limits> {
    prop_oneof![
        Just(Limits::default()),
        (0_usize..5, 0_usize..24, 0_usize..60, 0_usize..120).prop_map(|(headers, header_line, body, frame)| Limits {
            headers,
            header_line,
            body,
            frame
        }),
    ]
}

fn leniency() -> impl Strategy<Value = Leniency> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(trim_1_0_padding, crlf_before_1_2, missing_final_nul)| {
        Leniency { trim_1_0_padding, crlf_before_1_2, missing_final_nul }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_frame_encodes_and_decodes_to_itself_in_any_pieces(
        (version, frames) in version().prop_flat_map(|version| (Just(version), vec(frame(version), 1..4))),
        sizes in vec(1_usize..30, 1..5),
        always in any::<bool>(),
    ) {
        let mut bytes = Vec::new();
        for frame in &frames {
            let length = if always { ContentLength::Always } else { ContentLength::OnlyIfNul };
            bytes.extend(frame.as_ref().encode(Some(version), length).expect("a frame that the version can express"));
            bytes.extend_from_slice(if version == Version::V1_2 { b"\r\n\n" } else { b"\n" });
        }
        for pieces in [vec![&bytes[..]], cut(&bytes, &sizes), bytes.chunks(1).collect()] {
            let (mut read, error) = read(strict(version), pieces.into_iter());
            prop_assert_eq!(error, None);
            for frame in &mut read {
                frame.headers.remove("content-length");
            }
            prop_assert_eq!(&read, &frames);
        }
    }

    #[test]
    fn what_a_version_cannot_express_is_refused_and_never_changed(
        version in version(), name in text(0), value in text(0), body in text(0),
    ) {
        let frame = Frame::new(Command::Send).with_header(&name, &value).with_body(body);
        let breaks = |text: &str| text.contains(['\n', '\r']);
        let in_1_0 = version == Version::V1_0 && (breaks(&name) || breaks(&value) || name.contains(':'));
        let expressible = name == "content-length" || !name.is_empty() && !in_1_0;
        let encoded = frame.encode(Some(version));
        prop_assert_eq!(encoded.is_ok(), expressible);
        if let Ok(bytes) = encoded {
            let (read, error) = read(strict(version), std::iter::once(&bytes[..]));
            prop_assert_eq!(error, None);
            prop_assert_eq!(read.len(), 1);
            if name != "content-length" {
                prop_assert_eq!(read[0].header(&name), Some(value.as_str()));
            }
            prop_assert_eq!(&read[0].body, &frame.body);
        }
    }

    #[test]
    fn any_bytes_read_the_same_in_one_piece_and_byte_by_byte(
        version in prop::option::of(version()), limits in limits(), leniency in leniency(),
        bytes in prop_oneof![4 => stomp_like(), 1 => vec(any::<u8>(), 0..80)],
        sizes in vec(1_usize..20, 1..5),
    ) {
        let decoder = || decoder(version, limits, leniency);
        let whole = read(decoder(), std::iter::once(&bytes[..]));
        prop_assert_eq!(&read(decoder(), bytes.chunks(1)), &whole);
        prop_assert_eq!(&read(decoder(), cut(&bytes, &sizes).into_iter()), &whole);
        for frame in &whole.0 {
            prop_assert!(frame.headers.len() <= limits.headers && frame.body.len() <= limits.body);
        }
    }
}
