//! Every importer on every file, with a wrong password and small limits: an error, never a panic.

use std::path::{Path, PathBuf};

use sparekey::import::{Importer, Input, Limits, REGISTRY};
use sparekey::secret::SecretText;

use crate::harness::{budget, fuzz_for};

const LIMITS: Limits =
    Limits { max_bytes: 1 << 20, max_items: 1000, max_kdf_kib: 1024, max_work: 10_000, told: |_| {} };

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = [
        r#"{"version":1,"header":{"slots":null,"params":null},"db":{"version":3,"entries":[{"type":"totp","uuid":"u","name":"n","issuer":"i","info":{"secret":"GEZDGNBVGY3TQOJQ","algo":"SHA1","digits":6,"period":30}}]}}"#,
        r#"[{"secret":"GEZDGNBVGY3TQOJQ","issuer":"i","label":"l","digits":6,"type":"TOTP","algorithm":"SHA1","period":30}]"#,
        r#"{"services":[{"name":"n","secret":"GEZDGNBVGY3TQOJQ","otp":{"digits":6,"period":30,"algorithm":"SHA1","tokenType":"TOTP"}}],"schemaVersion":4}"#,
        "name,login_username,login_totp\nn,u,otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\n",
        "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\n",
        r#"{"app":"2fauth_v5","schema":1,"data":[{"otp_type":"steamtotp","account":"a","service":"s","secret":"GEZDGNBVGY3TQOJQ","icon":null}]}"#,
        r#"{"a":{"hash":"h","dataType":"OTPStorage","type":"hex","secret":"blz-3132","issuer":"i::example.com"},"k":{"dataType":"Key","id":"k","salt":"saltsalt","version":3},"key":{"enc":"U2FsdGVkX18="},"b":{"dataType":"EncOTPStorage","keyId":"k","data":"U2FsdGVkX18="}}"#,
        r#"{"role":"codes","encrypted":false,"codes":"TmFtZTogYQpTZWNyZXQ6IE1FTUUKVHlwZTogT1RQX1RPVFAK","version":3}"#,
        r#"{"version":2,"elements":[{"secret":"GEZDGNBVGY3TQOJQ","issuer":"","label":"l","digits":6,"type":"HOTP","algorithm":"SHA256","counter":3}]}"#,
        r#"[{"name":"n","accountType":"OtpAccount","otpGenerator":{"otpSecret":"GEZDGNBVGY3TQOJQ","counter":3}}]"#,
        "otpauth://totp/i:a?secret=GEZDGNBVGY3TQOJQ&codeDisplay=%7B%22pinned%22%3Atrue%2C%22tags%22%3A%5B%22t%22%5D%7D\n",
        r#"{"version":1,"kdfParams":{"memLimit":10240,"opsLimit":1,"salt":"FD9Gp/sr9DkWCt0P83maaA=="},"encryptedData":"iFilm3SxvID9gHXuRp7MUrTSawotwVz/GUD5XGblfMw=","encryptionNonce":"iFilm3SxvID9gHXuRp7MUrTSawotwVz/"}"#,
        r#"{"tokenOrder":[],"tokens":[{"algo":"SHA1","counter":0,"digits":6,"issuerExt":"i","label":"l","period":30,"secret":[-1,2,3],"type":"TOTP"}]}"#,
        r#"{"accounts":[{"issuerName":"i","userName":"u","secret":"GEZDGNBVGY3TQOJQ","timeStep":30,"digits":6,"folderData":{"folderId":2}}],"folders":[{"id":2,"name":"f"}]}"#,
        r#"{"version":1,"entries":[{"content":{"uri":"steam://GEZDGNBVGY3TQOJQ","entry_type":"Steam","name":"n"},"note":"x"}]}"#,
        r#"[{"kind":"HOTP","timer":"30","issuer":"i","account":"a","secret":"GEZDGNBVGY3TQOJQ","digits":"6","counter":"1","pinned":"true"}]"#,
        r#"{"Authenticators":[{"Type":2,"Issuer":"i","Username":null,"Secret":"GEZDGNBVGY3TQOJQ","Algorithm":1,"Digits":6,"Period":30}],"Categories":[{"Id":"c","Name":"n"}],"AuthenticatorCategories":[{"CategoryId":"c","AuthenticatorSecret":"GEZDGNBVGY3TQOJQ"}]}"#,
        r#"{"Collection":[{"Label":"AAAA","SecretByteArray":"AAAA","SelectedCategories":[{"Name":"AAAA"}]}],"IV":"AAAAAAAAAAAAAAAAAAAAAA==","Version":1}"#,
        r#"{"salt":"FD9Gp/sr9DkWCt0P83maaA==","totps":[{"secret":[1,2,3,4,5,6,7,8,9,10,11,12,13],"label":[1],"issuer":"i"}]}"#,
        "<html><td class='qr'><img src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==\"/></td><td>u</td>",
        "AUTHENTICATORPRO0123456789abcdef0123456789ab",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    seeds.extend([b"PK\x03\x04".to_vec(), b"SQLite format 3\0".to_vec(), b"bplist00".to_vec(), vec![0; 64]]);
    seeds.extend(crate::managers::seeds());
    seeds.extend(known_files());
    seeds
}

/// On long runs also the files that the importers' own tests made (`SPAREKEY_SEEDS`), and those of a table that lies
/// beside the project on some machines.
fn known_files() -> Vec<Vec<u8>> {
    if budget().is_none() {
        return Vec::new();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/import");
    let folders = std::fs::read_dir(root).into_iter().flatten().flatten().map(|folder| folder.path());
    let folders = folders.chain(std::env::var_os("SPAREKEY_SEEDS").map(PathBuf::from));
    let files = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    files.filter_map(|file| std::fs::read(file.path()).ok()).filter(|bytes| bytes.len() < 64 * 1024).collect()
}

pub fn run(bytes: &[u8]) {
    let input = Input::new(bytes, &[]);
    for importer in REGISTRY.iter().filter(|importer| importer.recognises(&input)) {
        read(*importer, &input);
    }
}

/// A target for each importer: seeds that it recognises (all seeds where there is none), and it reads every mutation,
/// recognised or not. A long run gives each a tenth of the seconds: there are more than fifty.
#[test]
fn each_importer() {
    let all = seeds();
    for importer in REGISTRY {
        let mut own: Vec<_> =
            all.iter().filter(|seed| importer.recognises(&Input::new(seed, &[]))).cloned().collect();
        if own.is_empty() {
            own.clone_from(&all);
        }
        let budget = budget().map(|budget| budget / 10);
        fuzz_for(budget, &format!("importer-{}", importer.id()), &own, |bytes| {
            let input = Input::new(bytes, &[]);
            importer.recognises(&input);
            read(*importer, &input);
        });
    }
}

fn read(importer: &dyn Importer, input: &Input<'_>) {
    for password in [None, Some(SecretText::new("wrong".into()))] {
        if let Ok(draft) = importer.import(input, password.as_ref(), &LIMITS) {
            assert!(draft.entries.len() + draft.skipped.len() <= LIMITS.max_items, "{}", importer.id());
        }
    }
}
