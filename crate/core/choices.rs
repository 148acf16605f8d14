//! The verbs on what the user chose for single sites: filling by itself, the badge, a field pointed at, "never here".

use serde::{Deserialize, Serialize};

use crate::env::{Env, Millis};
use crate::protocol::{ByItselfView, ChoiceView, Failure, Reply};
use crate::site::{Binding, Origin, Scope};
use crate::vault::choice::{Automatic, Place, StoredChoice};
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;

use super::automatic::{self, choice_of, is_safe, may_at_all, may_be_submitted, pattern_of};
use super::sender::{Front, Sender};
use super::{Core, Outcome, view};

/// What the user wants on a site without a press, and after one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Wish {
    pub(super) automatic: Option<Automatic>,
    pub(super) submit: bool,
}

/// Fills whose place is still known: the offer comes right after one.
const MAX_RECENT: usize = 8;

/// Where a code was filled just now, so that the user's wish can be bound to that field.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    pub(super) entry: EntryId,
    pub(super) origin: String,
    pub(super) place: Place,
}

/// Accounts that were added from the page in front: their first code there sets them up.
#[derive(Clone, Debug)]
pub(super) struct Enrolled {
    entries: Vec<String>,
    url: Option<String>,
    document: Option<String>,
}

impl Core {
    /// Accounts were added with a page in front.
    pub(super) fn note_enrolment(&mut self, entries: &[String], sender: &Sender) {
        let Sender::Own(Some(front)) = sender else { return };
        let Front { url, document, .. } = front.clone();
        self.enrolled = Some(Enrolled { entries: entries.to_vec(), url, document });
    }

    /// Whether a fill into the page in front sets the account up: no page to remember, and nothing to offer yet.
    pub(super) fn is_enrolment(&self, entry: EntryId, front: &Front) -> bool {
        let entry = entry.to_string();
        self.enrolled.as_ref().is_some_and(|known| {
            known.entries.contains(&entry) && known.url == front.url && known.document == front.document
        })
    }

    /// Remembers where a code went, in memory alone.
    pub(super) fn note_place(&mut self, recent: Recent) {
        self.recent.retain(|known| known.entry != recent.entry || known.origin != recent.origin);
        self.recent.push(recent);
        let over = self.recent.len().saturating_sub(MAX_RECENT);
        self.recent.drain(..over);
    }

    /// What happens without a press for an entry on a site. `asking`: the browser is asked for the site right now, and it
    /// counts once that is allowed.
    pub(super) fn set_choice(
        &mut self,
        id: &str,
        origin: &str,
        wanted: (Option<&str>, bool),
        asking: bool,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let origin = Origin::parse(origin).map_err(|_| Failure::new("not-by-itself"))?;
        let automatic = match wanted.0 {
            Some(name) => Some(Automatic::parse(name).ok_or_else(|| Failure::new("bad-request"))?),
            None => None,
        };
        let wish = Wish { automatic, submit: wanted.1 };
        let private = matches!(sender, Sender::Own(Some(front)) if front.incognito);
        if automatic.is_some() && private {
            return Err(Failure::new("not-by-itself"));
        }
        self.asked = None;
        if !asking || automatic.is_none() {
            return self.choose(id, &origin, wish, env);
        }
        self.may_choose(id, &origin)?;
        let entry = self.entry(id)?.id;
        let place = self.place_at(entry, &origin);
        let text = origin.to_string();
        let answered = self.change(id, env, |entry| {
            change_choice(entry, &text, |choice| choice.asked = true);
            Ok(())
        })?;
        self.keep_asked(entry, origin, wish, place, env.now);
        Ok(answered)
    }

    /// Whether something may happen without a press for an entry on a site.
    fn may_choose(&self, id: &str, origin: &Origin) -> Result<(), Failure> {
        if self.forbids_by_itself().is_some() {
            return Err(Failure::new("by-itself-off"));
        }
        let entry = self.entry(id)?;
        let bound = view::bindings(entry).any(|binding| binding.matches(origin));
        if !(bound && is_safe(origin) && may_at_all(entry) && !self.is_never(origin)) {
            return Err(Failure::new("not-by-itself"));
        }
        // Bound before the policy came, or by another device: a press fills there, nothing else does.
        if self.policy.allows_site(&origin.host(), false) { Ok(()) } else { Err(Failure::new("policy-site")) }
    }

    pub(super) fn choose(
        &mut self,
        id: &str,
        origin: &Origin,
        wish: Wish,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        if wish.automatic.is_some() {
            self.may_choose(id, origin)?;
        }
        let place = self.place_at(self.entry(id)?.id, origin);
        let submit = wish.submit && may_be_submitted(origin);
        let origin = origin.to_string();
        self.change(id, env, |entry| {
            change_choice(entry, &origin, |choice| {
                choice.automatic = wish.automatic;
                choice.submit = submit;
                choice.asked = true;
                if choice.place.is_none() {
                    choice.place = place.clone();
                }
            });
            Ok(())
        })
    }

    /// Forgets what was chosen for an entry on a site, the remembered field too.
    pub(super) fn forget_choice(
        &mut self,
        id: &str,
        origin: &str,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        self.change(id, env, |entry| {
            entry.choices.retain(|choice| choice.origin != origin);
            Ok(())
        })
    }

    /// "Never here", and back. Over a private window no host is written down.
    pub(super) fn set_never(
        &mut self,
        origin: &str,
        never: bool,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let private = matches!(sender, Sender::Own(Some(front)) if front.incognito);
        let origin = Origin::parse(origin).ok().filter(|_| !private);
        let origin = origin.ok_or_else(|| Failure::new("no-site-here"))?;
        let site = site_of(&origin);
        let mut next = self.session()?.vault.clone();
        let settings = &mut next.body.settings;
        settings.never.retain(|known| *known != site);
        if never {
            settings.never.push(site);
        }
        settings.modified = env.now;
        self.commit(next, Vec::new(), true, env)
    }

    /// Whether the user wants nothing of ours on this site.
    pub(super) fn is_never(&self, origin: &Origin) -> bool {
        let Ok(session) = self.session() else { return false };
        let never = &session.vault.body.settings.never;
        !never.is_empty() && never.contains(&site_of(origin))
    }

    /// Everything that was chosen, for the settings page.
    pub(super) fn choices(&self) -> Result<Outcome, Failure> {
        let body = &self.session()?.vault.body;
        let says = |choice: &&StoredChoice| choice.automatic.is_some() || choice.chosen || choice.submit;
        let view = |entry| move |choice| self.choice_view(entry, choice);
        let items = body
            .entries
            .iter()
            .filter(|entry| entry.trashed.is_none())
            .flat_map(|entry| entry.choices.iter().filter(says).filter_map(view(entry)));
        let never = body.settings.never.iter().filter_map(|site| Origin::parse(site).ok());
        let never = never.filter_map(|origin| Binding::new(origin, Scope::Exact, true).ok());
        Ok(Outcome::reply(Reply::Choices {
            items: items.collect(),
            never: never.map(|binding| view::site_view(&binding)).collect(),
            needed: self.needed(),
        }))
    }

    /// What happens, or could happen, without a press for an entry on the page in front.
    pub(super) fn by_itself_view(&self, entry: &Entry, top: &Origin) -> ByItselfView {
        let choice = choice_of(entry, top);
        ByItselfView {
            origin: top.to_string(),
            automatic: choice.and_then(|choice| choice.automatic).map(|kind| kind.name().into()),
            submit: choice.is_some_and(|choice| choice.submit),
            submittable: may_be_submitted(top),
            pattern: pattern_of(top),
            possible: self.is_possible(entry, top),
            reason: self.wants_a_press(entry, top).map(Into::into),
        }
    }

    /// A field on this page was filled: what the user chose for the site is bound to it. A press teaches again, since sites
    /// rename their fields. `pointed`: the user pointed at the field, which no other press undoes.
    pub(super) fn learn(
        &self,
        entry: EntryId,
        origin: &str,
        place: &Place,
        pointed: bool,
    ) -> Option<impl FnOnce(&mut Entry) + use<>> {
        let known = self.entry_by_id(entry)?.choices.iter().find(|choice| choice.origin == origin);
        let learns = known.is_some_and(|choice| {
            (choice.automatic.is_some() || choice.submit)
                && !choice.chosen
                && choice.place.as_ref() != Some(place)
        });
        if !learns && !pointed {
            return None;
        }
        let (origin, place) = (origin.to_owned(), place.clone());
        Some(move |entry: &mut Entry| {
            change_choice(entry, &origin, |choice| {
                choice.place = Some(place);
                choice.chosen = pointed;
            });
        })
    }

    fn place_at(&self, entry: EntryId, origin: &Origin) -> Option<Place> {
        let origin = origin.to_string();
        let here = self.recent.iter().find(|recent| recent.entry == entry && recent.origin == origin);
        here.map(|recent| recent.place.clone())
    }

    fn choice_view(&self, entry: &Entry, choice: &StoredChoice) -> Option<ChoiceView> {
        let origin = Origin::parse(&choice.origin).ok()?;
        let log = &self.session().ok()?.vault.body.log;
        let host = origin.host();
        let last = log.iter().rev().find(|line| {
            line.what == automatic::LOGGED
                && line.entry == Some(entry.id)
                && line.host.as_deref() == Some(host.as_str())
        });
        Some(ChoiceView {
            id: entry.id.to_string(),
            origin: choice.origin.clone(),
            host: view::place_for_people(&origin),
            pattern: pattern_of(&origin),
            automatic: choice.automatic.map(|kind| kind.name().into()),
            submit: choice.submit,
            chosen: choice.chosen,
            learned: choice.place.is_some(),
            bound: view::bindings(entry).any(|binding| binding.matches(&origin)),
            reason: self.wants_a_press(entry, &origin).map(Into::into),
            last: last.map_or(Millis(0), |line| line.at),
        })
    }
}

/// Changes the choice for an origin, and drops it when it says nothing any more.
fn change_choice(entry: &mut Entry, origin: &str, how: impl FnOnce(&mut StoredChoice)) {
    let mut choice = StoredChoice { origin: origin.to_owned(), ..StoredChoice::default() };
    if let Some(at) = entry.choices.iter().position(|choice| choice.origin == origin) {
        choice = entry.choices.remove(at);
    }
    how(&mut choice);
    if !choice.is_empty() {
        entry.choices.push(choice);
    }
}

/// The site that a page is of, for "never here" and a question: as a binding names it, so that `www.` makes no difference.
pub(super) fn site_of(origin: &Origin) -> String {
    let binding = Binding::new(origin.clone(), Scope::Exact, true);
    binding.map_or_else(|_| origin.to_string(), |binding| binding.origin().to_string())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::fill::{Holds, PageFields};
    use crate::protocol::{EntryEdit, FillResult, PageView, Request, SiteForm};
    use crate::vault::entry::{SiteScope, StoredSite};

    fn page_at(door: &mut Door, sender: &Sender) -> PageView {
        match door.ask(sender, Request::Page) {
            Reply::Page(page) => page,
            _ => panic!("page"),
        }
    }

    fn choices_of(door: &mut Door) -> (Vec<ChoiceView>, Vec<String>) {
        match door.popup(Request::Choices) {
            Reply::Choices { items, never, .. } => {
                (items, never.into_iter().map(|site| site.origin).collect())
            }
            _ => panic!("choices"),
        }
    }

    fn never(origin: &str, never: bool) -> Request {
        Request::SetNever { origin: origin.into(), never }
    }

    fn point_at(id: &str) -> Request {
        Request::FillField { id: id.into(), document: Some("D".into()) }
    }

    #[test]
    fn it_is_offered_after_a_fill_until_the_user_answers() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        assert!(door.fill(None).offer);
        assert!(door.fill(None).offer, "closing the popup is no answer");
        door.popup(choice(&id, None, false));
        assert!(!door.fill(None).offer, "not now");
        let possible = |door: &mut Door| page_at(door, &own_page(PROMPT)).by_itself[0].possible;
        assert!(possible(&mut door), "the options still allow it");
        door.popup(choice(&id, Some("fill"), false));
        door.popup(choice(&id, None, true));
        assert!(possible(&mut door), "after turning it off too");
        door.popup(choice(&id, None, false));
        assert_eq!(choices_of(&mut door).0, [], "nothing to show");
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.chosen(&id);
        assert!(!door.fill(None).offer);
    }

    #[test]
    fn pressing_the_button_is_neither_offered_nor_kept_where_it_never_is() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let there = own_page("https://us.etrade.com/home");
        let site = SiteForm { origin: "https://us.etrade.com".into(), subdomains: false };
        door.popup(Request::Bind { id: id.clone(), site });
        let submittable =
            |door: &mut Door, at: &Sender| page_at(door, at).by_itself.first().map(|own| own.submittable);
        assert_eq!(submittable(&mut door, &there), Some(false));
        assert_eq!(submittable(&mut door, &own_page(PROMPT)), Some(true));
        door.popup(choice_for("https://us.etrade.com", &id, Some("fill"), true));
        assert!(!page_at(&mut door, &there).by_itself[0].submit);
    }

    #[test]
    fn it_is_not_offered_where_it_could_not_be() {
        let offered = |how: &dyn Fn(&mut Door) -> FillResult| {
            let mut door = Door::open();
            door.add("A", "totp");
            how(&mut door)
        };
        let good = offered(&|door| door.fill(None));
        assert_eq!((good.result.as_str(), good.offer), ("filled", true));
        let several = offered(&|door| {
            let b = door.add("B", "totp");
            door.fill(Some(&b))
        });
        assert_eq!((several.result.as_str(), several.offer), ("filled", false));
        let counter = offered(&|door| {
            let id = door.add("B", "hotp");
            let Reply::Entries { entries } = door.popup(Request::List) else { panic!("entries") };
            let other = entries.iter().find(|entry| entry.id != id).unwrap().id.clone();
            door.popup(Request::Trash { ids: vec![other] });
            door.fill(Some(&id))
        });
        assert_eq!((counter.result.as_str(), counter.offer), ("filled", false));
        let off = offered(&|door| {
            let settings = crate::protocol::Settings { by_itself: false, ..Default::default() };
            door.popup(Request::SetSettings { settings });
            door.fill(None)
        });
        assert_eq!((off.result.as_str(), off.offer), ("filled", false));
        let unfilled = offered(&|door| {
            let press = Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
            door.press(press, &PageFields { fields: Vec::new(), ..prompt() })
        });
        assert_eq!((unfilled.result.as_str(), unfilled.offer), ("no-field", false));
    }

    #[test]
    fn a_suggested_host_is_filled_when_the_user_says_so_and_is_remembered() {
        let mut door = Door::open();
        let id = door.add("GitHub", "totp");
        let there = "https://github.com/sessions/two-factor";
        let page = page_at(&mut door, &own_page(there));
        assert_eq!((page.matches, page.suggested), (Vec::new(), vec![id.clone()]), "a suggestion, no match");
        let named = |site: Option<&str>, document: Option<&str>, remember| Request::Fill {
            id: Some(id.clone()),
            remember,
            document: document.map(Into::into),
            site: site.map(Into::into),
        };
        let fill = |remember| named(Some("https://github.com"), Some("D"), remember);
        let reply = door.ask(&own_page(there), fill(false));
        assert!(matches!(reply, Reply::Filled(result) if result.result == "not-bound"));
        assert!(door.effects.is_empty() && !door.stored);
        // Asked about one site, and another is in front by the time of the press: documents may not be told apart.
        for (url, site, document) in [
            ("https://evil.example/", Some("https://github.com"), None),
            ("https://evil.example/", Some("https://github.com"), Some("D")),
            ("https://github.com:8443/", Some("https://github.com"), None),
            ("http://github.com/", Some("https://github.com"), None),
            (there, None, Some("D")),
        ] {
            let reply = door.ask(&own_page(url), named(site, document, true));
            assert!(matches!(reply, Reply::Filled(result) if result.result == "gone"), "{url}");
            assert!(door.effects.is_empty() && !door.stored, "{url}");
        }
        let www =
            door.ask(&own_page("https://www.github.com/"), named(Some("https://github.com"), None, false));
        assert!(matches!(www, Reply::Filled(result) if result.result == "not-bound"), "one site");
        door.ask(&own_page(there), fill(true));
        assert!(door.stored && !door.effects.is_empty());
        let page = page_at(&mut door, &own_page(there));
        assert_eq!((page.matches, page.suggested), (vec![id], Vec::new()));
        assert!(page.by_itself[0].possible, "and it could come by itself");
    }

    #[test]
    fn a_stored_scope_that_is_none_any_more_shrinks_to_the_host_and_stays_removable() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let wide = StoredSite { origin: "https://nas.lan".into(), scope: SiteScope::Subdomains };
        door.core.session_mut().ok().unwrap().vault.body.entries[0].sites.push(wide);
        let matches = |door: &mut Door, url: &str| page_at(door, &own_page(url)).matches.len();
        assert_eq!(
            (matches(&mut door, "https://nas.lan/"), matches(&mut door, "https://files.nas.lan/")),
            (1, 0)
        );
        let site = SiteForm { origin: "https://nas.lan".into(), subdomains: false };
        door.popup(Request::Unbind { id, site });
        assert_eq!(matches(&mut door, "https://nas.lan/"), 0);
    }

    #[test]
    fn what_takes_the_account_of_a_bound_host_is_suggested_there_and_no_more() {
        let mut door = Door::open();
        let id = door.add("Bird", "totp");
        let other = door.add("bird", "totp");
        door.add("Other", "totp");
        let there = own_page("https://x.com/i/flow/login");
        assert_eq!(page_at(&mut door, &there).suggested, Vec::<String>::new());
        let site = SiteForm { origin: "https://twitter.com".into(), subdomains: false };
        door.popup(Request::Bind { id: id.clone(), site });
        let page = page_at(&mut door, &there);
        assert_eq!(page.matches, Vec::<String>::new(), "an equivalent binds nothing");
        assert_eq!(page.suggested, [id.clone(), other]);
        // What is kept for emergencies is heard of nowhere.
        let edit: EntryEdit = serde_json::from_str(r#"{"emergency":true}"#).unwrap();
        door.popup(Request::Edit { id, edit });
        assert_eq!(page_at(&mut door, &there).suggested, Vec::<String>::new());
    }

    #[test]
    fn a_customers_host_is_suggested_and_asked_about_until_the_entry_has_one() {
        let mut door = Door::open();
        let id = door.add("Okta", "totp");
        let acme = door.add("Acme", "totp");
        let bind = |door: &mut Door, id: &str, origin: &str| {
            let site = SiteForm { origin: origin.into(), subdomains: false };
            door.popup(Request::Bind { id: id.into(), site });
        };
        bind(&mut door, &acme, "https://acme.com");
        let there = own_page("https://acme.okta.com/mfa");
        let page = page_at(&mut door, &there);
        assert_eq!((page.matches, page.suggested.as_slice()), (Vec::new(), [id.clone()].as_slice()));
        assert_eq!(page.tenant.as_deref(), Some("acme"));
        assert_eq!(page.resembles.as_deref(), Some("acme.com"), "for every other account");
        let fill = |remember| Request::Fill {
            id: Some(id.clone()),
            remember,
            document: Some("D".into()),
            site: Some("https://acme.okta.com".into()),
        };
        let reply = door.ask(&there, fill(false));
        assert!(matches!(reply, Reply::Filled(result) if result.result == "not-bound"), "never by itself");
        door.ask(&there, fill(true));
        assert_eq!(page_at(&mut door, &there).matches, std::slice::from_ref(&id));
        let stranger = page_at(&mut door, &own_page("https://acne.okta.com/mfa"));
        assert_eq!((stranger.suggested, stranger.tenant), (Vec::new(), None), "another customer's");
        let second = door.add("Okta (work)", "totp");
        let beta = page_at(&mut door, &own_page("https://beta.okta.com/mfa"));
        assert_eq!((beta.suggested, beta.tenant.as_deref()), (vec![second], Some("beta")));
        assert_eq!(
            page_at(&mut door, &own_page("https://acme.zendesk.com/")).tenant,
            None,
            "no account of theirs"
        );
    }

    #[test]
    fn a_choice_is_bound_to_the_field_that_was_filled() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.fill(None);
        door.popup(choice(&id, Some("fill"), false));
        let kept = &door.core.entry(&id).ok().unwrap().choices[0];
        let place = kept.place.as_ref().unwrap();
        assert_eq!((kept.origin.as_str(), place.path.as_str()), (HERE, "/sign-in/code"));
        assert_eq!(place.field.name, "totp");
        assert!(choices_of(&mut door).0[0].learned);
    }

    #[test]
    fn of_several_accounts_each_has_its_own_choice() {
        let mut door = Door::open();
        let (first, second) = (door.add("A", "totp"), door.add("B", "totp"));
        door.popup(choice(&first, None, true));
        door.popup(choice(&second, Some("badge"), false));
        let page = page_at(&mut door, &own_page(PROMPT));
        let of = |id: &String| &page.by_itself[page.matches.iter().position(|each| each == id).unwrap()];
        let said = |id| (of(id).automatic.as_deref(), of(id).submit);
        assert_eq!((said(&first), said(&second)), ((None, true), (Some("badge"), false)));
        assert_eq!(page.by_itself.len(), 2);
    }

    #[test]
    fn with_a_second_account_on_the_site_nothing_is_promised_until_it_is_gone() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.chosen(&id);
        let told = |door: &mut Door| {
            let own = page_at(door, &own_page(PROMPT)).by_itself.remove(0);
            (own.possible, own.reason, choices_of(door).0[0].reason.clone())
        };
        assert_eq!(told(&mut door), (true, None, None));
        let other = door.add("B", "totp");
        let several = || Some("several".to_owned());
        assert_eq!(told(&mut door), (false, several(), several()));
        door.popup(Request::Trash { ids: vec![other] });
        assert_eq!(told(&mut door), (true, None, None));
    }

    #[test]
    fn a_press_teaches_the_field_that_the_site_renamed() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.fill(None);
        door.popup(choice(&id, Some("fill"), false));
        let renamed = prompt_with(|field| field.name = "mfa_code".into());
        door.later(120);
        assert_eq!(door.ready(&script(), &renamed), None, "not by itself");
        door.press(
            Request::Fill { id: None, remember: false, document: Some("D".into()), site: None },
            &renamed,
        );
        door.later(120);
        assert!(door.ready(&script(), &renamed).is_some());
    }

    #[test]
    fn another_scheme_or_port_is_another_site_and_is_told_so() {
        let mut door = Door::open();
        door.add("A", "totp");
        let mut at = |url: &str| {
            let page = page_at(&mut door, &own_page(url));
            let site = page.site.unwrap();
            (site.host, site.insecure, page.elsewhere, page.matches.len())
        };
        let bound = || Some(HERE.to_owned());
        assert_eq!(at(PROMPT), ("a.example".into(), false, None, 1));
        assert_eq!(at("http://a.example/"), ("a.example".into(), true, bound(), 0));
        assert_eq!(at("http://www.a.example/"), ("a.example".into(), true, bound(), 0));
        assert_eq!(at("https://a.example:8443/"), ("a.example:8443".into(), false, bound(), 0));
        assert_eq!(at("http://a.example:443/"), ("a.example:443".into(), true, bound(), 0));
        assert_eq!(at("http://127.0.0.1:8080/"), ("127.0.0.1:8080".into(), false, None, 0));
        assert_eq!(at("http://localhost/"), ("localhost".into(), false, None, 0));
        assert_eq!(at("http://b.example/"), ("b.example".into(), true, None, 0));
    }

    #[test]
    fn a_choice_without_a_field_waits_for_the_next_fill() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.popup(choice(&id, Some("fill"), false));
        assert!(!choices_of(&mut door).0[0].learned);
        assert_eq!(door.ready(&script(), &prompt()), None);
        assert_eq!(door.badge(), Some(1), "the badge needs no field");
        door.fill(None);
        door.later(120);
        assert!(door.ready(&script(), &prompt()).is_some());
    }

    #[test]
    fn the_first_code_of_a_new_account_is_filled_where_it_was_added_and_teaches_nothing() {
        let mut door = Door::open();
        let form = crate::core::view::form_of_parts("New", "ada", &{
            let kind = crate::otp::Kind::Totp { period: crate::otp::Period::new(30).unwrap() };
            let secret = crate::secret::SecretBytes::new(vec![7; 20]);
            crate::otp::Otp::new(kind, crate::otp::Algorithm::Sha1, crate::otp::Digits::SIX, secret).unwrap()
        });
        let sites = vec![SiteForm { origin: HERE.into(), subdomains: false }];
        let forms = vec![crate::protocol::EntryForm { sites, ..form }];
        let Reply::Added { ids, .. } = door.popup(Request::Add { forms }) else { panic!("added") };
        let first = door.fill(Some(&ids[0]));
        assert_eq!((first.result.as_str(), first.offer), ("filled", false));
        door.popup(choice(&ids[0], Some("fill"), false));
        assert!(!choices_of(&mut door).0[0].learned, "the page that sets it up is not where it is asked for");
        let url = "https://a.example/sign-in/second";
        let press = Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
        door.ask(&own_page(url), press);
        assert!(door.answer_at(url, &prompt()).order > 0);
        assert_eq!(
            door.core.entry(&ids[0]).ok().unwrap().choices[0].place.as_ref().unwrap().path,
            "/sign-in/second"
        );
    }

    #[test]
    fn the_popup_knows_for_a_minute_why_a_command_filled_nothing_there() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let command = |door: &mut Door, page: &PageFields| {
            door.ask(&Sender::Browser(Some(front(PROMPT))), Request::Gesture);
            let Some(crate::core::Effect::Inject { ticket, .. }) = door.effects.first().cloned() else {
                panic!("no fill")
            };
            door.answer(page);
            door.core.intent_over(ticket, true, door.now);
        };
        let told = |door: &mut Door, sender: &Sender| page_at(door, sender).told;
        let empty = PageFields { fields: Vec::new(), ..prompt() };
        command(&mut door, &empty);
        let result = told(&mut door, &own_page(PROMPT)).expect("told");
        assert_eq!((result.result.as_str(), result.entries, result.code), ("no-field", vec![id], None));
        for other in
            [Front { tab: 8, ..front(PROMPT) }, Front { document: Some("E".into()), ..front(PROMPT) }]
        {
            assert_eq!(told(&mut door, &Sender::Own(Some(other))), None, "another page");
        }
        door.later(60);
        assert_eq!(told(&mut door, &own_page(PROMPT)), None, "too late");
        command(&mut door, &empty);
        command(&mut door, &prompt());
        assert_eq!(told(&mut door, &own_page(PROMPT)), None, "filled since");
        door.press(
            Request::Fill { id: None, remember: false, document: Some("D".into()), site: None },
            &empty,
        );
        assert_eq!(told(&mut door, &own_page(PROMPT)), None, "the popup had the answer itself");
        command(&mut door, &empty);
        door.lock();
        assert_eq!(told(&mut door, &own_page(PROMPT)), None, "locked");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let code = |door: &mut Door, sender: &Sender, request| match door.ask(sender, request) {
            Reply::Error(failure) => failure.code,
            _ => "done".into(),
        };
        let private = Sender::Own(Some(Front { incognito: true, ..front(PROMPT) }));
        let fill = || choice(&id, Some("fill"), false);
        for (other, why) in
            [("https://b.example", "not bound"), ("http://a.example", "insecure"), ("", "none")]
        {
            let there = choice_for(other, &id, Some("fill"), false);
            assert_eq!(code(&mut door, &own_page(PROMPT), there), "not-by-itself", "{why}");
        }
        assert_eq!(code(&mut door, &private, fill()), "not-by-itself");
        assert_eq!(code(&mut door, &own_page(PROMPT), choice(&id, Some("always"), false)), "bad-request");
        assert_eq!(code(&mut door, &own_page(PROMPT), choice("00", Some("fill"), false)), "no-entry");
        assert_eq!(code(&mut door, &private, never(HERE, true)), "no-site-here", "no host in the vault");
        assert_eq!(code(&mut door, &own_page(PROMPT), never("about:blank", true)), "no-site-here");
        assert_eq!(code(&mut door, &own_page(PROMPT), fill()), "done");
    }

    #[test]
    fn never_here_offers_fills_and_suggests_nothing_until_it_is_taken_back() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.chosen(&id);
        // The page that was named, whatever is in front by now.
        door.ask(&own_page("https://b.example/"), never(HERE, true));
        let page = page_at(&mut door, &own_page(PROMPT));
        assert!(
            page.never && page.matches.is_empty() && page.suggested.is_empty() && page.resembles.is_none()
        );
        assert_eq!(page.reason.as_deref(), Some("never"));
        assert_eq!(door.fill(Some(&id)).result, "never");
        assert_eq!(door.press(point_at(&id), &prompt()).result, "never");
        let gesture = door.ask(&Sender::Browser(Some(front(PROMPT))), Request::Gesture);
        assert!(matches!(gesture, Reply::Filled(result) if result.result == "never"));
        assert_eq!(door.core.watched(), Vec::<String>::new());
        assert_eq!(door.ready(&script(), &prompt()), None);
        assert_eq!(door.badge(), None);
        let www = page_at(&mut door, &own_page("https://www.a.example/"));
        assert!(www.never, "www. makes no difference");
        assert!(!page_at(&mut door, &own_page("https://b.example/")).never);

        assert_eq!(choices_of(&mut door).1, [HERE]);
        door.popup(never(HERE, false));
        assert_eq!(choices_of(&mut door).1, Vec::<String>::new());
        assert_eq!(door.fill(Some(&id)).result, "filled");
    }

    #[test]
    fn settings_and_never_here_do_not_undo_each_other() {
        let mut door = Door::open();
        door.popup(never(HERE, true));
        let settings = crate::protocol::Settings { hide_codes: true, ..Default::default() };
        door.popup(Request::SetSettings { settings });
        assert_eq!(choices_of(&mut door).1, [HERE]);
    }

    #[test]
    fn the_field_that_was_clicked_takes_the_code_and_is_remembered_for_its_page() {
        // A page that the detector says no to: two fields, neither of them named.
        let unnamed = |n: u32, id: &str, focused: bool| {
            let mut field = prompt().fields.remove(0);
            field.n = n;
            (field.autocomplete, field.name, field.label) = (String::new(), String::new(), String::new());
            (field.id, field.focused, field.max_length) = (id.to_owned(), focused, None);
            field
        };
        let odd = |focused: bool| PageFields {
            fields: vec![unnamed(0, "f1", false), unnamed(1, "f2", focused)],
            ..prompt()
        };
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let press = || Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
        assert_eq!(door.press(press(), &odd(true)).result, "no-field");
        assert_eq!(door.press(point_at(&id), &odd(false)).result, "no-focus");
        let mut full = odd(true);
        full.fields[1].holds = Holds::Text;
        assert_eq!(door.press(point_at(&id), &full).result, "no-focus", "what somebody typed stays");

        let pointed = door.press(point_at(&id), &odd(true));
        assert_eq!((pointed.result.as_str(), pointed.offer), ("filled", false));
        let (items, _) = choices_of(&mut door);
        assert!(items[0].chosen && items[0].automatic.is_none());
        door.popup(press());
        assert_eq!(door.answer(&odd(false)).targets, [1], "the next press needs no click");
        let elsewhere = "https://a.example/other";
        door.ask(&own_page(elsewhere), press());
        assert_eq!(door.answer_at(elsewhere, &odd(false)).order, 0, "on that page alone");
        door.later(60);
        door.popup(press());
        assert_eq!(
            door.answer_at(elsewhere, &odd(false)).order,
            0,
            "where a script leads on after the press too"
        );

        // By itself it is filled only where the detector agrees, so nothing is promised.
        assert!(!door.press(press(), &odd(false)).offer);
        let own = |door: &mut Door| {
            page_at(door, &own_page(PROMPT)).by_itself.pop().map(|own| (own.possible, own.reason))
        };
        let pointed = || Some("pointed".to_owned());
        assert_eq!(own(&mut door), Some((false, pointed())));
        door.popup(choice(&id, Some("fill"), false));
        assert_eq!(choices_of(&mut door).0[0].reason, pointed());
        door.later(120);
        assert_eq!(door.ready(&script(), &odd(false)), None);

        door.popup(Request::ForgetChoice { id: id.clone(), origin: HERE.into() });
        assert_eq!(door.press(press(), &odd(false)).result, "no-field");
    }

    #[test]
    fn a_field_in_a_frame_takes_the_code_and_it_is_said_that_it_is_not_remembered() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let ticket = |door: &mut Door| {
            door.popup(point_at(&id));
            let Some(crate::core::Effect::Inject { ticket, .. }) = door.effects.first() else {
                panic!("no fill")
            };
            *ticket
        };
        let focused = |ancestors: &[&str]| {
            let mut page = prompt_with(|field| field.focused = true);
            page.ancestors = ancestors.iter().map(|origin| (*origin).to_owned()).collect();
            page
        };
        let result = |door: &mut Door, sender: &Sender, page: PageFields| {
            let ticket = ticket(door);
            let Reply::PageOrder(order) = door.ask(sender, Request::Fields { page }) else {
                panic!("no order")
            };
            door.ask(sender, Request::Wrote { order: order.order, result: "ok".into() });
            let Reply::Filled(result) = door.core.intent_over(ticket, true, door.now) else {
                panic!("filled")
            };
            (result.result, result.unlearned)
        };
        let frame = script_at(|it| {
            it.top = false;
            it.id = Some("F".into());
        });
        assert_eq!(result(&mut door, &frame, focused(&[HERE])), ("filled".into(), true));
        assert!(door.core.entry(&id).ok().unwrap().choices.is_empty());
        assert_eq!(result(&mut door, &script(), focused(&[])), ("filled".into(), false));
    }

    #[test]
    fn a_page_that_is_slow_to_answer_is_not_called_one_that_the_browser_keeps_us_out_of() {
        let mut door = Door::open();
        door.add("A", "totp");
        let mut reason = |slow| {
            let at = Sender::Own(Some(Front { document: None, slow, ..front(PROMPT) }));
            page_at(&mut door, &at).reason
        };
        assert_eq!(
            (reason(true).as_deref(), reason(false).as_deref()),
            (Some("no-answer"), Some("no-access"))
        );
    }

    #[test]
    fn where_the_field_that_was_clicked_is_a_box_of_a_row_all_boxes_take_the_code() {
        // Nothing on the page says what it is for.
        let boxes = |many: u32, clicked: Option<u32>, how: &dyn Fn(&mut crate::fill::Field)| {
            let field = |n: u32| {
                let mut field = prompt().fields.remove(0);
                (field.autocomplete, field.name, field.label) = (String::new(), String::new(), String::new());
                (field.n, field.x, field.w) = (n, 40 * n as i32, 30);
                (field.id, field.max_length, field.focused) = (format!("b{n}"), Some(1), clicked == Some(n));
                how(&mut field);
                field
            };
            PageFields { fields: (0..many).map(field).collect(), ..prompt() }
        };
        let plain = |_: &mut crate::fill::Field| {};
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let press = || Request::Fill { id: None, remember: false, document: Some("D".into()), site: None };
        for (what, page) in [
            ("more digits than boxes", boxes(4, Some(2), &plain)),
            ("fewer", boxes(8, Some(0), &plain)),
            ("one box alone", boxes(1, Some(0), &plain)),
            ("a short field", boxes(1, Some(0), &|field| field.max_length = Some(5))),
            (
                "one digit by its pattern",
                boxes(1, Some(0), &|field| {
                    (field.max_length, field.pattern) = (None, "[0-9]".into());
                }),
            ),
        ] {
            assert_eq!(door.press(point_at(&id), &page).result, "length", "{what}");
            assert_eq!(choices_of(&mut door).0, [], "{what}: nothing is remembered");
        }
        // As many as the code has digits, and no boxes.
        let wide = boxes(6, Some(2), &|field| (field.w, field.max_length) = (200, None));
        door.popup(point_at(&id));
        assert_eq!(door.answer(&wide).targets, [2]);
        door.popup(Request::ForgetChoice { id: id.clone(), origin: HERE.into() });

        let row = boxes(6, Some(2), &plain);
        assert_eq!(door.press(press(), &row).result, "no-field");
        door.popup(point_at(&id));
        let order = door.answer(&row);
        assert_eq!(order.targets, [0, 1, 2, 3, 4, 5]);
        assert!(order.values.len() == 6 && order.values.iter().all(|value| value.len() == 1));
        let unlimited = |field: &mut crate::fill::Field| field.max_length = None;
        for row in [boxes(6, None, &plain), boxes(6, None, &unlimited)] {
            door.popup(press());
            assert_eq!(door.answer(&row).targets, [0, 1, 2, 3, 4, 5], "the next press needs no click");
        }
        door.popup(press());
        assert_eq!(door.answer(&boxes(4, None, &plain)).order, 0, "the row is another one by now");
    }

    #[test]
    fn an_unbound_site_is_not_pointed_at_and_unbinding_forgets_its_choice() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.chosen(&id);
        let elsewhere = own_page("https://b.example/");
        let reply = door.ask(&elsewhere, point_at(&id));
        assert!(matches!(reply, Reply::Filled(result) if result.result == "not-bound"));
        let site = SiteForm { origin: HERE.into(), subdomains: false };
        door.popup(Request::Unbind { id: id.clone(), site });
        assert_eq!(choices_of(&mut door).0, []);
        assert_eq!(door.core.watched(), Vec::<String>::new());
    }

    #[test]
    fn the_browsers_permission_is_needed_only_where_something_may_still_happen() {
        let needed = |door: &mut Door| match door.popup(Request::Choices) {
            Reply::Choices { needed, .. } => needed,
            _ => panic!("choices"),
        };
        let chosen = || {
            let mut door = Door::open();
            let id = door.add("A", "totp");
            door.chosen(&id);
            (door, id)
        };
        let (mut door, _) = chosen();
        assert_eq!(needed(&mut door), ["https://a.example/*"]);
        let settings = crate::protocol::Settings { by_itself: false, ..Default::default() };
        door.popup(Request::SetSettings { settings });
        assert_eq!(
            needed(&mut door),
            ["https://a.example/*"],
            "a switch is turned on again without a question"
        );
        door.popup(never(HERE, true));
        assert_eq!(needed(&mut door), <[&str; 0]>::default(), "never here");
        door.popup(never(HERE, false));
        assert_eq!(needed(&mut door), ["https://a.example/*"]);

        let site = || SiteForm { origin: HERE.into(), subdomains: false };
        let edit: EntryEdit = serde_json::from_str(r#"{"emergency":true}"#).unwrap();
        let takes: [&dyn Fn(String) -> Request; 4] = [
            &|id| Request::Unbind { id, site: site() },
            &|id| Request::Trash { ids: vec![id] },
            &|id| Request::Edit { id, edit: edit.clone() },
            &|id| Request::ForgetChoice { id, origin: HERE.into() },
        ];
        for take in takes {
            let (mut door, id) = chosen();
            door.popup(take(id));
            assert_eq!(needed(&mut door), <[&str; 0]>::default());
        }
    }

    #[test]
    fn a_private_window_learns_nothing() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        let private = Sender::Own(Some(Front { incognito: true, ..front(PROMPT) }));
        door.ask(&private, point_at(&id));
        let mut focused = prompt();
        focused.fields[0].focused = true;
        assert!(door.answer(&focused).order > 0);
        assert_eq!(door.core.entry(&id).ok().unwrap().choices, []);
        assert_eq!(page_at(&mut door, &private).by_itself, []);
    }

    #[test]
    fn the_settings_tell_when_a_code_was_last_filled_by_itself() {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        door.chosen(&id);
        assert_eq!(choices_of(&mut door).0[0].last, Millis(0));
        assert!(door.ready(&script(), &prompt()).is_some());
        assert_eq!(choices_of(&mut door).0[0].last, door.now);
    }
}
