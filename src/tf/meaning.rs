//! What configured values mean: which are absent although they are not null, and which texts are numbers.
//!
//! Modules pass on variables with `default = ""` or `default = 0`, and the real provider's SDK takes such values for
//! absent ones. Plans and states keep a value as it is written (but see [`empty_texts`](super::empty_texts)), so the values
//! that resources check and send are made here, from the schema alone.

use super::schema::{Attribute, AttributeKind, Block, Mode, Schema};
use super::value::Value;

/// The configuration as its author means it: an optional argument that is `""` or 0 is null, and a text that stands for a
/// number is that number.
#[must_use]
pub fn meaning(schema: &Schema, config: &Value) -> Value {
    of_block(&schema.block, config)
}

/// The meaning of one argument. 0 counts where an argument is required or has a default, because it is not the default then,
/// and where the schema says so.
#[must_use]
pub fn of_argument(attribute: &Attribute, value: &Value) -> Value {
    let is_optional = attribute.mode != Mode::Required;
    let zero_counts = attribute.zero_counts || attribute.default.is_some();
    match value {
        Value::String(text) if text.is_empty() && is_optional => Value::Null,
        Value::String(text) if attribute.is_number => text.parse().map_or_else(|_| value.clone(), Value::Number),
        Value::Number(number) if number.is_zero() && is_optional && !zero_counts => Value::Null,
        Value::List(elements) => match &attribute.kind {
            AttributeKind::Nested(_, inner) => {
                Value::List(elements.iter().map(|element| of_attributes(inner, element)).collect())
            }
            AttributeKind::Plain(_) => value.clone(),
        },
        _ => value.clone(),
    }
}

fn of_block(block: &Block, value: &Value) -> Value {
    let mut meant = of_attributes(&block.attributes, value);
    for nested in &block.blocks {
        let inside = match value.get(&nested.name) {
            Value::List(elements) => {
                Value::List(elements.iter().map(|element| of_block(&nested.block, element)).collect())
            }
            single @ Value::Map(_) => of_block(&nested.block, single),
            _ => continue,
        };
        meant.set(&*nested.name, inside);
    }
    meant
}

fn of_attributes(attributes: &[Attribute], value: &Value) -> Value {
    let mut meant = value.clone();
    if matches!(value, Value::Map(_)) {
        for attribute in attributes {
            meant.set(&*attribute.name, of_argument(attribute, value.get(&attribute.name)));
        }
    }
    meant
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::schema::NestedBlock;

    #[test]
    fn an_optional_empty_text_or_zero_is_absent_and_a_number_may_be_a_text() {
        let arguments = || {
            [
                Attribute::string("name").optional(),
                Attribute::number("price").optional(),
                Attribute::number("priority").default(1),
                Attribute::number_text("units").optional(),
                Attribute::number_text("total").required(),
            ]
        };
        let schema = Schema::new("")
            .attributes(arguments())
            .blocks([NestedBlock::list("pool", Block::new("").attributes(arguments()))]);
        let values = |name: &str, price: i64, priority: i64, units: &str, total: &str| {
            [
                ("name", Value::from(name)),
                ("price", price.into()),
                ("priority", priority.into()),
                ("units", units.into()),
                ("total", total.into()),
            ]
        };
        let with_pool = |values: [(&str, Value); 5]| {
            let mut object = Value::object(values.clone());
            object.set("pool", Value::list([Value::object(values)]));
            object
        };
        let expected = [
            ("name", Value::Null),
            ("price", Value::Null),
            ("priority", 0.into()),
            ("units", Value::Null),
            ("total", "".into()),
        ];
        assert_eq!(meaning(&schema, &with_pool(values("", 0, 0, "", ""))), with_pool(expected));
        let expected = [
            ("name", Value::from("a")),
            ("price", 2.into()),
            ("priority", 1.into()),
            ("units", 0.into()),
            ("total", 4.into()),
        ];
        assert_eq!(meaning(&schema, &with_pool(values("a", 2, 1, "0", "4.0"))), with_pool(expected));
        assert_eq!(meaning(&schema, &Value::Unknown), Value::Unknown);
    }
}
