//! Pages with a QR code for each account, as Aegis, Ente Auth and Authme export them for paper. The text beside a code
//! has no period, so the codes are read. Written from the apps' published sources and held to pages of our own.

use data_encoding::BASE64;

use super::collect::Collector;
#[cfg(not(target_arch = "wasm32"))]
use super::read::picture::{self, Picture};
use super::read::{gif, png};
use super::uri_list::{gather, unescape};
use super::{Draft, ImportError, Importer, Input, Limits, ente};
use crate::otp::text::read_texts;
use crate::otp::uri::{Uri, strip_prefix_ignoring_case};
use crate::qr::read_codes;
use crate::secret::SecretText;
use crate::vault::entry::EntryDraft;

/// Pages of Aegis, Ente Auth and Authme.
pub(super) struct QrPage;

/// Pictures that a page may have within itself.
const PICTURES: [&str; 5] = ["png", "gif", "jpeg", "jpg", "webp"];
/// Pixels of all pictures together: a thousand of 360 x 360.
const MAX_PIXELS: usize = 1 << 27;

impl Importer for QrPage {
    fn id(&self) -> &'static str {
        "qr-page"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        input.text().is_some_and(|page| {
            // A page that spells its URIs is read without its pictures.
            page.trim_start().starts_with('<')
                && pictures(page).next().is_some()
                && !page.contains("otpauth://")
        })
    }

    fn import(
        &self,
        input: &Input<'_>,
        _: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let page = input.text().ok_or(ImportError::BadContent)?;
        let aegis = page.contains("<th>QR Code</th><th>UUID</th><th>Note</th><th>Favorite</th>");
        let mut collector = Collector::new("html-qr-page", limits);
        let mut pixels_left = MAX_PIXELS;
        for (before, part) in pictures(page) {
            let (picture, after) = part.split_once(['"', '\'']).unwrap_or((part, ""));
            match read_picture(picture, &mut pixels_left)? {
                Ok(code) => match Uri::parse(&code) {
                    Ok(uri) => {
                        let (issuer, account) = (uri.issuer.clone(), uri.account.clone());
                        let complete =
                            |entry| if aegis { with_row(entry, after) } else { with_note(entry, before) };
                        let entry = ente::entry(uri).map(complete);
                        collector.account(&issuer, &account, entry, code.as_str())?;
                    }
                    // Aegis draws MOTP entries under a scheme of their own. A page has other codes, too: of shops, of itself.
                    Err(_) if strip_prefix_ignoring_case(&code, "motp:").is_none() => {
                        collector.skip(collector.name("", ""), "not-otpauth")?;
                    }
                    Err(_) => {
                        let place = collector.name("", "");
                        gather(&mut collector, read_texts(&[code]), |_, _| place.clone())?;
                    }
                },
                Err(why) => collector.skip(collector.name("", ""), why)?,
            }
        }
        collector.finish_some()
    }
}

/// What stands before each picture in a page, from the one before, and what follows its beginning, up to the next.
fn pictures(page: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = page.split("data:image/");
    let mut last = parts.next().unwrap_or_default();
    parts.filter_map(move |part| {
        let before = core::mem::replace(&mut last, part);
        let (kind, picture) = part.split_once(";base64,")?;
        PICTURES.contains(&kind).then_some((before, picture))
    })
}

/// What a picture's code says, or why it says nothing.
fn read_picture(picture: &str, pixels_left: &mut usize) -> Result<Result<String, &'static str>, ImportError> {
    let picture: Vec<u8> = picture.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let Ok(picture) = BASE64.decode(&picture) else { return Ok(Err("unreadable-picture")) };
    let codes = match png::read(&picture).or_else(|| gif::read(&picture, png::MAX_PIXELS)) {
        Some(grey) => {
            *pixels_left = pixels_left.checked_sub(grey.luma.len()).ok_or(ImportError::TooLarge)?;
            Some(read_codes(&grey.luma, grey.width, grey.height))
        }
        None => read_other(&picture, pixels_left)?,
    };
    Ok(codes.ok_or("unreadable-picture").and_then(|c| c.into_iter().next().ok_or("no-code-in-picture")))
}

/// The codes of a picture that no app is known to write.
#[cfg(not(target_arch = "wasm32"))]
fn read_other(bytes: &[u8], pixels_left: &mut usize) -> Result<Option<Vec<String>>, ImportError> {
    let Ok(Picture { grey, pixels }) = picture::read(bytes) else { return Ok(None) };
    *pixels_left = pixels_left.checked_sub(pixels).ok_or(ImportError::TooLarge)?;
    Ok(Some(read_codes(&grey.luma, grey.width, grey.height)))
}

/// There is nothing to decode it with.
#[cfg(target_arch = "wasm32")]
fn read_other(_: &[u8], _: &mut usize) -> Result<Option<Vec<String>>, ImportError> {
    Ok(None)
}

/// Aegis writes the id, the note and whether it is a favourite into the cells behind the code.
fn with_row(mut entry: EntryDraft, after: &str) -> EntryDraft {
    let mut cells = after.split("<td>").skip(1).filter_map(|cell| cell.split_once("</td>"));
    let cells: [&str; 3] = core::array::from_fn(|_| cells.next().map_or("", |(cell, _)| cell));
    let [_, note, favourite] = cells;
    entry.note = unescape(note).into_owned();
    entry.pinned = favourite == "true";
    entry
}

/// Ente Auth writes the note beside the code as well; the code has it only where there is more of the app's own.
fn with_note(mut entry: EntryDraft, before: &str) -> EntryDraft {
    let own = before.rsplit_once("class=\"otp-entry\"").map_or("", |(_, own)| own);
    let note = own.split_once("Note: <b>").and_then(|(_, note)| note.split_once("</b>"));
    if let Some((note, _)) = note.filter(|_| entry.note.is_empty()) {
        entry.note = unescape(note.trim()).into_owned();
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::png::tests::code;
    use crate::import::testing::eight::*;
    use crate::import::testing::{damage_at, read};

    const PICTURE: &str = "data:image/png;base64,";

    fn picture(text: &str, width: usize) -> String {
        let picture = BASE64.encode(&code(text));
        let lines: Vec<_> =
            picture.as_bytes().chunks(width).map(|l| core::str::from_utf8(l).unwrap()).collect();
        format!("<img src=\"{PICTURE}{}\"/>", lines.join("\n"))
    }

    fn escape(text: &str) -> String {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('"', "&quot;").replace('\'', "&#39;")
    }

    fn aegis() -> String {
        let row = |entry: &EntryDraft| {
            let (issuer, name, note) = (escape(&entry.issuer), escape(&entry.account), escape(&entry.note));
            let (kind, code, pinned) = (kind(entry), picture(&uri(entry), 76), entry.pinned);
            format!(
                "<tr><td>{issuer}</td><td>{name}</td><td>{kind}</td><td class='qr'>{code}</td><td>u</td>\
                 <td>{note}</td><td>{pinned}</td><td>SHA1</td></tr>"
            )
        };
        let head = "<th>QR Code</th><th>UUID</th><th>Note</th><th>Favorite</th>";
        let rows: String = eight().iter().map(row).collect();
        format!(
            "<html><head><title>Aegis</title></head><body><table><tr>{head}</tr>{rows}</table></body></html>"
        )
    }

    #[test]
    fn aegis_pages_lose_groups() {
        let got = read(aegis().as_bytes(), None).unwrap();
        let kept = eight_less(|entry| entry.tags.clear());
        assert_eq!((got.format, got.entries, got.skipped), ("html-qr-page", kept, vec![]));
    }

    #[test]
    fn ente_pages_have_its_details_in_the_code() {
        let display =
            "&codeDisplay=%7B%22pinned%22%3Atrue%2C%22note%22%3A%22a+b%22%2C%22tags%22%3A%5B%22Work%22%5D%7D";
        let mut entry = eight().remove(1);
        let code = picture(&format!("{}{display}", uri(&entry)), usize::MAX);
        let page = format!(
            "<!DOCTYPE html><html><table class=\"otp-entry\"><p>Secret: <b>x</b></p>{code}</table></html>"
        );
        entry.pinned = true;
        entry.note = "a b".into();
        entry.tags = vec!["Work".into()];
        assert_eq!(read(page.as_bytes(), None).unwrap().entries, [entry]);
    }

    #[test]
    fn ente_pages_have_notes_beside_the_code() {
        let table = |secret: &str, note: &str| {
            let code = picture(&format!("otpauth://totp/x?secret={secret}"), usize::MAX);
            format!("<table class=\"otp-entry\"><p>Secret: <b>x</b></p>{note}<td>{code}</td></table>")
        };
        let note = "<p class=\"group\">Note: <b>n & x &amp; y</b></p>";
        let page = ["<!DOCTYPE html><html>", &table("ME", note), &table("MEME", "")].concat();
        let notes: Vec<_> =
            read(page.as_bytes(), None).unwrap().entries.into_iter().map(|e| e.note).collect();
        assert_eq!(notes, ["n & x & y", ""]);
    }

    #[test]
    fn authme_pages_have_gifs_and_nothing_else() {
        let row = |entry: &EntryDraft| {
            let (name, issuer, secret) = (&entry.account, &entry.issuer, bare(entry));
            let code = BASE64
                .encode(&gif::tests::code(&format!("otpauth://totp/{name}?secret={secret}&issuer={issuer}")));
            format!(
                "\n\t\t\t<div>\n\t\t\t\t<img class=\"img\" src=\"data:image/gif;base64,{code}\">\n\
                 \t\t\t\t<h1 style=font-family:Arial;>{issuer}</h1>\n\t\t\t</div>"
            )
        };
        let kept = &eight_less(|entry| {
            lose_extras(entry);
            lose_parameters(entry, false);
        })[..2];
        let got = read(kept.iter().map(row).collect::<String>().as_bytes(), None).unwrap();
        assert_eq!((got.format, &*got.entries, got.skipped), ("html-qr-page", kept, vec![]));
    }

    #[test]
    fn the_native_tool_reads_every_picture() {
        use image::{DynamicImage, ImageFormat};
        let grey = png::read(&code("otpauth://totp/Shop:ada?secret=MEME")).unwrap();
        let grey = image::GrayImage::from_raw(grey.width as u32, grey.height as u32, grey.luma).unwrap();
        for (kind, format) in [("jpeg", ImageFormat::Jpeg), ("webp", ImageFormat::WebP)] {
            let mut out = std::io::Cursor::new(Vec::new());
            DynamicImage::from(grey.clone()).to_rgb8().write_to(&mut out, format).unwrap();
            let picture = BASE64.encode(&out.into_inner());
            let page = format!("<p><img src='data:image/{kind};base64,{picture}'></p>");
            assert_eq!(read(page.as_bytes(), None).unwrap().entries[0].account, "ada", "{kind}");
        }
        let drawn = "<p><img src='data:image/svg+xml;base64,AAAA'></p>";
        assert_eq!(read(drawn.as_bytes(), None), Err(ImportError::NotAnExport));
    }

    #[test]
    fn what_a_picture_does_not_say_is_listed() {
        let [motp, yandex] =
            ["motp:/M%3Aada?secret=00&issuer=M", "otpauth://yaotp/Y:z?secret=ME"].map(|uri| picture(uri, 76));
        let broken = format!("<img src=\"{PICTURE}AAAA\">");
        let got = read(format!("<html>{motp}{yandex}{broken}").as_bytes(), None).unwrap();
        let skipped: Vec<_> = got.skipped.iter().map(|s| (s.what.as_str(), s.why)).collect();
        assert_eq!(
            skipped,
            [("M: ada", "unsupported-type"), ("Y: z", "unsupported-type"), ("#3", "unreadable-picture")]
        );
        assert_eq!(got.skipped[0].kept.as_ref().map(|kept| kept.kind.as_str()), Some("motp"));
    }

    #[test]
    fn damage_never_panics() {
        let code = picture("otpauth://totp/x?secret=MEME", 76);
        damage_at(40, format!("<html>{code}</html>").as_bytes(), |bytes| drop(read(bytes, None)));
    }
}
