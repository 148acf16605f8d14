//! Text files as apps and editors write them: UTF-8 with or without a byte order mark, UTF-16 with one, and what
//! spreadsheets on Windows make of them in the languages of western Europe.

use std::borrow::Cow;

use data_encoding::HEXLOWER_PERMISSIVE;

use crate::otp::uri::strip_prefix_ignoring_case;

/// The text of a file, without its byte order mark; `None` when it is no text.
pub fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes).or_else(|| windows(bytes).map(Cow::Owned)),
    }
}

/// The text of a whole file. Some apps write as many bytes as they had room for, and zeros behind the text.
pub fn of_file(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let cut = bytes.get(..end).filter(|text| !text.is_empty());
    decode(bytes).or_else(|| decode(cut?))
}

/// Bytes of a text that is copied to mend it: a hundred thousand links.
pub const MAX_MENDED: usize = 8_000_000;

/// The text with line feeds for its carriage returns where those alone end its lines, as on old Macs and out of some
/// spreadsheets.
pub fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_lone =
        |at: usize| bytes.get(at) == Some(&b'\r') && !matches!(bytes.get(at + 1), None | Some(b'\n' | b'\r'));
    // In quotes or an element, where lines end otherwise, it is a part of what somebody typed.
    let may_be_content = text.contains('\n') && text.contains(['"', '<', '{']);
    if bytes.len() > MAX_MENDED || may_be_content || !(0..bytes.len()).any(is_lone) {
        return text;
    }
    let mut fed = String::with_capacity(text.len());
    fed.extend(text.char_indices().map(|(at, c)| if is_lone(at) { '\n' } else { c }));
    Cow::Owned(fed)
}

/// A mail or a page that was saved like one, with what its head calls quoted-printable as it was written: there every `=` of a
/// link is `=3D`, which base32 would take for the first two digits of a secret.
pub fn unquoted(text: Cow<'_, str>) -> Cow<'_, str> {
    let has_head =
        text.trim_start().split([' ', '\n']).next().is_some_and(|word| word.len() > 1 && word.ends_with(':'));
    let encoding =
        |line: &str| strip_prefix_ignoring_case(line, "content-transfer-encoding:").map(is_quoted_printable);
    if text.len() > MAX_MENDED || !has_head || !text.lines().any(|line| encoding(line) == Some(true)) {
        return text;
    }
    let (mut plain, mut quoted) = (Vec::with_capacity(text.len()), false);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        // Each part says for itself how it is written.
        let is_boundary = line.starts_with("--")
            && lines.peek().is_some_and(|next| strip_prefix_ignoring_case(next, "content-").is_some());
        quoted = encoding(line).unwrap_or(quoted && !is_boundary);
        match line.trim_end().strip_suffix('=').filter(|_| quoted) {
            Some(broken) => plain.extend(bytes_of(broken)),
            None if quoted => plain.extend(bytes_of(line).chain([b'\n'])),
            None => plain.extend(line.bytes().chain([b'\n'])),
        }
    }
    Cow::Owned(
        String::from_utf8(plain)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}

fn is_quoted_printable(value: &str) -> bool {
    value.trim().eq_ignore_ascii_case("quoted-printable")
}

/// A line with its `=3D`.
fn bytes_of(line: &str) -> impl Iterator<Item = u8> {
    let mut rest = line.as_bytes();
    std::iter::from_fn(move || {
        let (&first, behind) = rest.split_first()?;
        let code =
            behind.get(..2).filter(|_| first == b'=').and_then(|code| HEXLOWER_PERMISSIVE.decode(code).ok());
        rest = if code.is_some() { behind.get(2..)? } else { behind };
        Some(code.and_then(|code| code.first().copied()).unwrap_or(first))
    })
}

/// UTF-8. A zero byte is valid there, and a sure sign of a binary file.
fn utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(Cow::Borrowed(text))
}

/// Windows' code page 1252, 0x80 to 0x9f; the rest is Latin 1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A table that Excel saved as "CSV": names in the code page, the rest ASCII. Sealed bytes are never so plain: of
/// thirty, one in eight at most outside ASCII and none a control, by chance once in 10^10.
fn windows(bytes: &[u8]) -> Option<String> {
    let plain = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..);
    let foreign = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if foreign > bytes.len() / 8 || !bytes.iter().all(plain) {
        return None;
    }
    // Three bytes at most for each of the code page's.
    let mut text = String::with_capacity(bytes.len() + 2 * foreign);
    text.extend(bytes.iter().map(|byte| match byte {
        0x80..=0x9f => WINDOWS.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        byte => char::from(*byte),
    }));
    Some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let decoded = || char::decode_utf16(pairs.iter().copied().map(unit));
    // Room for all of it at once: a text that grows is there twice.
    let size = decoded().try_fold(0, |sum, char| char.ok().map(|char| sum + char.len_utf8()))?;
    let mut text = String::with_capacity(size);
    text.extend(decoded().filter_map(Result::ok));
    (!text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "a\u{e9}\u{1f511}\r\n";
        let with = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let le = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            with(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
            with(b"\xff\xfe", le),
            with(b"\xfe\xff", be),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Some(text));
        }
        assert_eq!(decode(b"").as_deref(), Some(""));
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line() {
        let fed = |text| with_line_feeds(Cow::Borrowed(text)).into_owned();
        assert_eq!(fed("\u{e9}\rb\rc\r"), "\u{e9}\nb\nc\r");
        assert_eq!(fed("a\nb\rc\r\rd"), "a\nb\nc\r\nd");
        assert_eq!(fed("a,\"b\"\rc"), "a,\"b\"\nc");
        for text in ["a\r\nb\r\r\n\r", "a\n\"b\rc\"\n", "<a>\n<b>c\rd</b>", "a"] {
            assert!(matches!(with_line_feeds(text.into()), Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn a_mail_is_as_it_was_written() {
        let plain = |text: &str| unquoted(Cow::Borrowed(text)).into_owned();
        let head = "From: a\nContent-Transfer-Encoding: Quoted-Printable\n\n";
        assert_eq!(
            plain(&format!("{head}x?secret=3DME&i=\n=3D=C3=A9 =3d =zz = \n=")),
            format!("{head}x?secret=ME&i=\u{e9} = =zz ")
        );
        // A part that is written otherwise stays so.
        let parts = "From: a\n\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n=3D\n--b\nContent-Type: text/plain\n\n=3D\n--b--\n";
        assert_eq!(plain(parts), parts.replacen("=3D", "=", 1));
        for text in ["a\nContent-Transfer-Encoding: quoted-printable\n=3D", "From: a\n\n=3D", ""] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn what_a_spreadsheet_saved_on_windows_is_text() {
        assert_eq!(
            decode(b"name;code\r\nZ\xfcrich \x80;JBSWY3DPEHPK3PXP\r\n").unwrap(),
            "name;code\r\nZ\u{fc}rich \u{20ac};JBSWY3DPEHPK3PXP\r\n"
        );
        // More than one in eight, and a control.
        assert_eq!(decode(b"ab\xfc"), None);
        assert_eq!(decode(b"name;code\r\nZ\xfcrich;\x01JBSWY3DPEHPK3PXP"), None);
    }

    #[test]
    fn binary_files_are_no_text() {
        for bytes in [&b"\x89PNG\r\n"[..], b"a\0b", b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xff\xfe\0\0a\0"] {
            assert_eq!(decode(bytes), None);
        }
    }
}
