//! How `RunInstances` shares one capacity among the images of a request.

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
    let extra = |item: &MinMax| item.max.saturating_sub(item.min);
    let minima = items.iter().try_fold(0_u64, |sum, item| sum.checked_add(item.min))?;
    let spare = capacity.checked_sub(minima)?;
    let (rounds, mut left) = full_rounds(items.iter().map(extra).collect(), spare);
    let count = |item: &MinMax| {
        let one_more = u64::from(left > 0 && extra(item) > rounds);
        left -= one_more;
        item.min + extra(item).min(rounds) + one_more
    };
    Some(items.iter().map(count).collect())
}

/// How many rounds give one to every item that is below its maximum, and what is left after them; `extras` is what each
/// item can get.
fn full_rounds(mut extras: Vec<u64>, mut left: u64) -> (u64, u64) {
    extras.sort_unstable();
    let (mut rounds, all) = (0, extras.len() as u64);
    for (full, extra) in (0..).zip(extras) {
        // Until the next item is at its maximum all rounds are equal.
        let waiting = all - full;
        let more = (extra - rounds).min(left / waiting);
        rounds += more;
        left -= more * waiting;
        if rounds < extra {
            break;
        }
    }
    (rounds, left)
}
