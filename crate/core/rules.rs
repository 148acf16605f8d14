//! Where an organisation's policy is asked: one small function for each kind of grant. What the policy closes is told
//! with a code of its own, so that nobody looks for a fault of theirs.

use crate::env::Env;
use crate::policy::Policy;
use crate::protocol::{Failure, SessionKind, Settings};
use crate::site::binding::{Binding, Scope};
use crate::vault::body::LogLine;
use crate::vault::sealed::Opened;
use crate::vault::slot::SlotKind;

use super::{Core, Outcome};

impl Core {
    /// Takes in what the browser's managed storage holds.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
    }

    /// The user's settings as they count here.
    pub(super) fn settings(&self, user: &Settings) -> Settings {
        Settings {
            lock_after_minutes: self.policy.lock_after(user.lock_after_minutes),
            lock_with_system: self.policy.lock_with_system(user.lock_with_system),
            ..user.clone()
        }
    }

    /// Whether a way in of this kind may be made.
    pub(super) fn may_make(&self, kind: SlotKind) -> Result<(), Failure> {
        if self.policy.allows_way(kind) { Ok(()) } else { Err(Failure::new("policy-way")) }
    }

    /// Whether an entry may be bound so.
    pub(super) fn may_bind(&self, binding: Binding) -> Result<Binding, Failure> {
        let below = binding.scope() == Scope::Subdomains;
        let allowed = self.policy.allows_site(&binding.origin().host(), below);
        if allowed { Ok(binding) } else { Err(Failure::new("policy-site")) }
    }

    /// Whether secrets may leave the vault in a form that lies open: a file, a sheet, a QR code.
    pub(super) fn may_lie_open(&self) -> Result<(), Failure> {
        if self.policy.allows_plain_export() { Ok(()) } else { Err(Failure::new("policy-plain-export")) }
    }

    /// Whether entries of these families' files may come in.
    pub(super) fn may_import(&self, from: &[String]) -> Result<(), Failure> {
        // Where not everything is allowed, what does not say where it comes from is not.
        let told = !from.is_empty() || self.policy.allows_import("");
        let allowed = told && from.iter().all(|family| self.policy.allows_import(family));
        if allowed { Ok(()) } else { Err(Failure::new("policy-import")) }
    }

    /// In a full session: a policy that is not the one that this vault saw last is noted in the log.
    pub(super) fn note_policy(&self, env: &mut Env<'_>) -> Option<Outcome> {
        let session = self.session().ok().filter(|session| session.kind() == SessionKind::Full)?;
        let digest = self.policy.digest();
        if session.vault.body.policy == digest || self.warnings.not_saved {
            return None;
        }
        let mut next: Opened = session.vault.clone();
        next.body.policy = digest.into();
        next.body.note(LogLine { at: env.now, what: "policy".into(), entry: None, host: None });
        self.commit(next, Vec::new(), true, env).ok()
    }
}
