//! `lowest-price`: the pool that would deliver all remaining units for the least money, as if it had enough instances.

use super::fixed_point::widening_mul;
use super::pass::AllocationPass;

/// Launches from the pool with the lowest price × ⌈remaining / weight⌉ as many instances as fit without overshoot, at
/// least one, and chooses again.
///
/// Each choice either drops a pool or leaves less than half of the remaining units, so there are few choices.
pub(super) fn run(pass: &mut AllocationPass) {
    let mut candidates = pass.by_unit_price.clone();
    while pass.remaining > 0 {
        // Of equal pools the first is taken, and the candidates are in the order that decides ties (G5).
        let cost = |pool: usize| widening_mul(pass.prices[pool], pass.instances_needed(pool));
        let cheapest = candidates.iter().copied().min_by_key(|&pool| cost(pool));
        let Some(pool) = cheapest else { break };
        let without_overshoot = pass.remaining / pass.weights[pool];
        if !pass.launch(pool, without_overshoot.max(1)) {
            candidates.retain(|&candidate| candidate != pool);
        }
    }
}
