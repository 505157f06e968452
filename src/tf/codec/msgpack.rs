//! The msgpack encoding of values, which all requests and responses use.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::encode::{write_array_len, write_bin, write_bool, write_map_len, write_nil, write_str};

use super::mismatch;
use crate::base::wording::counted;
use crate::tf::error::ValueError;
use crate::tf::normal_form::to_nfc;
use crate::tf::number::Number;
use crate::tf::path::Step;
use crate::tf::types::Type;
use crate::tf::value::Value;

/// The deepest nesting that is decoded. Terraform itself stays far below.
const MAX_DEPTH: usize = 128;

/// The longest text that is decoded. No argument takes one as long; whatever is done with it would need several times its
/// memory.
const MAX_TEXT_BYTES: usize = 2 << 20;

/// The encoding of an unknown value: an extension of type 0 with one zero byte. The CLI refuses any other length.
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// Decodes a value of a type. Empty input is null.
///
/// Every extension is an unknown value; refinements are ignored. Numbers may be integers, floats or decimal text.
///
/// # Errors
/// The bytes are not msgpack, do not fit the type, are nested too deeply, or continue after the value.
pub fn decode(bytes: &[u8], value_type: &Type) -> Result<Value, ValueError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let mut reader = Reader { rest: bytes, depth: 0 };
    let value = reader.value(value_type)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(ValueError::new("bytes follow the value")) }
}

/// Encodes a value of a type, with every attribute of every object; absent attributes are null.
///
/// # Errors
/// The value does not fit the type, or has an attribute that the type does not have.
pub fn encode(value: &Value, value_type: &Type) -> Result<Vec<u8>, ValueError> {
    let mut bytes = Vec::new();
    write(&mut bytes, value, value_type)?;
    Ok(bytes)
}

struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, value_type: &Type) -> Result<Value, ValueError> {
        let marker = self.marker()?;
        match marker {
            Marker::Null => return Ok(Value::Null),
            Marker::FixExt1 => return self.extension(1),
            Marker::FixExt2 => return self.extension(2),
            Marker::FixExt4 => return self.extension(4),
            Marker::FixExt8 => return self.extension(8),
            Marker::FixExt16 => return self.extension(16),
            Marker::Ext8 | Marker::Ext16 | Marker::Ext32 => {
                let length = self.length(marker)?.unwrap_or_default();
                return self.extension(length);
            }
            _ => {}
        }
        let type_mismatch = || mismatch(value_type, kind_name(marker));
        match value_type {
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(type_mismatch()),
            },
            Type::Number => self.number(marker)?.map(Value::Number).ok_or_else(type_mismatch),
            Type::String => self.text(marker)?.map(|text| Value::String(text.to_owned())).ok_or_else(type_mismatch),
            Type::List(element) | Type::Set(element) => {
                let length = self.array_length(marker).ok_or_else(type_mismatch)??;
                self.descend(|reader| {
                    (0..length).map(|index| reader.value(element).map_err(|e| e.within(Step::index(index)))).collect()
                })
                .map(Value::List)
            }
            Type::Tuple(types) => {
                let length = self.array_length(marker).ok_or_else(type_mismatch)??;
                if length != types.len() {
                    return Err(ValueError::new(format!(
                        "expected {}, found {length}",
                        counted(types.len(), "element")
                    )));
                }
                self.descend(|reader| {
                    let elements = types.iter().enumerate();
                    elements
                        .map(|(index, inner)| reader.value(inner).map_err(|e| e.within(Step::index(index))))
                        .collect()
                })
                .map(Value::List)
            }
            Type::Map(element) => {
                let length = self.map_length(marker).ok_or_else(type_mismatch)??;
                self.descend(|reader| reader.map(length, element)).map(Value::Map)
            }
            Type::Object(attributes) => {
                let length = self.map_length(marker).ok_or_else(type_mismatch)??;
                self.descend(|reader| reader.object(length, attributes)).map(Value::Map)
            }
            Type::Dynamic => {
                if self.array_length(marker).ok_or_else(type_mismatch)?? != 2 {
                    return Err(ValueError::new("a dynamic value is a type and a value"));
                }
                self.descend(Self::dynamic)
            }
        }
    }

    fn map(&mut self, length: usize, element: &Type) -> Result<BTreeMap<String, Value>, ValueError> {
        let mut elements = BTreeMap::new();
        for _ in 0..length {
            let key = self.key()?;
            let value = self.value(element).map_err(|error| error.within(Step::Key(key.to_owned())))?;
            elements.insert(key.to_owned(), value);
        }
        Ok(elements)
    }

    fn object(
        &mut self,
        length: usize,
        attributes: &BTreeMap<String, Type>,
    ) -> Result<BTreeMap<String, Value>, ValueError> {
        let mut values = BTreeMap::new();
        for _ in 0..length {
            let name = self.key()?;
            let Some(inner) = attributes.get(name) else {
                return Err(ValueError::new(format!("no attribute `{name}` is known")));
            };
            let value = self.value(inner).map_err(|error| error.within(Step::Attribute(name.to_owned())))?;
            values.insert(name.to_owned(), value);
        }
        match attributes.keys().find(|name| !values.contains_key(*name)) {
            Some(missing) => Err(ValueError::new(format!("attribute `{missing}` is missing"))),
            None => Ok(values),
        }
    }

    fn dynamic(&mut self) -> Result<Value, ValueError> {
        let marker = self.marker()?;
        let type_json = match marker {
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                let length = self.length(marker)?.unwrap_or_default();
                self.take(length)?
            }
            _ => self.text(marker)?.ok_or_else(|| ValueError::new("a dynamic value begins with its type"))?.as_bytes(),
        };
        let inner = Type::from_json(type_json).map_err(|error| ValueError::new(error.to_string()))?;
        let value = self.value(&inner)?;
        Ok(Value::Typed(Box::new(inner), Box::new(value)))
    }

    fn number(&mut self, marker: Marker) -> Result<Option<Number>, ValueError> {
        let invalid = |error: crate::tf::NumberError| ValueError::new(error.to_string());
        Ok(Some(match marker {
            Marker::FixPos(number) => i64::from(number).into(),
            Marker::FixNeg(number) => i64::from(number).into(),
            Marker::U8 => i64::from(u8::from_be_bytes(self.array()?)).into(),
            Marker::U16 => u16::from_be_bytes(self.array()?).into(),
            Marker::U32 => u32::from_be_bytes(self.array()?).into(),
            Marker::U64 => u64::from_be_bytes(self.array()?).into(),
            Marker::I8 => i64::from(i8::from_be_bytes(self.array()?)).into(),
            Marker::I16 => i64::from(i16::from_be_bytes(self.array()?)).into(),
            Marker::I32 => i32::from_be_bytes(self.array()?).into(),
            Marker::I64 => i64::from_be_bytes(self.array()?).into(),
            Marker::F32 => Number::from_float(f32::from_be_bytes(self.array()?).into()).map_err(invalid)?,
            Marker::F64 => Number::from_float(f64::from_be_bytes(self.array()?)).map_err(invalid)?,
            _ => match self.text(marker)? {
                Some(text) => text.parse().map_err(invalid)?,
                None => return Ok(None),
            },
        }))
    }

    fn key(&mut self) -> Result<&'a str, ValueError> {
        let marker = self.marker()?;
        self.text(marker)?.ok_or_else(|| ValueError::new("a key is not a string"))
    }

    fn text(&mut self, marker: Marker) -> Result<Option<&'a str>, ValueError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 | Marker::Str16 | Marker::Str32 => self.length(marker)?.unwrap_or_default(),
            _ => return Ok(None),
        };
        if length > MAX_TEXT_BYTES {
            return Err(ValueError::new(format!("a text may have at most {} MiB", MAX_TEXT_BYTES >> 20)));
        }
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| ValueError::new("a string is not UTF-8"))?;
        Ok(Some(text))
    }

    fn extension(&mut self, length: usize) -> Result<Value, ValueError> {
        // The type of the extension.
        self.take(1)?;
        self.take(length)?;
        Ok(Value::Unknown)
    }

    /// Decodes one level deeper, up to [`MAX_DEPTH`].
    fn descend<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ValueError>) -> Result<T, ValueError> {
        if self.depth == MAX_DEPTH {
            return Err(ValueError::new(format!("nested more than {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn array_length(&mut self, marker: Marker) -> Option<Result<usize, ValueError>> {
        match marker {
            Marker::FixArray(length) => Some(Ok(usize::from(length))),
            Marker::Array16 | Marker::Array32 => self.length(marker).transpose(),
            _ => None,
        }
    }

    fn map_length(&mut self, marker: Marker) -> Option<Result<usize, ValueError>> {
        match marker {
            Marker::FixMap(length) => Some(Ok(usize::from(length))),
            Marker::Map16 | Marker::Map32 => self.length(marker).transpose(),
            _ => None,
        }
    }

    /// The length after a marker; `None` if the marker has none.
    fn length(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        Ok(Some(match marker {
            Marker::Str8 | Marker::Bin8 | Marker::Ext8 => usize::from(u8::from_be_bytes(self.array()?)),
            Marker::Str16 | Marker::Bin16 | Marker::Ext16 | Marker::Array16 | Marker::Map16 => {
                usize::from(u16::from_be_bytes(self.array()?))
            }
            Marker::Str32 | Marker::Bin32 | Marker::Ext32 | Marker::Array32 | Marker::Map32 => {
                usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX)
            }
            _ => return Ok(None),
        }))
    }

    fn marker(&mut self) -> Result<Marker, ValueError> {
        let [byte] = self.array()?;
        Ok(Marker::from_u8(byte))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ValueError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], ValueError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(bytes)
    }
}

fn truncated() -> ValueError {
    ValueError::new("the bytes end inside the value")
}

fn kind_name(marker: Marker) -> &'static str {
    match marker {
        Marker::True | Marker::False => "a bool",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "a string",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "bytes",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "an array",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        Marker::Reserved => "a reserved byte",
        _ => "a number",
    }
}

fn write(bytes: &mut Vec<u8>, value: &Value, value_type: &Type) -> Result<(), ValueError> {
    let text = |bytes: &mut Vec<u8>, text: &str| write_str(bytes, &to_nfc(text)).map_err(|e| encoding_error(&e));
    match (value, value_type) {
        (Value::Null, _) => write_nil(bytes).map_err(|e| encoding_error(&e)),
        (Value::Unknown, _) => {
            bytes.extend_from_slice(&UNKNOWN);
            Ok(())
        }
        (_, Type::Dynamic) => {
            let inner = value.literal_type();
            write_array_len(bytes, 2).map_err(|e| encoding_error(&e))?;
            write_bin(bytes, inner.to_json().to_string().as_bytes()).map_err(|e| encoding_error(&e))?;
            write(bytes, value.untyped(), &inner)
        }
        (Value::Typed(_, inner), _) => write(bytes, inner, value_type),
        (Value::Bool(bool), Type::Bool) => write_bool(bytes, *bool).map_err(|e| encoding_error(&e)),
        // Also an integer is written as text. The CLI reads numbers of its state from text, and Terraform before 1.12 holds
        // one for changed whose binary form it read from an integer, which has another precision.
        (Value::Number(number), Type::Number) => text(bytes, number.as_str()),
        (Value::String(string), Type::String) => text(bytes, string),
        (Value::List(elements), Type::List(inner) | Type::Set(inner)) => {
            write_array_len(bytes, length(elements.len())?).map_err(|e| encoding_error(&e))?;
            elements
                .iter()
                .enumerate()
                .try_for_each(|(index, element)| write(bytes, element, inner).map_err(|e| e.within(Step::index(index))))
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            write_array_len(bytes, length(elements.len())?).map_err(|e| encoding_error(&e))?;
            elements.iter().zip(types).enumerate().try_for_each(|(index, (element, inner))| {
                write(bytes, element, inner).map_err(|e| e.within(Step::index(index)))
            })
        }
        (Value::Map(elements), Type::Map(inner)) => {
            write_map_len(bytes, length(elements.len())?).map_err(|e| encoding_error(&e))?;
            elements.iter().try_for_each(|(key, element)| {
                text(bytes, key)?;
                write(bytes, element, inner).map_err(|error| error.within(Step::Key(key.clone())))
            })
        }
        (Value::Map(elements), Type::Object(attributes)) => {
            if let Some(name) = elements.keys().find(|name| !attributes.contains_key(*name)) {
                return Err(ValueError::new(format!("no attribute `{name}` is known")));
            }
            write_map_len(bytes, length(attributes.len())?).map_err(|e| encoding_error(&e))?;
            attributes.iter().try_for_each(|(name, inner)| {
                text(bytes, name)?;
                write(bytes, value.get(name), inner).map_err(|error| error.within(Step::Attribute(name.clone())))
            })
        }
        _ => Err(mismatch(value_type, &format!("`{value}`"))),
    }
}

fn length(length: usize) -> Result<u32, ValueError> {
    u32::try_from(length).map_err(|_| ValueError::new("the value has more elements than msgpack can count"))
}

/// Converts the error type of the writers. Writing to memory never fails.
fn encoding_error(error: &impl std::fmt::Display) -> ValueError {
    ValueError::new(error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tf::codec::tests::{any_type, value_of};

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    #[test]
    fn numbers_are_decoded_from_every_form() {
        for (bytes, expected) in [
            (b"\x05".as_slice(), "5"),
            (b"\xff", "-1"),
            (b"\xcc\xff", "255"),
            (b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
            (b"\xd0\x80", "-128"),
            (b"\xca\x3f\x00\x00\x00", "0.5"),
            (b"\xcb\x3f\xe0\x00\x00\x00\x00\x00\x00", "0.5"),
            (b"\xa40.15", "0.15"),
            (b"\xb39223372036854775808", "9223372036854775808"),
        ] {
            assert_eq!(decode(bytes, &Type::Number).unwrap(), number(expected));
        }
        assert!(decode(b"\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", &Type::Number).is_err());
    }

    #[test]
    fn numbers_are_encoded_as_shortest_text() {
        assert_eq!(encode(&number("5"), &Type::Number).unwrap(), b"\xa15");
        assert_eq!(encode(&number("0.150"), &Type::Number).unwrap(), b"\xa40.15");
        assert_eq!(encode(&number("9223372036854775808"), &Type::Number).unwrap(), b"\xb39223372036854775808");
    }

    #[test]
    fn every_extension_is_unknown() {
        for bytes in [b"\xd4\x00\x00".as_slice(), b"\xc7\x08\x0c\x82\x01\xc2\x02\xa3pre", b"\xd5\x07\x01\x02"] {
            assert_eq!(decode(bytes, &Type::String).unwrap(), Value::Unknown);
        }
        assert_eq!(encode(&Value::Unknown, &Type::list(Type::Bool)).unwrap(), b"\xd4\x00\x00");
    }

    #[test]
    fn empty_input_is_null() {
        assert_eq!(decode(b"", &Type::String).unwrap(), Value::Null);
        assert_eq!(decode(b"\xc0", &Type::String).unwrap(), Value::Null);
    }

    #[test]
    fn objects_have_all_attributes() {
        let object = Type::object([("a", Type::String), ("b", Type::Bool)]);
        assert_eq!(encode(&Value::object([("b", true)]), &object).unwrap(), b"\x82\xa1a\xc0\xa1b\xc3");
        assert_eq!(decode(b"\x81\xa1b\xc3", &object).unwrap_err().to_string(), "attribute `a` is missing");
        assert_eq!(decode(b"\x81\xa1z\xc3", &object).unwrap_err().to_string(), "no attribute `z` is known");
        let surplus = encode(&Value::object([("z", true)]), &object).unwrap_err();
        assert_eq!(surplus.to_string(), "no attribute `z` is known");
    }

    #[test]
    fn errors_have_the_path() {
        let nested = Type::object([("zones", Type::list(Type::object([("price", Type::Number)])))]);
        let value = Value::object([("zones", Value::list([Value::object([("price", "dear")])]))]);
        let error = encode(&value, &nested).unwrap_err();
        assert_eq!(error.to_string(), "zones[0].price: expected number, found `\"dear\"`");
        let error = decode(b"\x81\xa5zones\x91\x81\xa5price\xa4dear", &nested).unwrap_err();
        assert_eq!(error.to_string(), "zones[0].price: `dear` is not a decimal number");
    }

    #[test]
    fn dynamic_values_carry_their_type() {
        let bytes = b"\x92\xc4\x19[\"object\",{\"a\":\"number\"}]\x81\xa1a\xa11";
        let value = decode(bytes, &Type::Dynamic).unwrap();
        assert_eq!(value.get("a"), &Value::from(1));
        assert_eq!(encode(&value, &Type::Dynamic).unwrap(), bytes);
        assert_eq!(encode(&Value::object([("a", 1)]), &Type::Dynamic).unwrap(), bytes);
        assert_eq!(decode(b"\xd4\x00\x00", &Type::Dynamic).unwrap(), Value::Unknown);
    }

    #[test]
    fn text_is_encoded_in_normal_form() {
        assert_eq!(encode(&Value::from("e\u{301}"), &Type::String).unwrap(), "\u{a2}é".as_bytes()[1..].as_ref());
    }

    #[test]
    fn hostile_depth_and_lengths_are_refused() {
        let dynamic = b"\x92\xc4\x09\"dynamic\"".repeat(10_000);
        assert_eq!(
            decode(&dynamic, &Type::Dynamic),
            Err(ValueError::new(format!("nested more than {MAX_DEPTH} levels")))
        );
        for bytes in [
            b"\xdd\xff\xff\xff\xff".as_slice(),
            b"\xdf\xff\xff\xff\xff",
            b"\xdb\xff\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff",
            b"\xc9\xff\xff\xff\xff\x00",
            b"\x92\xc6\xff\xff\xff\xff",
        ] {
            for value_type in [Type::String, Type::Number, Type::Dynamic, Type::list(Type::Bool), Type::map(Type::Bool)]
            {
                assert!(decode(bytes, &value_type).is_err());
            }
        }
        assert_eq!(decode(b"\xc0\xc0", &Type::Bool).unwrap_err().to_string(), "bytes follow the value");
    }

    proptest! {
        #[test]
        fn values_round_trip((value_type, value) in any_type().prop_flat_map(|t| (Just(t.clone()), value_of(&t)))) {
            let bytes = encode(&value, &value_type).unwrap();
            let back = decode(&bytes, &value_type).unwrap();
            prop_assert_eq!(encode(&back, &value_type).unwrap(), bytes);
            prop_assert!(back.same_as(&value, &value_type));
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>, value_type in any_type()) {
            let _ = decode(&bytes, &value_type);
        }

        #[test]
        fn damaged_bytes_never_panic(
            (value_type, value) in any_type().prop_flat_map(|t| (Just(t.clone()), value_of(&t))),
            position: proptest::sample::Index,
            byte: u8,
        ) {
            let mut bytes = encode(&value, &value_type).unwrap();
            let position = position.index(bytes.len());
            bytes[position] = byte;
            let _ = decode(&bytes, &value_type);
            let _ = decode(&bytes[..position], &value_type);
        }
    }
}
