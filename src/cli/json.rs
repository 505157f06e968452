//! Decimal numbers in JSON.

use std::str::FromStr;

use serde_json::{Number, Value};

use crate::base::Decimal;
use crate::base::money::shortest;

/// A decimal with all its digits, without an exponent.
pub(super) fn number(decimal: Decimal) -> Value {
    Number::from_str(&shortest(decimal)).map_or(Value::Null, Value::Number)
}
