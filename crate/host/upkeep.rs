//! What the background does by itself, after each reply and at each alarm: bundles to where the user wants them, read
//! back, noted, thinned out. The queue is free while a file is being written: a download may wait for the user.

use crate::core::Core;
use crate::core::backups::{Order, Thinned, Which};
use crate::env::{Env, Millis};
use crate::protocol::Reply;
use crate::recovery::schedule::{Destination, Trouble};
use crate::vault::seal;

use super::Host;
use super::commit;
use super::load::BOOK;
use super::platform::{Platform, StoreId};

/// Removed at once. The rest goes next time.
const THINNED_AT_ONCE: usize = 8;

impl<P: Platform> Host<P> {
    /// Does what is due. Called again while it is at work on backups, it returns.
    pub async fn upkeep(&self) {
        if self.scrub_from.get().is_some() {
            let mut core = self.core.lock().await;
            self.scrub_when_due(&mut core).await;
        }
        self.rinse_when_due().await;
        let Some(_one) = self.upkeep.try_lock() else { return };
        self.look_at_backup().await;
        let due = {
            let mut core = self.core.lock().await;
            self.ready(&mut core).await;
            core.backups_due(self.platform.now())
        };
        let wrote = !due.is_empty();
        self.back_up(due).await;
        self.after_backup(wrote).await;
        self.sync_when_due().await;
    }

    /// Writes a bundle whether one is due or not. Where one was being written that holds everything, that is it.
    pub(super) async fn back_up_now(&self) -> Reply {
        let free = self.upkeep.try_lock();
        let waited = free.is_none();
        let one = match free {
            Some(one) => one,
            None => self.upkeep.lock().await,
        };
        let which = {
            let core = self.core.lock().await;
            if waited { core.backups_missing() } else { core.backups_all() }
        };
        self.back_up(which).await;
        self.after_backup(true).await;
        drop(one);
        let core = self.core.lock().await;
        Reply::Status(Box::new(core.status_view()))
    }

    /// Stores the notes on backups. A ring that refuses them loses no bundle: the next one is written too early.
    pub(super) async fn keep_book(&self, core: &Core) -> bool {
        self.platform.write(StoreId::Ring, &[(BOOK.into(), core.book())], &[]).await.is_ok()
    }

    async fn back_up(&self, which: Vec<Which>) {
        for which in which {
            // Where one does not arrive the next one would not either.
            if !self.back_up_one(which).await {
                return;
            }
        }
    }

    /// Whether it arrived.
    async fn back_up_one(&self, which: Which) -> bool {
        let order = {
            let core = self.core.lock().await;
            let mut entropy = self.platform.entropy();
            core.make_backup(which, &mut Env { now: self.platform.now(), entropy: &mut entropy })
        };
        let erased = self.erased.get();
        let done = match order {
            Ok(order) => self.put(order).await,
            Err(why) => Err(why),
        };
        let arrived = done.is_ok();
        let mut core = self.core.lock().await;
        if self.erased.get() != erased {
            return false;
        }
        core.backed_up(done, self.platform.now());
        self.keep_book(&core).await;
        arrived
    }

    /// A file counts as read back when the same bytes came out of its folder. From downloads nothing can be read.
    async fn put(&self, order: Order) -> Result<(Order, String, bool, bool), Trouble> {
        let put = self.platform.put_backup(order.destination, &order.name, &order.bytes).await?;
        let read_back = order.destination == Destination::Folder;
        if read_back {
            self.is_still(&(put.name.clone(), order.sha256)).await?;
        }
        Ok((order, put.name, read_back, put.alone))
    }

    /// Whether the file in the folder has these bytes.
    async fn is_still(&self, (name, sha256): &Thinned) -> Result<(), Trouble> {
        let bytes = self.platform.read_backup(name).await?;
        if seal::sha256(&bytes) == *sha256 { Ok(()) } else { Err(Trouble::NotTheSame) }
    }

    async fn look_at_backup(&self) {
        let file = {
            let mut core = self.core.lock().await;
            self.ready(&mut core).await;
            core.backup_to_look_at(self.platform.now())
        };
        let Some(file) = file else { return };
        let erased = self.erased.get();
        let found = self.is_still(&file).await;
        let mut core = self.core.lock().await;
        if self.erased.get() != erased {
            return;
        }
        core.looked_at_backup(&file.0, found, self.platform.now());
        self.keep_book(&core).await;
    }

    /// What the receipts do not tell of into the log.
    async fn note_backups(&self, core: &mut Core) -> bool {
        let lines = {
            let mut entropy = self.platform.entropy();
            core.note_backups(&mut Env { now: self.platform.now(), entropy: &mut entropy })
        };
        for line in &lines {
            let stored = commit::append(&self.platform, line).await;
            core.appended(stored);
        }
        if !lines.is_empty() {
            self.keep_book(core).await;
        }
        !lines.is_empty()
    }

    /// The receipt into the vault, old files out of the folder, the badge, the next alarm.
    async fn after_backup(&self, mut changed: bool) {
        let now: Millis = self.platform.now();
        let goes = {
            let mut core = self.core.lock().await;
            self.ready(&mut core).await;
            let outcome = {
                let mut entropy = self.platform.entropy();
                core.receipt(&mut Env { now, entropy: &mut entropy })
            };
            if let Some(outcome) = outcome {
                self.store(&mut core, outcome).await;
                changed = true;
            }
            changed |= self.note_backups(&mut core).await;
            core.to_thin(now)
        };
        let erased = self.erased.get();
        let mut gone = Vec::new();
        for file in goes.into_iter().take(THINNED_AT_ONCE) {
            match self.is_still(&file).await {
                // Somebody changed or moved it: it is theirs.
                Err(Trouble::NotTheSame | Trouble::FileGone) => gone.push(file.0),
                Ok(()) if self.platform.remove_backup(&file.0).await.is_ok() => gone.push(file.0),
                _ => break,
            }
        }
        let mut core = self.core.lock().await;
        if !gone.is_empty() && self.erased.get() == erased {
            gone.iter().for_each(|name| core.thinned(name));
            self.keep_book(&core).await;
        }
        // After most replies there is nothing to do, and the session was kept with the reply.
        if changed {
            self.keep_session(&core).await;
        }
        let reminds = core.reminds();
        drop(core);
        if self.reminds.replace(Some(reminds)) != Some(reminds) {
            self.platform.remind(reminds).await;
        }
    }
}
