//! What a pass launches, and which pools it leaves out: a pure function of the group's request and of what market,
//! network and account have free at that moment (G1–G4).

use std::collections::BTreeMap;

use super::candidate::Candidate;
use super::eligibility::Ineligible;
use crate::alloc::{AllocationRequest, CandidatePool, Shortage, Strategy, allocate, allocate_evenly};
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal, VSwitchId, ZoneId};
use crate::catalogue::DiskCategory;
use crate::cloud::error::codes;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, InterruptionBehavior, PayAsYouGoAllocationStrategy, SpotAllocationStrategy,
};
use crate::cloud::world::{Addressing, BatchSpec, PoolKey};

/// The planned pass of one billing.
#[derive(Clone, Debug)]
pub(crate) struct PlannedPass {
    pub(crate) billing: Billing,
    /// The units that it should deliver.
    pub(crate) target: Decimal,
    /// In the order first tried.
    pub(crate) placements: Vec<Placement>,
    /// In the order of the configs.
    pub(crate) left_out: Vec<LeftOut>,
    /// The eligible pools, with the instances that the pass leaves free in them.
    pub(crate) pools: Vec<CandidatePool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) batch: BatchSpec,
    pub(crate) amount: u32,
    pub(crate) shortage: Option<Shortage>,
}

/// A pool that the pass leaves out, with the service's code for the reason.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    pub(crate) batch: BatchSpec,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// One billing of a candidate at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quote {
    pub(crate) price: Decimal,
    /// Instances that can be launched. It does not matter for a pool that is not eligible at this price.
    pub(crate) free: u32,
}

/// Free addresses by vSwitch. The passes of one plan share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct FreeAddresses(pub(crate) BTreeMap<VSwitchId, u32>);

/// How a pass chooses among its pools.
#[derive(Clone, Debug)]
pub(crate) struct PassStrategy {
    pub(crate) strategy: Strategy,
    /// The units that a fleet already has by zone, if it spreads its units over the zones (G15).
    pub(crate) zone_units: Option<BTreeMap<ZoneId, Decimal>>,
}

impl PassStrategy {
    /// How a group's pass of one billing chooses (G5).
    pub(crate) fn of_group(request: &CreateAutoProvisioningGroupRequest, billing: Billing) -> Self {
        Self { strategy: strategy(request, billing), zone_units: None }
    }
}

/// Plans the pass of one billing. `quotes` has one entry per candidate; the pass takes its addresses from
/// `free_addresses`, which has the vSwitches of all eligible candidates. `free_vcpus` is `None` without a quota.
pub(crate) fn plan_pass(
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    (billing, pass_strategy): (Billing, &PassStrategy),
    target: Decimal,
    quotes: &[Quote],
    free_addresses: &mut FreeAddresses,
    free_vcpus: Option<u64>,
) -> PlannedPass {
    let mut pools = Vec::new();
    let mut eligible = Vec::new();
    let mut left_out = Vec::new();
    let vswitches: Vec<VSwitchId> = free_addresses.0.keys().cloned().collect();
    for (candidate, quote) in candidates.iter().zip(quotes) {
        match system_disk_at(request, candidate, billing, quote.price) {
            Ok(disk) => {
                let vswitch = vswitches.binary_search(&candidate.vswitch.vswitch_id).unwrap_or(0);
                pools.push(candidate_pool(candidate, *quote, vswitch));
                eligible.push((candidate, quote.price, disk));
            }
            Err(Ineligible { code, message }) => {
                let (zone_id, instance_type) = (candidate.zone.id, candidate.instance_type.name);
                tracing::info!(zone_id, instance_type, ?billing, asked = 0, got = 0, why = code, "pool left out");
                let batch = new_batch(request, candidate, billing, quote.price, "");
                left_out.push(LeftOut { batch, code, message });
            }
        }
    }
    let strategy = pass_strategy.strategy;
    tracing::info!(?billing, ?strategy, %target, pools = pools.len(), "pass");
    let addresses: Vec<u32> = free_addresses.0.values().copied().collect();
    let allocation = AllocationRequest { strategy, target, pools: &pools, free_addresses: &addresses, free_vcpus };
    let mut allocation = match &pass_strategy.zone_units {
        Some(zone_units) => allocate_evenly(&allocation, zone_units),
        None => allocate(&allocation),
    };
    if strategy == Strategy::Optimal {
        // It tries no pool after another: those that launch something come first, then the others by index (G6).
        allocation.pools.sort_by_key(|allocated| (allocated.amount == 0).then_some(allocated.pool));
    }
    for allocated in &allocation.pools {
        let pool = &mut pools[allocated.pool];
        pool.free -= allocated.amount;
        if let Some(free) = free_addresses.0.get_mut(&vswitches[pool.vswitch]) {
            *free -= allocated.amount;
        }
    }
    let placed = allocation.pools.into_iter().map(|allocated| {
        let (candidate, price, disk) = eligible[allocated.pool];
        let batch = new_batch(request, candidate, billing, price, disk.name());
        Placement { batch, amount: allocated.amount, shortage: allocated.shortage }
    });
    PlannedPass { billing, target, placements: placed.collect(), left_out, pools }
}

impl PlannedPass {
    /// Units that the pass delivers.
    pub(crate) fn units(&self) -> Decimal {
        let units = |placement: &Placement| placement.batch.weight * Decimal::from(placement.amount);
        rounded_units(self.placements.iter().map(units).sum())
    }

    /// Launches at most `most` instances: those of the pools tried last are left in stock. What the pass no longer
    /// launches is no longer its target.
    pub(crate) fn limit_instances(&mut self, most: u64) {
        let mut left = most;
        let mut is_limited = false;
        for placement in &mut self.placements {
            let amount = placement.amount.min(u32::try_from(left).unwrap_or(u32::MAX));
            let in_stock = placement.amount - amount;
            let same = |pool: &&mut CandidatePool| {
                pool.zone_id == placement.batch.zone_id && pool.instance_type == placement.batch.instance_type
            };
            if let Some(pool) = self.pools.iter_mut().find(same) {
                pool.free += in_stock;
            }
            is_limited |= in_stock > 0;
            placement.amount = amount;
            left -= u64::from(amount);
        }
        if is_limited {
            self.target = self.units();
        }
    }

    pub(crate) fn instances(&self) -> u64 {
        self.placements.iter().map(|placement| u64::from(placement.amount)).sum()
    }

    pub(crate) fn vcpus(&self) -> u64 {
        let of = |placement: &Placement| u64::from(placement.amount) * u64::from(placement.batch.vcpus);
        self.placements.iter().map(of).sum()
    }
}

/// The pool of a candidate; `vswitch` is its index among the free addresses.
pub(crate) fn candidate_pool(candidate: &Candidate, quote: Quote, vswitch: usize) -> CandidatePool {
    CandidatePool {
        zone_id: candidate.zone.id.into(),
        instance_type: candidate.instance_type.name.into(),
        price: quote.price,
        weight: candidate.weight,
        priority: candidate.priority,
        free: quote.free,
        vswitch,
        vcpus: candidate.instance_type.vcpus,
    }
}

fn new_batch(
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
    hourly_price: Decimal,
    system_disk_category: &str,
) -> BatchSpec {
    let launch = request.launch_of_pool(candidate.zone.id, candidate.instance_type.name);
    let has_public = launch.internet_max_bandwidth_out > 0;
    BatchSpec {
        zone_id: candidate.zone.id.into(),
        instance_type: candidate.instance_type.name.into(),
        vcpus: candidate.instance_type.vcpus,
        billing,
        vswitch_id: candidate.vswitch.vswitch_id.clone(),
        image_id: candidate.image_id.clone(),
        key_name: launch.key_pair_name.clone(),
        system_disk_category: system_disk_category.to_owned(),
        price_limit: price_limit(request, candidate, billing),
        hourly_price,
        weight: candidate.weight,
        addressing: if has_public { Addressing::PrivateAndPublic } else { Addressing::Private },
        stops_on_reclaim: billing == Billing::Spot && request.interruption_behavior == InterruptionBehavior::Stop,
        starts_pending: false,
        is_protected: true,
    }
}

/// A spot pool's ceiling: the lower of the two, per instance and hour (G2).
pub(crate) fn price_limit(
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
) -> Option<Decimal> {
    let lowest = candidate.max_price.into_iter().chain(request.max_spot_price).min();
    lowest.filter(|_| billing == Billing::Spot)
}

/// Whether a pool takes part in passes at a price (G2).
pub(crate) fn is_eligible(
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
    price: Decimal,
) -> bool {
    candidate.system_disk.is_ok() && exceeded_ceiling(request, candidate, billing, price).is_none()
}

/// The system disk of a pool's instances, if the pool is eligible at a price.
fn system_disk_at(
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
    price: Decimal,
) -> Result<DiskCategory, Ineligible> {
    let disk = candidate.system_disk.clone()?;
    let Some(ceiling) = exceeded_ceiling(request, candidate, billing, price) else { return Ok(disk) };
    let PoolKey { zone_id, instance_type } = candidate.pool();
    let message = format!("the spot price of `{instance_type}` in `{zone_id}` is {price}, above the ceiling {ceiling}");
    Err(Ineligible { code: codes::SPOT_PRICE_LIMIT_TOO_LOW, message })
}

/// The ceiling of a pool if the price is above it; a price at the ceiling is not (G2).
fn exceeded_ceiling(
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
    price: Decimal,
) -> Option<Decimal> {
    price_limit(request, candidate, billing).filter(|ceiling| price > *ceiling)
}

fn strategy(request: &CreateAutoProvisioningGroupRequest, billing: Billing) -> Strategy {
    match billing {
        Billing::PayAsYouGo => match request.pay_as_you_go_strategy {
            PayAsYouGoAllocationStrategy::LowestPrice => Strategy::LowestPrice,
            PayAsYouGoAllocationStrategy::Prioritized => Strategy::Prioritized,
            PayAsYouGoAllocationStrategy::Optimal => Strategy::Optimal,
        },
        Billing::Spot => match request.spot_strategy {
            SpotAllocationStrategy::LowestPrice => {
                // One pool to use means the same as no number.
                let several = request.spot_pools_to_use.filter(|count| *count > 1);
                several.map_or(Strategy::LowestPrice, Strategy::LowestPricePools)
            }
            SpotAllocationStrategy::Diversified => Strategy::Diversified,
            SpotAllocationStrategy::CapacityOptimized => Strategy::CapacityOptimized,
            SpotAllocationStrategy::PriceCapacityOptimized => Strategy::PriceCapacityOptimized,
            SpotAllocationStrategy::Optimal => Strategy::Optimal,
        },
    }
}
