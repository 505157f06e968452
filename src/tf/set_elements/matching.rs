//! A maximum matching: elements are paired with prior elements that they can be.

use std::collections::{BTreeMap, VecDeque};

/// Pairs of an element and a prior element: as many as there can be, and none has a part twice. `candidates` has for each
/// element the prior ones that it can be.
pub(super) fn pairs(candidates: &[Vec<usize>], prior_count: usize) -> Vec<(usize, usize)> {
    let mut matching =
        Matching { candidates, prior_of: vec![None; candidates.len()], element_of: vec![None; prior_count] };
    let without: Vec<usize> = (0..candidates.len()).filter(|element| !matching.take_free(*element)).collect();
    for element in without {
        matching.take_after_exchanges(element);
    }
    matching.prior_of.into_iter().enumerate().filter_map(|(element, prior)| Some((element, prior?))).collect()
}

struct Matching<'a> {
    candidates: &'a [Vec<usize>],
    prior_of: Vec<Option<usize>>,
    element_of: Vec<Option<usize>>,
}

impl Matching<'_> {
    /// Pairs an element with its first candidate that is free; returns false if none is.
    fn take_free(&mut self, element: usize) -> bool {
        let free = self.candidates[element].iter().find(|prior| self.element_of[**prior].is_none());
        if let Some(&prior) = free {
            self.pair(element, prior);
        }
        free.is_some()
    }

    /// Pairs an element for which others must take other candidates, if they have any. The search is no recursion: it may
    /// go through all elements.
    fn take_after_exchanges(&mut self, element: usize) {
        let mut wanted_by = BTreeMap::new();
        let mut waiting = VecDeque::from([element]);
        while let Some(element) = waiting.pop_front() {
            for &prior in &self.candidates[element] {
                if wanted_by.contains_key(&prior) {
                    continue;
                }
                wanted_by.insert(prior, element);
                match self.element_of[prior] {
                    Some(other) => waiting.push_back(other),
                    None => return self.exchange(prior, &wanted_by),
                }
            }
        }
    }

    /// Gives a free prior element to the element that wants it, and what that had to the one that wants that.
    fn exchange(&mut self, free: usize, wanted_by: &BTreeMap<usize, usize>) {
        let mut next = Some(free);
        while let Some(prior) = next {
            let element = wanted_by[&prior];
            next = self.prior_of[element];
            self.pair(element, prior);
        }
    }

    fn pair(&mut self, element: usize, prior: usize) {
        self.prior_of[element] = Some(prior);
        self.element_of[prior] = Some(element);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// The size of a maximum matching, by trying every choice.
    fn most(candidates: &[Vec<usize>], taken: &mut Vec<usize>) -> usize {
        let Some((first, rest)) = candidates.split_first() else { return 0 };
        let mut best = most(rest, taken);
        for prior in first {
            if !taken.contains(prior) {
                taken.push(*prior);
                best = best.max(1 + most(rest, taken));
                taken.pop();
            }
        }
        best
    }

    proptest! {
        #[test]
        fn as_many_as_can_be_are_paired(candidates in vec(vec(0..5_usize, 0..4), 0..6)) {
            let pairs = pairs(&candidates, 5);
            prop_assert_eq!(pairs.len(), most(&candidates, &mut Vec::new()));
            for (element, prior) in &pairs {
                prop_assert!(candidates[*element].contains(prior));
            }
            let priors: std::collections::BTreeSet<_> = pairs.iter().map(|(_, prior)| prior).collect();
            prop_assert_eq!(priors.len(), pairs.len(), "a prior element was taken twice");
        }
    }

    /// Each but the last takes what the one before it could have had, so the last moves all of them.
    #[test]
    fn a_long_chain_of_exchanges_fits_on_the_stack() {
        const COUNT: usize = 100_000;
        let mut candidates: Vec<Vec<usize>> = (0..COUNT).map(|element| vec![element, element + 1]).collect();
        candidates.push(vec![0]);
        assert_eq!(pairs(&candidates, COUNT + 1).len(), COUNT + 1);
    }
}
