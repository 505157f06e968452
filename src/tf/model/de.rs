//! The serde deserializer that converts values to models.

use std::collections::btree_map;
use std::fmt::Display;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{ATTR, ModelError};
use crate::tf::number::{NUMBER, Number};
use crate::tf::path::Step;
use crate::tf::value::Value;

#[derive(Clone, Copy)]
pub(super) struct Deserializer<'a>(pub(super) &'a Value);

impl<'a> Deserializer<'a> {
    /// The value if it is neither null nor unknown.
    fn known(self) -> Result<&'a Value, ModelError> {
        match self.0.untyped() {
            Value::Null => Err(ModelError::new("a value is required")),
            Value::Unknown => Err(ModelError::new("the value is not known yet")),
            value => Ok(value),
        }
    }

    fn unexpected(self, wanted: &str) -> ModelError {
        ModelError::new(format!("expected {wanted}, found `{}`", self.0))
    }

    fn text(self) -> Result<&'a str, ModelError> {
        self.known()?.as_str().ok_or_else(|| self.unexpected("a string"))
    }

    fn number(self) -> Result<&'a Number, ModelError> {
        self.known()?.as_number().ok_or_else(|| self.unexpected("a number"))
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $integer:ty),*) => {$(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
            let number = self.number()?;
            if number.as_str().contains('.') {
                return Err(ModelError::new(format!("`{number}` is not a whole number")));
            }
            match number.as_str().parse::<$integer>() {
                Ok(integer) => visitor.$visit(integer),
                Err(_) => {
                    let (least, most) = (<$integer>::MIN, <$integer>::MAX);
                    Err(ModelError::new(format!("`{number}` is not between {least} and {most}")))
                }
            }
        }
    )*};
}

impl<'a> de::Deserializer<'a> for Deserializer<'a> {
    type Error = ModelError;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        match self.0.untyped() {
            Value::Null => visitor.visit_unit(),
            Value::Bool(bool) => visitor.visit_bool(*bool),
            Value::Number(number) => match number.to_i64() {
                Some(integer) => visitor.visit_i64(integer),
                None => visitor.visit_str(number.as_str()),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::List(_) => self.deserialize_seq(visitor),
            Value::Map(_) => self.deserialize_map(visitor),
            Value::Unknown | Value::Typed(..) => Err(ModelError::new("the value is not known yet")),
        }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        visitor.visit_bool(self.known()?.as_bool().ok_or_else(|| self.unexpected("a bool"))?)
    }

    integers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128
    }

    fn deserialize_f32<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'a>>(self, _: V) -> Result<V::Value, ModelError> {
        Err(ModelError::new("a binary floating point number would not be exact"))
    }

    fn deserialize_char<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, _: V) -> Result<V::Value, ModelError> {
        Err(self.unexpected("another type: Terraform has no bytes"))
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        self.deserialize_bytes(visitor)
    }

    /// An unknown value is `Some`: an [`Attr`] inside accepts it, any other type refuses it.
    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        if self.0.is_null() { visitor.visit_unit() } else { Err(self.unexpected("null")) }
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, ModelError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, name: &str, visitor: V) -> Result<V::Value, ModelError> {
        if name == NUMBER { visitor.visit_str(self.number()?.as_str()) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        let elements = self.known()?.as_list().ok_or_else(|| self.unexpected("a list"))?;
        visitor.visit_seq(Elements { rest: elements.iter().enumerate() })
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, ModelError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ModelError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        let elements = self.known()?.as_map().ok_or_else(|| self.unexpected("a map"))?;
        visitor.visit_map(Entries { rest: elements.iter(), current: None })
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ModelError> {
        let object = self.known()?;
        if object.as_map().is_none() {
            return Err(self.unexpected("an object"));
        }
        visitor.visit_map(Fields { object, rest: fields.iter(), current: None })
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ModelError> {
        if name == ATTR {
            visitor.visit_enum(AttrState(self))
        } else {
            visitor.visit_enum(self.text()?.into_deserializer())
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, ModelError> {
        visitor.visit_unit()
    }
}

struct Elements<'a> {
    rest: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
}

impl<'a> SeqAccess<'a> for Elements<'a> {
    type Error = ModelError;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, ModelError> {
        let Some((index, element)) = self.rest.next() else { return Ok(None) };
        seed.deserialize(Deserializer(element)).map(Some).map_err(|error| error.within(Step::index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'a> {
    rest: btree_map::Iter<'a, String, Value>,
    current: Option<(&'a String, &'a Value)>,
}

impl<'a> MapAccess<'a> for Entries<'a> {
    type Error = ModelError;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, ModelError> {
        self.current = self.rest.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, ModelError> {
        let (key, value) = self.current.take().ok_or_else(|| ModelError::new("a value without a key"))?;
        seed.deserialize(Deserializer(value)).map_err(|error| error.within(Step::Key(key.clone())))
    }
}

/// The fields of a struct in declaration order; attributes that the object does not have are null.
struct Fields<'a> {
    object: &'a Value,
    rest: std::slice::Iter<'static, &'static str>,
    current: Option<&'static str>,
}

impl<'a> MapAccess<'a> for Fields<'a> {
    type Error = ModelError;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, ModelError> {
        self.current = self.rest.next().copied();
        self.current.map(|name| seed.deserialize(StrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, ModelError> {
        let name = self.current.take().ok_or_else(|| ModelError::new("a value without a name"))?;
        let value = Deserializer(self.object.get(name));
        seed.deserialize(value).map_err(|error| error.within(Step::Attribute(name.to_owned())))
    }
}

/// The enum access for an [`super::Attr`], which serde sees as an enum with three variants.
struct AttrState<'a>(Deserializer<'a>);

impl<'a> EnumAccess<'a> for AttrState<'a> {
    type Error = ModelError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), ModelError> {
        let variant = match self.0.0.untyped() {
            Value::Null => "Null",
            Value::Unknown => "Unknown",
            _ => "Known",
        };
        Ok((seed.deserialize(StrDeserializer::<ModelError>::new(variant))?, self))
    }
}

impl<'a> VariantAccess<'a> for AttrState<'a> {
    type Error = ModelError;

    fn unit_variant(self) -> Result<(), ModelError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, ModelError> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, _: V) -> Result<V::Value, ModelError> {
        Err(self.0.unexpected("a single value"))
    }

    fn struct_variant<V: Visitor<'a>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, ModelError> {
        Err(self.0.unexpected("a single value"))
    }
}

impl de::Error for ModelError {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let names: Vec<_> = expected.iter().map(|name| format!("`{name}`")).collect();
        Self::new(format!("`{variant}` is not one of {}", names.join(", ")))
    }
}
