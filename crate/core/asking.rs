//! A choice that the browser is asked about: the prompt may close the view that asked, so it is kept here until the browser
//! allows the site, or nobody says anything for a while. Refused, it never was.

use serde::{Deserialize, Serialize};

use crate::env::{Env, Millis};
use crate::protocol::Failure;
use crate::site::Origin;
use crate::vault::choice::Place;
use crate::vault::id::EntryId;

use super::automatic::pattern_of;
use super::choices::{Recent, Wish};
use super::{Core, Outcome};

/// A prompt that nobody answers for so long is not answered for this any more.
const ASKED_MS: u64 = 5 * 60_000;

/// What the user chose for a site that the browser does not allow yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    entry: EntryId,
    origin: Origin,
    wish: Wish,
    /// Where the code was filled just now: a background that is stopped meanwhile does not know it any more.
    place: Option<Place>,
    at: Millis,
}

impl Core {
    /// Keeps a choice until the browser has spoken.
    pub(super) fn keep_asked(
        &mut self,
        entry: EntryId,
        origin: Origin,
        wish: Wish,
        place: Option<Place>,
        now: Millis,
    ) {
        self.asked = Some(Asked { entry, origin, wish, place, at: now });
    }

    /// The choice that waits for the browser, for a background that is stopped meanwhile.
    pub fn asked(&self) -> Option<&Asked> {
        // A clock that went back must not keep it for ever either.
        self.asked.as_ref().filter(|asked| self.now.since(asked.at).max(asked.at.since(self.now)) < ASKED_MS)
    }

    /// Takes back what [`Core::asked`] gave.
    pub fn resume_asked(&mut self, asked: Option<Asked>) {
        self.asked = asked.filter(|_| self.session().is_ok());
    }

    /// What the browser must allow for the choice that waits.
    pub fn asked_pattern(&self) -> Option<String> {
        self.asked().map(|asked| pattern_of(&asked.origin))
    }

    /// The browser allows it: what was chosen is carried out as if it were chosen now.
    pub fn allowed(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let Some(asked) = self.asked().cloned() else { return Ok(Outcome::done()) };
        self.asked = None;
        let Asked { entry, origin, wish, place, .. } = asked;
        if let Some(place) = place {
            self.note_place(Recent { entry, origin: origin.to_string(), place });
        }
        self.choose(&entry.to_string(), &origin, wish, env)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::protocol::{Reply, Request};

    fn ask_for(id: &str) -> Request {
        let Request::SetChoice { id, origin, automatic, submit, .. } = choice(id, Some("fill"), false) else {
            panic!("a choice")
        };
        Request::SetChoice { id, origin, automatic, submit, asking: true }
    }

    fn filled() -> (Door, String) {
        let mut door = Door::open();
        let id = door.add("A", "totp");
        assert!(door.fill(None).offer);
        (door, id)
    }

    fn items(door: &mut Door) -> Vec<(Option<String>, bool)> {
        match door.popup(Request::Choices) {
            Reply::Choices { items, .. } => {
                items.into_iter().map(|item| (item.automatic, item.learned)).collect()
            }
            _ => panic!("choices"),
        }
    }

    #[test]
    fn what_the_browser_is_asked_about_counts_once_it_allows_it() {
        let (mut door, id) = filled();
        door.popup(ask_for(&id));
        assert_eq!(items(&mut door), [], "refused, it would never have been");
        assert_eq!(door.core.watched(), Vec::<String>::new());
        assert_eq!(door.core.asked_pattern().as_deref(), Some("https://a.example/*"));
        assert!(!door.fill(None).offer, "and the question was answered");
        door.allowed();
        assert_eq!(items(&mut door), [(Some("fill".to_owned()), true)], "at the field that was filled");
        assert_eq!(door.core.asked_pattern(), None, "once");
    }

    #[test]
    fn it_is_kept_for_minutes_alone_and_not_over_a_lock() {
        let (mut door, id) = filled();
        door.popup(ask_for(&id));
        door.later(4 * 60);
        door.popup(Request::Page);
        assert!(door.core.asked_pattern().is_some());
        door.later(61);
        door.popup(Request::Page);
        assert!(door.core.asked_pattern().is_none());
        door.allowed();
        assert_eq!(items(&mut door), []);
        door.popup(ask_for(&id));
        door.lock();
        assert_eq!(door.core.asked_pattern(), None);
    }

    #[test]
    fn what_the_view_stores_itself_takes_its_place() {
        let (mut door, id) = filled();
        door.popup(ask_for(&id));
        door.popup(choice(&id, None, false));
        assert_eq!(door.core.asked_pattern(), None, "refused");
        door.popup(ask_for(&id));
        door.popup(choice(&id, Some("fill"), false));
        assert_eq!(door.core.asked_pattern(), None, "allowed");
        assert_eq!(items(&mut door), [(Some("fill".to_owned()), true)]);
    }
}
