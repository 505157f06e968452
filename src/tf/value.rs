//! Terraform's values: known, null or unknown at every level.

use std::collections::BTreeMap;
use std::fmt;

use super::number::Number;
use super::path::{Path, Step};
use super::types::Type;
use crate::base::Decimal;
use crate::base::collect::IntoOrdered;
use crate::base::order::Order;

/// A value of any type. Lists, sets and tuples are [`Value::List`]; maps, objects and blocks are [`Value::Map`]. The
/// [`Type`] tells them apart.
///
/// The accessors look through [`Value::Typed`] at the inner value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    #[default]
    Null,
    /// Known only after apply.
    Unknown,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
    /// A value of a `dynamic` attribute, which carries its own type.
    Typed(Box<Type>, Box<Self>),
}

static NULL: Value = Value::Null;
static UNKNOWN: Value = Value::Unknown;

impl Value {
    /// An object, block or map. Attributes that are not named are null.
    #[must_use]
    pub fn object<N: Into<String>, V: Into<Self>>(attributes: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::Map(attributes.into_iter().map(|(name, value)| (name.into(), value.into())).into_map())
    }

    /// A list, set or tuple.
    #[must_use]
    pub fn list<V: Into<Self>>(elements: impl IntoIterator<Item = V>) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.untyped(), Self::Null)
    }

    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self.untyped(), Self::Unknown)
    }

    /// Whether the value is neither null nor unknown; its elements may be.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.is_null() && !self.is_unknown()
    }

    /// Whether nothing is unknown at any level. Null counts as known.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self.untyped() {
            Self::Unknown => false,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(elements) => elements.values().all(Self::is_wholly_known),
            _ => true,
        }
    }

    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self.untyped() { Some(text) } else { None }
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(bool) = self.untyped() { Some(*bool) } else { None }
    }

    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        if let Self::Number(number) = self.untyped() { Some(number) } else { None }
    }

    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(elements) = self.untyped() { Some(elements) } else { None }
    }

    #[must_use]
    pub fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        if let Self::Map(elements) = self.untyped() { Some(elements) } else { None }
    }

    /// An attribute or map element. It is unknown if the object is, and null if it is absent.
    #[must_use]
    pub fn get(&self, name: &str) -> &Self {
        match self.untyped() {
            Self::Map(elements) => elements.get(name).unwrap_or(&NULL),
            Self::Unknown => &UNKNOWN,
            _ => &NULL,
        }
    }

    /// An element of a list. It is unknown if the list is, and null if it is absent.
    #[must_use]
    pub fn element(&self, index: usize) -> &Self {
        match self.untyped() {
            Self::List(elements) => elements.get(index).unwrap_or(&NULL),
            Self::Unknown => &UNKNOWN,
            _ => &NULL,
        }
    }

    /// The value at a path. It is unknown if an outer value is, and null if it is absent.
    #[must_use]
    pub fn at(&self, path: &Path) -> &Self {
        path.steps().iter().fold(self, |value, step| match step {
            Step::Attribute(name) | Step::Key(name) => value.get(name),
            Step::Index(index) => usize::try_from(*index).map_or(&NULL, |index| value.element(index)),
        })
    }

    /// The value at a path, to change it; `None` if an outer value is null, unknown or lacks it.
    pub fn at_mut(&mut self, path: &Path) -> Option<&mut Self> {
        path.steps().iter().try_fold(self, |value, step| match (value, step) {
            (Self::Map(elements), Step::Attribute(name) | Step::Key(name)) => elements.get_mut(name),
            (Self::List(elements), Step::Index(index)) => elements.get_mut(usize::try_from(*index).ok()?),
            _ => None,
        })
    }

    /// Sets an attribute or map element. Any other value is replaced by an object.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Self>) {
        if let Self::Typed(_, inner) = self {
            return inner.set(name, value);
        }
        if !matches!(self, Self::Map(_)) {
            *self = Self::Map(BTreeMap::new());
        }
        if let Self::Map(elements) = self {
            elements.insert(name.into(), value.into());
        }
    }

    /// The value without the type that it carries in a `dynamic` attribute.
    #[must_use]
    pub fn untyped(&self) -> &Self {
        let mut value = self;
        while let Self::Typed(_, inner) = value {
            value = inner;
        }
        value
    }

    /// The type that the CLI gives to the literal of this value: a list is a tuple, a map is an object.
    #[must_use]
    pub fn literal_type(&self) -> Type {
        match self {
            Self::Null | Self::Unknown => Type::Dynamic,
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(elements) => Type::Tuple(elements.iter().map(Self::literal_type).collect()),
            Self::Map(elements) => Type::object(elements.iter().map(|(name, value)| (name, value.literal_type()))),
            Self::Typed(value_type, _) => (**value_type).clone(),
        }
    }

    /// Whether two values of a type are equal. The order of a set's elements and duplicates among them do not matter.
    #[must_use]
    pub fn same_as(&self, other: &Self, value_type: &Type) -> bool {
        match (self, other, value_type) {
            (Self::List(ours), Self::List(theirs), Type::List(element)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(our, their)| our.same_as(their, element))
            }
            (Self::Map(_), Self::Map(_), Type::Object(attributes)) => {
                attributes.iter().all(|(name, inner)| self.get(name).same_as(other.get(name), inner))
            }
            // Values with sets are compared as sorted copies.
            _ => self == other || self.with_sorted_sets(value_type) == other.with_sorted_sets(value_type),
        }
    }

    /// The same value with every set sorted and free of duplicates.
    pub(super) fn with_sorted_sets(&self, value_type: &Type) -> Self {
        match (self, value_type) {
            (Self::Typed(inner_type, inner), _) => {
                Self::Typed(inner_type.clone(), Box::new(inner.with_sorted_sets(inner_type)))
            }
            (Self::List(elements), Type::Set(element)) => {
                let mut elements: Vec<_> = elements.iter().map(|value| value.with_sorted_sets(element)).collect();
                elements.order();
                elements.dedup();
                Self::List(elements)
            }
            (Self::List(elements), Type::List(element)) => {
                Self::List(elements.iter().map(|value| value.with_sorted_sets(element)).collect())
            }
            (Self::List(elements), Type::Tuple(types)) => {
                Self::List(elements.iter().zip(types).map(|(value, element)| value.with_sorted_sets(element)).collect())
            }
            (Self::Map(elements), Type::Map(element)) => {
                Self::Map(elements.iter().map(|(key, value)| (key.clone(), value.with_sorted_sets(element))).into_map())
            }
            (Self::Map(_), Type::Object(attributes)) => Self::Map(
                attributes
                    .iter()
                    .map(|(name, inner)| (name.clone(), self.get(name).with_sorted_sets(inner)))
                    .into_map(),
            ),
            _ => self.clone(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

macro_rules! from_number {
    ($($number:ty)*) => {$(
        impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}
from_number!(i32 i64 u16 u32 u64 usize Decimal);

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(elements: Vec<T>) -> Self {
        Self::list(elements)
    }
}

impl<T: Into<Self>> From<BTreeMap<String, T>> for Value {
    fn from(elements: BTreeMap<String, T>) -> Self {
        Self::object(elements)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Writes the value as HCL, for messages.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = |position: usize| if position == 0 { "" } else { ", " };
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown => f.write_str("(known after apply)"),
            Self::Bool(bool) => write!(f, "{bool}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "{text:?}"),
            Self::List(elements) => {
                f.write_str("[")?;
                for (position, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", separator(position))?;
                }
                f.write_str("]")
            }
            Self::Map(elements) => {
                f.write_str("{")?;
                for (position, (name, element)) in elements.iter().enumerate() {
                    write!(f, "{}{name} = {element}", separator(position))?;
                }
                f.write_str("}")
            }
            Self::Typed(_, inner) => write!(f, "{inner}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_values_are_null_and_parts_of_unknown_values_are_unknown() {
        let value = Value::object([("a", Value::list([1, 2])), ("b", Value::Unknown)]);
        assert_eq!(value.at(&Path::root("a").index(1)), &Value::from(2));
        assert_eq!(value.at(&Path::root("a").index(9)), &Value::Null);
        assert_eq!(value.at(&Path::root("b").attribute("c")), &Value::Unknown);
        assert_eq!(value.get("z"), &Value::Null);
        assert!(value.is_known());
        assert!(!value.is_wholly_known());
    }

    #[test]
    fn a_dynamic_value_acts_as_its_inner_value() {
        let typed = Value::Typed(Box::new(Type::map(Type::Number)), Box::new(Value::object([("a", 1)])));
        assert_eq!(typed.get("a").as_number().unwrap().to_i64(), Some(1));
        assert!(Value::Typed(Box::new(Type::String), Box::new(Value::Null)).is_null());
    }

    #[test]
    fn setting_an_attribute_of_null_makes_an_object() {
        let mut value = Value::Null;
        value.set("a", Some("x"));
        value.set("b", None::<bool>);
        assert_eq!(value.to_string(), r#"{a = "x", b = null}"#);
    }

    #[test]
    fn only_sets_compare_without_order() {
        let (forward, backward) = (Value::list(["a", "b"]), Value::list(["b", "a", "b"]));
        assert!(forward.same_as(&backward, &Type::set(Type::String)));
        assert!(!forward.same_as(&backward, &Type::list(Type::String)));
        let nested = Type::list(Type::object([("names", Type::set(Type::String))]));
        let in_object = |names: &Value| Value::list([Value::object([("names", names.clone())])]);
        assert!(in_object(&forward).same_as(&in_object(&backward), &nested));
    }
}
