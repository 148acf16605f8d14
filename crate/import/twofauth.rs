//! 2FAuth (self-hosted): its JSON export, of accounts or of their links. Icons are lost.

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::{Fields, Value};
use super::uri_list::gather;
use super::uri_text::MAX_LINK;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::otp::text::read_texts;
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// 2FAuth's JSON export.
pub(super) struct TwoFAuth;

impl Importer for TwoFAuth {
    fn id(&self) -> &'static str {
        "2fauth"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| {
            strip_prefix_ignoring_case(file.at("app").text(), "2fauth").is_some() && file.at("data").is_list()
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        if file.number("schema").is_some_and(|schema| schema > 1) {
            return Err(ImportError::UnsupportedVersion);
        }
        let mut collector = Collector::new("2fauth-json", limits);
        for item in file.list("data") {
            match link(item) {
                Some(link) => {
                    let place = collector.name("", "");
                    gather(&mut collector, read_texts(&[link.to_owned()]), |_, _| place.clone())?;
                }
                None => collector.account(item.text("service"), item.text("account"), entry(item), item)?,
            }
        }
        collector.finish_some()
    }
}

/// What stands for an account where the user asked for links.
fn link(item: &Value) -> Option<&str> {
    let link = item.as_str().or_else(|| item.field("uri").as_str().filter(|_| !item.has("otp_type")));
    link.filter(|link| link.len() <= MAX_LINK)
}

fn entry(item: &Value) -> Result<EntryDraft, OtpError> {
    let otp = Parameters::of(item, item.text("otp_type")).otp(parse_base32(item.text("secret")))?;
    let mut entry = EntryDraft::new(item.text("service").trim(), item.text("account").trim(), otp);
    if item.has("icon") {
        entry.lost.push("icon");
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    fn file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            let steam = kind(entry) == "steam";
            json!({
                "otp_type": if steam { "steamtotp" } else { kind(entry) }, "account": entry.account,
                "service": entry.issuer, "secret": bare(entry), "digits": if steam { 0 } else { entry.otp.digits().count() },
                "algorithm": entry.otp.algorithm().name().to_lowercase(), "period": period(entry),
                "counter": counter(entry), "icon": null,
            })
        };
        let data: Vec<_> = eight().iter().map(item).collect();
        json!({"app": "2fauth_v5.0", "schema": 1, "data": data}).to_string().into_bytes()
    }

    #[test]
    fn loses_notes_tags_and_pins() {
        let got = read(&file(), None).unwrap();
        let kept = eight_less(|entry| {
            entry.note.clear();
            entry.tags.clear();
            entry.pinned = false;
        });
        assert_eq!((got.format, got.entries, got.skipped), ("2fauth-json", kept, vec![]));
    }

    #[test]
    fn an_icon_is_told_and_nothing_is_no_entries() {
        let with = |data: Value| json!({"app": "2fauth_v5", "data": data}).to_string();
        let got = with(json!([{"otp_type": "totp", "secret": "MEME", "icon": "a.png"}]));
        assert_eq!(read(got.as_bytes(), None).unwrap().entries[0].lost, ["icon"]);
        assert_eq!(read(with(json!([])).as_bytes(), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn links_stand_for_accounts() {
        let links = eight().iter().map(uri).chain(["https://a.example".to_owned()]).collect::<Vec<_>>();
        let objects: Vec<_> = links.iter().map(|uri| json!({"uri": uri})).collect();
        for data in [json!(links), json!(objects)] {
            let file = json!({"app": "2fauth_v5.6.0", "schema": 1, "data": data}).to_string();
            let got = read(file.as_bytes(), None).unwrap();
            assert_eq!((got.format, got.entries), ("2fauth-json", eight_less(lose_extras)));
            assert_eq!((&*got.skipped[0].what, got.skipped[0].why), ("a.example", "other-scheme-web"));
        }
        // As the app writes them: without escapes.
        let link = "otpauth://totp/AT&T Inc:ada@a.example?issuer=AT&T Inc&secret=MEME";
        let file = json!({"app": "2fauth_v5.6.0", "data": [{"uri": link}]}).to_string();
        let entry = read(file.as_bytes(), None).unwrap().entries.remove(0);
        assert_eq!((&*entry.issuer, &*entry.account), ("AT&T Inc", "ada@a.example"));
    }

    #[test]
    fn damage_never_panics() {
        damage(&file(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["2fauth"]);
    }

    #[test]
    fn the_apps_name_has_any_case() {
        let file = String::from_utf8(file()).unwrap().replace("2fauth_v5.0", "2FAuth_v6.1.3");
        assert_eq!(read(file.as_bytes(), None).unwrap().entries.len(), 8);
    }
}
