//! Item by item through a table of the best way to have exactly so many units.

use std::collections::VecDeque;

use super::{Fleet, Item, Problem, keep_better};

/// Counts to remember, four bytes each.
const MOST_CELLS: usize = 1 << 22;
const UNREACHABLE: i128 = i128::MAX;

/// `None` if the table would be too large.
pub(super) fn search(problem: &Problem) -> Option<Fleet> {
    let target = usize::try_from(problem.target).ok()?;
    let single = |item: &Item| item.weight >= problem.target;
    let mut small = Vec::new();
    for (index, item) in problem.items.iter().enumerate().filter(|(_, item)| item.stock > 0 && !single(item)) {
        small.push(Step { index, weight: usize::try_from(item.weight).ok()?, value: 0, stock: item.stock });
    }
    // A cheapest fleet overshoots by less than its lightest instance, which would be left out otherwise.
    let width = target.checked_add(small.iter().map(|step| step.weight).max().unwrap_or(0))?;
    if width.checked_mul(small.len().max(1))? > MOST_CELLS {
        return None;
    }
    // One number for cost first, instances second; below 2^125, as prices are below 2^81 and widths at most 2^22.
    let cost = i128::try_from(width + 1).ok()?;
    for step in &mut small {
        step.value = i128::try_from(problem.items[step.index].price).ok()? * cost + 1;
    }

    let mut best = vec![UNREACHABLE; width];
    best[0] = 0;
    let mut chosen = vec![Vec::new(); small.len()];
    for (step, chosen) in small.iter().zip(&mut chosen).rev() {
        *chosen = step.add_to(&mut best);
    }
    let reached = (target..width).filter(|&units| best[units] != UNREACHABLE);
    let cheapest = reached.min_by_key(|&units| (best[units] / cost, units)).map(|units| {
        let mut counts = vec![0; problem.items.len()];
        let mut left = units;
        for (step, chosen) in small.iter().zip(&chosen) {
            counts[step.index] = chosen[left];
            left -= step.weight * chosen[left] as usize;
        }
        Fleet::of(problem, counts)
    });

    // An instance that reaches the target by itself makes every other one superfluous.
    let mut best = cheapest;
    for (index, _) in problem.items.iter().enumerate().filter(|(_, item)| item.stock > 0 && single(item)) {
        let mut counts = vec![0; problem.items.len()];
        counts[index] = 1;
        keep_better(&mut best, Fleet::of(problem, counts));
    }
    best
}

/// An item on its way into the table.
struct Step {
    index: usize,
    weight: usize,
    value: i128,
    stock: u32,
}

impl Step {
    /// Improves the table by this item; says how many of it go into each sum, the more among equals.
    ///
    /// Along sums one weight apart, the best of the last `stock + 1` entries is kept at the front of a queue, so that
    /// each entry costs the same however large the stock is.
    fn add_to(&self, best: &mut [i128]) -> Vec<u32> {
        let mut chosen = vec![0; best.len()];
        let mut queue: VecDeque<(u32, i128)> = VecDeque::new();
        for start in 0..self.weight.min(best.len()) {
            queue.clear();
            for (units, count) in (start..best.len()).step_by(self.weight).zip(0_u32..) {
                let value = self.value * i128::from(count);
                if best[units] != UNREACHABLE {
                    let without = best[units] - value;
                    while queue.back().is_some_and(|&(_, other)| other > without) {
                        queue.pop_back();
                    }
                    queue.push_back((count, without));
                }
                while queue.front().is_some_and(|&(first, _)| count - first > self.stock) {
                    queue.pop_front();
                }
                if let Some(&(first, without)) = queue.front() {
                    best[units] = without + value;
                    chosen[units] = count - first;
                }
            }
        }
        chosen
    }
}
