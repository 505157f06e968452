//! The fleets of one market, in memory: the group alone. What others hold of its pools stays as it is.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::account::{Account, Delivery};
use super::basis::{BILLINGS, OutlookBasis};
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal, InstanceId, RegionId, Seed, Time};
use crate::cloud::error::CloudError;
use crate::cloud::model::{ActivityKind, CreateAutoProvisioningGroupRequest};
use crate::cloud::provisioning::fleet_store::{Fleets, RegionFleets};
use crate::cloud::provisioning::replacement::ReplacementSurplus;
use crate::cloud::provisioning::replenish::{PreparedFleet, PreparedGroup};
use crate::cloud::step::{EndReason, Phase, PoolState, ReclaimCause};
use crate::cloud::world::{
    Batch, BatchSpec, Fleet, FleetRequest, InstanceLife, InstanceRow, Launcher, PoolKey, Schedule, Shortfall, VSwitch,
};
use crate::market::{Market, PoolSeries, PriceSteps, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The group of one market.
pub(super) struct MemoryFleets<'b> {
    basis: &'b OutlookBasis,
    market: Market<'b>,
    /// By the index of the pool, made when it is first asked for.
    series: RefCell<Vec<Option<Rc<PoolSeries>>>>,
    /// Prices up to the horizon, by the index of the pool, made when the pool is first paid for.
    prices: Vec<BTreeMap<Billing, PriceSteps>>,
    end: Time,
    now: Time,
    pub(super) phase: Phase,
    /// A limit refused the launch, so that there is no group that time could change.
    is_refused: bool,
    next_launch_index: u32,
    /// Those with living or stopped instances, oldest first.
    batches: Vec<MemoryBatch>,
    next_batch_id: i64,
    /// Instances that the group holds, by the index of the pool.
    in_use: Vec<BTreeMap<Billing, u32>>,
    /// Instances launched so far, by the index of the pool.
    pub(super) launched: Vec<u32>,
    next_instance: u64,
    /// The number in which the first id ends; known when an id is first asked for.
    first_id_number: Option<u64>,
    pub(super) account: Account,
}

struct MemoryBatch {
    batch: Batch,
    pool: usize,
    /// The number of its first instance among all that the group launched.
    first_instance: u64,
    instances: Vec<MemoryInstance>,
}

#[derive(Clone, Copy)]
struct MemoryInstance {
    ordinal: u32,
    launch_index: u32,
    state: InstanceLife,
}

impl<'b> MemoryFleets<'b> {
    /// The market of this number up to a moment, before anything is launched.
    pub(super) fn new(basis: &'b OutlookBasis, number: u32, end: Time) -> Self {
        let market = Market::of_outlook(&basis.scenario, number).with_changes(basis.market_changes.clone());
        let pools = basis.pools.len();
        Self {
            basis,
            market,
            series: RefCell::new(vec![None; pools]),
            prices: vec![BTreeMap::new(); pools],
            end,
            now: basis.now,
            phase: basis.group.fleet().phase,
            is_refused: false,
            next_launch_index: 0,
            batches: Vec::new(),
            next_batch_id: 0,
            in_use: vec![BTreeMap::new(); pools],
            launched: vec![0; pools],
            next_instance: 0,
            first_id_number: None,
            account: Account::new(basis.now),
        }
    }

    pub(super) fn seed(&self) -> u64 {
        self.market.seed()
    }

    /// What the launched instances would cost at the prices of their launch.
    pub(super) fn hourly_cost(&self) -> Decimal {
        self.batches.iter().map(|known| known.batch.spec.hourly_price * Decimal::from(known.batch.live)).sum()
    }

    /// The first launch left this many indexes used.
    pub(super) fn set_next_launch_index(&mut self, next: u32) {
        self.next_launch_index = next;
    }

    pub(super) fn refuse(&mut self) {
        self.is_refused = true;
    }

    fn request(&self) -> &'b CreateAutoProvisioningGroupRequest {
        self.basis.request()
    }

    fn series_at(&self, index: usize) -> Rc<PoolSeries> {
        let key = self.basis.pools[index].key;
        let make = || self.market.pool(key.zone_id, key.instance_type).expect("the catalogue has its own pools");
        Rc::clone(self.series.borrow_mut()[index].get_or_insert_with(|| Rc::new(make())))
    }

    fn prices_of(&mut self, index: usize, billing: Billing) -> &PriceSteps {
        let series = self.series_at(index);
        let (change_times, from, to) = (self.market.change_times(), self.basis.now, self.end);
        self.prices[index].entry(billing).or_insert_with(|| PriceSteps::new(&series, billing, change_times, from, to))
    }

    fn own_use(&self, index: usize, billing: Billing) -> u32 {
        self.in_use[index].get(&billing).copied().unwrap_or(0)
    }

    /// Instances of a pool that hold stock, those of others included.
    fn all_use(&self, pool: PoolKey, billing: Billing) -> u32 {
        let Some(index) = self.basis.pool_index(pool) else { return 0 };
        let others = self.basis.pools[index].held_by_others.get(&billing).copied().unwrap_or(0);
        others.saturating_add(self.own_use(index, billing))
    }

    fn change_use(&mut self, pool: usize, billing: Billing, change: impl Fn(u32) -> u32) {
        let count = self.in_use[pool].entry(billing).or_insert(0);
        *count = change(*count);
    }

    fn schedule(&self) -> Schedule {
        if self.is_refused {
            return Schedule::default();
        }
        self.request().schedule(self.phase)
    }

    /// Units of the living instances.
    fn units(&self) -> BTreeMap<Billing, Decimal> {
        let mut units: BTreeMap<Billing, Decimal> = BTreeMap::new();
        for known in &self.batches {
            *units.entry(known.batch.spec.billing).or_default() += known.batch.units();
        }
        units.into_iter().map(|(billing, sum)| (billing, rounded_units(sum))).collect()
    }

    /// Accounts for the time up to a moment.
    fn account_until(&mut self, to: Time) {
        let from = self.account.until();
        if to <= from {
            return;
        }
        let units = self.units();
        // Outside of its window a group is asked for nothing (G11).
        let is_asked = self.phase == Phase::Active;
        let deliveries = BILLINGS.map(|billing| Delivery {
            asked: if is_asked { self.request().capacity.target(billing) } else { 0 },
            living: units.get(&billing).copied().unwrap_or_default(),
        });
        let mut cost = Decimal::ZERO;
        for index in 0..self.in_use.len() {
            for billing in BILLINGS {
                let count = self.own_use(index, billing);
                if count > 0 {
                    cost += self.prices_of(index, billing).price_seconds(from, to) * Decimal::from(count);
                }
            }
        }
        self.account.advance(to, &deliveries, cost);
    }

    fn batches_where(&self, is_wanted: impl Fn(&MemoryBatch) -> bool) -> Vec<Batch> {
        self.batches.iter().filter(|known| is_wanted(known)).map(|known| known.batch.clone()).collect()
    }

    /// The id of the instance of this number: ids are ordered as in the world of the same seed (W3, W6).
    fn instance_id(&mut self, number: u64) -> InstanceId {
        let alphabet = CreateAutoProvisioningGroupRequest::ALPHABET;
        let seed = Seed::new(self.market.seed());
        let first = *self.first_id_number.get_or_insert_with(|| self.basis.ids.first_instance_number(seed));
        alphabet.instance_id(InstanceId::PREFIX, (first + number) % alphabet.block_size())
    }

    fn change_states(&mut self, batch_id: i64, instances: &[InstanceRow], state: InstanceLife) {
        let Some(position) = self.batches.iter().position(|known| known.batch.id == batch_id) else { return };
        let known = &mut self.batches[position];
        for instance in instances {
            if let Some(own) = known.instances.iter_mut().find(|own| own.ordinal == instance.ordinal) {
                own.state = state;
            }
        }
        let count = |state| u32::try_from(known.instances.iter().filter(|own| own.state == state).count());
        known.batch.live = count(InstanceLife::Live).unwrap_or(u32::MAX);
        known.batch.stopped = count(InstanceLife::Stopped).unwrap_or(u32::MAX);
        if known.batch.live == 0 && known.batch.stopped == 0 {
            self.batches.remove(position);
        }
    }
}

impl RegionFleets for &mut MemoryFleets<'_> {
    fn scenario(&self) -> &Scenario {
        self.market.scenario()
    }

    fn price(&self, pool: PoolKey, billing: Billing) -> Decimal {
        Fleets::pool(&**self, pool).price(billing, self.now)
    }

    fn free_stock(&mut self, pool: PoolKey, billing: Billing) -> Result<u32> {
        let supply = Fleets::pool(&**self, pool).supply(billing, self.now);
        Ok(supply.saturating_sub(self.all_use(pool, billing)))
    }

    fn free_addresses(&mut self, vswitch: &VSwitch) -> Result<u32> {
        let known = self.basis.free_addresses.iter().find(|(id, _)| *id == vswitch.vswitch_id);
        let here = self.batches.iter().filter(|known| known.batch.spec.vswitch_id == vswitch.vswitch_id);
        // A stopped instance keeps its address (W6).
        let held = here.map(|known| known.batch.live + known.batch.stopped).sum();
        Ok(known.map_or(0, |(_, free)| free.saturating_sub(held)))
    }

    fn free_vcpus(&mut self, billing: Billing) -> Result<Option<u64>> {
        let free = self.basis.free_vcpus.get(&billing).copied().flatten();
        let of = |known: &MemoryBatch| u64::from(known.batch.live) * u64::from(known.batch.spec.vcpus);
        let held = self.batches.iter().filter(|known| known.batch.spec.billing == billing).map(of).sum();
        Ok(free.map(|free| free.saturating_sub(held)))
    }

    fn batches_of(&mut self, fleet_id: &str) -> Result<Vec<Batch>> {
        Fleets::batches_of(*self, fleet_id)
    }

    /// An outlook does not show the list of instances, so it keeps no places for lost ones (G10).
    fn lost_instances_of(&mut self, _fleet_id: &str, _batches: &[Batch]) -> Result<Vec<(Batch, InstanceRow)>> {
        Ok(Vec::new())
    }

    fn launch(&mut self, launcher: Launcher<'_>, batch: &BatchSpec, launch_indexes: &[u32]) -> Result<Vec<InstanceId>> {
        let count = u32::try_from(launch_indexes.len()).unwrap_or(u32::MAX);
        let Some(pool) = batch.pool().and_then(|pool| self.basis.pool_index(pool)) else { return Ok(Vec::new()) };
        if count == 0 {
            return Ok(Vec::new());
        }
        let id = self.next_batch_id;
        self.next_batch_id += 1;
        let instances = (0_u32..).zip(launch_indexes).map(|(ordinal, launch_index)| MemoryInstance {
            ordinal,
            launch_index: *launch_index,
            state: InstanceLife::Live,
        });
        let kept = MemoryBatch {
            batch: Batch {
                id,
                fleet_id: launcher.fleet_id.to_owned(),
                region: self.basis.region.clone(),
                launch_time: self.now,
                live: count,
                stopped: 0,
                spec: batch.clone(),
            },
            pool,
            first_instance: self.next_instance,
            instances: instances.collect(),
        };
        self.batches.push(kept);
        self.next_instance += u64::from(count);
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
            let pool = self.basis.pools[index].key;
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
                let pool = self.basis.pools[known.pool].key;
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
        let mut batches = self.batches_where(|known| {
            Some(known.pool) == pool
                && known.batch.spec.billing == billing
                && known.batch.launch_time <= launched_by
                && known.batch.live > 0
        });
        batches.sort_by_key(|batch| (Reverse(batch.launch_time), batch.id));
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
        let mut batches = self.batches_where(|known| {
            Some(known.pool) == pool
                && known.batch.spec.price_limit.is_some()
                && known.batch.launch_time <= launched_by
                && known.batch.live > 0
        });
        batches.sort_by_key(|batch| (Reverse(batch.launch_time), batch.id));
        Ok(batches)
    }

    /// The first hour protects every instance of a group.
    fn unprotected_batches_after(&mut self, _pool: PoolKey, _after: Time) -> Result<Vec<Batch>> {
        Ok(Vec::new())
    }

    fn stopped_batches(&mut self) -> Result<Vec<Batch>> {
        Ok(self.batches_where(|known| known.batch.stopped > 0))
    }

    fn batches_of(&mut self, _fleet_id: &str) -> Result<Vec<Batch>> {
        Ok(self.batches_where(|_| true))
    }

    fn instances_of(&mut self, batch_id: i64) -> Result<Vec<InstanceRow>> {
        let Some(known) = self.batches.iter().find(|known| known.batch.id == batch_id) else { return Ok(Vec::new()) };
        let (first, instances) = (known.first_instance, known.instances.clone());
        let held = instances.into_iter().filter(|own| own.state != InstanceLife::Lost);
        let row = |own: MemoryInstance| InstanceRow {
            ordinal: own.ordinal,
            instance_id: self.instance_id(first + u64::from(own.ordinal)),
            launch_index: own.launch_index,
            state: own.state,
            private_ip: None,
        };
        Ok(held.map(row).collect())
    }

    fn live_units_of(&mut self, _fleet_id: &str) -> Result<BTreeMap<Billing, Decimal>> {
        Ok(self.units())
    }

    fn end(&mut self, batch: &Batch, instances: &[InstanceRow], reason: EndReason) -> Result<()> {
        let living = instances.iter().filter(|instance| instance.state == InstanceLife::Live).count();
        let living = u32::try_from(living).unwrap_or(u32::MAX);
        let state = match reason {
            EndReason::Stopped => InstanceLife::Stopped,
            EndReason::Lost | EndReason::Released => InstanceLife::Lost,
        };
        if reason != EndReason::Released {
            self.account.lost_instances += living;
        }
        if let Some(pool) = batch.spec.pool().and_then(|pool| self.basis.pool_index(pool)) {
            self.change_use(pool, batch.spec.billing, |in_use| in_use.saturating_sub(living));
        }
        self.change_states(batch.id, instances, state);
        Ok(())
    }

    fn start(&mut self, batch: &Batch, instances: &[InstanceRow]) -> Result<()> {
        let count = u32::try_from(instances.len()).unwrap_or(u32::MAX);
        if let Some(pool) = batch.spec.pool().and_then(|pool| self.basis.pool_index(pool)) {
            self.change_use(pool, batch.spec.billing, |in_use| in_use + count);
        }
        self.change_states(batch.id, instances, InstanceLife::Live);
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
        Ok(Some(self.fleet()))
    }

    fn groups_under_capacity(&mut self) -> Result<Vec<Shortfall>> {
        let Some(targets) = self.schedule().keeps else { return Ok(Vec::new()) };
        let group = self.basis.group.fleet();
        Ok(Shortfall::of_group(group, self.next_launch_index, &self.units(), targets).into_iter().collect())
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

impl MemoryFleets<'_> {
    /// The group as it is now.
    fn fleet(&self) -> Fleet<CreateAutoProvisioningGroupRequest> {
        let next_launch_index = self.next_launch_index;
        Fleet { phase: self.phase, next_launch_index, ..self.basis.group.fleet().clone() }
    }
}
