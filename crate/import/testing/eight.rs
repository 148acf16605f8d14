//! The same eight entries for every format. What a format loses is a line in its test, which starts from these.

use crate::otp::base32::base32;
use crate::otp::uri::write_uri;
use crate::otp::{Algorithm, Digits, Kind, Otp, Period};
use crate::secret::SecretBytes;
use crate::vault::entry::EntryDraft;

/// Every kind and hash, 5 to 64 bytes of secret, no issuer, no account, other scripts, and what CSV, XML, JSON
/// and URIs have to escape.
pub fn eight() -> Vec<EntryDraft> {
    let totp = |period| Kind::Totp { period: Period::new(period).unwrap() };
    let mut entries = vec![
        entry("Northwind", "ada@example.com", 20, totp(30), Algorithm::Sha1, 6),
        entry("Harbour Bank", "grace", 32, totp(60), Algorithm::Sha256, 8),
        entry(
            "\u{c4}rzteverein \u{5317}\u{4eac}",
            "hedwig+work@example.org",
            64,
            totp(20),
            Algorithm::Sha512,
            7,
        ),
        entry("", "no issuer", 10, totp(30), Algorithm::Sha1, 6),
        entry("Kiosk", "desk 4", 20, Kind::Hotp { counter: 0 }, Algorithm::Sha1, 6),
        entry("Payroll", "erin", 25, Kind::Hotp { counter: 4711 }, Algorithm::Sha256, 8),
        entry("Steam", "valve_fan", 20, Kind::Steam, Algorithm::Sha1, 5),
        entry("Smith & Sons, \"Ltd\" <uk>", "o'neil; jr/100%", 5, totp(30), Algorithm::Sha1, 6),
    ];
    entries[0].pinned = true;
    entries[0].tags = vec!["Work".into()];
    entries[1].note = "Two lines,\nwith a \"quote\" & more".into();
    entries[2].tags = vec!["Work".into()];
    entries[7].tags = vec!["Family & friends".into()];
    entries[7].note = "call first".into();
    entries
}

/// The eight, each less what `lose` takes from it.
pub fn eight_less(lose: impl Fn(&mut EntryDraft)) -> Vec<EntryDraft> {
    let mut entries = eight();
    entries.iter_mut().for_each(lose);
    entries
}

/// Takes all but the names and the generator.
pub fn lose_extras(entry: &mut EntryDraft) {
    *entry = EntryDraft::new(&*entry.issuer, &*entry.account, entry.otp.clone());
}

/// What an app that knows neither hash nor length nor period makes of an entry, with or without counters.
pub fn lose_parameters(entry: &mut EntryDraft, counters: bool) {
    let kind = match entry.otp.kind() {
        kind @ Kind::Hotp { .. } if counters => kind,
        _ => Kind::Totp { period: Period::THIRTY },
    };
    entry.otp = Otp::new(kind, Algorithm::Sha1, Digits::SIX, entry.otp.secret().clone()).unwrap();
}

/// `totp`, `hotp` or `steam`.
pub fn kind(entry: &EntryDraft) -> &'static str {
    match entry.otp.kind() {
        Kind::Totp { .. } => "totp",
        Kind::Hotp { .. } => "hotp",
        Kind::Steam => "steam",
    }
}

/// The period, where there is one.
pub fn period(entry: &EntryDraft) -> Option<u32> {
    entry.otp.period().map(Period::seconds)
}

/// The counter, where there is one.
pub fn counter(entry: &EntryDraft) -> Option<u64> {
    match entry.otp.kind() {
        Kind::Hotp { counter } => Some(counter),
        _ => None,
    }
}

/// The secret in base32.
pub fn bare(entry: &EntryDraft) -> String {
    base32(entry.otp.secret())
}

/// The entry as an otpauth URI.
pub fn uri(entry: &EntryDraft) -> String {
    write_uri(&entry.issuer, &entry.account, &entry.otp).unwrap()
}

fn entry(
    issuer: &str,
    account: &str,
    length: u8,
    kind: Kind,
    algorithm: Algorithm,
    digits: u64,
) -> EntryDraft {
    let secret: Vec<u8> = (0..length).map(|n| n.wrapping_mul(37) ^ issuer.len() as u8 ^ 0x5a).collect();
    let otp = Otp::new(kind, algorithm, Digits::new(digits).unwrap(), SecretBytes::new(secret)).unwrap();
    EntryDraft::new(issuer, account, otp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::base32::parse_base32;
    use crate::otp::uri::parse_uri;

    #[test]
    fn uris_and_bare_secrets_hold_what_they_can() {
        for entry in eight() {
            let read = parse_uri(&uri(&entry)).unwrap();
            assert_eq!(
                (read.issuer, read.account, &read.otp),
                (entry.issuer.clone(), entry.account.clone(), &entry.otp)
            );
            assert_eq!(&parse_base32(&bare(&entry)).unwrap(), entry.otp.secret());
        }
    }
}
