//! What the user holds, as the protocol carries it, to what opens a file. One function for unlocking, restoring and
//! whatever else opens one.

use crate::env::Env;
use crate::protocol::{DeriveJob, DerivedKey, Failure, Reply, Way};
use crate::vault::code::{Code, CodeError};
use crate::vault::file::VaultFile;
use crate::vault::id::SlotId;
use crate::vault::sealed::{OpenError, Opened};
use crate::vault::slot::{SlotEntry, SlotKind};
use crate::vault::way::{SlotSecret, WayIn};

use super::session::{opens_bundle, opens_vault, secret};
use super::{Core, Outcome, State, bundles, escrow, passkeys, shares};

impl Core {
    /// What to derive from the password that goes with a code.
    pub(super) fn plan_pair(&self, bundle: Option<&str>, env: &Env<'_>) -> Result<Outcome, Failure> {
        let jobs = match (bundle, &self.state) {
            (Some(bundle), _) => bundles::read(bundle)?.pair_jobs(opens_bundle, 3),
            (None, State::Closed(_, files)) => pair_jobs(files, opens_vault(env.now)),
            (None, _) => return Err(Failure::new("wrong-state")),
        };
        if jobs.is_empty() {
            Err(Failure::new("wrong-code"))
        } else {
            Ok(Outcome::reply(Reply::Derive { jobs }))
        }
    }
}

/// Opens a file with what the user holds: which slot, by which way, and the vault.
pub(super) fn open(
    file: &VaultFile,
    way: &Way,
    usable: impl Fn(&SlotEntry) -> bool,
) -> Result<(SlotId, WayIn, Opened), Failure> {
    let mut refused = wrong(way, std::slice::from_ref(file));
    for way in ways_in(way)? {
        match file.open(&way, &usable) {
            Ok((slot, opened)) => return Ok((slot, way, opened)),
            Err(error @ (OpenError::Damaged | OpenError::Stopped)) => refused = Failure::new(error.code()),
            Err(OpenError::WrongSecret) => {}
        }
    }
    Err(refused)
}

/// Everything to try for what the user holds.
pub(super) fn ways_in(way: &Way) -> Result<Vec<WayIn>, Failure> {
    let secrets = |keys: &[DerivedKey]| keys.iter().map(secret).collect::<Result<Vec<SlotSecret>, _>>();
    Ok(match way {
        Way::Password { keys } => secrets(keys)?.into_iter().map(WayIn::Password).collect(),
        Way::Code { code, keys } => {
            let code = read_code(code)?;
            let pairs = secrets(keys)?.into_iter().map(|secret| WayIn::Pair(code.clone(), secret));
            std::iter::once(WayIn::Code(code.clone())).chain(pairs).collect()
        }
        Way::Passkey { prf } => vec![WayIn::Passkey(passkeys::read_prf(prf)?)],
        Way::Shares { shares } => vec![shares::way_in(shares)?],
        Way::Escrow { file, keys } => vec![escrow::way_in(file, keys)?],
    })
}

/// Why a way in that opens nothing was wrong.
pub(super) fn wrong(way: &Way, files: &[VaultFile]) -> Failure {
    let has_pairs = || files.iter().any(|file| file.slots().any(|(slot, _)| slot.kind == SlotKind::Pair));
    Failure::new(match way {
        Way::Password { .. } => "wrong-password",
        // Which slot was near is not told: the password is asked for whenever the vault has codes with one.
        Way::Code { keys, .. } if keys.is_empty() && has_pairs() => "code-needs-password",
        Way::Code { keys, .. } if !keys.is_empty() => "wrong-code-or-password",
        Way::Code { .. } => "wrong-code",
        Way::Passkey { .. } => "wrong-passkey",
        Way::Shares { .. } => "wrong-shares",
        Way::Escrow { .. } if files.iter().any(escrow::has_party) => "wrong-escrow-key",
        Way::Escrow { .. } => "no-escrow",
    })
}

/// A code as typed.
pub(super) fn read_code(text: &str) -> Result<Code, Failure> {
    Code::parse(text)
        .map_err(|error: CodeError| Failure { number: error.number(), ..Failure::new(error.code()) })
}

/// At most three derivations over all copies.
pub(super) fn pair_jobs(files: &[VaultFile], usable: impl Fn(&SlotEntry) -> bool + Copy) -> Vec<DeriveJob> {
    let mut jobs: Vec<DeriveJob> = Vec::new();
    for job in files.iter().flat_map(|file| file.pair_jobs(usable, 3)) {
        if jobs.len() < 3 && !jobs.contains(&job) {
            jobs.push(job);
        }
    }
    jobs
}
