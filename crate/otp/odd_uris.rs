//! Odd but legal otpauth URIs, each with the code that a second implementation shows at 1,700,000,000 s.
//! The codes were computed with Python's `hmac`, never with this crate.

use super::uri::{parse_uri, write_uri};
use crate::env::Millis;

const NOW: Millis = Millis(1_700_000_000_000);

/// URI, issuer, account, code.
const ODD: &[(&str, &str, &str, &str)] = &[
    ("otpauth://totp/alice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3", "", "alice", "612372"),
    ("otpauth://totp/alice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&digits=1", "", "alice", "2"),
    ("otpauth://totp/alice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&digits=9", "", "alice", "162612372"),
    (
        "otpauth://totp/alice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&digits=10&algorithm=SHA512",
        "",
        "alice",
        "1475093038",
    ),
    ("otpauth://totp/alice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&period=1", "", "alice", "383085"),
    ("otpauth://totp/alice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&period=604800", "", "alice", "056814"),
    (
        "otpauth://totp/alice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&algorithm=hmac-sha-256",
        "",
        "alice",
        "778319",
    ),
    (
        "otpauth://totp/alice?algorithm=SHA256&period=60&digits=8&secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3",
        "",
        "alice",
        "97679735",
    ),
    ("otpauth://totp/one%20byte?secret=ME", "", "one byte", "671251"),
    ("otpauth://totp/odd%20length?secret=ABC", "", "odd length", "501315"),
    ("otpauth://totp/odd%20bits?secret=7777777", "", "odd bits", "061653"),
    ("otpauth://totp/grouped?secret=qf7n%20673v%20mvhy%20watk", "", "grouped", "114897"),
    ("otpauth://totp/dashed?secret=QF7N-673V-MVHY-WATK", "", "dashed", "114897"),
    ("otpauth://totp/padded?secret=MZXW6YTBOI======", "", "padded", "227623"),
    (
        "otpauth://totp/long?secret=A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672A2345672",
        "",
        "long",
        "266034",
    ),
    (
        "otpauth://hotp/Token:x?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&counter=4294967296",
        "Token",
        "x",
        "674078",
    ),
    (
        "otpauth://hotp/Token:x?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&counter=18446744073709551615",
        "Token",
        "x",
        "653323",
    ),
    ("otpauth://hotp/Token:x?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&period=30", "Token", "x", "968200"),
    (
        "otpauth://totp/%F0%9F%94%91%20Shop:%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3",
        "\u{1f511} Shop",
        "\u{1f469}\u{200d}\u{1f4bb}",
        "612372",
    ),
    (
        "otpauth://totp/%D7%A9%D7%9C%D7%95%D7%9D:a?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&issuer=%D7%A9%D7%9C%D7%95%D7%9D",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        "a",
        "612372",
    ),
    (
        "otpauth://totp/AT%26T:me%3Aand%3Ayou?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&issuer=AT%26T",
        "AT&T",
        "me:and:you",
        "612372",
    ),
    (
        "otpauth://totp/https%3A%2F%2Fexample.com?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&issuer=Example",
        "Example",
        "//example.com",
        "612372",
    ),
    ("otpauth://totp/a%2Fb%3Fc%23d?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3", "", "a/b?c#d", "612372"),
    (
        "otpauth://totp/user@host@example.com?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3",
        "",
        "user@host@example.com",
        "612372",
    ),
    (
        "otpauth://totp/tabs%09and%0Alines?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3",
        "",
        "tabs\tand\nlines",
        "612372",
    ),
    (
        "otpauth://totp/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3",
        "",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "612372",
    ),
    ("otpauth://totp/?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3", "", "", "612372"),
    ("otpauth://totp/twice?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&secret=AAAA", "", "twice", "612372"),
    (
        "otpauth://totp/a%20b+c?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&issuer=d+e%2Bf",
        "d e+f",
        "a b+c",
        "612372",
    ),
    (
        "otpauth://totp/a?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&icon=Microsoft&lock=true&image=x&color=ff0000&codeDisplay=%7B%7D",
        "",
        "a",
        "612372",
    ),
    ("otpauth://totp/Valve:x?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&issuer=Steam", "Steam", "x", "2VXTN"),
    (
        "otpauth://steam/Steam:x?secret=QF7N673VMVHYWATKICRUA7V5MUGFG3Z3&digits=10&period=7",
        "Steam",
        "x",
        "2VXTN",
    ),
];

#[test]
fn odd_uris_show_the_right_codes() {
    for (uri, issuer, name, code) in ODD {
        let account = parse_uri(uri).unwrap_or_else(|error| panic!("{uri}: {}", error.code()));
        assert_eq!((account.issuer.as_str(), account.account.as_str()), (*issuer, *name), "{uri}");
        assert_eq!(account.otp.code_at(NOW).code.expose(), code, "{uri}");
    }
}

#[test]
fn odd_uris_survive_being_written() {
    for (uri, ..) in ODD {
        let account = parse_uri(uri).unwrap();
        let written = write_uri(&account.issuer, &account.account, &account.otp).unwrap();
        assert_eq!(parse_uri(&written), Ok(account), "{uri} -> {written}");
    }
}
