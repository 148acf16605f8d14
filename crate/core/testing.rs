//! An open vault with accounts, and who speaks to it: for the tests of the door.

use crate::env::{Env, Millis};
use crate::fill::{Field, PageFields};
use crate::protocol::*;
use crate::vault::kdf;
use crate::vault::testing::Seeded;

use super::sender::{Document, Front, Own, Sender, TabFacts};
use super::{Committed, Core, Effect, Store, Stored};

/// The site.
pub const HERE: &str = "https://a.example";
/// Its prompt.
pub const PROMPT: &str = "https://a.example/sign-in/code?next=1#top";
const START: u64 = 1_795_000_005_000;

/// A core with stores that work, and a clock that stands until it is moved.
pub struct Door {
    pub core: Core,
    pub now: Millis,
    seed: u64,
    pub effects: Vec<Effect>,
    pub stored: bool,
    key: DerivedKey,
}

impl Door {
    /// An open vault without accounts.
    pub fn open() -> Self {
        let own = Own { id: "abc".into(), origin: "chrome-extension://abc".into(), version: "0".into() };
        let mut core = Core::new(own);
        core.load(Stored::default(), None, Millis(START));
        let b64 = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
        let job = DeriveJob { params: kdf::ARGON2ID, salt: b64(&[1; 16]), rule: None };
        let key = DerivedKey { job, key: b64(&[1; 32]) };
        let mut door =
            Self { core, now: Millis(START), seed: 7, effects: Vec::new(), stored: false, key: key.clone() };
        door.ask(&own_page(PROMPT), Request::Create { key });
        door
    }

    /// One request, stored as the host stores it.
    pub fn ask(&mut self, sender: &Sender, request: Request) -> Reply {
        self.seed += 1;
        let mut entropy = Seeded::new(self.seed);
        let outcome = self.core.handle(request, sender, &mut Env { now: self.now, entropy: &mut entropy });
        self.effects = outcome.effects;
        self.stored = outcome.store.is_some();
        if let Some(Store::Commit(commit)) = outcome.store {
            assert_eq!(self.core.committed(*commit, Committed::Both, self.now), None);
        }
        outcome.reply
    }

    /// From the popup over the prompt.
    pub fn popup(&mut self, request: Request) -> Reply {
        self.ask(&own_page(PROMPT), request)
    }

    /// Adds an account that is bound here, and gives back its id.
    pub fn add(&mut self, issuer: &str, kind: &str) -> String {
        let form = EntryForm {
            issuer: issuer.into(),
            account: "ada".into(),
            secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into(),
            kind: kind.into(),
            algorithm: "SHA1".into(),
            digits: 6,
            period: 30,
            counter: 0,
            note: String::new(),
            tags: Vec::new(),
            sites: vec![SiteForm { origin: HERE.into(), subdomains: false }],
        };
        let add = Request::Add { forms: vec![form] };
        let Reply::Added { ids, .. } = self.ask(&Sender::Own(None), add) else { panic!("added") };
        ids[0].clone()
    }

    /// The same vault in another core, so that a case leaves nothing behind for the next.
    pub fn again(&self) -> Self {
        let mut door = Self::open();
        door.now = self.now;
        let vault = self.core.vault().expect("open");
        let mut entropy = Seeded::new(98);
        let file = vault.save(&mut Env { now: self.now, entropy: &mut entropy }).expect("saves").1;
        door.core.load(Stored { files: vec![file], ..Stored::default() }, None, self.now);
        door.unlock();
        door
    }

    /// Changes an entry as another device could have.
    pub fn edit(&mut self, id: &str, how: impl FnOnce(&mut crate::vault::entry::Entry)) {
        let mut entropy = Seeded::new(97);
        let change = |entry: &mut crate::vault::entry::Entry| {
            how(entry);
            Ok(())
        };
        let outcome = self.core.change(id, &mut Env { now: self.now, entropy: &mut entropy }, change);
        let Some(Store::Commit(commit)) = outcome.expect("changes").store else { panic!("commits") };
        self.core.committed(*commit, Committed::Both, self.now);
    }

    /// Locks as a browser start does: the stores' newest file, and no session.
    pub fn lock(&mut self) {
        let file = {
            let mut entropy = Seeded::new(99);
            let vault = self.core.vault().expect("open").clone();
            vault.save(&mut Env { now: self.now, entropy: &mut entropy }).expect("saves").1
        };
        let waiting = self.core.waiting().cloned();
        self.ask(&own_page(PROMPT), Request::Lock);
        self.core.load(Stored { files: vec![file], ..Stored::default() }, None, self.now);
        self.core.resume_waiting(waiting, self.now);
    }

    /// Opens it again.
    pub fn unlock(&mut self) {
        let keys = vec![self.key.clone()];
        assert!(
            matches!(self.popup(Request::Unlock { way: Way::Password { keys } }), Reply::Status(_)),
            "unlocks"
        );
    }

    /// The second unlock, with the right password.
    pub fn fresh(&mut self) -> Reply {
        let keys = vec![self.key.clone()];
        self.popup(Request::Fresh { keys })
    }

    /// A press in the popup, answered by the page: the result, or the order's values too.
    pub fn fill(&mut self, id: Option<&str>) -> FillResult {
        let document = Some("D".into());
        self.press(Request::Fill { id: id.map(Into::into), remember: false, document, site: None }, &prompt())
    }

    /// A press, a page that answers with these fields, and what became of it.
    pub fn press(&mut self, request: Request, page: &PageFields) -> FillResult {
        let reply = self.popup(request);
        let Some(Effect::Inject { ticket, .. }) = self.effects.first().cloned() else {
            let Reply::Filled(result) = reply else { panic!("no fill") };
            return result;
        };
        self.answer(page);
        match self.core.intent_over(ticket, true, self.now) {
            Reply::Filled(result) => result,
            _ => panic!("no result"),
        }
    }

    /// The page describes itself and writes what it is told. Gives back the order.
    pub fn answer(&mut self, page: &PageFields) -> PageOrder {
        self.answer_at(PROMPT, page)
    }

    /// The same at another address of the document.
    pub fn answer_at(&mut self, url: &str, page: &PageFields) -> PageOrder {
        let script = script_at(|document| document.facts.url = Some(url.into()));
        let Reply::PageOrder(order) = self.ask(&script, Request::Fields { page: page.clone() }) else {
            panic!("no order")
        };
        if order.order > 0 {
            self.ask(&script, Request::Wrote { order: order.order, result: "ok".into() });
        }
        order
    }

    /// The page of a chosen site says that it is there; the code that it gets, if any.
    pub fn ready(&mut self, sender: &Sender, page: &PageFields) -> Option<String> {
        assert!(matches!(self.ask(sender, Request::Ready), Reply::Done), "the page is told nothing");
        let injected = self.effects.iter().find_map(|effect| match effect {
            Effect::InjectByItself { ticket, .. } => Some(*ticket),
            _ => None,
        })?;
        let order = self.answer(page);
        self.core.intent_over(injected, true, self.now);
        order.values.first().cloned()
    }

    /// The browser allows what it was asked for.
    pub fn allowed(&mut self) {
        self.seed += 1;
        let mut entropy = Seeded::new(self.seed);
        let allowed = self.core.allowed(&mut Env { now: self.now, entropy: &mut entropy });
        if let Some(Store::Commit(commit)) = allowed.ok().and_then(|outcome| outcome.store) {
            assert_eq!(self.core.committed(*commit, Committed::Both, self.now), None);
        }
    }

    /// How many codes the badge shows after the last request.
    pub fn badge(&self) -> Option<u32> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Badge { count, .. } => Some(*count),
            _ => None,
        })
    }

    /// Filled once, and filling by itself chosen; more than a minute ago.
    pub fn chosen(&mut self, id: &str) {
        assert_eq!(self.fill(Some(id)).result, "filled");
        assert!(matches!(self.popup(choice(id, Some("fill"), false)), Reply::Done));
        self.later(120);
    }

    /// Seconds pass. A multiple of 30 keeps the place within the code's step.
    pub fn later(&mut self, seconds: u64) {
        self.now = self.now.plus(seconds * 1_000);
        self.core.sweep(self.now);
    }
}

/// A choice for the site.
pub fn choice(id: &str, automatic: Option<&str>, submit: bool) -> Request {
    choice_for(HERE, id, automatic, submit)
}

/// A choice for another one.
pub fn choice_for(origin: &str, id: &str, automatic: Option<&str>, submit: bool) -> Request {
    let automatic = automatic.map(Into::into);
    Request::SetChoice { id: id.into(), origin: origin.into(), automatic, submit, asking: false }
}

/// One of our pages, with this page in front.
pub fn own_page(url: &str) -> Sender {
    Sender::Own(Some(front(url)))
}

/// The page in front.
pub fn front(url: &str) -> Front {
    Front { tab: 7, url: Some(url.into()), document: Some("D".into()), slow: false, incognito: false }
}

/// Our script in the prompt, with everything as it must be.
pub fn script() -> Sender {
    script_at(|_| {})
}

/// The same with something changed.
pub fn script_at(how: impl FnOnce(&mut Document)) -> Sender {
    let facts =
        TabFacts { url: Some(PROMPT.into()), active: true, focused: true, granted: true, incognito: false };
    let mut document = Document { tab: 7, top: true, id: Some("D".into()), origin: Some(HERE.into()), facts };
    how(&mut document);
    Sender::Content(document)
}

/// A page with one field for a code.
pub fn prompt() -> PageFields {
    PageFields { origin: HERE.into(), fields: vec![field()], active: true, ..PageFields::default() }
}

/// The same with something changed in its field.
pub fn prompt_with(how: impl FnOnce(&mut Field)) -> PageFields {
    let mut page = prompt();
    how(&mut page.fields[0]);
    page
}

fn field() -> Field {
    Field {
        kind: "text".into(),
        autocomplete: "one-time-code".into(),
        name: "totp".into(),
        label: "Code of your authenticator app".into(),
        max_length: Some(6),
        w: 200,
        h: 30,
        topmost: true,
        editable: true,
        reachable: true,
        tab_stop: true,
        ..Field::default()
    }
}
