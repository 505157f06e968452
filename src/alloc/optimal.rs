//! `optimal` (ours): the cheapest whole instances that reach the target.

use super::knapsack::{self, Item};
use super::pass::AllocationPass;
use super::{AllocationRequest, CandidatePool, Strategy};
use crate::base::Decimal;

/// Launches the cheapest instances that reach the target, pool by pool in their order; if the target is out of reach,
/// launches everything.
///
/// A pool without an address or quota counts as empty. When a launch fails for lack of either, the rest is chosen
/// again.
pub(super) fn run(pass: &mut AllocationPass) {
    while pass.remaining > 0 {
        let Some(amounts) = knapsack::cheapest(pass.remaining, &items(pass)) else {
            let mut all: Vec<usize> = pass.by_unit_price.clone();
            all.sort_unstable();
            return pass.launch_in_order(&all);
        };
        for (pool, amount) in amounts.into_iter().enumerate().filter(|&(_, amount)| amount > 0) {
            if !pass.launch(pool, u128::from(amount)) {
                break;
            }
        }
    }
    pass.clear_shortages();
}

/// Hourly cost of the cheapest instances that together deliver at least `units`, limited by free instances alone; zero
/// for no units, `None` if the pools have fewer units or the sum does not fit into a `Decimal` (G8).
#[must_use]
pub fn cheapest_cost(pools: &[CandidatePool], units: Decimal) -> Option<Decimal> {
    let one_vswitch: Vec<CandidatePool> =
        pools.iter().map(|pool| CandidatePool { vswitch: 0, ..pool.clone() }).collect();
    let request = AllocationRequest {
        strategy: Strategy::Optimal,
        target: units,
        pools: &one_vswitch,
        free_addresses: &[u32::MAX],
        free_vcpus: None,
    };
    let pass = AllocationPass::new(&request);
    let amounts = knapsack::cheapest(pass.remaining, &items(&pass))?;
    amounts
        .iter()
        .zip(pools)
        .try_fold(Decimal::ZERO, |sum, (&amount, pool)| sum.checked_add(pool.price.checked_mul(Decimal::from(amount))?))
}

fn items(pass: &AllocationPass) -> Vec<Item> {
    let item = |pool: usize| Item {
        price: pass.prices[pool],
        weight: pass.weights[pool],
        free: if pass.launchable(pool) == 0 { 0 } else { pass.free_instances(pool) },
    };
    (0..pass.pools.len()).map(item).collect()
}
