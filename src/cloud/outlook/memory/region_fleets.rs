//! The fleets of a market as passes see them.

use super::MemoryFleets;
use crate::base::{Billing, Decimal, InstanceId};
use crate::cloud::error::CloudError;
use crate::cloud::model::ActivityKind;
use crate::cloud::provisioning::fleet_store::{Fleets, RegionFleets};
use crate::cloud::provisioning::replacement::ReplacementSurplus;
use crate::cloud::world::{Batch, BatchSpec, InstanceRow, Launcher, PoolKey, VSwitch};
use crate::market::Scenario;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl RegionFleets for &mut MemoryFleets<'_> {
    fn scenario(&self) -> &Scenario {
        self.market.scenario()
    }

    fn price(&self, pool: PoolKey, billing: Billing) -> Decimal {
        Fleets::pool(&**self, pool).price(billing, self.now)
    }

    fn free_instances(&mut self, pool: PoolKey, billing: Billing) -> Result<u32> {
        let supply = Fleets::pool(&**self, pool).supply(billing, self.now);
        Ok(supply.saturating_sub(self.all_use(pool, billing)))
    }

    fn free_addresses(&mut self, vswitch: &VSwitch) -> Result<u32> {
        let known = self.others().free_addresses.iter().find(|(id, _)| *id == vswitch.vswitch_id);
        let here = self.batches.iter().filter(|known| known.batch.spec.vswitch_id == vswitch.vswitch_id);
        // A stopped instance keeps its address (W6).
        let held = here.map(|known| known.batch.live + known.batch.stopped).sum();
        Ok(known.map_or(0, |(_, free)| free.saturating_sub(held)))
    }

    fn free_vcpus(&mut self, billing: Billing) -> Result<Option<u64>> {
        let free = self.others().free_vcpus.get(&billing).copied().flatten();
        let of_billing = self.batches.iter().map(|known| &known.batch).filter(|batch| batch.spec.billing == billing);
        let held = of_billing.map(|batch| u64::from(batch.live) * u64::from(batch.spec.vcpus)).sum();
        Ok(free.map(|free| free.saturating_sub(held)))
    }

    fn batches_of(&mut self, fleet_id: &str) -> Result<Vec<Batch>> {
        Fleets::batches_of(*self, fleet_id)
    }

    /// An outlook does not show the list of instances, so it keeps no positions for lost ones (G10).
    fn lost_instances_of(&mut self, _fleet_id: &str, _batches: &[Batch]) -> Result<Vec<(Batch, InstanceRow)>> {
        Ok(Vec::new())
    }

    fn launch(&mut self, launcher: Launcher<'_>, batch: &BatchSpec, launch_indexes: &[u32]) -> Result<Vec<InstanceId>> {
        let count = u32::try_from(launch_indexes.len()).unwrap_or(u32::MAX);
        let Some(pool) = batch.pool().and_then(|pool| self.basis.pool_index(pool)) else { return Ok(Vec::new()) };
        if count == 0 {
            return Ok(Vec::new());
        }
        let kept = Batch {
            id: 0,
            fleet_id: launcher.fleet_id.to_owned(),
            region: self.basis.region.clone(),
            launch_time: self.now,
            live: count,
            stopped: 0,
            spec: BatchSpec { is_protected: self.basis.protects(), ..batch.clone() },
        };
        self.batches.add(kept, pool, launch_indexes);
        self.launched[pool] += count;
        self.change_use(pool, batch.billing, |in_use| in_use + count);
        Ok(Vec::new())
    }

    fn remove_lost(&mut self, _batch_id: i64, _instances: &[InstanceRow]) -> Result<()> {
        Ok(())
    }

    fn forget_lost(&mut self, _fleet_id: &str, _batches: &[Batch]) -> Result<()> {
        Ok(())
    }

    fn save_surplus(&mut self, _fleet_id: &str, _surplus: ReplacementSurplus) -> Result<()> {
        Ok(())
    }

    fn save_pass_result(
        &mut self,
        _fleet_id: &str,
        next_launch_index: u32,
        _optimal_hourly_cost: impl FnOnce(&mut Self) -> Result<Decimal>,
    ) -> Result<()> {
        self.next_launch_index = next_launch_index;
        Ok(())
    }

    fn record(
        &mut self,
        _kind: ActivityKind,
        _fleet_id: &str,
        _detail: String,
        _created: &[InstanceId],
        _destroyed: &[InstanceId],
    ) -> Result<()> {
        Ok(())
    }
}
