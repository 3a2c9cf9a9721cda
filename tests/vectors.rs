//! The wire vectors of `tests/vectors/` on the decoder and the encoder: natively, and as wasm in Chromium.

#[macro_use]
#[path = "vectors/cases.rs"]
mod cases;
#[allow(dead_code, reason = "shared with the server's tests")]
#[path = "vectors/load.rs"]
mod load;

use load::{Direction, Wanted, decode_case, decode_error_name, encode_case, encode_error_name};
use stomp_wasm::frame::{Command, ContentLength, DecodeError, Decoded, Decoder, Frame, Version};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

fn read<'i>(version: Version, pieces: impl IntoIterator<Item = &'i [u8]>) -> (Vec<Frame>, Option<DecodeError>) {
    let mut decoder = Decoder::default();
    decoder.set_version(version);
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

/// In the pieces of the vector, in one, in threes and byte by byte; towards the client and towards the server.
fn decode(name: &str) {
    let case = decode_case(name);
    let wanted = case.frames();
    for version in case.versions() {
        for direction in [Direction::ToClient, Direction::ToServer] {
            let pieces = case.pieces(direction);
            let given = read(version, pieces.iter().map(Vec::as_slice));
            let error = given.1.as_ref().map(decode_error_name);
            assert_eq!(error, case.error.as_deref(), "{version} {direction:?}");
            for frame in &given.0 {
                assert_eq!(frame.command.as_str(), direction.message(), "{version}");
            }
            let found = |frame: &Frame| Wanted {
                headers: frame.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
                body: frame.body.clone(),
            };
            assert_eq!(given.0.iter().map(found).collect::<Vec<_>>(), wanted, "{version} {direction:?}");
            let whole = pieces.concat();
            assert!(read(version, [&whole[..]]) == given, "{version}: in one piece it is something else");
            // What is very long takes very long byte by byte, and the bytes of its middle are all alike.
            for size in if whole.len() < 1 << 17 { [1, 3] } else { [997, 65_536] } {
                assert!(
                    read(version, whole.chunks(size)) == given,
                    "{version}: in pieces of {size} it is something else"
                );
            }
        }
    }
}

/// Encodes to exactly these bytes, which decode to the same frame.
fn encode(name: &str) {
    let case = encode_case(name);
    let frame = Frame { headers: case.headers.iter().map(|(n, v)| (n, v)).collect(), ..Frame::new(Command::Send) }
        .with_body(case.body());
    let length = match case.content_length.as_deref() {
        None => ContentLength::IfBody,
        Some("only-if-nul") => ContentLength::OnlyIfNul,
        other => panic!("{other:?}"),
    };
    for version in case.versions() {
        let encoded = frame.as_ref().encode(Some(version), length);
        match (&encoded, case.wire()) {
            (Ok(bytes), Some(wire)) => {
                assert_eq!(String::from_utf8_lossy(bytes), String::from_utf8_lossy(&wire), "{version}");
                assert_eq!(bytes, &wire, "{version}");
                let (frames, error) = read(version, [&wire[..]]);
                assert_eq!((frames.len(), error), (1, None), "{version}");
                assert_eq!(frames[0].body, case.body(), "{version}");
                for (name, value) in case.headers.iter().filter(|(name, _)| name != "content-length") {
                    assert_eq!(frames[0].header(name), Some(value.as_str()), "{version}");
                }
            }
            (Err(error), None) => assert_eq!(Some(encode_error_name(error)), case.error.as_deref(), "{version}"),
            (result, _) => panic!("{version}: {result:?}"),
        }
    }
}

macro_rules! tests {
    (decode: $($decode:ident)*; encode: $($encode:ident)*;) => {
        $(#[test] fn $decode() { decode(stringify!($decode)); })*
        $(#[test] fn $encode() { encode(stringify!($encode)); })*

        /// The list of names is that of the files, in no particular order.
        #[cfg(not(target_arch = "wasm32"))]
        mod all {
            #[test]
            fn every_case_is_a_test() {
                let (decode, encode) = super::load::all();
                let mut names: Vec<_> = decode.iter().map(|case| &*case.name).collect();
                names.extend(encode.iter().map(|case| &*case.name));
                let mut listed = vec![$(stringify!($decode),)* $(stringify!($encode),)*];
                names.sort_unstable();
                listed.sort_unstable();
                assert_eq!(names, listed);
            }
        }
    };
}

cases!(tests);
