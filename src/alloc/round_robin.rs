//! How `RunInstances` shares one capacity among the images of a request.

use super::whole::last_true;

/// How many instances an item of a request needs at least and wants at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinMax {
    pub min: u64,
    /// Not below `min`; if it is, `min` counts.
    pub max: u64,
}

/// Gives every item its minimum, then one more at a time, the first item first, until all have their maximum or the
/// capacity is used up; `None` if it does not reach for the minima together.
///
/// Takes no longer for large numbers than for small ones. Source: `RunInstances` of 2007, R2–R7.
#[must_use]
pub fn round_robin(items: &[MinMax], capacity: u64) -> Option<Vec<u64>> {
    let extra = |item: &MinMax| u128::from(item.max.saturating_sub(item.min));
    let minima = items.iter().try_fold(0_u64, |sum, item| sum.checked_add(item.min))?;
    let spare = u128::from(capacity.checked_sub(minima)?);
    let given_in = |rounds: u128| items.iter().map(|item| extra(item).min(rounds)).sum::<u128>();
    // Full rounds: everyone who is not at the maximum gets one in each.
    let rounds = last_true(0, 1 << 64, |rounds| given_in(rounds) <= spare);
    let mut left = spare - given_in(rounds);
    let count = |item: &MinMax| {
        let one_more = u64::from(left > 0 && extra(item) > rounds);
        left -= u128::from(one_more);
        // At most `max`, which is a u64.
        item.min + u64::try_from(extra(item).min(rounds)).unwrap_or(u64::MAX) + one_more
    };
    Some(items.iter().map(count).collect())
}
