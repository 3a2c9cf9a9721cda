//! Reads the vectors. README.md says what is in them.

use serde::Deserialize;
use stomp_wasm::frame::{DecodeError, EncodeError, Version};

const FILES: [&str; 5] = [
    include_str!("framing.json"),
    include_str!("escapes.json"),
    include_str!("headers.json"),
    include_str!("bodies.json"),
    include_str!("encode.json"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    decode: Vec<DecodeCase>,
    #[serde(default)]
    encode: Vec<EncodeCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DecodeCase {
    pub(crate) name: String,
    #[allow(dead_code)]
    about: String,
    versions: Vec<String>,
    input: Vec<Piece>,
    frames: Vec<ExpectedFrame>,
    /// The name of the error that comes after the frames.
    pub(crate) error: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct EncodeCase {
    pub(crate) name: String,
    #[allow(dead_code)]
    about: String,
    versions: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    body: Bytes,
    #[serde(default)]
    pub(crate) content_length: Option<String>,
    wire: Option<Bytes>,
    pub(crate) error: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Piece {
    Text(String),
    Hex { hex: String },
    Bytes { bytes: String },
    Repeat { repeat: String, times: usize },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Bytes {
    Text(String),
    Hex { hex: String },
    Repeat { repeat: String, times: usize },
}

#[derive(Deserialize)]
struct ExpectedFrame {
    headers: Vec<ExpectedHeader>,
    body: Bytes,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ExpectedHeader {
    One(String, Bytes),
    Repeat { repeat: (String, String), times: usize },
}

/// Which way the frames of a vector go, and so what `$M` and `$N` stand for in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    ToClient,
    ToServer,
}

impl Direction {
    pub(crate) const fn message(self) -> &'static str {
        if matches!(self, Self::ToClient) { "MESSAGE" } else { "SEND" }
    }

    const fn bodiless(self) -> &'static str {
        if matches!(self, Self::ToClient) { "RECEIPT\nreceipt-id:n" } else { "BEGIN\ntransaction:n" }
    }

    fn fill(self, text: &str) -> String {
        text.replace("$M", self.message()).replace("$N", self.bodiless())
    }
}

impl Bytes {
    fn get(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Hex { hex } => from_hex(hex),
            Self::Repeat { repeat, times } => repeat.repeat(*times).into_bytes(),
        }
    }
}

/// A frame with its headers in order, repeated ones included.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl DecodeCase {
    pub(crate) fn versions(&self) -> Vec<Version> {
        versions(&self.versions)
    }

    /// The input, in its pieces.
    pub(crate) fn pieces(&self, direction: Direction) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        for piece in &self.input {
            match piece {
                Piece::Text(text) => pieces.push(direction.fill(text).into_bytes()),
                // The place-holders are written in the bytes of their letters.
                Piece::Hex { hex } => pieces.push(fill_bytes(direction, from_hex(hex))),
                Piece::Repeat { repeat, times } => pieces.push(repeat.repeat(*times).into_bytes()),
                Piece::Bytes { bytes } => pieces.extend(direction.fill(bytes).bytes().map(|byte| vec![byte])),
            }
        }
        pieces
    }

    pub(crate) fn frames(&self) -> Vec<Wanted> {
        let headers = |frame: &ExpectedFrame| {
            let mut headers = Vec::new();
            for header in &frame.headers {
                match header {
                    ExpectedHeader::One(name, value) => {
                        headers.push((name.clone(), String::from_utf8(value.get()).expect("header values are text")));
                    }
                    ExpectedHeader::Repeat { repeat, times } => {
                        headers.extend(std::iter::repeat_n(repeat.clone(), *times))
                    }
                }
            }
            headers
        };
        self.frames.iter().map(|frame| Wanted { headers: headers(frame), body: frame.body.get() }).collect()
    }
}

impl EncodeCase {
    pub(crate) fn versions(&self) -> Vec<Version> {
        versions(&self.versions)
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        self.body.get()
    }

    pub(crate) fn wire(&self) -> Option<Vec<u8>> {
        self.wire.as_ref().map(Bytes::get)
    }
}

fn versions(names: &[String]) -> Vec<Version> {
    names.iter().map(|name| Version::parse(name).expect("a version")).collect()
}

fn fill_bytes(direction: Direction, mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(b"$M") {
        bytes.splice(..2, direction.message().bytes());
    }
    bytes
}

fn from_hex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("hex"), 16).expect("hex"))
        .collect()
}

pub(crate) fn all() -> (Vec<DecodeCase>, Vec<EncodeCase>) {
    let (mut decode, mut encode) = (Vec::new(), Vec::new());
    for text in FILES {
        let file: File = serde_json::from_str(text).expect("a file of vectors");
        decode.extend(file.decode);
        encode.extend(file.encode);
    }
    (decode, encode)
}

pub(crate) fn decode_case(name: &str) -> DecodeCase {
    all().0.into_iter().find(|case| case.name == name).expect("a case of this name")
}

pub(crate) fn encode_case(name: &str) -> EncodeCase {
    all().1.into_iter().find(|case| case.name == name).expect("a case of this name")
}

/// The names of errors in the vectors.
pub(crate) fn decode_error_name(error: &DecodeError) -> &'static str {
    match error {
        DecodeError::InvalidCommand => "invalid-command",
        DecodeError::InvalidUtf8 { .. } => "invalid-utf8",
        DecodeError::MalformedHeader { .. } => "malformed-header",
        DecodeError::UndefinedEscape { .. } => "undefined-escape",
        DecodeError::InvalidContentLength => "invalid-content-length",
        DecodeError::BodyLength => "body-length",
        DecodeError::BodyNotAllowed => "body-not-allowed",
        DecodeError::TooManyHeaders { .. } => "too-many-headers",
        DecodeError::HeaderLineTooLong { .. } => "header-line-too-long",
        DecodeError::BodyTooLong { .. } => "body-too-long",
        DecodeError::FrameTooLong { .. } => "frame-too-long",
        _ => "an error that the vectors do not know",
    }
}

pub(crate) fn encode_error_name(error: &EncodeError) -> &'static str {
    match error {
        EncodeError::NotEscapable { .. } => "not-escapable",
        EncodeError::EmptyHeaderName => "empty-header-name",
        EncodeError::InvalidCommand => "invalid-command",
        EncodeError::BodyNotAllowed => "body-not-allowed",
        _ => "an error that the vectors do not know",
    }
}

/// What a person is told of an error, as the JavaScript face and the server hand it on: a part of the sentence.
pub(crate) fn sentence(error: &str) -> &'static str {
    match error {
        "invalid-command" => "no STOMP command",
        "invalid-utf8" => "is not valid UTF-8",
        "malformed-header" => "is not of the form name:value",
        "undefined-escape" => "holds an escape sequence that this version of STOMP does not define",
        "invalid-content-length" => "the content-length header is not a number",
        "body-length" => "the body does not end where its content-length says",
        "body-not-allowed" => "a frame that must not have a body has one",
        "too-many-headers" => "a frame has more than 1000 headers",
        "header-line-too-long" => "a header line is longer than 65536 bytes",
        "body-too-long" => "a body is longer than 33554432 bytes",
        "frame-too-long" => "a frame is longer than 34603008 bytes",
        other => panic!("no sentence for {other}"),
    }
}
