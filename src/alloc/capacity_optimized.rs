//! `capacity-optimized`: the pools with most free instances first, whatever they cost.

use std::cmp::Reverse;

use super::pass::AllocationPass;

/// Fills the pools in order of free instances (not units) before the pass, most first.
pub(super) fn run(pass: &mut AllocationPass) {
    let mut order = pass.by_unit_price.clone();
    // A stable sort keeps the order that decides ties (G5).
    order.sort_by_key(|&pool| Reverse(pass.pools[pool].free));
    pass.launch_in_order(&order);
}
