//! Decoder and encoder in native code, beside `memchr` over the same bytes: `cargo bench --bench wire`.
//!
//! `cargo xtask bench wire` runs this and holds the bar: decoding 16 KB bodies at no less than half of `memchr`'s speed.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use stomp_wasm::frame::{Command, ContentLength, Decoded, Decoder, Frame, Version};

const SIZES: [(&str, usize); 4] = [("100 B", 100), ("1 KB", 1 << 10), ("16 KB", 16 << 10), ("256 KB", 256 << 10)];

/// A message as a broker sends it, with a body of text that has no NUL.
fn message(size: usize) -> Frame {
    Frame::new(Command::Message)
        .with_header("subscription", "sub-0")
        .with_header("message-id", "T_sub-0@@session-x3TzYs1rQ@@17")
        .with_header("destination", "/topic/prices")
        .with_header("content-type", "application/json;charset=utf-8")
        .with_body("{\"symbol\":\"ACME\",\"price\":17.25}".bytes().cycle().take(size).collect::<Vec<_>>())
}

fn decode(decoder: &mut Decoder, bytes: &[u8]) -> usize {
    let mut input = bytes;
    match decoder.decode(&mut input) {
        Ok(Some(Decoded::Frame(frame))) => frame.headers.len() + frame.body.len(),
        other => panic!("the benchmark's own frame does not decode: {other:?}"),
    }
}

fn wire(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire");
    for (name, size) in SIZES {
        let frame = message(size);
        let sized = frame.encode(Some(Version::V1_2)).expect("a frame that encodes");
        let open = frame.as_ref().encode(Some(Version::V1_2), ContentLength::OnlyIfNul).expect("a frame that encodes");
        // Every row counts the bytes of the frame on the wire, so that the numbers can be compared.
        group.throughput(Throughput::Bytes(open.len() as u64));
        group.bench_with_input(BenchmarkId::new("memchr", name), &open, |bencher, bytes| {
            bencher.iter(|| memchr::memchr(0, black_box(bytes)));
        });
        let mut decoder = Decoder::default();
        decoder.set_version(Version::V1_2);
        group.bench_with_input(BenchmarkId::new("decode up to NUL", name), &open, |bencher, bytes| {
            bencher.iter(|| decode(&mut decoder, black_box(bytes)));
        });
        group.throughput(Throughput::Bytes(sized.len() as u64));
        group.bench_with_input(BenchmarkId::new("decode by content-length", name), &sized, |bencher, bytes| {
            bencher.iter(|| decode(&mut decoder, black_box(bytes)));
        });
        group.bench_with_input(BenchmarkId::new("encode", name), &frame, |bencher, frame| {
            bencher.iter(|| black_box(frame).encode(Some(Version::V1_2)));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(1_000));
    targets = wire
}
criterion_main!(benches);
