//! The newest bundle in the browser's own sync storage: off until it is chosen, made while the vault is open, without the log.

use crate::audit;
use crate::env::{Env, Millis};
use crate::protocol::{Failure, SyncView};
use crate::recovery::bundle;
use crate::recovery::schedule::{Saved, SyncTrouble, Synced};
use crate::vault::file::VaultFile;
use crate::vault::id::{DeviceId, VaultId};
use crate::vault::journal::JournalEntry;

use super::backups::is_for_bundles;
use super::{Core, Effect, Outcome, State};

/// A bundle on its way.
pub struct SyncOrder {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it holds.
    pub state: Saved,
    /// When it was made.
    pub made: Millis,
}

impl Core {
    pub(super) fn set_sync(&mut self, on: bool, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let changed = on != self.book.sync.is_some();
        let log = Some(audit::line(env.now, if on { "sync-on" } else { "sync-off" }));
        let entry = JournalEntry { at: env.now, used: None, counter: None, way: None, log };
        let store = changed.then(|| self.append(&entry, false, env)).transpose()?;
        self.book.sync = on.then(|| self.book.sync.take().unwrap_or_default());
        Ok(Outcome { store, effects: vec![Effect::KeepBook, Effect::Sync], ..self.status() })
    }

    /// Whether a bundle is to be written there now.
    pub fn sync_is_due(&self, now: Millis) -> bool {
        let State::Open(session) = &self.state else { return false };
        let state = Saved::of(session.vault.header());
        self.book.next_sync(&state).is_some_and(|at| at <= now)
    }

    /// Whose bundle is to be taken out of there, when it is off.
    pub fn sync_to_clear(&self) -> Option<(VaultId, DeviceId)> {
        let state = self.saved().filter(|_| self.book.sync.is_none())?;
        Some((state.vault, state.device))
    }

    /// The bundle, from its bytes again. Without log and receipts: there is room for a hundred kilobytes in all.
    pub fn make_sync(&self, env: &mut Env<'_>) -> Option<Result<SyncOrder, SyncTrouble>> {
        let State::Open(session) = &self.state else { return None };
        self.book.sync.as_ref()?;
        let make = |env: &mut Env<'_>| {
            let mut slim = session.vault.clone();
            // Its running head stays, for the drill.
            slim.body.drop_log(usize::MAX);
            slim.body.receipts.clear();
            let (slim, file) = slim.save(env).ok()?;
            let now = env.now;
            let (bytes, _) = bundle::write(&file, |slot| is_for_bundles(slot, now));
            let again = VaultFile::parse(&bytes).ok().filter(|file| file.slots().next().is_some())?;
            let opened = again.open_with(slim.key().clone()).ok()?;
            let state = Saved::of(session.vault.header());
            (opened.body == slim.body).then_some(SyncOrder { bytes, state, made: now })
        };
        Some(make(env).ok_or(SyncTrouble::NoBundle))
    }

    /// What became of it.
    pub fn synced(&mut self, done: Result<SyncOrder, SyncTrouble>, now: Millis) {
        let Some(sync) = &mut self.book.sync else { return };
        sync.tried = now;
        match done {
            Ok(order) => {
                let size = order.bytes.len() as u64;
                *sync = Synced {
                    made: Some(order.made),
                    state: Some(order.state),
                    size,
                    trouble: None,
                    tried: now,
                };
            }
            Err(why) => sync.trouble = Some(why),
        }
    }

    pub(super) fn sync_view(&self) -> SyncView {
        let Some(sync) = &self.book.sync else { return off() };
        let short = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let (needed, free) = match sync.trouble {
            Some(SyncTrouble::NoRoom { needed, free }) => (short(needed), short(free)),
            _ => (0, 0),
        };
        let trouble = sync.trouble.map(|why| why.code().into());
        SyncView { on: true, made: sync.made, size: short(sync.size), trouble, needed, free }
    }
}

/// Nobody chose it.
pub(super) fn off() -> SyncView {
    SyncView { on: false, made: None, size: 0, trouble: None, needed: 0, free: 0 }
}
