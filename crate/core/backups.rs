//! Bundles by themselves: what is written when, what became of it, and what the user is told.

use crate::env::{Env, Millis};
use crate::protocol::{BackupFileView, BackupView, BackupsView, Failure, VaultState};
use crate::recovery::bundle;
use crate::recovery::schedule::{Book, Destination, Health, KEEP, Saved, Trouble, Written};
use crate::vault::body::{MAX_RECEIPTS, Opener, Receipt};
use crate::vault::bytes::B64;
use crate::vault::file::{Header, VaultFile};
use crate::vault::slot::{SlotEntry, SlotUse};

use super::bundles::openers;
use super::status::{backup_view, count, worth};
use super::{Core, Effect, Outcome, State};

/// Another try when something went wrong in a way that nobody noted.
const SAFETY_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;
const HOUR_MS: u64 = 3_600_000;

/// A bundle on its way to its destination.
pub struct Order {
    /// Where it goes.
    pub destination: Destination,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// The name to give it.
    pub name: String,
    folder: String,
    made: Millis,
    state: Saved,
    opens: Vec<Opener>,
}

/// Which bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Of the whole vault.
    Vault,
    /// With the emergency entries alone.
    Emergency,
}

/// What is there of a file to be thinned out: its name, and its bytes' SHA-256.
pub type Thinned = (String, [u8; 32]);

impl Core {
    /// The notes on backups, to be stored.
    pub fn book(&self) -> String {
        serde_json::to_string(&self.book).unwrap_or_default()
    }

    /// The bundles that are to be written now.
    pub fn backups_due(&self, now: Millis) -> Vec<Which> {
        let due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
        let vault = due(self.saved().and_then(|state| self.next_file(&state, now)));
        let emergency = due(self.next_emergency_file(now));
        let which = [(vault, Which::Vault), (emergency, Which::Emergency)];
        which.into_iter().filter_map(|(due, which)| due.then_some(which)).collect()
    }

    /// The bundles that there are.
    pub fn backups_all(&self) -> Vec<Which> {
        let emergency = self.emergency_saved().map(|_| Which::Emergency);
        [Some(Which::Vault), emergency].into_iter().flatten().collect()
    }

    /// Those of them whose newest file does not hold everything; all of them where something went wrong.
    pub fn backups_missing(&self) -> Vec<Which> {
        let state = |which| match which {
            Which::Vault => self.saved(),
            Which::Emergency => self.emergency_saved(),
        };
        let is_held = |which| state(which).is_some_and(|state| self.book.holds(&state));
        let is_well = self.book.failing.is_none();
        self.backups_all().into_iter().filter(|which| !(is_well && is_held(*which))).collect()
    }

    /// The bundle. Open: the state in memory, from its bytes again. Locked: a byte copy of the newest stored state.
    pub fn make_backup(&self, which: Which, env: &mut Env<'_>) -> Result<Order, Trouble> {
        let destination = self.book.destination.ok_or(Trouble::Failed)?;
        if which == Which::Emergency {
            return self.make_emergency_backup(destination, env);
        }
        let (saved, file) = match &self.state {
            State::Open(session) => {
                let (saved, file) = session.vault.save(env).map_err(|_| Trouble::Unreadable)?;
                (Some(saved), file)
            }
            // The leading store's newest comes first; the other one can be written by more.
            State::Closed(VaultState::Locked, files) => {
                (None, files.first().cloned().ok_or(Trouble::Unreadable)?)
            }
            _ => return Err(Trouble::Unreadable),
        };
        let now = env.now;
        let (bytes, sha256) = bundle::write(&file, |slot| is_for_bundles(slot, now));
        let again = VaultFile::parse(&bytes).map_err(|_| Trouble::Unreadable)?;
        // A party is no way in of the user's own.
        if again.slots().all(|(slot, _)| slot.kind.is_base()) {
            return Err(Trouble::NoWayIn);
        }
        if let Some(saved) = saved {
            let opened = again.open_with(saved.key().clone()).map_err(|_| Trouble::Unreadable)?;
            if opened.body != saved.body {
                return Err(Trouble::Unreadable);
            }
        }
        let header = file.header();
        let name = bundle::file_name(header.vault, header.device, now);
        let opens = openers(&again);
        let folder = self.book.folder.clone();
        Ok(Order { destination, bytes, sha256, name, folder, made: now, state: Saved::of(header), opens })
    }

    fn make_emergency_backup(&self, destination: Destination, env: &mut Env<'_>) -> Result<Order, Trouble> {
        let state = self.emergency_saved().ok_or(Trouble::Unreadable)?;
        let made = self.emergency_file(env).ok_or(Trouble::Unreadable)?;
        let (file, bytes, sha256) = made.map_err(|_| Trouble::Unreadable)?;
        let name = bundle::emergency_file_name(state.vault, state.device, env.now);
        let (folder, opens) = (self.book.folder.clone(), openers(&file));
        Ok(Order { destination, bytes, sha256, name, folder, made: env.now, state, opens })
    }

    /// What became of a bundle: the name that it got, whether it was read back, whether no page of ours was open.
    pub fn backed_up(&mut self, order: Result<(Order, String, bool, bool), Trouble>, now: Millis) {
        match order {
            // Another place was chosen meanwhile.
            Ok((order, ..))
                if (Some(order.destination), &order.folder) != (self.book.destination, &self.book.folder) => {
            }
            Ok((order, name, read_back, alone)) => {
                let file = Written {
                    name,
                    made: order.made,
                    size: order.bytes.len() as u64,
                    sha256: B64(order.sha256),
                    state: order.state,
                    read_back: read_back.then_some(now),
                    proven: None,
                    opens: order.opens,
                    logged: false,
                };
                self.book.arrived(file, alone);
            }
            Err(why) => self.book.failed(why, now),
        }
    }

    /// The receipt of the newest file, where the vault is open and does not have it yet.
    pub fn receipt(&self, env: &mut Env<'_>) -> Option<Outcome> {
        let State::Open(session) = &self.state else { return None };
        let state = Saved::of(session.vault.header());
        let file = self.book.newest(state.vault).filter(|_| self.book.holds(&state))?;
        let body = &session.vault.body;
        if self.warnings.not_saved || body.receipts.iter().any(|receipt| receipt.sha256 == file.sha256) {
            return None;
        }
        let mut next = session.vault.clone();
        let body = &mut next.body;
        let holds = worth(body).collect();
        body.receipts.iter_mut().for_each(|receipt| receipt.holds.clear());
        body.receipts.push(Receipt {
            made: file.made,
            sha256: file.sha256,
            generation: file.state.generation,
            entries: count(body),
            holds,
            read_back: file.read_back,
            proven: file.proven,
            opens: file.opens.clone(),
        });
        let over = body.receipts.len().saturating_sub(MAX_RECEIPTS);
        body.receipts.drain(..over);
        // Nothing waits for it: where no store takes it, the next change brings it along.
        self.commit(next, Vec::new(), false, env).ok()
    }

    /// The newest file, when it is time to look whether it is still there.
    pub fn backup_to_look_at(&self, now: Millis) -> Option<Thinned> {
        let emergency = self.emergency_saved();
        let file = self
            .book
            .to_look_at(self.saved()?.vault, now)
            .or_else(|| self.book.to_look_at(emergency?.vault, now))?;
        Some((file.name.clone(), file.sha256.0))
    }

    /// What was found there.
    pub fn looked_at_backup(&mut self, name: &str, found: Result<(), Trouble>, now: Millis) {
        match found {
            Ok(()) => {
                let file = self.book.files.iter_mut().rev().find(|file| file.name == name);
                file.into_iter().for_each(|file| file.read_back = Some(now));
            }
            Err(why) => self.book.failed(why, now),
        }
    }

    /// Files that may go. Only while open: who cannot open the vault removes nothing.
    pub fn to_thin(&self, now: Millis) -> Vec<Thinned> {
        let State::Open(session) = &self.state else { return Vec::new() };
        if self.book.destination != Some(Destination::Folder) || self.book.failing.is_some() {
            return Vec::new();
        }
        let state = Saved::of(session.vault.header());
        let mut goes = self.book.to_thin(&state, now);
        goes.extend(self.emergency_saved().into_iter().flat_map(|state| self.book.to_thin(&state, now)));
        goes.into_iter().map(|file| (file.name, file.sha256.0)).collect()
    }

    /// A file that was thinned out, or is none of ours any more, is forgotten.
    pub fn thinned(&mut self, name: &str) {
        self.book.files.retain(|file| file.name != name);
    }

    /// Whether the toolbar should say that there is something to see to.
    pub fn reminds(&self) -> bool {
        self.saved().is_some_and(|state| self.book.reminds(&state, self.missing(), self.now))
    }

    /// A file was opened with a real way in.
    pub(super) fn book_drill(&mut self, sha256: &str, now: Millis) {
        self.book.drilled = Some(now);
        self.book_proof(sha256, now);
    }

    /// The same of a file that is not of the whole vault.
    pub(super) fn book_proof(&mut self, sha256: &str, now: Millis) {
        for file in &mut self.book.files {
            if data_encoding::HEXLOWER.encode(&file.sha256.0) == sha256 {
                file.proven = Some(now);
                file.read_back = Some(now);
            }
        }
    }

    /// The last drill, as the notes have it: for the locked state.
    pub(super) fn last_drill(&self) -> Option<Millis> {
        self.book.drilled
    }

    /// When backups want to be looked after.
    pub(super) fn next_upkeep(&self, now: Millis) -> Option<Millis> {
        let emergency = self.next_emergency_file(now);
        let at = self.next_file(&self.saved()?, now).into_iter().chain(emergency).min()?;
        Some(at.max(now.plus(SAFETY_MS)).min(now.plus(DAY_MS)))
    }

    /// Takes in the stored notes. Notes that cannot be read are no notes: the user chooses again.
    pub(super) fn take_book(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.book = Book::read(text).unwrap_or_default();
        }
    }

    pub(super) fn set_backups(
        &mut self,
        destination: Option<&str>,
        folder: &str,
        keep: u32,
    ) -> Result<Outcome, Failure> {
        let destination = match destination {
            None => None,
            Some("folder") => Some(Destination::Folder),
            Some("downloads") => Some(Destination::Downloads),
            Some(_) => return Err(Failure::new("bad-request")),
        };
        if !KEEP.contains(&keep) {
            return Err(Failure { field: Some("keep".into()), ..Failure::new("bad-request") });
        }
        let folder: String = folder.chars().take(255).collect();
        if self.book.destination != destination || self.book.folder != folder {
            // Files elsewhere are not where the next ones will be: the new place gets one at once, and removes none.
            self.book = Book {
                drilled: self.book.drilled,
                failed_unlocks: std::mem::take(&mut self.book.failed_unlocks),
                password_typed: self.book.password_typed,
                quiet_until: self.book.quiet_until,
                sync: self.book.sync.clone(),
                destination,
                folder,
                ..Book::default()
            };
        }
        self.book.keep = keep;
        let effects = match destination {
            None => vec![Effect::KeepBook],
            Some(_) => vec![Effect::KeepBook, Effect::BackUp],
        };
        Ok(Outcome { effects, ..self.status() })
    }

    pub(super) fn back_up_now(&self) -> Result<Outcome, Failure> {
        match (&self.state, self.book.destination) {
            (_, None) => Err(Failure::new("no-destination")),
            (State::Open(_) | State::Closed(VaultState::Locked, _), _) => {
                Ok(Outcome { effects: vec![Effect::BackUp], ..self.status() })
            }
            _ => Err(Failure::new("wrong-state")),
        }
    }

    pub(super) fn remind_later(&mut self, days: u32, now: Millis) -> Result<Outcome, Failure> {
        self.book.quiet_until = now.plus(u64::from(days.clamp(1, 90)) * DAY_MS);
        Ok(Outcome { effects: vec![Effect::KeepBook], ..Outcome::done() })
    }

    /// The newest bundle, as the vault's header and our own notes tell it: whichever is newer.
    pub(super) fn backup_of(&self, header: &Header) -> Option<BackupView> {
        let told = backup_view(header);
        let state = Saved::of(header);
        let written = self.book.newest(state.vault).filter(|_| self.book.holds(&state));
        match (told, written) {
            (told, Some(file)) if told.as_ref().is_none_or(|told| told.made <= file.made) => {
                let same = told.filter(|told| told.made == file.made);
                Some(BackupView {
                    made: file.made,
                    read_back: file.read_back.max(same.as_ref().and_then(|told| told.read_back)),
                    proven: file.proven.max(same.and_then(|told| told.proven)),
                    missing: 0,
                })
            }
            (told, _) => told,
        }
    }

    pub(super) fn backups_view(&self) -> BackupsView {
        let book = &self.book;
        let Some(state) = self.saved() else { return bare() };
        let newest = book.newest(state.vault);
        BackupsView {
            state: self.health(&state).code().into(),
            destination: book.destination.map(|destination| {
                match destination {
                    Destination::Folder => "folder",
                    Destination::Downloads => "downloads",
                }
                .into()
            }),
            folder: book.folder.clone(),
            keep: book.keep,
            trouble: book.failing.map(|failing| failing.why.code().into()),
            since: book.failing.map(|failing| failing.since),
            changed: newest.is_some() && !book.holds(&state),
            newest: newest.map(|file| BackupFileView {
                name: file.name.clone(),
                made: file.made,
                size: u32::try_from(file.size).unwrap_or(u32::MAX),
                sha256: data_encoding::HEXLOWER.encode(&file.sha256.0),
                read_back: file.read_back,
                proven: file.proven,
            }),
            next: self.next_file(&state, self.now).map(|at| at.max(self.now)),
            remind: self.reminds(),
            sync: self.sync_view(),
        }
    }

    /// When the next file is to be written: a policy may want them more often than we do.
    fn next_file(&self, state: &Saved, now: Millis) -> Option<Millis> {
        let at = self.book.next(state, now)?;
        let wanted = self.wanted_by(state).filter(|_| self.book.failing.is_none());
        Some(wanted.map_or(at, |wanted| wanted.min(at)))
    }

    /// The same of the emergency bundle.
    fn next_emergency_file(&self, now: Millis) -> Option<Millis> {
        self.book.next(&self.emergency_saved()?, now)
    }

    fn health(&self, state: &Saved) -> Health {
        let health = self.book.health(state, self.now);
        let late = self.wanted_by(state).is_some_and(|wanted| wanted.plus(DAY_MS) <= self.now);
        if late && matches!(health, Health::On | Health::WhileOpen) { Health::Stale } else { health }
    }

    /// When the newest file is older than the policy wants it.
    fn wanted_by(&self, state: &Saved) -> Option<Millis> {
        let every = u64::from(self.policy.backup_hours?) * HOUR_MS;
        Some(self.book.newest(state.vault)?.made.plus(every))
    }

    /// What the newest state says of itself. While locked nothing of it is authentic: at worst a file too many is written.
    pub(super) fn saved(&self) -> Option<Saved> {
        match &self.state {
            State::Open(session) => Some(Saved::of(session.vault.header())),
            State::Closed(VaultState::Locked, files) => files.first().map(|file| Saved::of(file.header())),
            _ => None,
        }
    }

    fn missing(&self) -> u32 {
        let header = match &self.state {
            State::Open(session) => session.vault.header(),
            State::Closed(_, files) => match files.first() {
                Some(file) => file.header(),
                None => return 0,
            },
            State::Starting => return 0,
        };
        match (self.backup_of(header), &self.state) {
            (Some(backup), _) => backup.missing,
            (None, State::Open(session)) => {
                u32::try_from(worth(&session.vault.body).count()).unwrap_or(u32::MAX)
            }
            // No bundle was ever made, and whether the vault is empty cannot be seen.
            (None, _) => 1,
        }
    }
}

/// Backups that nobody set up.
pub(super) fn bare() -> BackupsView {
    let book = Book::default();
    BackupsView {
        state: Health::Off.code().into(),
        destination: None,
        folder: String::new(),
        keep: book.keep,
        trouble: None,
        since: None,
        newest: None,
        changed: false,
        next: None,
        remind: false,
        sync: super::sync::off(),
    }
}

/// Records that open bundles, and whose time is not past.
pub(super) fn is_for_bundles(slot: &SlotEntry, now: Millis) -> bool {
    slot.usage != SlotUse::Vault && slot.not_after.is_none_or(|until| now < until) && slot.uses != Some(0)
}
