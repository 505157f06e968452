//! Branch and bound: depth first through the classes, the cheapest per unit first and the largest count first, cutting
//! branches that cannot beat the best selection found.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Problem, Selection, keep_better};
use crate::alloc::pass::compare_unit_prices;

pub(super) struct Search {
    pub(super) best: Option<Selection>,
    /// False if the steps ran out before every branch was visited or cut.
    pub(super) is_proven: bool,
}

/// Items of one price and weight, which differ only in their order.
struct ItemClass {
    price: u128,
    weight: u128,
    free: u64,
    /// Indexes of the items, ascending.
    items: Vec<usize>,
}

/// The counts to try for one class, given the counts of the classes before it.
struct Branch {
    /// The next count to try; `None` after the last.
    next: Option<u64>,
    remaining: u128,
    cost: u128,
    instances: u64,
}

/// Runs at most `steps` steps, each linear in the number of classes; memory is one branch per class.
pub(super) fn search(problem: &Problem, steps: usize) -> Search {
    let classes = item_classes(problem);
    let mut by_weight: Vec<usize> = (0..classes.len()).collect();
    by_weight.sort_by_key(|&class| Reverse(classes[class].weight));
    let mut best: Option<Selection> = None;
    let mut taken = vec![0; classes.len()];
    let mut path: Vec<Branch> = classes.first().map(|class| class.branch(problem.target, 0, 0)).into_iter().collect();
    for _ in 0..steps {
        let depth = path.len().saturating_sub(1);
        let Some(branch) = path.last_mut() else { break };
        let Some(count) = branch.next else {
            taken[depth] = 0;
            path.pop();
            continue;
        };
        branch.next = count.checked_sub(1);
        taken[depth] = count;
        let class = &classes[depth];
        let remaining = branch.remaining.saturating_sub(class.weight * u128::from(count));
        let cost = branch.cost + class.price * u128::from(count);
        let instances = branch.instances + count;
        if remaining == 0 {
            keep_better(&mut best, Selection::of(problem, counts_per_item(&classes, &taken, problem)));
            continue;
        }
        let Some(least_cost) = cost_lower_bound(&classes[depth + 1..], remaining) else {
            // A smaller count of this class leaves even more units to deliver.
            branch.next = None;
            continue;
        };
        if let Some(best) = &best {
            if best.cost < cost + least_cost {
                // This class is the cheapest per unit of those left, so a smaller count of it never costs less.
                branch.next = None;
                continue;
            }
            // At the same cost, a selection with fewer units or fewer instances could still be better.
            let least_instances = || {
                let later = by_weight.iter().filter(|&&class| class > depth).map(|&class| &classes[class]);
                u128::from(instances) + instances_lower_bound(later, remaining)
            };
            let cannot_win = best.cost == cost + least_cost
                && best.units == problem.target
                && u128::from(best.instances) < least_instances();
            if cannot_win {
                continue;
            }
        }
        path.push(classes[depth + 1].branch(remaining, cost, instances));
    }
    Search { best, is_proven: path.is_empty() }
}

impl ItemClass {
    fn branch(&self, remaining: u128, cost: u128, instances: u64) -> Branch {
        let needed = u64::try_from(remaining.div_ceil(self.weight)).unwrap_or(u64::MAX);
        Branch { next: Some(needed.min(self.free)), remaining, cost, instances }
    }
}

/// Cheapest per unit first; of those with one unit price the heaviest first, which need fewer instances.
fn item_classes(problem: &Problem) -> Vec<ItemClass> {
    let mut items: BTreeMap<(u128, u128), Vec<usize>> = BTreeMap::new();
    for (index, item) in problem.items.iter().enumerate().filter(|(_, item)| item.free > 0) {
        items.entry((item.price, item.weight)).or_default().push(index);
    }
    let free = |items: &[usize]| items.iter().map(|&item| u64::from(problem.items[item].free)).sum();
    let mut classes: Vec<ItemClass> = items
        .into_iter()
        .map(|((price, weight), items)| ItemClass { price, weight, free: free(&items), items })
        .collect();
    classes.sort_by(|a, b| {
        compare_unit_prices((a.price, a.weight), (b.price, b.weight)).then(Reverse(a.weight).cmp(&Reverse(b.weight)))
    });
    classes
}

/// A lower bound of the cost of the remaining units, as if instances were divisible; `None` if the classes have fewer
/// units.
fn cost_lower_bound(classes: &[ItemClass], mut remaining: u128) -> Option<u128> {
    let mut cost = 0;
    for class in classes {
        let instances = (remaining / class.weight).min(u128::from(class.free));
        cost += class.price * instances;
        remaining -= class.weight * instances;
        if instances < u128::from(class.free) {
            // If the product overflows, the part counts as costing nothing, which is still a lower bound.
            let part = class.price.checked_mul(remaining).map_or(0, |share| share.div_ceil(class.weight));
            return Some(cost + part);
        }
        if remaining == 0 {
            return Some(cost);
        }
    }
    None
}

/// A lower bound of the instances that the remaining units need, of classes given from the heaviest down.
fn instances_lower_bound<'a>(classes: impl Iterator<Item = &'a ItemClass>, mut remaining: u128) -> u128 {
    let mut instances = 0;
    for class in classes {
        let needed = remaining.div_ceil(class.weight);
        if needed <= u128::from(class.free) {
            return instances + needed;
        }
        instances += u128::from(class.free);
        remaining -= class.weight * u128::from(class.free);
    }
    instances
}

/// Counts per item from counts per class; earlier items are used up first.
fn counts_per_item(classes: &[ItemClass], taken: &[u64], problem: &Problem) -> Vec<u32> {
    let mut counts = vec![0; problem.items.len()];
    for (class, &count) in classes.iter().zip(taken) {
        let mut left = count;
        for &item in &class.items {
            // The smaller of the two fits.
            counts[item] = u32::try_from(left).unwrap_or(u32::MAX).min(problem.items[item].free);
            left -= u64::from(counts[item]);
        }
    }
    counts
}
