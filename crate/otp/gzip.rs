//! Gzip: transfer codes of LastPass Authenticator and KeePass databases are packed with it.

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Why it cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packed {
    /// It would be longer than allowed.
    TooLarge,
    /// It is none, or it ends too soon.
    Damaged,
}

/// Unpacks the first member, `most` bytes of it at most. Its checksum is not looked at: what is packed has its own.
pub fn gunzip(bytes: &[u8], most: usize) -> Result<Vec<u8>, Packed> {
    let body = body(bytes).ok_or(Packed::Damaged)?;
    decompress_to_vec_with_limit(body, most).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => Packed::TooLarge,
        _ => Packed::Damaged,
    })
}

/// What follows the header.
fn body(bytes: &[u8]) -> Option<&[u8]> {
    let (head, mut rest) = bytes.split_at_checked(10)?;
    let (true, Some(&flags)) = (head.starts_with(&[0x1f, 0x8b, 8]), head.get(3)) else { return None };
    if flags & 4 != 0 {
        let (length, more) = rest.split_first_chunk::<2>()?;
        rest = more.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    // A name and a comment, each ended by a zero byte; a checksum of the header.
    for _ in 0..(flags >> 3 & 1) + (flags >> 4 & 1) {
        rest = rest.get(rest.iter().position(|&byte| byte == 0)? + 1..)?;
    }
    if flags & 2 != 0 { rest.get(2..) } else { Some(rest) }
}

/// Packs, for tests.
#[cfg(test)]
pub fn gzip(plain: &[u8]) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec(plain, 6);
    [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0][..], &packed, &[0; 8]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_is_read_and_a_bomb_is_not_unpacked() {
        let packed = gzip(b"hello");
        for (flags, more) in [(0, &b""[..]), (4, b"\x02\0ab"), (8 + 16, b"name\0remark\0"), (2, b"xy")] {
            let mut file = packed[..10].to_vec();
            file[3] = flags;
            let file = [&file, more, &packed[10..]].concat();
            assert_eq!(gunzip(&file, 5).unwrap(), b"hello", "{flags}");
            assert_eq!(gunzip(&file, 4), Err(Packed::TooLarge));
            for end in 0..file.len() - 8 {
                assert_eq!(gunzip(&file[..end], 5), Err(Packed::Damaged), "{flags}: {end}");
            }
        }
        assert_eq!(gunzip(&gzip(&vec![0; 1 << 20]), 1 << 16), Err(Packed::TooLarge));
    }
}
