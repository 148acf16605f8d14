//! Shared readers of containers: what two formats need goes here.

pub mod bplist;
pub mod java;
pub mod sqlite;

#[cfg(test)]
pub(crate) mod testing;
