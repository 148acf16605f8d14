//! Writes OpenPGP messages for tests.

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use hkdf::Hkdf;
use hmac::digest::Digest;
use sha1::Sha1;
use sha2::Sha256;

use crate::import::testing::seal::gcm;

/// How a message is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The password's key is the session key, as GnuPG does.
    Direct,
    /// A session key under the password's key, as OpenPGP.js does.
    SessionKey,
    /// Version 6 packets with AES-GCM.
    Gcm,
}

/// An armoured message with one literal packet, deflated.
pub fn seal(plain: &[u8], password: &str, style: Style) -> Vec<u8> {
    let literal = packet(11, &[b"b\x01x\0\0\0\0", plain].concat());
    let content = packet(8, &[&[1], &miniz_oxide::deflate::compress_to_vec(&literal, 6)[..]].concat());
    // Iterated and salted SHA-256 over 1,024 bytes.
    let s2k = b"\x03\x08saltsalt\x00";
    let unit = [b"saltsalt", password.as_bytes()].concat();
    let hashed: Vec<u8> = unit.iter().copied().cycle().take(1024).collect();
    let key: [u8; 32] = Sha256::digest(hashed).into();
    let session = [0x42; 32];
    let packets = match style {
        Style::Direct => [packet(3, &[b"\x04\x09", &s2k[..]].concat()), packet(18, &v1(&key, &content))],
        Style::SessionKey => {
            let sealed = cfb(&key, &[&[9], &session[..]].concat());
            [packet(3, &[b"\x04\x09", &s2k[..], &sealed].concat()), packet(18, &v1(&session, &content))]
        }
        Style::Gcm => {
            let info = [0xc3, 6, 9, 3];
            let mut kek = [0; 32];
            Hkdf::<Sha256>::new(None, &key).expand(&info, &mut kek).unwrap();
            let sealed = gcm(&kek, [5; 12], &info, &session);
            let count = (3 + s2k.len() + 12) as u8;
            let head = [6, count, 9, 3, s2k.len() as u8];
            [packet(3, &[&head, &s2k[..], &[5; 12], &sealed].concat()), packet(18, &v2(&session, &content))]
        }
    };
    let body = data_encoding::BASE64.encode(&packets.concat());
    format!("-----BEGIN PGP MESSAGE-----\nVersion: test\n\n{body}\n=AAAA\n-----END PGP MESSAGE-----\n").into()
}

/// A packet in partial lengths of 512 bytes, the rest in one.
fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![0xc0 | tag];
    let (parts, rest) = body.as_chunks::<512>();
    for part in parts {
        out.push(224 + 9);
        out.extend(part);
    }
    out.push(255);
    out.extend((rest.len() as u32).to_be_bytes());
    out.extend(rest);
    out
}

fn v1(key: &[u8; 32], content: &[u8]) -> Vec<u8> {
    let mut plain = [&[3; 16][..], &[3, 3], content, &[0xd3, 0x14]].concat();
    let mac = Sha1::digest(&plain);
    plain.extend(mac);
    [&[1], &cfb(key, &plain)[..]].concat()
}

/// Chunks of 64 bytes.
fn v2(session: &[u8; 32], content: &[u8]) -> Vec<u8> {
    let (info, salt) = ([0xd2, 2, 9, 3, 0], [8; 32]);
    let mut keys = [0; 36];
    Hkdf::<Sha256>::new(Some(&salt), session).expand(&info, &mut keys).unwrap();
    let (key, iv): (&[u8; 32], &[u8]) = (keys[..32].try_into().unwrap(), &keys[32..]);
    let nonce = |index: usize| [iv, &(index as u64).to_be_bytes()].concat().try_into().unwrap();
    let mut out = [&info[1..], &salt].concat();
    let chunks = content.chunks(64);
    let count = chunks.len();
    chunks.enumerate().for_each(|(at, chunk)| out.extend(gcm(key, nonce(at), &info, chunk)));
    let total = (content.len() as u64).to_be_bytes();
    out.extend(gcm(key, nonce(count), &[&info[..], &total].concat(), b""));
    out
}

fn cfb(key: &[u8; 32], plain: &[u8]) -> Vec<u8> {
    let cipher = Aes256::new_from_slice(key).unwrap();
    let mut before = aes::Block::default();
    let mut sealed = Vec::new();
    for chunk in plain.chunks(16) {
        cipher.encrypt_block(&mut before);
        before.iter_mut().zip(chunk).for_each(|(b, p)| *b ^= p);
        sealed.extend(&before[..chunk.len()]);
    }
    sealed
}
