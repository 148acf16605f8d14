//! The import conversation through the door: plan, take in, again, take back, sites.

use super::*;

fn item(issuer: &str, account: &str, secret: &str) -> ImportForm {
    let form = EntryForm { account: account.into(), secret: secret.into(), ..form(issuer, "totp") };
    imported(form)
}

const ONE: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TWO: &str = "JBSWY3DPEHPK3PXP";

fn open() -> Host<Fake> {
    let host = host(&Disk::default(), 1);
    ask(&host, Request::Create { key: key(1) });
    host
}

fn plan(host: &Host<Fake>, items: &[ImportForm]) -> Vec<ImportItem> {
    match ask(
        host,
        Request::PlanImport { from: vec!["aegis".into()], items: items.to_vec(), kept: Vec::new() },
    ) {
        Reply::ImportPlan { items, .. } => items,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn outcomes(host: &Host<Fake>, items: &[ImportForm]) -> Vec<String> {
    plan(host, items).into_iter().map(|item| item.outcome).collect()
}

fn take(host: &Host<Fake>, items: &[ImportForm]) -> (Vec<String>, Vec<String>) {
    match ask(host, Request::Import { from: vec!["aegis".into()], items: items.to_vec(), kept: Vec::new() }) {
        Reply::Imported { ids, added, .. } => (ids, added),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn steps(host: &Host<Fake>) -> u32 {
    host.platform().steps.get()
}

#[test]
fn the_plan_says_what_would_become_of_each_and_changes_nothing() {
    let host = open();
    take(&host, &[item("Mill", "ada", ONE)]);
    let here = entries(&host);
    let items = [
        item("Mill", "ada", ONE),
        item("mill", "ada", TWO),
        item("Harbour", "ada", ONE),
        item("Harbour", "ada", ONE),
        item("Harbour", "bob", "not base32!"),
    ];
    assert_eq!(outcomes(&host, &items), ["already-here", "other-secret", "same-key", "twice", "invalid"]);
    let failure = plan(&host, &items).pop().unwrap().failure.unwrap();
    assert_eq!((failure.code.as_str(), failure.field.as_deref()), ("bad-secret", Some("secret")));
    assert_eq!(entries(&host), here);
}

/// The outcome, whether it is ticked, what differs, whose key it is.
type Told = (String, bool, Vec<String>, Option<String>);

fn told(host: &Host<Fake>, items: &[ImportForm]) -> Vec<Told> {
    let differs = |setting: OtherSetting| format!("{} {} {}", setting.what, setting.known, setting.new);
    let told = |item: ImportItem| {
        (item.outcome, item.ticked, item.settings.into_iter().map(differs).collect(), item.same_key)
    };
    plan(host, items).into_iter().map(told).collect()
}

#[test]
fn the_same_key_is_never_called_another_one() {
    let host = open();
    let (ids, _) = take(&host, &[item("GitHub", "Ada", ONE), item("Mill", "ada", TWO)]);
    let with = |change: fn(&mut EntryForm)| {
        let mut item = item("github", "ada", ONE);
        change(&mut item.form);
        item
    };
    let is = |outcome: &str, ticked, differs: &[&str], key: Option<&str>| -> Told {
        let differs = differs.iter().map(|differs| (*differs).to_owned()).collect();
        (outcome.into(), ticked, differs, key.map(str::to_owned))
    };
    // Names differ in case alone.
    assert_eq!(told(&host, &[with(|_| {})]), [is("already-here", false, &[], None)]);
    for (change, differs) in [
        ((|form| form.algorithm = "SHA256".into()) as fn(&mut EntryForm), &["algorithm SHA1 SHA256"][..]),
        (|form| (form.digits, form.period) = (8, 60), &["digits 6 8", "period 30 60"]),
        (|form| form.kind = "hotp".into(), &["kind totp hotp"]),
        (|form| form.kind = "steam".into(), &["kind totp steam"]),
    ] {
        // What is here was never used: the new settings may be the right ones.
        assert_eq!(told(&host, &[with(change)]), [is("other-settings", true, differs, None)]);
        let mut damaged = with(change);
        damaged.suspect = Some("authenticator-v8-import".into());
        assert_eq!(told(&host, &[damaged]), [is("other-settings", false, differs, None)]);
    }
    let renamed = item("GitHub", "work", ONE);
    let key = Some("GitHub: Ada");
    assert_eq!(told(&host, std::slice::from_ref(&renamed)), [is("same-key", false, &[], key)]);
    let mut longer = renamed.clone();
    longer.form.digits = 8;
    assert_eq!(told(&host, &[longer]), [is("same-key", false, &["digits 6 8"], key)]);
    // Another key under these names, also one that is known under others.
    assert_eq!(told(&host, &[item("mill", "ada", ONE)]), [is("other-secret", true, &[], None)]);
    // Within one file both were in the other app.
    let file = [item("A", "a", "MFRGGZDF"), item("B", "b", "MFRGGZDF"), item("a", "A", "MFRGGZDF")];
    let new = || is("new", true, &[], None);
    assert_eq!(told(&host, &file), [new(), new(), is("twice", false, &[], None)]);

    ask(&host, Request::Used { id: ids[0].clone() });
    let other = with(|form| form.digits = 8);
    assert_eq!(
        told(&host, std::slice::from_ref(&other)),
        [is("other-settings", false, &["digits 6 8"], None)]
    );
    // Whoever ticks them gets them, and what is here in other letters comes no second time.
    let (_, added) = take(&host, &[other, renamed, with(|_| {})]);
    assert_eq!(added.len(), 2);
    // What lies in the bin stands in no way.
    ask(&host, Request::Trash { ids: entries(&host).into_iter().map(|entry| entry.id).collect() });
    assert_eq!(told(&host, &[item("GitHub", "new", ONE), with(|_| {})]), [new(), new()]);
}

#[test]
fn what_comes_in_keeps_what_it_was_and_binds_nothing() {
    let host = open();
    let mut starred = item("GitHub", "ada", ONE);
    starred.pinned = true;
    starred.form.tags = vec!["work".into()];
    starred.form.note = "the old phone".into();
    starred.urls = vec!["https://github.com/login".into()];
    starred.form.sites = vec![SiteForm { origin: "https://evil.example".into(), subdomains: false }];
    let mut binned = item("Mill", "ada", TWO);
    binned.trashed = true;
    let (ids, added) = take(&host, &[starred, binned]);
    assert_eq!((ids.len(), &ids), (2, &added));
    let [github, mill] = <[EntryView; 2]>::try_from(entries(&host)).unwrap();
    assert!(github.pinned && github.unverified && github.trashed.is_none() && github.sites.is_empty());
    assert_eq!((github.tags.as_slice(), github.note.as_str()), (&["work".to_owned()][..], "the old phone"));
    assert!(mill.trashed.is_some() && mill.unverified);
}

#[test]
fn long_words_leave_no_account_behind() {
    let host = open();
    let string = |key: &str, value: &str| format!("<String><Key>{key}</Key><Value>{value}</Value></String>");
    let note = "\u{e9}".repeat(8500);
    let words = [
        string("Title", &"T".repeat(600)),
        string("UserName", "ada"),
        string("Notes", &format!("x{note}")),
        string("otp", ONE),
        format!("<Tags>{};short</Tags>", "g".repeat(513)),
    ];
    let entry = format!("<Entry>{}</Entry>", words.concat());
    let file = format!("<KeePassFile><Root><Group><Name>Root</Name>{entry}</Group></Root></KeePassFile>");
    let read = |file: &str| {
        let input = crate::import::Input::new(file.as_bytes(), &[]);
        crate::import::import(&input, None, &crate::import::Limits::default()).unwrap().entries
    };
    let mut draft = read(&file).remove(0);
    assert_eq!((draft.note.len(), draft.lost.as_slice()), (17_001, &[][..]), "the file has all of it");
    draft.tags = vec!["g".repeat(513), "short".into()];
    let form = crate::core::import_form(&draft).unwrap();
    assert_eq!(form.lost, ["name-end", "note-end", "long-tags"]);
    let [planned] = <[ImportItem; 1]>::try_from(plan(&host, std::slice::from_ref(&form))).unwrap();
    assert_eq!((planned.outcome.as_str(), planned.ticked), ("new", true));
    take(&host, std::slice::from_ref(&form));
    let [here] = <[EntryView; 1]>::try_from(entries(&host)).unwrap();
    // Half of a letter is none.
    assert_eq!(here.note, format!("x{}", "\u{e9}".repeat(8191)));
    assert_eq!(
        (here.issuer.len(), here.account.as_str(), here.tags.as_slice()),
        (512, "ada", &["short".to_owned()][..])
    );
    assert_eq!(outcomes(&host, &[form]), ["already-here"]);
    draft.note.truncate(1 + 2 * 8191);
    (draft.issuer, draft.tags) = ("T".repeat(512), vec!["g".repeat(512)]);
    assert_eq!(crate::core::import_form(&draft).unwrap().lost, <[String; 0]>::default());
}

#[test]
fn an_import_is_one_generation_and_the_same_again_none() {
    let host = open();
    let many: Vec<_> = (0..40).map(|n| item("Mill", &format!("user-{n}"), ONE)).collect();
    let before = steps(&host);
    take(&host, &many[..1]);
    let one = steps(&host) - before;
    let before = steps(&host);
    take(&host, &many[1..]);
    assert_eq!(steps(&host) - before, one, "thirty-nine cost what one costs");
    let here = entries(&host);
    let before = steps(&host);
    let (ids, added) = take(&host, &many);
    assert!(added.is_empty());
    assert_eq!((ids, steps(&host)), (here.iter().map(|entry| entry.id.clone()).collect(), before));
    assert_eq!(entries(&host), here);
}

#[test]
fn a_bad_item_takes_nothing_in_and_is_named() {
    let host = open();
    let items = vec![item("Mill", "ada", ONE), item("Mill", "bob", "")];
    match ask(&host, Request::Import { from: vec!["aegis".into()], items, kept: Vec::new() }) {
        Reply::Error(failure) => assert_eq!((failure.code.as_str(), failure.number), ("no-secret", Some(2))),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
    assert!(entries(&host).is_empty());
}

#[test]
fn a_binned_twin_does_not_stand_in_the_way_and_a_binned_item_makes_no_second() {
    let host = open();
    let (ids, _) = take(&host, &[item("Mill", "ada", ONE)]);
    let mut binned = item("Mill", "ada", ONE);
    binned.trashed = true;
    assert_eq!(outcomes(&host, std::slice::from_ref(&binned)), ["already-here"]);
    ask(&host, Request::Trash { ids });
    assert_eq!(outcomes(&host, &[item("Mill", "ada", ONE), binned]), ["new", "already-here"]);
}

#[test]
fn an_import_is_taken_back_except_what_was_used() {
    let host = open();
    take(&host, &[item("Here", "before", ONE)]);
    let (_, added) = take(&host, &[item("Mill", "ada", ONE), item("Mill", "bob", ONE)]);
    ask(&host, Request::Used { id: added[0].clone() });
    match ask(&host, Request::UndoImport { ids: added, kept: Vec::new() }) {
        Reply::Undone { removed, kept } => assert_eq!((removed, kept), (1, 1)),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
    let left: Vec<_> = entries(&host).into_iter().map(|entry| (entry.issuer, entry.account)).collect();
    assert_eq!(left, [("Here".into(), "before".into()), ("Mill".into(), "ada".into())]);
}

#[test]
fn sites_are_suggested_with_their_source_and_bound_together_only_when_asked() {
    let host = open();
    let mut stored = item("Acme intranet", "ada", ONE);
    stored.urls = vec!["https://acme.example/login?next=/".into()];
    let items =
        [item("GitHub", "ada", ONE), stored, item("vault.acme.org", "ada", ONE), item("Nobody", "a", ONE)];
    let told: Vec<Vec<_>> = plan(&host, &items)
        .into_iter()
        .map(|item| item.suggestions.into_iter().map(|s| (s.host, s.source, s.sure)).collect())
        .collect();
    assert!(told[0].contains(&("github.com".into(), "table".into(), true)), "{told:?}");
    assert_eq!(told[1], [("acme.example".into(), "stored".into(), true)]);
    assert_eq!(told[2], [("vault.acme.org".into(), "issuer-host".into(), false)]);
    assert!(told[3].is_empty());

    let (ids, _) = take(&host, &items);
    let site = |origin: &str| SiteForm { origin: origin.into(), subdomains: false };
    let pair = |n: usize, origin: &str| SiteOfEntry { id: ids[n].clone(), site: site(origin) };
    let bad = vec![pair(0, "https://github.com"), pair(1, "http://acme.example")];
    assert_eq!(failed(&ask(&host, Request::BindMany { items: bad })), Some("insecure"));
    assert!(entries(&host).iter().all(|entry| entry.sites.is_empty()));
    let good = vec![pair(0, "https://github.com"), pair(1, "https://acme.example")];
    assert_eq!(failed(&ask(&host, Request::BindMany { items: good })), None);
    let bound: Vec<_> = entries(&host).into_iter().map(|entry| entry.sites.len()).collect();
    assert_eq!(bound, [1, 1, 0, 0]);
}

#[test]
fn what_the_user_bound_is_suggested_for_other_accounts_of_the_issuer() {
    let host = open();
    let (ids, _) = take(
        &host,
        &[
            item("Harbour", "ada", ONE),
            item("GitHub", "ada", ONE),
            item("Bird", "ada", ONE),
            item("", "x", ONE),
        ],
    );
    let told = |items: &[ImportForm]| -> Vec<Vec<(String, String, bool)>> {
        let told = plan(&host, items).into_iter().map(|item| item.suggestions);
        told.map(|sites| sites.into_iter().map(|s| (s.host, s.source, s.sure)).collect()).collect()
    };
    let more = [
        item("harbour (work)", "b", ONE),
        item("Github", "b", ONE),
        item("Bird", "b", ONE),
        item("", "b", ONE),
    ];
    assert!(told(&more)[0].is_empty(), "nothing is bound yet");

    let site = |n: usize, origin: &str| SiteOfEntry {
        id: ids[n].clone(),
        site: SiteForm { origin: origin.into(), subdomains: false },
    };
    let bound = vec![
        site(0, "https://harbour.example"),
        site(1, "https://git.harbour.example"),
        site(2, "https://twitter.com"),
        site(3, "https://nobody.example"),
    ];
    assert_eq!(failed(&ask(&host, Request::BindMany { items: bound })), None);
    let told = told(&more);
    let is = |host: &str, source: &str, sure| (host.to_owned(), source.to_owned(), sure);
    assert_eq!(told[0], [is("harbour.example", "confirmed", true)]);
    // A server of one's own that bears a known service's name is offered, and not ticked.
    assert_eq!(told[1], [is("git.harbour.example", "confirmed", false), is("github.com", "table", true)]);
    assert_eq!(told[2], [is("twitter.com", "confirmed", true), is("x.com", "equivalent", false)]);
    assert!(told[3].is_empty(), "no name is nobody's");
}

#[test]
fn a_locked_vault_takes_and_tells_nothing() {
    let host = open();
    ask(&host, Request::Lock);
    let items = || vec![item("Mill", "ada", ONE)];
    for request in [
        Request::PlanImport { from: vec!["aegis".into()], items: items(), kept: Vec::new() },
        Request::Import { from: vec!["aegis".into()], items: items(), kept: Vec::new() },
        Request::UndoImport { ids: Vec::new(), kept: Vec::new() },
        Request::BindMany { items: Vec::new() },
    ] {
        assert_eq!(failed(&ask(&host, request)), Some("locked"));
    }
}
