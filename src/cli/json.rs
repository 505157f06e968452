//! Exact numbers and times in JSON.

use std::str::FromStr;

use serde_json::{Number, Value, json};

use crate::base::Decimal;
use crate::base::money::shortest;
use crate::cloud::model::Activity;

/// A decimal to its last digit, without an exponent.
pub(super) fn number(decimal: Decimal) -> Value {
    Number::from_str(&shortest(decimal)).map_or(Value::Null, Value::Number)
}

pub(super) fn activities(activities: &[Activity]) -> Value {
    let one = |activity: &Activity| {
        json!({
            "time": activity.time.to_string(),
            "kind": activity.kind,
            "owner": activity.owner,
            "detail": activity.detail,
            "created": activity.created,
            "destroyed": activity.destroyed,
        })
    };
    activities.iter().map(one).collect()
}
