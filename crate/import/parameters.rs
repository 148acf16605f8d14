//! [`Parameters`]: a generator as other apps' JSON spells it, judged. What is missing has its usual value; what is
//! there and makes no sense is an error, never a default.

use super::read::json::{Fields, Value};
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretBytes;

/// A generator's parameters, as a file has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameters<'v> {
    /// `totp`, `HOTP`, `steam`, ...
    pub(super) kind: &'v str,
    /// A name; null is SHA-1.
    pub(super) algorithm: &'v Value,
    /// Null is 6.
    pub(super) digits: &'v Value,
    /// Null is 30.
    pub(super) period: &'v Value,
    /// Null is 0.
    pub(super) counter: &'v Value,
}

impl<'v> Parameters<'v> {
    /// The fields under their usual names, for formats that use them.
    pub(super) fn of(item: &'v Value, kind: &'v str) -> Self {
        Self {
            kind,
            algorithm: item.field("algorithm"),
            digits: item.field("digits"),
            period: item.field("period"),
            counter: item.field("counter"),
        }
    }

    /// The generator. What Steam and HOTP do not use is not looked at, since files lie about it.
    /// An unknown type is told before an unreadable secret: its secrets are another alphabet.
    pub(super) fn otp(&self, secret: Result<SecretBytes, OtpError>) -> Result<Otp, OtpError> {
        let kind = match self.kind.to_ascii_lowercase().as_str() {
            "totp" => Kind::Totp { period: self.period()? },
            "hotp" => Kind::Hotp { counter: whole(self.counter, OtpError::BadCounter)?.unwrap_or(0) },
            "steam" | "steamtotp" => {
                return Otp::new(Kind::Steam, Algorithm::Sha1, Digits::SIX, secret?);
            }
            _ => return Err(OtpError::UnsupportedType),
        };
        Otp::new(kind, self.algorithm()?, self.digits()?, secret?)
    }

    fn period(&self) -> Result<Period, OtpError> {
        whole(self.period, OtpError::BadPeriod)?.map_or(Ok(Period::THIRTY), Period::new)
    }

    fn digits(&self) -> Result<Digits, OtpError> {
        whole(self.digits, OtpError::BadDigits)?.map_or(Ok(Digits::SIX), Digits::new)
    }

    fn algorithm(&self) -> Result<Algorithm, OtpError> {
        match self.algorithm {
            Value::Null => Ok(Algorithm::Sha1),
            Value::String(name) => Algorithm::parse(name),
            _ => Err(OtpError::UnsupportedAlgorithm),
        }
    }
}

/// A whole number, also as a text or as `6.0`; `None` when null or an empty text.
fn whole(value: &Value, bad: OtpError) -> Result<Option<u64>, OtpError> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => Ok(Some(whole)),
            // 2^53: up to here an f64 is exact.
            (None, Some(float))
                if float.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&float) =>
            {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked in the guard
                Ok(Some(float as u64))
            }
            _ => Err(bad),
        },
        Value::String(text) if text.trim().is_empty() => Ok(None),
        Value::String(text) => text.trim().parse().map(Some).map_err(|_| bad),
        _ => Err(bad),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::read::json;

    fn otp(item: &Value) -> Result<Otp, OtpError> {
        let item = item.clone().into();
        let item: &json::Value = &item;
        Parameters::of(item, item.text("type")).otp(Ok(SecretBytes::new(vec![1; 10])))
    }

    #[test]
    fn missing_values_are_the_usual_ones() {
        let otp = otp(&json!({"type": "TOTP", "algorithm": null, "digits": ""})).unwrap();
        assert_eq!((otp.algorithm(), otp.digits()), (Algorithm::Sha1, Digits::SIX));
        assert_eq!(otp.kind(), Kind::Totp { period: Period::THIRTY });
    }

    #[test]
    fn numbers_may_be_texts_and_floats() {
        let otp = otp(&json!({"type": "hotp", "digits": "8", "counter": 7.0, "period": "x"})).unwrap();
        assert_eq!((otp.digits().count(), otp.kind()), (8, Kind::Hotp { counter: 7 }));
    }

    #[test]
    fn nothing_unknown_is_guessed() {
        for (item, error) in [
            (json!({"type": "totp", "period": 0}), OtpError::BadPeriod),
            (json!({"type": "totp", "period": -30}), OtpError::BadPeriod),
            (json!({"type": "totp", "digits": 0}), OtpError::BadDigits),
            (json!({"type": "totp", "digits": 6.5}), OtpError::BadDigits),
            (json!({"type": "hotp", "counter": true}), OtpError::BadCounter),
            (json!({"type": "totp", "algorithm": "SHA384"}), OtpError::UnsupportedAlgorithm),
            (json!({"type": "totp", "algorithm": 4}), OtpError::UnsupportedAlgorithm),
            (json!({"type": "motp"}), OtpError::UnsupportedType),
            (json!({}), OtpError::UnsupportedType),
        ] {
            assert_eq!(otp(&item), Err(error), "{item}");
        }
    }
}
