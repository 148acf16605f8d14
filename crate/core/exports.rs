//! The verbs that take entries out with their secrets: asked for with a fresh unlock, and logged.

use crate::env::Env;
use crate::export::{self, Format};
use crate::otp::Kind;
use crate::otp::base32::base32;
use crate::otp::{Algorithm, Digits, Otp, OtpError, Period, base32::parse_base32};
use crate::protocol::{DerivedKey, EntryForm, Failure, Reply, TakenEntry};
use crate::vault::entry::{Entry, EntryDraft};

use super::session::{opens_vault, save_failure, secret};
use super::{Core, Outcome};

impl Core {
    /// What to derive from the current password, in an open session.
    pub(super) fn plan_fresh(&self, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let (_, file) = self.session()?.vault.save(env).map_err(save_failure)?;
        Ok(Outcome::reply(Reply::Derive { jobs: file.password_jobs(opens_vault(env.now), 3) }))
    }

    /// Entries with their secrets, when one of the keys opens the vault now.
    pub(super) fn take_out(
        &mut self,
        ids: &[String],
        format: &str,
        keys: &[DerivedKey],
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let format = export::format(format).ok_or_else(|| Failure::new("unknown-format"))?;
        self.may_leave(format)?;
        let secrets = keys.iter().map(secret).collect::<Result<Vec<_>, _>>()?;
        let (_, file) = self.session()?.vault.save(env).map_err(save_failure)?;
        if !secrets.iter().any(|secret| file.open(&secret.clone().into(), opens_vault(env.now)).is_ok()) {
            return Err(Failure::new("wrong-password"));
        }
        for id in ids {
            self.must_have_waited(self.entry(id)?, env.now)?;
        }
        let entries = ids.iter().map(|id| self.entry(id).map(taken)).collect::<Result<Vec<_>, _>>()?;
        let store = self.note_leaving("take-out", ids, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::reply(Reply::Taken { entries }) })
    }

    /// Whether entries may leave the vault in this format: a policy can forbid what lies open.
    fn may_leave(&self, format: &Format) -> Result<(), Failure> {
        if format.sealed { Ok(()) } else { self.may_lie_open() }
    }
}

/// What was taken out, as the export room wants it. No limit of length: it was in the vault.
pub fn draft_of(taken: &TakenEntry) -> Result<EntryDraft, OtpError> {
    let form = &taken.form;
    let kind = match form.kind.as_str() {
        "totp" => Kind::Totp { period: Period::new(form.period.into())? },
        "hotp" => Kind::Hotp { counter: taken.counter.parse().map_err(|_| OtpError::BadCounter)? },
        "steam" => Kind::Steam,
        _ => return Err(OtpError::UnsupportedType),
    };
    let (algorithm, digits) = (Algorithm::parse(&form.algorithm)?, Digits::new(form.digits.into())?);
    let otp = Otp::new(kind, algorithm, digits, parse_base32(&form.secret)?)?;
    Ok(EntryDraft {
        note: form.note.clone(),
        tags: form.tags.clone(),
        pinned: taken.pinned,
        trashed: taken.trashed,
        urls: form.sites.iter().map(|site| site.origin.clone()).collect(),
        ..EntryDraft::new(&*form.issuer, &*form.account, otp)
    })
}

fn taken(entry: &Entry) -> TakenEntry {
    let draft = entry.draft();
    let counter = match draft.otp.kind() {
        Kind::Hotp { counter } => counter,
        _ => 0,
    };
    let sites = entry.sites.iter().map(|site| crate::protocol::SiteForm {
        origin: site.origin.clone(),
        subdomains: site.scope == crate::vault::entry::SiteScope::Subdomains,
    });
    TakenEntry {
        id: entry.id.to_string(),
        form: EntryForm {
            issuer: draft.issuer,
            account: draft.account,
            secret: base32(draft.otp.secret()),
            kind: draft.otp.kind().name().into(),
            algorithm: draft.otp.algorithm().name().into(),
            digits: draft.otp.digits().count().into(),
            period: draft.otp.period().map_or(30, Period::seconds),
            counter: u32::try_from(counter).unwrap_or(u32::MAX),
            note: draft.note,
            tags: draft.tags,
            sites: sites.collect(),
        },
        counter: counter.to_string(),
        pinned: draft.pinned,
        trashed: draft.trashed,
        ours: entry.ours().map(String::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::{Entropy, Millis};
    use crate::secret::SecretBytes;
    use crate::vault::backup_codes::{BackupCode, BackupCodes};
    use crate::vault::id::DeviceId;

    struct Zero;
    impl Entropy for Zero {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn what_is_taken_out_is_the_entry_to_the_last_counter() {
        for kind in [Kind::Hotp { counter: u64::MAX }, Kind::Totp { period: Period::THIRTY }, Kind::Steam] {
            let otp =
                Otp::new(kind, Algorithm::Sha256, Digits::new(8).unwrap(), SecretBytes::new(vec![1, 2, 3]));
            let mut draft = EntryDraft::new("A".repeat(600), "b", otp.unwrap());
            draft.note = "n".into();
            draft.tags = vec!["t".into()];
            draft.pinned = true;
            draft.trashed = true;
            let env = &mut Env { now: Millis(5), entropy: &mut Zero };
            let device = DeviceId::make_random(env);
            let mut entry = Entry::make(draft.clone(), device, env);
            entry.sites.push(crate::vault::entry::StoredSite {
                origin: "https://a.example".into(),
                scope: crate::vault::entry::SiteScope::Exact,
            });
            draft.urls = vec!["https://a.example".into()];
            assert_eq!(draft_of(&taken(&entry)), Ok(draft));
            entry.emergency = true;
            entry.backup_codes = Some(BackupCodes::default());
            assert_eq!(taken(&entry).ours, ["emergency"], "a list without codes loses none");
            let code = BackupCode::new(crate::secret::SecretText::new("a1b2-c3d4".into()));
            entry.backup_codes = Some(BackupCodes { codes: vec![code], ..BackupCodes::default() });
            entry.sites[0].scope = crate::vault::entry::SiteScope::Subdomains;
            let two = [taken(&entry), taken(&entry)];
            let ours = two.iter().map(|taken| taken.ours.clone());
            let lost = export::all_lost(ours, &[(0, "note"), (1, "entry-steam")]);
            let told: Vec<_> = lost.iter().map(|(at, why)| (*at, why.as_str())).collect();
            let ours = [(0, "backup-codes"), (0, "emergency"), (0, "note"), (0, "subdomains")];
            assert_eq!(told, [&ours[..], &[(1, "entry-steam")]].concat());
        }
    }
}
