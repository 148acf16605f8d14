//! The vault: entries, merging, the sealed file of format 1, its slots and its journal.
//! `FORMAT.md` beside this file is normative.

pub mod bytes;
pub mod entry;
pub mod id;
pub mod kdf;
pub mod seal;
pub mod slot;
#[cfg(test)]
pub mod testing;
