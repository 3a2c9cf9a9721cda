//! The decoder never takes more memory than its limits say, whatever comes and in whatever pieces. A program of its own,
//! because it counts what is allocated.
#![cfg(not(target_arch = "wasm32"))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use stomp_wasm::frame::{Decoder, Leniency, Limits, Version};

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Counts the bytes that this thread holds.
struct Counting;

fn count(change: isize) {
    // A thread that is ending counts no more.
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
    });
}

// SAFETY: hands everything on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.cast_signed() - layout.size().cast_signed());
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that was held at a time while this ran, beyond what was held before.
fn peak(run: impl FnOnce()) -> usize {
    let before = LIVE.get();
    PEAK.set(before);
    run();
    usize::try_from(PEAK.get() - before).expect("a peak is not below its beginning")
}

const LIMITS: Limits = Limits { headers: 64, header_line: 4 << 10, body: 256 << 10, frame: 300 << 10 };

/// What the documentation of [`Decoder`] promises: the frame, the line that is being read, and for the text of the headers
/// and the table of their ends the room that a vector grows ahead.
fn promised() -> usize {
    let head = (LIMITS.headers * (LIMITS.header_line + 1)).min(LIMITS.frame);
    LIMITS.frame + head + LIMITS.header_line + 2 * 16 * LIMITS.headers + 1_024
}

fn feed(decoder: &mut Decoder, pieces: impl Iterator<Item = impl AsRef<[u8]>>) {
    for piece in pieces {
        let mut input = piece.as_ref();
        while let Ok(Some(_)) = decoder.decode(&mut input) {}
    }
}

/// Streams that are as large as they like to be, none held in memory as a whole.
fn streams() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let head = b"MESSAGE\ndestination:/a\n".to_vec();
    let over = |extra: &str| [&head[..], extra.as_bytes()].concat();
    vec![
        ("a command that does not end", Vec::new(), vec![b'A'; 1 << 10]),
        ("a header line that does not end", head.clone(), vec![b'a'; 1 << 10]),
        ("headers that do not end", head.clone(), b"header:value\n".repeat(100)),
        ("long headers that do not end", head.clone(), [b"h:".to_vec(), vec![b'v'; 4 << 10], b"\n".to_vec()].concat()),
        ("escapes that do not end", head.clone(), [b"h:".to_vec(), b"\\n".repeat(1 << 10), b"\n".to_vec()].concat()),
        ("a body that does not end", over("\n"), vec![b'x'; 10_000]),
        ("a sized body, byte by byte at its end", over("content-length:262144\n\n"), vec![0; 9_999]),
        ("a length over the limit", over("content-length:262145\n\n"), vec![0; 1 << 10]),
        ("the largest length there is", over("content-length:18446744073709551615\n\n"), vec![0; 1 << 10]),
        ("line ends that do not end", Vec::new(), vec![b'\n'; 1 << 10]),
        ("many frames", Vec::new(), b"MESSAGE\na:b\n\nbody\0".repeat(60)),
    ]
}

#[test]
fn nothing_that_comes_takes_more_memory_than_the_limits_say() {
    for (name, start, more) in streams() {
        for size in [1, 7, 4_096] {
            let used = peak(|| {
                let mut decoder = Decoder::new(LIMITS, Leniency::default());
                decoder.set_version(Version::V1_2);
                feed(&mut decoder, start.chunks(size));
                for _ in 0..200 {
                    feed(&mut decoder, more.chunks(size));
                }
            });
            assert!(used <= promised(), "{name}, in pieces of {size}: {used} bytes, promised {}", promised());
        }
    }
}

#[test]
fn a_large_length_alone_takes_nothing() {
    let used = peak(|| {
        let mut decoder = Decoder::default();
        feed(&mut decoder, [b"MESSAGE\ncontent-length:33554432\n\nabc"].iter());
    });
    assert!(used < 2_048, "{used}");
}

#[test]
fn the_memory_of_a_large_frame_is_given_back() {
    let mut decoder = Decoder::default();
    let mut large = b"MESSAGE\n".to_vec();
    for _ in 0..100 {
        large.extend_from_slice(b"h:");
        large.resize(large.len() + 60_000, b'v');
        large.push(b'\n');
    }
    large.push(b'\n');
    large.resize(large.len() + 10_000_000, b'x');
    let before = LIVE.get();
    feed(&mut decoder, large.chunks(50_000));
    assert!(LIVE.get() - before > 10_000_000, "it was held");
    feed(&mut decoder, [&b"\0\n"[..]].iter());
    assert!(LIVE.get() - before < 200_000, "{} bytes are still held", LIVE.get() - before);
}

/// Any bytes: what looks like STOMP in parts, from a generator that needs no memory.
#[test]
fn random_streams_keep_to_the_limits() {
    const WORDS: [&[u8]; 14] = [
        b"MESSAGE\n",
        b"\n\n",
        b"\n",
        b"\0",
        b"a:b\n",
        b"content-length:200000\n",
        b"content-length:3\n",
        b"\\n",
        b"\r\n",
        b"RECEIPT\nx:y\n",
        b"vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv",
        b":",
        b"\xff",
        b"h:",
    ];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..100 {
        let used = peak(|| {
            let mut decoder = Decoder::new(LIMITS, Leniency { crlf_before_1_2: true, ..Leniency::default() });
            decoder.set_version(Version::ALL[round % 3]);
            feed(&mut decoder, [&b"MESSAGE\n"[..]].iter());
            for _ in 0..1_000 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                // Seldom what ends the connection, often what makes a frame grow.
                let word =
                    if random % 64 < 60 { 10 + usize::from(random & 1 == 0) * 3 } else { (random >> 8) as usize % 14 };
                feed(&mut decoder, std::iter::once(WORDS[word]));
            }
        });
        assert!(used <= promised(), "round {round}: {used} bytes");
    }
}
