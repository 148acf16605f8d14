//! The verbs on recovery bundles: write and prove one, look into one, restore from one.

use crate::audit;
use crate::env::{Env, Millis};
use crate::protocol::{
    DerivedKey, Failure, Manifest, Reply, RestoreItem, SessionKind, SlotView, Status, VaultState, Way,
};
use crate::recovery::bundle;
use crate::vault::body::{Body, LogLine, MAX_RECEIPTS, Opener, Receipt, Stated};
use crate::vault::bytes::B64;
use crate::vault::file::VaultFile;
use crate::vault::id::SlotId;
use crate::vault::merge;
use crate::vault::sealed::{Opened, SaveError};
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::way::WayIn;

use super::session::{found, is_bundle_password, opens_bundle, save_failure};
use super::status::{backup_view, count, slot_view, worth};
use super::ways;
use super::{Core, Outcome, State, Store, escrow, restored};

impl Core {
    /// Builds the bundle, opens it from its bytes with its way in, compares every entry, and notes it in the vault.
    pub(super) fn export(&mut self, key: Option<&DerivedKey>, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let mut revoked = Vec::new();
        let own = key.map(|key| self.new_secret(key)).transpose()?;
        if let Some(own) = &own {
            if self.session()?.kind() != SessionKind::Full {
                return Err(Failure::new("not-in-this-session"));
            }
            self.must_be_fresh_to_pass_on()?;
            // One bundle password at a time: the old one opens old bundles and no new ones.
            let old = next.header().slots.iter().filter(|slot| is_bundle_password(slot)).map(|slot| slot.id);
            revoked.extend(old.collect::<Vec<_>>());
            revoked.iter().for_each(|id| next.remove_slot(*id));
            next.add_password(env, own, SlotUse::Backup).map_err(save_failure)?;
            next.body.note(audit::line(env.now, "bundle-password-made"));
            if !revoked.is_empty() {
                next.rotate(env).map_err(save_failure)?;
            }
        }
        next.body.note(audit::line(env.now, "export"));
        let (mut next, file) = next.save(env).map_err(save_failure)?;
        let mine = |slot: &SlotEntry| {
            if own.is_some() { is_bundle_password(slot) } else { slot.usage == SlotUse::Both }
        };
        // The user agreed to a party for every bundle. It is no way in of the user's own.
        let wanted = |slot: &SlotEntry| mine(slot) || slot.kind == SlotKind::Escrow;
        let (bytes, sha256) = bundle::write(&file, wanted);
        // The proof: from the bytes, by the way in where it is at hand.
        let again = VaultFile::parse(&bytes).map_err(|_| save_failure(SaveError::SelfCheck))?;
        let opened = match &own {
            Some(own) => again.open(&own.clone().into(), opens_bundle).map(|(_, opened)| opened),
            None => again.open_with(next.key().clone()),
        }
        .map_err(|_| save_failure(SaveError::SelfCheck))?;
        if opened.body != next.body {
            return Err(save_failure(SaveError::SelfCheck));
        }
        if !again.slots().any(|(slot, _)| mine(slot)) {
            return Err(Failure::new("no-way-into-bundle"));
        }
        let manifest = manifest(&again, &opened.body, &opened);
        let holds = worth(&next.body).collect();
        next.body.receipts.iter_mut().for_each(|receipt| receipt.holds.clear());
        next.body.receipts.push(Receipt {
            made: env.now,
            sha256: B64(sha256),
            generation: file.header().generation,
            entries: count(&next.body),
            holds,
            read_back: None,
            proven: own.is_some().then_some(env.now),
            opens: openers(&again),
        });
        let over = next.body.receipts.len().saturating_sub(MAX_RECEIPTS);
        next.body.receipts.drain(..over);
        let mut outcome = self.commit(next, revoked, true, env)?;
        if let Some(Store::Commit(commit)) = &mut outcome.store {
            commit.reply_unsaved = true;
        }
        let reply = Reply::Bundle {
            name: bundle::file_name(file.header().vault, file.header().device, env.now),
            bundle: data_encoding::BASE64.encode(&bytes),
            sha256: data_encoding::HEXLOWER.encode(&sha256),
            manifest,
        };
        Ok(Outcome { reply, ..outcome })
    }

    /// The file was read back from where it was written, and its bytes are the same.
    pub(super) fn read_back(&mut self, sha256: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let now = env.now;
        let receipt = next
            .body
            .receipts
            .iter_mut()
            .rev()
            .find(|receipt| data_encoding::HEXLOWER.encode(&receipt.sha256.0) == sha256)
            .ok_or_else(|| Failure::new("another-bundle"))?;
        receipt.read_back = Some(now);
        let mut outcome = self.commit(next, Vec::new(), true, env)?;
        if let Some(Store::Commit(commit)) = &outcome.store {
            let backup = backup_view(commit.next.header());
            outcome.reply = Reply::Status(Box::new(Status { backup, ..self.status_view() }));
        }
        Ok(outcome)
    }

    pub(super) fn plan_restore(&self, bundle: &str, way: &Way, now: Millis) -> Result<Outcome, Failure> {
        let (file, _, _, opened) = open(bundle, way, self.vault().map(|vault| &vault.body), now)?;
        let empty = Body::default();
        let mine = match &self.state {
            State::Open(session) => &session.vault.body,
            _ => &empty,
        };
        let outcomes = merge::plan_restore(mine, &opened.body);
        let items = opened.body.entries.iter().zip(outcomes).map(|(entry, (_, outcome))| RestoreItem {
            id: entry.id.to_string(),
            issuer: entry.issuer.clone(),
            account: entry.account.clone(),
            outcome: outcome.code().into(),
        });
        let items = items.collect();
        Ok(Outcome::reply(Reply::RestorePlan { manifest: manifest(&file, &opened.body, &opened), items }))
    }

    pub(super) fn restore_bundle(
        &mut self,
        bundle: &str,
        way: &Way,
        create: Option<&DerivedKey>,
        leave_out: &[String],
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let (_, slot, way, opened) = open(bundle, way, self.vault().map(|vault| &vault.body), env.now)?;
        let take = |id: crate::vault::id::EntryId| !leave_out.contains(&id.to_string());
        let line = LogLine { at: env.now, what: "restore".into(), entry: None, host: None };
        let (mut vault, fresh) = match (&self.state, create) {
            (State::Open(session), _) if session.kind() == SessionKind::Full => {
                (session.vault.clone(), false)
            }
            (State::Closed(VaultState::Fresh | VaultState::Lost, _), Some(_)) => {
                (Opened::make_from(env, Some(opened.header().origin), settings_of(&opened.body)), true)
            }
            (State::Closed(VaultState::Fresh | VaultState::Lost, _), None) => {
                return Err(Failure::new("password-needed"));
            }
            (State::Open(_), _) => return Err(Failure::new("not-in-this-session")),
            _ => return Err(Failure::new("locked")),
        };
        escrow::spend(&mut vault, &opened, slot, env.now)?;
        let outcomes = merge::plan_restore(&vault.body, &opened.body);
        let counted = |which: &[merge::Outcome]| {
            outcomes.iter().filter(|(id, outcome)| take(*id) && which.contains(outcome)).count() as u32
        };
        use merge::Outcome as O;
        let (added, same) =
            (counted(&[O::New, O::DeletedHere]), counted(&[O::Same, O::NewerHere, O::NewerThere]));
        let conflicts = counted(&[O::Conflict]);
        let came = merge::restore(&mut vault.body, &opened.body, take);
        vault.body.note(line);
        let revoked = restored::note(&mut vault, &opened, (slot, &way), env)?;
        let to_verify = came.iter().map(ToString::to_string).collect();
        let outcome = match create {
            Some(create) if fresh => found(vault, &self.new_secret(create)?, env)?,
            _ => self.commit(vault, revoked, true, env)?,
        };
        Ok(Outcome { reply: Reply::Restored { added, same, conflicts, to_verify }, ..outcome })
    }
}

/// What a file says without a key.
pub(super) fn inspect(bundle: &str) -> Result<Outcome, Failure> {
    Ok(Outcome::reply(info(&read(bundle)?)?))
}

/// See [`inspect`].
pub(super) fn info(file: &VaultFile) -> Result<Reply, Failure> {
    let jobs = file.password_jobs(opens_bundle, 3);
    let slots: Vec<SlotView> = file.slots().map(|(slot, _)| slot_view(slot)).collect();
    if slots.is_empty() && file.has_damaged_record() {
        return Err(Failure::new("damaged-file"));
    }
    if slots.is_empty() {
        return Err(Failure::new("no-way-into-bundle"));
    }
    if slots.iter().all(|slot| slot.kind == "device") {
        return Err(Failure::new("is-a-hand-over"));
    }
    let header = file.header();
    let (vault, device) = (bundle::short_name(header.vault), bundle::short(&header.device.to_string()));
    let (parties, issued) = (escrow::parties_of(file), header.issued.as_ref().map(escrow::issued_view));
    Ok(Reply::BundleInfo { created: header.saved, vault, device, slots, jobs, parties, issued })
}

pub(super) fn read(bundle: &str) -> Result<VaultFile, Failure> {
    let bytes = data_encoding::BASE64.decode(bundle.as_bytes()).map_err(|_| Failure::new("bad-request"))?;
    VaultFile::parse(&bytes).map_err(|error| Failure::new(error.code()))
}

/// Opens a bundle with whatever the user holds, for a restore.
fn open(
    bundle: &str,
    way: &Way,
    mine: Option<&Body>,
    now: Millis,
) -> Result<(VaultFile, SlotId, WayIn, Opened), Failure> {
    let file = read(bundle)?;
    let (slot, way, mut opened) = ways::open(&file, way, opens_bundle)?;
    escrow::timely(&opened, slot, now)?;
    escrow::make_draft(&mut opened, slot, mine);
    Ok((file, slot, way, opened))
}

/// What opens a file, for its receipt.
pub(super) fn openers(file: &VaultFile) -> Vec<Opener> {
    let name = |slot: &SlotEntry| {
        let party = file.header().parties().find(|party| party.id == slot.id);
        party.map(|party| party.name.clone()).unwrap_or_default()
    };
    file.slots()
        .map(|(slot, _)| Opener { id: slot.id, kind: slot.kind.name().into(), name: name(slot) })
        .collect()
}

pub(super) fn manifest(file: &VaultFile, body: &Body, opened: &Opened) -> Manifest {
    let entries = count(body);
    Manifest {
        made: opened.header().saved,
        vault: bundle::short_name(opened.header().vault),
        entries,
        trashed: body.entries.len() as u32 - entries,
        kept: u32::try_from(body.kept.len()).unwrap_or(u32::MAX),
        slots: file.slots().map(|(slot, _)| slot_view(slot)).collect(),
        parties: escrow::parties_of(file),
        issued: file.header().issued.as_ref().map(escrow::issued_view),
        log_head: audit::head(body),
    }
}

/// What a restore into an empty browser takes over besides entries.
fn settings_of(body: &Body) -> Body {
    // What else gets somebody into an account is so whatever browser this is; sheets belong to the old ways in.
    let stated = body.stated.clone().map(|stated| Stated { places: Default::default(), ..stated });
    Body { settings: body.settings.clone(), stated, ..Body::default() }
}
