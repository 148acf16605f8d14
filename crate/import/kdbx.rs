//! KeePass databases, KDBX 3 and 4: header, key, outer cipher, blocks, compression, inner stream.
//! What a password opens, alone or with a key file.

use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use hmac::digest::Digest;
use salsa20::Salsa20;
use sha2::Sha512;
use twofish::Twofish;

use super::kdbx_key::{self, Candidate};
use super::read::crypto::{self, Argon2Cost};
use super::{ImportError, Limits};
use crate::otp::gzip::{Packed, gunzip};
use crate::secret::{Key, Secret, SecretBytes, SecretText};

const SIGNATURE: [u8; 4] = [0x03, 0xd9, 0xa2, 0x9a];
const KDBX: [u8; 4] = [0x67, 0xfb, 0x4b, 0xb5];

const AES: [u8; 16] = *b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
const TWOFISH: [u8; 16] = *b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c";
const CHACHA20: [u8; 16] = *b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";

/// AES-KDF has two names: version 4 gave it a new one.
const AES_KDF: [[u8; 16]; 2] = [
    *b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea",
    *b"\x7c\x02\xbb\x82\x79\xa7\x4a\xc0\x92\x7d\x11\x4a\x00\x64\x82\x38",
];
const ARGON2D: [u8; 16] = *b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
const ARGON2ID: [u8; 16] = *b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";

/// An opened database.
pub struct Database {
    /// `kdbx3` or `kdbx4`.
    pub format: &'static str,
    /// The document, with protected values still sealed.
    pub xml: SecretBytes,
    /// What unseals them, in the document's order.
    pub stream: InnerStream,
    /// The name of the key file that it took.
    pub key_file: Option<String>,
}

/// The stream that protected values are sealed with.
pub enum InnerStream {
    /// No protection.
    None,
    /// KDBX 3.
    Salsa20(Box<Salsa20>),
    /// KDBX 4.
    ChaCha20(Box<ChaCha20>),
}

impl InnerStream {
    /// Unseals the next value.
    pub fn apply(&mut self, bytes: &mut [u8]) {
        match self {
            Self::None => {}
            Self::Salsa20(stream) => stream.apply_keystream(bytes),
            Self::ChaCha20(stream) => stream.apply_keystream(bytes),
        }
    }
}

/// Whether the bytes begin like a KeePass database of any version.
pub fn looks_like(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// Opens a database with a password. Whether it wants a key file as well, or that alone, it does not say: where the password
/// does not open it, the files `beside` it are tried as such, and alone where there is no password.
pub fn open(
    bytes: &[u8],
    password: Option<&SecretText>,
    beside: &[(String, Vec<u8>)],
    limits: &Limits,
) -> Result<Database, ImportError> {
    let mut input = Bytes(bytes);
    let kind = input.take(8)?;
    // KeePass 1 has another second half.
    if kind != [SIGNATURE, KDBX].concat() {
        return Err(ImportError::UnsupportedVersion);
    }
    let version = input.u32()? >> 16;
    if version != 3 && version != 4 {
        return Err(ImportError::UnsupportedVersion);
    }
    let header = Header::read(&mut input, version)?;
    let password = password.map(|password| password.expose().as_str());
    let hash = password.map(|password| Key::new(crypto::sha256(&[password.as_bytes()])));
    let header_bytes = bytes.get(..bytes.len() - input.0.len()).unwrap_or_default();
    let open_with = |password: Option<&Key>, file: &[u8]| {
        let password = password.map_or(&[][..], |password| password.expose().as_slice());
        let key = header.derive(&Key::new(crypto::sha256(&[password, file])), limits)?;
        if version == 3 {
            open_3(&header, &key, input.0, limits)
        } else {
            open_4(&header, header_bytes, &key, input, limits)
        }
    };
    let mut opened = match &hash {
        Some(hash) => open_with(Some(hash), &[]),
        None => Err(ImportError::WrongPassword),
    };
    let with = hash.as_ref().map(Some);
    let alone = password.is_none_or(str::is_empty).then_some(None);
    for Candidate { name, key, made } in kdbx_key::candidates(beside) {
        // Before a password was asked for, only what is meant as a key: each try takes its time.
        let meant = made || beside.len() == 1 || password.is_some();
        let ways = with.into_iter().chain(alone.filter(|_| meant));
        for password in ways {
            if !matches!(opened, Err(ImportError::WrongPassword)) {
                return opened;
            }
            opened = open_with(password, key.expose());
            opened.iter_mut().for_each(|database| database.key_file = Some(name.to_owned()));
        }
    }
    opened.map_err(|error| match error {
        ImportError::WrongPassword if password.is_none() => ImportError::PasswordNeeded,
        error => error,
    })
}

/// Names and values, as they stand.
type Dictionary<'a> = Vec<(&'a [u8], &'a [u8])>;

#[derive(Default)]
struct Header<'a> {
    cipher: &'a [u8],
    compressed: bool,
    seed: &'a [u8],
    transform_seed: &'a [u8],
    rounds: u64,
    iv: &'a [u8],
    stream_key: &'a [u8],
    start: &'a [u8],
    stream: u32,
    kdf: Dictionary<'a>,
}

impl<'a> Header<'a> {
    fn read(input: &mut Bytes<'a>, version: u32) -> Result<Self, ImportError> {
        let mut header = Self::default();
        loop {
            let kind = input.u8()?;
            let length = if version == 3 { input.u16()?.into() } else { input.u32()? };
            let value = input.take(length as usize)?;
            match kind {
                0 => return Ok(header),
                2 => header.cipher = value,
                3 => header.compressed = number(value) == 1,
                4 => header.seed = value,
                5 => header.transform_seed = value,
                6 => header.rounds = number(value),
                7 => header.iv = value,
                8 => header.stream_key = value,
                9 => header.start = value,
                10 => header.stream = number(value) as u32,
                11 => header.kdf = dictionary(value)?,
                _ => {}
            }
        }
    }

    /// The key that header and password give, before it is split for cipher and MAC.
    fn derive(&self, composite: &Key, limits: &Limits) -> Result<Key, ImportError> {
        if self.kdf.is_empty() {
            return aes_kdf(composite, self.transform_seed, self.rounds, limits);
        }
        let get =
            |name: &str| self.kdf.iter().find(|(n, _)| *n == name.as_bytes()).map_or(&[][..], |(_, v)| v);
        let small = |name| u32::try_from(number(get(name))).unwrap_or(u32::MAX);
        let variant = match get("$UUID") {
            id if AES_KDF.iter().any(|known| known == id) => {
                return aes_kdf(composite, get("S"), number(get("R")), limits);
            }
            id if id == ARGON2D => argon2::Algorithm::Argon2d,
            id if id == ARGON2ID => argon2::Algorithm::Argon2id,
            _ => return Err(ImportError::UnsupportedVersion),
        };
        let version = match small("V") {
            0x10 => argon2::Version::V0x10,
            0x13 => argon2::Version::V0x13,
            _ => return Err(ImportError::UnsupportedVersion),
        };
        let cost = Argon2Cost {
            variant,
            version,
            // Memory is told in bytes.
            kib: u32::try_from(number(get("M")) / 1024).unwrap_or(u32::MAX),
            passes: small("I"),
            lanes: small("P"),
        };
        crypto::derive_argon2(composite.expose(), get("S"), cost, limits)
    }

    fn decrypt(&self, key: &Key, sealed: &[u8]) -> Result<SecretBytes, ImportError> {
        let bad = |_| ImportError::BadContent;
        match self.cipher {
            id if id == AES => crypto::open_cbc(key, self.iv, sealed),
            id if id == TWOFISH => {
                let cipher =
                    cbc::Decryptor::<Twofish>::new_from_slices(key.expose(), self.iv).map_err(bad)?;
                let opened = cipher.decrypt_padded_vec::<Pkcs7>(sealed);
                opened.map(SecretBytes::new).map_err(|_| ImportError::WrongPassword)
            }
            id if id == CHACHA20 => {
                let mut plain = SecretBytes::new(sealed.to_vec());
                let mut cipher = ChaCha20::new_from_slices(key.expose(), self.iv).map_err(bad)?;
                cipher.try_apply_keystream(plain.expose_mut()).map_err(|_| ImportError::BadContent)?;
                Ok(plain)
            }
            _ => Err(ImportError::UnsupportedVersion),
        }
    }

    fn inflate(&self, bytes: SecretBytes, limits: &Limits) -> Result<SecretBytes, ImportError> {
        if !self.compressed {
            return Ok(bytes);
        }
        gunzip(bytes.expose(), limits.max_bytes).map(SecretBytes::new).map_err(|error| match error {
            Packed::TooLarge => ImportError::TooLarge,
            Packed::Damaged => ImportError::BadContent,
        })
    }
}

/// The first block's bytes tell a wrong password; blocks carry their hashes.
fn open_3(header: &Header<'_>, key: &Key, sealed: &[u8], limits: &Limits) -> Result<Database, ImportError> {
    let key = Key::new(crypto::sha256(&[header.seed, key.expose()]));
    if sealed.is_empty() || !sealed.len().is_multiple_of(16) && header.cipher != CHACHA20 {
        return Err(ImportError::BadContent);
    }
    let plain = header.decrypt(&key, sealed)?;
    let mut input = Bytes(plain.expose());
    if header.start.len() != 32 || !crypto::same(input.take(32)?, header.start) {
        return Err(ImportError::WrongPassword);
    }
    let mut content = SecretBytes::new(Vec::with_capacity(sealed.len()));
    loop {
        let _index = input.u32()?;
        let hash = input.take(32)?;
        let length = input.u32()? as usize;
        if length == 0 {
            break;
        }
        let block = input.take(length)?;
        if crypto::sha256(&[block]) != *hash {
            return Err(ImportError::BadContent);
        }
        content.expose_mut().extend_from_slice(block);
    }
    let stream = inner_stream(header.stream, header.stream_key)?;
    Ok(Database { format: "kdbx3", xml: header.inflate(content, limits)?, stream, key_file: None })
}

/// The header has a hash against damage and a MAC that tells a wrong password; so has every block.
fn open_4(
    header: &Header<'_>,
    header_bytes: &[u8],
    key: &Key,
    mut input: Bytes<'_>,
    limits: &Limits,
) -> Result<Database, ImportError> {
    if crypto::sha256(&[header_bytes]) != *input.take(32)? {
        return Err(ImportError::BadContent);
    }
    let mac_base = Secret::new(sha512(&[header.seed, key.expose(), &[1]]));
    let mac = |index: u64, parts: &[&[u8]]| {
        let key = Secret::new(sha512(&[&index.to_le_bytes(), mac_base.expose()]));
        crypto::hmac_sha256(key.expose(), parts)
    };
    if !crypto::same(&mac(u64::MAX, &[header_bytes]), input.take(32)?) {
        return Err(ImportError::WrongPassword);
    }
    let mut sealed = Vec::with_capacity(input.0.len());
    for index in 0_u64.. {
        let hash = input.take(32)?;
        let length = input.take(4)?;
        let block = input.take(number(length) as usize)?;
        if !crypto::same(&mac(index, &[&index.to_le_bytes(), length, block]), hash) {
            return Err(ImportError::BadContent);
        }
        if block.is_empty() {
            break;
        }
        sealed.extend_from_slice(block);
    }
    let key = Key::new(crypto::sha256(&[header.seed, key.expose()]));
    let opened = header.decrypt(&key, &sealed).map_err(|e| match e {
        // The key is proven by now.
        ImportError::WrongPassword => ImportError::BadContent,
        other => other,
    })?;
    drop(sealed);
    let mut plain = header.inflate(opened, limits)?;
    let mut inner = Bytes(plain.expose());
    let (mut stream, mut stream_key) = (0, &[][..]);
    loop {
        let kind = inner.u8()?;
        let length = inner.u32()? as usize;
        let value = inner.take(length)?;
        match kind {
            0 => break,
            1 => stream = number(value) as u32,
            2 => stream_key = value,
            _ => {}
        }
    }
    let stream = inner_stream(stream, stream_key)?;
    let start = plain.expose().len() - inner.0.len();
    plain.expose_mut().drain(..start);
    Ok(Database { format: "kdbx4", xml: plain, stream, key_file: None })
}

fn inner_stream(kind: u32, key: &[u8]) -> Result<InnerStream, ImportError> {
    match kind {
        0 => Ok(InnerStream::None),
        2 => {
            let key = Key::new(crypto::sha256(&[key]));
            // Fixed by the format.
            let nonce = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];
            Ok(InnerStream::Salsa20(Box::new(Salsa20::new(key.expose().into(), &nonce.into()))))
        }
        3 => {
            let both = Secret::new(sha512(&[key]));
            let stream = ChaCha20::new_from_slices(&both.expose()[..32], &both.expose()[32..44]);
            Ok(InnerStream::ChaCha20(Box::new(stream.map_err(|_| ImportError::BadContent)?)))
        }
        _ => Err(ImportError::UnsupportedVersion),
    }
}

/// Both halves of the key encrypted with AES again and again. A round is one unit of work.
fn aes_kdf(composite: &Key, seed: &[u8], rounds: u64, limits: &Limits) -> Result<Key, ImportError> {
    crypto::admit(0, rounds, limits)?;
    let cipher = Aes256::new_from_slice(seed).map_err(|_| ImportError::BadContent)?;
    let (left, right) = composite.expose().split_at(16);
    let half = |bytes| aes::Block::try_from(bytes).map_err(|_| ImportError::BadContent);
    let mut blocks = [half(left)?, half(right)?];
    let mut done = 0;
    for hundredth in 1..=100_u8 {
        // Never more than u64 holds: `admit` has seen the number, and it is far below.
        let until = rounds / 100 * u64::from(hundredth) + if hundredth == 100 { rounds % 100 } else { 0 };
        for _ in done..until {
            cipher.encrypt_blocks(&mut blocks);
        }
        done = until;
        (limits.told)(hundredth);
    }
    Ok(Key::new(crypto::sha256(&[&blocks[0], &blocks[1]])))
}

/// Names and values of a `VariantDictionary`, at most a hundred.
fn dictionary(bytes: &[u8]) -> Result<Dictionary<'_>, ImportError> {
    let mut input = Bytes(bytes);
    if input.u16()? >> 8 != 1 {
        return Err(ImportError::UnsupportedVersion);
    }
    let mut pairs = Vec::new();
    while input.u8()? != 0 && pairs.len() < 100 {
        let length = input.u32()? as usize;
        let name = input.take(length)?;
        let length = input.u32()? as usize;
        pairs.push((name, input.take(length)?));
    }
    Ok(pairs)
}

fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    parts.iter().fold(Sha512::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |n, &byte| n << 8 | u64::from(byte))
}

/// What is left to read.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ImportError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ImportError::BadContent)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u8(&mut self) -> Result<u8, ImportError> {
        self.take(1).map(|b| b[0])
    }

    fn u16(&mut self) -> Result<u16, ImportError> {
        self.take(2).map(|b| number(b) as u16)
    }

    fn u32(&mut self) -> Result<u32, ImportError> {
        self.take(4).map(|b| number(b) as u32)
    }
}
