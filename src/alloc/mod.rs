//! Which pools get how many instances: pure functions from a request to placements.
//!
//! One strategy per file, all with one signature. Knows prices, weights and free units; knows nothing of worlds, ids
//! or time. The rules are `rules.md` G1–G5 and the table there.

use crate::base::{Decimal, InstanceTypeName, ZoneId};

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
