//! The vault's file before any key is known: limits hold, and what parses is written back to the byte.

use sparekey::vault::file::VaultFile;

pub fn seeds() -> Vec<Vec<u8>> {
    vec![b"sparekey/1\n".to_vec(), b"sparekey/1\n{}\nAAAA\n-\nAAAA\n".to_vec(), b"sparekey/2\n{}\n".to_vec()]
}

pub fn run(bytes: &[u8]) {
    if let Ok(file) = VaultFile::parse(bytes) {
        assert_eq!(file.to_bytes(), bytes, "a file has one form");
    }
}
