//! Zip archives: members by name, stored or deflated, plain, ZipCrypto or WinZip AES.
//! Unpacked bytes are counted against [`Limits::max_bytes`] over the whole archive.

use core::cell::Cell;

use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use hmac::{Hmac, Mac};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use sha1::Sha1;

use crate::import::read::crypto;
use crate::import::{ImportError, Limits};
use crate::secret::SecretText;

const END: [u8; 4] = *b"PK\x05\x06";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Method of a member under WinZip AES; the real one stands in the extra field 0x9901.
const WINZIP_AES: u16 = 99;
/// Members of an archive that are looked at.
const MAX_MEMBERS: usize = 10_000;

/// An archive's list of members.
#[derive(Debug)]
pub struct Zip<'a> {
    bytes: &'a [u8],
    members: Vec<Member>,
    left: Cell<usize>,
}

/// One file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The path, with `/` between its parts.
    pub name: String,
    cipher: Cipher,
    method: u16,
    crc: u32,
    check: [u8; 2],
    packed: usize,
    local: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cipher {
    Plain,
    ZipCrypto,
    /// `strength` 1 to 3: 128, 192, 256 bits. Version AE-2 has no CRC.
    Aes {
        strength: u8,
        has_crc: bool,
    },
}

impl Member {
    /// Whether a password seals it.
    pub fn is_locked(&self) -> bool {
        self.cipher != Cipher::Plain
    }
}

/// Whether the bytes begin like a zip archive.
pub fn looks_like(bytes: &[u8]) -> bool {
    bytes.starts_with(&LOCAL) || bytes.starts_with(&END)
}

impl<'a> Zip<'a> {
    /// Reads the central directory.
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, ImportError> {
        let (count, start) = directory(bytes).ok_or(ImportError::BadContent)?;
        let mut members = Vec::new();
        let mut at = start;
        for _ in 0..count {
            if members.len() == MAX_MEMBERS {
                return Err(ImportError::TooLarge);
            }
            let (member, next) = central(bytes, at).ok_or(ImportError::BadContent)?;
            members.push(member);
            at = next;
        }
        Ok(Self { bytes, members, left: Cell::new(limits.max_bytes) })
    }

    /// The members, in the order of the central directory.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The first member of that path, in any case.
    pub fn find(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.name.eq_ignore_ascii_case(name))
    }

    /// The first member whose last path component is `name`, in any case, in whatever folder.
    pub fn find_last(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.name.rsplit('/').next().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    }

    /// A member's bytes. A wrong password shows in the verification bytes, else in the CRC.
    pub fn extract(&self, member: &Member, password: Option<&SecretText>) -> Result<Vec<u8>, ImportError> {
        let data = self.data(member).ok_or(ImportError::BadContent)?;
        let needed = || password.ok_or(ImportError::PasswordNeeded).map(|p| p.expose().as_bytes());
        match member.cipher {
            Cipher::Plain => self.unpack(member, data, true),
            Cipher::ZipCrypto => {
                let plain = open_zip_crypto(member, data, needed()?)?;
                // One check byte lets one wrong password in 256 through: what it gives is no deflate stream, or its CRC differs.
                self.unpack(member, &plain, true).map_err(|e| match e {
                    ImportError::BadContent => ImportError::WrongPassword,
                    other => other,
                })
            }
            Cipher::Aes { strength, has_crc } => {
                self.unpack(member, &open_winzip_aes(data, strength, needed()?)?, has_crc)
            }
        }
    }

    /// The member's packed bytes, behind its local header.
    fn data(&self, member: &Member) -> Option<&'a [u8]> {
        let header = self.bytes.get(member.local..)?;
        let start = 30 + usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        header.strip_prefix(&LOCAL)?;
        header.get(start..start.checked_add(member.packed)?)
    }

    fn unpack(&self, member: &Member, data: &[u8], has_crc: bool) -> Result<Vec<u8>, ImportError> {
        let left = self.left.get();
        let mut plain = match member.method {
            STORED if data.len() > left => return Err(ImportError::TooLarge),
            STORED => data.to_vec(),
            DEFLATED => decompress_to_vec_with_limit(data, left).map_err(|e| match e.status {
                TINFLStatus::HasMoreOutput => ImportError::TooLarge,
                _ => ImportError::BadContent,
            })?,
            _ => return Err(ImportError::UnsupportedVersion),
        };
        self.left.set(left - plain.len());
        // It grew by doubling, and it stays while it is read.
        plain.shrink_to_fit();
        if has_crc && crc32(&plain) != member.crc { Err(ImportError::BadContent) } else { Ok(plain) }
    }
}

impl Member {
    /// Whether a password is needed.
    pub fn is_encrypted(&self) -> bool {
        self.cipher != Cipher::Plain
    }
}

/// The number of members and where their list begins: from the end record, or its 64-bit twin.
fn directory(bytes: &[u8]) -> Option<(u64, usize)> {
    // The end record is 22 bytes and may be followed by a comment of up to 65,535.
    let from = bytes.len().saturating_sub(22 + 0xffff);
    let end = from + bytes.get(from..)?.windows(4).rposition(|w| w == END)?;
    let count = u16_at(bytes, end + 10)?;
    let start = u32_at(bytes, end + 16)?;
    if count != 0xffff && start != u32::MAX {
        return Some((count.into(), usize::try_from(start).ok()?));
    }
    let locator = end.checked_sub(20)?;
    let end64 = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
    let record = bytes.get(end64..)?.strip_prefix(b"PK\x06\x06")?;
    Some((u64_at(record, 28)?, usize::try_from(u64_at(record, 44)?).ok()?))
}

/// One record of the central directory, and where the next one begins.
fn central(bytes: &[u8], at: usize) -> Option<(Member, usize)> {
    let r = bytes.get(at..)?;
    r.strip_prefix(&CENTRAL)?;
    let (flags, mut method, time) = (u16_at(r, 8)?, u16_at(r, 10)?, u16_at(r, 12)?);
    let crc = u32_at(r, 16)?;
    let lengths = [u16_at(r, 28)?, u16_at(r, 30)?, u16_at(r, 32)?].map(usize::from);
    let name = r.get(46..46 + lengths[0])?;
    let extra = r.get(46 + lengths[0]..46 + lengths[0] + lengths[1])?;
    let (mut packed, mut local) = (u64::from(u32_at(r, 20)?), u64::from(u32_at(r, 42)?));
    if let Some(mut wide) = extra_field(extra, 1) {
        // Only the values that do not fit their place are here, in this order.
        if u32_at(r, 24)? == u32::MAX {
            wide = wide.get(8..)?;
        }
        for value in [&mut packed, &mut local] {
            if *value == u64::from(u32::MAX) {
                *value = u64_at(wide, 0)?;
                wide = wide.get(8..)?;
            }
        }
    }
    let cipher = match (flags & 1, method) {
        (0, _) => Cipher::Plain,
        (_, WINZIP_AES) => {
            let field = extra_field(extra, 0x9901)?;
            method = u16_at(field, 5)?;
            Cipher::Aes { strength: *field.get(4)?, has_crc: u16_at(field, 0)? == 1 }
        }
        _ => Cipher::ZipCrypto,
    };
    let member = Member {
        name: String::from_utf8_lossy(name).replace('\\', "/"),
        cipher,
        method,
        crc,
        // The last byte of the encryption header is one of these, by who wrote it.
        check: [(crc >> 24) as u8, (time >> 8) as u8],
        packed: usize::try_from(packed).ok()?,
        local: usize::try_from(local).ok()?,
    };
    Some((member, at + 46 + lengths.iter().sum::<usize>()))
}

fn extra_field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    loop {
        let end = 4 + usize::from(u16_at(extra, 2)?);
        if u16_at(extra, 0)? == id {
            return extra.get(4..end);
        }
        extra = extra.get(end..)?;
    }
}

/// PKWARE's cipher of 1993: three 32-bit words, stirred with every plain byte.
fn open_zip_crypto(member: &Member, data: &[u8], password: &[u8]) -> Result<Vec<u8>, ImportError> {
    let mut words = [0x1234_5678_u32, 0x2345_6789, 0x3456_7890];
    let stir = |words: &mut [u32; 3], plain: u8| {
        words[0] = crc_step(words[0], plain);
        words[1] = words[1].wrapping_add(words[0] & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        words[2] = crc_step(words[2], (words[1] >> 24) as u8);
    };
    password.iter().for_each(|&byte| stir(&mut words, byte));
    let mut plain: Vec<u8> = Vec::with_capacity(data.len());
    for &byte in data {
        let k = (words[2] | 2) & 0xffff;
        plain.push(byte ^ (k.wrapping_mul(k ^ 1) >> 8) as u8);
        stir(&mut words, plain[plain.len() - 1]);
    }
    let checked = plain.get(11).ok_or(ImportError::BadContent)?;
    if !member.check.contains(checked) {
        return Err(ImportError::WrongPassword);
    }
    Ok(plain.split_off(12))
}

/// WinZip's AES: salt, two verification bytes, AES in counter mode (little-endian, from 1), ten bytes of HMAC-SHA1.
fn open_winzip_aes(data: &[u8], strength: u8, password: &[u8]) -> Result<Vec<u8>, ImportError> {
    let key_len = match strength {
        1 => 16,
        2 => 24,
        3 => 32,
        _ => return Err(ImportError::UnsupportedVersion),
    };
    let (salt, rest) = data.split_at_checked(key_len / 2).ok_or(ImportError::BadContent)?;
    let (verify, rest) = rest.split_at_checked(2).ok_or(ImportError::BadContent)?;
    let (sealed, mac) = rest.split_last_chunk::<10>().ok_or(ImportError::BadContent)?;
    let mut keys = zeroize::Zeroizing::new([0; 66]);
    // 1,000 rounds, fixed by the format: far below every limit.
    pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, 1000, &mut keys[..2 * key_len + 2]);
    let (key, rest) = keys.split_at(key_len);
    let (mac_key, rest) = rest.split_at(key_len);
    if !crypto::same(&rest[..2], verify) {
        return Err(ImportError::WrongPassword);
    }
    let mut hmac = <Hmac<Sha1> as KeyInit>::new_from_slice(mac_key).map_err(|_| ImportError::BadContent)?;
    hmac.update(sealed);
    if !crypto::same(&hmac.finalize().into_bytes()[..10], mac) {
        return Err(ImportError::BadContent);
    }
    match strength {
        1 => count_up::<aes::Aes128>(key, sealed),
        2 => count_up::<aes::Aes192>(key, sealed),
        _ => count_up::<aes::Aes256>(key, sealed),
    }
}

fn count_up<C: BlockCipherEncrypt + KeyInit>(key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, ImportError> {
    let cipher = C::new_from_slice(key).map_err(|_| ImportError::BadContent)?;
    let mut plain = sealed.to_vec();
    for (counter, chunk) in (1_u128..).zip(plain.chunks_mut(16)) {
        let mut pad = Block::<C>::default();
        pad.iter_mut().zip(counter.to_le_bytes()).for_each(|(p, c)| *p = c);
        cipher.encrypt_block(&mut pad);
        chunk.iter_mut().zip(pad).for_each(|(b, p)| *b ^= p);
    }
    Ok(plain)
}

/// The table of the reversed polynomial 0xEDB88320, as every zip tool uses it.
const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let (mut c, mut bit) = (n as u32, 0);
        while bit < 8 {
            c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
            bit += 1;
        }
        table[n] = c;
        n += 1;
    }
    table
};

fn crc_step(crc: u32, byte: u8) -> u32 {
    CRC_TABLE[usize::from((crc as u8) ^ byte)] ^ (crc >> 8)
}

/// CRC-32 as zip and gzip have it.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| crc_step(crc, byte))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::testing::zip::{Lock, archive, locked_archive};
    use crate::import::testing::damage;

    fn read(
        bytes: &[u8],
        name: &str,
        password: Option<&str>,
        limits: &Limits,
    ) -> Result<Vec<u8>, ImportError> {
        let zip = Zip::open(bytes, limits)?;
        let member = zip.find(name).ok_or(ImportError::NotAnExport)?;
        zip.extract(member, password.map(|p| SecretText::new(p.into())).as_ref())
    }

    #[test]
    fn crc_is_the_known_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn members_come_out_whatever_protects_them_and_only_with_the_password() {
        let text = b"otpauth://totp/x".repeat(50);
        for lock in [Lock::None, Lock::ZipCrypto, Lock::Aes] {
            let bytes = locked_archive(&[("a/One.txt", b"1"), ("two", &text)], lock, "pass w\u{f6}rd");
            let limits = Limits::default();
            assert_eq!(
                read(&bytes, "TWO", Some("pass w\u{f6}rd"), &limits).as_deref(),
                Ok(&text[..]),
                "{lock:?}"
            );
            assert_eq!(read(&bytes, "a/one.txt", Some("pass w\u{f6}rd"), &limits).as_deref(), Ok(&b"1"[..]));
            if lock != Lock::None {
                assert_eq!(read(&bytes, "two", None, &limits), Err(ImportError::PasswordNeeded));
                for n in 0..300 {
                    let got = read(&bytes, "two", Some(&format!("wrong{n}")), &limits);
                    assert_eq!(got, Err(ImportError::WrongPassword), "{lock:?} {n}");
                }
            }
        }
    }

    #[test]
    fn unpacked_bytes_are_counted_over_the_archive() {
        let bytes = archive(&[("a", &[0; 3000]), ("b", &[0; 3000])]);
        let limits = Limits { max_bytes: 5000, ..Limits::default() };
        let zip = Zip::open(&bytes, &limits).unwrap();
        assert_eq!(zip.extract(&zip.members()[0], None).map(|v| v.len()), Ok(3000));
        assert_eq!(zip.extract(&zip.members()[1], None), Err(ImportError::TooLarge));
    }

    #[test]
    fn a_changed_byte_is_noticed_and_no_damage_panics() {
        let mut bytes = archive(&[("a", b"some text that is long enough")]);
        bytes[35] ^= 1;
        assert_eq!(read(&bytes, "a", None, &Limits::default()), Err(ImportError::BadContent));
        for lock in [Lock::None, Lock::ZipCrypto, Lock::Aes] {
            damage(&locked_archive(&[("a", &[7; 100]), ("b", b"x")], lock, "p"), |bytes| {
                let _ = read(bytes, "a", Some("p"), &Limits::default());
                let _ = read(bytes, "b", None, &Limits::default());
            });
        }
    }
}
