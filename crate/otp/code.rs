//! The code that a generator shows, at an instant or at a counter.
//!
//! The HMAC and the time step are totp-rs's. The digits are ours: its own formatting panics at ten digits, and
//! its checked constructor refuses the secrets under 128 bits that are everywhere.

use totp_rs::Builder;

use super::{Algorithm, Kind, Otp};
use crate::env::Millis;
use crate::secret::SecretText;

/// Steam's characters, in the order of their values.
const STEAM: &[u8; 26] = b"23456789BCDFGHJKMNPQRTVWXY";

/// A code and the time it holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The characters.
    pub code: SecretText,
    /// The code after it; `None` for HOTP, where showing it would use it up.
    pub next: Option<SecretText>,
    /// The instant at which `next` takes over; `None` for HOTP.
    pub until: Option<Millis>,
}

impl Otp {
    /// The code at an instant. HOTP has no instants: its code is the one of its counter.
    pub fn code_at(&self, now: Millis) -> Code {
        let period = match self.kind() {
            Kind::Hotp { counter } => {
                return Code { code: self.code_for_counter(counter), next: None, until: None };
            }
            Kind::Totp { period } => u64::from(period.seconds()),
            Kind::Steam => 30,
        };
        let step = now.unix_seconds() / period;
        // 2^64 milliseconds are fewer seconds than would let this overflow.
        let until = Millis((step + 1).saturating_mul(period).saturating_mul(1000));
        Code {
            code: self.code_for_counter(step),
            next: Some(self.code_for_counter(step + 1)),
            until: Some(until),
        }
    }

    /// The code of a counter (RFC 4226 5.3), or of a time step's number (RFC 6238 4.2).
    pub fn code_for_counter(&self, counter: u64) -> SecretText {
        let number = self.truncated(counter);
        SecretText::new(match self.kind() {
            Kind::Steam => steam(number),
            _ => decimal(number, self.digits().count()),
        })
    }

    /// The counter after `codes`, when they are what this generator shows for consecutive counters of which the
    /// first is among the `window` ones from the present counter (RFC 4226 7.4); blanks in a code do not count.
    /// `None` when nothing fits, without codes, or when this is no HOTP. The RFC asks for two or more codes
    /// where the window is wide: one six-digit code fits in a window of 100 by chance once in 10,000 times.
    pub fn resynchronised(&self, codes: &[&str], window: u32) -> Option<u64> {
        let Kind::Hotp { counter } = self.kind() else { return None };
        let wanted: Vec<_> = codes
            .iter()
            .map(|code| SecretText::new(code.chars().filter(|c| !c.is_whitespace()).collect()))
            .collect();
        if wanted.is_empty() {
            return None;
        }
        (0..u64::from(window)).find_map(|ahead| {
            let first = counter.checked_add(ahead)?;
            let after = first.checked_add(wanted.len() as u64)?;
            let fits = (first..after).zip(&wanted).all(|(at, code)| self.code_for_counter(at) == *code);
            fits.then_some(after)
        })
    }

    /// The same generator with another counter; anything but HOTP stays as it is.
    pub fn with_counter(mut self, counter: u64) -> Self {
        if let Kind::Hotp { counter: kept } = &mut self.kind {
            *kept = counter;
        }
        self
    }

    /// The 31 bits of RFC 4226 5.3, dynamic truncation.
    fn truncated(&self, counter: u64) -> u32 {
        let algorithm = match self.algorithm() {
            Algorithm::Sha1 => totp_rs::Algorithm::SHA1,
            Algorithm::Sha256 => totp_rs::Algorithm::SHA256,
            Algorithm::Sha512 => totp_rs::Algorithm::SHA512,
        };
        let generator = Builder::new()
            .with_algorithm(algorithm)
            .with_secret(self.secret().expose().as_slice())
            // Steps of one second: the "time" is the counter itself.
            .with_step_duration(1)
            .build_noncompliant();
        let hmac = generator.sign(counter);
        let hmac = hmac.as_ref();
        let offset = usize::from(hmac.last().copied().unwrap_or(0) & 0xf);
        let mut word = [0; 4];
        // The offset is at most 15 and the shortest HMAC has 20 bytes.
        word.iter_mut().zip(hmac.iter().skip(offset)).for_each(|(to, from)| *to = *from);
        u32::from_be_bytes(word) & 0x7fff_ffff
    }
}

/// The last `digits` digits, with leading zeros. 31 bits have ten digits at most.
fn decimal(number: u32, digits: u8) -> String {
    let width = usize::from(digits);
    format!("{:0width$}", u64::from(number) % 10_u64.pow(u32::from(digits)))
}

/// Five characters, least significant first.
fn steam(mut number: u32) -> String {
    (0..5)
        .filter_map(|_| {
            let digit = STEAM.get((number % 26) as usize);
            number /= 26;
            digit.copied().map(char::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otp::{Digits, Period};
    use crate::secret::SecretBytes;

    fn make(kind: Kind, algorithm: Algorithm, digits: u64, secret: &[u8]) -> Otp {
        Otp::new(kind, algorithm, Digits::new(digits).unwrap(), SecretBytes::new(secret.to_vec())).unwrap()
    }

    fn hotp(counter: u64) -> Otp {
        make(Kind::Hotp { counter }, Algorithm::Sha1, 6, b"12345678901234567890")
    }

    fn totp(period: u64) -> Kind {
        Kind::Totp { period: Period::new(period).unwrap() }
    }

    fn at(otp: &Otp, seconds: u64) -> String {
        otp.code_at(Millis(seconds * 1000)).code.expose().clone()
    }

    #[test]
    fn rfc_4226_appendix_d() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (counter, code) in (0..).zip(codes) {
            assert_eq!(hotp(0).code_for_counter(counter).expose(), code);
            assert_eq!(hotp(counter).code_at(Millis(5)).code.expose(), code);
        }
        // The truncated numbers of the same table, whole: ten digits show all 31 bits.
        let ten = make(Kind::Hotp { counter: 0 }, Algorithm::Sha1, 10, b"12345678901234567890");
        for (counter, number) in [(0, "1284755224"), (1, "1094287082"), (4, "1640338314"), (7, "0082162583")]
        {
            assert_eq!(ten.code_for_counter(counter).expose(), number);
        }
    }

    #[test]
    fn rfc_6238_appendix_b() {
        // The RFC's secret is repeated to the length of the hash (its erratum 2866).
        let secret = b"1234567890123456789012345678901234567890123456789012345678901234";
        for (seconds, sha1, sha256, sha512) in [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            // Beyond 2^32 seconds.
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ] {
            for (algorithm, length, code) in [
                (Algorithm::Sha1, 20, sha1),
                (Algorithm::Sha256, 32, sha256),
                (Algorithm::Sha512, 64, sha512),
            ] {
                assert_eq!(at(&make(totp(30), algorithm, 8, &secret[..length]), seconds), code);
            }
        }
    }

    #[test]
    fn every_length_is_the_end_of_the_same_number() {
        // 1284755224 is the number of RFC 4226's first code.
        for digits in 1..=10 {
            let otp = make(Kind::Hotp { counter: 0 }, Algorithm::Sha1, digits, b"12345678901234567890");
            assert_eq!(otp.code_for_counter(0).expose(), &"1284755224"[10 - digits as usize..]);
        }
    }

    /// Computed apart, with Python's `hmac`.
    #[test]
    fn steam_codes() {
        for (secret, seconds, code) in STEAM_VECTORS {
            assert_eq!(at(&make(Kind::Steam, Algorithm::Sha1, 6, secret), *seconds), *code);
        }
    }

    #[test]
    fn short_and_long_secrets_make_codes() {
        for length in [1, 5, 10, 64, 65, 129, 1000] {
            let secret = vec![0xa5; length];
            for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
                assert_eq!(at(&make(totp(30), algorithm, 6, &secret), 0).len(), 6);
            }
        }
    }

    #[test]
    fn the_step_ends_when_the_next_code_starts() {
        let otp = make(totp(30), Algorithm::Sha1, 6, b"12345678901234567890");
        for (now, until) in [(0, 30_000), (29_999, 30_000), (30_000, 60_000), (59_000, 60_000)] {
            let code = otp.code_at(Millis(now));
            assert_eq!(code.until, Some(Millis(until)));
            assert_eq!(code.next, Some(otp.code_at(Millis(until)).code));
            assert_eq!(otp.code_at(Millis(until - 1)).code, code.code);
        }
        assert_eq!(hotp(3).code_at(Millis(0)).until, None);
        assert_eq!(hotp(3).code_at(Millis(0)).next, None);
    }

    #[test]
    fn no_instant_panics() {
        for period in [1, 30, 86_400 * 366] {
            for now in [0, 1, u64::from(u32::MAX) * 1000, u64::MAX - 1, u64::MAX] {
                let code = make(totp(period), Algorithm::Sha512, 10, b"x").code_at(Millis(now));
                assert!(code.until.unwrap() >= Millis(now));
            }
        }
        hotp(u64::MAX).code_at(Millis(0));
    }

    #[test]
    fn looking_ahead_finds_the_tokens_counter() {
        // Codes of the counters 0 to 9, above.
        assert_eq!(hotp(0).resynchronised(&["755224"], 10), Some(1));
        assert_eq!(hotp(0).resynchronised(&["254 676"], 10), Some(6));
        assert_eq!(hotp(0).resynchronised(&["254676", "287922"], 10), Some(7));
        assert_eq!(hotp(0).resynchronised(&["254676", "162583"], 10), None, "not consecutive");
        assert_eq!(hotp(0).resynchronised(&["287922", "254676"], 10), None, "wrong order");
        assert_eq!(hotp(0).resynchronised(&["520489"], 9), None, "outside the window");
        assert_eq!(hotp(0).resynchronised(&["520489"], 10), Some(10));
        assert_eq!(hotp(3).resynchronised(&["755224"], 10), None, "never back");
        assert_eq!(hotp(0).resynchronised(&[], 10), None);
        assert_eq!(hotp(u64::MAX - 1).resynchronised(&["755224", "287082"], 100), None);
        assert_eq!(make(totp(30), Algorithm::Sha1, 6, b"x").resynchronised(&["755224"], 10), None);
    }

    #[test]
    fn a_counter_moves_only_where_there_is_one() {
        assert_eq!(hotp(0).with_counter(9), hotp(9));
        let time_based = make(totp(30), Algorithm::Sha1, 6, b"x");
        assert_eq!(time_based.clone().with_counter(9), time_based);
    }

    const STEAM_VECTORS: &[(&[u8], u64, &str)] = &[
        (b"12345678901234567890", 59, "PV9M4"),
        (b"12345678901234567890", 1111111109, "PY4YB"),
        (b"12345678901234567890", 20000000000, "R5DMB"),
        (b"Hello!\xde\xad\xbe\xef", 1700000000, "2KM2P"),
        (b"\x00", 0, "RYH4D"),
        (
            b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13",
            2000000000,
            "QRY56",
        ),
    ];
}
