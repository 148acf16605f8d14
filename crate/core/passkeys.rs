//! The verbs on passkeys. The shell asks the browser's WebAuthn and hands in 32 bytes of its PRF extension; what they
//! are worth is decided here. A passkey opens the vault in this browser and nothing else, and never alone: a password
//! stays, and is asked for now and then so that it is not forgotten.

use crate::env::{Env, Millis};
use crate::protocol::{Failure, PasskeyView, Reply};
use crate::recovery::bundle;
use crate::secret::Key;
use crate::vault::body::LogLine;
use crate::vault::bytes::{self, B64};
use crate::vault::file::{Header, PasskeyNote};
use crate::vault::sealed::NewSlot;
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::way::WayIn;

use super::session::{opens_vault, save_failure};
use super::{Core, Effect, Outcome, Store};

/// The password is asked for after as long without it. Two weeks is what people know from password managers that open
/// with a fingerprint; longer, and a phrase of six words is gone.
const ASK_AFTER_MS: u64 = 14 * 24 * 3_600_000;
/// Clocks are set right by minutes.
const CLOCK_DRIFT_MS: u64 = 3_600_000;
/// A computer, a phone, a few security keys.
const MOST: usize = 8;
/// CTAP 2.1: a credential id has at most 1,023 bytes.
const LONGEST_ID: usize = 1_023;
const LONGEST_LABEL: usize = 60;

impl Core {
    /// What a new passkey is made with: a salt of its own, and a user handle that says nothing of the user.
    pub(super) fn plan_passkey(&self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        self.may_make(SlotKind::Passkey)?;
        self.must_be_fresh_to_pass_on()?;
        let header = self.session()?.vault.header();
        room_for(header)?;
        Ok(Outcome::reply(Reply::PasskeyPlan {
            salt: data_encoding::BASE64.encode(&env.make_bytes::<32>()),
            user: data_encoding::BASE64.encode(&header.vault.0),
            vault: bundle::short_name(header.vault),
            known: views(header),
        }))
    }

    /// Takes a passkey as a way into the vault here.
    pub(super) fn add_passkey(
        &mut self,
        credential: &str,
        salt: &str,
        prf: &str,
        label: &str,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        self.may_make(SlotKind::Passkey)?;
        self.must_be_fresh_to_pass_on()?;
        let way = WayIn::Passkey(read_prf(prf)?);
        let salt = bytes::decode(salt).map(B64).ok_or_else(|| Failure::new("bad-request"))?;
        let id = data_encoding::BASE64.decode(credential.as_bytes()).unwrap_or_default();
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(Failure::new("bad-request"));
        }
        let mut next = self.session()?.vault.clone();
        room_for(next.header())?;
        let mut notes = next.header().passkeys.clone().unwrap_or_default();
        let first = notes.is_empty();
        if notes.iter().any(|note| note.credential == credential) {
            return Err(Failure::new("passkey-known"));
        }
        let label: String = label.trim().chars().take(LONGEST_LABEL).collect();
        let new = NewSlot::lasting(SlotKind::Passkey, SlotUse::Vault, &label);
        let slot = next.add_way(env, &way, new).map_err(save_failure)?;
        notes.push(PasskeyNote { slot, credential: credential.into(), salt });
        next.header_mut().passkeys = Some(notes);
        next.body.note(LogLine { at: env.now, what: "passkey-made".into(), entry: None, host: None });
        let mut outcome = self.commit(next, Vec::new(), false, env)?;
        if let Some(Store::Commit(commit)) = &outcome.store {
            commit.file.open(&way, opens_vault(env.now)).map_err(|_| Failure::new("self-check"))?;
        }
        // Two weeks from the first one on.
        if first {
            self.book.password_typed = Some(env.now);
            outcome.effects.push(Effect::NoteBook);
        }
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }

    /// The password was typed and was right. Noted only where a passkey could stand in for it.
    pub(super) fn note_password(&mut self, now: Millis) -> Option<Effect> {
        let known = self.vault().is_some_and(|vault| vault.header().passkeys.is_some());
        self.book.password_typed = known.then_some(now);
        known.then_some(Effect::NoteBook)
    }

    /// Whether the password should be typed once. Notes that are lost, or of a clock that went back, ask: a password too
    /// many costs a moment.
    pub(super) fn password_due(&self, header: &Header) -> bool {
        let fresh =
            |typed: Millis| typed <= self.now.plus(CLOCK_DRIFT_MS) && self.now.since(typed) < ASK_AFTER_MS;
        header.passkeys.is_some() && !self.book.password_typed.is_some_and(fresh)
    }

    /// The passkeys to ask the browser for, while locked.
    pub(super) fn passkeys_here(&self, header: &Header) -> Vec<PasskeyView> {
        if header.slots.iter().any(|slot| slot.kind == SlotKind::Passkey) {
            views(header)
        } else {
            Vec::new()
        }
    }
}

/// The 32 bytes of a PRF. An authenticator that gives nothing, or zeros, holds no secret.
pub(super) fn read_prf(prf: &str) -> Result<Key, Failure> {
    let key: Option<[u8; 32]> = bytes::decode(prf);
    key.filter(|key| key.iter().any(|byte| *byte != 0))
        .map(Key::new)
        .ok_or_else(|| Failure::new("passkey-no-secret"))
}

/// Whether a password opens the vault here.
pub(super) fn has_password(header: &Header) -> bool {
    let is = |slot: &SlotEntry| slot.kind == SlotKind::Password && slot.usage != SlotUse::Backup;
    header.slots.iter().any(is)
}

fn room_for(header: &Header) -> Result<(), Failure> {
    if !has_password(header) {
        return Err(Failure::new("passkey-needs-password"));
    }
    let there = header.passkeys.as_ref().map_or(0, Vec::len);
    if there < MOST {
        Ok(())
    } else {
        Err(Failure { number: Some(MOST as u32), ..Failure::new("too-many-passkeys") })
    }
}

fn views(header: &Header) -> Vec<PasskeyView> {
    let view = |note: &PasskeyNote| PasskeyView {
        credential: note.credential.clone(),
        salt: data_encoding::BASE64.encode(&note.salt.0),
    };
    header.passkeys.iter().flatten().take(MOST).map(view).collect()
}
