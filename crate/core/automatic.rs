//! Filling without a press, on the sites that the user chose for it, and the badge there.
//!
//! Every rule that bounds it is in [`Core::may_fill_by_itself`] (what the browser tells) and [`fits`] (what the page
//! shows). The order in which they are asked does not matter: one that fails is enough, and the page is told nothing.

use crate::env::{Env, Millis};
use crate::fill::{self, Field, Holds, PageFields};
use crate::otp::Kind;
use crate::protocol::{Failure, SessionKind};
use crate::site::{Origin, Scheme};
use crate::vault::choice::{Automatic, Place, StoredChoice};
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;

use super::sender::{Document, Sender, TabFacts};
use super::{Core, Effect, Outcome, view};

/// A code lives 30 s; a page that reloads in a loop gets no second one within a minute.
const PAUSE_MS: u64 = 60_000;
/// The log's line on a code that left without a press.
pub(super) const LOGGED: &str = "auto-fill";
/// Sites that want the code behind the password, in one field: their button is never pressed (Apple's list of
/// websites that append 2FA to the password, MIT).
const NEVER_SUBMITTED: [&str; 3] = ["etrade.com", "usaa.com", "auth.redhat.com"];

/// Why nothing is done by itself. The page is never told; tests and the interface are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Switched off by the user.
    Off,
    /// An organisation does not want it, at all or on this site.
    Policy,
    /// Locked, or a session that may not.
    Session,
    /// A private window.
    Private,
    /// Not the top frame, or one with an opaque origin.
    Frame,
    /// Neither https nor this computer.
    Insecure,
    /// The browser's permission is not there (any more).
    NotGranted,
    /// "Never here".
    Never,
    /// No entry is bound, or several are.
    NotOne,
    /// The entry counts, or is kept for an emergency.
    Kind,
    /// Nothing was chosen for this very origin, or the badge alone.
    NotChosen,
    /// Another page than the remembered one.
    Path,
    /// The tab is not in front, or its window has not the focus.
    NotInFront,
    /// Within a minute of the last one.
    TooSoon,
    /// A press of the user is under way.
    Busy,
}

impl Core {
    /// The script in a chosen site's page says that the page is there, or changed.
    pub(super) fn ready(&mut self, sender: &Sender, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let Sender::Content(document) = sender else { return Err(Failure::new("not-allowed")) };
        let mut effects = Vec::new();
        if let Some((origin, count)) = self.badge(document) {
            effects.push(Effect::Badge { tab: document.tab, origin, count });
        }
        if let Ok((entry, top, place)) = self.may_fill_by_itself(document, env.now) {
            effects.push(self.press_by_itself(document, top, entry, place, env.now));
        }
        Ok(Outcome { effects, ..Outcome::done() })
    }

    /// The one place that forbids everything that happens without a press: the user's switch, and an organisation's
    /// policy.
    pub(super) fn forbids_by_itself(&self) -> Option<Refusal> {
        let Ok(session) = self.session() else { return Some(Refusal::Session) };
        if session.kind() != SessionKind::Full {
            return Some(Refusal::Session);
        }
        if !self.policy.allows_automatic() {
            return Some(Refusal::Policy);
        }
        (!session.vault.body.settings.values.by_itself).then_some(Refusal::Off)
    }

    /// Whether a code may be filled into this document without a press, by what the browser tells of it.
    pub(super) fn may_fill_by_itself(
        &self,
        document: &Document,
        now: Millis,
    ) -> Result<(EntryId, Origin, Place), Refusal> {
        let (entry, top, choice) = self.chosen_here(document)?;
        if choice.automatic != Some(Automatic::Fill) {
            return Err(Refusal::NotChosen);
        }
        let facts = &document.facts;
        let path = facts.url.as_deref().and_then(path_of);
        let place = choice.place.clone().filter(|place| Some(place.path.as_str()) == path);
        let place = place.ok_or(Refusal::Path)?;
        if !facts.active || !facts.focused {
            return Err(Refusal::NotInFront);
        }
        if self.filled_lately(entry.id, now) {
            return Err(Refusal::TooSoon);
        }
        if self.intents.is_busy(document.tab) {
            return Err(Refusal::Busy);
        }
        Ok((entry.id, top, place))
    }

    /// The same once more, when the page has described itself: what may have changed since.
    pub(super) fn still_by_itself(&self, entry: &Entry, top: &Origin, place: &Place) -> bool {
        self.forbids_by_itself().is_none()
            && self.policy.allows_site(&top.host(), false)
            && !self.is_never(top)
            && matches!(self.bound_to(top).as_slice(), [one] if one.id == entry.id)
            && choice_of(entry, top).is_some_and(|choice| {
                choice.automatic == Some(Automatic::Fill) && choice.place.as_ref() == Some(place)
            })
    }

    /// How many codes are ready for this document, where the user wants to see it.
    fn badge(&self, document: &Document) -> Option<(String, u32)> {
        let (_, top, _) = self
            .chosen_here(document)
            .or_else(|refusal| match refusal {
                // Several accounts: each of them is ready.
                Refusal::NotOne => self.chosen_among(document),
                other => Err(other),
            })
            .ok()?;
        Some((top.to_string(), u32::try_from(self.bound_to(&top).len()).ok()?))
    }

    /// The one entry that is bound to the document's site and chosen for it, at the exact origin.
    fn chosen_here(&self, document: &Document) -> Result<(&Entry, Origin, &StoredChoice), Refusal> {
        let top = self.top_of(document)?;
        let [entry] = *self.bound_to(&top).as_slice() else { return Err(Refusal::NotOne) };
        if !may_at_all(entry) {
            return Err(Refusal::Kind);
        }
        let choice = choice_of(entry, &top).filter(|choice| choice.automatic.is_some());
        Ok((entry, top.clone(), choice.ok_or(Refusal::NotChosen)?))
    }

    /// Where several entries are bound: any that is chosen.
    fn chosen_among(&self, document: &Document) -> Result<(&Entry, Origin, &StoredChoice), Refusal> {
        let top = self.top_of(document)?;
        let chosen = self.bound_to(&top).into_iter().find_map(|entry| {
            let choice = choice_of(entry, &top).filter(|choice| choice.automatic.is_some())?;
            Some((entry, top.clone(), choice))
        });
        chosen.ok_or(Refusal::NotChosen)
    }

    /// The document's origin, where anything may happen without a press at all.
    fn top_of(&self, document: &Document) -> Result<Origin, Refusal> {
        if let Some(refusal) = self.forbids_by_itself() {
            return Err(refusal);
        }
        let TabFacts { incognito, granted, url, .. } = &document.facts;
        if *incognito {
            return Err(Refusal::Private);
        }
        let origin = document.origin.as_deref().and_then(|origin| Origin::parse(origin).ok());
        let told = url.as_deref().and_then(|url| Origin::parse(url).ok());
        let top = origin.filter(|origin| document.top && told.as_ref() == Some(origin));
        let top = top.ok_or(Refusal::Frame)?;
        if !is_safe(&top) {
            return Err(Refusal::Insecure);
        }
        if !self.policy.allows_site(&top.host(), false) {
            return Err(Refusal::Policy);
        }
        if !granted {
            return Err(Refusal::NotGranted);
        }
        if self.is_never(&top) { Err(Refusal::Never) } else { Ok(top) }
    }

    /// A code of an entry leaves for a page. The log has it only where it came by itself or was taken.
    pub(super) fn note_sent(&mut self, entry: EntryId, now: Millis) {
        self.sent.retain(|(known, at)| *known != entry && is_lately(*at, now));
        self.sent.push((entry, now));
    }

    /// A code of the entry went out within the last minute, by itself or by a press, taken or not.
    fn filled_lately(&self, entry: EntryId, now: Millis) -> bool {
        let Ok(session) = self.session() else { return true };
        if self.sent.iter().any(|(known, at)| *known == entry && is_lately(*at, now)) {
            return true;
        }
        let lines = session.vault.body.log.iter().rev();
        lines.take(200).any(|line| {
            line.entry == Some(entry)
                && matches!(line.what.as_str(), "fill" | LOGGED)
                && is_lately(line.at, now)
        })
    }

    /// Match patterns of the sites where our small script runs by itself, each with its port, for another one is another site.
    /// The browser's permission, which is for [`on_any_port`], comes on top.
    pub fn watched(&self) -> Vec<String> {
        if self.forbids_by_itself().is_some() {
            return Vec::new();
        }
        let sites = self.sites_by_itself();
        let allowed = sites.iter().filter(|site| self.policy.allows_site(&site.host(), false));
        sorted(allowed.map(|site| format!("{}://{}:{}/*", site.scheme().as_str(), site.host(), site.port())))
    }

    /// What the browser's permission is needed for: it keeps the names in clear, so all else is given back. A switch and a
    /// policy come and go, and the browser would have to be asked again.
    pub(super) fn needed(&self) -> Vec<String> {
        sorted(self.sites_by_itself().iter().map(pattern_of))
    }

    /// The sites where something happens without a press, by what the user chose.
    fn sites_by_itself(&self) -> Vec<Origin> {
        let Ok(session) = self.session() else { return Vec::new() };
        let entries = session.vault.body.entries.iter();
        entries
            .filter(|entry| entry.trashed.is_none() && !entry.emergency)
            .flat_map(|entry| {
                let chosen = entry.choices.iter().filter(|choice| choice.automatic.is_some());
                chosen.filter_map(|choice| {
                    let origin = Origin::parse(&choice.origin).ok()?;
                    let bound = view::bindings(entry).any(|binding| binding.matches(&origin));
                    (bound && is_safe(&origin) && !self.is_never(&origin)).then_some(origin)
                })
            })
            .collect()
    }

    /// Whether the entry could fill by itself at this origin, whatever was answered before.
    pub(super) fn is_possible(&self, entry: &Entry, top: &Origin) -> bool {
        self.forbids_by_itself().is_none()
            && can_be_granted(top)
            && self.policy.allows_site(&top.host(), false)
            && may_at_all(entry)
            && !self.is_never(top)
            && self.bound_to(top).iter().any(|bound| bound.id == entry.id)
            && self.wants_a_press(entry, top).is_none()
    }

    /// Why a code that may come by itself on this site waits for a press, by what the user has made of the site.
    pub(super) fn wants_a_press(&self, entry: &Entry, top: &Origin) -> Option<&'static str> {
        // Nobody knows which one is meant, and who pointed at the field overruled the detector, which is asked without a press.
        if self.bound_to(top).len() > 1 {
            return Some("several");
        }
        choice_of(entry, top).filter(|choice| choice.chosen).map(|_| "pointed")
    }

    /// Whether the user is to be asked about it: once.
    pub(super) fn can_offer(&self, entry: &Entry, top: &Origin) -> bool {
        self.is_possible(entry, top)
            && choice_of(entry, top).is_none_or(|choice| choice.automatic.is_none() && !choice.asked)
    }
}

/// A clock that went back counts too.
fn is_lately(at: Millis, now: Millis) -> bool {
    now.since(at).max(at.since(now)) < PAUSE_MS
}

/// Whether what the page shows may take a code without a press: the remembered field, empty, in the document that has
/// the focus, in a form that sends to its own site.
pub(super) fn fits(page: &PageFields, targets: &[u32], place: &Place) -> bool {
    let fields: Option<Vec<&Field>> =
        targets.iter().map(|n| page.fields.iter().find(|field| field.n == *n)).collect();
    let Some(fields) = fields else { return false };
    page.active
        && fields.first().is_some_and(|field| fill::is_marked(field, &place.field))
        && fields.iter().all(|field| field.holds == Holds::Empty && !field.away)
}

/// What the user chose for the entry at this very origin.
pub(super) fn choice_of<'a>(entry: &'a Entry, origin: &Origin) -> Option<&'a StoredChoice> {
    let origin = origin.to_string();
    entry.choices.iter().find(|choice| choice.origin == origin)
}

/// Whether the form's button may be pressed after a fill there.
pub(super) fn may_submit(choice: &StoredChoice, top: &Origin, path: Option<&str>, field: &Field) -> bool {
    let known = choice
        .place
        .as_ref()
        .is_some_and(|place| Some(place.path.as_str()) == path && fill::is_marked(field, &place.field));
    choice.submit && known && may_be_submitted(top)
}

/// Whether a site takes a code by a press of its form's button.
pub(super) fn may_be_submitted(top: &Origin) -> bool {
    let host = top.host();
    let appended = |site: &&str| host == **site || host.ends_with(&format!(".{site}"));
    !NEVER_SUBMITTED.iter().any(appended)
}

/// Counters move by the user's press alone, and emergency entries are opened on purpose.
pub(super) fn may_at_all(entry: &Entry) -> bool {
    !matches!(entry.otp.kind(), Kind::Hotp { .. }) && !entry.emergency && entry.trashed.is_none()
}

/// https, or this computer.
pub(super) fn is_safe(origin: &Origin) -> bool {
    origin.scheme() == Scheme::Https || origin.is_loopback()
}

/// What the manifest's `optional_host_permissions` cover.
fn can_be_granted(origin: &Origin) -> bool {
    origin.scheme() == Scheme::Https || matches!(origin.host().as_str(), "localhost" | "127.0.0.1")
}

/// The host's pages on any port: Firefox knows no ports in patterns. The port is checked at each use.
pub(super) fn pattern_of(origin: &Origin) -> String {
    format!("{}://{}/*", origin.scheme().as_str(), origin.host())
}

/// The pattern of the same host's pages on any port.
pub fn on_any_port(pattern: &str) -> String {
    let host = pattern.strip_suffix("/*").and_then(|site| site.rsplit_once(':'));
    let host = host.filter(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    host.map_or_else(|| pattern.to_owned(), |(host, _)| format!("{host}/*"))
}

fn sorted(patterns: impl Iterator<Item = String>) -> Vec<String> {
    let mut patterns: Vec<String> = patterns.collect();
    patterns.sort();
    patterns.dedup();
    patterns
}

/// The path of an address, without query and fragment.
pub(super) fn path_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    Some(if path.is_empty() { "/" } else { path })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::policy::Policy;
    use crate::protocol::{Reply, Request, SiteForm};

    /// An account that fills by itself here, as the user chose.
    fn door() -> (Door, String) {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.chosen(&id);
        (door, id)
    }

    /// What the door says to this document, without asking the page.
    fn refusal(door: &Door, sender: &Sender) -> Option<Refusal> {
        let Sender::Content(document) = sender else { panic!("content") };
        door.core.may_fill_by_itself(document, door.now).err()
    }

    #[test]
    fn where_everything_is_as_it_was_the_code_comes_by_itself_and_stands_in_the_log() {
        let (mut door, id) = door();
        let code = door.ready(&script(), &prompt()).expect("a code");
        assert_eq!(code.len(), 6);
        let log = &door.core.session().ok().unwrap().vault.body.log;
        let lines: Vec<_> = log.iter().filter(|line| line.what == LOGGED).collect();
        assert_eq!(lines.len(), 1, "once, and not as a press too");
        assert_eq!(lines[0].host.as_deref(), Some("a.example"));
        assert_eq!(lines[0].entry.map(|entry| entry.to_string()), Some(id.clone()));
        assert_eq!(log.iter().filter(|line| line.what == "fill").count(), 1, "the user's own");
        assert_eq!(door.core.entry(&id).ok().unwrap().used[HERE], door.now);
    }

    #[test]
    fn what_the_browser_says_of_the_document_is_asked_every_time() {
        let (mut door, _) = door();
        let url = |url: &str| {
            let url = url.to_owned();
            script_at(move |document| {
                document.origin = Some(Origin::parse(&url).unwrap().to_string());
                document.facts.url = Some(url);
            })
        };
        let cases: Vec<(Sender, Refusal)> = vec![
            (url("https://a.example/sign-in/other"), Refusal::Path),
            (url("https://a.example/"), Refusal::Path),
            (url("https://a.example/sign-in/code/"), Refusal::Path),
            (url("https://a.example:8443/sign-in/code"), Refusal::NotOne),
            (url("http://a.example/sign-in/code"), Refusal::Insecure),
            (url("https://b.example/sign-in/code"), Refusal::NotOne),
            // Bound, as `www.` is; chosen it is not: the exact host counts.
            (url("https://www.a.example/sign-in/code"), Refusal::NotChosen),
            (
                script_at(|it| it.facts.url = Some("https://a.example.evil.example/sign-in/code".into())),
                Refusal::Frame,
            ),
            (script_at(|it| it.facts.url = None), Refusal::Frame),
            (script_at(|it| it.top = false), Refusal::Frame),
            (script_at(|it| it.origin = None), Refusal::Frame),
            (script_at(|it| it.facts.active = false), Refusal::NotInFront),
            (script_at(|it| it.facts.focused = false), Refusal::NotInFront),
            (script_at(|it| it.facts.granted = false), Refusal::NotGranted),
            (script_at(|it| it.facts.incognito = true), Refusal::Private),
        ];
        for (sender, expected) in cases {
            assert_eq!(refusal(&door, &sender), Some(expected), "{sender:?}");
            assert_eq!(door.ready(&sender, &prompt()), None);
        }
        assert_eq!(refusal(&door, &script()), None);
    }

    #[test]
    fn what_the_page_shows_must_be_the_remembered_field_empty_and_in_front() {
        let (door, _) = door();
        let mut delivery = prompt();
        delivery.contexts.push(crate::fill::Context {
            before: "We sent a code by SMS to your phone".into(),
            ..Default::default()
        });
        delivery.fields[0].label = "Enter the code that we texted you".into();
        let unfocused = PageFields { active: false, ..prompt() };
        let elsewhere = PageFields { origin: "https://b.example".into(), ..prompt() };
        let framed = PageFields { ancestors: vec!["https://b.example".into()], ..prompt() };
        let cases = [
            ("another field", prompt_with(|field| field.name = "mfa_code".into())),
            ("a field that holds a code", prompt_with(|field| field.holds = Holds::Code)),
            ("a field that holds text", prompt_with(|field| field.holds = Holds::Text)),
            ("a form that sends elsewhere", prompt_with(|field| field.away = true)),
            ("a covered field", prompt_with(|field| field.topmost = false)),
            ("a code by SMS in the same field", delivery),
            ("a document without the focus", unfocused),
            ("another origin by its own word", elsewhere),
            ("a frame by its own word", framed),
        ];
        for (what, page) in cases {
            let mut door = door.again();
            assert_eq!(door.ready(&script(), &page), None, "{what}");
        }
    }

    #[test]
    fn once_a_minute_for_an_entry_whoever_filled_and_whatever_the_clock_does() {
        let (mut door, id) = door();
        assert!(door.ready(&script(), &prompt()).is_some());
        door.later(30);
        assert_eq!(refusal(&door, &script()), Some(Refusal::TooSoon));
        door.now = Millis(door.now.0 - 60_000);
        assert_eq!(refusal(&door, &script()), Some(Refusal::TooSoon), "the clock went back");
        door.later(120);
        assert!(door.ready(&script(), &prompt()).is_some());
        door.later(60);
        door.fill(Some(&id));
        door.later(30);
        assert_eq!(refusal(&door, &script()), Some(Refusal::TooSoon), "the user filled it");
        door.later(30);
        assert_eq!(refusal(&door, &script()), None);
    }

    #[test]
    fn a_code_that_the_page_did_not_take_counts_too() {
        let (mut door, _) = door();
        door.ask(&script(), Request::Ready);
        let Reply::PageOrder(order) = door.ask(&script(), Request::Fields { page: prompt() }) else {
            panic!("order")
        };
        door.ask(&script(), Request::Wrote { order: order.order, result: "rejected".into() });
        door.later(30);
        assert_eq!(refusal(&door, &script()), Some(Refusal::TooSoon));
    }

    #[test]
    fn a_press_that_the_page_did_not_take_or_never_answered_counts_too() {
        for answer in [Some("rejected"), Some("changed"), None] {
            let (mut door, id) = door();
            let press =
                Request::Fill { id: Some(id), remember: false, document: Some("D".into()), site: None };
            door.popup(press);
            let Some(Effect::Inject { ticket, .. }) = door.effects.first().cloned() else {
                panic!("a press")
            };
            let Reply::PageOrder(order) = door.ask(&script(), Request::Fields { page: prompt() }) else {
                panic!("order")
            };
            if let Some(answer) = answer {
                door.ask(&script(), Request::Wrote { order: order.order, result: answer.into() });
            }
            door.core.intent_over(ticket, true, door.now);
            assert_eq!(door.ready(&script(), &prompt()), None, "{answer:?}");
            door.later(30);
            assert_eq!(refusal(&door, &script()), Some(Refusal::TooSoon), "{answer:?}");
            door.later(30);
            assert!(door.ready(&script(), &prompt()).is_some(), "{answer:?}");
        }
    }

    #[test]
    fn several_accounts_are_never_filled_and_the_badge_counts_them() {
        let (mut door, _) = door();
        door.add("B", "totp");
        assert_eq!(refusal(&door, &script()), Some(Refusal::NotOne));
        assert_eq!(door.ready(&script(), &prompt()), None);
        door.ask(&script(), Request::Ready);
        assert_eq!(door.badge(), Some(2));
    }

    #[test]
    fn counters_and_emergency_entries_never_come_by_themselves() {
        let mut door = Door::open();
        let id = door.add("A", "hotp");
        assert_eq!(door.fill(Some(&id)).result, "filled");
        let refused = door.popup(choice(&id, Some("fill"), false));
        assert!(matches!(refused, Reply::Error(failure) if failure.code == "not-by-itself"));

        // Even where a choice lies in the vault: another device, an entry that was made an emergency one since.
        let (mut door, id) = self::door();
        door.edit(&id, |entry| entry.emergency = true);
        assert_eq!(refusal(&door, &script()), Some(Refusal::NotOne));
        assert_eq!(door.core.watched(), Vec::<String>::new());
        door.edit(&id, |entry| {
            entry.emergency = false;
            let kind = Kind::Hotp { counter: 0 };
            let (algorithm, digits) = (entry.otp.algorithm(), entry.otp.digits());
            entry.otp = crate::otp::Otp::new(kind, algorithm, digits, entry.otp.secret().clone()).unwrap();
        });
        assert_eq!(refusal(&door, &script()), Some(Refusal::Kind));
    }

    #[test]
    fn the_switch_in_the_settings_stops_everything_at_once() {
        let (mut door, id) = door();
        assert_eq!(door.core.watched(), ["https://a.example:443/*"]);
        let settings = crate::protocol::Settings { by_itself: false, ..Default::default() };
        door.popup(Request::SetSettings { settings });
        assert_eq!(refusal(&door, &script()), Some(Refusal::Off));
        assert_eq!(door.core.watched(), Vec::<String>::new());
        door.ask(&script(), Request::Ready);
        assert_eq!((door.effects.len(), door.badge()), (0, None), "no badge either");
        let refused = door.popup(choice(&id, Some("fill"), false));
        assert!(matches!(refused, Reply::Error(failure) if failure.code == "by-itself-off"));
        assert_eq!(door.fill(Some(&id)).result, "filled", "a press is a press");
    }

    const NO_FILLING: &str = r#"{"automaticFilling": false}"#;
    const OTHER_SITES: &str = r#"{"allowedSites": ["www.a.example", "*.b.example"]}"#;

    fn policy(text: &str) -> Policy {
        let policy = Policy::parse(text);
        assert_eq!(policy.view().source, "managed", "{text}");
        policy
    }

    #[test]
    fn a_policy_stops_what_was_chosen_before_it_came_and_no_press() {
        for (rule, refused) in [
            (NO_FILLING, "by-itself-off"),
            (r#"{"automaticFilling": "no"}"#, "by-itself-off"),
            (OTHER_SITES, "policy-site"),
            (r#"{"allowedSites": []}"#, "policy-site"),
            (r#"{"allowedSites": "a.example"}"#, "policy-site"),
        ] {
            let (mut door, id) = door();
            assert_eq!(refusal(&door, &script()), None);
            door.core.set_policy(policy(rule));
            assert_eq!(refusal(&door, &script()), Some(Refusal::Policy), "{rule}");
            assert_eq!(door.ready(&script(), &prompt()), None, "{rule}");
            assert_eq!((door.effects.len(), door.badge()), (0, None), "{rule}: no badge either");
            assert_eq!(door.core.watched(), Vec::<String>::new(), "{rule}");
            let top = Origin::parse(HERE).unwrap();
            let entry = door.core.entry(&id).ok().unwrap();
            assert!(!door.core.is_possible(entry, &top) && !door.core.can_offer(entry, &top), "{rule}");
            for wanted in ["fill", "badge"] {
                let answer = door.popup(choice(&id, Some(wanted), false));
                let code = if let Reply::Error(failure) = &answer { failure.code.as_str() } else { "done" };
                assert_eq!(code, refused, "{rule}");
            }
            assert_eq!(door.fill(Some(&id)).result, "filled", "{rule}: a press is a press");
            door.later(120);
            // What was chosen stays, and counts again when the policy is gone.
            door.core.set_policy(Policy::default());
            assert_eq!(refusal(&door, &script()), None, "{rule}");
            assert!(door.ready(&script(), &prompt()).is_some(), "{rule}");
            door.core.set_policy(policy(rule));
            assert!(
                matches!(door.popup(choice(&id, None, false)), Reply::Done),
                "{rule}: it can be taken back"
            );
        }
    }

    #[test]
    fn a_policy_that_has_the_site_lets_it_fill() {
        for rule in [
            r#"{"automaticFilling": true}"#,
            r#"{"allowedSites": ["a.example"]}"#,
            r#"{"allowedSites": ["*.a.example"]}"#,
            r#"{"allowedSites": ["*.example"], "automaticFilling": true}"#,
        ] {
            let (mut door, _) = door();
            door.core.set_policy(policy(rule));
            assert_eq!(refusal(&door, &script()), None, "{rule}");
            assert!(door.ready(&script(), &prompt()).is_some(), "{rule}");
        }
    }

    #[test]
    fn a_locked_vault_does_nothing_and_watches_nothing() {
        let (mut door, _) = door();
        door.lock();
        assert_eq!(refusal(&door, &script()), Some(Refusal::Session));
        assert_eq!(door.core.watched(), Vec::<String>::new());
        door.ask(&script(), Request::Ready);
        assert!(door.effects.is_empty());
        door.unlock();
        assert_eq!(refusal(&door, &script()), None);
    }

    #[test]
    fn what_changed_between_the_page_and_its_fields_is_asked_again() {
        type Change = fn(&mut Door, &str);
        let changes: [(&str, Change); 6] = [
            ("unbound", |door, id| {
                let site = SiteForm { origin: HERE.into(), subdomains: false };
                door.popup(Request::Unbind { id: id.into(), site });
            }),
            ("never here", |door, _| {
                door.popup(Request::SetNever { origin: HERE.into(), never: true });
            }),
            ("taken back", |door, id| {
                door.popup(choice(id, None, false));
            }),
            ("a second account", |door, _| {
                door.add("B", "totp");
            }),
            ("a policy without filling by itself", |door, _| door.core.set_policy(policy(NO_FILLING))),
            ("a policy without this site", |door, _| door.core.set_policy(policy(OTHER_SITES))),
        ];
        for (what, change) in changes {
            let (mut door, id) = self::door();
            door.ask(&script(), Request::Ready);
            assert!(door.effects.iter().any(|effect| matches!(effect, Effect::InjectByItself { .. })));
            change(&mut door, &id);
            assert_eq!(door.answer(&prompt()).order, 0, "{what}");
        }
    }

    #[test]
    fn each_port_is_watched_by_itself_and_allowed_with_the_others() {
        let (mut door, id) = door();
        let site = SiteForm { origin: "https://a.example:8443".into(), subdomains: false };
        door.popup(Request::Bind { id: id.clone(), site });
        let origin = "https://a.example:8443".to_owned();
        let automatic = Some("badge".to_owned());
        door.popup(Request::SetChoice { id, origin, automatic, submit: false, asking: false });
        assert_eq!(door.core.watched(), ["https://a.example:443/*", "https://a.example:8443/*"]);
        assert_eq!(door.core.needed(), ["https://a.example/*"]);
        let watched = door.core.watched();
        assert!(watched.iter().all(|pattern| on_any_port(pattern) == "https://a.example/*"));
        assert_eq!(on_any_port("http://[::1]:80/*"), "http://[::1]/*");
        assert_eq!(on_any_port("https://a.example/*"), "https://a.example/*");
    }

    #[test]
    fn a_script_that_leads_to_another_step_meanwhile_gets_no_code() {
        const SETTINGS: &str = "https://a.example/account/security";
        let (mut door, _) = door();
        door.ask(&script(), Request::Ready);
        assert_eq!(door.answer_at(SETTINGS, &prompt()).order, 0);
        assert!(
            door.answer_at("https://a.example/sign-in/code?step=2", &prompt()).order > 0,
            "the same path"
        );

        // While the next code is awaited.
        let (mut door, _) = self::door();
        door.now = Millis(door.now.0 / 30_000 * 30_000 + 28_000);
        door.ask(&script(), Request::Ready);
        assert!(door.answer(&prompt()).wait_ms.is_some());
        door.now = door.now.plus(2_100);
        assert_eq!(door.answer_at(SETTINGS, &prompt()).order, 0);

        // A press fills there, and neither presses the button nor remembers the page.
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.fill(Some(&id));
        door.popup(choice(&id, None, true));
        let press = || Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
        door.popup(press());
        let order = door.answer_at(SETTINGS, &prompt());
        assert_eq!((order.targets.len(), order.submit), (1, false));
        let place = |door: &Door| door.core.entry(&id).ok().unwrap().choices[0].place.clone().unwrap().path;
        assert_eq!(place(&door), "/sign-in/code");
        door.popup(press());
        assert!(door.answer(&prompt()).submit);
    }

    #[test]
    fn what_happens_while_the_next_code_is_awaited_keeps_it_back() {
        type Change = fn(&mut Door) -> (Sender, PageFields);
        let changes: [(&str, bool, Change); 7] = [
            ("nothing", true, |_| (script(), prompt())),
            ("switched off", false, |door| {
                let settings = crate::protocol::Settings { by_itself: false, ..Default::default() };
                door.popup(Request::SetSettings { settings });
                (script(), prompt())
            }),
            ("locked", false, |door| {
                door.lock();
                (script(), prompt())
            }),
            ("another tab in front", false, |_| (script(), PageFields { active: false, ..prompt() })),
            ("another document", false, |_| (script_at(|it| it.id = Some("E".into())), prompt())),
            ("a frame of it", false, |_| (script_at(|it| it.top = false), prompt())),
            ("somebody typed", false, |_| (script(), prompt_with(|field| field.holds = Holds::Code))),
        ];
        for (what, filled, change) in changes {
            let (mut door, _) = door();
            door.now = Millis(door.now.0 / 30_000 * 30_000 + 28_000);
            door.ask(&script(), Request::Ready);
            assert!(door.answer(&prompt()).wait_ms.is_some(), "{what}");
            let (sender, page) = change(&mut door);
            door.now = door.now.plus(2_100);
            let Reply::PageOrder(order) = door.ask(&sender, Request::Fields { page }) else {
                panic!("order")
            };
            assert_eq!((order.order > 0, order.values.len()), (filled, usize::from(filled)), "{what}");
        }
    }

    #[test]
    fn the_badge_alone_fills_nothing() {
        let (mut door, id) = door();
        door.popup(choice(&id, Some("badge"), false));
        assert_eq!(door.ready(&script(), &prompt()), None);
        assert_eq!(door.badge(), Some(1));
        assert_eq!(door.core.watched(), ["https://a.example:443/*"]);
        door.ask(&script_at(|it| it.facts.granted = false), Request::Ready);
        assert_eq!(door.badge(), None, "not without the browser's permission");
        door.ask(&script_at(|it| it.facts.incognito = true), Request::Ready);
        assert_eq!(door.badge(), None, "not in a private window");
    }

    #[test]
    fn a_press_under_way_is_not_disturbed_and_takes_the_place_of_what_came_by_itself() {
        let (mut door, id) = door();
        let press = Request::Fill { id: Some(id), remember: false, document: Some("D".into()), site: None };
        door.popup(press.clone());
        assert_eq!(refusal(&door, &script()), Some(Refusal::Busy));
        let (mut door, _) = self::door();
        door.ask(&script(), Request::Ready);
        door.popup(press);
        assert!(door.answer(&prompt_with(|field| field.holds = Holds::Code)).order > 0, "the press's rules");
    }

    #[test]
    fn the_button_is_pressed_only_where_the_user_chose_it_and_at_the_remembered_field() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let order = |door: &mut Door, page: &PageFields| {
            door.later(60);
            door.popup(Request::Fill { id: None, remember: false, document: Some("D".into()), site: None });
            door.answer(page)
        };
        assert!(!order(&mut door, &prompt()).submit, "not by default");
        door.popup(choice(&id, None, true));
        assert!(order(&mut door, &prompt()).submit);
        assert!(!order(&mut door, &prompt_with(|field| field.name = "code".into())).submit, "another field");
        door.popup(choice(&id, None, false));
        assert!(!order(&mut door, &prompt()).submit, "taken back");
    }

    #[test]
    fn where_the_code_goes_behind_the_password_no_button_is_pressed() {
        let choice = StoredChoice {
            submit: true,
            place: Some(Place { path: "/".into(), field: fill::marks_of(&Field::default()) }),
            ..StoredChoice::default()
        };
        for (url, pressed) in [
            ("https://us.etrade.com/", false),
            ("https://etrade.com/", false),
            ("https://auth.redhat.com/", false),
            ("https://www.redhat.com/", true),
            ("https://notusaa.com/", true),
        ] {
            let top = Origin::parse(url).unwrap();
            assert_eq!(may_submit(&choice, &top, path_of(url), &Field::default()), pressed, "{url}");
        }
    }

    #[test]
    fn a_path_is_the_address_without_what_changes() {
        for (url, path) in [
            ("https://a.example", "/"),
            ("https://a.example/", "/"),
            ("https://a.example/x/y?z#w", "/x/y"),
            ("https://a.example/#/code", "/"),
            ("https://a.example/x?next=/y", "/x"),
            ("https://a.example?x=/y", "/"),
        ] {
            assert_eq!(path_of(url), Some(path), "{url}");
        }
        assert_eq!(path_of("about:blank"), None);
    }

    #[test]
    fn only_pages_of_ours_choose_and_only_scripts_report() {
        let (mut door, id) = door();
        for request in [
            choice(&id, Some("fill"), true),
            Request::SetNever { origin: HERE.into(), never: true },
            Request::Choices,
            Request::Finish,
            Request::Hold { document: None },
            Request::FillField { id: id.clone(), document: None },
        ] {
            for sender in [script(), Sender::Page, Sender::Browser(Some(front(PROMPT)))] {
                assert!(
                    matches!(door.ask(&sender, request.clone()), Reply::Error(f) if f.code == "not-allowed")
                );
            }
        }
        assert!(matches!(door.popup(Request::Ready), Reply::Error(f) if f.code == "not-allowed"));
        assert!(matches!(door.ask(&Sender::Page, Request::Ready), Reply::Error(_)));
    }
}
