//! How ready somebody is for a loss: each thing that can be wrong gets a grade, and the whole is the lowest of them. A sum
//! would let nine good things hide the one that locks somebody out.
//!
//! | grade | means |
//! | --- | --- |
//! | 0 | a single mishap loses accounts |
//! | 1 | the way back has a hole that is known |
//! | 2 | the way back is there and was not shown to work, or hangs on memory |
//! | 3 | nothing is known to be missing |

use std::collections::BTreeSet;

/// The best grade.
pub const BEST: u8 = 3;
/// So few recovery codes are a reason to print new ones.
const FEW_CODES: usize = 3;
/// What organisations are told to have (Microsoft: "two or more emergency access accounts").
const EMERGENCY: usize = 2;

/// What is known. Only what was seen counts; what nobody said does not.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Ways in that open for ever, or once.
    pub ways: Vec<Way>,
    /// The newest bundle.
    pub bundle: Option<Bundle>,
    /// Something changed since that bundle.
    pub changed: bool,
    /// Bundles by themselves: `on`, `off`, `failing`, ...
    pub backups: String,
    /// Why a drill is due.
    pub drill: Option<String>,
    /// Accounts outside the bin.
    pub accounts: Vec<Account>,
    /// The emergency bundle.
    pub emergency: Emergency,
    /// Kinds of sheets that were made void and not made anew.
    pub void: usize,
}

/// What is known of the emergency bundle.
#[derive(Clone, Debug, Default)]
pub struct Emergency {
    /// The user does not want one.
    pub declined: bool,
    /// There is one.
    pub exists: bool,
    /// Somebody can open it.
    pub opens: bool,
    /// No file has its present state.
    pub behind: bool,
    /// A drill is due.
    pub drill: bool,
}

/// A way in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// `password`, `code`, `pair`, `shares`, `passkey`, ...
    pub kind: String,
    /// It opens the vault here.
    pub vault: bool,
    /// It opens bundles.
    pub bundles: bool,
    /// Codes: one of its sheet was typed back. Others: always.
    pub kept: bool,
    /// Where its sheets lie, one text for each sheet.
    pub places: Vec<String>,
    /// How many sheets there are.
    pub sheets: usize,
}

/// The newest bundle.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bundle {
    /// The same bytes were read where it lies.
    pub read_back: bool,
    /// It was opened with a real way in.
    pub proven: bool,
    /// Accounts that are in no bundle.
    pub missing: usize,
}

/// An account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Whose it is, as the entry says.
    pub issuer: String,
    /// Its name there.
    pub account: String,
    /// The site's own backup codes that are kept here.
    pub backup_codes: usize,
    /// What else gets its owner in, as the owner says.
    pub others: usize,
    /// It is kept for emergencies.
    pub emergency: bool,
    /// Its owner gets in by another method than a code, as the owner says.
    pub method: bool,
    /// A daily account has the same key.
    pub same_key: bool,
    /// It came out of a bundle and was not tried since.
    pub unverified: bool,
}

/// Something that is not as good as can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable code.
    pub code: &'static str,
    /// 0 to 2.
    pub grade: u8,
    /// How many it is about; 0: no number.
    pub number: usize,
}

impl Account {
    /// Nothing but this vault gets its owner in.
    pub fn has_nothing_else(&self) -> bool {
        self.backup_codes == 0 && self.others == 0
    }

    /// The organisation: the issuer, and the domain of the name.
    fn tenant(&self) -> Option<(String, String)> {
        let (_, domain) = self.account.rsplit_once('@')?;
        Some((self.issuer.trim().to_lowercase(), domain.trim().to_lowercase()))
    }
}

/// Everything that is not as good as can be, worst first; of one grade, what comes first in this file.
pub fn findings(facts: &Facts) -> Vec<Finding> {
    if facts.accounts.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut note = |grade: u8, code: &'static str, number: usize| found.push(Finding { code, grade, number });
    bundles(facts, &mut note);
    ways(facts, &mut note);
    drill(facts, &mut note);
    accounts(facts, &mut note);
    emergency(facts, &mut note);
    found.sort_by_key(|finding| finding.grade);
    found
}

/// The lowest grade of all.
pub fn score(findings: &[Finding]) -> u8 {
    findings.iter().map(|finding| finding.grade).min().unwrap_or(BEST)
}

fn bundles(facts: &Facts, note: &mut impl FnMut(u8, &'static str, usize)) {
    match facts.bundle {
        None => note(0, "no-bundle", 0),
        Some(bundle) => {
            if bundle.missing > 0 {
                note(0, "in-no-bundle", bundle.missing);
            }
            if !bundle.read_back && !bundle.proven {
                note(1, "bundle-not-read-back", 0);
            } else if !bundle.proven {
                note(2, "bundle-not-proven", 0);
            }
            if facts.changed {
                note(2, "bundle-behind", 0);
            }
        }
    }
    match facts.backups.as_str() {
        "failing" | "stale" | "waiting" => note(1, "backups-fail", 0),
        "off" => note(2, "backups-off", 0),
        _ => {}
    }
}

fn ways(facts: &Facts, note: &mut impl FnMut(u8, &'static str, usize)) {
    let opens: Vec<&Way> = facts.ways.iter().filter(|way| way.vault && way.kept).collect();
    let is_sheet = |way: &&&Way| way.sheets > 0;
    // A passkey lies in this device, and goes with the browser's profile: it is a shorter way, and no second one.
    let lasting = opens.iter().filter(|way| way.kind != "passkey");
    let kinds: BTreeSet<&str> = lasting.map(|way| group(&way.kind)).collect();
    if !opens.iter().any(|way| way.kind != "passkey" && way.bundles) {
        note(0, "no-way-into-bundles", 0);
    }
    if kinds.len() < 2 {
        let shown = facts.ways.iter().any(|way| way.vault && !way.kept);
        note(if shown { 1 } else { 0 }, if shown { "codes-not-kept" } else { "one-way-in" }, 0);
    }
    let codes = opens.iter().filter(|way| group(&way.kind) == "code").count();
    if codes > 0 && codes <= FEW_CODES {
        note(2, "few-codes", codes);
    }
    // One sheet holds all codes; shares have one each.
    let mut sheets: Vec<&Way> = opens.iter().filter(is_sheet).copied().collect();
    sheets.dedup_by(|a, b| group(&a.kind) == "code" && group(&b.kind) == "code");
    let wanted: usize = sheets.iter().map(|way| way.sheets).sum();
    let said: Vec<String> = sheets
        .iter()
        .flat_map(|way| way.places.iter().take(way.sheets))
        .map(|place| place.trim().to_lowercase())
        .filter(|place| !place.is_empty())
        .collect();
    if said.len() < wanted {
        note(2, "place-unknown", wanted - said.len());
    }
    let places: BTreeSet<&String> = said.iter().collect();
    if said.len() > 1 && places.len() == 1 {
        note(1, "one-place", said.len());
    }
}

fn drill(facts: &Facts, note: &mut impl FnMut(u8, &'static str, usize)) {
    match facts.drill.as_deref() {
        Some("never") => note(1, "drill-never", 0),
        Some("ways") => note(1, "drill-ways", 0),
        Some(_) => note(2, "drill-old", 0),
        None => {}
    }
}

fn accounts(facts: &Facts, note: &mut impl FnMut(u8, &'static str, usize)) {
    let count = |which: &dyn Fn(&&Account) -> bool| facts.accounts.iter().filter(|each| which(each)).count();
    let untried = count(&|account| account.unverified);
    if untried > 0 {
        note(1, "not-tried", untried);
    }
    let emergency = count(&|account| account.emergency);
    // Without any, nobody said that this is an organisation's vault.
    if emergency > 0 && emergency < EMERGENCY {
        note(1, "one-emergency-account", 0);
    }
    let tenants = |emergency: bool| {
        let of = facts.accounts.iter().filter(move |account| account.emergency == emergency);
        of.filter_map(Account::tenant).collect::<BTreeSet<_>>()
    };
    let mixed = tenants(true).intersection(&tenants(false)).count();
    if mixed > 0 {
        note(1, "emergency-beside-daily", mixed);
    }
    let bare = count(&|account| account.has_nothing_else());
    if bare > 0 {
        note(2, "nothing-else", bare);
    }
}

fn emergency(facts: &Facts, note: &mut impl FnMut(u8, &'static str, usize)) {
    if facts.void > 0 {
        note(1, "sheets-void", facts.void);
    }
    let kept = || facts.accounts.iter().filter(|account| account.emergency);
    if kept().count() == 0 {
        return;
    }
    // An account for the day when the daily method fails must not hang on that method.
    let same_key = kept().filter(|account| account.same_key).count();
    if same_key > 0 {
        note(1, "emergency-same-key", same_key);
    }
    let same_method = kept().filter(|account| !account.method).count();
    if same_method > 0 {
        note(2, "emergency-method", same_method);
    }
    let bundle = &facts.emergency;
    if !bundle.exists {
        if !bundle.declined {
            note(2, "no-emergency-bundle", 0);
        }
    } else if !bundle.opens {
        note(1, "emergency-bundle-void", 0);
    } else {
        if bundle.behind {
            note(1, "emergency-bundle-behind", 0);
        }
        if bundle.drill {
            note(2, "emergency-drill", 0);
        }
    }
}

/// Codes with and without a password are one kind of sheet.
fn group(kind: &str) -> &str {
    if kind == "pair" { "code" } else { kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(kind: &str, places: &[&str], sheets: usize) -> Way {
        let places = places.iter().map(ToString::to_string).collect();
        Way { kind: kind.into(), vault: true, bundles: true, kept: true, places, sheets }
    }

    fn account(issuer: &str, account: &str) -> Account {
        Account {
            issuer: issuer.into(),
            account: account.into(),
            others: 1,
            method: true,
            ..Account::default()
        }
    }

    /// Nothing is known to be missing.
    fn ready() -> Facts {
        let codes = (0..10).map(|_| way("code", &["safe"], 1));
        Facts {
            ways: [way("password", &[], 0)].into_iter().chain(codes).collect(),
            bundle: Some(Bundle { read_back: true, proven: true, missing: 0 }),
            changed: false,
            backups: "on".into(),
            drill: None,
            accounts: vec![account("Mail", "ada@mail.example")],
            emergency: Emergency { exists: true, opens: true, ..Emergency::default() },
            void: 0,
        }
    }

    /// Two emergency accounts, one of them changed.
    fn glass(facts: &mut Facts, change: impl FnOnce(&mut Account)) {
        for name in ["e1@org.example", "e2@org.example"] {
            facts.accounts.push(Account { emergency: true, ..account("Entra", name) });
        }
        if let Some(last) = facts.accounts.last_mut() {
            change(last);
        }
    }

    /// The codes of a case, worst first, and its score.
    fn judged(change: impl FnOnce(&mut Facts)) -> (u8, Vec<&'static str>) {
        let mut facts = ready();
        change(&mut facts);
        let found = findings(&facts);
        (score(&found), found.iter().map(|finding| finding.code).collect())
    }

    type Case = (fn(&mut Facts), u8, &'static [&'static str]);

    #[test]
    fn the_lowest_grade_is_the_score_whatever_else_is_good() {
        let cases: &[Case] = &[
            (|_| {}, 3, &[]),
            (|facts| facts.accounts.clear(), 3, &[]),
            (|facts| facts.bundle = None, 0, &["no-bundle"]),
            (|facts| facts.bundle.as_mut().unwrap().missing = 2, 0, &["in-no-bundle"]),
            (|facts| facts.bundle.as_mut().unwrap().proven = false, 2, &["bundle-not-proven"]),
            (|facts| facts.bundle = Some(Bundle::default()), 1, &["bundle-not-read-back"]),
            (|facts| facts.changed = true, 2, &["bundle-behind"]),
            (|facts| facts.backups = "failing".into(), 1, &["backups-fail"]),
            (|facts| facts.backups = "off".into(), 2, &["backups-off"]),
            (|facts| facts.ways.truncate(1), 0, &["one-way-in"]),
            // Printed and never typed back: they open, and nobody knows that the paper is right.
            (|facts| facts.ways[1..].iter_mut().for_each(|way| way.kept = false), 1, &["codes-not-kept"]),
            (|facts| facts.ways.truncate(3), 2, &["few-codes"]),
            (|facts| facts.ways.iter_mut().for_each(|way| way.places.clear()), 2, &["place-unknown"]),
            (|facts| facts.ways.iter_mut().for_each(|way| way.bundles = false), 0, &["no-way-into-bundles"]),
            // A pair and a code are one sheet: no second kind of way in is made of them.
            (
                |facts| facts.ways = vec![way("code", &["safe"], 1), way("pair", &["safe"], 1)],
                0,
                &["one-way-in", "few-codes"],
            ),
            (|facts| facts.ways.push(way("shares", &["safe", "Safe ", "SAFE"], 3)), 1, &["one-place"]),
            (|facts| facts.ways.push(way("shares", &["safe", "bank", "Ada"], 3)), 3, &[]),
            (|facts| facts.ways.push(way("shares", &["bank"], 3)), 2, &["place-unknown"]),
            (|facts| facts.drill = Some("never".into()), 1, &["drill-never"]),
            (|facts| facts.drill = Some("ways".into()), 1, &["drill-ways"]),
            (|facts| facts.drill = Some("old".into()), 2, &["drill-old"]),
            (|facts| facts.accounts[0].unverified = true, 1, &["not-tried"]),
            (|facts| facts.accounts[0].others = 0, 2, &["nothing-else"]),
            (|facts| (facts.accounts[0].others, facts.accounts[0].backup_codes) = (0, 1), 3, &[]),
            (
                |facts| {
                    facts.accounts.push(Account { emergency: true, ..account("Entra", "e1@org.example") })
                },
                1,
                &["one-emergency-account"],
            ),
            (
                |facts| {
                    for name in ["e1@org.example", "e2@org.example"] {
                        facts.accounts.push(Account { emergency: true, ..account("Entra", name) });
                    }
                },
                3,
                &[],
            ),
            (
                |facts| {
                    for name in ["e1@org.example", "e2@org.example"] {
                        facts.accounts.push(Account { emergency: true, ..account("Entra", name) });
                    }
                    facts.accounts.push(account("entra", "ada@ORG.example"));
                },
                1,
                &["emergency-beside-daily"],
            ),
            (|facts| facts.void = 2, 1, &["sheets-void"]),
            (|facts| glass(facts, |account| account.method = false), 2, &["emergency-method"]),
            (|facts| glass(facts, |account| account.same_key = true), 1, &["emergency-same-key"]),
            (
                |facts| {
                    glass(facts, |_| {});
                    facts.emergency = Emergency::default();
                },
                2,
                &["no-emergency-bundle"],
            ),
            (
                |facts| {
                    glass(facts, |_| {});
                    facts.emergency = Emergency { declined: true, ..Emergency::default() };
                },
                3,
                &[],
            ),
            (
                |facts| {
                    glass(facts, |_| {});
                    (facts.emergency.opens, facts.emergency.behind) = (false, true);
                },
                1,
                &["emergency-bundle-void"],
            ),
            (
                |facts| {
                    glass(facts, |_| {});
                    (facts.emergency.behind, facts.emergency.drill) = (true, true);
                },
                1,
                &["emergency-bundle-behind", "emergency-drill"],
            ),
            // Everything at once: the worst is first, and nine good things do not hide it.
            (
                |facts| {
                    facts.bundle = None;
                    facts.drill = Some("never".into());
                    facts.accounts[0].others = 0;
                },
                0,
                &["no-bundle", "drill-never", "nothing-else"],
            ),
        ];
        for (at, (change, wanted, codes)) in cases.iter().enumerate() {
            assert_eq!(judged(change), (*wanted, codes.to_vec()), "case {at}");
        }
    }

    #[test]
    fn more_of_what_is_good_never_raises_what_is_bad() {
        let mut facts = ready();
        facts.bundle = None;
        for n in 0..20 {
            facts.ways.push(way("shares", &["a", "b", "c"], 3));
            facts.accounts.push(account("More", &format!("{n}@x.example")));
            assert_eq!(score(&findings(&facts)), 0);
        }
    }
}
