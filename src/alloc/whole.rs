//! Decimals as whole numbers of one common fraction, so that a pass adds and compares exactly and fast.

use crate::base::Decimal;

/// The numbers as multiples of one power of ten, which is as fine as the finest of them needs.
///
/// If the largest would pass `limit` that way, the power is made coarser until it does not; digits below it are cut
/// off, but nothing above zero becomes zero. Numbers below zero count as zero, those above `limit` as `limit`.
pub(super) fn to_whole(numbers: impl Iterator<Item = Decimal> + Clone, limit: u128) -> Vec<u128> {
    let finest = numbers.clone().map(|number| number.scale()).max().unwrap_or(0);
    let fits = |scale: u32| numbers.clone().all(|number| at_scale(number, scale).is_some_and(|whole| whole <= limit));
    let scale = (0..=finest).rev().find(|&scale| fits(scale)).unwrap_or(0);
    numbers.map(|number| at_scale(number, scale).unwrap_or(limit).min(limit)).collect()
}

fn at_scale(number: Decimal, scale: u32) -> Option<u128> {
    let Ok(mantissa) = u128::try_from(number.mantissa()) else {
        return Some(0);
    };
    if number.scale() <= scale {
        10_u128.pow(scale - number.scale()).checked_mul(mantissa)
    } else {
        let cut = mantissa / 10_u128.pow(number.scale() - scale);
        Some(cut.max(u128::from(mantissa > 0)))
    }
}

/// `a × b` in full, as its upper and lower half: ordered like the products themselves.
pub(super) fn product(a: u128, b: u128) -> (u128, u128) {
    if let Some(small) = a.checked_mul(b) {
        return (0, small);
    }
    let halves = |number: u128| (number >> 64, number & u128::from(u64::MAX));
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let low = a_low * b_low;
    let (cross, carried) = (a_high * b_low).overflowing_add(a_low * b_high);
    let (low, carry) = low.overflowing_add(cross << 64);
    let high = a_high * b_high + (cross >> 64) + (u128::from(carried) << 64) + u128::from(carry);
    (high, low)
}

/// The last number of `low..high` for which a condition holds that holds at `low` and, once it fails, keeps failing.
pub(super) fn last_true(mut low: u128, mut high: u128, holds: impl Fn(u128) -> bool) -> u128 {
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The greatest number that divides both; that of zero and `b` is `b`.
pub(super) fn common_divisor(a: u128, b: u128) -> u128 {
    if a == 0 { b } else { common_divisor(b % a, a) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(numbers: &[&str], limit: u128) -> Vec<u128> {
        let numbers: Vec<Decimal> = numbers.iter().map(|number| number.parse().unwrap()).collect();
        to_whole(numbers.iter().copied(), limit)
    }

    #[test]
    fn the_finest_number_sets_the_fraction() {
        assert_eq!(whole(&["1.5", "2", "0.25"], u128::MAX), [150, 200, 25]);
        assert_eq!(whole(&[], u128::MAX), [0; 0]);
    }

    #[test]
    fn what_does_not_fit_is_cut_off_but_never_to_zero() {
        assert_eq!(
            whole(&["10000000000", "0.0000000000000000000000000019", "-3", "0"], 1 << 96),
            [10_u128.pow(28), 1, 0, 0]
        );
        assert_eq!(
            whole(&["79228162514264337593543950335", "0.5"], 1 << 96),
            [79_228_162_514_264_337_593_543_950_335, 1]
        );
    }

    #[test]
    fn searches_end_at_the_last_that_holds() {
        assert_eq!(last_true(0, u128::MAX, |number| number / 3 < 111), 332);
        assert_eq!(last_true(5, 6, |_| true), 5);
        assert_eq!(last_true(0, 9, |_| true), 8);
    }

    #[test]
    fn common_divisors() {
        assert_eq!(common_divisor(0, 6), 6);
        assert_eq!(common_divisor(12, 18), 6);
        assert_eq!(common_divisor(7, 5), 1);
    }

    proptest! {
        #[test]
        fn products_are_those_of_four_quarters(a: u128, b: u128) {
            // Long multiplication in base 2^32, the schoolbook way.
            let digits = |number: u128| (0..4).map(move |i| u64::try_from(number >> (32 * i) & 0xffff_ffff).unwrap());
            let mut expected = [0_u64; 8];
            for (i, x) in digits(a).enumerate() {
                let mut carry = 0;
                for (j, y) in digits(b).enumerate() {
                    let sum = expected[i + j] + x * y + carry;
                    expected[i + j] = sum & 0xffff_ffff;
                    carry = sum >> 32;
                }
                expected[i + 4] = carry;
            }
            let join = |digits: &[u64]| digits.iter().rev().fold(0_u128, |sum, &digit| sum << 32 | u128::from(digit));
            prop_assert_eq!(product(a, b), (join(&expected[4..]), join(&expected[..4])));
        }
    }
}
