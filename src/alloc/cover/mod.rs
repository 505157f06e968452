//! The cheapest whole instances that together have at least so many units: a bounded covering knapsack, exact.
//!
//! Two ways to the same answer. Fleets from a market fall to `branch` at once, because price follows size and bounds
//! cut early; `table` takes those where nearly everything costs nearly the same, as long as the units are few enough
//! to be laid out.

mod branch;
mod table;

use std::cmp::Reverse;

use super::whole::common_divisor;

/// Steps of the first search, about a millisecond.
const FIRST_LOOK: u64 = 2_000;
/// Steps of the second, for numbers too fine for a table.
const LAST_LOOK: u64 = 5_000_000;

/// Instances of one kind; a weight of zero takes no part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Below 2^81.
    pub(super) price: u128,
    pub(super) weight: u128,
    pub(super) stock: u32,
}

/// How many of each item make the cheapest fleet of at least `target` units; among equals the one with fewer units,
/// then with fewer instances, then with more of earlier items. `None` if all items together have less.
///
/// The work is bounded. Only where both ways give up, with hundreds of instances and weights so fine that millions of
/// sums lie closer together than the prices tell apart, the answer is the best fleet found and not proven best.
pub(super) fn cheapest(target: u128, items: &[Item]) -> Option<Vec<u32>> {
    let problem = Problem::reduced(target, items);
    if problem.target == 0 {
        return Some(vec![0; items.len()]);
    }
    if problem.all_units() < problem.target {
        return None;
    }
    let first = branch::search(&problem, FIRST_LOOK);
    if first.is_proven {
        return first.best.map(|fleet| fleet.counts);
    }
    let best = table::search(&problem).or_else(|| branch::search(&problem, LAST_LOOK).best);
    best.map(|fleet| fleet.counts)
}

/// The question in its smallest numbers.
#[derive(Clone, Debug)]
struct Problem {
    target: u128,
    items: Vec<Item>,
}

impl Problem {
    fn reduced(target: u128, items: &[Item]) -> Self {
        let part = |item: &Item| item.weight > 0 && item.stock > 0;
        let unit =
            items.iter().filter(|item| part(item)).fold(0, |unit, item| common_divisor(unit, item.weight)).max(1);
        let cent = items.iter().filter(|item| part(item)).fold(0, |cent, item| common_divisor(cent, item.price)).max(1);
        let target = target.div_ceil(unit);
        let reduce = |item: &Item| {
            let weight = item.weight / unit;
            let most = if part(item) { target.div_ceil(weight) } else { 0 };
            Item { price: item.price / cent, weight, stock: item.stock.min(u32::try_from(most).unwrap_or(u32::MAX)) }
        };
        Self { target, items: items.iter().map(reduce).collect() }
    }

    fn all_units(&self) -> u128 {
        let units = self.items.iter().map(|item| item.weight * u128::from(item.stock));
        units.fold(0, u128::saturating_add)
    }
}

/// A choice, and what decides between choices.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fleet {
    cost: u128,
    units: u128,
    instances: u64,
    counts: Vec<u32>,
}

impl Fleet {
    fn of(problem: &Problem, counts: Vec<u32>) -> Self {
        let sum = |value: fn(&Item) -> u128| {
            problem.items.iter().zip(&counts).map(|(item, &count)| value(item) * u128::from(count)).sum()
        };
        Self {
            cost: sum(|item| item.price),
            units: sum(|item| item.weight),
            instances: counts.iter().map(|&count| u64::from(count)).sum(),
            counts,
        }
    }

    fn is_better_than(&self, other: &Self) -> bool {
        let rank = |fleet: &Self| (fleet.cost, fleet.units, fleet.instances);
        (rank(self), Reverse(&self.counts)) < (rank(other), Reverse(&other.counts))
    }
}

/// Keeps the better one.
fn keep_better(best: &mut Option<Fleet>, fleet: Fleet) {
    if best.as_ref().is_none_or(|best| fleet.is_better_than(best)) {
        *best = Some(fleet);
    }
}
