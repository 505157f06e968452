//! `lowest-price` over the k cheapest pools of spot instances.

use super::evenly::launch_evenly;
use super::lowest_price;
use super::pass::Pass;

/// Spreads evenly over the `count` pools cheapest per unit, empty ones included; when all of them are out, goes on with
/// the next cheapest alone.
///
/// A count of 1 is what an absent count acts as, so it is plain `lowest-price`, and so is 0.
pub(super) fn run(pass: &mut Pass, count: u32) {
    if count <= 1 {
        return lowest_price::run(pass);
    }
    let pools = pass.by_unit_price.clone();
    let (cheapest, others) = pools.split_at(pools.len().min(usize::try_from(count).unwrap_or(usize::MAX)));
    launch_evenly(pass, vec![cheapest.to_vec()]);
    pass.launch_in_order(others);
}
