//! The only door: (request, sender, env) -> outcome.
//!
//! Audience first, then session kind, then one match with one line an arm. A new verb does not compile until someone
//! says who may send it and when. The core is synchronous and pure: what must be stored, injected or told is in the
//! [`Outcome`], and the host carries it out.

mod asking;
mod audits;
mod automatic;
mod backup_codes;
pub mod backups;
mod bundles;
mod choices;
mod clock;
mod codes;
mod confirmed;
mod drills;
mod emergency;
mod emergency_bundle;
mod emergency_waits;
mod entries;
mod erasing;
mod escrow;
pub mod exports;
mod handover;
mod imports;
mod kept;
mod leaving;
mod moving;
mod moving_text;
mod offline;
mod pages;
pub mod passes;
mod passkeys;
pub mod reader;
mod readiness;
mod restored;
mod rules;
pub mod sender;
mod session;
mod shares;
mod sheet;
mod status;
pub mod sync;
#[cfg(test)]
mod testing;
mod unlock;
mod view;
mod waiting;
mod ways;
mod worklist;

use crate::env::{Env, Millis};
use crate::policy::Policy;
use crate::protocol::{Failure, Reply, Request, SessionKind, VaultState};
use crate::recovery::schedule::Book;
use crate::vault::file::VaultFile;
use crate::vault::id::SlotId;
use crate::vault::journal::JournalLine;
use crate::vault::sealed::Opened;

pub use asking::Asked;
pub use automatic::on_any_port;
pub use clock::Seen;
pub use imports::import_form;
pub use kept::kept_form;
pub use pages::Told;
pub use waiting::Waiting;

use choices::{Enrolled, Recent};
use pages::Intents;
use sender::{Own, Sender};
pub use session::{Session, SessionRecord, Stored, secret};
pub use unlock::Opening;

/// The core's whole state.
pub struct Core {
    own: Own,
    state: State,
    intents: Intents,
    /// Why the command or the menu filled nothing last.
    told: Option<Told>,
    /// Where codes were filled just now.
    recent: Vec<Recent>,
    /// Entries whose codes left for a page a moment ago.
    sent: Vec<(crate::vault::id::EntryId, Millis)>,
    /// What was added from the page in front last.
    enrolled: Option<Enrolled>,
    /// Backup codes that were written into pages a moment ago.
    spending: Vec<backup_codes::Spending>,
    /// A choice that waits for the browser.
    asked: Option<Asked>,
    /// A press that waits for the unlock.
    waiting: Option<Waiting>,
    /// Journal records of both stores, as loaded.
    journal: Vec<JournalLine>,
    warnings: Warnings,
    /// When a store that is behind is tried again.
    mend_at: Millis,
    /// What this browser saw of time, and what of it a store has.
    seen: Seen,
    seen_kept: Option<Seen>,
    book: Book,
    /// When a code was tried last that may want a password, too.
    half_tried: Option<Millis>,
    /// What an organisation asks for.
    policy: Policy,
    /// The instant of the request at hand.
    now: Millis,
}

/// What is known of the vault.
enum State {
    /// Nothing was loaded yet.
    Starting,
    /// No key: fresh, locked, lost or unreadable.
    Closed(VaultState, Vec<VaultFile>),
    /// Open.
    Open(Box<Session>),
}

/// What the user must know. Each stays until what it says is no longer so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Warnings {
    one_copy_failed: bool,
    copies_differ: bool,
    rolled_back: bool,
    not_saved: bool,
    log_incomplete: bool,
    newer_version: bool,
    clock_went_back: bool,
}

/// What the host must do, in order: store, then the effects, then reply.
pub struct Outcome {
    /// The answer, given only when `store` succeeded.
    pub reply: Reply,
    /// What must be stored first.
    pub store: Option<Store>,
    /// What else.
    pub effects: Vec<Effect>,
}

/// See [`Outcome::store`].
pub enum Store {
    /// The next generation.
    Commit(Box<Commit>),
    /// A journal record.
    Append {
        /// The record.
        line: JournalLine,
        /// Whether the reply depends on it (an HOTP counter) or not (a log line).
        must: bool,
    },
}

/// A generation on its way into both stores.
#[derive(Clone)]
pub struct Commit {
    /// The vault as it will be.
    pub next: Opened,
    /// Its file.
    pub file: VaultFile,
    /// Slots whose records must vanish from every older generation.
    pub revoked: Vec<SlotId>,
    /// Keep the change in memory when no store takes it. Not where storing comes first by meaning.
    pub keep_unsaved: bool,
    /// The reply is good without being stored: a bundle is the way out of a full disk.
    pub reply_unsaved: bool,
    /// The session that it opens or turns the open one into, and how.
    pub opens: Option<(SessionKind, Opening)>,
    /// What it was built on, where no session is open yet.
    pub from: Option<Opened>,
    /// The clock counts as it is from here on, though it went back.
    pub trusts_clock: bool,
}

/// What the host does besides storing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Inject `page.js` into a tab, wait until its frames are done, then ask [`Core::intent_over`] for the reply.
    Inject {
        /// The tab.
        tab: i64,
        /// The intent that the reply belongs to.
        ticket: u32,
    },
    /// The same without a press: into the top frame alone, and the page is told nothing of it.
    InjectByItself {
        /// The tab.
        tab: i64,
        /// The intent.
        ticket: u32,
    },
    /// Show on the toolbar how many codes are ready for a tab, if it is still at this origin.
    Badge {
        /// The tab.
        tab: i64,
        /// The origin.
        origin: String,
        /// How many.
        count: u32,
    },
    /// Take a picture of the window in front; the reply is a `picture`.
    Capture,
    /// Collect the pictures that the page itself has drawn; the reply is `drawn`.
    Drawn {
        /// The tab.
        tab: i64,
    },
    /// Read what the page in front shows as text; the reply is a `page-text`.
    PageText {
        /// The tab.
        tab: i64,
    },
    /// Open the popup: the user must choose, or unlock.
    OpenPopup {
        /// The tab that the reply speaks of, for where no popup opens.
        tab: i64,
    },
    /// Everything of the vault out of this browser; the reply is the status after it.
    Erase,
    /// Store the notes on backups.
    KeepBook,
    /// The same, and nothing depends on it.
    NoteBook,
    /// Write a bundle to its destination, whenever the last one was; the reply is the status after it.
    BackUp,
    /// Write the newest bundle into the browser's sync storage, or take it out; the reply is the status after it.
    Sync,
    /// Look for bundles in the browser's sync storage; the reply is `synced`.
    FindSync,
    /// Write the newest generation again to both stores: one of them is behind.
    Heal,
    /// Try again to bring up the one store that did not take the newest generation.
    Mend,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Both copies are good.
    Both,
    /// One copy is good.
    One,
    /// No copy was stored.
    None,
}

/// Who may send a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    /// Our own pages.
    Own,
    /// Our script in a page.
    Content,
    /// The browser's commands, menus and alarms.
    Browser,
}

/// When a verb may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// In every state.
    Always,
    /// Only without a vault.
    Fresh,
    /// Only while locked.
    Locked,
    /// Showing codes: full, pass and rescue sessions.
    Open,
    /// Writing bundles: full and rescue sessions.
    Bundles,
    /// Ways in: full sessions, and those after a one-time pass.
    Ways,
    /// Search, show and fill: full and pass sessions.
    Using,
    /// Everything that changes the vault or shows a secret.
    Full,
}

impl Core {
    /// A core that has not been loaded yet.
    pub fn new(own: Own) -> Self {
        Self {
            own,
            state: State::Starting,
            intents: Intents::default(),
            told: None,
            asked: None,
            recent: Vec::new(),
            sent: Vec::new(),
            enrolled: None,
            spending: Vec::new(),
            waiting: None,
            journal: Vec::new(),
            warnings: Warnings::default(),
            mend_at: Millis(0),
            seen: Seen::default(),
            seen_kept: None,
            book: Book::default(),
            half_tried: None,
            policy: Policy::default(),
            now: Millis(0),
        }
    }

    /// Answers a request.
    pub fn handle(&mut self, request: Request, sender: &Sender, env: &mut Env<'_>) -> Outcome {
        if let Err(failure) = self.admit(&request, sender) {
            return Outcome::failed(failure);
        }
        self.note_use(&request, env.now);
        let tried = audits::tries(&request);
        let mut outcome = self.dispatch(request, sender, env).unwrap_or_else(Outcome::failed);
        self.note_failed_unlock(tried, &mut outcome, env.now);
        outcome
    }

    fn dispatch(&mut self, request: Request, sender: &Sender, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        use Request as R;
        match request {
            R::Status => self.look(env),
            R::PlanCreate { profile } | R::PlanExport { profile } => Ok(self.plan_new(profile, env)),
            R::Create { key } => self.create(&key, env),
            R::PlanUnlock => self.plan_unlock(),
            R::Unlock { way } => self.unlock(&way, env),
            R::PlanPair { bundle } => self.plan_pair(bundle.as_deref(), env),
            R::Ways => self.ways(env.now),
            R::Log => self.whole_log(),
            R::OpenEmergency { id, reason } => self.open_emergency(&id, &reason, env),
            R::SeeEmergencies => self.see_emergencies(env),
            R::SeeWaysUsed => self.see_ways_used(env),
            R::Emergency => self.emergency(),
            R::AskEmergency { id, reason } => self.ask_emergency(&id, &reason, env),
            R::CancelEmergency { id } => self.cancel_emergency(&id, env),
            R::SetEmergencyWait { ids, hours } => self.set_emergency_wait(&ids, hours, env),
            R::DeclineEmergencyBundle => self.decline_emergency_bundle(env),
            R::MakeEmergencyCodes { count } => self.make_emergency_codes(count, env),
            R::KeepEmergencyCodes { codes, typed } => self.keep_emergency_codes(&codes, &typed, env),
            R::ExportEmergency => self.export_emergency(env),
            R::SomeoneLeft { current, new } => self.someone_left(&current, &new, env),
            R::SettleLeft => self.settle_left(env),
            R::MakeCodes { count, add, key } => self.make_codes(count, add, key.as_ref(), env),
            R::KeepCodes { way } => self.keep_codes(&way, env),
            R::RemoveWays { ids } => self.remove_ways(&ids, env),
            R::PlanPasskey => self.plan_passkey(env),
            R::AddPasskey { credential, salt, prf, label } => {
                self.add_passkey(&credential, &salt, &prf, &label, env)
            }
            R::SetPassword { new } => self.set_password(&new, env),
            R::MakeShares { threshold, count, emergency } => {
                self.make_shares(threshold, count, emergency, env)
            }
            R::KeepShares { shares, typed, emergency } => self.keep_shares(&shares, &typed, emergency, env),
            R::CheckShares { shares } => shares::check(&shares),
            R::MakePass { form } => self.make_pass(&form, env),
            R::EndPass => self.end_pass(env),
            R::PlanOfflinePass { form } => self.plan_offline_pass(&form, env),
            R::MakeOfflinePass { form, key } => self.make_offline_pass(&form, key.as_ref(), env),
            R::SetPassLimits { limits } => self.set_pass_limits(&limits, env),
            R::Lock => Ok(self.lock()),
            R::PlanPassword { profile } => self.plan_password(profile, env),
            R::ChangePassword { current, new } => self.change_password(&current, &new, env),
            R::List => self.list(env.now),
            R::Codes => self.codes(env.now),
            R::NextHotp { id } => self.next_hotp(&id, env),
            R::ResyncHotp { id, codes } => self.resync_hotp(&id, &codes, env),
            R::Used { id } => self.used(&id, env),
            R::Read { texts } => Ok(entries::read(&texts)),
            R::Preview { form } => entries::preview(&form, env.now),
            R::Add { forms } => self.add(forms, sender, env),
            R::Edit { id, edit } => self.edit(&id, edit, env),
            R::Reorder { ids } => self.reorder(&ids, env),
            R::Trash { ids } => self.trash(&ids, true, env),
            R::Restore { ids } => self.trash(&ids, false, env),
            R::Purge { ids } => self.purge(&ids, env),
            R::Reveal { id } => self.reveal(&id, env),
            R::Bind { id, site } => self.bind(&id, &site, sender, env),
            R::Unbind { id, site } => self.unbind(&id, &site, env),
            R::SetSettings { settings } => self.set_settings(settings, env),
            R::Page => self.page(sender),
            R::Fill { id, remember, document, site } => {
                self.fill(id.as_deref(), remember, (document, site), sender, env)
            }
            R::FillField { id, document } => self.fill_field(&id, document, sender, env),
            R::Hold { document } => self.hold(document.as_deref(), sender, env.now),
            R::Finish => self.finish(sender, env),
            R::SetChoice { id, origin, automatic, submit, asking } => {
                let wanted = (automatic.as_deref(), submit);
                self.set_choice(&id, &origin, wanted, asking, sender, env)
            }
            R::ForgetChoice { id, origin } => self.forget_choice(&id, &origin, env),
            R::SetNever { origin, never } => self.set_never(&origin, never, sender, env),
            R::Choices => self.choices(),
            R::Ready => self.ready(sender, env),
            R::Capture => Ok(Outcome { effects: vec![Effect::Capture], ..Outcome::done() }),
            R::Drawn => Ok(pages::drawn(sender)),
            R::Offer { text, drawn } => Ok(pages::offer(&text, &drawn, sender)),
            R::Fields { page } => self.fields(&page, sender, env),
            R::Moved { order } => self.moved(order, sender, env),
            R::Wrote { order, result } => self.wrote(order, &result, sender, env),
            R::Gesture => self.gesture(sender, env),
            R::Tick { why } => self.tick(&why, env),
            R::PlanFresh => self.plan_fresh(env),
            R::Fresh { keys } => self.fresh(&keys, env),
            R::BackupCodes { id } => self.backup_codes(&id, env),
            R::ReadBackupCodes { text } => Ok(backup_codes::read(&text, env.now)),
            R::KeepBackupCodes { id, codes, add } => self.keep_backup_codes(&id, &codes, add, env),
            R::MarkBackupCode { id, code, used } => self.mark_backup_code(&id, code.as_deref(), used, env),
            R::FillBackupCode { id, document } => self.fill_backup_code(&id, document, sender, env),
            R::PageText => self.page_text(sender),
            R::FindSecrets { text, links } => Ok(backup_codes::found_secrets(&text, &links, sender)),
            R::TakeOut { ids, format, keys } => self.take_out(&ids, &format, &keys, env),
            R::Export { key } => self.export(key.as_ref(), env),
            R::ReadBack { sha256 } => self.read_back(&sha256, env),
            R::SetBackups { destination, folder, keep } => {
                self.set_backups(destination.as_deref(), &folder, keep)
            }
            R::BackUpNow => self.back_up_now(),
            R::Drill { proof, took_ms } => self.drill(&proof, took_ms, env),
            R::RemindLater { days } => self.remind_later(days, env.now),
            R::PlanImport { from, items, kept } => self.plan_import(&from, &items, &kept),
            R::Import { from, items, kept } => self.import(&from, &items, &kept, env),
            R::UndoImport { ids, kept } => self.undo_import(&ids, &kept, env),
            R::Kept => self.kept(),
            R::ShowKept { id } => self.show_kept(&id, env),
            R::DeleteKept { ids } => self.delete_kept(&ids, env),
            R::BringKeptBack => self.bring_kept_back(env),
            R::BindMany { items } => self.bind_many(&items, sender, env),
            R::Moving => self.moving(),
            R::ReadMoving { text } => self.read_moving(&text),
            R::AddMoving { names } => self.add_moving(&names, env),
            R::MoveStep { id, done, entry } => self.move_step(&id, done, entry.as_deref(), env),
            R::DropMoving { ids } => self.drop_moving(&ids, env),
            R::Worklist => self.worklist(),
            R::StartWorklist { ids } => self.start_worklist(&ids, env),
            R::WorklistStep { id, done } => self.worklist_step(&id, done, env),
            R::DropWorklist { ids } => self.drop_worklist(&ids, env),
            R::ReplaceSecret { id, form, from } => {
                self.replace_secret(&id, form.as_ref(), from.as_deref(), env)
            }
            R::UndoReplace { id } => self.undo_replace(&id, env),
            R::Receive { renew } => self.receive(renew, env),
            R::CheckReceiver { address } => self.check_receiver(&address),
            R::HandOver { address, ids, keys, kept } => self.hand_over(&address, &ids, &keys, kept, env),
            R::OpenHandOver { file } => self.open_hand_over(&file),
            R::SetSync { on } => self.set_sync(on, env),
            R::FindSync => Ok(Outcome { effects: vec![Effect::FindSync], ..Outcome::done() }),
            R::Sheet => self.sheet(),
            R::SetSheet { sheet } => self.set_sheet(&sheet, env),
            R::Inspect { bundle } => bundles::inspect(&bundle),
            R::PlanRestore { bundle, way } => self.plan_restore(&bundle, &way, env.now),
            R::RestoreBundle { bundle, way, create, leave_out } => {
                self.restore_bundle(&bundle, &way, create.as_ref(), &leave_out, env)
            }
            R::ForgetRestored => self.forget_restored(env),
            R::Readiness => self.readiness(),
            R::SetPlaces { ids, places } => self.set_places(&ids, &places, env),
            R::SetOthers { id, others } => self.set_others(&id, &others, env),
            R::PlanErase => self.plan_erase(env),
            R::Erase { way, typed } => self.erase(way.as_ref(), &typed, env),
            R::SealedCopy => self.sealed_copy(env),
            R::AnswerEscrow { key, answer, current, new } => {
                self.answer_escrow(&key, &answer, (&current, new.as_ref()), env)
            }
            R::WithdrawEscrow { current, new } => self.withdraw_escrow(&current, &new, env),
        }
    }

    fn admit(&self, request: &Request, sender: &Sender) -> Result<(), Failure> {
        let allowed = match audience(request) {
            Audience::Own => matches!(sender, Sender::Own(_)),
            Audience::Content => matches!(sender, Sender::Content(_)),
            Audience::Browser => matches!(sender, Sender::Browser(_)),
        };
        if !allowed {
            return Err(Failure::new("not-allowed"));
        }
        let session = match &self.state {
            State::Open(session) => Some(session.kind()),
            _ => None,
        };
        let closed = match &self.state {
            State::Closed(state, _) => Some(*state),
            _ => None,
        };
        match (when(request), session) {
            (When::Always, _) => Ok(()),
            (When::Fresh, None) if closed == Some(VaultState::Fresh) => Ok(()),
            (When::Locked, None) if closed == Some(VaultState::Locked) => Ok(()),
            (When::Open, Some(SessionKind::Full | SessionKind::Pass | SessionKind::Rescue)) => Ok(()),
            (When::Bundles, Some(SessionKind::Full | SessionKind::Rescue)) => Ok(()),
            (When::Ways, Some(SessionKind::Full | SessionKind::Renew)) => Ok(()),
            (When::Using, Some(SessionKind::Full | SessionKind::Pass)) => Ok(()),
            (When::Full, Some(SessionKind::Full)) => Ok(()),
            (When::Fresh | When::Locked, _) => Err(Failure::new("wrong-state")),
            (_, None) => Err(Failure::new("locked")),
            (_, Some(_)) => Err(Failure::new("not-in-this-session")),
        }
    }
}

impl Outcome {
    fn done() -> Self {
        Self::reply(Reply::Done)
    }

    fn reply(reply: Reply) -> Self {
        Self { reply, store: None, effects: Vec::new() }
    }

    fn failed(failure: Failure) -> Self {
        Self::reply(Reply::Error(failure))
    }
}

/// Who may send which verb.
fn audience(request: &Request) -> Audience {
    use Request as R;
    match request {
        R::Fields { .. } | R::Wrote { .. } | R::Moved { .. } | R::Ready => Audience::Content,
        R::Gesture | R::Tick { .. } => Audience::Browser,
        R::Status
        | R::PlanCreate { .. }
        | R::Create { .. }
        | R::PlanUnlock
        | R::Unlock { .. }
        | R::PlanPair { .. }
        | R::Ways
        | R::Log
        | R::OpenEmergency { .. }
        | R::SeeEmergencies
        | R::SeeWaysUsed
        | R::Emergency
        | R::AskEmergency { .. }
        | R::CancelEmergency { .. }
        | R::SetEmergencyWait { .. }
        | R::DeclineEmergencyBundle
        | R::MakeEmergencyCodes { .. }
        | R::KeepEmergencyCodes { .. }
        | R::ExportEmergency
        | R::SomeoneLeft { .. }
        | R::SettleLeft
        | R::MakeCodes { .. }
        | R::KeepCodes { .. }
        | R::RemoveWays { .. }
        | R::PlanPasskey
        | R::AddPasskey { .. }
        | R::SetPassword { .. }
        | R::MakeShares { .. }
        | R::KeepShares { .. }
        | R::CheckShares { .. }
        | R::MakePass { .. }
        | R::SetPassLimits { .. }
        | R::EndPass
        | R::PlanOfflinePass { .. }
        | R::MakeOfflinePass { .. }
        | R::Lock
        | R::PlanPassword { .. }
        | R::ChangePassword { .. }
        | R::List
        | R::Codes
        | R::NextHotp { .. }
        | R::ResyncHotp { .. }
        | R::Used { .. }
        | R::Read { .. }
        | R::Preview { .. }
        | R::Add { .. }
        | R::Edit { .. }
        | R::Reorder { .. }
        | R::Trash { .. }
        | R::Restore { .. }
        | R::Purge { .. }
        | R::Reveal { .. }
        | R::Bind { .. }
        | R::Unbind { .. }
        | R::SetSettings { .. }
        | R::Page
        | R::Fill { .. }
        | R::FillField { .. }
        | R::Hold { .. }
        | R::Finish
        | R::SetChoice { .. }
        | R::ForgetChoice { .. }
        | R::SetNever { .. }
        | R::Choices
        | R::Capture
        | R::Drawn
        | R::Offer { .. }
        | R::PlanFresh
        | R::Fresh { .. }
        | R::BackupCodes { .. }
        | R::ReadBackupCodes { .. }
        | R::KeepBackupCodes { .. }
        | R::MarkBackupCode { .. }
        | R::FillBackupCode { .. }
        | R::PageText
        | R::FindSecrets { .. }
        | R::TakeOut { .. }
        | R::PlanExport { .. }
        | R::Export { .. }
        | R::ReadBack { .. }
        | R::SetBackups { .. }
        | R::BackUpNow
        | R::Drill { .. }
        | R::RemindLater { .. }
        | R::PlanImport { .. }
        | R::Import { .. }
        | R::UndoImport { .. }
        | R::Kept
        | R::ShowKept { .. }
        | R::DeleteKept { .. }
        | R::BringKeptBack
        | R::BindMany { .. }
        | R::Moving
        | R::ReadMoving { .. }
        | R::AddMoving { .. }
        | R::MoveStep { .. }
        | R::DropMoving { .. }
        | R::Worklist
        | R::StartWorklist { .. }
        | R::WorklistStep { .. }
        | R::DropWorklist { .. }
        | R::ReplaceSecret { .. }
        | R::UndoReplace { .. }
        | R::Receive { .. }
        | R::CheckReceiver { .. }
        | R::HandOver { .. }
        | R::OpenHandOver { .. }
        | R::Sheet
        | R::SetSheet { .. }
        | R::SetSync { .. }
        | R::FindSync
        | R::Inspect { .. }
        | R::PlanRestore { .. }
        | R::RestoreBundle { .. }
        | R::ForgetRestored
        | R::Readiness
        | R::SetPlaces { .. }
        | R::SetOthers { .. }
        | R::PlanErase
        | R::Erase { .. }
        | R::SealedCopy
        | R::AnswerEscrow { .. }
        | R::WithdrawEscrow { .. } => Audience::Own,
    }
}

/// When which verb may be sent. A script in a page is answered in every state: it learns nothing from the answer.
fn when(request: &Request) -> When {
    use Request as R;
    match request {
        R::Status | R::PlanCreate { .. } | R::Read { .. } | R::Preview { .. } | R::Inspect { .. } => {
            When::Always
        }
        R::Page | R::Capture | R::Drawn | R::Offer { .. } | R::Lock => When::Always,
        R::BackUpNow | R::RemindLater { .. } | R::FindSync => When::Always,
        R::Fields { .. } | R::Wrote { .. } | R::Moved { .. } | R::Ready => When::Always,
        R::Gesture | R::Tick { .. } => When::Always,
        // Opening a bundle needs the bundle's own password; `restore_bundle` tells fresh from living.
        R::PlanRestore { .. } | R::RestoreBundle { .. } | R::PlanPair { .. } => When::Always,
        // Asks for a way in itself, and tells the states apart in which there is none.
        R::PlanErase | R::Erase { .. } => When::Always,
        R::SealedCopy => When::Locked,
        R::Create { .. } => When::Fresh,
        R::PlanUnlock | R::Unlock { .. } | R::Hold { .. } => When::Locked,
        R::CheckShares { .. } => When::Always,
        // Who lost their ways into the vault renews those, and not the emergency bundle's.
        R::MakeShares { emergency: true, .. } | R::KeepShares { emergency: true, .. } => When::Full,
        R::Ways
        | R::MakeShares { .. }
        | R::KeepShares { .. }
        | R::MakeCodes { .. }
        | R::KeepCodes { .. }
        | R::RemoveWays { .. }
        | R::PlanPasskey
        | R::AddPasskey { .. }
        | R::SetPassword { .. } => When::Ways,
        R::List | R::Codes => When::Open,
        R::PlanExport { .. } | R::Export { .. } | R::ReadBack { .. } => When::Bundles,
        R::Fill { .. } | R::FillField { .. } | R::Finish | R::NextHotp { .. } | R::Used { .. } => When::Using,
        R::EndPass => When::Using,
        R::PlanOfflinePass { .. } | R::MakeOfflinePass { .. } => When::Full,
        R::MakePass { .. } | R::SetPassLimits { .. } | R::Log => When::Full,
        R::OpenEmergency { .. } | R::SeeEmergencies | R::SeeWaysUsed | R::Emergency => When::Full,
        R::AskEmergency { .. } | R::SetEmergencyWait { .. } => When::Full,
        // Whoever unlocks may say no.
        R::CancelEmergency { .. } => When::Using,
        R::DeclineEmergencyBundle | R::MakeEmergencyCodes { .. } | R::KeepEmergencyCodes { .. } => When::Full,
        R::ExportEmergency | R::SomeoneLeft { .. } | R::SettleLeft => When::Full,
        R::AnswerEscrow { .. } | R::WithdrawEscrow { .. } => When::Full,
        R::PlanPassword { .. }
        | R::ChangePassword { .. }
        | R::ResyncHotp { .. }
        | R::Add { .. }
        | R::Edit { .. }
        | R::Reorder { .. }
        | R::Trash { .. }
        | R::Restore { .. }
        | R::Purge { .. }
        | R::Reveal { .. }
        | R::PlanFresh
        | R::Fresh { .. }
        | R::BackupCodes { .. }
        | R::ReadBackupCodes { .. }
        | R::KeepBackupCodes { .. }
        | R::MarkBackupCode { .. }
        | R::FillBackupCode { .. }
        | R::PageText
        | R::FindSecrets { .. }
        | R::TakeOut { .. }
        | R::Bind { .. }
        | R::Unbind { .. }
        | R::SetChoice { .. }
        | R::ForgetChoice { .. }
        | R::SetNever { .. }
        | R::Choices
        | R::PlanImport { .. }
        | R::Import { .. }
        | R::UndoImport { .. }
        | R::Kept
        | R::ShowKept { .. }
        | R::DeleteKept { .. }
        | R::BringKeptBack
        | R::BindMany { .. }
        | R::SetBackups { .. }
        | R::Moving
        | R::ReadMoving { .. }
        | R::AddMoving { .. }
        | R::MoveStep { .. }
        | R::DropMoving { .. }
        | R::Worklist
        | R::StartWorklist { .. }
        | R::WorklistStep { .. }
        | R::DropWorklist { .. }
        | R::ReplaceSecret { .. }
        | R::UndoReplace { .. }
        | R::Receive { .. }
        | R::CheckReceiver { .. }
        | R::HandOver { .. }
        | R::OpenHandOver { .. }
        | R::Sheet
        | R::SetSheet { .. }
        | R::SetSync { .. }
        | R::Drill { .. }
        | R::ForgetRestored
        | R::Readiness
        | R::SetPlaces { .. }
        | R::SetOthers { .. }
        | R::SetSettings { .. } => When::Full,
    }
}
