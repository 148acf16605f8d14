//! Where KeePass, its plugins and KeePassXC keep one-time passwords among an entry's strings.

use super::login::Login;
use super::telling::is_link;
use crate::otp::base32::{parse_base32, parse_base64, parse_hex};
use crate::otp::uri::{Account, decode, parse_uri};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{Secret, SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// An entry's strings.
pub type Fields = [(String, Secret<String>)];

/// KeePass's own names for a secret, by encoding.
const SECRETS: [&str; 4] = ["-Secret-Base32", "-Secret-Hex", "-Secret-Base64", "-Secret"];

/// The strings that every entry has.
pub const STANDARD: [&str; 5] = ["Title", "UserName", "Password", "URL", "Notes"];

/// The string of that name, when it is not empty.
pub fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    let found = fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
    Some(found.1.expose().as_str()).filter(|value| !value.is_empty())
}

/// Whether a string belongs to a one-time password.
pub fn is_otp_field(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["timeotp-", "hmacotp-"].iter().any(|p| name.starts_with(p))
        || ["otp", "totp seed", "totp settings", "keepassotp.seed", "keepassotp.settings"]
            .contains(&name.as_str())
}

/// Whether the entry has a one-time password where apps keep one.
pub fn has_any(fields: &Fields) -> bool {
    ["otp", "TOTP Seed", "KeePassOTP.Seed"].iter().any(|name| field(fields, name).is_some())
        || ["TimeOtp", "HmacOtp"].iter().any(|family| secret_of(fields, family).is_some())
}

/// What the user wrote elsewhere, in the note and in strings of their own: how people kept one-time passwords before their
/// app knew them.
pub fn own_texts(fields: &Fields) -> impl Iterator<Item = &str> {
    const NAMES: [&str; 2] = ["Title", "UserName"];
    let own = fields.iter().filter(|(name, _)| !NAMES.contains(&name.as_str()) && !is_otp_field(name));
    own.map(|(_, value)| value.expose().as_str())
}

/// The entry's one-time passwords: the first time-based one of the ways to write one, since apps leave the older
/// ways beside the newer; and the counter-based one.
pub fn read(login: &Login<'_>, fields: &Fields) -> Vec<Result<EntryDraft, &'static str>> {
    let own = |otp: Result<Otp, OtpError>| {
        Ok(login.complete(EntryDraft::new("", "", otp.map_err(OtpError::code)?)))
    };
    let first = if let Some(text) = field(fields, "otp") {
        Some(read_otp_field(login, text))
    } else if let Some(secret) = secret_of(fields, "TimeOtp") {
        Some(own(secret.and_then(|s| time_otp(fields, s))))
    } else if let Some(uri) = field(fields, "TOTP Settings").filter(|text| is_link(text)) {
        // KeePassXC up to 2.5.1 put 1Password's whole link there, with a seed beside it or without.
        Some(read_otp_field(login, uri))
    } else if let Some(seed) = field(fields, "TOTP Seed") {
        Some(own(tray_totp(seed, field(fields, "TOTP Settings"))))
    } else {
        let settings = field(fields, "KeePassOTP.Settings").unwrap_or("");
        field(fields, "KeePassOTP.Seed").map(|seed| own(old_keepass_otp(seed, settings)))
    };
    let counted = secret_of(fields, "HmacOtp").map(|secret| {
        let counter = number(field(fields, "HmacOtp-Counter"), OtpError::BadCounter);
        // KeePass itself has neither length nor algorithm here; KeeOtp 2 adds them.
        let (digits, algorithm) = shape(fields, "HmacOtp");
        own(secret
            .and_then(|s| Otp::new(Kind::Hotp { counter: counter?.unwrap_or(0) }, algorithm?, digits?, s)))
    });
    first.into_iter().chain(counted).collect()
}

/// The strings that belong to a one-time password, each with its name.
pub fn own(fields: &Fields) -> Vec<(&str, &str)> {
    let all = fields.iter().map(|(name, value)| (name.as_str(), value.expose().as_str()));
    all.filter(|(name, _)| is_otp_field(name)).collect()
}

/// The string `otp`: a URI, or the KeeOtp plugin's `key=...&step=30&size=6&otpHashMode=Sha1&type=Totp&encoding=Hex`.
pub fn read_otp_field(login: &Login<'_>, text: &str) -> Result<EntryDraft, &'static str> {
    let parameters: Vec<(&str, SecretText)> = text
        .trim()
        .split('&')
        .filter_map(|p| p.split_once('='))
        .map(|(n, v)| (n, decode(v, false)))
        .collect();
    let get = |name: &str| {
        let found = parameters.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.expose().trim()).filter(|value| !value.is_empty())
    };
    // A URI has its own `key`-less query, and is none of these.
    let Some(key) = get("key").filter(|_| !text.contains("://")) else {
        return read_uri(login, text);
    };
    let otp = || {
        let kind = match get("type").unwrap_or("totp").to_ascii_lowercase().as_str() {
            "totp" if get("encoder").is_some_and(|e| e.eq_ignore_ascii_case("steam")) => Kind::Steam,
            "totp" => Kind::Totp {
                period: number(get("step"), OtpError::BadPeriod)?.map_or(Ok(Period::THIRTY), Period::new)?,
            },
            "hotp" => Kind::Hotp { counter: number(get("counter"), OtpError::BadCounter)?.unwrap_or(0) },
            "steam" => Kind::Steam,
            _ => return Err(OtpError::UnsupportedType),
        };
        let digits = number(get("size"), OtpError::BadDigits)?.map_or(Ok(Digits::SIX), Digits::new)?;
        // What KeeOtp 2 adds where the key is not base32.
        let secret = encoded(key, get("encoding").unwrap_or(""))?;
        Otp::new(kind, Algorithm::parse(get("otpHashMode").unwrap_or(""))?, digits, secret)
    };
    Ok(login.complete(EntryDraft::new("", "", otp().map_err(OtpError::code)?)))
}

/// A URI or a bare key. KeeWeb calls every account `default`.
fn read_uri(login: &Login<'_>, text: &str) -> Result<EntryDraft, &'static str> {
    let nameless = |uri: &Account| uri.issuer.is_empty() && uri.account == "default";
    match parse_uri(text) {
        Ok(uri) if nameless(&uri) => Ok(login.complete(EntryDraft::new("", "", uri.otp))),
        _ => login.read(text),
    }
}

/// KeePass 2.47 and later.
fn time_otp(fields: &Fields, secret: SecretBytes) -> Result<Otp, OtpError> {
    let (digits, algorithm) = shape(fields, "TimeOtp");
    let period = number(field(fields, "TimeOtp-Period"), OtpError::BadPeriod)?;
    let kind = Kind::Totp { period: period.map_or(Ok(Period::THIRTY), Period::new)? };
    Otp::new(kind, algorithm?, digits?, secret)
}

/// The strings `-Length` and `-Algorithm` of a family, judged.
fn shape(fields: &Fields, family: &str) -> (Result<Digits, OtpError>, Result<Algorithm, OtpError>) {
    let text = |name: &str| field(fields, &format!("{family}-{name}"));
    let digits = number(text("Length"), OtpError::BadDigits);
    let digits = digits.and_then(|count| count.map_or(Ok(Digits::SIX), Digits::new));
    (digits, Algorithm::parse(text("Algorithm").unwrap_or("")))
}

/// The TrayTOTP plugin, and KeePassXC before 2.3: `30;6`, `30;S` for Steam, and perhaps a time server.
fn tray_totp(seed: &str, settings: Option<&str>) -> Result<Otp, OtpError> {
    let mut parts =
        settings.unwrap_or("").split(';').map(str::trim).map(|p| Some(p).filter(|p| !p.is_empty()));
    let period =
        number(parts.next().flatten(), OtpError::BadPeriod)?.map_or(Ok(Period::THIRTY), Period::new)?;
    let digits = parts.next().flatten();
    let secret = parse_base32(seed)?;
    if digits.is_some_and(|d| d.eq_ignore_ascii_case("s")) {
        return Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, secret);
    }
    let digits = number(digits, OtpError::BadDigits)?.map_or(Ok(Digits::SIX), Digits::new)?;
    Otp::new(Kind::Totp { period }, Algorithm::Sha1, digits, secret)
}

/// The KeePassOTP plugin before it wrote URIs: `30;6;TOTP;BASE32;SHA1`.
fn old_keepass_otp(seed: &str, settings: &str) -> Result<Otp, OtpError> {
    let mut parts = settings.split(';').map(str::trim);
    let mut part = || parts.next().filter(|part| !part.is_empty());
    let period = number(part(), OtpError::BadPeriod)?.map_or(Ok(Period::THIRTY), Period::new)?;
    let digits = number(part(), OtpError::BadDigits)?.map_or(Ok(Digits::SIX), Digits::new)?;
    let kind = match part().unwrap_or("TOTP").to_ascii_lowercase().as_str() {
        "totp" => Kind::Totp { period },
        "steam" => Kind::Steam,
        // Of HOTP its counter stood elsewhere.
        _ => return Err(OtpError::UnsupportedType),
    };
    let secret = encoded(seed, part().unwrap_or(""));
    Otp::new(kind, Algorithm::parse(part().unwrap_or(""))?, digits, secret?)
}

/// A key in an encoding that is named.
fn encoded(key: &str, encoding: &str) -> Result<SecretBytes, OtpError> {
    match encoding.to_ascii_lowercase().as_str() {
        "" | "base32" => parse_base32(key),
        "base64" => parse_base64(key),
        "hex" => parse_hex(key),
        "utf8" | "utf-8" => Ok(SecretBytes::new(key.as_bytes().to_vec())),
        _ => Err(OtpError::BadSecret { at: 0 }),
    }
}

fn secret_of(fields: &Fields, family: &str) -> Option<Result<SecretBytes, OtpError>> {
    SECRETS.iter().find_map(|encoding| {
        let text = field(fields, &format!("{family}{encoding}"))?;
        Some(match *encoding {
            "-Secret-Base32" => parse_base32(text),
            "-Secret-Hex" => parse_hex(text),
            "-Secret-Base64" => parse_base64(text),
            _ => Ok(SecretBytes::new(text.as_bytes().to_vec())),
        })
    })
}

fn number(text: Option<&str>, error: OtpError) -> Result<Option<u64>, OtpError> {
    text.map(|text| text.trim().parse().map_err(|_| error)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(fields: &[(&str, &str)]) -> Vec<Result<EntryDraft, &'static str>> {
        let fields: Vec<_> =
            fields.iter().map(|(n, v)| ((*n).to_owned(), Secret::new((*v).to_owned()))).collect();
        read(&Login { title: "T", username: "u", ..Login::default() }, &fields)
    }

    fn read_shape(fields: &[(&str, &str)]) -> (Kind, Algorithm, u8, Vec<u8>) {
        let entry = entries(fields).remove(0).unwrap();
        let otp = entry.otp;
        (otp.kind(), otp.algorithm(), otp.digits().count(), otp.secret().expose().clone())
    }

    const TWENTY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn keeotp_2_says_how_its_key_is_written() {
        let key = |text: &str| {
            let entry = read_otp_field(&Login::default(), text);
            entry.map(|entry| entry.otp.secret().expose().to_vec())
        };
        assert_eq!(key("key=deadbeef&encoding=Hex"), Ok(vec![0xde, 0xad, 0xbe, 0xef]));
        assert_eq!(key("key=ABCD&encoding=Base64"), Ok(vec![0x00, 0x10, 0x83]));
        assert_eq!(key("key=abcd%20e&encoding=UTF8"), Ok(b"abcd e".to_vec()));
        assert_eq!(key("key=MFRA&encoding=Base32"), Ok(b"ab".to_vec()));
        assert_eq!(key("key=MFRA&encoding=Ascii85"), Err("bad-secret"));
    }

    #[test]
    fn the_name_that_keeweb_gives_every_account_is_none() {
        let names = |uri: &str| {
            let login = Login { title: "Shop", username: "ada", ..Login::default() };
            read_otp_field(&login, uri).map(|entry| (entry.issuer, entry.account))
        };
        let pair = |issuer: &str, account: &str| Ok((issuer.to_owned(), account.to_owned()));
        assert_eq!(names("otpauth://totp/default?secret=MEME&period=60"), pair("Shop", "ada"));
        assert_eq!(names("otpauth://totp/default?secret=MEME&issuer=Mill"), pair("Mill", "default"));
        assert_eq!(names("otpauth://totp/bob?secret=MEME"), pair("Shop", "bob"));
    }

    #[test]
    fn a_link_in_place_of_settings_is_read() {
        let uri = format!("otpauth://totp/Shop:ada?secret={TWENTY}&digits=8");
        for fields in [&[("TOTP Settings", &*uri)][..], &[("TOTP Seed", TWENTY), ("TOTP Settings", &uri)]] {
            let got = entries(fields);
            assert_eq!(got.len(), 1);
            let entry = got[0].as_ref().unwrap();
            assert_eq!((&*entry.issuer, &*entry.account, entry.otp.digits().count()), ("Shop", "ada", 8));
        }
        assert_eq!(entries(&[("TOTP Settings", "30;6")]), []);
    }

    #[test]
    fn every_way_to_write_a_code_is_read() {
        let totp = |period| Kind::Totp { period: Period::new(period).unwrap() };
        let (secret, steam) = (b"12345678901234567890".to_vec(), Kind::Steam);
        let (sha1, sha256, sha512) = (Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512);
        let hex = "31323334 35363738 39303132 33343536 37383930";
        let joined = hex.replace(' ', "");
        for (fields, want) in [
            (vec![("otp", TWENTY)], (totp(30), sha1, 6)),
            (
                vec![("otp", "key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&step=60&size=8&otpHashMode=Sha512")],
                (totp(60), sha512, 8),
            ),
            (
                vec![("otp", "key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&type=Hotp&counter=5")],
                (Kind::Hotp { counter: 5 }, sha1, 6),
            ),
            (vec![("otp", "key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&type=Steam")], (steam, sha1, 5)),
            (vec![("OTP", "key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ%3d&encoder=steam")], (steam, sha1, 5)),
            (vec![("TimeOtp-Secret", "12345678901234567890")], (totp(30), sha1, 6)),
            (vec![("TimeOtp-Secret-Hex", hex), ("TimeOtp-Length", "8")], (totp(30), sha1, 8)),
            (
                vec![("TimeOtp-Secret-Base64", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="), ("TimeOtp-Period", "45")],
                (totp(45), sha1, 6),
            ),
            (
                vec![("TimeOtp-Secret-Base32", TWENTY), ("TimeOtp-Algorithm", "HMAC-SHA-256")],
                (totp(30), sha256, 6),
            ),
            (
                vec![("HmacOtp-Secret-Base32", TWENTY), ("HmacOtp-Counter", "7")],
                (Kind::Hotp { counter: 7 }, sha1, 6),
            ),
            (
                vec![
                    ("HmacOtp-Secret-Base32", TWENTY),
                    ("HmacOtp-Length", "8"),
                    ("HmacOtp-Algorithm", "HMAC-SHA-256"),
                ],
                (Kind::Hotp { counter: 0 }, sha256, 8),
            ),
            (vec![("TOTP Seed", TWENTY)], (totp(30), sha1, 6)),
            (
                vec![("TOTP Seed", TWENTY), ("TOTP Settings", "60;8;https://time.example")],
                (totp(60), sha1, 8),
            ),
            (vec![("TOTP Seed", TWENTY), ("TOTP Settings", "30;S")], (steam, sha1, 5)),
            (
                vec![("KeePassOTP.Seed", TWENTY), ("KeePassOTP.Settings", "30;6;TOTP;BASE32;SHA1")],
                (totp(30), sha1, 6),
            ),
            (
                vec![("KeePassOTP.Settings", "60;8;TOTP;HEX;SHA256"), ("KeePassOTP.Seed", &joined)],
                (totp(60), sha256, 8),
            ),
            (vec![("KeePassOTP.Seed", TWENTY)], (totp(30), sha1, 6)),
        ] {
            let got = read_shape(&fields);
            assert_eq!(got, (want.0, want.1, want.2, secret.clone()), "{fields:?}");
        }
    }

    #[test]
    fn the_newer_way_counts_and_a_counter_stands_beside_it() {
        let both = [("TOTP Seed", "MEME"), ("TimeOtp-Secret-Base32", TWENTY), ("HmacOtp-Secret-Hex", "00")];
        let got = entries(&both);
        assert_eq!(got.len(), 2);
        assert_eq!(got[0].as_ref().map(|e| e.otp.secret().expose().len()), Ok(20));
        assert_eq!(got[1].as_ref().map(|e| e.otp.kind()), Ok(Kind::Hotp { counter: 0 }));
    }

    #[test]
    fn what_is_no_code_has_a_reason() {
        for (fields, why) in [
            (vec![("otp", "otpauth://totp/x")], "no-secret"),
            (vec![("otp", "key=18")], "bad-secret"),
            (vec![("otp", "key=MEME&type=Motp")], "unsupported-type"),
            (vec![("otp", "key=MEME&otpHashMode=Md5")], "unsupported-algorithm"),
            (vec![("TOTP Seed", "MEME"), ("TOTP Settings", "0;6")], "bad-period"),
            (vec![("TOTP Seed", "MEME"), ("TOTP Settings", "30;x")], "bad-digits"),
            (vec![("TimeOtp-Secret-Hex", "0")], "bad-secret"),
            (
                vec![("KeePassOTP.Seed", "MEME"), ("KeePassOTP.Settings", "30;6;HOTP;BASE32;SHA1")],
                "unsupported-type",
            ),
            (
                vec![("KeePassOTP.Seed", "MEME"), ("KeePassOTP.Settings", "30;6;TOTP;BASE32;MD5")],
                "unsupported-algorithm",
            ),
        ] {
            assert_eq!(entries(&fields), [Err(why)], "{fields:?}");
        }
    }
}
