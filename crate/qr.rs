//! QR codes: out of pictures, and to be shown.

use qrcodegen::{QrCode, QrCodeEcc};
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::multi::MultipleBarcodeReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source};

/// Larger pictures are made smaller first: a code that needs more than this is smaller than print can be.
const MAX_SIDE: usize = 4096;
/// 12 megapixels, as telephones take them: a search holds three pictures of as many bytes.
const MAX_PIXELS: usize = 4096 * 3072;
/// Smaller pictures are made larger when nothing else helped: thin modules are lost by thresholds.
const MAX_ENLARGED: usize = 1280 * 1024;
/// The smallest QR code has 21 modules a side.
const MIN_SIDE: usize = 21;

/// A grey picture, row by row.
#[derive(Clone)]
struct Grey {
    pixels: Vec<u8>,
    width: usize,
    height: usize,
}

/// The text is too long for a QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// The texts of all QR codes in a picture of `width` x `height` grey values, each once, in no certain order.
/// Empty when there is none, or when the numbers do not fit together.
pub fn read_codes(luma: &[u8], width: usize, height: usize) -> Vec<String> {
    if width < MIN_SIDE || height < MIN_SIDE || width.checked_mul(height) != Some(luma.len()) {
        return Vec::new();
    }
    let mut picture = Grey { pixels: luma.to_vec(), width, height };
    for _ in 0..halvings(width, height) {
        picture = picture.halved();
    }

    // What most pictures need. All of it always, so that one code on a page does not hide another.
    let mut texts = Vec::new();
    scan_both_ways(&mut picture, Threshold::Local, &mut texts);
    if !texts.is_empty() {
        return texts;
    }
    // What is left costs more, and a page without a code pays for all of it.
    scan_both_ways(&mut picture, Threshold::Global, &mut texts);
    scan_both_ways(&mut picture.halved(), Threshold::Local, &mut texts);
    scan_both_ways(&mut picture.sharpened(), Threshold::Local, &mut texts);
    if texts.is_empty() && picture.pixels.len() <= MAX_ENLARGED {
        scan_both_ways(&mut picture.doubled(), Threshold::Local, &mut texts);
    }
    texts
}

/// How often a picture's sides are halved before codes are searched for.
pub fn halvings(width: usize, height: usize) -> u32 {
    let fits = |by: u32| {
        let (width, height) = (width >> by, height >> by);
        width.max(height) <= MAX_SIDE && width.saturating_mul(height) <= MAX_PIXELS
    };
    (0..usize::BITS).find(|by| fits(*by)).unwrap_or(0)
}

/// [`read_codes`] of a picture as a canvas gives it: red, green, blue, alpha.
pub fn read_rgba(rgba: &[u8], width: usize, height: usize) -> Vec<String> {
    // Rec. 601 luma in integers. What is transparent is paper.
    let luma: Vec<u8> = rgba
        .chunks_exact(4)
        .map(|p| {
            let (r, g, b, a) = (u32::from(p[0]), u32::from(p[1]), u32::from(p[2]), u32::from(p[3]));
            let grey = (299 * r + 587 * g + 114 * b) / 1000;
            ((grey * a + 255 * (255 - a)) / 255) as u8
        })
        .collect();
    read_codes(&luma, width, height)
}

/// A QR code of a text: rows of modules, true is dark, no border. Of the smallest version that holds it, with as
/// much error correction as that version leaves room for.
pub fn matrix(text: &str) -> Result<Vec<Vec<bool>>, TooLong> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).map_err(|_| TooLong)?;
    let side = code.size();
    Ok((0..side).map(|y| (0..side).map(|x| code.get_module(x, y)).collect()).collect())
}

/// How grey becomes black and white.
#[derive(Clone, Copy)]
enum Threshold {
    /// By the neighbourhood: photographs, shadows.
    Local,
    /// By the whole picture: large even areas.
    Global,
}

/// Adds the texts of all codes that are found, dark on light or light on dark, and leaves the picture inverted.
fn scan_both_ways(picture: &mut Grey, threshold: Threshold, texts: &mut Vec<String>) {
    scan(picture, threshold, texts);
    picture.invert();
    scan(picture, threshold, texts);
}

/// Adds the texts of all codes that one pass finds.
fn scan(picture: &Grey, threshold: Threshold, texts: &mut Vec<String>) {
    let (Ok(width), Ok(height)) = (u32::try_from(picture.width), u32::try_from(picture.height)) else {
        return;
    };
    let Ok(source) = Luma8Source::new_with_slice(&picture.pixels, width, height) else { return };
    match threshold {
        Threshold::Local => scan_binary(HybridBinarizer::new(source), texts),
        Threshold::Global => scan_binary(GlobalHistogramBinarizer::new(source), texts),
    }
}

fn scan_binary(binarizer: impl Binarizer, texts: &mut Vec<String>) {
    let hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        ..DecodeHints::default()
    };
    let found = QrReader.decode_multiple_with_hints(&mut BinaryBitmap::new(binarizer), &hints);
    for result in found.unwrap_or_default() {
        let text = result.getText();
        if !text.is_empty() && !texts.iter().any(|t| t == text) {
            texts.push(text.to_owned());
        }
    }
}

impl Grey {
    fn invert(&mut self) {
        for value in &mut self.pixels {
            *value = 255 - *value;
        }
    }

    /// Half the size, by the mean of four.
    fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        self.derived(width, height, |x, y| {
            let sum = self.at(2 * x, 2 * y)
                + self.at(2 * x + 1, 2 * y)
                + self.at(2 * x, 2 * y + 1)
                + self.at(2 * x + 1, 2 * y + 1);
            sum / 4
        })
    }

    /// Twice the size, values in between by the mean.
    fn doubled(&self) -> Self {
        self.derived(self.width * 2, self.height * 2, |x, y| {
            let (x0, x1, y0, y1) = (x / 2, x.div_ceil(2), y / 2, y.div_ceil(2));
            (self.at(x0, y0) + self.at(x1, y0) + self.at(x0, y1) + self.at(x1, y1)) / 4
        })
    }

    /// Against blur: what differs from the neighbours, differs more.
    fn sharpened(&self) -> Self {
        self.derived(self.width, self.height, |x, y| {
            let around = self.at(x.saturating_sub(1), y)
                + self.at(x + 1, y)
                + self.at(x, y.saturating_sub(1))
                + self.at(x, y + 1);
            (self.at(x, y) * 5).saturating_sub(around)
        })
    }

    fn derived(&self, width: usize, height: usize, value: impl Fn(usize, usize) -> u32) -> Self {
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            pixels.extend((0..width).map(|x| value(x, y).min(255) as u8));
        }
        Self { pixels, width, height }
    }

    /// The value at a place; beyond the edge the edge's.
    fn at(&self, x: usize, y: usize) -> u32 {
        let index = y.min(self.height - 1) * self.width + x.min(self.width - 1);
        self.pixels.get(index).copied().map_or(0, u32::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "otpauth://totp/Example%20Corp:alice.smith@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example%20Corp";

    /// A small generator of noise (Knuth's MMIX constants), so that every run sees the same pictures.
    struct Noise(u64);

    impl Noise {
        fn next(&mut self) -> u32 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as u32
        }
    }

    /// The code of a text on white with a border of four modules, turned by `degrees` about its centre.
    fn draw(text: &str, module: f64, degrees: f64) -> Grey {
        let code = matrix(text).unwrap();
        let side = code.len() as f64 * module;
        let size = ((side + 8.0 * module) * if degrees == 0.0 { 1.0 } else { 1.5 }).ceil();
        let (sin, cos) = degrees.to_radians().sin_cos();
        let middle = size / 2.0;
        let blank = Grey { pixels: Vec::new(), width: 1, height: 1 };
        blank.derived(size as usize, size as usize, |x, y| {
            let (dx, dy) = (x as f64 + 0.5 - middle, y as f64 + 0.5 - middle);
            let (u, v) = (dx * cos + dy * sin + side / 2.0, dy * cos - dx * sin + side / 2.0);
            let inside = u >= 0.0 && v >= 0.0 && u < side && v < side;
            if inside && code[(v / module) as usize][(u / module) as usize] { 20 } else { 240 }
        })
    }

    fn read(picture: &Grey) -> Vec<String> {
        read_codes(&picture.pixels, picture.width, picture.height)
    }

    fn inverted(picture: &Grey) -> Grey {
        let mut picture = picture.clone();
        picture.invert();
        picture
    }

    fn blurred(picture: &Grey) -> Grey {
        picture.derived(picture.width, picture.height, |x, y| {
            let rows = [y.saturating_sub(1), y, y + 1];
            rows.iter()
                .map(|y| [x.saturating_sub(1), x, x + 1].iter().map(|x| picture.at(*x, *y)).sum::<u32>())
                .sum::<u32>()
                / 9
        })
    }

    fn noisy(picture: &Grey, strength: u32) -> Grey {
        let mut noise = Noise(1);
        let pixels = picture.pixels.iter();
        let pixels = pixels
            .map(|v| (u32::from(*v) + noise.next() % strength).saturating_sub(strength / 2).min(255) as u8);
        Grey { pixels: pixels.collect(), ..*picture }
    }

    #[test]
    fn what_is_drawn_is_read() {
        for module in [2.0, 3.0, 3.7, 8.0] {
            for degrees in [0.0, 4.0, 15.0, 90.0, 180.0] {
                // Two pixels a module and turned is less than a camera gives.
                if module > 2.0 || degrees % 90.0 == 0.0 {
                    assert_eq!(read(&draw(URI, module, degrees)), [URI], "{module} {degrees}");
                }
            }
        }
    }

    #[test]
    fn bad_light_is_read() {
        let picture = draw(URI, 4.0, 3.0);
        assert_eq!(read(&inverted(&picture)), [URI], "inverted");
        assert_eq!(read(&blurred(&picture)), [URI], "blurred");
        assert_eq!(read(&noisy(&picture, 100)), [URI], "noisy");
        assert_eq!(read(&noisy(&blurred(&blurred(&picture)), 30)), [URI], "blurred twice and noisy");
        let pale = picture.derived(picture.width, picture.height, |x, y| 120 + picture.at(x, y) / 6);
        assert_eq!(read(&pale), [URI], "pale");
        let shaded = picture.derived(picture.width, picture.height, |x, y| {
            picture.at(x, y) * x as u32 / picture.width as u32
        });
        assert_eq!(read(&shaded), [URI], "in a shadow");
    }

    #[test]
    fn every_length_and_alphabet_comes_back() {
        for text in [
            "A".to_owned(),
            "x".repeat(300),
            "otpauth://totp/\u{5c71}\u{7530}:\u{e9}?secret=JBSWY3DP".to_owned(),
            "x".repeat(1500),
        ] {
            assert_eq!(read(&draw(&text, 3.0, 0.0)), [text]);
        }
        assert_eq!(matrix(&"x".repeat(2954)), Err(TooLong));
    }

    #[test]
    fn several_codes_are_all_found() {
        let codes = [draw(URI, 3.0, 0.0), inverted(&draw("second", 4.0, 0.0)), draw("third", 5.0, 10.0)];
        let mut page = Grey { pixels: vec![255; 900 * 400], width: 900, height: 400 };
        for (code, left) in codes.iter().zip([10, 300, 550]) {
            for y in 0..code.height {
                for x in 0..code.width {
                    page.pixels[(y + 20) * 900 + left + x] = code.at(x, y) as u8;
                }
            }
        }
        let mut texts = read(&page);
        texts.sort();
        assert_eq!(texts, [URI, "second", "third"]);
    }

    #[test]
    fn large_pictures_are_made_smaller() {
        let code = draw(URI, 24.0, 0.0);
        let page = code.derived(5000, code.height, |x, y| code.at(x, y));
        assert_eq!(read(&page), [URI]);
    }

    #[test]
    fn nonsense_is_no_code_and_no_panic() {
        for (length, width, height) in [(0, 0, 0), (10, 5, 3), (0, usize::MAX, 2), (100, 10, 10), (4, 2, 2)] {
            assert_eq!(read_codes(&vec![0; length], width, height), Vec::<String>::new());
        }
        let mut noise = Noise(7);
        for side in [21, 39, 40, 64, 161] {
            for kind in 0..3 {
                let pixels = (0..side * side).map(|at| match kind {
                    0 => noise.next() as u8,
                    1 => {
                        if noise.next().is_multiple_of(2) {
                            0
                        } else {
                            255
                        }
                    }
                    _ => (at / side * 8) as u8,
                });
                let pixels: Vec<u8> = pixels.collect();
                assert_eq!(read_codes(&pixels, side, side), Vec::<String>::new(), "{side} {kind}");
            }
        }
    }

    #[test]
    fn damaged_codes_are_read_right_or_not_at_all() {
        let whole = draw(URI, 3.0, 0.0);
        let mut noise = Noise(3);
        for _ in 0..40 {
            let mut picture = whole.clone();
            for _ in 0..noise.next() % 12 {
                let (left, top) =
                    (noise.next() as usize % picture.width, noise.next() as usize % picture.height);
                let (right, bottom) = ((left + 30).min(picture.width), (top + 30).min(picture.height));
                let value = noise.next() as u8;
                for y in top..bottom {
                    picture.pixels[y * picture.width + left..y * picture.width + right].fill(value);
                }
            }
            for text in read(&picture) {
                assert_eq!(text, URI);
            }
        }
    }

    /// Screens with codes of two kinds: plain, blurred, inverted, turned, compressed, scaled, with a logo.
    #[test]
    fn shared_pictures() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/qr");
        let Ok(list) = std::fs::read(folder.join("list.json")) else {
            eprintln!("SKIPPED: no shared pictures beside the project");
            return;
        };
        let list: Vec<serde_json::Value> = serde_json::from_slice(&list).unwrap();
        assert!(!list.is_empty());
        for item in list {
            let name = item["name"].as_str().unwrap();
            let picture = image::open(folder.join(format!("{name}.png"))).unwrap().into_luma8();
            let texts = read_codes(picture.as_raw(), picture.width() as usize, picture.height() as usize);
            let expected: Vec<&str> =
                item["expect"].as_str().into_iter().filter(|text| !text.is_empty()).collect();
            assert_eq!(texts, expected, "{name}");
        }
    }
}
