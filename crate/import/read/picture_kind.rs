//! Kinds of pictures that nothing here decodes, by how they begin: what is said of one is what to save it as.

/// How BMP's second header begins: its own size.
const BITMAPS: [u8; 7] = [12, 40, 52, 56, 64, 108, 124];
/// What AVIF and HEIF call themselves.
const BRANDS: [&[u8]; 10] =
    [b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];
/// TIFF, JPEG 2000 and JPEG XL. A bare stream of the last begins with two bytes alone, as one sealed file in 65,536 does.
const STARTS: [&[u8]; 5] =
    [b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51", b"\0\0\0\x0cJXL \r\n\x87\n"];

/// Whether bytes are a picture in a format that is none of PNG, JPEG, GIF and WebP.
pub fn is_another(bytes: &[u8]) -> bool {
    let at = |place: usize| bytes.get(place).copied().unwrap_or(0xff);
    match bytes {
        [b'B', b'M', ..] => BITMAPS.contains(&at(14)) && bytes.get(15..18) == Some(&[0; 3]),
        // An icon: how many pictures, and of the first a byte that is always zero.
        [0, 0, 1 | 2, 0, count, 0, ..] => *count > 0 && at(9) == 0,
        // PBM, PGM, PPM.
        [b'P', b'1'..=b'6', b'\n' | b' ' | b'\t' | b'\r', b'#' | b'0'..=b'9', ..] => true,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            BRANDS.iter().any(|known| brand.starts_with(known))
        }
        _ => STARTS.iter().any(|start| bytes.starts_with(start)) || bytes.ends_with(b"TRUEVISION-XFILE.\0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_every_other_kind_are_known() {
        let bitmap = [b"BM\x10\0\0\0\0\0\0\0\x36\0\0\0".as_slice(), &[124, 0, 0, 0]].concat();
        let targa = [&[0; 40][..], b"TRUEVISION-XFILE.\0"].concat();
        for bytes in [
            &bitmap[..],
            b"II*\0\x08\0\0\0",
            b"MM\0*\0\0\0\x08",
            b"\0\0\x01\0\x01\0\x20\x20\0\0\x01\0",
            b"P6\n100 100\n255\n",
            b"P5 100 100 255\n",
            b"\0\0\0\x1cftypavif\0\0\0\0",
            b"\0\0\0\x18ftypheic",
            b"\0\0\0\x0cjP  \r\n\x87\n\0",
            &targa,
        ] {
            assert!(is_another(bytes), "{bytes:?}");
        }
        for bytes in [
            &b""[..],
            b"BM",
            b"BMW: otpauth://totp/a?secret=ME",
            b"P1",
            b"P1: x",
            b"\0\0\0\x18ftypmp42",
            b"\0\x02\x22\xe0",
        ] {
            assert!(!is_another(bytes), "{bytes:?}");
        }
    }
}
