//! The import conversation: what an import would do, doing it at once, taking it back, and the sites of what came in.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::audit;
use crate::env::Env;
use crate::otp::uri::title;
use crate::otp::{Kind, Otp};
use crate::protocol::{
    Failure, ImportForm, ImportItem, KeptForm, OtherSetting, Reply, SiteOfEntry, SuggestedSite,
};
use crate::secret::SecretBytes;
use crate::site::Origin;
use crate::site::suggest::{Source, Suggestion, suggest};
use crate::vault::body::{LogLine, Tombstone};
use crate::vault::entry::{Entry, EntryDraft};

use super::confirmed::Confirmed;
use super::entries::{find_mut, front_origin};
use super::sender::Sender;
use super::{Core, Outcome, kept, view};

/// More sites of one entry help nobody to choose.
const MAX_SUGGESTIONS: usize = 6;

/// An importer's entry as it crosses to the page, with as much of its words as the vault takes: a long note is no reason
/// to leave a second factor behind. `None` where the protocol cannot hold it: a counter above 2^32 - 1, which no token
/// reaches.
pub fn import_form(draft: &EntryDraft) -> Option<ImportForm> {
    if let Kind::Hotp { counter } = draft.otp.kind() {
        u32::try_from(counter).ok()?;
    }
    let (issuer, account) = (view::fitting_words(&draft.issuer), view::fitting_words(&draft.account));
    let mut form = view::form_of_parts(issuer, account, &draft.otp);
    view::fitting_note(&draft.note).clone_into(&mut form.note);
    form.tags.extend(draft.tags.iter().filter(|tag| view::fitting_words(tag) == tag.trim()).cloned());
    let cut = [
        (issuer != draft.issuer.trim() || account != draft.account.trim(), "name-end"),
        (form.note != draft.note, "note-end"),
        (form.tags.len() < draft.tags.len(), "long-tags"),
    ];
    let cut = cut.into_iter().filter_map(|(cut, what)| cut.then_some(what));
    Some(ImportForm {
        form,
        pinned: draft.pinned,
        trashed: draft.trashed,
        urls: draft.urls.clone(),
        lost: draft.lost.iter().copied().chain(cut).map(Into::into).collect(),
        suspect: draft.suspect.map(Into::into),
    })
}

impl Core {
    pub(super) fn plan_import(
        &self,
        from: &[String],
        items: &[ImportForm],
        unheld: &[KeptForm],
    ) -> Result<Outcome, Failure> {
        self.may_import(from)?;
        let body = &self.session()?.vault.body;
        let mut known = Known::of(&body.entries);
        let confirmed = Confirmed::of(body);
        let plan = |item: &ImportForm| match draft_of(item) {
            Err(failure) => ImportItem { failure: Some(failure), ..Fate::Invalid.told() },
            Ok(draft) => {
                let mut planned = known.fate(&draft).told();
                // What is damaged by an earlier app is no repair of what is here.
                planned.ticked &= planned.settings.is_empty() || item.suspect.is_none();
                known.note(&draft);
                planned.suggestions = suggestions(&draft.issuer, &draft.account, &item.urls, &confirmed);
                planned
            }
        };
        let items = items.iter().map(plan).collect();
        Ok(Outcome::reply(Reply::ImportPlan { items, kept: kept::plan(body, unheld) }))
    }

    pub(super) fn import(
        &mut self,
        from: &[String],
        items: &[ImportForm],
        unheld: &[KeptForm],
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        self.may_import(from)?;
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        let mut known = Known::of(&next.body.entries);
        let (mut ids, mut added) = (Vec::new(), Vec::new());
        for (at, item) in items.iter().enumerate() {
            let draft = draft_of(item).map_err(|mut failure| {
                failure.number = u32::try_from(at + 1).ok();
                failure
            })?;
            if let Some(twin) = known.twin(&draft) {
                ids.push(twin.to_owned());
                continue;
            }
            let mut entry = Entry::make(draft.clone(), device, env);
            entry.unverified = true;
            let id = entry.id.to_string();
            known.add(&draft, Some(id.clone()));
            ids.push(id.clone());
            added.push(id);
            next.body.entries.push(entry);
        }
        let kept = kept::take_in(&mut next.body, unheld, env.now)?;
        let nothing = added.is_empty() && kept.is_empty();
        let reply = Reply::Imported { ids, added, kept };
        if nothing {
            return Ok(Outcome::reply(reply));
        }
        next.body.note(audit::line(env.now, "import"));
        let outcome = self.commit(next, Vec::new(), true, env)?;
        Ok(Outcome { reply, ..outcome })
    }

    pub(super) fn undo_import(
        &mut self,
        ids: &[String],
        unheld: &[String],
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        let (mut removed, mut kept) = (0, 0);
        let notes = kept::remove(&mut next, unheld, env.now)?.len();
        for id in ids {
            let id = view::id(id)?;
            let Some(entry) = next.body.entries.iter().find(|entry| entry.id == id) else { continue };
            // Used, said to work, or kept for emergencies: it is the user's by now, and goes by way of the bin only.
            if !entry.unverified || entry.last_used().is_some() || entry.emergency {
                kept += 1;
                continue;
            }
            let edits = entry.edits.saturating_add(1);
            next.body.entries.retain(|entry| entry.id != id);
            next.body.tombstones.push(Tombstone { id, at: env.now, edits, device });
            removed += 1;
        }
        let reply = Reply::Undone { removed, kept };
        // What went has no name any more: how many they were is what can be said.
        let gone = removed as usize + notes;
        if gone == 0 {
            return Ok(Outcome::reply(reply));
        }
        next.body.note(LogLine { host: Some(gone.to_string()), ..audit::line(env.now, "import-undone") });
        let outcome = self.commit(next, Vec::new(), true, env)?;
        Ok(Outcome { reply, ..outcome })
    }

    pub(super) fn bind_many(
        &mut self,
        items: &[SiteOfEntry],
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let here = front_origin(sender);
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        for item in items {
            let site = view::stored_site(&self.may_bind(view::binding_of(&item.site, here.as_ref())?)?);
            let entry = find_mut(&mut next, &item.id)?;
            if entry.sites.contains(&site) {
                continue;
            }
            entry.sites.retain(|kept| kept.origin != site.origin);
            entry.sites.push(site);
            entry.touch(device, env.now);
        }
        self.commit(next, Vec::new(), true, env)
    }
}

/// What is known, found by its names or by its key: ten thousand entries are not each compared with ten thousand others.
struct Known {
    entries: Vec<KnownEntry>,
    /// By names without case.
    named: HashMap<(String, String), Vec<usize>>,
    /// Those of the vault, by a hash of the key.
    keyed: HashMap<u64, Vec<usize>>,
    hasher: RandomState,
}

struct KnownEntry {
    draft: EntryDraft,
    /// `None`: an earlier one of the same file.
    id: Option<String>,
    /// No code of it was used here yet.
    unverified: bool,
}

/// What would become of an item.
enum Fate<'k> {
    Invalid,
    New,
    /// What has its key in the vault under another name, and in what it differs.
    OtherName(&'k KnownEntry, Vec<OtherSetting>),
    AlreadyHere,
    Twice,
    OtherSecret,
    OtherSettings(&'k KnownEntry, Vec<OtherSetting>),
}

impl Fate<'_> {
    /// In the protocol's words. What would be there twice over is not ticked; of one key with two settings nothing tells
    /// which are right but a code that was used.
    fn told(self) -> ImportItem {
        let (outcome, ticked) = match &self {
            Self::Invalid => ("invalid", false),
            Self::New => ("new", true),
            Self::OtherName(..) => ("same-key", false),
            Self::AlreadyHere => ("already-here", false),
            Self::Twice => ("twice", false),
            Self::OtherSecret => ("other-secret", true),
            Self::OtherSettings(known, _) => ("other-settings", known.id.is_none() || known.unverified),
        };
        let same_key = match &self {
            Self::OtherName(known, _) => Some(title(&known.draft.issuer, &known.draft.account)),
            _ => None,
        };
        let settings = match self {
            Self::OtherSettings(_, settings) | Self::OtherName(_, settings) => settings,
            _ => Vec::new(),
        };
        let (failure, suggestions) = (None, Vec::new());
        ImportItem { outcome: outcome.into(), ticked, settings, same_key, failure, suggestions }
    }
}

impl Known {
    fn of(entries: &[Entry]) -> Self {
        let hasher = RandomState::new();
        let mut known = Self { entries: Vec::new(), named: HashMap::new(), keyed: HashMap::new(), hasher };
        for entry in entries {
            let mut draft = EntryDraft::new(entry.issuer.as_str(), entry.account.as_str(), entry.otp.clone());
            draft.trashed = entry.trashed.is_some();
            known.add(&draft, Some(entry.id.to_string()));
            if let Some(last) = known.entries.last_mut() {
                last.unverified = entry.unverified && entry.last_used().is_none();
            }
        }
        known
    }

    fn fate(&self, draft: &EntryDraft) -> Fate<'_> {
        if let Some(same) = self.same(draft) {
            return if same.id.is_some() { Fate::AlreadyHere } else { Fate::Twice };
        }
        let has_key = |known: &&KnownEntry| known.draft.otp.secret() == draft.otp.secret();
        if let Some(known) = self.named(draft).filter(|known| counts(known, draft)).find(has_key) {
            return Fate::OtherSettings(known, other_settings(&known.draft.otp, &draft.otp));
        }
        if self.named(draft).any(|known| known.draft.trashed == draft.trashed) {
            return Fate::OtherSecret;
        }
        let keyed = self.keyed.get(&self.hash(draft.otp.secret())).into_iter().flatten();
        let mut keyed = keyed.map(|at| &self.entries[*at]).filter(|known| counts(known, draft));
        keyed
            .find(has_key)
            .map_or(Fate::New, |known| Fate::OtherName(known, other_settings(&known.draft.otp, &draft.otp)))
    }

    fn twin(&self, draft: &EntryDraft) -> Option<&str> {
        self.same(draft)?.id.as_deref()
    }

    fn same(&self, draft: &EntryDraft) -> Option<&KnownEntry> {
        let same = |known: &&KnownEntry| counts(known, draft) && known.draft.otp.same_generator(&draft.otp);
        self.named(draft).find(same)
    }

    fn named(&self, draft: &EntryDraft) -> impl Iterator<Item = &KnownEntry> {
        self.named.get(&names(draft)).into_iter().flatten().map(|at| &self.entries[*at])
    }

    fn note(&mut self, draft: &EntryDraft) {
        self.add(draft, None);
    }

    fn add(&mut self, draft: &EntryDraft, id: Option<String>) {
        let at = self.entries.len();
        if id.is_some() {
            let hash = self.hash(draft.otp.secret());
            self.keyed.entry(hash).or_default().push(at);
        }
        self.named.entry(names(draft)).or_default().push(at);
        self.entries.push(KnownEntry { draft: draft.clone(), id, unverified: true });
    }

    fn hash(&self, key: &SecretBytes) -> u64 {
        self.hasher.hash_one(key.expose())
    }
}

/// What is in the bin here does not stand in the way of a living account; what is in the bin there is not brought to a
/// second life.
fn counts(known: &KnownEntry, draft: &EntryDraft) -> bool {
    draft.trashed || !known.draft.trashed
}

/// In what two generators of one key differ. What is Steam's is Steam's throughout.
fn other_settings(known: &Otp, otp: &Otp) -> Vec<OtherSetting> {
    let parts = |otp: &Otp| {
        [
            ("kind", otp.kind().name().to_owned()),
            ("algorithm", otp.algorithm().name().to_owned()),
            ("digits", otp.digits().count().to_string()),
            ("period", otp.period().map_or(String::new(), |period| period.seconds().to_string())),
        ]
    };
    let both = parts(known).into_iter().zip(parts(otp));
    let differ = both.filter(|((_, known), (_, new))| known != new && !known.is_empty() && !new.is_empty());
    let steam = matches!(known.kind(), Kind::Steam) || matches!(otp.kind(), Kind::Steam);
    differ
        .map(|((what, known), (_, new))| OtherSetting { what: what.into(), known, new })
        .filter(|setting| !steam || setting.what == "kind")
        .collect()
}

/// Without case: apps and people write `GitHub` and `Github`, and mean one account.
fn names(draft: &EntryDraft) -> (String, String) {
    (draft.issuer.to_lowercase(), draft.account.to_lowercase())
}

fn draft_of(item: &ImportForm) -> Result<EntryDraft, Failure> {
    let mut draft = view::draft_of(&item.form)?;
    draft.pinned = item.pinned;
    draft.trashed = item.trashed;
    Ok(draft)
}

fn suggestions(issuer: &str, account: &str, urls: &[String], confirmed: &Confirmed) -> Vec<SuggestedSite> {
    let confirmed = confirmed.of_issuer(issuer);
    let table: Vec<Suggestion> = suggest(issuer, account, &[], &[]);
    let of_table = |suggestion: &Suggestion| suggestion.source == Source::Table;
    let one_of_table = table.iter().filter(|suggestion| of_table(suggestion)).count() == 1;
    let agrees = |origin: &Origin| {
        !table.iter().any(of_table) || table.iter().any(|known| of_table(known) && known.origin == *origin)
    };
    suggest(issuer, account, urls, &confirmed)
        .into_iter()
        .take(MAX_SUGGESTIONS)
        .map(|suggestion| {
            let sure = match suggestion.source {
                // A stored address that our table does not know for this issuer may be any page of any site.
                Source::Stored => agrees(&suggestion.origin),
                // Somebody's own server may bear a known service's name, and have no account of that service's.
                Source::Confirmed => confirmed.len() == 1 && agrees(&suggestion.origin),
                Source::Table => one_of_table,
                Source::IssuerHost | Source::Equivalent | Source::Tenant => false,
            };
            SuggestedSite {
                origin: suggestion.origin.to_string(),
                host: suggestion.origin.host_for_people(),
                source: source_code(suggestion.source).into(),
                sure,
            }
        })
        .collect()
}

fn source_code(source: Source) -> &'static str {
    match source {
        Source::Stored => "stored",
        Source::Confirmed => "confirmed",
        Source::Table => "table",
        Source::IssuerHost => "issuer-host",
        Source::Equivalent => "equivalent",
        Source::Tenant => "tenant",
    }
}
