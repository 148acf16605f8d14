//! Leaving for good: what is asked before everything of the vault goes from this browser. The host does it
//! (`host/erase.rs`), and nothing else removes.

use crate::env::Env;
use crate::protocol::{Failure, Reply, SessionKind, VaultState, Way};
use crate::recovery::bundle;
use crate::vault::slot::{SlotEntry, SlotKind};

use super::session::{self, opens_bundle, opens_vault, save_failure};
use super::{Core, Effect, Outcome, State, unlock, ways};

/// What is typed by who can open the vault.
const WORD: &str = "erase";
/// What is typed by who cannot: longer than anybody types without meaning it.
const SENTENCE: &str = "erase what I cannot open";

impl Core {
    /// What is to be typed, and what to derive from a password.
    pub(super) fn plan_erase(&self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let (jobs, pair_jobs) = match &self.state {
            State::Open(open) if open.kind() == SessionKind::Full => {
                let (_, file) = open.vault.save(env).map_err(save_failure)?;
                let usable = opens_vault(env.now);
                (file.password_jobs(usable, 3), file.pair_jobs(usable, 3))
            }
            State::Closed(VaultState::Locked, files) => {
                let usable = opens_vault(env.now);
                (session::jobs(files, usable), ways::pair_jobs(files, usable))
            }
            State::Closed(VaultState::Lost, _) => (Vec::new(), Vec::new()),
            _ => return Err(Failure::new("wrong-state")),
        };
        Ok(Outcome::reply(Reply::ErasePlan { word: WORD.into(), sentence: SENTENCE.into(), jobs, pair_jobs }))
    }

    /// Erases, when a way in opens the vault and the word was typed. Who holds no way in any more may leave as well: a
    /// locked vault must not hold the browser for ever. The sentence stands between that and a slip.
    pub(super) fn erase(
        &self,
        way: Option<&Way>,
        typed: &str,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let must_be = |wanted: &'static str| {
            if typed == wanted.to_lowercase() { Ok(()) } else { Err(Failure::new("not-the-word")) }
        };
        match (&self.state, way) {
            (State::Open(open), Some(way)) if open.kind() == SessionKind::Full => {
                must_be(WORD)?;
                let (_, file) = open.vault.save(env).map_err(save_failure)?;
                ways::open(&file, way, is_lasting(opens_vault(env.now)))?;
            }
            (State::Closed(VaultState::Locked, files), Some(way)) => {
                must_be(WORD)?;
                if unlock::opened_by(files, way, &self.seen, env.now)? == SlotKind::Pass {
                    return Err(Failure::new("not-in-this-session"));
                }
            }
            (State::Closed(VaultState::Locked | VaultState::Lost, _), None) => must_be(SENTENCE)?,
            (State::Open(open), None) if open.kind() == SessionKind::Full => {
                return Err(Failure::new("way-needed"));
            }
            (State::Open(_), _) => return Err(Failure::new("not-in-this-session")),
            _ => return Err(Failure::new("wrong-state")),
        }
        Ok(Outcome { effects: vec![Effect::Erase], ..self.status() })
    }

    /// The sealed file as it lies here, for who cannot open it now and may remember: the ways in that bundles have,
    /// or all of them where there are no such.
    pub(super) fn sealed_copy(&self, env: &Env<'_>) -> Result<Outcome, Failure> {
        let State::Closed(VaultState::Locked, files) = &self.state else {
            return Err(Failure::new("wrong-state"));
        };
        let file = files.first().ok_or_else(|| Failure::new("wrong-state"))?;
        let wanted = |slot: &SlotEntry| opens_bundle(slot) && slot.kind != SlotKind::Pass;
        let all = !file.slots().any(|(slot, _)| wanted(slot));
        let (bytes, sha256) = bundle::write(file, |slot| all || wanted(slot));
        let header = file.header();
        Ok(Outcome::reply(Reply::SealedCopy {
            name: bundle::file_name(header.vault, header.device, env.now),
            bundle: data_encoding::BASE64.encode(&bytes),
            sha256: data_encoding::HEXLOWER.encode(&sha256),
        }))
    }
}

fn is_lasting(usable: impl Fn(&SlotEntry) -> bool) -> impl Fn(&SlotEntry) -> bool {
    move |slot| slot.kind != SlotKind::Pass && usable(slot)
}
