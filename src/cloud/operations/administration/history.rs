//! What happened since a world began, beside the prices of the pools it happened in.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Billing, Time};
use crate::catalogue;
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{
    Activity, DescribeWorldHistoryRequest, FleetHistory, FleetOverview, PoolHistory, PoolPrice, WorldHistory,
};
use crate::cloud::store::Access;
use crate::cloud::world::{BY_HAND, PoolKey, World};
use crate::market::PoolSeries;

impl SimCloud {
    /// Prices and living instances over time, and every activity, without letting the world catch up to any clock.
    pub fn describe_world_history(
        &self,
        request: &DescribeWorldHistoryRequest,
    ) -> Result<WorldHistory, AdministrationError> {
        self.administer(Access::Read, |world| {
            let fleets = world.fleet_overviews()?;
            let activities = world.history(None)?;
            Ok(WorldHistory {
                clock: world.now,
                pools: pools(world, request)?,
                fleets: fleet_histories(&activities, &fleets),
                activities,
            })
        })
    }
}

fn pools(world: &mut World, request: &DescribeWorldHistoryRequest) -> Result<Vec<PoolHistory>, AdministrationError> {
    let mut wanted: BTreeSet<(String, String)> = world.pools_with_instances()?.into_iter().collect();
    if let (Some(zone_id), Some(instance_type)) = (&request.pools.zone_id, &request.pools.instance_type) {
        wanted.insert((zone_id.as_str().to_owned(), instance_type.as_str().to_owned()));
    }
    let in_region = |zone_id: &str| {
        request.region_id.as_ref().is_none_or(|id| catalogue::zone(zone_id).is_some_and(|zone| id == zone.region.id))
    };
    let wanted = wanted.into_iter().filter(|(zone, name)| request.pools.includes(zone, name) && in_region(zone));
    let history = |(zone_id, instance_type): (String, String)| {
        let series = world.pool(PoolKey::named(&zone_id, &instance_type)?);
        let prices = prices(&series, world.now);
        Some(PoolHistory { zone_id: zone_id.into(), instance_type: instance_type.into(), prices })
    };
    Ok(wanted.filter_map(history).collect())
}

fn prices(series: &PoolSeries, until: Time) -> Vec<PoolPrice> {
    let at = |time: Time| PoolPrice {
        time,
        pay_as_you_go: series.price(Billing::PayAsYouGo, time),
        spot: series.price(Billing::Spot, time),
    };
    let mut prices = vec![at(Time::START)];
    let mut hour = Time::START.hour().next();
    while hour.start() <= until {
        let now = at(hour.start());
        let last = prices[prices.len() - 1];
        if (now.pay_as_you_go, now.spot) != (last.pay_as_you_go, last.spot) {
            prices.push(now);
        }
        hour = hour.next();
    }
    prices
}

/// Living instances by fleet, counted along the activities.
fn fleet_histories(activities: &[Activity], fleets: &[FleetOverview]) -> Vec<FleetHistory> {
    let known: BTreeMap<&str, &FleetOverview> = fleets.iter().map(|fleet| (fleet.id.as_str(), fleet)).collect();
    let mut histories: Vec<FleetHistory> = Vec::new();
    for activity in activities.iter().filter(|activity| activity.resource_id != BY_HAND) {
        let index = histories.iter().position(|history| history.id == activity.resource_id).unwrap_or_else(|| {
            let fleet = known.get(activity.resource_id.as_str());
            histories.push(FleetHistory {
                id: activity.resource_id.clone(),
                name: fleet.and_then(|fleet| fleet.name.clone()),
                target_capacity: fleet.map(|fleet| fleet.target_capacity),
                instances: Vec::new(),
            });
            histories.len() - 1
        });
        let instances = &mut histories[index].instances;
        let before = instances.last().map_or(0, |(_, count)| *count);
        let count = |ids: &[_]| u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let now = (before + count(&activity.created)).saturating_sub(count(&activity.destroyed));
        match instances.last_mut() {
            Some((time, last)) if *time == activity.time => *last = now,
            Some((_, last)) if *last == now => {}
            _ => instances.push((activity.time, now)),
        }
    }
    histories
}
