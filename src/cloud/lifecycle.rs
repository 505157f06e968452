//! Applies a step of time to the world, in the order of the rules: scenario events, market reclaims, expiry, scheduled
//! starts, replenishment (W5).
//!
//! What happens is decided by the pure functions of `step`; here their arguments are read and their results written.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::error::CloudError;
use super::model::{ActivityKind, CreateAutoProvisioningGroupRequest, GroupType};
use super::provisioning::replenish::{PreparedGroup, replenish};
use super::step::{
    EndReason, PROTECTED_PERIOD, Phase, PoolMoment, PoolQuery, ReclaimCause, due_events, restartable, take_in_order,
};
use super::world::{Batch, InstanceRow, PoolKey, Shortfall, StoredState, WorldTx};
use crate::base::wording::{counted, happened, was};
use crate::base::{Billing, Decimal, InstanceId, RegionId, Time};
use crate::market::scenario::{EventKind, Selector};
use crate::market::{PoolSeries, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Applies one step; returns whether it changed anything.
pub(super) fn apply_step(
    world: &mut WorldTx,
    step: Time,
    filter: &StepFilter,
    groups: &mut GroupCache,
) -> Result<bool> {
    let mut changed = apply_events(world, step)?;
    changed |= apply_market_reclaims(world, step, filter)?;
    changed |= expire_groups(world)?;
    changed |= start_groups(world)?;
    changed |= restart_instances(world)?;
    changed |= replenish_groups(world, groups)?;
    Ok(changed)
}

/// Tells which steps may change anything. It is read once and holds until one does.
pub(super) struct StepFilter {
    pools: Vec<TrackedPool>,
    /// The lowest price limit of the living instances of each pool.
    lowest_price_limits: BTreeMap<PoolKey, Decimal>,
    /// For each group under capacity and each stopped batch: the pools that could help, by their index in `pools`.
    queries: Vec<Vec<PoolQuery<usize>>>,
    /// When the window of the next group begins or ends.
    next_window: Option<Time>,
    any_instances: bool,
}

/// A pool that decides whether a step may change anything.
struct TrackedPool {
    series: Rc<PoolSeries>,
    pay_as_you_go_in_use: u32,
    spot_in_use: u32,
    lowest_price_limit: Option<Decimal>,
}

impl StepFilter {
    pub(super) fn of(world: &mut WorldTx, groups: &mut GroupCache) -> Result<Self> {
        let mut tracked = TrackedPools::default();
        let in_use = world.pools_in_use()?;
        for ((pool, billing), count) in &in_use {
            let pool = tracked.index(world, *pool);
            match billing {
                Billing::PayAsYouGo => tracked.pools[pool].pay_as_you_go_in_use = *count,
                Billing::Spot => tracked.pools[pool].spot_in_use = *count,
            }
        }
        let lowest_price_limits = world.lowest_price_limits()?;
        for (pool, limit) in &lowest_price_limits {
            let pool = tracked.index(world, *pool);
            tracked.pools[pool].lowest_price_limit = Some(*limit);
        }
        let mut queries: Vec<Vec<PoolQuery<usize>>> = Vec::new();
        for batch in world.stopped_batches()? {
            let pool = batch.spec.pool().map(|pool| tracked.index(world, pool));
            let query = |pool| PoolQuery { pool, billing: batch.spec.billing, ceiling: batch.spec.price_limit };
            queries.push(pool.into_iter().map(query).collect());
        }
        for shortfall in world.groups_under_capacity()? {
            let Some(group) = groups.get(world, &shortfall)? else { continue };
            let short = group.pools.iter().filter(|query| shortfall.is_in(query.billing));
            let short = short.map(|query| PoolQuery {
                pool: tracked.index(world, query.pool),
                billing: query.billing,
                ceiling: query.ceiling,
            });
            queries.push(short.collect());
        }
        let next_window = world.next_window()?;
        queries.retain(|pools| !pools.is_empty());
        queries.sort_unstable();
        queries.dedup();
        Ok(Self { pools: tracked.pools, lowest_price_limits, queries, next_window, any_instances: !in_use.is_empty() })
    }

    /// Whether the step may change anything. It may return a false positive, never a false negative.
    pub(super) fn may_change(&self, scenario: &Scenario, step: Time) -> bool {
        self.next_window.is_some_and(|at| at <= step)
            || self.any_instances && due_events(scenario, step).next().is_some()
            || self.pools.iter().any(|pool| pool.may_reclaim(step))
            || self.queries.iter().any(|pools| {
                pools.iter().any(|query| query.is_met_by(&self.pools[query.pool].moment(query.billing, step)))
            })
    }
}

impl TrackedPool {
    fn may_reclaim(&self, step: Time) -> bool {
        self.spot_in_use > 0 && self.moment(Billing::Spot, step).reclaims(self.lowest_price_limit)
    }

    fn moment(&self, billing: Billing, step: Time) -> PoolMoment {
        let in_use = match billing {
            Billing::PayAsYouGo => self.pay_as_you_go_in_use,
            Billing::Spot => self.spot_in_use,
        };
        PoolMoment { supply: self.series.supply(billing, step), in_use, price: self.series.price(billing, step) }
    }
}

#[derive(Default)]
struct TrackedPools {
    indexes: BTreeMap<PoolKey, usize>,
    pools: Vec<TrackedPool>,
}

impl TrackedPools {
    fn index(&mut self, world: &WorldTx, pool: PoolKey) -> usize {
        *self.indexes.entry(pool).or_insert_with(|| {
            let series = world.pool(pool);
            self.pools.push(TrackedPool { series, pay_as_you_go_in_use: 0, spot_in_use: 0, lowest_price_limit: None });
            self.pools.len() - 1
        })
    }
}

fn apply_events(world: &mut WorldTx, step: Time) -> Result<bool> {
    let mut changed = false;
    for event in due_events(world.market.scenario(), step) {
        let taken = match event {
            EventKind::ReclaimSpot { pools, count } => {
                let batches = youngest_first(world, pools, &[Billing::Spot], *count)?;
                take(world, &batches, *count, ReclaimCause::ReclaimEvent)?
            }
            EventKind::TerminateInstances { pools, count } => {
                let batches = youngest_first(world, pools, &[Billing::PayAsYouGo, Billing::Spot], *count)?;
                take(world, &batches, *count, ReclaimCause::TerminateEvent)?
            }
            EventKind::Stock(_) | EventKind::Prices(_) => 0,
        };
        changed |= taken > 0;
    }
    Ok(changed)
}

/// Reclaims living spot instances because a person asked for it, the youngest first; returns how many (W6).
pub(super) fn reclaim_by_hand(
    world: &mut WorldTx,
    pools: &Selector,
    region: Option<&RegionId>,
    count: Option<u32>,
) -> Result<u32> {
    // The youngest instances of all regions may hold too few of one region: then all are read.
    let enough = count.filter(|_| region.is_none());
    let mut batches = youngest_first(world, pools, &[Billing::Spot], enough)?;
    batches.retain(|batch| region.is_none_or(|region| batch.region == *region));
    take(world, &batches, count, ReclaimCause::ByHand)
}

/// The youngest batches of the selected pools, enough of them for `count` instances.
fn youngest_first(
    world: &mut WorldTx,
    selector: &Selector,
    billings: &[Billing],
    count: Option<u32>,
) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    for (pool, billing) in world.pools_in_use()?.into_keys() {
        if billings.contains(&billing) && selector.includes(pool.zone_id, pool.instance_type) {
            batches.extend(world.live_batches_youngest_first(pool, billing, world.now, count)?);
        }
    }
    batches.sort_by_key(|batch| std::cmp::Reverse((batch.launch_time, batch.id)));
    Ok(batches)
}

/// The market reclaims instances above their price limit and beyond its supply, but none in its first hour (W6).
fn apply_market_reclaims(world: &mut WorldTx, step: Time, filter: &StepFilter) -> Result<bool> {
    let mut changed = false;
    for ((pool, _), in_use) in world.pools_in_use()?.into_iter().filter(|((_, billing), _)| *billing == Billing::Spot) {
        let series = world.pool(pool);
        let (supply, price) = (series.supply(Billing::Spot, step), series.price(Billing::Spot, step));
        let moment = PoolMoment { supply, in_use, price };
        let lowest_limit = filter.lowest_price_limits.get(&pool).copied();
        if !moment.reclaims(lowest_limit) {
            continue;
        }
        let launched_by = step.minus(PROTECTED_PERIOD);
        let mut taken = 0;
        if !moment.is_within(lowest_limit) {
            let mut above_limit = world.limited_batches_youngest_first(pool, launched_by)?;
            above_limit.retain(|batch| !moment.is_within(batch.spec.price_limit));
            taken += take(world, &above_limit, None, ReclaimCause::PriceAboveLimit)?;
        }
        let excess = PoolMoment { in_use: in_use.saturating_sub(taken), ..moment }.excess();
        let youngest = world.live_batches_youngest_first(pool, Billing::Spot, launched_by, Some(excess))?;
        taken += take(world, &youngest, Some(excess), ReclaimCause::StockReclaimed)?;
        changed |= taken > 0;
    }
    Ok(changed)
}

/// Takes at most `count` living instances of these batches in their order, of each batch those launched last; returns
/// how many.
fn take(world: &mut WorldTx, batches: &[Batch], count: Option<u32>, cause: ReclaimCause) -> Result<u32> {
    let mut taken = 0;
    let mut fleets = BTreeSet::new();
    let numbers = take_in_order(batches.iter().map(|batch| batch.live), count);
    for (batch, number) in batches.iter().zip(numbers).filter(|(_, number)| *number > 0) {
        let instances = world.instances_of(batch.id)?;
        let living = instances.into_iter().rev().filter(|instance| instance.state == StoredState::Live);
        let chosen: Vec<InstanceRow> = living.take(number as usize).collect();
        let reason = cause.end_reason(batch.spec.stops_on_reclaim);
        world.end(batch, &chosen, reason)?;
        let ids: Vec<InstanceId> = chosen.iter().map(|instance| instance.instance_id.clone()).collect();
        let participle = if reason == EndReason::Stopped { "stopped" } else { "terminated" };
        let (instances, were) = (counted(ids.len(), "instance"), was(ids.len()));
        let (instance_type, zone_id) = (&batch.spec.instance_type, &batch.spec.zone_id);
        let detail = format!("{instances} of `{instance_type}` in `{zone_id}` {were} {participle}");
        world.in_region(&batch.region).record(cause.activity(), &batch.fleet_id, detail, &[], &ids)?;
        fleets.insert(batch.fleet_id.as_str());
        taken += number;
    }
    for fleet_id in fleets {
        world.release_token_of_empty_reservation(fleet_id)?;
    }
    Ok(taken)
}

fn expire_groups(world: &mut WorldTx) -> Result<bool> {
    let groups = world.groups_that_end::<CreateAutoProvisioningGroupRequest>()?;
    let changed = !groups.is_empty();
    for mut group in groups {
        let mut released = Vec::new();
        if group.request.terminate_instances_with_expiration {
            for batch in world.batches_of(&group.id)? {
                let instances = world.instances_of(batch.id)?;
                world.end(&batch, &instances, EndReason::Released)?;
                released.extend(instances.into_iter().map(|instance| instance.instance_id));
            }
        }
        group.phase = Phase::Expired;
        world.save_fleet(&group)?;
        let detail = format!("the window is over, {}", happened(released.len(), "instance", "released"));
        world.in_region(&group.region).record(ActivityKind::Expire, &group.id, detail, &[], &released)?;
    }
    Ok(changed)
}

fn start_groups(world: &mut WorldTx) -> Result<bool> {
    let groups = world.groups_that_begin::<CreateAutoProvisioningGroupRequest>()?;
    let changed = !groups.is_empty();
    for mut group in groups {
        group.phase = Phase::Active;
        world.save_fleet(&group)?;
        let next_launch_index = group.next_launch_index;
        let minimum = group.request.min_target_capacity.filter(|_| group.request.group_type == GroupType::Instant);
        let region = group.region.clone();
        let world = &mut world.in_region(&region);
        let group = PreparedGroup::of(world, group)?;
        replenish(world, &group, next_launch_index, minimum, ActivityKind::Start)?;
    }
    Ok(changed)
}

/// Stopped instances start again when capacity and price allow (W6).
fn restart_instances(world: &mut WorldTx) -> Result<bool> {
    let mut changed = false;
    for batch in world.stopped_batches()? {
        let Some(pool) = batch.spec.pool() else { continue };
        let moment = world.moment(pool, batch.spec.billing)?;
        let mut world = world.in_region(&batch.region);
        let quota_room = world.room_in_quota(batch.spec.billing, batch.spec.vcpus)?;
        let number = restartable(&moment, batch.spec.price_limit, quota_room);
        let instances = if number > 0 { world.instances_of(batch.id)? } else { Vec::new() };
        let stopped = instances.into_iter().filter(|instance| instance.state == StoredState::Stopped);
        let chosen: Vec<InstanceRow> = stopped.take(number as usize).collect();
        if !chosen.is_empty() {
            world.start(&batch, &chosen)?;
            let ids: Vec<InstanceId> = chosen.into_iter().map(|instance| instance.instance_id).collect();
            let detail = format!("{} started again", counted(ids.len(), "instance"));
            world.record(ActivityKind::Restart, &batch.fleet_id, detail, &ids, &[])?;
            changed = true;
        }
    }
    Ok(changed)
}

/// Runs one pass for every group under its capacity. Where no pool could help, a pass would launch nothing, and none is
/// run (G12).
fn replenish_groups(world: &mut WorldTx, groups: &mut GroupCache) -> Result<bool> {
    let mut changed = false;
    for shortfall in world.groups_under_capacity()? {
        let Some(group) = groups.get(world, &shortfall)? else { continue };
        let mut can_help = false;
        for query in group.pools.iter().filter(|query| shortfall.is_in(query.billing)) {
            can_help = query.is_met_by(&world.moment(query.pool, query.billing)?);
            if can_help {
                break;
            }
        }
        if can_help {
            let mut world = world.in_region(&shortfall.region);
            let next_launch_index = shortfall.next_launch_index;
            changed |= replenish(&mut world, &group, next_launch_index, None, ActivityKind::Replenish)?;
        }
    }
    Ok(changed)
}

/// The groups under capacity with what follows from their requests, computed once for many steps.
#[derive(Default)]
pub(super) struct GroupCache {
    by_id: BTreeMap<String, CachedGroup>,
}

/// A group as it was prepared. It is stale once its request has changed, or a resource of its region was deleted: that
/// may have been its vSwitch.
struct CachedGroup {
    revision: i64,
    resources_removed: i64,
    /// `None` for a group that was deleted.
    group: Option<Rc<PreparedGroup>>,
}

impl GroupCache {
    /// `None` for a group that was deleted.
    fn get(&mut self, world: &mut WorldTx, shortfall: &Shortfall) -> Result<Option<Rc<PreparedGroup>>> {
        let mut world = world.in_region(&shortfall.region);
        let (revision, resources_removed) = (shortfall.revision, world.resources_removed()?);
        if let Some(cached) = self.by_id.get(&shortfall.group_id)
            && (cached.revision, cached.resources_removed) == (revision, resources_removed)
        {
            return Ok(cached.group.clone());
        }
        let fleet = world.fleet::<CreateAutoProvisioningGroupRequest>(&shortfall.group_id)?;
        let group = fleet.map(|fleet| PreparedGroup::of(&mut world, fleet)).transpose()?.map(Rc::new);
        let cached = CachedGroup { revision, resources_removed, group: group.clone() };
        self.by_id.insert(shortfall.group_id.clone(), cached);
        Ok(group)
    }
}
