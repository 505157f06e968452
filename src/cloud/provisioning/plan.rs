//! What each pass would launch, and which pools it leaves out: decided before anything is changed (G1–G4).

use std::collections::BTreeMap;

use super::candidate::Candidate;
use super::eligibility::Ineligible;
use crate::alloc::{AllocationRequest, CandidatePool, Shortage, Strategy, allocate};
use crate::base::{Billing, Decimal};
use crate::catalogue::DiskCategory;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, InterruptionBehavior, PayAsYouGoAllocationStrategy, SpotAllocationStrategy,
};
use crate::cloud::world::{Addressing, BatchSpec, PoolKey, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// One billing's pass, planned.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    pub(crate) billing: Billing,
    /// What it should deliver, in units.
    pub(crate) target: Decimal,
    /// In the order first tried.
    pub(crate) placements: Vec<Placement>,
    /// In the order of the configs.
    pub(crate) left_out: Vec<LeftOut>,
    /// The pools that took part, with the instances that are still free after the pass.
    pub(crate) pools: Vec<CandidatePool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) batch: BatchSpec,
    pub(crate) amount: u32,
    pub(crate) shortage: Option<Shortage>,
}

/// A pool that took no part, with the code that says why.
#[derive(Clone, Debug)]
pub(crate) struct LeftOut {
    pub(crate) batch: BatchSpec,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// Plans the pay-as-you-go pass, then the spot pass with the addresses that the first leaves over.
pub(crate) fn plan(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    target: impl Fn(Billing) -> Decimal,
) -> Result<Vec<Pass>> {
    let mut passes = Vec::new();
    let mut addresses = Addresses::default();
    for billing in [Billing::PayAsYouGo, Billing::Spot] {
        let target = target(billing);
        // A pass with no units has no rows (G6).
        if target > Decimal::ZERO {
            passes.push(plan_pass(world, request, candidates, billing, target, &mut addresses)?);
        }
    }
    Ok(passes)
}

fn plan_pass(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    candidates: &[Candidate],
    billing: Billing,
    target: Decimal,
    addresses: &mut Addresses,
) -> Result<Pass> {
    let mut pools = Vec::new();
    let mut taking_part = Vec::new();
    let mut left_out = Vec::new();
    for candidate in candidates {
        let (price, ceiling) = (world.price(candidate.pool(), billing), price_limit(request, candidate, billing));
        match fit(candidate, price, ceiling) {
            Ok(disk) => {
                let vswitch = addresses.index(world, candidate)?;
                pools.push(pool(world, candidate, billing, price, vswitch)?);
                taking_part.push((candidate, price, disk));
            }
            Err(Ineligible { code, message }) => {
                let (zone_id, instance_type) = (candidate.zone.id, candidate.instance_type.name);
                tracing::info!(zone_id, instance_type, ?billing, asked = 0, got = 0, why = code, "pool left out");
                let batch = new_batch(request, candidate, billing, price, "");
                left_out.push(LeftOut { batch, code, message });
            }
        }
    }
    let strategy = strategy(request, billing);
    tracing::info!(?billing, ?strategy, %target, pools = pools.len(), "pass");
    let allocation = allocate(&AllocationRequest {
        strategy,
        target,
        pools: &pools,
        free_addresses: &addresses.free,
        free_vcpus: world.free_vcpus(billing)?,
    });
    for allocated in &allocation.pools {
        let pool = &mut pools[allocated.pool];
        addresses.free[pool.vswitch] -= allocated.amount;
        pool.free -= allocated.amount;
    }
    let placed = allocation.pools.into_iter().map(|allocated| {
        let (candidate, price, disk) = taking_part[allocated.pool];
        let batch = new_batch(request, candidate, billing, price, disk.name());
        Placement { batch, amount: allocated.amount, shortage: allocated.shortage }
    });
    Ok(Pass { billing, target, placements: placed.collect(), left_out, pools })
}

/// A pool with its free instances, if it takes part in passes of this billing.
pub(crate) fn eligible_pool(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
) -> Result<Option<CandidatePool>> {
    let price = world.price(candidate.pool(), billing);
    match fit(candidate, price, price_limit(request, candidate, billing)) {
        Err(_) => Ok(None),
        Ok(_) => Ok(Some(pool(world, candidate, billing, price, 0)?)),
    }
}

impl Pass {
    /// Units that the pass delivers.
    pub(crate) fn units(&self) -> Decimal {
        self.placements.iter().map(|placement| placement.batch.weight * Decimal::from(placement.amount)).sum()
    }

    pub(crate) fn instances(&self) -> u64 {
        self.placements.iter().map(|placement| u64::from(placement.amount)).sum()
    }

    pub(crate) fn vcpus(&self) -> u64 {
        let of = |placement: &Placement| u64::from(placement.amount) * u64::from(placement.batch.vcpus);
        self.placements.iter().map(of).sum()
    }
}

fn pool(
    world: &mut World,
    candidate: &Candidate,
    billing: Billing,
    price: Decimal,
    vswitch: usize,
) -> Result<CandidatePool> {
    Ok(CandidatePool {
        zone_id: candidate.zone.id.into(),
        instance_type: candidate.instance_type.name.into(),
        price,
        weight: candidate.weight,
        priority: candidate.priority,
        free: world.free_stock(candidate.pool(), billing)?,
        vswitch,
        vcpus: candidate.instance_type.vcpus,
    })
}

/// Free addresses per vSwitch, as the passes of one plan use them up.
#[derive(Default)]
struct Addresses {
    indexes: BTreeMap<String, usize>,
    free: Vec<u32>,
}

impl Addresses {
    fn index(&mut self, world: &mut World, candidate: &Candidate) -> Result<usize> {
        let key = candidate.vswitch.vswitch_id.as_str();
        if let Some(index) = self.indexes.get(key) {
            return Ok(*index);
        }
        self.free.push(world.free_addresses(&candidate.vswitch)?);
        self.indexes.insert(key.to_owned(), self.free.len() - 1);
        Ok(self.free.len() - 1)
    }
}

fn new_batch(
    request: &CreateAutoProvisioningGroupRequest,
    candidate: &Candidate,
    billing: Billing,
    hourly_price: Decimal,
    system_disk_category: &str,
) -> BatchSpec {
    let launch = &request.launch_configuration;
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

/// Whether a pool takes part at a price, and the system disk its instances get.
fn fit(candidate: &Candidate, price: Decimal, ceiling: Option<Decimal>) -> Result<DiskCategory, Ineligible> {
    let disk = candidate.system_disk.clone()?;
    match too_dear(candidate.pool(), price, ceiling) {
        Some(unfit) => Err(unfit),
        None => Ok(disk),
    }
}

/// A pool takes no part above its ceiling (G2); at it, it does.
fn too_dear(pool: PoolKey, price: Decimal, ceiling: Option<Decimal>) -> Option<Ineligible> {
    let ceiling = ceiling.filter(|ceiling| price > *ceiling)?;
    let PoolKey { zone_id, instance_type } = pool;
    let message = format!("the spot price of `{instance_type}` in `{zone_id}` is {price}, above the ceiling {ceiling}");
    Some(Ineligible { code: codes::SPOT_PRICE_LIMIT_TOO_LOW, message })
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
                // One pool to use is what no number means, whole instances weighed alike.
                let several = request.spot_pools_to_use.filter(|count| *count > 1);
                several.map_or(Strategy::LowestPrice, Strategy::LowestPricePools)
            }
            SpotAllocationStrategy::Diversified => Strategy::Diversified,
            SpotAllocationStrategy::CapacityOptimized => Strategy::CapacityOptimized,
            SpotAllocationStrategy::Optimal => Strategy::Optimal,
        },
    }
}
