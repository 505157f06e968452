//! What a group delivers, and the limits on that (L1, L2).

use super::fleet_store::RegionFleets;
use super::pass::PlannedPass;
use crate::base::money::rounded_units;
use crate::base::wording::in_units;
use crate::base::{Billing, Decimal};
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::world::Batch;
use crate::market::{Limit, Limits};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What the living instances of a group already amount to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delivered {
    pub(crate) units: Decimal,
    pub(crate) instances: u64,
    pub(crate) vcpus: u64,
}

/// L1, L2: the allocation, with what already runs, must stay within the limits.
pub(crate) fn check_limits(
    fleets: &impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    passes: &[PlannedPass],
    living: Delivered,
) -> Result<()> {
    // A fleet of EC2 has a limit of its own, which its creation checks (G21).
    if request.fleet.is_some() {
        return Ok(());
    }
    let limits = Limits::of(fleets.scenario());
    let instances = living.instances + passes.iter().map(PlannedPass::instances).sum::<u64>();
    let vcpus = living.vcpus + passes.iter().map(PlannedPass::vcpus).sum::<u64>();
    let units = rounded_units(living.units + passes.iter().map(PlannedPass::units).sum::<Decimal>());
    let refuse = |what: String, limit: Limit, most: u64| {
        let message =
            format!("the group would hold {what}, and the limit `{}` is {most}; nothing was launched", limit.name());
        let refusal = CloudError::of(Member::TotalTargetCapacity, codes::TARGET_CAPACITY_EXCEED, message);
        Err(refusal.advise(Advice::RaiseLimit(limit)))
    };
    if instances > limits.group_instances {
        return refuse(format!("{instances} instances"), Limit::GroupInstances, limits.group_instances);
    }
    if vcpus > limits.group_vcpus {
        return refuse(format!("{vcpus} vCPUs"), Limit::GroupVcpus, limits.group_vcpus);
    }
    let weighted = request.configs.iter().any(|config| config.weighted_capacity.is_some());
    if weighted && units > Decimal::from(limits.group_units) {
        return refuse(in_units(units), Limit::GroupUnits, limits.group_units);
    }
    Ok(())
}

pub(crate) fn delivered(batches: &[Batch]) -> Delivered {
    Delivered {
        units: batches.iter().map(Batch::units).sum(),
        instances: batches.iter().map(|batch| u64::from(batch.live)).sum(),
        vcpus: batches.iter().map(|batch| u64::from(batch.live) * u64::from(batch.spec.vcpus)).sum(),
    }
}

/// Units that living instances of one billing deliver.
pub(crate) fn live_units(batches: &[Batch], billing: Billing) -> Decimal {
    rounded_units(batches.iter().filter(|batch| batch.spec.billing == billing).map(Batch::units).sum())
}
