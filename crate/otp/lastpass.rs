//! LastPass Authenticator's transfer codes, `lpaauth-migration://offline?data=...`: JSON in gzip in base64 in JSON in gzip in
//! base64 in a URI, no encryption at all. Only TOTP.

use serde::{Deserialize, Serialize};

use super::base32::{parse_base32, parse_base64};
use super::gzip::gunzip;
use super::migration::{MigrationError, Part, Refused, data_of};
use super::text::Piece;
use super::uri::{Account, title};
use super::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{SecretBytes, SecretText};

/// How such a code begins.
pub(super) const SCHEME: &str = "lpaauth-migration://";

/// Unpacked a code is no longer: a hundred times what a QR code holds.
const MAX_UNPACKED: usize = 256 * 1024;
/// A QR code has room for some dozens.
const MAX_ACCOUNTS: usize = 1_000;

/// What is around the accounts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    content: String,
    #[serde(default)]
    batch_id: serde_json::Value,
    #[serde(default)]
    batch_index: u64,
    #[serde(default = "one")]
    batch_size: u64,
}

#[derive(Deserialize)]
struct Content {
    a: Vec<Item>,
}

/// One account: what the user called it, and what it was called first.
#[derive(Deserialize, Serialize)]
struct Item {
    #[serde(default, rename = "s")]
    secret: String,
    #[serde(default, rename = "a")]
    algorithm: Option<String>,
    #[serde(default, rename = "d")]
    digits: Option<u64>,
    #[serde(default, rename = "tS")]
    period: Option<u64>,
    #[serde(default, rename = "iN")]
    issuer: Option<String>,
    #[serde(default, rename = "oIN")]
    first_issuer: Option<String>,
    #[serde(default, rename = "uN")]
    account: Option<String>,
    #[serde(default, rename = "oUN")]
    first_account: Option<String>,
}

/// Reads one transfer code, from behind its scheme.
pub(super) fn parse(rest: &str) -> Result<Part, MigrationError> {
    let envelope: Envelope = unpacked(data_of(rest)?.expose())?;
    let content: Content = unpacked(&envelope.content)?;
    if content.a.len() > MAX_ACCOUNTS {
        return Err(MigrationError::Damaged);
    }
    Ok(Part {
        items: content.a.into_iter().map(read).collect(),
        batch: number_of(&envelope.batch_id.to_string()),
        index: envelope.batch_index,
        size: envelope.batch_size,
    })
}

/// JSON in gzip in base64.
fn unpacked<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, MigrationError> {
    let packed = parse_base64(text).map_err(|_| MigrationError::Damaged)?;
    let plain = gunzip(packed.expose(), MAX_UNPACKED).map_err(|_| MigrationError::Damaged)?;
    let plain = SecretBytes::new(plain);
    serde_json::from_slice(plain.expose()).map_err(|_| MigrationError::Damaged)
}

fn read(item: Item) -> Result<Account, Refused> {
    let name = |own: &Option<String>, first: &Option<String>| {
        let mut names = [own, first].into_iter().flatten().map(|name| name.trim());
        names.find(|name| !name.is_empty()).unwrap_or("").to_owned()
    };
    let issuer = name(&item.issuer, &item.first_issuer);
    let account = name(&item.account, &item.first_account);
    let otp = otp(&item);
    let text = SecretText::new(if otp.is_ok() { String::new() } else { written(&item) });
    drop(SecretText::new(item.secret));
    otp.map(|otp| Account { issuer: issuer.clone(), account: account.clone(), otp }).map_err(|why| Refused {
        what: title(&issuer, &account),
        why,
        piece: Box::new(Piece { issuer, account, kind: "totp".to_owned(), text }),
    })
}

fn otp(item: &Item) -> Result<Otp, OtpError> {
    let period = item.period.map_or(Ok(Period::THIRTY), Period::new)?;
    let digits = item.digits.map_or(Ok(Digits::SIX), Digits::new)?;
    let algorithm = Algorithm::parse(item.algorithm.as_deref().unwrap_or(""))?;
    Otp::new(Kind::Totp { period }, algorithm, digits, parse_base32(&item.secret)?)
}

fn written(item: &Item) -> String {
    serde_json::to_string(item).unwrap_or_default()
}

/// A number for a name, FNV-1a: parts belong together that have the same.
fn number_of(name: &str) -> u64 {
    let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

fn one() -> u64 {
    1
}

/// Writes a code, for tests.
#[cfg(test)]
pub(crate) fn write(accounts: &serde_json::Value, (index, size): (u64, u64)) -> String {
    use super::gzip::gzip;
    use data_encoding::BASE64;
    use serde_json::json;

    let content = BASE64.encode(&gzip(json!({"a": accounts, "f": []}).to_string().as_bytes()));
    let envelope =
        json!({"version": 3, "batchId": "B1", "batchSize": size, "batchIndex": index, "content": content});
    let data = BASE64.encode(&gzip(envelope.to_string().as_bytes()));
    let data = data.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{SCHEME}offline?data={data}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::migration::parse_migration;
    use super::super::text::read_texts;
    use super::*;

    const SECRET: &str = "GEZDGNBVGY3TQOJQ";

    #[test]
    fn the_accounts_of_a_code_are_read() {
        let code = write(
            &json!([
                {"s": SECRET, "a": "SHA1", "d": 6, "tS": 30, "iN": "Shop", "oIN": "shop", "uN": "ada", "oUN": "x", "iF": true},
                {"s": SECRET, "a": "SHA256", "d": 8, "tS": 60, "iN": "", "oIN": "Mill", "uN": null, "oUN": "bob"},
                {"s": SECRET, "a": "MD5", "iN": "Old", "uN": "eve"},
                {"a": "SHA1", "iN": "None", "uN": "eve"},
            ]),
            (0, 1),
        );
        let read = read_texts(&[code, format!("otpauth://totp/Z:z?secret={SECRET}")]);
        let of: Vec<_> = read
            .accounts
            .iter()
            .map(|a| (&*a.issuer, &*a.account, a.otp.algorithm(), a.otp.digits().count(), a.otp.kind()))
            .collect();
        let totp = |period| Kind::Totp { period: Period::new(period).unwrap() };
        assert_eq!(
            of,
            [
                ("Z", "z", Algorithm::Sha1, 6, totp(30)),
                ("Shop", "ada", Algorithm::Sha1, 6, totp(30)),
                ("Mill", "bob", Algorithm::Sha256, 8, totp(60)),
            ]
        );
        let told: Vec<_> = read.skipped.iter().map(|u| (&*u.what, u.why, u.piece.is_some())).collect();
        assert_eq!(told, [("Old: eve", "unsupported-algorithm", true), ("None: eve", "no-secret", false)]);
        assert!(read.skipped[0].piece.as_ref().unwrap().text.expose().contains(SECRET));
        assert!(!format!("{read:?}").contains(SECRET) && read.incomplete.is_none());
    }

    #[test]
    fn a_missing_part_is_told() {
        let part = |index: u64| {
            let code = write(&json!([{"s": SECRET, "iN": "A", "uN": index.to_string()}]), (index, 2));
            parse_migration(&code).unwrap()
        };
        assert_eq!(super::super::migration::join([part(1)]).incomplete, Some((1, 2)));
        assert_eq!(super::super::migration::join([part(1), part(0)]).incomplete, None);
    }

    #[test]
    fn damage_and_bombs_are_told() {
        let whole = write(&json!([{"s": SECRET}]), (0, 1));
        assert!(parse_migration(&whole.replace("lpaauth", "LPAAUTH")).is_ok());
        for end in SCHEME.len()..whole.len() - 20 {
            assert_eq!(parse_migration(&whole[..end]), Err(MigrationError::Damaged), "{end}");
        }
        let bomb = json!([{"s": SECRET, "x": "0".repeat(2 * MAX_UNPACKED)}]);
        assert_eq!(parse_migration(&write(&bomb, (0, 1))), Err(MigrationError::Damaged));
        let many = |count| write(&serde_json::Value::from(vec![json!({}); count]), (0, 1));
        assert_eq!(parse_migration(&many(MAX_ACCOUNTS)).unwrap().items.len(), MAX_ACCOUNTS);
        assert_eq!(parse_migration(&many(MAX_ACCOUNTS + 1)), Err(MigrationError::Damaged));
        // Small codes of many accounts.
        let texts: Vec<_> = (0..50).map(|_| many(MAX_ACCOUNTS)).collect();
        assert_eq!(read_texts(&texts).skipped.len(), 10_001);
    }
}
