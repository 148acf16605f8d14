//! Bundles and the ways in. `BUNDLE.md` beside this file is normative.

pub mod backup_codes;
pub mod bundle;
pub mod escrow;
pub mod frames;
pub mod handover;
pub mod offline_pass;
pub mod readiness;
pub mod schedule;
pub mod shares;
pub mod sync;
pub mod worklist;
