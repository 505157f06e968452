//! The pass of one billing of an EC2 fleet: its strategy and the limits of its capacity (G22–G24).

use std::collections::BTreeSet;

use super::candidate::Candidate;
use super::fleet_store::RegionFleets;
use super::pass::{FreeAddresses, PassStrategy, PlannedPass};
use super::plan::plan_one;
use crate::alloc::Shortage;
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, FleetMarketLimits, FleetOptions, FleetSpotStrategy};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Plans the pass of one billing of a fleet. Of the selections that a single type or a single zone leaves, the one that
/// delivers most units counts, of equal ones the cheapest, then the one whose first pool comes first.
pub(super) fn plan_fleet_pass(
    fleets: &mut impl RegionFleets,
    request: &CreateAutoProvisioningGroupRequest,
    options: &FleetOptions,
    candidates: &[Candidate],
    (billing, target): (Billing, Decimal),
    addresses: &mut FreeAddresses,
) -> Result<Option<PlannedPass>> {
    let limits = options.limits(billing);
    let strategy = options.strategy(billing, request.spot_pools_to_use);
    let pass_strategy = PassStrategy { strategy, zone_units: None };
    let usable = usable(fleets, options, candidates, billing);
    let budget = budget(fleets, options, billing)?;
    let mut best: Option<(PlannedPass, FreeAddresses)> = None;
    for selection in selections(limits, &usable) {
        let mut left = addresses.clone();
        let planned = plan_one(fleets, request, &selection, (billing, &pass_strategy), target, &mut left)?;
        let Some(mut pass) = planned else { return Ok(None) };
        if let Some(budget) = budget {
            pass.limit_cost(budget);
        }
        let rank = |pass: &PlannedPass| (pass.units(), -pass.hourly_cost());
        if best.as_ref().is_none_or(|(best, _)| rank(&pass) > rank(best)) {
            best = Some((pass, left));
        }
    }
    let Some((mut pass, left)) = best else { return Ok(None) };
    if limits.min_target_capacity.is_some_and(|minimum| pass.units() < minimum.into()) {
        pass.launch_nothing();
    } else {
        *addresses = left;
    }
    Ok(Some(pass))
}

/// The pools that take part in the pass: those that price protection leaves it, and for `diversified` those whose spot
/// price is below the on-demand price.
fn usable(
    fleets: &impl RegionFleets,
    options: &FleetOptions,
    candidates: &[Candidate],
    billing: Billing,
) -> Vec<Candidate> {
    let is_protected = |pool: &Candidate| {
        options.price_protected.contains(&(billing, pool.zone.id.into(), pool.instance_type.name.into()))
    };
    let is_diversified = billing == Billing::Spot && options.spot_strategy == FleetSpotStrategy::Diversified;
    let is_dear = |pool: &Candidate| {
        let price = |billing| fleets.price(pool.pool(), billing);
        is_diversified && price(Billing::Spot) >= price(Billing::PayAsYouGo)
    };
    candidates.iter().filter(|pool| !is_protected(pool) && !is_dear(pool)).cloned().collect()
}

/// The pools that may be used together, in the order of their first ones.
fn selections(limits: &FleetMarketLimits, usable: &[Candidate]) -> Vec<Vec<Candidate>> {
    let key = |pool: &Candidate| {
        let zone = limits.single_availability_zone.then_some(pool.zone.id);
        (zone, limits.single_instance_type.then_some(pool.instance_type.name))
    };
    let mut seen = BTreeSet::new();
    let keys = usable.iter().map(key).filter(|key| seen.insert(*key));
    keys.map(|wanted| usable.iter().filter(|pool| key(pool) == wanted).cloned().collect()).collect()
}

/// What the pass may spend an hour, less what the living instances of its billing cost; `None` without a limit.
fn budget(fleets: &mut impl RegionFleets, options: &FleetOptions, billing: Billing) -> Result<Option<Decimal>> {
    let Some(most) = options.limits(billing).max_total_price else { return Ok(None) };
    let batches = fleets.batches_of(options.fleet_id.as_str())?;
    let held = batches.iter().filter(|batch| batch.spec.billing == billing);
    let spent: Decimal = held.map(|batch| batch.spec.hourly_price * Decimal::from(batch.live)).sum();
    Ok(Some(most - spent))
}

impl PlannedPass {
    /// What the instances that the pass launches cost an hour.
    fn hourly_cost(&self) -> Decimal {
        self.placements.iter().map(|placement| placement.batch.hourly_price * Decimal::from(placement.amount)).sum()
    }

    /// Launches, in the order of the pools, only what costs at most `most` an hour; the target stays what it is.
    fn limit_cost(&mut self, most: Decimal) {
        let mut left = most.max(Decimal::ZERO);
        for index in 0..self.placements.len() {
            let placement = &self.placements[index];
            let price = placement.batch.hourly_price;
            let affordable =
                left.checked_div(price).map_or(u32::MAX, |count| u32::try_from(count.floor()).unwrap_or(u32::MAX));
            let amount = placement.amount.min(affordable);
            left -= price * Decimal::from(amount);
            self.set_amount(index, amount);
        }
    }

    /// Launches nothing: the minimum is out of reach.
    fn launch_nothing(&mut self) {
        for index in 0..self.placements.len() {
            self.set_amount(index, 0);
            self.placements[index].shortage.get_or_insert(Shortage::Instances);
        }
    }

    /// Launches fewer instances of a placement; the others stay in stock.
    fn set_amount(&mut self, index: usize, amount: u32) {
        let placement = &mut self.placements[index];
        let in_stock = placement.amount - amount;
        placement.amount = amount;
        let batch = &placement.batch;
        let same = |pool: &&mut crate::alloc::CandidatePool| {
            pool.zone_id == batch.zone_id && pool.instance_type == batch.instance_type
        };
        if let Some(pool) = self.pools.iter_mut().find(same) {
            pool.free += in_stock;
        }
    }
}
