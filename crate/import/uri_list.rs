//! Lists of `otpauth://` URIs: what most apps write as text, and Stratum as a page. Every other app that writes
//! such a list with marks of its own has its own importer, so this one is asked last.

use std::borrow::Cow;

use quick_xml::escape::resolve_predefined_entity;

use super::collect::Collector;
use super::login::links;
use super::text::MAX_MENDED;
use super::uri_text::MAX_LINK;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::OtpError;
use crate::otp::base32::{parse_base32, parse_hex};
use crate::otp::migration::transfers;
use crate::otp::text::{Readings, pieces, read_texts, unquoted};
use crate::otp::uri::{Account, Uri, strip_prefix_ignoring_case, title};
use crate::secret::SecretText;

/// Text and pages with otpauth URIs.
pub(super) struct UriList;

/// Ten bytes: no shorter secret comes from an app that writes hexadecimal, and no mistyped base32 gets this far.
const SHORTEST_HEX: usize = 20;

impl Importer for UriList {
    fn id(&self) -> &'static str {
        "uri-list"
    }

    fn is_guess(&self) -> bool {
        true
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|text| {
            // Lines of JSON begin with links, too.
            if is_page(text) {
                next_run(&slashed(text)).is_some()
            } else {
                has_lines(text) && input.outline().is_none()
            }
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let text = input.text().ok_or(ImportError::BadContent)?;
        if !is_page(text) {
            return list("otpauth-uri-list", text, limits);
        }
        list("html-uri-list", &uris_of_page(&slashed(text)), limits)
    }
}

/// Adds what texts say. `name` says what the user knows an unnamed piece by: its text and its line, from 0.
pub(super) fn gather(
    collector: &mut Collector,
    readings: Readings,
    name: impl Fn(usize, usize) -> String,
) -> Result<(), ImportError> {
    for account in readings.accounts {
        collector.add(account.into())?;
    }
    for unread in readings.skipped {
        let named = || unread.piece.as_ref().map(|piece| title(&piece.issuer, &piece.account));
        let what = [Some(unread.what.clone()), named()].into_iter().flatten().find(|what| !what.is_empty());
        let what = what.unwrap_or_else(|| name(unread.text, unread.line));
        collector.unread(what, unread)?;
    }
    if let Some((read, of)) = readings.incomplete {
        collector.skip(format!("{read}/{of}"), "incomplete-transfer")?;
    }
    Ok(())
}

fn list(format: &'static str, text: &str, limits: &Limits) -> Result<Draft, ImportError> {
    let mut collector = Collector::new(format, limits);
    for (line, piece) in pieces(text) {
        match read_hex(piece) {
            Some(account) => collector.add(account.into())?,
            None => gather(&mut collector, read_line(piece), |_, _| format!("#{}", line + 1))?,
        }
    }
    collector.finish_some()
}

/// What a line says, or the links in it behind a name.
fn read_line(piece: &str) -> Readings {
    let readings = read_texts(&[piece.to_owned()]);
    if piece.len() > MAX_LINK || readings.skipped.iter().all(|unread| unread.why != "not-otpauth") {
        return readings;
    }
    let links: Vec<_> = links(piece).chain(transfers(piece)).map(str::to_owned).collect();
    if links.is_empty() { readings } else { read_texts(&links) }
}

/// Authenticator Extension writes the secrets of its `hex` entries as they are. Only what cannot be base32 is taken
/// for that.
fn read_hex(piece: &str) -> Option<Account> {
    let uri = Uri::parse(piece).ok()?;
    let secret = uri.param("secret").filter(|secret| secret.len() >= SHORTEST_HEX)?;
    let Err(OtpError::BadSecret { .. }) = parse_base32(secret) else { return None };
    let secret = parse_hex(secret).ok()?;
    uri.into_account_with(secret).ok()
}

/// The first piece of every line. A URI further inside is a cell of somebody's table.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(unquoted)
}

/// Whether a line begins with a link.
pub(super) fn has_lines(text: &str) -> bool {
    lines(text).any(is_uri)
}

fn is_uri(line: &str) -> bool {
    ["otpauth://", "apple-otpauth://", "steam://"]
        .iter()
        .any(|scheme| strip_prefix_ignoring_case(line, scheme).is_some())
}

/// XML is somebody's own format. Browsers save a page and its pictures as one file with a mail's head before it.
fn is_page(text: &str) -> bool {
    let start = text.trim_start();
    let is_html = || start.to_ascii_lowercase().contains("<html");
    start.starts_with('<') && (!start.starts_with("<?") || is_html()) || start.starts_with("From: <Saved by ")
}

/// The page with the slashes that mustache.js escapes.
fn slashed(page: &str) -> Cow<'_, str> {
    const SLASH: &str = "&#x2F;";
    let has_some = page.len() <= MAX_MENDED && page.contains(SLASH);
    if has_some { Cow::Owned(page.replace(SLASH, "/")) } else { Cow::Borrowed(page) }
}

/// The URIs of a page, each on a line and once: links carry them twice.
fn uris_of_page(text: &str) -> String {
    let mut rest = text;
    // What comes out is no longer; a text that grows is there twice.
    let mut uris = String::with_capacity(text.len());
    while let Some((run, after)) = next_run(rest) {
        for uri in links(&unescape(run)) {
            if uris.lines().next_back() != Some(uri) {
                uris.extend([uri, "\n"]);
            }
        }
        rest = after;
    }
    uris
}

/// The next text of a page that begins with a URI, and what follows. Labels have blanks, so it goes on to the quote that
/// it began behind, a tag or the line's end; where an attribute has no quotes, to where that ends.
fn next_run(text: &str) -> Option<(&str, &str)> {
    let start = text.match_indices(':').find_map(|(at, _)| {
        let start = at.checked_sub("otpauth".len())?;
        strip_prefix_ignoring_case(text.get(start..)?, "otpauth://").map(|_| start)
    })?;
    let before = text.get(..start)?.chars().next_back();
    let run = text.get(start..)?;
    let ends = |c: char| match before {
        _ if matches!(c, '<' | '\n' | '\r') => true,
        Some('=') => c == '>' || c.is_whitespace(),
        Some('"' | '\'') => Some(c) == before,
        _ => false,
    };
    Some(run.split_at(run.find(ends).unwrap_or(run.len())))
}

/// A page's text with the signs for which it has names or numbers.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut parts = text.split('&');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let name =
            part.bytes().take(LONGEST_NAME + 1).position(|byte| byte == b';').and_then(|end| part.get(..end));
        match name.and_then(sign) {
            Some(sign) => {
                plain.push(sign);
                plain.push_str(part.get(name.map_or(0, str::len) + 1..).unwrap_or_default());
            }
            None => plain.extend(["&", part]),
        }
    }
    Cow::Owned(plain)
}

/// Bytes between `&` and `;`: `#x1f511`, with a zero before it.
const LONGEST_NAME: usize = 8;

/// The sign that a name or a number stands for.
fn sign(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else { return resolve_predefined_entity(name)?.chars().next() };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::import;
    use crate::import::testing::{damage, expected};
    use crate::otp::base32::base32;
    use crate::vault::entry::EntryDraft;

    fn read(bytes: &[u8]) -> Result<Draft, ImportError> {
        import(&Input::new(bytes, &[]), None, &Limits::default())
    }

    fn names(draft: &Draft) -> Vec<(&str, &str)> {
        draft.entries.iter().map(|e| (e.issuer.as_str(), e.account.as_str())).collect()
    }

    fn told(draft: &Draft) -> Vec<(&str, &str)> {
        draft.skipped.iter().map(|skipped| (skipped.what.as_str(), skipped.why)).collect()
    }

    const LIST: &str = "# my codes\r\n\r\nOTPAUTH://totp/A:a?secret=JBSWY3DP\r\n  otpauth://hotp/B:b?secret=JBSWY3DP&counter=7,otpauth://steam/C:c?secret=JBSWY3DP\r\n";

    #[test]
    fn lists_in_every_encoding() {
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(LIST.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [LIST.as_bytes(), &[b"\xef\xbb\xbf", LIST.as_bytes()].concat(), &utf16] {
            let draft = read(bytes).unwrap();
            assert_eq!(draft.format, "otpauth-uri-list");
            assert_eq!(names(&draft), [("A", "a"), ("B", "b"), ("C", "c")]);
            assert_eq!(draft.skipped, []);
        }
    }

    #[test]
    fn lines_that_end_as_on_old_macs_stay_apart() {
        let link = |name: &str| format!("otpauth://totp/{name}:a?secret=JBSWY3DP&issuer={name}");
        let lines = ["A", "B", "C"].map(link).join("\r");
        for text in [lines.clone(), format!("{lines}\r"), format!("# mine\n{lines}\r\n")] {
            let draft = read(text.as_bytes()).unwrap();
            assert_eq!(names(&draft), [("A", "a"), ("B", "a"), ("C", "a")], "{text:?}");
            assert_eq!(draft.skipped, []);
        }
    }

    #[test]
    fn bad_lines_are_told_and_the_rest_is_read() {
        let draft =
            read(b"otpauth://totp/A:a?secret=JBSWY3DP\notpauth://totp/B:b?secret=1\nwhat\notpauth://totp/?x")
                .unwrap();
        assert_eq!(names(&draft), [("A", "a")]);
        assert_eq!(told(&draft), [("B: b", "bad-secret"), ("#3", "not-otpauth"), ("#4", "no-secret")]);
        let kept = draft.skipped[0].kept.as_ref().unwrap();
        assert_eq!((&*kept.format, kept.text.expose().as_str()), ("uri-list", "otpauth://totp/B:b?secret=1"));
        assert!(draft.skipped[1..].iter().all(|skipped| skipped.kept.is_none()));
        let other = read(b"otpauth://totp/A:a?secret=JBSWY3DP\nmotp://Bank:ada?secret=00ff\n").unwrap();
        assert_eq!(told(&other), [("Bank: ada", "unsupported-type")]);
    }

    #[test]
    fn a_type_of_another_alphabet_is_told_by_its_type_and_its_name() {
        let list = "otpauth://totp/A:a?secret=JBSWY3DP\notpauth://motp/Bank:ada?secret=c0ffee\nmotp:/Bank%3Abob?secret=c0ffee\n";
        let draft = read(list.as_bytes()).unwrap();
        let want = ["ada", "bob"].map(|account| format!("Bank: {account}"));
        assert_eq!(told(&draft), [(&*want[0], "unsupported-type"), (&*want[1], "unsupported-type")]);
    }

    #[test]
    fn pages() {
        let page = "<!doctype html><title>otpauth: mine</title><a href='otpauth://totp/A:a?secret=JBSWY3DP&amp;issuer=A%20B'>otpauth://totp/A:a?secret=JBSWY3DP&amp;issuer=A%20B</a>\n<code>OTPAUTH://totp/O'B:b\"?secret=JBSWY3DP&issuer=O'B</code><td>otpauth://yaotp/Y:y?secret=AAAA</td>";
        let draft = read(page.as_bytes()).unwrap();
        assert_eq!(draft.format, "html-uri-list");
        assert_eq!(names(&draft), [("A B", "a"), ("O'B", "b\"")]);
        assert_eq!(told(&draft), [("Y: y", "unsupported-type")]);
        assert!(read(b"<?xml version='1.0'?><HTML><p>otpauth://totp/a?secret=JBSWY3DP</p></HTML>").is_ok());
        let xml = b"<?xml version='1.0'?><Value>otpauth://totp/a?secret=JBSWY3DP</Value>";
        assert_eq!(read(xml), Err(ImportError::BadContent));
        assert_eq!(read(b"<html><p>otpauth:</p></html>"), Err(ImportError::BadContent));
    }

    fn links_of(page: &str) -> Vec<(String, String, u32, u32)> {
        let draft = read(page.as_bytes()).unwrap_or_else(|error| panic!("{page}: {error:?}"));
        assert_eq!((draft.format, told(&draft)), ("html-uri-list", vec![]), "{page}");
        let shape = |e: EntryDraft| {
            (e.issuer, e.account, e.otp.digits().count().into(), e.otp.period().unwrap().seconds())
        };
        draft.entries.into_iter().map(shape).collect()
    }

    fn eight(issuer: &str, account: &str) -> Vec<(String, String, u32, u32)> {
        vec![(issuer.to_owned(), account.to_owned(), 8, 60)]
    }

    #[test]
    fn links_of_pages_have_blanks_in_them() {
        let link = "otpauth://totp/Big Bank:eve b?secret=JBSW Y3DP EHPK 3PXQ&amp;issuer=Big Bank&amp;digits=8&amp;period=60";
        for page in [
            format!("<html><p>{link}</p>"),
            format!("<html><a href=\"{link}\">x</a>"),
            format!("<html><a title=a href='{link}'>{link}</a>"),
            format!("<html><pre>\n{link} (old)\nx</pre>"),
        ] {
            assert_eq!(links_of(&page), eight("Big Bank", "eve b"), "{page}");
            assert_eq!(base32(read(page.as_bytes()).unwrap().entries[0].otp.secret()), "JBSWY3DPEHPK3PXQ");
        }
        let two = format!("<html><p>{link} {}</p>", link.replace("eve b", "bob"));
        assert_eq!(links_of(&two), [eight("Big Bank", "eve b"), eight("Big Bank", "bob")].concat());
    }

    #[test]
    fn an_attribute_without_quotes_ends_at_a_blank_or_with_its_tag() {
        let href = "otpauth://totp/A:a?issuer=A&digits=8&period=60&secret=JBSWY3DP";
        for page in [
            format!("<!doctype html><a href={href}>A</a>"),
            format!("<html><a href={href} class=x>otpauth of A</a>"),
        ] {
            assert_eq!(links_of(&page), eight("A", "a"), "{page}");
        }
    }

    #[test]
    fn signs_are_written_by_their_numbers() {
        for (page, issuer) in [
            (
                "<p>otpauth://totp/O&#039;Neil:a?secret=ME&#038;issuer=O&#039;Neil&#038;digits=8&#038;period=60</p>",
                "O'Neil",
            ),
            (
                "<a href='otpauth://totp/O&#x27;N:a?secret=ME&#38;issuer=O&#x27;N&#38;digits=8&#38;period=60'>x</a>",
                "O'N",
            ),
            (
                "<td>otpauth://totp/a?secret=ME&amp;issuer=A&#43;B&apos;&lt;&#x1F511;&amp;digits=8&amp;period=60</td>",
                "A B'<\u{1f511}",
            ),
            (
                "<b>otpauth:&#x2F;&#x2F;totp&#x2F;A:a?secret&#x3D;ME&amp;digits&#x3D;8&amp;period&#x3D;60</b>",
                "A",
            ),
        ] {
            assert_eq!(links_of(page), eight(issuer, "a"));
        }
        assert_eq!(
            unescape("a&amp;lt;&b&#xZ;&#99999999;&&toolongname;&#0"),
            "a&lt;&b&#xZ;&#99999999;&&toolongname;&#0"
        );
    }

    #[test]
    fn a_page_in_one_file_is_one() {
        let page = "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary=\"--b\"\n\n----b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<html><code>otpauth://totp/B=C3=A4:a?sec=\nret=3DJBSWY3DP&amp;digits=3D8&amp;perio=\nd=3D60</code></html>\n----b--\n";
        assert_eq!(links_of(page), eight("B\u{e4}", "a"));
        assert_eq!(links_of(&page.replace('\n', "\r\n")), eight("B\u{e4}", "a"));
    }

    #[test]
    fn a_name_before_a_link_hides_it_in_no_list() {
        let list = "otpauth://totp/A:a?secret=JBSWY3DP\nB: otpauth://totp/B:b?secret=JBSWY3DP\n'otpauth://totp/C:c?secret=JBSWY3DP'\nmine\n";
        let draft = read(list.as_bytes()).unwrap();
        assert_eq!(names(&draft), [("A", "a"), ("B", "b"), ("C", "c")]);
        assert_eq!(told(&draft), [("#4", "not-otpauth")]);
    }

    #[test]
    fn hexadecimal_only_where_it_cannot_be_base32() {
        let draft = read(b"otpauth://totp/H:h?secret=e49270f0d21f365c8408f8b475c5267c\notpauth://totp/B:b?secret=01890189\notpauth://totp/C:c?secret=aabbccddeeffaabbccddeeff").unwrap();
        let secrets: Vec<_> = draft.entries.iter().map(|e| base32(e.otp.secret())).collect();
        assert_eq!(
            secrets,
            ["4SJHB4GSD43FZBAI7C2HLRJGPQ", "AABBCCDDEEFFAABBCCDDEEFF"],
            "the second is base32"
        );
        assert_eq!(told(&draft), [("B: b", "bad-secret")]);
    }

    #[test]
    fn other_texts_are_none() {
        for (bytes, error) in [
            (&b" \r\n\n"[..], ImportError::NoEntries),
            (b"\xef\xbb\xbf", ImportError::NoEntries),
            (b"Lorem ipsum dolor sit amet", ImportError::BadContent),
            (b"Lorem ipsum\ndolor sit amet", ImportError::NotAnExport),
            (b"%PDF-1.7\n\0\xff", ImportError::NotAnExport),
        ] {
            assert_eq!(read(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn a_flood_is_too_large() {
        let text = "otpauth://totp/a?secret=JBSWY3DP\n".repeat(10_001);
        assert_eq!(read(text.as_bytes()), Err(ImportError::TooLarge));
        let page = format!("<{}", "otpauth:".repeat(200_000));
        assert_eq!(read(page.as_bytes()), Err(ImportError::BadContent));
    }

    #[test]
    fn known_files() {
        expected::check(&[
            "uri_list",
            "aegis/aegis_uris.txt",
            "authenticator_extension/authenticator.txt",
            "stratum/backup.html",
            "winauth/plain.txt",
        ]);
    }

    #[test]
    fn damage_never_panics() {
        damage(LIST.as_bytes(), |bytes| drop(read(bytes)));
    }

    #[test]
    fn lines_in_quotes_are_read() {
        let one = "otpauth://totp/Shop:ada?secret=MEME";
        let got = read(format!("\"{one}\"\r\n {one}\r\n\"a\",\"b\"").as_bytes()).unwrap();
        assert_eq!((got.entries.len(), got.skipped[0].what.as_str()), (2, "#3"));
    }
}
