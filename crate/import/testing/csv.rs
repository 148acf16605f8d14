//! Writes CSV for tests.

/// A table with that header line. Every cell is quoted.
pub fn table(header: &str, rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut text = format!("{header}\r\n");
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        text += &cells.join(",");
        text += "\r\n";
    }
    text.into_bytes()
}
