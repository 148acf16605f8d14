//! Scanned and pasted texts. What is read can be written, and reads back the same.

use sparekey::otp::text::read_texts;
use sparekey::otp::uri::{parse_uri, write_uri};

pub fn seeds() -> Vec<Vec<u8>> {
    [
        "otpauth://totp/Example:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Example&algorithm=SHA256&digits=8&period=60",
        "otpauth://hotp/x?secret=jbsw y3dp&counter=18446744073709551615",
        "otpauth://steam/Steam:ada?secret=GEZDGNBVGY3TQOJQ",
        "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTABKAEwAhABGAEgAA%3D%3D",
        "phonefactor://activate_account?code=123456789&url=https%3A%2F%2Fexample.com",
        "JBSW Y3DP EHPK 3PXP",
        "# a list\notpauth://totp/a?secret=GE,otpauth://totp/b%20%zz?secret=GEZDG===\n\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    for account in read_texts(&[text]).accounts {
        let _ = account.otp.code_at(sparekey::env::Millis(1_800_000_000_000));
        if let Some(uri) = write_uri(&account.issuer, &account.account, &account.otp) {
            let again = parse_uri(&uri).expect("what we write, we read");
            assert!(again.otp.same_generator(&account.otp), "the generator changed in {uri}");
        }
    }
}
