//! Passes that the passing of time runs: scheduled starts and replenishment (W5, G12).

use super::candidate::{Candidate, candidates};
use super::change::launch;
use super::cost::optimal_hourly_cost;
use super::create::check_limits;
use super::describe::live_units;
use super::modify::delivered;
use super::plan::{Pass, plan, price_limit};
use crate::base::wording::happened;
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::world::{Batch, Owner, PoolKey, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// A group with what follows from its request alone, whatever stock and price say at the moment.
#[derive(Debug)]
pub(in crate::cloud) struct ReadyGroup {
    owner: Owner<CreateAutoProvisioningGroupRequest>,
    candidates: Vec<Candidate>,
    /// The pools that passes of it could launch from.
    pub(in crate::cloud) pools: Vec<HelpfulPool>,
}

/// A pool that could help a group which lacks capacity, and up to which spot price.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cloud) struct HelpfulPool {
    pub(in crate::cloud) pool: PoolKey,
    pub(in crate::cloud) billing: Billing,
    pub(in crate::cloud) ceiling: Option<Decimal>,
}

impl ReadyGroup {
    /// Time does not fail because a group names what is no longer there: such a group launches nothing.
    pub(in crate::cloud) fn of(world: &mut World, owner: Owner<CreateAutoProvisioningGroupRequest>) -> Result<Self> {
        let candidates = unless_refused(candidates(world, &owner.request))?.unwrap_or_default();
        let fit = candidates.iter().filter(|candidate| candidate.system_disk.is_ok());
        let pools = fit.flat_map(|candidate| {
            [Billing::PayAsYouGo, Billing::Spot].map(|billing| HelpfulPool {
                pool: candidate.pool(),
                billing,
                ceiling: price_limit(&owner.request, candidate, billing),
            })
        });
        let pools = pools.collect();
        Ok(Self { owner, candidates, pools })
    }
}

/// One pass per billing for what is missing, unless that stays below a minimum; returns whether anything was launched.
/// The rows of the group stay those of the latest pass that an apply ran (G6).
pub(in crate::cloud) fn replenish(
    world: &mut World,
    group: &ReadyGroup,
    next_launch_index: u32,
    minimum: Option<u32>,
    kind: &str,
) -> Result<bool> {
    let ReadyGroup { owner, candidates, .. } = group;
    let request = &owner.request;
    let batches = world.batches_of(&owner.id)?;
    let passes = plan(world, request, candidates, |billing| lacking(request, &batches, billing))?;
    let units: Decimal = passes.iter().map(Pass::units).sum();
    let helps = passes.iter().any(|pass| pass.instances() > 0) && minimum.is_none_or(|least| units >= least.into());
    if !helps || unless_refused(check_limits(world, request, &passes, delivered(&batches)))?.is_none() {
        return Ok(false);
    }
    let lost = world.lost_of(&owner.id, &batches)?;
    let launched = launch(world, owner.launcher(), next_launch_index, &lost, &passes)?;
    let cost = optimal_hourly_cost(world, request, candidates, &batches, &passes)?;
    world.save_pass(&owner.id, next_launch_index + launched.change.appended, cost)?;
    let ids = launched.all_ids();
    world.record(kind, &owner.id, happened(ids.len(), "instance", "launched"), &ids, &[])?;
    Ok(true)
}

fn lacking(request: &CreateAutoProvisioningGroupRequest, batches: &[Batch], billing: Billing) -> Decimal {
    Decimal::from(request.capacity.target(billing)) - live_units(batches, billing)
}

fn unless_refused<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(CloudError::Service(_)) => Ok(None),
        Err(error @ CloudError::World(_)) => Err(error),
    }
}
