//! The verbs of a hand-over: the new device's address, the old one's sealed file, and what comes out of it as a draft.

use crate::env::Env;
use crate::protocol::{DerivedKey, Failure, Reply};
use crate::recovery::bundle;
use crate::recovery::handover::{self, Address};
use crate::secret::SecretText;
use crate::vault::entry::Entry;
use crate::vault::sealed::OpenError;

use super::codes::qr;
use super::session::{opens_vault, save_failure, secret};
use super::{Core, Outcome, bundles, imports};

impl Core {
    /// The new device's address. It stays the same until the vault is locked, or another one is asked for.
    pub(super) fn receive(&mut self, renew: bool, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let session = self.session_mut()?;
        if renew || session.receiving.is_none() {
            session.receiving = Some(handover::make_private(env));
        }
        let address =
            session.receiving.as_ref().and_then(Address::of).ok_or_else(|| Failure::new("self-check"))?;
        let text = address.to_text();
        let qr = qr(&SecretText::new(text.clone()));
        Ok(Outcome::reply(Reply::Receiver { address: text, words: words(address), qr }))
    }

    /// The words of somebody's address, to be compared.
    pub(super) fn check_receiver(&self, address: &str) -> Result<Outcome, Failure> {
        Ok(Outcome::reply(Reply::ReceiverWords { words: words(parse(address)?) }))
    }

    /// The chosen entries, sealed to another device, when one of the keys opens the vault now.
    pub(super) fn hand_over(
        &mut self,
        address: &str,
        ids: &[String],
        keys: &[DerivedKey],
        kept: bool,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let address = parse(address)?;
        let secrets = keys.iter().map(secret).collect::<Result<Vec<_>, _>>()?;
        let vault = &self.session()?.vault;
        let (_, file) = vault.save(env).map_err(save_failure)?;
        if !secrets.iter().any(|secret| file.open(&secret.clone().into(), opens_vault(env.now)).is_ok()) {
            return Err(Failure::new("wrong-password"));
        }
        let entries = ids.iter().map(|id| self.entry(id)).collect::<Result<Vec<&Entry>, _>>()?;
        if entries.is_empty() && (!kept || vault.body.kept.is_empty()) {
            return Err(Failure::new("no-entry"));
        }
        for entry in &entries {
            self.must_have_waited(entry, env.now)?;
        }
        let header = vault.header();
        let kept: &[_] = if kept { &vault.body.kept } else { &[] };
        let sealed = handover::seal_for(address, &entries, kept, header.origin, env).map_err(save_failure)?;
        let name = bundle::hand_over_name(env.now);
        let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        let reply =
            Reply::HandOver { name, file: data_encoding::BASE64.encode(&sealed.to_bytes()), entries: count };
        let store = self.note_leaving("hand-over", ids, env)?;
        Ok(Outcome { store: Some(store), ..Outcome::reply(reply) })
    }

    /// Opens a file that was sealed to this device's address. Who made it is not known: it is a draft for the import.
    pub(super) fn open_hand_over(&self, file: &str) -> Result<Outcome, Failure> {
        let private = self.session()?.receiving.as_ref().ok_or_else(|| Failure::new("no-address"))?;
        let file = bundles::read(file)?;
        let opened = handover::open(&file, private).map_err(|error| {
            Failure::new(match error {
                OpenError::WrongSecret => "for-another-device",
                OpenError::Damaged => "damaged-file",
                OpenError::Stopped => "migration-stopped",
            })
        })?;
        let drafts = opened.body.entries.iter().map(Entry::draft);
        let read: Vec<_> = drafts.map(|draft| imports::import_form(&draft)).collect();
        let skipped = read.iter().filter(|form| form.is_none()).count();
        Ok(Outcome::reply(Reply::HandedOver {
            entries: read.into_iter().flatten().collect(),
            kept: opened.body.kept.iter().map(|item| super::kept_form(&item.draft())).collect(),
            skipped: u32::try_from(skipped).unwrap_or(u32::MAX),
            made: opened.header().saved,
        }))
    }
}

fn parse(address: &str) -> Result<Address, Failure> {
    Address::parse(address)
        .map_err(|_| Failure { field: Some("address".into()), ..Failure::new("not-an-address") })
}

fn words(address: Address) -> Vec<String> {
    address.words().map(str::to_owned).to_vec()
}
