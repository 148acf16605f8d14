//! "Someone left", the end of the worklist after a stolen device, and an organisation's key taken back or changed: a new key and a new pair for the
//! password, every sheet, pass and passkey void, and what is to be made anew remembered until it was. What was copied before stays as it was.

use crate::audit;
use crate::env::Env;
use crate::protocol::{DerivedKey, EmergencyState, Failure, LeftView, RenewView, Reply};
use crate::vault::emergency::Left;
use crate::vault::id::SlotId;
use crate::vault::sealed::{Opened, SaveError};
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};

use super::emergency_waits::HOURS;
use super::session::{opens_vault, save_failure, secret};
use super::unlock::Opening;
use super::{Core, Outcome, Store, emergency_bundle};

/// What can be void, in the order in which it is made anew.
const VOID: [&str; 4] = ["codes", "shares", "emergency", PASSKEYS];
/// No sheet: nobody is less ready without them.
const PASSKEYS: &str = "passkeys";

/// What is about to be renewed.
pub(super) struct Renewal {
    /// The vault, less what its owner shuts out.
    pub next: Opened,
    /// Slots that were taken out of it already.
    pub revoked: Vec<SlotId>,
    /// Kept in memory where no store takes it.
    pub keep_unsaved: bool,
    /// How the session goes on.
    pub opening: Opening,
}

impl Core {
    /// The emergency area: entries, waits, the bundle, and what is to be made anew.
    pub(super) fn emergency(&self) -> Result<Outcome, Failure> {
        Ok(Outcome::reply(Reply::Emergency(EmergencyState {
            entries: self.emergency_entries_view(),
            waits: self.waits_view(),
            hours: HOURS.to_vec(),
            bundle: self.emergency_bundle_view()?,
            left: self.left_view(),
        })))
    }

    /// Makes everything void that somebody who left may have seen or copied. An organisation's key stays, because nobody but
    /// its holders has it.
    pub(super) fn someone_left(
        &mut self,
        current: &[DerivedKey],
        new: &DerivedKey,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let session = self.session()?;
        let (mut next, opening) = (session.vault.clone(), session.opening.clone());
        if let Some(waits) = &mut next.body.emergency_waits {
            waits.asked.clear();
            waits.modified = env.now;
        }
        if let Some(list) = &mut next.body.worklist {
            (list.rotated, list.modified) = (Some(env.now), env.now);
        }
        next.body.note(audit::line(env.now, "someone-left"));
        self.commit_renewed(
            Renewal { next, revoked: Vec::new(), keep_unsaved: true, opening },
            current,
            new,
            env,
        )
    }

    /// Shuts out whoever held the vault key or saw a sheet: a new key, and a salt and a pair of its own anew for the password,
    /// which is asked for. Every other way in of the user's goes, passkeys too: nobody can renew those here, and the one who
    /// is shut out may hold one, or knows how it is locked. What is void is noted until it is made anew.
    pub(super) fn commit_renewed(
        &self,
        renewal: Renewal,
        current: &[DerivedKey],
        new: &DerivedKey,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let session = self.session()?;
        let kind = session.kind();
        let Renewal { mut next, mut revoked, keep_unsaved, opening } = renewal;
        let new = self.relocked_secret(new)?;
        let (_, file) = session.vault.save(env).map_err(save_failure)?;
        let secrets = current.iter().map(secret).collect::<Result<Vec<_>, _>>()?;
        let usable = opens_vault(env.now);
        if !secrets.iter().any(|secret| file.open(&secret.clone().into(), usable).is_ok()) {
            return Err(Failure::new("wrong-password"));
        }
        let slots = next.header().slots.clone();
        let goes = |slot: &&SlotEntry| !matches!(slot.kind, SlotKind::Device | SlotKind::Escrow);
        let going: Vec<SlotId> = slots.iter().filter(goes).map(|slot| slot.id).collect();
        let had = |kinds: &[SlotKind]| slots.iter().any(|slot| kinds.contains(&slot.kind));
        let mut void = Vec::new();
        if had(&[SlotKind::Code, SlotKind::Pair]) {
            void.push(VOID[0].to_owned());
        }
        if had(&[SlotKind::Shares]) {
            void.push(VOID[1].to_owned());
        }
        if emergency_bundle::void(&mut next.body, env).map_err(save_failure)? {
            void.push(VOID[2].to_owned());
        }
        if had(&[SlotKind::Passkey]) {
            void.push(PASSKEYS.to_owned());
        }
        // What was void already and is not made anew yet stays so.
        void.extend(
            undone(&session.vault).into_iter().filter(|what| !void.contains(what)).collect::<Vec<_>>(),
        );
        for id in &going {
            next.body.end_pass(*id, env.now, "deleted");
            next.remove_slot(*id);
        }
        revoked.extend(going);
        next.header_mut().codes = None;
        next.add_password(env, &new, SlotUse::Both).map_err(save_failure)?;
        next.rotate(env).map_err(save_failure)?;
        next.body.left = Some(Left { at: env.now, void });
        let mut outcome = self.commit(next, revoked, keep_unsaved, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            // The password must open what is about to be stored.
            commit.file.open(&new.into(), usable).map_err(|_| save_failure(SaveError::SelfCheck))?;
            let opening = Opening { by: Some(SlotKind::Password), emergency: None, fresh: None, ..opening };
            commit.opens = Some((kind, opening));
        }
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }

    /// The user has made anew what is to be made anew, or wants no more of it.
    pub(super) fn settle_left(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        next.body.left = None;
        self.commit(next, Vec::new(), true, env)
    }

    /// How many kinds of sheets are void and not made anew.
    pub(super) fn sheets_void(&self) -> usize {
        let Ok(session) = self.session() else { return 0 };
        undone(&session.vault).iter().filter(|what| *what != PASSKEYS).count()
    }

    /// A commit that is answered with the status.
    pub(super) fn commit_status(
        &self,
        next: Opened,
        revoked: Vec<SlotId>,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        // Sheets that no store holds would open nothing.
        let outcome = self.commit(next, revoked, false, env)?;
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }

    fn left_view(&self) -> Option<LeftView> {
        let vault = &self.session().ok()?.vault;
        let left = vault.body.left.as_ref()?;
        let open = undone(vault);
        let view = |what: &&str| {
            let void = left.void.iter().any(|void| void == *what);
            void.then(|| RenewView { what: (*what).into(), done: !open.iter().any(|open| open == *what) })
        };
        Some(LeftView { at: left.at, renew: VOID.iter().filter_map(view).collect() })
    }
}

/// What was made void and is not there anew: what nobody typed back does not count.
fn undone(vault: &Opened) -> Vec<String> {
    let header = vault.header();
    let unkept = header.codes.clone().unwrap_or_default().unkept;
    let there = |what: &str| match what {
        "codes" => header
            .slots
            .iter()
            .any(|slot| matches!(slot.kind, SlotKind::Code | SlotKind::Pair) && !unkept.contains(&slot.id)),
        PASSKEYS => header.slots.iter().any(|slot| slot.kind == SlotKind::Passkey),
        "shares" => header.slots.iter().any(|slot| slot.kind == SlotKind::Shares),
        "emergency" => {
            let bundle = vault.body.emergency_bundle.as_ref();
            bundle.is_none_or(|bundle| bundle.vault.as_ref().is_none_or(|vault| vault.has_way_in()))
        }
        // What a later version made void is nothing that this one can make anew.
        _ => true,
    };
    let void = vault.body.left.iter().flat_map(|left| &left.void);
    void.filter(|what| !there(what)).cloned().collect()
}
