//! Taking entries out through the door: only with a fresh unlock, only in a full session, and never unlogged.

use super::*;
use crate::vault::id::EntryId;

fn open() -> (Disk, Host<Fake>, Vec<String>) {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let ids = match ask(&host, Request::Add { forms: vec![form("Mill", "totp"), form("Quay", "hotp")] }) {
        Reply::Added { ids, .. } => ids,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    };
    (disk, host, ids)
}

fn take(host: &Host<Fake>, ids: &[String], keys: Vec<DerivedKey>) -> Reply {
    ask(host, Request::TakeOut { ids: ids.to_vec(), format: "aegis-json".into(), keys })
}

#[test]
fn a_fresh_unlock_is_asked_for_each_time_and_only_the_vaults_password_is_one() {
    let (_, host, ids) = open();
    match ask(&host, Request::PlanFresh) {
        Reply::Derive { jobs } => assert_eq!(jobs, [key(1).job]),
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
    for keys in [vec![], vec![key(2)], vec![key(2), key(3)]] {
        assert_eq!(failed(&take(&host, &ids, keys)), Some("wrong-password"));
    }
    // The right bytes for another salt are no key of this vault.
    let salted = DerivedKey { job: key(2).job, key: key(1).key };
    assert_eq!(failed(&take(&host, &ids, vec![salted])), Some("wrong-password"));
    match take(&host, &ids, vec![key(2), key(1)]) {
        Reply::Taken { entries } => {
            let secrets: Vec<_> = entries.iter().map(|entry| entry.form.secret.as_str()).collect();
            assert_eq!(secrets, ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; 2]);
        }
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
    // An unlock is fresh once: the next one is asked for again.
    assert_eq!(failed(&take(&host, &ids, vec![])), Some("wrong-password"));
}

#[test]
fn nothing_leaves_a_locked_vault_or_for_a_stranger() {
    let (_, host, ids) = open();
    let request = || Request::TakeOut { ids: ids.clone(), format: "aegis-json".into(), keys: vec![key(1)] };
    let page = SenderInfo {
        url: Some("https://evil.example/".into()),
        origin: Some("https://evil.example".into()),
        ..popup()
    };
    let answer = host.request(request(), page).now_or_never().unwrap();
    assert_eq!(failed(&answer), Some("not-allowed"));
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, request())), Some("locked"));
    assert_eq!(failed(&ask(&host, Request::PlanFresh)), Some("locked"));
}

#[test]
fn what_is_not_there_and_what_nobody_writes_is_refused() {
    let (_, host, ids) = open();
    let request =
        |ids: Vec<String>, format: &str| Request::TakeOut { ids, format: format.into(), keys: vec![key(1)] };
    let unknown = EntryId([9; 16]).to_string();
    assert_eq!(failed(&ask(&host, request(vec![ids[0].clone(), unknown], "aegis-json"))), Some("no-entry"));
    assert_eq!(failed(&ask(&host, request(ids, "floppy"))), Some("unknown-format"));
}
