//! A zip around files: what mail programs and file managers make of one or several, also of an app's own zip. The zips
//! that apps make themselves are their importers'.

use super::read::zip::{self, Member, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, REGISTRY, Refused, Skipped, import_files};
use crate::secret::SecretText;

/// Any zip with files in it.
pub(super) struct Packed;

/// Files that are read: a person packs some, and they share the work that one may ask for.
const MOST: usize = 128;

/// The pictures of a zip, and how many other files it has.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Each with its name.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// Other files.
    pub others: usize,
}

/// The pictures in a zip that no app made, for a browser, which decodes them itself. What cannot be unpacked is another file.
pub fn pictures_in(bytes: &[u8]) -> Pictures {
    let mut found = Pictures::default();
    let limits = Limits::default();
    let Some(zip) = Zip::open(bytes, &limits).ok().filter(|_| !is_apps(bytes)) else { return found };
    for member in files(&zip).take(MOST) {
        match zip.extract(member, None) {
            Ok(bytes) if is_picture(&bytes) => found.pictures.push((last(&member.name).to_owned(), bytes)),
            _ => found.others += 1,
        }
    }
    found
}

impl Importer for Packed {
    fn id(&self) -> &'static str {
        "packed"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        zip::looks_like(input.bytes)
            && Zip::open(input.bytes, &Limits::default())
                .is_ok_and(|zip| (1..=MOST).contains(&files(&zip).count()))
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let all_passwords = match (input.passwords, password) {
            ([], password) => password.map(core::slice::from_ref).unwrap_or_default(),
            // All were tried with the first.
            ([first, ..], Some(password)) if password != first => return Err(ImportError::WrongPassword),
            (all, _) => all,
        };
        // What was unpacked stays while it is unpacked again and read.
        let limits = Limits { max_bytes: limits.max_bytes / 2, ..*limits };
        let zip = Zip::open(input.bytes, &limits)?;
        let (mut unpacked, mut skipped) = (Vec::new(), Vec::new());
        let (mut refused, mut is_shut) = (None, false);
        for member in files(&zip) {
            let name = last(&member.name).to_owned();
            let bytes = match extract(&zip, member, all_passwords) {
                Ok(bytes) => bytes,
                Err(ImportError::PasswordNeeded) => return Err(ImportError::PasswordNeeded),
                // The others are as good as before.
                Err(error) => {
                    is_shut |= error == ImportError::WrongPassword;
                    skipped.push(Skipped::file(name, Refused { family: None, error: error.clone() }));
                    refused.get_or_insert(error);
                    continue;
                }
            };
            if cfg!(target_arch = "wasm32") && is_picture(&bytes) {
                // The page has read it: see [`pictures_in`].
            } else if zip::looks_like(&bytes) && !is_apps(&bytes) {
                // No zip in a zip in a zip.
                skipped.push(Skipped::new(name, ImportError::NotAnExport.code()));
            } else {
                unpacked.push((name, bytes));
            }
        }
        let shares = u64::try_from(unpacked.len()).unwrap_or(u64::MAX).max(1);
        let limits = Limits { max_work: limits.max_work / shares, ..limits };
        let files_left = unpacked.len();
        match import_files(unpacked, all_passwords, &limits) {
            Ok(mut all) => {
                all.draft.skipped.extend(skipped);
                all.draft.inner = all.families;
                Ok(all.draft)
            }
            // What lies open beside them is a remark: they are what the zip is of.
            Err(Refused { error, .. }) if is_shut && !matches!(error, ImportError::TooMuchWork { .. }) => {
                Err(ImportError::WrongPassword)
            }
            Err(_) if files_left == 0 => Err(refused.unwrap_or(ImportError::NotAnExport)),
            // Of a zip with nothing of ours in it, what it is says more than what is wrong with the first.
            Err(refused)
                if refused.family.is_none()
                    && matches!(refused.error, ImportError::EmptyFile | ImportError::BadContent) =>
            {
                Err(ImportError::NotAnExport)
            }
            Err(refused) => Err(refused.error),
        }
    }
}

/// The files that somebody put in, without the folders and what macOS adds.
fn files<'z>(zip: &'z Zip<'_>) -> impl Iterator<Item = &'z Member> {
    zip.members().iter().filter(|member| {
        let name = &member.name;
        !name.ends_with('/') && !name.starts_with("__MACOSX/") && !last(name).starts_with('.')
    })
}

/// A file's bytes, with the first password that opens it.
fn extract(zip: &Zip<'_>, member: &Member, passwords: &[SecretText]) -> Result<Vec<u8>, ImportError> {
    let mut read = zip.extract(member, passwords.first());
    for password in passwords.iter().skip(1) {
        if read != Err(ImportError::WrongPassword) {
            break;
        }
        read = zip.extract(member, Some(password));
    }
    read
}

/// PNG, JPEG, GIF, WebP or BMP.
fn is_picture(bytes: &[u8]) -> bool {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let bitmap = bytes.starts_with(b"BM") && bytes.get(14) == Some(&40);
    webp || bitmap || [&b"\x89PNG"[..], b"\xff\xd8\xff", b"GIF8"].iter().any(|start| bytes.starts_with(start))
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether an app's own importer knows the zip.
fn is_apps(bytes: &[u8]) -> bool {
    let input = Input::new(bytes, &[]);
    REGISTRY.iter().any(|importer| !importer.is_guess() && importer.recognises(&input))
}

#[cfg(test)]
mod tests {
    use crate::import::ImportError;
    use crate::import::read::testing::zip::{Lock, archive, locked_archive};
    use crate::import::testing::eight::{eight, eight_less, lose_extras, uri};
    use crate::import::testing::{holds, read};

    fn list() -> Vec<u8> {
        eight().iter().map(|e| uri(e) + "\n").collect::<String>().into_bytes()
    }

    #[test]
    fn what_was_packed_is_read() {
        let codes = list();
        let folder: [(&str, &[u8]); 4] =
            [("out/", b""), ("out/codes", &codes), ("__MACOSX/out/._codes", b"x"), ("out/.DS_Store", b"y")];
        holds("otpauth-uri-list", &archive(&folder), &eight_less(lose_extras));
    }

    #[test]
    fn an_apps_zip_in_a_zip_is_read_and_no_deeper() {
        let vault =
            br#"{"encrypted":false,"folders":[],"items":[{"type":1,"name":"A","login":{"totp":"MEME"}}]}"#;
        let inner = archive(&[("data.json", vault)]);
        let packed = archive(&[("export.zip", &inner)]);
        assert_eq!(read(&packed, None).unwrap().entries.len(), 1);
        let other = archive(&[("a.txt", b"x"), ("b.txt", b"y")]);
        let deeper = archive(&[("once.zip", &packed), ("other.zip", &other)]);
        assert_eq!(read(&deeper, None), Err(ImportError::NotAnExport));
    }

    #[test]
    fn pictures_are_told_from_other_files() {
        let packed = archive(&[
            ("out/", b""),
            ("out/one.png", b"\x89PNG\r\n"),
            ("b", b"\xff\xd8\xff\xe0"),
            ("list", b"x"),
        ]);
        let found = super::pictures_in(&packed);
        let names: Vec<&str> = found.pictures.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, found.others), (vec!["one.png", "b"], 1));
        assert_eq!(found.pictures[1].1, b"\xff\xd8\xff\xe0");
        assert_eq!(super::pictures_in(b"PK\x03\x04"), super::Pictures::default());
    }

    #[test]
    fn a_zip_that_was_cut_off_is_damaged() {
        let packed = archive(&[("codes", &list())]);
        assert_eq!(read(&packed[..packed.len() - 10], None), Err(ImportError::BadContent));
    }

    #[test]
    fn a_locked_zip_is_opened_by_any_of_the_passwords() {
        use crate::import::{Limits, import_files};
        use crate::secret::SecretText;

        for lock in [Lock::ZipCrypto, Lock::Aes] {
            let packed = locked_archive(&[("codes", &list()), ("readme", b"x")], lock, "two");
            assert_eq!(read(&packed, None), Err(ImportError::PasswordNeeded));
            let open = |passwords: &[&str]| {
                let passwords: Vec<_> =
                    passwords.iter().map(|word| SecretText::new((*word).into())).collect();
                import_files(vec![(String::new(), packed.clone())], &passwords, &Limits::default())
            };
            assert_eq!(open(&["one", "two"]).unwrap().draft.entries.len(), 8);
            assert_eq!(open(&["one", "three"]).unwrap_err().error, ImportError::WrongPassword);
        }
    }

    #[test]
    fn several_files_are_one_draft_and_the_others_are_told() {
        let packed = archive(&[("codes", &list()), ("readme.pdf", b"%PDF-1.7\n\0\xff"), ("again", &list())]);
        let draft = read(&packed, None).unwrap();
        assert_eq!((draft.entries.len(), draft.skipped.len()), (8, 1));
        assert_eq!((&*draft.skipped[0].what, draft.skipped[0].why), ("readme.pdf", "not-an-export"));
    }
}
