//! Terraform's numbers: decimals of any length, never binary floating point.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::{Decimal, money};

/// An exact number, stored as its shortest decimal text: Terraform computes with 512 bits, more than any Rust number has.
///
/// Every number has exactly one text (`1.50` and `15e-1` are `1.5`, `-0` is `0`), so numbers are equal if their texts are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(String);

/// The most digits that a number may have when written out. The CLI's own numbers have a few hundred.
const MAX_DIGITS: usize = 10_000;

/// The reason why a text or float is not a [`Number`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("`{0}` is not a decimal number")]
    Malformed(String),
    #[error("the number has more than {MAX_DIGITS} digits")]
    TooLong,
    #[error("the number is not finite")]
    NotFinite,
}

impl Number {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number rounded to the 28 digits that a [`Decimal`] holds; the CLI's products and quotients have a few hundred
    /// digits. `None` if the number is out of range.
    #[must_use]
    pub fn to_decimal(&self) -> Option<Decimal> {
        self.0.parse().ok()
    }

    /// `None` if the number has a fraction or is out of range.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// `None` if the number has a fraction, is negative or is out of range.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// The exact decimal value of a float, not the shortest text that parses as it: the CLI sends a float only for a
    /// number that it represents exactly.
    ///
    /// # Errors
    /// The float is infinite or not a number.
    pub fn from_float(float: f64) -> Result<Self, NumberError> {
        if !float.is_finite() {
            return Err(NumberError::NotFinite);
        }
        // The smallest double has 1,074 fraction digits.
        format!("{float:.1074}").parse()
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == "0"
    }

    fn is_negative(&self) -> bool {
        self.0.starts_with('-')
    }

    /// The integer digits and the fraction digits, without sign.
    fn digits(&self) -> (&str, &str) {
        let unsigned = self.0.trim_start_matches('-');
        unsigned.split_once('.').unwrap_or((unsigned, ""))
    }
}

/// Parses `12`, `-1.50`, `.5`, `1e3`, `2.5E-1`.
impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let malformed = || NumberError::Malformed(text.chars().take(40).collect());
        let (negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent).ok_or_else(malformed)?),
            None => (unsigned, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if integer.len() + fraction.len() == 0 || !all_digits(integer) || !all_digits(fraction) {
            return Err(malformed());
        }

        let joined = format!("{integer}{fraction}");
        let significant = joined.trim_start_matches('0');
        let leading_zeros = joined.len() - significant.len();
        let significant = significant.trim_end_matches('0');
        if significant.is_empty() {
            return Ok(Self("0".to_owned()));
        }
        // The decimal point follows this many significant digits; it precedes them by as many zeros if it is negative.
        let point = to_i64(integer.len())? + exponent - to_i64(leading_zeros)?;
        write_out(negative, significant, point).map(Self)
    }
}

/// Parses an exponent. One that is out of range is clamped to a value that exceeds the digit limit, which refuses it
/// unless the number is zero.
fn parse_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX).min(i64::from(i32::MAX));
    Some(if negative { -magnitude } else { magnitude })
}

fn to_i64(length: usize) -> Result<i64, NumberError> {
    i64::try_from(length).map_err(|_| NumberError::TooLong)
}

fn write_out(negative: bool, significant: &str, point: i64) -> Result<String, NumberError> {
    let sign = if negative { "-" } else { "" };
    let zeros = |count: i64| usize::try_from(count).ok().filter(|&count| count + significant.len() <= MAX_DIGITS);
    if significant.len() > MAX_DIGITS {
        return Err(NumberError::TooLong);
    }
    if point <= 0 {
        let padding = zeros(-point).ok_or(NumberError::TooLong)?;
        return Ok(format!("{sign}0.{}{significant}", "0".repeat(padding)));
    }
    let missing = point - to_i64(significant.len())?;
    if missing >= 0 {
        let padding = zeros(missing).ok_or(NumberError::TooLong)?;
        return Ok(format!("{sign}{significant}{}", "0".repeat(padding)));
    }
    let (integer, fraction) = significant.split_at(usize::try_from(point).map_err(|_| NumberError::TooLong)?);
    Ok(format!("{sign}{integer}.{fraction}"))
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Compares by value, not by text.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_magnitude = || {
            let ((integer, fraction), (other_integer, other_fraction)) = (self.digits(), other.digits());
            integer.len().cmp(&other_integer.len()).then(integer.cmp(other_integer)).then(fraction.cmp(other_fraction))
        };
        match (self.is_negative(), other.is_negative()) {
            (false, false) => by_magnitude(),
            (true, true) => by_magnitude().reverse(),
            (negative, _) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Decimal> for Number {
    fn from(number: Decimal) -> Self {
        let text = money::shortest(number);
        Self(if text == "-0" { "0".to_owned() } else { text })
    }
}

macro_rules! from_integer {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Number {
            fn from(number: $integer) -> Self {
                Self(number.to_string())
            }
        }
    )*};
}
from_integer!(i32 i64 u16 u32 u64 usize);

/// The newtype name by which the serde code of [`super::model`] recognises a number. Other formats see text.
pub(super) const NUMBER: &str = "$simcloud::tf::Number";

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NUMBER, &self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NUMBER, NumberVisitor)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Number, E> {
        Ok(number.into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Number, E> {
        Ok(number.into())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Number, D::Error> {
        inner.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn one_number_has_one_text() {
        for (given, expected) in [
            ("1.50", "1.5"),
            ("1e3", "1000"),
            ("-0", "0"),
            ("-0.0e9999999999999999999999", "0"),
            ("+7", "7"),
            ("007.0", "7"),
            (".5", "0.5"),
            ("5.", "5"),
            ("2.5E-1", "0.25"),
            ("12345e-2", "123.45"),
            ("-12e-4", "-0.0012"),
            ("9223372036854775808", "9223372036854775808"),
            ("0.15", "0.15"),
        ] {
            assert_eq!(number(given).to_string(), expected, "{given}");
        }
        assert_eq!(number("1e100").to_string(), format!("1{}", "0".repeat(100)));
    }

    #[test]
    fn invalid_numbers_are_refused() {
        for text in ["", "-", ".", "1e", "e5", "1.2.3", "0x10", "Inf", "NaN", "1 ", "١", "--1", "1e+-2", "1é"] {
            assert!(matches!(text.parse::<Number>(), Err(NumberError::Malformed(_))), "{text}");
        }
        for text in ["1e10001", "1e-10001", "1e99999999999999999999"] {
            assert_eq!(text.parse::<Number>(), Err(NumberError::TooLong), "{text}");
        }
        assert_eq!(Number::from_float(f64::INFINITY), Err(NumberError::NotFinite));
        assert_eq!(Number::from_float(f64::NAN), Err(NumberError::NotFinite));
    }

    #[test]
    fn floats_keep_every_digit() {
        assert_eq!(Number::from_float(0.5).unwrap().as_str(), "0.5");
        assert_eq!(Number::from_float(-0.0).unwrap().as_str(), "0");
        assert_eq!(Number::from_float(1e300).unwrap().as_str().len(), 301);
        assert_eq!(Number::from_float(2f64.powi(-20)).unwrap().as_str(), "0.00000095367431640625");
        assert!(Number::from_float(f64::from_bits(1)).is_ok());
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        let ascending = ["-100", "-9.5", "-9", "-0.5", "0", "0.05", "0.5", "0.55", "9", "10", "10.1"].map(number);
        assert!(ascending.is_sorted());
    }

    #[test]
    fn conversions_refuse_numbers_out_of_range() {
        assert_eq!(number("1.5").to_i64(), None);
        assert_eq!(number("-1").to_u64(), None);
        assert_eq!(number("18446744073709551615").to_u64(), Some(u64::MAX));
        assert_eq!(number("-9223372036854775808").to_i64(), Some(i64::MIN));
        assert_eq!(number("0.015").to_decimal(), Some(Decimal::new(15, 3)));
        assert_eq!(number("1e40").to_decimal(), None);
        let computed = number(&format!("0.077{}1", "0".repeat(150)));
        assert_eq!(computed.to_decimal().map(|decimal| decimal.normalize()), Some(Decimal::new(77, 3)));
        assert_eq!(Number::from(Decimal::new(-0, 3)).as_str(), "0");
    }

    proptest! {
        #[test]
        fn decimals_round_trip(mantissa: i64, scale in 0u32..=20) {
            let decimal = Decimal::new(mantissa, scale);
            prop_assert_eq!(Number::from(decimal).to_decimal(), Some(decimal));
            prop_assert_eq!(decimal.to_string().parse::<Number>().unwrap(), Number::from(decimal));
        }

        #[test]
        fn order_agrees_with_decimals(a: i32, b: i32, a_scale in 0u32..=6, b_scale in 0u32..=6) {
            let (a, b) = (Decimal::new(a.into(), a_scale), Decimal::new(b.into(), b_scale));
            prop_assert_eq!(Number::from(a).cmp(&Number::from(b)), a.cmp(&b));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC*") {
            let _ = text.parse::<Number>();
        }

        #[test]
        fn floats_round_trip(float in any::<f64>().prop_filter("finite", |float| float.is_finite())) {
            let text = Number::from_float(float).unwrap();
            prop_assert_eq!(text.as_str().parse::<f64>().unwrap().to_bits(), (float + 0.0).to_bits());
        }
    }
}
