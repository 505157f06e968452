//! `prioritized`: the order that the user gave.

use super::pass::Pass;

/// Fills the pools by priority, 0 first, those without one last.
pub(super) fn run(pass: &mut Pass) {
    let mut order = pass.by_unit_price.clone();
    // A stable sort keeps the order that decides ties (G5).
    order.sort_by_key(|&pool| (pass.pools[pool].priority.is_none(), pass.pools[pool].priority));
    pass.launch_in_order(&order);
}
