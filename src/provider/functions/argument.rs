//! Arguments of functions that hold lists of objects, in any shape that the language gives them.
//!
//! They are of type `dynamic`: the CLI drops the keys that a typed object does not declare without a word, and a
//! misspelt key must be an error.

use crate::base::Decimal;
use crate::base::nearest::{nearest, nearest_clause};
use crate::tf::provider::FunctionError;
use crate::tf::{Number, Value};

/// The objects or maps of a list, tuple or set, with none but the given keys.
///
/// # Errors
/// What is no such list, and a key that is not one of these, with the nearest that is.
pub(crate) fn items<'v>(
    argument: i64,
    name: &str,
    value: &'v Value,
    keys: &[&str],
) -> Result<Vec<Item<'v>>, FunctionError> {
    let elements = value
        .as_list()
        .ok_or_else(|| refusal(argument, format!("{name} must be a list of objects, but it is {}", kind(value))))?;
    let item = |(index, object): (usize, &'v Value)| {
        let place = format!("{name}[{index}]");
        let Some(members) = object.as_map() else {
            return Err(refusal(argument, format!("{place} must be an object, but it is {}", kind(object))));
        };
        if let Some(stray) = members.keys().find(|key| !keys.contains(&key.as_str())) {
            let hint = nearest_clause(nearest(stray, keys.iter().copied()));
            return Err(refusal(argument, format!("{place} has the unknown key `{stray}`{hint}")));
        }
        Ok(Item { argument, place, object })
    };
    elements.iter().enumerate().map(item).collect()
}

/// One object of such a list.
pub(crate) struct Item<'v> {
    argument: i64,
    place: String,
    object: &'v Value,
}

impl Item<'_> {
    /// A text that must be there.
    pub(crate) fn text(&self, key: &str) -> Result<&str, FunctionError> {
        let value = self.object.get(key);
        match value.as_str() {
            Some(text) => Ok(text),
            None if value.is_null() => Err(self.missing(key)),
            None => Err(self.refuse(key, &format!("is `{value}`, but it must be a string"))),
        }
    }

    /// A number, or a text that is one, rounded to the 28 digits of a decimal; `None` if it is null or missing.
    pub(crate) fn number(&self, key: &str) -> Result<Option<Decimal>, FunctionError> {
        let value = self.object.get(key);
        let number = match value.untyped() {
            Value::Null => return Ok(None),
            Value::Number(number) => decimal(number),
            Value::String(text) => text.parse::<Number>().ok().as_ref().and_then(decimal),
            _ => None,
        };
        number.map(Some).ok_or_else(|| self.refuse(key, &format!("is `{value}`, but it must be a number")))
    }

    /// A whole number within bounds; `None` if it is null or missing.
    pub(crate) fn integer(&self, key: &str, least: u32) -> Result<Option<u32>, FunctionError> {
        let Some(number) = self.number(key)? else { return Ok(None) };
        integer(number, least).map(Some).ok_or_else(|| {
            let most = u32::MAX;
            self.refuse(key, &format!("is `{number}`, but it must be a whole number from {least} to {most}"))
        })
    }

    /// What must be there.
    pub(crate) fn required<T>(&self, key: &str, value: Option<T>) -> Result<T, FunctionError> {
        value.ok_or_else(|| self.missing(key))
    }

    /// An error about one key, as in "pools[0].price is …".
    pub(crate) fn refuse(&self, key: &str, problem: &str) -> FunctionError {
        refusal(self.argument, format!("{}.{key} {problem}", self.place))
    }

    fn missing(&self, key: &str) -> FunctionError {
        refusal(self.argument, format!("{} needs `{key}`", self.place))
    }
}

/// The error of one argument, counted from 0.
pub(crate) fn refusal(argument: i64, text: impl Into<String>) -> FunctionError {
    FunctionError { text: text.into(), argument: Some(argument) }
}

/// The number rounded to the 28 digits of a decimal: the language divides with hundreds of them. `None` if it is too
/// large.
pub(crate) fn decimal(number: &Number) -> Option<Decimal> {
    number.as_str().parse().ok()
}

/// The number as a whole one, if it is one and not below `least`.
pub(crate) fn integer(number: Decimal, least: u32) -> Option<u32> {
    use rust_decimal::prelude::ToPrimitive;

    number.to_u32().filter(|whole| number.fract().is_zero() && *whole >= least)
}

fn kind(value: &Value) -> &'static str {
    match value.untyped() {
        Value::Null | Value::Unknown | Value::Typed(..) => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisions_of_the_language_are_rounded() {
        let third: Number = format!("0.{}", "3".repeat(155)).parse().unwrap();
        assert_eq!(decimal(&third).unwrap().to_string(), format!("0.{}", "3".repeat(28)));
        assert_eq!(decimal(&"9".repeat(60).parse().unwrap()), None);
    }

    #[test]
    fn integers() {
        for (text, least, expected) in
            [("3", 0, Some(3)), ("3.0", 0, Some(3)), ("3.5", 0, None), ("0", 1, None), ("-1", 0, None)]
        {
            assert_eq!(integer(text.parse().unwrap(), least), expected, "{text}");
        }
        assert_eq!(integer(Decimal::from(u64::MAX), 0), None);
    }
}
