//! Plans the passes of a group with what the world has free at its time.

use super::candidate::Candidate;
use super::fleet_pass::plan_fleet_pass;
use super::fleet_store::RegionFleets;
use super::pass::{FreeAddresses, PassStrategy, PlannedPass, Quote, candidate_pool, is_eligible, plan_pass};
use crate::alloc::CandidatePool;
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Plans the pay-as-you-go pass, then the spot pass with the addresses that the first leaves free.
pub(crate) fn plan(
    fleets: &mut impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    target: impl Fn(Billing) -> Decimal,
) -> Result<Vec<PlannedPass>> {
    let mut passes = Vec::new();
    let mut addresses = FreeAddresses::default();
    for billing in [Billing::PayAsYouGo, Billing::Spot] {
        let target = target(billing);
        passes.extend(if let Some(fleet) = request.fleet.as_deref() {
            plan_fleet_pass(fleets, request, fleet, candidates, (billing, target), &mut addresses)?
        } else {
            let pass_strategy = PassStrategy::of_group(request, billing);
            plan_one(fleets, request, candidates, (billing, &pass_strategy), target, &mut addresses)?
        });
    }
    Ok(passes)
}

/// Plans the pass of one billing with the addresses that other passes leave free. A pass with no units has no rows (G6),
/// and none is planned.
pub(crate) fn plan_one(
    fleets: &mut impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    (billing, pass_strategy): (Billing, &PassStrategy),
    target: Decimal,
    addresses: &mut FreeAddresses,
) -> Result<Option<PlannedPass>> {
    if target <= Decimal::ZERO {
        return Ok(None);
    }
    let quotes = quotes(fleets, request, candidates, billing, addresses)?;
    let free_vcpus = fleets.free_vcpus(billing)?;
    Ok(Some(plan_pass(request, candidates, (billing, pass_strategy), target, &quotes, addresses, free_vcpus)))
}

/// Reads the quotes of all candidates, and the free addresses of the eligible ones unless they are known.
fn quotes(
    fleets: &mut impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    billing: Billing,
    addresses: &mut FreeAddresses,
) -> Result<Vec<Quote>> {
    let mut quotes = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let price = fleets.price(candidate.pool(), billing);
        let is_eligible = is_eligible(request, candidate, billing, price);
        let vswitch_id = &candidate.vswitch.vswitch_id;
        if is_eligible && !addresses.0.contains_key(vswitch_id) {
            addresses.0.insert(vswitch_id.clone(), fleets.free_addresses(&candidate.vswitch)?);
        }
        let free = if is_eligible { fleets.free_instances(candidate.pool(), billing)? } else { 0 };
        quotes.push(Quote { price, free });
    }
    Ok(quotes)
}

/// The pool of a candidate with its free instances; `None` if it is not eligible in this billing now.
pub(crate) fn eligible_pool(
    fleets: &mut impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
) -> Result<Option<CandidatePool>> {
    let price = fleets.price(candidate.pool(), billing);
    if !is_eligible(request, candidate, billing, price) {
        return Ok(None);
    }
    let free = fleets.free_instances(candidate.pool(), billing)?;
    Ok(Some(candidate_pool(candidate, Quote { price, free }, 0)))
}
