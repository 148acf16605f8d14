//! The vault: entries, merging, the sealed file of format 1, its slots and its journal.
//! `FORMAT.md` beside this file is normative.

pub mod entry;
