//! Which pools get how many instances: pure functions from a request to amounts per pool.
//!
//! One strategy per file, all with one signature. They know prices, weights and free instances; they know no worlds,
//! ids or time (G1–G5 and the table of strategies).
//!
//! Inside a pass there are no decimals: `fixed_point` turns them into integers once, and `pass` keeps the account.

mod balanced;
mod capacity_optimized;
mod capacity_optimized_prioritized;
mod constrained;
mod diversified;
mod fixed_point;
mod knapsack;
mod lowest_price;
mod lowest_price_pools;
mod lowest_unit_price;
mod optimal;
mod pass;
mod price_capacity_optimized;
mod prioritized;
mod round_robin;
#[cfg(test)]
mod tests;
mod zones_evenly;

pub use optimal::cheapest_cost;
pub use round_robin::{MinMax, round_robin};
pub use zones_evenly::allocate_evenly;

use crate::base::{Decimal, InstanceTypeName, ZoneId, api_enum};
use pass::AllocationPass;

/// Runs one pass: how many instances each pool gets, and which pools had fewer than the strategy wanted.
///
/// Equal requests have equal results. A target of zero or less tries no pool; a pool whose weight is not above zero
/// takes no part; a price below zero counts as zero. Numbers are exact as long as the weights and the target together
/// need at most 36 digits, and the prices 24, counted from the first digit of the largest to the last digit of the one
/// with most decimal places; digits beyond are cut off (G3–G5 and the table of strategies).
#[must_use]
pub fn allocate(request: &AllocationRequest) -> Allocation {
    let mut pass = AllocationPass::new(request);
    request.strategy.run(&mut pass);
    pass.finish()
}

/// What one pass is asked for: a number of units of one billing, allocated to pools by a strategy.
#[derive(Clone, Debug)]
pub struct AllocationRequest<'a> {
    pub strategy: Strategy,
    /// Units to deliver; zero or less delivers nothing.
    pub target: Decimal,
    /// The pools that take part, in the order of the configuration.
    pub pools: &'a [CandidatePool],
    /// Free private addresses per vSwitch; [`CandidatePool::vswitch`] is an index into it.
    pub free_addresses: &'a [u32],
    /// vCPUs that the account's quota still allows in this region; `None` if there is no quota.
    pub free_vcpus: Option<u64>,
}

/// A pool (one zone, one instance type, one billing) as one pass sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidatePool {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    /// Price of one instance for one hour.
    pub price: Decimal,
    /// Units that one instance delivers; above zero.
    pub weight: Decimal,
    /// 0 is the highest; `None` comes last. `prioritized` and `capacity-optimized-prioritized` read it.
    pub priority: Option<u32>,
    /// Instances that can still be launched before the pass.
    pub free: u32,
    /// Index into [`AllocationRequest::free_addresses`]: the vSwitch that gives its instances their addresses.
    pub vswitch: usize,
    /// vCPUs of one instance.
    pub vcpus: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    LowestPrice,
    /// `lowest-price` over the given number of cheapest pools (spot, `spot_instance_pools_to_use_count`).
    LowestPricePools(u32),
    Prioritized,
    Diversified,
    CapacityOptimized,
    CapacityOptimizedPrioritized,
    PriceCapacityOptimized,
    Optimal,
    /// `lowest-price` of EC2's fleets: by price per unit, whatever an overshoot costs (G22).
    LowestUnitPrice,
}

impl Strategy {
    fn run(self, pass: &mut AllocationPass) {
        match self {
            Self::LowestPrice => lowest_price::run(pass),
            Self::LowestPricePools(count) => lowest_price_pools::run(pass, count),
            Self::Prioritized => prioritized::run(pass),
            Self::Diversified => diversified::run(pass),
            Self::CapacityOptimized => capacity_optimized::run(pass),
            Self::CapacityOptimizedPrioritized => capacity_optimized_prioritized::run(pass),
            Self::PriceCapacityOptimized => price_capacity_optimized::run(pass),
            Self::Optimal => optimal::run(pass),
            Self::LowestUnitPrice => lowest_unit_price::run(pass),
        }
    }
}

api_enum! {
    /// The strategies by the names that the API gives them; each billing has some of them.
    pub enum AllocationStrategy {
        LowestPrice = "lowest-price",
        Prioritized = "prioritized",
        Diversified = "diversified",
        CapacityOptimized = "capacity-optimized",
        CapacityOptimizedPrioritized = "capacity-optimized-prioritized",
        PriceCapacityOptimized = "price-capacity-optimized",
        Optimal = "optimal",
    }
}

impl From<AllocationStrategy> for Strategy {
    fn from(strategy: AllocationStrategy) -> Self {
        match strategy {
            AllocationStrategy::LowestPrice => Self::LowestPrice,
            AllocationStrategy::Prioritized => Self::Prioritized,
            AllocationStrategy::Diversified => Self::Diversified,
            AllocationStrategy::CapacityOptimized => Self::CapacityOptimized,
            AllocationStrategy::CapacityOptimizedPrioritized => Self::CapacityOptimizedPrioritized,
            AllocationStrategy::PriceCapacityOptimized => Self::PriceCapacityOptimized,
            AllocationStrategy::Optimal => Self::Optimal,
        }
    }
}

/// What a pass delivers: the pools that were tried, in the order first tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    pub pools: Vec<PoolAllocation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolAllocation {
    /// Index into [`AllocationRequest::pools`].
    pub pool: usize,
    pub amount: u32,
    /// Set if the strategy wanted one more instance from the pool than could be launched, with the first reason
    /// (`optimal`: only when the target was missed).
    pub shortage: Option<Shortage>,
}

/// What ran out at a launch; the first of instances, addresses and quota that is used up is the reason (G3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    Instances,
    Addresses,
    Quota,
}

impl Shortage {
    /// The text in logs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Instances => "no stock",
            Self::Addresses => "no address",
            Self::Quota => "no quota",
        }
    }
}
