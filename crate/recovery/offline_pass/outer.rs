//! The outer form of an offline pass: letters to bytes, what can be read without a key, and the keys.

use data_encoding::{BASE32_NOPAD, BASE64};

use crate::env::Millis;
use crate::protocol::{DeriveJob, KdfParams};
use crate::secret::{Key, Secret};
use crate::vault::code::Code;
use crate::vault::seal::{self, NONCE};

use super::{BLOCK, Lock, OfflineError, Window};

const FAMILY: &str = "SPAREKEY/P";
/// Before anything is decrypted.
const MAX_BYTES: usize = 1024 * 1024;
/// Salt and window.
const OPEN: usize = 16 + 3 * 8;
/// Which KDF, and three numbers of its cost.
const KDF: usize = 1 + 3 * 4;
const COMMIT: usize = 32;
const TAG: usize = 16;
const CHECK: usize = 4;

/// What the text begins with, for each form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Under a code.
    Code,
    /// Under a passphrase.
    Passphrase,
}

/// A text taken apart. Nothing of it is authentic.
pub(super) struct Parts {
    pub form: Form,
    pub window: Window,
    pub salt: [u8; 16],
    /// Of a passphrase.
    pub params: Option<KdfParams>,
    /// Prefix and everything before the commitment.
    pub head: Vec<u8>,
    pub commit: [u8; COMMIT],
    pub sealed: Vec<u8>,
}

/// The keys of one pass.
pub(super) struct Keys {
    pub key: Key,
    pub commit: Key,
    pub nonce: [u8; NONCE],
}

impl Form {
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Code => super::PREFIX,
            Self::Passphrase => super::PASSPHRASE_PREFIX,
        }
    }

    fn open(self) -> usize {
        OPEN + if self == Self::Passphrase { KDF } else { 0 }
    }

    fn check(self) -> usize {
        if self == Self::Passphrase { CHECK } else { 0 }
    }

    /// Letters of a pass whose body has so many bytes.
    pub(super) fn letters(self, body: usize) -> usize {
        let bytes = self.open() + COMMIT + body + TAG + self.check();
        self.prefix().len() + BASE32_NOPAD.encode_len(bytes)
    }
}

impl Lock {
    pub(super) fn form(&self) -> Form {
        match self {
            Self::Code(_) => Form::Code,
            Self::Passphrase(_) => Form::Passphrase,
        }
    }

    pub(super) fn keys(&self, salt: &[u8; 16]) -> Keys {
        let all: Secret<[u8; 76]> = match self {
            Self::Code(code) => code_keys(code, salt),
            Self::Passphrase(secret) => {
                seal::derive(secret.key.expose(), salt, &[b"sparekey/1 offline pass passphrase"])
            }
        };
        let mut keys = Keys { key: Key::default(), commit: Key::default(), nonce: [0; NONCE] };
        keys.key.expose_mut().copy_from_slice(&all.expose()[..32]);
        keys.commit.expose_mut().copy_from_slice(&all.expose()[32..64]);
        keys.nonce.copy_from_slice(&all.expose()[64..]);
        keys
    }
}

fn code_keys(code: &Code, salt: &[u8; 16]) -> Secret<[u8; 76]> {
    code.derive_for(salt, b"sparekey/1 offline pass")
}

/// Prefix, salt, window and, under a passphrase, the KDF: what the sealed part is bound to.
pub(super) fn head(lock: &Lock, salt: &[u8; 16], window: Window) -> Vec<u8> {
    let mut head = lock.form().prefix().as_bytes().to_vec();
    head.extend(salt);
    for instant in [window.from, window.until, window.made] {
        head.extend(instant.0.to_be_bytes());
    }
    if let Lock::Passphrase(secret) = lock {
        let (kind, cost) = match secret.params {
            KdfParams::Argon2id { m, t, p } => (1_u8, [m, t, p]),
            KdfParams::Pbkdf2 { iterations } => (2, [iterations, 0, 0]),
        };
        head.push(kind);
        head.extend(cost.iter().flat_map(|number| number.to_be_bytes()));
    }
    head
}

/// The text.
pub(super) fn write(form: Form, head: &[u8], commit: &[u8; COMMIT], sealed: &[u8]) -> String {
    let prefix = form.prefix();
    let mut bytes = [&head[prefix.len()..], commit, sealed].concat();
    bytes.extend(&checksum(form, &bytes)[..form.check()]);
    format!("{prefix}{}", BASE32_NOPAD.encode(&bytes))
}

/// Whether a text claims to be an offline pass.
pub(super) fn is_one(text: &str) -> bool {
    squeezed(text).starts_with(FAMILY)
}

/// Takes a text apart.
pub(super) fn parse(text: &str) -> Result<Parts, OfflineError> {
    let text = squeezed(text);
    let form = [Form::Code, Form::Passphrase].into_iter().find(|form| text.starts_with(form.prefix()));
    let Some(form) = form else {
        return Err(match text.strip_prefix(FAMILY) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => OfflineError::Newer,
            _ => OfflineError::NotOurs,
        });
    };
    let letters = &text[form.prefix().len()..];
    if letters.len() > MAX_BYTES * 8 / 5 {
        return Err(OfflineError::Damaged);
    }
    let bytes = BASE32_NOPAD.decode(letters.as_bytes()).map_err(|_| OfflineError::Damaged)?;
    // What was cut off shows by its length, before anybody is asked for anything.
    let fixed = form.open() + COMMIT + TAG + form.check();
    if bytes.len() <= fixed || !(bytes.len() - fixed).is_multiple_of(BLOCK) {
        return Err(OfflineError::Damaged);
    }
    let (bytes, check) = bytes.split_at(bytes.len() - form.check());
    if *check != checksum(form, bytes)[..form.check()] {
        return Err(OfflineError::Damaged);
    }
    let (open, rest) = bytes.split_at(form.open());
    let (commit, sealed) = rest.split_at(COMMIT);
    let window = Window {
        from: Millis(number(&open[16..24])),
        until: Millis(number(&open[24..32])),
        made: Millis(number(&open[32..40])),
    };
    Ok(Parts {
        form,
        window,
        salt: open[..16].try_into().map_err(|_| OfflineError::Damaged)?,
        params: kdf(&open[OPEN..])?,
        head: [form.prefix().as_bytes(), open].concat(),
        commit: commit.try_into().map_err(|_| OfflineError::Damaged)?,
        sealed: sealed.to_vec(),
    })
}

impl Parts {
    /// What is to be derived from a passphrase; nothing where a code opens it.
    pub(super) fn job(&self) -> Option<DeriveJob> {
        Some(DeriveJob { params: self.params?, salt: BASE64.encode(&self.salt), rule: None })
    }
}

/// A KDF that this form does not have is one of a newer program.
fn kdf(bytes: &[u8]) -> Result<Option<KdfParams>, OfflineError> {
    let Some((kind, cost)) = bytes.split_first() else { return Ok(None) };
    let cost = |at: usize| number(&cost[at * 4..at * 4 + 4]) as u32;
    match kind {
        1 => Ok(Some(KdfParams::Argon2id { m: cost(0), t: cost(1), p: cost(2) })),
        2 => Ok(Some(KdfParams::Pbkdf2 { iterations: cost(0) })),
        _ => Err(OfflineError::Newer),
    }
}

fn checksum(form: Form, bytes: &[u8]) -> [u8; 32] {
    seal::sha256(&[form.prefix().as_bytes(), bytes].concat())
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}
