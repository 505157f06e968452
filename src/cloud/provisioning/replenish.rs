//! Passes that a step of time runs: scheduled starts and replenishment (W5, G12).

use super::candidate::{Candidate, candidates};
use super::capacity::{check_limits, delivered, live_units};
use super::cost::optimal_hourly_cost;
use super::launch::launch;
use super::pass::{Pass, price_limit};
use super::plan::plan;
use super::replacement::LostInstances;
use crate::base::Billing;
use crate::base::money::rounded_units;
use crate::base::wording::happened;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ActivityKind, CreateAutoProvisioningGroupRequest};
use crate::cloud::step::{PoolQuery, missing_units};
use crate::cloud::world::{Fleet, PoolKey, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// A group with what follows from its request alone, independent of stock and prices.
#[derive(Debug)]
pub(crate) struct PreparedGroup {
    fleet: Fleet<CreateAutoProvisioningGroupRequest>,
    candidates: Vec<Candidate>,
    /// The pools that its passes could launch from.
    pub(crate) pools: Vec<PoolQuery<PoolKey>>,
}

impl PreparedGroup {
    /// A group that names what no longer exists launches nothing; time passes all the same.
    pub(crate) fn of(world: &mut World, fleet: Fleet<CreateAutoProvisioningGroupRequest>) -> Result<Self> {
        let candidates = unless_refused(candidates(world, &fleet.request))?.unwrap_or_default();
        let fit = candidates.iter().filter(|candidate| candidate.system_disk.is_ok());
        let pools = fit.flat_map(|candidate| {
            [Billing::PayAsYouGo, Billing::Spot].map(|billing| PoolQuery {
                pool: candidate.pool(),
                billing,
                ceiling: price_limit(&fleet.request, candidate, billing),
            })
        });
        let pools = pools.collect();
        Ok(Self { fleet, candidates, pools })
    }
}

/// One pass per billing for what is missing, unless that stays below a minimum; returns whether anything was launched.
/// The rows of the group stay those of the latest pass that an apply ran (G6), the optimal cost is of this pass (G8).
pub(crate) fn replenish(
    world: &mut World,
    group: &PreparedGroup,
    next_launch_index: u32,
    minimum: Option<u32>,
    kind: ActivityKind,
) -> Result<bool> {
    let PreparedGroup { fleet, candidates, .. } = group;
    let request = &fleet.request;
    let batches = world.batches_of(&fleet.id)?;
    let passes = plan(world, request, candidates, |billing| {
        missing_units(&request.capacity, billing, live_units(&batches, billing))
    })?;
    if passes.is_empty() {
        return Ok(false);
    }
    let units = rounded_units(passes.iter().map(Pass::units).sum());
    let helps = passes.iter().any(|pass| pass.instances() > 0) && minimum.is_none_or(|least| units >= least.into());
    if !helps || unless_refused(check_limits(world, request, &passes, delivered(&batches)))?.is_none() {
        let cost = optimal_hourly_cost(world, request, candidates, &batches, &[])?;
        world.save_pass_result(&fleet.id, next_launch_index, cost)?;
        return Ok(false);
    }
    let lost = world.lost_instances_of(&fleet.id, &batches)?;
    let mut launched = launch(world, fleet.launcher(), next_launch_index, &lost, &passes)?;
    let lost = LostInstances { capacity: &request.capacity, batches: &batches, instances: &lost };
    let mut surplus = fleet.outcome.replacement_surplus.clone();
    lost.settle(world, &passes, &mut surplus, &mut launched.change, None)?;
    if surplus != fleet.outcome.replacement_surplus {
        // Read again: a plan may have been recorded since the group was prepared.
        if let Some(mut fleet) = world.fleet::<CreateAutoProvisioningGroupRequest>(&fleet.id)? {
            fleet.outcome.replacement_surplus = surplus;
            world.save_fleet(&fleet)?;
        }
    }
    let cost = optimal_hourly_cost(world, request, candidates, &batches, &passes)?;
    world.save_pass_result(&fleet.id, next_launch_index + launched.change.appended, cost)?;
    let ids = launched.all_ids();
    world.record(kind, &fleet.id, happened(ids.len(), "instance", "launched"), &ids, &[])?;
    Ok(true)
}

fn unless_refused<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(CloudError::Service(_)) => Ok(None),
        Err(error @ CloudError::World(_)) => Err(error),
    }
}
