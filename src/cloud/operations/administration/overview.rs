//! All of a world at one moment: what exists in every region, and the market of some.

use std::collections::BTreeSet;

use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::base::{Billing, RegionId};
use crate::catalogue::{self, InstanceType, Zone};
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{DescribeWorldRequest, FleetOverview, PoolOverview, PoolScope, PoolSide, WorldOverview};
use crate::cloud::provisioning::fleet_pools::fleet_pools;
use crate::cloud::store::Access;
use crate::cloud::world::{PoolKey, World};

impl SimCloud {
    /// Looks at the world as it is, without letting it catch up to any clock.
    pub fn describe_world(&self, request: &DescribeWorldRequest) -> Result<WorldOverview, AdministrationError> {
        self.administer(Access::Read, |world| world_overview(world, request))
    }
}

pub(super) fn world_overview(
    world: &mut World,
    request: &DescribeWorldRequest,
) -> Result<WorldOverview, AdministrationError> {
    let mut fleets = world.fleet_overviews()?;
    for fleet in &mut fleets {
        let region = fleet.region_id.clone();
        fleet.pools = fleet_pools(&mut world.in_region(&region), fleet)?;
    }
    let regions = regions(world, &request.scope, &fleets);
    let (pools, more_pools) = pools(world, request, &regions, &fleets)?;
    Ok(WorldOverview {
        clock: world.now,
        pools,
        regions: regions.into_iter().collect(),
        more_pools,
        fleets,
        resources: world.resource_overviews()?,
        market_changes: world.market.changes().iter().filter(|change| change.is_in_force()).cloned().collect(),
    })
}

/// The regions whose pools are shown or counted.
fn regions(world: &World, scope: &PoolScope, fleets: &[FleetOverview]) -> BTreeSet<RegionId> {
    let own = world.region.clone();
    let mut regions: BTreeSet<RegionId> = match scope {
        PoolScope::Of(region) => return [region.clone()].into_iter().into_set(),
        PoolScope::Region => return [own].into_iter().into_set(),
        PoolScope::RegionsOfFleets | PoolScope::Fleets | PoolScope::Everything => {
            fleets.iter().map(|fleet| fleet.region_id.clone()).into_set()
        }
    };
    if regions.is_empty() || *scope == PoolScope::Everything {
        regions.insert(own);
    }
    regions
}

/// The pools to show, by zone and type, and how many more the regions sell.
fn pools(
    world: &mut World,
    request: &DescribeWorldRequest,
    regions: &BTreeSet<RegionId>,
    fleets: &[FleetOverview],
) -> Result<(Vec<PoolOverview>, u32), AdministrationError> {
    let in_use = world.pools_in_use()?;
    let used: BTreeSet<PoolKey> = in_use.keys().map(|(pool, _)| *pool).into_set();
    let of_fleets: BTreeSet<PoolKey> = fleets
        .iter()
        .flat_map(|fleet| &fleet.pools)
        .filter_map(|pool| PoolKey::named(pool.zone_id.as_str(), pool.instance_type.as_str()))
        .into_set();
    let (mut pools, mut more) = (Vec::new(), 0);
    for zone in catalogue::zones() {
        let is_of_regions = regions.iter().any(|region| region == zone.region.id);
        for instance_type in catalogue::instance_types() {
            let pool = PoolKey::of(zone, instance_type);
            if !request.pools.includes(zone.id, instance_type.name) {
                continue;
            }
            let is_sold = || is_of_regions && sold(world, zone, instance_type);
            let is_shown = match request.scope {
                _ if used.contains(&pool) => true,
                PoolScope::Fleets => of_fleets.contains(&pool),
                PoolScope::Region | PoolScope::Of(_) | PoolScope::RegionsOfFleets | PoolScope::Everything => is_sold(),
            };
            if is_shown {
                let count = |billing| in_use.get(&(pool, billing)).copied().unwrap_or(0);
                pools.push(overview(world, zone, instance_type, count));
            } else if is_sold() {
                more += 1;
            }
        }
    }
    pools.order_by(|one, other| (&one.zone_id, &one.instance_type).cmp(&(&other.zone_id, &other.instance_type)));
    Ok((pools, more))
}

fn sold(world: &World, zone: &Zone, instance_type: &InstanceType) -> bool {
    world.market.offer(zone.id, instance_type.name).is_some_and(|offer| offer.is_on_sale())
}

fn overview(world: &World, zone: &Zone, instance_type: &InstanceType, in_use: impl Fn(Billing) -> u32) -> PoolOverview {
    let pool = PoolKey::of(zone, instance_type);
    let side = |billing| PoolSide {
        supply: world.pool(pool).supply(billing, world.now),
        in_use: in_use(billing),
        hourly_price: world.price(pool, billing),
    };
    PoolOverview {
        region_id: zone.region.id.into(),
        zone_id: zone.id.into(),
        instance_type: instance_type.name.into(),
        pay_as_you_go: side(Billing::PayAsYouGo),
        spot: side(Billing::Spot),
    }
}
