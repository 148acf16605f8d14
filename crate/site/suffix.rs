//! Public suffixes: under which names strangers register, so that no binding ever spans two owners.
//!
//! The rules of the Mozilla list, ICANN and private sections alike, in `suffixes.bin` (MPL-2.0, see
//! `suffixes.LICENSE`); written by `./build.sh suffixes` from the data of the `psl` crate. The table is read in
//! place: no allocation, no start-up cost.
//!
//! **Form.** A rule is its labels in A-form, last label first, joined by dots (`com.amazonaws.s3`), and flags: the
//! name itself is a suffix, every child is (`*.`), or the name is an exception (`!`). Sorted, in blocks of 16.
//! `u16` number of blocks; a `u24` offset for each; then per rule: a byte with the flags above five bits of
//! "characters in common with the rule before" (0 at the start of a block), a byte "characters that follow", and
//! these. Integers are little-endian.

static TABLE: &[u8] = include_bytes!("suffixes.bin");

/// Rules in a block, which only the writer needs to know. More makes the table smaller and a lookup longer.
#[cfg(test)]
const BLOCK: usize = 16;
/// The longest rule; the test of the table holds it.
const MAX_RULE: usize = 64;
/// Flags of a rule, above the five bits of the common length.
const IS_SUFFIX: u8 = 0x20;
const CHILDREN: u8 = 0x40;
const EXCEPTION: u8 = 0x80;
const COMMON: u8 = 0x1f;

/// The registrable domain of a canonical host name: its public suffix and one label more.
/// `None` for a public suffix and for a single label. Not for IP addresses.
///
/// A top-level domain that the list does not know is a public suffix itself (the list's default rule `*`).
pub fn registrable(name: &str) -> Option<&str> {
    last_labels(name, suffix_labels(name) + 1)
}

/// Whether strangers register names under this one: a rule of the list, or any single label.
pub fn is_public_suffix(name: &str) -> bool {
    name.split('.').count() <= suffix_labels(name)
}

/// Whether a rule of the list covers a name, so that it is probably a host name and no file and no abbreviation.
pub fn is_known_top(name: &str) -> bool {
    public_suffix(name).by_rule
}

/// How many of the name's last labels are its public suffix.
fn suffix_labels(name: &str) -> usize {
    public_suffix(name).labels
}

struct PublicSuffix {
    labels: usize,
    /// False for the default rule `*`.
    by_rule: bool,
}

fn public_suffix(name: &str) -> PublicSuffix {
    let labels = name.split('.').count();
    let mut longest = PublicSuffix { labels: 1, by_rule: false };
    let mut key = Key::default();
    for (taken, label) in (1..=labels).zip(name.rsplit('.')) {
        // No rule is longer than the key can be.
        if !key.push(label) {
            break;
        }
        let flags = find(key.bytes());
        if flags & EXCEPTION != 0 {
            return PublicSuffix { labels: taken - 1, by_rule: true };
        }
        if flags & IS_SUFFIX != 0 {
            longest = PublicSuffix { labels: taken, by_rule: true };
        }
        if flags & CHILDREN != 0 && taken < labels {
            longest = PublicSuffix { labels: taken + 1, by_rule: true };
        }
    }
    longest
}

/// The last `count` labels of a name, or `None` when it has fewer.
fn last_labels(name: &str, count: usize) -> Option<&str> {
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at + 1).chain([0]);
    name.get(dots.nth(count.checked_sub(1)?)?..)
}

/// A name with its last label first.
struct Key {
    bytes: [u8; MAX_RULE],
    length: usize,
}

impl Default for Key {
    fn default() -> Self {
        Self { bytes: [0; MAX_RULE], length: 0 }
    }
}

impl Key {
    /// Appends a label; false when it does not fit.
    fn push(&mut self, label: &str) -> bool {
        let dot: &[u8] = if self.length == 0 { b"" } else { b"." };
        dot.iter().chain(label.as_bytes()).all(|&byte| self.push_byte(byte))
    }

    fn push_byte(&mut self, byte: u8) -> bool {
        match self.bytes.get_mut(self.length) {
            Some(slot) => {
                *slot = byte;
                self.length += 1;
                true
            }
            None => false,
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// The flags of the rule with this key; 0 when there is none.
fn find(key: &[u8]) -> u8 {
    let (mut low, mut high) = (0, block_count());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if first_of_block(middle) <= key { low = middle } else { high = middle }
    }
    let mut rest = block(low);
    let mut rule = Key::default();
    while let Some(flags) = next_rule(&mut rest, &mut rule) {
        if rule.bytes() == key {
            return flags;
        }
    }
    0
}

/// Reads one rule; `rule` holds the one before and becomes this one.
fn next_rule(rest: &mut &[u8], rule: &mut Key) -> Option<u8> {
    let (&[head, length], tail) = rest.split_first_chunk::<2>()?;
    let (text, tail) = tail.split_at_checked(usize::from(length))?;
    rule.length = rule.length.min(usize::from(head & COMMON));
    *rest = tail;
    text.iter().all(|&byte| rule.push_byte(byte)).then_some(head & !COMMON)
}

fn block_count() -> usize {
    TABLE.first_chunk::<2>().map_or(0, |&bytes| usize::from(u16::from_le_bytes(bytes)))
}

fn block_offset(index: usize) -> usize {
    let at = 2 + index * 3;
    TABLE
        .get(at..at + 3)
        .map_or(TABLE.len(), |bytes| bytes.iter().rev().fold(0, |n, &b| n << 8 | usize::from(b)))
}

fn block(index: usize) -> &'static [u8] {
    let end = if index + 1 < block_count() { block_offset(index + 1) } else { TABLE.len() };
    TABLE.get(block_offset(index)..end).unwrap_or_default()
}

fn first_of_block(index: usize) -> &'static [u8] {
    let bytes = block(index);
    let length = bytes.get(1).map_or(0, |&length| usize::from(length));
    bytes.get(2..2 + length).unwrap_or_default()
}

#[cfg(test)]
#[path = "suffix_table.rs"]
mod table;
