//! Writes KeePass documents and databases for tests.

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use data_encoding::BASE64;
use hmac::digest::Digest;
use salsa20::Salsa20;
use sha2::Sha512;
use twofish::Twofish;

use super::eight::uri;
use crate::import::read::crypto::{hmac_sha256, sha256};
use crate::import::read::zip::crc32;
use crate::vault::entry::EntryDraft;

/// The outer cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    Aes,
    ChaCha20,
    Twofish,
}

/// The derivation, and with it the version: only version 3 has it in the header itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kdf {
    /// KDBX 3, 100 rounds.
    Kdbx3,
    /// KDBX 4, AES-KDF, 100 rounds.
    Aes,
    /// KDBX 4, 64 KiB.
    Argon2d,
    /// KDBX 4, 64 KiB.
    Argon2id,
}

/// Seals the next protected value in place.
pub type Seal<'a> = dyn FnMut(&mut [u8]) + 'a;

/// The document. `protect` seals the values that a database protects, in order; in plain XML there is none.
/// Every entry has a history and lies in a group of its first tag, or in the root; one more lies in the bin.
pub fn document(entries: &[EntryDraft], mut protect: Option<&mut Seal<'_>>) -> String {
    let mut string = |key: &str, value: &str, secret: bool| {
        let value = match &mut protect {
            Some(protect) if secret => {
                let mut bytes = value.as_bytes().to_vec();
                protect(&mut bytes);
                format!("<Value Protected=\"True\">{}</Value>", BASE64.encode(&bytes))
            }
            _ => format!("<Value>{}</Value>", escape(value)),
        };
        format!("<String><Key>{key}</Key>{value}</String>\n")
    };
    let mut body = String::new();
    for e in entries {
        let mut entry = string("Title", &e.issuer, false) + &string("UserName", &e.account, false);
        entry += &string("Password", "secret", true);
        entry += &string("Notes", &e.note, false);
        entry += &string("URL", "https://a.example", false);
        entry += &string("otp", &uri(e), true);
        let old = string("otp", "otpauth://totp/old?secret=MEME", true) + &string("Title", "old", false);
        entry = format!("<Entry>{entry}<History><Entry>{old}</Entry></History></Entry>");
        let tag = e.tags.first();
        body +=
            &tag.map_or(entry.clone(), |tag| format!("<Group><Name>{}</Name>{entry}</Group>", escape(tag)));
    }
    let deleted = string("Title", "deleted", false) + &string("otp", "MEME", true);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><KeePassFile><Meta><RecycleBinEnabled>True</RecycleBinEnabled>\
         <RecycleBinUUID>bin</RecycleBinUUID></Meta><Root><Group><UUID>r</UUID><Name>Root</Name>{body}\
         <Group><UUID>bin</UUID><Name>Bin</Name><Entry>{deleted}</Entry></Group></Group></Root></KeePassFile>"
    )
}

/// A database of [`document`], compressed.
pub fn database(entries: &[EntryDraft], password: &str, cipher: Cipher, kdf: Kdf) -> Vec<u8> {
    sealed(entries, Some(password), &[], cipher, kdf)
}

/// The same under a password and the key in a key file, or that alone.
pub fn sealed(
    entries: &[EntryDraft],
    password: Option<&str>,
    file: &[u8],
    cipher: Cipher,
    kdf: Kdf,
) -> Vec<u8> {
    changed(entries, password, file, (cipher, kdf), |inner| inner)
}

/// The same with what lies behind all keys changed: the document, and in version 4 the inner header before it.
pub fn changed(
    entries: &[EntryDraft],
    password: Option<&str>,
    file: &[u8],
    (cipher, kdf): (Cipher, Kdf),
    change: impl FnOnce(Vec<u8>) -> Vec<u8>,
) -> Vec<u8> {
    let password = password.map(|password| sha256(&[password.as_bytes()]));
    let composite = sha256(&[password.as_ref().map_or(&[], |hash| &hash[..]), file]);
    let (seed, salt, iv) = ([1; 32], [2; 32], [3; 16]);
    let iv = if cipher == Cipher::ChaCha20 { &iv[..12] } else { &iv[..] };
    let key = derive(kdf, composite, salt);
    let id = match cipher {
        Cipher::Aes => "31c1f2e6bf714350be5805216afc5aff",
        Cipher::ChaCha20 => "d6038a2b8b6f4cb5a524339a31dbb59a",
        Cipher::Twofish => "ad68f29f576f4bb9a36ad47af965346c",
    };
    let id = data_encoding::HEXLOWER.decode(id.as_bytes()).unwrap();
    let mut fields: Vec<(u8, Vec<u8>)> =
        vec![(2, id), (3, vec![1, 0, 0, 0]), (4, seed.into()), (7, iv.into())];
    let content_key = sha256(&[&seed, &key]);
    if kdf == Kdf::Kdbx3 {
        let (stream_key, start) = ([4; 32], [5; 32]);
        let rounds = 100_u64.to_le_bytes().into();
        fields.extend([
            (5, salt.into()),
            (6, rounds),
            (8, stream_key.into()),
            (9, start.into()),
            (10, vec![2, 0, 0, 0]),
        ]);
        let mut stream =
            Salsa20::new(&sha256(&[&stream_key]).into(), b"\xe8\x30\x09\x4b\x97\x20\x5d\x2a".into());
        let xml = document(entries, Some(&mut |bytes: &mut [u8]| stream.apply_keystream(bytes)));
        let content = gzip(&change(xml.into_bytes()));
        let mut plain = start.to_vec();
        for (at, block) in content.chunks(1000).chain([&[][..]]).enumerate() {
            plain.extend((at as u32).to_le_bytes());
            plain.extend(if block.is_empty() { [0; 32] } else { sha256(&[block]) });
            plain.extend((block.len() as u32).to_le_bytes());
            plain.extend(block);
        }
        return [header(3, &fields), encrypt(cipher, &content_key, iv, &plain)].concat();
    }
    fields.push((11, dictionary(kdf, salt)));
    let head = header(4, &fields);
    let stream_key = [6; 64];
    let both = Sha512::digest(stream_key);
    let mut stream = ChaCha20::new_from_slices(&both[..32], &both[32..44]).unwrap();
    let xml = document(entries, Some(&mut |bytes: &mut [u8]| stream.apply_keystream(bytes)));
    let mut inner = tlv(1, &[3, 0, 0, 0]);
    inner.extend([tlv(2, &stream_key), tlv(3, b"\x01attached"), tlv(0, b""), xml.into_bytes()].concat());
    let sealed = encrypt(cipher, &content_key, iv, &gzip(&change(inner)));
    let base = Sha512::new().chain_update(seed).chain_update(key).chain_update([1]).finalize();
    let mac = |index: u64, parts: &[&[u8]]| {
        hmac_sha256(&Sha512::new().chain_update(index.to_le_bytes()).chain_update(base).finalize(), parts)
    };
    let mut out = [&head[..], &sha256(&[&head]), &mac(u64::MAX, &[&head])].concat();
    for (at, block) in sealed.chunks(1000).chain([&[][..]]).enumerate() {
        let (index, length) = (at as u64, (block.len() as u32).to_le_bytes());
        out.extend(mac(index, &[&index.to_le_bytes(), &length, block]));
        out.extend(length);
        out.extend(block);
    }
    out
}

fn derive(kdf: Kdf, composite: [u8; 32], salt: [u8; 32]) -> [u8; 32] {
    let variant = match kdf {
        Kdf::Argon2d => argon2::Algorithm::Argon2d,
        Kdf::Argon2id => argon2::Algorithm::Argon2id,
        Kdf::Kdbx3 | Kdf::Aes => {
            let cipher = Aes256::new_from_slice(&salt).unwrap();
            let mut halves = [composite[..16].try_into().unwrap(), composite[16..].try_into().unwrap()];
            for _ in 0..100 {
                halves.iter_mut().for_each(|half| cipher.encrypt_block(half));
            }
            return sha256(&[&halves[0], &halves[1]]);
        }
    };
    let params = argon2::Params::new(64, 2, 2, Some(32)).unwrap();
    let mut key = [0; 32];
    argon2::Argon2::new(variant, argon2::Version::V0x13, params)
        .hash_password_into(&composite, &salt, &mut key)
        .unwrap();
    key
}

fn dictionary(kdf: Kdf, salt: [u8; 32]) -> Vec<u8> {
    let id = match kdf {
        Kdf::Argon2d => "ef636ddf8c29444b91f7a9a403e30a0c",
        Kdf::Argon2id => "9e298b1956db4773b23dfc3ec6f0a1e6",
        Kdf::Kdbx3 | Kdf::Aes => "c9d9f39a628a4460bf740d08c18a4fea",
    };
    let id = data_encoding::HEXLOWER.decode(id.as_bytes()).unwrap();
    let (wide, narrow) = (|n: u64| n.to_le_bytes().to_vec(), |n: u32| n.to_le_bytes().to_vec());
    let mut out = vec![0, 1];
    for (kind, name, value) in [
        (0x42, "$UUID", id),
        (0x42, "S", salt.to_vec()),
        (0x05, "R", wide(100)),
        (0x05, "M", wide(64 * 1024)),
        (0x05, "I", wide(2)),
        (0x04, "P", narrow(2)),
        (0x04, "V", narrow(0x13)),
    ] {
        out.push(kind);
        out.extend(
            [&narrow(name.len() as u32)[..], name.as_bytes(), &narrow(value.len() as u32), &value].concat(),
        );
    }
    out.push(0);
    out
}

fn header(version: u16, fields: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\x00".to_vec();
    out.extend(version.to_le_bytes());
    let end = (0, b"\r\n\r\n".to_vec());
    for (kind, value) in fields.iter().chain([&end]) {
        if version == 3 {
            out.push(*kind);
            out.extend((value.len() as u16).to_le_bytes());
            out.extend(value);
        } else {
            out.extend(tlv(*kind, value));
        }
    }
    out
}

fn tlv(kind: u8, value: &[u8]) -> Vec<u8> {
    [&[kind], &(value.len() as u32).to_le_bytes()[..], value].concat()
}

fn encrypt(cipher: Cipher, key: &[u8; 32], iv: &[u8], plain: &[u8]) -> Vec<u8> {
    match cipher {
        Cipher::Aes => {
            cbc::Encryptor::<Aes256>::new_from_slices(key, iv).unwrap().encrypt_padded_vec::<Pkcs7>(plain)
        }
        Cipher::Twofish => {
            cbc::Encryptor::<Twofish>::new_from_slices(key, iv).unwrap().encrypt_padded_vec::<Pkcs7>(plain)
        }
        Cipher::ChaCha20 => {
            let mut sealed = plain.to_vec();
            ChaCha20::new_from_slices(key, iv).unwrap().apply_keystream(&mut sealed);
            sealed
        }
    }
}

/// With a file name in the header, as some tools write.
fn gzip(plain: &[u8]) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec(plain, 6);
    let (crc, length) = (crc32(plain).to_le_bytes(), (plain.len() as u32).to_le_bytes());
    [b"\x1f\x8b\x08\x08\0\0\0\0\0\x0aname\0", &packed[..], &crc, &length].concat()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
