//! Plans `""` as an absent value where the provider chooses the value of an absent argument.
//!
//! The real provider's SDK does so: an optional and computed text that is configured as `""` gets the value that the
//! service chose, and keeps it. Terraform accepts such a plan only from a provider that declares the legacy type system.

use super::path::Path;
use super::schema::{Attribute, AttributeKind, Block, Mode, Nesting};
use super::types::Type;
use super::value::Value;

/// Makes every `""` of a configuration null that stands for the provider's choice. Returns the paths.
///
/// An element of a set keeps its `""`: it has no path, and no counterpart in the proposed state.
pub fn remove(block: &Block, config: &mut Value) -> Vec<Path> {
    let mut paths = Vec::new();
    remove_from_block(block, config, &Path::default(), &mut paths);
    paths
}

/// Proposes the prior values at the paths that [`remove`] returned; null in a creation.
pub fn keep_prior(paths: &[Path], prior: &Value, proposed: &mut Value) {
    for path in paths {
        if let Some(value) = proposed.at_mut(path) {
            *value = prior.at(path).clone();
        }
    }
}

fn remove_from_block(block: &Block, config: &mut Value, path: &Path, paths: &mut Vec<Path>) {
    remove_from_attributes(&block.attributes, config, path, paths);
    for nested in &block.blocks {
        let path = path.clone().attribute(&*nested.name);
        if let Some(value) = config.at_mut(&Path::root(&*nested.name)) {
            for_each_object(nested.nesting, value, &path, &mut |object, path| {
                remove_from_block(&nested.block, object, path, paths);
            });
        }
    }
}

fn remove_from_attributes(attributes: &[Attribute], config: &mut Value, path: &Path, paths: &mut Vec<Path>) {
    for attribute in attributes {
        let Some(value) = config.at_mut(&Path::root(&*attribute.name)) else { continue };
        match &attribute.kind {
            AttributeKind::Plain(Type::String) if is_chosen_if_absent(attribute) && value.as_str() == Some("") => {
                *value = Value::Null;
                paths.push(path.clone().attribute(&*attribute.name));
            }
            AttributeKind::Plain(_) => {}
            AttributeKind::Nested(nesting, inner) => {
                let path = path.clone().attribute(&*attribute.name);
                for_each_object(*nesting, value, &path, &mut |object, path| {
                    remove_from_attributes(inner, object, path, paths);
                });
            }
        }
    }
}

fn is_chosen_if_absent(attribute: &Attribute) -> bool {
    attribute.mode == Mode::OptionalComputed && attribute.default.is_none()
}

fn for_each_object(nesting: Nesting, value: &mut Value, path: &Path, visit: &mut dyn FnMut(&mut Value, &Path)) {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, object) => visit(object, path),
        (Nesting::List, Value::List(objects)) => {
            for (index, object) in objects.iter_mut().enumerate() {
                visit(object, &path.clone().index(index));
            }
        }
        (Nesting::Map, Value::Map(objects)) => {
            for (key, object) in objects {
                visit(object, &path.clone().key(key));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::schema::NestedBlock;

    fn block() -> Block {
        let arguments = || {
            [
                Attribute::string("zone_id").optional().computed(),
                Attribute::string("policy").default("keep"),
                Attribute::string("note").optional(),
                Attribute::string("name"),
            ]
        };
        let inner = || Block::new("").attributes(arguments());
        Block::new("").attributes(arguments()).attributes([Attribute::nested_map("pools", arguments())]).blocks([
            NestedBlock::list("disk", inner()),
            NestedBlock::set("rule", inner()),
            NestedBlock::single("network", inner()),
        ])
    }

    fn with_empty_texts(zone_id: impl Into<Value>) -> Value {
        let [note, policy, name] = ["note", "policy", "name"].map(|name| (name, Value::from("")));
        Value::object([("zone_id", zone_id.into()), note, policy, name])
    }

    /// A configuration or a state with these zones: of the object itself, of two disks, of a map's pool and of a network.
    fn with_zones([own, first, second, pool, network]: [Value; 5]) -> Value {
        let mut object = with_empty_texts(own);
        object.set("disk", Value::list([with_empty_texts(first), with_empty_texts(second)]));
        object.set("rule", Value::list([with_empty_texts("")]));
        object.set("pools", Value::object([("a", with_empty_texts(pool))]));
        object.set("network", with_empty_texts(network));
        object
    }

    #[test]
    fn only_what_the_provider_chooses_is_removed_and_sets_stay() {
        let mut config = with_zones(["".into(), "".into(), "b".into(), "".into(), "".into()]);
        let paths = remove(&block(), &mut config);
        let names: Vec<String> = paths.iter().map(Path::to_string).collect();
        assert_eq!(names, ["zone_id", "pools[\"a\"].zone_id", "disk[0].zone_id", "network.zone_id"]);
        assert_eq!(config, with_zones([Value::Null, Value::Null, "b".into(), Value::Null, Value::Null]));

        let prior = with_zones(["p".into(), "q".into(), "r".into(), "s".into(), "t".into()]);
        let proposed = || with_zones(["".into(), "".into(), "b".into(), "".into(), "".into()]);
        let mut updated = proposed();
        keep_prior(&paths, &prior, &mut updated);
        assert_eq!(updated, with_zones(["p".into(), "q".into(), "b".into(), "s".into(), "t".into()]));
        let mut created = proposed();
        keep_prior(&paths, &Value::Null, &mut created);
        assert_eq!(created, config);
    }

    #[test]
    fn unknown_and_absent_objects_have_none() {
        for config in [Value::Null, Value::Unknown, Value::object([("disk", Value::Unknown), ("network", Value::Null)])]
        {
            let mut changed = config.clone();
            assert_eq!(remove(&block(), &mut changed), []);
            assert_eq!(changed, config);
        }
    }
}
