//! Writers of the containers that [`super`] reads, for tests: every importer's test makes its own files.

pub(crate) mod bplist;
pub(crate) mod java;
pub(crate) mod openpgp;
pub(crate) mod sqlite;
pub(crate) mod zip;
