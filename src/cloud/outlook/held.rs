//! What a fleet that exists holds when the markets of an outlook begin.

use std::collections::BTreeSet;

use crate::base::Billing;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::LaunchResult;
use crate::cloud::world::{Batch, InstanceRow, PoolKey, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The instances of a fleet, and what became of its change.
#[derive(Clone, Debug, Default)]
pub(in crate::cloud) struct HeldFleet {
    /// Oldest first.
    pub(in crate::cloud) batches: Vec<(Batch, Vec<InstanceRow>)>,
    /// The pools of all instances from before the change on.
    pub(in crate::cloud) pools: BTreeSet<PoolKey>,
    /// Pools that had fewer instances than the change asked for.
    pub(in crate::cloud) short: BTreeSet<PoolKey>,
    /// Pools that the change left out.
    pub(in crate::cloud) left_out: BTreeSet<PoolKey>,
    /// Whether the change was refused, so that the fleet is as it was.
    pub(in crate::cloud) is_refused: bool,
}

impl HeldFleet {
    /// What a fleet holds now.
    pub(in crate::cloud) fn read(world: &mut World, fleet_id: &str) -> Result<Self> {
        let mut held = Self::default();
        held.read_again(world, fleet_id)?;
        Ok(held)
    }

    /// What it holds after a change.
    pub(in crate::cloud) fn read_again(&mut self, world: &mut World, fleet_id: &str) -> Result<()> {
        self.batches.clear();
        for batch in world.batches_of(fleet_id)? {
            if let Some(pool) = batch.spec.pool() {
                let instances = world.instances_of(batch.id)?;
                self.pools.insert(pool);
                self.batches.push((batch, instances));
            }
        }
        Ok(())
    }

    /// Notes which pools were short or left out, as the rows of a change say.
    pub(in crate::cloud) fn note_results(&mut self, rows: &[LaunchResult]) {
        const SHORT: [&str; 4] =
            [codes::NO_INSTANCE_STOCK, codes::OPERATION_DENIED_NO_STOCK, codes::IP_NOT_ENOUGH, codes::QUOTA_EXCEED];
        for row in rows {
            let pool = PoolKey::named(row.zone_id.as_str(), row.instance_type.as_str());
            let (Some(code), Some(pool)) = (row.error_code.as_deref(), pool) else { continue };
            let pools = if SHORT.contains(&code) { &mut self.short } else { &mut self.left_out };
            pools.insert(pool);
        }
    }

    pub(super) fn is_in(batch: &Batch, pool: PoolKey, billing: Billing) -> bool {
        batch.spec.billing == billing && batch.spec.pool() == Some(pool)
    }
}
