//! `lowest-price` as EC2's fleets have it: the pool that is cheapest per unit, then the next.

use super::pass::AllocationPass;

/// Fills the pools in order of price per unit. Where one instance of any pool delivers more than the whole target, the
/// price of an instance decides.
pub(super) fn run(pass: &mut AllocationPass) {
    let mut order = pass.by_unit_price.clone();
    if order.iter().all(|&pool| pass.weights[pool] > pass.remaining) {
        // A stable sort keeps the order that decides ties (G5).
        order.sort_by_key(|&pool| pass.prices[pool]);
    }
    pass.launch_in_order(&order);
}
