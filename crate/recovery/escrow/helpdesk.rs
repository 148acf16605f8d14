//! A helpdesk bundle: what a user's bundle holds, under a new key, with one temporary pass as the only way in. Its header
//! says who issued it.

use crate::env::{Env, Millis};
use crate::protocol::PassLimits;
use crate::vault::body::{Body, Stated};
use crate::vault::code::Code;
use crate::vault::escrow::IssuedNote;
use crate::vault::file::VaultFile;
use crate::vault::sealed::{NewSlot, Opened, SaveError};
use crate::vault::slot::{SlotKind, SlotUse};
use crate::vault::way::WayIn;

/// A start may lie as far ahead.
const LATEST_START_MS: u64 = 30 * 24 * 3_600_000;

/// What the pass is to be.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Its lifetime.
    pub minutes: u32,
    /// When it begins; `None`: at once.
    pub start: Option<Millis>,
}

/// A helpdesk bundle that was made.
pub struct Issued {
    /// The file.
    pub file: VaultFile,
    /// The pass. It is nowhere else.
    pub pass: Code,
    /// When it begins to open.
    pub from: Millis,
    /// When it ends.
    pub until: Millis,
    /// How many entries went along, the bin left out.
    pub entries: usize,
}

/// Why none was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueError {
    /// Shorter than is allowed: minutes.
    TooShort(u32),
    /// Longer than is allowed: minutes.
    TooLong(u32),
    /// The start is more than thirty days ahead.
    StartTooLate,
    /// It would be over before it began.
    Over,
    /// It could not be written.
    Save(SaveError),
}

impl IssueError {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort(_) => "pass-too-short",
            Self::TooLong(_) => "pass-too-long",
            Self::StartTooLate => "pass-start-too-late",
            Self::Over => "pass-expired",
            Self::Save(_) => "self-check",
        }
    }

    /// The number that goes with it.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::TooShort(minutes) | Self::TooLong(minutes) => Some(minutes),
            _ => None,
        }
    }
}

/// Makes one from what an administrator's key opened. The pass opens one time, by the app's word: a file cannot count.
/// The log, receipts and ways in stay behind: whoever helps needs none of them, and neither does a restore.
pub fn issue(
    bundle: &Opened,
    note: IssuedNote,
    window: Window,
    limits: &PassLimits,
    env: &mut Env<'_>,
) -> Result<Issued, IssueError> {
    let Window { minutes, start } = window;
    if minutes < limits.min {
        return Err(IssueError::TooShort(limits.min));
    }
    if minutes > limits.max {
        return Err(IssueError::TooLong(limits.max));
    }
    if start.is_some_and(|start| start > env.now.plus(LATEST_START_MS)) {
        return Err(IssueError::StartTooLate);
    }
    let from = start.unwrap_or(env.now);
    let until = from.plus(u64::from(minutes) * 60_000);
    if until <= env.now {
        return Err(IssueError::Over);
    }
    let mut vault = Opened::make_from(env, Some(bundle.header().origin), body_of(&bundle.body));
    vault.header_mut().issued = Some(note);
    let pass = Code::make_random(env.entropy);
    let new = NewSlot {
        not_before: Some(from),
        not_after: Some(until),
        uses: Some(1),
        ..NewSlot::lasting(SlotKind::Pass, SlotUse::Backup, "")
    };
    vault.add_way(env, &WayIn::Code(pass.clone()), new).map_err(IssueError::Save)?;
    let (_, file) = vault.save(env).map_err(IssueError::Save)?;
    // The proof: from the bytes, by the pass.
    let again = VaultFile::parse(&file.to_bytes()).map_err(|_| IssueError::Save(SaveError::SelfCheck))?;
    let (_, opened) = again
        .open(&WayIn::Code(pass.clone()), |_| true)
        .map_err(|_| IssueError::Save(SaveError::SelfCheck))?;
    if opened.body.entries != bundle.body.entries || opened.body.kept != bundle.body.kept {
        return Err(IssueError::Save(SaveError::SelfCheck));
    }
    let entries = opened.body.entries.iter().filter(|entry| entry.trashed.is_none()).count();
    Ok(Issued { file, pass, from, until, entries })
}

fn body_of(body: &Body) -> Body {
    let stated = body.stated.clone().map(|stated| Stated { places: Default::default(), ..stated });
    Body {
        entries: body.entries.clone(),
        tombstones: body.tombstones.clone(),
        settings: body.settings.clone(),
        sheet: body.sheet.clone(),
        kept: body.kept.clone(),
        stated,
        ..Body::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::body::LogLine;
    use crate::vault::bytes::B64;
    use crate::vault::testing::Seeded;

    const NOW: u64 = 1_795_275_240_000;

    fn note() -> IssuedNote {
        let (by, person) = ("Acme Ltd".into(), Some("Grace".into()));
        IssuedNote { by, person, fingerprint: B64([1; 32]), at: Millis(NOW), of: Millis(NOW - 5) }
    }

    fn issued(minutes: u32, start: Option<u64>) -> Result<(Opened, Issued), IssueError> {
        let mut entropy = Seeded::new(5);
        let mut env = Env { now: Millis(NOW), entropy: &mut entropy };
        let mut vault = Opened::make(&mut env);
        vault.body.note(LogLine { at: env.now, what: "unlock".into(), entry: None, host: None });
        let limits = PassLimits { min: 10, max: 480, usual: 60, once: true, allowed: false };
        let window = Window { minutes, start: start.map(Millis) };
        let issued = issue(&vault, note(), window, &limits, &mut env)?;
        Ok((vault, issued))
    }

    #[test]
    fn the_pass_is_the_only_way_in_under_a_key_and_an_id_of_its_own() {
        let (vault, issued) = issued(60, None).unwrap();
        let header = issued.file.header();
        assert_ne!(header.vault, vault.header().vault);
        assert_eq!(header.origin, vault.header().origin);
        let [slot] = header.slots.as_slice() else { panic!("one way in") };
        assert_eq!((slot.kind, slot.usage, slot.uses), (SlotKind::Pass, SlotUse::Backup, Some(1)));
        assert_eq!((slot.not_before, slot.not_after), (Some(Millis(NOW)), Some(Millis(NOW + 3_600_000))));
        assert_eq!(header.issued, Some(note()));
        assert!(issued.file.open_with(vault.key().clone()).is_err(), "the old vault key");
        let (_, opened) = issued.file.open(&WayIn::Code(issued.pass), |_| true).unwrap();
        assert!(opened.body.log.is_empty() && opened.body.slots.len() == 1);
    }

    #[test]
    fn limits_and_times_are_held() {
        let error = |minutes, start| issued(minutes, start).map(|_| ()).unwrap_err();
        assert_eq!(error(5, None), IssueError::TooShort(10));
        assert_eq!(error(500, None), IssueError::TooLong(480));
        assert_eq!(error(60, Some(NOW - 3_600_000)), IssueError::Over);
        assert_eq!(error(60, Some(NOW + LATEST_START_MS + 1)), IssueError::StartTooLate);
        let (_, later) = issued(60, Some(NOW + 60_000)).unwrap();
        assert_eq!((later.from, later.until), (Millis(NOW + 60_000), Millis(NOW + 3_660_000)));
    }
}
