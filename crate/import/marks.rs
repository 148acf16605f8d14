//! Words of known exports: by them a text that no importer takes is told to be a damaged one of these, and not somebody's
//! letter.

/// Longer than this no app's text is without a blank, unless it is sealed: TOTP Authenticator's, a maFile.
const SEALED: usize = 100;

/// As the apps write them, with the quotes that tell a member's name from a word.
const MARKS: &[&str] = &[
    // Every list of links, transfers, and whatever else has links in it.
    "otpauth",
    "OTPAUTH",
    "lpaauth-migration://",
    "steam://",
    "motp://",
    // Members, columns and tags that are named after codes or their keys.
    "totp",
    "TOTP",
    "Totp",
    "hotp",
    "HOTP",
    "OTPAuth",
    "otpSecret",
    "otpGenerator",
    "oneTimeCode",
    "\"secret\"",
    "\"Secret\"",
    "_secret\"",
    "\"issuer\"",
    "\"issuerName\"",
    "decryptedSecret",
    "encrypted_seed",
    // What is around sealed ones.
    "\"slots\"",
    "servicesEncrypted",
    "encKeyValidation",
    "passwordProtected",
    "kdfParams",
    "encryptedData",
    "EncOTPStorage",
    "\"salt\"",
    "\"Salt\"",
    "sparekey/",
    "-----BEGIN PGP MESSAGE",
    // Containers of some managers, before their first code.
    "<KeePassFile",
    "<WinAuth",
    "\"loginFields\"",
    "\"vaults\"",
    "exporterRpId",
    "\"shared_folders\"",
    "\"$type\"",
    "\"codes\"",
    // Android's preferences.
    "com.authy.",
    "com.blizzard.",
];

/// Whether a text has a mark of an app that we read.
pub(super) fn has_any(text: &str) -> bool {
    MARKS.iter().any(|mark| text.contains(mark)) || is_one_sealed_word(text) || is_one_line(text)
}

/// A line of words alone is what somebody kept of a QR code: a list of links whose only one is none.
fn is_one_line(text: &str) -> bool {
    let text = text.trim();
    !text.contains(['\r', '\n']) && !text.starts_with(['{', '[', '<'])
}

/// Nothing but base64, and much of it.
fn is_one_sealed_word(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n');
    let text = text.trim();
    text.len() >= SEALED && text.bytes().all(sign)
}

#[cfg(test)]
mod tests {
    use crate::import::ImportError;
    use crate::import::testing::{expected, read};

    #[test]
    fn what_is_nobodys_export_is_told_so() {
        for text in [
            "Dear all,\nhere is my shopping list: milk, eggs.\n",
            "name,price\nmilk,1\n",
            r#"{"a":1,"b":[1,2]}"#,
            "<html><body>Hi</body></html>",
            "<?xml version=\"1.0\"?><note><to>you</to></note>",
            "[{}]",
            "[1, 2",
        ] {
            assert_eq!(read(text.as_bytes(), None), Err(ImportError::NotAnExport), "{text}");
        }
    }

    #[test]
    fn what_has_a_mark_is_damaged() {
        for text in [
            r#"{"version":1,"header":{"slots":null,"params":null},"db":{"entri"#,
            r#"{"services":[{"name":"Shop","secret":"ME"#,
            "<?xml version=\"1.0\"?><KeePassFile><Meta>",
            "path;totp\n\"open",
            "Lorem ipsum dolor sit amet",
            &"QUJD".repeat(40),
        ] {
            assert_eq!(read(text.as_bytes(), None), Err(ImportError::BadContent), "{text}");
        }
    }

    /// The known files of all apps, cut off behind a half: whatever is said of them, it is not that they are no export.
    #[test]
    fn no_known_text_is_taken_for_a_strangers_when_it_is_cut_off() {
        let mut strange = Vec::new();
        expected::each_text(|name, text| {
            let mut end = text.len() / 2;
            while !text.is_char_boundary(end) {
                end += 1;
            }
            if read(&text.as_bytes()[..end], None) == Err(ImportError::NotAnExport) {
                strange.push(name.to_owned());
            }
        });
        assert!(strange.is_empty(), "{strange:?}");
    }
}
