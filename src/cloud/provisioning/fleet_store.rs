//! Where fleets are kept, as passes and steps of time see it: in a world, or in memory for an outlook.
//!
//! The rules are written once, for any store; a store reads and writes and decides nothing.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::replacement::ReplacementSurplus;
use super::replenish::{PreparedFleet, PreparedGroup};
use crate::base::{Billing, Decimal, InstanceId, RegionId, Time};
use crate::cloud::error::CloudError;
use crate::cloud::model::{ActivityKind, CreateAutoProvisioningGroupRequest};
use crate::cloud::step::{EndReason, PoolState, ReclaimCause};
use crate::cloud::world::{
    Batch, BatchSpec, Fleet, InstanceRow, Launcher, PoolKey, Shortfall, VSwitch, World, WorldTx,
};
use crate::market::{PoolSeries, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The fleets of one region, as passes see them.
pub(crate) trait RegionFleets {
    fn scenario(&self) -> &Scenario;

    /// The price of one instance now.
    fn price(&self, pool: PoolKey, billing: Billing) -> Decimal;

    /// Instances that can be launched now.
    fn free_instances(&mut self, pool: PoolKey, billing: Billing) -> Result<u32>;

    fn free_addresses(&mut self, vswitch: &VSwitch) -> Result<u32>;

    /// vCPUs that the quota still allows; `None` is no quota (N2).
    fn free_vcpus(&mut self, billing: Billing) -> Result<Option<u64>>;

    /// A fleet's batches, oldest first.
    fn batches_of(&mut self, fleet_id: &str) -> Result<Vec<Batch>>;

    /// The lost instances of a fleet that has these batches, by launch index.
    fn lost_instances_of(&mut self, fleet_id: &str, batches: &[Batch]) -> Result<Vec<(Batch, InstanceRow)>>;

    /// Launches one instance per launch index; returns their ids, if the store has any use for them.
    fn launch(&mut self, launcher: Launcher<'_>, batch: &BatchSpec, launch_indexes: &[u32]) -> Result<Vec<InstanceId>>;

    fn remove_lost(&mut self, batch_id: i64, instances: &[InstanceRow]) -> Result<()>;

    /// Removes all lost instances of a fleet that has these batches (G16).
    fn forget_lost(&mut self, fleet_id: &str, batches: &[Batch]) -> Result<()>;

    fn save_surplus(&mut self, fleet_id: &str, surplus: ReplacementSurplus) -> Result<()>;

    /// Keeps what a pass leaves to report, and what its fleet would cost at best, if the store keeps that.
    fn save_pass_result(
        &mut self,
        fleet_id: &str,
        next_launch_index: u32,
        optimal_hourly_cost: impl FnOnce(&mut Self) -> Result<Decimal>,
    ) -> Result<()>;

    /// Adds to the history, if the store keeps one.
    fn record(
        &mut self,
        kind: ActivityKind,
        fleet_id: &str,
        detail: String,
        created: &[InstanceId],
        destroyed: &[InstanceId],
    ) -> Result<()>;

    /// Instances of `vcpus_each` vCPUs that the quota still allows.
    fn room_in_quota(&mut self, billing: Billing, vcpus_each: u32) -> Result<u32> {
        let vcpus = self.free_vcpus(billing)?;
        let instances = vcpus.map(|vcpus| vcpus / u64::from(vcpus_each.max(1)));
        Ok(instances.and_then(|instances| u32::try_from(instances).ok()).unwrap_or(u32::MAX))
    }
}

/// The fleets of all regions, as steps of time see them.
pub(crate) trait Fleets {
    type Region<'r>: RegionFleets
    where
        Self: 'r;

    fn region<'r>(&'r mut self, region: &'r RegionId) -> Self::Region<'r>;

    fn scenario(&self) -> &Scenario;

    fn now(&self) -> Time;

    /// Lets the clock stand at a step, before it is known whether the step changes anything.
    fn arrive_at(&mut self, step: Time);

    /// Lets the clock stand at a moment for good.
    fn set_clock(&mut self, time: Time) -> Result<()>;

    fn pool(&self, pool: PoolKey) -> Rc<PoolSeries>;

    /// A billing of a pool now.
    fn pool_state(&mut self, pool: PoolKey, billing: Billing) -> Result<PoolState>;

    /// The pools that have instances that a step may take, with how many are in use.
    fn pools_in_use(&mut self) -> Result<BTreeMap<(PoolKey, Billing), u32>>;

    /// The lowest price limit of the living instances, pool by pool.
    fn lowest_price_limits(&mut self) -> Result<BTreeMap<PoolKey, Decimal>>;

    /// When the next window of any group begins or ends.
    fn next_window(&mut self) -> Result<Option<Time>>;

    /// A pool's batches with living instances that were launched by then, youngest first: enough of them for `count`
    /// instances, and all of the last launch time (W6).
    fn live_batches_youngest_first(
        &mut self,
        pool: PoolKey,
        billing: Billing,
        launched_by: Time,
        count: Option<u32>,
    ) -> Result<Vec<Batch>>;

    /// Those of a spot pool whose instances were launched with a price limit, by then; youngest first.
    fn limited_batches_youngest_first(&mut self, pool: PoolKey, launched_by: Time) -> Result<Vec<Batch>>;

    /// The living batches of a spot pool that nothing protects and that were launched after that time; youngest first.
    fn unprotected_batches_after(&mut self, pool: PoolKey, after: Time) -> Result<Vec<Batch>>;

    /// All batches with stopped instances, oldest first.
    fn stopped_batches(&mut self) -> Result<Vec<Batch>>;

    fn batches_of(&mut self, fleet_id: &str) -> Result<Vec<Batch>>;

    /// The instances of a batch, in launch order.
    fn instances_of(&mut self, batch_id: i64) -> Result<Vec<InstanceRow>>;

    /// Units of a fleet's living instances.
    fn live_units_of(&mut self, fleet_id: &str) -> Result<BTreeMap<Billing, Decimal>>;

    /// Ends some instances of a batch, and frees the stock, quota and addresses that they hold.
    fn end(&mut self, batch: &Batch, instances: &[InstanceRow], reason: EndReason) -> Result<()>;

    /// Starts stopped instances of a batch again (W6).
    fn start(&mut self, batch: &Batch, instances: &[InstanceRow]) -> Result<()>;

    /// Forgets what a fleet need not keep of instances that were taken: called once per fleet after each taking.
    fn forget_taken(&mut self, fleet_id: &str, cause: ReclaimCause) -> Result<()>;

    /// The groups whose window ends by now, by creation time and id (W5).
    fn groups_that_end(&mut self) -> Result<Vec<Fleet<CreateAutoProvisioningGroupRequest>>>;

    /// The groups whose window begins by now, by creation time and id (W5).
    fn groups_that_begin(&mut self) -> Result<Vec<Fleet<CreateAutoProvisioningGroupRequest>>>;

    /// Keeps the phase that a group is in now.
    fn save_phase(&mut self, group: &Fleet<CreateAutoProvisioningGroupRequest>) -> Result<()>;

    /// A group that was not deleted.
    fn group(&mut self, region: &RegionId, id: &str) -> Result<Option<Fleet<CreateAutoProvisioningGroupRequest>>>;

    /// The fleets that deliver fewer units than they maintain, by creation time and id (G12).
    fn groups_under_capacity(&mut self) -> Result<Vec<Shortfall>>;

    /// Changes whenever something that a fleet of the region may refer to was deleted.
    fn resources_removed(&mut self, region: &RegionId) -> Result<i64>;

    /// A fleet under capacity, prepared for its passes; `None` if it was deleted.
    fn prepare(&mut self, shortfall: &Shortfall) -> Result<Option<Arc<PreparedFleet>>>;

    /// A group, prepared for a pass.
    fn prepare_group(&mut self, group: Fleet<CreateAutoProvisioningGroupRequest>) -> Result<PreparedGroup>;
}

impl RegionFleets for World<'_, '_> {
    fn scenario(&self) -> &Scenario {
        self.market.scenario()
    }

    fn price(&self, pool: PoolKey, billing: Billing) -> Decimal {
        WorldTx::price(self, pool, billing)
    }

    fn free_instances(&mut self, pool: PoolKey, billing: Billing) -> Result<u32> {
        WorldTx::free_instances(self, pool, billing)
    }

    fn free_addresses(&mut self, vswitch: &VSwitch) -> Result<u32> {
        WorldTx::free_addresses(self, vswitch)
    }

    fn free_vcpus(&mut self, billing: Billing) -> Result<Option<u64>> {
        World::free_vcpus(self, billing)
    }

    fn batches_of(&mut self, fleet_id: &str) -> Result<Vec<Batch>> {
        WorldTx::batches_of(self, fleet_id)
    }

    fn lost_instances_of(&mut self, fleet_id: &str, batches: &[Batch]) -> Result<Vec<(Batch, InstanceRow)>> {
        WorldTx::lost_instances_of(self, fleet_id, batches)
    }

    fn launch(&mut self, launcher: Launcher<'_>, batch: &BatchSpec, launch_indexes: &[u32]) -> Result<Vec<InstanceId>> {
        World::launch(self, launcher, batch, launch_indexes)
    }

    fn remove_lost(&mut self, batch_id: i64, instances: &[InstanceRow]) -> Result<()> {
        WorldTx::remove_lost(self, batch_id, instances)
    }

    fn forget_lost(&mut self, fleet_id: &str, batches: &[Batch]) -> Result<()> {
        World::forget_lost(self, fleet_id, batches)
    }

    fn save_surplus(&mut self, fleet_id: &str, surplus: ReplacementSurplus) -> Result<()> {
        // Read again: a plan may have been recorded since the group was prepared.
        if let Some(mut fleet) = self.fleet::<CreateAutoProvisioningGroupRequest>(fleet_id)? {
            fleet.outcome.replacement_surplus = surplus;
            self.save_fleet(&fleet)?;
        }
        Ok(())
    }

    fn save_pass_result(
        &mut self,
        fleet_id: &str,
        next_launch_index: u32,
        optimal_hourly_cost: impl FnOnce(&mut Self) -> Result<Decimal>,
    ) -> Result<()> {
        let cost = optimal_hourly_cost(self)?;
        WorldTx::save_pass_result(self, fleet_id, next_launch_index, cost)
    }

    fn record(
        &mut self,
        kind: ActivityKind,
        fleet_id: &str,
        detail: String,
        created: &[InstanceId],
        destroyed: &[InstanceId],
    ) -> Result<()> {
        World::record(self, kind, fleet_id, detail, created, destroyed)
    }
}

impl<'a> Fleets for WorldTx<'a> {
    type Region<'r>
        = World<'r, 'a>
    where
        Self: 'r;

    fn region<'r>(&'r mut self, region: &'r RegionId) -> World<'r, 'a> {
        self.in_region(region)
    }

    fn scenario(&self) -> &Scenario {
        self.market.scenario()
    }

    fn now(&self) -> Time {
        self.now
    }

    fn arrive_at(&mut self, step: Time) {
        self.now = step;
    }

    fn set_clock(&mut self, time: Time) -> Result<()> {
        Ok(WorldTx::set_clock(self, time)?)
    }

    fn pool(&self, pool: PoolKey) -> Rc<PoolSeries> {
        WorldTx::pool(self, pool)
    }

    fn pool_state(&mut self, pool: PoolKey, billing: Billing) -> Result<PoolState> {
        WorldTx::pool_state(self, pool, billing)
    }

    fn pools_in_use(&mut self) -> Result<BTreeMap<(PoolKey, Billing), u32>> {
        WorldTx::pools_in_use(self)
    }

    fn lowest_price_limits(&mut self) -> Result<BTreeMap<PoolKey, Decimal>> {
        WorldTx::lowest_price_limits(self)
    }

    fn next_window(&mut self) -> Result<Option<Time>> {
        WorldTx::next_window(self)
    }

    fn live_batches_youngest_first(
        &mut self,
        pool: PoolKey,
        billing: Billing,
        launched_by: Time,
        count: Option<u32>,
    ) -> Result<Vec<Batch>> {
        WorldTx::live_batches_youngest_first(self, pool, billing, launched_by, count)
    }

    fn limited_batches_youngest_first(&mut self, pool: PoolKey, launched_by: Time) -> Result<Vec<Batch>> {
        WorldTx::limited_batches_youngest_first(self, pool, launched_by)
    }

    fn unprotected_batches_after(&mut self, pool: PoolKey, after: Time) -> Result<Vec<Batch>> {
        WorldTx::unprotected_batches_after(self, pool, after)
    }

    fn stopped_batches(&mut self) -> Result<Vec<Batch>> {
        WorldTx::stopped_batches(self)
    }

    fn batches_of(&mut self, fleet_id: &str) -> Result<Vec<Batch>> {
        WorldTx::batches_of(self, fleet_id)
    }

    fn instances_of(&mut self, batch_id: i64) -> Result<Vec<InstanceRow>> {
        WorldTx::instances_of(self, batch_id)
    }

    fn live_units_of(&mut self, fleet_id: &str) -> Result<BTreeMap<Billing, Decimal>> {
        WorldTx::live_units_of(self, fleet_id)
    }

    fn end(&mut self, batch: &Batch, instances: &[InstanceRow], reason: EndReason) -> Result<()> {
        WorldTx::end(self, batch, instances, reason)
    }

    fn start(&mut self, batch: &Batch, instances: &[InstanceRow]) -> Result<()> {
        WorldTx::start(self, batch, instances)
    }

    fn forget_taken(&mut self, fleet_id: &str, cause: ReclaimCause) -> Result<()> {
        self.release_token_of_empty_reservation(fleet_id)?;
        self.forget_lost_instance(fleet_id, cause)
    }

    fn groups_that_end(&mut self) -> Result<Vec<Fleet<CreateAutoProvisioningGroupRequest>>> {
        WorldTx::groups_that_end(self)
    }

    fn groups_that_begin(&mut self) -> Result<Vec<Fleet<CreateAutoProvisioningGroupRequest>>> {
        WorldTx::groups_that_begin(self)
    }

    fn save_phase(&mut self, group: &Fleet<CreateAutoProvisioningGroupRequest>) -> Result<()> {
        self.save_fleet(group)
    }

    fn group(&mut self, region: &RegionId, id: &str) -> Result<Option<Fleet<CreateAutoProvisioningGroupRequest>>> {
        self.in_region(region).fleet(id)
    }

    fn groups_under_capacity(&mut self) -> Result<Vec<Shortfall>> {
        WorldTx::groups_under_capacity(self)
    }

    fn resources_removed(&mut self, region: &RegionId) -> Result<i64> {
        self.in_region(region).resources_removed()
    }

    fn prepare(&mut self, shortfall: &Shortfall) -> Result<Option<Arc<PreparedFleet>>> {
        let loaded = PreparedFleet::load(&mut self.in_region(&shortfall.region), shortfall)?;
        Ok(loaded.map(Arc::new))
    }

    fn prepare_group(&mut self, group: Fleet<CreateAutoProvisioningGroupRequest>) -> Result<PreparedGroup> {
        let region = group.region.clone();
        PreparedGroup::of(&mut self.in_region(&region), group)
    }
}
