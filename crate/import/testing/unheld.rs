//! An account that no entry can hold, through every format that can be written by hand: it is skipped with the code that
//! it always had, and comes with all that its file has of it. Of a login that is the one-time password's field alone.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::read;
use crate::import::REGISTRY;

/// What makes no codes here.
const ODD: &str = "motp://Shop:ada?secret=00ffee";
/// What is behind the seals or in the databases of these is read out by the same collector; their own tests have such items.
const ELSEWHERE: [&str; 23] = [
    "1password-pif",
    "2fast",
    "andotp-encrypted",
    "authenticator-plus",
    "authenticator-plus-database",
    "authy",
    "battle-net",
    "dashlane-zip",
    "freeotp2",
    "google-authenticator-database",
    "google-migration",
    "keeper-csv",
    "microsoft-authenticator",
    "open-authenticator",
    "otp-auth",
    "packed",
    "qr-image",
    "qr-page",
    "roboform",
    "sparekey",
    "stratum-database",
    "totp-authenticator",
    "totp-authenticator-encrypted",
];

fn csv(columns: &str) -> Vec<u8> {
    let cell = |column: &str| match column {
        "totp" | "otpauth" | "login_totp" | "otpurl" | "otpsecret" => ODD,
        "password" | "login_password" => "hunter2",
        "title" | "name" | "display_name" => "Shop",
        "username" | "login_username" => "ada",
        _ => "",
    };
    let row: Vec<_> = columns.split(',').map(|column| format!("\"{}\"", cell(column))).collect();
    format!("{columns}\n{}\n", row.join(",")).into_bytes()
}

/// Each family with a file of one such account, the type that the file names, and a piece of what must be kept.
fn files() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let text = |value: Value| value.to_string().into_bytes();
    let authme = BASE64.encode(b"Name: ada\nSecret: 00ffee\nIssuer: Shop\nType: OTP_MOTP\n");
    let otp_field = json!({"fields": [{"value": {"totp": ODD}}]});
    let onepassword =
        json!({"overview": {"title": "Shop"}, "details": {"password": "hunter2", "sections": [otp_field]}});
    let pass =
        json!({"data": {"metadata": {"name": "Shop"}, "content": {"totpUri": ODD, "password": "hunter2"}}});
    let preferences = |name: &str, value: &str| {
        let value = value.replace('"', "&quot;");
        format!("<?xml version='1.0'?>\n<map>\n<string name=\"{name}\">{value}</string>\n<string name=\"tokenOrder\">[]</string></map>").into_bytes()
    };
    let token = json!({"issuerExt": "Shop", "label": "ada", "secret": [0, -1, -18], "type": "MOTP"});
    let keepass = |fields: &str| {
        format!("<?xml version=\"1.0\"?><KeePassFile><Root><Group><Name>R</Name><Entry>{fields}</Entry></Group></Root></KeePassFile>").into_bytes()
    };
    let string = |key: &str, value: &str| format!("<String><Key>{key}</Key><Value>{value}</Value></String>");
    vec![
        ("1password", text(json!({"accounts": [{"vaults": [{"items": [onepassword]}]}]})), "motp", ODD),
        ("1password-csv", csv("title,username,password,otpauth,favorite,archived"), "motp", ODD),
        (
            "2fas",
            text(
                json!({"schemaVersion": 4, "services": [{"name": "Shop", "secret": "00ffee", "otp": {"account": "ada", "tokenType": "TOTP"}}]}),
            ),
            "TOTP",
            "00ffee",
        ),
        (
            "2fauth",
            text(
                json!({"app": "2fauth_v5", "data": [{"otp_type": "motp", "service": "Shop", "account": "ada", "secret": "00ffee"}]}),
            ),
            "motp",
            "00ffee",
        ),
        (
            "aegis",
            text(
                json!({"version": 1, "header": {}, "db": {"version": 3, "entries": [{"type": "motp", "issuer": "Shop", "name": "ada", "icon": "x".repeat(9000), "info": {"secret": "00ffee", "pin": "1234"}}]}}),
            ),
            "motp",
            "\"pin\":\"1234\"",
        ),
        (
            "andotp",
            text(json!([{"secret": "00ffee", "issuer": "Shop", "label": "ada", "type": "MOTP"}])),
            "MOTP",
            "00ffee",
        ),
        ("apple-passwords", csv("title,url,username,password,otpauth"), "motp", ODD),
        (
            "authenticator-extension",
            text(
                json!({"a": {"hash": "a", "secret": "00ffee", "type": "gost", "issuer": "Shop", "account": "ada"}}),
            ),
            "gost",
            "00ffee",
        ),
        (
            "authme",
            text(json!({"role": "backup", "encrypted": false, "codes": authme})),
            "OTP_MOTP",
            "00ffee",
        ),
        (
            "bitwarden",
            text(
                json!({"encrypted": false, "folders": [], "items": [{"name": "Shop", "login": {"username": "ada", "password": "hunter2", "totp": ODD}}]}),
            ),
            "motp",
            ODD,
        ),
        ("bitwarden-authenticator-csv", csv("name,login_totp"), "motp", ODD),
        ("bitwarden-csv", csv("name,login_username,login_password,login_totp"), "motp", ODD),
        (
            "cotp",
            text(
                json!({"version": 2, "elements": [{"issuer": "Shop", "label": "ada", "secret": "00ffee", "type": "MOTP"}]}),
            ),
            "MOTP",
            "00ffee",
        ),
        (
            "cxf",
            text(
                json!({"accounts": [{"items": [{"title": "Shop", "credentials": [{"type": "totp", "secret": "00ffee", "algorithm": "md5"}]}]}]}),
            ),
            "totp",
            "00ffee",
        ),
        ("csv", csv("name,username,password,otpsecret,note"), "", "motp"),
        ("dashlane-csv", csv("username,username2,title,password,otpurl"), "motp", ODD),
        ("duo", text(json!([{"name": "Shop", "otpGenerator": {"otpSecret": "00ffee1"}}])), "", "00ffee1"),
        (
            "enpass-csv",
            format!("Shop,Username,ada,*Password,hunter2,One-time code,{ODD}\n").into_bytes(),
            "motp",
            ODD,
        ),
        (
            "enpass",
            text(
                json!({"folders": [], "items": [{"title": "Shop", "fields": [{"type": "totp", "value": ODD}, {"type": "password", "value": "hunter2"}]}]}),
            ),
            "motp",
            ODD,
        ),
        ("ente", b"otpauth://motp/Shop:ada?secret=00ffee&codeDisplay=%7B%7D".to_vec(), "motp", "00ffee"),
        ("freeotp", preferences("Shop:ada", &token.to_string()), "MOTP", "[0,-1,-18]"),
        ("freeotp-plus", text(json!({"tokenOrder": [], "tokens": [token]})), "MOTP", "[0,-1,-18]"),
        (
            "keepass",
            keepass(&[string("Title", "Shop"), string("Password", "hunter2"), string("otp", ODD)].concat()),
            "",
            ODD,
        ),
        ("json", text(json!([{"name": "Shop", "password": "hunter2", "otp_secret": ODD}])), "", "motp"),
        ("keepassxc-csv", csv("group,title,username,password,totp"), "motp", ODD),
        (
            "keeper",
            text(
                json!({"records": [{"title": "Shop", "password": "hunter2", "custom_fields": {"$oneTimeCode": ODD}}]}),
            ),
            "motp",
            ODD,
        ),
        (
            "lastpass-authenticator",
            text(
                json!({"accounts": [{"issuerName": "Shop", "userName": "ada", "secret": "00ffee", "timeStep": 30, "algorithm": "MD5"}]}),
            ),
            "",
            "00ffee",
        ),
        ("lastpass-vault", csv("name,username,password,extra,grouping,totp"), "motp", ODD),
        (
            "proton-authenticator",
            text(json!({"version": 1, "entries": [{"content": {"uri": ODD, "name": "Shop"}}]})),
            "",
            ODD,
        ),
        ("proton-pass", text(json!({"vaults": {"a": {"name": "V", "items": [pass]}}})), "motp", ODD),
        ("proton-pass-csv", csv("type,name,username,password,totp,createtime"), "motp", ODD),
        (
            "psono",
            text(json!({"folders": [], "items": [{"type": "totp", "totp_title": "Shop", "totp_code": ODD}]})),
            "",
            ODD,
        ),
        (
            "psono-csv",
            format!("path,type,website_password_title,website_password_password,totp_title,totp_code\n\\,totp,,hunter2,Shop,{ODD}\n").into_bytes(),
            "",
            ODD,
        ),
        (
            "raivo",
            text(
                json!([{"issuer": "Shop", "account": "ada", "secret": "00ffee", "kind": "MOTP", "timer": "30", "counter": "0", "digits": "6", "algorithm": "SHA1", "iconType": "", "iconValue": "", "pinned": "false"}]),
            ),
            "MOTP",
            "00ffee",
        ),
        (
            "steam",
            text(
                json!({"account_name": "ada", "shared_secret": "!!00ffee", "Session": {"token": "hunter2"}}),
            ),
            "",
            "!!00ffee",
        ),
        (
            "stratum",
            text(
                json!({"Categories": [], "AuthenticatorCategories": [], "Authenticators": [{"Issuer": "Shop", "Username": "ada", "Secret": "00ffee", "Type": 3}]}),
            ),
            "3",
            "00ffee",
        ),
        ("synology-c2", csv("display_name,login_username,login_password,login_totp"), "motp", ODD),
        (
            "lastpass-transfer",
            crate::otp::lastpass::write(
                &json!([{"s": "MEMEMEME", "a": "MD5", "iN": "Shop", "uN": "ada"}]),
                (0, 1),
            )
            .into_bytes(),
            "totp",
            "MEMEMEME",
        ),
        ("uri-list", b"# mine\notpauth://motp/Shop:ada?secret=00ffee\n".to_vec(), "motp", "00ffee"),
        ("uri-text", b"Dear Ada,\nsee otpauth://motp/Shop:ada?secret=00ffee\n".to_vec(), "motp", "00ffee"),
        (
            "winauth",
            b"otpauth://totp/Shop:ada?secret=MEME&algorithm=MD5&serial=EU-1".to_vec(),
            "totp",
            "secret=MEME",
        ),
    ]
}

#[test]
fn every_format_hands_over_what_it_has_of_an_account_that_no_entry_holds() {
    for (family, bytes, kind, part) in files() {
        let draft = read(&bytes, None).unwrap_or_else(|error| panic!("{family}: {}", error.code()));
        let [skipped] = &draft.skipped[..] else {
            panic!("{family}: {:?} {:?}", draft.skipped, draft.entries)
        };
        let kept = skipped.kept.as_deref().unwrap_or_else(|| panic!("{family}: {}", skipped.why));
        let text = kept.text.expose();
        assert_eq!((&*kept.format, &*kept.kind, &*kept.reason), (family, kind, skipped.why), "{family}");
        assert!(text.contains(part), "{family}: {text}");
        assert!(!text.contains("hunter2"), "{family}: a password is no part of a one-time password: {text}");
        assert!(!format!("{draft:?}").contains(part), "{family}: told");
        assert_eq!(draft.entries, [], "{family}");
    }
}

#[test]
fn no_format_is_forgotten() {
    let here = files().into_iter().map(|(family, ..)| family);
    let mut told: Vec<_> = here.chain(ELSEWHERE).collect();
    let mut all: Vec<_> = REGISTRY.iter().map(|importer| importer.id()).collect();
    told.sort_unstable();
    all.sort_unstable();
    assert_eq!(told, all);
}
