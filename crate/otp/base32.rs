//! Secrets as text: base32 as sites print it, and the hexadecimal and base64 that other apps' files use.

use super::OtpError;
use crate::secret::{Secret, SecretBytes};

/// RFC 4648 section 6.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Reads base32 as people and apps write it: any case, with blanks, tabs, dashes and padding.
/// Lengths that are no whole number of bytes occur in real exports: the last bits are dropped, as every app does.
/// An empty text gives no bytes; [`super::Otp::new`] refuses those.
pub fn parse_base32(text: &str) -> Result<SecretBytes, OtpError> {
    unpack(text, 5, |c| match c.to_ascii_uppercase() {
        c @ 'A'..='Z' => Some(c as u8 - b'A'),
        c @ '2'..='7' => Some(c as u8 - b'2' + 26),
        _ => None,
    })
}

/// Reads hexadecimal, any case, blanks and dashes dropped. Half a byte at the end is an error.
pub fn parse_hex(text: &str) -> Result<SecretBytes, OtpError> {
    let digits = text.chars().filter(|c| !is_filler(*c)).count();
    if digits % 2 != 0 {
        return Err(OtpError::BadSecret { at: text.chars().count() });
    }
    unpack(text, 4, |c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
}

/// Reads base64, standard or URL alphabet, padded or not. Unlike in the other two a dash is a digit here.
pub fn parse_base64(text: &str) -> Result<SecretBytes, OtpError> {
    let digits = text.chars().filter(|c| *c == '-' || !is_filler(*c)).count();
    if digits % 4 == 1 {
        return Err(OtpError::BadSecret { at: text.chars().count() });
    }
    unpack(text, 6, |c| match c {
        'A'..='Z' => Some(c as u8 - b'A'),
        'a'..='z' => Some(c as u8 - b'a' + 26),
        '0'..='9' => Some(c as u8 - b'0' + 52),
        '+' | '-' => Some(62),
        '/' | '_' => Some(63),
        _ => None,
    })
}

/// Steam's secret, which is 20 bytes: base32, or as Steam itself writes it, base64. One in fifteen of the latter has no sign that
/// base32 lacks, but none is in one case.
pub fn parse_steam(text: &str) -> Result<SecretBytes, OtpError> {
    let mixed =
        text.contains(|c: char| c.is_ascii_uppercase()) && text.contains(|c: char| c.is_ascii_lowercase());
    let base64 = || parse_base64(text).ok().filter(|secret| secret.expose().len() == 20);
    match (mixed.then(base64).flatten(), parse_base32(text)) {
        (Some(secret), _) => Ok(secret),
        (None, Err(error)) => base64().ok_or(error),
        (None, secret) => secret,
    }
}

/// Writes base32, upper case and without padding: what every app reads.
pub fn base32(secret: &SecretBytes) -> String {
    let bytes = secret.expose();
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut held) = (0u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            push_digit(&mut text, bits >> held);
        }
    }
    if held > 0 {
        push_digit(&mut text, bits << (5 - held));
    }
    text
}

/// Appends the base32 digit of the lowest five bits.
fn push_digit(text: &mut String, bits: u32) {
    if let Some(digit) = ALPHABET.get((bits & 31) as usize) {
        text.push(char::from(*digit));
    }
}

/// Joins digits of `width` bits to bytes; bits short of a byte at the end are dropped.
fn unpack(text: &str, width: u32, value: impl Fn(char) -> Option<u8>) -> Result<SecretBytes, OtpError> {
    // Enough for all of it, so that no copy of the secret is left behind by growing.
    let mut bytes = Secret::new(Vec::with_capacity(text.len()));
    let (mut bits, mut held) = (0u32, 0);
    for (at, c) in text.chars().enumerate() {
        let Some(digit) = value(c) else {
            if is_filler(c) {
                continue;
            }
            return Err(OtpError::BadSecret { at });
        };
        bits = (bits << width) | u32::from(digit);
        held += width;
        if held >= 8 {
            held -= 8;
            bytes.expose_mut().push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Ok(bytes)
}

/// What people and apps put between and behind the digits.
fn is_filler(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '=' | '\u{2060}' | '\u{200b}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        parse_base32(text).unwrap().expose().clone()
    }

    #[test]
    fn rfc_4648_vectors_both_ways() {
        for (plain, coded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(bytes(coded), plain.as_bytes());
            assert_eq!(base32(&SecretBytes::new(plain.as_bytes().to_vec())), coded);
        }
    }

    #[test]
    fn what_people_type_is_read() {
        for text in ["jbsw y3dp-ehpk\u{a0}3pxp", "JBSWY3DPEHPK3PXP====", "\tJBSW\nY3DP\r\nEHPK3PXP "] {
            assert_eq!(bytes(text), b"Hello!\xde\xad\xbe\xef");
        }
    }

    #[test]
    fn odd_lengths_drop_the_last_bits() {
        assert_eq!(bytes("A"), b"");
        assert_eq!(bytes("MZX"), b"f");
        assert_eq!(bytes("MZXW6Z"), b"foo");
        // 26 digits: 130 bits, of which two are dropped though they are set.
        assert_eq!(bytes("7KSQL2JTUDIS5EF65KLMRQIIGY").len(), 16);
        assert_eq!(bytes("7777777777777777777777777"), [0xff; 15]);
    }

    #[test]
    fn other_characters_are_errors_with_their_place() {
        for (text, at) in [("01890189", 0), ("JBSW1", 4), ("JB\u{e9}", 2), ("JBSW_Y3DP", 4), ("\u{17f}", 0)] {
            assert_eq!(parse_base32(text), Err(OtpError::BadSecret { at }), "{text}");
        }
    }

    #[test]
    fn steams_base64_is_told_from_base32_by_its_two_cases() {
        let steam = |text: &str| parse_steam(text).map(|secret| secret.expose().clone());
        // Every sign is one of base32's, too.
        let text = "abcdefghijklmnopqrstuvwxyzA=";
        assert_eq!(steam(text).unwrap(), *parse_base64(text).unwrap().expose());
        assert_eq!(steam(text).unwrap().len(), 20);
        assert_eq!(steam("abcdefghijklmnopqrstuvwxyz0=").unwrap().len(), 20);
        for text in [
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ2",
            "abcdefghijklmnopqrstuvwxyz2",
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "Mzxw6ytb",
        ] {
            assert_eq!(steam(text).unwrap(), bytes(text), "{text}");
        }
        assert_eq!(steam("abc0"), Err(OtpError::BadSecret { at: 3 }));
    }

    #[test]
    fn hexadecimal_and_base64() {
        assert_eq!(parse_hex("DE ad-Be ef").unwrap().expose(), &[0xde, 0xad, 0xbe, 0xef]);
        assert_eq!(parse_hex("abc"), Err(OtpError::BadSecret { at: 3 }));
        assert_eq!(parse_hex("0x10"), Err(OtpError::BadSecret { at: 1 }));
        assert_eq!(parse_base64("SGVsbG8h3q2+7w==").unwrap().expose(), b"Hello!\xde\xad\xbe\xef");
        assert_eq!(parse_base64("SGVsbG8h3q2-7w").unwrap().expose(), b"Hello!\xde\xad\xbe\xef");
        assert_eq!(parse_base64("A"), Err(OtpError::BadSecret { at: 1 }));
        assert_eq!(parse_base64("AB*D"), Err(OtpError::BadSecret { at: 2 }));
    }
}
