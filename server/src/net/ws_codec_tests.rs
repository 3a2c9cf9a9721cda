use super::*;

const MASK: [u8; 4] = [1, 2, 3, 4];

/// A frame as a client sends it.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    write_head(&mut out, 0, payload.len());
    out[0] = first;
    out[1] |= 0x80;
    out.extend(MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    out
}

fn read(data: &[u8], piece: usize) -> Result<Vec<String>, WsError> {
    let mut decoder = WsDecoder::new(1 << 20);
    let mut events = Vec::new();
    for piece in data.chunks(piece) {
        decoder.feed(&mut piece.to_vec(), |event| {
            events.push(match event {
                Event::Message(Received::Text(text)) => {
                    format!("text {} {}", text.len(), text.chars().take(9).collect::<String>())
                }
                event => format!("{event:?}"),
            });
        })?;
    }
    Ok(events)
}

#[test]
fn messages_read_the_same_in_any_pieces() {
    let mut data = frame(0x81, b"hello");
    data.extend(frame(0x82, &[0xff, 0]));
    data.extend(frame(0x01, b"frag"));
    data.extend(frame(0x89, b"ping"));
    data.extend(frame(0x80, b"ment"));
    data.extend(frame(0x81, "ü".repeat(40_000).as_bytes()));
    data.extend(frame(0x81, &b"x".repeat(300)));
    data.extend(frame(0x88, &[3, 0xe8]));
    let whole = read(&data, usize::MAX).unwrap();
    assert_eq!(
        whole,
        [
            "text 5 hello",
            "Message(Binary([255, 0]))",
            "Ping([112, 105, 110, 103])",
            "text 8 fragment",
            "text 80000 üüüüüüüüü",
            "text 300 xxxxxxxxx",
            "Close(Some(1000))"
        ]
        .map(|text| text.to_owned())
    );
    for piece in [1, 2, 3, 7, 1000] {
        assert_eq!(read(&data, piece).unwrap(), whole, "in pieces of {piece}");
    }
}

#[test]
fn what_breaks_the_rules_is_refused_with_its_code() {
    let unmasked = [0x81, 1, b'x'];
    for (data, code) in [
        (&unmasked[..], 1002),
        (&frame(0xC1, b"x"), 1002),
        (&frame(0x83, b"x"), 1002),
        (&frame(0x80, b"x"), 1002),
        (&[frame(0x01, b"x"), frame(0x81, b"y")].concat(), 1002),
        (&frame(0x09, b"x"), 1002),
        (&frame(0x89, &[0; 126]), 1002),
        (&frame(0x88, &[3]), 1002),
        (&frame(0x81, &[0xff]), 1007),
        (&[0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1009),
        (&[0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1], 1009),
    ] {
        assert_eq!(read(data, usize::MAX).unwrap_err().code, code, "{data:?}");
    }
}

#[test]
fn fragments_together_may_not_be_too_big() {
    let mut data = frame(0x02, &[0; 1 << 19]);
    data.extend(frame(0x00, &[0; 1 << 19]));
    data.extend(frame(0x80, &[0]));
    assert_eq!(read(&data, usize::MAX), Err(TOO_BIG));
}

#[test]
fn reasons_are_cut_between_characters() {
    let mut out = Vec::new();
    write_close(&mut out, Some(1002), &"ü".repeat(100));
    assert_eq!(out[..2], [0x88, 2 + 122]);
    out.clear();
    write_close(&mut out, Some(1006), "not to be sent");
    assert_eq!(out, [0x88, 0]);
}
