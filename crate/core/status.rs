//! What the interface is told of the vault's state.

use crate::policy::Policy;
use crate::protocol::{BackupView, CodesView, DrillView, Reply, Settings, SlotView, Status, VaultState};
use crate::vault::body::Body;
use crate::vault::file::Header;
use crate::vault::id::EntryId;
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};

use super::{Core, Outcome, State, Warnings};

impl Core {
    /// The reply to `status`.
    pub(super) fn status(&self) -> Outcome {
        Outcome::reply(Reply::Status(Box::new(self.status_view())))
    }

    /// See [`Status`].
    pub fn status_view(&self) -> Status {
        let version = self.own.version.clone();
        let policy = self.policy.view();
        let back = self.warnings.clock_went_back || self.seen.is_back(self.now);
        let warnings = Warnings { clock_went_back: back, ..self.warnings }.codes();
        match &self.state {
            State::Starting => Status { policy, ..bare(VaultState::Unreadable, warnings, version) },
            State::Closed(state, files) => {
                let newest = files.iter().map(|file| file.header()).max_by_key(|header| header.generation);
                Status {
                    slots: newest.map(slot_views).unwrap_or_default(),
                    backup: newest.and_then(|header| self.backup_of(header)),
                    backups: self.backups_view(),
                    drill: self.drill_view(),
                    codes: newest.and_then(codes_view),
                    passkeys: newest.map(|header| self.passkeys_here(header)).unwrap_or_default(),
                    password_due: newest.is_some_and(|header| self.password_due(header)),
                    policy,
                    ..bare(*state, warnings, version)
                }
            }
            State::Open(session) => {
                let body = &session.vault.body;
                Status {
                    session: Some(session.kind()),
                    opened_by: session.opening.by.map(|kind| kind.name().into()),
                    spent: Some(session.opening.spent.clone()).filter(|number| !number.is_empty()),
                    codes: codes_view(session.vault.header()),
                    locks_at: session.locks_at(&self.policy, self.seen.lag(self.now)),
                    slots: slot_views(session.vault.header()),
                    entries: Some(count(body)),
                    notes: Some(u32::try_from(body.kept.len()).unwrap_or(u32::MAX)),
                    backup: self.backup_of(session.vault.header()),
                    backups: self.backups_view(),
                    drill: self.drill_view(),
                    emergencies: self.unseen_emergencies(),
                    ways_used: self.unseen_ways_used(),
                    emergency_waits: self.waits_view(),
                    settings: self.settings(&body.settings.values),
                    policy,
                    escrow: self.escrow_view(),
                    ..bare(VaultState::Open, warnings, version)
                }
            }
        }
    }
}

impl Warnings {
    /// Worst first.
    fn codes(self) -> Vec<String> {
        [
            (self.newer_version, "newer-version"),
            (self.not_saved, "not-saved"),
            (self.rolled_back, "rolled-back"),
            (self.copies_differ, "copies-differ"),
            (self.one_copy_failed, "one-copy-failed"),
            (self.log_incomplete, "log-incomplete"),
            (self.clock_went_back, "clock-went-back"),
        ]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, code)| code.to_owned())
        .collect()
    }
}

/// Entries outside the bin.
pub(super) fn count(body: &Body) -> u32 {
    body.entries.iter().filter(|entry| entry.trashed.is_none()).count() as u32
}

/// What a bundle is made for: entries outside the bin, and notes.
pub(super) fn worth(body: &Body) -> impl Iterator<Item = EntryId> {
    let entries = body.entries.iter().filter(|entry| entry.trashed.is_none()).map(|entry| entry.id);
    entries.chain(body.kept.iter().map(|item| item.id))
}

/// A way in, as the interface sees it.
pub(super) fn slot_view(slot: &SlotEntry) -> SlotView {
    SlotView { id: slot.id.to_string(), kind: slot.kind.name().into(), usage: slot.usage.name().into() }
}

fn slot_views(header: &Header) -> Vec<SlotView> {
    header.slots.iter().map(slot_view).collect()
}

/// The newest bundle, as the header tells it.
pub(super) fn backup_view(header: &Header) -> Option<BackupView> {
    header.backup.map(|note| BackupView {
        made: note.made,
        read_back: note.read_back,
        proven: note.proven,
        missing: note.missing,
    })
}

/// Recovery codes, as the header tells them.
fn codes_view(header: &Header) -> Option<CodesView> {
    let note = header.codes.clone().unwrap_or_default();
    let is_code = |slot: &&SlotEntry| {
        matches!(slot.kind, SlotKind::Code | SlotKind::Pair) && slot.usage != SlotUse::Backup
    };
    let all = header.slots.iter().filter(is_code);
    let left = all.filter(|slot| !note.unkept.contains(&slot.id)).count() as u32;
    let unkept = note.unkept.len() as u32;
    (left > 0 || unkept > 0 || note.made > 0).then_some(CodesView { left, made: note.made, unkept })
}

fn bare(state: VaultState, warnings: Vec<String>, version: String) -> Status {
    Status {
        state,
        session: None,
        opened_by: None,
        spent: None,
        codes: None,
        passkeys: Vec::new(),
        password_due: false,
        locks_at: None,
        slots: Vec::new(),
        warnings,
        entries: None,
        notes: None,
        backup: None,
        backups: super::backups::bare(),
        drill: DrillView::default(),
        emergencies: Vec::new(),
        ways_used: Vec::new(),
        emergency_waits: Vec::new(),
        settings: Settings::default(),
        policy: Policy::default().view(),
        escrow: None,
        version,
    }
}
