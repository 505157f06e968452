//! How `RunInstances` shares one capacity among the images of a request.

use super::fixed_point::partition_point;

/// The smallest and the largest number of instances that an item of a request accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinMax {
    pub min: u64,
    /// If it is below `min`, `min` counts.
    pub max: u64,
}

/// Gives every item its minimum, then one more at a time, the first item first, until all have their maximum or the
/// capacity is used up; `None` if the capacity is below the sum of the minima.
///
/// The run time does not depend on the size of the numbers (`RunInstances` of 2007, R2–R7).
#[must_use]
pub fn round_robin(items: &[MinMax], capacity: u64) -> Option<Vec<u64>> {
    let extra = |item: &MinMax| u128::from(item.max.saturating_sub(item.min));
    let minima = items.iter().try_fold(0_u64, |sum, item| sum.checked_add(item.min))?;
    let spare = u128::from(capacity.checked_sub(minima)?);
    let given_in = |rounds: u128| items.iter().map(|item| extra(item).min(rounds)).sum::<u128>();
    // In a full round every item below its maximum gets one.
    let rounds = partition_point(1..1 << 64, |rounds| given_in(rounds) <= spare) - 1;
    let mut left = spare - given_in(rounds);
    let count = |item: &MinMax| {
        let one_more = u64::from(left > 0 && extra(item) > rounds);
        left -= u128::from(one_more);
        // At most `max`, which is a u64.
        item.min + u64::try_from(extra(item).min(rounds)).unwrap_or(u64::MAX) + one_more
    };
    Some(items.iter().map(count).collect())
}
