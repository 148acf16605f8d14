//! What SQLite has written beside a database and not yet into it: the write-ahead log, `-wal`. Apps that are copied while
//! they run leave their newest rows there. Layout: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::collections::HashMap;

/// The log's two magic numbers: checksums over little-endian words, and over big-endian ones.
const MAGIC: [[u8; 4]; 2] = [[0x37, 0x7f, 0x06, 0x82], [0x37, 0x7f, 0x06, 0x83]];
/// The first bytes of the log's index, `-shm`: its version, in the order of the machine that wrote it.
const INDEX: [u8; 8] = [0x18, 0xe2, 0x2d, 0, 0, 0, 0, 0];
/// The index comes in blocks of this size.
const INDEX_BLOCK: usize = 32 * 1024;
const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The pages that a log has newer, each by where it stands there.
#[derive(Debug, Default)]
pub struct Log<'a> {
    bytes: &'a [u8],
    page_size: usize,
    places: HashMap<u32, usize>,
}

/// Whether bytes are a database's log, or the log's index: no export of their own.
pub fn looks_like(bytes: &[u8]) -> bool {
    is_log(bytes) || bytes.starts_with(&INDEX) && bytes.len().is_multiple_of(INDEX_BLOCK)
}

/// Whether bytes are a database's log.
pub fn is_log(bytes: &[u8]) -> bool {
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

impl<'a> Log<'a> {
    /// The log of a database with pages of that size, up to its last commit. What belongs to an older log or is damaged
    /// ends it, as it does for SQLite.
    pub fn read(bytes: &'a [u8], page_size: usize) -> Self {
        Self::parse(bytes, page_size).unwrap_or_default()
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.places.len()
    }

    /// A page's newest state.
    pub fn page(&self, number: u32) -> Option<&'a [u8]> {
        let at = *self.places.get(&number)?;
        self.bytes.get(at..at + self.page_size)
    }

    fn parse(bytes: &'a [u8], page_size: usize) -> Option<Self> {
        let (header, mut rest) = bytes.split_at_checked(HEADER)?;
        let word = if header.starts_with(&MAGIC[0]) { u32::from_le_bytes } else { u32::from_be_bytes };
        let (salts, mut sum) = (header.get(16..24)?, sum((0, 0), header.get(..24)?, word));
        // 65,536 is written as it is here.
        if !is_log(bytes) || stored(header, 24)? != sum || be(header, 8)? as usize != page_size {
            return None;
        }
        let mut log = Self { bytes, page_size, places: HashMap::new() };
        // Those of a transaction that may never have been committed.
        let mut pending = Vec::new();
        while let Some((head, behind)) = rest.split_at_checked(FRAME_HEADER) {
            let Some((page, behind)) = behind.split_at_checked(page_size) else { break };
            sum = self::sum(self::sum(sum, head.get(..8)?, word), page, word);
            if head.get(8..16)? != salts || stored(head, 16)? != sum {
                break;
            }
            pending.push((be(head, 0)?, bytes.len() - rest.len() + FRAME_HEADER));
            if be(head, 4)? != 0 {
                log.places.extend(pending.drain(..));
            }
            rest = behind;
        }
        Some(log)
    }
}

/// The checksum over words in pairs.
fn sum(start: (u32, u32), bytes: &[u8], word: fn([u8; 4]) -> u32) -> (u32, u32) {
    bytes.as_chunks::<8>().0.iter().fold(start, |(a, b), &[p, q, r, s, t, u, v, w]| {
        let a = a.wrapping_add(word([p, q, r, s])).wrapping_add(b);
        (a, b.wrapping_add(word([t, u, v, w])).wrapping_add(a))
    })
}

fn stored(bytes: &[u8], at: usize) -> Option<(u32, u32)> {
    Some((be(bytes, at)?, be(bytes, at + 4)?))
}

fn be(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Pages, each with its number, and whether they were committed.
#[cfg(test)]
pub type Transaction<'t> = (&'t [(u32, &'t [u8])], bool);

/// Writes a log for tests.
#[cfg(test)]
pub fn write(page_size: usize, magic: usize, transactions: &[Transaction<'_>]) -> Vec<u8> {
    let word = if magic == 0 { u32::from_le_bytes } else { u32::from_be_bytes };
    let salts = [7_u8; 8];
    let mut log =
        [MAGIC[magic], 3_007_000_u32.to_be_bytes(), (page_size as u32).to_be_bytes(), [0; 4]].concat();
    log.extend(salts);
    let mut last = sum((0, 0), &log, word);
    log.extend([last.0.to_be_bytes(), last.1.to_be_bytes()].concat());
    for (pages, committed) in transactions {
        for (at, (number, page)) in pages.iter().enumerate() {
            let size = if *committed && at + 1 == pages.len() { 9_u32 } else { 0 };
            let head = [number.to_be_bytes(), size.to_be_bytes()].concat();
            last = sum(sum(last, &head, word), page, word);
            log.extend([&head, &salts[..], &last.0.to_be_bytes(), &last.1.to_be_bytes(), page].concat());
        }
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 512;

    fn page(letter: u8) -> Vec<u8> {
        vec![letter; SIZE]
    }

    #[test]
    fn the_last_commit_counts_and_what_follows_does_not() {
        let [a, b, c, d, e] = [1, 2, 3, 4, 5].map(page);
        for magic in [0, 1] {
            let log = write(
                SIZE,
                magic,
                &[(&[(2, &a), (3, &b)], true), (&[(2, &c)], true), (&[(3, &d), (4, &e)], false)],
            );
            let read = Log::read(&log, SIZE);
            assert_eq!(
                (read.pages(), read.page(2), read.page(3), read.page(4)),
                (2, Some(&c[..]), Some(&b[..]), None)
            );
            // Another database's.
            assert_eq!(Log::read(&log, 2 * SIZE).pages(), 0);
            let frame = FRAME_HEADER + SIZE;
            for (at, pages) in
                [(9, 0), (17, 0), (HEADER + 30, 0), (HEADER + 2 * frame + 9, 2), (log.len() - 1, 2)]
            {
                let mut damaged = log.clone();
                damaged[at] ^= 1;
                assert_eq!(Log::read(&damaged, SIZE).pages(), pages, "{at}");
            }
            for end in 0..log.len() {
                let pages = Log::read(&log[..end], SIZE).pages();
                assert_eq!(pages, if end < HEADER + 2 * frame { 0 } else { 2 }, "{end}");
            }
        }
    }

    #[test]
    fn logs_and_their_indexes_are_known() {
        assert!(looks_like(&write(SIZE, 0, &[])) && looks_like(&write(SIZE, 1, &[])));
        let mut index = vec![0; INDEX_BLOCK];
        index[..3].copy_from_slice(&INDEX[..3]);
        assert!(looks_like(&index) && !is_log(&index));
        assert!(!looks_like(&index[1..]) && !looks_like(b""));
    }
}
