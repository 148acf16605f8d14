//! Files that were dropped together: each is read with the others beside it, and what they hold becomes one draft.

use crate::secret::SecretText;
use crate::vault::kept::MAX_KEPT;

use super::{Draft, ImportError, Input, Limits, Skipped, import_as, kdbx};

/// What several files held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Several {
    /// The families that were recognised ([`super::Importer::id`]), each once.
    pub families: Vec<&'static str>,
    /// Their entries and skipped items. Its format is that of the first file that was read.
    pub draft: Draft,
}

/// Why none could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The family, where the file was recognised.
    pub family: Option<&'static str>,
    /// Why.
    pub error: ImportError,
}

impl Refused {
    pub(super) fn is_question(&self) -> bool {
        matches!(self.error, ImportError::PasswordNeeded | ImportError::TooMuchWork { .. })
    }

    pub(super) fn is_shut(&self) -> bool {
        self.error == ImportError::WrongPassword
    }
}

/// Reads files, each a name and its bytes. One that cannot be read is a skipped item when another can be; a question
/// (password, work) is asked before anything is taken. Each file is tried with the passwords in turn: those that were
/// dropped together may have passwords of their own.
pub fn import_files(
    mut files: Vec<(String, Vec<u8>)>,
    passwords: &[SecretText],
    limits: &Limits,
) -> Result<Several, Refused> {
    let mut all: Option<Several> = None;
    let mut failed = Vec::new();
    // Of all files together.
    let mut left = limits.max_items;
    for at in 0..files.len() {
        let (name, bytes) = files.remove(at);
        let limits = Limits { max_items: left, ..*limits };
        let (family, draft) = open_as(Input::new(&bytes, &files).called(&name), passwords, &limits);
        match draft {
            Ok(draft) => {
                let all = all.get_or_insert_with(Several::default);
                // What a zip was made around counts, and not the zip.
                let inside =
                    if draft.inner.is_empty() { family.into_iter().collect() } else { draft.inner.clone() };
                left = left.saturating_sub(draft.entries.len() + draft.skipped.len());
                all.draft.join(draft);
                for family in inside {
                    if !all.families.contains(&family) {
                        all.families.push(family);
                    }
                }
            }
            Err(error) => {
                let refused = Refused { family, error };
                // A question comes first, unless the file may be another's key.
                if refused.is_question() && !files.iter().any(|(_, bytes)| kdbx::looks_like(bytes)) {
                    return Err(refused);
                }
                failed.push((name.clone(), refused));
            }
        }
        files.insert(at, (name, bytes));
    }
    let keys = all.as_ref().map_or(&[][..], |all| &all.draft.keys);
    failed.retain(|(name, _)| !keys.contains(name));
    if let Some(at) = failed.iter().position(|(_, refused)| refused.is_question()) {
        return Err(failed.swap_remove(at).1);
    }
    let Some(mut all) = all else {
        // A file that a password opens is what was meant; the others may have been its keys.
        let shut = failed.iter().position(|(_, refused)| refused.is_shut());
        let first = failed.into_iter().nth(shut.unwrap_or(0)).map(|(_, refused)| refused);
        return Err(first.unwrap_or(Refused { family: None, error: ImportError::EmptyFile }));
    };
    all.draft.skipped.extend(failed.into_iter().map(|(name, refused)| Skipped::file(name, refused)));
    Ok(all)
}

/// As [`super::import`], with the first password that is not refused.
pub fn import_with<'a>(
    input: Input<'a>,
    passwords: &'a [SecretText],
    limits: &Limits,
) -> Result<Draft, ImportError> {
    open_as(input, passwords, limits).1
}

fn open_as<'a>(
    input: Input<'a>,
    passwords: &'a [SecretText],
    limits: &Limits,
) -> (Option<&'static str>, Result<Draft, ImportError>) {
    let input = &input.under(passwords);
    let mut read = import_as(input, passwords.first(), limits);
    for password in passwords.iter().skip(1) {
        if read.1 != Err(ImportError::WrongPassword) {
            break;
        }
        read = import_as(input, Some(password), limits);
    }
    read
}

impl Draft {
    /// Adds what another file held. What both have is there once: a manifest and its file say the same.
    pub fn join(&mut self, more: Self) {
        if self.format.is_empty() {
            *self = more;
            return;
        }
        self.keys.extend(more.keys);
        for entry in more.entries {
            if !self.entries.contains(&entry) {
                self.entries.push(entry);
            }
        }
        let mut room =
            MAX_KEPT.saturating_sub(self.skipped.iter().filter(|item| item.kept.is_some()).count());
        // Each part of a transfer misses the same others.
        let known = |item: &Skipped| {
            item.why == "incomplete-transfer" && self.skipped.iter().any(|told| told == item)
        };
        let more: Vec<_> = more.skipped.into_iter().filter(|item| !known(item)).collect();
        self.skipped.extend(more.into_iter().map(|mut item| {
            match room.checked_sub(usize::from(item.kept.is_some())) {
                Some(left) => room = left,
                None => item.kept = None,
            }
            item
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "otpauth://totp/Harbour:ada?secret=GEZDGNBVGY3TQOJQ&issuer=Harbour";
    const TWO: &str = "otpauth://totp/Mill:bob?secret=JBSWY3DPEHPK3PXP&issuer=Mill";

    fn read(files: &[(&str, &str)]) -> Result<Several, Refused> {
        let files = files.iter().map(|(name, text)| ((*name).into(), text.as_bytes().to_vec())).collect();
        import_files(files, &[], &Limits::default())
    }

    #[test]
    fn files_are_joined_and_the_unreadable_one_is_told() {
        let got = read(&[("a", ONE), ("empty", ""), ("b", &format!("{ONE}\n{TWO}"))]).unwrap();
        assert_eq!((got.draft.entries.len(), got.families.as_slice()), (2, &["uri-list"][..]));
        assert_eq!(got.draft.skipped, [Skipped::new("empty", "empty-file")]);
    }

    #[test]
    fn the_limits_are_those_of_all_together() {
        let file = |n: usize| {
            (format!("{n}"), format!("{ONE}{n}\n{ONE}{n}0\notpauth://motp/a?secret=00\n").into_bytes())
        };
        let limits = Limits { max_items: 7, ..Limits::default() };
        let got = import_files((0..4).map(file).collect(), &[], &limits).unwrap();
        assert_eq!((got.draft.entries.len(), got.draft.skipped.len()), (4, 4));
        assert_eq!(got.draft.skipped[2], Skipped::new("2", "too-large"));

        let kept = |file: usize| {
            let links: Vec<_> = (0..400).map(|n| format!("otpauth://yaotp/{file}:{n}?secret=AAAA")).collect();
            (String::new(), links.join("\n").into_bytes())
        };
        let got = import_files((0..2).map(kept).collect(), &[], &Limits::default()).unwrap();
        assert_eq!(got.draft.skipped.len(), 800);
        assert_eq!(got.draft.skipped.iter().filter(|item| item.kept.is_some()).count(), MAX_KEPT);
    }

    #[test]
    fn when_none_can_be_read_the_first_reason_counts() {
        assert_eq!(read(&[("empty", ""), ("page", "<p>no")]).unwrap_err().error, ImportError::EmptyFile);
        assert_eq!(read(&[]).unwrap_err().error, ImportError::EmptyFile);
    }

    #[test]
    fn each_file_may_have_a_password_of_its_own() {
        use crate::export::write;
        use crate::import::Shut;
        use crate::import::read::testing::zip::archive;
        use crate::import::testing::eight::eight;

        struct Zero;
        impl crate::env::Entropy for Zero {
            fn fill(&mut self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        let word = |word: &str| SecretText::new(word.into());
        let sealed = |password: &str, entry: usize| {
            let entries = &eight()[entry..=entry];
            let id = "proton-authenticator-encrypted";
            let file = write(id, entries, Some(&word(password)), &mut Zero, crate::env::Millis(0)).unwrap();
            (password.to_owned(), file.bytes.expose().clone())
        };
        let files = || vec![sealed("one", 0), sealed("two", 1), ("plain".to_owned(), ONE.into())];
        let read = |passwords: &[SecretText]| import_files(files(), passwords, &Limits::default());
        assert_eq!(read(&[]).unwrap_err().error, ImportError::PasswordNeeded);
        for (given, opened, shut) in [
            (&["one", "two"][..], 3, &[][..]),
            (&["two", "three", "one"], 3, &[]),
            (&["two"], 2, &["one"]),
            (&["three"], 1, &["one", "two"]),
        ] {
            let got = read(&given.iter().map(|given| word(given)).collect::<Vec<_>>()).unwrap().draft;
            let family = Some(Shut { family: Some("proton-authenticator") });
            let want =
                |name: &&str| Skipped { shut: family.clone(), ..Skipped::new(*name, "wrong-password") };
            let want: Vec<_> = shut.iter().map(want).collect();
            assert_eq!((got.entries.len(), got.skipped), (opened, want.clone()), "{given:?}");
            // Packed they are the same, beside others or alone.
            let all = files();
            let packed: Vec<_> = all.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            let packed = || vec![("all.zip".to_owned(), archive(&packed))];
            let given: Vec<_> = given.iter().map(|given| word(given)).collect();
            let got = import_files(packed(), &given, &Limits::default()).unwrap().draft;
            assert_eq!((got.entries.len(), &got.skipped), (opened, &want), "{given:?}");
            let beside = [vec![("a".to_owned(), TWO.into())], packed()].concat();
            let got = import_files(beside, &given, &Limits::default()).unwrap().draft;
            assert_eq!((got.entries.len(), got.skipped), (opened + 1, want), "{given:?}");
        }
        // Where none opens, the zip itself is what no password opens; no app's steps make another zip.
        let packed = archive(&[("one", &files()[0].1), ("two", &files()[1].1)]);
        let refused = import_files(vec![(String::new(), packed)], &[word("three")], &Limits::default());
        assert_eq!(refused, Err(Refused { family: None, error: ImportError::WrongPassword }));
    }

    #[test]
    fn a_question_comes_first_and_names_the_app() {
        let sealed = r#"{"version":1,"header":{"slots":[],"params":{}},"db":"AAAA"}"#;
        let refused = read(&[("a", ONE), ("b", sealed)]).unwrap_err();
        assert_eq!(refused, Refused { family: Some("aegis"), error: ImportError::PasswordNeeded });
    }
}
