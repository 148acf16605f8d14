//! KeePass, KeePassXC and their kin: KDBX 3 and 4, and KeePass 2's XML.

use super::keepass_xml::{self, Found, Unprotect};
use super::login::Said;
use super::read::xml;
use super::{Draft, ImportError, Importer, Input, Limits, collect::Collector, kdbx, keepass_otp};
use crate::secret::SecretText;

/// Databases and their plain XML.
#[derive(Debug)]
pub struct KeePass;

impl Importer for KeePass {
    fn id(&self) -> &'static str {
        "keepass"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        kdbx::looks_like(input.bytes)
            || input.text().is_some_and(|text| {
                let text = text.trim_start();
                text.starts_with('<')
                    && text
                        .get(..text.floor_char_boundary(1024))
                        .is_some_and(|head| head.contains("<KeePassFile"))
            })
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        if !kdbx::looks_like(input.bytes) {
            let text = input.text().ok_or(ImportError::BadContent)?;
            return read(text, "keepass-xml", None, limits);
        }
        let mut database = kdbx::open(input.bytes, password, input.beside, limits)?;
        let text = std::str::from_utf8(database.xml.expose()).map_err(|_| ImportError::BadContent)?;
        let draft = read(text, database.format, Some(&mut |bytes| database.stream.apply(bytes)), limits)?;
        Ok(Draft { keys: database.key_file.into_iter().collect(), ..draft })
    }
}

fn read(
    text: &str,
    format: &'static str,
    unprotect: Option<Unprotect<'_>>,
    limits: &Limits,
) -> Result<Draft, ImportError> {
    let mut reader = keepass_xml::Reader::new(unprotect, limits.max_items);
    xml::walk(text, |step| reader.step(step))?;
    let mut collector = Collector::new(format, limits);
    for Found { entry, in_bin } in reader.finish() {
        let login = entry.login();
        if in_bin {
            collector.skip(login.what(), "trashed")?;
            continue;
        }
        if entry.is_sealed() {
            collector.skip(login.what(), "encrypted")?;
        }
        let mut said = Said::default();
        for otp in keepass_otp::read(&login, &entry.fields) {
            said.is_new(&otp);
            collector.login(&login, otp, &keepass_otp::own(&entry.fields)[..])?;
        }
        collector.links(&login, &mut said, keepass_otp::own_texts(&entry.fields))?;
    }
    Ok(collector.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Skipped;
    use crate::import::testing::eight::eight;
    use crate::import::testing::kdbx::{Cipher, Kdf, changed, database, document, sealed};
    use crate::import::testing::{damage_at, damage_behind, read, unlock};
    use crate::vault::entry::EntryDraft;

    /// All but favourites and the password.
    fn kept() -> Vec<EntryDraft> {
        let mut want = eight();
        for e in &mut want {
            e.lost = vec!["password"];
            e.pinned = false;
            e.urls = vec!["https://a.example".into()];
        }
        want
    }

    fn assert_kept(draft: &Draft, format: &str) {
        let bin = Skipped::new("deleted", "trashed");
        assert_eq!((draft.format, &draft.skipped), (format, &vec![bin]));
        assert_eq!(draft.entries, kept());
    }

    #[test]
    fn databases_of_both_versions_open_with_every_cipher() {
        for (cipher, kdf, format) in [
            (Cipher::Aes, Kdf::Kdbx3, "kdbx3"),
            (Cipher::Twofish, Kdf::Kdbx3, "kdbx3"),
            (Cipher::ChaCha20, Kdf::Kdbx3, "kdbx3"),
            (Cipher::Aes, Kdf::Aes, "kdbx4"),
            (Cipher::ChaCha20, Kdf::Argon2d, "kdbx4"),
            (Cipher::Twofish, Kdf::Argon2id, "kdbx4"),
        ] {
            let file = database(&eight(), "pass w\u{f6}rd", cipher, kdf);
            assert_kept(&unlock(&file, "pass w\u{f6}rd"), format);
        }
    }

    #[test]
    fn a_key_file_dropped_with_it_is_tried_and_told_of_no_more() {
        let key: Vec<u8> = (7..39).collect();
        let file = ("db.key".to_owned(), key.clone());
        let other = ("notes.txt".to_owned(), b"nothing".to_vec());
        for (kdf, format) in [(Kdf::Kdbx3, "kdbx3"), (Kdf::Aes, "kdbx4"), (Kdf::Argon2id, "kdbx4")] {
            let locked = ("db.kdbx".to_owned(), sealed(&eight(), Some("p"), &key, Cipher::Aes, kdf));
            let read = |files: &[&(String, Vec<u8>)], password: &str| {
                let files = files.iter().map(|file| (*file).clone()).collect();
                let passwords = [SecretText::new(password.into())];
                crate::import::import_files(files, &passwords, &Limits::default())
            };
            for files in [[&locked, &file], [&file, &locked]] {
                let got = read(&files, "p").unwrap();
                assert_eq!(got.families, ["keepass"]);
                assert_kept(&Draft { keys: Vec::new(), ..got.draft }, format);
                let refused = read(&files, "q").unwrap_err();
                assert_eq!((refused.family, refused.error), (Some("keepass"), ImportError::WrongPassword));
            }
            // What was no key is told.
            let skipped = read(&[&other, &locked, &file], "p").unwrap().draft.skipped;
            assert_eq!(skipped.iter().map(|item| &*item.what).collect::<Vec<_>>(), ["deleted", "notes.txt"]);
            assert_eq!(read(&[&locked, &other], "p").unwrap_err().error, ImportError::WrongPassword);
            // And a database that wants none takes none.
            let plain = ("plain.kdbx".to_owned(), database(&eight(), "p", Cipher::Aes, kdf));
            let got = read(&[&plain, &other], "p").unwrap().draft;
            assert_eq!((got.keys.len(), got.skipped.len()), (0, 2));
        }
    }

    #[test]
    fn a_key_file_alone_opens_what_has_no_password() {
        let files = |kdf, key: &[u8], file: &[u8]| {
            let locked = sealed(&eight(), None, key, Cipher::Aes, kdf);
            vec![("db.kdbx".to_owned(), locked), ("key".to_owned(), file.to_vec())]
        };
        let read = |mut files: Vec<_>, passwords: &[&str]| {
            let passwords: Vec<_> = passwords.iter().map(|word| SecretText::new((*word).into())).collect();
            let read = |files| {
                let got = crate::import::import_files(files, &passwords, &Limits::default());
                got.map(|got| Draft { keys: Vec::new(), ..got.draft }).map_err(|refused| refused.error)
            };
            let first = read(files.clone());
            files.reverse();
            assert_eq!(read(files), first);
            first
        };
        let key: Vec<u8> = (7..39).collect();
        // Sixty-four digits could be another app's sealed text, too.
        let digits = data_encoding::HEXLOWER.encode(&key);
        for (kdf, format) in [(Kdf::Kdbx3, "kdbx3"), (Kdf::Aes, "kdbx4"), (Kdf::Argon2id, "kdbx4")] {
            for file in [&key, digits.as_bytes()] {
                for passwords in [&[][..], &[""]] {
                    assert_kept(&read(files(kdf, &key, file), passwords).unwrap(), format);
                }
                assert_eq!(read(files(kdf, &key, file), &["p"]), Err(ImportError::WrongPassword));
                assert_eq!(read(files(kdf, &[1; 32], file), &[]), Err(ImportError::PasswordNeeded));
            }
            // Any file can be one. Beside a third, it is to be said first that there is no password.
            let noise = [9_u8; 100];
            let hash = crate::import::read::crypto::sha256(&[&noise]);
            assert_kept(&read(files(kdf, &hash, &noise), &[]).unwrap(), format);
            let three = [files(kdf, &hash, &noise), vec![("a".to_owned(), b"b".to_vec())]].concat();
            assert_eq!(read(three.clone(), &[]), Err(ImportError::PasswordNeeded));
            assert_eq!(read(three, &[""]).unwrap().entries, kept());
        }
    }

    #[test]
    fn xml_holds_the_same() {
        let file = document(&eight(), None);
        assert_kept(&read(file.as_bytes(), None).unwrap(), "keepass-xml");
        damage_at(100, file.as_bytes(), |bytes| drop(read(bytes, None)));
    }

    #[test]
    fn what_was_protected_stands_in_clear_in_xml() {
        let file = document(&eight(), None).replace("<Value>", "<Value Protected=\"True\">");
        assert_kept(&read(file.as_bytes(), None).unwrap(), "keepass-xml");
    }

    #[test]
    fn further_addresses_are_addresses() {
        let string =
            |name: &str, value: &str| format!("<String><Key>{name}</Key><Value>{value}</Value></String>");
        let strings =
            [("URL", "https://a"), ("KP2A_URL", "https://b"), ("KP2A_URL_1", "https://c"), ("otp", "ME")]
                .map(|(name, value)| string(name, value));
        let file = format!(
            "<KeePassFile><Root><Group><Entry>{}</Entry></Group></Root></KeePassFile>",
            strings.concat()
        );
        let draft = read(file.as_bytes(), None).unwrap();
        assert_eq!(draft.entries[0].urls, ["https://a", "https://b", "https://c"]);
        assert!(draft.entries[0].lost.is_empty());
    }

    #[test]
    fn more_entries_than_agreed_are_too_many() {
        let file = document(&eight(), None);
        let limits = |max_items| Limits { max_items, ..Limits::default() };
        let input = Input::new(file.as_bytes(), &[]);
        // Eight and the deleted one.
        assert!(KeePass.import(&input, None, &limits(9)).is_ok());
        assert_eq!(KeePass.import(&input, None, &limits(8)), Err(ImportError::TooLarge));
    }

    #[test]
    fn damage_and_other_versions_are_told_apart_from_a_wrong_password() {
        for kdf in [Kdf::Kdbx3, Kdf::Argon2id] {
            let file = database(&eight(), "p", Cipher::Aes, kdf);
            damage_at(60, &file, |bytes| {
                assert!(read(bytes, Some("p")).is_err() || bytes.len() == file.len());
            });
            let mut other = file.clone();
            other[10] = 5;
            assert_eq!(read(&other, Some("p")), Err(ImportError::UnsupportedVersion));
            other[7] = 0;
            assert_eq!(read(&other, None), Err(ImportError::UnsupportedVersion));
        }
        let mut cut = database(&eight(), "p", Cipher::Aes, Kdf::Argon2id);
        cut.truncate(cut.len() - 50);
        assert_eq!(read(&cut, Some("p")), Err(ImportError::BadContent));
    }

    #[test]
    fn damage_behind_the_password_never_panics() {
        for kdf in [Kdf::Kdbx3, Kdf::Argon2id] {
            let mut plain = Vec::new();
            let file = |change: &mut dyn FnMut(Vec<u8>) -> Vec<u8>| {
                changed(&eight(), Some("p"), &[], (Cipher::Aes, kdf), change)
            };
            file(&mut |inner| {
                plain.clone_from(&inner);
                inner
            });
            damage_behind(150, &plain, "p", |damaged| file(&mut |_| damaged.to_vec()));
        }
    }

    #[test]
    fn millions_of_rounds_are_refused_until_agreed_to() {
        let mut file = database(&[], "p", Cipher::Aes, Kdf::Kdbx3);
        let at = file.windows(8).position(|w| w == 100_u64.to_le_bytes()).unwrap();
        file[at..at + 8].copy_from_slice(&43_478_260_u64.to_le_bytes());
        assert_eq!(read(&file, Some("p")), Err(ImportError::TooMuchWork { kib: 0, work: 43_478_260 }));
    }

    /// The document with one entry of these strings, and an attachment that a database of version 3 has sealed.
    fn with_strings(strings: &[(&str, &str)]) -> String {
        let strings: String = strings
            .iter()
            .map(|(key, value)| format!("<String><Key>{key}</Key><Value>{value}</Value></String>"))
            .collect();
        // 0xff is no UTF-8.
        let binaries = "<Binaries><Binary ID=\"0\" Protected=\"True\">//79</Binary></Binaries>";
        format!(
            "<KeePassFile><Meta>{binaries}</Meta><Root><Group><Name>r</Name><Entry>{strings}</Entry></Group></Root></KeePassFile>"
        )
    }

    #[test]
    fn an_attachment_in_the_head_of_the_file_is_no_damage() {
        let file = with_strings(&[("Title", "Shop"), ("otp", "MEME")]);
        assert_eq!(read(file.as_bytes(), None).unwrap().entries[0].issuer, "Shop");
    }

    #[test]
    fn links_in_notes_and_strings_of_the_users_own_are_accounts_too() {
        let uri = |label: &str| format!("otpauth://totp/Shop:{label}?secret={label}");
        let read = |strings: &[(&str, &str)]| read(with_strings(strings).as_bytes(), None).unwrap();
        let accounts = |strings: &[(&str, &str)]| -> Vec<(String, String)> {
            read(strings).entries.into_iter().map(|entry| (entry.account, entry.lost.join("|"))).collect()
        };
        let want = |names: &[(&str, &str)]| -> Vec<_> {
            names.iter().map(|(name, lost)| ((*name).to_owned(), (*lost).to_owned())).collect()
        };
        let note = format!("spare: {} old", uri("mu"));
        let all = [("2FA", &*uri("me")), ("Second", &uri("ma")), ("Notes", &note)];
        assert_eq!(accounts(&all), want(&[("me", ""), ("ma", ""), ("mu", "")]));
        assert_eq!(accounts(&[("Notes", &note), ("PIN", "1")]), want(&[("mu", "fields")]));
        // The same again is not.
        let twice = [("2FA", &*uri("me")), ("otp", &uri("me")), ("Notes", &note)];
        assert_eq!(accounts(&twice), want(&[("me", ""), ("mu", "")]));
        assert_eq!(accounts(&[("Title", &uri("me"))]), []);
        let skipped = read(&[("Title", "A"), ("Notes", "otpauth://totp/x?secret=!")]).skipped;
        assert_eq!(skipped.iter().map(|s| (&*s.what, s.why)).collect::<Vec<_>>(), [("A", "bad-secret")]);
    }

    #[test]
    fn what_a_plugin_keeps_sealed_inside_is_listed() {
        let own = |key: &str, value: &str| {
            format!("<CustomData><Item><Key>{key}</Key><Value>{value}</Value></Item></CustomData>")
        };
        let entry = |title: &str, more: &str| {
            format!("<Entry><String><Key>Title</Key><Value>{title}</Value></String>{more}</Entry>")
        };
        let file = format!(
            "<KeePassFile><Meta>{}</Meta><Root><Group>{}{}{}</Group></Root></KeePassFile>",
            own("KeePassOTP.DB", "AAAA"),
            entry("sealed", &own("KeePassOTP.DB", "True")),
            entry("other", &own("KeePassOTP.DB", "False")),
            entry("plain", &own("Tray", "true")),
        );
        let draft = crate::import::testing::read(file.as_bytes(), None).unwrap();
        assert_eq!(draft.skipped, [Skipped::new("sealed", "encrypted")]);
        assert_eq!(draft.entries, []);
    }

    #[test]
    fn how_far_the_rounds_are_is_told_and_ends_at_all_of_them() {
        use std::sync::atomic::{AtomicU32, Ordering};
        static SUM: AtomicU32 = AtomicU32::new(0);
        let told: fn(u8) = |hundredths| {
            SUM.fetch_add(hundredths.into(), Ordering::Relaxed);
        };
        let limits = Limits { told, ..Limits::default() };
        let password = SecretText::new("p".into());
        for rounds in [100_u64, 123_457, 7] {
            let mut file = database(&eight(), "p", Cipher::Aes, Kdf::Kdbx3);
            let at = file.windows(8).position(|w| w == 100_u64.to_le_bytes()).unwrap();
            file[at..at + 8].copy_from_slice(&rounds.to_le_bytes());
            SUM.store(0, Ordering::Relaxed);
            let got = KeePass.import(&Input::new(&file, &[]), Some(&password), &limits);
            // Only the file of 100 rounds was sealed with as many.
            assert_eq!(got.is_ok(), rounds == 100);
            // Each hundredth once.
            assert_eq!(SUM.load(Ordering::Relaxed), (1..=100).sum::<u32>());
        }
    }
}
