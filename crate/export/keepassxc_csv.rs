//! KeePassXC, CSV: `Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created`, all cells quoted.

use super::paper::{Kept, Paper, has_more_tags, is_hotp, iso, lost, refused_by_uri, uri};
use super::{ExportError, Format};
use crate::secret::{Secret, SecretBytes};
use crate::vault::entry::EntryDraft;

/// The table.
pub(super) static FORMAT: Format =
    Format { id: "keepassxc-csv", extension: "csv", mime: "text/csv", sealed: false, write };

const COLUMNS: [&str; 10] =
    ["Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created"];

fn write(paper: &mut Paper<'_>) -> Result<SecretBytes, ExportError> {
    let kept = paper.keep(refuses)?;
    paper.lose_names_of_uris(&kept);
    paper.lose(&kept, lost::TAGS, has_more_tags);
    paper.lose(&kept, lost::PINNED, |entry| entry.pinned);
    paper.lose(&kept, lost::BIN, |entry| entry.trashed);
    paper.lose(&kept, lost::URLS, |entry| entry.urls.len() > 1);
    // It makes time-based codes of every URI.
    paper.lose(&kept, lost::UNUSUAL, is_hotp);
    let now = iso(paper.now);
    let mut text = Secret::new(String::new());
    row(text.expose_mut(), COLUMNS);
    for kept in &kept {
        entry(text.expose_mut(), kept, &now);
    }
    Ok(SecretBytes::new(core::mem::take(text.expose_mut()).into_bytes()))
}

/// The app cuts a longer period down to a day, and makes other codes then.
const LONGEST: u32 = 86_400;

fn refuses(entry: &EntryDraft) -> Option<&'static str> {
    let long = entry.otp.period().is_some_and(|period| period.seconds() > LONGEST);
    if long { Some(lost::ENTRY_PERIOD) } else { refused_by_uri(entry) }
}

fn entry(out: &mut String, (_, entry): &Kept<'_>, now: &str) {
    // It knows Steam's codes by `encoder`, and by no type but `totp`.
    let uri = uri(entry).replacen("otpauth://steam/", "otpauth://totp/", 1);
    let group: Vec<&str> =
        ["Root"].into_iter().chain(entry.tags.iter().take(1).map(String::as_str)).collect();
    let url = entry.urls.first().map_or("", String::as_str);
    let words = [&group.join("/"), &entry.issuer, &entry.account, "", url, &entry.note];
    let [group, title, username, password, url, note] = words;
    row(out, [group, title, username, password, url, note, &uri, "0", now, now]);
}

fn row(out: &mut String, cells: [&str; 10]) {
    let cells = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    *out += &cells.join(",");
    out.push('\n');
}
