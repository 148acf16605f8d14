//! [`Host`]: the host of an address in its one spelling.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::origin::OriginError;
use super::{confusable, punycode};

/// The longest host name in DNS (RFC 1035 2.3.4), without the trailing dot.
const MAX_HOST: usize = 253;
/// The longest label.
const MAX_LABEL: usize = 63;

/// A canonical host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A-labels in lower case, without a trailing dot.
    Name(String),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
}

impl Host {
    /// The host between `//` and the port, brackets included.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        if text.is_empty() {
            return Err(OriginError::NoHost);
        }
        if let Some(inner) = text.strip_prefix('[') {
            // A zone id (`%eth0`) is no part of an address that a page can have; `Ipv6Addr` refuses it.
            let inner = inner.strip_suffix(']').ok_or(OriginError::BadAddress)?;
            return inner.parse().map(Self::V6).map_err(|_| OriginError::BadAddress);
        }
        let text = text.strip_suffix('.').unwrap_or(text);
        let labels: Vec<String> = text.split('.').map(canonical_label).collect::<Result<_, _>>()?;
        if labels.last().is_some_and(|last| is_number(last)) {
            return parse_ipv4(&labels).map(Self::V4).ok_or(OriginError::BadAddress);
        }
        let name = labels.join(".");
        if name.len() > MAX_HOST { Err(OriginError::BadHost) } else { Ok(Self::Name(name)) }
    }

    /// As a person reads it: Unicode where every label keeps to one script and resembles no ASCII name, else the
    /// A-label, which looks odd on purpose.
    pub fn for_people(&self) -> String {
        match self {
            Self::Name(name) => name.split('.').map(label_for_people).collect::<Vec<_>>().join("."),
            Self::V4(_) | Self::V6(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::V4(address) => write!(f, "{address}"),
            Self::V6(address) => write_ipv6(f, *address),
        }
    }
}

/// A label in lower case; what is not ASCII as an A-label.
fn canonical_label(label: &str) -> Result<String, OriginError> {
    // Letter by letter: a whole word's sigma would depend on its place.
    let lower: String = label.chars().flat_map(char::to_lowercase).collect();
    let ascii = if lower.is_ascii() {
        lower
    } else if lower.chars().all(is_mapped) && !label.contains('ẞ') {
        punycode::encode(&lower).map(|encoded| format!("xn--{encoded}")).ok_or(OriginError::BadHost)?
    } else {
        return Err(OriginError::UnmappedHost);
    };
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if ascii.is_empty() || ascii.len() > MAX_LABEL || !ascii.bytes().all(legal) {
        return Err(OriginError::BadHost);
    }
    match ascii.strip_prefix("xn--") {
        // An A-label that is not what its own Unicode form encodes to would be a second spelling.
        Some(encoded) => match punycode::decode(encoded) {
            Some(unicode)
                if !unicode.is_ascii() && punycode::encode(&unicode).as_deref() == Some(encoded) =>
            {
                Ok(ascii)
            }
            _ => Err(OriginError::BadHost),
        },
        None => Ok(ascii),
    }
}

/// Whether a lower-case character of a typed host is one that the tables of UTS 46 leave as it is. Only letters of
/// which that is sure; all others (full-width, superscript, ligatures, combining marks) are left to the browser.
/// A test asks the tables about every character.
fn is_mapped(c: char) -> bool {
    match c {
        'a'..='z' | '0'..='9' | '-' | '_' => true,
        'ĳ' | 'ŀ' | 'ŉ' => false,
        'ß'..='ö' | 'ø'..='ž' | 'ơ' | 'ư' | 'ạ'..='ỹ' => true,
        'ά'..='ώ' | 'а'..='ӿ' | 'א'..='ת' => true,
        '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{674}' | '\u{679}'..='\u{6d3}' => true,
        // Not the nukta, with which letters compose, and not what it composes to.
        '\u{901}'..='\u{93b}' | '\u{93e}'..='\u{94d}' | '\u{972}'..='\u{97f}' => true,
        '\u{e01}'..='\u{e32}' | '\u{e34}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' => true,
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '一'..='\u{9fff}' | '가'..='힣' => true,
        _ => false,
    }
}

/// URL standard 3.5, "ends in a number": digits only, or `0x` and hexadecimal digits.
fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    hex || label.bytes().all(|b| b.is_ascii_digit())
}

/// URL standard 3.5, the IPv4 parser: decimal, octal (`0`) and hexadecimal (`0x`) parts, the last one filling
/// all bytes that are left.
fn parse_ipv4(labels: &[String]) -> Option<Ipv4Addr> {
    let numbers: Vec<u64> = labels.iter().map(|label| parse_ipv4_part(label)).collect::<Option<_>>()?;
    let (&last, leading) = numbers.split_last()?;
    let bytes_left = 4_u32.checked_sub(u32::try_from(leading.len()).ok()?).filter(|&n| n > 0)?;
    if last >= 256_u64.pow(bytes_left) || leading.iter().any(|&part| part > 255) {
        return None;
    }
    let high = leading.iter().zip([24_u32, 16, 8]).fold(0, |sum, (part, shift)| sum | (part << shift));
    u32::try_from(high | last).ok().map(Ipv4Addr::from)
}

fn parse_ipv4_part(label: &str) -> Option<u64> {
    let (digits, radix) = match label.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(hex) => (hex, 16),
        None if label.len() > 1 && label.starts_with('0') => (&label[1..], 8),
        None => (label, 10),
    };
    if !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

/// URL standard 3.5, the IPv6 serialiser: the first longest run of two or more zeros is `::`, and nothing is
/// written in dotted decimals.
fn write_ipv6(f: &mut fmt::Formatter<'_>, address: Ipv6Addr) -> fmt::Result {
    let pieces = address.segments();
    let run_at = |at: usize| pieces.iter().skip(at).take_while(|&&piece| piece == 0).count();
    let longest = (0..pieces.len()).map(run_at).max().filter(|&run| run > 1);
    let start = longest.and_then(|run| (0..pieces.len()).find(|&at| run_at(at) == run));
    let skipped = start.map_or(0..0, |at| at..at + longest.unwrap_or(0));
    f.write_str("[")?;
    for (at, piece) in pieces.iter().enumerate() {
        if skipped.contains(&at) {
            if at == skipped.start {
                f.write_str(if at == 0 { "::" } else { ":" })?;
            }
            continue;
        }
        write!(f, "{piece:x}")?;
        if at + 1 < pieces.len() {
            f.write_str(":")?;
        }
    }
    f.write_str("]")
}

fn label_for_people(label: &str) -> String {
    label
        .strip_prefix("xn--")
        .and_then(punycode::decode)
        .filter(|unicode| confusable::is_plain_to_read(unicode))
        .unwrap_or_else(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_means_what_the_url_standard_says() {
        let mut agreed = 0;
        for c in ('\0'..=char::MAX).filter(|c| !c.is_ascii()) {
            let text = format!("ά{c}b.example");
            if let Ok(host) = Host::parse(&text) {
                // Refused by the standard's own rules (right-to-left beside Latin): no browser reports it.
                let Ok(url) = url::Url::parse(&format!("https://{text}")) else { continue };
                assert_eq!(url.host_str(), Some(host.to_string().as_str()), "{c} {c:?}");
                agreed += 1;
            }
        }
        // Han and Hangul alone are 32,000.
        assert!(agreed > 32_000, "{agreed}");
    }
}
