//! Pictures, and well-formed QR codes with any content: a page may show either. The first byte chooses which.

use qrcodegen::{QrCode, QrCodeEcc, Version};
use sparekey::qr::{matrix, read_codes};

/// Pixels of a module.
const MODULE: usize = 3;
/// Modules of the white border.
const BORDER: usize = 4;

pub fn seeds() -> Vec<Vec<u8>> {
    let picture = draw(&matrix("otpauth://totp/a?secret=GEZDGNBV").unwrap());
    let picture = [&[0, picture.1 as u8][..], &picture.0].concat();
    // Bytes; letters and digits; ECI; FNC1; kanji; structured append.
    let contents: [&[u8]; 6] = [
        b"\x40\x54\x86\x56\xc6\xc6\xf0\0",
        b"\x20\x5b\x0b\x78\xd1\x72\xdc\x4d\x43\x40",
        b"\x71\xa4\x05\x48\x65\x6c\x6c\x6f\0",
        b"\x55\x90\x80\x1d\xc0\xec\x11\xec\x11\xec",
        b"\x80\x26\xcf\xea\xa8\0",
        b"\x30\x10\x04\x05\x48\x65\x6c\x6c\x6f\0",
    ];
    let mut seeds: Vec<Vec<u8>> = contents.iter().map(|content| [&[1, 1], *content].concat()).collect();
    seeds.push(picture);
    seeds
}

pub fn run(bytes: &[u8]) {
    let [kind, number, rest @ ..] = bytes else { return };
    if kind % 2 == 0 {
        let width = usize::from(*number).max(1);
        let height = rest.len() / width;
        let _ = read_codes(&rest[..width * height], width, height);
        return;
    }
    // A code of version 1 to 10 whose data is exactly these bytes, however long they are.
    let version = Version::new(number % 10 + 1);
    let room = room(version);
    let data: Vec<u8> = rest.iter().copied().chain([0xec, 0x11].into_iter().cycle()).take(room).collect();
    let code = QrCode::encode_codewords(version, QrCodeEcc::Low, &data, None);
    let side = code.size();
    let modules: Vec<Vec<bool>> =
        (0..side).map(|y| (0..side).map(|x| code.get_module(x, y)).collect()).collect();
    let (pixels, width) = draw(&modules);
    let _ = read_codes(&pixels, width, width);
}

/// Data codewords of versions 1 to 10 at level L (ISO 18004, table 7).
fn room(version: Version) -> usize {
    [19, 34, 55, 80, 108, 136, 156, 194, 232, 274][usize::from(version.value()) - 1]
}

fn draw(modules: &[Vec<bool>]) -> (Vec<u8>, usize) {
    let width = (modules.len() + 2 * BORDER) * MODULE;
    let dark = |at: usize| {
        let module = |at: usize| (at / MODULE).checked_sub(BORDER);
        let (x, y) = (module(at % width)?, module(at / width)?);
        modules.get(y)?.get(x).copied()
    };
    let pixels = (0..width * width).map(|at| if dark(at).unwrap_or(false) { 0 } else { 255 });
    (pixels.collect(), width)
}
