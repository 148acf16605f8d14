//! Readiness through the door: from a bare vault to one where little is missing.

use super::*;

fn ready(host: &Host<Fake>) -> ReadinessView {
    match ask(host, Request::Readiness) {
        Reply::Readiness(view) => view,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    }
}

fn found(host: &Host<Fake>) -> Vec<String> {
    ready(host).findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn each_step_takes_its_finding_away_and_what_is_said_stays() {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    assert_eq!((ready(&host).score, ready(&host).findings.len()), (3, 0), "nothing to lose yet");
    ask(&host, Request::Add { forms: vec![form("Mail", "totp"), form("Bank", "totp")] });
    assert_eq!(ready(&host).score, 0);
    assert_eq!(found(&host), ["no-bundle", "one-way-in", "drill-never", "backups-off", "nothing-else"]);
    // Codes that were shown, then typed back, then put somewhere.
    let make = Request::MakeCodes { count: 10, add: false, key: None };
    let Reply::RecoveryCodes { codes, .. } = ask(&host, make) else { panic!("codes") };
    assert!(found(&host).contains(&"codes-not-kept".into()));
    ask(&host, Request::KeepCodes { way: Way::Code { code: codes[0].code.clone(), keys: Vec::new() } });
    let sheet = ready(&host).ways.into_iter().find(|way| way.kind == "code").unwrap();
    assert_eq!((sheet.ids.len(), sheet.sheets, sheet.vault, sheet.bundles), (10, 1, true, true));
    assert!(found(&host).contains(&"place-unknown".into()));
    let places = Request::SetPlaces { ids: sheet.ids, places: vec![" the safe ".into()] };
    assert_eq!(failed(&ask(&host, places)), None);
    assert!(!found(&host).contains(&"place-unknown".into()));
    let sheet = ready(&host).ways.into_iter().find(|way| way.kind == "code").unwrap();
    assert_eq!(sheet.places, ["the safe"]);
    // Accounts: what has nothing else comes first.
    let ids: Vec<String> = ready(&host).accounts.into_iter().map(|account| account.id).collect();
    let others = |id: &str, others: &[&str]| Request::SetOthers {
        id: id.into(),
        others: others.iter().map(ToString::to_string).collect(),
    };
    ask(&host, others(&ids[0], &["device", "telepathy"]));
    let view = ready(&host);
    assert_eq!((&view.accounts[0].id, &view.accounts[1].id), (&ids[1], &ids[0]));
    assert_eq!(view.accounts[1].others, ["device"]);
    assert_eq!(view.findings.iter().find(|finding| finding.code == "nothing-else").unwrap().number, 1);
    ask(&host, others(&ids[1], &["method"]));
    // A bundle: made, read back.
    let Reply::Bundle { sha256, .. } = ask(&host, Request::Export { key: None }) else { panic!("a bundle") };
    assert!(found(&host).contains(&"bundle-not-read-back".into()));
    ask(&host, Request::ReadBack { sha256 });
    assert_eq!(ready(&host).score, 1);
    assert_eq!(found(&host), ["drill-never", "bundle-not-proven", "backups-off"]);
    // It lies in the vault: another background says the same.
    let again = self::host(&disk, 9);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_eq!(found(&again), found(&host));
    for (request, code) in [
        (Request::SetPlaces { ids: vec!["zz".into()], places: Vec::new() }, "no-such-way"),
        (Request::SetPlaces { ids: Vec::new(), places: vec!["x".repeat(200)] }, "place-too-long"),
        (others("00000000000000000000000000000000", &["device"]), "no-entry"),
    ] {
        assert_eq!(failed(&ask(&again, request)), Some(code));
    }
}
