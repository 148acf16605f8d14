//! What became of a bundle's ways in at a restore: kept, spent or void. Noted in the vault until the user has seen to it.

use crate::env::Env;
use crate::protocol::{Failure, RestoredView, RestoredWay};
use crate::vault::body::{LogLine, Restored, RestoredSlot};
use crate::vault::id::SlotId;
use crate::vault::sealed::{Opened, SaveError};
use crate::vault::slot::{SlotEntry, SlotKind};
use crate::vault::way::WayIn;

use super::session::{opens_bundle, save_failure};
use super::{Core, Outcome, emergency_bundle, escrow};

/// As long as a label that is typed here may be.
const MAX_LABEL: usize = 60;

impl Core {
    /// The user has seen to them.
    pub(super) fn forget_restored(&mut self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        next.body.restored = None;
        self.commit(next, Vec::new(), true, env)
    }
}

/// Notes the ways into a bundle that is being restored. A recovery code that opened it has been typed into a computer and is
/// used up: where this vault has it too, it goes from here. Gives what is revoked.
pub(super) fn note(
    vault: &mut Opened,
    bundle: &Opened,
    (by, way): (SlotId, &WayIn),
    env: &mut Env<'_>,
) -> Result<Vec<SlotId>, Failure> {
    let slots = bundle.header().slots.iter().filter(|slot| opens_bundle(slot));
    let ways = slots.map(|slot| RestoredSlot {
        id: slot.id,
        kind: slot.kind.name().into(),
        label: bundle.body.slot(slot.id).map(|stored| short(&stored.label)).unwrap_or_default(),
        spent: slot.id == by && once_of(bundle, by),
    });
    let ways: Vec<RestoredSlot> = ways.collect();
    let spent = ways.iter().any(|way| way.spent) && opens_here(vault, by, way, env)?;
    let issued = bundle.header().issued.clone();
    vault.body.restored = Some(Restored { at: env.now, ways, issued });
    if once_of(bundle, by)
        && emergency_bundle::spend(&mut vault.body, bundle.header().vault, by, way, env)
            .map_err(save_failure)?
    {
        vault.body.note(LogLine { at: env.now, what: "code-used".into(), entry: None, host: None });
        return Ok(Vec::new());
    }
    if !spent {
        return Ok(Vec::new());
    }
    let mut next = vault.clone();
    next.remove_slot(by);
    match next.rotate(env) {
        Ok(()) if next.has_way_in() => {}
        // The last way in is never used up.
        Ok(()) | Err(SaveError::NoWayIn) => return Ok(Vec::new()),
        Err(error) => return Err(save_failure(error)),
    }
    next.body.note(LogLine { at: env.now, what: "code-used".into(), entry: None, host: None });
    *vault = next;
    Ok(vec![by])
}

/// Whether a code opens that very slot of this vault. Ids are no secret: a stranger's file may give its own slot the id of
/// any of ours.
fn opens_here(vault: &Opened, id: SlotId, way: &WayIn, env: &mut Env<'_>) -> Result<bool, Failure> {
    let is = |slot: &SlotEntry| slot.id == id && matches!(slot.kind, SlotKind::Code | SlotKind::Pair);
    if !vault.header().slots.iter().any(is) {
        return Ok(false);
    }
    let (_, file) = vault.save(env).map_err(save_failure)?;
    Ok(file.open(way, is).is_ok())
}

/// What a bundle says may be as long as it likes.
fn short(label: &str) -> String {
    label.chars().take(MAX_LABEL).collect()
}

/// Whether a way in is good one time.
fn once_of(bundle: &Opened, id: SlotId) -> bool {
    let once = |kind: SlotKind| matches!(kind, SlotKind::Code | SlotKind::Pair | SlotKind::Pass);
    bundle.header().slots.iter().any(|slot| slot.id == id && once(slot.kind))
}

/// What became of them, as things are now.
pub(super) fn view(vault: &Opened) -> Option<RestoredView> {
    let restored = vault.body.restored.as_ref()?;
    let emergency = vault.body.emergency_vault().into_iter().flat_map(|mine| &mine.header().slots);
    let all: Vec<SlotId> = vault.header().slots.iter().chain(emergency).map(|slot| slot.id).collect();
    let here = |id: SlotId| all.contains(&id);
    let ways = restored.ways.iter().map(|way| RestoredWay {
        kind: way.kind.clone(),
        label: way.label.clone(),
        fate: if here(way.id) {
            "kept"
        } else if way.spent {
            "spent"
        } else {
            "void"
        }
        .into(),
    });
    let issued = restored.issued.as_ref().map(escrow::issued_view);
    Some(RestoredView { at: restored.at, ways: ways.collect(), issued })
}
