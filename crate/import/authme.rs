//! Authme (desktop): `.authme` files with the codes as a base64 text of blocks, and that text alone. Its pages with QR
//! codes are read as any such page.
//!
//! Files with `encrypted: true` are sealed with a key that stays in the app.

use data_encoding::BASE64;

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::json::{Fields, Value};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::otp::{Otp, OtpError};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// Authme's export.
pub(super) struct Authme;

impl Importer for Authme {
    fn id(&self) -> &'static str {
        "authme"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        match input.outline() {
            Some(file) => file.at("role").is_text() && file.at("codes").is_text(),
            None => input.text().is_some_and(has_blocks),
        }
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if input.outline().is_none() {
            return draft("authme-txt", input.text().ok_or(ImportError::BadContent)?, limits);
        }
        let file = input.json()?;
        if file.flag("encrypted") {
            return Err(ImportError::UnsupportedVersion);
        }
        let codes = BASE64.decode(file.text("codes").trim().as_bytes());
        let codes = SecretBytes::new(codes.map_err(|_| ImportError::BadContent)?);
        let codes = core::str::from_utf8(codes.expose()).map_err(|_| ImportError::BadContent)?;
        draft("authme-json", codes, limits)
    }
}

/// What a block's lines begin with, in order.
const FIELDS: [&str; 4] = ["Name", "Secret", "Issuer", "Type"];

/// Whether the text begins with a block, down to a type of its.
fn has_blocks(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    FIELDS.iter().all(|field| {
        let value = lines.next().and_then(|line| line.strip_prefix(field)?.strip_prefix(':'));
        value.is_some_and(|value| *field != "Type" || value.trim().starts_with("OTP_"))
    })
}

fn draft(format: &'static str, codes: &str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    // A block begins with its name.
    let mut block = Block::default();
    for line in codes.lines() {
        let Some((field, value)) = line.split_once(':') else { continue };
        match (field.trim(), value.trim()) {
            ("Name", name) => {
                core::mem::take(&mut block).end(&mut collector)?;
                block = Block { begun: true, name, ..Block::default() };
            }
            ("Secret", secret) => block.secret = secret,
            ("Issuer", issuer) => block.issuer = issuer,
            ("Type", kind) => block.kind = kind,
            _ => {}
        }
    }
    block.end(&mut collector)?;
    collector.finish_some()
}

/// One account's lines.
#[derive(Default)]
struct Block<'t> {
    begun: bool,
    name: &'t str,
    secret: &'t str,
    issuer: &'t str,
    kind: &'t str,
}

impl Block<'_> {
    fn end(self, collector: &mut Collector) -> Result<(), ImportError> {
        if !self.begun {
            return Ok(());
        }
        let entry = self.otp().map(|otp| EntryDraft::new(self.issuer, self.name, otp));
        collector.account(self.issuer, self.name, entry, &self.fields()[..])
    }

    fn fields(&self) -> [(&str, &str); 4] {
        [("Name", self.name), ("Secret", self.secret), ("Issuer", self.issuer), ("Type", self.kind)]
    }

    fn otp(&self) -> Result<Otp, OtpError> {
        let kind = self.kind.strip_prefix("OTP_").unwrap_or(self.kind);
        let kind = if kind.is_empty() { "totp" } else { kind };
        Parameters::of(&Value::Null, kind).otp(parse_base32(self.secret))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage, expected, read};

    fn file(codes: &str, encrypted: bool) -> Vec<u8> {
        let codes = BASE64.encode(codes.as_bytes());
        json!({"role": "codes", "encrypted": encrypted, "codes": codes, "version": 3})
            .to_string()
            .into_bytes()
    }

    fn codes() -> String {
        let block = |entry: &EntryDraft| {
            let kind = kind(entry).to_uppercase();
            let (name, secret, issuer) = (&entry.account, bare(entry), &entry.issuer);
            format!("\nName:   {name} \nSecret: {secret} \nIssuer: {issuer} \nType:   OTP_{kind}\n")
        };
        eight().iter().map(block).collect()
    }

    #[test]
    fn keeps_names_secrets_and_types() {
        let got = read(&file(&codes(), false), None).unwrap();
        let kept = eight_less(|entry| {
            let otp = Parameters::of(&Value::Null.into(), kind(entry)).otp(Ok(entry.otp.secret().clone()));
            *entry = EntryDraft::new(entry.issuer.clone(), entry.account.clone(), otp.unwrap());
        });
        assert_eq!((got.format, got.entries, got.skipped), ("authme-json", kept, vec![]));
    }

    #[test]
    fn the_text_alone_is_known_by_its_first_block() {
        let got = read(codes().replace('\n', "\r\n").as_bytes(), None).unwrap();
        let kept = read(&file(&codes(), false), None).unwrap();
        assert_eq!((got.format, got.entries, got.skipped), ("authme-txt", kept.entries, kept.skipped));
        for other in [
            "Name: a\nSecret: MEME\nIssuer: b\nType: TOTP\n",
            "Name: a\nIssuer: b\nSecret: MEME\nType: OTP_TOTP\n",
            "Dear Name: a\nSecret: MEME\nIssuer: b\nType: OTP_TOTP\n",
        ] {
            assert!(!read(other.as_bytes(), None).is_ok_and(|draft| draft.format == "authme-txt"), "{other}");
        }
        damage(codes().as_bytes(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn what_stays_in_the_app_is_said() {
        assert_eq!(read(&file("", true), None), Err(ImportError::UnsupportedVersion));
        assert_eq!(read(&file("", false), None), Err(ImportError::NoEntries));
        let got = read(&file("Name: a\nSecret: ME\nType: OTP_MOTP\n", false), None).unwrap();
        assert_eq!(got.skipped[0].why, "unsupported-type");
    }

    #[test]
    fn damage_never_panics() {
        damage(&file(&codes(), false), |bytes| drop(read(bytes, None)));
        damage(codes().as_bytes(), |bytes| drop(read(&file(&String::from_utf8_lossy(bytes), false), None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["authme"]);
    }
}
