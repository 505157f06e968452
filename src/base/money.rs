//! Decimal numbers for prices per hour and capacity weights; never binary floating point.

pub use rust_decimal::Decimal;

/// The shortest decimal text of a number: `1.50` is written `1.5`, `2.0` is written `2`.
#[must_use]
pub fn shortest(number: Decimal) -> String {
    number.normalize().to_string()
}

/// A sum of weights as it is compared and shown: rounded to 20 decimal places, so that the 28 digits that are left of
/// HCL's quotients add up as they do there, and six times 1/3 is 2 (G14).
#[must_use]
pub fn rounded_units(sum: Decimal) -> Decimal {
    sum.round_dp(UNIT_PLACES).normalize()
}

const UNIT_PLACES: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_quotients_are_what_hcl_says_g14() {
        let third: Decimal = "0.3333333333333333333333333333".parse().unwrap();
        assert_eq!(rounded_units(third * Decimal::from(6)), Decimal::TWO);
        let two_thirds: Decimal = "0.6666666666666666666666666667".parse().unwrap();
        assert_eq!(rounded_units(two_thirds * Decimal::from(3)).to_string(), "2");
        assert_eq!(rounded_units("1.440".parse().unwrap()).to_string(), "1.44");
    }

    #[test]
    fn shortest_text_has_no_trailing_zeros() {
        for (given, expected) in [("1.50", "1.5"), ("2.0", "2"), ("0.00", "0"), ("100", "100"), ("0.015", "0.015")] {
            assert_eq!(shortest(given.parse().unwrap()), expected);
        }
    }
}
