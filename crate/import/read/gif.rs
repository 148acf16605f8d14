//! Grey values out of the first picture of a GIF, for the same pages and reasons as [`super::png`].

use super::png::{Grey, MAX_SIDE, weigh};

/// What a colour that is transparent, or outside of the picture, is drawn on.
const PAPER: u8 = 255;
/// The longest code of the packing.
const MAX_BITS: u32 = 12;
const MAX_CODES: usize = 1 << MAX_BITS;

/// Reads a picture; `None` when it is none, damaged, or larger than any app's code.
pub fn read(bytes: &[u8]) -> Option<Grey> {
    let rest = bytes.strip_prefix(b"GIF87a").or_else(|| bytes.strip_prefix(b"GIF89a"))?;
    let (&[w0, w1, h0, h1, flags, _, _], rest) = rest.split_first_chunk()?;
    let (width, height) = (side(w0, w1)?, side(h0, h1)?);
    let (global, mut rest) = palette(flags, rest)?;
    let mut clear = None;
    loop {
        let (kind, after) = rest.split_first()?;
        match kind {
            b'!' => {
                let (label, after) = after.split_first()?;
                // A graphic control says which colour is none.
                if let (0xf9, [4, flags, _, _, index, ..]) = (label, after) {
                    clear = (flags & 1 != 0).then_some(*index);
                }
                rest = blocks(after, |_| ())?;
            }
            b',' => {
                let (&[x0, x1, y0, y1, w0, w1, h0, h1, flags], after) = after.split_first_chunk()?;
                let (x, y) = (u16::from_le_bytes([x0, x1]).into(), u16::from_le_bytes([y0, y1]).into());
                let frame = Frame {
                    x,
                    y,
                    width: side(w0, w1)?,
                    height: side(h0, h1)?,
                    interlaced: flags & 0x40 != 0,
                };
                let (own, after) = palette(flags, after)?;
                let (bits, after) = after.split_first()?;
                let mut packed = Vec::new();
                blocks(after, |part| packed.extend_from_slice(part))?;
                let pixels = unpack(&packed, (*bits).into(), frame.width * frame.height)?;
                let colours = if own.is_empty() { global } else { own };
                return frame.draw(&pixels, |index| shade(colours, index, clear), (width, height));
            }
            _ => return None,
        }
    }
}

/// One picture, somewhere on the whole.
struct Frame {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    interlaced: bool,
}

impl Frame {
    fn draw(
        &self,
        pixels: &[u8],
        shade: impl Fn(u8) -> Option<u8>,
        (width, height): (usize, usize),
    ) -> Option<Grey> {
        let mut luma = vec![PAPER; width * height];
        let rows = pixels.chunks_exact(self.width).zip(self.order());
        for (row, y) in rows {
            let start = (self.y + y) * width + self.x;
            let end = start + self.width;
            if self.x + self.width > width {
                return None;
            }
            for (out, index) in luma.get_mut(start..end)?.iter_mut().zip(row) {
                *out = shade(*index)?;
            }
        }
        Some(Grey { luma, width, height })
    }

    /// The rows as they are written: one after the other, or each eighth and then what is between.
    fn order(&self) -> impl Iterator<Item = usize> {
        let passes: &[(usize, usize)] =
            if self.interlaced { &[(0, 8), (4, 8), (2, 4), (1, 2)] } else { &[(0, 1)] };
        let height = self.height;
        passes.iter().flat_map(move |(first, step)| (*first..height).step_by(*step))
    }
}

fn side(low: u8, high: u8) -> Option<usize> {
    let side = usize::from(u16::from_le_bytes([low, high]));
    (1..=MAX_SIDE).contains(&side).then_some(side)
}

/// The colours that `flags` announce, and what follows.
fn palette(flags: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = if flags & 0x80 == 0 { 0 } else { 3 * (2 << (flags & 7)) };
    bytes.split_at_checked(length)
}

fn shade(colours: &[u8], index: u8, clear: Option<u8>) -> Option<u8> {
    if clear == Some(index) {
        return Some(PAPER);
    }
    match colours.get(usize::from(index) * 3..)? {
        [red, green, blue, ..] => Some(weigh(*red, *green, *blue)),
        _ => None,
    }
}

/// Hands over blocks up to the empty one, and gives what follows.
fn blocks<'b>(mut rest: &'b [u8], mut each: impl FnMut(&'b [u8])) -> Option<&'b [u8]> {
    loop {
        let (length, after) = rest.split_first()?;
        let (block, after) = after.split_at_checked((*length).into())?;
        if block.is_empty() {
            return Some(after);
        }
        each(block);
        rest = after;
    }
}

/// The variable-length-code LZW of GIF: `count` values, of which each is less than two to the power of `bits`.
fn unpack(packed: &[u8], bits: u32, count: usize) -> Option<Vec<u8>> {
    if !(2..=8).contains(&bits) {
        return None;
    }
    let (reset, end) = (1_usize << bits, (1_usize << bits) + 1);
    let mut out = Vec::with_capacity(count);
    // A code is a piece of what is out already: where it begins, and its length. The first ones are single values.
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    let (mut buffer, mut filled, mut width) = (0_u32, 0, bits + 1);
    let mut bytes = packed.iter();
    while out.len() < count {
        while filled < width {
            buffer |= u32::from(*bytes.next()?) << filled;
            filled += 8;
        }
        let code = usize::try_from(buffer & ((1 << width) - 1)).ok()?;
        (buffer, filled) = (buffer >> width, filled - width);
        if code == reset {
            pieces.clear();
            (last, width) = (None, bits + 1);
            continue;
        }
        if code == end {
            return None;
        }
        let start = out.len();
        // What the last one was, with the first value of this one behind it, is a new one. This one may be it.
        if let Some((at, length)) = last.filter(|_| end + 1 + pieces.len() < MAX_CODES) {
            pieces.push((at, length + 1));
        }
        let length = if code < reset {
            out.push(u8::try_from(code).ok()?);
            1
        } else {
            let (at, length) = *pieces.get(code - end - 1)?;
            for from in at..at + length {
                out.push(*out.get(from)?);
            }
            length
        };
        last = Some((start, length));
        if end + 1 + pieces.len() == 1 << width && width < MAX_BITS {
            width += 1;
        }
    }
    out.truncate(count);
    Some(out)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::import::testing::damage;
    use crate::qr::matrix;

    /// As small programs write it: a reset before the table can grow, so that each code is a value.
    fn flat(values: &[u8]) -> Vec<u8> {
        let (mut packed, mut buffer, mut filled) = (Vec::new(), 0_u32, 0);
        let mut put = |code: u32| {
            buffer |= code << filled;
            filled += 3;
            while filled >= 8 {
                packed.push(buffer as u8);
                (buffer, filled) = (buffer >> 8, filled - 8);
            }
        };
        for pair in values.chunks(2) {
            put(4);
            pair.iter().for_each(|value| put((*value).into()));
        }
        put(5);
        put(0);
        put(0);
        packed
    }

    fn file(side: u16, flags: u8, packed: &[u8]) -> Vec<u8> {
        let side = side.to_le_bytes();
        let mut out = b"GIF89a".to_vec();
        out.extend([side, side].concat());
        out.extend([0x80, 0, 0, 255, 255, 255, 0, 0, 0]);
        out.extend(b"!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00");
        out.extend([side, side].concat());
        out.extend([flags, 2]);
        for part in packed.chunks(255) {
            out.push(part.len() as u8);
            out.extend(part);
        }
        out.extend(b"\x00;");
        out
    }

    /// A QR code, three pixels a module.
    pub(crate) fn code(text: &str) -> Vec<u8> {
        let modules = matrix(text).unwrap();
        let side = (modules.len() + 8) * 3;
        let dark = |at: usize| {
            let (x, y) = ((at % side / 3).checked_sub(4)?, (at / side / 3).checked_sub(4)?);
            modules.get(y)?.get(x).copied()
        };
        let values: Vec<u8> = (0..side * side).map(|at| dark(at).unwrap_or(false).into()).collect();
        file(side as u16, 0, &flat(&values))
    }

    #[test]
    fn rows_may_be_written_in_four_passes() {
        let rows = [0, 0, 0, 0, 0, 0, 0, 1_u8];
        let values: Vec<u8> = rows.iter().flat_map(|row| [*row; 8]).collect();
        let dark_rows = |flags| {
            let grey = read(&file(8, flags, &flat(&values))).unwrap();
            grey.luma.chunks(8).enumerate().filter(|(_, row)| row[0] == 0).map(|(y, _)| y).collect::<Vec<_>>()
        };
        assert_eq!((dark_rows(0), dark_rows(0x40)), (vec![7], vec![7]));
        let values: Vec<u8> = [0, 1, 0, 0, 0, 0, 0, 0].iter().flat_map(|row| [*row; 8]).collect();
        assert_eq!(read(&file(8, 0x40, &flat(&values))).unwrap().luma[32..40], [0; 8]);
    }

    /// The packing as a whole is held against a writer of another's.
    #[test]
    fn what_others_pack_is_unpacked() {
        for side in [1_u32, 7, 64, 300] {
            let grey = image::GrayImage::from_fn(side, side, |x, y| {
                image::Luma([((x * x / 3 + y * 7 + x * y) % 256) as u8])
            });
            let mut out = std::io::Cursor::new(Vec::new());
            image::DynamicImage::from(grey.clone())
                .to_rgba8()
                .write_to(&mut out, image::ImageFormat::Gif)
                .unwrap();
            let got = read(&out.into_inner()).unwrap();
            assert_eq!((got.width, got.height), (side as usize, side as usize));
            let far = got.luma.iter().zip(grey.as_raw()).filter(|(a, b)| a.abs_diff(**b) > 4).count();
            assert_eq!(far, 0, "{side}");
        }
    }

    #[test]
    fn sizes_are_bounded_and_damage_never_panics() {
        let bytes = code("x");
        assert!(read(&bytes).is_some());
        let mut wide = bytes.clone();
        wide[6..8].copy_from_slice(&5000_u16.to_le_bytes());
        assert_eq!(read(&wide), None);
        damage(&bytes, |bytes| drop(read(bytes)));
    }
}
