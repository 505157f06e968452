//! Decimal numbers for prices per hour and capacity weights; never binary floating point.

pub use rust_decimal::Decimal;

/// The shortest decimal text of a number: `1.50` is written `1.5`, `2.0` is written `2`.
#[must_use]
pub fn shortest(number: Decimal) -> String {
    number.normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest_text_has_no_trailing_zeros() {
        for (given, expected) in [("1.50", "1.5"), ("2.0", "2"), ("0.00", "0"), ("100", "100"), ("0.015", "0.015")] {
            assert_eq!(shortest(given.parse().unwrap()), expected);
        }
    }
}
