//! Offline passes through the door: who may make one, of which accounts, and that it shows in the log before it is shown.

use super::*;
use crate::recovery::offline_pass::{self, Lock};
use crate::vault::code::Code;

const HOUR: u32 = 60;

fn form_of(ids: &[String], start: Option<Millis>, minutes: u32) -> OfflineForm {
    OfflineForm { ids: ids.to_vec(), start, minutes, passphrase: false }
}

fn make(host: &Host<Fake>, ids: &[String], minutes: u32) -> Reply {
    ask(host, Request::MakeOfflinePass { form: form_of(ids, None, minutes), key: None })
}

fn refused(host: &Host<Fake>, ids: &[String], minutes: u32) -> Option<String> {
    failed(&make(host, ids, minutes)).map(ToOwned::to_owned)
}

fn fresh(host: &Host<Fake>) {
    assert!(matches!(ask(host, Request::Fresh { keys: vec![key(1)] }), Reply::Fresh { .. }));
}

fn made(disk: &Disk) -> (Host<Fake>, Vec<String>) {
    let host = host(disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let forms = vec![form("a", "totp"), form("b", "steam"), form("c", "hotp")];
    ask(&host, Request::Add { forms });
    let ids = entries(&host).into_iter().map(|entry| entry.id).collect();
    (host, ids)
}

#[test]
fn it_is_made_after_a_second_unlock_and_stands_in_the_log() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let form = form_of(&ids[..2], None, HOUR);
    let Reply::OfflineSize { codes, letters, one_qr } =
        ask(&host, Request::PlanOfflinePass { form: form.clone() })
    else {
        panic!("size")
    };
    assert!((240..=244).contains(&codes) && one_qr, "{codes}");
    assert_eq!(refused(&host, &ids[..2], HOUR).as_deref(), Some("needs-fresh"));
    fresh(&host);
    let Reply::OfflinePass { text, qr, code, from, until, .. } = make(&host, &ids[..2], HOUR) else {
        panic!("a pass")
    };
    assert!(text.len().abs_diff(letters as usize) <= 103 && !qr.is_empty());
    assert_eq!(until.since(from), 3_600_000);
    let pass = offline_pass::open(&text, &Lock::Code(Code::parse(&code.unwrap()).unwrap())).unwrap();
    let Reply::Codes { codes, .. } = ask(&host, Request::Codes) else { panic!("codes") };
    let now = Millis(host.platform().now.get());
    let shown = pass.codes(now);
    assert_eq!(shown.len(), 2);
    for (shown, id) in shown.iter().zip(&ids) {
        let code = codes.iter().find(|code| code.id == *id).unwrap();
        assert!([Some(&code.code), code.next.as_ref()].contains(&Some(shown.code.expose())));
    }
    assert!(pass.codes(Millis(until.0)).is_empty() && pass.codes(Millis(from.0 - 1)).is_empty());
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("log") };
    let noted: Vec<_> = lines.iter().filter(|line| line.what == "offline-pass-made").collect();
    assert_eq!(noted.len(), 2, "one line an account");
    // What no store notes is not given out.
    host.platform().dead.set(true);
    assert_eq!(refused(&host, &ids[..1], HOUR).as_deref(), Some("not-saved"));
}

#[test]
fn under_a_passphrase_there_is_no_code_and_the_policy_of_passwords_counts() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    fresh(&host);
    let passphrase = OfflineForm { passphrase: true, ..form_of(&ids[..1], None, HOUR) };
    let make = |host: &Host<Fake>, form: &OfflineForm, key: Option<DerivedKey>| {
        ask(host, Request::MakeOfflinePass { form: form.clone(), key })
    };
    assert_eq!(failed(&make(&host, &passphrase, None)), Some("bad-request"));
    assert_eq!(failed(&make(&host, &form_of(&ids[..1], None, HOUR), Some(key(5)))), Some("bad-request"));
    let Reply::Derive { jobs } = ask(&host, Request::PlanExport { profile: KdfProfile::Argon2id }) else {
        panic!("a job")
    };
    let derived = DerivedKey { job: jobs[0].clone(), key: data_encoding::BASE64.encode(&[5; 32]) };
    let Reply::OfflineSize { letters, .. } =
        ask(&host, Request::PlanOfflinePass { form: passphrase.clone() })
    else {
        panic!("size")
    };
    let Reply::OfflinePass { text, code: None, .. } = make(&host, &passphrase, Some(derived.clone())) else {
        panic!("a pass without a code")
    };
    assert!(text.len().abs_diff(letters as usize) <= 103);
    let existing = DeriveJob { rule: None, ..jobs[0].clone() };
    assert_eq!(offline_pass::look(&text).unwrap().job, Some(existing));
    let lock = Lock::Passphrase(crate::core::secret(&derived).unwrap());
    let pass = offline_pass::open(&text, &lock).unwrap();
    assert_eq!(pass.codes(Millis(host.platform().now.get())).len(), 1);
    let cheap = DeriveJob { params: KdfParams::Pbkdf2 { iterations: 1000 }, ..jobs[0].clone() };
    let weak = DerivedKey { job: cheap, ..derived.clone() };
    assert_eq!(failed(&make(&host, &passphrase, Some(weak))), Some("weak-kdf"));
    ask(&host, Request::Lock);
    let host = super::host(&disk, 2);
    *host.platform().managed.borrow_mut() = Some(r#"{"kdfProfile": "pbkdf2"}"#.into());
    assert_eq!(failed(&ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } })), None);
    fresh(&host);
    assert_eq!(failed(&make(&host, &passphrase, Some(derived))), Some("policy-kdf"));
}

#[test]
fn what_counts_what_is_in_the_bin_and_other_windows_are_refused() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    fresh(&host);
    assert_eq!(refused(&host, &ids[2..], HOUR).as_deref(), Some("offline-counted"));
    assert_eq!(refused(&host, &[], HOUR).as_deref(), Some("no-entry"));
    for minutes in [0, 7 * 24 * HOUR + 1, u32::MAX] {
        assert_eq!(refused(&host, &ids[..1], minutes).as_deref(), Some("offline-bad-window"));
    }
    assert_eq!(refused(&host, &ids[..1], 7 * 24 * HOUR), None);
    *host.platform().managed.borrow_mut() = Some(r#"{"passMaxMinutes": 60}"#.into());
    let browser = SenderInfo { browser: true, ..SenderInfo::default() };
    host.request(Request::Tick { why: "policy".into() }, browser).now_or_never().expect("nothing waits");
    assert_eq!(refused(&host, &ids[..1], 61).as_deref(), Some("pass-too-long"), "as long as a pass may last");
    assert_eq!(refused(&host, &ids[..1], 60), None);
    *host.platform().managed.borrow_mut() = Some("{}".into());
    let browser = SenderInfo { browser: true, ..SenderInfo::default() };
    host.request(Request::Tick { why: "policy".into() }, browser).now_or_never().expect("nothing waits");
    assert_eq!(
        refused(&host, &[ids[0].clone(), ids[0].clone(), ids[1].clone()], 7 * 24 * HOUR).as_deref(),
        Some("offline-too-many")
    );
    let start = Some(Millis(host.platform().now.get() + 31 * 24 * 3_600_000));
    let form = form_of(&ids[..1], start, HOUR);
    assert_eq!(
        failed(&ask(&host, Request::MakeOfflinePass { form, key: None })),
        Some("pass-start-too-late")
    );
    ask(&host, Request::Trash { ids: ids[..1].to_vec() });
    assert_eq!(refused(&host, &ids[..1], HOUR).as_deref(), Some("no-entry"));
}

#[test]
fn neither_a_pass_nor_a_code_issues_one_and_the_policy_of_passes_counts() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let pass = PassForm { minutes: 60, start: None, once: false };
    let Reply::Pass { code, .. } = ask(&host, Request::MakePass { form: pass }) else { panic!("a pass") };
    let Reply::RecoveryCodes { codes, .. } =
        ask(&host, Request::MakeCodes { count: 5, add: false, key: None })
    else {
        panic!("codes")
    };
    ask(&host, Request::Lock);
    let by = |code: &str| Request::Unlock { way: Way::Code { code: code.into(), keys: Vec::new() } };
    assert_eq!(failed(&ask(&host, by(&code))), None);
    assert_eq!(refused(&host, &ids[..1], HOUR).as_deref(), Some("not-in-this-session"));
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, by(&codes[0].code))), None);
    fresh(&host);
    assert_eq!(refused(&host, &ids[..1], HOUR).as_deref(), Some("not-in-this-session"));
    ask(&host, Request::Lock);
    let host = super::host(&disk, 2);
    *host.platform().managed.borrow_mut() = Some(r#"{"passesIssuedBy": "administrator"}"#.into());
    assert_eq!(failed(&ask(&host, Request::Unlock { way: Way::Password { keys: vec![key(1)] } })), None);
    fresh(&host);
    assert_eq!(refused(&host, &ids[..1], HOUR).as_deref(), Some("policy-way"));
}

#[test]
fn an_emergency_account_is_opened_by_its_own_rules_first() {
    let disk = Disk::default();
    let (host, ids) = made(&disk);
    let edit = EntryEdit {
        issuer: None,
        account: None,
        note: None,
        tags: None,
        pinned: None,
        unverified: None,
        emergency: Some(true),
    };
    assert_eq!(failed(&ask(&host, Request::Edit { id: ids[0].clone(), edit })), None);
    fresh(&host);
    assert_eq!(refused(&host, &ids[..1], HOUR).as_deref(), Some("emergency-entry"));
    let open = Request::OpenEmergency { id: ids[0].clone(), reason: "a colleague is on call".into() };
    assert!(matches!(ask(&host, open), Reply::Fresh { .. }));
    assert_eq!(refused(&host, &ids[..1], HOUR), None);
}
