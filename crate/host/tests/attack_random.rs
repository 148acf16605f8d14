//! Somebody who writes both stores, keeps every file that ever lay there, has a vault of their own, and knows no secret: whatever
//! they put together of all that, at random, the right password opens a state that its owner wrote, or nothing.

use std::collections::BTreeSet;

use data_encoding::BASE64;

use super::*;
use crate::vault::body::Body;
use crate::vault::file::VaultFile;
use crate::vault::seal;

/// Files as their lines, and what was in the vault when each was written.
struct Pool {
    honest: Vec<Vec<String>>,
    all: Vec<Vec<String>>,
    states: BTreeSet<String>,
}

/// What an attack is about: accounts, what was deleted, settings, ways in.
fn state(body: &Body) -> String {
    serde_json::to_string(&(&body.entries, &body.tombstones, &body.settings, &body.slots)).unwrap()
}

/// A life with several epochs: accounts, codes, another password.
fn lived(disk: &Disk, pool: &mut Pool) -> Vec<(Keys, Keys)> {
    let host = host(disk, 1);
    let mut stores = Vec::new();
    let codes = || Request::MakeCodes { count: 5, add: false, key: None };
    for request in [
        Request::Create { key: key(1) },
        Request::Add { forms: vec![form("a", "totp")] },
        codes(),
        Request::Add { forms: vec![form("b", "totp")] },
        Request::ChangePassword { current: vec![key(1)], new: key(2) },
        Request::Add { forms: vec![form("c", "totp")] },
        codes(),
        Request::Add { forms: vec![form("d", "totp")] },
    ] {
        assert_eq!(failed(&ask(&host, request)), None);
        pool.states.insert(state(&host.core.try_lock().unwrap().vault().unwrap().body));
        for text in disk.ring.borrow().values().chain(disk.area.borrow().values()) {
            let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
            if text.starts_with("sparekey/1") && !pool.honest.contains(&lines) {
                pool.honest.push(lines);
            }
        }
        stores.push((disk.ring.borrow().clone(), disk.area.borrow().clone()));
    }
    stores
}

fn strangers() -> Vec<Vec<String>> {
    let disk = Disk::default();
    let host = host(&disk, 4_000);
    ask(&host, Request::Create { key: key(66) });
    ask(&host, Request::Add { forms: vec![form("evil", "totp")] });
    let ring = disk.ring.borrow();
    let files = ring.values().filter(|text| text.starts_with("sparekey/1"));
    files.map(|text| text.lines().map(ToOwned::to_owned).collect()).collect()
}

/// A file of parts of others.
fn put_together(pool: &Pool, next: &mut impl FnMut(usize) -> usize) -> String {
    let mut file = pool.honest[next(pool.honest.len())].clone();
    for _ in 0..1 + next(4) {
        let other = &pool.all[next(pool.all.len())];
        let (last, others_last) = (file.len() - 1, other.len() - 1);
        match next(9) {
            0 => file[1].clone_from(&other[1]),
            1 => file[2].clone_from(&other[2]),
            2 => file[last].clone_from(&other[others_last]),
            3 if last > 3 && others_last > 3 => {
                // A record with its digest in the index, as an honest one would have it.
                let (to, from) = (3 + next(last - 3), 3 + next(others_last - 3));
                let digest = |line: &str| BASE64.encode(&seal::sha256(line.as_bytes()));
                file[1] = file[1].replace(&digest(&file[to]), &digest(&other[from]));
                file[to].clone_from(&other[from]);
            }
            4 if last > 3 => file[3 + next(last - 3)] = "-".into(),
            5 if last > 4 => file.swap(3, 4),
            6 => {
                let hash =
                    |line: &str| BASE64.encode(&seal::sha256(&BASE64.decode(line.as_bytes()).unwrap()));
                file[1] = file[1].replace(&hash(&file[last]), &hash(&other[others_last]));
                file[last].clone_from(&other[others_last]);
            }
            7 => {
                for name in ["generation", "epoch", "saved"] {
                    let from = format!("\"{name}\":");
                    if let Some(at) = file[1].find(&from).filter(|_| next(2) == 0) {
                        file[1].insert(at + from.len(), '9');
                    }
                }
            }
            _ => {
                let (from, to) = [
                    ("\"policy\":{}", "\"policy\":{\"plainExport\":true}"),
                    ("\"kind\":\"password\"", "\"kind\":\"pass\""),
                    ("\"kind\":\"code\"", "\"kind\":\"password\""),
                    ("\"use\":\"both\"", "\"use\":\"backup\""),
                    ("\"slots\":[", "\"codes\":{\"made\":9},\"slots\":["),
                ][next(5)];
                file[1] = file[1].replacen(from, to, 1);
            }
        }
    }
    file.join("\n") + "\n"
}

/// The state that a password opens, if it opens any.
fn opened(disk: &Disk, seed: u64, n: u8) -> Option<String> {
    let host = host(disk, seed);
    host.platform().now.set(host.platform().now.get() + 3_600_000);
    status(&host);
    let Reply::Derive { jobs } = ask(&host, Request::PlanUnlock) else { return None };
    let keys = if jobs.contains(&key(n).job) { vec![key(n)] } else { Vec::new() };
    if failed(&ask(&host, Request::Unlock { way: Way::Password { keys } })).is_some() {
        return None;
    }
    let found = host.core.try_lock().unwrap().vault().map(|vault| state(&vault.body));
    host.upkeep().now_or_never().expect("nothing waits");
    found
}

#[test]
fn whatever_is_put_together_of_old_files_and_a_strangers_only_what_the_owner_wrote_opens() {
    let disk = Disk::default();
    let mut pool = Pool { honest: Vec::new(), all: Vec::new(), states: BTreeSet::new() };
    let stores = lived(&disk, &mut pool);
    pool.all = pool.honest.iter().cloned().chain(strangers()).collect();
    assert!(pool.honest.len() >= 8 && pool.all.len() > pool.honest.len());
    let (mut came, mut shut) = (0, 0);
    for seed in 0..1_500u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let (ring, area) = &stores[next(stores.len())];
        let attacked = Disk::default();
        for (keys, from) in [(&attacked.ring, ring), (&attacked.area, area)] {
            let mut keys = keys.borrow_mut();
            keys.clone_from(from);
            for n in 0..next(7) {
                let text = match next(3) {
                    0 => pool.all[next(pool.all.len())].join("\n") + "\n",
                    _ => put_together(&pool, &mut next),
                };
                let there: Vec<String> = keys.keys().filter(|key| key.starts_with('g')).cloned().collect();
                match there.get(next(there.len() + 1)) {
                    Some(key) => drop(keys.insert(key.clone(), text)),
                    None => drop(keys.insert(format!("g{:016}", n * 7 + 1), text)),
                }
            }
            if next(5) == 0 {
                keys.retain(|key, _| !key.starts_with('g') || key.ends_with('1'));
            }
        }
        for n in [1, 2] {
            match opened(&attacked, 9_000 + seed, n) {
                Some(found) => {
                    assert!(pool.states.contains(&found), "{seed}: {found}");
                    came += 1;
                }
                None => shut += 1,
            }
            assert_eq!(opened(&attacked, 20_000 + seed, 77), None, "nobody's password");
        }
    }
    assert!(came > 500 && shut > 100, "both happen: {came} opened, {shut} shut");
    // The parts are told apart by more than their looks: a file that was put together parses.
    let mut count = 0..;
    let mut next = |below: usize| count.next().unwrap_or(0) * 7 % below;
    assert!((0..50).any(|_| VaultFile::parse(put_together(&pool, &mut next).as_bytes()).is_ok()));
}
