//! What several formats are made of: containers and key derivations, each bounded by [`super::Limits`].
//! Nothing here knows an application.

pub mod bplist;
pub mod crypto;
pub mod csv;
pub mod gif;
pub mod java;
#[cfg(not(target_arch = "wasm32"))]
pub mod jpeg;
pub mod json;
pub mod openpgp;
#[cfg(not(target_arch = "wasm32"))]
pub mod picture;
pub mod picture_kind;
pub mod png;
pub mod prefs;
pub mod secretbox;
pub mod secretstream;
pub mod sqlcipher;
pub mod sqlite;
pub mod sqlite_log;
pub mod xml;
pub mod zip;

#[cfg(test)]
pub(crate) mod testing;
