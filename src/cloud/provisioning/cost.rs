//! The cheapest fleet that would deliver what a group delivers (G8).

use super::candidate::Candidate;
use super::fleet_store::RegionFleets;
use super::pass::PlannedPass;
use super::plan::eligible_pool;
use crate::alloc::{CandidatePool, cheapest_cost};
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::world::{Batch, BatchSpec};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Of at least the units delivered, billing by billing, the group's own instances counted as free stock: those of its
/// batches, and those that the passes have just launched.
pub(crate) fn optimal_hourly_cost(
    fleets: &mut impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    batches: &[Batch],
    passes: &[PlannedPass],
) -> Result<Decimal> {
    let mut cost = Decimal::ZERO;
    for billing in [Billing::PayAsYouGo, Billing::Spot] {
        let pass = passes.iter().find(|pass| pass.billing == billing);
        let launched = pass.into_iter().flat_map(|pass| &pass.placements).map(|placed| (&placed.batch, placed.amount));
        let before =
            batches.iter().filter(|batch| batch.spec.billing == billing).map(|batch| (&batch.spec, batch.live));
        let own: Vec<(&BatchSpec, u32)> = before.chain(launched).filter(|(_, live)| *live > 0).collect();
        let units: Decimal = own.iter().map(|(of, live)| of.weight * Decimal::from(*live)).sum();
        if units.is_zero() {
            continue;
        }
        let mut pools = match pass {
            Some(pass) => pass.pools.clone(),
            None => eligible_pools(fleets, request, candidates, billing)?,
        };
        for (of, live) in &own {
            add_own(fleets, &mut pools, of, *live);
        }
        let held = || own.iter().map(|(of, live)| of.hourly_price * Decimal::from(*live)).sum();
        cost += cheapest_cost(&pools, units).unwrap_or_else(held);
    }
    Ok(cost)
}

fn eligible_pools(
    fleets: &mut impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    billing: Billing,
) -> Result<Vec<CandidatePool>> {
    let mut pools = Vec::new();
    for candidate in candidates {
        pools.extend(eligible_pool(fleets, request, candidate, billing)?);
    }
    Ok(pools)
}

/// What the group holds is free to it; a pool that takes no part any more has just that.
fn add_own(fleets: &impl RegionFleets, pools: &mut Vec<CandidatePool>, of: &BatchSpec, live: u32) {
    let same = |pool: &&mut CandidatePool| {
        pool.zone_id == of.zone_id && pool.instance_type == of.instance_type && pool.weight == of.weight
    };
    if let Some(pool) = pools.iter_mut().find(same) {
        pool.free += live;
        return;
    }
    pools.push(CandidatePool {
        price: of.pool().map_or(Decimal::ZERO, |pool| fleets.price(pool, of.billing)),
        zone_id: of.zone_id.clone(),
        instance_type: of.instance_type.clone(),
        weight: of.weight,
        priority: None,
        free: live,
        vswitch: 0,
        vcpus: of.vcpus,
    });
}
