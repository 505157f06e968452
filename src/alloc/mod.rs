//! Which pools get how many instances: pure functions from a request to placements.
//!
//! One strategy per file, all with one signature. Knows prices, weights and free units; knows nothing of worlds, ids
//! or time. The rules are `rules.md` G1–G5 and the table there.
//!
//! Inside a pass there are no decimals: `whole` turns them into whole numbers once, and `pass` keeps the books.

mod capacity_optimized;
mod cover;
mod diversified;
mod evenly;
mod lowest_price;
mod lowest_price_pools;
mod optimal;
mod pass;
mod prioritized;
mod round_robin;
#[cfg(test)]
mod tests;
mod whole;

pub use optimal::cheapest_cost;
pub use round_robin::{MinMax, round_robin};

use crate::base::{Decimal, InstanceTypeName, ZoneId};
use pass::Pass;

/// Runs one pass: which pools get how many instances, and which had fewer than the strategy wanted.
///
/// Equal requests have equal outcomes. A target of zero or less tries no pool; a pool whose weight is not above zero
/// takes no part; a price below zero counts as zero. Numbers are exact as long as the weights and the target together
/// need at most 36 digits, and the prices 24, counted from the first digit of the largest to the last of the finest;
/// what is finer is cut off. Source: `rules.md` G3–G5 and the table of strategies.
#[must_use]
pub fn allocate(request: &Request) -> Outcome {
    let mut pass = Pass::new(request);
    match request.strategy {
        Strategy::LowestPrice => lowest_price::run(&mut pass),
        Strategy::LowestPricePools(count) => lowest_price_pools::run(&mut pass, count),
        Strategy::Prioritized => prioritized::run(&mut pass),
        Strategy::Diversified => diversified::run(&mut pass),
        Strategy::CapacityOptimized => capacity_optimized::run(&mut pass),
        Strategy::Optimal => optimal::run(&mut pass),
    }
    pass.finish()
}

/// One pass: so many units of one billing, spread over pools by a strategy.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub strategy: Strategy,
    /// What the pass should deliver, in units; zero or less delivers nothing.
    pub target: Decimal,
    /// The pools that take part, in the order of the configuration.
    pub pools: &'a [Pool],
    /// Free private addresses per vSwitch; [`Pool::vswitch`] points into it.
    pub free_addresses: &'a [u32],
    /// vCPUs that the account's quota still allows in this region; `None` is no quota.
    pub free_vcpus: Option<u64>,
}

/// A pool (one zone, one instance type, one billing) as one pass sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    /// Price of one instance for one hour.
    pub price: Decimal,
    /// Units that one instance delivers; above zero.
    pub weight: Decimal,
    /// 0 is the highest; `None` comes last. Only `prioritized` looks at it.
    pub priority: Option<u32>,
    /// Free instances before the pass.
    pub stock: u32,
    /// Which entry of [`Request::free_addresses`] its instances take their addresses from.
    pub vswitch: usize,
    /// vCPUs of one instance.
    pub vcpus: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    LowestPrice,
    /// `lowest-price` over the k cheapest pools (spot, `spot_instance_pools_to_use_count`).
    LowestPricePools(u32),
    Prioritized,
    Diversified,
    CapacityOptimized,
    Optimal,
}

/// What a pass delivers: the pools tried, in the order first tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub placements: Vec<Placement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Index into [`Request::pools`].
    pub pool: usize,
    pub amount: u32,
    /// Set if the strategy wanted one more instance from the pool than there was, with the reason that bound first
    /// (`optimal`: only when the target was missed).
    pub short: Option<Shortage>,
}

/// What bound at a launch (G3); the first of stock, addresses, quota that is used up names the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    Stock,
    Addresses,
    Quota,
}

impl Shortage {
    /// How logs say it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stock => "no stock",
            Self::Addresses => "no address",
            Self::Quota => "no quota",
        }
    }
}
