//! The verbs about the page in front: what is bound to it, and one code into one field by the user's press.
//!
//! A fill is an *intent*: the press names tab, document and entry; the script is injected; the frame that has the
//! right field gets one order with one code. Everything that decides is here, and everything that is believed of
//! the page was told by the browser.

use serde::{Deserialize, Serialize};

use crate::env::{Env, Millis};
use crate::fill::{self, PageFields, Wanted};
use crate::otp::Kind;
use crate::otp::uri::parse_uri;
use crate::protocol::{Failure, FillResult, PageOrder, PageView, Reply, SessionKind};
use crate::site::{self, Binding, Origin, Scope, Source, may_fill_frame, registrable};
use crate::vault::body::LogLine;
use crate::vault::choice::Place;
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;
use crate::vault::journal::{JournalEntry, Used};

use super::automatic::{LOGGED, choice_of, fits, may_submit, path_of};
use super::choices::{Recent, site_of};
use super::confirmed::Confirmed;
use super::entries::front_origin;
use super::sender::{Document, Front, Sender};
use super::{Core, Effect, Outcome, view};

/// A press is good for this long: the page may load a dialog first, and the next code may have to be awaited.
const INTENT_MS: u64 = 20_000;
/// A field may come a moment later than the press: a dialog that opens, a page that is still building itself.
const LATE_MS: u64 = 1_500;
/// So long the popup knows why the command or the menu filled nothing.
const TOLD_MS: u64 = 60_000;
/// How soon a page without a field yet is asked again.
const AGAIN_MS: u32 = 250;
/// A code with less than this left is not filled: it would die on the way.
const LEAST_LEFT_MS: u64 = 3_000;

/// The presses under way.
#[derive(Default)]
pub(super) struct Intents {
    all: Vec<Intent>,
    /// Counts tickets and orders.
    counter: u32,
}

/// Why a press that no view of ours awaited filled nothing.
#[derive(Clone, Serialize, Deserialize)]
pub struct Told {
    tab: i64,
    document: Option<String>,
    top: Origin,
    path: Option<String>,
    at: Millis,
    result: FillResult,
}

/// One press, or several for the same thing while the first is under way.
#[derive(Clone)]
struct Intent {
    ticket: u32,
    /// Injections that will ask what became of it.
    asking: u32,
    tab: i64,
    /// The top document that was in front, where the browser tells documents apart.
    document: Option<String>,
    top: Origin,
    /// The path of the page that was in front.
    path: Option<String>,
    private: bool,
    entry: EntryId,
    how: How,
    /// By the command or the menu: no view of ours awaits the result.
    commanded: bool,
    /// The first code of an account that was added from this very page.
    enrols: bool,
    until: Millis,
    /// Until then a page without a field is asked again.
    patience: Millis,
    /// The order given, and to which frame.
    order: Option<(u32, Document)>,
    /// The field that it is about, in the top frame.
    place: Option<Place>,
    result: Option<FillResult>,
    /// The best reason so far why nothing was filled.
    reason: Option<&'static str>,
}

/// What brought it about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum How {
    /// The user's press: the field that the detector finds.
    Press,
    /// The user's press, for the field that was clicked into.
    Pointed,
    /// The user's press, for the site's own backup code.
    Backup,
    /// No press: this field alone.
    ByItself(Place),
}

impl Intents {
    /// Whether something is under way in a tab.
    pub(super) fn is_busy(&self, tab: i64) -> bool {
        self.all.iter().any(|intent| intent.tab == tab)
    }

    pub(super) fn sweep(&mut self, now: Millis) {
        self.all.retain(|intent| now < intent.until);
    }

    pub(super) fn clear(&mut self) {
        self.all.clear();
    }

    fn find(&mut self, ticket: u32) -> Option<&mut Intent> {
        self.all.iter_mut().find(|intent| intent.ticket == ticket)
    }

    fn next(&mut self) -> u32 {
        self.counter = self.counter.wrapping_add(1).max(1);
        self.counter
    }
}

impl Core {
    pub(super) fn page(&self, sender: &Sender) -> Result<Outcome, Failure> {
        let Sender::Own(front) = sender else { return Err(Failure::new("not-allowed")) };
        Ok(Outcome::reply(Reply::Page(self.page_view(front.as_ref()))))
    }

    pub(super) fn fill(
        &mut self,
        id: Option<&str>,
        remember: bool,
        (document, site): (Option<String>, Option<String>),
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let (front, top) = match self.page_to_fill(document, sender) {
            Ok(page) => page,
            Err(why) => return Ok(unfilled(why, Vec::new())),
        };
        // Not every browser tells documents apart, and a page need not have answered: what is bound is what was named.
        if (remember || site.is_some()) && site != Some(site_of(&top)) {
            return Ok(unfilled("gone", Vec::new()));
        }
        let entry = match id {
            Some(id) => self.entry(id)?.clone(),
            None => match self.bound_to(&top).as_slice() {
                [one] => (*one).clone(),
                [] => return Ok(unfilled("not-bound", Vec::new())),
                more => {
                    return Ok(unfilled("several", more.iter().map(|entry| entry.id.to_string()).collect()));
                }
            },
        };
        self.must_show(&entry)?;
        let bound = view::bindings(&entry).any(|binding| binding.matches(&top));
        if bound {
            return Ok(self.press(front, top, entry.id, How::Press, env));
        }
        // A temporary pass changes nothing in the vault.
        if !remember || front.incognito || !self.is_kind(&[SessionKind::Full]) {
            return Ok(unfilled("not-bound", vec![entry.id.to_string()]));
        }
        let binding =
            Binding::new(top.clone(), Scope::Exact, true).map_err(|error| Failure::new(error.code()))?;
        let binding = self.may_bind(binding)?;
        let mut outcome = self.change(&entry.id.to_string(), env, |entry| {
            entry.sites.push(view::stored_site(&binding));
            Ok(())
        })?;
        outcome.effects = self.press(front, top, entry.id, How::Press, env).effects;
        Ok(outcome)
    }

    /// The field that the user clicked into takes the code, and is remembered for this page.
    pub(super) fn fill_field(
        &mut self,
        id: &str,
        document: Option<String>,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let (front, top) = match self.page_to_fill(document, sender) {
            Ok(page) => page,
            Err(why) => return Ok(unfilled(why, Vec::new())),
        };
        let entry = self.entry(id)?;
        self.must_show(entry)?;
        if !view::bindings(entry).any(|binding| binding.matches(&top)) {
            return Ok(unfilled("not-bound", vec![entry.id.to_string()]));
        }
        let entry = entry.id;
        Ok(self.press(front, top, entry, How::Pointed, env))
    }

    /// The page that a press of our own views is about, or why it is about none: the one that was in front when the view
    /// opened, on the web, and not kept away from by the user.
    pub(super) fn page_to_fill<'a>(
        &self,
        document: Option<String>,
        sender: &'a Sender,
    ) -> Result<(&'a Front, Origin), &'static str> {
        let Sender::Own(Some(front)) = sender else { return Err("no-page") };
        if document.is_some() && front.document != document {
            return Err("gone");
        }
        let top = front_origin(sender).ok_or("not-web")?;
        if self.is_never(&top) {
            return Err("never");
        }
        Ok((front, top))
    }

    pub(super) fn gesture(&mut self, sender: &Sender, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let Sender::Browser(Some(front)) = sender else { return Ok(unfilled("no-page", Vec::new())) };
        if self.session().is_err() {
            return Ok(self.gesture_locked(front, env.now));
        }
        if !self.is_kind(&[SessionKind::Full, SessionKind::Pass]) {
            return Ok(popup(front, "locked"));
        }
        let Some(top) = front_origin(sender) else { return Ok(popup(front, "not-web")) };
        if self.is_never(&top) {
            return Ok(popup(front, "never"));
        }
        let found = match self.bound_to(&top).as_slice() {
            [one] => Ok(one.id),
            [] => Err("not-bound"),
            _ => Err("several"),
        };
        Ok(match found {
            Ok(entry) => {
                if let Ok(session) = self.session_mut() {
                    session.touch(env.now);
                }
                let outcome = self.press(front, top, entry, How::Press, env);
                let ticket = outcome.effects.iter().find_map(|effect| match effect {
                    Effect::Inject { ticket, .. } => Some(*ticket),
                    _ => None,
                });
                if let Some(intent) = ticket.and_then(|ticket| self.intents.find(ticket)) {
                    intent.commanded = true;
                }
                outcome
            }
            Err(result) => popup(front, result),
        })
    }

    pub(super) fn fields(
        &mut self,
        page: &PageFields,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let nothing = Ok(Outcome::reply(Reply::PageOrder(no_order(None))));
        let Sender::Content(document) = sender else { return nothing };
        let Some(at) = self.intents.all.iter().position(|intent| intent.concerns(document)) else {
            return nothing;
        };
        let entry = self.entry_by_id(self.intents.all[at].entry).cloned();
        let origin = self.intents.all[at].admits(document, page);
        let (Some(entry), Ok(origin)) = (entry, origin.clone()) else {
            self.intents.all[at].not_here(origin.err().unwrap_or("locked"));
            return nothing;
        };
        // Bound when pressed is not bound now: the check is repeated at the last moment.
        if !view::bindings(&entry).any(|binding| binding.matches(&origin)) {
            self.intents.all[at].not_here("not-bound");
            return nothing;
        }
        let how = self.intents.all[at].how.clone();
        if matches!(&how, How::ByItself(place) if !self.still_by_itself(&entry, &origin, place)) {
            return nothing;
        }
        let wanted = Wanted { digits: entry.otp.digits().count(), steam: entry.otp.kind() == Kind::Steam };
        // Scripts lead from one step to the next within a document: what was remembered is for the path of now.
        let now = document.facts.url.as_deref().and_then(path_of);
        let path = self.intents.all[at].path.clone().filter(|path| Some(path.as_str()) == now);
        if matches!(how, How::ByItself(_)) && path.is_none() {
            return nothing;
        }
        let targets = match targets(page, &wanted, &how, &entry, &origin, path.as_deref()) {
            Ok(targets) => targets,
            Err(reason) => {
                self.intents.all[at].not_here(reason);
                let late =
                    matches!(reason, "no-field" | "covered") && env.now < self.intents.all[at].patience;
                let wait = late.then_some(AGAIN_MS);
                return Ok(Outcome::reply(Reply::PageOrder(no_order(wait))));
            }
        };
        if how != How::Backup
            && let Some(wait) = entry.otp.code_at(env.now).until.map(|until| until.since(env.now))
            && wait < LEAST_LEFT_MS
        {
            let wait = u32::try_from(wait).unwrap_or_default() + 50;
            return Ok(Outcome::reply(Reply::PageOrder(no_order(Some(wait)))));
        }
        if matches!(&how, How::ByItself(place) if !document.top || !fits(page, &targets, place)) {
            return nothing;
        }
        let first = targets.first().and_then(|n| page.fields.iter().find(|field| field.n == *n));
        let submit = how != How::Backup
            && first.is_some_and(|field| {
                let choice = choice_of(&entry, &origin);
                choice.is_some_and(|choice| may_submit(choice, &origin, path.as_deref(), field))
            });
        let place = first.filter(|_| document.top).zip(path);
        self.intents.all[at].place = place.map(|(field, path)| Place { path, field: fill::marks_of(field) });
        let origin_text = page.origin.clone();
        let order = self.intents.next();
        let (code, store) = if how == How::Backup {
            match self.take_backup_code(&entry, first, order, document, env) {
                Ok((code, store)) => (code, Some(store)),
                Err(reason) => {
                    self.intents.all[at].not_here(reason);
                    return nothing;
                }
            }
        } else if matches!(entry.otp.kind(), Kind::Hotp { .. }) {
            let used = (!self.intents.all[at].private).then(|| origin.to_string());
            let (code, store) = self.take_hotp(&entry, used, env)?;
            (code.code, Some(store))
        } else {
            let code = view::code_view(String::new(), &entry.otp, env.now).code;
            // The code leaves here: what becomes of it in the page is the page's word.
            let by_itself = matches!(how, How::ByItself(_));
            let log = || LogLine {
                at: env.now,
                what: LOGGED.into(),
                entry: Some(entry.id),
                host: Some(origin.host()),
            };
            let record = by_itself.then(log);
            let record = record.map(|log| JournalEntry {
                at: env.now,
                used: None,
                counter: None,
                way: None,
                log: Some(log),
            });
            let store = record.map(|record| self.append(&record, false, env)).transpose()?;
            (code, store)
        };
        self.intents.all[at].order = Some((order, document.clone()));
        self.note_sent(entry.id, env.now);
        let values = match targets.as_slice() {
            [_] => vec![code],
            _ => code.chars().map(String::from).collect(),
        };
        let watch = how == How::Backup;
        let order = PageOrder { order, wait_ms: None, origin: origin_text, targets, values, submit, watch };
        Ok(Outcome { store, ..Outcome::reply(Reply::PageOrder(order)) })
    }

    pub(super) fn wrote(
        &mut self,
        order: u32,
        result: &str,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let Sender::Content(document) = sender else { return Err(Failure::new("not-allowed")) };
        let given = |intent: &&mut Intent| {
            intent.result.is_none()
                && intent.order.as_ref().is_some_and(|(n, to)| *n == order && to.is(document))
        };
        let Some(intent) = self.intents.all.iter_mut().find(given) else { return Ok(Outcome::done()) };
        let entry = intent.entry;
        if result != "ok" {
            let code = match result {
                "changed" => "changed",
                "gone" => "gone",
                _ => "rejected",
            };
            intent.result = Some(result_of(code, vec![entry.to_string()]));
            return Ok(Outcome::done());
        }
        intent.result = Some(result_of("filled", vec![entry.to_string()]));
        let (origin, private) = (intent.top.clone(), intent.private);
        let (how, place, ticket) = (intent.how.clone(), intent.place.clone(), intent.ticket);
        let enrols = intent.enrols;
        if private || self.session().is_err() {
            return Ok(Outcome::done());
        }
        // A field in a frame has no page of its own to be remembered for.
        let unlearned = how == How::Pointed && place.is_none();
        let place = place.filter(|_| !enrols && how != How::Backup);
        let offer = how == How::Press
            && place.is_some()
            && self.entry_by_id(entry).is_some_and(|entry| self.can_offer(entry, &origin));
        if let Some(Some(result)) = self.intents.find(ticket).map(|intent| intent.result.as_mut()) {
            result.offer = offer;
            result.unlearned = unlearned;
        }
        // One that nobody pressed for is in the log since its code left.
        let what = if how == How::Backup { "backup-code-filled" } else { "fill" };
        let log = LogLine { at: env.now, what: what.into(), entry: Some(entry), host: Some(origin.host()) };
        let log = (!matches!(how, How::ByItself(_))).then_some(log);
        let used = (how != How::Backup).then(|| Used { id: entry, origin: origin.to_string() });
        let record = JournalEntry { at: env.now, used, counter: None, way: None, log };
        let origin = origin.to_string();
        if let Some(place) = place {
            let learn = self.learn(entry, &origin, &place, how == How::Pointed);
            self.note_place(Recent { entry, origin, place });
            if let Some(learn) = learn {
                let mut next = self.session()?.vault.clone();
                crate::vault::journal::apply(&mut next.body, &record);
                let device = next.device();
                let entry = super::entries::find_mut(&mut next, &entry.to_string())?;
                learn(entry);
                entry.touch(device, env.now);
                return self.commit(next, Vec::new(), true, env);
            }
        }
        let store = self.append(&record, false, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::done() })
    }

    /// The frames are done: what became of the press. `reached` is false when nothing could be injected.
    pub fn intent_over(&mut self, ticket: u32, reached: bool, now: Millis) -> Reply {
        let Some(at) = self.intents.all.iter().position(|intent| intent.ticket == ticket) else {
            return Reply::Filled(result_of("gone", Vec::new()));
        };
        let known = &mut self.intents.all[at];
        known.asking -= 1;
        let over = known.asking == 0;
        let intent = known.clone();
        if over {
            self.intents.all.remove(at);
        }
        let result = intent.result.clone().unwrap_or_else(|| self.reason_of(&intent, reached, now));
        if intent.commanded && result.result != "filled" {
            // The live code is the popup's own.
            let result = FillResult { code: None, ..result.clone() };
            let Intent { tab, document, top, path, .. } = intent;
            self.told = Some(Told { tab, document, top, path, at: now, result });
        }
        Reply::Filled(result)
    }

    fn reason_of(&self, intent: &Intent, reached: bool, now: Millis) -> FillResult {
        // One frame that does not answer says less than what another one said.
        let result = match intent.reason {
            _ if reached && intent.order.is_some() => "gone",
            Some(reason) => reason,
            None if reached => "no-field",
            None => "unreachable",
        };
        // The way out: the code to copy. An HOTP code is not spent for a fill that did not happen.
        let entry = self.entry_by_id(intent.entry);
        let code = entry
            .filter(|entry| entry.otp.period().is_some() && intent.how != How::Backup)
            .map(|entry| view::code_view(String::new(), &entry.otp, now).code);
        FillResult { code, ..result_of(result, vec![intent.entry.to_string()]) }
    }

    /// What is known of the last command or menu that filled nothing, for a background that is stopped meanwhile.
    pub fn told(&self) -> Option<&Told> {
        self.told.as_ref().filter(|told| told.is_fresh(self.now))
    }

    /// Takes back what [`Core::told`] gave.
    pub fn resume_told(&mut self, told: Option<Told>) {
        self.told = told.filter(|_| self.session().is_ok());
    }

    /// Why the last command or menu filled nothing on the page in front.
    fn told_of(&self, front: &Front) -> Option<FillResult> {
        let told = self.told.as_ref()?;
        // Not every browser tells documents apart, nor always in time: the address must be the same too.
        let url = front.url.as_deref();
        let other = told.document.is_some() && front.document.is_some() && told.document != front.document;
        let here = told.tab == front.tab
            && !other
            && url.and_then(|url| Origin::parse(url).ok()).as_ref() == Some(&told.top)
            && url.and_then(path_of) == told.path.as_deref();
        (here && told.is_fresh(self.now)).then(|| told.result.clone())
    }

    /// An intent without a press, after everything that bounds it was asked.
    pub(super) fn press_by_itself(
        &mut self,
        document: &Document,
        top: Origin,
        entry: EntryId,
        place: Place,
        now: Millis,
    ) -> Effect {
        let ticket = self.intents.next();
        self.intents.all.push(Intent {
            ticket,
            asking: 1,
            tab: document.tab,
            document: document.id.clone(),
            top,
            path: Some(place.path.clone()),
            private: false,
            entry,
            how: How::ByItself(place),
            commanded: false,
            enrols: false,
            until: now.plus(INTENT_MS),
            patience: now.plus(LATE_MS),
            order: None,
            place: None,
            result: None,
            reason: None,
        });
        Effect::InjectByItself { tab: document.tab, ticket }
    }

    pub(super) fn press(
        &mut self,
        front: &Front,
        top: Origin,
        entry: EntryId,
        how: How,
        env: &mut Env<'_>,
    ) -> Outcome {
        let path: Option<String> = front.url.as_deref().and_then(path_of).map(Into::into);
        if let Some(known) = self.intents.all.iter_mut().find(|known| known.is_again(front, entry, &how)) {
            known.asking += 1;
            known.path = path;
            (known.until, known.patience) = (env.now.plus(INTENT_MS), env.now.plus(LATE_MS));
            let ticket = known.ticket;
            return Outcome { effects: vec![Effect::Inject { tab: front.tab, ticket }], ..Outcome::done() };
        }
        let ticket = self.intents.next();
        // One press at a time in a tab: another takes the place of what waits. What has its order is being written.
        self.intents.all.retain(|intent| intent.tab != front.tab || intent.order.is_some());
        self.told = None;
        self.intents.all.push(Intent {
            ticket,
            asking: 1,
            tab: front.tab,
            document: front.document.clone(),
            top,
            path,
            private: front.incognito,
            entry,
            how,
            commanded: false,
            enrols: self.is_enrolment(entry, front),
            until: env.now.plus(INTENT_MS),
            patience: env.now.plus(LATE_MS),
            order: None,
            place: None,
            result: None,
            reason: None,
        });
        Outcome { effects: vec![Effect::Inject { tab: front.tab, ticket }], ..Outcome::done() }
    }

    fn page_view(&self, front: Option<&Front>) -> PageView {
        let empty = |reason: &str, private| PageView {
            site: None,
            registrable: None,
            matches: Vec::new(),
            suggested: Vec::new(),
            tenant: None,
            resembles: None,
            elsewhere: None,
            reason: Some(reason.into()),
            private,
            document: None,
            never: false,
            waiting: false,
            by_itself: Vec::new(),
            told: None,
        };
        let Some(front) = front else { return empty("no-page", false) };
        let Some(url) = front.url.as_deref() else { return empty("no-access", front.incognito) };
        let Ok(top) = Origin::parse(url) else { return empty("not-web", front.incognito) };
        let never = self.is_never(&top);
        // Who only renews the ways in sees no accounts, nor where they are.
        let renews = self.session().is_ok_and(|session| session.kind() == SessionKind::Renew);
        let bound = if never || renews { Vec::new() } else { self.bound_to(&top) };
        let matches: Vec<String> = bound.iter().map(|entry| entry.id.to_string()).collect();
        let full = self.session().is_ok_and(|session| session.kind() == SessionKind::Full);
        let by_itself = bound.iter().filter(|_| full && !front.incognito);
        let by_itself = by_itself.map(|entry| self.by_itself_view(entry, &top)).collect();
        let unbound = matches.is_empty() && !never;
        let site = Binding::new(top.clone(), Scope::Exact, true).ok();
        let wide = Binding::new(top.clone(), Scope::Subdomains, false).ok();
        let (suggested, tenant) = if unbound && !renews { self.suggested(&top) } else { (Vec::new(), None) };
        PageView {
            registrable: wide.and_then(|_| Some(registrable(top.name()?)?.to_owned())),
            site: site.as_ref().map(view::site_view),
            matches,
            suggested,
            tenant,
            resembles: if unbound && !renews { self.resembles(&top) } else { None },
            elsewhere: if unbound && !renews { self.elsewhere(&top) } else { None },
            reason: if never {
                Some("never".into())
            } else {
                let why = if front.slow { "no-answer" } else { "no-access" };
                front.document.is_none().then(|| why.to_owned())
            },
            private: front.incognito,
            document: front.document.clone(),
            never,
            waiting: self.waits_for(front),
            by_itself,
            told: self.told_of(front),
        }
    }

    /// Entries bound to the page, the one used last on this origin first. Emergency entries are never offered.
    pub(super) fn bound_to(&self, top: &Origin) -> Vec<&Entry> {
        let Ok(session) = self.session() else { return Vec::new() };
        let here = top.to_string();
        let mut found: Vec<(&Entry, bool)> = session
            .vault
            .body
            .entries
            .iter()
            .filter(|entry| entry.trashed.is_none() && !entry.emergency)
            .filter_map(|entry| {
                let mut matching = view::bindings(entry).filter(|binding| binding.matches(top)).peekable();
                matching.peek()?;
                Some((entry, matching.any(|binding| binding.origin() == top)))
            })
            .collect();
        found.sort_by_key(|(entry, exact)| core::cmp::Reverse((*exact, entry.used.get(&here).copied())));
        found.into_iter().map(|(entry, _)| entry).collect()
    }

    /// The bound host that this unbound one could be taken for.
    fn resembles(&self, top: &Origin) -> Option<String> {
        let entries = &self.session().ok()?.vault.body.entries;
        let bound: Vec<Binding> = entries.iter().flat_map(view::bindings).collect();
        let issuers = entries.iter().map(|entry| entry.issuer.as_str());
        Some(site::resembles(top, &bound, issuers)?.not)
    }

    /// What is bound on the same host, where the scheme or the port alone is another.
    fn elsewhere(&self, top: &Origin) -> Option<String> {
        let site = Binding::new(top.clone(), Scope::Exact, true).ok()?;
        let entries = self.session().ok()?.vault.body.entries.iter();
        let mut bound = entries.filter(|entry| entry.trashed.is_none()).flat_map(view::bindings);
        let found = bound.find(|bound| match (bound.scope(), top.name()) {
            (Scope::Subdomains, Some(name)) => registrable(name) == bound.origin().name(),
            _ => bound.origin().host() == site.origin().host(),
        })?;
        Some(found.origin().to_string())
    }

    /// Unbound entries whose issuer signs in here: by our table, by its own name, or because what the user bound to it or to
    /// another of its issuer takes the same account. A suggestion, never a binding. And the customer whose host it is, where
    /// nothing else speaks for one of them: an entry that has one customer's host gets no other's suggested.
    fn suggested(&self, top: &Origin) -> (Vec<String>, Option<String>) {
        let Ok(session) = self.session() else { return (Vec::new(), None) };
        let body = &session.vault.body;
        let confirmed = Confirmed::of(body);
        let mut customer = None;
        let mut found = Vec::new();
        for entry in body.entries.iter().filter(|entry| entry.trashed.is_none() && !entry.emergency) {
            match site::suggests(&entry.issuer, &entry.account, &confirmed.with(entry), top) {
                None => continue,
                Some(Source::Tenant) => {
                    let Some(tenant) = site::tenant(&entry.issuer, &entry.account, top) else { continue };
                    let under = format!(".{}", tenant.domain);
                    if view::bindings(entry).any(|binding| binding.origin().host().ends_with(&under)) {
                        continue;
                    }
                    customer = Some(tenant.name);
                }
                Some(_) => {}
            }
            found.push(entry.id.to_string());
        }
        (found, customer)
    }
}

/// The pictures of the page in front, which alone can show that a code is the page's own.
pub(super) fn drawn(sender: &Sender) -> Outcome {
    let reply = Outcome::reply(Reply::Drawn { pictures: Vec::new() });
    match sender {
        Sender::Own(Some(front)) if front.document.is_some() && !front.incognito => {
            Outcome { effects: vec![Effect::Drawn { tab: front.tab }], ..reply }
        }
        _ => reply,
    }
}

/// Whether "use on this site" is ticked beforehand: a single otpauth code that the page itself has drawn, whose
/// issuer is not known to sign in elsewhere. What the user may bind is the same either way.
pub(super) fn offer(text: &str, drawn: &[String], sender: &Sender) -> Outcome {
    let ticked = || {
        let here = front_origin(sender)?;
        let account = parse_uri(text).ok()?;
        let elsewhere = site::suggest(&account.issuer, &account.account, &[], &[]);
        let agrees =
            elsewhere.is_empty() || site::suggests(&account.issuer, &account.account, &[], &here).is_some();
        Some(agrees && drawn.iter().any(|code| code == text))
    };
    Outcome::reply(Reply::Offer { ticked: ticked().unwrap_or(false) })
}

impl Told {
    fn is_fresh(&self, now: Millis) -> bool {
        // A clock that went back must not keep it for ever either.
        now.since(self.at).max(self.at.since(now)) < TOLD_MS
    }
}

impl Intent {
    /// Whether a document may belong to this press: the tab, and for the top frame the very document.
    fn concerns(&self, document: &Document) -> bool {
        let same = self.document.is_none() || document.id.is_none() || self.document == document.id;
        self.tab == document.tab && self.order.is_none() && (!document.top || same)
    }

    /// Whether a press asks for what this one is doing: its code is not to be written, or an HOTP code taken, twice.
    fn is_again(&self, front: &Front, entry: EntryId, how: &How) -> bool {
        let here = self.tab == front.tab && self.document.is_some() && self.document == front.document;
        let by_itself = matches!(self.how, How::ByItself(_)) && self.order.is_some() && *how == How::Press;
        here && self.entry == entry && self.result.is_none() && (self.how == *how || by_itself)
    }

    /// The origin of a frame that may be filled. What the script says of its origin must be what the browser says.
    fn admits(&self, document: &Document, page: &PageFields) -> Result<Origin, &'static str> {
        let origin = may_fill_frame(&page.origin, &page.ancestors, &self.top.to_string(), document.top)
            .map_err(|refusal| refusal.code())?;
        let told = document.origin.as_deref() == Some(origin.to_string().as_str());
        if told { Ok(origin) } else { Err("opaque-frame") }
    }

    /// Remembers why a frame was not filled. A reason that says something of the page beats "no field".
    fn not_here(&mut self, reason: &'static str) {
        if self
            .reason
            .is_none_or(|known| matches!(known, "no-field" | "covered") || known.ends_with("-frame"))
        {
            self.reason = Some(reason);
        }
    }
}

fn no_order(wait_ms: Option<u32>) -> PageOrder {
    PageOrder {
        order: 0,
        wait_ms,
        origin: String::new(),
        targets: Vec::new(),
        values: Vec::new(),
        submit: false,
        watch: false,
    }
}

pub(super) fn unfilled(result: &str, entries: Vec<String>) -> Outcome {
    Outcome::reply(Reply::Filled(result_of(result, entries)))
}

/// Nothing was filled yet: the popup says why, and goes on.
pub(super) fn popup(front: &Front, result: &str) -> Outcome {
    Outcome { effects: vec![Effect::OpenPopup { tab: front.tab }], ..unfilled(result, Vec::new()) }
}

fn result_of(result: &str, entries: Vec<String>) -> FillResult {
    FillResult { result: result.into(), entries, code: None, offer: false, unlearned: false }
}

/// The fields that take the code. What the user pointed at goes before what the detector says, by a press alone.
fn targets(
    page: &PageFields,
    wanted: &Wanted,
    how: &How,
    entry: &Entry,
    origin: &Origin,
    path: Option<&str>,
) -> Result<Vec<u32>, &'static str> {
    let pointed = |field| fill::take_pointed(page, field, wanted).map_err(fill::Reason::code);
    match how {
        How::Pointed => fill::find_focused(page).ok_or("no-focus").and_then(pointed),
        How::Press => {
            let chosen = choice_of(entry, origin).filter(|choice| choice.chosen);
            let place = chosen.and_then(|choice| choice.place.as_ref());
            let place = place.filter(|place| Some(place.path.as_str()) == path);
            match place.and_then(|place| fill::find_marked(page, &place.field)) {
                Some(field) => pointed(field),
                None => fill::detect(page, wanted).targets(),
            }
        }
        How::Backup => fill::find_backup(page).map(|target| vec![target]),
        How::ByItself(_) => fill::detect(page, wanted).targets(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sender::Own;
    use crate::core::testing::{Door, HERE, prompt};
    use crate::core::{Committed, Store, Stored};
    use crate::protocol::{DeriveJob, DerivedKey, EntryForm, Request, SiteForm};
    use crate::vault::kdf;
    use crate::vault::testing::Seeded;

    /// Sends a request as the host does, with stores that work. Gives back the reply and whether anything was stored.
    fn send(core: &mut Core, sender: &Sender, request: Request) -> (Reply, bool) {
        let now = Millis(1_795_000_000_000);
        let mut entropy = Seeded::new(7);
        let outcome = core.handle(request, sender, &mut Env { now, entropy: &mut entropy });
        let stores = outcome.store.is_some();
        if let Some(Store::Commit(commit)) = outcome.store {
            assert_eq!(core.committed(*commit, Committed::Both, now), None);
        }
        (outcome.reply, stores)
    }

    fn own_page(private: bool) -> Sender {
        let url = Some(format!("{HERE}/sign-in"));
        Sender::Own(Some(Front { tab: 7, url, document: Some("D".into()), slow: false, incognito: private }))
    }

    fn script() -> Sender {
        Sender::Content(Document {
            tab: 7,
            top: true,
            id: Some("D".into()),
            origin: Some(HERE.into()),
            facts: Default::default(),
        })
    }

    /// A vault with one account that is bound here.
    fn open() -> (Core, String) {
        let own = Own { id: "abc".into(), origin: "chrome-extension://abc".into(), version: "0".into() };
        let mut core = Core::new(own);
        core.load(Stored::default(), None, Millis(1));
        let b64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
        let job = DeriveJob { params: kdf::ARGON2ID, salt: b64(&[1; 16]), rule: None };
        send(&mut core, &own_page(false), Request::Create { key: DerivedKey { job, key: b64(&[1; 32]) } });
        let form = EntryForm {
            issuer: "A".into(),
            account: "ada".into(),
            secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into(),
            kind: "totp".into(),
            algorithm: "SHA1".into(),
            digits: 6,
            period: 30,
            counter: 0,
            note: String::new(),
            tags: Vec::new(),
            sites: vec![SiteForm { origin: HERE.into(), subdomains: false }],
        };
        let (reply, _) = send(&mut core, &own_page(false), Request::Add { forms: vec![form] });
        let Reply::Added { ids, .. } = reply else { panic!("added") };
        (core, ids[0].clone())
    }

    /// Presses, answers as the page's script, and says whether the use was stored, and what the log says of it.
    fn filled(private: bool) -> (bool, Option<Millis>, Vec<LogLine>) {
        let (mut core, id) = open();
        let fill = Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
        send(&mut core, &own_page(private), fill);
        let (reply, _) = send(&mut core, &script(), Request::Fields { page: prompt() });
        let Reply::PageOrder(order) = reply else { panic!("order") };
        assert_eq!((order.targets.len(), order.values[0].len()), (1, 6), "one code of six digits");
        let wrote = Request::Wrote { order: order.order, result: "ok".into() };
        let (_, stored) = send(&mut core, &script(), wrote);
        let used = core.entry(&id).ok().and_then(Entry::last_used);
        let mut log = core.session().ok().unwrap().vault.body.log.clone();
        log.retain(|line| line.entry.map(|entry| entry.to_string()).as_ref() == Some(&id));
        (stored, used, log)
    }

    #[test]
    fn a_fill_is_remembered_and_one_in_a_private_window_is_not() {
        let (stored, used, log) = filled(false);
        assert!(stored && used.is_some());
        let told = |line: &LogLine| (line.what.clone(), line.host.clone());
        let line = ("fill".to_owned(), Some("a.example".to_owned()));
        assert_eq!(log.iter().map(told).collect::<Vec<_>>(), [line]);
        assert_eq!(filled(true), (false, None, Vec::new()));
    }

    #[test]
    fn a_fill_binds_where_the_policy_lets_it() {
        let (mut core, id) = open();
        core.set_policy(crate::policy::Policy::parse(r#"{"allowedSites": ["c.example"]}"#));
        let mut fill = |host: &str| {
            let front = Front {
                url: Some(format!("https://{host}/")),
                document: Some("D".into()),
                slow: false,
                tab: 7,
                incognito: false,
            };
            let site = Some(format!("https://{host}"));
            let document = Some("D".into());
            let fill = Request::Fill { id: Some(id.clone()), remember: true, document, site };
            match send(&mut core, &Sender::Own(Some(front)), fill).0 {
                Reply::Error(failure) => failure.code,
                _ => "allowed".to_owned(),
            }
        };
        assert_eq!((fill("b.example").as_str(), fill("c.example").as_str()), ("policy-site", "allowed"));
    }

    #[test]
    fn a_private_window_binds_nothing() {
        let (mut core, id) = open();
        let elsewhere = Sender::Own(Some(Front {
            url: Some("https://b.example/".into()),
            document: Some("D".into()),
            slow: false,
            tab: 7,
            incognito: true,
        }));
        let fill = Request::Fill {
            id: Some(id.clone()),
            remember: true,
            document: Some("D".into()),
            site: Some("https://b.example".into()),
        };
        let (reply, stored) = send(&mut core, &elsewhere, fill);
        assert!(matches!(reply, Reply::Filled(result) if result.result == "not-bound"));
        assert!(!stored);
        assert_eq!(core.entry(&id).ok().map(|entry| entry.sites.len()), Some(1));
    }

    #[test]
    fn a_site_is_ticked_only_for_a_code_that_the_page_drew_and_whose_issuer_does_not_sign_in_elsewhere() {
        let own = "otpauth://totp/Harbour:ada?secret=GEZDGNBVGY3TQOJQ&issuer=Harbour";
        let github = "otpauth://totp/GitHub:ada?secret=GEZDGNBVGY3TQOJQ&issuer=GitHub";
        let ticked = |url: &str, text: &str, drawn: &[&str]| {
            let front = Front {
                tab: 7,
                url: Some(url.into()),
                document: Some("D".into()),
                slow: false,
                incognito: false,
            };
            let drawn: Vec<String> = drawn.iter().map(|text| (*text).to_owned()).collect();
            match offer(text, &drawn, &Sender::Own(Some(front))).reply {
                Reply::Offer { ticked } => ticked,
                _ => panic!("offer"),
            }
        };
        assert!(ticked(HERE, own, &["https://a.example/help", own]));
        assert!(!ticked(HERE, own, &[]), "another site's picture");
        assert!(!ticked(HERE, own, &[github]), "another code");
        assert!(!ticked(HERE, github, &[github]), "GitHub does not sign in here");
        assert!(ticked("https://github.com/settings/two_factor_authentication/setup", github, &[github]));
        assert!(!ticked("about:blank", own, &[own]));
    }

    #[test]
    fn one_press_gives_one_code() {
        let (mut core, _) = open();
        let fill = Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
        send(&mut core, &own_page(false), fill);
        let orders: Vec<u32> = (0..3)
            .map(|_| match send(&mut core, &script(), Request::Fields { page: prompt() }).0 {
                Reply::PageOrder(order) => order.order,
                _ => 0,
            })
            .collect();
        assert!(orders[0] > 0 && orders[1..] == [0, 0], "{orders:?}");
    }

    /// A door with two seconds left of the step, and what a press there injects.
    fn late() -> Door {
        let mut door = Door::open();
        door.now = Millis(door.now.0 / 30_000 * 30_000 + 28_000);
        door
    }

    fn pressed(door: &mut Door, id: &str) -> u32 {
        door.popup(Request::Fill {
            id: Some(id.into()),
            remember: false,
            document: Some("D".into()),
            site: None,
        });
        match door.effects.first() {
            Some(Effect::Inject { ticket, .. }) => *ticket,
            other => panic!("no press: {other:?}"),
        }
    }

    fn over(door: &mut Door, ticket: u32) -> String {
        match door.core.intent_over(ticket, true, door.now) {
            Reply::Filled(result) => result.result,
            _ => panic!("no result"),
        }
    }

    /// What the page is told to write, without its answer.
    fn asked(door: &mut Door) -> PageOrder {
        match door.ask(&crate::core::testing::script(), Request::Fields { page: prompt() }) {
            Reply::PageOrder(order) => order,
            _ => panic!("no order"),
        }
    }

    #[test]
    fn a_second_press_while_the_next_code_is_awaited_is_filled_by_it_once() {
        let mut door = late();
        let id = door.add("A", "totp");
        let first = pressed(&mut door, &id);
        assert!(asked(&mut door).wait_ms.is_some());
        let second = pressed(&mut door, &id);
        door.now = door.now.plus(2_100);
        assert!(door.answer(&prompt()).order > 0);
        assert_eq!(asked(&mut door).order, 0, "the second injection looks, and has nothing to write");
        assert_eq!([over(&mut door, first), over(&mut door, second)], ["filled", "filled"]);
        assert!(!door.core.intents.is_busy(7));
    }

    #[test]
    fn a_second_press_for_another_account_gets_that_one() {
        let mut door = late();
        let (one, other) = (door.add("A", "totp"), door.add("B", "totp"));
        let first = pressed(&mut door, &one);
        assert!(asked(&mut door).wait_ms.is_some());
        let second = pressed(&mut door, &other);
        door.now = door.now.plus(2_100);
        door.answer(&prompt());
        assert_eq!([over(&mut door, first), over(&mut door, second)], ["gone", "filled"]);
        let used = |id: &str| door.core.entry(id).ok().and_then(Entry::last_used).is_some();
        assert_eq!((used(&one), used(&other)), (false, true));
    }

    #[test]
    fn a_press_takes_the_place_of_a_fill_by_itself_that_waits() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.chosen(&id);
        door.now = Millis(door.now.0 / 30_000 * 30_000 + 28_000);
        door.ask(&crate::core::testing::script(), Request::Ready);
        assert!(door.effects.iter().any(|effect| matches!(effect, Effect::InjectByItself { .. })));
        assert!(asked(&mut door).wait_ms.is_some());
        let press = pressed(&mut door, &id);
        door.now = door.now.plus(2_100);
        assert!(door.answer(&prompt()).order > 0);
        assert_eq!((asked(&mut door).order, over(&mut door, press)), (0, "filled".to_owned()));
    }

    #[test]
    fn a_press_while_a_code_is_written_takes_no_second_code() {
        let mut door = Door::open();
        let (counted, other) = (door.add("A", "hotp"), door.add("B", "totp"));
        let first = pressed(&mut door, &counted);
        let order = asked(&mut door).order;
        let second = pressed(&mut door, &counted);
        let third = pressed(&mut door, &other);
        door.ask(&script(), Request::Wrote { order, result: "ok".into() });
        assert_eq!([over(&mut door, first), over(&mut door, second)], ["filled", "filled"]);
        let next = door.answer(&prompt());
        assert!(next.order > order, "another account is filled after it");
        assert_eq!((asked(&mut door).order, over(&mut door, third)), (0, "filled".to_owned()));
    }
}
