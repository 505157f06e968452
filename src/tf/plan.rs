//! Plans a change from the schema alone: defaults, unknown values, values kept from the state, replacements.

use std::collections::BTreeSet;

use super::path::Path;
use super::schema::{Attribute, AttributeKind, Block, Nesting, Schema};
use super::set_elements;
use super::value::Value;
use crate::base::order::Order;

/// The planned state and the attributes whose change replaces the resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    pub state: Value,
    /// Sorted, without duplicates; empty for creations and deletions.
    pub requires_replace: Vec<Path>,
}

/// Plans a creation (`prior` null), an update, or a deletion (`proposed` null).
///
/// 1. Attributes that the configuration does not set get their defaults, elements of sets what was computed for them,
///    and write-only values become null.
/// 2. If the result equals the prior state (sets compare without order), the plan is the prior state.
/// 3. Otherwise every computed attribute that the configuration does not set becomes unknown. It keeps its prior value if
///    it uses the state for unknown, or if its change would replace the resource and so cannot happen in place.
#[must_use]
pub fn plan(schema: &Schema, prior: &Value, proposed: Value, config: &Value) -> Planned {
    if proposed.is_null() {
        return Planned::default();
    }
    let mut state = proposed;
    apply_defaults(&schema.block, config, &mut state);
    if !prior.is_null() {
        set_elements::keep_in_block(&schema.block, prior, config, &mut state);
    }
    schema.normalize(&mut state);
    if !prior.is_null() && state.same_as(prior, &schema.value_type()) {
        drop(state);
        return Planned { state: prior.clone(), requires_replace: Vec::new() };
    }
    mark_unknown_in_block(&schema.block, prior, config, &mut state);
    let mut requires_replace = Vec::new();
    if !prior.is_null() {
        collect_replacements_in_block(&schema.block, prior, &state, &Path::default(), &mut requires_replace);
        requires_replace.order();
        requires_replace.dedup();
    }
    Planned { state, requires_replace }
}

fn apply_defaults(block: &Block, config: &Value, state: &mut Value) {
    for attribute in &block.attributes {
        if let Some(default) = &attribute.default
            && config.get(&attribute.name).is_null()
        {
            state.set(&*attribute.name, default.clone());
        }
    }
}

fn mark_unknown_in_block(block: &Block, prior: &Value, config: &Value, state: &mut Value) {
    if !matches!(state, Value::Map(_)) {
        return;
    }
    mark_unknown_in_attributes(&block.attributes, prior, config, state);
    for nested in &block.blocks {
        let (prior, config) = (prior.get(&nested.name), config.get(&nested.name));
        let Value::Map(values) = &mut *state else { return };
        if let Some(value) = values.get_mut(&*nested.name) {
            for_each_object(nested.nesting, prior, config, value, &|prior, config, value| {
                mark_unknown_in_block(&nested.block, prior, config, value);
            });
        }
    }
}

fn mark_unknown_in_attributes(attributes: &[Attribute], prior: &Value, config: &Value, state: &mut Value) {
    let Value::Map(values) = state else { return };
    for attribute in attributes {
        let (prior_value, config_value) = (prior.get(&attribute.name), config.get(&attribute.name));
        let Some(value) = values.get_mut(&*attribute.name) else { continue };
        if !config_value.is_null() {
            if let AttributeKind::Nested(nesting, inner) = &attribute.kind {
                for_each_object(*nesting, prior_value, config_value, value, &|prior, config, value| {
                    mark_unknown_in_attributes(inner, prior, config, value);
                });
            }
        } else if attribute.is_computed() && attribute.default.is_none() {
            let keeps_prior = attribute.use_state_for_unknown || attribute.requires_replace;
            *value = if keeps_prior && !prior.is_null() { prior_value.clone() } else { Value::Unknown };
        }
    }
}

/// Visits the objects of a nested attribute or block, each with its counterparts in prior state and configuration.
///
/// The elements of a set have no counterparts: an element is its own configuration, in which absent attributes are null.
/// One that is a prior element is complete.
pub(super) fn for_each_object(
    nesting: Nesting,
    prior: &Value,
    config: &Value,
    value: &mut Value,
    mark: &dyn Fn(&Value, &Value, &mut Value),
) {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, value) => mark(prior, config, value),
        (Nesting::List, Value::List(elements)) => {
            for (index, element) in elements.iter_mut().enumerate() {
                mark(prior.element(index), config.element(index), element);
            }
        }
        (Nesting::Set, Value::List(elements)) => {
            let kept: BTreeSet<&Value> = prior.as_list().unwrap_or_default().iter().collect();
            for element in elements.iter_mut().filter(|element| !kept.contains(&**element)) {
                let config = element.clone();
                mark(&Value::Null, &config, element);
            }
        }
        (Nesting::Map, Value::Map(elements)) => {
            for (key, element) in elements {
                mark(prior.get(key), config.get(key), element);
            }
        }
        _ => {}
    }
}

fn collect_replacements_in_block(block: &Block, prior: &Value, state: &Value, path: &Path, found: &mut Vec<Path>) {
    collect_replacements(&block.attributes, prior, state, path, found);
    for nested in &block.blocks {
        let (prior, state) = (prior.get(&nested.name), state.get(&nested.name));
        let path = path.clone().attribute(&*nested.name);
        if nested.requires_replace {
            if !state.same_as(prior, &nested.value_type()) {
                found.push(path);
            }
        } else {
            for_each_pair(nested.nesting, prior, state, &path, &mut |prior, state, path| {
                collect_replacements_in_block(&nested.block, prior, state, path, found);
            });
        }
    }
}

fn collect_replacements(attributes: &[Attribute], prior: &Value, state: &Value, path: &Path, found: &mut Vec<Path>) {
    for attribute in attributes {
        let (prior, state) = (prior.get(&attribute.name), state.get(&attribute.name));
        let path = path.clone().attribute(&*attribute.name);
        if attribute.requires_replace {
            if !state.same_as(prior, &attribute.value_type()) {
                found.push(path);
            }
        } else if let AttributeKind::Nested(nesting, inner) = &attribute.kind {
            for_each_pair(*nesting, prior, state, &path, &mut |prior, state, path| {
                collect_replacements(inner, prior, state, path, found);
            });
        }
    }
}

/// Visits the pairs of objects that have the same path in the prior and the planned state. Elements of sets have no path:
/// a schema declares `requires_replace` on the set itself.
fn for_each_pair(
    nesting: Nesting,
    prior: &Value,
    state: &Value,
    path: &Path,
    visit: &mut dyn FnMut(&Value, &Value, &Path),
) {
    match nesting {
        Nesting::Single | Nesting::Group => {
            if prior.is_known() || state.is_known() {
                visit(prior, state, path);
            }
        }
        Nesting::List => {
            let length = |value: &Value| value.as_list().map_or(0, <[Value]>::len);
            for index in 0..length(prior).max(length(state)) {
                visit(prior.element(index), state.element(index), &path.clone().index(index));
            }
        }
        Nesting::Map => {
            let keys = [prior, state].into_iter().filter_map(Value::as_map).flat_map(|map| map.keys());
            for key in keys {
                visit(prior.get(key), state.get(key), &path.clone().key(key));
            }
        }
        Nesting::Set => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::schema::NestedBlock;
    use crate::tf::types::Type;

    fn schema() -> Schema {
        Schema::new("A fleet.")
            .attributes([
                Attribute::string("id").computed().use_state_for_unknown(),
                Attribute::string("status").computed(),
                Attribute::string("zone_id").optional().computed().requires_replace(),
                Attribute::string("name").optional(),
                Attribute::string("kind").optional().requires_replace(),
                Attribute::string("policy").default("keep"),
                Attribute::string("secret").optional().write_only(),
                Attribute::set("groups", Type::String).optional(),
                Attribute::nested_list(
                    "disks",
                    [Attribute::number("size"), Attribute::string("device").optional().computed()],
                )
                .optional(),
            ])
            .blocks([
                NestedBlock::list("image", Block::new("").attributes([Attribute::string("image_id")]))
                    .requires_replace(),
                NestedBlock::list(
                    "config",
                    Block::new("").attributes([
                        Attribute::string("type").optional().requires_replace(),
                        Attribute::number("weight").optional(),
                    ]),
                ),
            ])
    }

    /// An object of the schema with some attributes set.
    fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        let Type::Object(all) = schema().value_type() else { unreachable!("a schema is an object") };
        let mut value = Value::object(all.keys().map(|name| (name.as_str(), Value::Null)));
        schema().normalize(&mut value);
        for (name, attribute) in attributes {
            value.set(name, attribute);
        }
        value
    }

    fn prior() -> Value {
        object([
            ("id", "f-1".into()),
            ("status", "ok".into()),
            ("zone_id", "a".into()),
            ("name", "web".into()),
            ("policy", "keep".into()),
            ("groups", Value::list(["x", "y"])),
            ("image", Value::list([Value::object([("image_id", "i-1")])])),
            ("config", Value::list([Value::object([("type", Value::from("t")), ("weight", 1.into())])])),
        ])
    }

    /// The configuration of [`prior`].
    fn config() -> Value {
        let mut config = prior();
        for computed in ["id", "status", "zone_id", "policy"] {
            config.set(computed, Value::Null);
        }
        config
    }

    fn paths(planned: &Planned) -> Vec<String> {
        planned.requires_replace.iter().map(ToString::to_string).collect()
    }

    /// Plans a change of one attribute, in the configuration and so in the proposal.
    fn change(name: &str, value: impl Into<Value>) -> Planned {
        let (mut config, mut proposed, value) = (config(), prior(), value.into());
        config.set(name, value.clone());
        proposed.set(name, value);
        plan(&schema(), &prior(), proposed, &config)
    }

    #[test]
    fn a_creation_has_defaults_and_unknowns_and_no_secrets() {
        let config = object([("secret", "s".into()), ("name", "web".into())]);
        let planned = plan(&schema(), &Value::Null, config.clone(), &config);
        let expected = object([
            ("id", Value::Unknown),
            ("status", Value::Unknown),
            ("zone_id", Value::Unknown),
            ("name", "web".into()),
            ("policy", "keep".into()),
        ]);
        assert_eq!(planned, Planned { state: expected, requires_replace: vec![] });
    }

    #[test]
    fn an_unchanged_configuration_plans_the_prior_state() {
        let mut proposed = prior();
        proposed.set("groups", Value::list(["y", "x"]));
        proposed.set("secret", "s");
        let planned = plan(&schema(), &prior(), proposed, &config());
        assert_eq!(planned, Planned { state: prior(), requires_replace: vec![] });
    }

    #[test]
    fn an_update_marks_computed_values_unknown_unless_they_are_kept() {
        let planned = change("name", "api");
        assert_eq!(planned.state.get("id"), &Value::from("f-1"));
        assert_eq!(planned.state.get("zone_id"), &Value::from("a"));
        assert_eq!(planned.state.get("status"), &Value::Unknown);
        assert_eq!(planned.state.get("policy"), &Value::from("keep"));
        assert!(planned.requires_replace.is_empty());
    }

    #[test]
    fn changes_that_replace_are_reported() {
        assert_eq!(paths(&change("kind", "other")), ["kind"]);
        assert_eq!(paths(&change("zone_id", "b")), ["zone_id"]);
        assert_eq!(paths(&change("kind", Value::Unknown)), ["kind"]);
        assert_eq!(paths(&change("image", Value::list([Value::object([("image_id", "i-2")])]))), ["image"]);
        let two = ["t", "u"].map(|t| Value::object([("type", Value::from(t)), ("weight", 1.into())]));
        assert_eq!(paths(&change("config", Value::list(two))), ["config[1].type"]);
        let heavier = Value::object([("type", Value::from("t")), ("weight", 2.into())]);
        assert!(paths(&change("config", Value::list([heavier]))).is_empty());
    }

    #[test]
    fn computed_values_inside_configured_objects_are_unknown() {
        let disk = |device: Value| Value::object([("size", Value::from(1)), ("device", device)]);
        let planned = change("disks", Value::list([disk(Value::Null), disk("sda".into())]));
        assert_eq!(planned.state.get("disks").element(0).get("device"), &Value::Unknown);
        assert_eq!(planned.state.get("disks").element(1).get("device"), &Value::from("sda"));
    }

    #[test]
    fn a_deletion_plans_nothing() {
        assert_eq!(plan(&schema(), &prior(), Value::Null, &Value::Null), Planned::default());
    }

    #[test]
    fn a_configured_value_beats_the_default_even_if_unknown() {
        let config = object([("policy", Value::Unknown)]);
        assert_eq!(plan(&schema(), &Value::Null, config.clone(), &config).state.get("policy"), &Value::Unknown);
    }
}
