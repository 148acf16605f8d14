//! libsodium's `crypto_secretbox_xsalsa20poly1305`, as Psono seals its exports.

use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use salsa20::XSalsa20;
use salsa20::cipher::{KeyIvInit, StreamCipher};

use super::crypto::same;
use crate::import::ImportError;
use crate::secret::{Key, Secret, SecretBytes};

/// Poly1305's tag, before the ciphertext.
const MAC: usize = 16;

/// Opens a box. A MAC that does not fit is a wrong password.
pub fn open(key: &Key, nonce: &[u8; 24], sealed: &[u8]) -> Result<SecretBytes, ImportError> {
    let (mac, sealed) = sealed.split_at_checked(MAC).ok_or(ImportError::BadContent)?;
    let mut stream = XSalsa20::new(key.expose().into(), nonce.into());
    // The keystream's first half block is the key of the MAC.
    let mut mac_key = Secret::new([0; 32]);
    stream.apply_keystream(mac_key.expose_mut());
    let want: [u8; MAC] = Poly1305::new(mac_key.expose().into()).compute_unpadded(sealed).into();
    if !same(&want, mac) {
        return Err(ImportError::WrongPassword);
    }
    let mut opened = SecretBytes::new(sealed.to_vec());
    stream.apply_keystream(opened.expose_mut());
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn opens_what_libsodium_sealed_and_nothing_else() {
        // PyNaCl: SecretBox(bytes([7]) * 32).encrypt(b"Z" * 70, bytes([9]) * 24).ciphertext
        let sealed = HEXLOWER.decode(SEALED.as_bytes()).unwrap();
        let (key, nonce) = (Key::new([7; 32]), [9; 24]);
        assert_eq!(open(&key, &nonce, &sealed).unwrap().expose(), &[b'Z'; 70]);
        for at in 0..sealed.len() {
            let mut turned = sealed.clone();
            turned[at] ^= 1;
            assert_eq!(open(&key, &nonce, &turned), Err(ImportError::WrongPassword));
        }
        assert_eq!(open(&key, &nonce, &sealed[..MAC - 1]), Err(ImportError::BadContent));
    }

    const SEALED: &str = "350eceddda52380a4d7d7b6aad2dbf0ed61049ac650b68b65e2e48b2f06eef083ac7d4680e159487d27cb654bd9e0a32168ff7d58dc9247e58b1400206d7c6206139d6ffce70180931ce1babf4ae07fd30676ac0aade";
}
