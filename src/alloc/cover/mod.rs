//! The cheapest whole instances that together have at least so many units: a bounded covering knapsack, exact.
//!
//! Two ways to the same answer. `branch` is done at once with what a market offers, where prices differ and bounds cut
//! early; `table` takes what is left, where nearly all fleets cost nearly the same, as long as the units are few enough
//! to be laid out.

mod branch;
mod table;

use std::cmp::Reverse;

use super::whole::common_divisor;
use table::Table;

/// Steps of a search that no table can take over, about a tenth of a second.
const LONGEST_SEARCH: usize = 2_000_000;
/// A search is not worth more than a part of the time that the table would take, which is this many cells to a step.
const CELLS_PER_STEP: usize = 32;

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
/// Time and memory are bounded. Where numbers are too fine for a table (2^24 cells, sums in 64 bits) and prices hardly
/// differ per unit, the search can run out of steps; the answer is then the best fleet found, not proven best.
pub(super) fn cheapest(target: u128, items: &[Item]) -> Option<Vec<u32>> {
    let problem = Problem::reduced(target, items);
    if problem.target == 0 {
        return Some(vec![0; items.len()]);
    }
    if problem.all_units() < problem.target {
        return None;
    }
    let table = Table::fitting(&problem);
    let steps = table.as_ref().map_or(LONGEST_SEARCH, |table| 1_000 + table.cells() / CELLS_PER_STEP);
    // As many steps as items find some fleet in any case.
    let found = branch::search(&problem, steps.max(items.len()));
    let best = match table {
        Some(table) if !found.is_proven => table.search(&problem),
        _ => found.best,
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The plainest way: look at every fleet.
    fn best_of_all(problem: &Problem) -> Option<Fleet> {
        let mut best = None;
        let mut counts = vec![0; problem.items.len()];
        loop {
            let fleet = Fleet::of(problem, counts.clone());
            if fleet.units >= problem.target {
                keep_better(&mut best, fleet);
            }
            let Some(next) = (0..counts.len()).find(|&item| counts[item] < problem.items[item].stock) else {
                return best;
            };
            counts[..next].fill(0);
            counts[next] += 1;
        }
    }

    fn item() -> impl Strategy<Value = Item> {
        let price = prop_oneof![0..30_u128, Just(7)];
        (price, 1..12_u128, 0..5_u32).prop_map(|(price, weight, stock)| Item { price, weight, stock })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn both_ways_find_the_best_of_all_fleets(
            items in prop_oneof![
                prop::collection::vec(item(), 1..6),
                // The same price per unit for all, where only ties decide.
                prop::collection::vec(item().prop_map(|item| Item { price: item.weight, ..item }), 1..6),
            ],
            target in 1..60_u128,
        ) {
            let problem = Problem { target, items };
            let expected = best_of_all(&problem);
            prop_assert_eq!(&Table::fitting(&problem).unwrap().search(&problem), &expected);
            if problem.all_units() >= target {
                let found = branch::search(&problem, 1_000_000);
                prop_assert!(found.is_proven);
                prop_assert_eq!(&found.best, &expected);
            }
            prop_assert_eq!(cheapest(target, &problem.items), expected.map(|fleet| fleet.counts));
        }
    }

    #[test]
    fn numbers_too_fine_for_a_table_are_searched() {
        let fine = 10_u128.pow(28);
        let item = |price, weight, stock| Item { price, weight: weight * fine + 1, stock };
        let problem =
            Problem { target: 10_000 * fine, items: vec![item(10, 1, 900), item(38, 4, 9_000), item(80, 8, 700)] };
        assert!(Table::fitting(&problem).is_none());
        // 1,100 of the second are 4,400 units, and a hair more than 700 of the third are 5,600: none of the first.
        assert_eq!(cheapest(problem.target, &problem.items), Some(vec![0, 2_500, 0]));
        let dear =
            Problem { target: 10_000 * fine, items: vec![item(10, 1, 900), item(38, 4, 1_100), item(80, 8, 700)] };
        assert_eq!(cheapest(dear.target, &dear.items), Some(vec![0, 1_100, 700]));
    }

    #[test]
    fn a_huge_stock_of_the_same_price_per_unit_does_not_take_long() {
        let item = |weight| Item { price: weight, weight, stock: u32::MAX };
        let counts = cheapest(1_000_000_000_007, &[item(1_000), item(2_500), item(7)]).unwrap();
        assert_eq!(
            counts.iter().zip([1_000, 2_500, 7]).map(|(&count, weight)| u64::from(count) * weight).sum::<u64>(),
            1_000_000_000_007
        );
    }
}
