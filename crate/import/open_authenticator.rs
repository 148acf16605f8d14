//! Open Authenticator: `.bak` files. Secrets (and in later versions names) are sealed one by one; an HMAC over the
//! password tells a wrong one. Written from the app's published source and held to files of our own: no file of a
//! user's was at hand.

use data_encoding::BASE64;

use super::collect::Collector;
use super::parameters::Parameters;
use super::read::crypto::{self, Argon2Cost};
use super::read::json::{Fields, Value};
use super::source::Unsealed;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::parse_base32;
use crate::secret::{Key, SecretText};
use crate::vault::entry::EntryDraft;

/// Open Authenticator's backup.
pub(super) struct OpenAuthenticator;

impl Importer for OpenAuthenticator {
    fn id(&self) -> &'static str {
        "open-authenticator"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.outline().is_some_and(|file| file.at("totps").is_list() && file.at("salt").is_text())
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let file = input.json()?;
        let items = file.list("totps");
        if items.is_empty() {
            return Err(ImportError::NoEntries);
        }
        let password = password.ok_or(ImportError::PasswordNeeded)?;
        let key = derive_key(&file, password, limits)?;
        let mut collector = Collector::new("open-authenticator-encrypted", limits);
        for item in items {
            match open(item, &key) {
                Ok(item) => {
                    let clear = [
                        ("secret", item.secret.expose().as_str()),
                        ("issuer", &item.issuer),
                        ("label", &item.label),
                    ];
                    collector.account(
                        &item.issuer,
                        &item.label,
                        item.entry(),
                        &Unsealed(item.fields, &clear),
                    )?;
                }
                // The app keeps what it cannot open itself, from an earlier password.
                Err(_) => collector.skip(collector.name("", ""), "another-password")?,
            }
        }
        collector.finish_some()
    }
}

/// Lanes of Argon2: the app's today, and those of its older versions. No file says which.
const LANES: [u32; 2] = [8, 1];

fn derive_key(file: &Value, password: &SecretText, limits: &Limits) -> Result<Key, ImportError> {
    let password = password.expose().as_bytes();
    let salt = bytes(file, "salt")?;
    for lanes in LANES {
        let key = crypto::derive_argon2(password, &salt, Argon2Cost::id(1 << 12, 3, lanes), limits)?;
        if fits(file, password, &key)? {
            return Ok(key);
        }
    }
    Err(ImportError::WrongPassword)
}

/// Whether it is the file's key. Old files have no signature: there a secret that opens tells.
fn fits(file: &Value, password: &[u8], key: &Key) -> Result<bool, ImportError> {
    if file.has("passwordSignature") {
        let signature = crypto::hmac_sha256(key.expose(), &[password]);
        return Ok(crypto::same(&signature, &bytes(file, "passwordSignature")?));
    }
    Ok(file.list("totps").iter().any(|item| open(item, key).is_ok()))
}

fn bytes(file: &Value, field: &str) -> Result<Vec<u8>, ImportError> {
    BASE64.decode(file.text(field).as_bytes()).map_err(|_| ImportError::BadContent)
}

/// An account with its seals broken.
struct Item<'v> {
    fields: &'v Value,
    label: String,
    issuer: String,
    secret: SecretText,
}

fn open<'v>(fields: &'v Value, key: &Key) -> Result<Item<'v>, ImportError> {
    let text = |field| match fields.field(field) {
        Value::Null => Ok(String::new()),
        // Old files have names in the clear.
        Value::String(clear) => Ok(clear.trim().to_owned()),
        sealed => Ok(unseal(sealed, key)?.expose().trim().to_owned()),
    };
    Ok(Item {
        fields,
        label: text("label")?,
        issuer: text("issuer")?,
        secret: unseal(fields.field("secret"), key)?,
    })
}

/// A list of bytes: nonce, ciphertext, tag.
fn unseal(sealed: &Value, key: &Key) -> Result<SecretText, ImportError> {
    let bytes = sealed.as_array().ok_or(ImportError::BadContent)?.iter();
    let bytes = bytes.map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()));
    let bytes = bytes.collect::<Option<Vec<u8>>>().ok_or(ImportError::BadContent)?;
    let (nonce, sealed) = bytes.split_at_checked(12).ok_or(ImportError::BadContent)?;
    let plain = crypto::open_gcm(key, nonce, b"", sealed)?;
    let plain = core::str::from_utf8(plain.expose()).map_err(|_| ImportError::BadContent)?;
    Ok(SecretText::new(plain.to_owned()))
}

impl Item<'_> {
    fn entry(&self) -> Result<EntryDraft, OtpError> {
        let parameters =
            Parameters { period: self.fields.field("validity"), ..Parameters::of(self.fields, "totp") };
        let otp = parameters.otp(parse_base32(self.secret.expose()))?;
        let mut entry = EntryDraft::new(&*self.issuer, &*self.label, otp);
        if self.fields.has("imageUrl") {
            entry.lost.push("icon");
        }
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage_at, read, seal, unlock};

    fn key(password: &str, lanes: u32) -> Key {
        let cost = Argon2Cost::id(1 << 12, 3, lanes);
        crypto::derive_argon2(password.as_bytes(), &[1; 32], cost, &Limits::default()).unwrap()
    }

    fn sealed(plain: &str, key: &Key) -> Value {
        json!([&[2; 12][..], &seal::gcm(key.expose(), [2; 12], b"", plain.as_bytes())].concat())
    }

    fn file(password: &str, signed: bool) -> Value {
        file_of(password, 8, signed)
    }

    fn file_of(password: &str, lanes: u32, signed: bool) -> Value {
        let key = key(password, lanes);
        let name = |name: &str| if signed { sealed(name, &key) } else { name.into() };
        let item = |entry: &EntryDraft| {
            json!({
                "uuid": "u", "secret": sealed(&bare(entry), &key), "label": name(&entry.account),
                "issuer": name(&entry.issuer), "algorithm": entry.otp.algorithm().name(),
                "digits": entry.otp.digits().count(), "validity": period(entry), "encryptionSalt": [1],
            })
        };
        let totp = eight().into_iter().filter(|entry| kind(entry) == "totp");
        let items: Vec<_> = totp.map(|entry| item(&entry)).collect();
        let mut file = json!({"salt": BASE64.encode(&[1; 32]), "totps": items});
        if signed {
            let signature = crypto::hmac_sha256(key.expose(), &[password.as_bytes()]);
            file["passwordSignature"] = BASE64.encode(&signature).into();
        }
        file
    }

    #[test]
    fn has_only_totp_and_loses_notes_tags_and_pins() {
        let kept = eight_less(|entry| {
            entry.note.clear();
            entry.tags.clear();
            entry.pinned = false;
        });
        let kept: Vec<_> = kept.into_iter().filter(|entry| kind(entry) == "totp").collect();
        for (lanes, signed) in LANES.into_iter().flat_map(|lanes| [(lanes, true), (lanes, false)]) {
            let got = unlock(file_of("x", lanes, signed).to_string().as_bytes(), "x");
            let format = "open-authenticator-encrypted";
            assert_eq!((got.format, got.entries, got.skipped), (format, kept.clone(), vec![]));
        }
    }

    #[test]
    fn an_item_of_an_earlier_password_is_listed() {
        let mut file = file("x", true);
        file["totps"][1]["secret"] = sealed("MEME", &key("earlier", 8));
        let got = read(file.to_string().as_bytes(), Some("x")).unwrap();
        assert_eq!((got.entries.len(), got.skipped[0].why), (4, "another-password"));
    }

    #[test]
    fn both_derivations_are_bounded() {
        let file = file_of("x", 1, true).to_string();
        let limits = Limits { max_kdf_kib: 1 << 11, ..Limits::default() };
        let got = crate::import::import(
            &crate::import::Input::new(file.as_bytes(), &[]),
            Some(&SecretText::new("x".into())),
            &limits,
        );
        assert!(matches!(got, Err(ImportError::TooMuchWork { kib: 4096, .. })));
    }

    #[test]
    fn damage_never_panics() {
        let file = file("x", true).to_string();
        damage_at(40, file.as_bytes(), |bytes| drop(read(bytes, Some("x"))));
    }
}
