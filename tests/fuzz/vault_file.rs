//! The vault's file and the file of an administrator's key before any secret is known: limits hold, and what parses is
//! written back.

use sparekey::recovery::escrow::key_file::KeyFile;
use sparekey::vault::escrow::EscrowKey;
use sparekey::vault::file::VaultFile;

pub fn seeds() -> Vec<Vec<u8>> {
    vec![
        b"sparekey/1\n".to_vec(),
        b"sparekey/1\n{}\nAAAA\n-\nAAAA\n".to_vec(),
        b"sparekey/2\n{}\n".to_vec(),
        KEY.to_vec(),
    ]
}

const KEY: &[u8] = br#"{"sparekey": "escrow-key/1", "name": "Acme Ltd",
"key": "SPAREKEY/E1/W2RJV4KPRV4JSIWQ5CGUJWSAGMTJ5RFHTIJOTZX5UHCEPMNCIE4HWDIZUI", "made": 1795342556770,
"kdf": {"kdf": "argon2id", "m": 65536, "t": 3, "p": 1}, "salt": "Zlk00USM2q/lc69cu+tUnw==",
"commit": "7Th/Gymq7SXxjY7N7xbIH3j/4gOtC/Dt3SuxQkiheE4=",
"lock": "pSFojs9yfsumGt/IHyciHIwwdqpP+SThvML4pQ0a0mohuFWMvipt3/bMAWE8NOTh5JcbOuRAbOuQQ4ul"}"#;

pub fn run(bytes: &[u8]) {
    if let Ok(file) = KeyFile::parse(bytes) {
        assert_eq!(KeyFile::parse(file.to_text().as_bytes()), Ok(file), "what we write, we read");
    }
    if let Ok(key) = EscrowKey::parse(&String::from_utf8_lossy(bytes)) {
        assert_eq!(EscrowKey::parse(&key.to_text()), Ok(key));
    }
    if let Ok(file) = VaultFile::parse(bytes) {
        assert_eq!(file.to_bytes(), bytes, "a file has one form");
    }
}
