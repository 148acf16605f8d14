//! Grey values out of the pictures that people have: screenshots and photographs. Only native: in the browser the
//! platform decodes pictures. The largest that is let in takes [`MOST`] with its file, wherefore no colours are kept
//! where a decoder can do without, and rows are made smaller as they come.

use std::io::Cursor;

use image_webp::WebPDecoder;
use png::{DecodingError, InterlaceInfo, Limits, Transformations};

use super::png::{Grey, over_white, weigh};
use super::{gif, jpeg};
use crate::qr::halvings;

/// Bytes that a picture may take, its file among them. That is a photograph of 55 megapixels, of 12 where it is kept in
/// several scans; a screenshot of any size; 10 megapixels in GIF, 7 in WebP.
pub const MOST: usize = 62_000_000;
const MAX_SIDE: usize = 20_000;
/// For what a picture says of itself, not for its pixels.
const PNG_CHUNKS: usize = 8_000_000;

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It would take more than [`MOST`].
    TooLarge,
    /// It is none that is known, or it ends too soon.
    Damaged,
}

/// A picture, as small as a search for codes wants it.
pub struct Picture {
    /// Its pixels, or what is left of them.
    pub grey: Grey,
    /// How many were read for that.
    pub pixels: usize,
}

/// Whether the bytes begin like a PNG, JPEG, GIF or WebP.
pub fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG")
        || bytes.starts_with(b"\xff\xd8\xff")
        || bytes.starts_with(b"GIF8")
        || bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

/// Reads a picture; the first of those that follow each other.
pub fn read(bytes: &[u8]) -> Result<Picture, Unreadable> {
    let most = MOST.saturating_sub(bytes.len());
    match bytes {
        [0x89, ..] => read_png(bytes, most),
        [0xff, ..] => {
            let jpeg = jpeg::read(bytes, most)?;
            shrunk(&jpeg.pixels, jpeg.channels, jpeg.width, jpeg.height)
        }
        [b'G', ..] => read_gif(bytes, most),
        [b'R', ..] => read_webp(bytes, most),
        _ => Err(Unreadable::Damaged),
    }
}

fn read_png(bytes: &[u8], most: usize) -> Result<Picture, Unreadable> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: PNG_CHUNKS });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info()?;
    let info = reader.info();
    let (width, height, interlaced) = (info.width as usize, info.height as usize, info.interlaced);
    let mut small = Shrinking::new(width, height)?;
    let channels = reader.output_color_type().0.samples();
    if !interlaced {
        while let Some(row) = reader.next_row()? {
            small.push(row.data(), channels);
        }
        return Ok(small.finish());
    }
    // Its rows are whole at the end only.
    let pixels = width * height;
    if pixels > most * 3 / 4 {
        return Err(Unreadable::TooLarge);
    }
    let mut luma = vec![u8::MAX; pixels];
    while let Some(row) = reader.next_interlaced_row()? {
        let greys: Vec<u8> = row.data().chunks_exact(channels).map(grey).collect();
        if let InterlaceInfo::Adam7(place) = row.interlace() {
            png::expand_interlaced_row(&mut luma, width, &greys, place, 8);
        }
    }
    shrunk(&luma, 1, width, height)
}

impl From<DecodingError> for Unreadable {
    fn from(error: DecodingError) -> Self {
        match error {
            DecodingError::LimitsExceeded => Self::TooLarge,
            _ => Self::Damaged,
        }
    }
}

fn read_gif(bytes: &[u8], most: usize) -> Result<Picture, Unreadable> {
    // The colours of each pixel, and its grey twice.
    let most = most / 6;
    let [width, height] = [6, 8].map(|at| match bytes.get(at..at + 2) {
        Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
        _ => 0,
    });
    if width * height > most {
        return Err(Unreadable::TooLarge);
    }
    let Grey { luma, width, height } = gif::read(bytes, most).ok_or(Unreadable::Damaged)?;
    shrunk(&luma, 1, width, height)
}

fn read_webp(bytes: &[u8], most: usize) -> Result<Picture, Unreadable> {
    let damaged = |_| Unreadable::Damaged;
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let (width, height, channels) =
        (width as usize, height as usize, if decoder.has_alpha() { 4 } else { 3 });
    // Bytes a pixel that were measured: a canvas for those that move, planes and transparency of photographs, and colours
    // that are decoded with transparency and copied without.
    let each = match (decoder.is_animated(), decoder.has_alpha(), decoder.is_lossy()) {
        (true, ..) => 12,
        (_, true, true) => 11,
        (_, true, false) => 6,
        (_, false, true) => 5,
        (_, false, false) => 8,
    };
    if width * height > most / each {
        return Err(Unreadable::TooLarge);
    }
    decoder.set_memory_limit(most);
    let mut pixels = vec![0; width * height * channels];
    decoder.read_image(&mut pixels).map_err(damaged)?;
    shrunk(&pixels, channels, width, height)
}

fn shrunk(pixels: &[u8], channels: usize, width: usize, height: usize) -> Result<Picture, Unreadable> {
    let mut small = Shrinking::new(width, height)?;
    for row in pixels.chunks_exact(width * channels) {
        small.push(row, channels);
    }
    Ok(small.finish())
}

/// One of grey, grey and alpha, RGB, RGBA.
fn grey(pixel: &[u8]) -> u8 {
    match *pixel {
        [grey] => grey,
        [grey, alpha] => over_white(grey, alpha),
        [red, green, blue] => weigh(red, green, blue),
        [red, green, blue, alpha] => over_white(weigh(red, green, blue), alpha),
        _ => u8::MAX,
    }
}

/// A picture that becomes smaller while its rows come: each pixel the mean of a square.
struct Shrinking {
    width: usize,
    height: usize,
    /// Pixels on a side of the square.
    square: usize,
    /// Of the squares of this row.
    sums: Vec<usize>,
    rows: usize,
    luma: Vec<u8>,
}

impl Shrinking {
    fn new(width: usize, height: usize) -> Result<Self, Unreadable> {
        if width == 0 || height == 0 {
            return Err(Unreadable::Damaged);
        }
        if width.max(height) > MAX_SIDE {
            return Err(Unreadable::TooLarge);
        }
        let square = 1 << halvings(width, height);
        let sums = vec![0; width / square];
        let luma = Vec::with_capacity(sums.len() * (height / square));
        Ok(Self { width, height, square, sums, rows: 0, luma })
    }

    fn push(&mut self, row: &[u8], channels: usize) {
        let squares = row.chunks_exact(self.square * channels);
        for (sum, pixels) in self.sums.iter_mut().zip(squares) {
            *sum += pixels.chunks_exact(channels).map(|pixel| usize::from(grey(pixel))).sum::<usize>();
        }
        self.rows += 1;
        if self.rows.is_multiple_of(self.square) {
            let area = self.square * self.square;
            self.luma.extend(self.sums.iter_mut().map(|sum| (core::mem::take(sum) / area) as u8));
        }
    }

    /// What did not come stays white.
    fn finish(mut self) -> Picture {
        let (width, height) = (self.width / self.square, self.height / self.square);
        self.luma.resize(width * height, u8::MAX);
        Picture { grey: Grey { luma: self.luma, width, height }, pixels: self.width * self.height }
    }
}

#[cfg(test)]
mod tests {
    use image::codecs::jpeg::JpegEncoder;
    use image::{DynamicImage, ImageFormat, Luma};
    use png::{BitDepth, ColorType};

    use super::*;
    use crate::import::read::zip::crc32;
    use crate::import::testing::damage;
    use crate::qr::{matrix, read_codes};

    const TEXT: &str = "otpauth://totp/A:a?secret=JBSWY3DPEHPK3PXP&issuer=A";

    /// Whether a place of a picture of the code is dark, with `scale` pixels a module.
    fn code(scale: usize) -> (usize, impl Fn(usize, usize) -> bool) {
        let code = matrix(TEXT).unwrap();
        let side = (code.len() + 8) * scale;
        let module = move |at: usize| (at / scale).checked_sub(4);
        let dark = move |x, y| {
            let place = module(x).zip(module(y));
            place.and_then(|(x, y)| code.get(y)?.get(x).copied()).unwrap_or(false)
        };
        (side, dark)
    }

    fn texts(bytes: &[u8]) -> Result<Vec<String>, Unreadable> {
        read(bytes).map(|picture| read_codes(&picture.grey.luma, picture.grey.width, picture.grey.height))
    }

    /// With values of so many bits, a row after the other.
    fn packed(row: impl Iterator<Item = u8>, bits: u32) -> Vec<u8> {
        let row: Vec<u8> = row.collect();
        row.chunks(8 / bits as usize)
            .map(|byte| (0..).zip(byte).fold(0, |all, (at, value)| all | value << (8 - bits * (at + 1))))
            .collect()
    }

    #[test]
    fn every_kind_of_png() {
        use BitDepth::{Eight, Four, One, Sixteen, Two};
        use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
        let (side, dark) = code(3);
        for (colours, depth) in [
            (Grayscale, One),
            (Grayscale, Two),
            (Grayscale, Four),
            (Grayscale, Eight),
            (Grayscale, Sixteen),
            (GrayscaleAlpha, Eight),
            (GrayscaleAlpha, Sixteen),
            (Indexed, One),
            (Indexed, Eight),
            (Rgb, Eight),
            (Rgb, Sixteen),
            (Rgba, Eight),
            (Rgba, Sixteen),
        ] {
            let bits = depth as u32;
            let light = if colours == Indexed { 1 } else { ((1_u32 << bits.min(8)) - 1) as u8 };
            // Dark on transparent is dark on paper.
            let samples = |x, y| match (colours, dark(x, y)) {
                (GrayscaleAlpha | Rgba, dark) => {
                    [&vec![0; colours.samples() - 1][..], &[if dark { u8::MAX } else { 0 }]].concat()
                }
                (_, true) => vec![0; colours.samples()],
                (_, false) => vec![light; colours.samples()],
            };
            let rows = (0..side).flat_map(|y| {
                let row = (0..side).flat_map(|x| samples(x, y));
                match bits {
                    16 => row.flat_map(|value| [value; 2]).collect(),
                    _ => packed(row, bits),
                }
            });
            let rows: Vec<u8> = rows.collect();
            let mut bytes = Vec::new();
            let mut encoder = png::Encoder::new(&mut bytes, side as u32, side as u32);
            encoder.set_color(colours);
            encoder.set_depth(depth);
            if colours == Indexed {
                encoder.set_palette([0, 0, 40, 250, 255, 250].as_slice());
            }
            encoder.write_header().unwrap().write_image_data(&rows).unwrap();
            assert_eq!(texts(&bytes), Ok(vec![TEXT.to_owned()]), "{colours:?} {depth:?}");
        }
    }

    #[test]
    fn a_png_in_passes() {
        // Adam7: the first column and row of each pass, and how far it is to the next.
        const PASSES: [[usize; 4]; 7] = [
            [0, 0, 8, 8],
            [4, 0, 8, 8],
            [0, 4, 4, 8],
            [2, 0, 4, 4],
            [0, 2, 2, 4],
            [1, 0, 2, 2],
            [0, 1, 1, 2],
        ];
        let (side, dark) = code(3);
        let mut rows = Vec::new();
        for [left, top, right, down] in PASSES {
            for y in (top..side).step_by(down) {
                rows.push(0);
                rows.extend((left..side).step_by(right).map(|x| if dark(x, y) { 0 } else { 255 }));
            }
        }
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&rows, 6);
        let side = (side as u32).to_be_bytes();
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        let header = [&side[..], &side, &[8, 0, 0, 0, 1]].concat();
        for (name, data) in [(b"IHDR", &header[..]), (b"IDAT", &packed), (b"IEND", b"")] {
            let chunk = [&name[..], data].concat();
            bytes.extend((data.len() as u32).to_be_bytes());
            bytes.extend(&chunk);
            bytes.extend(crc32(&chunk).to_be_bytes());
        }
        assert_eq!(texts(&bytes), Ok(vec![TEXT.to_owned()]));
    }

    #[test]
    fn a_large_photograph_is_made_smaller_and_one_cut_off_is_read_as_far_as_it_goes() {
        let (side, dark) = code(40);
        let page = image::GrayImage::from_fn(6000, 5000, |x, y| {
            let (x, y) = (x as usize, y as usize);
            Luma([if x < side && y < side && dark(x, y) { 30 } else { 220 }])
        });
        let mut bytes = Vec::new();
        JpegEncoder::new(&mut bytes).encode_image(&DynamicImage::from(page).to_rgb8()).unwrap();
        let picture = read(&bytes).unwrap();
        assert_eq!((picture.grey.width, picture.grey.height, picture.pixels), (3000, 2500, 30_000_000));
        assert_eq!(texts(&bytes), Ok(vec![TEXT.to_owned()]));
        bytes.truncate(bytes.len() * 9 / 10);
        assert_eq!(texts(&bytes), Ok(vec![TEXT.to_owned()]));
    }

    #[test]
    fn damage_never_panics() {
        let (side, dark) = code(1);
        let picture = DynamicImage::from(image::GrayImage::from_fn(side as u32, side as u32, |x, y| {
            Luma([if dark(x as usize, y as usize) { 0 } else { 255 }])
        }));
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let mut bytes = Cursor::new(Vec::new());
            DynamicImage::from(picture.to_rgb8()).write_to(&mut bytes, format).unwrap();
            let bytes = bytes.into_inner();
            assert!(read(&bytes).is_ok(), "{format:?}");
            damage(&bytes[..bytes.len().min(300)], |bytes| drop(read(bytes)));
            assert!(matches!(read(&bytes[..20]), Err(Unreadable::Damaged)), "{format:?}");
        }
    }
}
