//! The pools that a fleet uses, and those that it could launch from.

use super::candidate::candidates;
use super::replenish::{pools, unless_refused};
use super::scaling::launch_request;
use crate::base::Billing;
use crate::base::order::Order;
use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, FleetOverview, RunInstancesRequest, UsablePool};
use crate::cloud::world::{Batch, FleetRequest, ScalingFleetRequest, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Those in use first, the ones with most instances before the others; then the rest in the order of the request. A fleet
/// that launches no more has those in use alone.
pub(crate) fn fleet_pools(world: &mut World, fleet: &FleetOverview) -> Result<Vec<UsablePool>> {
    let mut found = in_use(&world.batches_of(&fleet.id)?);
    let could_use = match fleet.kind.as_str() {
        _ if !matches!(fleet.status.as_str(), "active" | "submitted") => Vec::new(),
        CreateAutoProvisioningGroupRequest::KIND => of_group(world, &fleet.id)?,
        ScalingFleetRequest::KIND => of_scaling_group(world, &fleet.id)?,
        RunInstancesRequest::KIND => of_reservation(world, &fleet.id)?,
        _ => Vec::new(),
    };
    for pool in could_use {
        match found.iter_mut().find(|known| known.is_same_pool(&pool)) {
            Some(known) => known.ceiling = pool.ceiling,
            None => found.push(pool),
        }
    }
    Ok(found)
}

fn in_use(batches: &[Batch]) -> Vec<UsablePool> {
    let mut found: Vec<UsablePool> = Vec::new();
    for batch in batches.iter().filter(|batch| batch.live > 0) {
        let pool = UsablePool {
            zone_id: batch.spec.zone_id.clone(),
            instance_type: batch.spec.instance_type.clone(),
            billing: batch.spec.billing,
            ceiling: batch.spec.price_limit,
            instances: batch.live,
        };
        match found.iter_mut().find(|known| known.is_same_pool(&pool)) {
            Some(known) => known.instances += pool.instances,
            None => found.push(pool),
        }
    }
    found.order_by(|a, b| {
        let name = |of: &UsablePool| (of.zone_id.clone(), of.instance_type.clone());
        b.instances.cmp(&a.instances).then_with(|| name(a).cmp(&name(b)))
    });
    found
}

fn of_group(world: &mut World, id: &str) -> Result<Vec<UsablePool>> {
    let Some(fleet) = world.fleet::<CreateAutoProvisioningGroupRequest>(id)? else { return Ok(Vec::new()) };
    let wants = |billing| fleet.request.capacity.target(billing) > 0;
    of_request(world, &fleet.request, wants)
}

fn of_scaling_group(world: &mut World, id: &str) -> Result<Vec<UsablePool>> {
    let Some(fleet) = world.fleet::<ScalingFleetRequest>(id)? else { return Ok(Vec::new()) };
    let request = launch_request(world, &fleet.request).unwrap_or_default();
    of_request(world, &request, |billing| fleet.request.target(billing) > 0)
}

fn of_request(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    wants: impl Fn(Billing) -> bool,
) -> Result<Vec<UsablePool>> {
    let candidates = unless_refused(candidates(world, request))?.unwrap_or_default();
    let wanted = pools(request, &candidates).into_iter().filter(|query| wants(query.billing));
    let pool = wanted.map(|query| UsablePool {
        zone_id: query.pool.zone_id.into(),
        instance_type: query.pool.instance_type.into(),
        billing: query.billing,
        ceiling: query.ceiling,
        instances: 0,
    });
    Ok(pool.collect())
}

fn of_reservation(world: &mut World, id: &str) -> Result<Vec<UsablePool>> {
    let Some(fleet) = world.fleet::<RunInstancesRequest>(id)? else { return Ok(Vec::new()) };
    let placement = fleet.outcome.placement.into_iter().map(|placement| UsablePool {
        zone_id: placement.zone_id,
        instance_type: placement.instance_type,
        billing: fleet.request.spot_strategy.billing(),
        ceiling: fleet.request.spot_price_limit,
        instances: 0,
    });
    Ok(placement.collect())
}
