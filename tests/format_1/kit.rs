//! What the recovery kit opens a file with, on the same files: it opens what the others open, with the same accounts, and
//! nothing that must be refused.

use std::collections::BTreeSet;
use std::fs;

use data_encoding::BASE64;
use serde_json::{Value, json};
use sparekey::core::reader::{self, Reader};
use sparekey::protocol::{
    DeriveJob, DerivedKey, EntryView, Failure, KeptView, Reply, SiteCode, SiteView, Way,
};
use sparekey::vault::kdf;

use super::{Expected, fixtures};

#[test]
fn the_kit_agrees_on_every_file() {
    let folder = super::folder();
    let (mut kinds, mut others) = (BTreeSet::new(), Vec::new());
    for (name, expected) in super::expected(&folder) {
        let bytes = fs::read(folder.join(&name)).unwrap();
        let opened = open(&bytes, &expected);
        if expected.error.is_some() {
            assert!(opened.is_err(), "{name}: {}", expected.what);
            continue;
        }
        let Ok(reader) = opened else {
            others.push(name);
            continue;
        };
        let living = expected.entries.iter().filter(|it| it["trashed"] == false);
        assert_eq!(shown(&reader), living.map(as_bound).collect::<Vec<_>>(), "{name}");
        let notes: Vec<Value> = reader.kept().into_iter().map(|note| note_of(&reader, note)).collect();
        assert_eq!(notes, expected.kept.iter().map(without_format).collect::<Vec<_>>(), "{name}");
        kinds.extend(reader.manifest().slots.into_iter().map(|slot| slot.kind));
    }
    // The kit asks before it derives so dearly, and a pass opens the vault that it was made for, no bundle.
    // Shares of an administrator's key are for the native tool and the second reader.
    assert_eq!(others, ["dear.sparekey", "way-escrow-shares.sparekey", "way-pass.sparekey"]);
    for kind in ["password", "code", "pair", "shares", "escrow", "pass"] {
        assert!(kinds.contains(kind), "{kind} was opened by the kit");
    }
}

fn open(bytes: &[u8], expected: &Expected) -> Result<Reader, Failure> {
    let password = fixtures::nfkc(&expected.password);
    let way = |password: &str| -> Result<Way, Failure> {
        if let Some(held) = &expected.escrow {
            let jobs = reader::escrow_jobs(held)?;
            return Ok(Way::Escrow { file: held.clone(), keys: derived(jobs, password) });
        }
        Ok(match (&expected.code, &expected.shares) {
            (_, Some(shares)) => Way::Shares { shares: shares.lines().map(str::to_owned).collect() },
            (Some(code), _) if expected.password.is_empty() => {
                Way::Code { code: code.clone(), keys: Vec::new() }
            }
            (Some(code), _) => {
                Way::Code { code: code.clone(), keys: derived(reader::pair_jobs(bytes)?, password) }
            }
            _ => Way::Password { keys: derived(reader::look(bytes)?, password) },
        })
    };
    let first = Reader::open(bytes, &way(&password)?);
    if first.is_ok() || password == expected.password {
        first
    } else {
        Reader::open(bytes, &way(&expected.password)?)
    }
}

/// What a file says must be derived, done; what costs more than is done without asking is left.
fn derived(reply: Reply, password: &str) -> Vec<DerivedKey> {
    let jobs = match reply {
        Reply::BundleInfo { jobs, .. } | Reply::Derive { jobs } => jobs,
        _ => Vec::new(),
    };
    jobs.into_iter()
        .filter(|job| kdf::check(job.params).is_ok())
        .filter_map(|job| derive(job, password))
        .collect()
}

fn derive(job: DeriveJob, password: &str) -> Option<DerivedKey> {
    let salt: [u8; 16] = BASE64.decode(job.salt.as_bytes()).ok()?.try_into().ok()?;
    let key = kdf::derive(job.params, &salt, password.as_bytes()).ok()?;
    Some(DerivedKey { job, key: BASE64.encode(key.expose()) })
}

/// What the kit shows of each account, in the words of the expectations. Secret and counter are in what it exports.
fn shown(reader: &Reader) -> Vec<Value> {
    let (entries, uris) = (reader.entries(), reader.uris());
    assert_eq!(entries.len(), uris.len());
    let one = |(entry, uri): (EntryView, String)| {
        let of = |name: &str| {
            let (_, query) = uri.split_once('?').unwrap();
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        let sites: Vec<Value> = entry.sites.iter().map(site).collect();
        let codes = reader.backup_codes(&entry.id).unwrap();
        let codes: Vec<Value> = codes.iter().map(backup_code).collect();
        let mut shown = json!({
            "id": entry.id,
            "type": entry.kind,
            "issuer": entry.issuer,
            "name": entry.account,
            "secret": of("secret"),
            "algorithm": entry.algorithm,
            "digits": entry.digits,
            "period": entry.period,
            "counter": of("counter").map(|counter| counter.parse::<u64>().unwrap()),
            "note": entry.note,
            "tags": entry.tags,
            "sites": sites,
            "trashed": false,
        });
        if !codes.is_empty() {
            shown["backup_codes"] = Value::Array(codes);
        }
        if entry.emergency.is_some() {
            shown["emergency"] = json!(true);
        }
        shown
    };
    entries.into_iter().zip(uris).map(one).collect()
}

/// No list of public suffixes has `.example`: what was bound there with every subdomain holds for that host alone.
fn as_bound(entry: &Value) -> Value {
    let mut entry = entry.clone();
    for site in entry["sites"].as_array_mut().unwrap() {
        assert!(text(site, "origin").contains(".example"), "{site}");
        site["scope"] = json!("exact");
    }
    entry
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn site(site: &SiteView) -> Value {
    json!({ "origin": site.origin, "scope": if site.subdomains { "subdomains" } else { "exact" } })
}

fn backup_code(code: &SiteCode) -> Value {
    let mut shown = json!({ "code": code.code });
    for (name, at) in [("used", code.used), ("tried", code.tried)] {
        if let Some(at) = at {
            shown[name] = json!(at);
        }
    }
    shown
}

fn note_of(reader: &Reader, note: KeptView) -> Value {
    json!({
        "id": note.id,
        "at": note.at,
        "issuer": note.issuer,
        "name": note.account,
        "type": note.kind,
        "reason": note.reason,
        "text": reader.kept_text(&note.id).unwrap(),
    })
}

/// The kit names the app for people.
fn without_format(note: &Value) -> Value {
    let mut note = note.clone();
    note.as_object_mut().unwrap().remove("format");
    note
}
