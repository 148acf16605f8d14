//! What stands on the emergency sheet besides the accounts' names: where the copies are, whom to call, and what an organisation's
//! support will ask for. No secrets; it lies in the vault so that the sheet can be printed again.

use crate::env::Env;
use crate::protocol::{EmergencySheet, Failure, Organisation, Reply};
use crate::vault::body::StoredSheet;

use super::{Core, Outcome, view};

/// More organisations than fit on a sheet.
const MAX_ORGANISATIONS: usize = 8;

impl Core {
    pub(super) fn sheet(&self) -> Result<Outcome, Failure> {
        let stored = self.session()?.vault.body.sheet.clone();
        Ok(Outcome::reply(Reply::Sheet { sheet: stored.map(|sheet| sheet.values).unwrap_or_default() }))
    }

    pub(super) fn set_sheet(
        &mut self,
        sheet: &EmergencySheet,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        if sheet.organisations.len() > MAX_ORGANISATIONS {
            return Err(Failure::new("too-many-organisations"));
        }
        let organisation = |one: &Organisation| {
            Ok::<_, Failure>(Organisation {
                name: view::words(&one.name, "name")?,
                tenant: view::words(&one.tenant, "tenant")?,
                domain: view::words(&one.domain, "domain")?,
                onmicrosoft: view::words(&one.onmicrosoft, "onmicrosoft")?,
                subscription: view::words(&one.subscription, "subscription")?,
                invoice: view::words(&one.invoice, "invoice")?,
                billing: view::words(&one.billing, "billing")?,
                admins: view::words(&one.admins, "admins")?,
                support: view::words(&one.support, "support")?,
            })
        };
        let values = EmergencySheet {
            copies: view::note(&sheet.copies)?,
            support: view::note(&sheet.support)?,
            organisations: sheet.organisations.iter().map(organisation).collect::<Result<_, _>>()?,
        };
        let mut next = self.session()?.vault.clone();
        next.body.sheet = Some(StoredSheet { modified: env.now, values: values.clone() });
        let outcome = self.commit(next, Vec::new(), true, env)?;
        Ok(Outcome { reply: Reply::Sheet { sheet: values }, ..outcome })
    }
}
