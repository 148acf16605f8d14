//! FreeOTP+ (Android): its JSON export.

use super::collect::Collector;
use super::freeotp_token;
use super::outline::Outline;
use super::read::json::Fields;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// FreeOTP+'s JSON export.
pub(super) struct FreeOtpPlus;

impl Importer for FreeOtpPlus {
    fn id(&self) -> &'static str {
        "freeotp-plus"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| {
            let tokens = file.at("tokens");
            // No other app writes a secret as a list.
            let own = |token: &Outline| token.at("secret").is_list();
            tokens.is_list() && (file.at("tokenOrder").is_list() || tokens.items().iter().any(own))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        let mut collector = Collector::new("freeotp-plus-json", limits);
        for token in file.list("tokens") {
            let (issuer, account) = freeotp_token::names(token);
            collector.account(issuer, account, freeotp_token::entry(token), token)?;
        }
        collector.finish_some()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::import::ImportError;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};
    use crate::vault::entry::EntryDraft;

    fn file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            let secret: Vec<i8> = entry.otp.secret().expose().iter().map(|b| b.cast_signed()).collect();
            let kind = if kind(entry) == "hotp" { "HOTP" } else { "TOTP" };
            json!({
                "algo": entry.otp.algorithm().name(), "counter": counter(entry).unwrap_or(0),
                "digits": entry.otp.digits().count(), "issuerExt": entry.issuer, "issuerInt": entry.issuer,
                "label": entry.account, "period": period(entry).unwrap_or(30), "secret": secret, "type": kind,
            })
        };
        let tokens: Vec<Value> = eight().iter().map(item).collect();
        json!({"tokenOrder": [], "tokens": tokens}).to_string().into_bytes()
    }

    #[test]
    fn loses_notes_tags_and_pins() {
        let got = read(&file(), None).unwrap();
        let kept = eight_less(|entry| {
            entry.note.clear();
            entry.tags.clear();
            entry.pinned = false;
        });
        assert_eq!((got.format, got.entries, got.skipped), ("freeotp-plus-json", kept, vec![]));
    }

    #[test]
    fn names_that_the_user_typed_come_first_and_bytes_are_checked() {
        let token = json!({"type": "TOTP", "secret": [1, -2], "label": "a", "labelAlt": "ada", "issuerExt": "S", "issuerAlt": "Shop"});
        let bad = json!({"type": "TOTP", "secret": [1, 256], "label": "b"});
        let got =
            read(json!({"tokenOrder": [], "tokens": [token, bad]}).to_string().as_bytes(), None).unwrap();
        assert_eq!((got.entries[0].issuer.as_str(), got.entries[0].account.as_str()), ("Shop", "ada"));
        assert_eq!(got.entries[0].otp.secret().expose(), &[1, 254]);
        assert_eq!((got.skipped[0].what.as_str(), got.skipped[0].why), ("b", "bad-secret"));
        let none = json!({"tokenOrder": [], "tokens": []}).to_string();
        assert_eq!(read(none.as_bytes(), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn damage_never_panics() {
        damage(&file(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["freeotp_plus"]);
    }

    #[test]
    fn what_newer_ones_add_comes_along() {
        let token = |alias: &str, issuer: &str| json!({"type": "TOTP", "secret": [1], "label": "ada", "issuerExt": issuer, "alias": alias, "category": "Work", "iconKey": "shop"});
        let tokens = json!([token("Laptop", "Shop"), token("Router", ""), {"type": "TOTP", "secret": [1]}]);
        let got = read(json!({"tokenOrder": [], "tokens": tokens}).to_string().as_bytes(), None).unwrap();
        let kept = |entry: &EntryDraft| (entry.issuer.clone(), entry.note.clone());
        assert_eq!(
            got.entries.iter().map(kept).collect::<Vec<_>>(),
            [("Shop", "Laptop"), ("Router", ""), ("", "")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
        assert_eq!(
            (&got.entries[0].tags[..], &got.entries[0].lost[..]),
            (&["Work".to_owned()][..], &["icon"][..])
        );
        assert_eq!((got.entries[2].tags.len(), got.entries[2].lost.len()), (0, 0));
    }

    #[test]
    fn a_counter_that_was_never_used_is_0() {
        let token = |counter: i64| json!({"type": "HOTP", "secret": [1], "label": "ada", "counter": counter});
        let tokens = json!([token(-1), token(0), token(-2)]);
        let got = read(json!({"tokenOrder": [], "tokens": tokens}).to_string().as_bytes(), None).unwrap();
        assert_eq!(got.entries.iter().map(counter).collect::<Vec<_>>(), [Some(0), Some(0)]);
        assert_eq!(got.skipped[0].why, "bad-counter");
    }

    #[test]
    fn the_order_may_be_missing() {
        let file: Value = serde_json::from_slice(&file()).unwrap();
        let all = read(file.to_string().as_bytes(), None).unwrap().entries;
        assert_eq!(
            read(json!({"tokens": file["tokens"]}).to_string().as_bytes(), None).unwrap().entries,
            all
        );
        let file = json!({"tokens": file["tokens"], "tokenOrder": null, "version": 9}).to_string();
        assert_eq!(read(file.as_bytes(), None).unwrap().entries, all);
    }
}
