//! [`Origin`]: scheme, host and port in the one spelling that bindings are compared in.
//!
//! Made from what the browser says of a tab or a frame, from a stored binding, or from what a person typed.
//! Where the WHATWG URL standard would guess (backslashes, percent signs in a host, tabs), this refuses: browsers
//! report addresses that are cleaned already, and an origin that is refused is never filled.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::host::Host;

/// Web schemes. Nothing else can be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `https`
    Https,
    /// `http`: only for loopback, or where the user bound it by hand.
    Http,
}

/// Scheme, host and port of a page, canonical: two pages have the same origin exactly when these are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: Host,
    port: u16,
}

/// Why a text is no origin that could be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginError {
    /// `null`: a sandboxed frame, a `data:` page.
    Opaque,
    /// A scheme other than `https` and `http`: `file:`, `about:`, an extension's page.
    NotWeb,
    /// A user name or a password before the host.
    Credentials,
    /// No host.
    NoHost,
    /// A host that is no host name: forbidden characters, empty or overlong labels, broken Punycode.
    BadHost,
    /// A host that ends in a number and is no IPv4 address, or a bracketed one that is no IPv6 address.
    BadAddress,
    /// A port that is no number from 1 to 65,535.
    BadPort,
    /// A host with letters that only the browser's own tables can map.
    UnmappedHost,
}

impl Origin {
    /// The origin of a URL or of an origin as the browser writes it. Path, query and fragment do not matter.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        // URL standard 4.4: C0 controls and blanks around a URL do not count.
        let text = text.trim_matches(|c: char| c <= ' ');
        if text == "null" {
            return Err(OriginError::Opaque);
        }
        let (scheme, rest) = text.split_once(':').ok_or(OriginError::NotWeb)?;
        let scheme = Scheme::parse(scheme).ok_or(OriginError::NotWeb)?;
        let rest = rest.strip_prefix("//").ok_or(OriginError::NoHost)?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if path.starts_with('\\') {
            return Err(OriginError::BadHost);
        }
        if authority.contains('@') {
            return Err(OriginError::Credentials);
        }
        let (host, port) = split_port(authority)?;
        Ok(Self { scheme, host: Host::parse(host)?, port: parse_port(port, scheme)? })
    }

    /// The origin that a person means: [`Origin::parse`], and `https` where no scheme was typed.
    pub fn parse_typed(text: &str) -> Result<Self, OriginError> {
        let text = text.trim();
        if text.contains("://") || text.starts_with("//") || text == "null" {
            return Self::parse(text);
        }
        Self::parse(&format!("https://{text}"))
    }

    /// An `https` origin on the default port of a host of our own tables.
    pub fn of_host(host: &str) -> Result<Self, OriginError> {
        Ok(Self { scheme: Scheme::Https, host: Host::parse(host)?, port: Scheme::Https.default_port() })
    }

    /// The same origin on another host name.
    pub(crate) fn with_name(&self, name: &str) -> Self {
        Self { host: Host::Name(name.to_owned()), ..self.clone() }
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The port, the scheme's default where the address names none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The host: A-labels in lower case without a trailing dot, dotted IPv4, bracketed IPv6.
    pub fn host(&self) -> String {
        self.host.to_string()
    }

    /// The host's name; `None` for an IP address.
    pub fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Name(name) => Some(name),
            Host::V4(_) | Host::V6(_) => None,
        }
    }

    /// The host as a person reads it: Unicode where every label keeps to one script and resembles no ASCII name,
    /// else the A-label, which looks odd on purpose.
    pub fn host_for_people(&self) -> String {
        self.host.for_people()
    }

    /// This computer: `localhost`, `*.localhost`, 127.0.0.0/8, `[::1]`.
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::V4(address) => address.is_loopback(),
            Host::V6(address) => address.is_loopback(),
        }
    }
}

impl Scheme {
    /// Lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Https, Self::Http].into_iter().find(|s| text.eq_ignore_ascii_case(s.as_str()))
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

impl OriginError {
    /// The stable code that crosses to the interface.
    pub fn code(self) -> &'static str {
        match self {
            Self::Opaque => "opaque-origin",
            Self::NotWeb => "not-web",
            Self::Credentials => "credentials",
            Self::NoHost => "no-host",
            Self::BadHost => "bad-host",
            Self::BadAddress => "bad-address",
            Self::BadPort => "bad-port",
            Self::UnmappedHost => "unmapped-host",
        }
    }
}

impl fmt::Display for Origin {
    /// As the browser writes origins: `https://example.com`, `http://localhost:3000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port != self.scheme.default_port() {
            write!(f, ":{}", self.port)?;
        }
        Ok(())
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for OriginError {}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        Self::parse(text)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Host and port of an authority; the port is empty where none is named.
fn split_port(authority: &str) -> Result<(&str, &str), OriginError> {
    let colon = match authority.rfind(']') {
        Some(bracket) => authority.get(bracket + 1..).and_then(|rest| match rest {
            "" => Some(None),
            _ if rest.starts_with(':') => Some(Some(bracket + 1)),
            _ => None,
        }),
        None => Some(authority.find(':')),
    };
    match colon.ok_or(OriginError::BadAddress)? {
        Some(at) => Ok((authority.get(..at).unwrap_or(""), authority.get(at + 1..).unwrap_or(""))),
        None => Ok((authority, "")),
    }
}

fn parse_port(text: &str, scheme: Scheme) -> Result<u16, OriginError> {
    if text.is_empty() {
        return Ok(scheme.default_port());
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(OriginError::BadPort);
    }
    // No page is served from port 0: browsers do not connect to it.
    text.parse().ok().filter(|&port| port != 0).ok_or(OriginError::BadPort)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_origin() {
        for (text, origin) in [
            ("https://github.com/sessions/two-factor?a=b#c", "https://github.com"),
            ("https://github.com", "https://github.com"),
            ("HTTPS://GitHub.COM:443/", "https://github.com"),
            ("https://github.com./", "https://github.com"),
            ("https://github.com:8443", "https://github.com:8443"),
            ("https://github.com:/", "https://github.com"),
            ("https://github.com:0443/", "https://github.com"),
            ("http://localhost:3000/x", "http://localhost:3000"),
            ("http://192.168.1.10:80", "http://192.168.1.10"),
            ("http://0x7f.1", "http://127.0.0.1"),
            ("http://0300.0250.01.012/", "http://192.168.1.10"),
            ("http://3232235786", "http://192.168.1.10"),
            ("https://127.0.0.1./", "https://127.0.0.1"),
            ("https://[fd00:0::1]/", "https://[fd00::1]"),
            ("https://[FD00::0001]:5001/", "https://[fd00::1]:5001"),
            ("https://[::ffff:1.2.3.4]/", "https://[::ffff:102:304]"),
            ("https://[0:0:1:0:0:0:0:0]/", "https://[0:0:1::]"),
            ("https://[1:0:0:2:0:0:0:3]/", "https://[1:0:0:2::3]"),
            ("https://[::]/", "https://[::]"),
            ("https://[1:0:2:3:4:5:6:7]/", "https://[1:0:2:3:4:5:6:7]"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
            ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example"),
            ("https://a_b.-c-.example", "https://a_b.-c-.example"),
            ("  https://github.com \n", "https://github.com"),
            ("https://github.com?x=https://evil.io", "https://github.com"),
            ("https://github.com#@evil.io", "https://github.com"),
        ] {
            assert_eq!(Origin::parse(text).map(|o| o.to_string()).as_deref(), Ok(origin), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_bound() {
        use OriginError::*;
        for (text, why) in [
            ("null", Opaque),
            ("", NotWeb),
            ("github.com", NotWeb),
            ("file:///etc/passwd", NotWeb),
            ("data:text/html,x", NotWeb),
            ("blob:https://github.com/9115d58c", NotWeb),
            ("about:blank", NotWeb),
            ("about:srcdoc", NotWeb),
            ("javascript:alert(1)", NotWeb),
            ("ftp://github.com", NotWeb),
            ("ws://github.com", NotWeb),
            ("chrome-extension://abcdefghijklmnop", NotWeb),
            ("moz-extension://b5b5/", NotWeb),
            ("view-source:https://github.com", NotWeb),
            ("httpsx://github.com", NotWeb),
            ("https:github.com", NoHost),
            ("https:/github.com", NoHost),
            ("https://", NoHost),
            ("https:///github.com", NoHost),
            ("https://:443", NoHost),
            ("https://github.com@evil.io/", Credentials),
            ("https://user:pass@github.com/", Credentials),
            ("https://@github.com/", Credentials),
            ("https://evil.io\\@github.com/", BadHost),
            ("https://git hub.com", BadHost),
            ("https://git\thub.com", BadHost),
            ("https://github%2ecom", BadHost),
            ("https://*.github.com", BadHost),
            ("https://.", BadHost),
            ("https://a..b", BadHost),
            ("https://.github.com", BadHost),
            ("https://github.com..", BadHost),
            ("https://xn--", BadHost),
            ("https://xn--github-.com", BadHost),
            ("https://xn--bcher-kv.example", BadHost),
            ("https://github.com:0", BadPort),
            ("https://github.com:65536", BadPort),
            ("https://github.com:+443", BadPort),
            ("https://github.com:44a", BadPort),
            ("https://a:b:c", BadPort),
            ("https://1.2.3.4.5", BadAddress),
            ("https://1.2.3.256", BadAddress),
            ("https://256.1", BadAddress),
            ("https://a.b.1", BadAddress),
            ("https://a.0x", BadAddress),
            ("https://4294967296", BadAddress),
            ("https://08", BadAddress),
            ("https://[::1", BadAddress),
            ("https://[::1]x", BadAddress),
            ("https://[fe80::1%25eth0]", BadAddress),
            ("https://[fe80::1%eth0]", BadAddress),
            ("https://[1.2.3.4]", BadAddress),
            ("https://github。com", UnmappedHost),
            ("https://ｇithub.com", UnmappedHost),
            ("https://bu\u{308}cher.example", UnmappedHost),
            ("https://git\u{200b}hub.com", UnmappedHost),
        ] {
            assert_eq!(Origin::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn what_a_person_types() {
        for (text, origin) in [
            ("github.com", "https://github.com"),
            (" github.com/login ", "https://github.com"),
            ("nas.lan:5001", "https://nas.lan:5001"),
            ("http://192.168.1.1", "http://192.168.1.1"),
            ("bücher.example", "https://xn--bcher-kva.example"),
            ("[::1]:8080", "https://[::1]:8080"),
        ] {
            assert_eq!(Origin::parse_typed(text).map(|o| o.to_string()).as_deref(), Ok(origin), "{text}");
        }
        assert_eq!(Origin::parse_typed("mailto:alice@github.com"), Err(OriginError::Credentials));
        assert_eq!(Origin::parse_typed("javascript:alert(1)"), Err(OriginError::BadPort));
    }

    #[test]
    fn loopback_is_this_computer() {
        for text in ["http://localhost", "http://a.localhost:3", "http://127.9.9.9", "http://[::1]"] {
            assert!(Origin::parse(text).unwrap().is_loopback(), "{text}");
        }
        for text in [
            "http://localhost.evil.io",
            "http://notlocalhost",
            "http://128.0.0.1",
            "http://[::2]",
            "http://127.0.0.1.nip.io",
        ] {
            assert!(!Origin::parse(text).unwrap().is_loopback(), "{text}");
        }
    }

    #[test]
    fn hosts_for_people() {
        for (host, shown) in [
            ("github.com", "github.com"),
            ("xn--bcher-kva.example", "bücher.example"),
            ("xn--mnchen-3ya.de", "münchen.de"),
            ("xn--gthub-n4a.com", "xn--gthub-n4a.com"), // dotless i
            ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"), // "apple" in Cyrillic
            ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
            ("xn--pple-43d.com", "xn--pple-43d.com"), // Cyrillic a among Latin letters
            ("xn--wgv71a119e.jp", "日本語.jp"),
            ("xn--ls8h.la", "xn--ls8h.la"), // an emoji has no script
            ("192.168.1.1", "192.168.1.1"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(Origin::parse(&format!("https://{host}")).unwrap().host_for_people(), shown, "{host}");
        }
    }

    #[test]
    fn json_is_the_text_and_is_checked_again() {
        let origin = Origin::parse("https://GitHub.com:8443/x").unwrap();
        assert_eq!(serde_json::to_string(&origin).unwrap(), "\"https://github.com:8443\"");
        assert_eq!(serde_json::from_str::<Origin>("\"https://github.com:8443\"").unwrap(), origin);
        assert!(serde_json::from_str::<Origin>("\"https://a@github.com\"").is_err());
    }

    /// Texts that are nearly addresses.
    fn addresses() -> impl Strategy<Value = String> {
        let host = "([a-z0-9A-Z_.-]{1,12}|[0-9]{1,3}(\\.[0-9]{1,3}){0,4}|0x[0-9a-f]{0,9}|\\[[0-9a-f:.]{2,20}\\]|\\PC{1,8}|xn--[a-z0-9-]{1,12})";
        let text = format!(
            "(https?|HTTP|ftp)?:?/{{0,3}}(\\PC{{0,3}}@)?{host}(\\.{host})?\\.?(:[0-9]{{0,6}})?([/?#\\\\]\\PC{{0,9}})?"
        );
        prop_oneof![4 => prop::string::string_regex(&text).unwrap(), 1 => "\\PC{0,40}", 1 => ".{0,20}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn canonical_once_is_canonical_for_ever(text in addresses()) {
            if let Ok(origin) = Origin::parse(&text) {
                prop_assert_eq!(Origin::parse(&origin.to_string()), Ok(origin.clone()));
                prop_assert!(origin.host().is_ascii());
                prop_assert!(!origin.host().ends_with('.'));
                let _ = origin.host_for_people();
            }
            let _ = Origin::parse_typed(&text);
        }

        /// What we accept means the same to a browser. (What we refuse is never filled.)
        #[test]
        fn never_another_origin_than_the_url_standard_says(text in addresses()) {
            let Ok(origin) = Origin::parse(&text) else { return Ok(()) };
            // A label that the standard's tables refuse is one that no browser reports.
            let Ok(url) = url::Url::parse(&text) else {
                prop_assert!(origin.host().contains("xn--"), "{} is no URL, but {}", text, origin);
                return Ok(());
            };
            let host = url.host_str().unwrap().trim_end_matches('.');
            let port = url.port_or_known_default().unwrap();
            prop_assert_eq!(url.scheme(), origin.scheme().as_str(), "{}", text);
            prop_assert_eq!(host, origin.host(), "{}", text);
            prop_assert_eq!(port, origin.port(), "{}", text);
        }
    }
}
