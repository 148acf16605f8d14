//! Tables that no importer of their own knows: of other password managers, of tools, of people. They are told by a
//! column named after one-time passwords, or by otpauth URIs in their cells.

use std::borrow::Cow;

use super::collect::Collector;
use super::read::csv::{self, Table};
use super::telling::{Names, Telling, plain};
use super::uri_list;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// Any table with a header that says what its columns are.
pub(super) struct CsvOther;

impl Importer for CsvOther {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            let columns = columns(text);
            let names = Names(&columns);
            // The first line of JSON or a page has commas and quotes too.
            columns.len() > 1
                && !text.trim_start().starts_with(['{', '[', '<'])
                && (names.have_otp()
                    // A list of links under a line of prose is a list.
                    || names.have_name() && text.contains("otpauth://") && !uri_list::has_lines(text)
                    // Logins without one-time passwords: a file that is whole, and brings nothing.
                    || names.have_name() && names.have_password())
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        let (names, table) = (columns(text), Table::parse(text)?);
        let mut collector = Collector::new("csv-other", limits);
        for row in table.rows() {
            let values: Vec<_> = row.cells().map(Cow::Borrowed).collect();
            let item = Telling { names: &names, own: values.len(), values };
            item.add(&mut collector)?;
        }
        Ok(collector.finish())
    }
}

/// The names of the columns. The marks of a link are signs too: a line of links must not turn into names.
fn columns(text: &str) -> Vec<String> {
    let names = csv::header(text);
    if names.iter().any(|name| name.contains("://")) {
        return Vec::new();
    }
    names.iter().map(|name| plain(name)).collect()
}

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, counter, eight, eight_less, kind, lose_extras, period, uri};
    use crate::import::testing::{holds, read};
    use crate::import::{Draft, ImportError};

    fn names(text: &str) -> Vec<(String, String)> {
        let Draft { format, entries, .. } = read(text.as_bytes(), None).unwrap();
        assert_eq!(format, "csv-other");
        entries.into_iter().map(|e| (e.issuer, e.account)).collect()
    }

    #[test]
    fn a_table_of_generators_keeps_all_that_its_columns_say() {
        let rows = eight().into_iter().map(|e| {
            let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
            vec![
                e.account.clone(),
                bare(&e),
                e.issuer.clone(),
                kind(&e).into(),
                e.otp.algorithm().name().into(),
                e.otp.digits().count().to_string(),
                number(period(&e).map(u64::from)),
                number(counter(&e)),
            ]
        });
        let header = "Name,Secret,Issuer,Type,Algorithm,Digits,Period,Counter";
        holds("csv-other", &table(header, rows), &eight_less(lose_extras));
    }

    #[test]
    fn a_table_of_logins_keeps_all_but_favourites_and_the_password() {
        let rows = eight().into_iter().map(|e| {
            let link = uri(&e);
            vec![e.issuer, e.account, "pw".into(), e.note, e.tags.concat(), link]
        });
        let want = eight_less(|e| {
            e.lost = vec!["password"];
            e.pinned = false;
        });
        holds("csv-other", &table("Item Name,User-Name,Password,Notes,Folder,2FA Secret", rows), &want);
    }

    #[test]
    fn tags_favourites_and_lines_of_a_login_are_read() {
        let rows = "Secret Name,Secret URL,SecretData,Tags,Favorite,TOTP,Folder Name\nA,https://a,\"SecretType:Web\nUser Name: ada\nPassword:pw\",x;y,1,MEMEMEME,F\nB,,,,0,MAMAMAMA,\n";
        let entries = read(rows.as_bytes(), None).unwrap().entries;
        let of = |at: usize| {
            (&*entries[at].issuer, &*entries[at].account, entries[at].tags.join("|"), entries[at].pinned)
        };
        assert_eq!(of(0), ("A", "ada", "F|x|y".to_owned(), true));
        assert_eq!(of(1), ("B", "", String::new(), false));
        assert_eq!(entries[0].urls, ["https://a"]);
    }

    #[test]
    fn links_are_found_in_whatever_column_they_stand() {
        let text = "Site,Login,Remark\nA,ada,otpauth://totp/?secret=ME\nB,bob,\"x, y\"\n";
        assert_eq!(names(text), [("A".into(), "ada".into())]);
        // The link says more than the secret beside it.
        let text = "name,secret,issuer,type,counter,url\na:b,MEME,a,hotp,4,otpauth://hotp/a:b?secret=MEME&counter=4\n";
        assert_eq!(names(text), [("a".into(), "b".into())]);
    }

    #[test]
    fn a_key_beside_another_link_is_kept_too() {
        let text = "Title,Login,TOTP,Notes\nA,ada,MEMEMEME,otpauth://totp/?secret=MA\nB,bob,MEME,otpauth://totp/?secret=meme\n";
        let want = [("A", "ada"), ("A", "ada"), ("B", "bob")];
        assert_eq!(names(text), want.map(|(issuer, account)| (issuer.to_owned(), account.to_owned())));
    }

    #[test]
    fn each_link_of_a_cell_is_an_account() {
        let text = "Site,Login,Remark\nA,ada,\"otpauth://totp/B:b?secret=ME old phone\nsee otpauth://totp/My C:c?secret=MA\"\n";
        assert_eq!(names(text), [("B".into(), "b".into()), ("My C".into(), "c".into())]);
        let text = "Title,Login,TOTP\nA,ada,otpauth://totp/B:b?secret=ME otpauth://totp/C:c?secret=MA\n";
        assert_eq!(names(text), [("B".into(), "b".into()), ("C".into(), "c".into())]);
    }

    #[test]
    fn a_type_that_is_not_known_is_never_guessed() {
        for (header, kind, held) in [
            ("OTP Type", "OTP_TOTP", true),
            ("OTP Type", "ocra", false),
            ("Type", "Time-based", true),
            ("Type", "login", true),
            ("Type", "7", false),
            ("Type", "Work", true),
            ("Type", "OCRA", false),
            ("Type", "Blizzard", false),
            ("Type", "Mobile-OTP", false),
            ("Type", "mOTP (time-based)", false),
            ("Type", "OCRA-1:HOTP-SHA1-6:QN08", false),
            ("Type", "Challenge-response (HOTP)", false),
            ("Type", "Pushover", true),
            ("Type", "Google OTP", true),
            ("OTP Type", "One-time password", true),
            ("Token type", "sms", false),
        ] {
            let draft =
                read(format!("Title,TOTP,{header},Digits\na,MEME,{kind},6\n").as_bytes(), None).unwrap();
            let kinds: Vec<_> = draft.entries.iter().map(|entry| entry.otp.kind().name()).collect();
            assert_eq!(kinds, if held { vec!["totp"] } else { vec![] }, "{header}: {kind}");
            assert_eq!(draft.skipped.len(), usize::from(!held), "{header}: {kind}");
        }
        let draft = read(b"Title,TOTP,OTP Type,Counter\na,MEMEMEME,OTP_HOTP,5\n", None).unwrap();
        assert_eq!(draft.entries[0].otp.kind().name(), "hotp");
        for (kind, name) in [
            ("HMAC-based one-time password", "hotp"),
            ("Time-based one-time password", "totp"),
            ("Steam Guard TOTP", "steam"),
        ] {
            let draft = read(format!("Title,TOTP,OTP Type\na,MEMEMEME,{kind}\n").as_bytes(), None).unwrap();
            assert_eq!(draft.entries[0].otp.kind().name(), name);
        }
    }

    #[test]
    fn logins_without_codes_are_whole_and_bring_nothing() {
        for text in ["name,url,username,password\na,https://a.example,b,c\n", "Title;Passwort\nA;b"] {
            assert_eq!(names(text), []);
        }
    }

    #[test]
    fn what_is_no_code_has_a_reason() {
        for (row, why) in [
            ("a,b!,totp,", "bad-secret"),
            ("a,MEME,motp,", "unsupported-type"),
            ("a,MEME,totp,0", "bad-digits"),
            ("a,motp://x,totp,", "unsupported-type"),
        ] {
            let draft = read(format!("Title,TOTP,Type,Digits\n{row}\n").as_bytes(), None).unwrap();
            let skipped: Vec<_> = draft.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
            assert_eq!(skipped, [("a", why)], "{row}");
        }
    }

    #[test]
    fn tables_with_keepass_names_are_read() {
        let text = "\"Title\",\"User Name\",\"TimeOtp-Secret-Base32\",\"Group\"\r\n\"pi\",\"ada\",\"MEMEMEMEMEMEMEME\",\"OTP/TOTP\"\r\n";
        assert_eq!(names(text), [("pi".into(), "ada".into())]);
        let text =
            "Title,User Name,HmacOtp-Secret-Base32,HmacOtp-Counter,Group\n,ada,MEMEMEMEMEMEMEME,4,OTP/HOTP\n";
        assert_eq!(names(text), [(String::new(), "ada".into())]);
        let kind = read(text.as_bytes(), None).unwrap().entries[0].otp.kind();
        assert_eq!(kind, crate::otp::Kind::Hotp { counter: 4 });
    }

    #[test]
    fn a_word_is_no_key() {
        for word in ["yes", "Enabled", "SMS", "no", "None", "Authenticator", "enabled", "EMAIL"] {
            let draft = read(format!("Title,Login,OTP\nA,ada,{word}\n").as_bytes(), None).unwrap();
            let skipped: Vec<_> = draft.skipped.iter().map(|s| (&*s.what, s.why, s.kept.is_some())).collect();
            assert_eq!((draft.entries.len(), skipped), (0, vec![("A: ada", "no-secret", false)]), "{word}");
        }
        let key = |key: &str| names(&format!("Title,OTP\nA,{key}\n")).len();
        for short in ["MEMEMEME", "me2eme2e", "jbswy3dpehpk3pxp", "memememememememe"] {
            assert_eq!(key(short), 1, "{short}");
        }
    }

    #[test]
    fn other_texts_stay_what_they_are() {
        let format = |text: &str| read(text.as_bytes(), None).map(|draft| draft.format);
        // A line of prose over a list, with a comma in both.
        let list = "My login, and others\notpauth://totp/a,b?secret=ME\n";
        assert_eq!(format(list), Ok("otpauth-uri-list"));
        for text in ["one, two\nthree, four", "secret,amount\nMEME,1"] {
            assert_eq!(format(text), Err(ImportError::NotAnExport), "{text}");
        }
        assert_eq!(format("totp"), Err(ImportError::BadContent));
        assert_eq!(format("Title,TOTP\n\"a,MEME"), Err(ImportError::BadContent));
    }
}
