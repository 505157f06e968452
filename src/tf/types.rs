//! Type constraints.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;

use super::normal_form::to_nfc;
use crate::base::collect::IntoOrdered;

/// The type of an attribute or of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    Bool,
    Number,
    String,
    /// Each value carries its own type (`dynamic`).
    Dynamic,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    Tuple(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

/// The reason why a text is not a type constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    #[error("the type constraint is not valid JSON or nested too deeply")]
    Malformed,
    #[error("`{0}` is not a type constraint")]
    Unknown(String),
}

impl Type {
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    #[must_use]
    pub fn set(element: Self) -> Self {
        Self::Set(Box::new(element))
    }

    #[must_use]
    pub fn map(element: Self) -> Self {
        Self::Map(Box::new(element))
    }

    #[must_use]
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).into_map())
    }

    /// The names of an object's attributes; none of any other type.
    pub fn attribute_names(&self) -> impl Iterator<Item = &String> {
        let attributes = if let Self::Object(attributes) = self { Some(attributes) } else { None };
        attributes.into_iter().flat_map(BTreeMap::keys)
    }

    /// The JSON of the protocol: `"string"`, `["list","number"]`, `["object",{"a":"bool"}]`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool => json!("bool"),
            Self::Number => json!("number"),
            Self::String => json!("string"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.to_json()]),
            Self::Set(element) => json!(["set", element.to_json()]),
            Self::Map(element) => json!(["map", element.to_json()]),
            Self::Tuple(elements) => json!(["tuple", elements.iter().map(Self::to_json).collect::<Vec<_>>()]),
            Self::Object(attributes) => {
                let attributes =
                    attributes.iter().map(|(name, attribute)| (to_nfc(name).into_owned(), attribute.to_json()));
                json!(["object", attributes.collect::<serde_json::Map<_, _>>()])
            }
        }
    }

    /// Parses the JSON that [`Self::to_json`] writes. The list of optional attributes after an object is ignored.
    ///
    /// # Errors
    /// The text is not JSON, has more than about a hundred levels, or is not a type constraint.
    pub fn from_json(text: &[u8]) -> Result<Self, TypeError> {
        // The depth limit of the JSON parser bounds the recursion below.
        let json = serde_json::from_slice(text).map_err(|_| TypeError::Malformed)?;
        Self::from_json_value(&json)
    }

    /// Like [`Self::from_json`], of JSON that was parsed already.
    ///
    /// # Errors
    /// It is not a type constraint.
    pub fn from_json_value(json: &serde_json::Value) -> Result<Self, TypeError> {
        use serde_json::Value::{Array, Object, String};

        let unknown = || TypeError::Unknown(json.to_string().chars().take(80).collect());
        match json {
            String(name) => match name.as_str() {
                "bool" => Ok(Self::Bool),
                "number" => Ok(Self::Number),
                "string" => Ok(Self::String),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(unknown()),
            },
            Array(parts) => match parts.as_slice() {
                [String(kind), element] if kind == "list" => Self::from_json_value(element).map(Self::list),
                [String(kind), element] if kind == "set" => Self::from_json_value(element).map(Self::set),
                [String(kind), element] if kind == "map" => Self::from_json_value(element).map(Self::map),
                [String(kind), Array(elements)] if kind == "tuple" => {
                    elements.iter().map(Self::from_json_value).collect::<Result<_, _>>().map(Self::Tuple)
                }
                [String(kind), Object(attributes), ..] if kind == "object" => attributes
                    .iter()
                    .map(|(name, attribute)| Ok((name.clone(), Self::from_json_value(attribute)?)))
                    .try_into_map()
                    .map(Self::Object),
                _ => Err(unknown()),
            },
            _ => Err(unknown()),
        }
    }
}

/// The type for messages: `list of string`, `object`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Number => f.write_str("number"),
            Self::String => f.write_str("string"),
            Self::Dynamic => f.write_str("dynamic"),
            Self::List(element) => write!(f, "list of {element}"),
            Self::Set(element) => write!(f, "set of {element}"),
            Self::Map(element) => write!(f, "map of {element}"),
            Self::Tuple(_) => f.write_str("tuple"),
            Self::Object(_) => f.write_str("object"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_round_trip() {
        for text in [
            r#""string""#,
            r#"["list","number"]"#,
            r#"["set",["map","bool"]]"#,
            r#"["tuple",["string","dynamic"]]"#,
            r#"["object",{"a":"number","b":["list","string"]}]"#,
        ] {
            assert_eq!(Type::from_json(text.as_bytes()).unwrap().to_json().to_string(), text);
        }
        let with_optional = Type::from_json(br#"["object",{"a":"number"},["a"]]"#).unwrap();
        assert_eq!(with_optional, Type::object([("a", Type::Number)]));
    }

    /// `MessagePack` composed the names of an object's attributes, and its type did not.
    #[test]
    fn attribute_names_are_composed() {
        let decomposed = Type::object([("e\u{301}", Type::Bool)]);
        assert_eq!(decomposed.to_json().to_string(), r#"["object",{"é":"bool"}]"#);
    }

    #[test]
    fn invalid_constraints_are_refused() {
        for text in ["", "string", "5", r#""str""#, r#"["list"]"#, r#"["object",["a"]]"#, "[]", "null"] {
            assert!(Type::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_constraints_do_not_overflow_the_stack() {
        let deep = format!("{}\"bool\"{}", r#"["list","#.repeat(100_000), "]".repeat(100_000));
        assert_eq!(Type::from_json(deep.as_bytes()), Err(TypeError::Malformed));
    }
}
