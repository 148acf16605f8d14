//! Ente Auth: its text of otpauth URIs with a `codeDisplay` of the app's own, plain and encrypted.

use data_encoding::BASE64;

use super::collect::Collector;
use super::read::crypto::{self, Argon2Cost};
use super::read::json::{self, Fields, Value};
use super::read::secretstream;
use super::uri_text::MAX_LINK;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::uri::{Uri, UriError, strip_prefix_ignoring_case};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Ente Auth's export.
pub(super) struct Ente;

impl Importer for Ente {
    fn id(&self) -> &'static str {
        "ente"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        match input.outline() {
            Some(file) => file.has("kdfParams") && file.has("encryptedData") && file.has("encryptionNonce"),
            // Without it the lines are anybody's.
            None => input.text().is_some_and(|text| {
                let is_uri = |line: &str| strip_prefix_ignoring_case(line, "otpauth://").is_some();
                lines(text).any(|line| is_uri(line) && line.contains("codeDisplay="))
            }),
        }
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        if !text.trim_start().starts_with('{') {
            return draft("ente-txt", text, limits);
        }
        let file = input.json()?;
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let plain = open(&file, password, limits)?;
        draft("ente-encrypted", plain.expose(), limits)
    }
}

fn open(file: &Value, password: &SecretText, limits: &Limits) -> Result<SecretText, ImportError> {
    if file.number("version").is_some_and(|version| version > 1) {
        return Err(ImportError::UnsupportedVersion);
    }
    let bytes =
        |item: &Value, name| BASE64.decode(item.text(name).as_bytes()).map_err(|_| ImportError::BadContent);
    let cost = file.field("kdfParams");
    let number = |name| cost.number(name).and_then(|n| u32::try_from(n).ok()).ok_or(ImportError::BadContent);
    let memory = cost.number("memLimit").ok_or(ImportError::BadContent)? / 1024;
    let memory = u32::try_from(memory).map_err(|_| ImportError::BadContent)?;
    let salt = bytes(cost, "salt")?;
    let cost = Argon2Cost::id(memory, number("opsLimit")?, 1);
    let header = bytes(file, "encryptionNonce")?;
    let header = header.as_slice().try_into().map_err(|_| ImportError::BadContent)?;
    let sealed = bytes(file, "encryptedData")?;
    let key = crypto::derive_argon2(password.expose().as_bytes(), &salt, cost, limits)?;
    let plain = secretstream::open(&key, header, &sealed)?;
    let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?;
    Ok(SecretText::new(plain.to_owned()))
}

fn draft(format: &'static str, text: &str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for line in lines(text) {
        match Uri::parse(line) {
            Ok(uri) => {
                let (issuer, account) = (uri.issuer.clone(), uri.account.clone());
                collector.account(&issuer, &account, entry(uri), line)?;
            }
            Err(UriError::NotOtpauth | UriError::Otp(_)) => {
                collector.skip(collector.name("", ""), "not-otpauth")?
            }
        }
    }
    collector.finish_some()
}

/// URIs are apart by line ends, or by commas.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let mut rest = line.trim().trim_end_matches(',');
        core::iter::from_fn(move || {
            let end = rest.match_indices(",otpauth://").next().map_or(rest.len(), |(at, _)| at);
            let (uri, after) = rest.split_at(end);
            rest = after.strip_prefix(',').unwrap_or(after);
            (!uri.is_empty() || !rest.is_empty()).then_some(uri.trim())
        })
        .filter(|uri| !uri.is_empty() && !uri.starts_with('#'))
    })
}

/// The entry that a URI is, with the app's own details.
pub(super) fn entry(uri: Uri) -> Result<EntryDraft, OtpError> {
    let display = uri.param("codeDisplay").map(display);
    let damaged = matches!(display, Some(Err(_)));
    let display = display.and_then(Result::ok).unwrap_or_default();
    let account = uri.into_account()?;
    let mut entry = EntryDraft::new(account.issuer, account.account, account.otp);
    entry.pinned = display.flag("pinned");
    entry.trashed = display.flag("trashed");
    display.text("note").clone_into(&mut entry.note);
    let tags = display.list("tags").iter().filter_map(Value::as_str).map(str::trim);
    entry.tags = tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    if !display.text("iconSrc").is_empty() {
        entry.lost.push("icon");
    }
    if damaged {
        entry.lost.push("note");
    }
    Ok(entry)
}

/// What the app knows besides the code. Its own reader takes commas that were escaped twice, and passes over what follows.
fn display(text: &str) -> Result<Value, ImportError> {
    json::parse(text).or_else(|error| {
        let end = text.rfind('}').map_or(0, |last| last + 1);
        let own = text.get(..end).filter(|own| own.len() <= MAX_LINK).ok_or(error)?;
        json::parse(&own.replace("%2C", ","))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::read::secretstream::tests::seal;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_behind, expected, read, unlock};

    /// Percent-encodes everything that is no letter or digit.
    fn encode(text: &str) -> String {
        let byte =
            |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
        text.bytes().map(byte).collect()
    }

    fn line(entry: &EntryDraft) -> String {
        let display = json!({
            "pinned": entry.pinned, "trashed": entry.trashed, "note": entry.note, "tags": entry.tags, "position": 0,
            "iconSrc": "", "iconID": "",
        });
        format!("{}&codeDisplay={}", uri(entry), encode(&display.to_string()))
    }

    fn plain(separator: &str) -> Vec<u8> {
        eight().iter().map(line).collect::<Vec<_>>().join(separator).into_bytes()
    }

    fn sealed(plain: &[u8], password: &str, memory: u64) -> Vec<u8> {
        let cost = Argon2Cost::id(u32::try_from(memory / 1024).unwrap(), 2, 1);
        let key = crypto::derive_argon2(password.as_bytes(), &[1; 16], cost, &Limits::default()).unwrap();
        json!({
            "version": 1,
            "kdfParams": {"memLimit": memory, "opsLimit": 2, "salt": BASE64.encode(&[1; 16])},
            "encryptedData": BASE64.encode(&seal(&key, &[2; 24], plain)),
            "encryptionNonce": BASE64.encode(&[2; 24]),
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn loses_nothing() {
        for separator in ["\n", "\r\n", "\r\n\n", ",", ",\n"] {
            let got = read(&plain(separator), None).unwrap();
            assert_eq!(
                (got.format, got.entries, got.skipped),
                ("ente-txt", eight(), vec![]),
                "{separator:?}"
            );
        }
    }

    #[test]
    fn the_password_opens_it() {
        let got = unlock(&sealed(&plain("\n"), "x", 64 * 1024), "x");
        assert_eq!((got.format, got.entries), ("ente-encrypted", eight()));
    }

    #[test]
    fn a_gibibyte_is_asked_for() {
        let file = String::from_utf8(sealed(b"", "x", 64 * 1024)).unwrap();
        let file = file.replace("65536", "1073741824");
        let work = ImportError::TooMuchWork { kib: 1 << 20, work: 2 << 20 };
        assert_eq!(read(file.as_bytes(), Some("x")), Err(work));
    }

    #[test]
    fn the_bin_comes_along_and_bad_lines_are_listed() {
        let mut entry = eight().remove(0);
        entry.trashed = true;
        let text = format!("{}\nhttps://example.com\notpauth://yaotp/Y:z?secret=ME", line(&entry));
        let got = read(text.as_bytes(), None).unwrap();
        assert!(got.entries[0].trashed);
        let skipped: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!(skipped, [("#2", "not-otpauth"), ("Y: z", "unsupported-type")]);
    }

    #[test]
    fn details_that_were_escaped_twice_are_read() {
        let mut entry = eight().remove(0);
        entry.trashed = true;
        let text = line(&entry);
        for text in [text.replace("%2C", "%252C"), format!("{text}#x")] {
            assert_eq!(read(text.as_bytes(), None).unwrap().entries, [entry.clone()], "{text}");
        }
    }

    #[test]
    fn damage_never_panics() {
        damage(&plain("\n"), |bytes| drop(read(bytes, None)));
        damage(&sealed(&plain("\n"), "x", 16 * 1024), |bytes| drop(read(bytes, Some("x"))));
        damage_behind(200, &plain("\n"), "x", |plain| sealed(plain, "x", 16 * 1024));
    }

    #[test]
    fn known_files() {
        expected::check(&["ente/encrypted", "ente/plain"]);
    }

    #[test]
    fn the_first_line_need_not_be_one_of_the_apps() {
        let lines = String::from_utf8(plain("\n")).unwrap();
        let all = |head: &str| read(format!("{head}{lines}").as_bytes(), None).unwrap();
        assert_eq!((all("# remark\n").format, all("# remark\n").entries), ("ente-txt", eight()));
        assert_eq!(all("otpauth://totp/x?secret=ME\n").entries[1..], eight());
        let upper = lines.replacen("otpauth://", "OTPAUTH://", 1);
        assert_eq!(read(upper.as_bytes(), None).unwrap().entries, eight());
    }
}
