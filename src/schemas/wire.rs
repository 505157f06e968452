//! Messages of the protocol as schemas; the other way is in the plugin layer.

use std::borrow::Cow;

use crate::plugin::proto::tfplugin6 as proto;
use crate::plugin::proto::tfplugin6::schema;
use crate::tf::schema::{AttributeKind, Mode};
use crate::tf::{Attribute, Block, NestedBlock, Nesting, Schema, Type};

/// The schema in a message. A type that cannot be read is `dynamic`; no message that this program wrote has one.
pub(super) fn read_schema(message: proto::Schema) -> Schema {
    Schema { version: message.version, block: read_block(message.block.unwrap_or_default()) }
}

fn read_block(message: schema::Block) -> Block {
    Block {
        description: message.description.into(),
        deprecated: deprecation(message.deprecated, message.deprecation_message),
        attributes: message.attributes.into_iter().map(read_attribute).collect(),
        blocks: message.block_types.into_iter().map(read_nested_block).collect(),
    }
}

fn read_nested_block(message: schema::NestedBlock) -> NestedBlock {
    use schema::nested_block::NestingMode;

    let nesting = match message.nesting() {
        NestingMode::Single => Nesting::Single,
        NestingMode::Group => Nesting::Group,
        NestingMode::List | NestingMode::Invalid => Nesting::List,
        NestingMode::Set => Nesting::Set,
        NestingMode::Map => Nesting::Map,
    };
    NestedBlock {
        name: message.type_name.into(),
        nesting,
        block: read_block(message.block.unwrap_or_default()),
        min_items: message.min_items,
        max_items: message.max_items,
        requires_replace: false,
    }
}

fn read_attribute(message: schema::Attribute) -> Attribute {
    let kind = match message.nested_type {
        Some(object) => {
            AttributeKind::Nested(read_nesting(&object), object.attributes.into_iter().map(read_attribute).collect())
        }
        None => AttributeKind::Plain(Type::from_json(&message.r#type).unwrap_or(Type::Dynamic)),
    };
    let mode = match (message.required, message.optional, message.computed) {
        (true, ..) => Mode::Required,
        (_, true, true) => Mode::OptionalComputed,
        (_, false, true) => Mode::Computed,
        _ => Mode::Optional,
    };
    Attribute {
        kind,
        mode,
        description: message.description.into(),
        sensitive: message.sensitive,
        write_only: message.write_only,
        deprecated: deprecation(message.deprecated, message.deprecation_message),
        ..Attribute::string(message.name)
    }
}

fn read_nesting(object: &schema::Object) -> Nesting {
    use schema::object::NestingMode;

    match object.nesting() {
        NestingMode::Single => Nesting::Single,
        NestingMode::List | NestingMode::Invalid => Nesting::List,
        NestingMode::Set => Nesting::Set,
        NestingMode::Map => Nesting::Map,
    }
}

fn deprecation(is_deprecated: bool, message: String) -> Option<Cow<'static, str>> {
    is_deprecated.then(|| message.into())
}
