//! RoboForm, CSV: `Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2`. A login's own fields fill as many cells as it
//! has, from the last column on: `TOTP KEY$,,,txt,SECRET`, and in older files `TOTP KEY$:txt:SECRET`.

use super::collect::Collector;
use super::login::{Login, Said};
use super::read::csv::{self, Row, Table};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::uri::strip_prefix_ignoring_case;
use crate::secret::SecretText;

/// RoboForm's export.
pub(super) struct RoboForm;

/// What the last column has been called.
const FIELDS: [&str; 2] = ["rffieldsv2", "rf_fields"];

impl Importer for RoboForm {
    fn id(&self) -> &'static str {
        "roboform"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| fields_from(&csv::header(text)).is_some())
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        let from = fields_from(&csv::header(text)).ok_or(ImportError::BadContent)?;
        let table = Table::parse(text)?;
        let mut collector = Collector::new("roboform-csv", limits);
        for row in table.rows() {
            let login = login(&row);
            let mut said = Said::default();
            for secret in row.cells().skip(from).filter_map(secret_of).filter(|secret| !secret.is_empty()) {
                let entry = login.read(secret);
                said.is_new(&entry);
                collector.login(&login, entry, secret)?;
            }
            let own = row.cells().filter(|cell| secret_of(cell).is_none());
            collector.links(&login, &mut said, own)?;
        }
        Ok(collector.finish())
    }
}

/// Where a login's own fields begin.
fn fields_from(header: &[String]) -> Option<usize> {
    header.iter().position(|name| FIELDS.contains(&name.as_str()))
}

/// The value of the field that has the secret: behind its type, which is the fourth word or the second.
fn secret_of(field: &str) -> Option<&str> {
    let rest = strip_prefix_ignoring_case(field, "TOTP KEY$")?;
    let value = if rest.starts_with(',') { rest.splitn(5, ',').nth(4) } else { rest.splitn(3, ':').nth(2) };
    value.map(unescape).map(str::trim)
}

fn login<'r>(row: &'r Row<'_>) -> Login<'r> {
    Login {
        title: row.cell("name"),
        username: unescape(row.cell("login")),
        note: row.cell("note"),
        urls: vec![row.cell("url")],
        tags: vec![row.cell("folder").trim_start_matches('/')],
        lost: vec![("password", !row.cell("pwd").is_empty())],
        ..Login::default()
    }
}

/// RoboForm puts a quote before `@` and before another quote, so that no spreadsheet calculates with them.
fn unescape(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['@', '\''])).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, eight, eight_less, lose_parameters};
    use crate::import::testing::{holds, read};

    #[test]
    fn all_is_kept_but_favourites_and_the_generators_settings() {
        let rows = eight().into_iter().map(|e| {
            let fields = [format!("User ID$,,,txt,{}", e.account), format!("TOTP KEY$,,,txt,{}", bare(&e))];
            let folder = if e.tags.is_empty() { String::new() } else { format!("/{}", e.tags.concat()) };
            let site = String::from("https://a.example");
            [e.issuer, site.clone(), site, e.account, "pw".into(), e.note, folder]
                .into_iter()
                .chain(fields)
                .collect()
        });
        let want = eight_less(|e| {
            lose_parameters(e, false);
            e.lost = vec!["password"];
            e.urls = vec!["https://a.example".into()];
            e.pinned = false;
        });
        holds("roboform-csv", &table("Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2", rows), &want);
    }

    #[test]
    fn older_files_and_escaped_names_are_read() {
        let text = "Name,Url,Login,Pwd,Note,Folder,Rf_fields\n\
                    A,,'@ada,p,,/Work/Mail,User ID$:txt:'@ada,TOTP KEY$:txt:me me\nB,,b,p,,,User ID$:txt:b\n";
        let draft = read(text.as_bytes(), None).unwrap();
        let [entry] = &draft.entries[..] else { panic!("{draft:?}") };
        assert_eq!((&*entry.account, entry.tags.join("|")), ("@ada", "Work/Mail".into()));
    }

    #[test]
    fn links_in_notes_and_other_fields_are_accounts_too() {
        let text = "Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2\n\
                    A,,,ada,,spare otpauth://totp/?secret=MEMA,,\"User ID$,,,txt,ada\",\"2FA$,,,txt,otpauth://totp/?secret=MAMA\"\n\
                    B,,,bob,,otpauth://totp/?secret=MUMQ,,\"TOTP KEY$,,,txt,MUMQ\"\n\
                    C,,,eve,,otpauth://totp/?secret=!,,\n";
        let draft = read(text.as_bytes(), None).unwrap();
        let got: Vec<_> = draft.entries.iter().map(|e| (&*e.issuer, bare(e))).collect();
        assert_eq!(
            got,
            [("A", "MEMA"), ("A", "MAMA"), ("B", "MUMQ")].map(|(name, key)| (name, key.to_owned()))
        );
        assert_eq!((&*draft.skipped[0].what, draft.skipped[0].why), ("C: eve", "bad-secret"));
    }

    #[test]
    fn only_the_secrets_own_field_counts() {
        for (field, secret) in [
            ("TOTP KEY$,,,txt,MEME", Some("MEME")),
            ("totp key$,,,pwd, otpauth://totp/a,b?secret=ME", Some("otpauth://totp/a,b?secret=ME")),
            ("TOTP KEY$,,,txt,", Some("")),
            ("TOTP KEY$", None),
            ("Password$,,,pwd,TOTP KEY$", None),
        ] {
            assert_eq!(secret_of(field), secret, "{field}");
        }
    }
}
