//! Reads what `terraform providers schema -json` prints, one type at a time: the text may have tens of megabytes.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};

use super::text_encoding::as_utf8;
use crate::tf::schema::{AttributeKind, Mode};
use crate::tf::{Attribute, Block, NestedBlock, Nesting, Schema, SchemaKind, Type};

/// Why a text is not used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaJsonError {
    #[error("it is not the JSON that a CLI prints of schemas ({0})")]
    NotSchemas(serde_json::Error),
    #[error("its format version is {0}, and this release reads 1.x")]
    FormatVersion(String),
    #[error("it has no provider `{wanted}`; it has {found}")]
    NoSuchProvider { wanted: String, found: String },
    #[error("it has no providers")]
    Empty,
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// A part of a provider's schemas.
#[derive(Debug)]
pub(super) enum Part {
    Provider(Schema),
    Type(SchemaKind, String, Schema),
}

/// The address of the provider in the text whose part is meant by `NAMESPACE/NAME`: that one, or else one of the same
/// name. What the text has of other providers is skipped.
pub(super) fn find_provider(
    text: impl BufRead,
    namespace: Option<&str>,
    name: &str,
) -> Result<String, SchemaJsonError> {
    let mut addresses = Vec::new();
    let version = read_chosen(
        text,
        &mut |address| {
            addresses.push(address.to_owned());
            false
        },
        &mut |_| (),
    )?;
    match version {
        Some(version) if !version.starts_with("1.") => return Err(SchemaJsonError::FormatVersion(version)),
        None if addresses.is_empty() => {
            let error = serde_json::Error::custom("neither `format_version` nor `provider_schemas` is a member");
            return Err(SchemaJsonError::NotSchemas(error));
        }
        _ => {}
    }
    let wanted = namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"));
    let ends = |address: &&String, end: &str| address.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'));
    let exact = addresses.iter().find(|address| ends(address, &wanted));
    match exact.or_else(|| addresses.iter().find(|address| ends(address, name))) {
        Some(address) => Ok(address.clone()),
        None if addresses.is_empty() => Err(SchemaJsonError::Empty),
        None => Err(SchemaJsonError::NoSuchProvider { wanted, found: addresses.join(", ") }),
    }
}

/// Calls `sink` with each part of the provider at an address.
pub(super) fn read_provider(
    text: impl BufRead,
    address: &str,
    sink: &mut dyn FnMut(Part),
) -> Result<(), SchemaJsonError> {
    let mut choose = |found: &str| found == address;
    read_chosen(text, &mut choose, sink).map(drop)
}

/// Reads the document and calls `sink` with the parts of the providers that are chosen; returns the format version.
fn read_chosen(
    text: impl BufRead,
    choose: &mut dyn FnMut(&str) -> bool,
    sink: &mut dyn FnMut(Part),
) -> Result<Option<String>, SchemaJsonError> {
    let mut reader = serde_json::Deserializer::from_reader(as_utf8(text)?);
    let read = Document { choose, sink }.deserialize(&mut reader).and_then(|version| {
        reader.end()?;
        Ok(version)
    });
    read.map_err(
        |error| if error.is_io() { SchemaJsonError::Io(error.into()) } else { SchemaJsonError::NotSchemas(error) },
    )
}

struct Document<'a> {
    choose: &'a mut dyn FnMut(&str) -> bool,
    sink: &'a mut dyn FnMut(Part),
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Option<String>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `format_version` and `provider_schemas`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut version = None;
        while let Some(key) = members.next_key::<String>()? {
            match key.as_str() {
                "format_version" => version = Some(members.next_value()?),
                "provider_schemas" => {
                    members.next_value_seed(Providers { choose: &mut *self.choose, sink: &mut *self.sink })?;
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(version)
    }
}

struct Providers<'a> {
    choose: &'a mut dyn FnMut(&str) -> bool,
    sink: &'a mut dyn FnMut(Part),
}

impl<'de> DeserializeSeed<'de> for Providers<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Providers<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of providers by address")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(address) = members.next_key::<String>()? {
            if (self.choose)(&address) {
                members.next_value_seed(Provider { sink: &mut *self.sink })?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Provider<'a> {
    sink: &'a mut dyn FnMut(Part),
}

impl<'de> DeserializeSeed<'de> for Provider<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Provider<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a provider's schemas")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key::<String>()? {
            match key.as_str() {
                "provider" => {
                    let schema = members.next_value::<SchemaJson>()?.read().map_err(A::Error::custom)?;
                    (self.sink)(Part::Provider(schema));
                }
                "resource_schemas" => {
                    members.next_value_seed(Types { kind: SchemaKind::Resource, sink: &mut *self.sink })?;
                }
                "data_source_schemas" => {
                    members.next_value_seed(Types { kind: SchemaKind::DataSource, sink: &mut *self.sink })?;
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

struct Types<'a> {
    kind: SchemaKind,
    sink: &'a mut dyn FnMut(Part),
}

impl<'de> DeserializeSeed<'de> for Types<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Types<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of schemas by type")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            let schema = members.next_value::<SchemaJson>()?.read();
            let schema = schema.map_err(|problem| A::Error::custom(format!("{name}: {problem}")))?;
            (self.sink)(Part::Type(self.kind, name, schema));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct SchemaJson {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    block: BlockJson,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BlockJson {
    attributes: BTreeMap<String, AttributeJson>,
    block_types: BTreeMap<String, NestedBlockJson>,
    deprecated: bool,
    deprecation_message: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the format has one flag each too")]
struct AttributeJson {
    r#type: Option<serde_json::Value>,
    nested_type: Option<NestedTypeJson>,
    required: bool,
    optional: bool,
    computed: bool,
    sensitive: bool,
    write_only: bool,
    deprecated: bool,
    deprecation_message: Option<String>,
}

#[derive(Deserialize)]
struct NestedTypeJson {
    #[serde(default)]
    attributes: BTreeMap<String, AttributeJson>,
    nesting_mode: String,
}

#[derive(Deserialize)]
struct NestedBlockJson {
    nesting_mode: String,
    #[serde(default)]
    block: BlockJson,
    #[serde(default)]
    min_items: i64,
    #[serde(default)]
    max_items: i64,
}

impl SchemaJson {
    fn read(self) -> Result<Schema, String> {
        Ok(Schema { version: self.version, block: self.block.read()? })
    }
}

impl BlockJson {
    /// Descriptions are left out: no command reads them while it plans or applies.
    fn read(self) -> Result<Block, String> {
        let nested = |(name, nested): (String, NestedBlockJson)| {
            let (nesting, block) = (nesting(&nested.nesting_mode)?, nested.block.read()?);
            let (min_items, max_items) = (nested.min_items, nested.max_items);
            Ok(NestedBlock { name: name.into(), nesting, block, min_items, max_items, requires_replace: false })
        };
        Ok(Block {
            deprecated: deprecation(self.deprecated, self.deprecation_message, "block").map(Into::into),
            attributes: attributes(self.attributes)?,
            blocks: self.block_types.into_iter().map(nested).collect::<Result<_, String>>()?,
            ..Block::default()
        })
    }
}

fn attributes(attributes: BTreeMap<String, AttributeJson>) -> Result<Vec<Attribute>, String> {
    let read = |(name, attribute): (String, AttributeJson)| {
        attribute.read(&name).map_err(|problem| format!("attribute `{name}`: {problem}"))
    };
    attributes.into_iter().map(read).collect()
}

impl AttributeJson {
    fn read(self, name: &str) -> Result<Attribute, String> {
        let kind = match (self.r#type, self.nested_type) {
            (_, Some(nested)) => AttributeKind::Nested(nesting(&nested.nesting_mode)?, attributes(nested.attributes)?),
            (Some(plain), None) => AttributeKind::Plain(Type::from_json_value(&plain).map_err(|e| e.to_string())?),
            (None, None) => return Err("it has no type".to_owned()),
        };
        let mode = match (self.required, self.optional, self.computed) {
            (true, ..) => Mode::Required,
            (_, true, true) => Mode::OptionalComputed,
            (_, false, true) => Mode::Computed,
            _ => Mode::Optional,
        };
        let deprecated = deprecation(self.deprecated, self.deprecation_message, "argument").map(Into::into);
        let (sensitive, write_only) = (self.sensitive, self.write_only);
        Ok(Attribute { kind, mode, sensitive, write_only, deprecated, ..Attribute::string(name.to_owned()) })
    }
}

/// The message of what is deprecated; most texts have none.
fn deprecation(is_deprecated: bool, message: Option<String>, noun: &str) -> Option<String> {
    is_deprecated.then(|| {
        message.filter(|message| !message.is_empty()).unwrap_or_else(|| {
            format!(
                "The provider whose schema this is calls the {noun} deprecated; its documentation says what to use."
            )
        })
    })
}

fn nesting(mode: &str) -> Result<Nesting, String> {
    Ok(match mode {
        "single" => Nesting::Single,
        "group" => Nesting::Group,
        "list" => Nesting::List,
        "set" => Nesting::Set,
        "map" => Nesting::Map,
        _ => return Err(format!("there is no nesting mode `{mode}`")),
    })
}
