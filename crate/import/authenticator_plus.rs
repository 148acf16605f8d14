//! Authenticator Plus: its zip with a list of otpauth URIs.

use super::collect::Collector;
use super::read::zip::{self, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, text, uri_rows};
use crate::secret::{SecretBytes, SecretText};

/// Authenticator Plus' export.
pub(super) struct AuthenticatorPlus;

/// Beside it lies the same as a web page.
const MEMBER: &str = "Accounts.txt";

impl Importer for AuthenticatorPlus {
    fn id(&self) -> &'static str {
        "authenticator-plus"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        zip::looks_like(input.bytes)
            && Zip::open(input.bytes, &Limits::default()).is_ok_and(|zip| zip.find(MEMBER).is_some())
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let zip = Zip::open(input.bytes, limits)?;
        let member = zip.find(MEMBER).ok_or(ImportError::BadContent)?;
        let bytes = SecretBytes::new(zip.extract(member, password)?);
        let text = text::decode(bytes.expose()).ok_or(ImportError::BadContent)?;
        let mut collector = Collector::new("authenticator-plus-zip", limits);
        uri_rows::add_all(&mut collector, &text)?;
        collector.finish_some()
    }
}

#[cfg(test)]
mod tests {
    use crate::import::testing::expected;

    #[test]
    fn known_files() {
        expected::check(&["authenticator_plus/export.zip"]);
    }
}
