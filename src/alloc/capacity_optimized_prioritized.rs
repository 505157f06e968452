//! `capacity-optimized-prioritized`: the user's order, as far as pools have enough free instances.

use std::cmp::Reverse;

use super::pass::AllocationPass;

/// Fills the pools that could deliver the whole target alone by priority, 0 first and pools without one last; then the
/// others, most free instances first.
pub(super) fn run(pass: &mut AllocationPass) {
    let mut order = pass.by_unit_price.clone();
    // A stable sort keeps the order that decides ties (G5).
    order.sort_by_key(|&pool| {
        let free = pass.pools[pool].free;
        let is_enough = u128::from(free) >= pass.instances_needed(pool);
        let priority = (pass.pools[pool].priority.is_none(), pass.pools[pool].priority);
        if is_enough { (false, Reverse(0), priority) } else { (true, Reverse(free), priority) }
    });
    pass.launch_in_order(&order);
}
