//! Makes a configuration from a state: what a person would have written.

use super::meaning;
use super::schema::{Attribute, AttributeKind, Block, Follows, Mode, Nesting, Schema};
use super::value::Value;

/// The configuration of an object, with which a plan of the object changes nothing.
///
/// Computed values are left out. An argument that the provider chooses where none is configured is left out too if it has
/// its default, counts as absent ([`meaning`]), follows from another one ([`Attribute::follows`]), or is what the provider
/// would make of the others ([`Attribute::derived`]). A secret is left out
/// as well: its author has to add it. Every other argument stays as it is in the state, because without it the plan would
/// change the object.
#[must_use]
pub fn config(schema: &Schema, state: &Value) -> Value {
    of_block(&schema.block, state)
}

fn of_block(block: &Block, state: &Value) -> Value {
    if state.as_map().is_none() {
        return state.clone();
    }
    let mut config = of_attributes(&block.attributes, state);
    for nested in &block.blocks {
        let inside = each(nested.nesting, state.get(&nested.name), &|object| of_block(&nested.block, object));
        config.set(&*nested.name, inside);
    }
    config
}

fn of_attributes(attributes: &[Attribute], state: &Value) -> Value {
    if state.as_map().is_none() {
        return state.clone();
    }
    Value::object(attributes.iter().map(|attribute| (&*attribute.name, of_attribute(attribute, state))))
}

/// The argument, from the state of the object that it belongs to.
fn of_attribute(attribute: &Attribute, state: &Value) -> Value {
    let value = state.get(&attribute.name);
    let is_left_out = match attribute.mode {
        // The state may have a digest; a CLI would write null anyway.
        _ if attribute.sensitive => true,
        Mode::Required | Mode::Optional => false,
        Mode::Computed => true,
        Mode::OptionalComputed => is_chosen(attribute, state),
    };
    if is_left_out {
        return Value::Null;
    }
    match &attribute.kind {
        AttributeKind::Plain(_) => value.clone(),
        AttributeKind::Nested(nesting, inner) => each(*nesting, value, &|object| of_attributes(inner, object)),
    }
}

/// Whether the provider would choose the value where none is configured, or another argument says the same.
fn is_chosen(attribute: &Attribute, state: &Value) -> bool {
    let value = state.get(&attribute.name);
    let follows = match &attribute.follows {
        Follows::Nothing => false,
        Follows::Everything => true,
        Follows::AnyOf(names) => names.iter().any(|name| !is_empty(state.get(name))),
        Follows::Id => contains_id(value, state.get("id")),
    };
    let is_derived = attribute.derived.is_some_and(|derive| !value.is_null() && derive(state) == *value);
    follows || is_derived || is_empty(&meaning::of_argument(attribute, value)) || attribute.usual_value() == Some(value)
}

/// Whether a text contains an id, which counts without its prefix.
fn contains_id(value: &Value, id: &Value) -> bool {
    let id = id.as_str().and_then(|id| id.split_once('-')).map(|(_, digits)| digits);
    id.zip(value.as_str()).is_some_and(|(id, text)| text.contains(id))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(elements) => elements.is_empty(),
        Value::Map(members) => members.is_empty(),
        _ => false,
    }
}

/// The value with every object of an attribute or block changed.
fn each(nesting: Nesting, value: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, object) => change(object),
        (Nesting::List | Nesting::Set, Value::List(objects)) => Value::List(objects.iter().map(change).collect()),
        (Nesting::Map, Value::Map(objects)) => {
            Value::object(objects.iter().map(|(key, object)| (key.clone(), change(object))))
        }
        (_, other) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::schema::NestedBlock;
    use crate::tf::types::Type;

    fn schema() -> Schema {
        Schema::new("")
            .attributes([
                Attribute::string("id").computed(),
                Attribute::string("zone_id"),
                Attribute::string("note").optional(),
                Attribute::string("name").optional().computed(),
                Attribute::string("host_name").optional().computed().follows_id(),
                Attribute::string("older_name").optional().computed().follows(["name"]).deprecated("Use `name`."),
                Attribute::string("policy").default("keep"),
                Attribute::number("priority").default(1),
                Attribute::number("number").optional().computed(),
                Attribute::bool("enabled").optional().computed().unless_set(false),
                Attribute::list("blocks", Type::String).optional().computed(),
                Attribute::string("token").optional().computed().follows_all(),
                Attribute::string("network_id")
                    .optional()
                    .computed()
                    .derived(|state| format!("net-{}", state.get("zone_id").as_str().unwrap_or_default()).into()),
            ])
            .blocks([NestedBlock::list(
                "disk",
                Block::new("")
                    .attributes([Attribute::number("size").optional(), Attribute::string("device").computed()]),
            )])
    }

    fn generated(state: [(&str, Value); 14]) -> String {
        let given = config(&schema(), &Value::object(state));
        let given = given.as_map().into_iter().flatten().filter(|(_, value)| !value.is_null());
        given.map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_is_computed_usual_or_said_elsewhere_is_left_out() {
        let disk = Value::list([Value::object([("size", Value::from(40)), ("device", "a".into())])]);
        let state = |policy: &str, priority: i64, number: i64, enabled: bool, blocks: Value| {
            [
                ("id", Value::from("i-1")),
                ("zone_id", "a".into()),
                ("note", "".into()),
                ("name", "web".into()),
                ("host_name", if policy == "keep" { "host-1".into() } else { "host".into() }),
                ("older_name", "web".into()),
                ("policy", policy.into()),
                ("priority", priority.into()),
                ("number", number.into()),
                ("enabled", enabled.into()),
                ("blocks", blocks),
                ("token", "t".into()),
                ("network_id", if policy == "keep" { "net-a".into() } else { "net-b".into() }),
                ("disk", disk.clone()),
            ]
        };
        assert_eq!(
            generated(state("keep", 1, 0, false, Value::List(Vec::new()))),
            r#"disk = [{device = null, size = 40}], name = "web", note = "", zone_id = "a""#
        );
        assert_eq!(
            generated(state("other", 0, 2, true, Value::list(["10.0.0.0/8"]))),
            r#"blocks = ["10.0.0.0/8"], disk = [{device = null, size = 40}], enabled = true, host_name = "host", name = "web", network_id = "net-b", note = "", number = 2, policy = "other", priority = 0, zone_id = "a""#
        );
    }

    #[test]
    fn nothing_has_no_configuration() {
        assert_eq!(config(&schema(), &Value::Null), Value::Null);
        assert_eq!(config(&schema(), &Value::Unknown), Value::Unknown);
    }
}
