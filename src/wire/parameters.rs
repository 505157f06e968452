//! The parameters of a call as a tree: `LaunchTemplateConfig.1.InstanceType=…` is a member of an element of a list.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::Value as Json;

use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::base::{ApiEnum, Decimal, Time};
use crate::cloud::model::Tags;
use crate::cloud::{CloudError, codes};

/// The most parts of a name; no operation reads or keeps a name with more.
const MAX_PARTS: usize = 12;

/// A parameter: its text, and the members whose names begin with its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters {
    text: Option<String>,
    members: BTreeMap<String, Self>,
}

impl Parameters {
    /// The tree of names and values. Of a name that is given twice the last value counts.
    pub(crate) fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut tree = Self::default();
        for (name, value) in pairs {
            tree.insert(&name, value);
        }
        tree
    }

    fn insert(&mut self, name: &str, value: String) {
        let mut at = self;
        for part in name.splitn(MAX_PARTS, '.') {
            at = at.members.entry(part.to_owned()).or_default();
        }
        // Some lists and objects are one JSON text.
        if value.starts_with(['[', '{'])
            && let Ok(json) = serde_json::from_str::<Json>(&value)
        {
            at.members = Self::from_json(&json).members;
        }
        at.text = Some(value);
    }

    fn from_json(json: &Json) -> Self {
        let members = match json {
            Json::Array(elements) => {
                (1..).zip(elements).map(|(place, element)| (place.to_string(), Self::from_json(element))).into_map()
            }
            Json::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), Self::from_json(member))).into_map()
            }
            _ => BTreeMap::new(),
        };
        let text = match json {
            Json::Null | Json::Array(_) | Json::Object(_) => None,
            Json::String(text) => Some(text.clone()),
            scalar => Some(scalar.to_string()),
        };
        Self { text, members }
    }

    fn to_json(&self) -> Json {
        if self.members.is_empty() {
            return self.text.clone().map_or(Json::Null, Json::String);
        }
        let mut numbered: Vec<(u32, &Self)> =
            self.members.iter().filter_map(|(name, member)| Some((name.parse().ok()?, member))).collect();
        if numbered.len() == self.members.len() {
            numbered.order_by_key(|(number, _)| *number);
            return numbered.into_iter().map(|(_, member)| member.to_json()).collect();
        }
        Json::Object(self.members.iter().map(|(name, member)| (name.clone(), member.to_json())).into_json_map())
    }

    /// Replaces texts that are exactly an alias by what it stands for.
    pub(crate) fn replace_aliases(&mut self, aliases: &BTreeMap<String, String>) {
        if let Some(target) = self.text.as_ref().and_then(|text| aliases.get(text)) {
            self.text = Some(target.clone());
        }
        for member in self.members.values_mut() {
            member.replace_aliases(aliases);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_none() && self.members.is_empty()
    }

    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.members.iter().map(|(name, member)| (name.as_str(), member))
    }

    /// Whether its members are numbered.
    pub(crate) fn is_list(&self) -> bool {
        self.members.keys().next().is_some_and(|name| name.parse::<u32>().is_ok())
    }

    /// The numbered members, in their order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        let mut elements: Vec<(u32, &Self)> =
            self.members.iter().filter_map(|(place, element)| Some((place.parse().ok()?, element))).collect();
        elements.order_by_key(|(place, _)| *place);
        elements.into_iter().map(|(_, element)| element)
    }

    /// The same without one of its members.
    pub(crate) fn without(&self, name: &str) -> Self {
        let members = self.members.iter().filter(|(known, _)| *known != name);
        Self {
            text: self.text.clone(),
            members: members.map(|(name, member)| (name.clone(), member.clone())).into_map(),
        }
    }

    /// Every text below it, under its full name.
    pub(crate) fn texts(&self) -> Tags {
        let names: Vec<&str> = self.members.keys().map(String::as_str).collect();
        self.flattened(&names)
    }

    /// Every text below members of these names, under its full name.
    pub(crate) fn flattened(&self, names: &[&str]) -> Tags {
        let mut texts = Tags::new();
        for (name, member) in self.members.iter().filter(|(name, _)| names.contains(&name.as_str())) {
            member.flatten_into(name, &mut texts);
        }
        texts
    }

    fn flatten_into(&self, path: &str, texts: &mut Tags) {
        if let Some(text) = &self.text {
            texts.insert(path.to_owned(), text.clone());
        }
        for (name, member) in &self.members {
            member.flatten_into(&format!("{path}.{name}"), texts);
        }
    }

    pub(crate) const fn arguments(&self) -> Arguments<'_> {
        Arguments { tree: Some(self), path: String::new() }
    }
}

/// Reads typed values from a part of the tree. An empty text is the same as an absent one.
#[derive(Clone, Debug)]
pub(crate) struct Arguments<'p> {
    tree: Option<&'p Parameters>,
    /// The names that lead here, each followed by a dot; for messages.
    path: String,
}

type Result<T> = std::result::Result<T, CloudError>;

impl<'p> Arguments<'p> {
    fn member(&self, name: &str) -> Option<&'p Parameters> {
        self.tree.and_then(|tree| tree.members.get(name))
    }

    /// These parameters as a tree of their own.
    pub(crate) fn whole(&self) -> Parameters {
        self.tree.cloned().unwrap_or_default()
    }

    /// These parameters, and those of another tree where these say nothing.
    pub(crate) fn over(&self, other: &Parameters) -> Parameters {
        let mut merged = self.whole();
        for (name, member) in &other.members {
            merged.members.entry(name.clone()).or_insert_with(|| member.clone());
        }
        merged
    }

    /// The members of a structure: `LaunchConfiguration.…`.
    pub(crate) fn within(&self, name: &str) -> Self {
        Self { tree: self.member(name), path: format!("{}{name}.", self.path) }
    }

    /// The elements of a list of structures, by their numbers.
    pub(crate) fn list(&self, name: &str) -> Vec<Self> {
        let Some(tree) = self.member(name) else { return Vec::new() };
        let mut elements: Vec<(u32, &Parameters)> =
            tree.members.iter().filter_map(|(place, element)| Some((place.parse().ok()?, element))).collect();
        elements.order_by_key(|(place, _)| *place);
        elements
            .into_iter()
            .map(|(place, element)| Self { tree: Some(element), path: format!("{}{name}.{place}.", self.path) })
            .collect()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'p str> {
        self.member(name).and_then(|tree| tree.text.as_deref()).filter(|text| !text.is_empty())
    }

    /// A text that may be empty on purpose.
    pub(crate) fn given_text(&self, name: &str) -> Option<&'p str> {
        self.member(name).and_then(|tree| tree.text.as_deref())
    }

    /// A text that may be empty on purpose, by a name whose dots lead through structures.
    pub(crate) fn member_text(&self, name: &str) -> Option<&'p str> {
        let found = name.split('.').try_fold(self.tree?, |tree, part| tree.members.get(part))?;
        found.text.as_deref()
    }

    /// A parameter with everything in it: texts, and objects whose numbered members are a list.
    pub(crate) fn json(&self, name: &str) -> Option<Json> {
        self.member(name).map(Parameters::to_json)
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A text that may be empty on purpose, to take away what there was.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        self.given_text(name).map(str::to_owned)
    }

    /// A text as an id or a name.
    pub(crate) fn id<T: From<&'p str>>(&self, name: &str) -> Option<T> {
        self.text(name).map(T::from)
    }

    /// # Errors
    /// `MissingParameter` where the text is absent or empty.
    pub(crate) fn required(&self, name: &str) -> Result<&'p str> {
        self.text(name).ok_or_else(|| {
            let message = format!("The parameter `{}{name}` is required.", self.path);
            CloudError::new(codes::MISSING_PARAMETER, message)
        })
    }

    /// The texts of a list: `X.1`, `X=["…"]`, or a single `X`.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'p str> {
        let elements = self.list(name);
        if elements.is_empty() {
            return self.text(name).filter(|text| *text != "[]").into_iter().collect();
        }
        let texts = elements.into_iter().filter_map(|element| element.tree.and_then(|tree| tree.text.as_deref()));
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// The ids of a list; `None` if there are none.
    pub(crate) fn ids<C: Default + Extend<T>, T: From<&'p str>>(&self, name: &str) -> Option<C> {
        let texts = self.texts(name);
        (!texts.is_empty()).then(|| {
            let mut ids = C::default();
            ids.extend(texts.into_iter().map(T::from));
            ids
        })
    }

    /// A whole number, which clients also write with a fraction of zero: `1.0`.
    pub(crate) fn number<T: TryFrom<i64>>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let whole = Decimal::from_str(text).ok().filter(|number| number.fract().is_zero());
        let number = whole.and_then(|number| i64::try_from(number).ok()).and_then(|number| T::try_from(number).ok());
        number.map(Some).ok_or_else(|| self.invalid(name, text, "a whole number in its range"))
    }

    pub(crate) fn decimal(&self, name: &str) -> Result<Option<Decimal>> {
        self.parsed(name, "a number", |text| Decimal::from_str(text).ok())
    }

    /// `true` or `false` in any case, as some clients write them.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>> {
        self.parsed(name, "`true` or `false`", |text| text.to_lowercase().parse().ok())
    }

    pub(crate) fn time(&self, name: &str) -> Result<Option<Time>> {
        self.parsed(name, "a time such as 2026-01-01T00:00:00Z", |text| Time::parse_rfc3339(text).ok())
    }

    pub(crate) fn choice<E: ApiEnum>(&self, name: &str) -> Result<Option<E>> {
        self.choice_of(name, self.text(name))
    }

    /// A choice whose names are in lower case, and which clients write in any case.
    pub(crate) fn choice_in_any_case<E: ApiEnum>(&self, name: &str) -> Result<Option<E>> {
        self.choice_of(name, self.text(name).map(str::to_lowercase).as_deref())
    }

    fn choice_of<E: ApiEnum>(&self, name: &str, text: Option<&str>) -> Result<Option<E>> {
        let value = text.map(E::parse).transpose();
        value.map_err(|unknown| {
            let message = format!("The parameter `{}{name}` is {unknown}", self.path);
            CloudError::new(codes::INVALID_PARAMETER, message)
        })
    }

    /// Tags as `Tag.1.Key`, `Tag.1.Value`.
    pub(crate) fn tags(&self, name: &str) -> Tags {
        let pair = |tag: Self| {
            let key = tag.text("Key").or_else(|| tag.text("key"))?;
            let value = tag.given_text("Value").or_else(|| tag.given_text("value")).unwrap_or_default();
            Some((key.to_owned(), value.to_owned()))
        };
        self.list(name).into_iter().filter_map(pair).collect()
    }

    fn parsed<T>(&self, name: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        parse(text).map(Some).ok_or_else(|| self.invalid(name, text, expected))
    }

    fn invalid(&self, name: &str, text: &str, expected: &str) -> CloudError {
        let message = format!("The parameter `{}{name}` is `{text}`, which is not {expected}.", self.path);
        CloudError::new(codes::INVALID_PARAMETER, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pairs: &[(&str, &str)]) -> Parameters {
        Parameters::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn elements_come_by_their_numbers() {
        let parameters = tree(&[("Disk.10.Size", "1"), ("Disk.2.Size", "2.0"), ("Disk.x.Size", "3")]);
        let sizes: Vec<Option<u32>> =
            parameters.arguments().list("Disk").iter().map(|disk| disk.number("Size").unwrap()).collect();
        assert_eq!(sizes, [Some(2), Some(1)]);
    }

    #[test]
    fn a_list_has_three_forms() {
        for pairs in [&[("Ids.1", "a"), ("Ids.2", "b")][..], &[("Ids", "[\"a\",\"b\"]")]] {
            assert_eq!(tree(pairs).arguments().texts("Ids"), ["a", "b"]);
        }
        assert_eq!(tree(&[("Ids", "a")]).arguments().texts("Ids"), ["a"]);
        assert!(tree(&[("Ids", "[]")]).arguments().texts("Ids").is_empty());
    }

    /// A text that only looks like JSON lost its form.
    #[test]
    fn a_text_that_is_json_is_still_a_text() {
        assert_eq!(tree(&[("Description", "[1]")]).arguments().text("Description"), Some("[1]"));
        assert_eq!(tree(&[("Description", "[1")]).arguments().text("Description"), Some("[1"));
    }

    #[test]
    fn scalars_are_read_as_clients_write_them() {
        let parameters = tree(&[("A", "False"), ("B", "1.0"), ("C", "1.5"), ("D", "-1"), ("E", ""), ("F", "maybe")]);
        let arguments = parameters.arguments();
        assert_eq!(arguments.flag("A").unwrap(), Some(false));
        assert_eq!(arguments.number::<u32>("B").unwrap(), Some(1));
        assert_eq!(arguments.number::<u32>("E").unwrap(), None);
        for refused in [arguments.number::<u32>("C"), arguments.number("D"), arguments.flag("F").map(|_| None)] {
            assert_eq!(refused.unwrap_err().code(), Some(codes::INVALID_PARAMETER));
        }
    }

    /// A name of a million parts would be a tree that no stack can walk.
    #[test]
    fn deep_names_and_deep_json_are_bounded() {
        let name = "a.".repeat(1_000_000);
        drop(tree(&[(&name, "1")]));
        drop(tree(&[("A", &"[".repeat(1_000_000))]));
    }
}
