//! The core's vectors again, compiled to Wasm and run by a JavaScript engine: 32-bit `usize`, the portable code of
//! the ciphers, no clock and no entropy of its own. `./build.sh test wasm`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use sparekey::env::Millis;
use sparekey::otp::uri::parse_uri;
use sparekey::protocol::KdfParams;
use sparekey::vault::{kdf, seal};
use wasm_bindgen_test::wasm_bindgen_test;

/// RFC 6238 appendix B: the instant, and the codes of SHA-1, SHA-256 and SHA-512.
const RFC_6238: [(u64, [&str; 3]); 6] = [
    (59, ["94287082", "46119246", "90693936"]),
    (1_111_111_109, ["07081804", "68084774", "25091201"]),
    (1_111_111_111, ["14050471", "67062674", "99943326"]),
    (1_234_567_890, ["89005924", "91819424", "93441116"]),
    (2_000_000_000, ["69279037", "90698825", "38618901"]),
    (20_000_000_000, ["65353130", "77737706", "47863826"]),
];

/// The appendix's keys are the ASCII digits 1..9,0 repeated to 20, 32 and 64 bytes.
const KEYS: [(&str, &str); 3] = [
    ("SHA1", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
    ("SHA256", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"),
    (
        "SHA512",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA",
    ),
];

#[wasm_bindgen_test]
fn rfc_6238() {
    for (at, codes) in RFC_6238 {
        for ((algorithm, secret), expected) in KEYS.iter().zip(codes) {
            let uri = format!("otpauth://totp/x?secret={secret}&algorithm={algorithm}&digits=8");
            let account = parse_uri(&uri).unwrap();
            assert_eq!(account.otp.code_at(Millis(at * 1000)).code.expose(), expected, "{algorithm} at {at}");
        }
    }
}

/// The largest instant that the protocol can carry does not overflow where `usize` has 32 bits.
#[wasm_bindgen_test]
fn the_last_instant() {
    let account = parse_uri("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ").unwrap();
    assert_eq!(account.otp.code_at(Millis(u64::MAX)).code.expose().len(), 6);
}

/// Reference values of Python's argon2-cffi 25.1 (libargon2) and hashlib, same inputs.
#[wasm_bindgen_test]
fn password_kdfs() {
    let argon2id = KdfParams::Argon2id { m: 19 * 1024, t: 2, p: 1 };
    let pbkdf2 = KdfParams::Pbkdf2 { iterations: 600_000 };
    for (params, expected) in [
        (argon2id, "ae4d8c8b713876044c8347c76986a9b5655944aaacfffe9bea4dff9e7b6a1899"),
        (pbkdf2, "91828083f760ed60bb550e24f3e89aa29bbcb27c4219d034c4c4f03c2e6db9d9"),
    ] {
        let key = kdf::derive(params, b"0123456789abcdef", "correct horse".as_bytes()).unwrap();
        assert_eq!(hex(key.expose()), expected);
    }
}

/// FIPS 180-4's "abc".
#[wasm_bindgen_test]
fn sha256() {
    assert_eq!(
        hex(&seal::sha256(b"abc")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 5869 appendix A.1 and RFC 4231 test case 2, as in tests/vectors.rs.
#[wasm_bindgen_test]
fn hkdf_and_hmac() {
    let salt: Vec<u8> = (0..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let okm = seal::derive::<42>(&[0x0b; 22], &salt, &[&info]);
    let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    assert_eq!(hex(okm.expose()), expected);
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");
    let tag = seal::mac(&sparekey::secret::Key::new(key), &[b"what do ya want for nothing?"]);
    assert_eq!(hex(&tag), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
