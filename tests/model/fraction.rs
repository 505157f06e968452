//! Exact numbers: units and prices as fractions.

use std::cmp::Ordering;
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Sub};

use simcloud::base::Decimal;

/// A fraction in lowest terms with a denominator above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    pub(crate) const ZERO: Self = Self { numerator: 0, denominator: 1 };
    pub(crate) const ONE: Self = Self { numerator: 1, denominator: 1 };

    fn new(numerator: i128, denominator: i128) -> Self {
        let divisor = gcd(numerator.abs(), denominator.abs()).max(1) * denominator.signum();
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    /// A weight: the fraction that a number of many digits stands for (G14).
    pub(crate) fn weight(weight: Decimal) -> Self {
        let exact = Self::from(weight);
        if weight.scale() <= 15 {
            return exact;
        }
        let near = |denominator: i128| {
            let of = Self::new(denominator, 1) * exact;
            let numerator = (of + Self::new(1, 2)).floor();
            let distance = Self::new(numerator, denominator) - exact;
            (distance.numerator.abs() <= distance.denominator / 1_000_000_000_000_000_000)
                .then(|| Self::new(numerator, denominator))
        };
        (1..=100).find_map(near).unwrap_or(exact)
    }

    pub(crate) fn floor(self) -> i128 {
        self.numerator.div_euclid(self.denominator)
    }

    pub(crate) fn ceil(self) -> i128 {
        -(-self.numerator).div_euclid(self.denominator)
    }

    /// As replies show it, with 20 decimal places (G14).
    pub(crate) fn shown(self) -> Decimal {
        let (numerator, denominator) = (Decimal::from(self.numerator), Decimal::from(self.denominator));
        (numerator / denominator).round_dp(20)
    }
}

fn gcd(one: i128, other: i128) -> i128 {
    if other == 0 { one } else { gcd(other, one % other) }
}

impl From<Decimal> for Fraction {
    fn from(number: Decimal) -> Self {
        Self::new(number.mantissa(), 10_i128.pow(number.scale()))
    }
}

impl From<u32> for Fraction {
    fn from(number: u32) -> Self {
        Self::new(number.into(), 1)
    }
}

impl From<i128> for Fraction {
    fn from(number: i128) -> Self {
        Self::new(number, 1)
    }
}

impl Add for Fraction {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )
    }
}

impl Sub for Fraction {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + Self { numerator: -other.numerator, ..other }
    }
}

impl Mul for Fraction {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::new(self.numerator * other.numerator, self.denominator * other.denominator)
    }
}

impl Div for Fraction {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self::new(self.numerator * other.denominator, self.denominator * other.numerator)
    }
}

impl Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Add::add)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }
}
