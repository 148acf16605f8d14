//! Battle.net's phone app: its Android preferences, with secret and serial number masked by a fixed key.

use data_encoding::HEXLOWER_PERMISSIVE;

use super::collect::Collector;
use super::read::prefs;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_hex;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::entry::EntryDraft;

/// Battle.net's preferences.
pub(super) struct BattleNet;

const SECRET: &str = ".AUTHENTICATOR_DEVICE_SECRET";
const SERIAL: &str = ".AUTHENTICATOR_SERIAL";
/// What the app before wrote: 40 hexadecimal digits of the secret and the serial number, masked as one.
const HASH: &str = ".AUTH_STORE.HASH";
const CIPHER: &str = ".AUTHENTICATOR_CREDENTIALS_ENCRYPTION_TYPE";

const SECRET_DIGITS: usize = 40;

/// What every installation masks with.
const MASK: [u8; 57] = [
    0x39, 0x8e, 0x27, 0xfc, 0x50, 0x27, 0x6a, 0x65, 0x60, 0x65, 0xb0, 0xe5, 0x25, 0xf4, 0xc0, 0x6c, 0x04,
    0xc6, 0x10, 0x75, 0x28, 0x6b, 0x8e, 0x7a, 0xed, 0xa5, 0x9d, 0xa9, 0x81, 0x3b, 0x5d, 0xd6, 0xc8, 0x0d,
    0x2f, 0xb3, 0x80, 0x68, 0x77, 0x3f, 0xa5, 0x9b, 0xa4, 0x7c, 0x17, 0xca, 0x6c, 0x64, 0x79, 0x01, 0x5c,
    0x1d, 0x5b, 0x8b, 0x8f, 0x6b, 0x9a,
];

impl Importer for BattleNet {
    fn id(&self) -> &'static str {
        "battle-net"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        prefs::has(input.bytes, SECRET) || prefs::has(input.bytes, HASH)
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let strings = prefs::strings(input.bytes).ok_or(ImportError::BadContent)??;
        let find =
            |ending| strings.iter().find(|(name, _)| name.ends_with(ending)).map(|(_, text)| text.trim());
        if find(CIPHER).is_some_and(|cipher| cipher != "MASK") {
            return Err(ImportError::UnsupportedVersion);
        }
        let (masked, (secret, serial)) = match find(SECRET) {
            Some(masked) => (masked, (unmask(masked), find(SERIAL).and_then(unmask))),
            None => find(HASH).map(|masked| (masked, halves(masked))).ok_or(ImportError::BadContent)?,
        };
        let serial = String::from_utf8_lossy(serial.unwrap_or_default().expose()).into_owned();
        let mut collector = Collector::new("battlenet-xml", limits);
        let entry = otp(secret).map(|otp| EntryDraft::new("Battle.net", serial.as_str(), otp));
        let own = [("serial", serial.as_str()), (SECRET, masked)];
        collector.account("Battle.net", &serial, entry, &own[..])?;
        collector.finish_some()
    }
}

/// The unmasked secret is hexadecimal text.
fn otp(text: Option<SecretBytes>) -> Result<Otp, OtpError> {
    let bad = OtpError::BadSecret { at: 0 };
    let text = text.ok_or(bad)?;
    let secret = parse_hex(core::str::from_utf8(text.expose()).map_err(|_| bad)?)?;
    Otp::new(Kind::Totp { period: Period::THIRTY }, Algorithm::Sha1, Digits::new(8)?, secret)
}

/// Secret and serial number of one mask.
fn halves(masked: &str) -> (Option<SecretBytes>, Option<SecretBytes>) {
    let text = unmask(masked);
    let parts = text.as_ref().and_then(|text| text.expose().split_at_checked(SECRET_DIGITS));
    let copy = |part: &[u8]| SecretBytes::new(part.to_vec());
    (parts.map(|(secret, _)| copy(secret)), parts.map(|(_, serial)| copy(serial)))
}

fn unmask(hex: &str) -> Option<SecretBytes> {
    let mut bytes = SecretBytes::new(HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?);
    if bytes.expose().len() > MASK.len() {
        return None;
    }
    bytes.expose_mut().iter_mut().zip(MASK).for_each(|(byte, mask)| *byte ^= mask);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::{damage, expected, read};

    fn mask(text: &str) -> String {
        HEXLOWER_PERMISSIVE.encode(unmask(&HEXLOWER_PERMISSIVE.encode(text.as_bytes())).unwrap().expose())
    }

    fn file(secret: &str, cipher: &str) -> Vec<u8> {
        let app = "com.blizzard.messenger";
        format!(
            "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n<string name=\"{app}{CIPHER}\">{cipher}</string>\
            <string name=\"{app}{SECRET}\">{}</string><string name=\"{app}{SERIAL}\">{}</string></map>",
            mask(secret),
            mask("EU-1234-5678-9012"),
        )
        .into_bytes()
    }

    /// The app holds one account, SHA-1 and eight digits: it cannot hold the eight.
    #[test]
    fn reads_its_one_account() {
        let got = read(&file("00112233445566778899aabbccddeeff00112233", "MASK"), None).unwrap();
        let entry = &got.entries[0];
        assert_eq!((entry.issuer.as_str(), entry.account.as_str()), ("Battle.net", "EU-1234-5678-9012"));
        assert_eq!((entry.otp.digits().count(), entry.otp.period()), (8, Some(Period::THIRTY)));
        assert_eq!(entry.otp.secret().expose()[..4], [0x00, 0x11, 0x22, 0x33]);
        assert_eq!((got.entries.len(), got.skipped.len(), got.format), (1, 0, "battlenet-xml"));
    }

    #[test]
    fn the_app_before_masked_both_as_one() {
        let both = mask("00112233445566778899aabbccddeeff00112233US-1234-5678-9012");
        let file = format!(
            "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n<string name=\"com.blizzard.bma{HASH}\">{both}</string></map>"
        );
        let got = read(file.as_bytes(), None).unwrap();
        assert_eq!((got.entries[0].account.as_str(), got.entries.len()), ("US-1234-5678-9012", 1));
        assert_eq!(got.entries[0].otp.secret().expose()[..4], [0x00, 0x11, 0x22, 0x33]);
        let cut = read(file.replace(&both[60..], "").as_bytes(), None).unwrap();
        assert_eq!((cut.entries.len(), cut.skipped[0].why), (0, "bad-secret"));
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let other = read(&file("00", "KEYSTORE"), None);
        assert_eq!(other, Err(ImportError::UnsupportedVersion));
        assert_eq!(read(&file("not hex", "MASK"), None).unwrap().skipped[0].why, "bad-secret");
        // Longer than the mask.
        let long = String::from_utf8(file("00", "MASK")).unwrap().replace(&mask("00"), &"00".repeat(58));
        assert_eq!(read(long.as_bytes(), None).unwrap().skipped[0].why, "bad-secret");
    }

    #[test]
    fn damage_never_panics() {
        damage(&file("00112233", "MASK"), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn known_files() {
        expected::check(&["battle_net"]);
    }
}
