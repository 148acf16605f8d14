//! Grey values out of the first picture of a GIF, for the same pages and reasons as [`super::png`].

use core::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, MemoryLimit};

use super::png::{Grey, weigh};

/// What a colour that is transparent, or outside of the picture, is drawn on.
const PAPER: u8 = 255;

/// Reads a picture; `None` when it is none, damaged, or has more pixels than `most`. Each takes five bytes.
pub fn read(bytes: &[u8], most: usize) -> Option<Grey> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(NonZeroU64::new(most as u64 * 4)?));
    // A frame that reaches out of the picture is damage.
    options.check_frame_consistency(true);
    let mut decoder = options.read_info(bytes).ok()?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    if !(1..=most).contains(&(width * height)) {
        return None;
    }
    let frame = decoder.read_next_frame().ok()??;
    let (left, top, frame_width) = (frame.left.into(), usize::from(frame.top), usize::from(frame.width));
    if frame_width == 0 {
        return None;
    }
    let mut luma = vec![PAPER; width * height];
    let rows = frame.buffer.chunks_exact(frame_width * 4).zip(luma.chunks_exact_mut(width).skip(top));
    for (from, to) in rows {
        for (pixel, out) in from.chunks_exact(4).zip(to.iter_mut().skip(left)) {
            if let [red, green, blue, 1..=u8::MAX] = *pixel {
                *out = weigh(red, green, blue);
            }
        }
    }
    Some(Grey { luma, width, height })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::import::testing::damage;
    use crate::qr::matrix;

    const MOST: usize = 300 * 300;

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
    fn what_is_transparent_or_outside_the_frame_is_paper() {
        let mut bytes = file(4, 0, &flat(&[1; 16]));
        assert_eq!(read(&bytes, MOST).unwrap().luma, [0; 16]);
        // The graphic control's flag and index: the second colour is none.
        let control = bytes.windows(3).position(|three| three == b"!\xf9\x04").unwrap();
        (bytes[control + 3], bytes[control + 6]) = (1, 1);
        assert_eq!(read(&bytes, MOST).unwrap().luma, [255; 16]);
        // Two by two, one pixel to the right and down.
        let mut part = file(4, 0, &flat(&[1; 4]));
        let frame = part.windows(2).position(|two| two == b"\0,").unwrap() + 2;
        part[frame..frame + 8].copy_from_slice(&[1, 0, 1, 0, 2, 0, 2, 0]);
        let dark: Vec<_> = (0..16).filter(|at| read(&part, MOST).unwrap().luma[*at] == 0).collect();
        assert_eq!(dark, [5, 6, 9, 10]);
    }

    #[test]
    fn rows_may_be_written_in_four_passes() {
        let rows = [0, 0, 0, 0, 0, 0, 0, 1_u8];
        let values: Vec<u8> = rows.iter().flat_map(|row| [*row; 8]).collect();
        let dark_rows = |flags| {
            let grey = read(&file(8, flags, &flat(&values)), MOST).unwrap();
            grey.luma.chunks(8).enumerate().filter(|(_, row)| row[0] == 0).map(|(y, _)| y).collect::<Vec<_>>()
        };
        assert_eq!((dark_rows(0), dark_rows(0x40)), (vec![7], vec![7]));
        let values: Vec<u8> = [0, 1, 0, 0, 0, 0, 0, 0].iter().flat_map(|row| [*row; 8]).collect();
        assert_eq!(read(&file(8, 0x40, &flat(&values)), MOST).unwrap().luma[32..40], [0; 8]);
    }

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
            let got = read(&out.into_inner(), MOST).unwrap();
            assert_eq!((got.width, got.height), (side as usize, side as usize));
            let far = got.luma.iter().zip(grey.as_raw()).filter(|(a, b)| a.abs_diff(**b) > 4).count();
            assert_eq!(far, 0, "{side}");
        }
    }

    #[test]
    fn sizes_are_bounded_and_damage_never_panics() {
        let bytes = code("x");
        assert!(read(&bytes, MOST).is_some());
        let mut wide = bytes.clone();
        wide[6..8].copy_from_slice(&5000_u16.to_le_bytes());
        assert_eq!(read(&wide, MOST), None);
        // The picture is small, and the frame within it is not.
        let at = bytes.iter().position(|byte| *byte == b',').unwrap() + 5;
        let mut wide = bytes.clone();
        wide[at..at + 4].fill(0xff);
        assert_eq!(read(&wide, MOST), None);
        damage(&bytes, |bytes| drop(read(bytes, MOST)));
    }
}
