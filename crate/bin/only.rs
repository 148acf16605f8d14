//! `--only NAME`: which accounts a command takes out.

use sparekey::otp::uri::title;

/// The names that were given; none of them: every account.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Only(Vec<String>);

impl Only {
    /// One more name. False for an empty one, which every account without an issuer would have.
    #[must_use]
    pub fn add(&mut self, name: &str) -> bool {
        self.0.push(name.into());
        !name.is_empty()
    }

    pub fn is_given(&self) -> bool {
        !self.0.is_empty()
    }

    /// For each account, an issuer and a name, whether it is one of these. Fails with the names that none has: half a
    /// selection would be taken for the whole of it.
    pub fn choose<'a>(
        &self,
        accounts: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Vec<bool>, Vec<String>> {
        let names: Vec<_> = self.0.iter().map(|name| name.to_lowercase()).collect();
        let mut found = vec![false; names.len()];
        let mut is_one = |(issuer, account): (&str, &str)| {
            let called = [issuer.to_lowercase(), title(issuer, account).to_lowercase()];
            let mut one = names.is_empty();
            for (name, found) in names.iter().zip(&mut found) {
                let fits = called.contains(name);
                *found |= fits;
                one |= fits;
            }
            one
        };
        let chosen = accounts.map(&mut is_one).collect();
        let missing: Vec<_> =
            self.0.iter().zip(&found).filter(|(_, found)| !**found).map(|(name, _)| name.clone()).collect();
        if missing.is_empty() { Ok(chosen) } else { Err(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(names: &[&str]) -> Result<Vec<bool>, Vec<String>> {
        let mut only = Only::default();
        assert!(names.iter().all(|name| only.add(name)));
        let all = [("GitHub", "ada"), ("GitHub", "bob"), ("Öl & Co", "ada"), ("", "eve")];
        only.choose(all.into_iter())
    }

    #[test]
    fn a_name_is_an_issuer_or_the_whole_name_without_case() {
        assert_eq!(only(&[]), Ok(vec![true; 4]));
        assert_eq!(only(&["github"]), Ok(vec![true, true, false, false]));
        assert_eq!(only(&["GITHUB: Bob", "öL & cO"]), Ok(vec![false, true, true, false]));
        assert_eq!(only(&["eve"]), Ok(vec![false, false, false, true]));
        assert!(!Only::default().add(""));
    }

    #[test]
    fn names_that_no_account_has_are_all_told() {
        // Neither a part of a name nor an account's alone.
        assert_eq!(only(&["Git", "GitHub", "bob"]), Err(vec!["Git".into(), "bob".into()]));
    }
}
