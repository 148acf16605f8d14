//! OpenPGP messages that a password opens (RFC 4880, RFC 9580): SKESK versions 4 and 6, S2K, SEIPD versions 1 and 2
//! (GCM), compression, one literal packet. Nothing with public keys or signatures.
//!
//! A message may be as large as a file, so each layer is there once: partial bodies are joined where they lie, and the
//! content is cut out of what was decrypted.

use core::ops::Range;

use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{AesGcm, Nonce};
use cbc::cipher::consts::U12;
use data_encoding::BASE64;
use hkdf::Hkdf;
use hmac::digest::Digest;
use miniz_oxide::inflate::{decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::crypto::{self, Argon2Cost};
use crate::import::{ImportError, Limits};
use crate::secret::{Secret, SecretBytes, SecretText};

const BEGIN: &str = "-----BEGIN PGP MESSAGE-----";
const PKESK: u8 = 1;
const SKESK: u8 = 3;
const COMPRESSED: u8 = 8;
const LITERAL: u8 = 11;
const SEIPD: u8 = 18;
/// The only AEAD mode that we read: GCM, OpenPGP.js's choice.
const GCM: u8 = 3;
/// Letters of armour that are decoded at once.
const PIECE: usize = 4096;
/// Ciphers by number and key length: AES with 128, 192 and 256 bits.
const CIPHERS: [(u8, usize); 3] = [(7, 16), (8, 24), (9, 32)];

/// Whether the bytes are an armoured message.
pub fn looks_like(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).starts_with(BEGIN.as_bytes())
}

/// The content of a message, armoured or binary.
pub fn open(bytes: &[u8], password: &SecretText, limits: &Limits) -> Result<SecretBytes, ImportError> {
    let mut bytes = binary(bytes)?;
    let packets = packets(&mut bytes).ok_or(ImportError::BadContent)?;
    let sealed = packets.iter().find(|p| p.tag == SEIPD).ok_or(ImportError::UnsupportedVersion)?;
    // A message may be sealed to several passwords: the first that fits counts, else the last one's error.
    let mut result = Err(ImportError::UnsupportedVersion);
    for skesk in packets.iter().filter(|p| p.tag == SKESK) {
        result = session_key(skesk.body(&bytes), password, limits)
            .and_then(|session| open_sealed(sealed.body(&bytes), session))
            .and_then(|inner| literal(inner, limits, 0));
        if !matches!(result, Err(ImportError::WrongPassword | ImportError::UnsupportedVersion)) {
            break;
        }
    }
    result
}

/// Refuses a message that is sealed to keys alone: no password opens it.
pub fn must_take_passwords(bytes: &[u8]) -> Result<(), ImportError> {
    let packets = packets(&mut binary(bytes)?).ok_or(ImportError::BadContent)?;
    let sealed_to = |tag| packets.iter().any(|packet| packet.tag == tag);
    if sealed_to(PKESK) && !sealed_to(SKESK) { Err(ImportError::UnsupportedVersion) } else { Ok(()) }
}

/// Whether it is a message that only a key opens. Of an armoured one its beginning is enough; bytes without armour must be
/// packets from end to end.
pub fn takes_no_password(bytes: &[u8]) -> bool {
    is_for_keys(bytes)
        && match must_take_passwords(bytes) {
            Ok(()) => false,
            Err(ImportError::UnsupportedVersion) => true,
            Err(_) => looks_like(bytes),
        }
}

/// Whether a message, armoured or binary, begins with a session key for a public key (RFC 4880 section 5.1): version 3, old
/// style or new, with a length of one byte or of two. Random bytes look like this one time in twenty thousand.
pub fn is_for_keys(bytes: &[u8]) -> bool {
    let head = |bytes: &[u8]| {
        matches!(bytes, [0x84 | 0xc1, _, 3, ..] | [0x85, 0..=8, _, 3, ..] | [0xc1, 192..=200, _, 3, ..])
    };
    if !looks_like(bytes) {
        return head(bytes);
    }
    // Its first line is enough, so that one that was cut off is known too.
    let first = std::str::from_utf8(bytes).ok().and_then(|text| {
        let mut lines = text.lines().skip_while(|line| !line.trim().is_empty());
        lines.find(|line| !line.trim().is_empty())
    });
    first
        .and_then(|line| BASE64.decode(line.trim().as_bytes().get(..8)?).ok())
        .is_some_and(|bytes| head(&bytes))
}

/// The message without its armour.
fn binary(bytes: &[u8]) -> Result<Vec<u8>, ImportError> {
    if !looks_like(bytes) {
        return Ok(bytes.to_vec());
    }
    unarmour(bytes).ok_or(ImportError::BadContent)
}

/// A cipher's number and its key.
struct Session {
    /// `None`: the message says it, version 2 of the sealed packet.
    cipher: u8,
    key: SecretBytes,
    /// Whether nothing has proven the key yet.
    unproven: bool,
}

/// Where a packet's body lies among the bytes.
struct Packet {
    tag: u8,
    body: Range<usize>,
}

impl Packet {
    fn body<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.body.clone()).unwrap_or_default()
    }
}

fn unarmour(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.lines().skip_while(|line| !line.contains(BEGIN)).skip(1);
    // `Name: value` lines, then a blank one.
    lines.by_ref().find(|line| line.trim().is_empty())?;
    let body = lines.map(str::trim).take_while(|line| !line.starts_with(['=', '-']));
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    // Letters that are no whole group yet.
    let mut left = Vec::new();
    for piece in body.flat_map(|line| line.as_bytes().chunks(PIECE)) {
        left.extend_from_slice(piece);
        let rest = left.split_off(left.len() - left.len() % 4);
        out.extend(BASE64.decode(&left).ok()?);
        left = rest;
    }
    left.is_empty().then_some(out)
}

/// The packets one after the other, partial bodies joined in place.
fn packets(bytes: &mut [u8]) -> Option<Vec<Packet>> {
    let mut packets = Vec::new();
    let mut at = 0;
    while let Some(&head) = bytes.get(at) {
        if head & 0x80 == 0 || packets.len() > 100 {
            return None;
        }
        let (tag, (body, next)) = if head & 0x40 == 0 {
            (head >> 2 & 15, old_body(bytes, at + 1, head & 3)?)
        } else {
            (head & 0x3f, join_body(bytes, at + 1)?)
        };
        packets.push(Packet { tag, body });
        at = next;
    }
    Some(packets)
}

/// An old-format body and what stands behind it; `kind` is the length's length: one, two or four bytes, or up to the end.
fn old_body(bytes: &[u8], at: usize, kind: u8) -> Option<(Range<usize>, usize)> {
    let (start, length) = match kind {
        3 => (at, bytes.len() - at),
        n => {
            let start = at + (1 << n);
            let length = bytes.get(at..start)?;
            (start, length.iter().fold(0, |n, &byte| n << 8 | usize::from(byte)))
        }
    };
    let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
    Some((start..end, end))
}

/// A new-format body, its parts moved together, and what stands behind them.
fn join_body(bytes: &mut [u8], mut at: usize) -> Option<(Range<usize>, usize)> {
    let mut body: Option<Range<usize>> = None;
    loop {
        let (length, partial, rest) = new_length(bytes.get(at..)?)?;
        let start = bytes.len() - rest.len();
        let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
        let joined = match body {
            None => start..end,
            Some(before) => {
                bytes.copy_within(start..end, before.end);
                before.start..before.end + length
            }
        };
        if !partial {
            return Some((joined, end));
        }
        (body, at) = (Some(joined), end);
    }
}

/// A new-format length: the length, whether more parts follow, and what stands behind it.
fn new_length(bytes: &[u8]) -> Option<(usize, bool, &[u8])> {
    match *bytes {
        [n @ 0..=191, ref rest @ ..] => Some((n.into(), false, rest)),
        [n @ 192..=223, m, ref rest @ ..] => {
            Some((((usize::from(n) - 192) << 8) + usize::from(m) + 192, false, rest))
        }
        [n @ 224..=254, ref rest @ ..] => Some((1_usize.checked_shl((n & 31).into())?, true, rest)),
        [255, a, b, c, d, ref rest @ ..] => {
            Some((usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?, false, rest))
        }
        _ => None,
    }
}

/// The session key: what the password gives, or what is sealed under it.
fn session_key(skesk: &[u8], password: &SecretText, limits: &Limits) -> Result<Session, ImportError> {
    let bad = ImportError::BadContent;
    match *skesk {
        [4, cipher, ref rest @ ..] => {
            let (key, sealed) = derive_s2k(rest, password, key_length(cipher)?, limits)?;
            if sealed.is_empty() {
                return Ok(Session { cipher, key, unproven: true });
            }
            let opened = SecretBytes::new(cfb(cipher, key.expose(), sealed)?);
            let (&cipher, key) = opened.expose().split_first().ok_or(bad)?;
            match key_length(cipher) {
                Ok(length) if length == key.len() => {
                    Ok(Session { cipher, key: SecretBytes::new(key.to_vec()), unproven: true })
                }
                _ => Err(ImportError::WrongPassword),
            }
        }
        // The counts before and inside are implied by what they count.
        [6, _, cipher, GCM, _, ref rest @ ..] => {
            let (key, rest) = derive_s2k(rest, password, key_length(cipher)?, limits)?;
            let (nonce, sealed) = rest.split_at_checked(12).ok_or(bad)?;
            let info = [0xc3, 6, cipher, GCM];
            let mut kek = Secret::new(vec![0; key_length(cipher)?]);
            hkdf(key.expose(), &[], &info, kek.expose_mut())?;
            let key = gcm(kek.expose(), nonce, &info, sealed)?;
            Ok(Session { cipher, key, unproven: false })
        }
        _ => Err(ImportError::UnsupportedVersion),
    }
}

/// A string-to-key specifier, run; and what stands behind it.
fn derive_s2k<'a>(
    bytes: &'a [u8],
    password: &SecretText,
    length: usize,
    limits: &Limits,
) -> Result<(SecretBytes, &'a [u8]), ImportError> {
    let password = password.expose().as_bytes();
    let bad = ImportError::BadContent;
    let (hash, salt, count, rest) = match *bytes {
        [0, hash, ref rest @ ..] => (hash, &[][..], 0, rest),
        [1, hash, ref rest @ ..] => {
            let (salt, rest) = rest.split_at_checked(8).ok_or(bad)?;
            (hash, salt, 0, rest)
        }
        [3, hash, ref rest @ ..] => {
            let (salt, rest) = rest.split_at_checked(8).ok_or(bad.clone())?;
            let (&code, rest) = rest.split_first().ok_or(bad)?;
            // RFC 4880 section 3.7.1.3: at most 65,011,712 bytes.
            (hash, salt, (16 + u64::from(code & 15)) << ((code >> 4) + 6), rest)
        }
        [4, ref rest @ ..] => {
            let (salt, rest) = rest.split_at_checked(16).ok_or(bad.clone())?;
            let [passes, lanes, memory, rest @ ..] = rest else { return Err(bad) };
            let kib = 1_u32.checked_shl((*memory).into()).unwrap_or(u32::MAX);
            let cost = Argon2Cost::id(kib, (*passes).into(), (*lanes).into());
            let key = crypto::derive_argon2(password, salt, cost, limits)?;
            return Ok((SecretBytes::new(key.expose()[..length.min(32)].to_vec()), rest));
        }
        _ => return Err(ImportError::UnsupportedVersion),
    };
    let key = match hash {
        2 => hash_s2k::<Sha1>(salt, password, count, length, limits),
        8 => hash_s2k::<Sha256>(salt, password, count, length, limits),
        10 => hash_s2k::<Sha512>(salt, password, count, length, limits),
        _ => Err(ImportError::UnsupportedVersion),
    }?;
    Ok((key, rest))
}

/// Salt and password over and over, `count` bytes of them; for longer keys again with zero bytes in front.
fn hash_s2k<D: Digest>(
    salt: &[u8],
    password: &[u8],
    count: u64,
    length: usize,
    limits: &Limits,
) -> Result<SecretBytes, ImportError> {
    let unit = Secret::new([salt, password].concat());
    let unit = unit.expose();
    let count = usize::try_from(count).unwrap_or(usize::MAX).max(unit.len());
    let rounds = length.div_ceil(<D as Digest>::output_size());
    crypto::admit(0, (count / 64).saturating_mul(rounds) as u64, limits)?;
    let mut key = Secret::new(Vec::with_capacity(length + 64));
    for round in 0..rounds {
        let mut hash = D::new();
        hash.update(vec![0; round]);
        // Long updates: hashing the unit byte group by byte group would take longer than hashing.
        let block = Secret::new(unit.repeat((8192 / unit.len().max(1)).max(1)));
        let mut left = count;
        while left > 0 && !unit.is_empty() {
            let take = left.min(block.expose().len());
            hash.update(&block.expose()[..take]);
            left -= take;
        }
        key.expose_mut().extend_from_slice(&hash.finalize());
    }
    key.expose_mut().truncate(length);
    Ok(key)
}

fn open_sealed(body: &[u8], session: Session) -> Result<SecretBytes, ImportError> {
    match *body {
        [1, ref rest @ ..] => open_v1(rest, &session),
        [2, cipher, GCM, size, ref rest @ ..] => open_v2(rest, [0xd2, 2, cipher, GCM, size], &session),
        _ => Err(ImportError::UnsupportedVersion),
    }
}

/// CFB over a random block whose last two bytes come twice, the packets, and their SHA-1.
fn open_v1(sealed: &[u8], session: &Session) -> Result<SecretBytes, ImportError> {
    let mut plain = Secret::new(cfb(session.cipher, session.key.expose(), sealed)?);
    let bytes = plain.expose();
    if bytes.len() < 18 + 22 {
        return Err(ImportError::BadContent);
    }
    if bytes[14..16] != bytes[16..18] {
        return Err(if session.unproven { ImportError::WrongPassword } else { ImportError::BadContent });
    }
    let (hashed, mac) = bytes.split_at(bytes.len() - 20);
    if !hashed.ends_with(&[0xd3, 0x14]) || !crypto::same(&Sha1::digest(hashed), mac) {
        return Err(ImportError::BadContent);
    }
    let end = bytes.len() - 22;
    let bytes = plain.expose_mut();
    bytes.truncate(end);
    bytes.drain(..18);
    Ok(plain)
}

/// Chunks of AES-GCM, and one more tag over the length of them all.
fn open_v2(body: &[u8], info: [u8; 5], session: &Session) -> Result<SecretBytes, ImportError> {
    let bad = ImportError::BadContent;
    let length = key_length(info[2])?;
    let (salt, rest) = body.split_at_checked(32).ok_or(bad.clone())?;
    let (chunks, last) = rest.split_last_chunk::<16>().ok_or(bad.clone())?;
    if session.key.expose().len() != length || info[4] > 16 {
        return Err(bad);
    }
    let mut keys = Secret::new(vec![0; length + 4]);
    hkdf(session.key.expose(), salt, &info, keys.expose_mut())?;
    let (key, iv) = keys.expose().split_at(length);
    let nonce = |index: u64| [iv, &index.to_be_bytes()].concat();
    let mut plain = SecretBytes::new(Vec::with_capacity(chunks.len()));
    let mut index = 0;
    for chunk in chunks.chunks((1 << (info[4] + 6)) + 16) {
        let opened = gcm(key, &nonce(index), &info, chunk)
            .map_err(|e| if session.unproven { e } else { ImportError::BadContent })?;
        plain.expose_mut().extend_from_slice(opened.expose());
        index += 1;
    }
    let total = (plain.expose().len() as u64).to_be_bytes();
    gcm(key, &nonce(index), &[&info[..], &total].concat(), last).map_err(|_| bad)?;
    Ok(plain)
}

/// The literal data in a sequence of packets, inflated where it is packed.
fn literal(mut bytes: SecretBytes, limits: &Limits, depth: u8) -> Result<SecretBytes, ImportError> {
    for packet in packets(bytes.expose_mut()).ok_or(ImportError::BadContent)? {
        match (packet.tag, packet.body(bytes.expose())) {
            (LITERAL, [_, name, ..]) => {
                // The kind, the name with its length, four bytes of time, the content.
                let start = packet.body.start + 2 + usize::from(*name) + 4;
                let content = bytes.expose_mut();
                content.truncate(packet.body.end);
                if start > content.len() {
                    return Err(ImportError::BadContent);
                }
                content.drain(..start);
                return Ok(bytes);
            }
            (COMPRESSED, [kind, packed @ ..]) if depth == 0 => {
                let plain = match kind {
                    0 => Ok(packed.to_vec()),
                    1 => decompress_to_vec_with_limit(packed, limits.max_bytes),
                    2 => decompress_to_vec_zlib_with_limit(packed, limits.max_bytes),
                    _ => return Err(ImportError::UnsupportedVersion),
                };
                let plain = SecretBytes::new(plain.map_err(|_| ImportError::BadContent)?);
                drop(bytes);
                return literal(plain, limits, 1);
            }
            _ => {}
        }
    }
    Err(ImportError::BadContent)
}

fn key_length(cipher: u8) -> Result<usize, ImportError> {
    CIPHERS
        .iter()
        .find(|(c, _)| *c == cipher)
        .map(|(_, length)| *length)
        .ok_or(ImportError::UnsupportedVersion)
}

fn cfb(cipher: u8, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, ImportError> {
    match cipher {
        7 => cfb_with::<aes::Aes128>(key, sealed),
        8 => cfb_with::<aes::Aes192>(key, sealed),
        _ => cfb_with::<aes::Aes256>(key, sealed),
    }
}

/// Full-block CFB from a zero IV.
fn cfb_with<C: BlockCipherEncrypt + KeyInit>(key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, ImportError> {
    let cipher = C::new_from_slice(key).map_err(|_| ImportError::BadContent)?;
    let mut plain = sealed.to_vec();
    let mut before = Block::<C>::default();
    for (out, chunk) in plain.chunks_mut(16).zip(sealed.chunks(16)) {
        cipher.encrypt_block(&mut before);
        out.iter_mut().zip(&before).for_each(|(b, p)| *b ^= p);
        before.iter_mut().zip(chunk).for_each(|(p, c)| *p = *c);
    }
    Ok(plain)
}

fn hkdf(key: &[u8], salt: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), ImportError> {
    Hkdf::<Sha256>::new(Some(salt), key).expand(info, out).map_err(|_| ImportError::BadContent)
}

fn gcm(key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Result<SecretBytes, ImportError> {
    match key.len() {
        16 => gcm_with::<aes::Aes128>(key, nonce, aad, sealed),
        24 => gcm_with::<aes::Aes192>(key, nonce, aad, sealed),
        _ => gcm_with::<aes::Aes256>(key, nonce, aad, sealed),
    }
}

fn gcm_with<C>(key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Result<SecretBytes, ImportError>
where
    AesGcm<C, U12>: KeyInit + Aead<NonceSize = U12>,
{
    let cipher = AesGcm::<C, U12>::new_from_slice(key).map_err(|_| ImportError::BadContent)?;
    let nonce = Nonce::<U12>::try_from(nonce).map_err(|_| ImportError::BadContent)?;
    let opened = cipher.decrypt(&nonce, Payload { msg: sealed, aad });
    opened.map(SecretBytes::new).map_err(|_| ImportError::WrongPassword)
}
