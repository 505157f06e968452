//! Decimal numbers in JSON.

use std::str::FromStr;

use serde_json::{Number, Value};

use super::Decimal;
use super::money::shortest;

/// A decimal with all its digits, without an exponent.
#[must_use]
pub fn number(decimal: Decimal) -> Value {
    Number::from_str(&shortest(decimal)).map_or(Value::Null, Value::Number)
}
