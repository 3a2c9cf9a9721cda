//! The harnesses on stable Rust: `random TARGET SECONDS [FOLDER]`. Inputs are made of the files in FOLDER and of random
//! bytes; not guided by coverage, so it finds less than libFuzzer, but it runs wherever Rust does.

use std::io::Write as _;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// xorshift64*: no cryptography, only variety.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % (limit as u64).max(1)) as usize
    }
}

const WORDS: [&[u8]; 16] = [
    b"MESSAGE\n",
    b"CONNECTED\n",
    b"RECEIPT\n",
    b"ERROR\n",
    b"\n\n",
    b"\0",
    b"\r\n",
    b"content-length:",
    b"3\n",
    b"\\n",
    b"\\r",
    b"\\t",
    b":",
    b"version:1.2\n",
    b"\xf0\x9f\x98\x80",
    b"receipt-id:close-0\n",
];

fn input(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = match seeds.len() {
        0 => Vec::new(),
        count => seeds[random.below(count)].clone(),
    };
    bytes.truncate(4096);
    for _ in 0..=random.below(24) {
        let at = random.below(bytes.len() + 1);
        match random.below(4) {
            0 => bytes.insert(at, random.next() as u8),
            1 if !bytes.is_empty() => drop(bytes.remove(at.min(bytes.len() - 1))),
            2 if !bytes.is_empty() => {
                let last = bytes.len() - 1;
                bytes[at.min(last)] = random.next() as u8;
            }
            _ => {
                let word = WORDS[random.below(WORDS.len())];
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }
    bytes
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let target: fn(&[u8]) = match arguments.get(1).map(String::as_str) {
        Some("decoder") => stomp_wasm_fuzz::decoder,
        Some("plain") => stomp_wasm_fuzz::plain,
        Some("session") => stomp_wasm_fuzz::session,
        _ => {
            eprintln!("usage: random decoder|plain|session SECONDS [FOLDER]");
            return ExitCode::FAILURE;
        }
    };
    let seconds = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(30);
    let folder = arguments.get(3).map(std::fs::read_dir).and_then(Result::ok);
    let seeds: Vec<Vec<u8>> =
        folder.into_iter().flatten().filter_map(|file| std::fs::read(file.ok()?.path()).ok()).collect();
    let seed = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(1, |time| time.as_nanos() as u64 | 1);
    println!("seed {seed}, {} files", seeds.len());
    let mut random = Random(seed);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut runs = 0_u64;
    while Instant::now() < end {
        for _ in 0..100 {
            let bytes = input(&mut random, &seeds);
            if catch_unwind(|| target(&bytes)).is_err() {
                let file = std::env::temp_dir().join(format!("stomp-wasm-crash-{seed}-{runs}"));
                let _ = std::fs::File::create(&file).and_then(|mut file| file.write_all(&bytes));
                eprintln!("failed after {runs} runs; the input is in {}", file.display());
                return ExitCode::FAILURE;
            }
            runs += 1;
        }
    }
    println!("Done {runs} runs in {seconds} second(s)");
    ExitCode::SUCCESS
}
