//! Our own bundles and vault files (`vault/FORMAT.md`), by password.

use crate::protocol::KdfParams;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;
use crate::vault::file::{FileError, VaultFile};
use crate::vault::kdf;
use crate::vault::kept::Kept;
use crate::vault::sealed::{OpenError, Opened};
use crate::vault::way::SlotSecret;
use crate::vault::{bytes, slot::SlotEntry};

use super::read::crypto;
use super::{Draft, ImportError, Importer, Input, Limits, Skipped};
use crate::otp::UNHELD;
use crate::otp::uri::title;

/// Our own files.
pub struct Sparekey;

impl Importer for Sparekey {
    fn id(&self) -> &'static str {
        "sparekey"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        !matches!(VaultFile::parse(input.bytes), Err(FileError::NotOurs | FileError::Empty))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = VaultFile::parse(input.bytes).map_err(|error| match error {
            FileError::NewerVersion => ImportError::UnsupportedVersion,
            FileError::TooLarge => ImportError::TooLarge,
            _ => ImportError::BadContent,
        })?;
        let opened = open(&file, password.ok_or(ImportError::PasswordNeeded)?, limits)?;
        let entries: Vec<EntryDraft> = opened.body.entries.iter().map(draft).collect();
        let skipped: Vec<Skipped> = opened.body.kept.iter().map(kept).collect();
        if entries.is_empty() && skipped.is_empty() {
            return Err(ImportError::NoEntries);
        }
        Ok(Draft { format: "sparekey-bundle", entries, skipped, ..Draft::default() })
    }
}

/// Opens a file by password: one derivation for each distinct slot, at most three.
pub fn open(file: &VaultFile, password: &SecretText, limits: &Limits) -> Result<Opened, ImportError> {
    let any = |_: &SlotEntry| true;
    for job in file.password_jobs(any, 3) {
        let (kib, work) = match job.params {
            KdfParams::Argon2id { m, t, .. } => (m.into(), u64::from(m) * u64::from(t)),
            KdfParams::Pbkdf2 { iterations } => (0, iterations.into()),
        };
        crypto::admit(kib, work, limits)?;
        let salt: [u8; 16] = bytes::decode(&job.salt).ok_or(ImportError::BadContent)?;
        let key = kdf::derive(job.params, &salt, password.expose().as_bytes())
            .map_err(|_| ImportError::BadContent)?;
        match file.open(&SlotSecret { params: job.params, salt, key }.into(), any) {
            Ok((_, opened)) => return Ok(opened),
            Err(OpenError::Damaged | OpenError::Stopped) => return Err(ImportError::BadContent),
            Err(OpenError::WrongSecret) => {}
        }
    }
    Err(ImportError::WrongPassword)
}

/// A note of that vault is one here.
fn kept(item: &Kept) -> Skipped {
    let why = UNHELD.iter().copied().find(|code| *code == item.reason).unwrap_or("unsupported-type");
    Skipped { what: title(&item.issuer, &item.account), why, kept: Some(Box::new(item.draft())), shut: None }
}

fn draft(entry: &crate::vault::entry::Entry) -> EntryDraft {
    EntryDraft {
        note: entry.note.clone(),
        tags: entry.tags.clone(),
        pinned: entry.pinned,
        trashed: entry.trashed.is_some(),
        urls: entry.sites.iter().map(|site| site.origin.clone()).collect(),
        ..EntryDraft::new(&entry.issuer, &entry.account, entry.otp.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Env, Millis};
    use crate::import::testing;
    use crate::vault::entry::Entry;
    use crate::vault::slot::SlotUse;
    use crate::vault::testing::Seeded;

    #[test]
    fn the_eight_entries_come_back_and_a_wrong_password_is_told() {
        let mut entropy = Seeded::new(1);
        let mut env = Env { now: Millis(1_795_000_000_000), entropy: &mut entropy };
        let mut vault = Opened::make(&mut env);
        // The cheapest cost that is accepted keeps the test short.
        let params = KdfParams::Argon2id { m: 19 * 1024, t: 2, p: 1 };
        let key = kdf::derive(params, &[3; 16], b"a long enough password").unwrap();
        vault.add_password(&mut env, &SlotSecret { params, salt: [3; 16], key }, SlotUse::Both).unwrap();
        let eight = testing::eight::eight();
        for draft in &eight {
            let entry = Entry::make(draft.clone(), vault.device(), &mut env);
            vault.body.entries.push(entry);
        }
        let bytes = vault.save(&mut env).unwrap().1.to_bytes();
        let input = Input::new(&bytes, &[]);
        let import = |password: &str| {
            super::super::import(&input, Some(&SecretText::new(password.into())), &Limits::default())
        };
        let read = import("a long enough password").unwrap();
        let plain = |drafts: &[EntryDraft]| -> Vec<_> {
            drafts.iter().map(|d| (d.issuer.clone(), d.account.clone(), d.otp.clone())).collect()
        };
        assert_eq!(plain(&read.entries), plain(&eight));
        assert_eq!(import("a wrong password here").unwrap_err(), ImportError::WrongPassword);
        let cut = Input::new(&bytes[..bytes.len() / 2], &[]);
        let error = super::super::import(&cut, None, &Limits::default()).unwrap_err();
        assert_eq!(error, ImportError::BadContent);
    }
}
