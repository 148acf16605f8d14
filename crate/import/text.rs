//! Text files as apps and editors write them: UTF-8 with or without a byte order mark, UTF-16 with one.

use std::borrow::Cow;

/// The text of a file, without its byte order mark; `None` when it is no text.
pub fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

/// UTF-8. A zero byte is valid there, and a sure sign of a binary file.
fn utf8(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(Cow::Borrowed(text))
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
    fn binary_files_are_no_text() {
        for bytes in [&b"\x89PNG\r\n"[..], b"a\0b", b"\xff\xfea", b"\xff\xfe\x00\xd8", b"\xff\xfe\0\0a\0"] {
            assert_eq!(decode(bytes), None);
        }
    }
}
