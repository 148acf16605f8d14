//! Raivo (iOS): a zip archive under WinZip's AES, and the JSON that is in it, where every value is a text. In 2019 there
//! was a page instead, which spells everything and escapes nothing.

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::{self, Fields, Value};
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// What the archive holds, and its twin, which was alone at first.
const MEMBER: &str = "raivo-otp-export.json";
const PAGE: &str = "raivo-otp-export.html";
/// How the page's accounts begin, and what follows in each.
const ISSUER: &str = "<h3>";
const ACCOUNT: &str = "<h4 class=\"subtitle\">";
const SECRET: &str = "Seed: <code>";

/// Raivo's export.
pub(super) struct Raivo;

impl Importer for Raivo {
    fn id(&self) -> &'static str {
        "raivo"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return Zip::open(input.bytes, &Limits::default())
                .is_ok_and(|zip| zip.find_last(MEMBER).or(zip.find_last(PAGE)).is_some());
        }
        match input.outline() {
            Some(file) => file.items().iter().any(|item| item.has("kind") && item.has("timer")),
            None => input.text().is_some_and(is_page),
        }
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !zip::looks_like(input.bytes) {
            return match input.text() {
                Some(page) if is_page(page) => read_page("raivo-html", page, limits),
                _ => draft("raivo-json", &input.json()?, limits),
            };
        }
        let zip = Zip::open(input.bytes, limits)?;
        if let Some(member) = zip.find_last(MEMBER) {
            let json = SecretBytes::new(zip.extract(member, password)?);
            return draft("raivo-zip", &json::of(json.expose())?, limits);
        }
        let member = zip.find_last(PAGE).ok_or(ImportError::BadContent)?;
        let page = SecretBytes::new(zip.extract(member, password)?);
        read_page("raivo-zip", &text::decode(page.expose()).ok_or(ImportError::BadContent)?, limits)
    }
}

fn is_page(text: &str) -> bool {
    text.trim_start().starts_with('<') && [ISSUER, ACCOUNT, SECRET].iter().all(|mark| text.contains(mark))
}

fn read_page(format: &'static str, page: &str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for part in page.split(ISSUER).skip(1) {
        let Some((issuer, rest)) = part.split_once("</h3>") else { continue };
        let account = rest.split_once(ACCOUNT).and_then(|(_, rest)| rest.split_once("</h4>"));
        let Some((account, rest)) = account else { continue };
        // `Length: <code>6 digits</code>`
        let value = |name: &str| {
            let (_, rest) = rest.split_once(name)?.1.split_once("<code>")?;
            let (value, _) = rest.split_once("</code>")?;
            value.split_whitespace().next()
        };
        let [secret, algorithm, digits, kind, timer, counter] =
            ["Seed:", "Algorithm:", "Length:", "Type:", "Timer:", "Counter:"]
                .map(|name| value(name).unwrap_or_default());
        let (issuer, account) = (issuer.trim(), account.trim());
        let [algorithm, digits, period, counter] = [algorithm, digits, timer, counter].map(Value::from);
        let parameters =
            Parameters { kind, algorithm: &algorithm, digits: &digits, period: &period, counter: &counter };
        let otp = parameters.otp(parse_base32(secret));
        let entry = otp.map(|otp| EntryDraft::new(issuer, account, otp));
        let own = [("issuer", issuer), ("account", account), ("secret", secret), ("type", kind)];
        collector.account(issuer, account, entry, &own[..])?;
    }
    collector.finish_some()
}

fn draft(format: &'static str, file: &Value, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for item in file.as_array().ok_or(ImportError::BadContent)? {
        let (issuer, account) = (item.text("issuer").trim(), item.text("account").trim());
        collector.account(issuer, account, entry(item, issuer, account), item)?;
    }
    collector.finish_some()
}

fn entry(item: &Value, issuer: &str, account: &str) -> Result<EntryDraft, OtpError> {
    let parameters = Parameters { period: item.field("timer"), ..Parameters::of(item, item.text("kind")) };
    let otp = parameters.otp(parse_base32(item.text("secret")))?;
    let mut entry = EntryDraft::new(issuer, account, otp);
    entry.pinned = item.flag("pinned");
    if !item.text("iconValue").is_empty() {
        entry.lost.push("icon");
    }
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::read::testing::zip::{Lock, locked_archive};
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, damage_at, expected, read, unlock};

    fn json_file() -> Vec<u8> {
        let item = |entry: &EntryDraft| {
            json!({
                "issuer": entry.issuer, "account": entry.account, "secret": bare(entry),
                "algorithm": entry.otp.algorithm().name(), "digits": entry.otp.digits().count().to_string(),
                "kind": kind(entry).to_uppercase(), "timer": period(entry).unwrap_or(0).to_string(),
                "counter": counter(entry).unwrap_or(0).to_string(), "pinned": entry.pinned.to_string(),
                "iconType": "", "iconValue": "",
            })
        };
        eight().iter().map(item).collect::<Value>().to_string().into_bytes()
    }

    fn archive(password: &str) -> Vec<u8> {
        let members: [(&str, &[u8]); 2] = [("raivo-otp-export.html", b"<html>"), (MEMBER, &json_file())];
        locked_archive(&members, Lock::Aes, password)
    }

    fn kept() -> Vec<EntryDraft> {
        eight_less(|entry| {
            entry.note.clear();
            entry.tags.clear();
        })
    }

    #[test]
    fn loses_notes_and_tags() {
        let got = read(&json_file(), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("raivo-json", kept(), vec![]));
    }

    #[test]
    fn the_archive_opens_with_the_master_password() {
        let got = unlock(&archive("x"), "x");
        assert_eq!((got.format, got.entries), ("raivo-zip", kept()));
    }

    #[test]
    fn damage_never_panics() {
        damage(&json_file(), |bytes| drop(read(bytes, None)));
        damage_at(200, &archive("x"), |bytes| drop(read(bytes, Some("x"))));
    }

    #[test]
    fn known_files() {
        expected::check(&["raivo"]);
    }

    #[test]
    fn an_archive_that_was_packed_again_has_a_folder() {
        let inner = "raivo-otp-export/raivo-otp-export.json";
        let file = locked_archive(&[(inner, &json_file())], Lock::Aes, "x");
        assert_eq!(unlock(&file, "x").entries, kept());
    }

    fn page() -> String {
        let block = |entry: &EntryDraft| {
            let (issuer, account, secret) = (&entry.issuer, &entry.account, bare(entry));
            let (hash, digits) = (entry.otp.algorithm().name(), entry.otp.digits().count());
            let (kind, timer) = (kind(entry).to_uppercase(), period(entry).unwrap_or(0));
            let counter = counter(entry).unwrap_or(0);
            let rows = [
                ("Seed", secret),
                ("Algorithm", hash.to_owned()),
                ("Length", format!("{digits} digits")),
                ("Type", kind),
                ("Timer", format!("{timer} seconds")),
                ("Counter", counter.to_string()),
            ];
            let rows =
                rows.map(|(name, value)| format!("<span>{name}: <code>{value}</code></span><br>\n")).concat();
            format!("<h3>{issuer}</h3>\n<h4 class=\"subtitle\">{account}</h4>\n{rows}")
        };
        let blocks: Vec<_> = eight().iter().map(block).collect();
        format!(
            "<!doctype html>\n<html><head><style>h4.subtitle {{}}</style></head><body><h1>Raivo OTP data export</h1>{}</body></html>",
            blocks.join("<hr>")
        )
    }

    #[test]
    fn the_first_pages_are_read_alone_and_in_the_archive() {
        let want = eight_less(lose_extras);
        let got = read(page().as_bytes(), None).unwrap();
        assert_eq!((got.format, &got.entries, got.skipped), ("raivo-html", &want, vec![]));
        let packed = locked_archive(&[(PAGE, page().as_bytes())], Lock::Aes, "x");
        let got = unlock(&packed, "x");
        assert_eq!((got.format, &got.entries), ("raivo-zip", &want));
        damage(page().as_bytes(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn what_a_page_has_wrong_is_listed_and_other_pages_are_none() {
        let page = page().replace("6 digits", "60 digits").replace("HOTP", "MOTP");
        let why: Vec<_> = read(page.as_bytes(), None).unwrap().skipped.iter().map(|s| s.why).collect();
        assert_eq!(why, ["bad-digits", "bad-digits", "unsupported-type", "unsupported-type", "bad-digits"]);
        for (other, why) in [
            ("<h3>A</h3><h4 class=\"subtitle\">b</h4>", ImportError::NotAnExport),
            ("Seed: <code>MEME</code>", ImportError::BadContent),
        ] {
            assert_eq!(read(other.as_bytes(), None), Err(why), "{other}");
        }
    }

    #[test]
    fn old_favourites_are_digits_and_may_be_missing() {
        let item = |pinned: Value| json!({"issuer": "S", "account": "a", "secret": "MEME", "kind": "TOTP", "timer": "30", "pinned": pinned});
        let broken = json!({"issuer": "broken"});
        let file =
            json!([broken, item("1".into()), item("0".into()), item(Value::Null), item("true".into())]);
        let got = read(file.to_string().as_bytes(), None).unwrap();
        assert_eq!(got.entries.iter().map(|e| e.pinned).collect::<Vec<_>>(), [true, false, false, true]);
        assert_eq!((got.skipped[0].what.as_str(), got.skipped.len()), ("broken", 1));
    }
}
