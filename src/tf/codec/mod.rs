//! Encodes and decodes values of a type as msgpack and JSON.
//!
//! Decoding is safe for hostile input: the nesting is limited, and no memory is allocated for a length before its bytes
//! have been read.

pub mod json;
pub mod msgpack;

use super::error::ValueError;
use super::types::Type;

fn mismatch(expected: &Type, found: &str) -> ValueError {
    ValueError::new(format!("expected {expected}, found {found}"))
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::tf::value::Value;

    /// Types of up to three levels.
    pub(super) fn any_type() -> impl Strategy<Value = Type> {
        let primitive =
            prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic)].boxed();
        primitive.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(Type::list),
                inner.clone().prop_map(Type::set),
                inner.clone().prop_map(Type::map),
                vec(inner.clone(), 0..3).prop_map(Type::Tuple),
                btree_map("[a-c]", inner, 0..3).prop_map(Type::Object),
            ]
        })
    }

    /// Values of a type, in normal form, complete, and typed where the type is dynamic.
    pub(super) fn value_of(value_type: &Type) -> BoxedStrategy<Value> {
        let known = match value_type {
            Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
            Type::Number => prop_oneof![
                any::<i64>().prop_map(Value::from),
                any::<f64>()
                    .prop_filter_map("finite", |f| crate::tf::Number::from_float(f).ok())
                    .prop_map(Value::Number),
            ]
            .boxed(),
            Type::String => "[a-zé]{0,4}".prop_map(Value::from).boxed(),
            Type::Dynamic => {
                let holds = |inner: Type| {
                    let value = prop_oneof![Just(Value::Null), value_of(&inner)];
                    value.prop_map(move |value| match value {
                        Value::Null | Value::Unknown => value,
                        known => Value::Typed(Box::new(inner.clone()), Box::new(known)),
                    })
                };
                prop_oneof![Just(Type::Bool), Just(Type::map(Type::Number))].prop_flat_map(holds).boxed()
            }
            Type::List(inner) | Type::Set(inner) => vec(value_of(inner), 0..3).prop_map(Value::List).boxed(),
            Type::Map(inner) => btree_map("[a-z]{0,2}", value_of(inner), 0..3).prop_map(Value::Map).boxed(),
            Type::Tuple(types) => types.iter().map(value_of).collect::<Vec<_>>().prop_map(Value::List).boxed(),
            Type::Object(attributes) => {
                let names: Vec<_> = attributes.keys().cloned().collect();
                let values: Vec<_> = attributes.values().map(value_of).collect();
                values.prop_map(move |values| Value::Map(names.iter().cloned().zip(values).collect())).boxed()
            }
        };
        prop_oneof![1 => Just(Value::Null), 1 => Just(Value::Unknown), 8 => known].boxed()
    }
}
