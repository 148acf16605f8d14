//! The sealing halves of what importers open.

use aes::Aes256;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};

/// AES-256-GCM: the ciphertext and its tag.
pub fn gcm(key: &[u8; 32], nonce: [u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    Aes256Gcm::new(key.into()).encrypt(&Nonce::from(nonce), Payload { msg: plain, aad }).unwrap()
}

/// AES-256-CBC with PKCS#7.
pub fn cbc(key: &[u8; 32], iv: [u8; 16], plain: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new(key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(plain)
}
