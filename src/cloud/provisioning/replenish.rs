//! Passes that a step of time runs: scheduled starts and replenishment (W5, G12).

use super::candidate::{Candidate, candidates};
use super::capacity::{check_limits, delivered, live_units};
use super::cost::optimal_hourly_cost;
use super::fleet_store::RegionFleets;
use super::launch::launch;
use super::pass::{PlannedPass, price_limit};
use super::plan::plan;
use super::replacement::LostInstances;
use super::scaling::{launch_request, plan_scaling};
use crate::base::Billing;
use crate::base::money::rounded_units;
use crate::base::wording::passive_sentence;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ActivityKind, CreateAutoProvisioningGroupRequest};
use crate::cloud::step::{PoolQuery, missing_units};
use crate::cloud::world::{Fleet, PoolKey, ScalingFleetRequest, Shortfall, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// A fleet that maintains its capacity, with what follows from its request alone, independent of stock and prices.
#[derive(Debug)]
pub(crate) enum PreparedFleet {
    Group(Box<PreparedGroup>),
    ScalingGroup(Box<PreparedScalingGroup>),
}

impl PreparedFleet {
    /// `None` for a fleet that was deleted.
    pub(crate) fn load(world: &mut World, shortfall: &Shortfall) -> Result<Option<Self>> {
        if shortfall.is_scaling_group {
            let Some(fleet) = world.fleet(&shortfall.group_id)? else { return Ok(None) };
            return Ok(Some(Self::ScalingGroup(Box::new(PreparedScalingGroup::of(world, fleet)?))));
        }
        let Some(fleet) = world.fleet(&shortfall.group_id)? else { return Ok(None) };
        Ok(Some(Self::Group(Box::new(PreparedGroup::of(world, fleet)?))))
    }

    /// The pools that could give what it is short of.
    pub(crate) fn helpful_pools(&self, shortfall: &Shortfall) -> impl Iterator<Item = &PoolQuery<PoolKey>> {
        let (pools, compensates) = match self {
            Self::Group(group) => (&group.pools, false),
            Self::ScalingGroup(group) => (&group.pools, group.fleet.request.compensates()),
        };
        let compensates = compensates && shortfall.is_in(Billing::Spot);
        pools.iter().filter(move |query| shortfall.is_in(query.billing) || compensates)
    }

    /// Launches what is missing, as far as pools have it; returns whether anything was launched.
    pub(crate) fn replenish(&self, fleets: &mut impl RegionFleets, next_launch_index: u32) -> Result<bool> {
        match self {
            Self::Group(group) => replenish(fleets, group, next_launch_index, None, ActivityKind::Replenish),
            Self::ScalingGroup(group) => group.replenish(fleets, next_launch_index),
        }
    }
}

/// A scaling group with its pools. One that has nothing to launch from has none.
#[derive(Debug)]
pub(crate) struct PreparedScalingGroup {
    fleet: Fleet<ScalingFleetRequest>,
    request: CreateAutoProvisioningGroupRequest,
    candidates: Vec<Candidate>,
    pools: Vec<PoolQuery<PoolKey>>,
}

impl PreparedScalingGroup {
    /// A scaling group whose pools are known already.
    pub(crate) fn with_candidates(
        fleet: Fleet<ScalingFleetRequest>,
        request: CreateAutoProvisioningGroupRequest,
        candidates: Vec<Candidate>,
    ) -> Self {
        let pools = pools(&request, &candidates);
        Self { fleet, request, candidates, pools }
    }

    pub(crate) const fn request(&self) -> &ScalingFleetRequest {
        &self.fleet.request
    }

    fn of(world: &mut World, fleet: Fleet<ScalingFleetRequest>) -> Result<Self> {
        let request = launch_request(world, &fleet.request).unwrap_or_default();
        let candidates = unless_refused(candidates(world, &request))?.unwrap_or_default();
        Ok(Self::with_candidates(fleet, request, candidates))
    }

    /// One pass per billing for what is missing. The lost instances leave the group (G16).
    fn replenish(&self, fleets: &mut impl RegionFleets, next_launch_index: u32) -> Result<bool> {
        let Self { fleet, request, candidates, .. } = self;
        let batches = fleets.batches_of(&fleet.id)?;
        let passes = plan_scaling(fleets, &fleet.request, request, candidates, &batches)?;
        let helps = passes.iter().any(|pass| pass.instances() > 0);
        if !helps || unless_refused(check_limits(fleets, request, &passes, delivered(&batches)))?.is_none() {
            return Ok(false);
        }
        fleets.forget_lost(&fleet.id, &batches)?;
        let launched = launch(fleets, fleet.launcher(), next_launch_index, &[], &passes)?;
        fleets.save_pass_result(&fleet.id, next_launch_index + launched.change.appended, |fleets| {
            optimal_hourly_cost(fleets, request, candidates, &batches, &passes)
        })?;
        let ids = launched.all_ids();
        fleets.record(
            ActivityKind::Replenish,
            &fleet.id,
            passive_sentence(ids.len(), "instance", "launched"),
            &ids,
            &[],
        )?;
        Ok(true)
    }
}

/// The pools of candidates that passes could launch from.
pub(super) fn pools(request: &CreateAutoProvisioningGroupRequest, candidates: &[Candidate]) -> Vec<PoolQuery<PoolKey>> {
    let fit = candidates.iter().filter(|candidate| candidate.system_disk.is_ok());
    let pools = fit.flat_map(|candidate| {
        [Billing::PayAsYouGo, Billing::Spot].map(|billing| PoolQuery {
            pool: candidate.pool(),
            billing,
            ceiling: price_limit(request, candidate, billing),
        })
    });
    pools.collect()
}

/// A group with what follows from its request alone, independent of stock and prices.
#[derive(Clone, Debug)]
pub(crate) struct PreparedGroup {
    fleet: Fleet<CreateAutoProvisioningGroupRequest>,
    candidates: Vec<Candidate>,
    /// The pools that its passes could launch from.
    pools: Vec<PoolQuery<PoolKey>>,
}

impl PreparedGroup {
    /// A group whose pools are known already.
    pub(crate) fn with_candidates(
        fleet: Fleet<CreateAutoProvisioningGroupRequest>,
        candidates: Vec<Candidate>,
    ) -> Self {
        let pools = pools(&fleet.request, &candidates);
        Self { fleet, candidates, pools }
    }

    pub(crate) const fn fleet(&self) -> &Fleet<CreateAutoProvisioningGroupRequest> {
        &self.fleet
    }

    pub(crate) fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// A group that names what no longer exists launches nothing; time passes all the same.
    pub(crate) fn of(world: &mut World, fleet: Fleet<CreateAutoProvisioningGroupRequest>) -> Result<Self> {
        let candidates = unless_refused(candidates(world, &fleet.request))?.unwrap_or_default();
        Ok(Self::with_candidates(fleet, candidates))
    }
}

/// One pass per billing for what is missing, unless that stays below a minimum; returns whether anything was launched.
/// The rows of the group stay those of the latest pass that an apply ran (G6), the optimal cost is of this pass (G8).
pub(crate) fn replenish(
    fleets: &mut impl RegionFleets,
    group: &PreparedGroup,
    next_launch_index: u32,
    minimum: Option<u32>,
    kind: ActivityKind,
) -> Result<bool> {
    let PreparedGroup { fleet, candidates, .. } = group;
    let request = &fleet.request;
    let batches = fleets.batches_of(&fleet.id)?;
    let passes = plan(fleets, request, candidates, |billing| {
        missing_units(&request.capacity, billing, live_units(&batches, billing))
    })?;
    if passes.is_empty() {
        return Ok(false);
    }
    let units = rounded_units(passes.iter().map(PlannedPass::units).sum());
    let helps = passes.iter().any(|pass| pass.instances() > 0) && minimum.is_none_or(|least| units >= least.into());
    if !helps || unless_refused(check_limits(fleets, request, &passes, delivered(&batches)))?.is_none() {
        fleets.save_pass_result(&fleet.id, next_launch_index, |fleets| {
            optimal_hourly_cost(fleets, request, candidates, &batches, &[])
        })?;
        return Ok(false);
    }
    let lost = fleets.lost_instances_of(&fleet.id, &batches)?;
    let mut launched = launch(fleets, fleet.launcher(), next_launch_index, &lost, &passes)?;
    let lost = LostInstances { capacity: &request.capacity, batches: &batches, instances: &lost };
    let mut surplus = fleet.outcome.replacement_surplus.clone();
    lost.settle(fleets, &passes, &mut surplus, &mut launched.change, None)?;
    if surplus != fleet.outcome.replacement_surplus {
        fleets.save_surplus(&fleet.id, surplus)?;
    }
    fleets.save_pass_result(&fleet.id, next_launch_index + launched.change.appended, |fleets| {
        optimal_hourly_cost(fleets, request, candidates, &batches, &passes)
    })?;
    let ids = launched.all_ids();
    fleets.record(kind, &fleet.id, passive_sentence(ids.len(), "instance", "launched"), &ids, &[])?;
    Ok(true)
}

pub(super) fn unless_refused<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(CloudError::Service(_)) => Ok(None),
        Err(error @ CloudError::World(_)) => Err(error),
    }
}
