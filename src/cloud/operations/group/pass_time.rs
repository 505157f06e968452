//! Passes that the passing of time runs: scheduled starts and replenishment (W5, G12).

use super::candidate::{Candidate, candidates};
use super::change::launch;
use super::cost::optimal_hourly_cost;
use super::create::check_limits;
use super::describe::live_units;
use super::modify::delivered;
use super::plan::plan;
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
    owner.facts.optimal_hourly_cost = optimal_hourly_cost(world, &owner.id, &request, &candidates)?;
    world.save_owner(owner)?;
    let ids = launched.all_ids();
    world.record(kind, &owner.id, format!("{} instances were launched", ids.len()), &ids, &[])?;
    Ok(true)
}

/// The pools that a group which lacks capacity could launch from, with the billing that lacks it.
pub(in crate::cloud) fn pools_wanted(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    batches: &[Batch],
) -> Result<Vec<(&'static str, &'static str, Billing)>> {
    let lacks = |billing: &Billing| lacking(request, batches, *billing) > Decimal::ZERO;
    let billings: Vec<Billing> = [Billing::PayAsYouGo, Billing::Spot].into_iter().filter(lacks).collect();
    if billings.is_empty() {
        return Ok(Vec::new());
    }
    let candidates = pools_that_remain(world, request)?;
    let pools = candidates.iter().flat_map(|candidate| {
        billings.iter().map(|billing| (candidate.zone.id, candidate.instance_type.name, *billing))
    });
    Ok(pools.collect())
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
