//! Bundles and the ways in. `BUNDLE.md` beside this file is normative.

pub mod backup_codes;
pub mod bundle;
pub mod schedule;
pub mod shares;
pub mod worklist;
