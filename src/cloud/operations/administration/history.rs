//! What happened since a world began, beside the prices of the pools it happened in.

use std::collections::{BTreeMap, BTreeSet};

use super::super::describe::costs::{Usage, costs};
use crate::base::collect::IntoOrdered;
use crate::base::money::rounded_units;
use crate::base::step_function::value_at;
use crate::base::{Billing, Decimal, Time};
use crate::catalogue;
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{
    Activity, Costs, DescribeCostsRequest, DescribeWorldHistoryRequest, FleetHistory, PoolHistory, PoolPrice,
    WorldHistory,
};
use crate::cloud::store::Access;
use crate::cloud::world::{PoolKey, UsagePeriod, World, add_instance_facts};
use crate::market::{PoolSeries, PriceSteps};

impl SimCloud {
    /// Prices and living instances over time, and every activity, without letting the world catch up to any clock.
    pub fn describe_world_history(
        &self,
        request: &DescribeWorldHistoryRequest,
    ) -> Result<WorldHistory, AdministrationError> {
        self.administer(Access::Read, |world| {
            let usage = Usage::read(world)?;
            let costs = costs(world, &usage, &DescribeCostsRequest::default())?;
            world_history(world, request, &usage, &costs)
        })
    }
}

pub(super) fn world_history(
    world: &mut World,
    request: &DescribeWorldHistoryRequest,
    usage: &Usage,
    costs: &Costs,
) -> Result<WorldHistory, AdministrationError> {
    let mut activities = world.history(None)?;
    add_instance_facts(&mut activities, &world.instance_events()?);
    Ok(WorldHistory {
        clock: world.now,
        pools: pools(world, request, usage)?,
        fleets: fleet_histories(world, &activities, usage, costs)?,
        cost: costs.total,
        activities,
    })
}

fn pools(
    world: &mut World,
    request: &DescribeWorldHistoryRequest,
    usage: &Usage,
) -> Result<Vec<PoolHistory>, AdministrationError> {
    let used = usage.periods.iter().map(|period| (period.zone_id.to_string(), period.instance_type.to_string()));
    let mut wanted: BTreeSet<(String, String)> = used.chain(world.pools_with_instances()?).into_set();
    if let (Some(zone_id), Some(instance_type)) = (&request.pools.zone_id, &request.pools.instance_type) {
        wanted.insert((zone_id.as_str().to_owned(), instance_type.as_str().to_owned()));
    }
    let in_region = |zone_id: &str| {
        request.region_id.as_ref().is_none_or(|id| catalogue::zone(zone_id).is_some_and(|zone| id == zone.region.id))
    };
    let wanted = wanted.into_iter().filter(|(zone, name)| request.pools.includes(zone, name) && in_region(zone));
    let history = |(zone_id, instance_type): (String, String)| {
        let series = world.pool(PoolKey::named(&zone_id, &instance_type)?);
        let prices = prices(world, &series);
        let free_spot = free_spot(&series, world.now, &spot_use(usage, &zone_id, &instance_type));
        let market_events = world.market.pool_events(&zone_id, &instance_type, world.now);
        let (zone_id, instance_type) = (zone_id.into(), instance_type.into());
        Some(PoolHistory { zone_id, instance_type, prices, free_spot, market_events })
    };
    Ok(wanted.filter_map(history).collect())
}

/// From the start of the world to now, one entry per change.
fn prices(world: &World, series: &PoolSeries) -> Vec<PoolPrice> {
    let steps = |billing| {
        PriceSteps::new(series, billing, world.market.change_times(), Time::START, world.now).steps().to_vec()
    };
    let times: BTreeSet<Time> =
        [Billing::PayAsYouGo, Billing::Spot].into_iter().flat_map(steps).map(|(time, _)| time).into_set();
    let at = |time: Time| PoolPrice {
        time,
        pay_as_you_go: series.price(Billing::PayAsYouGo, time),
        spot: series.price(Billing::Spot, time),
    };
    times.into_iter().map(at).collect()
}

/// How many spot instances of a pool are in use from a moment on.
fn spot_use(usage: &Usage, zone_id: &str, instance_type: &str) -> Vec<(Time, i64)> {
    let of_pool = usage.periods.iter().filter(|period| {
        period.billing == Billing::Spot
            && period.zone_id.as_str() == zone_id
            && period.instance_type.as_str() == instance_type
    });
    running_sum(of_pool.flat_map(|period| changes(period, 1)))
}

fn free_spot(series: &PoolSeries, now: Time, in_use: &[(Time, i64)]) -> Vec<(Time, u32)> {
    let mut times: BTreeSet<Time> = in_use.iter().map(|(time, _)| *time).into_set();
    let mut hour = Time::START.hour();
    while hour.start() <= now {
        times.insert(hour.start());
        hour = hour.next();
    }
    let mut free: Vec<(Time, u32)> = Vec::new();
    for time in times {
        let used = value_at(in_use, time).unwrap_or(0);
        let supply = i64::from(series.supply(Billing::Spot, time));
        let count = u32::try_from((supply - used).max(0)).unwrap_or(u32::MAX);
        if free.last().is_none_or(|(_, last)| *last != count) {
            free.push((time, count));
        }
    }
    free
}

/// What a period adds when it begins and takes away when it ends.
fn changes<T: std::ops::Neg<Output = T> + Copy>(period: &UsagePeriod, amount: T) -> impl Iterator<Item = (Time, T)> {
    [Some((period.begin, amount)), period.end.map(|end| (end, -amount))].into_iter().flatten()
}

/// The sum of changes up to each moment at which there is one, one entry per moment that changed it.
fn running_sum<T>(changes: impl Iterator<Item = (Time, T)>) -> Vec<(Time, T)>
where
    T: Copy + Default + PartialEq + std::ops::AddAssign,
{
    let mut by_time: BTreeMap<Time, T> = BTreeMap::new();
    for (time, change) in changes {
        *by_time.entry(time).or_default() += change;
    }
    let mut sum = T::default();
    let mut steps: Vec<(Time, T)> = Vec::new();
    for (time, change) in by_time {
        sum += change;
        if steps.last().is_none_or(|(_, last)| *last != sum) {
            steps.push((time, sum));
        }
    }
    steps
}

/// Every fleet that there is or was, by creation.
fn fleet_histories(
    world: &mut World,
    activities: &[Activity],
    usage: &Usage,
    costs: &Costs,
) -> Result<Vec<FleetHistory>, AdministrationError> {
    let targets = world.fleet_targets()?;
    let present: BTreeMap<String, u32> =
        world.fleet_overviews()?.into_iter().map(|fleet| (fleet.id, fleet.target_capacity)).into_map();
    let mut periods: BTreeMap<&str, Vec<&UsagePeriod>> = BTreeMap::new();
    for period in &usage.periods {
        periods.entry(&period.fleet_id).or_default().push(period);
    }
    let cost: BTreeMap<&str, _> = costs.fleets.iter().map(|line| (line.id.as_str(), line.cost)).into_map();
    let mut histories = Vec::new();
    for (id, fleet) in &usage.fleets {
        let periods = periods.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let instances = running_sum(periods.iter().flat_map(|period| changes(period, 1_i64)));
        let units = running_sum(periods.iter().flat_map(|period| changes(period, period.weight)));
        let of_fleet = || activities.iter().filter(|activity| activity.resource_id == *id);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let lost = of_fleet().filter(|activity| activity.kind.takes_instances());
        let first = periods.iter().map(|period| period.begin).min();
        let replaced = of_fleet()
            .filter(|activity| !activity.created.is_empty() && Some(activity.time) > first)
            .map(|activity| (activity.time, count(activity.created.len())));
        histories.push(FleetHistory {
            id: id.clone(),
            kind: fleet.kind.clone(),
            name: fleet.name.clone(),
            target_capacity: present.get(id).copied(),
            targets: targets.get(id).cloned().unwrap_or_default(),
            instances: instances.into_iter().map(|(time, sum)| (time, u32::try_from(sum).unwrap_or(0))).collect(),
            units: units.into_iter().map(|(time, sum): (Time, Decimal)| (time, rounded_units(sum))).collect(),
            lost: lost.map(|activity| (activity.time, count(activity.destroyed.len()))).collect(),
            replaced: replaced.collect(),
            cost: cost.get(id.as_str()).copied().unwrap_or_default(),
        });
    }
    histories.sort_by_cached_key(|history| {
        let wanted = history.targets.first().map(|(time, _)| *time);
        let launched = history.instances.first().map(|(time, _)| *time);
        (wanted.into_iter().chain(launched).min(), history.id.clone())
    });
    Ok(histories)
}
