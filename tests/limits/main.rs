//! No importer takes more than 64 MiB beside the file itself and an agreed KDF: texts, containers and pictures of 20 MB
//! made to take much, and honest files with 10,000 accounts. Every allocation is counted; one test, since the count is the
//! process's.

#![allow(clippy::unwrap_used)]

mod containers;
mod pictures;

use std::fmt::Write as _;

use peak_alloc::PeakAlloc;
use sparekey::import::{Draft, ImportError, Input, Limits, import};
use sparekey::secret::SecretText;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MOST: usize = 64 << 20;
const FILE: usize = 20_000_000;

#[test]
fn an_import_takes_no_more_than_its_share() {
    let mut over = Vec::new();
    let mut check = |name: &str, file: &[u8], password: Option<&SecretText>| {
        assert!(file.len() <= FILE, "{name} has {} bytes", file.len());
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let read = import(&Input::new(file, &[]), password, &Limits::default());
        let taken = MEMORY.peak_usage().saturating_sub(before);
        let said =
            read.as_ref().map(|draft| draft.entries.len().to_string()).unwrap_or_else(|e| e.code().into());
        eprintln!("{name}: {} kB, {} kB taken, {said}", file.len() / 1000, taken / 1000);
        if taken > MOST {
            over.push(format!("{name}: {} MiB", taken >> 20));
        }
        read
    };
    for (name, file) in greedy() {
        let _ = check(&name, &file, None);
    }
    let password = SecretText::new(containers::PASSWORD.into());
    for (name, file) in containers::greedy() {
        let read = check(name, &file, Some(&password));
        // One that is not opened takes nothing, and shows nothing.
        let code = read.as_ref().map_or_else(ImportError::code, |_| "read");
        let app = name.split([' ', ',']).next().unwrap_or_default();
        // A damaged inner archive of OTP Auth's cannot be told from a wrong password.
        let passed = [("sqlite", "not-an-export"), ("bplist", "wrong-password")].contains(&(app, code));
        assert!(passed || !["not-an-export", "wrong-password"].contains(&code), "{name}: {code}");
    }
    for (name, fits, file) in pictures::greedy() {
        let code = check(name, &file, None).map_or_else(|error| error.code(), |_| "read");
        assert_eq!(code, if fits { "no-entries" } else { "too-large" }, "{name}");
    }
    for (name, file) in honest() {
        let entries = check(name, file.as_bytes(), None).map(|draft: Draft| draft.entries.len());
        assert_eq!(entries, Ok::<_, ImportError>(10_000), "{name}");
    }
    assert!(over.is_empty(), "more than 64 MiB: {over:?}");
}

/// As much of a piece as fits, between a beginning and an end.
fn filled(begin: &str, piece: &str, end: &str) -> String {
    let times = (FILE - begin.len() - end.len()) / piece.len();
    format!("{begin}{}{end}", piece.repeat(times))
}

fn greedy() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let small = [
        "0,",
        "[],",
        "{},",
        "\"\",",
        "[[[[]]]],",
        "{\"a\":0},",
        "{\"secret\":\"\",\"type\":\"TOTP\",\"label\":\"\"},",
    ];
    for piece in small {
        let last = piece.trim_end_matches(',');
        let heads = [
            ("list", "[", "]"),
            ("aegis", r#"{"version":1,"header":{},"db":{"version":1,"entries":["#, "]}}"),
        ];
        for (app, head, end) in heads {
            files.push((
                format!("{app} of {piece}"),
                filled(head, piece, &format!("{last}{end}")).into_bytes(),
            ));
        }
    }
    let names: String = (0..1_200_000).fold(String::from("{"), |mut names, n| {
        let _ = write!(names, "\"{n:x}\":{{}},");
        names
    });
    files.push((
        "names that differ".into(),
        format!("{names}\"hash\":{{\"hash\":1,\"secret\":2}}}}").into_bytes(),
    ));
    let wide = "\u{4e00}".repeat(FILE / 3 - 100);
    files.push((
        "one long text".into(),
        format!("[{{\"secret\":\"\",\"type\":\"TOTP\",\"label\":\"{wide}\"}}]").into_bytes(),
    ));
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let long = format!(
        "\u{feff}[{{\"secret\":\"\",\"type\":\"TOTP\",\"label\":\"{}\"}}]",
        "\u{4e00}".repeat(FILE / 2 - 100)
    );
    files.push(("one long text in UTF-16".into(), utf16(&long)));
    let pieces = format!("\u{feff}[{}0]", "{},".repeat(FILE / 6 - 10));
    files.push(("objects in UTF-16".into(), utf16(&pieces)));
    for (name, begin, piece, end) in [
        ("cells", "name,login_username,login_totp\n", ",", ""),
        ("rows", "name,login_username,login_totp\n", "a,b,c\n", ""),
        ("bad rows", "name,login_username,login_totp\n", ",,c\n", ""),
        ("links", "", "otpauth://totp/a?secret=GE\n", ""),
        ("links on an old Mac", "", "otpauth://totp/a?secret=GE\r", ""),
        ("no links", "otpauth://totp/a?secret=GE\n", "otpauth:\n", ""),
        ("migration", "", "otpauth-migration://offline?data=CgcKAQESAmFi\n", ""),
        ("links in prose", "", "a otpauth://totp/a?secret=GE\n", ""),
        ("one link in prose", "a otpauth://totp/a?secret=GE&issuer=", "b", ""),
        ("codes in prose", "a ", "otpauth-migration://offline?data=CgcKAQESAmFi,", ""),
        (
            "codes in a link",
            "a otpauth://totp/a?issuer=",
            "otpauth-migration://offline?data=CgcKAQESAmFi,",
            "",
        ),
        ("lastpass transfer", "", "lpaauth-migration://offline?data=H4sIAAAA\n", ""),
        ("enpass", "", "a,Username,b,*Password,c,TOTP,GEGEGEGE\n", ""),
        ("enpass cells", "a,Username,b,*Password,c,TOTP,GEGEGEGE", ",", ""),
        (
            "stratum page",
            "<html><code>motp://a?secret=00</code>",
            "<code>otpauth://totp/a?secret=GE</code>",
            "",
        ),
        ("elements", "<KeePassFile><Root>", "<Entry/>", "</Root></KeePassFile>"),
        ("prefs", "<map>", "<string name=\"a\">x</string>", "</map>"),
        ("prefs of links", "<map>", "<string name=\"a\">otpauth://totp/a?secret=GE</string>", "</map>"),
        ("winauth", "<WinAuth>", "<WinAuthAuthenticator/>", "</WinAuth>"),
        ("attributes", "<WinAuth>", "<a b=\"\" c=\"\" d=\"\"/>", "</WinAuth>"),
        ("winauth list", "", "otpauth://totp/a?secret=GE&digits=6\r\n", ""),
        ("authme", "", "Name:a\nSecret:GE\nIssuer:b\nType:OTP_TOTP\n", ""),
        ("raivo", "<html>", "<h3>a</h3><h4 class=\"subtitle\">b</h4>Seed: <code>GE</code>", "</html>"),
        ("gifs", "<html>", "<img src=\"data:image/gif;base64,R0lGODlh\">", "</html>"),
        ("page", "<html>", "<img src=\"data:image/png;base64,iVBORw0KGgo=\">", "</html>"),
        ("base64", "", "AAAAAAAAAAAAAAAA", ""),
        ("ours", "sparekey/1\n", "-\n", ""),
        ("bracket", "", "[", ""),
        ("text", "", "a b\n", ""),
    ] {
        files.push((name.into(), filled(begin, piece, end).into_bytes()));
    }
    files.push(("zeros".into(), vec![0; FILE]));
    files.push(("deflated".into(), bomb()));
    files
}

/// A zip whose one member, Bitwarden's, grows a thousandfold.
fn bomb() -> Vec<u8> {
    let plain = filled("{\"encrypted\":false,\"items\":[", "{},", "{}]}").into_bytes();
    let packed = miniz_oxide::deflate::compress_to_vec(&plain, 9);
    let mut crc = !0_u32;
    for byte in &plain {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let name = b"data.json";
    let sizes = [
        &(!crc).to_le_bytes()[..],
        &(packed.len() as u32).to_le_bytes(),
        &(plain.len() as u32).to_le_bytes(),
    ]
    .concat();
    let lengths = [&(name.len() as u16).to_le_bytes()[..], &[0, 0]].concat();
    let common = [&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0][..], &sizes, &lengths].concat();
    let local = [b"PK\x03\x04", &common[..], name, &packed].concat();
    let central = [b"PK\x01\x02\x14\0", &common[..], &[0; 14], name].concat();
    let end = [
        b"PK\x05\x06\0\0\0\0\x01\0\x01\0",
        &(central.len() as u32).to_le_bytes()[..],
        &(local.len() as u32).to_le_bytes(),
        &[0, 0],
    ];
    [&local[..], &central, &end.concat()].concat()
}

/// Ten thousand accounts as the apps whose files are the longest write them.
fn honest() -> Vec<(&'static str, String)> {
    let all = |one: &dyn Fn(usize) -> String| (0..10_000).map(one).collect::<Vec<_>>().join(",");
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let uri = |n: usize| {
        format!(
            "otpauth://totp/Northwind:user{n}%40example.com?secret={secret}&issuer=Northwind&algorithm=SHA1&digits=6&period=30"
        )
    };
    let uuid = |n: usize| format!("{n:08x}-1111-4222-8333-444444444444");
    let onepassword = all(&|n| {
        format!(
            r#"{{"uuid":"{0}","favIndex":0,"createdAt":1700000000,"updatedAt":1700000000,"state":"active","categoryUuid":"001","details":{{"loginFields":[{{"value":"user{n}","id":"","name":"username","fieldType":"T","designation":"username"}},{{"value":"a password","id":"","name":"password","fieldType":"P","designation":"password"}}],"notesPlain":"a note","sections":[{{"title":"","name":"Section_{0}","fields":[{{"title":"one-time password","id":"TOTP_{0}","value":{{"totp":"{1}"}},"indexAtSource":0,"guarded":false,"multiline":false,"dontGenerate":false,"inputTraits":{{"keyboard":"default","correction":"default","capitalization":"default"}}}}]}}],"passwordHistory":[],"documentAttributes":null}},"overview":{{"subtitle":"user{n}","urls":[{{"label":"website","url":"https://northwind.example"}}],"title":"Northwind {n}","url":"https://northwind.example","ps":0,"pbe":0.0,"pgrng":false,"tags":["work"]}}}}"#,
            uuid(n),
            uri(n)
        )
    });
    let twofas = all(&|n| {
        format!(
            r##"{{"name":"Northwind {n}","secret":"{secret}","updatedAt":1700000000000,"serviceTypeID":"{0}","otp":{{"link":"{1}","label":"Northwind:user{n}@example.com","account":"user{n}@example.com","issuer":"Northwind","digits":6,"period":30,"algorithm":"SHA1","counter":0,"tokenType":"TOTP","source":"Link"}},"order":{{"position":{n}}},"icon":{{"selected":"Label","label":{{"text":"NO","backgroundColor":"Orange"}},"iconCollection":{{"id":"{0}"}}}},"badge":{{"color":"Default"}}}}"##,
            uuid(n),
            uri(n)
        )
    });
    let bitwarden = all(&|n| {
        format!(
            r#"{{"passwordHistory":null,"revisionDate":"2024-01-01T00:00:00.000Z","creationDate":"2024-01-01T00:00:00.000Z","deletedDate":null,"id":"{0}","organizationId":null,"folderId":"{0}","type":1,"reprompt":0,"name":"Northwind {n}","notes":"a note","favorite":false,"fields":[],"login":{{"fido2Credentials":[],"uris":[{{"match":null,"uri":"https://northwind.example"}}],"username":"user{n}@example.com","password":"a password","totp":"{1}"}},"collectionIds":null}}"#,
            uuid(n),
            uri(n)
        )
    });
    let aegis = all(&|n| {
        format!(
            r#"{{"type":"totp","uuid":"{}","name":"user{n}@example.com","issuer":"Northwind","note":"a note","favorite":false,"icon":null,"info":{{"secret":"{secret}","algo":"SHA1","digits":6,"period":30}},"groups":["a"]}}"#,
            uuid(n)
        )
    });
    let keepass: String = (0..10_000)
        .map(|n| format!("<Entry><UUID>AAAAAAAAAAAAAAAAAAAAAA==</UUID><IconID>0</IconID><Times><CreationTime>2024-01-01T00:00:00Z</CreationTime></Times><String><Key>Title</Key><Value>Northwind {n}</Value></String><String><Key>UserName</Key><Value>user{n}</Value></String><String><Key>otp</Key><Value>{}</Value></String></Entry>", uri(n).replace('&', "&amp;")))
        .collect();
    vec![
        (
            "1Password, 10,000 accounts",
            format!(
                r#"{{"accounts":[{{"attrs":{{}},"vaults":[{{"attrs":{{"name":"Private"}},"items":[{onepassword}]}}]}}]}}"#
            ),
        ),
        (
            "2FAS, 10,000 accounts",
            format!(
                r#"{{"services":[{twofas}],"groups":[],"updatedAt":1,"schemaVersion":4,"appVersionCode":1,"appVersionName":"5","appOrigin":"android"}}"#
            ),
        ),
        (
            "Bitwarden, 10,000 accounts",
            format!(r#"{{"encrypted":false,"folders":[],"items":[{bitwarden}]}}"#),
        ),
        (
            "Aegis, 10,000 accounts",
            format!(
                r#"{{"version":1,"header":{{"slots":null,"params":null}},"db":{{"version":3,"entries":[{aegis}],"groups":[]}}}}"#
            ),
        ),
        (
            "KeePass, 10,000 accounts",
            format!(
                "<?xml version=\"1.0\"?><KeePassFile><Root><Group><Name>Root</Name>{keepass}</Group></Root></KeePassFile>"
            ),
        ),
    ]
}
