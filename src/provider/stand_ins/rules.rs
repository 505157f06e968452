//! What a scenario says about stand-ins, checked against their schemas.

use super::StandIns;
use crate::base::nearest::{did_you_mean_sentence, nearest_similar};
use crate::market::scenario::{FaultTarget, Scenario};
use crate::tf::codec::json;
use crate::tf::schema::Mode;
use crate::tf::{Diagnostics, Path, Schema, SchemaKind, Type};

const KINDS: [SchemaKind; 2] = [SchemaKind::Resource, SchemaKind::DataSource];

/// Reports what the scenario says about types that do not stand in, and values that do not fit. `path` leads to the
/// scenario, if it stands in the provider block.
pub(crate) fn check(stand_ins: Option<&StandIns>, scenario: &Scenario, path: &Path, diagnostics: &mut Diagnostics) {
    let mut report = |detail: String| diagnostics.error_at(path.clone(), "Invalid Scenario", detail);
    for (type_name, rule) in &scenario.stand_ins {
        let place = format!("stand_ins.{type_name}");
        match schemas(stand_ins, type_name) {
            Err(problem) => report(format!("{place}: {problem}")),
            Ok(schemas) => {
                let mistakes = schemas.iter().map(|schema| {
                    let values = rule.values.iter().flat_map(|(name, value)| value_mistakes(schema, name, value));
                    values
                        .chain(rule.replace.iter().filter_map(|name| replace_mistake(schema, name)))
                        .collect::<Vec<_>>()
                });
                // A name may be that of a resource and of a data source; the rule is about either.
                if let Some(least) = mistakes.min_by_key(Vec::len) {
                    for mistake in least {
                        report(format!("{place}{mistake}"));
                    }
                }
            }
        }
    }
    for (index, fault) in scenario.faults.iter().enumerate() {
        if let FaultTarget::StandIn(type_name) = &fault.operation
            && let Err(problem) = schemas(stand_ins, type_name)
        {
            report(format!("faults[{index}].operation: {problem}"));
        }
    }
}

/// The schemas of a name, or why it has none.
fn schemas(stand_ins: Option<&StandIns>, type_name: &str) -> Result<Vec<Schema>, String> {
    const INSTALL: &str = "Install the provider with `install --as NAMESPACE/NAME --schema FILE`, or name a schema in \
                           SIMCLOUD_SCHEMA.";
    let Some(stand_ins) = stand_ins else { return Err(format!("there are no stand-ins. {INSTALL}")) };
    if KINDS.iter().any(|kind| stand_ins.is_offered(*kind, type_name)) {
        return Err(format!("`{type_name}` is simulated and no stand-in; `faults` takes the names of its operations."));
    }
    let mut found = Vec::new();
    for kind in KINDS {
        found.extend(stand_ins.schema(kind, type_name)?);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let mut names = std::collections::BTreeSet::new();
    for kind in KINDS {
        names.extend(stand_ins.known_names(kind)?);
    }
    if names.is_empty() {
        return Err(format!("there are no stand-ins. {INSTALL}"));
    }
    let hint = did_you_mean_sentence(nearest_similar(type_name, names.into_iter().map(String::as_str)));
    Err(format!("no stand-in has the type `{type_name}`.{hint}"))
}

fn value_mistakes(schema: &Schema, name: &str, value: &serde_json::Value) -> Vec<String> {
    let Some(attribute) = schema.block.attribute(name) else {
        let names = schema.block.attributes.iter().map(|attribute| &*attribute.name);
        let hint = did_you_mean_sentence(nearest_similar(name, names));
        return vec![format!(": the type has no attribute `{name}`.{hint}")];
    };
    let path = format!(".{name}");
    if matches!(attribute.mode, Mode::Required | Mode::Optional) {
        return vec![format!("{path}: only a configuration sets it; it is not computed.")];
    }
    let value_type = attribute.value_type();
    if let Err(error) = json::decode(value, &value_type) {
        return vec![format!("{path}: it must be a {value_type}: {error}.")];
    }
    let mut mistakes = Vec::new();
    find_unknown_members(&value_type, value, &path, &mut mistakes);
    mistakes
}

/// Reports members of objects that their type does not have; `path` leads to the value.
fn find_unknown_members(value_type: &Type, value: &serde_json::Value, path: &str, mistakes: &mut Vec<String>) {
    match (value_type, value) {
        (Type::List(inner) | Type::Set(inner), serde_json::Value::Array(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                find_unknown_members(inner, element, &format!("{path}[{index}]"), mistakes);
            }
        }
        (Type::Tuple(types), serde_json::Value::Array(elements)) => {
            for (index, (inner, element)) in types.iter().zip(elements).enumerate() {
                find_unknown_members(inner, element, &format!("{path}[{index}]"), mistakes);
            }
        }
        (Type::Map(inner), serde_json::Value::Object(elements)) => {
            for (key, element) in elements {
                find_unknown_members(inner, element, &format!("{path}[{key:?}]"), mistakes);
            }
        }
        (Type::Object(types), serde_json::Value::Object(members)) => {
            for (name, member) in members {
                if let Some(inner) = types.get(name) {
                    find_unknown_members(inner, member, &format!("{path}.{name}"), mistakes);
                } else {
                    let hint = did_you_mean_sentence(nearest_similar(name, types.keys().map(|name| &**name)));
                    mistakes.push(format!("{path}: it has no attribute `{name}`, which is set to {member}.{hint}"));
                }
            }
        }
        _ => {}
    }
}

fn replace_mistake(schema: &Schema, name: &str) -> Option<String> {
    if schema.block.attribute(name).is_some() || schema.block.nested_block(name).is_some() {
        return None;
    }
    let attributes = schema.block.attributes.iter().map(|attribute| &*attribute.name);
    let names = attributes.chain(schema.block.blocks.iter().map(|block| &*block.name));
    let hint = did_you_mean_sentence(nearest_similar(name, names));
    Some(format!(".replace: the type has no argument `{name}`.{hint}"))
}
