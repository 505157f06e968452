//! Models: converts an object to and from a Rust struct through serde.
//!
//! A field is `Option<T>` if the value may be null, [`Attr<T>`] if it may be null or unknown, and `T` otherwise. Numbers
//! are integers, [`super::Number`], or decimals with `#[serde(with = "tf::model::decimal")]`; binary floating point is
//! refused. Attributes that the struct does not have are ignored when reading and null when writing, so a model may cover
//! a part of an object.

mod de;
mod ser;

pub mod decimal;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use super::error::ValueError as ModelError;
use super::value::Value;

/// The enum name by which serializer and deserializer recognise an [`Attr`].
const ATTR: &str = "$simcloud::tf::Attr";

/// A field that may be null or unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename = "$simcloud::tf::Attr")]
pub enum Attr<T> {
    #[default]
    Null,
    Unknown,
    Known(T),
}

/// Converts an object to a model.
///
/// # Errors
/// The first value that does not fit, with its path: it is null but required, unknown but not an [`Attr`], of another
/// type, or not in the range of the integer.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, ModelError> {
    T::deserialize(de::Deserializer(value))
}

/// Converts a model to an object.
///
/// # Errors
/// Terraform has no such value: a float, bytes, an enum variant with fields, a map key that is not a string.
pub fn to_value<T: Serialize + ?Sized>(model: &T) -> Result<Value, ModelError> {
    model.serialize(ser::Serializer)
}

impl<T> Attr<T> {
    pub fn known(&self) -> Option<&T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(change(value)),
        }
    }

    pub fn as_ref(&self) -> Attr<&T> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(value),
        }
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl<T: Into<Self>> From<Attr<T>> for Value {
    fn from(attr: Attr<T>) -> Self {
        match attr {
            Attr::Null => Self::Null,
            Attr::Unknown => Self::Unknown,
            Attr::Known(value) => value.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::base::Decimal;
    use crate::tf::Number;
    use crate::tf::types::Type;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Fleet {
        name: String,
        size: u32,
        zone_id: Attr<String>,
        tags: Option<BTreeMap<String, String>>,
        #[serde(with = "decimal")]
        price: Decimal,
        #[serde(with = "decimal")]
        ceiling: Option<Decimal>,
        #[serde(with = "decimal")]
        weight: Attr<Decimal>,
        exact: Attr<Number>,
        pools: Vec<Pool>,
        policy: Policy,
        wait: bool,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Pool {
        stock: Attr<i64>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Policy {
        LowestPrice,
        Diversified,
    }

    fn value() -> Value {
        Value::object([
            ("name", Value::from("web")),
            ("size", 3.into()),
            ("zone_id", Value::Unknown),
            ("tags", Value::object([("a", "b")])),
            ("price", Decimal::new(15, 2).into()),
            ("ceiling", Value::Null),
            ("weight", Value::Unknown),
            ("exact", Value::Number("1e40".parse().unwrap())),
            ("pools", Value::list([Value::object([("stock", 7)]), Value::object([("stock", Value::Null)])])),
            ("policy", "lowest-price".into()),
            ("wait", true.into()),
        ])
    }

    fn error_with(name: &str, wrong: impl Into<Value>) -> String {
        let mut value = value();
        value.set(name, wrong);
        from_value::<Fleet>(&value).unwrap_err().to_string()
    }

    #[test]
    fn models_round_trip() {
        let fleet: Fleet = from_value(&value()).unwrap();
        assert_eq!(fleet.zone_id, Attr::Unknown);
        assert_eq!(fleet.price, Decimal::new(15, 2));
        assert_eq!(fleet.weight, Attr::Unknown);
        assert_eq!(fleet.pools[1].stock, Attr::Null);
        assert_eq!(fleet.policy, Policy::LowestPrice);
        assert_eq!(to_value(&fleet).unwrap(), value());
    }

    #[test]
    fn errors_have_the_path() {
        for (message, expected) in [
            (error_with("size", Decimal::new(15, 1)), "size: `1.5` is not a whole number"),
            (error_with("size", -1), "size: `-1` is not between 0 and 4294967295"),
            (error_with("size", "3"), "size: expected a number, found `\"3\"`"),
            (error_with("name", Value::Unknown), "name: the value is not known yet"),
            (error_with("name", Value::Null), "name: a value is required"),
            (error_with("name", 5), "name: expected a string, found `5`"),
            (error_with("policy", "best"), "policy: `best` is not one of `lowest-price`, `diversified`"),
            (error_with("tags", Value::object([("k", 1)])), "tags[\"k\"]: expected a string, found `1`"),
            (
                error_with("pools", Value::list([Value::object([("stock", "many")])])),
                "pools[0].stock: expected a number, found `\"many\"`",
            ),
            (
                error_with("price", Value::Number("1e40".parse().unwrap())),
                "price: `10000000000000000000000000000000000000000` is too large",
            ),
        ] {
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn a_model_may_cover_a_part_of_an_object() {
        #[derive(Deserialize)]
        struct Name {
            name: String,
            absent: Attr<String>,
        }
        let name: Name = from_value(&value()).unwrap();
        assert_eq!(name.name, "web");
        assert!(name.absent.is_null());
    }

    #[test]
    fn dynamic_values_are_read_as_their_inner_value() {
        let typed = Value::Typed(Box::new(Type::map(Type::Number)), Box::new(Value::object([("a", 1)])));
        assert_eq!(from_value::<BTreeMap<String, u32>>(&typed).unwrap(), BTreeMap::from([("a".to_owned(), 1)]));
    }

    #[test]
    fn numbers_outside_models_are_text() {
        let number: Number = "0.15".parse().unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), r#""0.15""#);
        assert_eq!(serde_json::from_str::<Number>("15").unwrap().as_str(), "15");
        assert_eq!(serde_json::from_str::<Number>(r#""0.150""#).unwrap(), number);
    }

    #[test]
    fn floats_are_refused() {
        assert!(to_value(&0.5f64).is_err());
        assert!(from_value::<f64>(&Value::from(1)).is_err());
    }
}
