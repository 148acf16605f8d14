//! Deterministic mutations: the same seed gives the same inputs everywhere.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;

/// Without a time budget: enough to see that a case works, in well under a second.
const QUICK_INPUTS: u64 = 300;
/// Longer inputs than this show nothing that shorter ones do not.
const MAX_LENGTH: usize = 64 * 1024;
/// Bytes that formats give a meaning to.
const MARKS: &[u8] = b"\0\n,{}[]\":%=&/-09~\xff\x80";

/// What reading one input may take in memory. Cases run side by side, so that each also sees a little of the others.
const MOST_MEMORY: usize = 64 << 20;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The seconds that a long run has for each case; `None` on a short one.
pub fn budget() -> Option<Duration> {
    number("SPAREKEY_FUZZ_SECONDS").map(Duration::from_secs)
}

/// Runs `case` on the seeds themselves and then on mutations of them, and says how many as a line of JSON.
pub fn fuzz(name: &str, seeds: &[Vec<u8>], case: impl Fn(&[u8])) {
    fuzz_for(budget(), name, seeds, case);
}

/// [`fuzz`] with a budget of its own.
pub fn fuzz_for(budget: Option<Duration>, name: &str, seeds: &[Vec<u8>], case: impl Fn(&[u8])) {
    let case = &case;
    let seed = number("SPAREKEY_FUZZ_SEED").unwrap_or(1);
    let start = Instant::now();
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut inputs = 0;
    for input in seeds {
        check(name, seed, input, case);
        inputs += 1;
    }
    while budget.map_or(inputs < QUICK_INPUTS, |budget| start.elapsed() < budget) {
        check(name, seed, &mutate(seeds, &mut random), case);
        inputs += 1;
    }
    let line = format!(
        r#"{{"case":"{name}","seed":{seed},"inputs":{inputs},"ms":{},"failures":0}}"#,
        start.elapsed().as_millis()
    );
    eprintln!("{line}");
    if let Some(folder) = std::env::var_os("SPAREKEY_OUT") {
        std::fs::write(std::path::Path::new(&folder).join(format!("fuzz-{name}.json")), line + "\n").unwrap();
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

fn check(name: &str, seed: u64, input: &[u8], case: impl Fn(&[u8])) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let whole = catch_unwind(AssertUnwindSafe(|| case(input))).is_ok();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(
        taken <= MOST_MEMORY,
        "case {name}, seed {seed}, {} bytes: {} MiB taken",
        input.len(),
        taken >> 20
    );
    if !whole {
        panic_with(name, seed, input);
    }
}

fn panic_with(name: &str, seed: u64, input: &[u8]) {
    let shown: String =
        input.iter().flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect();
    panic!("case {name}, seed {seed}, {} bytes: b\"{shown}\"", input.len());
}

/// One to eight changes of one seed.
fn mutate(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        match random.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = random.next() as u8,
            2 => bytes.truncate(at),
            3 => bytes.insert(at, MARKS[random.below(MARKS.len())]),
            4 if at < bytes.len() => drop(bytes.remove(at)),
            // A number grown beyond every limit.
            5 => drop(bytes.splice(at..at, b"99999999999999999999".iter().copied())),
            // A piece twice.
            6 if at < bytes.len() => {
                let end = at + random.below((bytes.len() - at).min(64)) + 1;
                let piece = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, piece));
            }
            // A piece of another seed.
            _ => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let end = (from + random.below(64)).min(other.len());
                let piece = other[from..end].to_vec();
                drop(bytes.splice(at..at, piece));
            }
        }
    }
    bytes.truncate(MAX_LENGTH);
    bytes
}

/// xorshift64*: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound.max(1)
    }
}
