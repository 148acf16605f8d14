//! LastPass's vault, CSV: `url,username,password,totp,extra,name,grouping,fav`.

use super::csv_logins::{CsvLogins, is_set};
use super::login::Login;
use super::read::csv::{self, Table};
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::secret::SecretText;

/// LastPass's table.
pub(super) struct LastPassVault;

impl Importer for LastPassVault {
    fn id(&self) -> &'static str {
        TABLE.id
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let inside = || inside(input.text()?);
        TABLE.recognises(input) || inside().is_some_and(|text| TABLE.fits(&csv::header(text)))
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        let text = inside(text).unwrap_or(text);
        if !is_escaped(text) {
            return TABLE.read_table(&table(text)?.with_each(named), limits);
        }
        let cells = table(text)?;
        if text.contains('"') {
            return TABLE.read_table(&cells.with_each(|_, cell| unescaped(cell)), limits);
        }
        // No quotation mark is bare: the page may have escaped those around cells as well. Where the cells are told apart
        // without them, each shows by itself whether it has them.
        if cells.is_even() {
            return TABLE.read_table(&cells.with_each(|_, cell| unquoted(cell)), limits);
        }
        let whole = unescaped(text.to_owned());
        match table(&whole) {
            Ok(table) if table.is_even() => TABLE.read_table(&table, limits),
            _ => TABLE.read_table(&cells.with_each(|_, cell| unescaped(cell)), limits),
        }
    }
}

/// The table. Some versions write notes of several lines without quotation marks.
fn table(text: &str) -> Result<Table<'_>, ImportError> {
    Table::parse(text).map(|table| table.torn_in("extra"))
}

/// The table in a page that was saved as it was shown.
fn inside(text: &str) -> Option<&str> {
    let page = text.trim_start().strip_prefix('<')?;
    let (_, rest) = page.split_once("<pre")?;
    let (_, table) = rest.split_once('>')?;
    table.split_once("</pre").map(|(table, _)| table)
}

/// A name or an address where others have bare signs: each cell shows by itself whether it was escaped. What people write
/// themselves, and what is secret, stays as it is.
fn named(column: &str, cell: String) -> String {
    let is_name = ["name", "grouping", "url", "username"].contains(&column);
    if is_name && is_escaped(&cell) { unescaped(cell) } else { cell }
}

/// A cell as it was before it stood in a page, without quotation marks around it.
fn unquoted(cell: String) -> String {
    let cell = unescaped(cell);
    let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inner = inner.filter(|inner| !inner.replace("\"\"", "").contains('"'));
    inner.map(|inner| inner.replace("\"\"", "\"")).unwrap_or(cell)
}

/// A text as it was before it stood in a page.
fn unescaped(text: String) -> String {
    if !text.contains('&') {
        return text;
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&#039;", "'").replace("&amp;", "&")
}

/// The export is shown as a page first, and some versions leave that page's escapes in the file: `AT&amp;T`. There no sign
/// stands bare.
fn is_escaped(text: &str) -> bool {
    let escapes = ["amp;", "lt;", "gt;", "quot;", "#39;", "#039;"];
    let bare = |part: &str| !escapes.iter().any(|escape| part.starts_with(escape));
    text.contains('&') && !text.contains(['<', '>']) && !text.split('&').skip(1).any(bare)
}

/// Secure notes are rows too; they have no one-time password.
static TABLE: CsvLogins = CsvLogins {
    id: "lastpass-vault",
    format: "lastpass-csv",
    columns: &["name", "totp", "extra", "grouping"],
    any: &[],
    without: &[],
    otp: &["totp"],
    login: |row| Login {
        title: row.cell("name"),
        username: row.cell("username"),
        note: row.cell("extra"),
        urls: vec![row.cell("url")],
        tags: vec![row.cell("grouping")],
        pinned: is_set(row.cell("fav")),
        lost: vec![("password", !row.cell("password").is_empty())],
        ..Login::default()
    },
    read: |login, field| login.read(field),
};

#[cfg(test)]
mod tests {
    use crate::import::testing::csv::table;
    use crate::import::testing::eight::{bare, eight};
    use crate::import::testing::{holds, read};

    #[test]
    fn all_is_kept_but_the_generators_settings() {
        let rows = eight().into_iter().map(|e| {
            let secret = bare(&e);
            let favorite = if e.pinned { "1" } else { "0" }.into();
            vec![String::new(), e.account, "pw".into(), secret, e.note, e.issuer, e.tags.concat(), favorite]
        });
        let mut want = eight();
        for e in &mut want {
            // The field has the secret alone: everything but the default generator is lost, and cannot be seen to be.
            let plain = crate::otp::Kind::Totp { period: crate::otp::Period::THIRTY };
            let secret = e.otp.secret().clone();
            e.otp = crate::otp::Otp::new(plain, Default::default(), crate::otp::Digits::SIX, secret).unwrap();
            e.lost = vec!["password"];
        }
        holds("lastpass-csv", &table("url,username,password,totp,extra,name,grouping,fav", rows), &want);
    }

    #[test]
    fn notes_of_several_lines_without_quotation_marks_are_put_together() {
        let head = "url,username,password,totp,extra,name,grouping,fav";
        let text =
            format!("{head}\nhttps://a.example,ada,pw,MEME,one\n\nthree,A,Work,1\n,bob,pw,MAMA,,B,,0\n");
        let got = read(text.as_bytes(), None).unwrap();
        let row = |e: &crate::vault::entry::EntryDraft| {
            (e.issuer.clone(), e.note.clone(), e.tags.concat(), e.pinned)
        };
        let of = |a: &str, b: &str, c: &str, pinned| (a.to_owned(), b.to_owned(), c.to_owned(), pinned);
        let want = [of("A", "one\n\nthree", "Work", true), of("B", "", "", false)];
        assert_eq!((got.entries.iter().map(row).collect::<Vec<_>>(), got.skipped), (want.to_vec(), vec![]));
        // What never comes out is left as it is.
        for rest in ["", "two\n", "two,A\n", ",bob,pw,MAMA,,B,,0\n"] {
            let got = read(format!("{head}\n,ada,pw,MEME,one\n{rest}").as_bytes(), None).unwrap();
            assert_eq!((&*got.entries[0].account, &*got.entries[0].note), ("ada", "one"), "{rest}");
            assert_eq!(got.entries.len(), 1 + usize::from(rest.ends_with("0\n")));
        }
    }

    #[test]
    fn escaped_quotation_marks_are_read_too() {
        let head = "url,username,password,totp,extra,name,grouping,fav";
        // Within cells alone, and around them as well.
        for text in [
            format!("{head}\nhttps://a.example,\"a,b\",pw,MEME,,&quot;The&quot; shop &amp;lt;,,0\n"),
            format!(
                "{head}\nhttps://a.example,&quot;a,b&quot;,pw,MEME,,&quot;&quot;&quot;The&quot;&quot; shop &amp;lt;&quot;,,0\n"
            ),
        ] {
            let got = read(text.as_bytes(), None).unwrap();
            let entry = &got.entries[0];
            assert_eq!((&*entry.issuer, &*entry.account), ("\"The\" shop &lt;", "a,b"), "{text}");
        }
    }

    #[test]
    fn a_quotation_mark_that_begins_or_ends_a_cell_is_no_damage() {
        let head = "url,username,password,totp,extra,name,grouping,fav";
        let names = |rows: &str| -> Vec<(String, String)> {
            let draft = read(format!("{head}\n{rows}").as_bytes(), None).unwrap();
            draft.entries.into_iter().map(|e| (e.issuer, e.note)).collect()
        };
        let pair = |name: &str, note: &str| (name.to_owned(), note.to_owned());
        assert_eq!(names(",ada,&quot;hunter2,MEME,,A,,0\n"), [pair("A", "")]);
        // Two of them, and what lies between would be one cell.
        let two = ",ada,&quot;hunter2,MEME,,A,,0\n,bob,x&quot;,MAMA,,B,,0\n";
        assert_eq!(names(two), [pair("A", ""), pair("B", "")]);
        assert_eq!(names(",ada,pw,MEME,,&quot;The&quot; shop,,0\n"), [pair("\"The\" shop", "")]);
        // Neither reading is even: an unescaped comma, and a password that begins so.
        let odd = ",ada,&quot;hunter2,MEME,,A,,0\n,bob,pw,MAMA,,B,,0,more\n";
        assert_eq!(names(odd), [pair("A", ""), pair("B", "")]);
        // Around a cell, of two lines.
        let lines = ",ada,pw,MEME,&quot;one\ntwo &amp;quot;&quot;,A,,0\n";
        assert_eq!(names(lines), [pair("A", "one\ntwo &quot;")]);
    }

    #[test]
    fn names_are_read_where_only_they_were_escaped() {
        let head = "url,username,password,totp,extra,name,grouping,fav";
        let text = format!(
            "{head}\nhttps://a.example/?b&amp;c,a&amp;b,p&amp;w,MEME,n &amp;,A &amp; B,R&amp;D &#39;1&#39;,1\n,b&c,pw,otpauth://totp/B:b?secret=MEME&digits=8,,B & &amp;,,0\n"
        );
        let got = read(text.as_bytes(), None).unwrap().entries;
        let of = |at: usize| {
            (
                &*got[at].issuer,
                &*got[at].account,
                &*got[at].note,
                got[at].urls.join(""),
                got[at].tags.join(""),
            )
        };
        let texts = |url: &str, tag: &str| (url.to_owned(), tag.to_owned());
        let (url, tag) = texts("https://a.example/?b&c", "R&D '1'");
        assert_eq!(of(0), ("A & B", "a&b", "n &amp;", url, tag));
        assert_eq!((of(1).0, of(1).1), ("B", "b"));
        let bare = format!("{head}\n,b&c,pw,MEME,,B & &amp;,,0\n");
        assert_eq!(read(bare.as_bytes(), None).unwrap().entries[0].issuer, "B & &amp;");
    }

    #[test]
    fn a_page_that_was_saved_as_shown_is_read() {
        let page = "<!DOCTYPE html><html><head></head><body><pre style=\"a; b\">url,username,password,totp,extra,name,grouping,fav\nhttps://a.example/?b&amp;c,u,p,MEME,1 &lt; 2,A &amp; B,,0\n</pre></body></html>";
        let got = read(page.as_bytes(), None).unwrap();
        let entry = &got.entries[0];
        assert_eq!((got.format, &*entry.issuer, &*entry.note), ("lastpass-csv", "A & B", "1 < 2"));
        assert_eq!((&*entry.urls[0], got.entries.len(), got.skipped.len()), ("https://a.example/?b&c", 1, 0));
    }

    #[test]
    fn what_the_export_page_escaped_is_read() {
        let rows = [[
            "https://a.example/?b&amp;c",
            "ada",
            "pw",
            "MEME",
            "1 &lt; 2 &amp;amp; 3",
            "AT&amp;T",
            "Work &amp; home",
            "0",
        ]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec()).into_iter();
        let got = read(&table("url,username,password,totp,extra,name,grouping,fav", rows), None).unwrap();
        let entry = &got.entries[0];
        assert_eq!((&*entry.issuer, &*entry.note, &*entry.tags[0]), ("AT&T", "1 < 2 &amp; 3", "Work & home"));
        // One bare sign anywhere, and every escape is a person's own.
        let rows = [["", "ada", "p&w", "MEME", "write &amp;", "Shop", "", "0"]]
            .map(|row| row.map(str::to_owned).to_vec());
        let got = read(&table("url,username,password,totp,extra,name,grouping,fav", rows), None).unwrap();
        assert_eq!(&*got.entries[0].note, "write &amp;");
    }
}
