//! The cheapest whole instances that together have at least the target's units: the bounded covering knapsack, exact.
//!
//! Two algorithms give the same answer. `branch_and_bound` is fast where prices per unit differ, as they do in a market;
//! `table`, dynamic programming, is for selections that all cost nearly the same, as long as the target is small enough
//! for a table.

mod branch_and_bound;
mod table;

use std::cmp::Reverse;

use super::fixed_point::gcd;
use table::Table;

/// Steps of a search for which no table is small enough; with the items of a group they take a few tenths of a second.
const MAX_SEARCH_STEPS: usize = 2_000_000;
/// Each step looks at all items, so that with many items a search has fewer steps: it looks at this many items.
const MAX_ITEMS_SEARCHED: usize = 20 * 1_000_000;
/// A search may take a fraction of the time of the table: one step per this many cells.
const CELLS_PER_STEP: usize = 32;
/// With a table at hand a search need not succeed: it looks at this many items.
const MAX_ITEMS_SEARCHED_FIRST: usize = 5 * 1_000_000;

/// The free instances of one pool; an item with a weight of zero takes no part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// Below 2^81.
    pub(super) price: u128,
    pub(super) weight: u128,
    pub(super) free: u32,
}

/// How many of each item make the cheapest selection of at least `target` units; of equally cheap ones that with fewer
/// units, then with fewer instances, then with more of earlier items. `None` if all items together have fewer units.
///
/// Time and memory are bounded: less than a second and 64 MiB for a thousand items. If a table would be too large (2^24
/// cells, 60 MiB, sums in 64 bits) and prices per unit hardly differ, the search can run out of steps; the answer is then
/// the best selection found, not proven best.
pub(super) fn cheapest(target: u128, items: &[Item]) -> Option<Vec<u32>> {
    let problem = Problem::reduced(target, items);
    if problem.target == 0 {
        return Some(vec![0; items.len()]);
    }
    if problem.all_units() < problem.target {
        return None;
    }
    let table = Table::fitting(&problem);
    let (steps, searched) = match &table {
        Some(table) => (1_000 + table.cells() / CELLS_PER_STEP, MAX_ITEMS_SEARCHED_FIRST),
        None => (MAX_SEARCH_STEPS, MAX_ITEMS_SEARCHED),
    };
    let steps = steps.min(searched / items.len());
    // As many steps as there are items always find some selection.
    let found = branch_and_bound::search(&problem, steps.max(items.len()));
    let best = match table {
        Some(table) if !found.is_proven => table.search(&problem),
        _ => found.best,
    };
    best.map(|selection| selection.counts)
}

/// The target and the items in the smallest numbers that have the same answer.
#[derive(Clone, Debug)]
struct Problem {
    target: u128,
    items: Vec<Item>,
}

impl Problem {
    fn reduced(target: u128, items: &[Item]) -> Self {
        let takes_part = |item: &Item| item.weight > 0 && item.free > 0;
        let unit = items.iter().filter(|item| takes_part(item)).fold(0, |unit, item| gcd(unit, item.weight)).max(1);
        let cent = items.iter().filter(|item| takes_part(item)).fold(0, |cent, item| gcd(cent, item.price)).max(1);
        let target = target.div_ceil(unit);
        let reduce = |item: &Item| {
            let weight = item.weight / unit;
            let most = if takes_part(item) { target.div_ceil(weight) } else { 0 };
            Item { price: item.price / cent, weight, free: item.free.min(u32::try_from(most).unwrap_or(u32::MAX)) }
        };
        Self { target, items: items.iter().map(reduce).collect() }
    }

    fn all_units(&self) -> u128 {
        let units = self.items.iter().map(|item| item.weight * u128::from(item.free));
        units.fold(0, u128::saturating_add)
    }
}

/// A count of each item, and the sums that decide between selections.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Selection {
    cost: u128,
    units: u128,
    instances: u64,
    counts: Vec<u32>,
}

impl Selection {
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
        let rank = |selection: &Self| (selection.cost, selection.units, selection.instances);
        (rank(self), Reverse(&self.counts)) < (rank(other), Reverse(&other.counts))
    }
}

/// Keeps the better one.
fn keep_better(best: &mut Option<Selection>, selection: Selection) {
    if best.as_ref().is_none_or(|best| selection.is_better_than(best)) {
        *best = Some(selection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Looks at every selection.
    fn best_of_all(problem: &Problem) -> Option<Selection> {
        let mut best = None;
        let mut counts = vec![0; problem.items.len()];
        loop {
            let selection = Selection::of(problem, counts.clone());
            if selection.units >= problem.target {
                keep_better(&mut best, selection);
            }
            let Some(next) = (0..counts.len()).find(|&item| counts[item] < problem.items[item].free) else {
                return best;
            };
            counts[..next].fill(0);
            counts[next] += 1;
        }
    }

    fn item() -> impl Strategy<Value = Item> {
        let price = prop_oneof![0..30_u128, Just(7)];
        (price, 1..12_u128, 0..5_u32).prop_map(|(price, weight, free)| Item { price, weight, free })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn both_algorithms_find_the_best_of_all_selections(
            items in prop_oneof![
                prop::collection::vec(item(), 1..6),
                // All have the same price per unit, so that ties decide.
                prop::collection::vec(item().prop_map(|item| Item { price: item.weight, ..item }), 1..6),
            ],
            target in 1..60_u128,
        ) {
            let problem = Problem { target, items };
            let expected = best_of_all(&problem);
            prop_assert_eq!(&Table::fitting(&problem).unwrap().search(&problem), &expected);
            if problem.all_units() >= target {
                let found = branch_and_bound::search(&problem, 1_000_000);
                prop_assert!(found.is_proven);
                prop_assert_eq!(&found.best, &expected);
            }
            prop_assert_eq!(cheapest(target, &problem.items), expected.map(|selection| selection.counts));
        }
    }

    #[test]
    fn numbers_too_large_for_a_table_are_searched() {
        let fine = 10_u128.pow(28);
        let item = |price, weight, free| Item { price, weight: weight * fine + 1, free };
        let problem =
            Problem { target: 10_000 * fine, items: vec![item(10, 1, 900), item(38, 4, 9_000), item(80, 8, 700)] };
        assert!(Table::fitting(&problem).is_none());
        // 1,100 of the second are 4,400 units, and a hair more than 700 of the third are 5,600: none of the first.
        assert_eq!(cheapest(problem.target, &problem.items), Some(vec![0, 2_500, 0]));
        let without_slack =
            Problem { target: 10_000 * fine, items: vec![item(10, 1, 900), item(38, 4, 1_100), item(80, 8, 700)] };
        assert_eq!(cheapest(without_slack.target, &without_slack.items), Some(vec![0, 1_100, 700]));
    }

    #[test]
    fn many_free_instances_of_one_price_per_unit_do_not_take_long() {
        let item = |weight| Item { price: weight, weight, free: u32::MAX };
        let counts = cheapest(1_000_000_000_007, &[item(1_000), item(2_500), item(7)]).unwrap();
        assert_eq!(
            counts.iter().zip([1_000, 2_500, 7]).map(|(&count, weight)| u64::from(count) * weight).sum::<u64>(),
            1_000_000_000_007
        );
    }
}
