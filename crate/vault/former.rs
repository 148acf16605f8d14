//! The key that an entry had before a site gave it another: kept until a code of the new one was used, and for the
//! days in which the change can be taken back. It is part of the entry, and shown and exported nowhere.

use serde::{Deserialize, Serialize};

use crate::env::Millis;
use crate::otp::Otp;

use super::entry::Entry;
use super::id::DeviceId;

/// A replacement can be taken back for so long.
pub const UNDO_MS: u64 = 30 * 86_400_000;
/// More former keys than anybody replaces in the days of [`UNDO_MS`].
pub const MAX_FORMER: usize = 8;

/// See [`Entry::former`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Former {
    /// The generator that was replaced.
    #[serde(with = "super::otp_json")]
    pub otp: Otp,
    /// When it was replaced.
    pub at: Millis,
    /// When a code of the key that came after it was first used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Millis>,
}

impl Former {
    /// Whether it is to be kept: the new key was never tried, or the days are not over.
    fn stays(&self, now: Millis) -> bool {
        self.tried.is_none() || now.0 < self.at.0.saturating_add(UNDO_MS)
    }
}

impl Entry {
    /// Takes another generator and keeps the one that was there. Nobody has seen a code of the new one yet.
    pub fn replace_otp(&mut self, otp: Otp, device: DeviceId, now: Millis) {
        let before = core::mem::replace(&mut self.otp, otp);
        self.former.insert(0, Former { otp: before, at: now, tried: None });
        self.former.truncate(MAX_FORMER);
        self.unverified = true;
        self.touch(device, now);
    }

    /// Goes back to the newest former generator, which works; the other one becomes a former one. `false`: there is none.
    pub fn undo_replace(&mut self, device: DeviceId, now: Millis) -> bool {
        if self.former.is_empty() {
            return false;
        }
        let back = self.former.remove(0);
        self.replace_otp(back.otp, device, now);
        self.unverified = false;
        if let Some(other) = self.former.first_mut() {
            other.tried = Some(now);
        }
        true
    }

    /// A code of the present generator was used at this instant.
    pub fn note_tried(&mut self, at: Millis) {
        for former in self.former.iter_mut().filter(|former| former.at <= at) {
            former.tried = Some(former.tried.map_or(at, |tried| tried.min(at)));
        }
    }

    /// Forgets former generators whose time is over.
    pub fn prune_former(&mut self, now: Millis) {
        self.former.retain(|former| former.stays(now));
    }

    /// Whether this generator is one that the entry had before.
    pub fn had(&self, otp: &Otp) -> bool {
        self.former.iter().any(|former| former.otp.same_generator(otp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::otp::{Algorithm, Digits, Kind, Period};
    use crate::secret::SecretBytes;
    use crate::vault::entry::EntryDraft;
    use crate::vault::testing::Seeded;

    fn otp(n: u8) -> Otp {
        let kind = Kind::Totp { period: Period::THIRTY };
        Otp::new(kind, Algorithm::Sha1, Digits::SIX, SecretBytes::new(vec![n; 10])).unwrap()
    }

    fn entry() -> Entry {
        let mut entropy = Seeded::new(1);
        let mut env = Env { now: Millis(1_000), entropy: &mut entropy };
        Entry::make(EntryDraft::new("Example", "ada", otp(1)), DeviceId([1; 16]), &mut env)
    }

    const DEVICE: DeviceId = DeviceId([2; 16]);

    #[test]
    fn a_former_key_stays_until_the_new_one_was_tried_and_the_days_are_over() {
        let mut entry = entry();
        entry.replace_otp(otp(2), DEVICE, Millis(2_000));
        let after = Millis(2_000 + UNDO_MS);
        entry.prune_former(Millis(after.0 * 9));
        assert!(entry.had(&otp(1)) && entry.unverified, "never tried: kept for ever");
        entry.note_tried(Millis(1_999));
        entry.prune_former(after);
        assert!(entry.had(&otp(1)), "a use of the former key proves nothing of the new one");
        entry.note_tried(Millis(2_000));
        entry.prune_former(Millis(after.0 - 1));
        assert!(entry.had(&otp(1)));
        entry.prune_former(after);
        assert!(entry.former.is_empty());
    }

    #[test]
    fn undoing_goes_back_and_loses_neither_key() {
        let mut entry = entry();
        assert!(!entry.undo_replace(DEVICE, Millis(1)));
        entry.replace_otp(otp(2), DEVICE, Millis(2_000));
        entry.replace_otp(otp(3), DEVICE, Millis(3_000));
        assert!(entry.undo_replace(DEVICE, Millis(4_000)));
        assert!(entry.otp.same_generator(&otp(2)) && entry.had(&otp(3)) && entry.had(&otp(1)));
        assert!(!entry.unverified);
        assert!(entry.undo_replace(DEVICE, Millis(5_000)));
        assert!(entry.otp.same_generator(&otp(3)), "undoing an undo");
        for n in 0..20 {
            entry.replace_otp(otp(n), DEVICE, Millis(6_000 + u64::from(n)));
        }
        assert_eq!(entry.former.len(), MAX_FORMER);
    }
}
