//! The account of one pass: the units still to deliver, the capacity still free, and the instances launched per pool.

use std::cmp::Ordering;

use super::fixed_point::{scale, scale_units, widening_mul};
use super::{Allocation, AllocationRequest, CandidatePool, PoolAllocation, Shortage};

/// Sums over pools fit into 128 bits, and 36 digits remain for weights and target together.
const MAX_UNITS: u128 = 1 << 120;
/// Times 2^32 instances in each of 2^15 pools it stays below 2^128, and 24 digits remain.
const MAX_PRICE: u128 = 1 << 80;

#[derive(Clone)]
pub(super) struct AllocationPass<'a> {
    request: AllocationRequest<'a>,
    pub(super) pools: &'a [CandidatePool],
    /// Prices of one instance by pool; only their ratios have a meaning.
    pub(super) prices: Vec<u128>,
    /// Units of one instance by pool, on the scale of `remaining`.
    pub(super) weights: Vec<u128>,
    /// Units that the pass still has to deliver (G4).
    pub(super) remaining: u128,
    /// The pools that take part, cheapest per unit first, ties in the order of the request (G5).
    pub(super) by_unit_price: Vec<usize>,
    /// Instances launched so far, by pool.
    pub(super) amounts: Vec<u32>,
    free_addresses: Vec<u32>,
    free_vcpus: Option<u64>,
    /// Instances wanted so far, by pool.
    wanted: Vec<u128>,
    /// Pools in the order first tried.
    tried: Vec<usize>,
    /// Why the first incomplete launch of each pool was incomplete.
    shortages: Vec<Option<Shortage>>,
}

impl<'a> AllocationPass<'a> {
    pub(super) fn new(request: &AllocationRequest<'a>) -> Self {
        let pools = request.pools;
        let target_first = std::iter::once(request.target).chain(pools.iter().map(|pool| pool.weight));
        let mut weights = scale_units(target_first, MAX_UNITS);
        let remaining = weights.remove(0);
        let prices = scale(pools.iter().map(|pool| pool.price), MAX_PRICE);
        let mut by_unit_price: Vec<usize> = (0..pools.len()).filter(|&pool| weights[pool] > 0).collect();
        by_unit_price.sort_by(|&a, &b| compare_unit_prices((prices[a], weights[a]), (prices[b], weights[b])));
        Self {
            request: request.clone(),
            pools,
            prices,
            weights,
            remaining,
            by_unit_price,
            amounts: vec![0; pools.len()],
            free_addresses: request.free_addresses.to_vec(),
            free_vcpus: request.free_vcpus,
            wanted: vec![0; pools.len()],
            tried: Vec::new(),
            shortages: vec![None; pools.len()],
        }
    }

    /// The same pass before its first launch.
    pub(super) fn restarted(&self) -> Self {
        Self::new(&self.request)
    }

    /// How many instances of the pool would deliver the remaining units, rounded up (G4).
    pub(super) fn instances_needed(&self, pool: usize) -> u128 {
        self.remaining.div_ceil(self.weights[pool])
    }

    /// How many instances of the pool are still free, whatever addresses and quota allow.
    pub(super) fn free_instances(&self, pool: usize) -> u32 {
        self.pools[pool].free - self.amounts[pool]
    }

    /// How many more instances of the pool can be launched: free ones, within addresses and quota.
    pub(super) fn launchable(&self, pool: usize) -> u32 {
        let CandidatePool { vswitch, vcpus, .. } = self.pools[pool];
        let within_quota = match self.free_vcpus {
            Some(free) if vcpus > 0 => u32::try_from(free / u64::from(vcpus)).unwrap_or(u32::MAX),
            _ => u32::MAX,
        };
        self.free_instances(pool).min(self.free_addresses[vswitch]).min(within_quota)
    }

    /// Launches as many instances as wanted, or as many as can be launched; returns false if that was fewer.
    ///
    /// The result is the same as that of launching one by one: the first that fails gives the reason (G3).
    pub(super) fn launch(&mut self, pool: usize, wanted: u128) -> bool {
        let launched = u32::try_from(wanted).unwrap_or(u32::MAX).min(self.launchable(pool));
        if self.amounts[pool] == 0 && self.shortages[pool].is_none() {
            self.tried.push(pool);
        }
        self.wanted[pool] = self.wanted[pool].saturating_add(wanted);
        self.amounts[pool] += launched;
        self.free_addresses[self.pools[pool].vswitch] -= launched;
        self.free_vcpus = self.free_vcpus.map(|free| free - u64::from(launched) * u64::from(self.pools[pool].vcpus));
        self.remaining = self.remaining.saturating_sub(self.weights[pool].saturating_mul(u128::from(launched)));
        if u128::from(launched) == wanted {
            return true;
        }
        let shortage = self.current_shortage(pool);
        self.shortages[pool].get_or_insert(shortage);
        false
    }

    /// Takes from each pool what it has, in the order given, until the target is reached.
    pub(super) fn launch_in_order(&mut self, pools: &[usize]) {
        for &pool in pools {
            if self.remaining == 0 {
                break;
            }
            self.launch(pool, self.instances_needed(pool));
        }
    }

    /// Whether all these further launches (pool, instances) are possible together.
    pub(super) fn can_launch_all(&self, launches: &[(usize, u128)]) -> bool {
        let mut free_addresses: Vec<u128> = self.free_addresses.iter().map(|&free| u128::from(free)).collect();
        let mut free_vcpus = self.free_vcpus.map_or(u128::MAX, u128::from);
        launches.iter().all(|&(pool, wanted)| {
            let CandidatePool { vswitch, vcpus, .. } = self.pools[pool];
            let is_possible = wanted <= u128::from(self.launchable(pool))
                && wanted <= free_addresses[vswitch]
                && wanted * u128::from(vcpus) <= free_vcpus;
            if is_possible {
                free_addresses[vswitch] -= wanted;
                free_vcpus -= wanted * u128::from(vcpus);
            }
            is_possible
        })
    }

    pub(super) fn free_addresses(&self) -> &[u32] {
        &self.free_addresses
    }

    pub(super) const fn free_vcpus(&self) -> Option<u64> {
        self.free_vcpus
    }

    /// Whether a launch was incomplete because of addresses or quota.
    pub(super) fn is_constrained(&self) -> bool {
        self.shortages.iter().any(|shortage| matches!(shortage, Some(Shortage::Addresses | Shortage::Quota)))
    }

    /// For `optimal`, which reports shortages only when it missed the target.
    pub(super) fn clear_shortages(&mut self) {
        self.shortages.fill(None);
        self.tried.retain(|&pool| self.amounts[pool] > 0);
        self.wanted = self.amounts.iter().map(|&amount| u128::from(amount)).collect();
    }

    pub(super) fn finish(self) -> Allocation {
        self.log();
        let of_pool =
            |&pool: &usize| PoolAllocation { pool, amount: self.amounts[pool], shortage: self.shortages[pool] };
        Allocation { pools: self.tried.iter().map(of_pool).collect() }
    }

    /// Logs one line per pool tried: what was asked of it, what it gave, and why no more.
    fn log(&self) {
        for &pool in &self.tried {
            let CandidatePool { zone_id, instance_type, price, .. } = &self.pools[pool];
            let why = self.shortages[pool].map_or("enough", Shortage::name);
            tracing::info!(%zone_id, %instance_type, %price, asked = %self.wanted[pool], got = self.amounts[pool], why, "pool");
        }
    }

    /// Instances before addresses before quota, when several are used up at once.
    fn current_shortage(&self, pool: usize) -> Shortage {
        if self.free_instances(pool) == 0 {
            Shortage::Instances
        } else if self.free_addresses[self.pools[pool].vswitch] == 0 {
            Shortage::Addresses
        } else {
            Shortage::Quota
        }
    }
}

/// Orders pools given as (price, weight) by price per unit.
pub(super) fn compare_unit_prices(a: (u128, u128), b: (u128, u128)) -> Ordering {
    widening_mul(a.0, b.1).cmp(&widening_mul(b.0, a.1))
}
