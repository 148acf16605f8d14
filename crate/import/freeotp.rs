//! FreeOTP 1: its Android preferences, one JSON text for each token, early on an otpauth URI.
//!
//! In JSON the counter is stored one lower than the QR code said; it is what the app itself would use next.

use super::collect::Collector;
use super::read::json::{self, Fields};
use super::read::prefs;
use super::{Draft, ImportError, Importer, Input, Limits};
use super::{freeotp_token, freeotp2};
use crate::otp::OtpError;
use crate::otp::uri::Uri;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// FreeOTP 1's `tokens.xml`.
pub(super) struct FreeOtp;

/// The preference that holds the order of the tokens.
const ORDER: &str = "tokenOrder";

impl Importer for FreeOtp {
    fn id(&self) -> &'static str {
        "freeotp"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let Some(Ok(strings)) = prefs::strings(input.bytes) else { return false };
        if freeotp2::is_backup(&strings) {
            return false;
        }
        let is_token = |text: &str| json::parse(text).is_ok_and(|t| t.has("secret") && t.has("type"));
        strings.iter().any(|(name, text)| name == ORDER || is_token(text) || is_link(name, text))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let mut collector = Collector::new("freeotp-xml", limits);
        for (name, text) in prefs::strings(input.bytes).ok_or(ImportError::BadContent)?? {
            if name == ORDER {
                continue;
            }
            if let Ok(uri) = Uri::parse(&text) {
                let (issuer, account) = typed(&uri);
                collector.account(&issuer, &account, read_link(uri), text.as_str())?;
                continue;
            }
            match json::parse(&text) {
                Ok(token) if token.is_object() => {
                    let (issuer, account) = freeotp_token::names(&token);
                    collector.account(issuer, account, freeotp_token::entry(&token), &token)?;
                }
                _ => collector.skip(name, "bad-content")?,
            }
        }
        collector.finish_some()
    }
}

/// Whether it is a token's link under the token's id: others keep links, too.
fn is_link(name: &str, text: &str) -> bool {
    Uri::parse(text).is_ok_and(|uri| {
        let account = name.trim().strip_suffix(uri.account.as_str());
        account.is_some_and(|before| before.is_empty() || before.trim_end().ends_with(':'))
    })
}

/// What the user typed over it, else what the link says.
fn typed(uri: &Uri) -> (String, String) {
    let first = |typed, own: &str| uri.param(typed).unwrap_or(own).to_owned();
    (first("issueralt", &uri.issuer), first("labelalt", &uri.account))
}

fn read_link(uri: Uri) -> Result<EntryDraft, OtpError> {
    let (issuer, account) = typed(&uri);
    let has_icon = uri.param("image").is_some();
    let mut entry = EntryDraft::new(issuer, account, uri.into_account()?.otp);
    entry.lost.extend(has_icon.then_some("icon"));
    Ok(entry)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
    }

    fn file(tokens: &[(String, Value)]) -> Vec<u8> {
        let element = |(name, token): &(String, Value)| {
            format!("    <string name=\"{}\">{}</string>\n", escaped(name), escaped(&token.to_string()))
        };
        let tokens: String = tokens.iter().map(element).collect();
        format!("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n{tokens}<string name=\"tokenOrder\">[]</string></map>")
            .into_bytes()
    }

    fn token(entry: &EntryDraft) -> (String, Value) {
        let secret: Vec<i8> = entry.otp.secret().expose().iter().map(|byte| *byte as i8).collect();
        let kind = if counter(entry).is_some() { "HOTP" } else { "TOTP" };
        let token = json!({
            "algo": entry.otp.algorithm().name(), "counter": counter(entry).unwrap_or(0), "digits": entry.otp.digits().count(),
            "issuerExt": entry.issuer, "issuerInt": entry.issuer, "label": entry.account,
            "period": period(entry).unwrap_or(30), "secret": secret, "type": kind,
        });
        (format!("{}:{}", entry.issuer, entry.account), token)
    }

    #[test]
    fn loses_notes_tags_and_favourites() {
        let got = read(&file(&eight().iter().map(token).collect::<Vec<_>>()), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("freeotp-xml", eight_less(lose_extras), vec![]));
    }

    #[test]
    fn what_the_user_typed_wins_and_bad_tokens_are_listed() {
        let mut typed = token(&eight()[0]);
        typed.1["issuerAlt"] = "Typed".into();
        typed.1["labelAlt"] = "by hand".into();
        let mut long = token(&eight()[1]);
        long.1["secret"] = json!([1, 300]);
        let mut strange = token(&eight()[2]);
        strange.1["type"] = "MOTP".into();
        let got = read(&file(&[typed, long, strange, ("setting".into(), "text".into())]), None).unwrap();
        assert_eq!((got.entries[0].issuer.as_str(), got.entries[0].account.as_str()), ("Typed", "by hand"));
        let why: Vec<_> = got.skipped.iter().map(|s| s.why).collect();
        assert_eq!(why, ["bad-secret", "unsupported-type", "bad-content"]);
        assert_eq!(read(&file(&[]), None), Err(ImportError::NoEntries));
    }

    fn links(entries: &[EntryDraft], order: &str) -> Vec<u8> {
        let element = |entry: &EntryDraft| {
            let name = format!("{}:{}", entry.issuer, entry.account);
            let name = if entry.issuer.is_empty() { entry.account.clone() } else { name };
            format!("<string name=\"{}\">{}</string>\n", escaped(&name), escaped(&uri(entry)))
        };
        let links: String = entries.iter().map(element).collect();
        format!("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n{links}{order}</map>")
            .into_bytes()
    }

    #[test]
    fn links_lose_notes_tags_and_favourites() {
        for order in ["<string name=\"tokenOrder\">[]</string>", ""] {
            let got = read(&links(&eight(), order), None).unwrap();
            assert_eq!(
                (got.format, got.entries, got.skipped),
                ("freeotp-xml", eight_less(lose_extras), vec![])
            );
        }
    }

    #[test]
    fn what_was_typed_over_a_link_wins() {
        let link = "otpauth://hotp/Shop:b?secret=MEME&amp;counter=4&amp;issueralt=My+Shop&amp;labelalt=bob&amp;image=x";
        let file = format!(
            "<map><string name=\"tokenOrder\">[]</string><string name=\"Shop:b\">{link}</string><string name=\"n\">otpauth://motp/n?secret=ME</string></map>"
        );
        let got = read(file.as_bytes(), None).unwrap();
        let entry = &got.entries[0];
        assert_eq!(
            (entry.issuer.as_str(), entry.account.as_str(), counter(entry)),
            ("My Shop", "bob", Some(4))
        );
        assert_eq!(entry.lost, ["icon"]);
        assert_eq!((&*got.skipped[0].what, got.skipped[0].why), ("n", "unsupported-type"));
        // Settings of others have links as well.
        let other = "<map><string name=\"last_scan\">otpauth://totp/a?secret=MEME</string></map>";
        assert!(!read(other.as_bytes(), None).is_ok_and(|draft| draft.format == "freeotp-xml"));
    }

    #[test]
    fn damage_never_panics() {
        damage(&links(&eight(), ""), |bytes| drop(read(bytes, None)));
        damage(&file(&eight().iter().map(token).collect::<Vec<_>>()), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["freeotp/freeotp_v1.xml", "freeotp/cotp_v1.xml"]);
    }
}
