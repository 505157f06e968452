//! `prioritized`: the order of the user's priorities.

use super::pass::AllocationPass;

/// Fills the pools by priority: 0 first, pools without a priority last.
pub(super) fn run(pass: &mut AllocationPass) {
    let mut order = pass.by_unit_price.clone();
    // A stable sort keeps the order that decides ties (G5).
    order.sort_by_key(|&pool| (pass.pools[pool].priority.is_none(), pass.pools[pool].priority));
    pass.launch_in_order(&order);
}
