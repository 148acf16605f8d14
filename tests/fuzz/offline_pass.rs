//! Offline passes: somebody hands one over, as a file or a picture. What is not the pass itself opens nothing.

use sparekey::recovery::offline_pass::{Lock, is_one, look, open};
use sparekey::vault::code::Code;

const CODE: &str = include_str!("../fixtures/offline-pass/code.txt");
const PASSES: [&str; 3] = [
    include_str!("../fixtures/offline-pass/pass.sparekeypass"),
    include_str!("../fixtures/offline-pass/passphrase.sparekeypass"),
    include_str!("../fixtures/offline-pass/passphrase-pbkdf2.sparekeypass"),
];

pub fn seeds() -> Vec<Vec<u8>> {
    PASSES.map(|text| text.as_bytes().to_vec()).to_vec()
}

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let looked = look(&text);
    assert!(looked.is_err() || is_one(&text));
    let lock = Lock::Code(Code::parse(CODE).expect("the frozen code"));
    if open(&text, &lock).is_ok() {
        let bare = |text: &str| text.split_whitespace().collect::<String>().to_uppercase();
        assert_eq!(bare(&text), bare(PASSES[0]), "another text opens");
    }
}
