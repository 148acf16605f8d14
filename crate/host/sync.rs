//! The newest bundle into the browser's own sync storage: room first, then the chunks, then the head, and read back.

use crate::core::sync::SyncOrder;
use crate::env::Env;
use crate::protocol::{Reply, SyncedBundle};
use crate::recovery::schedule::SyncTrouble;
use crate::recovery::sync;

use super::Host;
use super::platform::Platform;

impl<P: Platform> Host<P> {
    /// Writes it when it is due. Part of the upkeep, which is one at a time.
    pub(super) async fn sync_when_due(&self) {
        let due = {
            let core = self.core.lock().await;
            core.sync_is_due(self.platform.now())
        };
        if due {
            self.put_sync().await;
        }
    }

    /// The user turned it on or off.
    pub(super) async fn sync_now(&self) -> Reply {
        let one = self.upkeep.lock().await;
        let off = {
            let core = self.core.lock().await;
            core.sync_to_clear()
        };
        match off {
            // What the browser does not give up now lies there sealed, and goes when it is turned on and off again.
            Some(who) => {
                if let Ok(area) = self.platform.read_sync().await {
                    let _ = self.platform.remove_sync(&sync::keys(&area, who)).await;
                }
            }
            None => self.put_sync().await,
        }
        drop(one);
        let core = self.core.lock().await;
        Reply::Status(Box::new(core.status_view()))
    }

    /// Every bundle that lies there, whole.
    pub(super) async fn find_sync(&self) -> Reply {
        let (found, damaged) = sync::find(&self.platform.read_sync().await.unwrap_or_default());
        let bundles = found.into_iter().map(|found| SyncedBundle {
            made: found.made,
            bundle: data_encoding::BASE64.encode(&found.bytes),
        });
        Reply::Synced { bundles: bundles.collect(), damaged: u32::try_from(damaged).unwrap_or(u32::MAX) }
    }

    async fn put_sync(&self) {
        let order = {
            let core = self.core.lock().await;
            let mut entropy = self.platform.entropy();
            core.make_sync(&mut Env { now: self.platform.now(), entropy: &mut entropy })
        };
        let done = match order {
            Some(Ok(order)) => self.put_order(&order).await.map(|()| order),
            Some(Err(why)) => Err(why),
            None => return,
        };
        let mut core = self.core.lock().await;
        core.synced(done, self.platform.now());
        self.keep_book(&core).await;
        self.keep_session(&core).await;
    }

    async fn put_order(&self, order: &SyncOrder) -> Result<(), SyncTrouble> {
        let refused = |_| SyncTrouble::Refused;
        let who = (order.state.vault, order.state.device);
        let area = self.platform.read_sync().await.map_err(refused)?;
        let plan = sync::plan(&area, who, &order.bytes, order.made)
            .map_err(|room| SyncTrouble::NoRoom { needed: room.needed as u64, free: room.free as u64 })?;
        self.platform.write_sync(&plan.chunks).await.map_err(refused)?;
        self.platform.write_sync(std::slice::from_ref(&plan.head)).await.map_err(refused)?;
        // Left behind, they are removed by the next one.
        if !plan.remove.is_empty() {
            let _ = self.platform.remove_sync(&plan.remove).await;
        }
        let area = self.platform.read_sync().await.map_err(refused)?;
        let same = sync::own(&area, who).is_some_and(|found| found.bytes == order.bytes);
        if same { Ok(()) } else { Err(SyncTrouble::NotTheSame) }
    }
}
