//! 2fast (Windows, Android): `.2fa` files. Every text and every secret is sealed by itself, all with one key and one
//! IV. Written from the app's published source and held to files of our own: no file of a user's was at hand.

use data_encoding::BASE64;

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::crypto::{self, Prf};
use super::read::json::{Fields, Value};
use super::source::Unsealed;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::base32;
use crate::secret::{Key, SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// 2fast's data file.
pub(super) struct TwoFast;

impl Importer for TwoFast {
    fn id(&self) -> &'static str {
        "2fast"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| file.at("Collection").is_list() && file.at("IV").is_text())
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        let items = file.list("Collection");
        if items.is_empty() {
            return Err(ImportError::NoEntries);
        }
        let iv = BASE64.decode(file.text("IV").as_bytes()).map_err(|_| ImportError::BadContent)?;
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let sealed = Sealed { key: derive_key(&file, password, limits)?, iv };
        let mut collector = Collector::new("2fast-json-encrypted", limits);
        let mut opened = false;
        for item in items {
            match open(item, &sealed) {
                Ok(item) => {
                    opened = true;
                    let (issuer, label) = (item.issuer.expose().as_str(), item.label.expose().as_str());
                    let secret = SecretText::new(base32(&item.secret));
                    let clear = [
                        ("Issuer", issuer),
                        ("Label", label),
                        ("OTPType", item.kind.expose()),
                        ("Notes", item.notes.expose()),
                        ("SecretByteArray", secret.expose()),
                    ];
                    collector.account(issuer, label, item.entry(), &Unsealed(item.fields, &clear))?;
                }
                // No MAC: one item may be damaged, all of them are a wrong password.
                Err(_) => collector.skip(collector.name("", ""), "damaged")?,
            }
        }
        if opened { collector.finish_some() } else { Err(ImportError::WrongPassword) }
    }
}

/// The salt is the app's, the same for everyone.
fn derive_key(file: &Value, password: &SecretText, limits: &Limits) -> Result<Key, ImportError> {
    const SALT: [u8; 8] = [14, 223, 35, 197, 93, 242, 239, 8];
    let (prf, iterations) = match file.field("Version") {
        Value::Null => (Prf::Sha1, 1000),
        version => match version.as_u64() {
            Some(0 | 1) => (Prf::Sha1, 1000),
            Some(2) => (Prf::Sha256, 25_000),
            _ => return Err(ImportError::UnsupportedVersion),
        },
    };
    crypto::derive_pbkdf2(prf, password.expose().as_bytes(), &SALT, iterations, limits)
}

struct Sealed {
    key: Key,
    iv: Vec<u8>,
}

impl Sealed {
    fn bytes(&self, item: &Value, field: &str) -> Result<SecretBytes, ImportError> {
        let sealed = BASE64.decode(item.text(field).as_bytes()).map_err(|_| ImportError::BadContent)?;
        crypto::open_cbc(&self.key, &self.iv, &sealed)
    }

    /// A field that is not there was not sealed.
    fn text(&self, item: &Value, field: &str) -> Result<SecretText, ImportError> {
        if item.text(field).is_empty() {
            return Ok(SecretText::default());
        }
        let bytes = self.bytes(item, field)?;
        let text = core::str::from_utf8(bytes.expose()).map_err(|_| ImportError::WrongPassword)?;
        Ok(SecretText::new(text.trim().to_owned()))
    }
}

/// An account with its seals broken.
struct Item<'v> {
    fields: &'v Value,
    label: SecretText,
    issuer: SecretText,
    kind: SecretText,
    notes: SecretText,
    tags: Vec<String>,
    secret: SecretBytes,
}

fn open<'v>(fields: &'v Value, sealed: &Sealed) -> Result<Item<'v>, ImportError> {
    let categories = fields.list("SelectedCategories").iter();
    let tags = categories.map(|c| Ok(sealed.text(c, "Name")?.expose().clone()));
    let tags: Vec<String> = tags.collect::<Result<_, ImportError>>()?;
    Ok(Item {
        fields,
        label: sealed.text(fields, "Label")?,
        issuer: sealed.text(fields, "Issuer")?,
        kind: sealed.text(fields, "OTPType")?,
        notes: sealed.text(fields, "Notes")?,
        tags: tags.into_iter().filter(|tag| !tag.is_empty()).collect(),
        secret: sealed.bytes(fields, "SecretByteArray")?,
    })
}

impl Item<'_> {
    fn entry(&self) -> Result<EntryDraft, OtpError> {
        let kind = match self.kind.expose().as_str() {
            "" => "totp",
            // The file has no counter.
            kind if kind.eq_ignore_ascii_case("hotp") => return Err(OtpError::UnsupportedType),
            kind => kind,
        };
        let algorithm = match self.fields.field("HashMode") {
            Value::Number(number) => match number.as_u64() {
                Some(0) => "SHA1".into(),
                Some(1) => "SHA256".into(),
                Some(2) => "SHA512".into(),
                _ => return Err(OtpError::UnsupportedAlgorithm),
            },
            name => name.clone(),
        };
        let parameters = Parameters {
            kind,
            algorithm: &algorithm,
            digits: self.fields.field("TotpSize"),
            period: self.fields.field("Period"),
            counter: &Value::Null,
        };
        let otp = parameters.otp(Ok(self.secret.clone()))?;
        let mut entry = EntryDraft::new(self.issuer.expose(), self.label.expose(), otp);
        self.notes.expose().clone_into(&mut entry.note);
        entry.pinned = self.fields.flag("IsFavourite");
        entry.tags.clone_from(&self.tags);
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage_at, read, seal, unlock};
    use crate::otp::Algorithm;

    fn file(version: u32, password: &str) -> Vec<u8> {
        let key = derive_key(
            &json!({"Version": version}).into(),
            &SecretText::new(password.into()),
            &Limits::default(),
        );
        let key = key.unwrap();
        let sealed = |plain: &[u8]| BASE64.encode(&seal::cbc(key.expose(), [7; 16], plain));
        let text = |text: &str| Value::from(sealed(text.as_bytes()));
        let item = |entry: &EntryDraft| {
            let mode = match entry.otp.algorithm() {
                Algorithm::Sha1 => 0,
                Algorithm::Sha256 => 1,
                Algorithm::Sha512 => 2,
            };
            let tags: Value = entry.tags.iter().map(|tag| json!({"Name": text(tag), "Guid": "g"})).collect();
            json!({
                "Label": text(&entry.account), "Issuer": text(&entry.issuer), "IsFavourite": entry.pinned,
                "Period": period(entry).unwrap_or(30), "HashMode": mode, "OTPType": text(kind(entry)),
                "TotpSize": entry.otp.digits().count(), "SecretByteArray": sealed(entry.otp.secret().expose()),
                "Notes": text(&entry.note), "AccountIconName": null, "SelectedCategories": tags,
            })
        };
        let items: Vec<_> = eight().iter().map(item).collect();
        json!({"Collection": items, "IV": BASE64.encode(&[7; 16]), "Version": version})
            .to_string()
            .into_bytes()
    }

    #[test]
    fn loses_nothing_but_hotp() {
        for version in [1, 2] {
            let got = unlock(&file(version, "x"), "x");
            let kept: Vec<_> = eight().into_iter().filter(|entry| kind(entry) != "hotp").collect();
            assert_eq!((got.format, got.entries), ("2fast-json-encrypted", kept));
            let skipped: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
            assert_eq!(
                skipped,
                [("Kiosk: desk 4", "unsupported-type"), ("Payroll: erin", "unsupported-type")]
            );
        }
    }

    #[test]
    fn a_later_version_is_refused_and_an_empty_file_told() {
        let with = |version: u32, items: Value| {
            json!({"Version": version, "IV": BASE64.encode(&[7; 16]), "Collection": items}).to_string()
        };
        let later = with(3, json!([{}]));
        assert_eq!(read(later.as_bytes(), Some("x")), Err(ImportError::UnsupportedVersion));
        assert_eq!(read(with(2, json!([])).as_bytes(), None), Err(ImportError::NoEntries));
    }

    #[test]
    fn damage_never_panics() {
        damage_at(150, &file(1, "x"), |bytes| drop(read(bytes, Some("x"))));
    }
}
