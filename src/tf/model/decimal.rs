//! Decimals in models: `#[serde(with = "tf::model::decimal")]` on a `Decimal`, `Option<Decimal>` or `Attr<Decimal>`.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Attr;
use crate::base::Decimal;
use crate::tf::number::Number;

pub fn serialize<T: DecimalField, S: Serializer>(field: &T, serializer: S) -> Result<S::Ok, S::Error> {
    field.to_numbers().serialize(serializer)
}

/// # Errors
/// The number is out of the range of a decimal, or the value does not fit the field.
pub fn deserialize<'de, T: DecimalField, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let numbers = T::Numbers::deserialize(deserializer)?;
    T::from_numbers(numbers).map_err(|number| D::Error::custom(format_args!("`{number}` is too large")))
}

/// A decimal field, which may be optional or unknown.
pub trait DecimalField: Sized {
    /// The same field with a [`Number`].
    type Numbers: Serialize + for<'de> Deserialize<'de>;

    fn to_numbers(&self) -> Self::Numbers;

    /// # Errors
    /// The number that is too large.
    fn from_numbers(numbers: Self::Numbers) -> Result<Self, Number>;
}

impl DecimalField for Decimal {
    type Numbers = Number;

    fn to_numbers(&self) -> Number {
        (*self).into()
    }

    fn from_numbers(number: Number) -> Result<Self, Number> {
        number.to_decimal().ok_or(number)
    }
}

impl DecimalField for Option<Decimal> {
    type Numbers = Option<Number>;

    fn to_numbers(&self) -> Option<Number> {
        self.map(Number::from)
    }

    fn from_numbers(numbers: Option<Number>) -> Result<Self, Number> {
        numbers.map(Decimal::from_numbers).transpose()
    }
}

impl DecimalField for Attr<Decimal> {
    type Numbers = Attr<Number>;

    fn to_numbers(&self) -> Attr<Number> {
        self.map(Number::from)
    }

    fn from_numbers(numbers: Attr<Number>) -> Result<Self, Number> {
        Ok(match numbers {
            Attr::Null => Self::Null,
            Attr::Unknown => Self::Unknown,
            Attr::Known(number) => Self::Known(Decimal::from_numbers(number)?),
        })
    }
}
