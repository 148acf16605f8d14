//! Whether two states of a vault differ in what a bundle is made for: entries, sites, ways in, settings. Uses, counters,
//! orders, log lines and receipts are no change here, so that a fill does not ask for a new file.

use std::collections::BTreeMap;

use crate::otp::Kind;

use super::body::Body;
use super::entry::Entry;
use super::file::Header;
use super::id::EntryId;
use super::sealed::Opened;

/// Whether a bundle of `one` would be worth as much as one of `other`.
pub fn same(one: &Opened, other: &Opened) -> bool {
    ways(one.header()) == ways(other.header())
        && one.body.settings.values == other.body.settings.values
        && one.body.extra == other.body.extra
        && one.body.sheet == other.body.sheet
        && one.body.kept == other.body.kept
        && entries(&one.body) == entries(&other.body)
}

/// The ways in by what opens with them: a rotation makes a new bundle necessary, because it voids something.
fn ways(header: &Header) -> (u64, Vec<super::id::SlotId>) {
    (header.epoch, header.slots.iter().map(|slot| slot.id).collect())
}

fn entries(body: &Body) -> BTreeMap<EntryId, Entry> {
    body.entries.iter().map(|entry| (entry.id, bare(entry))).collect()
}

fn bare(entry: &Entry) -> Entry {
    let mut bare = entry.clone();
    bare.used.clear();
    bare.unverified = false;
    if let Kind::Hotp { .. } = bare.otp.kind() {
        bare.otp = bare.otp.with_counter(0);
    }
    // What a use or a tick counts on: the words themselves are compared.
    bare.modified = bare.created;
    bare.edits = 0;
    bare.device = crate::vault::id::DeviceId([0; 16]);
    bare
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Env, Millis};
    use crate::otp::{Algorithm, Digits, Otp};
    use crate::secret::SecretBytes;
    use crate::vault::body::LogLine;
    use crate::vault::entry::EntryDraft;
    use crate::vault::testing::Seeded;

    #[test]
    fn a_use_is_no_change_and_a_word_is() {
        let mut entropy = Seeded::new(1);
        let mut env = Env { now: Millis(1_700_000_000_000), entropy: &mut entropy };
        let mut vault = Opened::make(&mut env);
        let secret = SecretBytes::new(b"12345678901234567890".to_vec());
        let otp = Otp::new(Kind::Hotp { counter: 1 }, Algorithm::Sha1, Digits::SIX, secret).unwrap();
        let draft = EntryDraft::new("Example", "ada", otp);
        vault.body.entries.push(Entry::make(draft, vault.device(), &mut env));
        let mut used = vault.clone();
        used.body.note(LogLine { at: env.now, what: "fill".into(), entry: None, host: None });
        used.body.entries[0].used.insert(String::new(), env.now);
        used.body.entries[0].otp = used.body.entries[0].otp.clone().with_counter(7);
        assert!(same(&vault, &used));
        for change in [
            (|vault| vault.body.entries[0].note = "a note".into()) as fn(&mut Opened),
            |vault| drop(vault.body.entries.pop()),
            |vault| vault.body.settings.values.show_next = true,
            |vault| vault.header_mut().epoch += 1,
        ] {
            let mut changed = vault.clone();
            change(&mut changed);
            assert!(!same(&vault, &changed));
        }
    }
}
