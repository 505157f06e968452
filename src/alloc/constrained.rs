//! `optimal` where addresses or quota limit the launch: the best of what every strategy would launch and of a short
//! exact search.

use std::cmp::Reverse;

use super::pass::AllocationPass;
use super::{CandidatePool, Strategy};

/// Counts that the search tries; they take about a millisecond.
const MAX_SEARCH_STEPS: usize = 20_000;
/// The most pools of `lowest-price` over several pools that are tried: a group has ten configs by default.
const MAX_POOLS_TO_USE: u32 = 10;

/// The other strategies, except those over several pools.
const OTHERS: [Strategy; 7] = [
    Strategy::LowestPrice,
    Strategy::LowestUnitPrice,
    Strategy::Prioritized,
    Strategy::Diversified,
    Strategy::CapacityOptimized,
    Strategy::CapacityOptimizedPrioritized,
    Strategy::PriceCapacityOptimized,
];

/// Instances by pool that reach the target at the lowest cost, or deliver the most units if it is out of reach. `found`
/// is what was launched so far; never fewer units than any other strategy, and exact if the search ends within its
/// steps (G5).
pub(super) fn best_amounts(start: &AllocationPass, found: &AllocationPass) -> Vec<u32> {
    let mut best = Selection::of(start, found.amounts.clone());
    let count = u32::try_from(start.pools.len()).unwrap_or(u32::MAX).min(MAX_POOLS_TO_USE);
    for strategy in OTHERS.into_iter().chain((2..=count).map(Strategy::LowestPricePools)) {
        let mut pass = start.clone();
        strategy.run(&mut pass);
        best = best.better_of(Selection::of(start, pass.amounts));
    }
    let mut search = Search::new(start, best);
    search.visit(0);
    search.best.amounts
}

/// Instances by pool, with the sums that decide between choices.
#[derive(Clone, Debug)]
struct Selection {
    /// Units that are missing to the target.
    missing: u128,
    cost: u128,
    /// Units beyond the target.
    overshoot: u128,
    instances: u64,
    amounts: Vec<u32>,
}

impl Selection {
    fn of(start: &AllocationPass, amounts: Vec<u32>) -> Self {
        let sum = |values: &[u128]| -> u128 {
            let products = values.iter().zip(&amounts).map(|(value, &amount)| value.saturating_mul(u128::from(amount)));
            products.fold(0, u128::saturating_add)
        };
        let units = sum(&start.weights);
        Self {
            missing: start.remaining.saturating_sub(units),
            cost: sum(&start.prices),
            overshoot: units.saturating_sub(start.remaining),
            instances: amounts.iter().map(|&amount| u64::from(amount)).sum(),
            amounts,
        }
    }

    fn better_of(self, other: Self) -> Self {
        let rank = |choice: &Self| (choice.missing, choice.cost, choice.overshoot, choice.instances);
        if (rank(&other), Reverse(&other.amounts)) < (rank(&self), Reverse(&self.amounts)) { other } else { self }
    }
}

/// Depth first through the pools, the cheapest per unit first and the largest count first.
struct Search<'a> {
    start: &'a AllocationPass<'a>,
    order: Vec<usize>,
    /// Units of all free instances of the pools from a depth on.
    units_from: Vec<u128>,
    best: Selection,
    steps: usize,
    amounts: Vec<u32>,
    free_addresses: Vec<u32>,
    free_vcpus: Option<u64>,
    remaining: u128,
    cost: u128,
}

impl<'a> Search<'a> {
    fn new(start: &'a AllocationPass<'a>, best: Selection) -> Self {
        let order = start.by_unit_price.clone();
        let mut units_from = vec![0_u128; order.len() + 1];
        for (depth, &pool) in order.iter().enumerate().rev() {
            let units = start.weights[pool].saturating_mul(u128::from(start.free_instances(pool)));
            units_from[depth] = units_from[depth + 1].saturating_add(units);
        }
        Self {
            units_from,
            best,
            steps: MAX_SEARCH_STEPS,
            amounts: vec![0; start.pools.len()],
            free_addresses: start.free_addresses().to_vec(),
            free_vcpus: start.free_vcpus(),
            remaining: start.remaining,
            cost: 0,
            start,
            order,
        }
    }

    fn visit(&mut self, depth: usize) {
        let next = self.order.get(depth).copied().filter(|_| self.remaining > 0);
        let Some(pool) = next else {
            let choice = Selection::of(self.start, self.amounts.clone());
            let best = std::mem::replace(&mut self.best, choice.clone());
            self.best = best.better_of(choice);
            return;
        };
        if self.cannot_win(depth, pool) {
            return;
        }
        let CandidatePool { vswitch, vcpus, .. } = self.start.pools[pool];
        let weight = self.start.weights[pool];
        let needed = u32::try_from(self.remaining.div_ceil(weight)).unwrap_or(u32::MAX);
        let within_quota = match self.free_vcpus {
            Some(free) if vcpus > 0 => u32::try_from(free / u64::from(vcpus)).unwrap_or(u32::MAX),
            _ => u32::MAX,
        };
        let most = needed.min(self.start.free_instances(pool)).min(self.free_addresses[vswitch]).min(within_quota);
        for count in (0..=most).rev() {
            if self.steps == 0 {
                return;
            }
            self.steps -= 1;
            let (remaining, cost, free_vcpus) = (self.remaining, self.cost, self.free_vcpus);
            self.amounts[pool] = count;
            self.free_addresses[vswitch] -= count;
            self.free_vcpus = free_vcpus.map(|free| free - u64::from(count) * u64::from(vcpus));
            self.remaining = remaining.saturating_sub(weight.saturating_mul(u128::from(count)));
            self.cost = cost.saturating_add(self.start.prices[pool].saturating_mul(u128::from(count)));
            self.visit(depth + 1);
            self.free_addresses[vswitch] += count;
            (self.remaining, self.cost, self.free_vcpus) = (remaining, cost, free_vcpus);
        }
        self.amounts[pool] = 0;
    }

    /// Whether nothing from this depth on can beat the best choice, whatever addresses and quota allow.
    fn cannot_win(&self, depth: usize, pool: usize) -> bool {
        let missing = self.remaining.saturating_sub(self.units_from[depth]);
        // No later pool is cheaper per unit. A product that overflows counts as nothing, which is a bound too.
        let later =
            self.start.prices[pool].checked_mul(self.remaining - missing).unwrap_or(0) / self.start.weights[pool];
        missing > self.best.missing
            || missing == self.best.missing
                && self.best.missing == 0
                && self.cost.saturating_add(later) > self.best.cost
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::strategy::Strategy as Generator;

    use crate::alloc::{AllocationRequest, CandidatePool, Strategy, allocate};
    use crate::base::Decimal;

    fn pool() -> impl Generator<Value = CandidatePool> {
        (1..=20_i64, 1..=4_i64, 0..=3_u32, 0..2_usize, 0..=4_u32).prop_map(|(price, weight, free, vswitch, vcpus)| {
            CandidatePool {
                zone_id: "a".into(),
                instance_type: "t".into(),
                price: Decimal::from(price),
                weight: Decimal::from(weight),
                priority: None,
                free,
                vswitch,
                vcpus,
            }
        })
    }

    /// (units missing, cost, overshoot) of the best of all selections.
    fn best_of_all(request: &AllocationRequest) -> (i64, i64, i64) {
        let number = |decimal: Decimal| i64::try_from(decimal).unwrap();
        let pools = request.pools;
        let mut amounts = vec![0_u32; pools.len()];
        let mut best = (i64::MAX, 0, 0);
        loop {
            let sum = |value: &dyn Fn(&CandidatePool) -> i64| -> i64 {
                pools.iter().zip(&amounts).map(|(pool, &amount)| value(pool) * i64::from(amount)).sum()
            };
            let addresses = |vswitch: usize| sum(&|pool| i64::from(pool.vswitch == vswitch));
            let fits = (0..2).all(|vswitch| addresses(vswitch) <= i64::from(request.free_addresses[vswitch]))
                && request.free_vcpus.is_none_or(|free| sum(&|pool| pool.vcpus.into()) <= i64::try_from(free).unwrap());
            if fits {
                let (units, target) = (sum(&|pool| number(pool.weight)), number(request.target));
                let cost = sum(&|pool| number(pool.price));
                best = best.min(((target - units).max(0), cost, (units - target).max(0)));
            }
            let Some(next) = (0..pools.len()).find(|&pool| amounts[pool] < pools[pool].free) else { return best };
            amounts[..next].fill(0);
            amounts[next] += 1;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn optimal_is_the_best_of_all_selections_within_addresses_and_quota_g5(
            pools in vec(pool(), 1..5),
            target in 1..20_i64,
            free_addresses in vec(0..6_u32, 2),
            free_vcpus in prop::option::of(0..16_u64),
        ) {
            let request = AllocationRequest {
                strategy: Strategy::Optimal,
                target: Decimal::from(target),
                pools: &pools,
                free_addresses: &free_addresses,
                free_vcpus,
            };
            let sum = |value: &dyn Fn(&CandidatePool) -> Decimal| -> i64 {
                let of = |pool: &crate::alloc::PoolAllocation| value(&pools[pool.pool]) * Decimal::from(pool.amount);
                i64::try_from(allocate(&request).pools.iter().map(of).sum::<Decimal>()).unwrap()
            };
            let (units, cost) = (sum(&|pool| pool.weight), sum(&|pool| pool.price));
            prop_assert_eq!(((target - units).max(0), cost, (units - target).max(0)), best_of_all(&request));
        }
    }
}
