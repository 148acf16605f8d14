//! Where KeePass, its plugins and KeePassXC keep one-time passwords among an entry's strings.

use super::login::Login;
use crate::otp::base32::{parse_base32, parse_base64, parse_hex};
use crate::otp::uri::decode;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{Secret, SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// An entry's strings.
pub type Fields = [(String, Secret<String>)];

/// KeePass's own names for a secret, by encoding.
const SECRETS: [&str; 4] = ["-Secret-Base32", "-Secret-Hex", "-Secret-Base64", "-Secret"];

/// The string of that name, when it is not empty.
pub fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    let found = fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
    Some(found.1.expose().as_str()).filter(|value| !value.is_empty())
}

/// Whether a string belongs to a one-time password.
pub fn is_otp_field(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["timeotp-", "hmacotp-"].iter().any(|p| name.starts_with(p))
        || ["otp", "totp seed", "totp settings"].contains(&name.as_str())
}

/// Whether the entry has a one-time password.
pub fn has_any(fields: &Fields) -> bool {
    ["otp", "TOTP Seed"].iter().any(|name| field(fields, name).is_some())
        || ["TimeOtp", "HmacOtp"].iter().any(|family| secret_of(fields, family).is_some())
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
    } else {
        field(fields, "TOTP Seed").map(|seed| own(tray_totp(seed, field(fields, "TOTP Settings"))))
    };
    let counted = secret_of(fields, "HmacOtp").map(|secret| {
        let counter = number(field(fields, "HmacOtp-Counter"), OtpError::BadCounter);
        own(secret.and_then(|s| {
            Otp::new(Kind::Hotp { counter: counter?.unwrap_or(0) }, Algorithm::Sha1, Digits::SIX, s)
        }))
    });
    first.into_iter().chain(counted).collect()
}

/// The string `otp`: a URI, or the KeeOtp plugin's `key=...&step=30&size=6&otpHashMode=Sha1&type=Totp`.
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
    let Some(key) = get("key").filter(|_| !text.contains("://")) else { return login.read(text) };
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
        Otp::new(kind, Algorithm::parse(get("otpHashMode").unwrap_or(""))?, digits, parse_base32(key)?)
    };
    Ok(login.complete(EntryDraft::new("", "", otp().map_err(OtpError::code)?)))
}

/// KeePass 2.47 and later.
fn time_otp(fields: &Fields, secret: SecretBytes) -> Result<Otp, OtpError> {
    let digits = number(field(fields, "TimeOtp-Length"), OtpError::BadDigits)?;
    let period = number(field(fields, "TimeOtp-Period"), OtpError::BadPeriod)?;
    let algorithm = Algorithm::parse(field(fields, "TimeOtp-Algorithm").unwrap_or(""))?;
    let kind = Kind::Totp { period: period.map_or(Ok(Period::THIRTY), Period::new)? };
    Otp::new(kind, algorithm, digits.map_or(Ok(Digits::SIX), Digits::new)?, secret)
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
