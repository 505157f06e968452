//! The fleets of a market as steps of time see them.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::MemoryFleets;
use super::batches::MemoryInstance;
use crate::base::{Billing, Decimal, RegionId, Time};
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::outlook::basis::LaunchKind;
use crate::cloud::provisioning::fleet_store::Fleets;
use crate::cloud::provisioning::replenish::{PreparedFleet, PreparedGroup};
use crate::cloud::step::{EndReason, PoolState, ReclaimCause};
use crate::cloud::world::{Batch, Fleet, InstanceRow, InstanceRowState, PoolKey, Schedule, Shortfall};
use crate::market::{PoolSeries, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl Fleets for MemoryFleets<'_> {
    type Region<'r>
        = &'r mut Self
    where
        Self: 'r;

    fn region<'r>(&'r mut self, _region: &'r RegionId) -> &'r mut Self {
        self
    }

    fn scenario(&self) -> &Scenario {
        self.market.scenario()
    }

    fn now(&self) -> Time {
        self.now
    }

    fn arrive_at(&mut self, step: Time) {
        self.account_until(step);
        self.now = step;
    }

    fn set_clock(&mut self, time: Time) -> Result<()> {
        self.arrive_at(time);
        Ok(())
    }

    fn pool(&self, pool: PoolKey) -> Rc<PoolSeries> {
        let index = self.basis.pool_index(pool).expect("only pools of the group are asked for");
        self.series_at(index)
    }

    fn pool_state(&mut self, pool: PoolKey, billing: Billing) -> Result<PoolState> {
        let series = self.pool(pool);
        let (supply, price) = (series.supply(billing, self.now), series.price(billing, self.now));
        Ok(PoolState { supply, in_use: self.all_use(pool, billing), price })
    }

    fn pools_in_use(&mut self) -> Result<BTreeMap<(PoolKey, Billing), u32>> {
        let mut pools = BTreeMap::new();
        for (index, own) in self.in_use.iter().enumerate() {
            let pool = self.basis.pools[index];
            for (billing, _) in own.iter().filter(|(_, count)| **count > 0) {
                pools.insert((pool, *billing), self.all_use(pool, *billing));
            }
        }
        Ok(pools)
    }

    fn lowest_price_limits(&mut self) -> Result<BTreeMap<PoolKey, Decimal>> {
        let mut lowest: BTreeMap<PoolKey, Decimal> = BTreeMap::new();
        for known in self.batches.iter().filter(|known| known.batch.live > 0) {
            if let Some(limit) = known.batch.spec.price_limit {
                let pool = self.basis.pools[known.pool];
                lowest.entry(pool).and_modify(|least| *least = limit.min(*least)).or_insert(limit);
            }
        }
        Ok(lowest)
    }

    fn next_window(&mut self) -> Result<Option<Time>> {
        let Schedule { begins, ends, .. } = self.schedule();
        Ok(begins.into_iter().chain(ends).min())
    }

    fn live_batches_youngest_first(
        &mut self,
        pool: PoolKey,
        billing: Billing,
        launched_by: Time,
        count: Option<u32>,
    ) -> Result<Vec<Batch>> {
        let pool = self.basis.pool_index(pool);
        let mut batches = self.batches.youngest_of_pool(pool, launched_by, |batch| batch.spec.billing == billing);
        let Some(count) = count else { return Ok(batches) };
        let (mut found, mut last, mut enough) = (0, None, 0);
        for batch in &batches {
            if found >= count && last != Some(batch.launch_time) {
                break;
            }
            found = u32::saturating_add(found, batch.live);
            last = Some(batch.launch_time);
            enough += 1;
        }
        batches.truncate(enough);
        Ok(batches)
    }

    fn limited_batches_youngest_first(&mut self, pool: PoolKey, launched_by: Time) -> Result<Vec<Batch>> {
        let pool = self.basis.pool_index(pool);
        Ok(self.batches.youngest_first(|known| {
            let spec = &known.batch.spec;
            let is_due = known.batch.launch_time <= launched_by || !spec.is_protected;
            Some(known.pool) == pool && is_due && spec.price_limit.is_some()
        }))
    }

    fn unprotected_batches_after(&mut self, pool: PoolKey, after: Time) -> Result<Vec<Batch>> {
        let pool = self.basis.pool_index(pool);
        Ok(self.batches.youngest_first(|known| {
            let spec = &known.batch.spec;
            let is_due = known.batch.launch_time > after && !spec.is_protected;
            Some(known.pool) == pool && is_due && spec.billing == Billing::Spot
        }))
    }

    fn stopped_batches(&mut self) -> Result<Vec<Batch>> {
        Ok(self.batches.matching(|known| known.batch.stopped > 0))
    }

    fn batches_of(&mut self, _fleet_id: &str) -> Result<Vec<Batch>> {
        Ok(self.batches.matching(|_| true))
    }

    fn instances_of(&mut self, batch_id: i64) -> Result<Vec<InstanceRow>> {
        let Some(known) = self.batches.get(batch_id) else { return Ok(Vec::new()) };
        let (first, held) = (known.first_instance, known.held_instances().collect::<Vec<_>>());
        let ids = known.ids.clone();
        let row = |own: MemoryInstance| InstanceRow {
            ordinal: own.ordinal,
            instance_id: match ids.get(&own.ordinal) {
                Some(id) => id.clone(),
                None => self.instance_id(first + u64::from(own.ordinal)),
            },
            launch_index: own.launch_index,
            state: own.state,
            private_ip: None,
        };
        Ok(held.into_iter().map(row).collect())
    }

    fn live_units_of(&mut self, _fleet_id: &str) -> Result<BTreeMap<Billing, Decimal>> {
        Ok(self.batches.units())
    }

    fn end(&mut self, batch: &Batch, instances: &[InstanceRow], reason: EndReason) -> Result<()> {
        let count = |is_counted: fn(InstanceRowState) -> bool| {
            let count = instances.iter().filter(|instance| is_counted(instance.state)).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let (running, holding) = (count(|state| state == InstanceRowState::Live), count(InstanceRowState::holds_stock));
        let state = match reason {
            EndReason::Stopped => InstanceRowState::Stopped,
            EndReason::Lost | EndReason::Released => InstanceRowState::Lost,
        };
        if reason != EndReason::Released {
            self.account.lost_instances += running;
        }
        if let Some(pool) = batch.spec.pool().and_then(|pool| self.basis.pool_index(pool)) {
            self.change_use(pool, batch.spec.billing, |in_use| in_use.saturating_sub(holding));
        }
        self.batches.change_states(batch.id, instances, state);
        Ok(())
    }

    fn start(&mut self, batch: &Batch, instances: &[InstanceRow]) -> Result<()> {
        let count = u32::try_from(instances.len()).unwrap_or(u32::MAX);
        if let Some(pool) = batch.spec.pool().and_then(|pool| self.basis.pool_index(pool)) {
            self.change_use(pool, batch.spec.billing, |in_use| in_use + count);
        }
        self.batches.change_states(batch.id, instances, InstanceRowState::Live);
        Ok(())
    }

    fn forget_taken(&mut self, _fleet_id: &str, _cause: ReclaimCause) -> Result<()> {
        Ok(())
    }

    fn groups_that_end(&mut self) -> Result<Vec<Fleet<CreateAutoProvisioningGroupRequest>>> {
        let is_due = self.schedule().ends.is_some_and(|ends| ends <= self.now);
        Ok(is_due.then(|| self.fleet()).into_iter().collect())
    }

    fn groups_that_begin(&mut self) -> Result<Vec<Fleet<CreateAutoProvisioningGroupRequest>>> {
        let is_due = self.schedule().begins.is_some_and(|begins| begins <= self.now);
        Ok(is_due.then(|| self.fleet()).into_iter().collect())
    }

    fn save_phase(&mut self, group: &Fleet<CreateAutoProvisioningGroupRequest>) -> Result<()> {
        self.phase = group.phase;
        Ok(())
    }

    fn group(&mut self, _region: &RegionId, _id: &str) -> Result<Option<Fleet<CreateAutoProvisioningGroupRequest>>> {
        // Nothing starts instances again that no fleet keeps.
        Ok((self.basis.kind == LaunchKind::Fleet).then(|| self.fleet()))
    }

    fn groups_under_capacity(&mut self) -> Result<Vec<Shortfall>> {
        let Some(targets) = self.schedule().keeps else { return Ok(Vec::new()) };
        let (group, units) = (self.basis.group.fleet(), self.batches.units());
        let is_scaling_group = self.basis.scaling().is_some();
        Ok(Shortfall::of_fleet(group, is_scaling_group, self.next_launch_index, &units, targets).into_iter().collect())
    }

    fn resources_removed(&mut self, _region: &RegionId) -> Result<i64> {
        Ok(0)
    }

    fn prepare(&mut self, _shortfall: &Shortfall) -> Result<Option<Arc<PreparedFleet>>> {
        Ok(Some(Arc::clone(&self.basis.prepared)))
    }

    fn prepare_group(&mut self, _group: Fleet<CreateAutoProvisioningGroupRequest>) -> Result<PreparedGroup> {
        Ok(self.basis.group.clone())
    }
}
