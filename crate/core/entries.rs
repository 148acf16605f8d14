//! The verbs on entries: list, codes, read, add, edit, bin, sites, settings.

use crate::audit;
use crate::env::{Env, Millis};
use crate::otp::Kind;
use crate::otp::base32::base32;
use crate::otp::text::{Readings, read_texts};
use crate::otp::uri::write_uri;
use crate::protocol::{
    Batch, CodeView, EntryEdit, EntryForm, EntryView, Failure, Reply, Settings, SiteForm, SkippedText,
};
use crate::site::Origin;
use crate::vault::body::{LogLine, Tombstone};
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;
use crate::vault::journal::{JournalEntry, Moved, Used};
use crate::vault::kept::KeptDraft;
use crate::vault::sealed::Opened;

use super::sender::Sender;
use super::{Core, Outcome, Store};
use super::{kept_form, view};

/// RFC 4226 7.4 asks for a small window; two codes in a row make a wide one safe.
const LOOK_AHEAD: u32 = 100;
/// Choices of the interface, in minutes: one minute to a week; 0 is "until the browser closes".
const MAX_LOCK_MINUTES: u32 = 7 * 24 * 60;

impl Core {
    pub(super) fn list(&self, now: Millis) -> Result<Outcome, Failure> {
        let view = |entry: &Entry| EntryView {
            waits: self.must_have_waited(entry, now).is_err(),
            ..view::entry_view(entry)
        };
        let mut entries: Vec<_> = self.session()?.vault.body.entries.iter().map(view).collect();
        entries.sort_by_key(|entry| !entry.pinned);
        Ok(Outcome::reply(Reply::Entries { entries }))
    }

    pub(super) fn codes(&self, now: Millis) -> Result<Outcome, Failure> {
        let entries = self.session()?.vault.body.entries.iter();
        let codes = entries
            .filter(|entry| entry.trashed.is_none() && self.may_show(entry) && entry.otp.period().is_some())
            .map(|entry| view::code_view(entry.id.to_string(), &entry.otp, now))
            .collect();
        Ok(Outcome::reply(Reply::Codes { now, codes }))
    }

    pub(super) fn next_hotp(&mut self, id: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let entry = self.entry(id)?.clone();
        self.must_show(&entry)?;
        let (code, store) = self.take_hotp(&entry, Some(String::new()), env)?;
        Ok(Outcome { store: Some(store), ..Outcome::reply(Reply::Code(code)) })
    }

    /// The code of an HOTP entry's counter, and the record that must be stored before it is shown.
    /// Without an `origin` only the counter is remembered.
    pub(super) fn take_hotp(
        &mut self,
        entry: &Entry,
        origin: Option<String>,
        env: &mut Env<'_>,
    ) -> Result<(CodeView, Store), Failure> {
        let Kind::Hotp { counter } = entry.otp.kind() else { return Err(Failure::new("not-hotp")) };
        let to = counter.checked_add(1).ok_or_else(|| Failure::new("counter-at-its-end"))?;
        let code = view::code_view(entry.id.to_string(), &entry.otp, env.now);
        let record = JournalEntry {
            at: env.now,
            used: origin.map(|origin| Used { id: entry.id, origin }),
            counter: Some(Moved { id: entry.id, to }),
            way: None,
            log: None,
        };
        Ok((code, self.append(&record, true, env)?))
    }

    pub(super) fn resync_hotp(
        &mut self,
        id: &str,
        codes: &[String],
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let entry = self.entry(id)?;
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let window = if codes.len() > 1 { LOOK_AHEAD } else { 10 };
        let to = entry.otp.resynchronised(&codes, window).ok_or_else(|| Failure::new("no-match"))?;
        let record = JournalEntry {
            at: env.now,
            used: None,
            counter: Some(Moved { id: entry.id, to }),
            way: None,
            log: None,
        };
        let store = self.append(&record, true, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::done() })
    }

    /// A code was copied: the entry works, and it is the one used last.
    pub(super) fn used(&mut self, id: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let id = self.entry(id)?.id;
        let used = Some(Used { id, origin: String::new() });
        let log = Some(LogLine { entry: Some(id), ..audit::line(env.now, "copy") });
        let record = JournalEntry { at: env.now, used, counter: None, way: None, log };
        let store = self.append(&record, false, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::done() })
    }

    /// Seals a journal record; every 64th is folded into a new generation instead.
    pub(super) fn append(
        &mut self,
        record: &JournalEntry,
        must: bool,
        env: &mut Env<'_>,
    ) -> Result<Store, Failure> {
        if self.session()?.journal_is_full() {
            let mut next = self.session()?.vault.clone();
            crate::vault::journal::apply(&mut next.body, record);
            let keep_unsaved = !must;
            let outcome = self.commit(next, Vec::new(), keep_unsaved, env)?;
            return outcome.store.ok_or_else(|| Failure::new("not-saved"));
        }
        let line = self.session_mut()?.append(record, env);
        Ok(Store::Append { line, must })
    }

    pub(super) fn add(
        &mut self,
        forms: Vec<EntryForm>,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let here = front_origin(sender);
        let device = next.device();
        let (mut ids, mut already_here) = (Vec::new(), 0);
        for form in &forms {
            let draft = view::draft_of(form)?;
            let sites = form
                .sites
                .iter()
                .map(|site| Ok(view::stored_site(&self.may_bind(view::binding_of(site, here.as_ref())?)?)))
                .collect::<Result<Vec<_>, Failure>>()?;
            let twin = next.body.entries.iter_mut().find(|entry| {
                entry.trashed.is_none() && entry.same_account(&draft.issuer, &draft.account, &draft.otp)
            });
            if let Some(twin) = twin {
                already_here += 1;
                let new: Vec<_> = sites.into_iter().filter(|site| !twin.sites.contains(site)).collect();
                if !new.is_empty() {
                    twin.sites.extend(new);
                    twin.touch(device, env.now);
                }
                ids.push(twin.id.to_string());
                continue;
            }
            let mut entry = Entry::make(draft, device, env);
            entry.sites = sites;
            ids.push(entry.id.to_string());
            next.body.entries.push(entry);
        }
        let outcome = self.commit(next, Vec::new(), true, env)?;
        self.note_enrolment(&ids, sender);
        Ok(Outcome { reply: Reply::Added { ids, already_here }, ..outcome })
    }

    pub(super) fn edit(&mut self, id: &str, edit: EntryEdit, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        if edit.emergency == Some(false) {
            self.must_show(self.entry(id)?)?;
        }
        let before = self.entry(id)?.emergency;
        let noted = match edit.emergency.unwrap_or(before) {
            after if after == before => None,
            true => Some("emergency-marked"),
            false => Some("emergency-unmarked"),
        };
        self.change_noted(id, noted, env, |entry| {
            entry.emergency = edit.emergency.unwrap_or(entry.emergency);
            if let Some(issuer) = &edit.issuer {
                entry.issuer = view::words(issuer, "issuer")?;
            }
            if let Some(account) = &edit.account {
                entry.account = view::words(account, "account")?;
            }
            if let Some(note) = &edit.note {
                entry.note = view::note(note)?;
            }
            if let Some(tags) = &edit.tags {
                entry.tags = view::tags(tags)?;
            }
            entry.pinned = edit.pinned.unwrap_or(entry.pinned);
            entry.unverified = edit.unverified.unwrap_or(entry.unverified);
            Ok(())
        })
    }

    pub(super) fn reorder(&mut self, ids: &[String], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let ids = ids.iter().map(|id| view::id(id)).collect::<Result<Vec<_>, _>>()?;
        let place = |entry: &Entry| ids.iter().position(|id| *id == entry.id).unwrap_or(usize::MAX);
        next.body.entries.sort_by_key(place);
        self.commit(next, Vec::new(), true, env)
    }

    pub(super) fn trash(
        &mut self,
        ids: &[String],
        into: bool,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        for id in ids {
            let entry = find_mut(&mut next, id)?;
            let moved = entry.trashed.is_some() != into;
            entry.trashed = into.then(|| entry.trashed.unwrap_or(env.now));
            entry.touch(device, env.now);
            if entry.emergency && moved {
                let what = if into { "emergency-binned" } else { "emergency-restored" };
                let entry = Some(entry.id);
                next.body.note(LogLine { entry, ..audit::line(env.now, what) });
            }
        }
        self.commit(next, Vec::new(), true, env)
    }

    /// Deletes for good what is in the bin. Emergency entries want a second unlock: nobody misses them on an ordinary day.
    pub(super) fn purge(&mut self, ids: &[String], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        for id in ids {
            let entry = find_mut(&mut next, id)?;
            if entry.trashed.is_none() {
                return Err(Failure::new("not-in-bin"));
            }
            let (id, edits) = (entry.id, entry.edits.saturating_add(1));
            if entry.emergency {
                self.must_be_fresh()?;
                let entry = Some(id);
                next.body.note(LogLine { entry, ..audit::line(env.now, "emergency-deleted") });
            }
            next.body.entries.retain(|entry| entry.id != id);
            next.body.tombstones.push(Tombstone { id, at: env.now, edits, device });
        }
        self.commit(next, Vec::new(), true, env)
    }

    /// The key as text and as a QR code: an export of one account, and so behind a second unlock like every other.
    pub(super) fn reveal(&mut self, id: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        self.may_lie_open()?;
        let entry = self.entry(id)?;
        self.must_show(entry)?;
        self.must_be_fresh()?;
        let uri = write_uri(&entry.issuer, &entry.account, &entry.otp);
        let qr = uri.as_deref().and_then(|uri| crate::qr::matrix(uri).ok()).unwrap_or_default();
        let rows = |row: &Vec<bool>| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect();
        let reply =
            Reply::Secret { secret: base32(entry.otp.secret()), uri, qr: qr.iter().map(rows).collect() };
        let log = LogLine { at: env.now, what: "reveal".into(), entry: Some(entry.id), host: None };
        let record = JournalEntry { at: env.now, used: None, counter: None, way: None, log: Some(log) };
        let store = self.append(&record, false, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::reply(reply) })
    }

    pub(super) fn bind(
        &mut self,
        id: &str,
        site: &SiteForm,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let here = front_origin(sender);
        let site = view::stored_site(&self.may_bind(view::binding_of(site, here.as_ref())?)?);
        self.change(id, env, |entry| {
            entry.sites.retain(|kept| kept.origin != site.origin);
            entry.sites.push(site.clone());
            Ok(())
        })
    }

    pub(super) fn unbind(
        &mut self,
        id: &str,
        site: &SiteForm,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        self.change(id, env, |entry| {
            entry.sites.retain(|kept| kept.origin != site.origin);
            let bound: Vec<_> = view::bindings(entry).collect();
            entry.choices.retain(|choice| {
                Origin::parse(&choice.origin)
                    .is_ok_and(|origin| bound.iter().any(|binding| binding.matches(&origin)))
            });
            Ok(())
        })
    }

    pub(super) fn set_settings(&mut self, settings: Settings, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        if settings.lock_after_minutes > MAX_LOCK_MINUTES {
            return Err(Failure { field: Some("lockAfterMinutes".into()), ..Failure::new("too-long") });
        }
        let mut next = self.session()?.vault.clone();
        if self.settings(&settings) != settings {
            return Err(Failure { field: Some("lockAfterMinutes".into()), ..Failure::new("policy-setting") });
        }
        next.body.settings.values = settings;
        next.body.settings.modified = env.now;
        let mut outcome = self.commit(next, Vec::new(), true, env)?;
        if let Some(Store::Commit(commit)) = &outcome.store {
            let mut status = self.status_view();
            status.settings = self.settings(&commit.next.body.settings.values);
            outcome.reply = Reply::Status(Box::new(status));
        }
        Ok(outcome)
    }

    pub(super) fn entry(&self, id: &str) -> Result<&Entry, Failure> {
        let id = view::id(id)?;
        self.entry_by_id(id).ok_or_else(|| Failure::new("no-entry"))
    }

    pub(super) fn entry_by_id(&self, id: EntryId) -> Option<&Entry> {
        self.session().ok()?.vault.body.entries.iter().find(|entry| entry.id == id)
    }

    /// One entry's words change, and the change is committed.
    pub(super) fn change(
        &mut self,
        id: &str,
        env: &mut Env<'_>,
        how: impl FnOnce(&mut Entry) -> Result<(), Failure>,
    ) -> Result<Outcome, Failure> {
        self.change_noted(id, None, env, how)
    }

    /// The same, with a line in the log.
    pub(super) fn change_noted(
        &mut self,
        id: &str,
        what: Option<&str>,
        env: &mut Env<'_>,
        how: impl FnOnce(&mut Entry) -> Result<(), Failure>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        let entry = find_mut(&mut next, id)?;
        how(entry)?;
        entry.touch(device, env.now);
        let entry = Some(entry.id);
        if let Some(what) = what {
            next.body.note(LogLine { entry, ..audit::line(env.now, what) });
        }
        self.commit(next, Vec::new(), true, env)
    }
}

/// What texts are. Changes nothing.
pub(super) fn read(texts: &[String]) -> Outcome {
    told(&read_texts(texts))
}

/// What was read, as it is told.
pub(super) fn told(readings: &Readings) -> Outcome {
    let skipped = readings.skipped.iter().map(|unread| SkippedText {
        index: u32::try_from(unread.text).unwrap_or(u32::MAX),
        why: unread.why.into(),
        what: unread.what.clone(),
        kept: unread.piece.as_ref().and_then(|piece| {
            let names = (piece.issuer.as_str(), piece.account.as_str());
            let draft = KeptDraft::new(names, &piece.kind, unread.why, piece.text.clone())?;
            Some(kept_form(&KeptDraft { format: "qr-image".into(), ..draft }))
        }),
    });
    Outcome::reply(Reply::Readings {
        forms: readings.accounts.iter().map(view::form_of).collect(),
        skipped: skipped.collect(),
        batch: readings.incomplete.map(|(read, of)| Batch { read, of }),
    })
}

/// The code that a form would give now. Changes nothing.
pub(super) fn preview(form: &EntryForm, now: Millis) -> Result<Outcome, Failure> {
    let draft = view::draft_of(form)?;
    Ok(Outcome::reply(Reply::Code(view::code_view(String::new(), &draft.otp, now))))
}

/// The page in front, as an origin.
pub(super) fn front_origin(sender: &Sender) -> Option<Origin> {
    let (Sender::Own(Some(front)) | Sender::Browser(Some(front))) = sender else { return None };
    Origin::parse(front.url.as_deref()?).ok()
}

pub(super) fn find_mut<'a>(vault: &'a mut Opened, id: &str) -> Result<&'a mut Entry, Failure> {
    let id = view::id(id)?;
    vault.body.entries.iter_mut().find(|entry| entry.id == id).ok_or_else(|| Failure::new("no-entry"))
}
