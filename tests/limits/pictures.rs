//! Pictures that take as much as is let in, and a little more: many pixels packed into few bytes, of every kind that is kept
//! in another way. There is no code in them, so that all of the search for codes runs, too.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};

/// What each is, whether it is to be read, and its bytes.
pub fn greedy() -> Vec<(&'static str, bool, Vec<u8>)> {
    let grey = |width, height| DynamicImage::new_luma8(width, height);
    let webp = |picture: DynamicImage| encode(&picture, ImageFormat::WebP);
    let told = |mut jpeg: Vec<u8>| {
        // What a picture says of itself, at length: XMP in parts.
        let part = [&b"\xff\xe1\xff\xffhttp://ns.adobe.com/xmp/extension/\0"[..], &[b'0'; 65_498]].concat();
        jpeg.splice(2..2, part.repeat(150));
        jpeg
    };
    vec![
        ("png, 400 megapixels", true, encode(&grey(20_000, 20_000), ImageFormat::Png)),
        ("png, wider than any", false, encode(&grey(20_001, 100), ImageFormat::Png)),
        ("png in passes, 45 megapixels", true, png_in_passes(9000, 5000)),
        ("png in passes, 60 megapixels", false, png_in_passes(10_000, 6000)),
        ("gif, 10 megapixels", true, encode(&DynamicImage::new_rgba8(4000, 2500), ImageFormat::Gif)),
        ("gif, 20 megapixels", false, gif(5000, 4000)),
        ("webp, 7 megapixels", true, webp(DynamicImage::new_rgb8(3500, 2000))),
        ("webp, 9 megapixels", false, webp(DynamicImage::new_rgb8(3000, 3000))),
        ("webp with alpha, 10 megapixels", true, webp(DynamicImage::new_rgba8(4000, 2500))),
        ("webp with alpha, 12 megapixels", false, webp(DynamicImage::new_rgba8(4000, 3000))),
        ("webp that moves", true, webp_that_moves(2000, 2500)),
        ("webp that moves, large", false, webp_that_moves(3000, 2000)),
        ("jpeg, 55 megapixels", true, jpeg(10_000, 5500, 0xc0, 3)),
        ("jpeg, 70 megapixels", false, jpeg(10_000, 7000, 0xc0, 3)),
        ("jpeg, 12 megapixels in scans", true, jpeg(4000, 3000, 0xc2, 3)),
        ("jpeg, 20 megapixels in scans", false, jpeg(5000, 4000, 0xc2, 3)),
        ("jpeg, 12 megapixels in parts", true, jpeg(4000, 3000, 0xc0, 1)),
        ("jpeg, 20 megapixels in parts", false, jpeg(5000, 4000, 0xc0, 1)),
        ("jpeg, 40 megapixels with much said", true, told(jpeg(8000, 5000, 0xc0, 3))),
        ("jpeg, 55 megapixels with much said", false, told(jpeg(10_000, 5500, 0xc0, 3))),
    ]
}

fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Adam7, all black: nothing but zeros.
fn png_in_passes(width: usize, height: usize) -> Vec<u8> {
    let passes =
        [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)];
    let pixels = |side: usize, (first, step): (usize, usize)| (side - first).div_ceil(step);
    let rows = passes.map(|(x, xs, y, ys)| (pixels(width, (x, xs)) + 1) * pixels(height, (y, ys)));
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; rows.iter().sum()], 6);
    let sides = [width, height].map(|side| (side as u32).to_be_bytes()).concat();
    let header = [&sides[..], &[8, 0, 0, 0, 1]].concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", &header[..]), (b"IDAT", &packed), (b"IEND", b"")] {
        let chunk = [&name[..], data].concat();
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(&chunk);
        out.extend(crc32(&chunk).to_be_bytes());
    }
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

/// A small picture that says it is large.
fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = encode(&DynamicImage::new_rgba8(8, 8), ImageFormat::Gif);
    let frame = bytes.iter().rposition(|byte| *byte == b',').unwrap() + 5;
    for at in [6, frame] {
        bytes[at..at + 4].copy_from_slice(&[width.to_le_bytes(), height.to_le_bytes()].concat());
    }
    bytes
}

/// One frame on a canvas.
fn webp_that_moves(width: u32, height: u32) -> Vec<u8> {
    let still = encode(&DynamicImage::new_rgba8(width, height), ImageFormat::WebP);
    let three = |n: u32| n.to_le_bytes()[..3].to_vec();
    let sides = [three(width - 1), three(height - 1)].concat();
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = (data.len() as u32).to_le_bytes();
        [&name[..], &length, data, &[0][..data.len() % 2]].concat()
    };
    let frame = [&[0; 6][..], &sides, &three(100), &[0], &still[12..]].concat();
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[&[0x12, 0, 0, 0][..], &sides].concat()),
        chunk(b"ANIM", &[0; 6]),
        chunk(b"ANMF", &frame),
    ];
    chunk(b"RIFF", &body.concat())
}

/// Grey all over: each block is one bit, a zero. Brightness is sampled twice as finely, as telephones do; its first scan
/// has so many of its three components.
fn jpeg(width: u16, height: u16, frame: u8, in_scan: u8) -> Vec<u8> {
    let segment = |marker: u8, data: &[u8]| {
        let length = (data.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker][..], &length, data].concat()
    };
    let sides = [height.to_be_bytes(), width.to_be_bytes()].concat();
    let components = [1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0];
    // One code, of one bit, for "nothing follows".
    let table = |class: u8| [&[class, 1][..], &[0; 15], &[0]].concat();
    let scan: Vec<u8> = (1..=in_scan).flat_map(|id| [id, 0]).collect();
    let last = if frame == 0xc2 { 0 } else { 63 };
    // A bit for what comes first in a block, one for the rest.
    let blocks =
        usize::from(width).div_ceil(16) * usize::from(height).div_ceil(16) * if in_scan == 3 { 6 } else { 4 };
    let bits = if frame == 0xc2 { blocks } else { blocks * 2 };
    [
        vec![0xff, 0xd8],
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(frame, &[&[8][..], &sides, &[3], &components].concat()),
        segment(0xc4, &[table(0), table(0x10)].concat()),
        segment(0xda, &[&[in_scan][..], &scan, &[0, last, 0]].concat()),
        vec![0; bits.div_ceil(8)],
        vec![0xff, 0xd9],
    ]
    .concat()
}
