//! [`Binding`]: a site that the user bound an entry to. The only thing that lets a code go anywhere.
//!
//! Compared by equality of scheme, port and host, or of the registrable domain for [`Scope::Subdomains`]: never by
//! `contains`, never by a suffix of the text, never by anything but what the browser reports.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::origin::{Origin, Scheme};
use super::suffix::{is_known_top, registrable};

/// Which hosts a binding covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// This host. For a registrable domain its `www.` too, which every site treats as itself.
    #[default]
    Exact,
    /// The registrable domain and every host under it.
    Subdomains,
}

/// A site of an entry. Holding one means that it is one that may be bound.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Binding {
    origin: Origin,
    scope: Scope,
}

/// Why an origin cannot be bound, or not with this scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingError {
    /// `http` on another computer, and not bound by hand on that page.
    Insecure,
    /// Subdomains over `http`: anyone on the network could be one.
    InsecureSubdomains,
    /// Subdomains of an IP address.
    AddressSubdomains,
    /// Subdomains of a public suffix: strangers register there.
    PublicSuffix,
    /// Subdomains under an ending of which the list says nothing (`nas.lan`): strangers might register there.
    UnknownSuffix,
}

/// What a vault's body holds.
#[derive(Deserialize)]
struct Stored {
    origin: Origin,
    scope: Scope,
}

impl Binding {
    /// Binds an origin. `by_hand_on_that_page`: the user stands on this very page and chose it in our interface;
    /// only that allows `http` to another computer (a router, a NAS).
    pub fn new(origin: Origin, scope: Scope, by_hand_on_that_page: bool) -> Result<Self, BindingError> {
        let insecure = origin.scheme() == Scheme::Http;
        if insecure && !origin.is_loopback() && !by_hand_on_that_page {
            return Err(BindingError::Insecure);
        }
        match (scope, origin.name()) {
            (Scope::Exact, _) => Ok(Self::exact(origin)),
            (Scope::Subdomains, None) => Err(BindingError::AddressSubdomains),
            (Scope::Subdomains, Some(_)) if insecure => Err(BindingError::InsecureSubdomains),
            (Scope::Subdomains, Some(name)) => match registrable(name) {
                Some(_) if !is_known_top(name) => Err(BindingError::UnknownSuffix),
                Some(domain) => Ok(Self { origin: origin.with_name(domain), scope }),
                None => Err(BindingError::PublicSuffix),
            },
        }
    }

    /// A stored binding was judged when it was made, and so was http. If the list or the rules have changed since so that its
    /// scope is no longer allowed, it shrinks to the host: an update must neither widen a binding nor take it away.
    pub fn stored(origin: Origin, scope: Scope) -> Self {
        Self::new(origin.clone(), scope, true).unwrap_or_else(|_| Self::exact(origin))
    }

    /// The page's own origin and nothing else, without `www.` before a registrable domain.
    fn exact(origin: Origin) -> Self {
        let origin = match origin.name().and_then(without_www) {
            Some(domain) => origin.with_name(domain),
            None => origin,
        };
        Self { origin, scope: Scope::Exact }
    }

    /// The origin; for [`Scope::Subdomains`] the one of the registrable domain.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Which hosts.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// Whether a page of this origin may have the entry's code.
    pub fn matches(&self, page: &Origin) -> bool {
        if self.origin.scheme() != page.scheme() || self.origin.port() != page.port() {
            return false;
        }
        match (self.origin.name(), page.name(), self.scope) {
            (Some(bound), Some(name), Scope::Exact) => bound == without_www(name).unwrap_or(name),
            // Asked of today's list on every page: a domain that became a public suffix since spans nothing.
            (Some(bound), Some(name), Scope::Subdomains) => registrable(name) == Some(bound),
            _ => self.origin == *page,
        }
    }

    /// Whether the binding goes over `http` to another computer: shown with a standing warning.
    pub fn is_insecure(&self) -> bool {
        self.origin.scheme() == Scheme::Http && !self.origin.is_loopback()
    }
}

impl From<Stored> for Binding {
    fn from(stored: Stored) -> Self {
        Self::stored(stored.origin, stored.scope)
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            Scope::Exact => write!(f, "{}", self.origin),
            Scope::Subdomains => write!(f, "{} *", self.origin),
        }
    }
}

impl BindingError {
    /// The stable code that crosses to the interface.
    pub fn code(self) -> &'static str {
        match self {
            Self::Insecure => "insecure",
            Self::InsecureSubdomains => "insecure-subdomains",
            Self::AddressSubdomains => "address-subdomains",
            Self::PublicSuffix => "public-suffix",
            Self::UnknownSuffix => "unknown-suffix",
        }
    }
}

impl fmt::Display for BindingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for BindingError {}

/// `example.com` of `www.example.com`. `None` for every other name: no label but `www` is special, and that one
/// only before the registrable domain of the very name (`www.kawasaki.jp` is a public suffix).
fn without_www(name: &str) -> Option<&str> {
    name.strip_prefix("www.").filter(|rest| registrable(name) == Some(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).unwrap()
    }

    #[test]
    fn what_may_be_bound() {
        use BindingError::*;
        for (text, scope, by_hand, expected) in [
            ("https://github.com", Scope::Exact, false, Ok("https://github.com")),
            ("https://www.github.com", Scope::Exact, false, Ok("https://github.com")),
            ("https://www.gist.github.com", Scope::Exact, false, Ok("https://www.gist.github.com")),
            ("https://gist.github.com", Scope::Subdomains, false, Ok("https://github.com *")),
            ("https://user.github.io", Scope::Subdomains, false, Ok("https://user.github.io *")),
            ("https://github.io", Scope::Subdomains, false, Err(PublicSuffix)),
            ("https://co.uk", Scope::Subdomains, true, Err(PublicSuffix)),
            ("https://nas", Scope::Subdomains, true, Err(PublicSuffix)),
            ("https://com", Scope::Subdomains, true, Err(PublicSuffix)),
            ("https://nas.lan", Scope::Subdomains, true, Err(UnknownSuffix)),
            ("https://nas.home.arpa", Scope::Subdomains, false, Ok("https://nas.home.arpa *")),
            ("https://nas", Scope::Exact, false, Ok("https://nas")),
            ("https://10.0.0.1", Scope::Subdomains, true, Err(AddressSubdomains)),
            ("https://[::1]", Scope::Subdomains, true, Err(AddressSubdomains)),
            ("http://github.com", Scope::Exact, false, Err(Insecure)),
            ("http://github.com", Scope::Exact, true, Ok("http://github.com")),
            ("http://github.com", Scope::Subdomains, true, Err(InsecureSubdomains)),
            ("http://a.localhost", Scope::Exact, false, Ok("http://a.localhost")),
            ("http://127.0.0.1:8080", Scope::Exact, false, Ok("http://127.0.0.1:8080")),
            ("http://192.168.1.10", Scope::Exact, false, Err(Insecure)),
        ] {
            let made = Binding::new(origin(text), scope, by_hand);
            assert_eq!(made.map(|b| b.to_string()), expected.map(str::to_owned), "{text} {scope:?}");
        }
    }

    #[test]
    fn both_spellings_of_an_international_name_are_one_binding() {
        for (one, other) in [
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://www.BÜCHER.example.", "https://xn--bcher-kva.example:443"),
            ("https://пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
        ] {
            let bind = |text| Binding::new(origin(text), Scope::Exact, false).unwrap();
            assert_eq!(bind(one), bind(other), "{one}");
            assert!(bind(one).matches(&origin(other)) && bind(other).matches(&origin(one)));
            assert_eq!(bind(one).to_string(), bind(other).to_string(), "and stored as one");
        }
    }

    #[test]
    fn a_stored_binding_is_judged_again_and_only_shrinks() {
        let stored = |json: &str| serde_json::from_str::<Binding>(json).map(|b| b.to_string());
        let binding = Binding::new(origin("https://a.github.com:8443"), Scope::Subdomains, false).unwrap();
        let json = serde_json::to_string(&binding).unwrap();
        assert_eq!(json, r#"{"origin":"https://github.com:8443","scope":"subdomains"}"#);
        assert_eq!(serde_json::from_str::<Binding>(&json).unwrap(), binding);
        assert_eq!(
            stored(r#"{"origin":"https://github.io","scope":"subdomains"}"#).unwrap(),
            "https://github.io"
        );
        assert_eq!(
            stored(r#"{"origin":"https://nas.lan","scope":"subdomains"}"#).unwrap(),
            "https://nas.lan"
        );
        assert_eq!(stored(r#"{"origin":"http://10.0.0.1","scope":"exact"}"#).unwrap(), "http://10.0.0.1");
        assert!(stored(r#"{"origin":"null","scope":"exact"}"#).is_err());
        assert!(stored(r#"{"origin":"https://github.com","scope":"all"}"#).is_err());
    }
}
