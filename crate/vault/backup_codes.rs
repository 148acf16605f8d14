//! A site's own backup codes, as the site gave them: kept with the entry, each with what became of it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::env::Millis;
use crate::secret::SecretText;

/// A site gives 5 to 30; more is no list of codes.
pub const MAX_CODES: usize = 100;
/// The longest that a site gives has 64 characters.
pub const MAX_CODE: usize = 128;
/// So few are left that new ones should be fetched.
pub const LOW: usize = 3;

/// The list of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupCodes {
    /// When the list was last set: a later list takes the place of an earlier one.
    pub listed: Millis,
    /// In the site's order. A list without codes says that they were removed.
    #[serde(default)]
    pub codes: Vec<BackupCode>,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupCode {
    /// As the site writes it.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub code: SecretText,
    /// When it was used up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Millis>,
    /// When it was filled, while nobody knows what the site made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Millis>,
}

impl BackupCode {
    /// A code that nobody used.
    pub fn new(code: SecretText) -> Self {
        Self { code, used: None, tried: None }
    }
}

impl BackupCodes {
    /// How many are not used up.
    pub fn left(&self) -> usize {
        self.codes.iter().filter(|code| code.used.is_none()).count()
    }

    /// When the code was filled of which nobody knows what the site made of it.
    pub fn tried(&self) -> Option<Millis> {
        self.codes.iter().filter_map(|code| code.tried).max()
    }

    /// The code to be filled next: the first that is untouched, else one of which nobody knows.
    pub fn next(&self) -> Option<&BackupCode> {
        let unused = || self.codes.iter().filter(|code| code.used.is_none());
        unused().find(|code| code.tried.is_none()).or_else(|| unused().min_by_key(|code| code.tried))
    }

    /// The code of these characters.
    pub fn find_mut(&mut self, code: &SecretText) -> Option<&mut BackupCode> {
        self.codes.iter_mut().find(|known| known.code == *code)
    }

    /// Two versions of one entry's list become one, whatever their order: the later list, and what either knows of a
    /// code. Used is used.
    pub fn merge(a: Option<&Self>, b: Option<&Self>) -> Option<Self> {
        let (Some(a), Some(b)) = (a, b) else { return a.or(b).cloned() };
        let (later, other) = if a.rank() >= b.rank() { (a, b) } else { (b, a) };
        let mut merged = later.clone();
        for code in &mut merged.codes {
            let Some(theirs) = other.codes.iter().find(|theirs| theirs.code == code.code) else { continue };
            code.used = code.used.max(theirs.used);
            code.tried = code.tried.max(theirs.tried).filter(|_| code.used.is_none());
        }
        Some(merged)
    }

    /// Which of two lists counts. The codes themselves break a tie, so that the order of a merge never does.
    fn rank(&self) -> (Millis, Vec<&str>) {
        (self.listed, self.codes.iter().map(|code| code.code.expose().as_str()).collect())
    }
}

pub(super) fn write<S: Serializer>(code: &SecretText, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(code.expose())
}

pub(super) fn read<'de, D: Deserializer<'de>>(d: D) -> Result<SecretText, D::Error> {
    String::deserialize(d).map(SecretText::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(listed: u64, codes: &[(&str, u64, u64)]) -> BackupCodes {
        let at = |at: u64| (at > 0).then_some(Millis(at));
        let code = |(code, used, tried): &(&str, u64, u64)| BackupCode {
            code: SecretText::new((*code).into()),
            used: at(*used),
            tried: at(*tried),
        };
        BackupCodes { listed: Millis(listed), codes: codes.iter().map(code).collect() }
    }

    #[test]
    fn the_first_untouched_code_is_next_and_a_tried_one_only_when_there_is_no_other() {
        let next = |list: &BackupCodes| list.next().map(|code| code.code.expose().clone());
        assert_eq!(next(&list(1, &[("a", 5, 0), ("b", 0, 7), ("c", 0, 0)])).as_deref(), Some("c"));
        assert_eq!(next(&list(1, &[("a", 5, 0), ("b", 0, 7), ("c", 0, 6)])).as_deref(), Some("c"));
        assert_eq!(next(&list(1, &[("a", 5, 0)])), None);
    }

    #[test]
    fn used_is_used_whichever_side_knows_it_and_the_later_list_counts() {
        let (here, there) = (list(1, &[("a", 3, 0), ("b", 0, 4)]), list(1, &[("a", 0, 0), ("b", 6, 0)]));
        let both = Some(list(1, &[("a", 3, 0), ("b", 6, 0)]));
        assert_eq!(BackupCodes::merge(Some(&here), Some(&there)), both);
        assert_eq!(BackupCodes::merge(Some(&there), Some(&here)), both);
        assert_eq!(BackupCodes::merge(both.as_ref(), Some(&here)), both, "again changes nothing");
        let new = list(9, &[("x", 0, 0)]);
        assert_eq!(BackupCodes::merge(Some(&here), Some(&new)), Some(new.clone()));
        assert_eq!(BackupCodes::merge(None, Some(&new)), Some(new));
        let removed = list(10, &[]);
        assert_eq!(BackupCodes::merge(Some(&here), Some(&removed)), Some(removed), "removed stays removed");
    }

    #[test]
    fn no_code_is_printed() {
        assert!(!format!("{:?}", list(1, &[("abcd-efgh", 0, 0)])).contains("abcd"));
    }
}
