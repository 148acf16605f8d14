//! Writes `suffixes.bin`, and holds it against the `psl` crate: rule by rule, and on random names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;

/// `./build.sh suffixes` runs this after an update of the `psl` crate.
#[test]
#[ignore = "writes crate/site/suffixes.bin"]
fn write_the_table() {
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("crate/site/suffixes.bin"), encode(rules()))
        .unwrap();
}

#[test]
fn the_table_is_the_data_of_the_psl_crate() {
    assert!(TABLE == encode(rules()), "run ./build.sh suffixes");
}

#[test]
fn every_rule_is_found_and_nothing_beside_it() {
    let rules = rules();
    assert!(rules.len() > 10_000, "{} rules", rules.len());
    for (key, &flags) in rules {
        assert_eq!(find(key.as_bytes()), flags, "{key}");
        assert_eq!(rules.contains_key(&format!("{key}x")), find(format!("{key}x").as_bytes()) != 0);
    }
    assert_eq!(find(b""), 0);
    assert_eq!(find(b"zzzz"), 0);
}

#[test]
fn every_rule_as_the_list_is_meant_and_as_the_psl_crate_says() {
    let mut differ = BTreeSet::new();
    for rule in rule_lines() {
        let name = ascii(rule.trim_start_matches(['!', '*', '.']));
        for host in [name.clone(), format!("a.{name}"), format!("b.a.{name}"), format!("c.b.a.{name}")] {
            assert_eq!(registrable(&host).map(str::to_owned), meant(&host), "{rule}: {host}");
            if registrable(&host) != psl::domain_str(&host) {
                differ.insert(host);
            }
        }
    }
    // `*.a` and `*.b.a`: the crate forgets the first rule where the second one begins, and is laxer than the list.
    for host in &differ {
        let (label, parent) = host.split_once('.').unwrap();
        assert_eq!(
            rules().get(&reversed(parent)).copied().unwrap_or(0) & CHILDREN,
            CHILDREN,
            "{label}.{parent}"
        );
        assert_eq!(registrable(host), None, "{host}");
    }
    assert!(differ.len() < 30, "{differ:?}");
}

#[test]
fn known_names() {
    for (name, expected) in [
        ("com", None),
        ("github.com", Some("github.com")),
        ("a.b.github.com", Some("github.com")),
        ("github.io", None),
        ("user.github.io", Some("user.github.io")),
        ("co.uk", None),
        ("a.example.co.uk", Some("example.co.uk")),
        ("compute.amazonaws.com", Some("amazonaws.com")),
        ("eu-west-1.compute.amazonaws.com", None),
        ("x.eu-west-1.compute.amazonaws.com", Some("x.eu-west-1.compute.amazonaws.com")),
        ("foo.ck", None),
        ("www.ck", Some("www.ck")),
        ("a.www.ck", Some("www.ck")),
        ("city.kawasaki.jp", Some("city.kawasaki.jp")),
        ("a.kawasaki.jp", None),
        ("localhost", None),
        ("nas.lan", Some("nas.lan")),
        ("a.nas.lan", Some("nas.lan")),
        ("xn--55qx5d.cn", None),
        ("www.xn--85x722f.xn--55qx5d.cn", Some("xn--85x722f.xn--55qx5d.cn")),
        ("", None),
    ] {
        assert_eq!(registrable(name), expected, "{name}");
    }
    assert!(is_public_suffix("github.io") && is_public_suffix("com") && !is_public_suffix("github.com"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn random_names_as_the_list_is_meant(labels in "([a-z0-9-]{1,8}\\.){0,4}", pick in any::<prop::sample::Index>()) {
        let suffix = ascii(pick.get(rule_lines()).trim_start_matches(['!', '*', '.']));
        let host = format!("{labels}{suffix}");
        prop_assert_eq!(registrable(&host).map(str::to_owned), meant(&host), "{}", host);
    }

    #[test]
    fn never_panics(name in ".{0,80}") {
        let _ = (registrable(&name), is_public_suffix(&name));
    }
}

/// The algorithm of publicsuffix.org, word by word, with no thought for speed: the rules that match are those whose
/// labels, from the right, equal the host's or are `*`; an exception prevails, else the longest; else `*`.
fn meant(host: &str) -> Option<String> {
    let rules = rules();
    let labels: Vec<&str> = host.split('.').collect();
    let mut suffix = 1;
    for start in (0..labels.len()).rev() {
        let flags = rules.get(&reversed(&labels[start..].join("."))).copied().unwrap_or(0);
        let above = labels.get(start + 1..).map(|rest| reversed(&rest.join("."))).unwrap_or_default();
        if flags & EXCEPTION != 0 {
            suffix = labels.len() - start - 1;
            break;
        }
        if flags & IS_SUFFIX != 0 || rules.get(&above).is_some_and(|flags| flags & CHILDREN != 0) {
            suffix = labels.len() - start;
        }
    }
    let start = labels.len().checked_sub(suffix + 1)?;
    Some(labels[start..].join("."))
}

fn reversed(name: &str) -> String {
    name.rsplit('.').collect::<Vec<_>>().join(".")
}

/// The lines of the list that the `psl` crate was made from.
fn rule_lines() -> &'static [String] {
    static LINES: OnceLock<Vec<String>> = OnceLock::new();
    LINES.get_or_init(|| {
        let text = std::fs::read_to_string(psl_source().join("data/rules.txt")).unwrap();
        text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    })
}

fn psl_source() -> PathBuf {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        // Only this platform's dependencies: the others may not have been fetched.
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let psl = packages.iter().find(|package| package["name"] == "psl").unwrap();
    Path::new(psl["manifest_path"].as_str().unwrap()).parent().unwrap().to_path_buf()
}

fn rules() -> &'static BTreeMap<String, u8> {
    static RULES: OnceLock<BTreeMap<String, u8>> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut rules = BTreeMap::new();
        for line in rule_lines() {
            let (flag, name) = match (line.strip_prefix('!'), line.strip_prefix("*.")) {
                (Some(name), _) => (EXCEPTION, name),
                (_, Some(name)) => (CHILDREN, name),
                _ => (IS_SUFFIX, line.as_str()),
            };
            assert!(!name.contains(['*', '!']), "a rule of a kind that the table cannot hold: {line}");
            *rules.entry(reversed(&ascii(name))).or_insert(0) |= flag;
        }
        rules
    })
}

/// By the URL standard's own tables.
fn ascii(name: &str) -> String {
    url::Url::parse(&format!("https://{name}/")).unwrap().host_str().unwrap().to_owned()
}

fn encode(rules: &BTreeMap<String, u8>) -> Vec<u8> {
    let rules: Vec<(&String, &u8)> = rules.iter().collect();
    let blocks: Vec<Vec<u8>> = rules.chunks(BLOCK).map(encode_block).collect();
    let mut table = u16::try_from(blocks.len()).unwrap().to_le_bytes().to_vec();
    let mut offset = 2 + blocks.len() * 3;
    for block in &blocks {
        table.extend_from_slice(&u32::try_from(offset).unwrap().to_le_bytes()[..3]);
        offset += block.len();
    }
    assert!(offset < 1 << 24);
    table.extend(blocks.concat());
    table
}

fn encode_block(rules: &[(&String, &u8)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut before = "";
    for &(key, &flags) in rules {
        assert!(key.len() <= MAX_RULE, "{key} is longer than MAX_RULE");
        let same = before.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
        let same = same.min(usize::from(COMMON));
        bytes.extend([flags | u8::try_from(same).unwrap(), u8::try_from(key.len() - same).unwrap()]);
        bytes.extend(&key.as_bytes()[same..]);
        before = key;
    }
    bytes
}
