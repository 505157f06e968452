//! Reads JSON values as types: every mistake is recorded with its path, and the reading continues.

use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::ScenarioError;
use crate::base::ApiEnum;
use crate::base::Decimal;
use crate::base::clock::Span;
use crate::base::nearest::{did_you_mean, is_similar, nearest};
use crate::market::json_path::{element_path, member_path};

/// A thousand instances at this price for a thousand years stay far below the limit of a decimal.
const MAX_PRICE: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Reads values and collects the mistakes found.
#[derive(Debug, Default)]
pub(super) struct ValueReader {
    mistakes: Vec<ScenarioError>,
}

/// A value and the path to it; never null, except for the root.
#[derive(Clone, Debug)]
pub(super) struct ValuePath<'v> {
    pub(super) path: String,
    value: &'v Value,
}

impl<'v> ValuePath<'v> {
    pub(super) fn root(value: &'v Value) -> Self {
        Self { path: String::new(), value }
    }

    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    pub(super) fn value(&self) -> &'v Value {
        self.value
    }

    pub(super) fn as_str(&self) -> Option<&'v str> {
        self.value.as_str()
    }

    fn member(&self, key: &str, value: &'v Value) -> Self {
        Self { path: member_path(&self.path, key), value }
    }

    fn element(&self, index: usize, value: &'v Value) -> Self {
        Self { path: element_path(&self.path, index), value }
    }
}

/// The members of an object that are not null.
#[derive(Debug)]
pub(super) struct Members<'v> {
    pub(super) path: String,
    members: Vec<(&'v str, ValuePath<'v>)>,
}

impl<'v> Members<'v> {
    pub(super) fn get(&self, key: &str) -> Option<&ValuePath<'v>> {
        self.members.iter().find(|(name, _)| *name == key).map(|(_, at)| at)
    }
}

impl ValueReader {
    pub(super) fn into_mistakes(self) -> Vec<ScenarioError> {
        self.mistakes
    }

    pub(super) fn mistake(&mut self, path: &str, problem: String, help: Option<String>) {
        self.mistakes.push(ScenarioError { path: path.to_owned(), problem, help });
    }

    /// An object whose keys are all among `keys`; any other key is a mistake even if its value is null.
    pub(super) fn object<'v>(&mut self, at: &ValuePath<'v>, keys: &[&str]) -> Option<Members<'v>> {
        let Value::Object(object) = at.value else {
            self.wrong_kind(at, "an object");
            return None;
        };
        let mut members = Vec::new();
        for (key, value) in object {
            let member = at.member(key, value);
            if !keys.contains(&key.as_str()) {
                self.unknown(&member.path, "argument", key, keys.iter().copied());
            } else if !value.is_null() {
                members.push((key.as_str(), member));
            }
        }
        Some(Members { path: at.path.clone(), members })
    }

    /// The members of an object with any keys, except those that are null.
    pub(super) fn entries<'v>(&mut self, at: Option<&ValuePath<'v>>) -> Vec<(&'v str, ValuePath<'v>)> {
        let Some(at) = at else { return Vec::new() };
        let Value::Object(object) = at.value else {
            self.wrong_kind(at, "an object");
            return Vec::new();
        };
        let members = object.iter().filter(|(_, value)| !value.is_null());
        members.map(|(key, value)| (key.as_str(), at.member(key, value))).collect()
    }

    /// The elements of a list that are not null.
    pub(super) fn list<'v>(&mut self, at: Option<&ValuePath<'v>>) -> Vec<ValuePath<'v>> {
        let Some(at) = at else { return Vec::new() };
        let Value::Array(elements) = at.value else {
            self.wrong_kind(at, "a list");
            return Vec::new();
        };
        let values = elements.iter().enumerate().map(|(index, value)| at.element(index, value));
        values.filter(|at| !at.is_null()).collect()
    }

    pub(super) fn string<'v>(&mut self, at: Option<&ValuePath<'v>>) -> Option<&'v str> {
        let at = at?;
        let text = at.value.as_str();
        if text.is_none() {
            self.wrong_kind(at, "a string");
        }
        text
    }

    /// A string that must be one of `names`, which is returned; `kind` is the noun for it in the message.
    pub(super) fn name<'n>(
        &mut self,
        at: Option<&ValuePath<'_>>,
        kind: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> Option<&'n str> {
        let at = at?;
        let text = self.string(Some(at))?;
        let known = names.clone().find(|name| *name == text);
        if known.is_none() {
            self.unknown(&at.path, kind, text, names);
        }
        known
    }

    /// A string that must be one of an enumeration's names; `kind` says in the message what it names.
    pub(super) fn api_enum<E: ApiEnum>(&mut self, at: Option<&ValuePath<'_>>, kind: &str) -> Option<E> {
        let name = self.name(at, kind, E::NAMES.iter().copied())?;
        E::parse(name).ok()
    }

    /// A whole number from 0 to `max`, as a number or a string.
    pub(super) fn integer(&mut self, at: Option<&ValuePath<'_>>, max: u64) -> Option<u64> {
        let at = at?;
        let number = self.number(at)?;
        let whole = Some(number).filter(Decimal::is_integer).and_then(|number| number.to_u64());
        let within = whole.filter(|whole| *whole <= max);
        if within.is_none() {
            self.mistake(&at.path, format!("`{number}` is not a whole number from 0 to {max}"), None);
        }
        within
    }

    /// A whole number that counts instances or calls.
    pub(super) fn count(&mut self, at: Option<&ValuePath<'_>>) -> Option<u32> {
        self.integer(at, u64::from(u32::MAX)).and_then(|whole| u32::try_from(whole).ok())
    }

    /// A price for one hour: above zero.
    pub(super) fn price(&mut self, at: Option<&ValuePath<'_>>) -> Option<Decimal> {
        let at = at?;
        let number = self.number(at)?;
        if number > Decimal::ZERO && number <= MAX_PRICE {
            return Some(number);
        }
        self.mistake(&at.path, format!("`{number}` is not a price above 0, up to {MAX_PRICE}"), None);
        None
    }

    /// A boolean, or a string that is `true` or `false`.
    pub(super) fn read_bool(&mut self, at: Option<&ValuePath<'_>>) -> Option<bool> {
        let at = at?;
        match (at.value, at.value.as_str()) {
            (Value::Bool(truth), _) => return Some(*truth),
            (_, Some("true")) => return Some(true),
            (_, Some("false")) => return Some(false),
            _ => self.wrong_kind(at, "true or false"),
        }
        None
    }

    /// A duration that is not negative: `6h30m`.
    pub(super) fn duration(&mut self, at: &ValuePath<'_>) -> Option<Span> {
        let span = at.value.as_str().and_then(|text| Span::parse(text).ok());
        if span.is_none() {
            self.wrong_kind(at, "a duration since the start of the world, such as \"6h30m\"");
        }
        span
    }

    /// Records that the member `key` is missing.
    pub(super) fn missing(&mut self, path: &str, key: &str) {
        self.mistake(path, format!("`{key}` is missing"), None);
    }

    fn number(&mut self, at: &ValuePath<'_>) -> Option<Decimal> {
        let number = match at.value {
            Value::Number(number) => decimal(&number.to_string()),
            Value::String(text) => decimal(text.trim()),
            _ => None,
        };
        if number.is_none() {
            self.wrong_kind(at, "a number");
        }
        number
    }

    fn wrong_kind(&mut self, at: &ValuePath<'_>, expected: &str) {
        let found = match at.value {
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            scalar => format!("`{}`", scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned)),
        };
        let help =
            (at.value.is_object() && expected == "a list").then(|| "even a single one stands in a list".to_owned());
        self.mistake(&at.path, format!("{found} is not {expected}"), help);
    }

    fn unknown<'n>(&mut self, path: &str, kind: &str, text: &str, names: impl Iterator<Item = &'n str> + Clone) {
        const MAX_LISTED: usize = 12;
        let nearest = nearest(text, names.clone());
        let help = if names.clone().count() <= MAX_LISTED && nearest.is_none_or(|name| !is_similar(text, name)) {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            Some(format!("expected one of {}", names.join(", ")))
        } else {
            nearest.map(did_you_mean)
        };
        self.mistake(path, format!("there is no {kind} `{text}`"), help);
    }
}

/// The number of a text, rounded to the digits of a decimal; `None` if its integer part is too long.
fn decimal(text: &str) -> Option<Decimal> {
    // The decimal parser also takes `1_000`, which is not a number to the CLI.
    if text.contains('_') {
        return None;
    }
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}
