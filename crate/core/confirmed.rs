//! What the user has bound already, by issuer: suggested for other entries of the same one.

use std::collections::HashMap;

use crate::site::{Origin, issuer_key};
use crate::vault::body::Body;
use crate::vault::entry::Entry;

use super::view;

/// The bound sites of a vault. Never those of an entry that is kept for emergencies, which is to be heard of nowhere.
pub(super) struct Confirmed(HashMap<String, Vec<Origin>>);

impl Confirmed {
    /// Reads each issuer once: a vault can hold thousands.
    pub(super) fn of(body: &Body) -> Self {
        let mut found: HashMap<String, Vec<Origin>> = HashMap::new();
        let bound = |entry: &&Entry| entry.trashed.is_none() && !entry.emergency && !entry.sites.is_empty();
        for entry in body.entries.iter().filter(bound) {
            let Some(key) = issuer_key(&entry.issuer) else { continue };
            add(found.entry(key).or_default(), entry);
        }
        Self(found)
    }

    /// The sites of an issuer's entries.
    pub(super) fn of_issuer(&self, issuer: &str) -> Vec<Origin> {
        if self.0.is_empty() {
            return Vec::new();
        }
        issuer_key(issuer).and_then(|key| self.0.get(&key)).cloned().unwrap_or_default()
    }

    /// The sites of an entry and of the others of its issuer.
    pub(super) fn with(&self, entry: &Entry) -> Vec<Origin> {
        let mut found = self.of_issuer(&entry.issuer);
        add(&mut found, entry);
        found
    }
}

fn add(found: &mut Vec<Origin>, entry: &Entry) {
    for binding in view::bindings(entry) {
        if !found.contains(binding.origin()) {
            found.push(binding.origin().clone());
        }
    }
}
