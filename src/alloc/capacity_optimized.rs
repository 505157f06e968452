//! `capacity-optimized`: the deepest pools first, whatever they cost.

use std::cmp::Reverse;

use super::pass::Pass;

/// Fills the pools by free instances (not units) before the pass, most first.
pub(super) fn run(pass: &mut Pass) {
    let mut order = pass.by_unit_price.clone();
    // A stable sort keeps the order that decides ties (G5).
    order.sort_by_key(|&pool| Reverse(pass.pools[pool].stock));
    pass.launch_in_order(&order);
}
