//! `lowest-price` over a given number of cheapest spot pools.

use super::balanced::launch_balanced;
use super::lowest_price;
use super::pass::AllocationPass;

/// Balances units over the `count` pools that are cheapest per unit, empty ones included. When all of them are out, the
/// next cheapest pools are filled one after the other.
///
/// A count of 0 or 1 is plain `lowest-price`, as if no count were set.
pub(super) fn run(pass: &mut AllocationPass, count: u32) {
    if count <= 1 {
        return lowest_price::run(pass);
    }
    let pools = pass.by_unit_price.clone();
    let (cheapest, others) = pools.split_at(pools.len().min(usize::try_from(count).unwrap_or(usize::MAX)));
    launch_balanced(pass, vec![cheapest.to_vec()]);
    pass.launch_in_order(others);
}
