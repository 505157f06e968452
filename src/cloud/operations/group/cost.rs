//! The cheapest fleet that would deliver what a group delivers (G8).

use super::candidate::Candidate;
use super::plan::{Pass, pool_if_it_takes_part};
use crate::alloc::{Pool, cheapest_cost};
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::world::{Batch, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Of at least the units delivered, billing by billing, the group's own instances counted as free stock, after the
/// passes were launched.
pub(super) fn optimal_hourly_cost(
    world: &mut World,
    owner_id: &str,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    passes: &[Pass],
) -> Result<Decimal> {
    let own = world.batches_of(owner_id)?;
    let mut cost = Decimal::ZERO;
    for billing in [Billing::PayAsYouGo, Billing::Spot] {
        let own: Vec<&Batch> = own.iter().filter(|batch| batch.of.billing == billing && batch.live > 0).collect();
        let units: Decimal = own.iter().map(|batch| batch.units()).sum();
        if units.is_zero() {
            continue;
        }
        let mut pools = match passes.iter().find(|pass| pass.billing == billing) {
            Some(pass) => pass.pools.clone(),
            None => pools_that_take_part(world, request, candidates, billing)?,
        };
        for batch in &own {
            add_own(world, &mut pools, batch);
        }
        let held = || own.iter().map(|batch| batch.of.hourly_price * Decimal::from(batch.live)).sum();
        cost += cheapest_cost(&pools, units).unwrap_or_else(held);
    }
    Ok(cost)
}

fn pools_that_take_part(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    billing: Billing,
) -> Result<Vec<Pool>> {
    let mut pools = Vec::new();
    for candidate in candidates {
        pools.extend(pool_if_it_takes_part(world, request, candidate, billing)?);
    }
    Ok(pools)
}

/// What the group holds is free to it; a pool that takes no part any more has just that.
fn add_own(world: &World, pools: &mut Vec<Pool>, batch: &Batch) {
    let same = |pool: &&mut Pool| {
        pool.zone_id == batch.of.zone_id
            && pool.instance_type == batch.of.instance_type
            && pool.weight == batch.of.weight
    };
    if let Some(pool) = pools.iter_mut().find(same) {
        pool.stock += batch.live;
        return;
    }
    pools.push(Pool {
        price: world.price(batch.of.zone_id.as_str(), batch.of.instance_type.as_str(), batch.of.billing),
        zone_id: batch.of.zone_id.clone(),
        instance_type: batch.of.instance_type.clone(),
        weight: batch.of.weight,
        priority: None,
        stock: batch.live,
        vswitch: 0,
        vcpus: batch.of.vcpus,
    });
}
