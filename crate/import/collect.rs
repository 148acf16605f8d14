//! [`Collector`]: gathers what a file holds, within [`Limits::max_items`].

use super::{Draft, ImportError, Limits, Skipped};
use crate::otp::OtpError;
use crate::vault::entry::EntryDraft;

/// A [`Draft`] in the making.
#[derive(Debug)]
pub struct Collector {
    draft: Draft,
    left: usize,
}

impl Collector {
    /// An empty draft of that format.
    pub fn new(format: &'static str, limits: &Limits) -> Self {
        Self { draft: Draft { format, ..Draft::default() }, left: limits.max_items }
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
        self.draft.skipped.push(Skipped { what: what.into(), why });
        Ok(())
    }

    /// Adds the account, or notes why there is none.
    pub fn take(&mut self, what: &str, entry: Result<EntryDraft, &'static str>) -> Result<(), ImportError> {
        match entry {
            Ok(entry) => self.add(entry),
            Err(why) => self.skip(what, why),
        }
    }

    /// Adds the account, or notes why there is none under its names; an item without names by its place from 1.
    pub fn account(
        &mut self,
        issuer: &str,
        account: &str,
        entry: Result<EntryDraft, OtpError>,
    ) -> Result<(), ImportError> {
        match entry {
            Ok(entry) => self.add(entry),
            Err(error) => self.skip(self.name(issuer, account), error.code()),
        }
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

    #[test]
    fn entries_and_skipped_items_count_together() {
        let mut collector = Collector::new("x", &Limits { max_items: 2, ..Limits::default() });
        assert_eq!(collector.take("a", Err("bad-secret")), Ok(()));
        assert_eq!(collector.skip("b", "no-secret"), Ok(()));
        assert_eq!(collector.skip("c", "no-secret"), Err(ImportError::TooLarge));
        assert_eq!(collector.finish().skipped.len(), 2);
    }

    #[test]
    fn skipped_accounts_are_named() {
        let mut collector = Collector::new("x", &Limits::default());
        for (issuer, account) in [("GitHub", "ada"), ("", "ada"), ("GitHub", ""), ("", " ")] {
            collector.account(issuer, account, Err(OtpError::NoSecret)).unwrap();
        }
        let what: Vec<_> = collector.finish().skipped.into_iter().map(|s| s.what).collect();
        assert_eq!(what, ["GitHub: ada", "ada", "GitHub", "#4"]);
    }

    #[test]
    fn nothing_at_all_is_an_error_where_the_format_says_so() {
        assert_eq!(Collector::new("x", &Limits::default()).finish_some().err(), Some(ImportError::NoEntries));
    }
}
