//! Decimals as integers on one common scale, so that a pass adds and compares exactly and fast.

use std::ops::Range;

use crate::base::Decimal;

/// Multiplies all numbers by one power of ten, chosen so that the number with most decimal places becomes an integer.
///
/// If the largest product would exceed `limit`, a smaller power is taken; digits beyond it are cut off, but no number
/// above zero becomes zero. Numbers below zero count as zero, those above `limit` as `limit`.
pub(super) fn scale(numbers: impl Iterator<Item = Decimal> + Clone, limit: u128) -> Vec<u128> {
    let most_places = numbers.clone().map(|number| number.scale()).max().unwrap_or(0);
    let fits =
        |places: u32| numbers.clone().all(|number| scaled(number, places).is_some_and(|integer| integer <= limit));
    let places = (0..=most_places).rev().find(|&places| fits(places)).unwrap_or(0);
    numbers.map(|number| scaled(number, places).unwrap_or(limit).min(limit)).collect()
}

/// Like [`scale`], for weights and units: the digits of a quotient count as the quotient, so that six times 1/3 is 2, as
/// it is in HCL, whose 512 bits arrive here cut to 28 digits.
///
/// A number with more than [`MAX_EXACT_PLACES`] decimal places that is no further than 10^-18 from a fraction with a
/// denominator of at most [`MAX_DENOMINATOR`] is that fraction; no two such fractions are that close (G14).
pub(super) fn scale_units(numbers: impl Iterator<Item = Decimal> + Clone, limit: u128) -> Vec<u128> {
    let has_many_places = |number: Decimal| number.scale() > MAX_EXACT_PLACES;
    let is_quotient = |number: Decimal| has_many_places(number) && has_many_places(number.normalize());
    let exact = || {
        let fractions: Vec<Fraction> = numbers.clone().map(Fraction::of).collect::<Option<_>>()?;
        let common = fractions.iter().try_fold(1_u128, |common, fraction| {
            (common / gcd(common, fraction.denominator)).checked_mul(fraction.denominator)
        })?;
        let scaled = |fraction: &Fraction| fraction.numerator.checked_mul(common / fraction.denominator);
        fractions.iter().map(|fraction| scaled(fraction).filter(|number| *number <= limit)).collect::<Option<_>>()
    };
    let quotients = if numbers.clone().any(is_quotient) { exact() } else { None };
    quotients.unwrap_or_else(|| scale(numbers, limit))
}

/// Longer numbers are taken for quotients.
const MAX_EXACT_PLACES: u32 = 15;
/// The largest denominator of a quotient that is recognised.
const MAX_DENOMINATOR: u128 = 1_000_000;

/// A number that is not below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fraction {
    numerator: u128,
    denominator: u128,
}

impl Fraction {
    /// `None` for a long number that is close to no fraction with a small denominator.
    fn of(number: Decimal) -> Option<Self> {
        let number = number.normalize();
        let numerator = u128::try_from(number.mantissa()).unwrap_or(0);
        let denominator = 10_u128.pow(number.scale());
        let common = gcd(numerator, denominator);
        let exact = Self { numerator: numerator / common, denominator: denominator / common };
        if number.scale() <= MAX_EXACT_PLACES { Some(exact) } else { exact.nearest() }
    }

    /// The first convergent of the continued fraction that is within 10^-18, but not zero for a number above zero.
    fn nearest(self) -> Option<Self> {
        let tolerance = self.denominator / 10_u128.pow(18);
        let (mut rest, mut divisor) = (self.numerator, self.denominator);
        let (mut before, mut last) = (Self { numerator: 0, denominator: 1 }, Self { numerator: 1, denominator: 0 });
        while divisor > 0 {
            let whole = rest / divisor;
            (rest, divisor) = (divisor, rest % divisor);
            let next = Self {
                numerator: whole.checked_mul(last.numerator)?.checked_add(before.numerator)?,
                denominator: whole.checked_mul(last.denominator)?.checked_add(before.denominator)?,
            };
            if next.denominator > MAX_DENOMINATOR {
                return None;
            }
            // Both products have at most 96 bits and those of the denominator.
            let difference =
                (self.numerator * next.denominator).abs_diff(next.numerator.checked_mul(self.denominator)?);
            let becomes_zero = next.numerator == 0 && self.numerator > 0;
            if difference <= tolerance * next.denominator && !becomes_zero {
                return Some(next);
            }
            (before, last) = (last, next);
        }
        None
    }
}

/// The number times 10^`places`; `None` if it does not fit.
fn scaled(number: Decimal, places: u32) -> Option<u128> {
    let Ok(mantissa) = u128::try_from(number.mantissa()) else {
        return Some(0);
    };
    if number.scale() <= places {
        10_u128.pow(places - number.scale()).checked_mul(mantissa)
    } else {
        let cut = mantissa / 10_u128.pow(number.scale() - places);
        Some(cut.max(u128::from(mantissa > 0)))
    }
}

/// `a × b` in full, as its upper and lower half: ordered like the products themselves.
pub(super) fn widening_mul(a: u128, b: u128) -> (u128, u128) {
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

/// The first number of the range for which the predicate is false, or the end of the range; the predicate must be
/// true up to some number and false after it.
pub(super) fn partition_point(range: Range<u128>, predicate: impl Fn(u128) -> bool) -> u128 {
    let Range { mut start, mut end } = range;
    while start < end {
        let middle = start + (end - start) / 2;
        if predicate(middle) {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    start
}

/// The greatest common divisor; that of 0 and `b` is `b`.
pub(super) fn gcd(a: u128, b: u128) -> u128 {
    if a == 0 { b } else { gcd(b % a, a) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scaled_texts(numbers: &[&str], limit: u128) -> Vec<u128> {
        let numbers: Vec<Decimal> = numbers.iter().map(|number| number.parse().unwrap()).collect();
        scale(numbers.iter().copied(), limit)
    }

    #[test]
    fn the_number_with_most_places_sets_the_scale() {
        assert_eq!(scaled_texts(&["1.5", "2", "0.25"], u128::MAX), [150, 200, 25]);
        assert_eq!(scaled_texts(&[], u128::MAX), [0; 0]);
    }

    #[test]
    fn what_does_not_fit_is_cut_off_but_never_to_zero() {
        assert_eq!(
            scaled_texts(&["10000000000", "0.0000000000000000000000000019", "-3", "0"], 1 << 96),
            [10_u128.pow(28), 1, 0, 0]
        );
        assert_eq!(
            scaled_texts(&["79228162514264337593543950335", "0.5"], 1 << 96),
            [79_228_162_514_264_337_593_543_950_335, 1]
        );
    }

    #[test]
    fn the_digits_of_a_quotient_count_as_the_quotient_g14() {
        let scaled = |numbers: &[&str]| {
            let numbers: Vec<Decimal> = numbers.iter().map(|number| number.parse().unwrap()).collect();
            scale_units(numbers.iter().copied(), 1 << 120)
        };
        assert_eq!(scaled(&["2", "0.3333333333333333333333333333"]), [6, 1]);
        assert_eq!(scaled(&["2", "0.6666666666666666666666666667", "0.25"]), [24, 8, 3]);
        assert_eq!(scaled(&["10.33333333333333333333", "0.142857142857142857142857142857"]), [217, 3]);
        assert_eq!(scaled(&["2", "0.1", "1.44"]), [200, 10, 144]);
        assert_eq!(scaled(&["1", "0.0000000000000000001", "0.0000000000000001"]), [10_u128.pow(19), 1, 1_000]);
        // No quotient of small numbers: these digits count as they are.
        assert_eq!(
            scaled(&["1", "0.3141592653589793238462643383"]),
            [10_u128.pow(28), 3_141_592_653_589_793_238_462_643_383]
        );
    }

    #[test]
    fn a_partition_point_is_the_first_number_that_fails_or_the_end() {
        assert_eq!(partition_point(0..u128::MAX, |number| number / 3 < 111), 333);
        assert_eq!(partition_point(5..6, |_| true), 6);
        assert_eq!(partition_point(0..9, |_| false), 0);
        assert_eq!(partition_point(7..7, |_| true), 7);
    }

    #[test]
    fn greatest_common_divisors() {
        assert_eq!(gcd(0, 6), 6);
        assert_eq!(gcd(12, 18), 6);
        assert_eq!(gcd(7, 5), 1);
    }

    proptest! {
        #[test]
        fn wide_products_are_those_of_long_multiplication(a: u128, b: u128) {
            // In base 2^32, digit by digit.
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
            prop_assert_eq!(widening_mul(a, b), (join(&expected[4..]), join(&expected[..4])));
        }
    }
}
