//! What the host asks of the world. Two implementations: real browsers (`wasm/`) and the tests' stores that fail.

use std::collections::BTreeMap;

use crate::env::{Entropy, Millis};
use crate::recovery::schedule::{Destination, Trouble};

/// Keys that begin with it, behind a mark that puts them before or behind all others, hold nothing: what the platform
/// fills a store with for a moment, and a kill may leave.
pub const BALLAST: &str = "ballast";

/// Whether a key holds nothing.
pub fn is_ballast(key: &str) -> bool {
    key.strip_prefix(['!', '~']).unwrap_or(key).starts_with(BALLAST)
}

/// Which of the two independent stores, or the place beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreId {
    /// IndexedDB. It leads: strict durability, several generations.
    Ring,
    /// `storage.local`. Two generations and a head, written by one `set`.
    Area,
    /// Another database of IndexedDB, there only while the other two are made anew: see [`super::scrub`].
    Spare,
}

/// What a browser must be made to do, besides deleting, so that what was deleted leaves its files: see [`super::scrub`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rinse {
    /// Before the ring is deleted and made anew.
    Before,
    /// When nothing is left of the former ring and the spare but what lies in files.
    After,
    /// A while later, or at the next start.
    Last,
    /// There is no vault any more.
    All,
}

/// A store that could not do it. What the browser said is not kept: it helps nobody and may name a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreError;

/// A page that could not be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageError;

/// What a page shows as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageText {
    /// Its lines.
    pub text: String,
    /// Links that begin with `otpauth`.
    pub links: Vec<String>,
}

/// A bundle that was put where bundles go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// The name that it got.
    pub name: String,
    /// No page of ours was open.
    pub alone: bool,
}

/// Time, randomness, the two stores and the page in front.
pub trait Platform {
    /// Holds the lock "vault" until it is dropped.
    type Guard;
    /// The platform's generator.
    type Entropy: Entropy;

    /// Now, by the device's clock.
    fn now(&self) -> Millis;
    /// Random bytes fit for keys.
    fn entropy(&self) -> Self::Entropy;

    /// Takes the lock that every context of this browser shares.
    fn lock(&self) -> impl Future<Output = Self::Guard>;
    /// Reads every key of a store.
    fn read(&self, store: StoreId) -> impl Future<Output = Result<BTreeMap<String, String>, StoreError>>;
    /// Writes and removes keys of a store in one atomic step: all or nothing, also under a kill.
    fn write(
        &self,
        store: StoreId,
        set: &[(String, String)],
        remove: &[String],
    ) -> impl Future<Output = Result<(), StoreError>>;
    /// Removes every key of a store. For [`super::erase`] alone.
    fn remove_all(&self, store: StoreId) -> impl Future<Output = Result<(), StoreError>>;
    /// Deletes a store with the files that it lies in, as far as the browser does that without a moment in which a kill
    /// would break it; where not, it stays as it is, and the last [`Platform::rinse`] does what can be done. For [`super::scrub`] alone, which holds what is in it in two other places.
    fn discard(&self, store: StoreId) -> impl Future<Output = Result<(), StoreError>>;
    /// Has the browser tidy up the files that deleted stores lay in, where it does not do that by itself. It touches
    /// nothing that is in a store, and can be done again.
    fn rinse(&self, step: Rinse) -> impl Future<Output = Result<(), StoreError>>;
    /// Forgets what the browser keeps for us besides the stores: the folder for bundles, sites that we may fill by
    /// ourselves. For [`super::erase`] alone.
    fn forget(&self) -> impl Future<Output = ()>;

    /// What `storage.session` holds.
    fn session(&self) -> impl Future<Output = Option<String>>;
    /// Replaces it; `None` clears it.
    fn set_session(&self, record: Option<&str>) -> impl Future<Output = ()>;
    /// What `storage.managed` holds, JSON; `{}`: there is no policy.
    fn managed(&self) -> impl Future<Output = Result<String, StoreError>>;
    /// Calls back at an instant; `None`: not at all.
    fn set_alarm(&self, at: Option<Millis>) -> impl Future<Output = ()>;

    /// Runs `page.js` in a tab's frames and waits until each is done.
    fn inject(&self, tab: i64) -> impl Future<Output = Result<(), PageError>>;
    /// The pictures that a tab's top document has drawn itself, data URLs.
    fn drawn(&self, tab: i64) -> impl Future<Output = Result<Vec<String>, PageError>>;
    /// What a tab's top document shows as text, read for this one request.
    fn page_text(&self, tab: i64) -> impl Future<Output = Result<PageText, PageError>>;
    /// `page.js` in the top frame alone.
    fn inject_top(&self, tab: i64) -> impl Future<Output = Result<(), PageError>>;
    /// Has our small script run by itself in the pages of these match patterns, each with a port, as far as the browser
    /// allows it, and in no others.
    fn watch(&self, patterns: &[String]) -> impl Future<Output = ()>;
    /// Whether the browser allows the pages of a match pattern.
    fn allows(&self, pattern: &str) -> impl Future<Output = bool>;
    /// Shows on the toolbar how many codes are ready for a tab, if it is still at this origin.
    fn badge(&self, tab: i64, origin: &str, count: u32) -> impl Future<Output = ()>;
    /// Shows on the toolbar what became of a fill, for a moment; with `stays`, for a minute.
    fn filled(&self, tab: i64, result: &str, stays: bool) -> impl Future<Output = ()>;
    /// A picture of the window in front, a data URL.
    fn capture(&self) -> impl Future<Output = Result<String, PageError>>;
    /// Opens the popup. False where the browser does not.
    fn open_popup(&self) -> impl Future<Output = bool>;

    /// Puts a bundle where bundles go, under a name that is free; it has the right size there when this succeeds.
    fn put_backup(
        &self,
        destination: Destination,
        name: &str,
        bytes: &[u8],
    ) -> impl Future<Output = Result<Put, Trouble>>;
    /// Reads a bundle from the folder. [`Trouble::FileGone`] where the folder is there and the file is not.
    fn read_backup(&self, name: &str) -> impl Future<Output = Result<Vec<u8>, Trouble>>;
    /// Removes a bundle from the folder.
    fn remove_backup(&self, name: &str) -> impl Future<Output = Result<(), Trouble>>;
    /// Reads every key of the browser's own sync storage.
    fn read_sync(&self) -> impl Future<Output = Result<BTreeMap<String, String>, StoreError>>;
    /// Writes keys of the browser's own sync storage in one step.
    fn write_sync(&self, set: &[(String, String)]) -> impl Future<Output = Result<(), StoreError>>;
    /// Removes keys of the browser's own sync storage.
    fn remove_sync(&self, keys: &[String]) -> impl Future<Output = Result<(), StoreError>>;
    /// Shows on the toolbar, or no longer, that the user should look.
    fn remind(&self, remind: bool) -> impl Future<Output = ()>;
}
