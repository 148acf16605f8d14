//! A zip around files: what mail programs and file managers make of one or several, also of an app's own zip. The zips
//! that apps make themselves are their importers'.

use super::read::zip::{self, Member, Zip};
use super::{Draft, ImportError, Importer, Input, Limits, REGISTRY, Refused, Skipped, import_files};
use crate::secret::SecretText;

/// Any zip with files in it.
pub(super) struct Packed;

/// Files that are read: a person packs some, and they share the work that one may ask for.
const MOST: usize = 128;

/// Pictures under a password that the page cannot look at.
const LOCKED_PICTURE: &str = "locked-picture";
/// Files beyond those that are read.
const BEYOND: &str = "too-many-files";

/// The pictures of a zip, and how many other files it has.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pictures {
    /// Each with its name.
    pub pictures: Vec<(String, Vec<u8>)>,
    /// Other files.
    pub others: usize,
}

/// The pictures in a zip that no app made, for a browser, which decodes them itself. What cannot be unpacked is another file,
/// and so is what is beyond those that are read: with others in it, the zip is read as well, and tells of them.
pub fn pictures_in(bytes: &[u8]) -> Pictures {
    let mut found = Pictures::default();
    let limits = Limits::default();
    let Some(zip) = Zip::open(bytes, &limits).ok().filter(|_| !is_apps(bytes)) else { return found };
    found.others = files(&zip).count().saturating_sub(MOST);
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
            && Zip::open(input.bytes, &Limits::default()).is_ok_and(|zip| files(&zip).next().is_some())
    }

    fn import(
        &self,
        input: &Input<'_>,
        password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        unpack(input, password, limits, cfg!(target_arch = "wasm32"))
    }
}

/// What is in the zip. Where the page has read its pictures (see [`pictures_in`]), they are passed over, but for those that
/// it could not see.
fn unpack(
    input: &Input<'_>,
    password: Option<&SecretText>,
    limits: &Limits,
    page_reads_pictures: bool,
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
    let (mut refused, mut is_shut, mut has_pictures) = (None, false, false);
    for member in files(&zip).take(MOST) {
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
        if page_reads_pictures && is_picture(&bytes) {
            has_pictures = true;
            skipped.extend(member.is_locked().then(|| Skipped::new(name, LOCKED_PICTURE)));
        } else if zip::looks_like(&bytes) && !is_apps(&bytes) {
            // No zip in a zip in a zip.
            skipped.push(Skipped::new(name, ImportError::NotAnExport.code()));
        } else {
            unpacked.push((name, bytes));
        }
    }
    let count = files(&zip).count();
    if count > MOST {
        skipped.push(Skipped::new(format!("{MOST}/{count}"), BEYOND));
    }
    let shares = u64::try_from(unpacked.len()).unwrap_or(u64::MAX).max(1);
    let limits = Limits { max_work: limits.max_work / shares, ..limits };
    let names: Vec<String> = unpacked.iter().map(|(name, _)| name.clone()).collect();
    // What one file asks for is what the zip has to be given, so that the file's share is enough.
    let of_all = |refused: Refused| match refused.error {
        ImportError::TooMuchWork { kib, work } => {
            Refused { error: ImportError::TooMuchWork { kib, work: work.saturating_mul(shares) }, ..refused }
        }
        _ => refused,
    };
    match import_files(unpacked, all_passwords, &limits).map_err(of_all) {
        Ok(mut all) => {
            all.draft.skipped.extend(skipped);
            all.draft.inner = all.families;
            Ok(all.draft)
        }
        // What lies open beside them is a remark: they are what the zip is of.
        Err(Refused { error, .. }) if is_shut && !matches!(error, ImportError::TooMuchWork { .. }) => {
            Err(ImportError::WrongPassword)
        }
        // The pictures are what the zip is of, and nothing beside them keeps them out; what is wanted may be beyond those
        // that were read.
        Err(refused) if (has_pictures || count > MOST) && !refused.is_question() && !refused.is_shut() => {
            if let [only] = &names[..] {
                skipped.push(Skipped::file(only.clone(), refused));
            } else {
                skipped.extend(
                    names.into_iter().map(|name| Skipped::new(name, ImportError::NotAnExport.code())),
                );
            }
            let (format, inner) =
                if has_pictures { ("otpauth-qr", vec!["qr-image"]) } else { ("packed", vec![]) };
            Ok(Draft { format, skipped, inner, ..Draft::default() })
        }
        Err(_) if names.is_empty() => Err(refused.unwrap_or(ImportError::NotAnExport)),
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
    use crate::import::read::testing::zip::{Lock, archive, locked_archive};
    use crate::import::testing::eight::{eight, eight_less, lose_extras, uri};
    use crate::import::testing::kdbx::{Cipher, Kdf, database};
    use crate::import::testing::{holds, read};
    use crate::import::{Draft, ImportError, Input, Limits};
    use crate::secret::SecretText;

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

    /// As the browser reads a zip, whose page has read the pictures.
    fn beside_pictures(packed: &[u8], password: Option<&str>) -> Result<Draft, ImportError> {
        let password = password.map(|password| SecretText::new(password.into()));
        super::unpack(&Input::new(packed, &[]), password.as_ref(), &Limits::default(), true)
    }

    fn told(draft: &Draft) -> Vec<(&str, &str)> {
        draft.skipped.iter().map(|item| (item.what.as_str(), item.why)).collect()
    }

    const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[test]
    fn pictures_under_a_password_are_told() {
        for lock in [Lock::ZipCrypto, Lock::Aes] {
            let alone = locked_archive(&[("one.png", PICTURE), ("two.png", PICTURE)], lock, "x");
            // The page sees none of them.
            assert_eq!(super::pictures_in(&alone), super::Pictures { pictures: vec![], others: 2 });
            assert_eq!(beside_pictures(&alone, None), Err(ImportError::PasswordNeeded));
            assert_eq!(beside_pictures(&alone, Some("y")), Err(ImportError::WrongPassword));
            let draft = beside_pictures(&alone, Some("x")).unwrap();
            let locked = [("one.png", "locked-picture"), ("two.png", "locked-picture")];
            assert_eq!((told(&draft), draft.entries.len()), (locked.to_vec(), 0));
            let list = list();
            let beside = locked_archive(&[("one.png", PICTURE), ("codes", &list)], lock, "x");
            let draft = beside_pictures(&beside, Some("x")).unwrap();
            assert_eq!((told(&draft), draft.entries.len()), (locked[..1].to_vec(), 8));
        }
        // Those that it has read are not told again, and a file beside them keeps them not out.
        let open = archive(&[("one.png", PICTURE), ("readme.pdf", b"%PDF-1.7\n\0\xff")]);
        assert_eq!(told(&beside_pictures(&open, None).unwrap()), [("readme.pdf", "not-an-export")]);
    }

    #[test]
    fn of_very_many_files_the_rest_is_told() {
        let names: Vec<_> = (0..130).map(|n| format!("{n:03}.png")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), PICTURE)).collect();
        let rest = [("128/130", "too-many-files")];
        let pictures = archive(&files);
        let found = super::pictures_in(&pictures);
        assert_eq!((found.pictures.len(), found.others), (128, 2));
        assert_eq!(told(&beside_pictures(&pictures, None).unwrap()), rest);
        let list = list();
        let packed = archive(&[&[("codes", &list[..])][..], &files[1..]].concat());
        let draft = beside_pictures(&packed, None).unwrap();
        assert_eq!((told(&draft), draft.entries.len()), (rest.to_vec(), 8));
        // Without a page the same zip is an export as well, and nothing of ours in so many files is none.
        let texts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"prose"[..])).collect();
        let draft = read(&archive(&[&[("codes", &list[..])][..], &texts[1..]].concat()), None).unwrap();
        assert_eq!((draft.entries.len(), draft.skipped.len()), (8, 128));
        // What is wanted may be in the rest.
        let draft = read(&archive(&texts), None).unwrap();
        assert_eq!((draft.entries.len(), told(&draft)[0]), (0, rest[0]));
        assert_eq!(read(&archive(&texts[..128]), None), Err(ImportError::NotAnExport));
    }

    #[test]
    fn a_mistyped_password_is_asked_for_again_beside_pictures_too() {
        let sealed = database(&eight(), "right", Cipher::Aes, Kdf::Kdbx3);
        let packed = archive(&[("shot.png", PICTURE), ("sealed.kdbx", &sealed)]);
        assert_eq!(beside_pictures(&packed, None), Err(ImportError::PasswordNeeded));
        assert_eq!(beside_pictures(&packed, Some("wrong")), Err(ImportError::WrongPassword));
        assert_eq!(beside_pictures(&packed, Some("right")).unwrap().entries.len(), 8);
        let restricted = br#"{"encrypted":true,"encKeyValidation_DO_NOT_EDIT":"2.a|b|c","items":[]}"#;
        let packed = archive(&[("shot.png", PICTURE), ("vault.json", restricted)]);
        let draft = beside_pictures(&packed, None).unwrap();
        assert_eq!(told(&draft), [("vault.json", "account-restricted-export")]);
    }

    #[test]
    fn what_one_of_several_files_asks_for_is_enough_for_it() {
        let sealed = database(&eight(), "right", Cipher::Aes, Kdf::Kdbx3);
        let prose: &[u8] = b"prose";
        let packed = archive(&[("sealed.kdbx", &sealed), ("a", prose), ("b", prose), ("c", prose)]);
        let limits = Limits { max_work: 4, ..Limits::default() };
        let password = SecretText::new("right".into());
        let open = |limits: &Limits| super::unpack(&Input::new(&packed, &[]), Some(&password), limits, false);
        let Err(ImportError::TooMuchWork { work, .. }) = open(&limits) else { panic!("no question") };
        let agreed = Limits { max_work: work, ..limits };
        assert_eq!(open(&agreed).unwrap().entries.len(), 8);
    }

    #[test]
    fn a_zip_that_was_cut_off_is_damaged() {
        let packed = archive(&[("codes", &list())]);
        assert_eq!(read(&packed[..packed.len() - 10], None), Err(ImportError::BadContent));
    }

    #[test]
    fn a_locked_zip_is_opened_by_any_of_the_passwords() {
        use crate::import::import_files;

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
