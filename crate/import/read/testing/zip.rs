//! Writes zip archives for tests: what the reader reads, the other way round.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use sha1::Sha1;

use crate::import::read::crypto;
use crate::import::read::zip::crc32;

/// How a member is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Not at all.
    None,
    /// PKWARE's cipher.
    ZipCrypto,
    /// WinZip AES-256, AE-2.
    Aes,
}

/// An archive of deflated members.
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    locked_archive(members, Lock::None, "")
}

/// An archive whose members are all protected the same way.
pub fn locked_archive(members: &[(&str, &[u8])], lock: Lock, password: &str) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, plain) in members {
        let packed = miniz_oxide::deflate::compress_to_vec(plain, 6);
        let (crc, data) = match lock {
            Lock::None => (crc32(plain), packed),
            Lock::ZipCrypto => (crc32(plain), zip_crypto(&packed, crc32(plain), password.as_bytes())),
            Lock::Aes => (0, winzip_aes(&packed, password.as_bytes())),
        };
        let extra: &[u8] = if lock == Lock::Aes { b"\x01\x99\x07\0\x02\0AE\x03\x08\0" } else { b"" };
        let mut common = Vec::new();
        for word in [20, u16::from(lock != Lock::None), if lock == Lock::Aes { 99 } else { 8 }, 0, 0] {
            common.extend_from_slice(&word.to_le_bytes());
        }
        for word in [crc, data.len() as u32, plain.len() as u32] {
            common.extend_from_slice(&word.to_le_bytes());
        }
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&(extra.len() as u16).to_le_bytes());
        let local = out.len() as u32;
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), extra, &data].concat());
        list.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10], &local.to_le_bytes()].concat());
        list.extend([name.as_bytes(), extra].concat());
    }
    let (count, start) = ((members.len() as u16).to_le_bytes(), out.len() as u32);
    let size = list.len() as u32;
    out.extend(list);
    out.extend(
        [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size.to_le_bytes(), &start.to_le_bytes(), &[0; 2]]
            .concat(),
    );
    out
}

fn zip_crypto(packed: &[u8], crc: u32, password: &[u8]) -> Vec<u8> {
    let step = |crc: u32, byte: u8| !crc32_from(!crc, byte);
    let mut words = [0x1234_5678_u32, 0x2345_6789, 0x3456_7890];
    let stir = |words: &mut [u32; 3], plain: u8| {
        words[0] = step(words[0], plain);
        words[1] = words[1].wrapping_add(words[0] & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        words[2] = step(words[2], (words[1] >> 24) as u8);
    };
    password.iter().for_each(|&byte| stir(&mut words, byte));
    let head = *b"elevenbytes";
    head.iter()
        .chain(&[(crc >> 24) as u8])
        .chain(packed)
        .map(|&plain| {
            let k = (words[2] | 2) & 0xffff;
            stir(&mut words, plain);
            plain ^ (k.wrapping_mul(k ^ 1) >> 8) as u8
        })
        .collect()
}

/// CRC-32 of one more byte, bit by bit.
fn crc32_from(crc: u32, byte: u8) -> u32 {
    let mut c = !crc ^ u32::from(byte);
    for _ in 0..8 {
        c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
    }
    !c
}

fn winzip_aes(packed: &[u8], password: &[u8]) -> Vec<u8> {
    let salt = *b"sixteen bytes ok";
    let mut keys = [0; 66];
    pbkdf2::pbkdf2_hmac::<Sha1>(password, &salt, 1000, &mut keys);
    let cipher = aes::Aes256::new_from_slice(&keys[..32]).unwrap();
    let mut sealed = packed.to_vec();
    for (counter, chunk) in (1_u128..).zip(sealed.chunks_mut(16)) {
        let mut pad = counter.to_le_bytes().into();
        cipher.encrypt_block(&mut pad);
        chunk.iter_mut().zip(pad).for_each(|(b, p)| *b ^= p);
    }
    let mac = crypto::hmac_sha1(&keys[32..64], &[&sealed]);
    [&salt[..], &keys[64..66], &sealed, &mac[..10]].concat()
}
