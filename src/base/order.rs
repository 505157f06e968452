//! Sorting that is compiled once.
//!
//! The standard library's sort is compiled for each type and each comparison, several kilobytes each time. This one
//! sorts positions and then moves the elements: as stable, slower by a constant, and a hundred bytes. What is sorted in
//! a loop that determines the speed (`alloc`, outlooks) uses the standard library's.

use std::cmp::Ordering;

/// Sorts of lists.
pub(crate) trait Order<T> {
    /// Like `sort_by`.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Like `sort_by_key`.
    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }

    /// Like `sort`.
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let mut places = sorted_places(self.len(), &mut |a, b| compare(&self[a], &self[b]));
        arrange(&mut places, &mut |a, b| self.swap(a, b));
    }
}

/// The positions of a list, in the order of the elements at them.
fn sorted_places(length: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    places.sort_by(|&a, &b| compare(a, b));
    places
}

/// Moves to each position the element at the position that is named there, cycle by cycle.
fn arrange(places: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut place = start;
        loop {
            let from = std::mem::replace(&mut places[place], place);
            if from == start {
                break;
            }
            swap(place, from);
            place = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_like_the_standard_library(list: Vec<(u8, u8)>) {
            let (mut ours, mut theirs) = (list.clone(), list);
            ours.order_by_key(|element| element.0);
            theirs.sort_by_key(|element| element.0);
            prop_assert_eq!(&ours, &theirs);
            ours.order();
            theirs.sort_unstable();
            prop_assert_eq!(ours, theirs);
        }
    }
}
