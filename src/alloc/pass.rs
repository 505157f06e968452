//! The books of one pass: what is still lacking, what is still free, what was placed where.

use std::cmp::Ordering;

use super::whole::{product, to_whole};
use super::{Outcome, Placement, Pool, Request, Shortage};

/// Room above for sums over pools in 128 bits, and still 36 digits for weights and target together.
const MOST_UNITS: u128 = 1 << 120;
/// Times 2^32 instances in each of 2^15 pools it stays below 2^128, and still 24 digits.
const HIGHEST_PRICE: u128 = 1 << 80;

pub(super) struct Pass<'a> {
    pub(super) pools: &'a [Pool],
    /// Price of one instance; only its proportion to the others means something.
    pub(super) prices: Vec<u128>,
    /// Units of one instance, on the scale of `remaining`.
    pub(super) weights: Vec<u128>,
    /// What the pass still lacks (G4).
    pub(super) remaining: u128,
    /// The pools that take part, cheapest per unit first, equals in the order of the request (G5).
    pub(super) by_unit_price: Vec<usize>,
    /// Instances launched so far, by pool.
    pub(super) amounts: Vec<u32>,
    free_addresses: Vec<u32>,
    free_vcpus: Option<u64>,
    /// Instances wanted so far, by pool.
    asked: Vec<u128>,
    /// Pools in the order first tried, and why the first launch failed that did.
    tried: Vec<usize>,
    shortages: Vec<Option<Shortage>>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(request: &Request<'a>) -> Self {
        let pools = request.pools;
        let target_first = std::iter::once(request.target).chain(pools.iter().map(|pool| pool.weight));
        let mut weights = to_whole(target_first, MOST_UNITS);
        let remaining = weights.remove(0);
        let prices = to_whole(pools.iter().map(|pool| pool.price), HIGHEST_PRICE);
        let mut by_unit_price: Vec<usize> = (0..pools.len()).filter(|&pool| weights[pool] > 0).collect();
        by_unit_price.sort_by(|&a, &b| compare_unit_prices((prices[a], weights[a]), (prices[b], weights[b])));
        Self {
            pools,
            prices,
            weights,
            remaining,
            by_unit_price,
            amounts: vec![0; pools.len()],
            free_addresses: request.free_addresses.to_vec(),
            free_vcpus: request.free_vcpus,
            asked: vec![0; pools.len()],
            tried: Vec::new(),
            shortages: vec![None; pools.len()],
        }
    }

    /// How many instances of the pool would deliver what is lacking, rounded up (G4).
    pub(super) fn needed(&self, pool: usize) -> u128 {
        self.remaining.div_ceil(self.weights[pool])
    }

    /// How many more instances of the pool stock, addresses and quota allow.
    pub(super) fn room(&self, pool: usize) -> u32 {
        let Pool { stock, vswitch, vcpus, .. } = self.pools[pool];
        let in_quota = match self.free_vcpus {
            Some(free) if vcpus > 0 => u32::try_from(free / u64::from(vcpus)).unwrap_or(u32::MAX),
            _ => u32::MAX,
        };
        (stock - self.amounts[pool]).min(self.free_addresses[vswitch]).min(in_quota)
    }

    /// Launches as many instances as wanted, or as there is room for; false if that was fewer.
    ///
    /// The same as launching one by one: the first that fails names the reason (G3).
    pub(super) fn launch(&mut self, pool: usize, wanted: u128) -> bool {
        let room = self.room(pool);
        let granted = u32::try_from(wanted).unwrap_or(u32::MAX).min(room);
        if self.amounts[pool] == 0 && self.shortages[pool].is_none() {
            self.tried.push(pool);
        }
        self.asked[pool] = self.asked[pool].saturating_add(wanted);
        self.amounts[pool] += granted;
        self.free_addresses[self.pools[pool].vswitch] -= granted;
        self.free_vcpus = self.free_vcpus.map(|free| free - u64::from(granted) * u64::from(self.pools[pool].vcpus));
        self.remaining = self.remaining.saturating_sub(self.weights[pool].saturating_mul(u128::from(granted)));
        if u128::from(granted) == wanted {
            return true;
        }
        let reason = self.what_binds(pool);
        self.shortages[pool].get_or_insert(reason);
        false
    }

    /// Takes from each pool what it has, in the order given, until nothing is lacking.
    pub(super) fn launch_in_order(&mut self, pools: &[usize]) {
        for &pool in pools {
            if self.remaining == 0 {
                break;
            }
            self.launch(pool, self.needed(pool));
        }
    }

    /// Whether these further launches (pool, instances) all have room, taken together.
    pub(super) fn has_room_for(&self, launches: &[(usize, u128)]) -> bool {
        let mut free_addresses: Vec<u128> = self.free_addresses.iter().map(|&free| u128::from(free)).collect();
        let mut free_vcpus = self.free_vcpus.map_or(u128::MAX, u128::from);
        launches.iter().all(|&(pool, wanted)| {
            let Pool { vswitch, vcpus, .. } = self.pools[pool];
            let has_room = wanted <= u128::from(self.room(pool))
                && wanted <= free_addresses[vswitch]
                && wanted * u128::from(vcpus) <= free_vcpus;
            if has_room {
                free_addresses[vswitch] -= wanted;
                free_vcpus -= wanted * u128::from(vcpus);
            }
            has_room
        })
    }

    /// For `optimal`, whose shortages count only when the target was missed.
    pub(super) fn forget_shortages(&mut self) {
        self.shortages.fill(None);
        self.tried.retain(|&pool| self.amounts[pool] > 0);
        self.asked = self.amounts.iter().map(|&amount| u128::from(amount)).collect();
    }

    pub(super) fn finish(self) -> Outcome {
        self.log();
        let placement = |&pool: &usize| Placement { pool, amount: self.amounts[pool], short: self.shortages[pool] };
        Outcome { placements: self.tried.iter().map(placement).collect() }
    }

    /// One line per pool tried: what was asked of it, what it gave, and why no more.
    fn log(&self) {
        for &pool in &self.tried {
            let Pool { zone_id, instance_type, price, .. } = &self.pools[pool];
            let why = self.shortages[pool].map_or("enough", Shortage::name);
            tracing::info!(%zone_id, %instance_type, %price, asked = %self.asked[pool], got = self.amounts[pool], why, "pool");
        }
    }

    /// Stock before addresses before quota, when several are used up at once.
    fn what_binds(&self, pool: usize) -> Shortage {
        if self.amounts[pool] == self.pools[pool].stock {
            Shortage::Stock
        } else if self.free_addresses[self.pools[pool].vswitch] == 0 {
            Shortage::Addresses
        } else {
            Shortage::Quota
        }
    }
}

/// Orders pools given as (price, weight) by price per unit.
pub(super) fn compare_unit_prices(a: (u128, u128), b: (u128, u128)) -> Ordering {
    product(a.0, b.1).cmp(&product(b.0, a.1))
}
