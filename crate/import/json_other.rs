//! JSON that no importer of their own knows: of other apps, and of the scripts that get accounts out of apps without an
//! export. Its objects are told by a member named after one-time passwords, or by otpauth URIs.

use std::borrow::Cow;

use super::collect::Collector;
use super::login::{Login, links};
use super::read::json::{Members, Value};
use super::telling::{Names, Telling, is_known, plain};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Any JSON whose objects say what their members are.
pub(super) struct JsonOther;

/// Steps that accounts are looked for down.
const DEPTH: u8 = 6;
/// Members of an object that say something: no app's items have more.
const MEMBERS: usize = 64;

impl Importer for JsonOther {
    fn id(&self) -> &'static str {
        "json"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        // Whole: most logins have no code, so that the first elements may be without.
        input.outline().is_some() && input.json().is_ok_and(|file| tells(&file, DEPTH))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let mut collector = Collector::new("json-other", limits);
        add(&mut collector, &input.json()?, &[], DEPTH)?;
        collector.finish_some()
    }
}

/// Whether there is a link, or an object with a one-time password.
fn tells(value: &Value, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let mut items = value.as_array().into_iter().flatten();
    items.any(|item| has_link(item) || tells(item, depth))
        || value
            .as_object()
            .is_some_and(|object| have_otp(&own(object)) || object.values().any(|value| tells(value, depth)))
}

/// What an object says itself.
fn own(object: &Members) -> Vec<(String, &Value)> {
    object
        .iter()
        .filter(|(_, value)| !value.is_array() && !value.is_object())
        .map(|(name, value)| (plain(name), value))
        .filter(|(name, value)| is_known(name) || has_link(value))
        .take(MEMBERS)
        .collect()
}

fn have_otp(own: &[(String, &Value)]) -> bool {
    let names: Vec<_> = own.iter().map(|(name, _)| name.clone()).collect();
    Names(&names).have_otp() || own.iter().any(|(_, value)| has_link(value))
}

fn has_link(value: &Value) -> bool {
    value.as_str().is_some_and(|text| links(text).next().is_some())
}

/// Adds what a value holds. `around` is what the object says that it is a member of.
fn add(
    collector: &mut Collector,
    value: &Value,
    around: &[(String, &Value)],
    depth: u8,
) -> Result<(), ImportError> {
    let Some(depth) = depth.checked_sub(1) else { return Ok(()) };
    for item in value.as_array().into_iter().flatten() {
        for link in item.as_str().into_iter().flat_map(links) {
            collector.login(&Login::default(), Login::default().read(link), link)?;
        }
        add(collector, item, &[], depth)?;
    }
    let Some(object) = value.as_object() else { return Ok(()) };
    let own = own(object);
    if have_otp(&own) {
        let all: Vec<_> = own.iter().chain(around).collect();
        let names: Vec<_> = all.iter().map(|(name, _)| name.clone()).collect();
        let values = all.iter().map(|(_, value)| text(value)).collect();
        let item = Telling { names: &names, values, own: own.len() };
        item.add(collector)?;
    }
    object.iter().try_for_each(|(_, value)| add(collector, value, &own, depth))
}

/// Numbers as texts; nothing for what is neither.
fn text(value: &Value) -> Cow<'_, str> {
    match (value.as_str(), value.as_u64()) {
        (Some(text), _) => Cow::Borrowed(text),
        (None, Some(number)) => Cow::Owned(number.to_string()),
        (None, None) => Cow::Borrowed(""),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::import::ImportError;
    use crate::import::testing::eight::{bare, counter, eight, eight_less, kind, lose_extras, period, uri};
    use crate::import::testing::{holds, read};
    use crate::vault::entry::EntryDraft;

    fn names(file: &Value) -> Vec<(String, String)> {
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        assert_eq!((draft.format, draft.skipped), ("json-other", vec![]));
        draft.entries.into_iter().map(|e| (e.issuer, e.account)).collect()
    }

    #[test]
    fn all_that_the_members_say_is_kept() {
        let item = |e: &EntryDraft| {
            json!({"name": e.account, "issuer": e.issuer, "decrypted_seed": bare(e), "token_type": kind(e),
                "algorithm": e.otp.algorithm().name(), "digits": e.otp.digits().count(),
                "period": period(e), "counter": counter(e), "logo": null})
        };
        let items: Vec<_> = eight().iter().map(item).collect();
        let file = json!({"message": "success", "tokens_of_mine": items, "success": true});
        holds("json-other", file.to_string().as_bytes(), &eight_less(lose_extras));
    }

    #[test]
    fn links_say_more_than_what_stands_beside_them() {
        let item = |e: &EntryDraft| json!({"name": "x", "secret": "MEME", "type": "totp", "url": uri(e)});
        let items: Vec<_> = eight().iter().map(item).collect();
        let mut want = eight_less(lose_extras);
        // Without an issuer of its own the item's name has to do.
        want.iter_mut().filter(|e| e.issuer.is_empty()).for_each(|e| e.issuer = "x".into());
        holds("json-other", json!(items).to_string().as_bytes(), &want);
    }

    #[test]
    fn an_object_in_an_item_has_the_items_names() {
        let otp = json!({"secret": "MEME", "period": 30, "qr": {"x": 1}});
        let item =
            json!({"title": "A", "username": "ada", "password": "pw", "otp": otp, "tags": [{"text": "t"}]});
        let other = json!({"title": "B", "username": "bob", "otp": {}});
        assert_eq!(names(&json!([item, other])), [("A".into(), "ada".into())]);
        // A list's items are not of what the list is in.
        let list =
            json!({"name": "My export", "accounts": {"1": {"totp": "MEMEMEME"}, "2": {"totp": "MAMAMAMA"}}});
        assert_eq!(names(&list), [(String::new(), String::new()), (String::new(), String::new())]);
    }

    #[test]
    fn a_link_around_an_item_is_not_the_items() {
        let file = json!({"title": "A", "username": "ada", "uri": "otpauth://totp/?secret=ME", "backup": {"totp": "MAMAMAMA"}});
        let draft = read(file.to_string().as_bytes(), None).unwrap();
        let keys: Vec<_> = draft.entries.iter().map(bare).collect();
        assert_eq!(keys, ["ME", "MAMAMAMA"]);
    }

    #[test]
    fn a_list_of_links_is_read_in_every_layout() {
        let links: Vec<_> = eight().iter().map(uri).collect();
        let file = json!({"items": links});
        for text in [file.to_string(), serde_json::to_string_pretty(&file).unwrap(), json!(links).to_string()]
        {
            holds("json-other", text.as_bytes(), &eight_less(lose_extras));
        }
    }

    #[test]
    fn the_first_with_a_code_may_stand_anywhere() {
        let mut items = vec![json!({"title": "A", "username": "ada", "otp": {}}); 40];
        items.push(json!({"title": "B", "username": "bob", "otpSecret": "MEMEMEME"}));
        assert_eq!(names(&json!({"AUTHENTIFIANT": items})), [("B".into(), "bob".into())]);
    }

    #[test]
    fn links_within_texts_are_read_as_they_were_written() {
        let text = "GitHub otpauth://totp/GitHub:bob?secret=MEMEMEME&issuer=GitHub\nold: otpauth://totp/B:eve?secret=MAMAMAMA&issuer=B";
        let want = [("GitHub".into(), "bob".into()), ("B".into(), "eve".into())];
        for file in [json!({"title": "2FA", "textContent": text, "isTrashed": false}), json!([[text]])] {
            assert_eq!(names(&file), want);
        }
    }

    #[test]
    fn a_tools_code_of_the_moment_is_no_key() {
        for value in ["otpauth://totp/B:eve?secret=MAMAMAMA", "MAMAMAMA"] {
            for totp in ["234567", "23456723"] {
                let field = json!({"type": "OTP", "label": "B", "value": value, "totp": totp});
                let draft = read(json!({"fields": [field]}).to_string().as_bytes(), None).unwrap();
                let keys: Vec<_> = draft.entries.iter().map(bare).collect();
                assert_eq!((keys, draft.skipped), (vec!["MAMAMAMA".to_owned()], vec![]), "{value} {totp}");
            }
        }
        let draft = read(json!([{"title": "A", "totp": "23456723"}]).to_string().as_bytes(), None).unwrap();
        assert_eq!((draft.entries.len(), draft.skipped[0].why), (0, "no-secret"));
    }

    #[test]
    fn numbers_and_words_of_transfer_codes_are_known() {
        let item = |more: Value| {
            let mut item = json!({"issuer": "A", "name": "A:ada", "totpSecret": "MEMEMEME"});
            item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let draft = read(json!([item]).to_string().as_bytes(), None).unwrap();
            let shape =
                |e: &EntryDraft| (e.account.clone(), e.otp.algorithm().name(), e.otp.digits().count());
            draft.entries.first().map(shape).ok_or_else(|| draft.skipped[0].why)
        };
        let ada = |algorithm, digits| Ok(("ada".to_owned(), algorithm, digits));
        assert_eq!(
            item(json!({"algorithm": "ALGO_SHA256", "digits": 1, "type": "OTP_TOTP"})),
            ada("SHA256", 6)
        );
        assert_eq!(item(json!({"algorithm": 3, "digits": 2, "type": "OTP_HOTP"})), ada("SHA512", 8));
        assert_eq!(item(json!({"digits": "DIGIT_COUNT_EIGHT", "type": "OTP_TYPE_TOTP"})), ada("SHA1", 8));
        assert_eq!(item(json!({"digits": "SIX"})), ada("SHA1", 6));
        // Without their words a number is what it says, and no app shows so few.
        assert_eq!(item(json!({"digits": 1, "type": "TOTP"})), Err("bad-digits"));
    }

    #[test]
    fn other_files_are_none() {
        let deep = json!({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"totp": "MEME"}}}}}}}});
        for (file, why) in [
            (json!([{"secret": "MEME", "name": "n"}]), ImportError::BadContent),
            (json!({"key": "MEME", "type": "x"}), ImportError::NotAnExport),
            (deep, ImportError::BadContent),
        ] {
            assert_eq!(read(file.to_string().as_bytes(), None), Err(why), "{file}");
        }
        assert_eq!(read(json!([{"totp": null}]).to_string().as_bytes(), None), Err(ImportError::NoEntries));
    }
}
