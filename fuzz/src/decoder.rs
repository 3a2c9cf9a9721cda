//! The decoder on any bytes.

use arbitrary::{Arbitrary, Unstructured};
use stomp_wasm::frame::{ContentLength, DecodeError, Decoded, Decoder, EncodeError, Frame, Leniency, Limits, Version};

/// How the bytes are read.
#[derive(Arbitrary, Debug)]
struct Setting {
    /// 0: before a version is agreed.
    version: u8,
    small_limits: bool,
    trim_1_0_padding: bool,
    crlf_before_1_2: bool,
    /// The pieces of the third reading.
    pieces: [u8; 4],
}

impl Setting {
    fn version(&self) -> Option<Version> {
        [None, Some(Version::V1_0), Some(Version::V1_1), Some(Version::V1_2)][usize::from(self.version % 4)]
    }

    fn limits(&self) -> Limits {
        if self.small_limits { Limits { headers: 4, header_line: 24, body: 48, frame: 96 } } else { Limits::default() }
    }

    fn decoder(&self) -> Decoder {
        let leniency = Leniency {
            trim_1_0_padding: self.trim_1_0_padding,
            crlf_before_1_2: self.crlf_before_1_2,
            ..Leniency::default()
        };
        let mut decoder = Decoder::new(self.limits(), leniency);
        if let Some(version) = self.version() {
            decoder.set_version(version);
        }
        decoder
    }

    fn read<'i>(&self, pieces: impl Iterator<Item = &'i [u8]>) -> (Vec<Frame>, Option<DecodeError>) {
        let mut decoder = self.decoder();
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
            assert!(input.is_empty(), "what was not read is lost");
        }
        (frames, None)
    }
}

/// One piece, byte by byte and other pieces give the same; frames keep to the limits, and encode to what decodes to
/// them again.
pub fn decoder(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok(setting) = Setting::arbitrary(&mut input) else { return };
    let bytes = input.take_rest();
    let whole = setting.read(std::iter::once(bytes));
    assert_eq!(setting.read(bytes.chunks(1)), whole, "byte by byte");
    assert_eq!(setting.read(cut(bytes, setting.pieces)), whole, "in pieces of {:?}", setting.pieces);
    for frame in &whole.0 {
        check(frame, &setting);
    }
}

fn cut(bytes: &[u8], sizes: [u8; 4]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    let mut sizes = sizes.into_iter().cycle();
    std::iter::from_fn(move || {
        let size = usize::from(sizes.next()?).max(1).min(rest.len());
        let (piece, tail) = rest.split_at(size);
        rest = tail;
        (!piece.is_empty()).then_some(piece)
    })
}

fn check(frame: &Frame, setting: &Setting) {
    let limits = setting.limits();
    assert!(frame.headers.len() <= limits.headers && frame.body.len() <= limits.body);
    let head: usize = frame.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(head + frame.body.len() <= limits.frame);
    // What is encoded carries a content-length of its own.
    let plain = Frame {
        headers: frame.headers.iter().filter(|(name, _)| *name != "content-length").collect(),
        ..frame.clone()
    };
    let bytes = match plain.as_ref().encode(setting.version(), ContentLength::OnlyIfNul) {
        Ok(bytes) => bytes,
        // A carriage return, which only 1.2 can escape, and a body in a frame of 1.0, where it is passed over.
        Err(EncodeError::NotEscapable { .. } | EncodeError::BodyNotAllowed) => return,
        Err(error) => panic!("{error}: {plain:?}"),
    };
    let again = Setting {
        version: setting.version,
        small_limits: false,
        trim_1_0_padding: false,
        crlf_before_1_2: false,
        pieces: setting.pieces,
    };
    let (mut frames, error) = again.read(std::iter::once(&bytes[..]));
    assert_eq!(error, None, "{plain:?}");
    let mut read = frames.pop().expect("a frame");
    read.headers.remove("content-length");
    // Lenience may leave a carriage return at the end of a value, which a strict 1.1 reader keeps as well.
    assert_eq!((frames.len(), &read), (0, &plain));
}
