//! What the recovery kit opens a file with, on the same files: it opens what the others open, with the same accounts, and
//! nothing that must be refused.

use std::collections::BTreeSet;
use std::fs;

use data_encoding::BASE64;
use serde_json::Value;
use sparekey::core::reader::{self, Reader};
use sparekey::protocol::{DeriveJob, DerivedKey, Failure, Reply, Way};
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
        let shown = |entry: &Value| (text(entry, "issuer"), text(entry, "name"));
        let wanted: BTreeSet<_> =
            expected.entries.iter().filter(|it| it["trashed"] == false).map(shown).collect();
        let entries = reader.entries();
        let living = entries.iter().filter(|entry| entry.trashed.is_none());
        let got: BTreeSet<_> = living.map(|entry| (entry.issuer.clone(), entry.account.clone())).collect();
        assert_eq!(got, wanted, "{name}");
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

fn text(entry: &Value, name: &str) -> String {
    entry[name].as_str().unwrap_or_default().to_owned()
}
