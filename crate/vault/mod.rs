//! The vault: entries, merging, the sealed file of format 1, its slots and its journal.
//! `FORMAT.md` beside this file is normative.

pub mod address;
pub mod backup_codes;
pub mod body;
pub mod bytes;
pub mod choice;
pub mod code;
pub mod emergency;
pub mod entry;
pub mod escrow;
pub mod file;
pub mod former;
pub mod id;
pub mod journal;
pub mod kdf;
pub mod kept;
pub mod log_chain;
pub mod merge;
pub mod migrate;
pub mod moving;
mod otp_json;
pub mod password;
pub mod seal;
pub mod sealed;
pub mod slot;
pub mod substance;
#[cfg(test)]
pub mod testing;
pub mod way;
pub mod worklist;
