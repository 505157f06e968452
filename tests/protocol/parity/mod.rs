//! Every offered type that the real provider has too, held against that provider's schema: names, types, flags, nesting.
//!
//! `alicloud.txt` has the facts about the real provider. Whatever differs stands in `differences.txt`, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use simcloud::base::wildcard::matches_wildcard;
use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::plugin::proto::tfplugin6::schema::nested_block::NestingMode as BlockNesting;
use simcloud::plugin::proto::tfplugin6::schema::object::NestingMode;
use simcloud::provider::{Settings, SimcloudProvider};

use crate::client::Client;

/// What the real provider does not have.
const ONLY_HERE: &[&str] = &[
    "resource run_instances",
    "resource world_change",
    "data available_resources",
    "data instance_forecast",
    "data instance_metadata",
    "data costs",
    "data launch_forecast",
    "data launch_outlook",
    "data spot_price_history",
];

/// The facts about one type, by the path of the attribute or block.
type Facts = BTreeMap<String, String>;

/// Released arguments of the real provider were missing, and some of its texts were numbers here.
#[tokio::test]
async fn the_schemas_are_the_real_providers_except_where_a_reason_is_given() {
    let real = sections(include_str!("alicloud.txt"));
    let listed = sections(include_str!("differences.txt"));
    let patterns: BTreeSet<&str> = listed.values().flatten().map(String::as_str).collect();
    let mut used = BTreeSet::new();
    let mut unlisted = Vec::new();
    for name in ["alicloud", "simcloud"] {
        for (type_name, ours) in offered(name).await {
            let Some(theirs) = real.get(&type_name) else {
                assert!(ONLY_HERE.contains(&type_name.as_str()), "{type_name} is in neither list");
                continue;
            };
            for difference in differences(&type_name, &ours, &facts(theirs)) {
                let matching = patterns.iter().filter(|pattern| matches_wildcard(&difference, pattern));
                let matching: Vec<&str> = matching.copied().collect();
                if matching.is_empty() {
                    unlisted.push(difference);
                }
                used.extend(matching);
            }
        }
    }
    unlisted.sort();
    unlisted.dedup();
    assert!(unlisted.is_empty(), "mend these, or list them with a reason:\n{}", unlisted.join("\n"));
    let idle: Vec<&&str> = patterns.iter().filter(|pattern| !used.contains(**pattern)).collect();
    assert!(idle.is_empty(), "these are listed, but nothing differs so: {idle:#?}");
}

/// The facts about every type that is offered under a name. The provider block is compared under the real one's name.
async fn offered(name: &str) -> BTreeMap<String, Facts> {
    let provider = std::sync::Arc::new(SimcloudProvider::new(name, Settings::default()));
    let schemas = Client::in_process(provider).await.schemas;
    let of = |kind: &str, schemas: BTreeMap<String, proto::Schema>| {
        let named = schemas.into_iter().map(|(full, schema)| {
            let short = full.split_once('_').unwrap().1;
            (format!("{kind} {short}"), facts_of(&schema))
        });
        named.collect::<Vec<_>>()
    };
    let mut offered: BTreeMap<String, Facts> = of("resource", schemas.resource_schemas.into_iter().collect())
        .into_iter()
        .chain(of("data", schemas.data_source_schemas.into_iter().collect()))
        .collect();
    if name == "alicloud" {
        offered.insert("provider block".to_owned(), facts_of(&schemas.provider.unwrap()));
    }
    offered
}

/// Lines by the line without indentation that stands above them.
fn sections(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut title = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("  ") {
            Some(inside) => sections.entry(title.clone()).or_default().push(inside.trim().to_owned()),
            None => line.clone_into(&mut title),
        }
    }
    sections
}

fn facts(lines: &[String]) -> Facts {
    let pairs = lines.iter().map(|line| line.split_once(": ").expect("a path and a fact"));
    pairs.map(|(path, fact)| (path.to_owned(), fact.to_owned())).collect()
}

/// `resource vpc cidr_block: HERE instead of THERE`
fn differences(type_name: &str, ours: &Facts, theirs: &Facts) -> Vec<String> {
    let nothing = "nothing".to_owned();
    let paths: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let fact = |of: &Facts, path: &String| of.get(path).unwrap_or(&nothing).clone();
    let differing = paths.into_iter().filter(|path| ours.get(*path) != theirs.get(*path));
    differing
        .map(|path| format!("{type_name} {path}: {} instead of {}", fact(ours, path), fact(theirs, path)))
        .collect()
}

fn facts_of(schema: &proto::Schema) -> Facts {
    let mut facts = Facts::new();
    collect(schema.block.as_ref().unwrap(), "", &mut facts);
    facts
}

fn collect(block: &proto::schema::Block, prefix: &str, facts: &mut Facts) {
    for attribute in &block.attributes {
        let flags = [
            (attribute.required, "required"),
            (attribute.optional, "optional"),
            (attribute.computed, "computed"),
            (attribute.sensitive, "sensitive"),
            (attribute.deprecated, "deprecated"),
        ];
        let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.to_owned());
        let fact: Vec<String> = std::iter::once(value_type(attribute)).chain(flags).collect();
        facts.insert(format!("{prefix}{}", attribute.name), fact.join(", "));
    }
    for nested in &block.block_types {
        let nesting = match nested.nesting() {
            BlockNesting::Single => "single",
            BlockNesting::List => "list",
            BlockNesting::Set => "set",
            other => panic!("no block is {other:?}"),
        };
        let most = if nested.max_items == 0 { "any".to_owned() } else { nested.max_items.to_string() };
        let path = format!("{prefix}{}", nested.type_name);
        facts.insert(path.clone(), format!("block {nesting}, {} to {most}", nested.min_items));
        collect(nested.block.as_ref().unwrap(), &format!("{path}."), facts);
    }
}

fn value_type(attribute: &proto::schema::Attribute) -> String {
    match &attribute.nested_type {
        None => type_text(&serde_json::from_slice(&attribute.r#type).unwrap()),
        Some(object) => {
            let members = object.attributes.iter().map(|inner| (inner.name.clone(), value_type(inner)));
            let inside = object_text(members.collect());
            match object.nesting() {
                NestingMode::Single => format!("nested {inside}"),
                NestingMode::List => format!("nested list({inside})"),
                other => panic!("no attribute is {other:?}"),
            }
        }
    }
}

fn type_text(of: &Json) -> String {
    match of {
        Json::String(name) => name.clone(),
        Json::Array(parts) if parts[0] == "object" => {
            let members = parts[1].as_object().unwrap().iter();
            object_text(members.map(|(name, inner)| (name.clone(), type_text(inner))).collect())
        }
        Json::Array(parts) => format!("{}({})", parts[0].as_str().unwrap(), type_text(&parts[1])),
        other => panic!("{other} is no type"),
    }
}

fn object_text(members: BTreeMap<String, String>) -> String {
    let members: Vec<String> = members.into_iter().map(|(name, inner)| format!("{name}: {inner}")).collect();
    format!("{{ {} }}", members.join(", "))
}
