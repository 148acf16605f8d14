//! [`Collector`]: gathers what a file holds, within [`Limits::max_items`].

use super::login::{Login, Said, links};
use super::source::{Raw, Source};
use super::{Draft, ImportError, Limits, Skipped};
use crate::otp::text::Unread;
use crate::otp::{OtpError, is_unheld};
use crate::vault::entry::EntryDraft;
use crate::vault::kept::{KeptDraft, MAX_KEPT};

/// A [`Draft`] in the making.
#[derive(Debug)]
pub struct Collector {
    draft: Draft,
    left: usize,
    /// Items that may still be kept with their text.
    room: usize,
}

impl Collector {
    /// An empty draft of that format.
    pub fn new(format: &'static str, limits: &Limits) -> Self {
        Self { draft: Draft { format, ..Draft::default() }, left: limits.max_items, room: MAX_KEPT }
    }

    /// Adds an account.
    pub fn add(&mut self, entry: EntryDraft) -> Result<(), ImportError> {
        self.count()?;
        self.draft.entries.push(entry);
        Ok(())
    }

    /// Notes what could not be taken and why, a stable code. `what` never holds a secret.
    pub fn skip(&mut self, what: impl Into<String>, why: &'static str) -> Result<(), ImportError> {
        self.count()?;
        self.draft.skipped.push(Skipped::new(what, why));
        Ok(())
    }

    /// Adds a login's account, or notes why there is none. `field` is what the login has of it, and nothing else.
    pub(super) fn login(
        &mut self,
        login: &Login<'_>,
        entry: Result<EntryDraft, &'static str>,
        field: &(impl Source + ?Sized),
    ) -> Result<(), ImportError> {
        match entry {
            Ok(entry) => self.add(entry),
            Err(why) => self.unheld(login.what(), why, (login.title, login.username), || field.raw()),
        }
    }

    /// Adds what links a login's other texts have: accounts of their own, unless they say what was taken already.
    pub(super) fn links<'t>(
        &mut self,
        login: &Login<'_>,
        said: &mut Said,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<(), ImportError> {
        texts.into_iter().flat_map(links).try_for_each(|link| {
            let entry = login.read(link);
            if said.is_new(&entry) { self.login(login, entry, link) } else { Ok(()) }
        })
    }

    /// Adds the account, or notes why there is none under its names; an item without names by its place from 1. `item` is
    /// what the file has of it.
    pub(super) fn account(
        &mut self,
        issuer: &str,
        account: &str,
        entry: Result<EntryDraft, OtpError>,
        item: &(impl Source + ?Sized),
    ) -> Result<(), ImportError> {
        match entry {
            Ok(entry) => self.add(entry),
            Err(error) => {
                self.unheld(self.name(issuer, account), error.code(), (issuer, account), || item.raw())
            }
        }
    }

    /// Notes a piece of text that is no account of ours.
    pub(super) fn unread(&mut self, what: String, unread: Unread) -> Result<(), ImportError> {
        let Some(piece) = unread.piece else { return self.skip(what, unread.why) };
        let raw = Raw { kind: piece.kind, text: Some(piece.text) };
        self.unheld(what, unread.why, (&piece.issuer, &piece.account), || raw)
    }

    /// Notes what could not be taken; where it is an account with a key, with its text, so that it can be kept.
    fn unheld(
        &mut self,
        what: String,
        why: &'static str,
        (issuer, account): (&str, &str),
        raw: impl FnOnce() -> Raw,
    ) -> Result<(), ImportError> {
        self.skip(what, why)?;
        if !is_unheld(why) || self.room == 0 {
            return Ok(());
        }
        let Raw { kind, text } = raw();
        let kept = text.and_then(|text| KeptDraft::new((issuer, account), &kind, why, text));
        if let (Some(kept), Some(skipped)) = (kept, self.draft.skipped.last_mut()) {
            skipped.kept = Some(Box::new(kept));
            self.room -= 1;
        }
        Ok(())
    }

    /// What the user knows the next item by.
    pub fn name(&self, issuer: &str, account: &str) -> String {
        match (issuer.trim(), account.trim()) {
            ("", "") => format!("#{}", self.draft.entries.len() + self.draft.skipped.len() + 1),
            ("", one) | (one, "") => one.to_owned(),
            (issuer, account) => format!("{issuer}: {account}"),
        }
    }

    /// The draft, which may be empty: a password manager's export without one-time passwords is no mistake.
    pub fn finish(self) -> Draft {
        self.draft
    }

    /// The draft, when it holds or mentions anything.
    pub fn finish_some(self) -> Result<Draft, ImportError> {
        if self.draft.entries.is_empty() && self.draft.skipped.is_empty() {
            return Err(ImportError::NoEntries);
        }
        Ok(self.draft)
    }

    fn count(&mut self) -> Result<(), ImportError> {
        self.left = self.left.checked_sub(1).ok_or(ImportError::TooLarge)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::kept::MAX_KEPT_TEXT;

    #[test]
    fn entries_and_skipped_items_count_together() {
        let mut collector = Collector::new("x", &Limits { max_items: 2, ..Limits::default() });
        assert_eq!(collector.login(&Login::default(), Err("bad-secret"), "x"), Ok(()));
        assert_eq!(collector.skip("b", "no-secret"), Ok(()));
        assert_eq!(collector.skip("c", "no-secret"), Err(ImportError::TooLarge));
        assert_eq!(collector.finish().skipped.len(), 2);
    }

    #[test]
    fn skipped_accounts_are_named() {
        let mut collector = Collector::new("x", &Limits::default());
        for (issuer, account) in [("GitHub", "ada"), ("", "ada"), ("GitHub", ""), ("", " ")] {
            collector.account(issuer, account, Err(OtpError::NoSecret), "x").unwrap();
        }
        let what: Vec<_> = collector.finish().skipped.into_iter().map(|s| s.what).collect();
        assert_eq!(what, ["GitHub: ada", "ada", "GitHub", "#4"]);
    }

    #[test]
    fn an_account_with_a_key_that_nothing_here_holds_comes_with_its_text_and_nothing_else_does() {
        let mut collector = Collector::new("x", &Limits::default());
        let mut add = |error, item: &str| collector.account(" VPN ", "ada", Err(error), item).unwrap();
        add(OtpError::UnsupportedType, "motp://x?secret=00ff");
        add(OtpError::NoSecret, "motp://x");
        add(OtpError::BadDigits, &"x".repeat(MAX_KEPT_TEXT + 1));
        collector.skip("folder", "trashed").unwrap();
        let draft = collector.finish();
        let kept: Vec<_> = draft.skipped.iter().map(|skipped| skipped.kept.as_deref()).collect();
        assert_eq!(kept[1..], [None, None, None]);
        let one = kept[0].unwrap();
        assert_eq!(
            (&*one.issuer, &*one.account, &*one.kind, &*one.reason),
            ("VPN", "ada", "motp", "unsupported-type")
        );
        assert_eq!(one.text.expose(), "motp://x?secret=00ff");
        assert!(!format!("{draft:?}").contains("00ff"));
    }

    #[test]
    fn no_more_are_kept_than_a_vault_takes() {
        let mut collector = Collector::new("x", &Limits::default());
        for n in 0..MAX_KEPT + 5 {
            collector.account("", &n.to_string(), Err(OtpError::UnsupportedType), "motp://x").unwrap();
        }
        let skipped = collector.finish().skipped;
        assert_eq!(skipped.iter().filter(|skipped| skipped.kept.is_some()).count(), MAX_KEPT);
        assert_eq!(skipped.len(), MAX_KEPT + 5);
    }

    #[test]
    fn nothing_at_all_is_an_error_where_the_format_says_so() {
        assert_eq!(Collector::new("x", &Limits::default()).finish_some().err(), Some(ImportError::NoEntries));
    }
}
