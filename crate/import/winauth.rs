//! WinAuth (Windows): a list of otpauth URIs, alone or in an encrypted zip.
//!
//! The issuer is often missing: the label is the name that the user typed. Steam rows hold their real secret in
//! `data`, Battle.net rows have a serial number and eight digits.

use super::collect::Collector;
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text, uri_rows};
use crate::secret::{SecretBytes, SecretText};

/// WinAuth's export.
pub(super) struct WinAuth;

impl Importer for WinAuth {
    fn id(&self) -> &'static str {
        "winauth"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        if zip::looks_like(input.bytes) {
            return Zip::open(input.bytes, &Limits::default()).is_ok_and(|zip| {
                matches!(zip.members(), [one] if one.name.to_ascii_lowercase().ends_with(".txt") && one.is_encrypted())
            });
        }
        text::decode(input.bytes).is_some_and(|text| text.lines().any(uri_rows::is_winauth))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !zip::looks_like(input.bytes) {
            return draft("winauth-txt", input.bytes, limits);
        }
        let zip = Zip::open(input.bytes, limits)?;
        let member = zip.members().first().ok_or(ImportError::BadContent)?;
        let text = SecretBytes::new(zip.extract(member, password)?);
        draft("winauth-zip", text.expose(), limits)
    }
}

fn draft(format: &'static str, bytes: &[u8], limits: &Limits) -> Result<Draft, ImportError> {
    let text = text::decode(bytes).ok_or(ImportError::BadContent)?;
    let mut collector = Collector::new(format, limits);
    uri_rows::add_all(&mut collector, &text)?;
    collector.finish_some()
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["winauth/winauth.zip", "winauth/steam_exports.txt"]);
    }
}
