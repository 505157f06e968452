//! Passes that the passing of time runs: scheduled starts and replenishment (W5, G12).

use super::candidate::{Candidate, candidates};
use super::change::launch;
use super::cost::optimal_hourly_cost;
use super::create::check_limits;
use super::describe::live_units;
use super::modify::delivered;
use super::plan::{plan, price_limit};
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::world::{Batch, Owner, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// One pass per billing for what is missing; returns whether anything was launched. The rows of the group stay those
/// of the latest pass that an apply ran (G6).
pub(in crate::cloud) fn replenish(
    world: &mut World,
    owner: &mut Owner<CreateAutoProvisioningGroupRequest>,
    kind: &str,
) -> Result<bool> {
    let request = owner.request.clone();
    let candidates = pools_that_remain(world, &request)?;
    let batches = world.batches_of(&owner.id)?;
    let passes = plan(world, &request, &candidates, |billing| lacking(&request, &batches, billing))?;
    let helps = passes.iter().any(|pass| pass.instances() > 0);
    if !helps || unless_refused(check_limits(world, &request, &passes, delivered(&batches)))?.is_none() {
        return Ok(false);
    }
    let launched = launch(world, owner, &passes)?;
    owner.facts.optimal_hourly_cost = optimal_hourly_cost(world, &owner.id, &request, &candidates, &passes)?;
    world.save_facts(owner)?;
    let ids = launched.all_ids();
    world.record(kind, &owner.id, format!("{} instances were launched", ids.len()), &ids, &[])?;
    Ok(true)
}

/// A pool that could help a group which lacks capacity, and up to which spot price.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cloud) struct HelpfulPool {
    pub(in crate::cloud) zone_id: &'static str,
    pub(in crate::cloud) instance_type: &'static str,
    pub(in crate::cloud) billing: Billing,
    pub(in crate::cloud) ceiling: Option<Decimal>,
}

/// The pools that passes of a group could launch from, whatever stock and price say at the moment.
pub(in crate::cloud) fn helpful_pools(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
) -> Result<Vec<HelpfulPool>> {
    let candidates = pools_that_remain(world, request)?;
    let pools = candidates.iter().flat_map(|candidate| {
        [Billing::PayAsYouGo, Billing::Spot].map(|billing| HelpfulPool {
            zone_id: candidate.zone.id,
            instance_type: candidate.instance_type.name,
            billing,
            ceiling: price_limit(request, candidate, billing),
        })
    });
    Ok(pools
        .filter(|pool| world.market.offer(pool.zone_id, pool.instance_type).is_some_and(|offer| offer.on_sale()))
        .collect())
}

fn lacking(request: &CreateAutoProvisioningGroupRequest, batches: &[Batch], billing: Billing) -> Decimal {
    Decimal::from(request.capacity.target(billing)) - live_units(batches, billing)
}

/// Time does not fail because a group names what is no longer there: such a group launches nothing.
fn pools_that_remain(world: &mut World, request: &CreateAutoProvisioningGroupRequest) -> Result<Vec<Candidate>> {
    Ok(unless_refused(candidates(world, request))?.unwrap_or_default())
}

fn unless_refused<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(CloudError::Service(_)) => Ok(None),
        Err(error @ CloudError::World(_)) => Err(error),
    }
}
