//! Tables that no importer of their own knows: of other password managers, of tools, of people. They are told by a
//! column named after one-time passwords, or by otpauth URIs in their cells.

use super::collect::Collector;
use super::login::Login;
use super::read::csv::{self, Row, Table};
use super::uri_list;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::base32::parse_base32;
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::otp::{Algorithm, Digits, Kind, Otp, OtpError, Period};
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Any table with a header that says what its columns are.
pub(super) struct CsvOther;

// What columns are called, best first: letters and digits in lower case, so that `login_totp` and `Login TOTP` are one.
const OTP: &[&str] = &[
    "otpauth",
    "otpauthurl",
    "otpauthuri",
    "otpurl",
    "otpuri",
    "totpurl",
    "totpuri",
    "totp",
    "logintotp",
    "totpsecret",
    "totpseed",
    "totpkey",
    "otpsecret",
    "otpkey",
    "otp",
    "2fasecret",
    "2fakey",
    "twofasecret",
    "twofactorsecret",
    "mfasecret",
    "onetimepassword",
    "onetimepasscode",
    "onetimecode",
    "onetimepasswort",
    "authenticatorkey",
    "authenticatorkeytotp",
];
/// Other secrets are called so too: they count in a table that speaks of generators.
const SECRET: &[&str] = &["secret", "secretkey", "sharedsecret", "seed", "key"];
const ISSUER: &[&str] = &["issuer", "originalissuer"];
const KIND: &[&str] = &["type", "otptype", "tokentype"];
const ALGORITHM: &[&str] = &["algorithm", "algo", "hash", "otpalgorithm"];
const DIGITS: &[&str] = &["digits", "otpdigits", "length"];
const PERIOD: &[&str] = &["period", "otpperiod", "timestep", "step", "interval"];
const COUNTER: &[&str] = &["counter"];
const TITLE: &[&str] = &[
    "title",
    "name",
    "nickname",
    "itemname",
    "passwordname",
    "accountname",
    "displayname",
    "service",
    "servicename",
    "site",
    "website",
    "app",
    "application",
    "label",
    "beschreibung",
    "titel",
    "bezeichnung",
];
const ACCOUNT: &[&str] = &[
    "username",
    "loginusername",
    "login",
    "loginname",
    "user",
    "userid",
    "account",
    "email",
    "emailaddress",
    "benutzername",
    "benutzer",
];
const PASSWORD: &[&str] = &["password", "loginpassword", "pwd", "pass", "passwort", "kennwort"];
const URL: &[&str] = &[
    "url",
    "urls",
    "loginurl",
    "loginuri",
    "uri",
    "website",
    "websiteurl",
    "passwordurl",
    "webaddress",
    "hostname",
    "internetseite",
    "internetadresse",
    "webseite",
];
const NOTE: &[&str] = &[
    "note",
    "notes",
    "comment",
    "comments",
    "extra",
    "additionalinfo",
    "description",
    "notizen",
    "informationen",
    "kommentare",
];
const TAG: &[&str] =
    &["folder", "foldername", "group", "groupname", "grouping", "category", "vault", "ordner"];

impl Importer for CsvOther {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            let columns = Columns::of(text);
            let named = columns.has(ACCOUNT) || columns.has(TITLE) || columns.has(ISSUER);
            columns.is_header()
                && (columns.has_otp()
                    // A list of links under a line of prose is a list.
                    || named && text.contains("otpauth://") && !uri_list::has_lines(text)
                    // Logins without one-time passwords: a file that is whole, and brings nothing.
                    || named && columns.has(PASSWORD))
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        let (columns, table) = (Columns::of(text), Table::parse(text)?);
        let mut collector = Collector::new("csv-other", limits);
        for row in table.rows() {
            let login = columns.login(&row);
            let mut links = row.cells().filter(|cell| is_link(cell)).peekable();
            if links.peek().is_none() {
                let field = columns.secret(&row);
                if !field.is_empty() {
                    collector.login(
                        &login,
                        columns.read(&row, &login, field),
                        &columns.own(&row, field)[..],
                    )?;
                }
            }
            for link in links {
                collector.login(&login, login.read(link), link)?;
            }
        }
        Ok(collector.finish())
    }
}

fn is_link(cell: &str) -> bool {
    ["otpauth://", "apple-otpauth://"].iter().any(|scheme| strip_prefix_ignoring_case(cell, scheme).is_some())
}

/// A header, each name without blanks and signs.
struct Columns(Vec<String>);

impl Columns {
    fn of(text: &str) -> Self {
        let plain = |name: &String| name.chars().filter(|c| c.is_alphanumeric()).collect();
        // The marks of a link are signs too: a line of links must not turn into names.
        let names = csv::header(text);
        if names.iter().any(|name| name.contains("://")) {
            Self(Vec::new())
        } else {
            Self(names.iter().map(plain).collect())
        }
    }

    fn is_header(&self) -> bool {
        self.0.len() > 1
    }

    fn has(&self, known: &[&str]) -> bool {
        self.0.iter().any(|name| known.contains(&name.as_str()))
    }

    /// Whether it speaks of generators, whatever else it has.
    fn of_generators(&self) -> bool {
        [ISSUER, ALGORITHM, DIGITS, PERIOD].iter().any(|known| self.has(known))
    }

    fn has_otp(&self) -> bool {
        self.has(OTP) || self.has(SECRET) && self.of_generators()
    }

    /// The first cell that is not empty under one of these names.
    fn cell<'r>(&self, row: &'r Row<'_>, known: &[&str]) -> &'r str {
        let under = |name: &&str| self.0.iter().position(|n| n == name).map(|at| row.at(at));
        known.iter().filter_map(under).find(|cell| !cell.is_empty()).unwrap_or("")
    }

    fn secret<'r>(&self, row: &'r Row<'_>) -> &'r str {
        match self.cell(row, OTP) {
            "" if self.of_generators() => self.cell(row, SECRET),
            field => field,
        }
    }

    fn login<'r>(&self, row: &'r Row<'_>) -> Login<'r> {
        // Where issuers have a column, a name is the account's.
        let (title, username) = if self.has(ISSUER) {
            (self.cell(row, ISSUER), Some(self.cell(row, ACCOUNT)).filter(|name| !name.is_empty()))
        } else {
            (self.cell(row, TITLE), Some(self.cell(row, ACCOUNT)))
        };
        let url = Some(self.cell(row, URL)).filter(|url| !is_link(url));
        Login {
            title,
            username: username.unwrap_or_else(|| self.cell(row, TITLE)),
            note: Some(self.cell(row, NOTE)).filter(|note| !is_link(note)).unwrap_or(""),
            urls: url.into_iter().collect(),
            tags: vec![self.cell(row, TAG)],
            lost: vec![("password", !self.cell(row, PASSWORD).is_empty())],
            ..Login::default()
        }
    }

    /// What a row says of its generator, and nothing else.
    fn own<'r>(&self, row: &'r Row<'_>, field: &'r str) -> [(&'static str, &'r str); 6] {
        let more = [
            ("type", KIND),
            ("algorithm", ALGORITHM),
            ("digits", DIGITS),
            ("period", PERIOD),
            ("counter", COUNTER),
        ];
        let [kind, algorithm, digits, period, counter] =
            more.map(|(name, known)| (name, self.cell(row, known)));
        [("secret", field), kind, algorithm, digits, period, counter]
    }

    /// A field that is no link: a secret, whose generator other columns may tell.
    fn read(&self, row: &Row<'_>, login: &Login<'_>, field: &str) -> Result<EntryDraft, &'static str> {
        if field.contains("://") {
            return login.read(field);
        }
        let otp = self.otp(row, field).map_err(OtpError::code)?;
        Ok(login.complete(EntryDraft::new("", "", otp)))
    }

    fn otp(&self, row: &Row<'_>, secret: &str) -> Result<Otp, OtpError> {
        let number = |known, error| match self.cell(row, known) {
            "" => Ok(None),
            cell => cell.parse::<u64>().map(Some).map_err(|_| error),
        };
        let period = number(PERIOD, OtpError::BadPeriod)?.map_or(Ok(Period::THIRTY), Period::new);
        let kind = match self.cell(row, KIND).to_ascii_lowercase().as_str() {
            "hotp" => Kind::Hotp { counter: number(COUNTER, OtpError::BadCounter)?.unwrap_or(0) },
            "steam" | "steamtotp" => Kind::Steam,
            "motp" | "yandex" | "yaotp" => return Err(OtpError::UnsupportedType),
            // In a table of logins: `login`, `password`.
            _ => Kind::Totp { period: period? },
        };
        let digits = number(DIGITS, OtpError::BadDigits)?.map_or(Ok(Digits::SIX), Digits::new)?;
        Otp::new(kind, Algorithm::parse(self.cell(row, ALGORITHM))?, digits, parse_base32(secret)?)
    }
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
    fn links_are_found_in_whatever_column_they_stand() {
        let text = "Site,Login,Remark\nA,ada,otpauth://totp/?secret=ME\nB,bob,\"x, y\"\n";
        assert_eq!(names(text), [("A".into(), "ada".into())]);
        // The link says more than the secret beside it.
        let text = "name,secret,issuer,type,counter,url\na:b,MEME,a,hotp,4,otpauth://hotp/a:b?secret=MEME&counter=4\n";
        assert_eq!(names(text), [("a".into(), "b".into())]);
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
    fn other_texts_stay_what_they_are() {
        let format = |text: &str| read(text.as_bytes(), None).map(|draft| draft.format);
        // A line of prose over a list, with a comma in both.
        let list = "My login, and others\notpauth://totp/a,b?secret=ME\n";
        assert_eq!(format(list), Ok("otpauth-uri-list"));
        for text in ["one, two\nthree, four", "secret,amount\nMEME,1", "totp"] {
            assert_eq!(format(text), Err(ImportError::BadContent), "{text}");
        }
        assert_eq!(format("Title,TOTP\n\"a,MEME"), Err(ImportError::BadContent));
    }
}
