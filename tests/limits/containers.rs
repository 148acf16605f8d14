//! Files of 20 MB in the binary containers, made to take much: one text as long as the file, more objects or pages than
//! there can be, layers within layers. Each opens with [`PASSWORD`].

use aes::Aes256;
use aes::cipher::{Block, BlockCipherEncrypt, KeyInit};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use data_encoding::BASE64;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{FILE, bomb};

/// Of each of them.
pub const PASSWORD: &str = "p";

/// What each is, and its bytes.
pub fn greedy() -> Vec<(&'static str, Vec<u8>)> {
    let bytes = |byte: u8, length: usize| vec![byte; length];
    let long = FILE - 200;
    let lone = |object: Vec<u8>, times: usize| otp_auth(&plist(&vec![object; times], times));
    let text = [&[0x7c][..], &(long as u64).to_be_bytes(), &bytes(0xff, long)].concat();
    let vaults = format!(r#"{{"vaults":{{}},"a":[{}{{}}]}}"#, "{},".repeat(14_000_000 / 3));
    let data = run(0x4f, 14_000_000, &bytes(0, 14_000_000));
    vec![
        ("sqlite, a statement", statement(1)),
        ("sqlite, a statement in UTF-16", statement(2)),
        ("sqlite, cells", cells()),
        ("sqlite, branches", branches()),
        ("java, one text", java(1, &text)),
        ("java, long texts", java(9, &java_texts())),
        ("java, nothing", java(9_900_000, &bytes(0x70, long))),
        ("bplist, one text", lone(run(0x5f, long, &bytes(0xff, long)), 1)),
        ("bplist, one text in UTF-16", lone(run(0x6f, long / 2, &bytes(0x4e, long)), 1)),
        ("bplist, texts in UTF-16", lone(run(0x6f, 30_000, &bytes(0x4e, 60_000)), 330)),
        ("bplist, objects", otp_auth(&archive(&plist(&[], 500_000), 499_000))),
        ("bplist, in it another", otp_auth(&archive(&plist(&[data], 500_000), 499_000))),
        ("openpgp, objects", openpgp(vaults.as_bytes(), false)),
        ("openpgp in parts", openpgp(vaults.as_bytes(), true)),
        ("openpgp around a zip", openpgp(&bomb(), false)),
        ("kdbx, strings", kdbx("<Entry>", "<String><Key>a</Key><Value>b</Value></String>", "</Entry>")),
        ("kdbx, entries", kdbx("", "<Entry/>", "")),
    ]
}

const PAGE: usize = 65_536;

/// A database's first page: a table `accounts` at page 2 with this statement, and the pages that hold the rest of it.
fn schema(encoding: u8, sql: &[u8]) -> Vec<Vec<u8>> {
    let text = |text: &str| match encoding {
        1 => text.as_bytes().to_vec(),
        _ => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    };
    let (kind, name) = (text("table"), text("accounts"));
    let types = [kind.len(), name.len(), name.len()].map(|length| varint(13 + 2 * length)).concat();
    let types = [&types[..], &[1], &varint(13 + 2 * sql.len())].concat();
    let record = [&[types.len() as u8 + 1][..], &types, &kind, &name, &name, &[2], sql].concat();
    // What stays in the leaf, and what goes to overflow pages ("B-tree cell format").
    let least = (PAGE - 12) * 32 / 255 - 23;
    let local = match record.len() {
        length if length <= PAGE - 35 => length,
        length => Some(least + (length - least) % (PAGE - 4)).filter(|n| *n <= PAGE - 35).unwrap_or(least),
    };
    let mut pages = vec![vec![0; PAGE], vec![0; PAGE]];
    let (here, rest) = record.split_at(local);
    let mut cell = [varint(record.len()), vec![1], here.to_vec()].concat();
    if !rest.is_empty() {
        cell.extend(3_u32.to_be_bytes());
        let parts: Vec<_> = rest.chunks(PAGE - 4).collect();
        for (at, part) in parts.iter().enumerate() {
            let next = if at + 1 < parts.len() { at as u32 + 4 } else { 0 };
            let mut page = [&next.to_be_bytes()[..], part].concat();
            page.resize(PAGE, 0);
            pages.push(page);
        }
    }
    let first = &mut pages[0];
    first[..16].copy_from_slice(b"SQLite format 3\0");
    first[17] = 1;
    first[59] = encoding;
    let at = PAGE - cell.len();
    first[100..110].copy_from_slice(&[0x0d, 0, 0, 0, 1, 0, 0, 0, (at >> 8) as u8, at as u8]);
    first[at..].copy_from_slice(&cell);
    pages
}

fn varint(n: usize) -> Vec<u8> {
    let size = (1..=8).find(|size| n >> (7 * size) == 0).unwrap();
    (0..size).rev().map(|i| (n >> (7 * i)) as u8 & 0x7f | if i > 0 { 0x80 } else { 0 }).collect()
}

fn statement(encoding: u8) -> Vec<u8> {
    schema(encoding, &vec![if encoding == 1 { 0xff } else { 0x4e }; 19_700_000]).concat()
}

/// Google's table, three hundred rows with a secret that fills a page.
fn cells() -> Vec<u8> {
    let mut pages = schema(1, b"CREATE TABLE accounts(email, secret, counter, type)");
    let leaf = |n: u8| {
        let record = [&[6, 13][..], &varint(13 + 2 * 65_000), &[0], &[0xff; 65_000]].concat();
        let cell = [varint(record.len()), vec![n], record].concat();
        let at = PAGE - cell.len();
        let mut page = vec![0; PAGE];
        page[..10].copy_from_slice(&[0x0d, 0, 0, 0, 1, 0, 0, 0, (at >> 8) as u8, at as u8]);
        page[at..].copy_from_slice(&cell);
        page
    };
    let leaves: Vec<u32> = (3..303).collect();
    pages[1] = branch(&leaves);
    pages.extend((0..300).map(|n| leaf(n as u8 & 0x7f)));
    pages.concat()
}

/// Three hundred pages, each with thirty thousand ways to the next.
fn branches() -> Vec<u8> {
    let mut pages = schema(1, b"CREATE TABLE accounts(email, secret, counter, type)");
    pages[1] = branch(&vec![3; 32_000]);
    pages.extend((4..304).map(|next| branch(&vec![next; 32_000])));
    pages.concat()
}

/// A page above others. Those with one and the same child have their ways at one place.
fn branch(children: &[u32]) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    let (last, others) = children.split_last().unwrap();
    page[0] = 0x05;
    page[3..5].copy_from_slice(&(others.len() as u16).to_be_bytes());
    page[8..12].copy_from_slice(&last.to_be_bytes());
    let mut at = PAGE;
    for (n, child) in others.iter().enumerate() {
        if n == 0 || child != &others[n - 1] {
            at -= 5;
            page[at..at + 4].copy_from_slice(&child.to_be_bytes());
        }
        page[12 + 2 * n..14 + 2 * n].copy_from_slice(&(at as u16).to_be_bytes());
    }
    page
}

/// A map of so many pairs, and what stands for them.
fn java(pairs: u32, bytes: &[u8]) -> Vec<u8> {
    let class = b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\x00\x01F\x00\x0aloadFactor";
    [&class[..], b"xp\x3f\x40\0\0w\x08\0\0\0\x10", &pairs.to_be_bytes(), bytes].concat()
}

/// Eighteen texts of one megabyte, every byte of which is two when it is decoded.
fn java_texts() -> Vec<u8> {
    [&[0x7c][..], &(1_u64 << 20).to_be_bytes(), &vec![0xff; 1 << 20]].concat().repeat(18)
}

/// A property list of these objects, the last of them again until there are so many.
fn plist(objects: &[Vec<u8>], count: usize) -> Vec<u8> {
    let mut bytes = b"bplist00\x08".to_vec();
    let mut offsets: Vec<u32> = Vec::new();
    for object in objects {
        offsets.push(bytes.len() as u32);
        bytes.extend(object);
    }
    // Null, behind the mark: an object of no bytes of its own.
    offsets.resize(count.max(objects.len()), 8);
    let table = bytes.len() as u64;
    bytes.extend(offsets.iter().flat_map(|offset| offset.to_be_bytes()));
    bytes.extend([0, 0, 0, 0, 0, 0, 4, 1]);
    bytes.extend([offsets.len() as u64, 0, table].map(u64::to_be_bytes).concat());
    bytes
}

/// An object of bytes, texts or units with its length.
fn run(mark: u8, length: usize, bytes: &[u8]) -> Vec<u8> {
    [&[mark, 0x12][..], &(length as u32).to_be_bytes(), bytes].concat()
}

/// An archive around another one under the password, with so many more objects.
fn archive(inner: &[u8], more: usize) -> Vec<u8> {
    let text = |text: &str| [&[0x50 | text.len() as u8][..], text.as_bytes()].concat();
    let key = Sha256::digest(format!("salt-{PASSWORD}"));
    let iv = Sha1::digest(b"iv");
    let sealed = cbc(&key, &iv[..16], inner);
    let objects = [
        vec![0xd2, 1, 2, 3, 4],
        text("$objects"),
        text("$top"),
        vec![0xa1, 6],
        vec![0xd1, 5, 7],
        text("root"),
        vec![0xd4, 8, 9, 10, 11, 12, 13, 14, 15],
        vec![0x80, 0],
        text("Version"),
        text("IV"),
        text("Salt"),
        text("WrappedData"),
        text("1.0"),
        text("iv"),
        text("salt"),
        run(0x4f, sealed.len(), &sealed),
    ];
    plist(&objects, more)
}

/// OTP Auth's file: a property list under the key that every installation has.
fn otp_auth(plist: &[u8]) -> Vec<u8> {
    cbc(&Sha256::digest(b"Authenticator"), &[0; 16], plist)
}

fn cbc(key: &[u8], iv: &[u8], plain: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new_from_slices(key, iv).unwrap().encrypt_padded_vec::<Pkcs7>(plain)
}

/// An armoured message: the password's hash is the key (RFC 4880 sections 3.7.1.1, 5.3 and 5.13).
fn openpgp(content: &[u8], parts: bool) -> Vec<u8> {
    let literal = packet(11, &[b"b\0\0\0\0\0", content].concat(), parts);
    let mut plain = [&[3; 18][..], &literal, &[0xd3, 0x14]].concat();
    plain.extend(Sha1::digest(&plain));
    let cipher = Aes256::new_from_slice(&Sha256::digest(PASSWORD)).unwrap();
    let mut before = Block::<Aes256>::default();
    for chunk in plain.chunks_mut(16) {
        cipher.encrypt_block(&mut before);
        chunk.iter_mut().zip(&mut before).for_each(|(byte, before)| {
            *byte ^= *before;
            *before = *byte;
        });
    }
    let message = [packet(3, &[4, 9, 0, 8], false), packet(18, &[&[1], &plain[..]].concat(), parts)].concat();
    let body = BASE64.encode(&message);
    format!("-----BEGIN PGP MESSAGE-----\n\n{body}\n=AAAA\n-----END PGP MESSAGE-----\n").into()
}

/// A packet, in parts of 8 KiB or in one piece.
fn packet(tag: u8, body: &[u8], parts: bool) -> Vec<u8> {
    let mut out = vec![0xc0 | tag];
    let (parts, rest) = if parts { body.split_at(body.len() / 8192 * 8192) } else { (&[][..], body) };
    for part in parts.chunks(8192) {
        out.push(224 + 13);
        out.extend(part);
    }
    out.push(255);
    out.extend((rest.len() as u32).to_be_bytes());
    out.extend(rest);
    out
}

/// KDBX 3 with one AES round, compressed so that it is as large as what is in it: as much of a piece as fits, in a group.
fn kdbx(begin: &str, piece: &str, end: &str) -> Vec<u8> {
    let (begin, end) =
        (format!("<KeePassFile><Root><Group>{begin}"), format!("{end}</Group></Root></KeePassFile>"));
    let xml = format!("{begin}{}{end}", piece.repeat((FILE - 8192) / piece.len()));
    let hash = |parts: &[&[u8]]| -> [u8; 32] { Sha256::digest(parts.concat()).into() };
    let packed = miniz_oxide::deflate::compress_to_vec(xml.as_bytes(), 0);
    let content = [b"\x1f\x8b\x08\0\0\0\0\0\0\0", &packed[..], &[0; 8]].concat();
    let (seed, iv) = ([1; 32], [2; 16]);
    let cipher = Aes256::new_from_slice(&seed).unwrap();
    let composite = hash(&[&hash(&[PASSWORD.as_bytes()])]);
    let mut halves = [0, 16].map(|at| Block::<Aes256>::try_from(&composite[at..at + 16]).unwrap());
    halves.iter_mut().for_each(|half| cipher.encrypt_block(half));
    let key = hash(&[&seed, &hash(&[&halves[0], &halves[1]])]);
    let length = (content.len() as u32).to_le_bytes();
    let end = [0; 40];
    let plain = [&[3; 32][..], &[0; 4], &hash(&[&content]), &length, &content, &end].concat();
    let fields: [(u8, &[u8]); 10] = [
        (2, b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff"),
        (3, &[1, 0, 0, 0]),
        (4, &seed),
        (5, &seed),
        (6, &[1, 0, 0, 0, 0, 0, 0, 0]),
        (7, &iv),
        (8, &[4; 32]),
        (9, &[3; 32]),
        (10, &[2, 0, 0, 0]),
        (0, b"\r\n\r\n"),
    ];
    let mut out = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\0\x03\0".to_vec();
    for (kind, value) in fields {
        out.push(kind);
        out.extend((value.len() as u16).to_le_bytes());
        out.extend(value);
    }
    out.extend(cbc(&key, &iv, &plain));
    out
}
