//! A press on a locked vault: kept for that document, carried out once the vault is open, or dropped.

use serde::{Deserialize, Serialize};

use crate::env::{Env, Millis};
use crate::protocol::Failure;

use super::entries::front_origin;
use super::pages::{popup, unfilled};
use super::sender::{Front, Sender};
use super::{Core, Outcome};

/// Typing six words takes a while; a press from before a coffee is no press any more.
const WAIT_MS: u64 = 60_000;

/// The press that waits. It names the document and nothing of the vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    tab: i64,
    url: String,
    document: Option<String>,
    until: Millis,
}

impl Waiting {
    fn is_for(&self, front: &Front) -> bool {
        self.tab == front.tab
            && self.document == front.document
            && Some(self.url.as_str()) == front.url.as_deref()
    }
}

impl Core {
    /// The press that waits, for a background that is stopped meanwhile.
    pub fn waiting(&self) -> Option<&Waiting> {
        self.waiting.as_ref()
    }

    /// Takes back what [`Core::waiting`] gave.
    pub fn resume_waiting(&mut self, waiting: Option<Waiting>, now: Millis) {
        self.waiting = waiting;
        self.drop_late(now);
    }

    /// Forgets a press whose time is over.
    pub(super) fn drop_late(&mut self, now: Millis) {
        // A clock that went back must not keep it for ever either.
        self.waiting.take_if(|waiting| now >= waiting.until || waiting.until.since(now) > WAIT_MS);
    }

    /// Keeps the press until the vault is open.
    pub(super) fn keep_press(&mut self, front: &Front, now: Millis) {
        let Some(url) = front.url.clone() else { return };
        let until = now.plus(WAIT_MS);
        self.waiting = Some(Waiting { tab: front.tab, url, document: front.document.clone(), until });
    }

    /// Whether a press waits for the page in front.
    pub(super) fn waits_for(&self, front: &Front) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.is_for(front))
    }

    /// The popup's "unlock and fill": the document that the user saw.
    pub(super) fn hold(
        &mut self,
        document: Option<&str>,
        sender: &Sender,
        now: Millis,
    ) -> Result<Outcome, Failure> {
        self.waiting = None;
        if let Sender::Own(Some(front)) = sender
            && front_origin(sender).is_some()
            && front.document.as_deref() == document
            && document.is_some()
        {
            self.keep_press(front, now);
        }
        Ok(Outcome::done())
    }

    /// The vault is open: carries out the press that waited.
    pub(super) fn finish(&mut self, sender: &Sender, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let Some(waiting) = self.waiting.take() else { return Ok(unfilled("nothing-waits", Vec::new())) };
        match sender {
            Sender::Own(Some(front)) if waiting.is_for(front) => {
                self.fill(None, false, (waiting.document, None), sender, env)
            }
            _ => Ok(unfilled("gone", Vec::new())),
        }
    }

    /// A command or menu on a locked vault.
    pub(super) fn gesture_locked(&mut self, front: &Front, now: Millis) -> Outcome {
        self.keep_press(front, now);
        popup(front, "locked")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Effect;
    use super::super::testing::*;
    use super::*;
    use crate::protocol::{FillResult, Reply, Request};

    fn locked() -> Door {
        let mut door = Door::open();
        door.add("A", "totp");
        door.lock();
        door
    }

    fn finish(door: &mut Door, sender: &Sender) -> Option<FillResult> {
        match door.ask(sender, Request::Finish) {
            Reply::Filled(result) => Some(result),
            _ => None,
        }
    }

    /// Whether the press was carried out.
    fn pressed(door: &Door) -> bool {
        matches!(door.effects.as_slice(), [Effect::Inject { .. }])
    }

    fn hold() -> Request {
        Request::Hold { document: Some("D".into()) }
    }

    fn gesture(door: &mut Door) -> Reply {
        door.ask(&Sender::Browser(Some(front(PROMPT))), Request::Gesture)
    }

    fn waits(door: &mut Door, sender: &Sender) -> bool {
        matches!(door.ask(sender, Request::Page), Reply::Page(page) if page.waiting)
    }

    #[test]
    fn a_command_on_a_locked_vault_opens_the_popup_and_is_carried_out_after_the_unlock() {
        let mut door = locked();
        assert!(matches!(gesture(&mut door), Reply::Filled(result) if result.result == "locked"));
        assert_eq!(door.effects, [Effect::OpenPopup { tab: 7 }]);
        assert!(waits(&mut door, &own_page(PROMPT)));
        door.later(45);
        door.unlock();
        let result = door.press(Request::Finish, &prompt());
        assert_eq!(result.result, "filled");
        assert!(!waits(&mut door, &own_page(PROMPT)), "once");
        assert_eq!(finish(&mut door, &own_page(PROMPT)).unwrap().result, "nothing-waits");
    }

    #[test]
    fn unlock_and_fill_in_the_popup_is_one_press() {
        let mut door = locked();
        assert!(!waits(&mut door, &own_page(PROMPT)));
        door.popup(hold());
        door.unlock();
        assert_eq!(door.press(Request::Finish, &prompt()).result, "filled");
    }

    #[test]
    fn only_unlock_takes_a_waiting_press_back() {
        let mut door = locked();
        gesture(&mut door);
        door.popup(Request::Hold { document: None });
        door.unlock();
        finish(&mut door, &own_page(PROMPT));
        assert!(!pressed(&door));
    }

    #[test]
    fn a_press_is_dropped_when_the_document_changed_or_a_minute_passed() {
        let other_document = Sender::Own(Some(Front { document: Some("E".into()), ..front(PROMPT) }));
        let other_tab = Sender::Own(Some(Front { tab: 8, ..front(PROMPT) }));
        let other_page = own_page("https://a.example/sign-in");
        for sender in [other_document, other_tab, other_page, Sender::Own(None)] {
            let mut door = locked();
            gesture(&mut door);
            door.unlock();
            assert!(!waits(&mut door, &sender));
            assert_eq!(finish(&mut door, &sender).unwrap().result, "gone");
            assert!(!pressed(&door));
            finish(&mut door, &own_page(PROMPT));
            assert!(!pressed(&door), "dropped is dropped");
        }
        let mut door = locked();
        gesture(&mut door);
        door.later(60);
        door.unlock();
        assert_eq!(finish(&mut door, &own_page(PROMPT)).unwrap().result, "nothing-waits");
        assert!(!pressed(&door));
    }

    #[test]
    fn a_clock_that_went_back_keeps_no_press_for_ever() {
        let mut door = locked();
        gesture(&mut door);
        door.now = Millis(door.now.0 - 3_600_000);
        door.later(0);
        assert!(door.core.waiting().is_none());
    }

    #[test]
    fn several_accounts_are_chosen_among_and_none_is_said() {
        let mut door = Door::open();
        let (a, b) = (door.add("A", "totp"), door.add("B", "totp"));
        assert_eq!(door.fill(Some(&b)).result, "filled");
        door.lock();
        door.popup(hold());
        door.unlock();
        let result = finish(&mut door, &own_page(PROMPT)).unwrap();
        assert_eq!((result.result.as_str(), result.entries), ("several", vec![b, a]), "the last used first");
        let mut door = locked();
        let elsewhere = own_page("https://b.example/code");
        door.ask(&elsewhere, hold());
        door.unlock();
        assert_eq!(finish(&mut door, &elsewhere).unwrap().result, "not-bound");
        assert!(!pressed(&door));
    }

    #[test]
    fn what_waits_names_no_account_and_outlives_the_background() {
        let mut door = locked();
        gesture(&mut door);
        let text = serde_json::to_string(door.core.waiting().unwrap()).unwrap();
        let back: Waiting = serde_json::from_str(&text).unwrap();
        assert_eq!(door.core.waiting(), Some(&back));
        door.core.resume_waiting(Some(back), door.now);
        door.unlock();
        finish(&mut door, &own_page(PROMPT));
        assert!(pressed(&door));
    }
}
