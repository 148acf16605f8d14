//! The emergency sheet's words: kept in the vault, bounded, and gone with the session.

use super::*;

#[test]
fn the_sheets_words_survive_a_restart_and_are_bounded() {
    let disk = Disk::default();
    let host = host(&disk, 1);
    ask(&host, Request::Create { key: key(1) });
    let read = |host: &Host<Fake>| match ask(host, Request::Sheet) {
        Reply::Sheet { sheet } => sheet,
        other => panic!("{}", serde_json::to_string(&other).unwrap()),
    };
    assert_eq!(read(&host), EmergencySheet::default());
    let one = Organisation { name: "Harbour".into(), tenant: " 8d3a ".into(), ..Organisation::default() };
    let sheet =
        EmergencySheet { copies: "safe".into(), organisations: vec![one], ..EmergencySheet::default() };
    ask(&host, Request::SetSheet { sheet: sheet.clone() });
    ask(&host, Request::Lock);
    assert_eq!(failed(&ask(&host, Request::Sheet)), Some("locked"));
    let again = super::host(&disk, 7);
    ask(&again, Request::Unlock { way: Way::Password { keys: vec![key(1)] } });
    assert_eq!(read(&again).organisations[0].tenant, "8d3a");
    let many = EmergencySheet { organisations: vec![Organisation::default(); 9], ..sheet.clone() };
    assert_eq!(failed(&ask(&again, Request::SetSheet { sheet: many })), Some("too-many-organisations"));
    let long = EmergencySheet { copies: "x".repeat(20_000), ..sheet };
    assert_eq!(failed(&ask(&again, Request::SetSheet { sheet: long })), Some("too-long"));
}
