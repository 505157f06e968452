//! Applies a step of time to the world, in the order of the rules: scenario events, market reclaims, expiry, scheduled
//! starts, replenishment (W5).
//!
//! What happens is decided by the pure functions of `step`; here their arguments are read and their results written.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::error::CloudError;
use super::model::{ActivityKind, Capacity, GroupType, InstanceSelection};
use super::provisioning::fleet_store::{Fleets, RegionFleets};
use super::provisioning::replenish::{PreparedFleet, replenish};
use super::step::{
    EndReason, PROTECTED_PERIOD, Phase, PoolQuery, PoolState, ReclaimCause, due_events, instances_missing,
    missing_units, restartable, sort_for_reclaim,
};
use super::world::{Batch, InstanceRow, InstanceRowState, PoolKey, Shortfall};
use crate::base::order::Order;
use crate::base::wording::{counted, passive_sentence, was_or_were};
use crate::base::{Billing, Decimal, InstanceId, Time};
use crate::market::scenario::{ScenarioEventKind, Selector};
use crate::market::{PoolSeries, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Applies one step; returns whether it changed anything.
pub(super) fn apply_step(
    fleets: &mut impl Fleets,
    step: Time,
    filter: &StepFilter,
    groups: &mut GroupCache,
) -> Result<bool> {
    let mut taken = TakenInstances::default();
    apply_events(fleets, step, &mut taken)?;
    apply_market_reclaims(fleets, step, filter, &mut taken)?;
    let mut changed = taken.count > 0;
    changed |= expire_groups(fleets)?;
    changed |= start_groups(fleets)?;
    changed |= restart_instances(fleets, &taken.stopped)?;
    changed |= replenish_groups(fleets, groups)?;
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
    /// Living or stopped ones.
    any_instances: bool,
}

/// What a step took from fleets so far.
#[derive(Default)]
struct TakenInstances {
    count: u32,
    /// Those of them that stay, stopped, and start again at the next step at the earliest (W6).
    stopped: BTreeSet<InstanceId>,
}

/// A pool that decides whether a step may change anything.
struct TrackedPool {
    series: Rc<PoolSeries>,
    pay_as_you_go_in_use: u32,
    spot_in_use: u32,
    lowest_price_limit: Option<Decimal>,
}

impl StepFilter {
    pub(super) fn of(fleets: &mut impl Fleets, groups: &mut GroupCache) -> Result<Self> {
        let mut tracked = TrackedPools::default();
        let in_use = fleets.pools_in_use()?;
        for ((pool, billing), count) in &in_use {
            let pool = tracked.index(fleets, *pool);
            match billing {
                Billing::PayAsYouGo => tracked.pools[pool].pay_as_you_go_in_use = *count,
                Billing::Spot => tracked.pools[pool].spot_in_use = *count,
            }
        }
        let lowest_price_limits = fleets.lowest_price_limits()?;
        for (pool, limit) in &lowest_price_limits {
            let pool = tracked.index(fleets, *pool);
            tracked.pools[pool].lowest_price_limit = Some(*limit);
        }
        let mut queries: Vec<Vec<PoolQuery<usize>>> = Vec::new();
        let stopped = fleets.stopped_batches()?;
        let any_instances = !in_use.is_empty() || !stopped.is_empty();
        for group in groups_with_stopped(fleets, stopped)? {
            let short = group.batches.iter().filter(|batch| group.missing_units(batch.spec.billing) > Decimal::ZERO);
            for batch in short {
                let pool = batch.spec.pool().map(|pool| tracked.index(fleets, pool));
                let query = |pool| PoolQuery { pool, billing: batch.spec.billing, ceiling: batch.spec.price_limit };
                queries.push(pool.into_iter().map(query).collect());
            }
        }
        for shortfall in fleets.groups_under_capacity()? {
            let Some(group) = groups.get(fleets, &shortfall)? else { continue };
            let short = group.helpful_pools(&shortfall).map(|query| PoolQuery {
                pool: tracked.index(fleets, query.pool),
                billing: query.billing,
                ceiling: query.ceiling,
            });
            queries.push(short.collect());
        }
        let next_window = fleets.next_window()?;
        queries.retain(|pools| !pools.is_empty());
        queries.order();
        queries.dedup();
        Ok(Self { pools: tracked.pools, lowest_price_limits, queries, next_window, any_instances })
    }

    /// When the window of the next group begins or ends.
    pub(super) const fn next_window(&self) -> Option<Time> {
        self.next_window
    }

    /// Whether any step may change anything. A world without instances and waiting groups never does.
    pub(super) const fn may_ever_change(&self) -> bool {
        self.next_window.is_some() || self.any_instances || !self.pools.is_empty() || !self.queries.is_empty()
    }

    /// Whether the step may change anything. It may return a false positive, never a false negative.
    pub(super) fn may_change(&self, scenario: &Scenario, step: Time) -> bool {
        self.next_window.is_some_and(|at| at <= step)
            || self.any_instances && due_events(scenario, step).next().is_some()
            || self.pools.iter().any(|pool| pool.may_reclaim(step))
            || self.queries.iter().any(|pools| {
                pools.iter().any(|query| query.is_met_by(&self.pools[query.pool].pool_state(query.billing, step)))
            })
    }
}

impl TrackedPool {
    fn may_reclaim(&self, step: Time) -> bool {
        self.spot_in_use > 0 && self.pool_state(Billing::Spot, step).reclaims(self.lowest_price_limit)
    }

    fn pool_state(&self, billing: Billing, step: Time) -> PoolState {
        let in_use = match billing {
            Billing::PayAsYouGo => self.pay_as_you_go_in_use,
            Billing::Spot => self.spot_in_use,
        };
        PoolState { supply: self.series.supply(billing, step), in_use, price: self.series.price(billing, step) }
    }
}

#[derive(Default)]
struct TrackedPools {
    indexes: BTreeMap<PoolKey, usize>,
    pools: Vec<TrackedPool>,
}

impl TrackedPools {
    fn index(&mut self, fleets: &impl Fleets, pool: PoolKey) -> usize {
        *self.indexes.entry(pool).or_insert_with(|| {
            let series = fleets.pool(pool);
            self.pools.push(TrackedPool { series, pay_as_you_go_in_use: 0, spot_in_use: 0, lowest_price_limit: None });
            self.pools.len() - 1
        })
    }
}

fn apply_events(fleets: &mut impl Fleets, step: Time, taken: &mut TakenInstances) -> Result<()> {
    let due: Vec<ScenarioEventKind> = due_events(fleets.scenario(), step).cloned().collect();
    for event in &due {
        match event {
            ScenarioEventKind::ReclaimSpot { pools, count } => {
                let batches = youngest_first(fleets, pools, &[Billing::Spot], *count)?;
                take(fleets, &batches, TakeRequest::of(*count, ReclaimCause::ReclaimEvent), taken)?;
            }
            ScenarioEventKind::TerminateInstances { pools, count } => {
                let batches = with_stopped(fleets, pools, *count)?;
                take(fleets, &batches, TakeRequest::of(*count, ReclaimCause::TerminateEvent), taken)?;
            }
            ScenarioEventKind::Stock(_) | ScenarioEventKind::Prices(_) => {}
        }
    }
    Ok(())
}

/// What a person took, of how many that could have been taken in the pools that were named.
pub(super) struct ManualTakeResult {
    pub(super) taken: u32,
    pub(super) of: u32,
}

/// Takes instances because a person asked for it, the youngest first (W6, W9).
pub(super) fn take_by_hand(
    fleets: &mut impl Fleets,
    selection: &InstanceSelection,
    cause: ReclaimCause,
) -> Result<ManualTakeResult> {
    let mut batches = if cause.takes_stopped() {
        with_stopped(fleets, &selection.pools, None)?
    } else {
        youngest_first(fleets, &selection.pools, &[Billing::Spot], None)?
    };
    batches.retain(|batch| selection.region_id.as_ref().is_none_or(|region| batch.region == *region));
    let of = batches.iter().map(|batch| batch.live + if cause.takes_stopped() { batch.stopped } else { 0 }).sum();
    let request = TakeRequest { count: selection.count, ids: selection.instance_ids.as_ref(), cause };
    let taken = take(fleets, &batches, request, &mut TakenInstances::default())?;
    Ok(ManualTakeResult { taken, of })
}

/// What is taken from batches.
#[derive(Clone, Copy)]
struct TakeRequest<'i> {
    cause: ReclaimCause,
    /// At most; absent: all of them.
    count: Option<u32>,
    /// Only these; absent: any.
    ids: Option<&'i BTreeSet<InstanceId>>,
}

impl TakeRequest<'_> {
    const fn of(count: Option<u32>, cause: ReclaimCause) -> Self {
        Self { cause, count, ids: None }
    }

    fn includes(&self, instance: &InstanceRow) -> bool {
        instance.state.can_be_taken(self.cause) && self.ids.is_none_or(|ids| ids.contains(&instance.instance_id))
    }
}

/// The youngest batches of the selected pools, enough of them for `count` instances.
fn youngest_first(
    fleets: &mut impl Fleets,
    selector: &Selector,
    billings: &[Billing],
    count: Option<u32>,
) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    for (pool, billing) in fleets.pools_in_use()?.into_keys() {
        if billings.contains(&billing) && selector.includes(pool.zone_id, pool.instance_type) {
            batches.extend(fleets.live_batches_youngest_first(pool, billing, fleets.now(), count)?);
        }
    }
    sort_youngest_first(&mut batches);
    Ok(batches)
}

/// The same of both billings, and all batches of the pools that have stopped instances.
fn with_stopped(fleets: &mut impl Fleets, selector: &Selector, count: Option<u32>) -> Result<Vec<Batch>> {
    let mut batches = youngest_first(fleets, selector, &[Billing::PayAsYouGo, Billing::Spot], count)?;
    for batch in fleets.stopped_batches()? {
        let is_selected = selector.includes(batch.spec.zone_id.as_str(), batch.spec.instance_type.as_str());
        if is_selected && batches.iter().all(|known| known.id != batch.id) {
            batches.push(batch);
        }
    }
    sort_youngest_first(&mut batches);
    Ok(batches)
}

fn sort_youngest_first(batches: &mut [Batch]) {
    batches.order_by_key(|batch| (Reverse(batch.launch_time), batch.id));
}

/// The market reclaims instances above their price limit and beyond its supply, but none that its first hour protects (W6).
fn apply_market_reclaims(
    fleets: &mut impl Fleets,
    step: Time,
    filter: &StepFilter,
    taken: &mut TakenInstances,
) -> Result<()> {
    for ((pool, _), in_use) in fleets.pools_in_use()?.into_iter().filter(|((_, billing), _)| *billing == Billing::Spot)
    {
        let series = fleets.pool(pool);
        let (supply, price) = (series.supply(Billing::Spot, step), series.price(Billing::Spot, step));
        let state = PoolState { supply, in_use, price };
        let lowest_limit = filter.lowest_price_limits.get(&pool).copied();
        if !state.reclaims(lowest_limit) {
            continue;
        }
        let launched_by = step.minus(PROTECTED_PERIOD);
        let mut above_limit = 0;
        if !state.is_within(lowest_limit) {
            let mut batches = fleets.limited_batches_youngest_first(pool, launched_by)?;
            batches.retain(|batch| !state.is_within(batch.spec.price_limit));
            above_limit = take(fleets, &batches, TakeRequest::of(None, ReclaimCause::PriceAboveLimit), taken)?;
        }
        let excess = PoolState { in_use: in_use.saturating_sub(above_limit), ..state }.excess();
        if excess == 0 {
            continue;
        }
        let mut youngest = fleets.unprotected_batches_after(pool, launched_by)?;
        youngest.extend(fleets.live_batches_youngest_first(pool, Billing::Spot, launched_by, Some(excess))?);
        take(fleets, &youngest, TakeRequest::of(Some(excess), ReclaimCause::StockReclaimed), taken)?;
    }
    Ok(())
}

/// Takes instances of these batches, the youngest first, and of those launched at one moment the one with the highest id
/// first; returns how many. The batches are given the youngest first (W6).
fn take(
    fleets: &mut impl Fleets,
    batches: &[Batch],
    request: TakeRequest<'_>,
    taken: &mut TakenInstances,
) -> Result<u32> {
    let TakeRequest { cause, count, .. } = request;
    let mut left = count.unwrap_or(u32::MAX);
    let mut fleet_ids = BTreeSet::new();
    for of_one_launch_time in batches.chunk_by(|a, b| a.launch_time == b.launch_time) {
        for (batch, chosen) in highest_ids(fleets, of_one_launch_time, left, request)? {
            let reason = cause.end_reason(batch.spec.stops_on_reclaim);
            fleets.end(batch, &chosen, reason)?;
            let ids: Vec<InstanceId> = chosen.into_iter().map(|instance| instance.instance_id).collect();
            let participle = if reason == EndReason::Stopped { "stopped" } else { "terminated" };
            let (instances, were) = (counted(ids.len(), "instance"), was_or_were(ids.len()));
            let (instance_type, zone_id) = (&batch.spec.instance_type, &batch.spec.zone_id);
            let detail = format!("{instances} of `{instance_type}` in `{zone_id}` {were} {participle}");
            fleets.region(&batch.region).record(cause.activity(), &batch.fleet_id, detail, &[], &ids)?;
            fleet_ids.insert(batch.fleet_id.as_str());
            left = left.saturating_sub(u32::try_from(ids.len()).unwrap_or(u32::MAX));
            if reason == EndReason::Stopped {
                taken.stopped.extend(ids);
            }
        }
        if left == 0 {
            break;
        }
    }
    for fleet_id in fleet_ids {
        fleets.forget_taken(fleet_id, cause)?;
    }
    let number = count.unwrap_or(u32::MAX) - left;
    taken.count += number;
    Ok(number)
}

/// The instances with the highest ids among batches of one launch time, at most `count`, batch by batch.
fn highest_ids<'b>(
    fleets: &mut impl Fleets,
    batches: &'b [Batch],
    count: u32,
    request: TakeRequest<'_>,
) -> Result<Vec<(&'b Batch, Vec<InstanceRow>)>> {
    let mut instances: Vec<(usize, InstanceRow)> = Vec::new();
    for (index, batch) in batches.iter().enumerate() {
        let of_batch = fleets.instances_of(batch.id)?.into_iter().filter(|instance| request.includes(instance));
        instances.extend(of_batch.map(|instance| (index, instance)));
    }
    sort_for_reclaim(&mut instances, |(_, instance)| &instance.instance_id);
    instances.truncate(count as usize);
    let mut positions: BTreeMap<usize, usize> = BTreeMap::new();
    let mut chosen: Vec<(&Batch, Vec<InstanceRow>)> = Vec::new();
    for (index, instance) in instances {
        let position = *positions.entry(index).or_insert_with(|| {
            chosen.push((&batches[index], Vec::new()));
            chosen.len() - 1
        });
        chosen[position].1.push(instance);
    }
    Ok(chosen)
}

fn expire_groups(fleets: &mut impl Fleets) -> Result<bool> {
    let groups = fleets.groups_that_end()?;
    let changed = !groups.is_empty();
    for mut group in groups {
        let mut released = Vec::new();
        if group.request.terminate_instances_with_expiration {
            for batch in fleets.batches_of(&group.id)? {
                let instances = fleets.instances_of(batch.id)?;
                fleets.end(&batch, &instances, EndReason::Released)?;
                released.extend(instances.into_iter().map(|instance| instance.instance_id));
            }
        }
        group.phase = Phase::Expired;
        fleets.save_phase(&group)?;
        let detail = format!("the window is over, {}", passive_sentence(released.len(), "instance", "released"));
        fleets.region(&group.region).record(ActivityKind::Expire, &group.id, detail, &[], &released)?;
    }
    Ok(changed)
}

fn start_groups(fleets: &mut impl Fleets) -> Result<bool> {
    let groups = fleets.groups_that_begin()?;
    let changed = !groups.is_empty();
    for mut group in groups {
        group.phase = Phase::Active;
        fleets.save_phase(&group)?;
        let next_launch_index = group.next_launch_index;
        let minimum = group.request.min_target_capacity.filter(|_| group.request.group_type == GroupType::Instant);
        let region = group.region.clone();
        let group = fleets.prepare_group(group)?;
        replenish(&mut fleets.region(&region), &group, next_launch_index, minimum, ActivityKind::Start)?;
    }
    Ok(changed)
}

/// A group in its window with stopped instances.
struct StoppedGroup {
    create_time: Time,
    id: String,
    capacity: Capacity,
    /// Of its living instances.
    units: BTreeMap<Billing, Decimal>,
    /// Those with stopped instances.
    batches: Vec<Batch>,
}

impl StoppedGroup {
    fn missing_units(&self, billing: Billing) -> Decimal {
        missing_units(&self.capacity, billing, self.units.get(&billing).copied().unwrap_or_default())
    }
}

/// The groups of these stopped batches that are in their window, by creation time and id. Instances of other groups stay
/// stopped: nothing asks for them (W6, G11).
fn groups_with_stopped(fleets: &mut impl Fleets, stopped: Vec<Batch>) -> Result<Vec<StoppedGroup>> {
    let mut by_fleet: BTreeMap<String, Vec<Batch>> = BTreeMap::new();
    for batch in stopped {
        by_fleet.entry(batch.fleet_id.clone()).or_default().push(batch);
    }
    let mut groups = Vec::new();
    for (id, batches) in by_fleet {
        let Some(first) = batches.first() else { continue };
        let fleet = fleets.group(&first.region, &id)?;
        if let Some(fleet) = fleet.filter(|fleet| fleet.phase == Phase::Active) {
            let (create_time, capacity) = (fleet.create_time, fleet.request.capacity);
            groups.push(StoppedGroup { units: fleets.live_units_of(&id)?, create_time, id, capacity, batches });
        }
    }
    groups.order_by(|a, b| (a.create_time, &a.id).cmp(&(b.create_time, &b.id)));
    Ok(groups)
}

/// Stopped instances start again where units are missing, the oldest first, and of one moment the lowest id first, when
/// capacity and price allow; those that this step has stopped do not (W6).
fn restart_instances(fleets: &mut impl Fleets, stopped_now: &BTreeSet<InstanceId>) -> Result<bool> {
    let mut changed = false;
    let stopped = fleets.stopped_batches()?;
    for mut group in groups_with_stopped(fleets, stopped)? {
        let mut instances: Vec<(usize, InstanceRow)> = Vec::new();
        for (index, batch) in group.batches.iter().enumerate() {
            let may_start = |instance: &InstanceRow| {
                instance.state == InstanceRowState::Stopped && !stopped_now.contains(&instance.instance_id)
            };
            let of_batch = fleets.instances_of(batch.id)?.into_iter().filter(may_start);
            instances.extend(of_batch.map(|instance| (index, instance)));
        }
        instances.order_by(|(a, one), (b, other)| {
            let launched = |index: usize| group.batches[index].launch_time;
            (launched(*a), &one.instance_id).cmp(&(launched(*b), &other.instance_id))
        });
        for of_one_batch in instances.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((index, _)) = of_one_batch.first() else { continue };
            let batch = group.batches[*index].clone();
            let candidates: Vec<InstanceRow> = of_one_batch.iter().map(|(_, instance)| instance.clone()).collect();
            let started = restart(fleets, &batch, candidates, group.missing_units(batch.spec.billing))?;
            *group.units.entry(batch.spec.billing).or_default() += batch.spec.weight * Decimal::from(started);
            changed |= started > 0;
        }
    }
    Ok(changed)
}

/// Starts stopped instances of a batch again, as many as are needed and possible; returns how many.
fn restart(fleets: &mut impl Fleets, batch: &Batch, mut stopped: Vec<InstanceRow>, missing: Decimal) -> Result<u32> {
    let Some(pool) = batch.spec.pool() else { return Ok(0) };
    let state = fleets.pool_state(pool, batch.spec.billing)?;
    let quota_room = fleets.region(&batch.region).room_in_quota(batch.spec.billing, batch.spec.vcpus)?;
    let needed = instances_missing(missing, batch.spec.weight);
    stopped.truncate(restartable(&state, batch.spec.price_limit, quota_room).min(needed) as usize);
    if stopped.is_empty() {
        return Ok(0);
    }
    fleets.start(batch, &stopped)?;
    let ids: Vec<InstanceId> = stopped.into_iter().map(|instance| instance.instance_id).collect();
    let detail = format!("{} started again", counted(ids.len(), "instance"));
    fleets.region(&batch.region).record(ActivityKind::Restart, &batch.fleet_id, detail, &ids, &[])?;
    Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX))
}

/// Runs one pass for every group under its capacity. Where no pool could help, a pass would launch nothing, and none is
/// run (G12).
fn replenish_groups(fleets: &mut impl Fleets, groups: &mut GroupCache) -> Result<bool> {
    let mut changed = false;
    for shortfall in fleets.groups_under_capacity()? {
        let Some(group) = groups.get(fleets, &shortfall)? else { continue };
        let mut can_help = false;
        for query in group.helpful_pools(&shortfall) {
            can_help = query.is_met_by(&fleets.pool_state(query.pool, query.billing)?);
            if can_help {
                break;
            }
        }
        if can_help {
            let mut region = fleets.region(&shortfall.region);
            changed |= group.replenish(&mut region, shortfall.next_launch_index)?;
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
    group: Option<Arc<PreparedFleet>>,
}

impl GroupCache {
    /// `None` for a group that was deleted.
    fn get(&mut self, fleets: &mut impl Fleets, shortfall: &Shortfall) -> Result<Option<Arc<PreparedFleet>>> {
        let (revision, resources_removed) = (shortfall.revision, fleets.resources_removed(&shortfall.region)?);
        if let Some(cached) = self.by_id.get(&shortfall.group_id)
            && (cached.revision, cached.resources_removed) == (revision, resources_removed)
        {
            return Ok(cached.group.clone());
        }
        let group = fleets.prepare(shortfall)?;
        let cached = CachedGroup { revision, resources_removed, group: group.clone() };
        self.by_id.insert(shortfall.group_id.clone(), cached);
        Ok(group)
    }
}
