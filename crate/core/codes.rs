//! The verbs on recovery codes, and on ways in at large: listing and removing them, and a new password after a code.

use crate::env::Env;
use crate::protocol::{DerivedKey, Failure, PrintedCode, Reply, Way, WayView};
use crate::recovery::bundle;
use crate::secret::SecretText;
use crate::vault::body::LogLine;
use crate::vault::code::Code;
use crate::vault::file::CodesNote;
use crate::vault::id::SlotId;
use crate::vault::sealed::{NewSlot, Opened};
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::way::WayIn;

use super::session::{opens_vault, save_failure};
use super::unlock::Opening;
use super::{Core, Outcome, Store, escrow, passes, passkeys, ways};

/// Fewer are soon used up, more do not fit on one sheet.
const COUNT: core::ops::RangeInclusive<u32> = 5..=16;

impl Core {
    /// Every way in, what is known of temporary passes, and their limits.
    pub(super) fn ways(&self, now: crate::env::Millis) -> Result<Outcome, Failure> {
        let vault = &self.session()?.vault;
        let header = vault.header();
        let view = |slot: &SlotEntry| {
            let stored = vault.body.slot(slot.id);
            WayView {
                id: slot.id.to_string(),
                kind: slot.kind.name().into(),
                usage: slot.usage.name().into(),
                label: stored.map(|slot| slot.label.clone()).unwrap_or_default(),
                made: stored.map(|slot| slot.made).unwrap_or_default(),
                not_before: slot.not_before,
                not_after: slot.not_after,
                once: slot.uses.is_some() || matches!(slot.kind, SlotKind::Code | SlotKind::Pair),
                kept: !header.codes.iter().any(|codes| codes.unkept.contains(&slot.id)),
            }
        };
        let ways = header.slots.iter().map(view).collect();
        let limits = self.pass_limits();
        // Whether a pass that is there opens is for the vault's own switch to say: a policy closes new ones.
        let own = passes::limits(header);
        let passes = vault.body.passes.iter().rev().map(|pass| passes::view(pass, &own, now)).collect();
        let restored = super::restored::view(vault);
        Ok(Outcome::reply(Reply::Ways { ways, passes, limits, restored }))
    }

    /// Makes recovery codes and shows them, once. They open from now on; they count as kept, and replace the former
    /// set, when one of them was typed back.
    pub(super) fn make_codes(
        &mut self,
        count: u32,
        add: bool,
        key: Option<&DerivedKey>,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let least = if add { 1 } else { *COUNT.start() };
        if !(least..=*COUNT.end()).contains(&count) {
            return Err(Failure::new("bad-count"));
        }
        self.may_make(if key.is_some() { SlotKind::Pair } else { SlotKind::Code })?;
        self.must_be_fresh_to_pass_on()?;
        let password = key.map(|key| self.new_secret(key)).transpose()?;
        let mut next = self.session()?.vault.clone();
        // Codes that were shown and never typed back may lie anywhere or nowhere.
        let unkept = next.header().codes.clone().unwrap_or_default().unkept;
        unkept.iter().for_each(|id| next.remove_slot(*id));
        if !unkept.is_empty() {
            next.rotate(env).map_err(save_failure)?;
        }
        let before: Vec<SlotId> = codes(&next).map(|slot| slot.id).collect();
        if add && before.len() as u32 + count > *COUNT.end() {
            return Err(Failure::new("bad-count"));
        }
        let mut numbers = free_numbers(&next, if add { &before } else { &[] });
        let mut note = next.header().codes.clone().unwrap_or_default();
        note.void = if add { Vec::new() } else { before };
        let mut printed = Vec::new();
        for _ in 0..count {
            let number = numbers.next().unwrap_or_default();
            let code = Code::make_random(env.entropy);
            let text = code.to_text();
            let (kind, way) = match &password {
                None => (SlotKind::Code, WayIn::Code(code)),
                Some(password) => (SlotKind::Pair, WayIn::Pair(code, password.clone())),
            };
            let new = NewSlot { uses: Some(1), ..NewSlot::lasting(kind, SlotUse::Both, &number.to_string()) };
            note.unkept.push(next.add_way(env, &way, new).map_err(save_failure)?);
            printed.push(PrintedCode { number, qr: qr(&text), code: text.expose().clone() });
        }
        next.header_mut().codes = Some(note);
        next.body.note(LogLine { at: env.now, what: "codes-made".into(), entry: None, host: None });
        let vault = bundle::short_name(next.header().vault);
        // Codes that no store holds would open nothing: they are shown only when they are stored.
        let outcome = self.commit(next, unkept, false, env)?;
        let reply = Reply::RecoveryCodes { codes: printed, vault, made: env.now, pair: password.is_some() };
        Ok(Outcome { reply, ..outcome })
    }

    /// One of the codes shown last was typed back: they count, and the former set is void.
    pub(super) fn keep_codes(&mut self, way: &Way, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let vault = &self.session()?.vault;
        let note = vault.header().codes.clone().unwrap_or_default();
        let (_, file) = vault.save(env).map_err(save_failure)?;
        let (id, ..) = ways::open(&file, way, opens_vault(env.now)).map_err(|failure| {
            let other = failure.code.starts_with("wrong-") || failure.code == "code-needs-password";
            if other { Failure::new("not-of-this-sheet") } else { failure }
        })?;
        if !note.unkept.contains(&id) {
            return Err(Failure::new("not-of-this-sheet"));
        }
        let mut next = vault.clone();
        note.void.iter().for_each(|id| next.remove_slot(*id));
        if !note.void.is_empty() {
            next.rotate(env).map_err(save_failure)?;
        }
        let left = codes(&next).count() as u32;
        // Added to codes that are still there; otherwise the set is a new one, also where the former was taken away whole.
        let added = note.void.is_empty() && left > note.unkept.len() as u32;
        let made = if added { note.made.max(left) } else { left };
        next.header_mut().codes = Some(CodesNote { made, unkept: Vec::new(), void: Vec::new() });
        next.body.note(LogLine { at: env.now, what: "codes-kept".into(), entry: None, host: None });
        let outcome = self.commit(next, note.void, true, env)?;
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }

    /// Removes ways in: their records go from every generation here, and the vault key is rotated.
    pub(super) fn remove_ways(&mut self, ids: &[String], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let known = |id: &String| {
            let id = SlotId::parse(id)?;
            next.header().slots.iter().find(|slot| slot.id == id).cloned()
        };
        let slots: Option<Vec<SlotEntry>> = ids.iter().map(known).collect();
        let slots = slots.filter(|slots| !slots.is_empty()).ok_or_else(|| Failure::new("no-such-way"))?;
        // Taking a party's key back renews every way in that it saw the lock of: that is a step of its own.
        if slots.iter().any(|slot| slot.kind.is_base()) {
            return Err(Failure::new("party-is-taken-back"));
        }
        for slot in &slots {
            next.body.end_pass(slot.id, env.now, "deleted");
            next.remove_slot(slot.id);
            let what = format!("{}-removed", slot.kind.name());
            let party = escrow::party_name(&self.session()?.vault, slot.id);
            next.body.note(LogLine { at: env.now, what, entry: None, host: party });
        }
        next.rotate(env).map_err(save_failure)?;
        // A password stays. A passkey would not do in its place: it is lost with a browser profile.
        if !passkeys::has_password(next.header()) {
            return Err(Failure::new("last-way-in"));
        }
        let outcome = self.commit(next, slots.iter().map(|slot| slot.id).collect(), true, env)?;
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }

    /// After a code, shares or a one-time pass: a new password in place of the one that was forgotten.
    pub(super) fn set_password(&mut self, new: &DerivedKey, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let session = self.session()?;
        if !session.opening.is_recovery() {
            return Err(Failure::new("not-in-this-session"));
        }
        let (kind, opening) = (session.kind(), session.opening.clone());
        let new = self.new_secret(new)?;
        let mut next = session.vault.clone();
        let forgotten = |slot: &&SlotEntry| slot.kind == SlotKind::Password && slot.usage != SlotUse::Backup;
        let mut revoked: Vec<SlotId> =
            next.header().slots.iter().filter(forgotten).map(|slot| slot.id).collect();
        revoked.extend(&opening.burning);
        revoked.iter().for_each(|id| next.remove_slot(*id));
        next.add_password(env, &new, SlotUse::Both).map_err(save_failure)?;
        next.rotate(env).map_err(save_failure)?;
        next.body.note(LogLine { at: env.now, what: "password-set".into(), entry: None, host: None });
        let mut outcome = self.commit(next, revoked, true, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            // The new password must open what is about to be stored.
            commit.file.open(&new.into(), opens_vault(env.now)).map_err(|_| Failure::new("self-check"))?;
            commit.opens = Some((kind, Opening { by: Some(SlotKind::Password), ..opening }));
        }
        outcome.effects.extend(self.note_password(env.now));
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }
}

/// A printed text as a QR code: rows of `0` and `1`.
pub(super) fn qr(text: &SecretText) -> Vec<String> {
    let rows = crate::qr::matrix(text.expose()).unwrap_or_default();
    rows.iter().map(|row| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect()).collect()
}

/// Slots of recovery codes that open this vault.
fn codes(vault: &Opened) -> impl Iterator<Item = &SlotEntry> {
    let is_code = |slot: &&SlotEntry| matches!(slot.kind, SlotKind::Code | SlotKind::Pair);
    vault.header().slots.iter().filter(is_code).filter(|slot| slot.usage != SlotUse::Backup)
}

/// The numbers from 1 that no code of `taken` has.
fn free_numbers(vault: &Opened, taken: &[SlotId]) -> impl Iterator<Item = u32> + use<> {
    let label = |id: &SlotId| vault.body.slot(*id).and_then(|slot| slot.label.parse().ok());
    let taken: Vec<u32> = taken.iter().filter_map(label).collect();
    (1..).filter(move |number| !taken.contains(number))
}
