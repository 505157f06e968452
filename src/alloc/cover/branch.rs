//! Depth first through the kinds, the cheapest per unit first and each as often as possible first, leaving out what
//! cannot beat the best found.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Fleet, Problem, keep_better};
use crate::alloc::pass::compare_unit_prices;

pub(super) struct Search {
    pub(super) best: Option<Fleet>,
    /// False if the steps ran out before everything was looked at.
    pub(super) is_proven: bool,
}

/// Items of one price and weight, which differ in nothing but their order.
struct Kind {
    price: u128,
    weight: u128,
    stock: u64,
    /// In their order.
    items: Vec<usize>,
}

/// A choice of how many of one kind, after the choices for the kinds before it.
struct Branch {
    /// The next count to try; `None` after the last.
    next: Option<u64>,
    lacking: u128,
    cost: u128,
    instances: u64,
}

/// Takes time for so many steps times the number of kinds, and memory for one branch per kind.
pub(super) fn search(problem: &Problem, steps: usize) -> Search {
    let kinds = kinds(problem);
    let mut by_weight: Vec<usize> = (0..kinds.len()).collect();
    by_weight.sort_by_key(|&kind| Reverse(kinds[kind].weight));
    let mut best: Option<Fleet> = None;
    let mut taken = vec![0; kinds.len()];
    let mut path: Vec<Branch> = kinds.first().map(|kind| kind.branch(problem.target, 0, 0)).into_iter().collect();
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
        let kind = &kinds[depth];
        let lacking = branch.lacking.saturating_sub(kind.weight * u128::from(count));
        let cost = branch.cost + kind.price * u128::from(count);
        let instances = branch.instances + count;
        if lacking == 0 {
            keep_better(&mut best, Fleet::of(problem, spread(&kinds, &taken, problem)));
            continue;
        }
        let Some(least_cost) = least_cost(&kinds[depth + 1..], lacking) else {
            // Even fewer of this kind leave even more lacking.
            branch.next = None;
            continue;
        };
        if let Some(best) = &best {
            if best.cost < cost + least_cost {
                // This kind is the cheapest per unit of those left, so that fewer of it never cost less.
                branch.next = None;
                continue;
            }
            // At the same cost, fewer units and then fewer instances could still be better.
            let least_instances = || {
                let later = by_weight.iter().filter(|&&kind| kind > depth).map(|&kind| &kinds[kind]);
                u128::from(instances) + least_instances(later, lacking)
            };
            let is_hopeless = best.cost == cost + least_cost
                && best.units == problem.target
                && u128::from(best.instances) < least_instances();
            if is_hopeless {
                continue;
            }
        }
        path.push(kinds[depth + 1].branch(lacking, cost, instances));
    }
    Search { best, is_proven: path.is_empty() }
}

impl Kind {
    fn branch(&self, lacking: u128, cost: u128, instances: u64) -> Branch {
        let needed = u64::try_from(lacking.div_ceil(self.weight)).unwrap_or(u64::MAX);
        Branch { next: Some(needed.min(self.stock)), lacking, cost, instances }
    }
}

/// Cheapest per unit first; among those the heaviest, with which fewer instances do.
fn kinds(problem: &Problem) -> Vec<Kind> {
    let mut items: BTreeMap<(u128, u128), Vec<usize>> = BTreeMap::new();
    for (index, item) in problem.items.iter().enumerate().filter(|(_, item)| item.stock > 0) {
        items.entry((item.price, item.weight)).or_default().push(index);
    }
    let stock = |items: &[usize]| items.iter().map(|&item| u64::from(problem.items[item].stock)).sum();
    let mut kinds: Vec<Kind> =
        items.into_iter().map(|((price, weight), items)| Kind { price, weight, stock: stock(&items), items }).collect();
    kinds.sort_by(|a, b| {
        compare_unit_prices((a.price, a.weight), (b.price, b.weight)).then(Reverse(a.weight).cmp(&Reverse(b.weight)))
    });
    kinds
}

/// What the lacking units cost at least, if instances could be had in parts; `None` if the kinds have fewer units.
fn least_cost(kinds: &[Kind], mut lacking: u128) -> Option<u128> {
    let mut cost = 0;
    for kind in kinds {
        let whole = (lacking / kind.weight).min(u128::from(kind.stock));
        cost += kind.price * whole;
        lacking -= kind.weight * whole;
        if whole < u128::from(kind.stock) {
            // Where the product does not fit, the part counts as free: still a lower bound.
            let part = kind.price.checked_mul(lacking).map_or(0, |share| share.div_ceil(kind.weight));
            return Some(cost + part);
        }
        if lacking == 0 {
            return Some(cost);
        }
    }
    None
}

/// How many instances the lacking units need at least, of kinds given from the heaviest down.
fn least_instances<'a>(kinds: impl Iterator<Item = &'a Kind>, mut lacking: u128) -> u128 {
    let mut instances = 0;
    for kind in kinds {
        let needed = lacking.div_ceil(kind.weight);
        if needed <= u128::from(kind.stock) {
            return instances + needed;
        }
        instances += u128::from(kind.stock);
        lacking -= kind.weight * u128::from(kind.stock);
    }
    instances
}

/// Counts per item from counts per kind, more of earlier items.
fn spread(kinds: &[Kind], taken: &[u64], problem: &Problem) -> Vec<u32> {
    let mut counts = vec![0; problem.items.len()];
    for (kind, &count) in kinds.iter().zip(taken) {
        let mut left = count;
        for &item in &kind.items {
            // The smaller of the two fits.
            counts[item] = u32::try_from(left).unwrap_or(u32::MAX).min(problem.items[item].stock);
            left -= u64::from(counts[item]);
        }
    }
    counts
}
