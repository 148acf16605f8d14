//! Google Authenticator's transfer codes, one URI a line; each becomes a QR code that its app scans.

use super::paper::{Kept, Paper, counter, lost};
use super::{ExportError, Format};
use crate::otp::Kind;
use crate::otp::migration::{fits, holds, parse_migration, write_migration};
use crate::otp::uri::Account;
use crate::secret::SecretBytes;
use crate::vault::entry::EntryDraft;

/// Transfer codes, each no longer than scans well.
pub(super) static FORMAT: Format =
    Format { id: "google-migration-uri", extension: "txt", mime: "text/plain", sealed: false, write };

fn write(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let kept = paper.keep(refuses)?;
    paper.lose(&kept, lost::NAMES, |entry| !reads_back(entry));
    paper.lose(&kept, lost::NOTE, |entry| !entry.note.is_empty());
    paper.lose(&kept, lost::TAGS, |entry| !entry.tags.is_empty());
    paper.lose(&kept, lost::PINNED, |entry| entry.pinned);
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    paper.lose(&kept, lost::URLS, |entry| !entry.urls.is_empty());
    let batch = u32::from_le_bytes(paper.make_bytes());
    let accounts: Vec<_> = kept.iter().map(|(_, entry): &Kept<'_>| account(entry)).collect();
    let mut text = write_migration(&accounts, batch).join("\n");
    text.push('\n');
    Ok(SecretBytes::new(text.into_bytes()))
}

fn refuses(entry: &EntryDraft) -> Option<&'static str> {
    if holds(&entry.otp) {
        return (!fits(&account(entry))).then_some(lost::ENTRY_LONG);
    }
    Some(match entry.otp.kind() {
        Kind::Steam => lost::ENTRY_STEAM,
        _ if !matches!(entry.otp.digits().count(), 6 | 8) => lost::ENTRY_DIGITS,
        _ if counter(entry).is_some() => lost::ENTRY_COUNTER,
        _ => lost::ENTRY_PERIOD,
    })
}

/// Names are one text there, and its reader guesses at the colon.
fn reads_back(entry: &EntryDraft) -> bool {
    let codes = write_migration(&[account(entry)], 0);
    let part = codes.first().and_then(|code| parse_migration(code).ok());
    part.is_some_and(|part| part.items == [Ok(account(entry))])
}

fn account(entry: &EntryDraft) -> Account {
    Account { issuer: entry.issuer.clone(), account: entry.account.clone(), otp: entry.otp.clone() }
}
