//! The containers that only binary formats use: SQLite, property lists, serialised Java maps, Android preferences.
//! They end and stay small whatever refers to whatever. The seeds are files of our own writers' making.

use sparekey::import::read::bplist::{Archive, Node};
use sparekey::import::read::sqlite::Database;
use sparekey::import::read::{java, prefs};

/// More rows than a mutated seed of 64 KiB can honestly have.
const MAX_ROWS: usize = 10_000;

pub fn seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../fixtures/import/accounts.sqlite").to_vec(),
        include_bytes!("../fixtures/import/archive.bplist").to_vec(),
        include_bytes!("../fixtures/import/map.java").to_vec(),
        b"<?xml version='1.0'?>\n<map><string name=\"a\">{&quot;x&quot;:1}</string><int name=\"n\" value=\"1\"/></map>".to_vec(),
    ]
}

pub fn run(bytes: &[u8]) {
    if let Ok(database) = Database::open(bytes)
        && let Ok(table) =
            database.table("accounts", &["_id", "email", "secret", "counter", "note"], MAX_ROWS)
    {
        let text: usize = table.rows().map(|row| row.text("email").len() + row.text("note").len()).sum();
        // What is not valid becomes U+FFFD, three bytes for one; all records together are no longer than the file.
        assert!(text <= bytes.len() * 3, "{text} bytes of text from a file of {}", bytes.len());
    }
    if let Ok(archive) = Archive::open(bytes) {
        let accounts = archive.root().field("Folders").into_iter().flat_map(Node::items);
        let accounts = accounts.filter_map(|folder| folder.field("accounts")).flat_map(Node::items);
        for account in accounts.take(MAX_ROWS) {
            let _ = ["label", "secret", "digits"].map(|name| {
                account
                    .field(name)
                    .map(|n| (n.text().map(str::len), n.data().map(<[u8]>::len), n.integer(), n.real()))
            });
        }
    }
    let _ = java::read_string_map(bytes);
    if let Some(Ok(strings)) = prefs::strings(bytes) {
        assert!(strings.len() <= bytes.len());
    }
}
