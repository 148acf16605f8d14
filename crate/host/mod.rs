//! The queue, opening from two stores, the commit protocol. Generic over a [`Platform`]; no browser in here, so that
//! all of it is tested natively against stores that fail, stall, tear and die at every step.
//!
//! | file | what it is for |
//! | --- | --- |
//! | [`platform`] | what the host asks of the world |
//! | `load` | both stores to one picture of what is there |
//! | `commit` | the next generation into both stores, and proof that it is there |
//! | `erase` | everything out of both stores: the only removal |
//! | `former` | the last file of an older format, before it is replaced |
//! | `keep` | which generations stay |
//! | `scrub` | both stores anew, so that what was erased leaves the raw files |
//! | `sync` | the newest bundle in the browser's own sync storage |
//! | `upkeep` | bundles by themselves |

mod commit;
mod erase;
mod former;
mod keep;
mod load;
pub mod platform;
mod scrub;
mod sync;
#[cfg(test)]
mod tests;
mod upkeep;

use core::cell::Cell;

use futures_util::lock::Mutex;
use serde::{Deserialize, Serialize};

use crate::core::sender::{Own, Sender, SenderInfo};
use crate::core::{Asked, Committed, Core, Effect, Outcome, Seen, SessionRecord, Store, Told, Waiting};
use crate::env::{Env, Millis};
use crate::policy::Policy;
use crate::protocol::{Failure, FillResult, Reply, Request, SessionKind, VaultState};

use platform::{PageText, Platform};
use scrub::Scrubbed;

/// One background: the core, the platform, and the queue in front of them.
pub struct Host<P: Platform> {
    platform: P,
    own: Own,
    core: Mutex<Core>,
    /// Held by who looks after backups: one at a time.
    upkeep: Mutex<()>,
    /// How often everything was erased: what was begun before belongs to nobody.
    erased: Cell<u32>,
    /// What the toolbar says.
    reminds: Cell<Option<bool>>,
    /// The sites where our script runs by itself, as the browser was told last; `None`: not known.
    watched: Mutex<Option<Vec<String>>>,
    /// The organisation's policy was read, and has not changed since.
    policed: Cell<bool>,
    /// From when on to look whether the stores are to be made anew; `None`: they are not.
    scrub_from: Cell<Option<Millis>>,
    /// How often in a row that did not succeed.
    scrub_failed: Cell<u32>,
    /// How often the stores were made anew.
    scrubbed: Cell<u32>,
    /// From when on the last rinse is due; `None`: it is not.
    rinse_from: Cell<Option<Millis>>,
    /// How often in a row that did not succeed. A scrub that is due does not wait for it.
    rinse_failed: Cell<u32>,
    rinsing: Cell<bool>,
    /// What was before this background is settled.
    started: Cell<bool>,
}

/// A scrub that did not succeed is tried again then, by an alarm where nobody asks for anything. Each time it waits twice
/// as long, to half an hour: a store that nobody can read is not read twice a minute for ever.
const SCRUB_AGAIN_MS: u64 = 30_000;
const SCRUB_AT_LAST_MS: u64 = 30 * 60_000;
/// By then a browser has tidied up after a deletion, which takes some hundredths of a second; and what is erased within
/// it shares one last rinse.
const RINSE_AFTER_MS: u64 = 5_000;

/// What `storage.session` holds: the open session, a press that waits for an unlock, and why the last one filled nothing,
/// and a choice that waits for the browser.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    open: Option<SessionRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting: Option<Waiting>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Told>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Asked>,
}

impl<P: Platform> Host<P> {
    /// A host that loads the stores at the first request.
    pub fn new(platform: P, own: Own) -> Self {
        Self {
            platform,
            core: Mutex::new(Core::new(own.clone())),
            upkeep: Mutex::new(()),
            erased: Cell::default(),
            reminds: Cell::default(),
            own,
            watched: Mutex::new(None),
            policed: Cell::new(false),
            scrub_from: Cell::new(Some(Millis(0))),
            scrub_failed: Cell::new(0),
            scrubbed: Cell::new(0),
            rinse_from: Cell::new(None),
            rinse_failed: Cell::new(0),
            rinsing: Cell::new(false),
            started: Cell::new(false),
        }
    }

    /// Answers a request. Requests are carried out one after another; only waiting for a page is outside the queue.
    pub async fn request(&self, request: Request, sender: SenderInfo) -> Reply {
        let sender = Sender::of(sender, &self.own);
        let permissions = matches!(&request, Request::Tick { why } if why == "permissions");
        if permissions {
            // What the browser allows has changed: what it was told before counts no more.
            *self.watched.lock().await = None;
        }
        if matches!(&request, Request::Tick { why } if why == "policy") {
            self.policed.set(false);
        }
        let commanded = matches!(sender, Sender::Browser(_));
        let (reply, effects) = {
            let mut core = self.core.lock().await;
            self.ready(&mut core).await;
            if permissions {
                self.carry_out_asked(&mut core).await;
            }
            let outcome = {
                let mut entropy = self.platform.entropy();
                let mut env = Env { now: self.platform.now(), entropy: &mut entropy };
                core.handle(request, &sender, &mut env)
            };
            let done = self.store(&mut core, outcome).await;
            self.keep_seen(&mut core).await;
            self.keep_session(&core).await;
            self.keep_watched(&core).await;
            done
        };
        self.run(reply, effects, commanded).await
    }

    /// The platform, for tests that look into its stores.
    pub fn platform(&self) -> &P {
        &self.platform
    }

    /// Loads what a stopped background forgot, and ends what is over.
    async fn ready(&self, core: &mut Core) {
        let now = self.platform.now();
        // Before anything else: an alarm may end a session that the policy wants ended.
        if !self.policed.get() {
            let managed = self.platform.managed().await;
            // What could not be read is tried again at the next request.
            self.policed.set(managed.is_ok());
            core.set_policy(managed.map_or_else(|_| Policy::unreadable(), |text| Policy::parse(&text)));
        }
        core.sweep(now);
        let starting = !self.started.replace(true);
        if starting {
            // Before anything is read: what a kill left of it is no state of the vault.
            self.scrub_at_start(core).await;
        }
        if !core.is_loaded() {
            let kept = self.platform.session().await.and_then(|text| serde_json::from_str(&text).ok());
            let Kept { open, waiting, seen, told, asked } = kept.unwrap_or_default();
            let stored = load::load(&self.platform).await;
            if let Some(seen) = seen {
                core.recall_seen(seen, now);
            }
            core.load(stored, open, now);
            if !core.is_loaded() {
                // The session that the browser kept is over: what was asked for meets a locked vault.
                core.load(load::load(&self.platform).await, None, now);
            }
            if core.waiting().is_none() {
                core.resume_waiting(waiting, now);
            }
            core.resume_told(told);
            core.resume_asked(asked);
            self.note_resumed(core).await;
        }
        // A pass that is over is erased before anything can be tried on it.
        let over = core.passes_over(now);
        if !over.is_empty() {
            let gone = commit::erase_expired(&self.platform, core.latest(now), &over).await;
            // What a store would not give up stays over, whatever the clock says then.
            core.note_over(over, gone);
            self.keep_seen(core).await;
            // One that waits to be tried again waits on: a store that stays unreadable keeps the pass in it.
            if self.scrub_from.get().is_none() {
                self.note_erased();
            }
            if starting {
                self.scrub_at_start(core).await;
            }
            core.load(load::load(&self.platform).await, None, now);
        }
    }

    /// A session that went on with an older state is told of in the log.
    async fn note_resumed(&self, core: &mut Core) {
        let line = {
            let mut entropy = self.platform.entropy();
            core.note_resumed(&mut Env { now: self.platform.now(), entropy: &mut entropy })
        };
        if let Some(line) = line {
            let stored = commit::append(&self.platform, &line).await;
            core.appended(stored);
        }
    }

    /// A choice whose view the browser's prompt has closed is stored when the browser allows the site.
    async fn carry_out_asked(&self, core: &mut Core) {
        let Some(pattern) = core.asked_pattern() else { return };
        if !self.platform.allows(&pattern).await {
            return;
        }
        let chosen = {
            let mut entropy = self.platform.entropy();
            core.allowed(&mut Env { now: self.platform.now(), entropy: &mut entropy })
        };
        if let Ok(outcome) = chosen {
            self.store(core, outcome).await;
        }
    }

    /// Stores first, then lets the reply out.
    async fn store(&self, core: &mut Core, outcome: Outcome) -> (Reply, Vec<Effect>) {
        let Outcome { mut reply, store, mut effects } = outcome;
        match store {
            None => {}
            Some(Store::Append { line, must }) => {
                let stored = commit::append(&self.platform, &line).await;
                core.appended(stored);
                if must && !stored {
                    reply = Reply::Error(Failure::new("not-saved"));
                }
            }
            Some(Store::Commit(first)) => {
                if !first.revoked.is_empty() {
                    self.note_erased();
                }
                if let Some(failure) = commit::commit(&self.platform, core, *first).await {
                    reply = Reply::Error(failure);
                    effects.clear();
                } else if is_status(&reply) {
                    reply = Reply::Status(Box::new(core.status_view()));
                }
            }
        }
        self.load_again(core, &mut reply).await;
        if effects.contains(&Effect::KeepBook) {
            effects.retain(|effect| *effect != Effect::KeepBook);
            if !self.keep_book(core).await {
                reply = Reply::Error(Failure::new("not-saved"));
                effects.clear();
            }
        }
        if effects.contains(&Effect::NoteBook) {
            effects.retain(|effect| *effect != Effect::NoteBook);
            self.keep_book(core).await;
        }
        if effects.contains(&Effect::Erase) {
            effects.clear();
            reply = self.erase(core).await;
        }
        if effects.contains(&Effect::Heal) {
            effects.retain(|effect| *effect != Effect::Heal);
            self.after_unlock(core).await;
            // Another background may have written since this one looked.
            self.load_again(core, &mut reply).await;
            if is_status(&reply) {
                reply = Reply::Status(Box::new(core.status_view()));
            }
        }
        if effects.contains(&Effect::Mend) {
            effects.retain(|effect| *effect != Effect::Mend);
            if commit::heal(&self.platform, core).await {
                self.note_erased();
            }
            if is_status(&reply) {
                reply = Reply::Status(Box::new(core.status_view()));
            }
        }
        (reply, effects)
    }

    /// A record was erased, or may have been: after the reply it is looked at.
    fn note_erased(&self) {
        self.scrub_from.set(Some(Millis(0)));
        self.scrub_failed.set(0);
    }

    /// All of it before anything is answered.
    async fn scrub_at_start(&self, core: &mut Core) {
        self.scrub_when_due(core).await;
        if self.rinse_from.get().is_some() {
            self.rinse().await;
        }
    }

    /// Makes the stores anew when something was erased from them. The queue stands still meanwhile: nobody writes.
    async fn scrub_when_due(&self, core: &mut Core) {
        let now = self.platform.now();
        if self.scrub_from.get().is_none_or(|from| now < from) {
            return;
        }
        let scrubbed = scrub::scrub(&self.platform).await;
        self.scrub_from.set(None);
        match scrubbed {
            Scrubbed::Clean => return self.scrub_failed.set(0),
            Scrubbed::Anew => {
                self.scrub_failed.set(0);
                self.scrubbed.set(self.scrubbed.get().wrapping_add(1));
                self.rinse_from.set(Some(self.platform.now().plus(RINSE_AFTER_MS)));
                return self.keep_alarm(core).await;
            }
            // Another background made them anew.
            Scrubbed::Rinsing => {
                self.scrub_failed.set(0);
                return self.rinse_from.set(self.rinse_from.get().or(Some(now)));
            }
            Scrubbed::Failed => self.scrub_from.set(Some(self.later(&self.scrub_failed))),
        }
        if core.vault().is_some() && load::load(&self.platform).await.one_failed {
            core.healed(Committed::One, now);
        }
        if core.is_loaded() {
            self.keep_session(core).await;
        }
    }

    /// The last rinse, when it is due. Nobody waits for it but a start.
    pub(super) async fn rinse_when_due(&self) {
        let now = self.platform.now();
        if self.rinsing.get() || self.rinse_from.get().is_none_or(|from| now < from) {
            return;
        }
        self.rinse().await;
        self.keep_alarm(&*self.core.lock().await).await;
    }

    async fn rinse(&self) {
        self.rinsing.set(true);
        let had = (self.scrubbed.get(), self.erased.get());
        let settled = || (self.scrubbed.get(), self.erased.get()) == had;
        let done = scrub::rinse_last(&self.platform, settled).await;
        self.rinsing.set(false);
        if !settled() {
            // Another one is due since, or nothing is there any more that one could be for.
            return;
        }
        self.rinse_from.set(done.is_err().then(|| self.later(&self.rinse_failed)));
        if done.is_ok() {
            self.rinse_failed.set(0);
        }
    }

    /// When to try again what `failed` counts.
    fn later(&self, failed: &Cell<u32>) -> Millis {
        let so_far = failed.replace(failed.get().saturating_add(1));
        self.platform.now().plus((SCRUB_AGAIN_MS << so_far.min(10)).min(SCRUB_AT_LAST_MS))
    }

    /// Everything goes, and the state is what the stores say then.
    async fn erase(&self, core: &mut Core) -> Reply {
        let gone = erase::erase(&self.platform).await;
        self.erased.set(self.erased.get() + 1);
        if gone {
            // What lay below is gone with it: no empty profile is filled and emptied for nothing.
            self.rinse_from.set(None);
        }
        *core = Core::new(self.own.clone());
        self.ready(core).await;
        if gone {
            Reply::Status(Box::new(core.status_view()))
        } else {
            Reply::Error(Failure::new("erase-incomplete"))
        }
    }

    /// An unlock brings in the journal, and a store that is behind is brought up.
    async fn after_unlock(&self, core: &mut Core) {
        let lines = load::journal(&self.platform).await;
        core.replay(&lines);
        let to_note = core.has_to_note();
        let lines = {
            let mut entropy = self.platform.entropy();
            core.note_unlock(&mut Env { now: self.platform.now(), entropy: &mut entropy })
        };
        for line in lines {
            let stored = commit::append(&self.platform, &line).await;
            core.appended(stored);
        }
        if to_note {
            self.keep_book(core).await;
        }
        let _ = commit::heal(&self.platform, core).await;
        // It may have finished a revocation, and a store that was behind keeps no scrub waiting any more.
        self.note_erased();
        let tidied = {
            let mut entropy = self.platform.entropy();
            core.tidy(&mut Env { now: self.platform.now(), entropy: &mut entropy })
        };
        if let Some(Store::Commit(next)) = tidied.and_then(|outcome| outcome.store) {
            // What no store takes now is tried again by the next alarm.
            let _ = commit::commit(&self.platform, core, *next).await;
        }
    }

    /// Locked just now: what the interface is told comes from the stores again.
    async fn load_again(&self, core: &mut Core, reply: &mut Reply) {
        if core.is_loaded() {
            return;
        }
        self.keep_session(core).await;
        self.ready(core).await;
        if is_status(reply) {
            *reply = Reply::Status(Box::new(core.status_view()));
        }
    }

    async fn keep_seen(&self, core: &mut Core) {
        if let Some(text) = core.seen_due()
            && commit::keep_seen(&self.platform, &text).await
        {
            core.seen_stored();
        }
    }

    async fn keep_session(&self, core: &Core) {
        let kept = Kept {
            open: core.session_record(),
            waiting: core.waiting().cloned(),
            seen: core.seen_record(),
            told: core.told().cloned(),
            asked: core.asked().cloned(),
        };
        let some = kept.open.is_some() || kept.waiting.is_some() || kept.seen.is_some();
        let record = some.then(|| serde_json::to_string(&kept).ok()).flatten();
        self.platform.set_session(record.as_deref()).await;
        self.keep_alarm(core).await;
    }

    async fn keep_alarm(&self, core: &Core) {
        let now = self.platform.now();
        let scrub = [&self.scrub_from, &self.rinse_from].into_iter().filter_map(Cell::get);
        let scrub = scrub.map(|from| from.max(now.plus(1_000)));
        self.platform.set_alarm(core.next_alarm(now).into_iter().chain(scrub).min()).await;
    }

    /// Tells the browser on which sites our script runs by itself, when that changed: after an unlock, a lock, a change
    /// of a choice, a start and an update (nothing is known then), and when the browser's permissions change.
    async fn keep_watched(&self, core: &Core) {
        let wanted = core.watched();
        let mut told = self.watched.lock().await;
        if told.as_ref() != Some(&wanted) {
            self.platform.watch(&wanted).await;
            *told = Some(wanted);
        }
    }

    /// Effects outside the queue: a page may take seconds, and its script speaks through the same queue.
    /// `commanded`: no view of ours shows the reply.
    async fn run(&self, mut reply: Reply, effects: Vec<Effect>, commanded: bool) -> Reply {
        for effect in effects {
            match effect {
                Effect::Inject { tab, ticket } => {
                    let reached = self.platform.inject(tab).await.is_ok();
                    let mut core = self.core.lock().await;
                    reply = core.intent_over(ticket, reached, self.platform.now());
                    if core.told().is_some() {
                        self.keep_session(&core).await;
                    }
                    drop(core);
                    let Reply::Filled(FillResult { result, .. }) = &reply else { continue };
                    // Where the popup does not open to say why, the button's title does, for as long as the popup would.
                    let silent = commanded && result != "filled" && !self.platform.open_popup().await;
                    self.platform.filled(tab, result, silent).await;
                }
                Effect::InjectByItself { tab, ticket } => {
                    let reached = self.platform.inject_top(tab).await.is_ok();
                    let mut core = self.core.lock().await;
                    // The page's script is told nothing of it.
                    let over = core.intent_over(ticket, reached, self.platform.now());
                    drop(core);
                    if matches!(&over, Reply::Filled(FillResult { result, .. }) if result == "filled") {
                        self.platform.filled(tab, "filled", false).await;
                    }
                }
                Effect::Badge { tab, origin, count } => self.platform.badge(tab, &origin, count).await,
                Effect::Capture => {
                    reply = match self.platform.capture().await {
                        Ok(data_url) => Reply::Picture { data_url },
                        Err(_) => Reply::Error(Failure::new("no-picture")),
                    };
                }
                Effect::Drawn { tab } => {
                    // Without them nothing is ticked: no reason to say more.
                    let pictures = self.platform.drawn(tab).await.unwrap_or_default();
                    reply = Reply::Drawn { pictures };
                }
                Effect::PageText { tab } => {
                    reply = match self.platform.page_text(tab).await {
                        Ok(PageText { text, links }) => Reply::PageText { text, links },
                        Err(_) => Reply::Error(Failure::new("no-page-text")),
                    };
                }
                Effect::OpenPopup { tab } => {
                    let opened = self.platform.open_popup().await;
                    let Reply::Filled(FillResult { result, .. }) = &reply else { continue };
                    // A popup that asks for the unlock goes on with the press: nothing has failed yet.
                    if !opened || result != "locked" {
                        self.platform.filled(tab, result, !opened).await;
                    }
                }
                Effect::BackUp => reply = self.back_up_now().await,
                Effect::Sync => reply = self.sync_now().await,
                Effect::FindSync => reply = self.find_sync().await,
                Effect::Heal | Effect::Mend | Effect::KeepBook | Effect::NoteBook | Effect::Erase => {}
            }
        }
        reply
    }

    /// The state, for the platform's own decisions (a badge, a menu).
    pub async fn state(&self) -> (VaultState, Option<SessionKind>) {
        let mut core = self.core.lock().await;
        self.ready(&mut core).await;
        let status = core.status_view();
        (status.state, status.session)
    }
}

fn is_status(reply: &Reply) -> bool {
    matches!(reply, Reply::Status(_))
}
