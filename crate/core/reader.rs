//! A bundle that is opened in memory and nowhere else: what the drill, a guest on a borrowed computer and the recovery kit
//! share. It knows no store and keeps nothing.

use crate::audit;
use crate::env::Millis;
use crate::otp::Kind;
use crate::otp::uri::write_uri;
use crate::protocol::{
    CodeView, DrillCode, DrillProof, EntryView, Failure, KeptView, Manifest, Reply, SiteCode, Way,
};
use crate::vault::entry::Entry;
use crate::vault::file::VaultFile;
use crate::vault::id::SlotId;
use crate::vault::seal;
use crate::vault::sealed::Opened;

use super::bundles;
use super::session::opens_bundle;
use super::view::{code_view, entry_view, id as entry_id};
use super::ways;

/// An opened bundle.
pub struct Reader {
    file: VaultFile,
    sha256: [u8; 32],
    slot: SlotId,
    opened: Opened,
}

/// What a file says without a key, and what to derive to open it: a `bundle-info`.
pub fn look(bytes: &[u8]) -> Result<Reply, Failure> {
    let file = VaultFile::parse(bytes).map_err(|error| Failure::new(error.code()))?;
    bundles::info(&file)
}

/// What to derive from the password that goes with a code.
pub fn pair_jobs(bytes: &[u8]) -> Result<Reply, Failure> {
    let file = VaultFile::parse(bytes).map_err(|error| Failure::new(error.code()))?;
    Ok(Reply::Derive { jobs: file.pair_jobs(opens_bundle, 3) })
}

/// How far somebody is who types shares in.
pub fn check_shares(shares: &[String]) -> Result<Reply, Failure> {
    super::shares::check(shares).map(|outcome| outcome.reply)
}

/// What to derive from the password of an administrator's key file.
pub fn escrow_jobs(file: &str) -> Result<Reply, Failure> {
    super::escrow::jobs(file)
}

impl Reader {
    /// Opens a file with what the user holds.
    pub fn open(bytes: &[u8], way: &Way) -> Result<Self, Failure> {
        let file = VaultFile::parse(bytes).map_err(|error| Failure::new(error.code()))?;
        let (slot, _, opened) = ways::open(&file, way, opens_bundle)?;
        Ok(Self { file, sha256: seal::sha256(bytes), slot, opened })
    }

    /// Whether what opened it may open it at an instant, by the app's clock: the pass of a helpdesk bundle has a window.
    pub fn timely(&self, now: Millis) -> Result<(), Failure> {
        super::escrow::timely(&self.opened, self.slot, now)
    }

    /// What is in it.
    pub fn manifest(&self) -> Manifest {
        bundles::manifest(&self.file, &self.opened.body, &self.opened)
    }

    /// The entries outside the bin, in the user's order.
    pub fn entries(&self) -> Vec<EntryView> {
        self.here().map(entry_view).collect()
    }

    /// The codes of the time-based ones at an instant.
    pub fn codes(&self, now: Millis) -> Vec<CodeView> {
        let timed = self.here().filter(|entry| !is_counted(entry));
        timed.map(|entry| code_view(entry.id.to_string(), &entry.otp, now)).collect()
    }

    /// The next code of a counted one. The counter moves in this memory only: the next who opens the bundle gets the
    /// same code.
    pub fn next_hotp(&mut self, id: &str, now: Millis) -> Result<CodeView, Failure> {
        let id = entry_id(id)?;
        let found = self.opened.body.entries.iter_mut().find(|entry| entry.id == id);
        let entry = found.ok_or_else(|| Failure::new("no-entry"))?;
        let Kind::Hotp { counter } = entry.otp.kind() else { return Err(Failure::new("not-hotp")) };
        let view = code_view(entry.id.to_string(), &entry.otp, now);
        let to = counter.checked_add(1).ok_or_else(|| Failure::new("counter-at-its-end"))?;
        entry.otp = entry.otp.clone().with_counter(to);
        Ok(view)
    }

    /// The site's own backup codes of an entry. Whoever is locked out may need one of them more than a code of ours.
    pub fn backup_codes(&self, id: &str) -> Result<Vec<SiteCode>, Failure> {
        let id = entry_id(id)?;
        let entry = self.here().find(|entry| entry.id == id).ok_or_else(|| Failure::new("no-entry"))?;
        Ok(entry
            .backup_codes
            .iter()
            .flat_map(|list| &list.codes)
            .map(super::backup_codes::site_code)
            .collect())
    }

    /// Notes of accounts that are no entries, without their text.
    pub fn kept(&self) -> Vec<KeptView> {
        self.opened.body.kept.iter().map(super::kept::view_of).collect()
    }

    /// What a note says. Whoever is locked out may have another program that makes codes of it.
    pub fn kept_text(&self, id: &str) -> Result<String, Failure> {
        let id = entry_id(id)?;
        let item = self.opened.body.kept.iter().find(|item| item.id == id);
        item.map(|item| item.text.expose().clone()).ok_or_else(|| Failure::new("no-note"))
    }

    /// The entries as `otpauth` URIs, secrets and all, for another authenticator.
    pub fn uris(&self) -> Vec<String> {
        self.here().filter_map(|entry| write_uri(&entry.issuer, &entry.account, &entry.otp)).collect()
    }

    /// What the vault can compare: each entry's codes at one instant.
    pub fn drill(&self, at: Millis) -> DrillProof {
        let header = self.opened.header();
        DrillProof {
            sha256: data_encoding::HEXLOWER.encode(&self.sha256),
            vault: header.vault.to_string(),
            made: header.saved,
            ways: super::drills::ways(header),
            slot: self.slot.to_string(),
            at,
            codes: self.here().map(|entry| drill_code(entry, at)).collect(),
            log: audit::past(&self.opened.body.log),
            log_head: audit::head(&self.opened.body),
        }
    }

    fn here(&self) -> impl Iterator<Item = &Entry> {
        self.opened.body.entries.iter().filter(|entry| entry.trashed.is_none())
    }
}

/// Two codes in a row: by chance two keys give the same ones in one of 10^12 cases. A counted entry shows those at the
/// very beginning, because its counter moves on in the living vault.
pub(super) fn drill_code(entry: &Entry, at: Millis) -> DrillCode {
    let code = if is_counted(entry) {
        [0, 1].map(|counter| entry.otp.code_for_counter(counter).expose().clone()).concat()
    } else {
        let code = entry.otp.code_at(at);
        code.code.expose().clone() + code.next.as_ref().map_or("", |next| next.expose())
    };
    DrillCode { id: entry.id.to_string(), code }
}

fn is_counted(entry: &Entry) -> bool {
    matches!(entry.otp.kind(), Kind::Hotp { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_bundle_is_said() {
        for (bytes, code) in
            [(&b""[..], "empty-file"), (b"%PDF", "not-ours"), (b"sparekey/9\n", "newer-version")]
        {
            assert_eq!(look(bytes).err().map(|failure| failure.code).as_deref(), Some(code));
            let way = Way::Password { keys: Vec::new() };
            assert_eq!(Reader::open(bytes, &way).err().map(|failure| failure.code).as_deref(), Some(code));
        }
    }
}
