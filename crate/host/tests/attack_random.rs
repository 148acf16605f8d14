//! Somebody who writes both stores, keeps every file that ever lay there, has a vault of their own, and knows no secret: whatever
//! they put together of all that, at random, whatever the owner still holds opens a state that its owner wrote while it was a way in,
//! or nothing; and what was used up or is over opens nothing of what was written since.

use std::collections::BTreeMap;
use std::ops::Range;

use data_encoding::BASE64;

use super::ways::{by_code, by_password, codes as strangers_codes, made_from, shares, typed};
use super::{passkey, *};
use crate::otp::Kind;
use crate::vault::file::VaultFile;
use crate::vault::seal;
use crate::vault::sealed::Opened;

/// Files as their lines, in the order in which they came.
struct Pool {
    honest: Vec<Vec<String>>,
    strangers: Vec<Vec<String>>,
}

/// What an attack is about.
#[derive(PartialEq)]
struct State {
    /// Accounts, what was deleted, settings, and what the header lets passes be.
    what: String,
    /// The ways in by their ids.
    ways: BTreeMap<String, String>,
    /// Of the account that counts.
    counter: u64,
}

/// Something that somebody has, and the states of the vault that it may open.
struct Held {
    name: &'static str,
    way: Way,
    states: Range<usize>,
}

/// A vault from its making on, as its owner and the attacker saw it.
struct Life {
    disk: Disk,
    host: Host<Fake>,
    pool: Pool,
    states: Vec<State>,
    stores: Vec<(Keys, Keys)>,
    held: Vec<Held>,
    /// The first state, and the first file, since a code was used up.
    late: (usize, usize),
}

/// How an account counts and when it was used comes with the journal, which goes on between two files.
fn state(vault: &Opened) -> State {
    let mut counter = 0;
    let mut entries = vault.body.entries.clone();
    for entry in &mut entries {
        entry.used.clear();
        if let Kind::Hotp { counter: at } = entry.otp.kind() {
            counter = at;
            entry.otp = entry.otp.clone().with_counter(0);
        }
    }
    let (body, header) = (&vault.body, vault.header());
    let what = (&entries, &body.tombstones, &body.settings, &header.policy);
    let way = |slot: &crate::vault::slot::SlotEntry| {
        let entry = (slot.kind, slot.usage, slot.not_before, slot.not_after, slot.uses);
        let stored = body.slots.get(&slot.id.to_string());
        (slot.id.to_string(), serde_json::to_string(&(entry, stored)).unwrap())
    };
    State {
        what: serde_json::to_string(&what).unwrap(),
        ways: header.slots.iter().map(way).collect(),
        counter,
    }
}

impl State {
    /// Whether it is this one, or what is left of it: a code is used up, a pass is over, and whoever writes the stores erases
    /// records. No way in is added, and none is another.
    fn comes_of(&self, other: &Self) -> bool {
        self.what == other.what && self.ways.iter().all(|(id, way)| other.ways.get(id) == Some(way))
    }
}

impl Life {
    /// Several epochs: accounts, one that counts, codes of which one is used, a pair, two passes, shares, a passkey, another
    /// password, limits.
    fn lived() -> Self {
        let disk = Disk::default();
        let (pool, host) = (Pool { honest: Vec::new(), strangers: strangers() }, host(&disk, 1));
        let mut life =
            Self { disk, host, pool, states: Vec::new(), stores: Vec::new(), held: Vec::new(), late: (0, 0) };
        life.did(Request::Create { key: key(1) });
        life.has("the first password", 0, by_password(1));
        life.did(Request::Add { forms: vec![form("a", "totp"), form("b", "hotp")] });
        let codes = life.makes_codes(5, false, None);
        let from = life.states.len() - 2;
        life.has("the used code", from, by_code(&codes[1]));
        life.has("a code", from, by_code(&codes[3]));
        let limits = |max| PassLimits { max, ..PassLimits::default() };
        life.did(Request::SetPassLimits { limits: limits(480) });
        life.counts();
        let from = life.states.len();
        life.did(Request::ChangePassword { current: vec![key(1)], new: key(2) });
        life.ends("the first password", from);
        life.has("the password", from, by_password(2));
        life.makes_pass("the pass that is over", 60);
        let from = life.states.len();
        life.makes_pass("the pass", 480);
        life.ends("the pass that is over", from);
        life.did(Request::Lock);
        let from = life.states.len();
        life.late = (from, life.pool.honest.len());
        life.did(Request::Unlock { way: by_code(&codes[1]) });
        life.ends("the used code", from);
        life.did(Request::Lock);
        life.did(Request::Unlock { way: by_password(2) });
        life.counts();
        let made = shares(&life.host, 2, 3);
        let keep = Request::KeepShares { typed: typed(&made), shares: made.clone(), emergency: false };
        life.has("the shares", life.states.len(), Way::Shares { shares: made[1..].to_vec() });
        life.did(keep);
        life.has("the passkey", life.states.len(), passkey::with(7));
        assert_eq!(passkey::add(&life.host, 7), None);
        life.saw();
        let pair = life.makes_codes(1, true, Some(key(7))).remove(0);
        let way = Way::Code { code: pair, keys: vec![key(7)] };
        life.has("the code with its password", life.states.len() - 2, way);
        life.did(Request::Add { forms: vec![form("c", "totp")] });
        life.did(Request::SetPassLimits { limits: limits(240) });
        life.counts();
        life.did(Request::Add { forms: vec![form("d", "totp")] });
        life.has("nobody's password", 0, by_password(77));
        life.has("a stranger's code", 0, by_code(&stranger()));
        let end = life.states.len();
        life.ends("nobody's password", 0);
        life.ends("a stranger's code", 0);
        // By the clock of an attack it is.
        life.ends("the pass that is over", 0);
        life.held.iter_mut().for_each(|held| held.states.end = held.states.end.min(end));
        life
    }

    fn did(&mut self, request: Request) -> Reply {
        let reply = ask(&self.host, request);
        assert_eq!(failed(&reply), None);
        self.saw();
        reply
    }

    /// What is there now.
    fn saw(&mut self) {
        if let Some(vault) = self.host.core.try_lock().unwrap().vault() {
            self.states.push(state(vault));
            self.stores.push((self.disk.ring.borrow().clone(), self.disk.area.borrow().clone()));
        }
        for text in self.disk.ring.borrow().values().chain(self.disk.area.borrow().values()) {
            let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
            if text.starts_with("sparekey/1") && !self.pool.honest.contains(&lines) {
                self.pool.honest.push(lines);
            }
        }
    }

    fn has(&mut self, name: &'static str, from: usize, way: Way) {
        self.held.push(Held { name, way, states: from..usize::MAX });
    }

    fn ends(&mut self, name: &str, at: usize) {
        let held = self.held.iter_mut().find(|held| held.name == name).expect(name);
        held.states.end = at;
    }

    fn counts(&mut self) {
        let id = entries(&self.host).into_iter().find(|entry| entry.counter.is_some()).unwrap().id;
        self.did(Request::NextHotp { id });
    }

    fn makes_codes(&mut self, count: u32, add: bool, key: Option<DerivedKey>) -> Vec<String> {
        let keys = key.clone().into_iter().collect();
        let Reply::RecoveryCodes { codes, .. } = self.did(Request::MakeCodes { count, add, key }) else {
            panic!("codes")
        };
        let codes: Vec<String> = codes.into_iter().map(|code| code.code).collect();
        self.did(Request::KeepCodes { way: Way::Code { code: codes[0].clone(), keys } });
        codes
    }

    fn makes_pass(&mut self, name: &'static str, minutes: u32) {
        let from = self.states.len();
        let form = PassForm { minutes, start: None, once: false };
        let Reply::Pass { code, .. } = self.did(Request::MakePass { form }) else { panic!("a pass") };
        self.has(name, from, by_code(&code));
    }
}

/// A code of somebody else's vault.
fn stranger() -> String {
    strangers_codes(&made_from(&Disk::default(), 9_000), 5, None).remove(0)
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
fn put_together(
    honest: &[Vec<String>],
    strangers: &[Vec<String>],
    next: &mut impl FnMut(usize) -> usize,
) -> String {
    let mut file = honest[next(honest.len())].clone();
    for _ in 0..1 + next(4) {
        let other = one_of(honest, strangers, next);
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
                    ("\"max\":480", "\"max\":43200"),
                    ("\"max\":240", "\"max\":43200"),
                    ("\"uses\":1", "\"uses\":9"),
                    ("\"kind\":\"password\"", "\"kind\":\"pass\""),
                    ("\"kind\":\"code\"", "\"kind\":\"password\""),
                    ("\"use\":\"both\"", "\"use\":\"backup\""),
                    ("\"slots\":[", "\"codes\":{\"made\":9},\"slots\":["),
                ][next(8)];
                file[1] = file[1].replacen(from, to, 1);
            }
        }
    }
    file.join("\n") + "\n"
}

/// Of the owner's files or a stranger's.
fn one_of<'a>(
    honest: &'a [Vec<String>],
    strangers: &'a [Vec<String>],
    next: &mut impl FnMut(usize) -> usize,
) -> &'a Vec<String> {
    let at = next(honest.len() + strangers.len());
    honest.get(at).unwrap_or_else(|| &strangers[at - honest.len()])
}

/// The state that somebody's way in opens, if it opens any. Each tries it on the stores as the attacker left them.
fn opened(attacked: &(Keys, Keys), seed: u64, way: &Way) -> Option<State> {
    let disk = Disk::default();
    (*disk.ring.borrow_mut(), *disk.area.borrow_mut()) = attacked.clone();
    let host = host(&disk, seed);
    host.platform().now.set(host.platform().now.get() + 2 * 3_600_000);
    status(&host);
    let mut way = way.clone();
    if let Way::Password { keys } = &mut way {
        let Reply::Derive { jobs } = ask(&host, Request::PlanUnlock) else { return None };
        keys.retain(|key| jobs.contains(&key.job));
    }
    if failed(&ask(&host, Request::Unlock { way })).is_some() {
        return None;
    }
    let found = host.core.try_lock().unwrap().vault().map(state);
    host.upkeep().now_or_never().expect("nothing waits");
    found
}

#[test]
fn whatever_is_put_together_of_old_files_and_a_strangers_only_what_the_owner_wrote_opens() {
    let life = Life::lived();
    let Life { pool, states, stores, held, late, .. } = &life;
    assert!(pool.honest.len() >= 12 && pool.honest.len() - late.1 >= 6 && !pool.strangers.is_empty());
    let counted = states.iter().map(|state| state.counter).max().unwrap();
    let mut seen = BTreeMap::<(&str, bool, bool), u32>::new();
    for seed in 0..1_200u64 {
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut next = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize % below
        };
        // Whose copies go back to before the code was used, or only to since then.
        let is_late = next(2) == 0;
        let first = if is_late { *late } else { (0, 0) };
        let (stores, honest) = (&stores[first.0..], &pool.honest[first.1..]);
        let (mut ring, mut area) = stores[next(stores.len())].clone();
        for keys in [&mut ring, &mut area] {
            if next(4) == 0 {
                // What was noted between two files, of another time.
                let other = &stores[next(stores.len())];
                let other = [&other.0, &other.1][next(2)].iter().filter(|(key, _)| !key.starts_with('g'));
                keys.extend(other.map(|(key, text)| (key.clone(), text.clone())));
            }
            for n in 0..next(7) {
                let text = match next(3) {
                    0 => one_of(honest, &pool.strangers, &mut next).join("\n") + "\n",
                    _ => put_together(honest, &pool.strangers, &mut next),
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
        let attacked = (ring, area);
        for Held { name, way, states: may } in held {
            // Shares take as long as all the rest.
            if *name == "the shares" && next(8) > 0 {
                continue;
            }
            let found = opened(&attacked, 9_000 + seed, way);
            *seen.entry((name, is_late, found.is_some())).or_default() += 1;
            let Some(found) = found else { continue };
            let since = if is_late && may.end <= late.0 { may.end } else { may.start };
            let written = states.get(since..may.end).unwrap_or_default();
            assert!(
                written.iter().any(|state| found.comes_of(state)),
                "{seed}, {is_late}: {name} opens what its owner never wrote for it: {} {:?}",
                found.what,
                found.ways
            );
            assert!(found.counter <= counted, "{seed}: {name}");
        }
    }
    let times = |name, late, opens| seen.get(&(name, late, opens)).copied().unwrap_or_default();
    for name in
        ["the password", "a code", "the shares", "the passkey", "the pass", "the code with its password"]
    {
        let (came, shut) = (times(name, true, true), times(name, true, false));
        assert!(came > 20 && shut > 0, "both happen with {name}: {came} opened, {shut} shut: {seen:?}");
    }
    // A copy of before opens with what was good then: told. What was written since does not.
    for name in ["the first password", "the used code"] {
        assert!(times(name, false, true) > 20 && times(name, true, true) == 0, "{name}: {seen:?}");
    }
    // The parts are told apart by more than their looks: a file that was put together parses.
    let mut count = 0..;
    let mut next = |below: usize| count.next().unwrap_or(0) * 7 % below;
    let mut parses =
        || VaultFile::parse(put_together(&pool.honest, &pool.strangers, &mut next).as_bytes()).is_ok();
    assert!((0..50).any(|_| parses()));
}
