//! The verbs on items of other apps that no entry can hold: listed, shown after a second unlock, deleted and brought back.
//! They come in with an import, and leave the vault in bundles and hand-overs alone.

use crate::audit;
use crate::env::{Env, Millis};
use crate::import::name_of;
use crate::otp::is_unheld;
use crate::protocol::{Failure, KeptForm, KeptView, Reply};
use crate::secret::SecretText;
use crate::vault::body::Body;
use crate::vault::id::EntryId;
use crate::vault::journal::JournalEntry;
use crate::vault::kept::{Kept, KeptDraft, MAX_KEPT};
use crate::vault::sealed::Opened;

use super::{Core, Outcome, view};

/// Bytes of what was deleted last that are kept with the session, which is stored with every request. The interface deletes one
/// note at a time.
const MAX_DELETED: usize = 1 << 20;

/// An item of another app as it crosses to the page.
pub fn kept_form(draft: &KeptDraft) -> KeptForm {
    KeptForm {
        format: draft.format.clone(),
        issuer: draft.issuer.clone(),
        account: draft.account.clone(),
        kind: draft.kind.clone(),
        reason: draft.reason.clone(),
        text: draft.text.expose().clone(),
    }
}

/// What the user sees of a note.
pub(super) fn view_of(kept: &Kept) -> KeptView {
    KeptView {
        id: kept.id.to_string(),
        at: kept.at,
        app: name_of(&kept.format).unwrap_or_default().into(),
        issuer: kept.issuer.clone(),
        account: kept.account.clone(),
        kind: kept.kind.clone(),
        reason: kept.reason.clone(),
    }
}

impl Core {
    pub(super) fn kept(&self) -> Result<Outcome, Failure> {
        let items = self.session()?.vault.body.kept.iter().map(view_of).collect();
        Ok(Outcome::reply(Reply::Kept { items }))
    }

    /// A secret like any other: only where secrets may lie open, and after a second unlock.
    pub(super) fn show_kept(&mut self, id: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        self.may_lie_open()?;
        self.must_be_fresh()?;
        let id = view::id(id)?;
        let item = self.session()?.vault.body.kept.iter().find(|item| item.id == id);
        let text = item.ok_or_else(|| Failure::new("no-note"))?.text.expose().clone();
        let log = Some(audit::line(env.now, "note-shown"));
        let record = JournalEntry { at: env.now, used: None, counter: None, way: None, log };
        let store = self.append(&record, false, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::reply(Reply::KeptText { text }) })
    }

    pub(super) fn delete_kept(&mut self, ids: &[String], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let gone = remove(&mut next, ids, env.now)?;
        if gone.is_empty() {
            return Err(Failure::new("no-note"));
        }
        next.body.note(audit::line(env.now, "note-deleted"));
        let outcome = self.commit(next, Vec::new(), true, env)?;
        self.session_mut()?.deleted = gone;
        Ok(outcome)
    }

    pub(super) fn bring_kept_back(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let back = self.session()?.deleted.clone();
        let mut next = self.session()?.vault.clone();
        let body = &mut next.body;
        if crate::vault::kept::restore(&mut body.kept, &mut body.tombstones, &back) == 0 {
            return Err(Failure::new("no-note"));
        }
        body.note(audit::line(env.now, "note-restored"));
        let outcome = self.commit(next, Vec::new(), true, env)?;
        self.session_mut()?.deleted.clear();
        Ok(outcome)
    }
}

/// What was deleted last, for a background that the browser stops meanwhile.
pub(super) fn outlasting(deleted: &[Kept]) -> Vec<Kept> {
    let bytes: usize = deleted.iter().map(|item| item.text.expose().len()).sum();
    if bytes > MAX_DELETED { Vec::new() } else { deleted.to_vec() }
}

/// What would become of each.
pub(super) fn plan(body: &Body, forms: &[KeptForm]) -> Vec<String> {
    let mut seen: Vec<EntryId> = Vec::new();
    let outcome = |form| {
        let Ok(draft) = draft_of(form) else { return "invalid".to_owned() };
        let id = draft.id();
        let twice = seen.contains(&id);
        seen.push(id);
        if body.kept.iter().any(|item| item.id == id) {
            "already-here"
        } else if twice {
            "twice"
        } else {
            "new"
        }
        .to_owned()
    };
    forms.iter().map(outcome).collect()
}

/// Takes items in, each once. Gives the ids of those that are new.
pub(super) fn take_in(body: &mut Body, forms: &[KeptForm], now: Millis) -> Result<Vec<String>, Failure> {
    let mut new = Vec::new();
    for form in forms {
        let draft = draft_of(form)?;
        let id = draft.id();
        if body.kept.iter().any(|item| item.id == id) {
            continue;
        }
        if body.kept.len() >= MAX_KEPT {
            return Err(Failure { number: u32::try_from(MAX_KEPT).ok(), ..Failure::new("too-many-notes") });
        }
        let gone = body.tombstones.iter().find(|gone| gone.id == id);
        body.kept.push(Kept::new(draft, now, gone));
        body.tombstones.retain(|gone| gone.id != id);
        new.push(id.to_string());
    }
    Ok(new)
}

/// Takes notes away, so that a merge does not bring them back. Gives those that were there.
pub(super) fn remove(vault: &mut Opened, ids: &[String], now: Millis) -> Result<Vec<Kept>, Failure> {
    let ids = ids.iter().map(|id| view::id(id)).collect::<Result<Vec<_>, _>>()?;
    let device = vault.device();
    let gone: Vec<Kept> = vault.body.kept.extract_if(.., |item| ids.contains(&item.id)).collect();
    vault.body.tombstones.extend(gone.iter().map(|item| item.tombstone(now, device)));
    Ok(gone)
}

/// Of a file that another program may have written: names are cut as an importer cuts them, and a reason that is absent or
/// of a later version is the one that is always true.
fn draft_of(form: &KeptForm) -> Result<KeptDraft, Failure> {
    let reason = if is_unheld(&form.reason) { &form.reason } else { "unsupported-type" };
    let (names, text) = ((&*form.issuer, &*form.account), SecretText::new(form.text.clone()));
    let draft = KeptDraft::new(names, &form.kind, reason, text);
    Ok(draft.ok_or_else(|| Failure::new("too-long"))?.of(&form.format))
}
