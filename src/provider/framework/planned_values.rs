//! An apply does what its plan shows (G10a).

use crate::base::collect::IntoOrdered;
use crate::tf::{Attribute, Schema, Value};

/// The state to return from an apply: values known in the plan as planned, the others as the cloud returned them.
///
/// Terraform refuses a result that differs from a known planned value, even if the world has moved since; the next
/// refresh finds the difference.
pub(crate) fn merge_planned(planned: &Value, actual: Value) -> Value {
    match (planned, actual) {
        (Value::Unknown, actual) => actual,
        (Value::Map(planned), Value::Map(mut actual)) => Value::Map(
            planned
                .iter()
                .map(|(name, value)| (name.clone(), merge_planned(value, actual.remove(name).unwrap_or_default())))
                .into_map(),
        ),
        (Value::List(planned), Value::List(actual)) => {
            let mut actual = actual.into_iter();
            Value::List(planned.iter().map(|value| merge_planned(value, actual.next().unwrap_or_default())).collect())
        }
        (planned, _) => unknown_as_null(planned),
    }
}

/// Whether all of these planned arguments are known or left to the cloud, so that the cloud can say what it would do.
pub(crate) fn are_settled(schema: fn() -> Schema, planned: &Value, names: &[&str]) -> bool {
    let mut open = names.iter().filter(|name| !planned.get(name).is_wholly_known()).peekable();
    if open.peek().is_none() {
        return true;
    }
    let schema = schema();
    open.all(|name| planned.get(name).is_unknown() && schema.block.attribute(name).is_some_and(Attribute::is_computed))
}

/// A planned value with null in place of everything unknown.
pub(crate) fn unknown_as_null(planned: &Value) -> Value {
    match planned {
        Value::Unknown => Value::Null,
        Value::List(elements) => Value::List(elements.iter().map(unknown_as_null).collect()),
        Value::Map(members) => {
            Value::Map(members.iter().map(|(name, value)| (name.clone(), unknown_as_null(value))).into_map())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_stay_and_unknown_ones_are_filled_g10a() {
        let planned = Value::object([
            ("id", Value::from("apg-1")),
            ("cost", Value::Unknown),
            ("instances", Value::list([Value::object([("id", Value::from("i-1"))]), Value::Unknown])),
        ]);
        let actual = Value::object([
            ("id", Value::from("apg-2")),
            ("cost", Value::from(7)),
            ("instances", Value::list([Value::object([("id", "i-9")]), Value::object([("id", "i-2")])])),
        ]);
        let expected = Value::object([
            ("id", Value::from("apg-1")),
            ("cost", Value::from(7)),
            ("instances", Value::list([Value::object([("id", "i-1")]), Value::object([("id", "i-2")])])),
        ]);
        assert_eq!(merge_planned(&planned, actual), expected);
    }

    #[test]
    fn a_list_keeps_the_length_the_plan_showed() {
        let planned = Value::list([Value::Unknown, Value::Unknown]);
        assert_eq!(merge_planned(&planned, Value::list(["a"])), Value::list([Value::from("a"), Value::Null]));
        assert_eq!(merge_planned(&planned, Value::list(["a", "b", "c"])), Value::list(["a", "b"]));
    }
}
