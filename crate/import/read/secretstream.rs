//! libsodium's `crypto_secretstream_xchacha20poly1305`, one message of it, as Ente writes its exports.
//!
//! It is not the XChaCha20-Poly1305 AEAD: a tag byte travels in a block of its own, and the padding before the
//! lengths is what libsodium computes, which is not a multiple of 16.

use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20::{ChaCha20, R20, hchacha};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;

use super::crypto::same;
use crate::import::ImportError;
use crate::secret::{Key, SecretBytes};

/// The block that carries the tag byte.
const BLOCK: usize = 64;
/// Poly1305's tag.
const MAC: usize = 16;
/// More messages follow, or none.
const TAG_MESSAGE: u8 = 0;
const TAG_FINAL: u8 = 3;

/// Opens the first message of a stream: an encrypted tag byte, the ciphertext, the MAC.
/// A MAC that does not fit is a wrong password.
pub fn open(key: &Key, header: &[u8; 24], sealed: &[u8]) -> Result<SecretBytes, ImportError> {
    let (tag, rest) = sealed.split_first().ok_or(ImportError::BadContent)?;
    let at = rest.len().checked_sub(MAC).ok_or(ImportError::BadContent)?;
    let (sealed, mac) = rest.split_at(at);
    let mut stream = stream(key, header);

    let mut mac_key = [0; BLOCK];
    stream.apply_keystream(&mut mac_key);
    let mut block = [0; BLOCK];
    block[0] = *tag;
    stream.apply_keystream(&mut block);
    let opened_tag = core::mem::replace(&mut block[0], *tag);
    if !same(&authenticate(&mac_key, &block, sealed), mac) {
        return Err(ImportError::WrongPassword);
    }
    if !matches!(opened_tag, TAG_MESSAGE | TAG_FINAL) {
        return Err(ImportError::UnsupportedVersion);
    }
    let mut opened = SecretBytes::new(sealed.to_vec());
    stream.apply_keystream(opened.expose_mut());
    Ok(opened)
}

/// Half the header makes the key, the other half the nonce; the message counter is 1.
fn stream(key: &Key, header: &[u8; 24]) -> ChaCha20 {
    let (salt, rest) = header.split_at(16);
    let salt: [u8; 16] = salt.try_into().unwrap_or_default();
    let subkey = hchacha::<R20>(key.expose().into(), &salt.into());
    let mut nonce = [0; 12];
    nonce[0] = 1;
    nonce[4..].copy_from_slice(rest);
    ChaCha20::new(&subkey, &nonce.into())
}

fn authenticate(mac_key: &[u8; BLOCK], block: &[u8; BLOCK], sealed: &[u8]) -> [u8; MAC] {
    let mac_key: [u8; 32] = core::array::from_fn(|at| mac_key[at]);
    let length = (BLOCK + sealed.len()) as u64;
    // (16 - 64 + n) mod 16, as libsodium has it.
    let padding = vec![0; sealed.len() % MAC];
    let lengths = [0_u64.to_le_bytes(), length.to_le_bytes()].concat();
    let input = [&block[..], sealed, &padding, &lengths].concat();
    Poly1305::new(&mac_key.into()).compute_unpadded(&input).into()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Seals one final message, as libsodium does.
    pub(crate) fn seal(key: &Key, header: &[u8; 24], plain: &[u8]) -> Vec<u8> {
        let mut stream = stream(key, header);
        let mut mac_key = [0; BLOCK];
        stream.apply_keystream(&mut mac_key);
        let mut block = [0; BLOCK];
        block[0] = TAG_FINAL;
        stream.apply_keystream(&mut block);
        let mut sealed = plain.to_vec();
        stream.apply_keystream(&mut sealed);
        let mac = authenticate(&mac_key, &block, &sealed);
        [&block[..1], &sealed, &mac].concat()
    }

    #[test]
    fn opens_what_was_sealed_and_nothing_else() {
        let (key, header) = (Key::new([7; 32]), [9; 24]);
        for length in [0, 1, 15, 16, 17, 63, 64, 65, 200] {
            let plain = vec![0x5a; length];
            let sealed = seal(&key, &header, &plain);
            assert_eq!(sealed.len(), length + 17);
            assert_eq!(open(&key, &header, &sealed).unwrap().expose(), &plain);
            for at in 0..sealed.len() {
                let mut turned = sealed.clone();
                turned[at] ^= 1;
                assert_eq!(open(&key, &header, &turned), Err(ImportError::WrongPassword));
            }
        }
        assert_eq!(open(&key, &header, &[0; 16]), Err(ImportError::BadContent));
        assert_eq!(open(&key, &header, &[]), Err(ImportError::BadContent));
    }
}
