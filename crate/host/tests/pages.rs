//! What the background knows of a page outlives it: the browser stops it whenever nothing happens.

use super::*;

fn front(url: &str) -> Front {
    Front { tab: 7, url: Some(url.into()), document: Some("D".into()), slow: false, incognito: false }
}

fn at(url: &str) -> SenderInfo {
    SenderInfo { front: Some(front(url)), ..popup() }
}

fn from(host: &Host<Fake>, sender: SenderInfo, request: Request) -> Reply {
    host.request(request, sender).now_or_never().expect("nothing waits")
}

/// A press of the keyboard command on a page.
fn command(host: &Host<Fake>, url: &str) -> String {
    let browser = SenderInfo { browser: true, front: Some(front(url)), ..SenderInfo::default() };
    match from(host, browser, Request::Gesture) {
        Reply::Filled(result) => result.result,
        _ => panic!("no result"),
    }
}

fn told(host: &Host<Fake>, url: &str) -> Option<String> {
    match from(host, at(url), Request::Page) {
        Reply::Page(page) => page.told.map(|told| told.result),
        _ => panic!("no page"),
    }
}

/// A vault with one account on one site and two on another.
fn made(disk: &Disk) -> (Host<Fake>, Vec<String>) {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let form = |name: &str, site: &str| EntryForm {
        sites: vec![SiteForm { origin: site.into(), subdomains: false }],
        ..form(name, "totp")
    };
    let (one, two) = ("https://a.example", "https://b.example");
    match ask(&host, Request::Add { forms: vec![form("A", one), form("B", two), form("C", two)] }) {
        Reply::Added { ids, .. } => (host, ids),
        _ => panic!("added"),
    }
}

/// The same session in another background.
fn stopped(disk: &Disk, before: &Host<Fake>) -> Host<Fake> {
    let next = host(disk, 2);
    next.platform().now.set(before.platform().now.get() + 1_000);
    *next.platform().session.borrow_mut() = before.platform().session.borrow().clone();
    *next.platform().allowed.borrow_mut() = before.platform().allowed.borrow().clone();
    next
}

fn items(host: &Host<Fake>) -> Vec<Option<String>> {
    match ask(host, Request::Choices) {
        Reply::Choices { items, .. } => items.into_iter().map(|item| item.automatic).collect(),
        _ => panic!("choices"),
    }
}

const PAGE: &str = "https://a.example/code";

#[test]
fn why_a_command_filled_nothing_outlives_a_stopped_background_and_no_lock() {
    let disk = Disk::default();
    let (first, _) = made(&disk);
    assert_eq!(command(&first, PAGE), "no-field");
    let second = stopped(&disk, &first);
    assert_eq!(told(&second, PAGE).as_deref(), Some("no-field"));
    assert_eq!(told(&second, "https://a.example/other"), None);
    let late = stopped(&disk, &first);
    late.platform().now.set(first.platform().now.get() + 61_000);
    assert_eq!(told(&late, PAGE), None, "for a minute");
    ask(&second, Request::Lock);
    let kept = second.platform().session.borrow().clone().unwrap_or_default();
    assert!(!kept.contains("a.example"), "{kept}");
}

#[test]
fn the_button_says_what_a_command_could_not_do_for_long_where_no_popup_opens() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let never = Request::SetNever { origin: "https://c.example".into(), never: true };
    ask(&host, never);
    for no_popup in [false, true] {
        host.platform().no_popup.set(no_popup);
        for (url, result) in [
            (PAGE, "no-field"),
            ("https://b.example/", "several"),
            ("https://c.example/", "never"),
            ("https://d.example/", "not-bound"),
            ("about:blank", "not-web"),
        ] {
            assert_eq!(command(&host, url), result);
            let said = host.platform().said.borrow_mut().pop();
            assert_eq!(said, Some((7, result.to_owned(), no_popup)), "{url}");
        }
    }
    ask(&host, Request::Lock);
    host.platform().said.borrow_mut().clear();
    assert_eq!(command(&host, PAGE), "locked");
    assert_eq!(*host.platform().said.borrow(), [(7, "locked".to_owned(), true)]);
    host.platform().no_popup.set(false);
    assert_eq!(command(&host, PAGE), "locked");
    assert_eq!(host.platform().said.borrow().len(), 1, "the popup asks for the unlock and goes on");
}

#[test]
fn a_choice_whose_popup_the_prompt_closed_counts_when_the_browser_allows_the_site_and_not_before() {
    let disk = Disk::default();
    let (first, ids) = made(&disk);
    let wish = |asking| Request::SetChoice {
        id: ids[0].clone(),
        origin: "https://a.example".into(),
        automatic: Some("fill".into()),
        submit: false,
        asking,
    };
    let permissions = |host: &Host<Fake>| {
        let browser = SenderInfo { browser: true, ..SenderInfo::default() };
        from(host, browser, Request::Tick { why: "permissions".into() })
    };
    from(&first, at(PAGE), wish(true));
    assert_eq!(items(&first), []);
    // Another permission came or went: this one is still asked for.
    permissions(&first);
    assert_eq!(items(&first), []);
    let second = stopped(&disk, &first);
    second.platform().allowed.borrow_mut().push("https://a.example/*".into());
    permissions(&second);
    assert_eq!(items(&second), [Some("fill".to_owned())]);
    assert_eq!(second.platform().watched.borrow().last(), Some(&vec!["https://a.example:443/*".to_owned()]));
}
