//! `optimal` (ours): the cheapest whole instances that reach the target.

use super::constrained::best_amounts;
use super::knapsack::{self, Item};
use super::pass::AllocationPass;
use super::{AllocationRequest, CandidatePool, Strategy};
use crate::base::Decimal;

/// Launches the cheapest instances that reach the target, pool by pool in their order; if the target is out of reach,
/// launches as many units as possible. Where addresses or quota limit the launch, the result is that of
/// [`best_amounts`].
pub(super) fn run(pass: &mut AllocationPass) {
    let is_reached = launch_cheapest(pass);
    if pass.is_constrained() {
        let start = pass.restarted();
        let amounts = best_amounts(&start, pass);
        *pass = start;
        for (pool, amount) in amounts.into_iter().enumerate().filter(|&(_, amount)| amount > 0) {
            pass.launch(pool, u128::from(amount));
        }
        if pass.remaining > 0 {
            launch_all(pass);
        } else {
            pass.clear_shortages();
        }
    } else if is_reached {
        pass.clear_shortages();
    }
}

/// As if only free instances were a limit: a pool without an address or quota counts as empty, and when a launch fails
/// for lack of either, the rest is chosen again. Returns whether the target was reached.
fn launch_cheapest(pass: &mut AllocationPass) -> bool {
    while pass.remaining > 0 {
        let Some(amounts) = knapsack::cheapest(pass.remaining, &items(pass)) else {
            launch_all(pass);
            return false;
        };
        for (pool, amount) in amounts.into_iter().enumerate().filter(|&(_, amount)| amount > 0) {
            if !pass.launch(pool, u128::from(amount)) {
                break;
            }
        }
    }
    true
}

/// Tries every pool, so that each says why it gives no more.
fn launch_all(pass: &mut AllocationPass) {
    let mut all: Vec<usize> = pass.by_unit_price.clone();
    all.sort_unstable();
    pass.launch_in_order(&all);
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
