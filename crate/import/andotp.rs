//! andOTP (Android): its JSON backup. GNOME Authenticator writes the same array, with types in lower case.
//!
//! MOTP entries are listed as skipped. Its OpenPGP backup is sealed to a key that lies elsewhere: it is known, so that the
//! answer can say which backup to make.

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::{Fields, Value};
use super::read::openpgp;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// andOTP's plain backup.
pub(super) struct AndOtp;

impl Importer for AndOtp {
    fn id(&self) -> &'static str {
        "andotp"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let Some(file) = input.outline() else { return openpgp::takes_no_password(input.bytes) };
        file.items()
            .iter()
            .any(|item| item.has("secret") && item.has("label") && (item.has("type") || item.has("period")))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if input.outline().is_none() {
            return Err(ImportError::UnsupportedVersion);
        }
        draft("andotp-json", &input.json()?, limits)
    }
}

/// The backup's array, however it was sealed.
pub(super) fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for item in file.as_array().ok_or(ImportError::BadContent)? {
        let (issuer, account) = names(item);
        collector.account(issuer, account, entry(item, issuer, account), item)?;
    }
    collector.finish_some()
}

fn entry(item: &Value, issuer: &str, account: &str) -> Result<EntryDraft, OtpError> {
    // Its first versions had nothing but TOTP, and no word for it.
    let old = !item.has("type") && item.has("secret");
    let kind = if old { "totp" } else { item.text("type") };
    let otp = Parameters::of(item, kind).otp(parse_base32(item.text("secret")))?;
    let mut entry = EntryDraft::new(issuer, account, otp);
    let tags = item.list("tags").iter().filter_map(Value::as_str).map(str::trim);
    entry.tags = tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    if !matches!(item.text("thumbnail"), "" | "Default") {
        entry.lost.push("icon");
    }
    Ok(entry)
}

/// Before there was an `issuer`, the label was `Issuer - Account`; with an empty one it can be `Issuer:Account`.
fn names(item: &Value) -> (&str, &str) {
    let label = item.text("label").trim();
    let split = match item.field("issuer") {
        Value::Null => label.split_once(" - ").or_else(|| label.split_once(':')),
        Value::String(issuer) if issuer.trim().is_empty() => label.split_once(':'),
        _ => None,
    };
    let (issuer, account) = split.unwrap_or((item.text("issuer"), label));
    (issuer.trim(), account.trim())
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    pub(crate) fn file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            let mut item = json!({
                "secret": format!("{}====", bare(entry)), "issuer": entry.issuer, "label": entry.account,
                "digits": entry.otp.digits().count(), "type": kind(entry).to_uppercase(),
                "algorithm": entry.otp.algorithm().name(), "thumbnail": "Default", "tags": entry.tags,
            });
            match counter(entry) {
                Some(counter) => item["counter"] = counter.into(),
                None => item["period"] = period(entry).into(),
            }
            item
        };
        eight().iter().map(item).collect::<serde_json::Value>().to_string().into_bytes()
    }

    pub(crate) fn kept() -> Vec<EntryDraft> {
        eight_less(|entry| {
            entry.note.clear();
            entry.pinned = false;
        })
    }

    #[test]
    fn the_first_versions_had_neither_type_nor_issuer() {
        let file = json!([{"secret": "MEME", "label": "Shop - ada", "period": 30}, {"secret": "MEME", "label": "x", "period": 60}]);
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        let names: Vec<_> = draft.entries.iter().map(|e| (e.issuer.as_str(), e.account.as_str())).collect();
        assert_eq!((draft.format, names), ("andotp-json", vec![("Shop", "ada"), ("", "x")]));
    }

    #[test]
    fn an_icon_is_told_to_be_lost() {
        let item =
            |thumbnail: &str| json!({"secret": "MEME", "type": "TOTP", "label": "a", "thumbnail": thumbnail});
        let got = read(json!([item("Github"), item("Default")]).to_string().as_bytes(), None).unwrap();
        assert_eq!(
            (got.entries[0].lost.as_slice(), got.entries[1].lost.as_slice()),
            (&["icon"][..], &[][..])
        );
    }

    #[test]
    fn zeros_behind_the_text_are_no_part_of_it() {
        let padded = [&file()[..], &[0; 37]].concat();
        assert_eq!(read(&padded, None).unwrap(), read(&file(), None).unwrap());
    }

    #[test]
    fn loses_notes_and_pins() {
        let got = read(&file(), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("andotp-json", kept(), vec![]));
        // GNOME Authenticator's spelling.
        let lower =
            ["TOTP", "HOTP", "STEAM"].iter().fold(String::from_utf8(file()).unwrap(), |file, kind| {
                file.replace(&format!("\"{kind}\""), &format!("\"{}\"", kind.to_lowercase()))
            });
        assert_eq!(read(lower.as_bytes(), None).unwrap().entries, kept());
    }

    #[test]
    fn old_labels_hold_the_issuer() {
        let names = |issuer: Option<&str>, label: &str| {
            let mut item = json!({"secret": "MEME", "type": "totp", "label": label});
            if let Some(issuer) = issuer {
                item["issuer"] = issuer.into();
            }
            let entry = read(json!([item]).to_string().as_bytes(), None).unwrap().entries.remove(0);
            (entry.issuer, entry.account)
        };
        let shop = || ("Shop".to_owned(), "ada".to_owned());
        assert_eq!(names(None, "Shop - ada"), shop());
        assert_eq!(names(None, "Shop:ada"), shop());
        assert_eq!(names(Some(""), "Shop: ada"), shop());
        assert_eq!(names(Some(""), "Shop - ada"), (String::new(), "Shop - ada".into()));
        assert_eq!(names(Some("Shop"), "x:y"), ("Shop".into(), "x:y".into()));
    }

    #[test]
    fn a_backup_for_a_key_is_refused_by_name() {
        // A session key for a public key and what it seals, as packets of the old style.
        let message = [&[0x85, 0, 200, 3][..], &[0xa5; 199], &[0xd2, 50, 1], &[0x5a; 49]].concat();
        let armoured = |bytes: &[u8]| {
            let body = data_encoding::BASE64.encode(bytes);
            let lines: Vec<_> =
                body.as_bytes().chunks(64).map(|line| core::str::from_utf8(line).unwrap()).collect();
            let (begin, end) = ("-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----");
            format!("{begin}\nVersion: OpenKeychain\n\n{}\n=abcd\n{end}\n", lines.join("\n")).into_bytes()
        };
        let refused = |bytes: Vec<u8>| {
            let files = vec![("otp_accounts.json.gpg".to_owned(), bytes)];
            crate::import::import_files(files, &[], &Limits::default()).unwrap_err()
        };
        let whole = armoured(&message);
        let cut = whole[..whole.len() / 2].to_vec();
        for bytes in [message.clone(), whole, cut] {
            let refused = refused(bytes);
            assert_eq!((refused.family, refused.error), (Some("andotp"), ImportError::UnsupportedVersion));
        }
        // With a password beside the key it is somebody else's, and opens.
        let both = [&message[..], &[0x8c, 4, 4, 9, 0, 8]].concat();
        assert_eq!(refused(armoured(&both)).error, ImportError::PasswordNeeded);
    }

    #[test]
    fn damage_never_panics() {
        damage(&file(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["andotp"]);
    }

    #[test]
    fn one_broken_account_hides_none() {
        let good = json!({"secret": "MEME", "type": "TOTP", "label": "ada", "issuer": "Shop", "unknown": {"a": [1]}});
        let file = json!([{"issuer": "broken"}, good]).to_string();
        let got = read(file.as_bytes(), None).unwrap();
        assert_eq!((got.entries[0].issuer.as_str(), got.entries.len()), ("Shop", 1));
        assert_eq!((got.skipped[0].what.as_str(), got.skipped[0].why), ("broken", "unsupported-type"));
    }
}
