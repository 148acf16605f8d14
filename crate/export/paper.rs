//! [`Paper`]: what a format writes on: the entries, the file's password, randomness, and the list of what is lost.

use data_encoding::HEXLOWER;

use super::ExportError;
use crate::env::{Entropy, Millis};
use crate::otp::Kind;
use crate::otp::uri::{parse_uri, write_uri};
use crate::vault::entry::EntryDraft;

/// Codes of what a format could not hold. Those that begin with `entry-` mean that the whole entry was left out.
pub mod lost {
    /// The note.
    pub const NOTE: &str = "note";
    /// The tags, or all but the first.
    pub const TAGS: &str = "tags";
    /// The pin.
    pub const PINNED: &str = "pinned";
    /// That the entry is in the bin: it comes back as a living one.
    pub const BIN: &str = "bin";
    /// The web addresses, or all but the first.
    pub const URLS: &str = "urls";
    /// The issuer or the account reads back differently.
    pub const NAMES: &str = "names";
    /// All is in the file, and the app that it is for is known to have no such codes: it may show wrong ones.
    pub const UNUSUAL: &str = "unusual";
    /// Left out: no Steam codes there.
    pub const ENTRY_STEAM: &str = "entry-steam";
    /// Left out: no counter-based codes there.
    pub const ENTRY_HOTP: &str = "entry-hotp";
    /// Left out: a counter beyond what fits there.
    pub const ENTRY_COUNTER: &str = "entry-counter";
    /// Left out: a period that does not fit there.
    pub const ENTRY_PERIOD: &str = "entry-period";
    /// Left out: a length of code that does not fit there.
    pub const ENTRY_DIGITS: &str = "entry-digits";
    /// Left out: so long a name that no QR code holds it.
    pub const ENTRY_LONG: &str = "entry-long";
    /// Left out: no URI holds it (time-based, five digits, issuer `Steam`: every app takes it for Steam's own kind).
    pub const ENTRY_URI: &str = "entry-uri";
}

/// What a format writes on.
pub(super) struct Paper<'a> {
    entries: &'a [EntryDraft],
    /// The file's own password; not empty where the format is sealed.
    pub(super) password: &'a [u8],
    entropy: &'a mut dyn Entropy,
    /// Now.
    pub(super) now: Millis,
    lost: Vec<(usize, &'static str)>,
}

/// An entry that goes into the file, and its place in the input.
pub(super) type Kept<'a> = (usize, &'a EntryDraft);

impl<'a> Paper<'a> {
    pub(super) fn new(
        entries: &'a [EntryDraft],
        password: &'a [u8],
        entropy: &'a mut dyn Entropy,
        now: Millis,
    ) -> Self {
        Self { entries, password, entropy, now, lost: Vec::new() }
    }

    /// The entries that the format can hold. `refuses` says why not, by a code of [`lost`].
    pub(super) fn keep(
        &mut self,
        refuses: impl Fn(&EntryDraft) -> Option<&'static str>,
    ) -> Result<Vec<Kept<'a>>, ExportError> {
        let mut kept = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            match refuses(entry) {
                Some(why) => self.lost.push((index, why)),
                None => kept.push((index, entry)),
            }
        }
        if kept.is_empty() { Err(ExportError::NoEntries) } else { Ok(kept) }
    }

    /// Lists what `has` says of entries as lost.
    pub(super) fn lose(&mut self, kept: &[Kept<'_>], code: &'static str, has: impl Fn(&EntryDraft) -> bool) {
        self.lost.extend(kept.iter().filter(|(_, entry)| has(entry)).map(|(index, _)| (*index, code)));
    }

    /// Lists names that an otpauth URI does not give back as they are.
    pub(super) fn lose_names_of_uris(&mut self, kept: &[Kept<'_>]) {
        self.lose(kept, lost::NAMES, |entry| {
            let uri = write_uri(&entry.issuer, &entry.account, &entry.otp).unwrap_or_default();
            !parse_uri(&uri).is_ok_and(|read| read.issuer == entry.issuer && read.account == entry.account)
        });
    }

    /// What was lost, entry by entry.
    pub(super) fn into_lost(mut self) -> Vec<(usize, &'static str)> {
        self.lost.sort_unstable();
        self.lost
    }

    /// Random bytes.
    pub(super) fn make_bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// A random UUID (RFC 9562, version 4).
    pub(super) fn make_uuid(&mut self) -> String {
        let mut bytes = self.make_bytes::<16>();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = HEXLOWER.encode(&bytes);
        let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default());
        parts.join("-")
    }
}

/// Whether the entry has several tags: most formats have one folder an entry.
pub(super) fn has_more_tags(entry: &EntryDraft) -> bool {
    entry.tags.len() > 1
}

/// Every tag of the entries' `take` first ones, each once.
pub(super) fn tags<'e>(kept: &[Kept<'e>], take: usize) -> Vec<&'e str> {
    let mut names: Vec<&str> = Vec::new();
    for tag in kept.iter().flat_map(|(_, entry)| entry.tags.iter().take(take)) {
        if !names.contains(&tag.as_str()) {
            names.push(tag);
        }
    }
    names
}

/// Why an otpauth URI cannot hold an entry.
pub(super) fn refused_by_uri(entry: &EntryDraft) -> Option<&'static str> {
    write_uri(&entry.issuer, &entry.account, &entry.otp).is_none().then_some(lost::ENTRY_URI)
}

/// The entry as an otpauth URI; empty for those that [`refused_by_uri`] names.
pub(super) fn uri(entry: &EntryDraft) -> String {
    write_uri(&entry.issuer, &entry.account, &entry.otp).unwrap_or_default()
}

/// The counter, where there is one.
pub(super) fn counter(entry: &EntryDraft) -> Option<u64> {
    match entry.otp.kind() {
        Kind::Hotp { counter } => Some(counter),
        _ => None,
    }
}

/// Whether the codes are counter-based.
pub(super) fn is_hotp(entry: &EntryDraft) -> bool {
    counter(entry).is_some()
}

/// An instant as `2026-11-22T00:00:00.000Z` (RFC 3339).
pub(super) fn iso(at: Millis) -> String {
    // Days to a date in the Gregorian calendar, counted in eras of 400 years from 1 March of year 0.
    const ERA: u64 = 146_097;
    // The last instant of year 9999: later ones have no four-digit year.
    let ms = at.0.min(253_402_300_799_999);
    let days = ms / 86_400_000 + 719_468;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let in_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let date = in_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year + era * 400 + later;
    let (hours, minutes, seconds) = (ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{year:04}-{month:02}-{date:02}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_as_gnu_date_writes_them() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_305_600_001, "2026-11-22T00:00:00.001Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (u64::MAX, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(iso(Millis(ms)), text);
        }
    }
}
