//! Dynamic programming: item by item through a table of the best selection for each exact number of units.

use std::collections::VecDeque;

use super::{Item, Problem, Selection, keep_better};

/// Counts that the table keeps.
const MAX_CELLS: usize = 1 << 24;
/// What a search keeps: counts, sums and the longest queue.
const MAX_BYTES: usize = 60 << 20;
/// One entry of a queue, which grows by doubling.
const QUEUE_BYTES: usize = 32;
const UNREACHABLE: i64 = i64::MAX;

/// The items that cannot reach the target alone, and the range of sums to look at.
pub(super) struct Table {
    items: Vec<TableItem>,
    target: usize,
    /// Sums below this are looked at: a cheapest selection overshoots by less than its lightest instance.
    width: usize,
    /// Cost and instances are compared as one number, cost first: cost × this factor + instances.
    cost_factor: i64,
}

/// An item as the table adds it: its cost and instances are one number.
struct TableItem {
    index: usize,
    weight: usize,
    value: i64,
    free: u32,
    /// The largest count that a sum below the table's width has room for.
    most: usize,
}

impl Table {
    /// `None` if it would be too large.
    pub(super) fn fitting(problem: &Problem) -> Option<Self> {
        let target = usize::try_from(problem.target).ok()?;
        let small = || with_free_instances(problem).filter(|(_, item)| item.weight < problem.target);
        let heaviest = small().map(|(_, item)| item.weight).max().unwrap_or(0);
        let width = target.checked_add(usize::try_from(heaviest).ok()?)?;
        if width.checked_mul(small().count().max(1))? > MAX_CELLS {
            return None;
        }
        let cost_factor = i64::try_from(width).ok()? + 1;
        let table_item = |(index, item): (usize, &Item)| {
            let value = i64::try_from(item.price).ok()?.checked_mul(cost_factor)? + 1;
            // The largest sum in the table fits too.
            value.checked_mul(cost_factor)?;
            let weight = usize::try_from(item.weight).ok()?;
            Some(TableItem { index, weight, value, free: item.free, most: (width / weight).min(item.free as usize) })
        };
        let items = small().map(table_item).collect::<Option<Vec<_>>>()?;
        let per_sum = items.iter().map(|item| Counts::bytes(item.most)).sum::<usize>() + size_of::<i64>();
        let longest_queue = items.iter().map(|item| item.most + 1).max().unwrap_or(0);
        let bytes = width.checked_mul(per_sum)?.checked_add(longest_queue.checked_mul(QUEUE_BYTES)?)?;
        (bytes <= MAX_BYTES).then_some(Self { items, target, width, cost_factor })
    }

    pub(super) fn cells(&self) -> usize {
        self.width * self.items.len()
    }

    pub(super) fn search(&self, problem: &Problem) -> Option<Selection> {
        let mut best_sums = vec![UNREACHABLE; self.width];
        best_sums[0] = 0;
        // From the last item to the first, so that reading back decides on the first item first; only up to the sum
        // that the items so far reach.
        let mut chosen = Vec::new();
        let mut reach = 0;
        for table_item in self.items.iter().rev() {
            reach += table_item.weight * table_item.free as usize;
            chosen.push(table_item.add_to(&mut best_sums[..self.width.min(reach + 1)]));
        }
        chosen.reverse();

        let reached = (self.target..self.width).filter(|&units| best_sums[units] != UNREACHABLE);
        let cheapest = reached.min_by_key(|&units| (best_sums[units] / self.cost_factor, units));
        let mut best = cheapest.map(|units| {
            let mut counts = vec![0; problem.items.len()];
            let mut left = units;
            for (table_item, chosen) in self.items.iter().zip(&chosen) {
                counts[table_item.index] = chosen.at(left);
                left -= table_item.weight * chosen.at(left) as usize;
            }
            Selection::of(problem, counts)
        });

        // An instance that reaches the target alone needs no other one.
        for (index, _) in with_free_instances(problem).filter(|(_, item)| item.weight >= problem.target) {
            let mut counts = vec![0; problem.items.len()];
            counts[index] = 1;
            keep_better(&mut best, Selection::of(problem, counts));
        }
        best
    }
}

fn with_free_instances(problem: &Problem) -> impl Iterator<Item = (usize, &Item)> {
    problem.items.iter().enumerate().filter(|(_, item)| item.free > 0)
}

/// The counts of one item, one for each sum, in as few bytes as the largest takes.
enum Counts {
    Short(Vec<u16>),
    Long(Vec<u32>),
}

impl Counts {
    fn zeros(sums: usize, most: usize) -> Self {
        if Self::are_long(most) { Self::Long(vec![0; sums]) } else { Self::Short(vec![0; sums]) }
    }

    /// What the count of one sum takes.
    const fn bytes(most: usize) -> usize {
        if Self::are_long(most) { size_of::<u32>() } else { size_of::<u16>() }
    }

    const fn are_long(most: usize) -> bool {
        most > u16::MAX as usize
    }

    fn at(&self, sum: usize) -> u32 {
        match self {
            Self::Short(counts) => counts[sum].into(),
            Self::Long(counts) => counts[sum],
        }
    }

    fn set(&mut self, sum: usize, count: u32) {
        match self {
            // No count is larger than the most that was announced.
            Self::Short(counts) => counts[sum] = u16::try_from(count).unwrap_or(u16::MAX),
            Self::Long(counts) => counts[sum] = count,
        }
    }
}

impl TableItem {
    /// Adds this item to the table and returns how many of it each sum uses, the larger count among equals.
    ///
    /// Along sums one weight apart, the best of the last `free + 1` entries stays at the front of a queue, so the time
    /// per entry does not depend on the number of free instances.
    fn add_to(&self, best: &mut [i64]) -> Counts {
        let mut chosen = Counts::zeros(best.len(), self.most);
        let mut queue: VecDeque<(u32, i64)> = VecDeque::new();
        for start in 0..self.weight.min(best.len()) {
            queue.clear();
            for (units, count) in (start..best.len()).step_by(self.weight).zip(0_u32..) {
                let value = self.value * i64::from(count);
                if best[units] != UNREACHABLE {
                    let without = best[units] - value;
                    while queue.back().is_some_and(|&(_, other)| other > without) {
                        queue.pop_back();
                    }
                    queue.push_back((count, without));
                }
                while queue.front().is_some_and(|&(first, _)| count - first > self.free) {
                    queue.pop_front();
                }
                if let Some(&(first, without)) = queue.front() {
                    best[units] = without + value;
                    chosen.set(units, count - first);
                }
            }
        }
        chosen
    }
}
