//! The verbs of an offline pass: how large it would be, and making it. What goes into it are codes of one window; whoever may
//! issue a temporary pass may issue one.

use crate::env::{Env, Millis};
use crate::protocol::{DerivedKey, Failure, OfflineForm, Reply};
use crate::recovery::bundle;
use crate::recovery::offline_pass::{self, Account, Lock, OfflineError, QR_LETTERS, Window};
use crate::vault::body::LogLine;
use crate::vault::code::Code;
use crate::vault::entry::Entry;
use crate::vault::slot::SlotKind;

use super::codes::qr;
use super::{Core, Outcome};

/// A week: what is wanted for longer is a way in.
const MINUTES: core::ops::RangeInclusive<u32> = 1..=7 * 24 * 60;
/// A start may lie as far ahead as a temporary pass's.
const LATEST_START_MS: u64 = 30 * 24 * 3_600_000;

impl Core {
    /// How many codes it would hold, and how many letters that are.
    pub(super) fn plan_offline_pass(&self, form: &OfflineForm, env: &Env<'_>) -> Result<Outcome, Failure> {
        let entries = self.for_offline(form)?;
        let window = self.window(form, env.now)?;
        let (codes, letters) =
            offline_pass::measure(&accounts(&entries), window, form.passphrase).map_err(failure)?;
        Ok(Outcome::reply(Reply::OfflineSize {
            codes: u32::try_from(codes).unwrap_or(u32::MAX),
            letters: u32::try_from(letters).unwrap_or(u32::MAX),
            one_qr: letters <= QR_LETTERS,
        }))
    }

    /// Makes it and shows it, once, when the log has it. Under a passphrase with what was derived from that.
    pub(super) fn make_offline_pass(
        &mut self,
        form: &OfflineForm,
        key: Option<&DerivedKey>,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let window = self.window(form, env.now)?;
        self.must_be_fresh()?;
        let entries = self.for_offline(form)?;
        let lock = match (form.passphrase, key) {
            (false, None) => Lock::Code(Code::make_random(env.entropy)),
            (true, Some(key)) => Lock::Passphrase(self.new_secret(key)?),
            _ => return Err(Failure::new("bad-request")),
        };
        let text = offline_pass::seal(&accounts(&entries), window, &lock, env).map_err(failure)?;
        let code = match &lock {
            Lock::Code(code) => Some(code.to_text().expose().clone()),
            Lock::Passphrase(_) => None,
        };
        let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
        let mut next = self.session()?.vault.clone();
        for id in ids {
            let what = "offline-pass-made".to_owned();
            next.body.note(LogLine { at: env.now, what, entry: Some(id), host: None });
        }
        let rows = if text.expose().len() <= QR_LETTERS { qr(&text) } else { Vec::new() };
        let reply = Reply::OfflinePass {
            qr: rows,
            text: text.expose().clone(),
            code,
            name: bundle::offline_pass_name(window.from),
            from: window.from,
            until: window.until,
        };
        Ok(Outcome { reply, ..self.commit(next, Vec::new(), false, env)? })
    }

    /// The chosen entries, where this session may issue anything at all, and may see their codes.
    fn for_offline(&self, form: &OfflineForm) -> Result<Vec<&Entry>, Failure> {
        let session = self.session()?;
        if !matches!(session.opening.by, Some(SlotKind::Password | SlotKind::Passkey)) {
            return Err(Failure::new("not-in-this-session"));
        }
        self.may_make(SlotKind::Pass)?;
        if !self.pass_limits().allowed {
            return Err(Failure::new("passes-not-allowed"));
        }
        let entries = form.ids.iter().map(|id| self.entry(id)).collect::<Result<Vec<&Entry>, _>>()?;
        if entries.is_empty() || entries.iter().any(|entry| entry.trashed.is_some()) {
            return Err(Failure::new("no-entry"));
        }
        for entry in &entries {
            self.must_show(entry)?;
        }
        Ok(entries)
    }

    /// As long as a temporary pass may last here, and a week at most.
    fn window(&self, form: &OfflineForm, now: Millis) -> Result<Window, Failure> {
        let most = self.pass_limits().max.min(*MINUTES.end());
        if form.minutes > most && MINUTES.contains(&form.minutes) {
            return Err(Failure { number: Some(most), ..Failure::new("pass-too-long") });
        }
        if !MINUTES.contains(&form.minutes) {
            return Err(Failure { number: Some(most), ..Failure::new("offline-bad-window") });
        }
        let from = form.start.filter(|start| *start > now).unwrap_or(now);
        if from > now.plus(LATEST_START_MS) {
            return Err(Failure::new("pass-start-too-late"));
        }
        Ok(Window { from, until: from.plus(u64::from(form.minutes) * 60_000), made: now })
    }
}

fn accounts<'a>(entries: &[&'a Entry]) -> Vec<Account<'a>> {
    let account =
        |entry: &&'a Entry| Account { issuer: &entry.issuer, account: &entry.account, otp: &entry.otp };
    entries.iter().map(account).collect()
}

fn failure(error: OfflineError) -> Failure {
    Failure::new(error.code())
}
