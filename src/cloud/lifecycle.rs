//! What one step of time does to instances and groups, in the order of W5.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::error::CloudError;
use super::model::{CreateAutoProvisioningGroupRequest, GroupType};
use super::operations::group::replenish::{EligiblePool, PreparedGroup, replenish};
use super::time::first_step;
use super::world::{Batch, EndReason, InstanceRow, Phase, PoolKey, Shortfall, StoredState, World};
use crate::base::clock::Span;
use crate::base::wording::{counted, happened, was};
use crate::base::{Billing, Decimal, InstanceId, RegionId, Time};
use crate::market::scenario::{EventKind, Selector};
use crate::market::{PoolSeries, Scenario};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The service's protected period: so long the market leaves a spot instance alone (W6).
const PROTECTED: Span = Span::HOUR;

/// Does one step; returns whether it changed anything.
pub(super) fn step(world: &mut World, now: Time, outlook: &StepFilter, groups: &mut GroupCache) -> Result<bool> {
    let mut changed = events(world, now)?;
    changed |= market_reclaims(world, now, outlook)?;
    changed |= expiry(world)?;
    changed |= scheduled_starts(world)?;
    changed |= restarts(world)?;
    changed |= replenishment(world, groups)?;
    Ok(changed)
}

/// What decides whether a step can change anything, read once for many steps.
pub(super) struct StepFilter {
    pools: Vec<TrackedPool>,
    /// Of living instances.
    lowest_price_limits: BTreeMap<PoolKey, Decimal>,
    /// Per group that lacks capacity or per stopped batch: pools with the billing, any of which could help.
    wanting: Vec<Vec<PoolQuery>>,
    /// When the window of some group begins or ends.
    windows: Option<Time>,
    any_instances: bool,
}

/// Which watched pool, in which billing, up to which price.
type PoolQuery = (usize, Billing, Option<Decimal>);

struct TrackedPool {
    series: Rc<PoolSeries>,
    pay_as_you_go_in_use: u32,
    spot_in_use: u32,
    /// The lowest price limit of a living instance.
    lowest_limit: Option<Decimal>,
}

impl StepFilter {
    pub(super) fn of(world: &mut World, groups: &mut GroupCache) -> Result<Self> {
        let mut watched = TrackedPools::default();
        let in_use = world.pools_in_use()?;
        for ((pool, billing), count) in &in_use {
            let pool = watched.pool(world, *pool);
            match billing {
                Billing::PayAsYouGo => watched.pools[pool].pay_as_you_go_in_use = *count,
                Billing::Spot => watched.pools[pool].spot_in_use = *count,
            }
        }
        let lowest_price_limits = world.lowest_price_limits()?;
        for (pool, limit) in &lowest_price_limits {
            let pool = watched.pool(world, *pool);
            watched.pools[pool].lowest_limit = Some(*limit);
        }
        let mut wanting: Vec<Vec<PoolQuery>> = Vec::new();
        for batch in world.stopped_batches()? {
            let pool = batch.spec.pool().map(|pool| watched.pool(world, pool));
            wanting.push(pool.into_iter().map(|pool| (pool, batch.spec.billing, batch.spec.price_limit)).collect());
        }
        for shortfall in world.groups_under_capacity()? {
            let Some(group) = groups.of(world, &shortfall)? else { continue };
            let helpful = group.pools.iter().filter(|helpful| shortfall.is_in(helpful.billing));
            let watched = helpful.map(|helpful| (watched.pool(world, helpful.pool), helpful.billing, helpful.ceiling));
            wanting.push(watched.collect());
        }
        let windows = world.next_window()?;
        wanting.retain(|pools| !pools.is_empty());
        wanting.sort_unstable();
        wanting.dedup();
        Ok(Self { pools: watched.pools, lowest_price_limits, wanting, windows, any_instances: !in_use.is_empty() })
    }

    /// Whether the step may change anything; says yes rather once too often.
    pub(super) fn may_change(&self, scenario: &Scenario, step: Time) -> bool {
        self.windows.is_some_and(|at| at <= step)
            || self.any_instances && due(scenario, step).next().is_some()
            || self.pools.iter().any(|pool| pool.may_reclaim(step))
            || self.wanting.iter().any(|pools| {
                pools.iter().any(|(pool, billing, ceiling)| self.pools[*pool].helps(*billing, *ceiling, step))
            })
    }
}

impl TrackedPool {
    fn may_reclaim(&self, step: Time) -> bool {
        self.spot_in_use > 0
            && (self.series.supply(Billing::Spot, step) < self.spot_in_use
                || self.lowest_limit.is_some_and(|limit| self.series.price(Billing::Spot, step) > limit))
    }

    fn helps(&self, billing: Billing, ceiling: Option<Decimal>, step: Time) -> bool {
        let in_use = match billing {
            Billing::PayAsYouGo => self.pay_as_you_go_in_use,
            Billing::Spot => self.spot_in_use,
        };
        self.series.supply(billing, step) > in_use
            && ceiling.is_none_or(|ceiling| self.series.price(billing, step) <= ceiling)
    }
}

#[derive(Default)]
struct TrackedPools {
    indexes: BTreeMap<PoolKey, usize>,
    pools: Vec<TrackedPool>,
}

impl TrackedPools {
    fn pool(&mut self, world: &World, pool: PoolKey) -> usize {
        *self.indexes.entry(pool).or_insert_with(|| {
            let series = world.pool(pool);
            self.pools.push(TrackedPool { series, pay_as_you_go_in_use: 0, spot_in_use: 0, lowest_limit: None });
            self.pools.len() - 1
        })
    }
}

/// Reclaim and terminate events whose time this step is; price and stock events are the market's.
fn due(scenario: &Scenario, step: Time) -> impl Iterator<Item = &EventKind> {
    let first = step == first_step(scenario);
    let mut due: Vec<_> = scenario
        .events
        .iter()
        .filter(|event| matches!(event.what, EventKind::ReclaimSpot { .. } | EventKind::TerminateInstances { .. }))
        .filter(|event| {
            let at = Time::START.plus(event.at);
            at == step || first && at == Time::START
        })
        .collect();
    due.sort_by_key(|event| event.at);
    due.into_iter().map(|event| &event.what)
}

fn events(world: &mut World, now: Time) -> Result<bool> {
    let mut changed = false;
    for event in due(world.market.scenario(), now) {
        let lost = match event {
            EventKind::ReclaimSpot { pools, count } => {
                let batches = youngest_first(world, pools, &[Billing::Spot], *count)?;
                take(world, &batches, *count, "ReclaimSpot")?
            }
            EventKind::TerminateInstances { pools, count } => {
                let batches = youngest_first(world, pools, &[Billing::PayAsYouGo, Billing::Spot], *count)?;
                take(world, &batches, *count, "TerminateInstances")?
            }
            EventKind::Stock(_) | EventKind::Prices(_) => 0,
        };
        changed |= lost > 0;
    }
    Ok(changed)
}

/// Takes living spot instances back at once, the youngest first; returns how many.
pub(super) fn reclaim(
    world: &mut World,
    pools: &Selector,
    region: Option<&RegionId>,
    count: Option<u32>,
    kind: &str,
) -> Result<u32> {
    // Of one region there may be fewer among the youngest of all.
    let enough = count.filter(|_| region.is_none());
    let mut batches = youngest_first(world, pools, &[Billing::Spot], enough)?;
    batches.retain(|batch| region.is_none_or(|region| batch.region == *region));
    take(world, &batches, count, kind)
}

/// The youngest batches of all pools that are meant, enough of them for `count` instances.
fn youngest_first(
    world: &mut World,
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

/// The market takes back what is above its limit or beyond its supply, but nothing in its first hour (W6).
fn market_reclaims(world: &mut World, now: Time, outlook: &StepFilter) -> Result<bool> {
    let mut changed = false;
    for ((pool, _), in_use) in world.pools_in_use()?.into_iter().filter(|((_, billing), _)| *billing == Billing::Spot) {
        let series = world.pool(pool);
        let (supply, price) = (series.supply(Billing::Spot, now), series.price(Billing::Spot, now));
        let too_dear = outlook.lowest_price_limits.get(&pool).is_some_and(|limit| price > *limit);
        if supply >= in_use && !too_dear {
            continue;
        }
        let protected_since = now.minus(PROTECTED);
        let mut taken = 0;
        if too_dear {
            let mut limited = world.limited_batches_youngest_first(pool, protected_since)?;
            limited.retain(|batch| batch.spec.price_limit.is_some_and(|limit| price > limit));
            taken += take(world, &limited, None, "SpotPriceAboveLimit")?;
        }
        let excess = in_use.saturating_sub(taken).saturating_sub(supply);
        let youngest = world.live_batches_youngest_first(pool, Billing::Spot, protected_since, Some(excess))?;
        taken += take(world, &youngest, Some(excess), "SpotStockReclaimed")?;
        changed |= taken > 0;
    }
    Ok(changed)
}

/// Takes at most `count` living instances, batch by batch as they come, in each the last launched first.
fn take(world: &mut World, batches: &[Batch], count: Option<u32>, kind: &str) -> Result<u32> {
    let mut left = count.unwrap_or(u32::MAX);
    let mut taken = 0;
    let mut fleets = BTreeSet::new();
    for batch in batches {
        if left == 0 {
            break;
        }
        world.region = batch.region.clone();
        let instances = world.instances_of(batch.id)?;
        let living = instances.into_iter().rev().filter(|instance| instance.state == StoredState::Live);
        let chosen: Vec<InstanceRow> = living.take(left as usize).collect();
        let stops = batch.spec.stops_on_reclaim && kind != "TerminateInstances";
        world.end(batch, &chosen, if stops { EndReason::Stopped } else { EndReason::Lost })?;
        let ids: Vec<InstanceId> = chosen.iter().map(|instance| instance.instance_id.clone()).collect();
        let verb = if stops { "stopped" } else { "terminated" };
        let (instances, were) = (counted(ids.len(), "instance"), was(ids.len()));
        let detail = format!("{instances} of `{}` in `{}` {were} {verb}", batch.spec.instance_type, batch.spec.zone_id);
        world.record(kind, &batch.fleet_id, detail, &[], &ids)?;
        fleets.insert(batch.fleet_id.as_str());
        let chosen = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
        left -= chosen;
        taken += chosen;
    }
    for fleet_id in fleets {
        world.release_token_of_empty_reservation(fleet_id)?;
    }
    Ok(taken)
}

fn expiry(world: &mut World) -> Result<bool> {
    let mut changed = false;
    for mut group in world.groups_that_end::<CreateAutoProvisioningGroupRequest>()? {
        world.region = group.region.clone();
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
        world.record("Expire", &group.id, detail, &[], &released)?;
        changed = true;
    }
    Ok(changed)
}

fn scheduled_starts(world: &mut World) -> Result<bool> {
    let groups = world.groups_that_begin::<CreateAutoProvisioningGroupRequest>()?;
    let changed = !groups.is_empty();
    for mut group in groups {
        group.phase = Phase::Active;
        world.region = group.region.clone();
        world.save_fleet(&group)?;
        let next_launch_index = group.next_launch_index;
        let minimum = group.request.min_target_capacity.filter(|_| group.request.group_type == GroupType::Instant);
        let group = PreparedGroup::of(world, group)?;
        replenish(world, &group, next_launch_index, minimum, "Start")?;
    }
    Ok(changed)
}

/// Stopped instances start again when capacity and price allow (W6).
fn restarts(world: &mut World) -> Result<bool> {
    let mut changed = false;
    for batch in world.stopped_batches()? {
        let Some(pool) = batch.spec.pool() else { continue };
        let price = world.price(pool, batch.spec.billing);
        if batch.spec.price_limit.is_some_and(|limit| price > limit) {
            continue;
        }
        world.region = batch.region.clone();
        let stock = world.free_stock(pool, batch.spec.billing)?;
        let room = stock.min(world.room_in_quota(batch.spec.billing, batch.spec.vcpus)?);
        let stopped =
            world.instances_of(batch.id)?.into_iter().filter(|instance| instance.state == StoredState::Stopped);
        let chosen: Vec<InstanceRow> = stopped.take(room as usize).collect();
        if !chosen.is_empty() {
            world.start(&batch, &chosen)?;
            let ids: Vec<InstanceId> = chosen.into_iter().map(|instance| instance.instance_id).collect();
            world.record(
                "Restart",
                &batch.fleet_id,
                format!("{} started again", counted(ids.len(), "instance")),
                &ids,
                &[],
            )?;
            changed = true;
        }
    }
    Ok(changed)
}

/// One pass for every group that keeps its capacity and lacks some (G12). Where no pool could help, a pass would launch
/// nothing, and is not run.
fn replenishment(world: &mut World, groups: &mut GroupCache) -> Result<bool> {
    let mut changed = false;
    for shortfall in world.groups_under_capacity()? {
        let Some(group) = groups.of(world, &shortfall)? else { continue };
        let mut helped = false;
        for EligiblePool { pool, billing, ceiling } in &group.pools {
            helped = shortfall.is_in(*billing)
                && ceiling.is_none_or(|ceiling| world.price(*pool, *billing) <= ceiling)
                && world.free_stock(*pool, *billing)? > 0;
            if helped {
                break;
            }
        }
        if helped {
            changed |= replenish(world, &group, shortfall.next_launch_index, None, "Replenish")?;
        }
    }
    Ok(changed)
}

/// Groups that lack capacity, read and made ready once for many steps.
#[derive(Default)]
pub(super) struct GroupCache {
    by_id: BTreeMap<String, Known>,
}

struct Known {
    /// Another request is another group, and a vSwitch that is gone is no place to launch in.
    revision: i64,
    resources_removed: i64,
    group: Option<Rc<PreparedGroup>>,
}

impl GroupCache {
    /// The group, whose region's turn it is from now on; `None` for one that is gone.
    fn of(&mut self, world: &mut World, shortfall: &Shortfall) -> Result<Option<Rc<PreparedGroup>>> {
        world.region = shortfall.region.clone();
        let (revision, resources_removed) = (shortfall.revision, world.resources_removed()?);
        if let Some(known) = self.by_id.get(&shortfall.group_id)
            && (known.revision, known.resources_removed) == (revision, resources_removed)
        {
            return Ok(known.group.clone());
        }
        let fleet = world.fleet::<CreateAutoProvisioningGroupRequest>(&shortfall.group_id)?;
        let group = fleet.map(|fleet| PreparedGroup::of(world, fleet)).transpose()?.map(Rc::new);
        self.by_id.insert(shortfall.group_id.clone(), Known { revision, resources_removed, group: group.clone() });
        Ok(group)
    }
}
