//! Random numbers for tests, the same on every machine.

use crate::base::Seed;

pub(super) struct TestRng {
    seed: Seed,
    drawn: u64,
}

impl TestRng {
    /// The numbers of one case of a test.
    pub(super) fn new(test: &str, case: u64) -> Self {
        Self { seed: Seed::new(case).derive(&[test]), drawn: 0 }
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        self.drawn += 1;
        u32::try_from(self.seed.draw(self.drawn) % u64::from(bound)).unwrap()
    }

    pub(super) fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(u32::try_from(choices.len()).unwrap()) as usize].clone()
    }

    pub(super) fn is_one_of(&mut self, bound: u32) -> bool {
        self.below(bound) == 0
    }
}
