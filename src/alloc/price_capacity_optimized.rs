//! `price-capacity-optimized`: the cheapest of the pools that have many free instances.

use super::pass::AllocationPass;

/// Fills deep pools in order of price per unit, then those that are deep among the rest, and so on.
pub(super) fn run(pass: &mut AllocationPass) {
    let mut rest = pass.by_unit_price.clone();
    let mut order = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let most = rest.iter().map(|&pool| pass.pools[pool].free).max().unwrap_or(0);
        let (deep, shallow): (Vec<usize>, Vec<usize>) = rest.iter().partition(|&&pool| is_deep(pass, pool, most));
        order.extend(deep);
        rest = shallow;
    }
    pass.launch_in_order(&order);
}

/// Whether a pool has twice the free instances that the whole target would take of it, or at least half as many as the
/// pool that has `most` (ours: the service publishes no figure).
fn is_deep(pass: &AllocationPass, pool: usize, most: u32) -> bool {
    let free = u128::from(pass.pools[pool].free);
    free >= pass.instances_needed(pool).saturating_mul(2) || free * 2 >= u128::from(most)
}
