//! What people mistype: a clear message, nothing lost, and nothing told of which way in was near.

use super::emergency_bundle::{by_code, codes as glass_codes, fresh, made, shares, two};
use super::*;
use crate::vault::code::Code;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn text(reply: &Reply) -> String {
    serde_json::to_string(reply).unwrap()
}

fn unlock(host: &Host<Fake>, way: Way) -> Reply {
    ask(host, Request::Unlock { way })
}

fn vault_codes(host: &Host<Fake>) -> Vec<String> {
    fresh(host);
    let Reply::RecoveryCodes { codes, .. } =
        ask(host, Request::MakeCodes { count: 5, add: false, key: None })
    else {
        panic!("codes")
    };
    let codes: Vec<String> = codes.into_iter().map(|code| code.code).collect();
    assert_eq!(failed(&ask(host, Request::KeepCodes { way: by_code(&codes[0]) })), None);
    codes
}

/// What both stores hold besides the notes, in which failed tries are counted.
fn vault_of(disk: &Disk) -> (Keys, Keys) {
    let sealed = |keys: &Keys| {
        let own = keys.iter().filter(|(_, text)| text.starts_with("sparekey/"));
        own.map(|(key, text)| (key.clone(), text.clone())).collect()
    };
    (sealed(&disk.ring.borrow()), sealed(&disk.area.borrow()))
}

/// A code that is right in form and differs from `code` by one bit.
fn beside(code: &str) -> String {
    let mut chars: Vec<char> = code.chars().collect();
    let place = chars.iter().position(|c| *c != '-').unwrap();
    for first in ALPHABET {
        chars[place] = char::from(*first);
        for last in ALPHABET {
            let end = chars.len() - 1;
            chars[end] = char::from(*last);
            let text: String = chars.iter().collect();
            if text != code && Code::parse(&text).is_ok() {
                return text;
            }
        }
    }
    panic!("there is one")
}

#[test]
fn a_code_with_one_letter_wrong_is_told_at_the_letter_and_costs_nothing() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let codes = vault_codes(&host);
    ask(&host, Request::Lock);
    let before = vault_of(&disk);
    let right = codes[2].as_bytes();
    let mut placed = 0;
    for at in (0..right.len()).filter(|at| right[*at] != b'-') {
        let from = ALPHABET.iter().position(|c| *c == right[at]).unwrap();
        for step in [1, 9, 23] {
            let mut wrong = right.to_vec();
            wrong[at] = ALPHABET[(from + step) % 32];
            let wrong = String::from_utf8(wrong).unwrap();
            let Reply::Error(failure) = unlock(&host, by_code(&wrong)) else { panic!("{wrong} opens") };
            assert!(failure.code.starts_with("code-check"), "{wrong}: {}", failure.code);
            placed += u32::from(failure.number.is_some());
        }
        let mut odd = right.to_vec();
        odd[at] = b'!';
        let Reply::Error(failure) = unlock(&host, by_code(&String::from_utf8(odd).unwrap())) else {
            panic!("opens")
        };
        let place = right[..=at].iter().filter(|c| **c != b'-').count();
        assert_eq!((failure.code.as_str(), failure.number), ("code-character", Some(place as u32)));
    }
    assert!(placed > 0, "a usual slip is told with its place");
    let Reply::Error(short) = unlock(&host, by_code(&codes[2][..20])) else { panic!("opens") };
    assert_eq!(short.code, "code-length");
    assert_eq!(vault_of(&disk), before, "no try was written");
    assert_eq!(failed(&unlock(&host, by_code(&codes[2]))), None);
    // What cannot be a code is no try: the log has none.
    let Reply::Log { lines } = ask(&host, Request::Log) else { panic!("a log") };
    assert!(lines.iter().all(|line| line.what != "unlock-failed"));
}

#[test]
fn what_is_near_is_told_no_more_than_what_is_far() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let codes = vault_codes(&host);
    let (own, _) = shares(&host, false);
    let (glass, _) = shares(&host, true);
    let glass_codes = glass_codes(&host);
    let start = Some(Millis(host.platform().now.get() + 3_600_000));
    let form = PassForm { minutes: 60, once: false, start };
    let Reply::Pass { code: pass, .. } = ask(&host, Request::MakePass { form }) else { panic!("a pass") };
    ask(&host, Request::Lock);
    let before = vault_of(&disk);
    let far =
        text(&unlock(&host, by_code(&Code::make_random(&mut Seeded::new(5)).to_text().expose().clone())));
    assert!(far.contains("wrong-code"));
    for near in [&codes[1], &codes[0], &pass].map(|code| beside(code)).iter().chain(&glass_codes) {
        assert_eq!(text(&unlock(&host, by_code(near))), far, "{near}");
    }
    let stranger = made(&Disk::default()).0;
    let (other, _) = shares(&stranger, false);
    let far = text(&unlock(&host, two(&other)));
    assert!(far.contains("wrong-shares"));
    assert_eq!(text(&unlock(&host, two(&glass))), far, "shares of the emergency bundle");
    // Sheets of two sets, and one sheet twice, are told by the sheets alone.
    let mixed = |a: &str, b: &str| Way::Shares { shares: vec![a.into(), b.into()] };
    let told = |reply: Reply| match reply {
        Reply::Error(failure) => (failure.code, failure.field),
        other => panic!("{}", text(&other)),
    };
    assert_eq!(told(unlock(&host, mixed(&own[0], &glass[1]))), ("share-foreign".into(), Some("1".into())));
    assert_eq!(told(unlock(&host, mixed(&other[0], &own[1]))), ("share-foreign".into(), Some("1".into())));
    assert_eq!(told(unlock(&host, mixed(&own[0], &own[0]))).0, "share-twice");
    let mut words: Vec<&str> = own[0].split(' ').collect();
    words.swap(4, 9);
    assert_eq!(told(unlock(&host, mixed(&words.join(" "), &own[1]))).0, "share-check");
    // Its own holder alone learns that a pass is early, and when it begins.
    let Reply::Error(early) = unlock(&host, by_code(&pass)) else { panic!("opens early") };
    assert_eq!(early.code, "pass-not-yet-valid");
    assert!(early.number.is_some_and(|minutes| (50..=60).contains(&minutes)));
    assert_eq!(vault_of(&disk), before, "an early try costs the pass nothing");
    host.platform().now.set(host.platform().now.get() + 3_700_000);
    assert_eq!(failed(&unlock(&host, by_code(&pass))), None);
    ask(&host, Request::Lock);
    assert_eq!(failed(&unlock(&host, two(&own))), None, "and the sheets in any order");
}

#[test]
fn twenty_wrong_passwords_in_a_row_lose_nothing_and_tell_nothing() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    vault_codes(&host);
    shares(&host, false);
    ask(&host, Request::Lock);
    let before = vault_of(&disk);
    // One bit beside the right key, and far from it.
    let keys = |n: u8| {
        let mut near = key(1);
        let mut bytes = data_encoding::BASE64.decode(near.key.as_bytes()).unwrap();
        bytes[usize::from(n % 32)] ^= 1;
        near.key = data_encoding::BASE64.encode(&bytes);
        vec![if n.is_multiple_of(2) { near } else { key(n.wrapping_add(40)) }]
    };
    let mut said = std::collections::BTreeSet::new();
    for n in 0..25 {
        let reply = unlock(&host, Way::Password { keys: keys(n) });
        assert_eq!(failed(&reply), Some("wrong-password"));
        said.insert(text(&reply));
    }
    assert_eq!(said.len(), 1, "near and far are answered alike");
    assert_eq!(vault_of(&disk), before, "nothing of the vault was written");
    assert_eq!(status(&host).state, VaultState::Locked, "nothing is shut");
    let again = super::host(&disk, 9_000);
    again.platform().now.set(host.platform().now.get());
    assert_eq!(failed(&unlock(&again, Way::Password { keys: vec![key(1)] })), None);
    assert_eq!(entries(&again).len(), 2);
    let Reply::Log { lines } = ask(&again, Request::Log) else { panic!("a log") };
    assert_eq!(lines.iter().filter(|line| line.what == "unlock-failed").count(), 20, "bounded, and told");
}

#[test]
fn a_policy_that_contradicts_itself_closes_grants_and_nothing_that_is_there() {
    let disk = Disk::default();
    let (host, _) = made(&disk);
    let codes = vault_codes(&host);
    ask(&host, Request::Lock);
    let next = super::host(&disk, 9_000);
    next.platform().now.set(host.platform().now.get());
    let policy =
        r#"{"passMinMinutes": 600, "passMaxMinutes": 20, "newWaysIn": ["shares"], "lockAfterMinutes": -5}"#;
    *next.platform().managed.borrow_mut() = Some(policy.into());
    assert_eq!(failed(&unlock(&next, by_code(&codes[1]))), None, "what is there opens");
    assert_eq!(entries(&next).len(), 2);
    assert_eq!(failed(&ask(&next, Request::SetPassword { new: key(3) })), None);
    let rules = status(&next).policy.rules;
    assert!(rules.iter().any(|rule| rule.problem.as_deref() == Some("contradiction")), "{rules:?}");
    for minutes in [20, 60, 600] {
        let form = PassForm { minutes, once: true, start: None };
        assert!(failed(&ask(&next, Request::MakePass { form })).is_some(), "{minutes}: no new grant");
    }
    assert_eq!(failed(&ask(&next, Request::Export { key: None })), None, "bundles are written");
}
