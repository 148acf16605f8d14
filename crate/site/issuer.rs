//! Issuer to sign-in hosts: our own table, `issuers.txt`, and how an issuer's name is read.
//!
//! The table maps a name to hosts, never a host to one entry, and all it yields is a suggestion that the user
//! confirms: names come out of QR codes and other apps' files, and anyone can write "Google" into one.

use super::confusable::without_accent;
use super::origin::Origin;

static TABLE: &str = include_str!("issuers.txt");

/// Up to this length a name must be written exactly as in the table: `X`, `EA`, `VK` are too short to be read
/// kindly.
const EXACT_UP_TO: usize = 2;
/// Longer names are nobody's; the limit keeps a hostile import cheap.
const MAX_NAME: usize = 256;
/// Words after a name that say nothing about whose it is.
const NOISE_WORDS: &[&str] = &[
    "account",
    "accounts",
    "login",
    "signin",
    "2fa",
    "mfa",
    "otp",
    "totp",
    "authenticator",
    "auth",
    "inc",
    "llc",
    "ltd",
    "gmbh",
    "ag",
    "corp",
    "corporation",
    "com",
    "web",
    "online",
    "app",
    "id",
    "user",
    "new",
    "old",
    "personal",
    "private",
    "work",
    "business",
    "konto",
    "compte",
    "cuenta",
];
/// What stands between a name and something that is not the name.
const SEPARATORS: &[&str] =
    &[" - ", " – ", " — ", " | ", "|", ":", " (", "(", " [", "[", " /", "/", ",", ";", " @", " #", "\n"];

/// A service of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issuer {
    names: &'static str,
    hosts: &'static str,
}

impl Issuer {
    /// The service that an issuer's name means, noise and spelling forgiven.
    pub fn find(name: &str) -> Option<Self> {
        readings(name).iter().find_map(|reading| Self::find_exactly(reading))
    }

    /// The service whose name this is, but for case, blanks, accents and punctuation.
    fn find_exactly(name: &str) -> Option<Self> {
        let key = normal(name);
        if key.is_empty() {
            return None;
        }
        let short = key.chars().count() <= EXACT_UP_TO;
        let is = |candidate: &str| {
            if short { candidate == name.trim() } else { normal_chars(candidate).eq(key.chars()) }
        };
        Self::all().find(|issuer| issuer.names().any(is))
    }

    /// All services of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        data_lines(TABLE)
            .filter_map(|line| line.split_once(" = "))
            .map(|(names, hosts)| Self { names, hosts })
    }

    /// The service's name as it writes it.
    pub fn name(self) -> &'static str {
        self.names().next().unwrap_or_default()
    }

    /// Its names, the usual one first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.names.split(" | ")
    }

    /// The hosts where its codes are typed, the usual one first.
    pub fn hosts(self) -> impl Iterator<Item = &'static str> {
        self.hosts.split(' ').filter(|host| !host.starts_with("*."))
    }

    /// Domains under which each customer has a host: `okta.com` of `acme.okta.com`. The user must say whose.
    pub fn tenants(self) -> impl Iterator<Item = &'static str> {
        self.hosts.split(' ').filter_map(|host| host.strip_prefix("*."))
    }

    /// The origins where its codes are typed.
    pub fn origins(self) -> impl Iterator<Item = Origin> {
        self.hosts().filter_map(|host| Origin::of_host(host).ok())
    }
}

/// The lines of a data file of this room.
pub(super) fn data_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// What an issuer's text may mean, the most literal first. Importers bring `%20`, whole URIs, "Name - login".
pub(super) fn readings(text: &str) -> Vec<String> {
    let text: String = text.chars().take(MAX_NAME).collect();
    let plain = percent_decoded(text.trim()).replace('+', " ");
    let plain = name_in_uri(&plain).trim();
    let mut readings = vec![text.trim().to_owned(), plain.to_owned()];
    let mut head = plain;
    for separator in SEPARATORS {
        head = head.split(separator).map(str::trim).find(|part| !part.is_empty()).unwrap_or(head);
    }
    readings.push(head.to_owned());
    let mut words: Vec<&str> = head.split_whitespace().collect();
    while words.len() > 1 && words.last().is_some_and(|word| NOISE_WORDS.contains(&normal(word).as_str())) {
        words.pop();
        readings.push(words.join(" "));
    }
    readings.dedup();
    readings
}

/// The name that two texts must share to mean one issuer that the table does not know. `None` where there is no name.
pub(super) fn bare_name(text: &str) -> Option<String> {
    let name = readings(text).pop()?;
    let key = normal(&name);
    let short = key.chars().count() <= EXACT_UP_TO;
    (!key.is_empty()).then_some(if short { name } else { key })
}

/// The issuer of a whole `otpauth://` URI, the rest of any other text after its scheme.
fn name_in_uri(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("otpauth://") else {
        return text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let issuer =
        query.split('&').find_map(|pair| pair.strip_prefix("issuer=")).filter(|name| !name.is_empty());
    let label = path.split_once('/').map_or(path, |(_, label)| label);
    issuer.unwrap_or_else(|| label.split(':').next().unwrap_or(label))
}

fn percent_decoded(text: &str) -> String {
    let hex = |digits: &str| u8::from_str_radix(digits, 16).ok();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        bytes.extend_from_slice(before.as_bytes());
        // `from_str_radix` would take a sign.
        let digits = from.get(1..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(hex) {
            Some(byte) => {
                bytes.push(byte);
                rest = from.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A name without case, accents, blanks and punctuation; letters of every script stay.
fn normal(name: &str) -> String {
    normal_chars(name).collect()
}

fn normal_chars(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).map(without_accent)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::site::suffix::{is_known_top, is_public_suffix, registrable};

    #[test]
    fn the_table_is_sorted_and_unambiguous_and_large() {
        let firsts: Vec<String> = Issuer::all().map(|issuer| issuer.name().to_lowercase()).collect();
        assert!(firsts.is_sorted(), "{:?}", firsts.windows(2).find(|pair| pair[0] > pair[1]));
        assert!(firsts.len() >= 500, "{}", firsts.len());
        let mut seen = BTreeMap::new();
        for issuer in Issuer::all() {
            for name in issuer.names() {
                assert_eq!(seen.insert(normal(name), issuer.name()), None, "{name}");
                assert_eq!(Issuer::find(name), Some(issuer), "{name}");
            }
        }
    }

    #[test]
    fn every_host_of_the_table_may_be_bound() {
        for issuer in Issuer::all() {
            assert!(issuer.hosts().chain(issuer.tenants()).next().is_some(), "{}", issuer.name());
            for host in issuer.hosts() {
                let origin = Origin::of_host(host).unwrap();
                assert_eq!(origin.host(), host);
                // An exact host may be a public suffix itself (eu.pythonanywhere.com).
                assert!(host.contains('.') && is_known_top(host), "{host}");
            }
            for domain in issuer.tenants() {
                // Customers' names lie under the issuer's own domain, public suffix of its own or not.
                assert!(domain.contains('.') && is_known_top(domain), "{domain}");
                assert_eq!(Origin::of_host(domain).unwrap().host(), domain);
                assert!(registrable(domain).is_some() || is_public_suffix(domain));
            }
        }
    }

    #[test]
    fn names_as_other_apps_write_them() {
        for (text, expected) in [
            ("GitHub", Some("GitHub")),
            ("github", Some("GitHub")),
            (" Git Hub ", Some("GitHub")),
            ("GitHub - login", Some("GitHub")),
            ("NiceHash - withdraw", Some("NiceHash")),
            ("Amazon%20Web%20Services", Some("Amazon Web Services")),
            ("Amazon+Web+Services", Some("Amazon Web Services")),
            ("Google (alice@example.com)", Some("Google")),
            ("Google:alice@example.com", Some("Google")),
            ("otpauth://totp/GitHub:alice?secret=A&issuer=GitHub", Some("GitHub")),
            ("otpauth://totp/GitHub:alice?secret=A", Some("GitHub")),
            ("Epic Games, Inc.", Some("Epic Games")),
            ("Microsoft account", Some("Microsoft")),
            ("Госуслуги", Some("Gosuslugi")),
            ("yandex", Some("Yandex")),
            ("Яндекс", Some("Yandex")),
            ("Crypto.com", Some("Crypto.com")),
            ("X", Some("Twitter")),
            ("x", None),
            ("EA", Some("Electronic Arts")),
            ("ea", None),
            ("1&1", Some("IONOS")),
            ("11", None),
            ("GitHub Enterprise", None),
            ("notgithub", None),
            ("Пачка", None),
            ("", None),
            (" - ", None),
            ("%", None),
            ("%zz", None),
            ("Nextcloud", None),
        ] {
            assert_eq!(Issuer::find(text).map(Issuer::name), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = Issuer::find(&text);
        }
    }
}
