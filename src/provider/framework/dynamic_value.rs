//! A value of dynamic type as JSON, whatever type HCL inferred for it.

use serde_json::Value as Json;

use crate::base::collect::IntoOrdered;
use crate::tf::Value;

/// The JSON of a wholly known `dynamic` value: objects and maps as objects, lists, tuples and sets as arrays, numbers exact.
pub(crate) fn to_json(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => {
            number.as_str().parse().map_or_else(|_| Json::String(number.to_string()), Json::Number)
        }
        Value::String(text) => Json::String(text.clone()),
        Value::List(elements) => Json::Array(elements.iter().map(to_json).collect()),
        Value::Map(members) => {
            Json::Object(members.iter().map(|(key, member)| (key.clone(), to_json(member))).into_json_map())
        }
        Value::Typed(_, inner) => to_json(inner),
    }
}
