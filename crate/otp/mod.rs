//! One-time passwords: what an account's generator is, and the code it shows at an instant.
//!
//! Everything is checked when it is made, so that making a code cannot fail or panic later.

pub mod base32;
pub mod code;
pub mod found;
pub mod gzip;
pub(crate) mod lastpass;
pub mod migration;
#[cfg(test)]
mod odd_uris;
mod protobuf;
pub mod text;
pub mod unwrap;
pub mod uri;

use core::fmt;

use crate::secret::SecretBytes;

/// The hash under the HMAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC-SHA-1, what nearly every site uses.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

/// How many digits a code has: 1 to 10 (a truncated HMAC has 31 bits, so more would be padding).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits(u8);

/// The length of a time step in seconds: 1 to 86,400 x 366.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period(u32);

/// How the moving factor moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// RFC 6238: by time.
    Totp {
        /// Seconds in a step.
        period: Period,
    },
    /// RFC 4226: by use.
    Hotp {
        /// The counter that the next code is made from.
        counter: u64,
    },
    /// Steam Guard: SHA-1, 30 s, five characters of Steam's alphabet.
    Steam,
}

/// One account's generator. Holding one means that its parameters are legal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Otp {
    kind: Kind,
    algorithm: Algorithm,
    digits: Digits,
    secret: SecretBytes,
}

/// Why parameters are not a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpError {
    /// The secret is empty.
    NoSecret,
    /// The secret has a character outside its alphabet; `at` counts characters from 0.
    BadSecret {
        /// Where.
        at: usize,
    },
    /// Digits outside 1 to 10.
    BadDigits,
    /// A period of 0 seconds or more than a year.
    BadPeriod,
    /// A counter that is no whole number.
    BadCounter,
    /// A hash other than SHA-1, SHA-256 and SHA-512.
    UnsupportedAlgorithm,
    /// A type other than totp, hotp and steam.
    UnsupportedType,
}

impl OtpError {
    /// The stable code that crosses to the interface and the native tool.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSecret => "no-secret",
            Self::BadSecret { .. } => "bad-secret",
            Self::BadDigits => "bad-digits",
            Self::BadPeriod => "bad-period",
            Self::BadCounter => "bad-counter",
            Self::UnsupportedAlgorithm => "unsupported-algorithm",
            Self::UnsupportedType => "unsupported-type",
        }
    }
}

/// Whether an item that is refused with this code is an account all the same: it has a key, which no generator of ours takes.
pub fn is_unheld(code: &str) -> bool {
    UNHELD.contains(&code)
}

/// See [`is_unheld`].
pub const UNHELD: [&str; 6] =
    ["unsupported-type", "unsupported-algorithm", "bad-digits", "bad-period", "bad-counter", "bad-secret"];

impl fmt::Display for OtpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Kind {
    /// `totp`, `hotp` or `steam`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp { .. } => "totp",
            Self::Hotp { .. } => "hotp",
            Self::Steam => "steam",
        }
    }
}

impl Digits {
    /// Six, what nearly every site uses.
    pub const SIX: Self = Self(6);

    /// `digits` when it is 1 to 10.
    pub fn new(digits: u64) -> Result<Self, OtpError> {
        match u8::try_from(digits) {
            Ok(n @ 1..=10) => Ok(Self(n)),
            _ => Err(OtpError::BadDigits),
        }
    }

    /// The number of digits.
    pub fn count(self) -> u8 {
        self.0
    }
}

impl Period {
    /// Thirty seconds, what nearly every site uses.
    pub const THIRTY: Self = Self(30);

    /// `seconds` when it is at least 1 and at most a year.
    pub fn new(seconds: u64) -> Result<Self, OtpError> {
        match u32::try_from(seconds) {
            Ok(n) if (1..=86_400 * 366).contains(&n) => Ok(Self(n)),
            _ => Err(OtpError::BadPeriod),
        }
    }

    /// Seconds in a step.
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl Algorithm {
    /// `SHA1`, `SHA256` or `SHA512`, as otpauth URIs spell them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// Reads every spelling met in the wild: `SHA1`, `sha-256`, `HmacSHA512`, `HMAC-SHA-1`, `Algorithm.sha512`, `ALGO_SHA1`.
    /// An empty name is SHA-1; an unknown one is an error, never SHA-1.
    pub fn parse(name: &str) -> Result<Self, OtpError> {
        let bare: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        let bare = ["algorithm", "algo"].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(&bare);
        match bare.strip_prefix("hmac").unwrap_or(bare) {
            "" | "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            "sha512" => Ok(Self::Sha512),
            _ => Err(OtpError::UnsupportedAlgorithm),
        }
    }
}

impl Otp {
    /// A generator, when the secret is not empty.
    /// Steam ignores `algorithm` and `digits`: they are fixed, and files lie about them.
    pub fn new(
        kind: Kind,
        algorithm: Algorithm,
        digits: Digits,
        secret: SecretBytes,
    ) -> Result<Self, OtpError> {
        if secret.expose().is_empty() {
            return Err(OtpError::NoSecret);
        }
        Ok(match kind {
            Kind::Steam => Self { kind, algorithm: Algorithm::Sha1, digits: Digits(5), secret },
            _ => Self { kind, algorithm, digits, secret },
        })
    }

    /// How the moving factor moves.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The hash.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The length of a code.
    pub fn digits(&self) -> Digits {
        self.digits
    }

    /// The shared secret.
    pub fn secret(&self) -> &SecretBytes {
        &self.secret
    }

    /// Whether both make the same codes. A counter may differ: it moves.
    pub fn same_generator(&self, other: &Self) -> bool {
        self.kind.name() == other.kind.name()
            && self.period() == other.period()
            && self.algorithm == other.algorithm
            && self.digits == other.digits
            && self.secret == other.secret
    }

    /// Seconds in a step; `None` for HOTP.
    pub fn period(&self) -> Option<Period> {
        match self.kind {
            Kind::Totp { period } => Some(period),
            Kind::Steam => Some(Period::THIRTY),
            Kind::Hotp { .. } => None,
        }
    }
}
