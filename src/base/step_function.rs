//! Step functions of time: values, each with the time from which it holds, the earliest first.

use super::Time;

/// The value at a time; `None` before the first one.
#[must_use]
pub fn value_at<T: Copy>(steps: &[(Time, T)], time: Time) -> Option<T> {
    let index = steps.partition_point(|(from, _)| *from <= time);
    index.checked_sub(1).map(|index| steps[index].1)
}

/// The steps from the one in force at a time on; all of them if the first one comes later.
#[must_use]
pub fn steps_from<T>(steps: &[(Time, T)], time: Time) -> &[(Time, T)] {
    let in_force = steps.partition_point(|(from, _)| *from <= time).saturating_sub(1);
    &steps[in_force..]
}
