//! A value as Terraform has it: known, null or unknown, at every level.

use std::collections::BTreeMap;
use std::fmt;

use super::number::Number;
use super::path::{Path, Step};
use super::types::Type;
use crate::base::Decimal;

/// A value of any type. Lists, sets and tuples are [`Value::List`]; maps, objects and blocks are [`Value::Map`]: which
/// of them is meant is said by the schema beside it.
///
/// The accessors look through [`Value::Typed`] at what it holds.
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
    /// An object, block or map; attributes not named are null.
    #[must_use]
    pub fn object<N: Into<String>, V: Into<Self>>(attributes: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::Map(attributes.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
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

    /// Neither null nor unknown at this level; what it holds may be.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.is_null() && !self.is_unknown()
    }

    /// Nothing unknown at any level. Null counts as known here.
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

    /// An attribute or map element: unknown inside the unknown, otherwise null where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &Self {
        match self.untyped() {
            Self::Map(elements) => elements.get(name).unwrap_or(&NULL),
            Self::Unknown => &UNKNOWN,
            _ => &NULL,
        }
    }

    /// An element of a list: unknown inside the unknown, otherwise null where there is none.
    #[must_use]
    pub fn element(&self, index: usize) -> &Self {
        match self.untyped() {
            Self::List(elements) => elements.get(index).unwrap_or(&NULL),
            Self::Unknown => &UNKNOWN,
            _ => &NULL,
        }
    }

    /// What stands at a path: unknown inside the unknown, otherwise null where there is nothing.
    #[must_use]
    pub fn at(&self, path: &Path) -> &Self {
        path.steps().iter().fold(self, |value, step| match step {
            Step::Attribute(name) | Step::Key(name) => value.get(name),
            Step::Index(index) => usize::try_from(*index).map_or(&NULL, |index| value.element(index)),
        })
    }

    /// Sets an attribute or map element. What is not an object or map becomes one.
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

    /// The value itself, without the type it carries in a `dynamic` attribute.
    #[must_use]
    pub fn untyped(&self) -> &Self {
        let mut value = self;
        while let Self::Typed(_, inner) = value {
            value = inner;
        }
        value
    }

    /// The type of the literal that would write this value: lists are tuples, maps are objects.
    #[must_use]
    pub fn natural_type(&self) -> Type {
        match self {
            Self::Null | Self::Unknown => Type::Dynamic,
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(elements) => Type::Tuple(elements.iter().map(Self::natural_type).collect()),
            Self::Map(elements) => Type::object(elements.iter().map(|(name, value)| (name, value.natural_type()))),
            Self::Typed(value_type, _) => (**value_type).clone(),
        }
    }

    /// Equality under a type: the order of a set's elements does not count, nor do their duplicates.
    #[must_use]
    pub fn same_as(&self, other: &Self, value_type: &Type) -> bool {
        self == other || self.canonical(value_type) == other.canonical(value_type)
    }

    /// The same value with every set sorted and free of duplicates.
    fn canonical(&self, value_type: &Type) -> Self {
        match (self, value_type) {
            (Self::Typed(inner_type, inner), _) => {
                Self::Typed(inner_type.clone(), Box::new(inner.canonical(inner_type)))
            }
            (Self::List(elements), Type::Set(element)) => {
                let mut elements: Vec<_> = elements.iter().map(|value| value.canonical(element)).collect();
                elements.sort();
                elements.dedup();
                Self::List(elements)
            }
            (Self::List(elements), Type::List(element)) => {
                Self::List(elements.iter().map(|value| value.canonical(element)).collect())
            }
            (Self::List(elements), Type::Tuple(types)) => {
                Self::List(elements.iter().zip(types).map(|(value, element)| value.canonical(element)).collect())
            }
            (Self::Map(elements), Type::Map(element)) => {
                Self::Map(elements.iter().map(|(key, value)| (key.clone(), value.canonical(element))).collect())
            }
            (Self::Map(_), Type::Object(attributes)) => Self::Map(
                attributes.iter().map(|(name, inner)| (name.clone(), self.get(name).canonical(inner))).collect(),
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

/// As the language writes it, for messages.
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
    fn absence_is_null_and_the_unknown_is_unknown_inside() {
        let value = Value::object([("a", Value::list([1, 2])), ("b", Value::Unknown)]);
        assert_eq!(value.at(&Path::root("a").index(1)), &Value::from(2));
        assert_eq!(value.at(&Path::root("a").index(9)), &Value::Null);
        assert_eq!(value.at(&Path::root("b").attribute("c")), &Value::Unknown);
        assert_eq!(value.get("z"), &Value::Null);
        assert!(value.is_known());
        assert!(!value.is_wholly_known());
    }

    #[test]
    fn a_dynamic_value_is_what_it_holds() {
        let typed = Value::Typed(Box::new(Type::map(Type::Number)), Box::new(Value::object([("a", 1)])));
        assert_eq!(typed.get("a").as_number().unwrap().to_i64(), Some(1));
        assert!(Value::Typed(Box::new(Type::String), Box::new(Value::Null)).is_null());
    }

    #[test]
    fn setting_makes_an_object() {
        let mut value = Value::Null;
        value.set("a", Some("x"));
        value.set("b", None::<bool>);
        assert_eq!(value.to_string(), r#"{a = "x", b = null}"#);
    }

    #[test]
    fn sets_have_no_order_and_lists_have() {
        let (forward, backward) = (Value::list(["a", "b"]), Value::list(["b", "a", "b"]));
        assert!(forward.same_as(&backward, &Type::set(Type::String)));
        assert!(!forward.same_as(&backward, &Type::list(Type::String)));
        let nested = Type::list(Type::object([("names", Type::set(Type::String))]));
        let in_object = |names: &Value| Value::list([Value::object([("names", names.clone())])]);
        assert!(in_object(&forward).same_as(&in_object(&backward), &nested));
    }
}
