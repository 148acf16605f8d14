//! Which field of a page takes which code.

mod backup;
pub mod detect;
pub mod field;
mod length;
mod marks;
#[cfg(test)]
mod others;
mod pattern;
#[cfg(test)]
mod phrases;
mod place;
mod reading;
mod recovery;
mod score;
mod split;
mod text;
mod veto;
mod vocabulary;

pub use backup::find_backup;
pub use detect::{Class, Detection, Reason, Wanted, detect};
pub use field::{Context, Field, Holds, PageFields};
pub use marks::{find_focused, find_marked, is_marked, marks_of};
pub use split::take_pointed;
