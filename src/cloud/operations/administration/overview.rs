//! All of a world at one moment: what exists in every region, and the market of one.

use std::collections::BTreeSet;

use crate::base::Billing;
use crate::catalogue::{self, InstanceType, Zone};
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{DescribeWorldRequest, PoolOverview, PoolSide, WorldOverview};
use crate::cloud::store::Access;
use crate::cloud::world::{PoolKey, World};

impl SimCloud {
    /// Looks at the world as it is, without letting it catch up to any clock.
    pub fn describe_world(&self, request: &DescribeWorldRequest) -> Result<WorldOverview, AdministrationError> {
        self.administer(Access::Read, |world| {
            Ok(WorldOverview {
                clock: world.now,
                pools: pools(world, request)?,
                fleets: world.fleet_overviews()?,
                resources: world.resource_overviews()?,
                market_changes: world.market.changes().iter().filter(|change| change.is_in_force()).cloned().collect(),
            })
        })
    }
}

fn pools(world: &mut World, request: &DescribeWorldRequest) -> Result<Vec<PoolOverview>, AdministrationError> {
    let in_use = world.pools_in_use()?;
    let used: BTreeSet<PoolKey> = in_use.keys().map(|(pool, _)| *pool).collect();
    let mut pools = Vec::new();
    for zone in catalogue::zones() {
        for instance_type in catalogue::instance_types() {
            let pool = PoolKey::of(zone, instance_type);
            let is_in_use = used.contains(&pool);
            let is_sold = || zone.region.id == world.region.as_str() && sold(world, zone, instance_type);
            if request.pools.includes(zone.id, instance_type.name) && (is_in_use || is_sold()) {
                let count = |billing| in_use.get(&(pool, billing)).copied().unwrap_or(0);
                pools.push(overview(world, zone, instance_type, count));
            }
        }
    }
    pools.sort_by(|one, other| (&one.zone_id, &one.instance_type).cmp(&(&other.zone_id, &other.instance_type)));
    Ok(pools)
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
