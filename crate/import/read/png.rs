//! Grey values out of a PNG picture: what QR codes in exported pages need, so that they are read where no platform
//! decodes pictures. No interlacing and no 16-bit channels: no app writes its codes that way.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// Sides of a picture in a page. Apps draw their codes with 200 to 600 pixels.
const MAX_SIDE: usize = 1024;
/// Pixels of the largest.
pub const MAX_PIXELS: usize = MAX_SIDE * MAX_SIDE;

/// A picture's grey values, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    /// From black to white.
    pub luma: Vec<u8>,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// Reads a picture; `None` when it is none, damaged, or of a kind that no app uses.
pub fn read(bytes: &[u8]) -> Option<Grey> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let (mut header, mut palette, mut packed) = (None, &[][..], Vec::new());
    while let Some((length, after)) = rest.split_first_chunk() {
        let (name, after) = after.split_first_chunk::<4>()?;
        let (data, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        match name {
            b"IHDR" => header = Some(Header::read(data)?),
            b"PLTE" => palette = data,
            b"IDAT" => packed.extend_from_slice(data),
            b"IEND" => break,
            _ => {}
        }
        // The checksum: zlib has one of its own.
        rest = after.get(4..)?;
    }
    let header = header?;
    let rows = decompress_to_vec_zlib_with_limit(&packed, header.packed_len()).ok()?;
    header.grey(&header.unfilter(&rows)?, palette)
}

/// The first chunk.
#[derive(Clone, Copy)]
struct Header {
    width: usize,
    height: usize,
    /// Bits in a channel.
    depth: usize,
    colours: Colours,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Colours {
    Grey,
    Rgb,
    Palette,
    GreyAlpha,
    Rgba,
}

impl Header {
    fn read(data: &[u8]) -> Option<Self> {
        let (width, rest) = data.split_first_chunk()?;
        let (height, rest) = rest.split_first_chunk()?;
        let side = |bytes| {
            let side = usize::try_from(u32::from_be_bytes(bytes)).ok()?;
            (1..=MAX_SIDE).contains(&side).then_some(side)
        };
        let (depth, colours) = match rest {
            [depth @ (1 | 2 | 4 | 8), 0, 0, 0, 0] => (*depth, Colours::Grey),
            [8, 2, 0, 0, 0] => (8, Colours::Rgb),
            [depth @ (1 | 2 | 4 | 8), 3, 0, 0, 0] => (*depth, Colours::Palette),
            [8, 4, 0, 0, 0] => (8, Colours::GreyAlpha),
            [8, 6, 0, 0, 0] => (8, Colours::Rgba),
            _ => return None,
        };
        Some(Self { width: side(*width)?, height: side(*height)?, depth: depth.into(), colours })
    }

    fn channels(self) -> usize {
        match self.colours {
            Colours::Grey | Colours::Palette => 1,
            Colours::GreyAlpha => 2,
            Colours::Rgb => 3,
            Colours::Rgba => 4,
        }
    }

    /// Bytes in a row, without the one that names its filter.
    fn row_len(self) -> usize {
        (self.width * self.channels() * self.depth).div_ceil(8)
    }

    fn packed_len(self) -> usize {
        (self.row_len() + 1) * self.height
    }

    /// RFC 2083 section 6: each byte is what is left after a guess from its neighbours.
    fn unfilter(self, rows: &[u8]) -> Option<Vec<u8>> {
        let pixel = (self.channels() * self.depth).div_ceil(8);
        let mut out: Vec<u8> = Vec::with_capacity(rows.len());
        for row in rows.chunks_exact(self.row_len() + 1).take(self.height) {
            let (filter, row) = row.split_first()?;
            let start = out.len();
            for (at, byte) in row.iter().enumerate() {
                // Left, above, and left of above; 0 outside.
                let left = if at < pixel { 0 } else { *out.get(start + at - pixel)? };
                let above = |back: usize| {
                    start.checked_sub(self.row_len()).and_then(|start| out.get(start + at - back)).copied()
                };
                let up = above(0).unwrap_or(0);
                let corner = if at < pixel { 0 } else { above(pixel).unwrap_or(0) };
                let guess = match filter {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).ok()?,
                    4 => paeth(left, up, corner),
                    _ => return None,
                };
                out.push(byte.wrapping_add(guess));
            }
        }
        (out.len() == self.row_len() * self.height).then_some(out)
    }

    fn grey(self, rows: &[u8], palette: &[u8]) -> Option<Grey> {
        let mut luma = Vec::with_capacity(self.width * self.height);
        for row in rows.chunks_exact(self.row_len()) {
            for x in 0..self.width {
                luma.push(self.pixel(row, x, palette)?);
            }
        }
        Some(Grey { luma, width: self.width, height: self.height })
    }

    fn pixel(self, row: &[u8], x: usize, palette: &[u8]) -> Option<u8> {
        let channels = self.channels();
        let at = |channel: usize| row.get(x * channels + channel).copied();
        match self.colours {
            Colours::Rgb => Some(weigh(at(0)?, at(1)?, at(2)?)),
            Colours::Rgba => Some(over_white(weigh(at(0)?, at(1)?, at(2)?), at(3)?)),
            Colours::GreyAlpha => Some(over_white(at(0)?, at(1)?)),
            Colours::Grey | Colours::Palette => {
                // Pixels of less than a byte begin at its high end.
                let bit = x * self.depth;
                let most = u8::try_from((1_u16 << self.depth) - 1).ok()?;
                let value = (row.get(bit / 8)? >> (8 - self.depth - bit % 8)) & most;
                if self.colours == Colours::Grey {
                    return Some(value * (255 / most));
                }
                match palette.get(usize::from(value) * 3..)? {
                    [red, green, blue, ..] => Some(weigh(*red, *green, *blue)),
                    _ => None,
                }
            }
        }
    }
}

/// The neighbour that is nearest to left + up - corner.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |byte: u8| (guess - i16::from(byte)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}

/// ITU-R BT.601, in 256ths.
pub fn weigh(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    (sum >> 8).to_le_bytes()[0]
}

/// What shines through is white paper.
pub fn over_white(grey: u8, alpha: u8) -> u8 {
    let shown = u32::from(grey) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
    (shown / 255).to_le_bytes()[0]
}

#[cfg(test)]
pub(crate) mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;
    use crate::import::read::zip::crc32;
    use crate::import::testing::damage;

    fn picture(width: u32, height: u32, depth: u8, colours: u8, palette: &[u8], rows: &[u8]) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colours, 0, 0, 0]].concat();
        let packed = compress_to_vec_zlib(rows, 6);
        let chunks: [(&[u8; 4], &[u8]); 5] =
            [(b"IHDR", &header), (b"tEXt", b"x"), (b"PLTE", palette), (b"IDAT", &packed), (b"IEND", b"")];
        for (name, data) in chunks {
            out.extend((data.len() as u32).to_be_bytes());
            let body = [&name[..], data].concat();
            out.extend(&body);
            out.extend(crc32(&body).to_be_bytes());
        }
        out
    }

    /// A QR code of `text` as an app draws it, four pixels a module.
    pub(crate) fn code(text: &str) -> Vec<u8> {
        let modules = crate::qr::matrix(text).unwrap();
        let side = (modules.len() + 8) * 4;
        let mut rows = Vec::new();
        for y in 0..side {
            rows.push(0);
            for x in 0..side {
                let module = |n: usize| (n / 4).checked_sub(4);
                let dark = module(y)
                    .zip(module(x))
                    .and_then(|(y, x)| modules.get(y)?.get(x))
                    .copied()
                    .unwrap_or_default();
                rows.extend(if dark { [0, 0, 0, 255] } else { [255; 4] });
            }
        }
        picture(side as u32, side as u32, 8, 6, b"", &rows)
    }

    #[test]
    fn every_kind_gives_its_grey() {
        let luma = |picture: Vec<u8>| read(&picture).unwrap().luma;
        assert_eq!(luma(picture(3, 1, 1, 0, b"", &[0, 0b1010_0000])), [255, 0, 255]);
        assert_eq!(luma(picture(2, 1, 4, 0, b"", &[0, 0x0f])), [0, 255]);
        assert_eq!(luma(picture(2, 1, 2, 3, &[0, 0, 0, 255, 255, 255], &[0, 0b0100_0000])), [255, 0]);
        assert_eq!(luma(picture(1, 1, 8, 2, b"", &[0, 255, 255, 255])), [255]);
        assert_eq!(luma(picture(2, 1, 8, 4, b"", &[0, 9, 255, 9, 0])), [9, 255]);
        assert_eq!(luma(picture(1, 1, 8, 6, b"", &[0, 0, 0, 0, 255])), [0]);
    }

    #[test]
    fn every_filter_is_undone() {
        // Rows of 10, 20, 30 each, as the five filters leave them.
        let rows = [[0, 10, 20, 30], [1, 10, 10, 10], [2, 0, 0, 0], [3, 5, 5, 5], [4, 0, 0, 0]];
        let got = read(&picture(3, 5, 8, 0, b"", rows.as_flattened())).unwrap();
        assert_eq!(got.luma, [10, 20, 30].repeat(5));
    }

    #[test]
    fn what_no_app_writes_is_refused() {
        assert_eq!(read(&picture(1, 1, 16, 0, b"", &[0, 1, 2])), None);
        assert_eq!(read(&picture(2000, 1, 8, 0, b"", &[0; 2001])), None);
        assert_eq!(read(&picture(0, 1, 8, 0, b"", &[0])), None);
        assert_eq!(read(&picture(2, 2, 8, 0, b"", &[0, 1, 2])), None);
        assert_eq!(read(&picture(1, 1, 8, 3, b"", &[0, 7])), None);
        assert_eq!(read(&picture(1, 1, 8, 0, b"", &[5, 7])), None);
        assert_eq!(read(b"GIF89a"), None);
    }

    #[test]
    fn damage_never_panics() {
        let rows = [0; 33 * 32];
        damage(&picture(32, 32, 8, 0, b"", &rows), |bytes| drop(read(bytes)));
        damage(&code("otpauth://totp/x?secret=MEME"), |bytes| drop(read(bytes)));
    }
}
