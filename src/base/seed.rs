//! The random seed: the only source of variation below the edge, the same on every machine.

use sha2::{Digest, Sha256};

/// A random seed, from which seeds and numbers are derived by label; the same labels give the same numbers on every
/// machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(u64);

impl Seed {
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// A child seed for one purpose. Labels are length-prefixed, so `["a", "bc"]` and `["ab", "c"]` differ.
    #[must_use]
    pub fn derive(self, labels: &[&str]) -> Self {
        let digest = self.digest(labels);
        let (head, _) = digest.split_at(8);
        Self(head.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// 32 bytes derived from the labels; ids are made from them.
    #[must_use]
    pub fn digest(self, labels: &[&str]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0.to_be_bytes());
        for label in labels {
            hash.update((label.len() as u64).to_be_bytes());
            hash.update(label.as_bytes());
        }
        hash.finalize().into()
    }

    /// The `index`-th number of this seed's sequence, computed without the ones before it (`SplitMix64`'s finaliser).
    #[must_use]
    pub const fn draw(self, index: u64) -> u64 {
        let mut x = self.0.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_run_together() {
        let seed = Seed::new(7);
        assert_ne!(seed.derive(&["a", "bc"]), seed.derive(&["ab", "c"]));
        assert_eq!(seed.derive(&["a", "bc"]), seed.derive(&["a", "bc"]));
    }
}
