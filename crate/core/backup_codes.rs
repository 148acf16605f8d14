//! The verbs on a site's own backup codes: behind a second unlock they are shown and filled, one at a time and by the
//! user's press alone. A code is spent when its page went on or the user says so.

use crate::env::{Env, Millis};
use crate::fill::Field;
use crate::otp::found::find_secrets;
use crate::otp::text::read_texts;
use crate::protocol::{DerivedKey, Failure, Reply, SiteCode};
use crate::recovery::backup_codes;
use crate::secret::SecretText;
use crate::site::{Binding, Scope};
use crate::vault::backup_codes::{BackupCode, BackupCodes, LOW, MAX_CODE, MAX_CODES};
use crate::vault::body::LogLine;
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;
use crate::vault::journal::JournalEntry;

use super::entries::front_origin;
use super::pages::{How, unfilled};
use super::sender::{Document, Sender};
use super::session::{opens_vault, save_failure, secret};
use super::{Core, Effect, Outcome, Store, entries, view};

/// A second unlock is good for so long: a sign-in takes a minute or two, a coffee ends it.
const FRESH_MS: u64 = 5 * 60_000;
/// The script that wrote a code watches its page for two minutes; its last word may come a moment later.
const WATCHED_MS: u64 = 150_000;

/// A code that was written into a page.
pub(super) struct Spending {
    order: u32,
    document: Document,
    entry: EntryId,
    code: SecretText,
    until: Millis,
}

impl Core {
    /// The second unlock: the password once more.
    pub(super) fn fresh(&mut self, keys: &[DerivedKey], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let secrets = keys.iter().map(secret).collect::<Result<Vec<_>, _>>()?;
        let (_, file) = self.session()?.vault.save(env).map_err(save_failure)?;
        if !secrets.iter().any(|secret| file.open(&secret.clone().into(), opens_vault(env.now)).is_ok()) {
            return Err(Failure::new("wrong-password"));
        }
        self.session_mut()?.opening.fresh = Some(self.run().plus(FRESH_MS));
        let until = env.now.plus(FRESH_MS);
        let effects = self.note_password(env.now).into_iter().collect();
        Ok(Outcome { effects, ..Outcome::reply(Reply::Fresh { until }) })
    }

    pub(super) fn must_be_fresh(&self) -> Result<(), Failure> {
        let until = self.session()?.opening.fresh;
        let fresh = until.is_some_and(|until| self.is_within(until, FRESH_MS));
        if fresh { Ok(()) } else { Err(Failure::new("needs-fresh")) }
    }

    /// An entry's codes, with what became of each.
    pub(super) fn backup_codes(&mut self, id: &str, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let entry = self.entry(id)?;
        self.must_show(entry)?;
        self.must_be_fresh()?;
        let codes = entry.backup_codes.iter().flat_map(|list| &list.codes).map(site_code).collect();
        let store = self.log("backup-codes-shown", entry.id, None, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::reply(Reply::BackupCodes { codes }) })
    }

    /// Keeps codes that the user looked at: in place of those that are there, or beside them.
    pub(super) fn keep_backup_codes(
        &mut self,
        id: &str,
        codes: &[SiteCode],
        add: bool,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let entry = self.entry(id)?;
        if !add && entry.backup_codes.as_ref().is_some_and(|list| !list.codes.is_empty()) {
            // There is no bin for them.
            self.must_show(entry)?;
            self.must_be_fresh()?;
        }
        let mut list = match &entry.backup_codes {
            Some(list) if add => list.clone(),
            _ => BackupCodes::default(),
        };
        list.listed = env.now;
        for new in codes {
            let code = new.code.trim();
            if code.is_empty() {
                continue;
            }
            if code.chars().count() > MAX_CODE {
                return Err(Failure::new("too-long"));
            }
            let code = SecretText::new(code.to_owned());
            if list.find_mut(&code).is_none() {
                list.codes.push(BackupCode { used: new.used, ..BackupCode::new(code) });
            }
        }
        if list.codes.len() > MAX_CODES {
            return Err(Failure { number: u32::try_from(MAX_CODES).ok(), ..Failure::new("too-many-codes") });
        }
        let what = if list.codes.is_empty() { "backup-codes-removed" } else { "backup-codes-kept" };
        self.change_noted(id, Some(what), env, |entry| {
            entry.backup_codes = Some(list);
            Ok(())
        })
    }

    /// The user says what became of a code; of those that were filled, where none is named.
    pub(super) fn mark_backup_code(
        &mut self,
        id: &str,
        code: Option<&str>,
        used: bool,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        if code.is_some() {
            self.must_be_fresh()?;
        }
        let named = code.map(|code| SecretText::new(code.to_owned()));
        let now = env.now;
        let what = if used { "backup-code-used" } else { "backup-code-unused" };
        self.change_noted(id, Some(what), env, |entry| {
            let list = entry.backup_codes.as_mut().ok_or_else(|| Failure::new("no-backup-codes"))?;
            let meant = |known: &BackupCode| match &named {
                Some(named) => known.code == *named,
                None => known.tried.is_some(),
            };
            let mut some = false;
            for code in list.codes.iter_mut().filter(|known| meant(known)) {
                (code.used, code.tried, some) = (used.then_some(now), None, true);
            }
            if some { Ok(()) } else { Err(Failure::new("no-backup-codes")) }
        })
    }

    /// A press in the popup: the next code, into the field of the page in front that takes one.
    pub(super) fn fill_backup_code(
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
        if !view::bindings(entry).any(|binding| binding.matches(&top)) {
            return Ok(unfilled("not-bound", vec![entry.id.to_string()]));
        }
        if entry.backup_codes.as_ref().and_then(BackupCodes::next).is_none() {
            return Ok(unfilled("no-backup-codes", vec![entry.id.to_string()]));
        }
        // An emergency account is opened with its reason first.
        self.must_show(entry)?;
        self.must_be_fresh()?;
        let entry = entry.id;
        Ok(self.press(front, top, entry, How::Backup, env))
    }

    /// The next code as this field takes it, and the note on it that must be stored before it leaves.
    pub(super) fn take_backup_code(
        &mut self,
        entry: &Entry,
        field: Option<&Field>,
        order: u32,
        document: &Document,
        env: &mut Env<'_>,
    ) -> Result<(String, Store), &'static str> {
        let code = entry.backup_codes.as_ref().and_then(BackupCodes::next).ok_or("no-backup-codes")?;
        let code = code.code.clone();
        let text = field.and_then(|field| fitted(code.expose(), field)).ok_or("length")?;
        let now = env.now;
        let outcome = self.change(&entry.id.to_string(), env, |entry| {
            if let Some(code) = entry.backup_codes.as_mut().and_then(|list| list.find_mut(&code)) {
                code.tried = Some(now);
            }
            Ok(())
        });
        let Ok(Outcome { store: Some(Store::Commit(mut commit)), .. }) = outcome else {
            return Err("not-saved");
        };
        // Nobody knows later that a code was filled which no store holds.
        commit.keep_unsaved = false;
        self.spending.retain(|spending| now < spending.until);
        let document = document.clone();
        self.spending.push(Spending { order, document, entry: entry.id, code, until: now.plus(WATCHED_MS) });
        Ok((text, Store::Commit(commit)))
    }

    /// The page that a code was written into went on: the code is used up.
    pub(super) fn moved(
        &mut self,
        order: u32,
        sender: &Sender,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let Sender::Content(document) = sender else { return Err(Failure::new("not-allowed")) };
        let told = |it: &Spending| it.order == order && it.document.is(document) && env.now < it.until;
        let Some(at) = self.spending.iter().position(told) else { return Ok(Outcome::done()) };
        let Spending { entry, code, .. } = self.spending.swap_remove(at);
        let now = env.now;
        // The page is told nothing of what became of it.
        let outcome = self.change_noted(&entry.to_string(), Some("backup-code-used"), env, |entry| {
            if let Some(code) = entry.backup_codes.as_mut().and_then(|list| list.find_mut(&code)) {
                (code.used, code.tried) = (Some(code.used.unwrap_or(now)), None);
            }
            Ok(())
        });
        Ok(outcome.unwrap_or_else(|_| Outcome::done()))
    }

    /// The text of the page in front, on the user's request. Not in a private window, and not where the user wants
    /// nothing of ours.
    pub(super) fn page_text(&self, sender: &Sender) -> Result<Outcome, Failure> {
        let Sender::Own(Some(front)) = sender else { return Err(Failure::new("no-page-text")) };
        if front.incognito {
            return Err(Failure::new("private-window"));
        }
        let here = front_origin(sender).filter(|here| !self.is_never(here));
        if here.is_none() || front.document.is_none() {
            return Err(Failure::new("no-page-text"));
        }
        let nothing = Reply::PageText { text: String::new(), links: Vec::new() };
        Ok(Outcome { effects: vec![Effect::PageText { tab: front.tab }], ..Outcome::reply(nothing) })
    }

    fn log(
        &mut self,
        what: &str,
        entry: EntryId,
        host: Option<String>,
        env: &mut Env<'_>,
    ) -> Result<Store, Failure> {
        let log = LogLine { at: env.now, what: what.into(), entry: Some(entry), host };
        self.append(
            &JournalEntry { at: env.now, used: None, counter: None, way: None, log: Some(log) },
            false,
            env,
        )
    }
}

/// What a text lists. Changes nothing.
pub(super) fn read(text: &str, now: Millis) -> Outcome {
    let codes = backup_codes::read(text).into_iter().map(|found| SiteCode {
        code: found.code.expose().clone(),
        used: found.used.then_some(now),
        tried: None,
    });
    Outcome::reply(Reply::BackupCodes { codes: codes.collect() })
}

/// The account that a page's text sets up. A key without a name is given the page's host, to be looked at.
pub(super) fn found_secrets(text: &str, links: &[String], sender: &Sender) -> Outcome {
    let found = find_secrets(text, links);
    let mut readings = read_texts(&found);
    // What was found in prose and is no account is no news.
    readings.skipped.retain(|unread| found.get(unread.text).is_some_and(|text| text.contains("://")));
    let site = front_origin(sender).and_then(|origin| Binding::new(origin, Scope::Exact, true).ok());
    if let Some(host) = site.map(|site| site.origin().host_for_people()) {
        let nameless =
            readings.accounts.iter_mut().filter(|it| it.issuer.is_empty() && it.account.is_empty());
        nameless.for_each(|account| account.issuer = host.trim_start_matches("www.").to_owned());
    }
    entries::told(&readings)
}

/// A code as a field takes it: without blanks and hyphens where it takes digits alone or has no room for them.
fn fitted(code: &str, field: &Field) -> Option<String> {
    let bare: String = code.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let room = field.max_length.map_or(usize::MAX, |max| max as usize);
    let counts = field.kind == "number" || matches!(field.inputmode.as_str(), "numeric" | "decimal");
    let digits = bare.bytes().all(|byte| byte.is_ascii_digit());
    match (counts, digits) {
        (true, false) if field.kind == "number" => None,
        (true, true) => Some(bare),
        _ if code.chars().count() <= room => return Some(code.to_owned()),
        _ => Some(bare),
    }
    .filter(|text| text.chars().count() <= room)
}

pub(super) fn site_code(code: &BackupCode) -> SiteCode {
    SiteCode { code: code.code.expose().clone(), used: code.used, tried: code.tried }
}

/// What may be seen of a list without a second unlock.
pub(super) fn view_of(list: &BackupCodes) -> crate::protocol::BackupCodesView {
    let count = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    crate::protocol::BackupCodesView {
        left: count(list.left()),
        of: count(list.codes.len()),
        low: list.left() <= LOW,
        tried: list.tried(),
        listed: list.listed,
    }
}

#[cfg(test)]
mod tests;
