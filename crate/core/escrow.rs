//! Parties that can open bundles with a key of their own. Nothing is sealed to one before the user saw its name and words
//! and agreed; what an administrator's key opened is a draft; and a helpdesk bundle's pass has a window and is used once.

use crate::env::{Env, Millis};
use crate::policy::Offer;
use crate::protocol::{DerivedKey, EscrowView, Failure, IssuedView, PartyView, Reply, SessionKind};
use crate::recovery::escrow::key_file::{KeyFile, KeyFileError};
use crate::vault::body::{Body, EscrowRefusal, LogLine, PassNote, StoredSettings};
use crate::vault::bytes::B64;
use crate::vault::escrow::{EscrowKey, IssuedNote, clean_name, words};
use crate::vault::file::VaultFile;
use crate::vault::id::SlotId;
use crate::vault::sealed::Opened;
use crate::vault::slot::{SlotEntry, SlotKind};
use crate::vault::way::WayIn;

use super::leaving::Renewal;
use super::session::{save_failure, secret};
use super::unlock::untimely;
use super::{Core, Outcome};

impl Core {
    /// Who can open what is written, and what is asked. Full sessions only.
    pub(super) fn escrow_view(&self) -> Option<EscrowView> {
        let session = self.session().ok().filter(|session| session.kind() == SessionKind::Full)?;
        let vault = &session.vault;
        let (offer, parties) = (self.policy.escrow(), parties(vault));
        let refused = |key: EscrowKey| {
            vault.body.refused.as_ref().is_some_and(|no| no.fingerprint.0 == key.fingerprint())
        };
        let state = match offer {
            None if parties.is_empty() => return None,
            None => "unasked",
            Some(offer) if slots(vault).any(|slot| public_of(vault, slot.id) == Some(offer.key)) => "agreed",
            Some(_) if session.opening.escrow_later => "later",
            Some(offer) if refused(offer.key) && !offer.required => "refused",
            Some(_) if parties.is_empty() => "asked",
            Some(_) => "changed",
        };
        let offered = offer.map(|offer| PartyView {
            name: offer.name.clone(),
            words: offer.key.words(),
            key: Some(offer.key.to_text()),
        });
        let required = offer.is_some_and(|offer| offer.required);
        Some(EscrowView { state: state.into(), offered, required, parties })
    }

    /// What the user says. Only to the very key that was on the screen, and only while the organisation asks for it. `password` is
    /// asked for where a former party is there: the one of now, and the one of then.
    pub(super) fn answer_escrow(
        &mut self,
        key: &str,
        answer: &str,
        password: (&[DerivedKey], Option<&DerivedKey>),
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let offer = self.policy.escrow().cloned().ok_or_else(|| Failure::new("escrow-not-asked"))?;
        if EscrowKey::parse(key) != Ok(offer.key) {
            return Err(Failure::new("escrow-changed"));
        }
        match answer {
            "later" => {
                self.session_mut()?.opening.escrow_later = true;
                Ok(Outcome::done())
            }
            "no" => {
                let mut next = self.session()?.vault.clone();
                let fingerprint = B64(offer.key.fingerprint());
                next.body.refused = Some(EscrowRefusal { at: env.now, fingerprint });
                next.body.note(line(env.now, "escrow-refused", &offer.name));
                self.session_mut()?.opening.escrow_later = true;
                self.commit(next, Vec::new(), true, env)
            }
            "agree" => self.agree(&offer, password, env),
            _ => Err(Failure::new("bad-request")),
        }
    }

    /// The first party is added under a new vault key: without one it could open the bundles of this epoch, too, those of before the
    /// yes. In place of a former party every way in is renewed, as when a key is taken back: whoever opened a bundle with the
    /// former key has seen how each is locked.
    fn agree(
        &self,
        offer: &Offer,
        (current, new): (&[DerivedKey], Option<&DerivedKey>),
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let session = self.session()?;
        let (mut next, opening) = (session.vault.clone(), session.opening.clone());
        if slots(&next).any(|slot| public_of(&next, slot.id) == Some(offer.key)) {
            return Ok(Outcome::done());
        }
        let revoked = remove(&mut next, env.now);
        next.body.refused = None;
        if revoked.is_empty() {
            next.rotate(env).map_err(save_failure)?;
        }
        next.add_escrow(env, offer.key, &offer.name).map_err(save_failure)?;
        next.body.note(line(env.now, "escrow-agreed", &offer.name));
        if revoked.is_empty() {
            return self.commit(next, revoked, false, env);
        }
        let new = new.ok_or_else(|| Failure::new("password-needed"))?;
        let renewal = Renewal { next, revoked, keep_unsaved: false, opening };
        Ok(Outcome { reply: Reply::Done, ..self.commit_renewed(renewal, current, new, env)? })
    }

    /// The user takes it back: what is written from now on is closed to every party. Whoever opened a bundle with its key has seen
    /// how each way in is locked, and could make a file that they open; so all of them are renewed, as when somebody left.
    pub(super) fn withdraw_escrow(
        &mut self,
        current: &[DerivedKey],
        new: &DerivedKey,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let session = self.session()?;
        let (mut next, mut opening) = (session.vault.clone(), session.opening.clone());
        let revoked = remove(&mut next, env.now);
        if revoked.is_empty() {
            return Err(Failure::new("no-escrow"));
        }
        if let Some(offer) = self.policy.escrow() {
            let fingerprint = B64(offer.key.fingerprint());
            next.body.refused = Some(EscrowRefusal { at: env.now, fingerprint });
        }
        opening.escrow_later = true;
        self.commit_renewed(Renewal { next, revoked, keep_unsaved: false, opening }, current, new, env)
    }
}

/// Who can open what this vault writes now.
pub(super) fn parties(vault: &Opened) -> Vec<PartyView> {
    let view = |slot: &SlotEntry| {
        // The body's half is what is sealed to: it speaks, not the header's note of it.
        let key = public_of(vault, slot.id);
        let name = party_name(vault, slot.id).unwrap_or_default();
        PartyView {
            name,
            words: key.map(EscrowKey::words).unwrap_or_default(),
            key: key.map(EscrowKey::to_text),
        }
    };
    slots(vault).map(view).collect()
}

/// What a party is called in this vault; `None`: the slot is no party's.
pub(super) fn party_name(vault: &Opened, slot: SlotId) -> Option<String> {
    slots(vault).find(|party| party.id == slot)?;
    vault.body.slot(slot).and_then(|stored| clean_name(&stored.label))
}

/// Who else can open a file, as its header says: a claim until it was opened.
pub(super) fn parties_of(file: &VaultFile) -> Vec<PartyView> {
    let header = file.header();
    let here = file.slots().filter(|(slot, _)| slot.kind == SlotKind::Escrow);
    here.map(|(slot, _)| {
        let note = header.parties().find(|note| note.id == slot.id);
        PartyView {
            name: note.and_then(|note| clean_name(&note.name)).unwrap_or_default(),
            words: note.map(|note| words(&note.fingerprint.0)).unwrap_or_default(),
            key: None,
        }
    })
    .collect()
}

/// Who issued a helpdesk bundle.
pub(super) fn issued_view(note: &IssuedNote) -> IssuedView {
    IssuedView {
        by: clean_name(&note.by).unwrap_or_default(),
        person: note.person.as_deref().and_then(clean_name),
        words: words(&note.fingerprint.0),
        at: note.at,
    }
}

/// Whether a file has a record for an administrator's key.
pub(super) fn has_party(file: &VaultFile) -> bool {
    file.slots().any(|(slot, _)| slot.kind == SlotKind::Escrow)
}

/// What to derive from the password of an administrator's key file.
pub(super) fn jobs(file: &str) -> Result<Reply, Failure> {
    let job = KeyFile::parse(file.as_bytes()).ok().and_then(|file| file.job());
    let job = job.ok_or_else(|| Failure::new(KeyFileError::NoKeyFile.code()))?;
    Ok(Reply::Derive { jobs: vec![job] })
}

/// The private half in a key file.
pub(super) fn way_in(file: &str, keys: &[DerivedKey]) -> Result<WayIn, Failure> {
    let file = KeyFile::parse(file.as_bytes()).map_err(|error| Failure::new(error.code()))?;
    let mut last = KeyFileError::WrongPassword;
    for key in keys {
        match file.open(&secret(key)?) {
            Ok(private) => return Ok(WayIn::Escrow(private)),
            Err(error) => last = error,
        }
    }
    Err(Failure::new(last.code()))
}

/// Whether a way into a file may be used at an instant: the pass of a helpdesk bundle has a window, by the app's clock, which
/// is at least as late as the file's own.
pub(super) fn timely(opened: &Opened, slot: SlotId, now: Millis) -> Result<(), Failure> {
    let header = opened.header();
    let now = Millis(now.0.max(header.saved.0));
    let slot = header.slots.iter().find(|other| other.id == slot);
    slot.and_then(|slot| untimely(slot, now)).map_or(Ok(()), Err)
}

/// A file that an administrator's key opened proves nothing about who wrote it, and neither does what was made of one: no
/// site, choice or setting of it is taken over. What an entry is bound to here, and that it is an emergency entry, stays
/// as it is here.
pub(super) fn make_draft(opened: &mut Opened, slot: SlotId, mine: Option<&Body>) {
    let header = opened.header();
    let by_key = header.slots.iter().any(|other| other.id == slot && other.kind.is_base());
    if !by_key && header.issued.is_none() {
        return;
    }
    for entry in &mut opened.body.entries {
        let here = mine.and_then(|mine| mine.entries.iter().find(|here| here.id == entry.id));
        (entry.sites, entry.choices, entry.used) = here
            .map(|here| (here.sites.clone(), here.choices.clone(), here.used.clone()))
            .unwrap_or_default();
        if let Some(here) = here {
            entry.emergency = here.emergency;
        }
    }
    opened.body.settings = StoredSettings::default();
    opened.body.stated = None;
}

/// The pass of a helpdesk bundle opens one time here. Elsewhere nothing can count: told.
pub(super) fn spend(vault: &mut Opened, bundle: &Opened, slot: SlotId, now: Millis) -> Result<(), Failure> {
    let by = bundle.header().slots.iter().find(|other| other.id == slot && other.kind == SlotKind::Pass);
    let (Some(slot), Some(note)) = (by, &bundle.header().issued) else { return Ok(()) };
    if vault.body.passes.iter().any(|pass| pass.id == slot.id) {
        return Err(Failure::new("pass-used"));
    }
    vault.body.note_pass(PassNote {
        id: slot.id,
        made: note.at,
        not_before: slot.not_before,
        not_after: slot.not_after.unwrap_or(now),
        once: true,
        ended: Some(now),
        why: Some("one-time-used".into()),
    });
    vault.body.note(line(now, "helpdesk-restore", &clean_name(&note.by).unwrap_or_default()));
    Ok(())
}

/// Takes every party out. Gives their slots.
fn remove(vault: &mut Opened, now: Millis) -> Vec<SlotId> {
    let former: Vec<SlotId> = slots(vault).map(|slot| slot.id).collect();
    for id in &former {
        let name = party_name(vault, *id).unwrap_or_default();
        vault.body.note(line(now, "escrow-removed", &name));
        vault.remove_slot(*id);
    }
    former
}

fn slots(vault: &Opened) -> impl Iterator<Item = &SlotEntry> {
    vault.header().slots.iter().filter(|slot| slot.kind == SlotKind::Escrow)
}

fn public_of(vault: &Opened, slot: SlotId) -> Option<EscrowKey> {
    vault.body.slot(slot).map(|stored| EscrowKey(stored.public.0))
}

/// The log names the party where it names a site else.
fn line(at: Millis, what: &str, party: &str) -> LogLine {
    LogLine {
        at,
        what: what.into(),
        entry: None,
        host: Some(party.to_owned()).filter(|name| !name.is_empty()),
    }
}
