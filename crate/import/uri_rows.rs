//! Lists of otpauth URIs inside other formats, with the rows that only WinAuth writes.

use super::collect::Collector;
use super::read::json::{self, Fields, Value};
use super::{ImportError, steam};
use crate::otp::uri::{Uri, parse_uri};
use crate::otp::{Digits, Otp, OtpError};
use crate::vault::entry::EntryDraft;

/// Adds every line; what is no account is listed.
pub(super) fn add_all(collector: &mut Collector, text: &str) -> Result<(), ImportError> {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match Uri::parse(line) {
            Ok(uri) => {
                let entry = otp(&uri, line).map(|otp| EntryDraft::new(&*uri.issuer, &*uri.account, otp));
                collector.account(&uri.issuer, &uri.account, entry, line)?;
            }
            // The line may hold a secret in a shape of its own: it goes by its number.
            Err(error) => collector.skip(collector.name("", ""), error.code())?,
        }
    }
    Ok(())
}

/// Whether the line is one of WinAuth's own: Steam with its data, Battle.net with its serial number.
pub(super) fn is_winauth(line: &str) -> bool {
    Uri::parse(line).is_ok_and(|uri| steam_data(&uri).is_some() || uri.param("serial").is_some())
}

fn otp(uri: &Uri, line: &str) -> Result<Otp, OtpError> {
    if let Some(data) = steam_data(uri) {
        // `secret` is not what makes the codes.
        return steam::otp(data.text("shared_secret"));
    }
    let otp = parse_uri(line)
        .map_err(|error| match error {
            crate::otp::uri::UriError::Otp(error) => error,
            crate::otp::uri::UriError::NotOtpauth => OtpError::UnsupportedType,
        })?
        .otp;
    match uri.param("serial") {
        Some(_) if uri.param("digits").is_none() => {
            Otp::new(otp.kind(), otp.algorithm(), Digits::new(8)?, otp.secret().clone())
        }
        _ => Ok(otp),
    }
}

fn steam_data(uri: &Uri) -> Option<Value> {
    json::parse(uri.param("data")?).ok().filter(|data| data.has("shared_secret"))
}
