//! When a bundle is written by itself, which older ones may go, and what the user is told of it. Pure: the notes of the
//! background, what the newest stored state says of itself, and an instant.

use serde::{Deserialize, Serialize};

use crate::audit::MAX_FAILED;
use crate::env::Millis;
use crate::vault::body::Opener;
use crate::vault::bytes::B64;
use crate::vault::file::Header;
use crate::vault::id::{DeviceId, VaultId};
use crate::vault::seal;
use crate::vault::slot::SlotUse;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// At most one file an hour, but for a changed way in.
const APART: u64 = HOUR;
/// Without any change a file as often, so that a destination that went away is noticed.
const AT_LEAST: u64 = 7 * DAY;
/// A folder's newest file is read again as often: nobody else would notice that it is gone.
const LOOK: u64 = DAY;
/// A change that no bundle holds for as long is worth a warning.
const STALE: u64 = DAY;
/// Reminders come at most as often.
pub const QUIET: u64 = 7 * DAY;
/// After the first failure, the second, ...; then every hour.
const AGAIN: [u64; 4] = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR];
/// Files that are remembered: what is thinned out leaves far fewer.
const MAX_FILES: usize = 64;
/// Besides the newest ones, one each that is older.
const AGES: [u64; 4] = [DAY, 7 * DAY, 30 * DAY, 365 * DAY];
/// Kept at least, and unless the user says otherwise.
pub const KEEP: std::ops::RangeInclusive<u32> = 3..=100;
const KEEP_USUAL: u32 = 10;

/// Where bundles are written by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// A folder that the user picked.
    Folder,
    /// The browser's downloads folder.
    Downloads,
}

/// Why a bundle was not written. The words are in `_locales` under `backup_<code with underscores>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The browser wants to hear from the user again before it lets us into the folder.
    NeedsClick,
    /// The folder is not there any more.
    NoFolder,
    /// The permission was taken away.
    NoPermission,
    /// The disk is full.
    DiskFull,
    /// The user or the browser stopped the download.
    Cancelled,
    /// What lies there now is not what was written: cut off, empty or changed.
    NotTheSame,
    /// The newest file was there and is gone.
    FileGone,
    /// No way in of this vault opens bundles.
    NoWayIn,
    /// The vault cannot be read back, so a copy of it would be worth nothing.
    Unreadable,
    /// Anything else.
    Failed,
}

/// What is told of the backups, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// No destination was chosen.
    Off,
    /// Files are written and arrive.
    On,
    /// Files arrive while a page of ours is open; without one it was not seen yet.
    WhileOpen,
    /// One click is waited for.
    Waiting,
    /// It does not work.
    Failing,
    /// Nothing failed, and still a change is in no file for too long.
    Stale,
}

/// The background's notes. They lie beside the vault, in clear: no secret, no word of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Where files go; `None`: off.
    pub destination: Option<Destination>,
    /// The folder's name, as the browser says it.
    #[serde(default)]
    pub folder: String,
    /// How many newest files are kept.
    pub keep: u32,
    /// Files written, oldest first.
    #[serde(default)]
    pub files: Vec<Written>,
    /// What is wrong since when.
    #[serde(default)]
    pub failing: Option<Failing>,
    /// A file was written while no page of ours was open.
    #[serde(default)]
    pub alone: bool,
    /// When troubles began that are not in the log yet, oldest first, bounded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub troubles: Vec<Millis>,
    /// What happened to backups until then is in the log. Only read: a clock that was ahead made it too late, so that each
    /// file says it itself now.
    #[serde(default, skip_serializing)]
    pub noted: Millis,
    /// No reminder before.
    #[serde(default)]
    pub quiet_until: Millis,
    /// The last drill.
    #[serde(default)]
    pub drilled: Option<Millis>,
    /// Wrong tries at the unlock since the last right one, oldest first, bounded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_unlocks: Vec<Millis>,
    /// When the password was typed last, kept while a passkey opens the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_typed: Option<Millis>,
    /// The newest bundle lies in the browser's sync storage too; `None`: off.
    #[serde(default)]
    pub sync: Option<Synced>,
}

/// What is known of the bundle in the browser's sync storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synced {
    /// The last one that was read back with the same bytes.
    #[serde(default)]
    pub made: Option<Millis>,
    /// What state of the vault it holds.
    #[serde(default)]
    pub state: Option<Saved>,
    /// Its length in bytes.
    #[serde(default)]
    pub size: u64,
    /// Why the last try failed.
    #[serde(default)]
    pub trouble: Option<SyncTrouble>,
    /// When that was.
    #[serde(default)]
    pub tried: Millis,
}

/// Why a bundle is not in the browser's sync storage. The words are in `_locales` under `sync_<code with underscores>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum SyncTrouble {
    /// It does not fit: bytes that it takes, bytes that are free.
    NoRoom {
        /// It takes.
        needed: u64,
        /// There are.
        free: u64,
    },
    /// The browser refused it.
    Refused,
    /// What lies there now is not what was written.
    NotTheSame,
    /// No way in of this vault opens bundles, or the vault cannot be read back.
    NoBundle,
}

impl SyncTrouble {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoRoom { .. } => "no-room",
            Self::Refused => "refused",
            Self::NotTheSame => "not-the-same",
            Self::NoBundle => "no-bundle",
        }
    }
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its name.
    pub name: String,
    /// When.
    pub made: Millis,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: B64<32>,
    /// What state of the vault it holds.
    #[serde(flatten)]
    pub state: Saved,
    /// When it was last read back with the same bytes.
    #[serde(default)]
    pub read_back: Option<Millis>,
    /// When it was opened with a real way in.
    #[serde(default)]
    pub proven: Option<Millis>,
    /// What opens it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Opener>,
    /// The log has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub logged: bool,
}

/// What a header says of the state that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The vault.
    pub vault: VaultId,
    /// Who wrote it.
    pub device: DeviceId,
    /// Counts saves.
    pub generation: u64,
    /// When what matters last changed.
    #[serde(default)]
    pub changed: Option<Millis>,
    /// The ways in, as a digest: another one means that what opens bundles is not the same any more.
    pub ways: B64<8>,
}

/// See [`Book::failing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Why, the last time.
    pub why: Trouble,
    /// Since when.
    pub since: Millis,
    /// The last try.
    pub tried: Millis,
    /// How many there were.
    pub tries: u32,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            destination: None,
            folder: String::new(),
            keep: KEEP_USUAL,
            files: Vec::new(),
            failing: None,
            alone: false,
            troubles: Vec::new(),
            noted: Millis(0),
            quiet_until: Millis(0),
            drilled: None,
            failed_unlocks: Vec::new(),
            password_typed: None,
            sync: None,
        }
    }
}

impl Saved {
    /// Of a header.
    pub fn of(header: &Header) -> Self {
        let mut ways: Vec<u8> = header.epoch.to_be_bytes().to_vec();
        header
            .slots
            .iter()
            .filter(|slot| slot.usage != SlotUse::Vault)
            .for_each(|slot| ways.extend(slot.id.0));
        let mut digest = [0; 8];
        digest.copy_from_slice(&seal::sha256(&ways)[..8]);
        Self {
            vault: header.vault,
            device: header.device,
            generation: header.generation,
            changed: header.changed,
            ways: B64(digest),
        }
    }

    /// Whether a file of `other` holds everything that this state holds.
    fn is_in(&self, other: &Self) -> bool {
        self.ways == other.ways
            && match (self.changed, other.changed) {
                // Written by a version that did not note changes yet.
                (None, _) => self.generation <= other.generation,
                (mine, theirs) => mine == theirs,
            }
    }
}

impl Book {
    /// The newest file of this vault.
    pub fn newest(&self, vault: VaultId) -> Option<&Written> {
        self.files.iter().rev().find(|file| file.state.vault == vault)
    }

    /// Whether the newest file holds everything.
    pub fn holds(&self, state: &Saved) -> bool {
        self.newest(state.vault).is_some_and(|file| state.is_in(&file.state))
    }

    /// When the next file is to be written; `None`: never. An instant in the past: now.
    pub fn next(&self, state: &Saved, now: Millis) -> Option<Millis> {
        self.destination?;
        let wanted = match self.newest(state.vault) {
            None => Millis(0),
            // The clock went back: one file more costs little, waiting for the old time may take years.
            Some(file) if file.made > now => Millis(0),
            Some(file) if file.state.ways != state.ways => Millis(0),
            Some(file) if state.is_in(&file.state) => file.made.plus(AT_LEAST),
            Some(file) => file.made.plus(APART),
        };
        match self.failing {
            // Whatever went wrong, a file that arrives is the only proof that it is over.
            Some(failing) if failing.tried <= now => Some(failing.tried.plus(again(failing))),
            Some(_) => Some(Millis(0)),
            None => Some(wanted),
        }
    }

    /// When the next bundle goes into the sync storage; `None`: never, or it holds everything.
    pub fn next_sync(&self, state: &Saved) -> Option<Millis> {
        let sync = self.sync.as_ref()?;
        if sync.trouble.is_some() {
            return Some(sync.tried.plus(APART));
        }
        let (Some(made), Some(held)) = (sync.made, &sync.state) else { return Some(Millis(0)) };
        if held.vault != state.vault || held.ways != state.ways {
            return Some(Millis(0));
        }
        (!state.is_in(held)).then(|| made.plus(APART))
    }

    /// The newest file, when it is time to look whether it still lies in its folder.
    pub fn to_look_at(&self, vault: VaultId, now: Millis) -> Option<&Written> {
        let file = self.newest(vault).filter(|_| self.destination == Some(Destination::Folder))?;
        let looked = file.read_back.unwrap_or(file.made);
        let due = looked > now || looked.plus(LOOK) <= now;
        (due && self.failing.is_none()).then_some(file)
    }

    /// What is told.
    pub fn health(&self, state: &Saved, now: Millis) -> Health {
        let Some(destination) = self.destination else { return Health::Off };
        if let Some(failing) = self.failing {
            return if failing.why == Trouble::NeedsClick { Health::Waiting } else { Health::Failing };
        }
        let old = match self.newest(state.vault) {
            None => state.changed.is_some_and(|changed| changed.plus(STALE) <= now),
            Some(file) if !state.is_in(&file.state) => {
                state.changed.unwrap_or(file.made).max(file.made).plus(STALE) <= now
            }
            Some(file) => file.made.plus(AT_LEAST + STALE) <= now,
        };
        match destination {
            _ if old => Health::Stale,
            Destination::Folder if !self.alone => Health::WhileOpen,
            _ => Health::On,
        }
    }

    /// Whether the user should be reminded now. `missing`: entries that no bundle has.
    pub fn reminds(&self, state: &Saved, missing: u32, now: Millis) -> bool {
        let long = |since: Millis| since.plus(DAY) <= now;
        let matters = match self.health(state, now) {
            Health::On | Health::WhileOpen => false,
            Health::Off => missing > 0 && state.changed.is_some_and(long),
            Health::Waiting | Health::Failing => self.failing.is_some_and(|failing| long(failing.since)),
            Health::Stale => true,
        };
        // A quiet time that ends beyond the longest there is was set by a clock that went wrong.
        let quiet = self.quiet_until > now && self.quiet_until <= now.plus(90 * DAY);
        matters && !quiet
    }

    /// The notes as they were stored. They lie in clear, so no more is taken in than this program writes.
    pub fn read(text: &str) -> Option<Self> {
        let mut book: Self = serde_json::from_str(text).ok()?;
        let noted = std::mem::take(&mut book.noted);
        for file in &mut book.files {
            file.logged |= file.made <= noted;
        }
        book.troubles.retain(|at| *at > noted);
        keep_last(&mut book.files, MAX_FILES);
        keep_last(&mut book.troubles, MAX_FILES);
        keep_last(&mut book.failed_unlocks, MAX_FAILED);
        Some(book)
    }

    /// Somebody tried what is no way in.
    pub fn tried_wrong(&mut self, now: Millis) {
        self.failed_unlocks.push(now);
        keep_last(&mut self.failed_unlocks, MAX_FAILED);
    }

    /// A file arrived.
    pub fn arrived(&mut self, file: Written, alone: bool) {
        // A clock that went back must not leave a file of the future in front.
        self.files.push(file);
        keep_last(&mut self.files, MAX_FILES);
        self.failing = None;
        self.alone |= alone;
    }

    /// It did not work.
    pub fn failed(&mut self, why: Trouble, now: Millis) {
        let before = self.failing.filter(|failing| failing.tried <= now);
        if before.is_none() {
            self.troubles.push(now);
            keep_last(&mut self.troubles, MAX_FILES);
        }
        self.failing = Some(Failing {
            why,
            since: before.map_or(now, |failing| failing.since),
            tried: now,
            tries: before.map_or(1, |failing| failing.tries.saturating_add(1)),
        });
        // What the browser gave for ever it has taken back.
        if matches!(why, Trouble::NeedsClick | Trouble::NoPermission | Trouble::NoFolder) {
            self.alone = false;
        }
    }

    /// Files that may go: of this vault and device, read back, beyond the newest ones, and none that is the only one of
    /// its age. What somebody else put there, or what was never read back, is not ours to remove.
    pub fn to_thin(&self, state: &Saved, now: Millis) -> Vec<Written> {
        let mine = |file: &&Written| {
            file.state.vault == state.vault && file.state.device == state.device && file.read_back.is_some()
        };
        let mut files: Vec<&Written> = self.files.iter().filter(mine).collect();
        files.sort_by_key(|file| core::cmp::Reverse((file.made, file.state.generation)));
        let kept = usize::try_from(self.keep.max(*KEEP.start())).unwrap_or(usize::MAX);
        let mut stay: Vec<&str> = files.iter().take(kept).map(|file| file.name.as_str()).collect();
        for age in AGES {
            let beyond = files.iter().find(|file| now.since(file.made) > age).or(files.last());
            stay.extend(beyond.map(|file| file.name.as_str()));
        }
        let goes = |file: &&Written| {
            !stay.contains(&file.name.as_str())
                && file.state.generation <= state.generation
                && file.made <= now
        };
        files.into_iter().filter(goes).cloned().collect()
    }
}

impl Trouble {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NeedsClick => "needs-click",
            Self::NoFolder => "no-folder",
            Self::NoPermission => "no-permission",
            Self::DiskFull => "disk-full",
            Self::Cancelled => "cancelled",
            Self::NotTheSame => "not-the-same",
            Self::FileGone => "file-gone",
            Self::NoWayIn => "no-way-in",
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
        }
    }
}

impl Health {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
            Self::WhileOpen => "while-open",
            Self::Waiting => "waiting",
            Self::Failing => "failing",
            Self::Stale => "stale",
        }
    }
}

fn again(failing: Failing) -> u64 {
    // A file that was taken away is written anew at once.
    if failing.why == Trouble::FileGone && failing.tries == 1 {
        return 0;
    }
    let at = usize::try_from(failing.tries.saturating_sub(1)).unwrap_or(usize::MAX).min(AGAIN.len() - 1);
    AGAIN[at]
}

fn keep_last<T>(list: &mut Vec<T>, most: usize) {
    list.drain(..list.len().saturating_sub(most));
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_795_000_000_000);

    fn state(changed: u64, ways: u8) -> Saved {
        Saved {
            vault: VaultId([1; 16]),
            device: DeviceId([2; 16]),
            generation: changed,
            changed: Some(Millis(changed)),
            ways: B64([ways; 8]),
        }
    }

    fn file(made: Millis, state: Saved) -> Written {
        let name = format!("{}-{}", made.0, state.generation);
        let (sha256, read_back, opens) = (B64([0; 32]), Some(made), Vec::new());
        Written { name, made, size: 1, sha256, state, read_back, proven: None, opens, logged: false }
    }

    fn book(files: Vec<Written>) -> Book {
        Book { destination: Some(Destination::Folder), files, ..Book::default() }
    }

    #[test]
    fn at_most_one_file_an_hour_but_for_a_way_in() {
        let made = Millis(NOW.0 - HOUR / 2);
        let book = book(vec![file(made, state(1, 1))]);
        assert_eq!(book.next(&state(1, 1), NOW), Some(made.plus(AT_LEAST)));
        assert_eq!(book.next(&state(2, 1), NOW), Some(made.plus(APART)));
        assert!(book.next(&state(2, 2), NOW).unwrap() <= NOW);
        assert_eq!(Book::default().next(&state(2, 2), NOW), None);
    }

    #[test]
    fn a_clock_that_jumps_neither_stops_backups_nor_floods_the_folder() {
        let mut book = book(vec![file(NOW.plus(365 * DAY), state(1, 1))]);
        assert!(book.next(&state(1, 1), NOW).unwrap() <= NOW, "back by a year: one file at once");
        book.arrived(file(NOW, state(1, 1)), false);
        assert_eq!(book.next(&state(1, 1), NOW.plus(1)), Some(NOW.plus(AT_LEAST)));
        assert!(book.next(&state(1, 1), NOW.plus(365 * DAY)).unwrap() <= NOW.plus(365 * DAY), "forward");
        book.failed(Trouble::DiskFull, NOW.plus(365 * DAY));
        assert!(
            book.next(&state(2, 1), NOW.plus(HOUR)).unwrap() <= NOW.plus(HOUR),
            "a failure of the future"
        );
        book.quiet_until = NOW.plus(3_650 * DAY);
        assert!(book.reminds(&state(1, 1), 1, NOW.plus(366 * DAY + DAY)));
    }

    #[test]
    fn tries_again_after_a_minute_and_then_less_often() {
        let mut book = book(Vec::new());
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..6 {
            book.failed(Trouble::DiskFull, now);
            let next = book.next(&state(1, 1), now).unwrap();
            waits.push(next.since(now) / MINUTE);
            now = next;
        }
        assert_eq!(waits, [1, 5, 15, 60, 60, 60]);
        assert_eq!(book.failing.unwrap().since, NOW);
    }

    #[test]
    fn what_is_told() {
        let fresh = state(NOW.0, 1);
        let told = |book: &Book, now| book.health(&fresh, now);
        assert_eq!(told(&Book::default(), NOW), Health::Off);
        let mut book = book(Vec::new());
        assert_eq!(told(&book, NOW.plus(HOUR)), Health::WhileOpen);
        assert_eq!(told(&book, NOW.plus(DAY)), Health::Stale);
        book.arrived(file(NOW, fresh.clone()), false);
        assert_eq!(told(&book, NOW.plus(DAY)), Health::WhileOpen);
        book.arrived(file(NOW, fresh.clone()), true);
        assert_eq!(told(&book, NOW.plus(DAY)), Health::On);
        assert_eq!(told(&book, NOW.plus(9 * DAY)), Health::Stale);
        book.failed(Trouble::NeedsClick, NOW);
        assert_eq!(told(&book, NOW), Health::Waiting);
        assert!(!book.alone, "what was seen once is not so any more");
        book.failed(Trouble::NoFolder, NOW);
        assert_eq!(told(&book, NOW), Health::Failing);
    }

    #[test]
    fn reminds_at_most_once_a_week_and_only_of_what_lasts() {
        let mut book = book(vec![file(NOW, state(1, 1))]);
        book.failed(Trouble::NoFolder, NOW);
        assert!(!book.reminds(&state(1, 1), 0, NOW.plus(HOUR)), "a disk that is back in an hour");
        assert!(book.reminds(&state(1, 1), 0, NOW.plus(DAY)));
        book.quiet_until = NOW.plus(DAY + QUIET);
        assert!(!book.reminds(&state(1, 1), 0, NOW.plus(2 * DAY)));
        assert!(book.reminds(&state(1, 1), 0, NOW.plus(DAY + QUIET)));
        assert!(!Book::default().reminds(&state(NOW.0, 1), 0, NOW.plus(DAY)), "an empty vault needs none");
        assert!(Book::default().reminds(&state(NOW.0, 1), 3, NOW.plus(DAY)));
    }

    #[test]
    fn thinning_leaves_the_newest_one_of_each_age_and_what_is_not_ours() {
        let mut book =
            book((0..40).map(|n| file(Millis(NOW.0 - n * DAY), state(100 - n, 1))).rev().collect());
        let strange = |change: fn(&mut Written)| {
            let mut file = file(Millis(NOW.0 - 20 * DAY), state(50, 1));
            file.name = "strange".into();
            change(&mut file);
            file
        };
        book.files.push(strange(|file| file.read_back = None));
        book.files.push(strange(|file| file.state.vault = VaultId([9; 16])));
        book.files.push(strange(|file| file.state.device = DeviceId([9; 16])));
        book.files.push(strange(|file| file.state.generation = 200));
        book.keep = 5;
        let goes = book.to_thin(&state(100, 1), NOW);
        assert!(goes.iter().all(|file| file.name != "strange"));
        let stay: Vec<u64> =
            (0..40).filter(|n| goes.iter().all(|file| file.made != Millis(NOW.0 - n * DAY))).collect();
        assert_eq!(stay, [0, 1, 2, 3, 4, 8, 31, 39]);
    }
}
