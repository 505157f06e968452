//! `lowest-price`: the pool that would deliver all that is lacking for the least money, as if it had the stock.

use super::pass::Pass;
use super::whole::product;

/// Fills the pool with the lowest price × ⌈remaining / weight⌉ as far as it goes without overshoot, but with at least
/// one instance, and looks again.
///
/// Each look either drops a pool or leaves less than half of what was lacking, so there are few of them.
pub(super) fn run(pass: &mut Pass) {
    let mut candidates = pass.by_unit_price.clone();
    while pass.remaining > 0 {
        // The first of equals, and the candidates are in the order that decides ties (G5).
        let cheapest = candidates.iter().copied().min_by_key(|&pool| product(pass.prices[pool], pass.needed(pool)));
        let Some(pool) = cheapest else { break };
        let without_overshoot = pass.remaining / pass.weights[pool];
        if !pass.launch(pool, without_overshoot.max(1)) {
            candidates.retain(|&candidate| candidate != pool);
        }
    }
}
