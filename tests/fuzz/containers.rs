//! Each container that formats are made of, alone: they end and stay small whatever refers to whatever. The seeds are
//! files of our own writers' making.

use data_encoding::BASE64;
use sparekey::import::Limits;
use sparekey::import::read::bplist::{Archive, Node};
use sparekey::import::read::sqlite::Database;
use sparekey::import::read::{csv, java, json, openpgp, png, prefs, sqlcipher, xml, zip};
use sparekey::secret::SecretText;

use crate::harness::fuzz;

/// More rows than a mutated seed of 64 KiB can honestly have.
const MAX_ROWS: usize = 10_000;
const LIMITS: Limits =
    Limits { max_bytes: 1 << 20, max_items: 1000, max_kdf_kib: 1024, max_work: 10_000, told: |_| {} };

macro_rules! containers {
    ($($name:ident: $seeds:expr;)+) => {$(
        #[test]
        fn $name() {
            let seeds: Vec<Vec<u8>> = $seeds.into_iter().map(Vec::<u8>::from).collect();
            fuzz(concat!("container-", stringify!($name)), &seeds, run::$name);
        }
    )+};
}

containers! {
    sqlite: [include_bytes!("../fixtures/import/accounts.sqlite").to_vec()];
    bplist: [include_bytes!("../fixtures/import/archive.bplist").to_vec()];
    java: [include_bytes!("../fixtures/import/map.java").to_vec()];
    prefs: ["<?xml version='1.0'?>\n<map><string name=\"a\">{&quot;x&quot;:1}</string><int name=\"n\" value=\"1\"/></map>"];
    zip: packed(b"PK");
    openpgp: packed(b"-----BEGIN PGP");
    json: [r#"{"a":[1,-2.5e3,true,null,"\u00e9\n",{"a":{"a":[[[]]]}}],"b":"","a":0}"#, "[\"\\ud83d\\u0021\"]\0\0", "[[{},{},{}],0,1,18446744073709551615]"];
    csv: ["a,\"b\"\"\",c\r\n1,\"x\ny\",3\n\n4;5\n", "name\tvalue\n\"open"];
    xml: ["<a b='c'><d>&lt;&#65;<![CDATA[x]]></d><!-- y --><e/></a>", "<KeePassFile><Root><Group><Entry/></Group></Root></KeePassFile>"];
    png: [BASE64.decode(b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==").unwrap()];
    sqlcipher: [vec![7; 2048]];
}

/// The password managers' seeds that begin like that.
fn packed(begin: &[u8]) -> Vec<Vec<u8>> {
    let found: Vec<_> = crate::managers::seeds().into_iter().filter(|seed| seed.starts_with(begin)).collect();
    assert!(!found.is_empty());
    found
}

mod run {
    use super::*;

    pub fn sqlite(bytes: &[u8]) {
        if let Ok(database) = Database::open(bytes)
            && let Ok(table) =
                database.table("accounts", &["_id", "email", "secret", "counter", "note"], MAX_ROWS)
        {
            let text: usize = table.rows().map(|row| row.text("email").len() + row.text("note").len()).sum();
            // What is not valid becomes U+FFFD, three bytes for one; all records together are no longer than the file.
            assert!(text <= bytes.len() * 3, "{text} bytes of text from a file of {}", bytes.len());
        }
    }

    pub fn bplist(bytes: &[u8]) {
        let Ok(archive) = Archive::open(bytes) else { return };
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

    pub fn java(bytes: &[u8]) {
        let _ = java::read_string_map(bytes);
    }

    pub fn prefs(bytes: &[u8]) {
        if let Some(Ok(strings)) = prefs::strings(bytes) {
            assert!(strings.len() <= bytes.len());
        }
    }

    pub fn zip(bytes: &[u8]) {
        let Ok(archive) = zip::Zip::open(bytes, &LIMITS) else { return };
        let mut unpacked = 0;
        for member in archive.members() {
            for password in [None, Some(SecretText::new("wrong".into()))] {
                unpacked += archive.extract(member, password.as_ref()).map_or(0, |bytes| bytes.len());
            }
        }
        assert!(unpacked <= LIMITS.max_bytes, "{unpacked} bytes unpacked");
    }

    pub fn openpgp(bytes: &[u8]) {
        let _ = openpgp::open(bytes, &SecretText::new("wrong".into()), &LIMITS);
    }

    pub fn json(bytes: &[u8]) {
        // What is read is what serde_json reads, and besides that files that end in zeros and halves of characters.
        let ours = json::of(bytes).is_ok();
        let reads = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
        let text = sparekey::import::text::of_file(bytes);
        let theirs = text
            .is_some_and(|text| reads(&text) || json::without_halves(&text).is_some_and(|text| reads(&text)));
        assert_eq!(ours, theirs);
    }

    pub fn csv(bytes: &[u8]) {
        let Some(text) = sparekey::import::text::decode(bytes) else { return };
        if let Ok(table) = csv::Table::parse(&text) {
            let cells: usize =
                table.rows().map(|row| (0..300).map(|at| row.at(at).len()).sum::<usize>()).sum();
            // A text in another encoding may be longer than its bytes.
            assert!(cells <= text.len(), "{cells} bytes in cells");
        }
    }

    pub fn xml(bytes: &[u8]) {
        if let Some(text) = sparekey::import::text::decode(bytes) {
            let _ = xml::parse(&text);
        }
    }

    pub fn png(bytes: &[u8]) {
        let _ = png::read(bytes);
    }

    pub fn sqlcipher(bytes: &[u8]) {
        let _ = sqlcipher::may_be(bytes);
        let _ = sqlcipher::open(bytes, &SecretText::new("wrong".into()), &LIMITS);
    }
}
