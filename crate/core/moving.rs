//! Moving account by account from an app without an export. The list says how far each one is, survives lock and
//! restart in the encrypted body, and lets the old app go only after the site has accepted a code of ours.

use crate::env::Env;
use crate::protocol::{Failure, MoveName, MoveView, Reply};
use crate::site::suggest::{Source, suggest};
use crate::vault::body::{Body, Tombstone};
use crate::vault::entry::Entry;
use crate::vault::id::EntryId;
use crate::vault::moving::{ADDED, MAX_MOVING, Moving, MovingAccount, STEPS, TRIED};
use crate::vault::sealed::Opened;

use super::moving_text::read_names;
use super::{Core, Outcome, view};

/// More entries that it could be help nobody to choose.
const MAX_CANDIDATES: usize = 5;

impl Core {
    /// What a pasted or typed text names, those that are on the list already left out.
    pub(super) fn read_moving(&self, text: &str) -> Result<Outcome, Failure> {
        let body = &self.session()?.vault.body;
        let named = read_names(text);
        let names = named.names.into_iter().map(|(issuer, account)| MoveName { issuer, account });
        let names = names.filter(|name| !is_listed(body, name)).collect();
        Ok(Outcome::reply(Reply::MoveNames { names, links: named.links }))
    }

    pub(super) fn moving(&self) -> Result<Outcome, Failure> {
        Ok(Outcome::reply(reply(&self.session()?.vault.body)))
    }

    pub(super) fn add_moving(&mut self, names: &[MoveName], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        for name in names {
            let name = MoveName {
                issuer: view::words(&name.issuer, "issuer")?,
                account: view::words(&name.account, "account")?,
            };
            if name.issuer.is_empty() {
                return Err(Failure { field: Some("issuer".into()), ..Failure::new("no-name") });
            }
            if is_listed(&next.body, &name) {
                continue;
            }
            // An account that is here to the letter was added before: a code of it is to be tried.
            let here = living(&next.body)
                .find(|entry| {
                    !name.account.is_empty()
                        && same(&entry.issuer, &name.issuer)
                        && same(&entry.account, &name.account)
                })
                .map(|entry| entry.id);
            let account = MovingAccount {
                id: EntryId::make_random(env),
                issuer: name.issuer,
                account: name.account,
                done: if here.is_some() { ADDED } else { 0 },
                back: 0,
                entry: here,
            };
            let list = next.body.moving.get_or_insert_default();
            if list.accounts.len() >= MAX_MOVING {
                return Err(Failure::new("too-many-accounts"));
            }
            list.accounts.push(account);
        }
        self.commit_moving(next, env)
    }

    /// Takes one step with an account, or any number of steps back.
    pub(super) fn move_step(
        &mut self,
        id: &str,
        done: u32,
        entry: Option<&str>,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        let id = view::id(id)?;
        let entry = entry.map(view::id).transpose()?;
        let account = find(&next.body, id).ok_or_else(|| Failure::new("not-on-the-list"))?;
        let reached = reached(&next.body, account);
        let done = u8::try_from(done).ok().filter(|done| *done <= STEPS && *done <= reached + 1);
        let done = done.ok_or_else(|| Failure::new("step-too-far"))?;
        let entry = if done >= ADDED { entry.or(account.entry) } else { None };
        if done >= ADDED {
            let entry = entry.ok_or_else(|| Failure::new("no-entry"))?;
            let entry =
                next.body.entries.iter_mut().find(|known| known.id == entry && known.trashed.is_none());
            let entry = entry.ok_or_else(|| Failure::new("no-entry"))?;
            // The site accepted a code: what came in by hand or by a file is known to work.
            if done == TRIED && entry.unverified {
                entry.unverified = false;
                entry.touch(device, env.now);
            }
        }
        let list = next.body.moving.get_or_insert_default();
        for account in list.accounts.iter_mut().filter(|account| account.id == id) {
            account.back = account.back.saturating_add((done < account.done).into());
            account.done = done;
            account.entry = entry;
        }
        self.commit_moving(next, env)
    }

    /// Takes accounts off the list. Entries stay what they are.
    pub(super) fn drop_moving(&mut self, ids: &[String], env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let mut next = self.session()?.vault.clone();
        let device = next.device();
        let ids = ids.iter().map(|id| view::id(id)).collect::<Result<Vec<_>, _>>()?;
        let list = next.body.moving.get_or_insert_default();
        let gone = list.accounts.extract_if(.., |account| ids.contains(&account.id));
        let gone = gone.map(|account| Tombstone { id: account.id, at: env.now, edits: 1, device });
        next.body.tombstones.extend(gone);
        self.commit_moving(next, env)
    }

    fn commit_moving(&mut self, mut next: Opened, env: &mut Env<'_>) -> Result<Outcome, Failure> {
        let list: &mut Moving = next.body.moving.get_or_insert_default();
        list.modified = env.now;
        let reply = reply(&next.body);
        let outcome = self.commit(next, Vec::new(), true, env)?;
        Ok(Outcome { reply, ..outcome })
    }
}

fn reply(body: &Body) -> Reply {
    let accounts: Vec<MoveView> = list(body).iter().map(|account| account_view(body, account)).collect();
    let left = accounts.iter().filter(|account| account.done < STEPS.into()).count();
    Reply::Moving { accounts, left: u32::try_from(left).unwrap_or(u32::MAX) }
}

fn account_view(body: &Body, account: &MovingAccount) -> MoveView {
    let done = reached(body, account);
    let site = suggest(&account.issuer, &account.account, &[], &[])
        .into_iter()
        .find(|suggestion| matches!(suggestion.source, Source::Table | Source::IssuerHost));
    MoveView {
        id: account.id.to_string(),
        issuer: account.issuer.clone(),
        account: account.account.clone(),
        done: done.into(),
        entry: account.entry.filter(|_| done >= ADDED).map(|id| id.to_string()),
        candidates: if done < ADDED { candidates(body, account) } else { Vec::new() },
        sign_in: site.map(|suggestion| suggestion.origin.to_string()),
    }
}

/// How far an account really is: without its entry it is to be added once more, unless all is over.
fn reached(body: &Body, account: &MovingAccount) -> u8 {
    let gone = || !account.entry.is_some_and(|id| living(body).any(|entry| entry.id == id));
    match account.done.min(STEPS) {
        done @ ADDED..STEPS if gone() => done.min(ADDED - 1),
        done => done,
    }
}

/// Entries that the account may have become, the newest first.
fn candidates(body: &Body, account: &MovingAccount) -> Vec<String> {
    let taken = |id| list(body).iter().any(|other| other.entry == Some(id));
    let (issuer, name) = (account.issuer.to_lowercase(), account.account.to_lowercase());
    let fits = |entry: &&Entry| {
        let (theirs, user) = (entry.issuer.to_lowercase(), entry.account.to_lowercase());
        let close = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && (a.contains(b) || b.contains(a));
        close(&theirs, &issuer)
            || (theirs.is_empty() && close(&user, &issuer))
            || (!name.is_empty() && user == name)
    };
    let mut found: Vec<&Entry> = living(body).filter(|entry| !taken(entry.id)).filter(fits).collect();
    found.sort_by_key(|entry| (!same(&entry.issuer, &account.issuer), core::cmp::Reverse(entry.created)));
    found.into_iter().take(MAX_CANDIDATES).map(|entry| entry.id.to_string()).collect()
}

fn list(body: &Body) -> &[MovingAccount] {
    body.moving.as_ref().map_or(&[], |moving| &moving.accounts)
}

fn find(body: &Body, id: EntryId) -> Option<&MovingAccount> {
    list(body).iter().find(|account| account.id == id)
}

fn is_listed(body: &Body, name: &MoveName) -> bool {
    list(body).iter().any(|known| same(&known.issuer, &name.issuer) && same(&known.account, &name.account))
}

fn living(body: &Body) -> impl Iterator<Item = &Entry> {
    body.entries.iter().filter(|entry| entry.trashed.is_none())
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
