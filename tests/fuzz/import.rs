//! Every importer on every file, with a wrong password and small limits: an error, never a panic.

use sparekey::import::{Input, Limits, REGISTRY};
use sparekey::secret::SecretText;

const LIMITS: Limits = Limits { max_bytes: 1 << 20, max_items: 1000, max_kdf_kib: 1024, max_work: 10_000 };

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = [
        r#"{"version":1,"header":{"slots":null,"params":null},"db":{"version":3,"entries":[{"type":"totp","uuid":"u","name":"n","issuer":"i","info":{"secret":"GEZDGNBVGY3TQOJQ","algo":"SHA1","digits":6,"period":30}}]}}"#,
        r#"[{"secret":"GEZDGNBVGY3TQOJQ","issuer":"i","label":"l","digits":6,"type":"TOTP","algorithm":"SHA1","period":30}]"#,
        r#"{"services":[{"name":"n","secret":"GEZDGNBVGY3TQOJQ","otp":{"digits":6,"period":30,"algorithm":"SHA1","tokenType":"TOTP"}}],"schemaVersion":4}"#,
        "name,login_username,login_totp\nn,u,otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\n",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    seeds.extend([b"PK\x03\x04".to_vec(), b"SQLite format 3\0".to_vec(), b"bplist00".to_vec(), vec![0; 64]]);
    seeds
}

pub fn run(bytes: &[u8]) {
    let input = Input { bytes, beside: &[] };
    let password = SecretText::new("wrong".into());
    for importer in REGISTRY.iter().filter(|importer| importer.recognises(&input)) {
        if let Ok(draft) = importer.import(&input, Some(&password), &LIMITS) {
            assert!(draft.entries.len() + draft.skipped.len() <= LIMITS.max_items, "{}", importer.id());
        }
    }
}
