//! Whose page gets the code: the match vectors, and what holds for every binding and every text.

use proptest::prelude::*;
use sparekey::site::{
    Binding, Origin, Scope, may_fill_frame, registrable, resembles,
    suffix::{is_known_top, is_public_suffix},
};

static VECTORS: &str = include_str!("fixtures/match-vectors.txt");

#[test]
fn match_vectors() {
    let mut wrong = Vec::new();
    let (mut binding, mut count) = (None, 0);
    for (number, line) in VECTORS.lines().enumerate() {
        let line = line.split("  #").next().unwrap().trim();
        let Some((verb, rest)) = line.split_once(' ').filter(|_| !line.starts_with('#')) else { continue };
        let verdict = match verb {
            "@" => {
                let (origin, scope) = rest.rsplit_once(' ').unwrap();
                binding =
                    Some(bind(origin, scope).unwrap_or_else(|code| panic!("line {}: {code}", number + 1)));
                continue;
            }
            "refused" => {
                let [code, origin, scope] = rest.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
                (code, bind(origin, scope).map(|b| b.to_string()).unwrap_or_else(|code| code.to_owned()))
            }
            _ => (verb, verdict(binding.as_ref().unwrap(), rest).to_owned()),
        };
        count += 1;
        if verdict.0 != verdict.1 {
            wrong.push(format!("line {}: {line}: {}", number + 1, verdict.1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 425, "{count} vectors");
}

fn bind(origin: &str, scope: &str) -> Result<Binding, &'static str> {
    let origin = Origin::parse(origin).map_err(|error| error.code())?;
    let (scope, by_hand) = match scope {
        "exact" => (Scope::Exact, false),
        "subdomains" => (Scope::Subdomains, false),
        "by-hand" => (Scope::Exact, true),
        other => panic!("{other}"),
    };
    Binding::new(origin, scope, by_hand).map_err(|error| error.code())
}

/// What the core does with a page: which frame may be filled at all, then the binding, then the warning.
fn verdict(binding: &Binding, page: &str) -> &'static str {
    let chain: Vec<&str> = page.split(" > ").collect();
    let (top, frame) = (chain[0], chain[chain.len() - 1]);
    if chain.len() > 1 {
        // Above a frame stand origins; the top's is what its address has.
        let above = chain.iter().rev().skip(1);
        let above: Vec<String> =
            above.map(|o| Origin::parse(o).map_or((*o).to_owned(), |o| o.to_string())).collect();
        let allowed = may_fill_frame(frame, &above, top, false).is_ok_and(|origin| binding.matches(&origin));
        return if allowed { "fill" } else { "no" };
    }
    let Ok(origin) = Origin::parse(page) else { return "no" };
    if binding.matches(&origin) {
        return "fill";
    }
    if resembles(&origin, [binding], []).is_some() { "warn" } else { "no" }
}

fn hosts() -> impl Strategy<Value = String> {
    let label = "[a-z0-9_-]{1,6}";
    let suffix = prop::sample::select(vec![
        "com",
        "co.uk",
        "github.io",
        "io",
        "ck",
        "www.ck",
        "kawasaki.jp",
        "city.kawasaki.jp",
        "s3.amazonaws.com",
        "amazonaws.com",
        "eu-west-1.compute.amazonaws.com",
        "lan",
        "localhost",
        "example",
        "xn--p1ai",
        "myshopify.com",
    ]);
    (prop::collection::vec(label, 0..4), prop::bool::ANY, suffix).prop_map(|(labels, www, suffix)| {
        let www = if www { "www." } else { "" };
        let labels: String = labels.iter().map(|label| format!("{label}.")).collect();
        format!("{www}{labels}{suffix}")
    })
}

fn bindings() -> impl Strategy<Value = Binding> {
    (hosts(), prop::bool::ANY, prop::sample::select(vec!["", ":8443"])).prop_filter_map(
        "",
        |(host, wide, port)| {
            let scope = if wide { Scope::Subdomains } else { Scope::Exact };
            Binding::new(Origin::parse(&format!("https://{host}{port}")).ok()?, scope, false).ok()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    #[test]
    fn a_binding_never_matches_outside_its_registrable_domain(
        binding in bindings(), page in hosts(), relation in 0..4, port in prop::sample::select(vec!["", ":8443"]),
    ) {
        let bound = binding.origin().host();
        // Related names, since two random ones never meet.
        let page = match relation {
            0 => page,
            1 => format!("{}.{bound}", page.split('.').next().unwrap()),
            2 => format!("{}{bound}", page.split('.').next().unwrap()),
            _ => format!("{bound}.{page}"),
        };
        let Ok(page) = Origin::parse(&format!("https://{page}{port}")) else { return Ok(()) };
        if binding.matches(&page) {
            prop_assert_eq!(page.scheme(), binding.origin().scheme());
            prop_assert_eq!(page.port(), binding.origin().port());
            let host = page.host();
            prop_assert!(host == bound || registrable(&host) == registrable(&bound), "{} {}", binding, page);
            prop_assert!(host == bound || host.ends_with(&format!(".{bound}")), "{} {}", binding, page);
            if binding.scope() == Scope::Exact {
                prop_assert!(host == bound || host == format!("www.{bound}"), "{} {}", binding, page);
            }
        }
    }

    #[test]
    fn a_public_suffix_is_never_a_scope(host in hosts(), by_hand in prop::bool::ANY) {
        let Ok(origin) = Origin::parse(&format!("https://{host}")) else { return Ok(()) };
        match Binding::new(origin.clone(), Scope::Subdomains, by_hand) {
            Ok(binding) => {
                let bound = binding.origin().host();
                prop_assert!(!is_public_suffix(&bound) && is_known_top(&bound));
            }
            Err(_) => {
                let refused = |name: &str| is_public_suffix(name) || !is_known_top(name);
                prop_assert!(origin.name().is_none_or(refused), "{}", host);
            }
        }
    }

    #[test]
    fn a_binding_matches_its_own_page_and_survives_storage(binding in bindings()) {
        prop_assert!(binding.matches(binding.origin()));
        let json = serde_json::to_string(&binding).unwrap();
        prop_assert_eq!(serde_json::from_str::<Binding>(&json).unwrap(), binding);
    }

    #[test]
    fn whatever_is_stored_is_read_without_harm(origin in "(https?://)?\\PC{0,20}|(https?://)([a-z.]{1,9})", scope in "exact|subdomains|all") {
        let json = serde_json::json!({ "origin": origin, "scope": scope }).to_string();
        if let Ok(binding) = serde_json::from_str::<Binding>(&json) {
            let wide = binding.scope() == Scope::Subdomains;
            let host = binding.origin().host();
            prop_assert!(!wide || (is_known_top(&host) && !is_public_suffix(&host)));
        }
    }

    #[test]
    fn frames_never_panic_and_never_cross_origins(frame in "https://[ab]\\.com|null|\\PC{0,9}", above in prop::collection::vec("https://[ab]\\.com|null|\\PC{0,9}", 0..3), top in "https://[ab]\\.com/x|\\PC{0,9}", is_top: bool) {
        if let Ok(origin) = may_fill_frame(&frame, &above, &top, is_top) {
            prop_assert_eq!(Origin::parse(&top), Ok(origin));
            prop_assert!(above.iter().all(|ancestor| *ancestor == frame));
        }
    }
}
