//! A generator in the body's JSON: `{"type":"totp","secret":"BASE32","algorithm":"SHA1","digits":6,"period":30}`.
//! Reading checks what writing promised, so a damaged entry is an error and never a wrong code.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::otp::{Algorithm, Digits, Kind, Otp, Period};
use crate::secret::SecretBytes;

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(rename = "type")]
    kind: String,
    secret: Zeroizing<String>,
    algorithm: String,
    digits: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
}

pub fn serialize<S: Serializer>(otp: &Otp, s: S) -> Result<S::Ok, S::Error> {
    let counter = match otp.kind() {
        Kind::Hotp { counter } => Some(counter),
        _ => None,
    };
    Stored {
        kind: otp.kind().name().into(),
        secret: Zeroizing::new(data_encoding::BASE32_NOPAD.encode(otp.secret().expose())),
        algorithm: otp.algorithm().name().into(),
        digits: otp.digits().count().into(),
        period: otp.period().map(|period| period.seconds().into()),
        counter,
    }
    .serialize(s)
}

pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Otp, D::Error> {
    let stored = Stored::deserialize(d)?;
    let secret = data_encoding::BASE32_NOPAD
        .decode(stored.secret.as_bytes())
        .map(SecretBytes::new)
        .map_err(|_| D::Error::custom("secret"))?;
    let kind = match (stored.kind.as_str(), stored.period, stored.counter) {
        ("totp", Some(period), _) => Kind::Totp { period: Period::new(period).map_err(D::Error::custom)? },
        ("hotp", _, Some(counter)) => Kind::Hotp { counter },
        ("steam", ..) => Kind::Steam,
        _ => return Err(D::Error::custom("type")),
    };
    let algorithm = Algorithm::parse(&stored.algorithm).map_err(D::Error::custom)?;
    let digits = Digits::new(stored.digits).map_err(D::Error::custom)?;
    Otp::new(kind, algorithm, digits, secret).map_err(D::Error::custom)
}
