//! Lists of otpauth URIs inside other formats, with the rows that only WinAuth writes.
//!
//! WinAuth's own lists differ from others in what they mean by a counter and by a plus. They are known by such a row,
//! or by the order of what stands in their links.

use std::borrow::Cow;

use super::collect::Collector;
use super::read::json::{self, Fields, Value};
use super::{ImportError, steam};
use crate::otp::uri::{Uri, parse_uri};
use crate::otp::{Digits, Kind, Otp, OtpError};
use crate::vault::entry::EntryDraft;

/// Adds every line; what is no account is listed.
pub(super) fn add_all(collector: &mut Collector, text: &str) -> Result<(), ImportError> {
    add(collector, text, otp)
}

/// [`add_all`] of a list that WinAuth wrote.
pub(super) fn add_winauth(collector: &mut Collector, text: &str) -> Result<(), ImportError> {
    add(collector, &with_blanks(text), |uri, line| {
        // What it names so has codes of its own: another cut through the hash.
        if uri.issuer == "Trion" && uri.param("digits") == Some("8") {
            return Err(OtpError::UnsupportedType);
        }
        let otp = otp(uri, line)?;
        match otp.kind() {
            // It counts before it makes a code, so its counter is the one that was used last.
            Kind::Hotp { counter } if uri.param("counter").is_some() => {
                let kind = Kind::Hotp { counter: counter.saturating_add(1) };
                Otp::new(kind, otp.algorithm(), otp.digits(), otp.secret().clone())
            }
            _ => Ok(otp),
        }
    })
}

fn add(
    collector: &mut Collector,
    text: &str,
    otp: impl Fn(&Uri, &str) -> Result<Otp, OtpError>,
) -> Result<(), ImportError> {
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

/// Whether a line is WinAuth's own: Steam with its data, Battle.net with its serial number, an icon behind what it
/// always writes first.
pub(super) fn has_winauth(text: &str) -> bool {
    let own = |line: &str| {
        Uri::parse(line).is_ok_and(|uri| {
            steam_data(&uri).is_some()
                || uri.param("serial").is_some()
                || is_ordered(line) && uri.param("icon").is_some()
        })
    };
    text.lines().any(own)
}

/// Whether every link is as WinAuth writes them. Others write so, too: it needs a second reason.
pub(super) fn is_like_winauth(text: &str) -> bool {
    let mut links = text.lines().filter(|line| Uri::parse(line).is_ok()).peekable();
    links.peek().is_some() && links.all(is_ordered)
}

/// The secret and then the number of digits, which no link of its goes without.
fn is_ordered(line: &str) -> bool {
    let query = line.split_once('?').map_or("", |(_, query)| query);
    let mut names = query.split('&').map(|part| part.split_once('=').map_or(part, |(name, _)| name));
    names.next() == Some("secret") && names.next() == Some("digits")
}

/// The links with blanks in their labels for pluses. Later makers of the same list write `%20`, and a plus for a plus.
fn with_blanks(text: &str) -> Cow<'_, str> {
    let labels = || text.lines().filter_map(|line| line.split_once('?')).map(|(label, _)| label);
    if labels().any(|label| label.contains("%20")) {
        return Cow::Borrowed(text);
    }
    let line = |line: &str| match line.split_once('?') {
        Some((label, query)) => [&label.replace('+', "%20"), "?", query, "\n"].concat(),
        None => [line, "\n"].concat(),
    };
    Cow::Owned(text.lines().map(line).collect())
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
