//! Look-alikes: an unbound page whose host could be taken for a bound one. The interface says "not github.com" in
//! the entry's place and asks twice before it copies. A warning only: what may be filled is decided by bindings.

use super::binding::Binding;
use super::confusable::{label_in_unicode, skeleton};
use super::issuer::Issuer;
use super::origin::Origin;
use super::suffix::registrable;

/// How a page resembles a bound site, the surest trick first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The whole name stands inside another: `github.com.evil.io`, `github-com.evil.io`.
    NameInside,
    /// Letters that look the same: `gıthub.com`, `g1thub.com`, `rnicrosoft.com`.
    SameLook,
    /// The same word elsewhere: `github.net`, `github-login.com`, `github.evil.io`.
    WordInside,
    /// A slip away: `githib.com`.
    NearlySame,
}

/// A bound site, or an issuer's, that a page resembles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resemblance {
    /// The host that the page is not, for people.
    pub not: String,
    /// How.
    pub how: How,
}

/// Below this length a word inside another says nothing: `box`, `x`.
const MIN_WORD: usize = 4;
/// From this length on two slips still make a look-alike; below, one; below [`MIN_WORD`], none.
const MIN_FOR_TWO_SLIPS: usize = 6;
/// First labels of bound sites (login.gov, account.battle.net's neighbours) that half the web has somewhere.
const COMMON_WORDS: &[&str] = &[
    "account",
    "accounts",
    "admin",
    "auth",
    "bank",
    "blog",
    "cloud",
    "dashboard",
    "forum",
    "help",
    "home",
    "login",
    "mail",
    "manage",
    "mobile",
    "office",
    "online",
    "panel",
    "portal",
    "secure",
    "shop",
    "signin",
    "status",
    "store",
    "support",
    "team",
    "test",
    "user",
    "webmail",
    "work",
];

/// The bound site, or the site of one of these issuers, that this unbound page could be taken for.
pub fn resembles<'a>(
    page: &Origin,
    bound: impl IntoIterator<Item = &'a Binding>,
    issuers: impl IntoIterator<Item = &'a str>,
) -> Option<Resemblance> {
    let name = page.name()?;
    let domain = match registrable(name) {
        Some(domain) => domain,
        // A public suffix's own page (github.io); a name without a dot resembles nothing.
        None => Some(name).filter(|name| name.contains('.'))?,
    };
    let bound: Vec<&Binding> = bound.into_iter().collect();
    // `ends_with` only spares the work of the second test.
    let at_home = |host: &str| host.ends_with(domain) && registrable(host) == Some(domain);
    let own = bound.iter().any(|binding| binding.origin().name().is_some_and(at_home));
    // A service that we know is itself: gitlab.com is two slips from github.com.
    if own || Issuer::all().any(|issuer| issuer.hosts().any(at_home)) {
        return None;
    }
    let of_issuers = issuers.into_iter().filter_map(Issuer::find).flat_map(Issuer::origins);
    let targets = bound.iter().map(|binding| binding.origin().clone()).chain(of_issuers);
    targets
        .filter_map(|target| {
            let how = compare(name, domain, registrable(target.name()?)?)?;
            Some(Resemblance { not: target.host_for_people(), how })
        })
        .min_by_key(|resemblance| resemblance.how)
}

/// How the page `name` in `domain` resembles the registrable domain `target`.
fn compare(name: &str, domain: &str, target: &str) -> Option<How> {
    if format!(".{name}.").contains(&format!(".{target}.")) || has_word(name, &target.replace('.', "-")) {
        return Some(How::NameInside);
    }
    let word = label_in_unicode(target.split('.').next()?);
    let length = word.chars().count();
    let suffix = domain.split_once('.').map_or("", |(_, suffix)| suffix);
    let labels = name.strip_suffix(suffix).unwrap_or(name).split('.').filter(|label| !label.is_empty());
    let labels: Vec<String> = labels.map(label_in_unicode).collect();
    let look = skeleton(&word);
    if length >= MIN_WORD - 1 && labels.iter().any(|label| *label != word && skeleton(label) == look) {
        return Some(How::SameLook);
    }
    if COMMON_WORDS.contains(&word.as_str()) {
        return None;
    }
    let inside = |label: &String| {
        (length >= MIN_WORD && label.contains(&word)) || (length > 1 && has_word(label, &word))
    };
    // Strangers' pages under a suffix of that name: gist.github.io.
    let under = length >= MIN_WORD && suffix.split('.').any(|label| label == word);
    if under
        || labels.iter().any(inside)
        || (length >= MIN_WORD && labels.iter().any(|label| skeleton(label).contains(&look)))
    {
        return Some(How::WordInside);
    }
    let slips = match length {
        MIN_FOR_TWO_SLIPS.. => 2,
        MIN_WORD.. => 1,
        _ => return None,
    };
    let own = skeleton(&label_in_unicode(domain.split('.').next()?));
    (distance(&own, &look) <= slips).then_some(How::NearlySame)
}

/// Whether `word` stands in `text` between hyphens, dots or its ends.
fn has_word(text: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| c == '-' || c == '.');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|s| s.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|s| s.chars().next());
        is_edge(before) && is_edge(after)
    })
}

/// Edits between two words: a letter more, less, other, or two swapped (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&row, j) + usize::from(x != y)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = core::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::site::Scope;

    fn bind(text: &str) -> Binding {
        Binding::new(Origin::parse(text).unwrap(), Scope::Exact, true).unwrap()
    }

    fn like(page: &str, bound: &[&str], issuers: &[&str]) -> Option<(String, How)> {
        let bound: Vec<Binding> = bound.iter().map(|text| bind(text)).collect();
        let page = Origin::parse(page).unwrap();
        resembles(&page, &bound, issuers.iter().copied()).map(|found| (found.not, found.how))
    }

    #[test]
    fn pages_that_could_be_taken_for_a_bound_site() {
        use How::*;
        for (page, how) in [
            ("https://github.com.evil.io", NameInside),
            ("https://login.github.com.evil.io", NameInside),
            ("https://github-com.evil.io", NameInside),
            ("https://evil-github-com.io", NameInside),
            ("https://xn--gthub-n4a.com", SameLook), // gıthub
            ("https://gıthub.com", SameLook),
            ("https://xn--gthub-n4a.evil.io", SameLook),
            ("https://github.net", WordInside),
            ("https://github-login.com", WordInside),
            ("https://notgithub.com", WordInside),
            ("https://github.evil.io", WordInside),
            ("https://my-github.evil.co.uk", WordInside),
            ("https://g1thub.com", NearlySame),
            ("https://gihtub.com", NearlySame),
            ("https://githb.com", NearlySame),
            ("https://githubb.com", WordInside),
        ] {
            assert_eq!(
                like(page, &["https://github.com"], &[]),
                Some(("github.com".to_owned(), how)),
                "{page}"
            );
            assert_eq!(like(page, &[], &["GitHub"]), Some(("github.com".to_owned(), how)), "{page}");
        }
        assert_eq!(
            like("https://rnicrosoftonline.com", &["https://login.microsoftonline.com"], &[]).unwrap().1,
            SameLook
        );
        assert_eq!(
            like("https://paypal-secure.com", &["https://www.paypal.com"], &[]).unwrap().0,
            "paypal.com"
        );
        assert_eq!(like("https://x.com.evil.io", &["https://x.com"], &[]).unwrap().1, NameInside);
    }

    #[test]
    fn pages_that_are_only_other_pages() {
        for (page, bound) in [
            ("https://github.com", "https://github.com"),
            ("https://gist.github.com", "https://github.com"),
            ("https://gitlab.com", "https://github.com"),
            ("https://example.org", "https://github.com"),
            ("https://user.github.io", "https://example.com"),
            ("https://abc.com", "https://x.com"),
            ("https://boxing.org", "https://box.com"),
            ("https://login.example.org", "https://secure.login.gov"),
            ("https://192.168.1.1", "https://192.168.1.2"),
            ("https://nas", "https://naz"),
        ] {
            assert_eq!(like(page, &[bound], &[]), None, "{page}");
        }
        assert_eq!(like("https://github.com", &[], &["GitHub", "Google"]), None);
        assert_eq!(like("https://twitter.com", &["https://x.com"], &[]), None);
    }

    #[test]
    fn distance_counts_slips() {
        for (a, b, slips) in
            [("github", "github", 0), ("github", "gihtub", 1), ("", "abc", 3), ("github", "gitlab", 2)]
        {
            assert_eq!(distance(a, b), slips, "{a} {b}");
            assert_eq!(distance(b, a), slips, "{b} {a}");
        }
    }

    proptest! {
        #[test]
        fn never_of_its_own_domain_and_never_a_panic(page in "([a-z0-9-]{1,9}\\.){1,3}(com|io|co\\.uk)", bound in "([a-z-]{1,9}\\.){0,2}(com|io|uk)") {
            // `xn--` and the like are no hosts.
            let (Ok(page), Ok(bound)) = (Origin::of_host(&page), Origin::of_host(&bound)) else { return Ok(()) };
            let bound = Binding::new(bound, Scope::Exact, false).unwrap();
            if registrable(&page.host()) == registrable(&bound.origin().host()) {
                prop_assert_eq!(resembles(&page, [&bound], []), None);
            } else {
                let _ = resembles(&page, [&bound], ["GitHub"]);
            }
        }
    }
}
