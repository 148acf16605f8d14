//! Which field of a page takes which code.

pub mod field;

pub use field::{Context, Field, Holds, PageFields};
