//! Links in the midst of a text: remarks, Markdown, and transfer codes in pages, tables and JSON. What no other importer
//! takes, so it is asked behind the lists.

use super::google_migration::incomplete_with_others;
use super::login::links;
use super::uri_list::gather;
use super::{Draft, ImportError, Importer, Input, Limits, collect::Collector};
use crate::otp::migration::transfers;
use crate::otp::text::read_texts;
use crate::secret::SecretText;

/// Text with otpauth links or transfer codes anywhere in it.
pub(super) struct UriText;

/// Bytes of a link. The longest QR code holds three thousand.
pub(super) const MAX_LINK: usize = 1 << 16;

impl Importer for UriText {
    fn id(&self) -> &'static str {
        "uri-text"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            // XML is somebody's own format, and so is JSON that ends too soon: what is missing could not be told.
            let start = text.trim_start();
            !start.starts_with("<?")
                && (!start.starts_with(['{', '[']) || input.outline().is_some())
                && found(text).next().is_some()
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        if found(text).any(|(_, link)| link.len() > MAX_LINK) {
            return Err(ImportError::TooLarge);
        }
        let links = found(text).take(limits.max_items + 1);
        let (lines, links): (Vec<usize>, Vec<String>) =
            links.map(|(line, link)| (line, link.to_owned())).unzip();
        let mut readings = read_texts(&links);
        if readings.accounts.is_empty()
            && readings.skipped.iter().all(|unread| unread.why == "damaged-transfer")
        {
            return Err(ImportError::BadContent);
        }
        if readings.incomplete.is_some() {
            readings.incomplete = incomplete_with_others(&links, input);
        }
        let mut collector = Collector::new("uri-text", limits);
        gather(&mut collector, readings, |link, _| {
            format!("#{}", lines.get(link).map_or(0, |line| line + 1))
        })?;
        collector.finish_some()
    }
}

/// The links of a text, each with its line from 0. A page has some of them twice. Together they are no longer than it: what
/// is taken for a link's end may be another's beginning.
fn found(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut last, mut room) = ("", text.len());
    let all = text
        .lines()
        .enumerate()
        .flat_map(|(number, line)| links(line).chain(transfers(line)).map(move |link| (number, link)));
    all.filter(move |(_, link)| {
        let new = *link != last && room >= link.len();
        last = *link;
        room -= if new { link.len() } else { 0 };
        new
    })
}

#[cfg(test)]
mod tests {
    use crate::import::testing::eight::{eight, eight_less, lose_extras, uri};
    use crate::import::testing::{damage_at, holds, read};
    use crate::import::{Draft, ImportError, Limits, Skipped, import_files};
    use crate::otp::migration::write_migration;
    use crate::otp::uri::parse_uri;

    fn codes(accounts: usize) -> Vec<String> {
        let account = |n| parse_uri(&format!("otpauth://totp/Svc:u{n}?secret=JBSWY3DPEHPK3PXP")).unwrap();
        write_migration(&(0..accounts).map(account).collect::<Vec<_>>(), 4)
    }

    fn names(text: &str) -> Vec<(String, String)> {
        let Draft { format, entries, skipped, .. } = read(text.as_bytes(), None).unwrap();
        assert_eq!((format, skipped), ("uri-text", vec![]), "{text}");
        entries.into_iter().map(|e| (e.issuer, e.account)).collect()
    }

    fn pair(issuer: &str, account: &str) -> (String, String) {
        (issuer.to_owned(), account.to_owned())
    }

    #[test]
    fn a_link_longer_than_any_is_refused() {
        let link = |length: usize| format!("See otpauth://totp/a?secret=GE&issuer={}", "b".repeat(length));
        assert_eq!(read(link(70_000).as_bytes(), None).map(|_| ()), Err(ImportError::TooLarge));
        assert!(read(link(100).as_bytes(), None).is_ok());
    }

    #[test]
    fn loses_extras() {
        let lines: Vec<_> = eight().iter().map(|entry| format!("- [code]({})\n", uri(entry))).collect();
        let text = format!("# My codes\n\n{}", lines.concat());
        holds("uri-text", text.as_bytes(), &eight_less(lose_extras));
    }

    #[test]
    fn links_in_markdown_are_read() {
        let text = "# My codes\n\n- GitHub: `otpauth://totp/GitHub:b?secret=MEMEMEME&issuer=GitHub`\n- [x](otpauth://totp/X:b?secret=MEMEMEME)\n| Shop | otpauth://totp/My shop:c?secret=MEMEMEME |\n";
        assert_eq!(names(text), [pair("GitHub", "b"), pair("X", "b"), pair("My shop", "c")]);
        let text = "Dear Ada,\nthe code is (otpauth://totp/A:a?secret=!!) for you.\nBye";
        let told = read(text.as_bytes(), None).unwrap().skipped;
        assert_eq!(told.iter().map(|s| (&*s.what, s.why)).collect::<Vec<_>>(), [("A: a", "bad-secret")]);
    }

    #[test]
    fn transfer_codes_are_found_in_pages_tables_and_json() {
        let code = &codes(1)[0];
        for text in [
            format!("<html><body><a href=\"{code}\">x</a></body></html>"),
            format!("<html><body><a href='{code}'>{code}</a></body></html>"),
            format!("title,uri\nx,\"{code}\"\n"),
            format!("{{\"urls\": [\"{code}\"]}}"),
            format!("I scanned this: {code}, it is all of them."),
        ] {
            assert_eq!(names(&text), [pair("Svc", "u0")], "{text}");
        }
        let page = |code: &str| format!("<html><p>{code}</p></html>").into_bytes();
        let codes = codes(15);
        let files = |parts: &[usize]| {
            let files = parts.iter().map(|part| (part.to_string(), page(&codes[*part]))).collect();
            import_files(files, &[], &Limits::default()).unwrap().draft
        };
        assert_eq!((files(&[1, 0]).entries.len(), files(&[1, 0]).skipped), (15, vec![]));
        assert_eq!(files(&[1]).skipped, [Skipped::new("1/2", "incomplete-transfer")]);
    }

    #[test]
    fn damage_is_no_text() {
        let code = &codes(1)[0];
        for text in [
            format!("{{\"urls\": [\"{code}\""),
            format!("<?xml version=\"1.0\"?><a>{code}</a>"),
            "see otpauth-migration://offline?data=XXXX\nthere".to_owned(),
        ] {
            assert_eq!(read(text.as_bytes(), None), Err(ImportError::BadContent), "{text}");
        }
        damage_at(60, format!("<html>{code}").as_bytes(), |bytes| drop(read(bytes, None)));
    }
}
