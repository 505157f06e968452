//! The serde serializer that converts models to values.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Serialize;
use serde::ser::{self, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct};

use super::{ATTR, ModelError};
use crate::tf::number::{NUMBER, Number};
use crate::tf::path::Step;
use crate::tf::value::Value;

pub(super) struct Serializer;

fn unsupported(what: &str) -> ModelError {
    ModelError::new(format!("Terraform has no {what}"))
}

fn inexact() -> ModelError {
    ModelError::new("a binary floating point number would not be exact")
}

fn number(text: &str) -> Result<Value, ModelError> {
    text.parse::<Number>().map(Value::Number).map_err(|error| ModelError::new(error.to_string()))
}

macro_rules! integers {
    ($($method:ident $integer:ty),*) => {$(
        fn $method(self, integer: $integer) -> Result<Value, ModelError> {
            number(&integer.to_string())
        }
    )*};
}

impl ser::Serializer for Serializer {
    type Ok = Value;
    type Error = ModelError;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Impossible<Value, ModelError>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Impossible<Value, ModelError>;

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128
    }

    fn serialize_bool(self, bool: bool) -> Result<Value, ModelError> {
        Ok(Value::Bool(bool))
    }

    fn serialize_f32(self, _: f32) -> Result<Value, ModelError> {
        Err(inexact())
    }

    fn serialize_f64(self, _: f64) -> Result<Value, ModelError> {
        Err(inexact())
    }

    fn serialize_char(self, character: char) -> Result<Value, ModelError> {
        Ok(Value::String(character.to_string()))
    }

    fn serialize_str(self, text: &str) -> Result<Value, ModelError> {
        Ok(Value::from(text))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, ModelError> {
        Err(unsupported("bytes"))
    }

    fn serialize_none(self) -> Result<Value, ModelError> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, ModelError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, ModelError> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, ModelError> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, name: &str, _: u32, variant: &str) -> Result<Value, ModelError> {
        Ok(match (name, variant) {
            (ATTR, "Null") => Value::Null,
            (ATTR, "Unknown") => Value::Unknown,
            _ => Value::from(variant),
        })
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Result<Value, ModelError> {
        match value.serialize(self)? {
            Value::String(text) if name == NUMBER => number(&text),
            value => Ok(value),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &str,
        _: u32,
        _: &str,
        value: &T,
    ) -> Result<Value, ModelError> {
        if name == ATTR { value.serialize(self) } else { Err(unsupported("enum variants with fields")) }
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements, ModelError> {
        Ok(Elements(Vec::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements, ModelError> {
        Ok(Elements(Vec::new()))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements, ModelError> {
        Ok(Elements(Vec::new()))
    }

    fn serialize_tuple_variant(
        self,
        _: &str,
        _: u32,
        _: &str,
        _: usize,
    ) -> Result<Impossible<Value, ModelError>, ModelError> {
        Err(unsupported("enum variants with fields"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, ModelError> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries, ModelError> {
        Ok(Entries::default())
    }

    fn serialize_struct_variant(
        self,
        _: &str,
        _: u32,
        _: &str,
        _: usize,
    ) -> Result<Impossible<Value, ModelError>, ModelError> {
        Err(unsupported("enum variants with fields"))
    }
}

pub(super) struct Elements(Vec<Value>);

impl Elements {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ModelError> {
        let element = value.serialize(Serializer).map_err(|error| error.within(Step::index(self.0.len())))?;
        self.0.push(element);
        Ok(())
    }
}

impl SerializeSeq for Elements {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ModelError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ModelError> {
        Ok(Value::List(self.0))
    }
}

impl SerializeTuple for Elements {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ModelError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ModelError> {
        Ok(Value::List(self.0))
    }
}

impl SerializeTupleStruct for Elements {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ModelError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ModelError> {
        Ok(Value::List(self.0))
    }
}

#[derive(Default)]
pub(super) struct Entries {
    entries: BTreeMap<String, Value>,
    key: String,
}

impl SerializeMap for Entries {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ModelError> {
        match key.serialize(Serializer)? {
            Value::String(key) => self.key = key,
            _ => return Err(unsupported("map keys other than strings")),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ModelError> {
        let key = std::mem::take(&mut self.key);
        let value = value.serialize(Serializer).map_err(|error| error.within(Step::Key(key.clone())))?;
        self.entries.insert(key, value);
        Ok(())
    }

    fn end(self) -> Result<Value, ModelError> {
        Ok(Value::Map(self.entries))
    }
}

impl SerializeStruct for Entries {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ModelError> {
        let value = value.serialize(Serializer).map_err(|error| error.within(Step::Attribute(name.to_owned())))?;
        self.entries.insert(name.to_owned(), value);
        Ok(())
    }

    fn end(self) -> Result<Value, ModelError> {
        Ok(Value::Map(self.entries))
    }
}

impl ser::Error for ModelError {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}
