//! The only room with raw ciphers: AES-256-GCM, HKDF-SHA256, HMAC-SHA256 and HPKE, in the few shapes of format 1.
//! Other rooms call these by purpose and never touch a cipher.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, PskBundle, Serializable};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::env::{Entropy, Rng};
use crate::secret::{Key, Secret, SecretBytes};

/// The bytes did not come from a holder of the key, or were changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAuthentic;

/// Length of an AES-GCM nonce (SP 800-38D, 96 bits).
pub const NONCE: usize = 12;
/// Length of an HPKE box that holds a key: encapsulated key, 32 bytes, tag.
pub const SEALED_KEY: usize = 32 + 32 + 16;

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// HKDF-SHA256 (RFC 5869) with every part of `info` in a row.
pub fn derive<const N: usize>(ikm: &[u8], salt: &[u8], info: &[&[u8]]) -> Secret<[u8; N]> {
    let mut out = Secret::new([0; N]);
    let done = Hkdf::<Sha256>::new(Some(salt), ikm).expand_multi_info(info, out.expose_mut());
    debug_assert!(done.is_ok(), "HKDF-SHA256 gives up to 8160 bytes");
    out
}

/// HMAC-SHA256 over the parts in a row.
pub fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = hmac_of(key);
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// Checks [`mac`] in constant time.
pub fn verify_mac(key: &Key, parts: &[&[u8]], tag: &[u8; 32]) -> Result<(), NotAuthentic> {
    if bool::from(mac(key, parts).ct_eq(tag)) { Ok(()) } else { Err(NotAuthentic) }
}

/// AES-256-GCM: ciphertext and tag. The caller never uses a key with the same nonce twice.
pub fn encrypt(key: &Key, nonce: &[u8; NONCE], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    cipher(key)
        .encrypt(&Nonce::from(*nonce), Payload { msg: plain, aad })
        // AES-GCM refuses only messages above 64 GiB.
        .unwrap_or_default()
}

/// Opens [`encrypt`].
pub fn decrypt(
    key: &Key,
    nonce: &[u8; NONCE],
    aad: &[u8],
    sealed: &[u8],
) -> Result<SecretBytes, NotAuthentic> {
    cipher(key)
        .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad })
        .map(Secret::new)
        .map_err(|_| NotAuthentic)
}

/// An X25519 pair: private half, public half.
pub fn make_pair(entropy: &mut dyn Entropy) -> (Key, [u8; 32]) {
    let mut seed = Key::default();
    entropy.fill(seed.expose_mut());
    let (private, public) = X25519HkdfSha256::derive_keypair(seed.expose());
    (Key::new(private.to_bytes().into()), public.to_bytes().into())
}

/// Seals a key to a public half with HPKE (RFC 9180) in psk mode: without the psk nobody can make such a box.
pub fn seal_key(
    entropy: &mut dyn Entropy,
    public: &[u8; 32],
    psk: &Key,
    psk_id: &[u8],
    info: &[u8],
    key: &Key,
) -> Result<[u8; SEALED_KEY], NotAuthentic> {
    let psk = PskBundle::new(psk.expose(), psk_id).map_err(|_| NotAuthentic)?;
    seal_as(&OpModeS::Psk(psk), entropy, public, info, key)
}

/// Opens [`seal_key`].
pub fn open_key(
    private: &Key,
    psk: &Key,
    psk_id: &[u8],
    info: &[u8],
    sealed: &[u8; SEALED_KEY],
) -> Result<Key, NotAuthentic> {
    let psk = PskBundle::new(psk.expose(), psk_id).map_err(|_| NotAuthentic)?;
    open_as(&OpModeR::Psk(psk), private, info, sealed)
}

/// The same in base mode: anybody who knows the public half can make such a box, so it proves nothing about its maker.
pub fn seal_key_to(
    entropy: &mut dyn Entropy,
    public: &[u8; 32],
    info: &[u8],
    key: &Key,
) -> Result<[u8; SEALED_KEY], NotAuthentic> {
    seal_as(&OpModeS::Base, entropy, public, info, key)
}

/// Opens [`seal_key_to`].
pub fn open_key_of(private: &Key, info: &[u8], sealed: &[u8; SEALED_KEY]) -> Result<Key, NotAuthentic> {
    open_as(&OpModeR::Base, private, info, sealed)
}

/// The public half that belongs to a private one.
pub fn derive_public(private: &Key) -> Result<[u8; 32], NotAuthentic> {
    let private =
        <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(private.expose()).map_err(|_| NotAuthentic)?;
    Ok(X25519HkdfSha256::sk_to_pk(&private).to_bytes().into())
}

fn seal_as(
    mode: &OpModeS<'_, X25519HkdfSha256>,
    entropy: &mut dyn Entropy,
    public: &[u8; 32],
    info: &[u8],
    key: &Key,
) -> Result<[u8; SEALED_KEY], NotAuthentic> {
    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public).map_err(|_| NotAuthentic)?;
    let (encapsulated, sealed) = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        mode,
        &public,
        info,
        key.expose(),
        b"",
        &mut Rng(entropy),
    )
    .map_err(|_| NotAuthentic)?;
    let mut out = [0; SEALED_KEY];
    out[..32].copy_from_slice(&encapsulated.to_bytes());
    out[32..].copy_from_slice(&sealed);
    Ok(out)
}

fn open_as(
    mode: &OpModeR<'_, X25519HkdfSha256>,
    private: &Key,
    info: &[u8],
    sealed: &[u8; SEALED_KEY],
) -> Result<Key, NotAuthentic> {
    let private =
        <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(private.expose()).map_err(|_| NotAuthentic)?;
    let encapsulated =
        <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&sealed[..32]).map_err(|_| NotAuthentic)?;
    let opened = SecretBytes::new(
        hpke::single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
            mode,
            &private,
            &encapsulated,
            info,
            &sealed[32..],
            b"",
        )
        .map_err(|_| NotAuthentic)?,
    );
    if opened.expose().len() != 32 {
        return Err(NotAuthentic);
    }
    let mut key = Key::default();
    key.expose_mut().copy_from_slice(opened.expose());
    Ok(key)
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(key.expose().into())
}

fn hmac_of(key: &Key) -> Hmac<Sha256> {
    // HMAC pads a key to its block of 64 bytes with zeros (RFC 2104): doing it here keeps the call infallible.
    let mut block = Secret::new([0; 64]);
    block.expose_mut()[..32].copy_from_slice(key.expose());
    <Hmac<Sha256> as KeyInit>::new(block.expose().into())
}
