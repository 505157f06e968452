//! The JSON encoding of values, in which states are stored.

use serde_json::{Map, json};

use super::mismatch;
use crate::base::collect::IntoOrdered;
use crate::tf::error::ValueError;
use crate::tf::normal_form::to_nfc;
use crate::tf::path::Step;
use crate::tf::types::Type;
use crate::tf::value::Value;

/// Decodes a stored value of a type. At every level keys that the type does not have are ignored and missing keys are
/// null, because attributes are added and removed without a new schema version.
///
/// Primitives are converted as in the CLI (`"5"` to a number, `5` to a string).
///
/// # Errors
/// The value does not fit the type.
pub fn decode(json: &serde_json::Value, value_type: &Type) -> Result<Value, ValueError> {
    use serde_json::Value as Json;

    let at_index = |(index, element): (usize, &Json), inner: &Type| {
        decode(element, inner).map_err(|error| error.within(Step::index(index)))
    };
    match (json, value_type) {
        (Json::Null, _) => Ok(Value::Null),
        (Json::Object(parts), Type::Dynamic) => {
            let (Some(inner), Some(value)) = (parts.get("type"), parts.get("value")) else {
                return Err(ValueError::new("a dynamic value has a type and a value"));
            };
            let inner = Type::from_json(inner.to_string().as_bytes()).map_err(|e| ValueError::new(e.to_string()))?;
            let value = decode(value, &inner)?;
            Ok(Value::Typed(Box::new(inner), Box::new(value)))
        }
        (Json::Bool(bool), Type::Bool) => Ok(Value::Bool(*bool)),
        (Json::String(text), Type::Bool) if text == "true" || text == "false" => Ok(Value::Bool(text == "true")),
        (Json::Number(number), Type::Number) => parse_number(number.as_str()),
        (Json::String(text), Type::Number) => parse_number(text),
        (Json::String(text), Type::String) => Ok(Value::String(text.clone())),
        (Json::Number(number), Type::String) => {
            parse_number(number.as_str()).map(|number| Value::String(number.to_string()))
        }
        (Json::Bool(bool), Type::String) => Ok(Value::String(bool.to_string())),
        (Json::Array(elements), Type::List(inner) | Type::Set(inner)) => elements
            .iter()
            .enumerate()
            .map(|element| at_index(element, inner))
            .collect::<Result<_, _>>()
            .map(Value::List),
        (Json::Array(elements), Type::Tuple(types)) if elements.len() == types.len() => elements
            .iter()
            .enumerate()
            .zip(types)
            .map(|(element, inner)| at_index(element, inner))
            .collect::<Result<_, _>>()
            .map(Value::List),
        (Json::Object(elements), Type::Map(inner)) => elements
            .iter()
            .map(|(key, element)| {
                let value = decode(element, inner).map_err(|error| error.within(Step::Key(key.clone())))?;
                Ok((key.clone(), value))
            })
            .try_into_map()
            .map(Value::Map),
        (Json::Object(elements), Type::Object(attributes)) => attributes
            .iter()
            .map(|(name, inner)| {
                let element = elements.get(name).unwrap_or(&Json::Null);
                let value = decode(element, inner).map_err(|error| error.within(Step::Attribute(name.clone())))?;
                Ok((name.clone(), value))
            })
            .try_into_map()
            .map(Value::Map),
        _ => Err(mismatch(value_type, kind_name(json))),
    }
}

/// Encodes a wholly known value of a type, with every attribute of every object.
///
/// # Errors
/// The value is partly unknown or does not fit the type.
pub fn encode(value: &Value, value_type: &Type) -> Result<serde_json::Value, ValueError> {
    use serde_json::Value as Json;

    let at_index = |(index, element): (usize, &Value), inner: &Type| {
        encode(element, inner).map_err(|error| error.within(Step::index(index)))
    };
    match (value, value_type) {
        (Value::Null, _) => Ok(Json::Null),
        (Value::Unknown, _) => Err(ValueError::new("the value is not known yet")),
        (_, Type::Dynamic) => {
            let inner = value.literal_type();
            Ok(json!({ "value": encode(value.untyped(), &inner)?, "type": inner.to_json() }))
        }
        (Value::Typed(_, inner), _) => encode(inner, value_type),
        (Value::Bool(bool), Type::Bool) => Ok(Json::Bool(*bool)),
        (Value::Number(number), Type::Number) => {
            serde_json::from_str(number.as_str()).map_err(|error| ValueError::new(error.to_string()))
        }
        (Value::String(text), Type::String) => Ok(Json::String(to_nfc(text).into_owned())),
        (Value::List(elements), Type::List(inner) | Type::Set(inner)) => elements
            .iter()
            .enumerate()
            .map(|element| at_index(element, inner))
            .collect::<Result<_, _>>()
            .map(Json::Array),
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => elements
            .iter()
            .enumerate()
            .zip(types)
            .map(|(element, inner)| at_index(element, inner))
            .collect::<Result<_, _>>()
            .map(Json::Array),
        (Value::Map(elements), Type::Map(inner)) => elements
            .iter()
            .map(|(key, element)| {
                let json = encode(element, inner).map_err(|error| error.within(Step::Key(key.clone())))?;
                Ok((to_nfc(key).into_owned(), json))
            })
            .collect::<Result<_, _>>()
            .map(Json::Object),
        (Value::Map(elements), Type::Object(attributes)) => {
            if let Some(name) = elements.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(ValueError::new(format!("no attribute `{name}` is known")));
            }
            let encoded = attributes.iter().map(|(name, inner)| {
                let json = encode(value.get(name), inner).map_err(|e| e.within(Step::Attribute(name.clone())))?;
                Ok((name.clone(), json))
            });
            encoded.collect::<Result<Map<_, _>, _>>().map(Json::Object)
        }
        _ => Err(mismatch(value_type, &format!("`{value}`"))),
    }
}

fn parse_number(text: &str) -> Result<Value, ValueError> {
    text.parse().map(Value::Number).map_err(|error: crate::tf::NumberError| ValueError::new(error.to_string()))
}

fn kind_name(json: &serde_json::Value) -> &'static str {
    match json {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a bool",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "an array",
        serde_json::Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tf::codec::tests::{any_type, value_of};

    #[test]
    fn unknown_keys_are_dropped_and_missing_keys_are_null_at_every_level() {
        let inner = Type::object([("kept", Type::String), ("added", Type::Number)]);
        let outer = Type::object([("list", Type::list(inner)), ("new", Type::Bool)]);
        let stored = json!({ "list": [{ "kept": "a", "dropped": 1 }], "old": {} });
        let expected = Value::object([
            ("list", Value::list([Value::object([("kept", Value::from("a")), ("added", Value::Null)])])),
            ("new", Value::Null),
        ]);
        assert_eq!(decode(&stored, &outer).unwrap(), expected);
    }

    #[test]
    fn numbers_keep_their_digits() {
        let text = "0.1234567890123456789012345678901234567890123456789";
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let value = decode(&json, &Type::Number).unwrap();
        assert_eq!(value.as_number().unwrap().as_str(), text);
        assert_eq!(encode(&value, &Type::Number).unwrap().to_string(), text);
    }

    #[test]
    fn dynamic_values_carry_their_type() {
        let json = json!({ "value": { "a": 1 }, "type": ["object", { "a": "number" }] });
        let value = decode(&json, &Type::Dynamic).unwrap();
        assert_eq!(value.get("a"), &Value::from(1));
        assert_eq!(encode(&value, &Type::Dynamic).unwrap(), json);
        assert!(decode(&json!("bare"), &Type::Dynamic).is_err());
    }

    #[test]
    fn unknown_values_are_refused() {
        let error = encode(&Value::object([("a", Value::Unknown)]), &Type::object([("a", Type::Bool)])).unwrap_err();
        assert_eq!(error.to_string(), "a: the value is not known yet");
    }

    proptest! {
        #[test]
        fn known_values_round_trip((value_type, value) in any_type().prop_flat_map(|t| (Just(t.clone()), value_of(&t)))) {
            prop_assume!(value.is_wholly_known());
            let json = encode(&value, &value_type).unwrap();
            let back = decode(&json, &value_type).unwrap();
            prop_assert!(back.same_as(&value, &value_type));
        }
    }
}
