//! Sites to suggest for an entry that has none. Nothing binds by itself: the user presses, each time, once.

use super::binding::{Binding, Scope};
use super::issuer::{Issuer, bare_name, data_lines, readings};
use super::origin::{Origin, Scheme};
use super::suffix::{is_known_top, registrable};

static EQUIVALENTS: &str = include_str!("equivalents.txt");

/// Where a suggestion comes from, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A web address that the user's other app kept with the account.
    Stored,
    /// The user bound it to another entry of the same issuer.
    Confirmed,
    /// Our table of issuers.
    Table,
    /// The issuer, or the account, is itself a host name.
    IssuerHost,
    /// A host that takes the same account as another one.
    Equivalent,
    /// The host of one of the issuer's customers. Anybody can become one: only for the page in front, and asked about.
    Tenant,
}

/// The host of one customer of a service: `acme` under `okta.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The service's domain under which each customer has a host.
    pub domain: &'static str,
    /// The customer's name there.
    pub name: String,
}

/// A site that an entry may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The site. It would be bound exactly.
    pub origin: Origin,
    /// Why.
    pub source: Source,
}

/// The sites to suggest, best first. The domain of an e-mail address in the account's name is never one. `urls` is what
/// another app kept with the account, `confirmed` what the user has bound already: see [`issuer_key`].
pub fn suggest(issuer: &str, account: &str, urls: &[String], confirmed: &[Origin]) -> Vec<Suggestion> {
    suggest_of(service_of(issuer, account), issuer, account, urls, confirmed)
}

fn suggest_of(
    service: Option<Issuer>,
    issuer: &str,
    account: &str,
    urls: &[String],
    confirmed: &[Origin],
) -> Vec<Suggestion> {
    let mut found = Vec::new();
    for url in urls {
        push(&mut found, secure_origin(url), Source::Stored);
    }
    for origin in confirmed {
        push(&mut found, Some(origin.clone()), Source::Confirmed);
    }
    for origin in service.into_iter().flat_map(Issuer::origins) {
        push(&mut found, Some(origin), Source::Table);
    }
    if service.is_none() {
        for text in [issuer, account] {
            push(&mut found, readings(text).iter().find_map(|reading| host_in(reading)), Source::IssuerHost);
        }
    }
    for origin in found.iter().flat_map(|suggestion| equivalents(&suggestion.origin)).collect::<Vec<_>>() {
        push(&mut found, Some(origin), Source::Equivalent);
    }
    found
}

/// Whether, and why, this page is one of the sites to suggest: "Looks like github.com: fill and remember?"
pub fn suggests(issuer: &str, account: &str, confirmed: &[Origin], page: &Origin) -> Option<Source> {
    let service = service_of(issuer, account);
    suggest_of(service, issuer, account, &[], confirmed)
        .into_iter()
        .find(|suggestion| bound(&suggestion.origin).is_some_and(|binding| binding.matches(page)))
        .map(|suggestion| suggestion.source)
        .or_else(|| tenant_of(service?, page).map(|_| Source::Tenant))
}

/// The customer of the entry's issuer whose host this page is.
pub fn tenant(issuer: &str, account: &str, page: &Origin) -> Option<Tenant> {
    tenant_of(service_of(issuer, account)?, page)
}

/// What two entries of one issuer have in common, so that a site of the one may be a site of the other: the service of the
/// table, or the name but for case, punctuation and what other apps write after it. No name is nobody's.
pub fn issuer_key(issuer: &str) -> Option<String> {
    match Issuer::find(issuer) {
        Some(service) => Some(format!("={}", service.name())),
        None => bare_name(issuer),
    }
}

/// Hosts that take the same account as this one.
pub fn equivalents(origin: &Origin) -> Vec<Origin> {
    let binding = bound(origin);
    // `ends_with` only spares the work of the second test.
    let same = |host: &str| {
        origin.name().is_some_and(|name| host.ends_with(name.strip_prefix("www.").unwrap_or(name)))
            && Origin::of_host(host).is_ok_and(|other| bound(&other) == binding)
    };
    data_lines(EQUIVALENTS)
        .filter(|line| line.split(' ').any(same))
        .flat_map(|line| line.split(' ').filter(|host| !same(host)))
        .filter_map(|host| Origin::of_host(host).ok())
        .collect()
}

/// One label under the domain, which is nobody's of the service's own: `acme.okta.com`, not `www.okta.com`.
fn tenant_of(service: Issuer, page: &Origin) -> Option<Tenant> {
    let host = page.name()?;
    if Origin::of_host(host).ok().as_ref() != Some(page) {
        return None;
    }
    service.tenants().find_map(|domain| {
        let name = host.strip_suffix(domain)?.strip_suffix('.')?;
        (!name.is_empty() && name != "www" && !name.contains('.'))
            .then(|| Tenant { domain, name: name.to_owned() })
    })
}

/// The service of the table that an entry is of.
fn service_of(issuer: &str, account: &str) -> Option<Issuer> {
    let by_host = |text: &str| readings(text).iter().find_map(|reading| service_at(&host_in(reading)?));
    Issuer::find(issuer).or_else(|| by_host(issuer)).or_else(|| {
        // An account without an issuer is often the service's name alone: `GitHub:alice`, `GitHub`.
        let nameless =
            issuer.trim().is_empty() && !account.split(':').next().unwrap_or_default().contains('@');
        if nameless { Issuer::find(account).or_else(|| by_host(account)) } else { None }
    })
}

/// The service that a host is the front page of: `google.com` is Google, whose codes go to accounts.google.com.
fn service_at(host: &Origin) -> Option<Issuer> {
    let domain = registrable(host.name()?)?;
    let service = Issuer::find(domain.split('.').next()?)?;
    let has_it = service.hosts().chain(service.tenants()).any(|known| registrable(known) == Some(domain));
    has_it.then_some(service)
}

/// A text that is a host name, or an address with one. An e-mail address is neither.
fn host_in(text: &str) -> Option<Origin> {
    let dotted = text.contains('.') || text.contains("://");
    let looks_so = dotted && !text.contains(char::is_whitespace) && !text.contains('@');
    if looks_so { secure_origin(text) } else { None }
}

/// The `https` origin of an address, or of loopback as it is; other apps kept `http` from before the web was safe.
fn secure_origin(text: &str) -> Option<Origin> {
    let origin = Origin::parse_typed(text).ok()?;
    if origin.is_loopback() || (origin.scheme() == Scheme::Https && text.contains("://")) {
        return Some(origin);
    }
    let name = origin.name().filter(|name| is_known_top(name) && registrable(name).is_some())?;
    if origin.scheme() == Scheme::Https { Some(origin) } else { Origin::of_host(name).ok() }
}

fn push(found: &mut Vec<Suggestion>, origin: Option<Origin>, source: Source) {
    let Some(origin) = origin else { return };
    let known = found.iter().any(|suggestion| bound(&suggestion.origin) == bound(&origin));
    if !known && bound(&origin).is_some() {
        found.push(Suggestion { origin, source });
    }
}

/// The binding that confirming a suggestion would make.
fn bound(origin: &Origin) -> Option<Binding> {
    Binding::new(origin.clone(), Scope::Exact, false).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origins(issuer: &str, account: &str, urls: &[&str]) -> Vec<String> {
        let urls: Vec<String> = urls.iter().map(|url| (*url).to_owned()).collect();
        suggest(issuer, account, &urls, &[]).iter().map(|suggestion| suggestion.origin.to_string()).collect()
    }

    #[test]
    fn the_first_suggestion() {
        for (issuer, account, expected) in [
            ("GitHub", "alice", Some("https://github.com")),
            ("Google", "alice@gmail.com", Some("https://accounts.google.com")),
            ("google.com", "alice", Some("https://accounts.google.com")),
            ("https://www.dropbox.com/login", "alice", Some("https://www.dropbox.com")),
            ("notion.so", "alice", Some("https://www.notion.so")),
            ("git.example.org", "alice", Some("https://git.example.org")),
            ("https://nas.lan:5001/", "alice", Some("https://nas.lan:5001")),
            ("http://localhost:3000", "alice", Some("http://localhost:3000")),
            ("http://old.example.org", "alice", Some("https://old.example.org")),
            ("nas.lan", "alice", None),
            ("192.168.1.10", "alice", None),
            ("Forum", "alice@example.com", None),
            ("", "alice@example.com", None),
            ("", "GitHub", Some("https://github.com")),
            ("", "GitHub:alice", Some("https://github.com")),
            ("", "git.example.org", Some("https://git.example.org")),
            ("alice@example.com", "", None),
            ("St. George", "", None),
            ("v1.2", "", None),
            ("Okta", "alice", None),
            ("evil.io/github.com", "", Some("https://evil.io")),
        ] {
            assert_eq!(
                origins(issuer, account, &[]).first().map(String::as_str),
                expected,
                "{issuer:?} {account:?}"
            );
        }
    }

    #[test]
    fn stored_addresses_come_first_and_nothing_comes_twice() {
        assert_eq!(
            origins(
                "GitHub",
                "alice",
                &["https://www.github.com/login", "javascript:alert(1)", "https://ghe.example.org"]
            ),
            ["https://www.github.com", "https://ghe.example.org"]
        );
        assert_eq!(origins("Twitter", "alice", &[]), ["https://x.com", "https://twitter.com"]);
        let only = suggest("", "", &["https://twitter.com/login".to_owned()], &[]);
        assert_eq!(only.iter().map(|s| s.source).collect::<Vec<_>>(), [Source::Stored, Source::Equivalent]);
    }

    #[test]
    fn a_page_that_is_suggested() {
        let page = |text: &str| Origin::parse(text).unwrap();
        assert_eq!(suggests("GitHub", "", &[], &page("https://github.com/sessions")), Some(Source::Table));
        assert_eq!(suggests("GitHub", "", &[], &page("https://gist.github.com")), None);
        assert_eq!(suggests("GitHub", "", &[], &page("http://github.com")), None);
        assert_eq!(suggests("Bitbucket", "", &[], &page("https://trello.com")), Some(Source::Equivalent));
    }

    #[test]
    fn what_the_user_bound_comes_before_what_we_know_and_brings_its_equivalents() {
        let bound = |text: &str| [Origin::parse(text).unwrap()];
        let found = |issuer: &str, confirmed: &[Origin]| {
            let found = suggest(issuer, "", &[], confirmed).into_iter();
            found.map(|site| (site.origin.to_string(), site.source)).collect::<Vec<_>>()
        };
        let ours = "https://git.example.org";
        assert_eq!(
            found("GitHub", &bound(ours)),
            [(ours.to_owned(), Source::Confirmed), ("https://github.com".to_owned(), Source::Table)]
        );
        assert_eq!(
            found("Bird", &bound("https://twitter.com")),
            [
                ("https://twitter.com".to_owned(), Source::Confirmed),
                ("https://x.com".to_owned(), Source::Equivalent)
            ]
        );
        assert_eq!(found("Nas", &bound("http://nas.lan")), [], "bound by hand on its own page only");
    }

    #[test]
    fn one_issuer_has_many_spellings() {
        for (one, other, same) in [
            ("GitHub", "github", true),
            ("GitHub", "GitHub - login", true),
            ("Harbour", " harbour", true),
            ("Harbour", "Harbour (work)", true),
            ("Harbour", "Harbor", false),
            ("GitHub", "Harbour", false),
            ("Twitter", "X", true),
            ("QQ", "qq", false),
            ("QQ", "QQ", true),
            ("", "", false),
            ("-", "-", false),
        ] {
            let (key, of_other) = (issuer_key(one), issuer_key(other));
            assert_eq!(key.is_some() && key == of_other, same, "{one:?} {other:?} {key:?}");
        }
    }

    #[test]
    fn the_host_of_a_customer_is_suggested_to_the_services_own_entries_alone() {
        let page = |text: &str| Origin::parse(text).unwrap();
        for (issuer, url, expected) in [
            ("Okta", "https://acme.okta.com/login", Some(("okta.com", "acme"))),
            ("okta", "https://acme.oktapreview.com", Some(("oktapreview.com", "acme"))),
            ("ServiceNow", "https://acme.service-now.com", Some(("service-now.com", "acme"))),
            ("NetSuite", "https://1234.app.netsuite.com", Some(("app.netsuite.com", "1234"))),
            ("Zendesk", "https://acme.okta.com", None),
            ("Acme", "https://acme.okta.com", None),
            ("Okta", "https://okta.com", None),
            ("Okta", "https://www.okta.com", None),
            ("Okta", "https://a.acme.okta.com", None),
            ("Okta", "http://acme.okta.com", None),
            ("Okta", "https://acme.okta.com:8443", None),
            ("Okta", "https://acme-okta.com", None),
            ("Okta", "https://acmeokta.com", None),
            ("Okta", "https://acme.okta.com.evil.io", None),
        ] {
            let found = tenant(issuer, "alice", &page(url));
            let found = found.as_ref().map(|tenant| (tenant.domain, tenant.name.as_str()));
            assert_eq!(found, expected, "{issuer} at {url}");
            let source = suggests(issuer, "alice", &[], &page(url));
            assert_eq!(source, expected.map(|_| Source::Tenant), "{issuer} at {url}");
        }
        assert_eq!(suggests("Recurly", "", &[], &page("https://app.recurly.com")), Some(Source::Table));
        assert_eq!(origins("Okta", "alice", &[]), <[&str; 0]>::default(), "a page alone brings it up");
    }

    #[test]
    fn equivalent_hosts_are_hosts() {
        for host in data_lines(EQUIVALENTS).flat_map(|line| line.split(' ')) {
            let origin = Origin::of_host(host).unwrap();
            assert_eq!(origin.host(), host);
            assert!(!equivalents(&origin).is_empty(), "{host}");
            assert!(!equivalents(&origin).contains(&origin), "{host}");
        }
        assert_eq!(equivalents(&Origin::parse("https://example.com").unwrap()), []);
        assert_eq!(
            equivalents(&Origin::parse("http://x.com").unwrap()),
            [],
            "another scheme is another site"
        );
    }

    proptest! {
        #[test]
        fn what_is_suggested_may_be_bound(issuer in "\\PC{0,30}|[a-z.:/@]{0,20}", account in "\\PC{0,20}", url in "https?://\\PC{0,20}", host in "https?://[a-z.]{1,12}") {
            let confirmed: Vec<Origin> = Origin::parse(&host).into_iter().collect();
            for suggestion in suggest(&issuer, &account, &[url], &confirmed) {
                prop_assert!(bound(&suggestion.origin).is_some());
            }
        }
    }
}
