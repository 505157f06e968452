//! Which addresses of a block are in use, and how that is kept.

use crate::cloud::store::damaged;

/// Places in a block, whose size is a power of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AddressSet {
    /// One bit per address, lowest first.
    words: Vec<u64>,
    /// The block has two to the power of it.
    power: u8,
}

/// The largest block of a vSwitch has 2^16 addresses; no more memory than for this is taken for what cannot be read.
const LARGEST_POWER: u8 = 24;

/// The first byte is the power, and this with it where what follows are not the bits themselves but the gaps between
/// the addresses in use: seven bits to a byte, the lowest first, and the highest bit set in all but the last byte of a
/// gap. This is much faster for a large block of which few addresses are in use.
const GAP_ENCODING: u8 = 0x80;

impl AddressSet {
    /// None in use of a block of this size.
    pub(super) fn new(size: u64) -> Self {
        let power = size.next_power_of_two().trailing_zeros();
        Self::of_power(u8::try_from(power).unwrap_or(u8::MAX))
    }

    fn of_power(power: u8) -> Self {
        Self { words: vec![0; (1_usize << power).div_ceil(64)], power }
    }

    pub(super) fn size(&self) -> u32 {
        1 << self.power
    }

    pub(super) fn holds(&self, place: u32) -> bool {
        self.words[place as usize / 64] & (1 << (place % 64)) != 0
    }

    pub(super) fn set(&mut self, place: u32, taken: bool) {
        let bit = 1 << (place % 64);
        if taken {
            self.words[place as usize / 64] |= bit;
        } else {
            self.words[place as usize / 64] &= !bit;
        }
    }

    /// The number of bytes with one bit per address.
    fn byte_count(&self) -> usize {
        (self.size() as usize).div_ceil(8)
    }

    /// Encodes the set in the shorter of its two forms.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.power | GAP_ENCODING];
        let mut next = 0;
        for place in self.places() {
            let mut gap = place - next;
            while gap >= 0x80 {
                bytes.push(gap.to_le_bytes()[0] | 0x80);
                gap >>= 7;
            }
            bytes.push(gap.to_le_bytes()[0]);
            next = place + 1;
            if bytes.len() > self.byte_count() {
                let bits = self.words.iter().flat_map(|word| word.to_le_bytes()).take(self.byte_count());
                return std::iter::once(self.power).chain(bits).collect();
            }
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let sized = bytes.split_first().filter(|(first, _)| **first & !GAP_ENCODING <= LARGEST_POWER);
        let (first, rest) = sized.unwrap_or_else(|| unreadable());
        let mut set = Self::of_power(first & !GAP_ENCODING);
        if first & GAP_ENCODING == 0 {
            if rest.len() != set.byte_count() {
                unreadable();
            }
            for (word, bytes) in set.words.iter_mut().zip(rest.chunks(8)) {
                *word = bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte));
            }
            return set;
        }
        let (mut next, mut gap, mut shift) = (0, 0, 0);
        for byte in rest {
            if shift > 21 {
                unreadable();
            }
            gap |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                let place = next + gap;
                if place >= set.size() {
                    unreadable();
                }
                set.set(place, true);
                (next, gap, shift) = (place + 1, 0, 0);
            }
        }
        set
    }

    fn places(&self) -> impl Iterator<Item = u32> {
        let of_word = |(first, word): (u32, &u64)| set_bits(*word).map(move |bit| first + bit);
        (0..).step_by(64).zip(&self.words).flat_map(of_word)
    }
}

/// The positions of the bits that are set, lowest first.
fn set_bits(word: u64) -> impl Iterator<Item = u32> {
    let without_lowest = |word: &u64| Some(word & word.wrapping_sub(1));
    std::iter::successors(Some(word), without_lowest).take_while(|word| *word != 0).map(u64::trailing_zeros)
}

fn unreadable() -> ! {
    damaged("the addresses in use of a vSwitch do not read back")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_places_read_back() {
        for size in [8, 256, 65_536] {
            for step in [1, 2, 7, 129, 40_000] {
                let mut set = AddressSet::new(size);
                assert_eq!(AddressSet::from_bytes(&set.to_bytes()), set);
                for place in (0..set.size()).step_by(step) {
                    set.set(place, true);
                }
                let bytes = set.to_bytes();
                assert!(bytes.len() <= set.byte_count() + 1);
                assert_eq!(AddressSet::from_bytes(&bytes), set, "{size} by {step}");
            }
        }
    }
}
