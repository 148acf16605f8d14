//! Which field of a page takes which code.

use serde::{Deserialize, Serialize};

/// What `page.js` says of one frame: never a value, never text beyond the words around a field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct PageFields {
    /// The frame's `self.origin`; `null` for an opaque one.
    pub origin: String,
    /// `ancestorOrigins`, nearest first; empty in the top frame.
    pub ancestors: Vec<String>,
}
