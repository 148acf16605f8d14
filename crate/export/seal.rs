//! The sealing halves of other apps' files, with the derivations that those apps use.

use aes::Aes256;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::Argon2;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use chacha20::cipher::StreamCipher;
use chacha20::{ChaCha20, R20, hchacha};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use poly1305::Poly1305;
use sha2::Sha256;

use super::ExportError;
use crate::secret::Key;

/// Argon2id with one lane.
pub(super) fn derive_argon2(password: &[u8], salt: &[u8], kib: u32, passes: u32) -> Result<Key, ExportError> {
    let params = argon2::Params::new(kib, passes, 1, Some(32)).map_err(|_| ExportError::NotSealed)?;
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = Key::default();
    argon2.hash_password_into(password, salt, key.expose_mut()).map_err(|_| ExportError::NotSealed)?;
    Ok(key)
}

/// PBKDF2-HMAC-SHA256.
pub(super) fn derive_pbkdf2(password: &[u8], salt: &[u8], iterations: u32) -> Key {
    let mut key = Key::default();
    pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, iterations, key.expose_mut());
    key
}

/// Scrypt; `log_n` is the logarithm of the cost.
pub(super) fn derive_scrypt(
    password: &[u8],
    salt: &[u8],
    log_n: u8,
    r: u32,
    p: u32,
) -> Result<Key, ExportError> {
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| ExportError::NotSealed)?;
    let mut key = Key::default();
    scrypt::scrypt(password, salt, &params, key.expose_mut()).map_err(|_| ExportError::NotSealed)?;
    Ok(key)
}

/// HKDF's second step alone (RFC 5869 2.3), with SHA-256.
pub(super) fn expand(key: &Key, info: &[u8]) -> Result<Key, ExportError> {
    let hkdf = Hkdf::<Sha256>::from_prk(key.expose()).map_err(|_| ExportError::NotSealed)?;
    let mut out = Key::default();
    hkdf.expand(info, out.expose_mut()).map_err(|_| ExportError::NotSealed)?;
    Ok(out)
}

/// AES-256-GCM: the ciphertext and its 16-byte tag.
pub(super) fn gcm(key: &Key, nonce: [u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, ExportError> {
    Aes256Gcm::new(key.expose().into())
        .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad })
        .map_err(|_| ExportError::NotSealed)
}

/// AES-256-CBC with PKCS#7.
pub(super) fn cbc(key: &Key, iv: [u8; 16], plain: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<Aes256>::new(key.expose().into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(plain)
}

/// HMAC-SHA-256 over the parts, one after the other.
pub(super) fn hmac_sha256(key: &Key, parts: &[&[u8]]) -> Result<[u8; 32], ExportError> {
    let mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.expose());
    let mut mac = mac.map_err(|_| ExportError::NotSealed)?;
    parts.iter().for_each(|part| mac.update(part));
    Ok(mac.finalize().into_bytes().into())
}

/// libsodium's `crypto_secretstream_xchacha20poly1305`, one final message: an encrypted tag byte in a block of its
/// own, the ciphertext, the MAC over both with the lengths behind a padding that is libsodium's own.
pub(super) fn secretstream(key: &Key, header: &[u8; 24], plain: &[u8]) -> Vec<u8> {
    const TAG_FINAL: u8 = 3;
    let (salt, rest) = header.split_at(16);
    let salt: [u8; 16] = salt.try_into().unwrap_or_default();
    let subkey = hchacha::<R20>(key.expose().into(), &salt.into());
    // The message counter is 1.
    let mut nonce = [0; 12];
    nonce[0] = 1;
    nonce[4..].copy_from_slice(rest);
    let mut stream = ChaCha20::new(&subkey, &nonce.into());

    let mut mac_key = [0; 64];
    stream.apply_keystream(&mut mac_key);
    let mut block = [0; 64];
    block[0] = TAG_FINAL;
    stream.apply_keystream(&mut block);
    let mut sealed = plain.to_vec();
    stream.apply_keystream(&mut sealed);

    let mac_key: [u8; 32] = core::array::from_fn(|at| mac_key[at]);
    // (16 - 64 + n) mod 16, as libsodium has it.
    let padding = vec![0; sealed.len() % 16];
    let length = (block.len() + sealed.len()) as u64;
    let input = [&block[..], &sealed, &padding, &0_u64.to_le_bytes(), &length.to_le_bytes()].concat();
    let mac: [u8; 16] = Poly1305::new(&mac_key.into()).compute_unpadded(&input).into();
    [&block[..1], &sealed, &mac].concat()
}
