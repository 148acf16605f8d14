//! The verbs on the emergency bundle: the offer, its own shares and codes, saving it by hand, its drill. It is written by
//! itself with the others (`backups.rs`).

use crate::audit;
use crate::env::Env;
use crate::protocol::{
    BackupFileView, DrillProof, EmergencyBundleView, Failure, Manifest, PrintedCode, Reply,
};
use crate::recovery::bundle;
use crate::recovery::schedule::{Saved, Written};
use crate::vault::body::{Body, Drill, LogLine};
use crate::vault::code::Code;
use crate::vault::emergency::{EmergencyBundle, EmergencyVault, held, id_for};
use crate::vault::file::VaultFile;
use crate::vault::id::{SlotId, VaultId};
use crate::vault::sealed::{NewSlot, Opened, SaveError};
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::way::WayIn;

use super::codes::qr;
use super::drills::compared;
use super::session::save_failure;
use super::status::slot_view;
use super::{Core, Outcome, Store, ways};

/// As of the vault's own codes.
const COUNT: core::ops::RangeInclusive<usize> = 5..=16;

impl Core {
    /// The user does not want an emergency bundle, or no more: files that are there stay and open.
    pub(super) fn decline_emergency_bundle(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let had = next.body.emergency_vault().is_some();
        next.body.emergency_bundle = Some(EmergencyBundle { modified: env.now, declined: true, vault: None });
        if had {
            next.body.note(audit::line(env.now, "emergency-bundle-ended"));
        }
        self.commit(next, Vec::new(), true, env)
    }

    /// Makes recovery codes for it and shows them. They open nothing until they are kept.
    pub(super) fn make_emergency_codes(&self, count: u32, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        self.may_make(SlotKind::Code)?;
        self.must_be_fresh_to_pass_on()?;
        let vault = self.emergency_name()?;
        if !COUNT.contains(&(count as usize)) {
            return Err(Failure::new("bad-count"));
        }
        let mut codes = Vec::new();
        for number in 1..=count {
            let text = Code::make_random(env.entropy).to_text();
            codes.push(PrintedCode { number, qr: qr(&text), code: text.expose().clone() });
        }
        Ok(Outcome::reply(Reply::RecoveryCodes { codes, vault, made: env.now, pair: false }))
    }

    /// One of the codes just shown was typed back: from now on they open the emergency bundle, in place of former ones.
    pub(super) fn keep_emergency_codes(
        &mut self,
        codes: &[String],
        typed: &str,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        self.may_make(SlotKind::Code)?;
        // They are the caller's, so keeping them is where a way in comes into being.
        self.must_be_fresh_to_pass_on()?;
        let codes = codes.iter().map(|code| ways::read_code(code)).collect::<Result<Vec<_>, _>>()?;
        if !COUNT.contains(&codes.len()) {
            return Err(Failure::new("bad-count"));
        }
        let typed = ways::read_code(typed)?;
        if !codes.iter().any(|code| code.to_text() == typed.to_text()) {
            return Err(Failure::new("not-of-this-sheet"));
        }
        let new = |number: usize| NewSlot {
            uses: Some(1),
            ..NewSlot::lasting(SlotKind::Code, SlotUse::Backup, &number.to_string())
        };
        let ways = codes.into_iter().enumerate().map(|(at, code)| (WayIn::Code(code), new(at + 1)));
        self.set_emergency_ways(SlotKind::Code, ways.collect(), env)
    }

    /// Puts these ways in of one kind in the place of the former ones.
    pub(super) fn set_emergency_ways(
        &mut self,
        kind: SlotKind,
        ways: Vec<(WayIn, NewSlot)>,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let of = next.header().vault;
        let entries = next.body.entries.clone();
        let bundle = next.body.emergency_bundle.get_or_insert_with(EmergencyBundle::default);
        (bundle.modified, bundle.declined) = (env.now, false);
        let vault = bundle.vault.get_or_insert_with(|| EmergencyVault::make(of, &entries, env));
        let changed = vault.change(&entries, env, |vault, env| {
            drop_kind(vault, kind, env)?;
            for (way, new) in &ways {
                vault.add_way(env, way, new.clone())?;
            }
            // Each of them opens what would be written now.
            let (_, file) = vault.save(env)?;
            let opens = |way: &WayIn| file.open(way, |_| true).is_ok();
            if ways.iter().all(|(way, _)| opens(way)) { Ok(()) } else { Err(SaveError::SelfCheck) }
        });
        changed.map_err(save_failure)?;
        let what = if kind == SlotKind::Shares { "emergency-shares-made" } else { "emergency-codes-made" };
        next.body.note(audit::line(env.now, what));
        self.commit_status(next, Vec::new(), env)
    }

    /// The emergency bundle as a file, to be saved by hand.
    pub(super) fn export_emergency(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let made = self.emergency_file(env).ok_or_else(|| Failure::new("no-emergency-bundle"))?;
        let (file, bytes, sha256) = made.map_err(save_failure)?;
        let name = bundle::emergency_file_name(file.header().vault, file.header().device, env.now);
        let manifest = Manifest {
            made: env.now,
            vault: bundle::short_name(file.header().vault),
            entries: held(&next.body.entries).count() as u32,
            trashed: 0,
            kept: 0,
            slots: file.header().slots.iter().map(slot_view).collect(),
            parties: Vec::new(),
            issued: None,
            log_head: None,
        };
        if let Some(vault) = next.body.emergency_vault_mut() {
            vault.saved_by_hand = Some(env.now);
        }
        next.body.note(audit::line(env.now, "emergency-bundle"));
        let mut outcome = self.commit(next, Vec::new(), true, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            // A bundle is the way out of a full disk.
            commit.reply_unsaved = true;
        }
        let reply = Reply::Bundle {
            name,
            bundle: data_encoding::BASE64.encode(&bytes),
            sha256: data_encoding::HEXLOWER.encode(&sha256),
            manifest,
        };
        Ok(Outcome { reply, ..outcome })
    }

    /// The next file of it, opened again from its bytes. `None`: there is none to write.
    #[allow(clippy::type_complexity)]
    pub(super) fn emergency_file(
        &self,
        env: &mut Env<'_>,
    ) -> Option<Result<(VaultFile, Vec<u8>, [u8; 32]), SaveError>> {
        let body = &self.session().ok()?.vault.body;
        let vault = living(body)?.open(&body.entries);
        let made = vault.save(env).and_then(|(next, file)| {
            let (bytes, sha256) = bundle::write(&file, |_| true);
            let again = VaultFile::parse(&bytes).map_err(|_| SaveError::SelfCheck)?;
            let opened = again.open_with(next.key().clone()).map_err(|_| SaveError::SelfCheck)?;
            let whole = opened.body == next.body && again.slots().count() == file.header().slots.len();
            if whole { Ok((file, bytes, sha256)) } else { Err(SaveError::SelfCheck) }
        });
        Some(made)
    }

    /// What its newest state says of itself; `None` while locked, or where none is to be written.
    pub(super) fn emergency_saved(&self) -> Option<Saved> {
        Some(Saved::of(living(&self.session().ok()?.vault.body)?.header()))
    }

    /// A drill with the emergency bundle: it has a clock of its own.
    pub(super) fn drill_emergency(
        &mut self,
        proof: &DrillProof,
        took_ms: u32,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let held = || held(&next.body.entries);
        let result = compared(held(), |id| held().any(|entry| entry.id.to_string() == id), proof);
        let what = if result.proven { "emergency-drill" } else { "drill-failed" };
        next.body.note(LogLine { at: env.now, what: what.into(), entry: None, host: None });
        if result.proven {
            if let Some(vault) = next.body.emergency_vault_mut() {
                let (ways, slot) = (proof.ways.clone(), proof.slot.clone());
                vault.drill = Some(Drill { at: env.now, ways, slot, took_ms });
            }
            self.book_proof(&proof.sha256, env.now);
        }
        let mut outcome = self.commit(next, Vec::new(), true, env)?;
        outcome.effects.push(super::Effect::KeepBook);
        Ok(Outcome { reply: Reply::Drilled(result), ..outcome })
    }

    /// Whether a file is of the emergency bundle of this vault.
    pub(super) fn is_emergency_bundle(&self, vault: &str) -> bool {
        let mine = self.session().ok().and_then(|session| session.vault.body.emergency_vault());
        mine.is_some_and(|mine| mine.header().vault.to_string() == vault)
    }

    /// What is told of it.
    pub(super) fn emergency_bundle_view(&self) -> Result<EmergencyBundleView, Failure> {
        let session = self.session()?;
        let body = &session.vault.body;
        let entries = held(&body.entries).count() as u32;
        let declined = body.emergency_bundle.as_ref().is_some_and(|bundle| bundle.declined);
        let name = bundle::short_name(id_for(session.vault.header().vault));
        let Some(vault) = body.emergency_vault() else {
            return Ok(EmergencyBundleView {
                offer: entries > 0 && !declined,
                vault: name,
                entries,
                ..EmergencyBundleView::default()
            });
        };
        let state = Saved::of(vault.header());
        let newest = self.book.newest(state.vault);
        let slots = &vault.header().slots;
        let shares = slots.iter().find(|slot| slot.kind == SlotKind::Shares);
        Ok(EmergencyBundleView {
            offer: false,
            exists: true,
            vault: name,
            entries,
            shares: shares.map(|slot| vault.label(slot.id).to_owned()).unwrap_or_default(),
            codes: slots.iter().filter(|slot| slot.kind == SlotKind::Code).count() as u32,
            behind: living(body).is_some() && vault.saved_by_hand.is_none() && !self.book.holds(&state),
            saved: vault.saved_by_hand,
            newest: newest.map(file_view),
            drilled: vault.drill.as_ref().map(|drill| drill.at),
            drill_due: self.emergency_drill_due(vault).filter(|_| entries > 0).map(Into::into),
        })
    }

    fn emergency_drill_due(&self, vault: &EmergencyVault) -> Option<&'static str> {
        match &vault.drill {
            _ if !vault.has_way_in() => None,
            None => Some("never"),
            Some(drill) if drill.ways != super::drills::ways(vault.header()) => Some("ways"),
            Some(drill) if self.is_drill_old(drill) => Some("old"),
            Some(_) => None,
        }
    }

    /// What sheets of it say that they open.
    pub(super) fn emergency_name(&self) -> Result<String, Failure> {
        let vault = &self.session()?.vault;
        if held(&vault.body.entries).next().is_none() {
            return Err(Failure::new("no-emergency-entry"));
        }
        Ok(bundle::short_name(id_for(vault.header().vault)))
    }
}

/// Makes every way into it void: former shares and codes open former files and no new one.
pub(super) fn void(body: &mut Body, env: &mut Env<'_>) -> Result<bool, SaveError> {
    let entries = body.entries.clone();
    let Some(bundle) = body.emergency_bundle.as_mut() else { return Ok(false) };
    let Some(vault) = bundle.vault.as_mut().filter(|vault| vault.has_way_in()) else { return Ok(false) };
    bundle.modified = env.now;
    vault.change(&entries, env, |vault, env| {
        let all: Vec<SlotId> = vault.header().slots.iter().map(|slot| slot.id).collect();
        all.into_iter().for_each(|id| vault.remove_slot(id));
        vault.rotate(env)
    })?;
    Ok(true)
}

/// A code that opened a file of it was typed into a computer: it is used up. Whether it was one of this vault's: a file says
/// of itself what it likes, so the code has to open that very slot of our own.
pub(super) fn spend(
    body: &mut Body,
    vault: VaultId,
    slot: SlotId,
    way: &WayIn,
    env: &mut Env<'_>,
) -> Result<bool, SaveError> {
    let entries = body.entries.clone();
    let Some(bundle) = body.emergency_bundle.as_mut() else { return Ok(false) };
    let Some(mine) = bundle.vault.as_mut().filter(|mine| mine.header().vault == vault) else {
        return Ok(false);
    };
    // The last way in of all is never used up.
    let slots = &mine.header().slots;
    let this = |each: &SlotEntry| each.id == slot && each.kind == SlotKind::Code;
    if slots.len() < 2 || !slots.iter().any(this) {
        return Ok(false);
    }
    let Ok((_, own)) = mine.open(&entries).save(env) else { return Ok(false) };
    if own.open(way, this).is_err() {
        return Ok(false);
    }
    bundle.modified = env.now;
    mine.change(&entries, env, |vault, env| {
        vault.remove_slot(slot);
        vault.rotate(env)
    })?;
    Ok(true)
}

/// Where there is something to be written: entries, and somebody who can open it.
fn living(body: &Body) -> Option<&EmergencyVault> {
    let vault = body.emergency_vault().filter(|vault| vault.has_way_in())?;
    held(&body.entries).next().is_some().then_some(vault)
}

/// Removes the ways in of a kind. What they opened is sealed anew without them.
fn drop_kind(vault: &mut Opened, kind: SlotKind, env: &mut Env<'_>) -> Result<(), SaveError> {
    let former = |slot: &&SlotEntry| slot.kind == kind;
    let former: Vec<SlotId> = vault.header().slots.iter().filter(former).map(|slot| slot.id).collect();
    if former.is_empty() {
        return Ok(());
    }
    former.into_iter().for_each(|id| vault.remove_slot(id));
    vault.rotate(env)
}

fn file_view(file: &Written) -> BackupFileView {
    BackupFileView {
        name: file.name.clone(),
        made: file.made,
        size: u32::try_from(file.size).unwrap_or(u32::MAX),
        sha256: data_encoding::HEXLOWER.encode(&file.sha256.0),
        read_back: file.read_back,
        proven: file.proven,
    }
}
