//! `optimal` (ours): the cheapest whole instances that reach the target.

use super::cover::{Item, cheapest};
use super::pass::Pass;
use super::{Pool, Request, Strategy};
use crate::base::Decimal;

/// Launches the cheapest fleet, pool by pool in their order; out of reach, all there is.
///
/// A pool without address or quota counts as empty. When a launch fails for lack of either, the rest is decided anew.
pub(super) fn run(pass: &mut Pass) {
    while pass.remaining > 0 {
        let Some(amounts) = cheapest(pass.remaining, &items(pass)) else {
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
    pass.forget_shortages();
}

/// What the cheapest fleet of at least so many units costs an hour, by stock alone; zero for no units, `None` if the
/// pools have less or the sum is beyond what a `Decimal` holds.
///
/// Source: `rules.md` G8.
#[must_use]
pub fn cheapest_cost(pools: &[Pool], units: Decimal) -> Option<Decimal> {
    let addresses: Vec<Pool> = pools.iter().map(|pool| Pool { vswitch: 0, ..pool.clone() }).collect();
    let request = Request {
        strategy: Strategy::Optimal,
        target: units,
        pools: &addresses,
        free_addresses: &[u32::MAX],
        free_vcpus: None,
    };
    let pass = Pass::new(&request);
    let amounts = cheapest(pass.remaining, &items(&pass))?;
    amounts
        .iter()
        .zip(pools)
        .try_fold(Decimal::ZERO, |sum, (&amount, pool)| sum.checked_add(pool.price.checked_mul(Decimal::from(amount))?))
}

fn items(pass: &Pass) -> Vec<Item> {
    let item = |pool: usize| Item {
        price: pass.prices[pool],
        weight: pass.weights[pool],
        stock: if pass.room(pool) == 0 { 0 } else { pass.pools[pool].stock - pass.amounts[pool] },
    };
    (0..pass.pools.len()).map(item).collect()
}
