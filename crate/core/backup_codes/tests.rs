use super::super::Effect;
use super::super::sender::Front;
use super::super::testing::*;
use super::super::unlock::Opening;
use super::*;
use crate::fill::PageFields;
use crate::protocol::{BackupCodesView, FillResult, PageOrder, Request, SessionKind};
use crate::vault::slot::SlotKind;

const CODES: [&str; 4] = ["abcd-1111", "abcd-2222", "abcd-3333", "abcd-4444"];

fn site_codes(codes: &[&str]) -> Vec<SiteCode> {
    codes.iter().map(|code| SiteCode { code: (*code).into(), used: None, tried: None }).collect()
}

fn keep(id: &str, codes: &[&str], add: bool) -> Request {
    Request::KeepBackupCodes { id: id.into(), codes: site_codes(codes), add }
}

/// A vault with an account that is bound to the page, and its codes.
fn with_codes() -> (Door, String) {
    let mut door = Door::open();
    let id = door.add("A", "totp");
    assert!(matches!(door.popup(keep(&id, &CODES, false)), Reply::Done));
    (door, id)
}

fn fresh(door: &mut Door) {
    let reply = door.fresh();
    assert!(matches!(reply, Reply::Fresh { .. }));
}

fn recovery() -> PageFields {
    prompt_with(|field| {
        field.autocomplete.clear();
        field.max_length = None;
        field.name = "recovery_code".into();
        field.label = "Recovery code".into();
    })
}

fn fill(id: &str) -> Request {
    Request::FillBackupCode { id: id.into(), document: Some("D".into()) }
}

fn view(door: &mut Door) -> BackupCodesView {
    let Reply::Entries { entries } = door.popup(Request::List) else { panic!("entries") };
    entries[0].backup_codes.clone().expect("codes")
}

fn shown(door: &mut Door, id: &str) -> Vec<SiteCode> {
    match door.popup(Request::BackupCodes { id: id.into() }) {
        Reply::BackupCodes { codes } => codes,
        Reply::Error(failure) => panic!("{failure:?}"),
        _ => panic!("codes"),
    }
}

fn failure(reply: &Reply) -> &str {
    match reply {
        Reply::Error(failure) => &failure.code,
        _ => "",
    }
}

/// A press, the page's answer, and what became of it.
fn pressed(door: &mut Door, id: &str, page: &PageFields) -> (FillResult, PageOrder) {
    let reply = door.popup(fill(id));
    let Some(Effect::Inject { ticket, .. }) = door.effects.first().cloned() else {
        panic!("not pressed: {}", failure(&reply))
    };
    let order = door.answer(page);
    match door.core.intent_over(ticket, true, door.now) {
        Reply::Filled(result) => (result, order),
        _ => panic!("no result"),
    }
}

fn log(door: &Door) -> Vec<(String, Option<String>)> {
    let log = &door.core.vault().expect("open").body.log;
    log.iter().map(|line| (line.what.clone(), line.host.clone())).collect()
}

#[test]
fn codes_are_shown_behind_a_second_unlock_that_ends_after_five_minutes() {
    let (mut door, id) = with_codes();
    let ask = || Request::BackupCodes { id: id.clone() };
    assert_eq!(failure(&door.popup(ask())), "needs-fresh");
    assert_eq!(failure(&door.popup(Request::Fresh { keys: Vec::new() })), "wrong-password");
    assert_eq!(failure(&door.popup(ask())), "needs-fresh");
    fresh(&mut door);
    assert_eq!(shown(&mut door, &id).iter().map(|code| code.code.as_str()).collect::<Vec<_>>(), CODES);
    door.later(299);
    assert_eq!(shown(&mut door, &id).len(), 4);
    door.later(1);
    assert_eq!(failure(&door.popup(ask())), "needs-fresh");
    fresh(&mut door);
    door.later(240);
    assert_eq!(shown(&mut door, &id).len(), 4);
    door.now = Millis(door.now.0 - 240_000);
    door.later(0);
    assert_eq!(shown(&mut door, &id).len(), 4);
    door.later(60);
    assert_eq!(failure(&door.popup(ask())), "needs-fresh", "a clock that goes back lengthens nothing");
    fresh(&mut door);
    door.lock();
    door.unlock();
    assert_eq!(failure(&door.popup(ask())), "needs-fresh", "the first unlock is not the second");
}

#[test]
fn a_code_is_filled_by_its_own_press_and_counts_as_used_when_the_page_went_on() {
    let (mut door, id) = with_codes();
    assert_eq!(failure(&door.popup(fill(&id))), "needs-fresh");
    // The usual press says what the page asks for, and fills nothing.
    let result = door.press(
        Request::Fill { id: None, remember: false, document: Some("D".into()), site: None },
        &recovery(),
    );
    assert_eq!(result.result, "backup-code-field");
    fresh(&mut door);
    let (result, order) = pressed(&mut door, &id, &recovery());
    assert_eq!((result.result.as_str(), result.code, result.offer), ("filled", None, false));
    assert_eq!((order.values, order.watch, order.submit), (vec![CODES[0].to_owned()], true, false));
    assert_eq!((view(&mut door).left, view(&mut door).tried), (4, Some(door.now)), "filled is not used");
    // Another document, and another order, say nothing.
    let moved = |order| Request::Moved { order };
    let other = script_at(|document| document.id = Some("E".into()));
    for (sender, number) in [(other, order.order), (script(), order.order + 1)] {
        assert!(matches!(door.ask(&sender, moved(number)), Reply::Done));
        assert_eq!(view(&mut door).left, 4);
    }
    assert!(matches!(door.ask(&script(), moved(order.order)), Reply::Done));
    assert_eq!((view(&mut door).left, view(&mut door).tried, view(&mut door).low), (3, None, true));
    assert!(shown(&mut door, &id)[0].used.is_some());
    door.later(30);
    let (_, order) = pressed(&mut door, &id, &recovery());
    assert_eq!(order.values, [CODES[1]], "the next one");
    let log = log(&door);
    let filled = ("backup-code-filled".to_owned(), Some("a.example".to_owned()));
    assert_eq!(log.iter().filter(|line| **line == filled).count(), 2);
    assert!(log.iter().any(|line| line.0 == "backup-code-used"));
    assert!(!format!("{log:?}").contains("abcd"));
}

#[test]
fn where_nobody_saw_the_page_go_on_the_user_says_what_became_of_it() {
    let (mut door, id) = with_codes();
    fresh(&mut door);
    let mark = |used| Request::MarkBackupCode { id: id.clone(), code: None, used };
    assert_eq!(failure(&door.popup(mark(true))), "no-backup-codes");
    let (_, first) = pressed(&mut door, &id, &recovery());
    door.later(600);
    door.ask(&script(), Request::Moved { order: first.order });
    assert_eq!(view(&mut door).left, 4, "too late to be believed");
    assert!(matches!(door.popup(mark(false)), Reply::Done), "the answer needs no second unlock");
    assert_eq!((view(&mut door).left, view(&mut door).tried), (4, None));
    fresh(&mut door);
    assert_eq!(pressed(&mut door, &id, &recovery()).1.values, [CODES[0]]);
    assert_eq!(pressed(&mut door, &id, &recovery()).1.values, [CODES[1]], "not the one that is in doubt");
    assert!(matches!(door.popup(mark(true)), Reply::Done));
    assert_eq!(view(&mut door).left, 2);
    let named = |used| Request::MarkBackupCode { id: id.clone(), code: Some(CODES[0].into()), used };
    assert!(matches!(door.popup(named(false)), Reply::Done));
    assert_eq!(view(&mut door).left, 3, "put back");
    door.later(600);
    assert_eq!(failure(&door.popup(named(true))), "needs-fresh");
}

#[test]
fn no_other_field_takes_one_and_one_that_is_too_short_does_not() {
    let (mut door, id) = with_codes();
    fresh(&mut door);
    let (result, order) = pressed(&mut door, &id, &prompt());
    assert_eq!((result.result.as_str(), order.order), ("no-backup-field", 0));
    let mut narrow = recovery();
    narrow.fields[0].max_length = Some(8);
    assert_eq!(pressed(&mut door, &id, &narrow).1.values, ["abcd1111"], "without its hyphen it fits");
    narrow.fields[0].max_length = Some(7);
    let (result, order) = pressed(&mut door, &id, &narrow);
    assert_eq!((result.result.as_str(), order.order), ("length", 0));
    assert_eq!(view(&mut door).left, 4);
    let mut digits = recovery();
    digits.fields[0].inputmode = "numeric".into();
    door.popup(keep(&id, &["1234 5678"], false));
    assert_eq!(pressed(&mut door, &id, &digits).1.values, ["12345678"]);
}

#[test]
fn an_unbound_page_a_list_without_a_code_and_never_here_get_none() {
    let (mut door, id) = with_codes();
    fresh(&mut door);
    let elsewhere = own_page("https://b.example/recovery");
    assert!(matches!(door.ask(&elsewhere, fill(&id)), Reply::Filled(result) if result.result == "not-bound"));
    let other = door.add("B", "totp");
    assert!(matches!(door.popup(fill(&other)), Reply::Filled(result) if result.result == "no-backup-codes"));
    door.popup(Request::SetNever { origin: HERE.into(), never: true });
    assert!(matches!(door.popup(fill(&id)), Reply::Filled(result) if result.result == "never"));
    let gone = Request::FillBackupCode { id, document: Some("E".into()) };
    assert!(matches!(door.popup(gone), Reply::Filled(result) if result.result == "gone"));
}

#[test]
fn nothing_fills_one_by_itself() {
    let mut door = Door::open();
    let id = door.add("A", "totp");
    door.popup(keep(&id, &CODES, false));
    door.chosen(&id);
    fresh(&mut door);
    assert!(door.ready(&script(), &prompt()).is_some(), "the usual code goes by itself");
    door.later(120);
    assert_eq!(door.ready(&script(), &recovery()), None);
    assert_eq!((view(&mut door).left, view(&mut door).tried), (4, None));
}

#[test]
fn those_of_an_emergency_account_stay_closed_with_it() {
    let (mut door, id) = with_codes();
    door.edit(&id, |entry| entry.emergency = true);
    fresh(&mut door);
    for request in [Request::BackupCodes { id: id.clone() }, fill(&id)] {
        assert_eq!(failure(&door.popup(request)), "emergency-entry");
        assert_eq!(door.effects, []);
    }
}

#[test]
fn a_pass_or_rescue_session_sees_and_fills_none() {
    for kind in [SessionKind::Pass, SessionKind::Rescue, SessionKind::Renew] {
        let (mut door, id) = with_codes();
        let vault = door.core.vault().expect("open").clone();
        let opening = Opening { fresh: Some(door.now.plus(60_000)), ..Opening::by(SlotKind::Pass) };
        door.core.enter(vault, kind, opening, door.now);
        for request in [
            Request::PlanFresh,
            Request::Fresh { keys: Vec::new() },
            Request::BackupCodes { id: id.clone() },
            keep(&id, &CODES, true),
            Request::MarkBackupCode { id: id.clone(), code: None, used: true },
            fill(&id),
            Request::PageText,
        ] {
            assert_eq!(failure(&door.popup(request)), "not-in-this-session", "{kind:?}");
        }
    }
}

#[test]
fn a_private_window_fills_and_spends_without_its_host_and_reads_no_page() {
    let (mut door, id) = with_codes();
    fresh(&mut door);
    let private = || Sender::Own(Some(Front { incognito: true, ..front(PROMPT) }));
    door.ask(&private(), fill(&id));
    let order = door.answer(&recovery());
    door.ask(&script(), Request::Moved { order: order.order });
    assert_eq!(view(&mut door).left, 3, "a code is spent wherever it was filled");
    assert!(log(&door).iter().all(|(_, host)| host.is_none()), "{:?}", log(&door));
    assert_eq!(failure(&door.ask(&private(), Request::PageText)), "private-window");
    assert_eq!(door.effects, []);
    door.popup(Request::PageText);
    assert_eq!(door.effects, [Effect::PageText { tab: 7 }]);
    door.popup(Request::SetNever { origin: HERE.into(), never: true });
    assert_eq!(failure(&door.popup(Request::PageText)), "no-page-text");
}

#[test]
fn a_list_is_replaced_added_to_and_removed_and_never_too_long() {
    let (mut door, id) = with_codes();
    door.popup(keep(&id, &["x-1", " abcd-1111 ", "", "x-1"], true));
    assert_eq!((view(&mut door).left, view(&mut door).of), (5, 5), "each once");
    assert_eq!(failure(&door.popup(keep(&id, &["y-1"], false))), "needs-fresh", "there is no bin for them");
    assert_eq!(view(&mut door).of, 5);
    fresh(&mut door);
    door.popup(keep(&id, &["y-1"], false));
    assert_eq!((view(&mut door).of, view(&mut door).low), (1, true));
    let many: Vec<String> = (0..=MAX_CODES).map(|n| format!("code-{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(failure(&door.popup(keep(&id, &many, false))), "too-many-codes");
    assert_eq!(failure(&door.popup(keep(&id, &["x".repeat(MAX_CODE + 1).as_str()], false))), "too-long");
    door.popup(keep(&id, &[], false));
    let Reply::Entries { entries } = door.popup(Request::List) else { panic!("entries") };
    assert_eq!(entries[0].backup_codes, None);
    assert!(log(&door).iter().any(|line| line.0 == "backup-codes-removed"));
}

#[test]
fn a_page_with_a_key_as_text_is_offered_with_its_host_as_name() {
    let text = "Can't scan? Enter this key: JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP";
    let found = found_secrets(text, &[], &own_page("https://www.a.example/2fa"));
    let Reply::Readings { forms, skipped, .. } = found.reply else { panic!("readings") };
    assert_eq!((forms.len(), forms[0].issuer.as_str(), skipped.len()), (1, "a.example", 0));
    let link = "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP&issuer=Harbour".to_owned();
    let found = found_secrets(text, &[link], &own_page(PROMPT));
    let Reply::Readings { forms, .. } = found.reply else { panic!("readings") };
    assert_eq!((forms.len(), forms[0].issuer.as_str(), forms[0].account.as_str()), (1, "Harbour", "ada"));
}
