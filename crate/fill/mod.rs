//! Which field of a page takes which code.

pub mod field;

pub use field::{Context, Field, Holds, PageFields};

/// STUB until the detector lands.
pub struct Wanted {
    /// d
    pub digits: u8,
    /// s
    pub steam: bool,
}
/// STUB
pub struct Detection(Result<Vec<u32>, &'static str>);
impl Detection {
    /// t
    pub fn targets(self) -> Result<Vec<u32>, &'static str> {
        self.0
    }
}
/// STUB
pub fn detect(page: &PageFields, _w: &Wanted) -> Detection {
    Detection(page.fields.first().map(|f| vec![f.n]).ok_or("no-field"))
}
