//! Every format written and read again by our importers: nothing changed but what the format cannot hold, and that
//! is listed.

use proptest::prelude::*;

use super::*;
use crate::import::testing::eight::eight;
use crate::import::{Draft, Input, Limits, import};
use crate::otp::{Algorithm, Digits, Kind, Otp, Period};

/// 2026-11-22.
const NOW: Millis = Millis(1_795_305_600_000);
const PASSWORD: &str = "pass w\u{f6}rd";

/// Bytes that differ from call to call, the same in every run.
struct Counted(u8);

impl Entropy for Counted {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(5).wrapping_add(3);
            *byte = self.0;
        }
    }
}

fn written(id: &str, entries: &[EntryDraft]) -> Result<Written, ExportError> {
    write(id, entries, Some(&SecretText::new(PASSWORD.into())), &mut Counted(7), NOW)
}

fn read(id: &str, bytes: &[u8]) -> Draft {
    let sealed = format(id).unwrap().sealed;
    let password = sealed.then(|| SecretText::new(PASSWORD.into()));
    let draft = import(&Input::new(bytes, &[]), password.as_ref(), &Limits::default());
    draft.unwrap_or_else(|error| panic!("{id}: {error:?}: {}", String::from_utf8_lossy(bytes)))
}

/// What should come back: the entries that went in, less what is listed as lost.
fn less(entries: &[EntryDraft], lost: &[(usize, &'static str)]) -> Vec<EntryDraft> {
    let lost_of = |at: usize| lost.iter().filter(move |(index, _)| *index == at).map(|(_, code)| *code);
    let mut kept = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if lost_of(at).any(|code| code.starts_with("entry-")) {
            continue;
        }
        let mut entry = entry.clone();
        for code in lost_of(at) {
            match code {
                lost::NOTE => entry.note.clear(),
                lost::TAGS | lost::URLS | lost::NAMES | lost::UNUSUAL => {}
                lost::PINNED => entry.pinned = false,
                lost::BIN => entry.trashed = false,
                other => panic!("{other}"),
            }
        }
        kept.push(entry);
    }
    kept
}

/// Asserts the round trip of `entries`.
fn round(id: &str, entries: &[EntryDraft]) -> Vec<(usize, &'static str)> {
    let written = match written(id, entries) {
        Ok(written) => written,
        Err(ExportError::NoEntries) => return Vec::new(),
        Err(error) => panic!("{id}: {error:?}"),
    };
    let draft = read(id, written.bytes.expose());
    assert_eq!((draft.format, &draft.skipped), (id, &vec![]));
    let want = less(entries, &written.lost);
    assert_eq!(draft.entries.len(), want.len(), "{id}");
    let places: Vec<usize> = (0..entries.len())
        .filter(|at| !written.lost.iter().any(|(i, code)| i == at && code.starts_with("entry-")))
        .collect();
    for ((got, mut want), at) in draft.entries.into_iter().zip(want).zip(places) {
        // Where a part of it is lost, what is left is a part of it.
        let is_lost = |code| written.lost.contains(&(at, code));
        if is_lost(lost::TAGS) {
            assert!(got.tags.iter().all(|tag| want.tags.contains(tag)) && got.tags.len() < want.tags.len());
            want.tags.clone_from(&got.tags);
        }
        if is_lost(lost::URLS) {
            assert!(got.urls.iter().all(|url| want.urls.contains(url)) && got.urls.len() < want.urls.len());
            want.urls.clone_from(&got.urls);
        }
        if is_lost(lost::NAMES) {
            want.issuer.clone_from(&got.issuer);
            want.account.clone_from(&got.account);
        }
        assert_eq!(got, want, "{id} {at}");
    }
    written.lost
}

/// What is lost of the same eight entries, by the number of each.
fn lost_of_eight(id: &str) -> String {
    let mut entries = eight();
    // Every other kind of word that an entry has.
    entries[3].trashed = true;
    entries[4].urls = vec!["https://a.example".into(), "https://b.example/login".into()];
    entries[2].tags.push("Second".into());
    let lost = round(id, &entries);
    lost.iter().map(|(at, code)| format!("{at} {code}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn what_each_format_loses_is_listed() {
    let bare = "0 pinned, 0 tags, 1 note, 2 tags, 3 bin, 4 urls, 7 note, 7 tags";
    let google =
        "0 pinned, 0 tags, 1 entry-period, 2 entry-digits, 3 bin, 4 urls, 6 entry-steam, 7 note, 7 tags";
    let twofas = "0 pinned, 1 note, 2 tags, 2 unusual, 3 bin, 4 urls, 7 note";
    let bitwarden = "2 tags, 4 entry-hotp, 5 entry-hotp";
    let proton = "0 pinned, 0 tags, 2 tags, 3 bin, 4 entry-hotp, 5 entry-hotp, 7 tags";
    for (id, lost) in [
        ("2fas-json", twofas),
        ("2fas-json-encrypted", twofas),
        ("aegis-json", "3 bin, 4 urls"),
        ("aegis-json-encrypted", "3 bin, 4 urls"),
        ("bitwarden-json", bitwarden),
        ("bitwarden-json-encrypted", bitwarden),
        ("cxf-json", "3 bin, 4 entry-hotp, 5 entry-hotp, 6 entry-steam"),
        ("ente-encrypted", "4 urls"),
        ("ente-txt", "4 urls"),
        ("google-migration-uri", google),
        ("html-uri-list", bare),
        ("keepassxc-csv", "0 pinned, 2 tags, 3 bin, 4 unusual, 4 urls, 5 unusual"),
        ("otpauth-uri-list", bare),
        ("proton-authenticator-encrypted", proton),
        ("proton-authenticator-json", proton),
    ] {
        assert_eq!(lost_of_eight(id), lost, "{id}");
    }
}

#[test]
fn the_registry_is_in_order_and_all_of_it_is_tested() {
    let ids: Vec<_> = REGISTRY.iter().map(|format| format.id).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(ids.len(), 15, "a line for each in the test above");
}

#[test]
fn sealed_files_open_with_their_password_alone() {
    for format in REGISTRY.iter().filter(|format| format.sealed) {
        for none in [None, Some(&SecretText::new(String::new()))] {
            let error = write(format.id, &eight(), none, &mut Counted(1), NOW).unwrap_err();
            assert_eq!(error, ExportError::PasswordNeeded);
        }
        let file = written(format.id, &eight()).unwrap().bytes;
        crate::import::testing::unlock(file.expose(), PASSWORD);
        let secret = crate::import::testing::eight::bare(&eight()[0]);
        assert!(!String::from_utf8_lossy(file.expose()).contains(&secret), "{}", format.id);
    }
}

#[test]
fn what_cannot_be_written_has_a_code() {
    assert_eq!(written("word", &eight()).unwrap_err().code(), "unknown-format");
    assert_eq!(written("aegis-json", &[]).unwrap_err().code(), "nothing-to-write");
    assert_eq!(written("google-migration-uri", &eight()[6..7]).unwrap_err().code(), "nothing-to-write");
    let steam = Otp::new(
        Kind::Totp { period: Period::THIRTY },
        Algorithm::Sha1,
        Digits::new(5).unwrap(),
        eight()[0].otp.secret().clone(),
    );
    let mut entries = eight();
    entries[0] = EntryDraft::new("Steam", "x", steam.unwrap());
    assert!(written("otpauth-uri-list", &entries).unwrap().lost.contains(&(0, lost::ENTRY_URI)));
}

#[test]
fn what_the_other_app_would_refuse_or_change_is_left_out() {
    let otp = |period, digits| {
        let kind = Kind::Totp { period: Period::new(period).unwrap() };
        Otp::new(kind, Algorithm::Sha1, Digits::new(digits).unwrap(), eight()[0].otp.secret().clone())
            .unwrap()
    };
    let usual = EntryDraft::new("Shop", "ada", otp(30, 6));
    for (id, period, digits, why) in [
        ("proton-authenticator-json", 65_535, 9, None),
        ("proton-authenticator-json", 65_536, 6, Some(lost::ENTRY_PERIOD)),
        ("proton-authenticator-json", 30, 10, Some(lost::ENTRY_DIGITS)),
        ("keepassxc-csv", 86_400, 10, None),
        ("keepassxc-csv", 86_401, 6, Some(lost::ENTRY_PERIOD)),
        ("cxf-json", 255, 6, None),
        ("cxf-json", 256, 6, Some(lost::ENTRY_PERIOD)),
    ] {
        let lost = round(id, &[usual.clone(), EntryDraft::new("Odd", "bob", otp(period, digits))]);
        assert_eq!(lost, why.map(|why| (1, why)).into_iter().collect::<Vec<_>>(), "{id} {period} {digits}");
    }
}

#[test]
fn files_are_named_by_format_and_day() {
    let written = written("aegis-json", &eight()).unwrap();
    assert_eq!(
        (written.file_name.as_str(), written.mime),
        ("sparekey-aegis-json-2026-11-22.json", "application/json")
    );
}

#[test]
fn a_transfer_of_many_is_in_batches() {
    let entries: Vec<_> =
        (0..23).map(|n| EntryDraft::new("Northwind", format!("user{n}"), eight()[0].otp.clone())).collect();
    assert_eq!(round("google-migration-uri", &entries), vec![]);
    let text = written("google-migration-uri", &entries).unwrap().bytes;
    assert_eq!(String::from_utf8_lossy(text.expose()).lines().count(), 3);
}

#[test]
fn a_transfer_of_long_names_says_what_fits_in_no_code() {
    let otp = &eight()[0].otp;
    let mut entries: Vec<_> =
        (0..10).map(|n| EntryDraft::new("\u{416}".repeat(46), format!("user{n}"), otp.clone())).collect();
    entries.insert(3, EntryDraft::new("\u{416}".repeat(1_200), "ada", otp.clone()));
    assert_eq!(round("google-migration-uri", &entries), vec![(3, lost::ENTRY_LONG)]);
    let text = written("google-migration-uri", &entries).unwrap().bytes;
    assert!(String::from_utf8_lossy(text.expose()).lines().all(|code| crate::qr::matrix(code).is_ok()));
}

/// The plain formats: the sealed ones seal the same content, and a derivation a case takes too long.
const PLAIN: [&str; 10] = [
    "2fas-json",
    "aegis-json",
    "bitwarden-json",
    "cxf-json",
    "ente-txt",
    "google-migration-uri",
    "html-uri-list",
    "keepassxc-csv",
    "otpauth-uri-list",
    "proton-authenticator-json",
];

fn otp() -> impl Strategy<Value = Otp> {
    let kind = prop_oneof![
        4 => prop_oneof![Just(30), 1..=86_400_u64 * 366]
            .prop_map(|period| Kind::Totp { period: Period::new(period).unwrap() }),
        1 => prop_oneof![0..10_000_u64, any::<u64>()].prop_map(|counter| Kind::Hotp { counter }),
        1 => Just(Kind::Steam),
    ];
    let algorithm = prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)];
    let secret = proptest::collection::vec(any::<u8>(), 1..80).prop_map(SecretBytes::new);
    let digits = prop_oneof![Just(6), 1..=10_u64].prop_map(|digits| Digits::new(digits).unwrap());
    (kind, algorithm, digits, secret)
        .prop_map(|(kind, algorithm, digits, secret)| Otp::new(kind, algorithm, digits, secret).unwrap())
}

/// Words with everything that formats must escape.
fn words() -> impl Strategy<Value = String> {
    let odd = "[ -~\u{e4}\u{5317}\u{1f511}\n\r\t\"';:,/\\\\%&=+?#<>|]{0,24}";
    prop_oneof![4 => "[A-Za-z0-9@. :-]{0,16}", 2 => odd, 1 => "\\PC{0,20}", 1 => Just("Steam".to_owned())]
}

fn entry(words: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = EntryDraft> {
    let lists = (
        proptest::collection::vec(words.clone(), 0..3),
        proptest::collection::vec("https://[a-z]{1,9}\\.example(/[a-z]{0,5})?", 0..3),
    );
    (words.clone(), words.clone(), otp(), words, lists, any::<bool>(), any::<bool>()).prop_map(
        |(issuer, account, otp, note, (tags, urls), pinned, trashed)| EntryDraft {
            note,
            tags,
            urls,
            pinned,
            trashed,
            ..EntryDraft::new(issuer, account, otp)
        },
    )
}

/// An entry as the vault holds it: names and tags trimmed, no tag empty or there twice.
fn tidy(mut entry: EntryDraft) -> EntryDraft {
    let mut tags: Vec<String> = Vec::new();
    for tag in entry.tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|kept| kept == tag) {
            tags.push(tag.to_owned());
        }
    }
    let mut urls: Vec<String> = Vec::new();
    entry.urls.retain(|url| {
        !urls.contains(url) && {
            urls.push(url.clone());
            true
        }
    });
    entry.tags = tags;
    entry.issuer = entry.issuer.trim().to_owned();
    entry.account = entry.account.trim().to_owned();
    // Importers trim notes.
    entry.note = entry.note.trim().to_owned();
    entry
}

/// As the vault has them: the same account with the same secret is there once.
fn tidy_entries() -> impl Strategy<Value = Vec<EntryDraft>> {
    proptest::collection::vec(entry(words().boxed()).prop_map(tidy), 1..5).prop_map(|entries| {
        let mut kept: Vec<EntryDraft> = Vec::new();
        for entry in entries {
            if !kept
                .iter()
                .any(|k| (&k.issuer, &k.account, &k.otp) == (&entry.issuer, &entry.account, &entry.otp))
            {
                kept.push(entry);
            }
        }
        kept
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_in_silence(entries in tidy_entries()) {
        for id in PLAIN {
            round(id, &entries);
        }
    }

    #[test]
    fn writing_never_panics(entries in proptest::collection::vec(entry(any::<String>().boxed()), 0..6)) {
        for id in PLAIN {
            let _ = written(id, &entries);
        }
    }
}
