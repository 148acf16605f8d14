//! The verbs on shares: making a set, keeping it once words of every sheet were typed back, and saying what is wrong
//! with shares that somebody types in.

use crate::env::Env;
use crate::protocol::{Failure, PrintedShare, Reply, TypedWord};
use crate::recovery::bundle;
use crate::recovery::shares::share::{Share, ShareError};
use crate::recovery::shares::{self, CombineError};
use crate::vault::body::LogLine;
use crate::vault::id::SlotId;
use crate::vault::sealed::NewSlot;
use crate::vault::slot::{SlotEntry, SlotKind, SlotUse};
use crate::vault::way::WayIn;

use super::codes::qr;
use super::session::{opens_vault, save_failure};
use super::{Core, Outcome, Store};

/// So many words of each sheet are typed back.
const TYPED: usize = 2;

impl Core {
    /// Makes shares of the vault or of the emergency bundle, and shows them. They open nothing until they are kept.
    pub(super) fn make_shares(
        &self,
        threshold: u32,
        count: u32,
        emergency: bool,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        self.may_make(SlotKind::Shares)?;
        self.must_be_fresh_to_pass_on()?;
        let own = || Ok(bundle::short_name(self.session()?.vault.header().vault));
        let vault = if emergency { self.emergency_name()? } else { own()? };
        let bad = || Failure::new("bad-sharing");
        let sharing = (u8::try_from(threshold).map_err(|_| bad())?, u8::try_from(count).map_err(|_| bad())?);
        let (_, shares) = shares::make(env.entropy, sharing.0, sharing.1).ok_or_else(bad)?;
        let printed = |share: &Share| {
            let words = share.to_words();
            PrintedShare {
                number: u32::from(share.member_index) + 1,
                qr: qr(&words),
                words: words.expose().clone(),
            }
        };
        let shares = shares.iter().map(printed).collect();
        Ok(Outcome::reply(Reply::Shares { shares, threshold, vault, made: env.now }))
    }

    /// Words of every sheet were typed back: from now on the shares open the vault, in place of former ones.
    pub(super) fn keep_shares(
        &mut self,
        texts: &[String],
        typed: &[TypedWord],
        emergency: bool,
        env: &mut Env<'_>,
    ) -> Result<Outcome, Failure> {
        self.may_make(SlotKind::Shares)?;
        self.must_be_fresh_to_pass_on()?;
        let set = read(texts)?;
        for (at, text) in texts.iter().enumerate() {
            check_typed(at, text, typed)?;
        }
        let way = way_of(&set)?;
        let needed = set.first().map(|share| share.member_threshold).unwrap_or_default();
        let label = format!("{needed}/{}", set.len());
        if emergency {
            self.emergency_name()?;
            let new = NewSlot::lasting(SlotKind::Shares, SlotUse::Backup, &label);
            return self.set_emergency_ways(SlotKind::Shares, vec![(way, new)], env);
        }
        let mut next = self.session()?.vault.clone();
        let former = |slot: &&SlotEntry| slot.kind == SlotKind::Shares && slot.usage != SlotUse::Backup;
        let revoked: Vec<SlotId> = next.header().slots.iter().filter(former).map(|slot| slot.id).collect();
        revoked.iter().for_each(|id| next.remove_slot(*id));
        if !revoked.is_empty() {
            next.rotate(env).map_err(save_failure)?;
        }
        let new = NewSlot::lasting(SlotKind::Shares, SlotUse::Both, &label);
        next.add_way(env, &way, new).map_err(save_failure)?;
        next.body.note(LogLine { at: env.now, what: "shares-made".into(), entry: None, host: None });
        let outcome = self.commit(next, revoked, false, env)?;
        if let Some(Store::Commit(commit)) = &outcome.store {
            commit.file.open(&way, opens_vault(env.now)).map_err(|_| Failure::new("self-check"))?;
        }
        Ok(Outcome { reply: self.status().reply, ..outcome })
    }
}

/// How far somebody is who types shares in: how many there are, of how many. The first that is wrong is told.
pub(super) fn check(texts: &[String]) -> Result<Outcome, Failure> {
    let set = read(texts)?;
    let need = set.first().map(|share| u32::from(share.member_threshold)).unwrap_or_default();
    let have = set.len() as u32;
    match shares::combine(&set, b"") {
        Ok(_) | Err(CombineError::TooFew(..)) => Ok(Outcome::reply(Reply::SharesSoFar { have, need })),
        Err(error) => Err(combine_failure(error)),
    }
}

/// What shares come to.
pub(super) fn way_in(texts: &[String]) -> Result<WayIn, Failure> {
    way_of(&read(texts)?)
}

fn way_of(set: &[Share]) -> Result<WayIn, Failure> {
    shares::combine(set, b"").map(|secret| WayIn::from_master_secret(&secret)).map_err(combine_failure)
}

fn read(texts: &[String]) -> Result<Vec<Share>, Failure> {
    let parse = |(at, text): (usize, &String)| {
        Share::parse(text).map_err(|error: ShareError| Failure {
            field: Some(at.to_string()),
            number: error.number(),
            ..Failure::new(error.code())
        })
    };
    texts.iter().enumerate().map(parse).collect()
}

/// The field is the share's place among those given, from 0; the number how many are still missing.
fn combine_failure(error: CombineError) -> Failure {
    let at = |at: usize| Failure { field: Some(at.to_string()), ..Failure::new(error.code()) };
    match error {
        CombineError::Foreign(place) | CombineError::Twice(place) => at(place),
        CombineError::TooFew(have, need) => {
            Failure { number: Some(u32::from(need.saturating_sub(have))), ..Failure::new(error.code()) }
        }
        CombineError::None | CombineError::Mismatch | CombineError::TooMuchWork => Failure::new(error.code()),
    }
}

/// Two different words of the sheet, at their places, as they were typed.
fn check_typed(at: usize, text: &str, typed: &[TypedWord]) -> Result<(), Failure> {
    let words: Vec<&str> = text.split(' ').collect();
    let mut places = Vec::new();
    for word in typed.iter().filter(|word| word.share as usize == at) {
        let right = words.get((word.place as usize).wrapping_sub(1)).copied();
        if right != Some(word.word.trim().to_lowercase().as_str()) {
            return Err(Failure {
                field: Some(at.to_string()),
                number: Some(word.place),
                ..Failure::new("share-typed-wrong")
            });
        }
        places.push(word.place);
    }
    places.sort_unstable();
    places.dedup();
    if places.len() < TYPED {
        return Err(Failure { field: Some(at.to_string()), ..Failure::new("share-not-typed") });
    }
    Ok(())
}
