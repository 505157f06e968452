//! Values at places: each reader notes what is wrong and where, and the reading goes on.

use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::ScenarioError;
use crate::base::clock::Span;
use crate::base::{Decimal, alike, nearest};

/// A thousand instances for a thousand years stay far within what a decimal holds.
const HIGHEST_PRICE: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(super) struct Reading {
    mistakes: Vec<ScenarioError>,
}

/// A value and the path to it; never null.
#[derive(Clone, Debug)]
pub(super) struct Place<'v> {
    pub(super) path: String,
    value: &'v Value,
}

impl<'v> Place<'v> {
    pub(super) fn root(value: &'v Value) -> Self {
        Self { path: String::new(), value }
    }

    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    fn member(&self, key: &str, value: &'v Value) -> Self {
        Self { path: member_path(&self.path, key), value }
    }

    fn element(&self, index: usize, value: &'v Value) -> Self {
        Self { path: element_path(&self.path, index), value }
    }
}

/// The path of a member: keys that are not plain words are quoted.
pub(in crate::market) fn member_path(parent: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    match (plain, parent.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{parent}.{key}"),
        (false, _) => format!("{parent}[{key:?}]"),
    }
}

/// The path of an element of a list.
pub(in crate::market) fn element_path(parent: &str, index: usize) -> String {
    format!("{parent}[{index}]")
}

/// The members of an object, those that are null left out.
#[derive(Debug)]
pub(super) struct Members<'v> {
    pub(super) path: String,
    members: Vec<(&'v str, Place<'v>)>,
}

impl<'v> Members<'v> {
    pub(super) fn get(&self, key: &str) -> Option<&Place<'v>> {
        self.members.iter().find(|(name, _)| *name == key).map(|(_, place)| place)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(&'v str, Place<'v>)> {
        self.members.iter()
    }
}

impl Reading {
    pub(super) fn into_mistakes(self) -> Vec<ScenarioError> {
        self.mistakes
    }

    pub(super) fn mistake(&mut self, path: &str, problem: String, help: Option<String>) {
        self.mistakes.push(ScenarioError { path: path.to_owned(), problem, help });
    }

    /// An object whose keys are all among `keys`; keys beyond them are mistakes even when their value is null.
    pub(super) fn object<'v>(&mut self, place: &Place<'v>, keys: &[&str]) -> Option<Members<'v>> {
        let Value::Object(object) = place.value else {
            self.wrong_kind(place, "an object");
            return None;
        };
        let mut members = Vec::new();
        for (key, value) in object {
            let member = place.member(key, value);
            if !keys.contains(&key.as_str()) {
                self.unknown(&member.path, "argument", key, keys.iter().copied());
            } else if !value.is_null() {
                members.push((key.as_str(), member));
            }
        }
        Some(Members { path: place.path.clone(), members })
    }

    /// The elements of a list, those that are null left out.
    pub(super) fn list<'v>(&mut self, place: Option<&Place<'v>>) -> Vec<Place<'v>> {
        let Some(place) = place else { return Vec::new() };
        let Value::Array(elements) = place.value else {
            self.wrong_kind(place, "a list");
            return Vec::new();
        };
        let places = elements.iter().enumerate().map(|(index, value)| place.element(index, value));
        places.filter(|place| !place.is_null()).collect()
    }

    pub(super) fn text<'v>(&mut self, place: Option<&Place<'v>>) -> Option<&'v str> {
        let place = place?;
        let text = place.value.as_str();
        if text.is_none() {
            self.wrong_kind(place, "a string");
        }
        text
    }

    /// A text that must be among `names`; `kind` says in the message what it names.
    pub(super) fn name<'v, 'n>(
        &mut self,
        place: Option<&Place<'v>>,
        kind: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> Option<&'v str> {
        let place = place?;
        let text = self.text(Some(place))?;
        if names.clone().any(|name| name == text) {
            return Some(text);
        }
        self.unknown(&place.path, kind, text, names);
        None
    }

    /// A whole number from 0 to `highest`, as a number or a string.
    pub(super) fn whole(&mut self, place: Option<&Place<'_>>, highest: u64) -> Option<u64> {
        let place = place?;
        let number = self.number(place)?;
        let whole = Some(number).filter(Decimal::is_integer).and_then(|number| number.to_u64());
        let within = whole.filter(|whole| *whole <= highest);
        if within.is_none() {
            self.mistake(&place.path, format!("`{number}` is not a whole number from 0 to {highest}"), None);
        }
        within
    }

    /// A whole number that counts instances or calls.
    pub(super) fn count(&mut self, place: Option<&Place<'_>>) -> Option<u32> {
        self.whole(place, u64::from(u32::MAX)).and_then(|whole| u32::try_from(whole).ok())
    }

    /// A price for one hour: above zero.
    pub(super) fn price(&mut self, place: Option<&Place<'_>>) -> Option<Decimal> {
        let place = place?;
        let number = self.number(place)?;
        if number > Decimal::ZERO && number <= HIGHEST_PRICE {
            return Some(number);
        }
        self.mistake(&place.path, format!("`{number}` is not a price above 0, up to {HIGHEST_PRICE}"), None);
        None
    }

    /// A boolean, or the string of one.
    pub(super) fn truth(&mut self, place: Option<&Place<'_>>) -> Option<bool> {
        let place = place?;
        match (place.value, place.value.as_str()) {
            (Value::Bool(truth), _) => return Some(*truth),
            (_, Some("true")) => return Some(true),
            (_, Some("false")) => return Some(false),
            _ => self.wrong_kind(place, "true or false"),
        }
        None
    }

    /// A duration that is not negative: `6h30m`.
    pub(super) fn span(&mut self, place: &Place<'_>) -> Option<Span> {
        let span = place.value.as_str().and_then(|text| Span::parse(text).ok());
        if span.is_none() {
            self.wrong_kind(place, "a duration since the start of the world, such as \"6h30m\"");
        }
        span
    }

    /// Notes that `key` must be there.
    pub(super) fn missing(&mut self, path: &str, key: &str) {
        self.mistake(path, format!("`{key}` is missing"), None);
    }

    fn number(&mut self, place: &Place<'_>) -> Option<Decimal> {
        let number = match place.value {
            Value::Number(number) => decimal(&number.to_string()),
            Value::String(text) => decimal(text.trim()),
            _ => None,
        };
        if number.is_none() {
            self.wrong_kind(place, "a number");
        }
        number
    }

    fn wrong_kind(&mut self, place: &Place<'_>, expected: &str) {
        let found = match place.value {
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            scalar => format!("`{}`", scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned)),
        };
        let help =
            (place.value.is_object() && expected == "a list").then(|| "even a single one stands in a list".to_owned());
        self.mistake(&place.path, format!("{found} is not {expected}"), help);
    }

    fn unknown<'n>(&mut self, path: &str, kind: &str, text: &str, names: impl Iterator<Item = &'n str> + Clone) {
        const FEW: usize = 12;
        let nearest = nearest(text, names.clone());
        let help = if names.clone().count() <= FEW && nearest.is_none_or(|name| !alike(text, name)) {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            Some(format!("expected one of {}", names.join(", ")))
        } else {
            nearest.map(|name| format!("did you mean `{name}`?"))
        };
        self.mistake(path, format!("there is no {kind} `{text}`"), help);
    }
}

/// The number a text says, with as many digits as a decimal holds; `None` where its whole part is too long.
fn decimal(text: &str) -> Option<Decimal> {
    // The decimal parser also takes `1_000`, which is not a number to the CLI.
    if text.contains('_') {
        return None;
    }
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}
