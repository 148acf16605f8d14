//! Pictures with QR codes: one account's, or a part of Google's transfer. Only in the native tool: in the browser the
//! platform decodes pictures, and this file would bring three image formats with it.

use super::collect::Collector;
use super::google_migration::incomplete_with_others;
use super::lastpass_transfer;
use super::read::picture::{self, Unreadable, is_picture};
use super::read::png::Grey;
use super::uri_list::gather;
use super::{Draft, ImportError, Importer, Input, Limits};
use crate::otp::text::read_texts;
use crate::qr::read_codes;
use crate::secret::SecretText;

/// PNG, JPEG, GIF and WebP.
pub(super) struct QrImage;

impl Importer for QrImage {
    fn id(&self) -> &'static str {
        "qr-image"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        is_picture(input.bytes)
    }

    fn import(
        &self,
        input: &Input<'_>,
        _password: Option<&SecretText>,
        limits: &Limits,
    ) -> Result<Draft, ImportError> {
        let codes = codes(input.bytes)?;
        if codes.is_empty() {
            return Err(ImportError::NoEntries);
        }
        let mut readings = read_texts(&codes);
        if readings.accounts.is_empty()
            && !readings.transferred
            && !readings.skipped.iter().any(|u| is_account(u.why))
        {
            return Err(ImportError::BadContent);
        }
        if readings.incomplete.is_some() {
            readings.incomplete = incomplete_with_others(&codes, input);
        }
        let format = match readings.transferred {
            true if codes.iter().any(|code| lastpass_transfer::is_code(code)) => "lastpass-transfer-qr",
            true => "google-migration-qr",
            false => "otpauth-qr",
        };
        let mut collector = Collector::new(format, limits);
        gather(&mut collector, readings, |code, _| format!("#{}", code + 1))?;
        collector.finish_some()
    }
}

/// Whether something refused for this reason was meant as an account.
fn is_account(why: &str) -> bool {
    !(why.starts_with("other-scheme") || matches!(why, "not-otpauth" | "damaged-transfer"))
}

/// The texts of a picture's QR codes.
pub(super) fn codes(bytes: &[u8]) -> Result<Vec<String>, ImportError> {
    let picture = picture::read(bytes).map_err(|why| match why {
        Unreadable::TooLarge => ImportError::TooLarge,
        Unreadable::Damaged => ImportError::BadContent,
    })?;
    let Grey { luma, width, height } = picture.grey;
    Ok(read_codes(&luma, width, height))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};

    use super::*;
    use crate::import::testing::{damage, expected};
    use crate::import::{Skipped, import};
    use crate::otp::migration::write_migration;
    use crate::otp::uri::parse_uri;
    use crate::qr::matrix;

    /// A picture of a code, four pixels a module.
    fn draw(text: &str) -> GrayImage {
        let code = matrix(text).unwrap();
        let side = (code.len() as u32 + 8) * 4;
        GrayImage::from_fn(side, side, |x, y| {
            let module = |at: u32| (at / 4).checked_sub(4).map(|at| at as usize);
            let dark = module(x).zip(module(y)).and_then(|(x, y)| code.get(y)?.get(x).copied());
            Luma([if dark.unwrap_or(false) { 0 } else { 255 }])
        })
    }

    fn write(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn png(text: &str) -> Vec<u8> {
        write(draw(text), ImageFormat::Png)
    }

    fn read(bytes: &[u8], beside: &[(String, Vec<u8>)]) -> Result<Draft, ImportError> {
        import(&Input::new(bytes, beside), None, &Limits::default())
    }

    const URI: &str = "otpauth://totp/A:a?secret=JBSWY3DPEHPK3PXP&issuer=A";

    #[test]
    fn every_picture_format() {
        let grey = draw(URI);
        let rgb = DynamicImage::from(grey.clone()).to_rgb8();
        // Dark on transparent, as sites that think of dark pages draw it.
        let clear =
            RgbaImage::from_fn(grey.width(), grey.height(), |x, y| Rgba([0, 0, 0, 255 - grey[(x, y)].0[0]]));
        for bytes in [
            png(URI),
            write(rgb.clone(), ImageFormat::Jpeg),
            write(DynamicImage::from(rgb.clone()).to_rgba8(), ImageFormat::Gif),
            write(rgb, ImageFormat::WebP),
            write(clear, ImageFormat::Png),
        ] {
            let draft = read(&bytes, &[]).unwrap();
            assert_eq!(draft.format, "otpauth-qr");
            assert_eq!((draft.entries[0].issuer.as_str(), draft.entries[0].account.as_str()), ("A", "a"));
        }
    }

    #[test]
    fn pictures_without_an_account_say_why() {
        let blank = write(GrayImage::from_pixel(100, 100, Luma([255])), ImageFormat::Png);
        for (bytes, error) in [
            (blank, ImportError::NoEntries),
            (png("https://example.com/"), ImportError::BadContent),
            (png("otpauth-migration://offline?data=XXXX"), ImportError::BadContent),
            (b"\x89PNG\r\n\x1a\n".to_vec(), ImportError::BadContent),
            (b"GIF89a".to_vec(), ImportError::BadContent),
        ] {
            assert_eq!(read(&bytes, &[]), Err(error));
        }
        let draft = read(&png("otpauth://totp/A:a?secret=1"), &[]).unwrap();
        let skipped = &draft.skipped[0];
        assert_eq!((skipped.what.as_str(), skipped.why), ("A: a", "bad-secret"));
        assert!(skipped.kept.is_some() && draft.skipped.len() == 1);
    }

    #[test]
    fn a_transfer_in_several_pictures() {
        let account = |n| parse_uri(&format!("otpauth://totp/Svc:u{n}?secret=JBSWY3DPEHPK3PXP")).unwrap();
        let texts = write_migration(&(0..15).map(account).collect::<Vec<_>>(), 4);
        let alone = read(&png(&texts[0]), &[]).unwrap();
        assert_eq!((alone.format, alone.entries.len()), ("google-migration-qr", 10));
        assert_eq!(alone.skipped, [Skipped::new("1/2", "incomplete-transfer")]);
        let both = read(&png(&texts[0]), &[("b.png".into(), png(&texts[1]))]).unwrap();
        assert_eq!((both.entries.len(), both.skipped.len()), (10, 0), "the other picture is read for itself");
        let text = read(&png(&texts[0]), &[("b.txt".into(), texts[1].clone().into_bytes())]).unwrap();
        assert_eq!((text.entries.len(), text.skipped.len()), (10, 0), "and so is a text");
    }

    #[test]
    fn a_bomb_is_too_large() {
        let mut bytes = write(GrayImage::new(1, 1), ImageFormat::Png);
        // The header's width: 30,000 pixels. Its checksum is wrong then, and must not be what saves us.
        bytes[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
        assert!(matches!(read(&bytes, &[]), Err(ImportError::TooLarge | ImportError::BadContent)));
    }

    #[test]
    fn known_files() {
        expected::check(&[
            "google_authenticator/batch_1of3.png",
            "google_authenticator/batch_2of3.png",
            "google_authenticator/batch_3of3.png",
            "google_authenticator/not_otp_qr.png",
            "google_authenticator/proton_export_1.png",
            "uri_list/single_otpauth_qr.png",
        ]);
    }

    #[test]
    fn damage_never_panics() {
        let bytes = png("x");
        damage(&bytes[..bytes.len().min(200)], |bytes| drop(read(bytes, &[])));
    }
}
