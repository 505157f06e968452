//! Stand-ins: types of a schema file that the provider does not simulate (W12).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use simcloud::provider::{Setting, Settings, SimcloudProvider};
use simcloud::schemas::{FILE_NAME, LocatedSchemas, SchemaFile};
use simcloud::tf::{Provider as _, SchemaKind, Type, Value};
use tempfile::TempDir;

use crate::client::{Client, Planned, Stored, block_type, completed};

const ADDRESS: &str = "registry.terraform.io/aliyun/alicloud";
const EVERYTHING: &str = "alicloud_made_everything";

/// Every kind of attribute, each required, optional, computed, and both. The CLIs allow neither dynamic nor write-only
/// attributes in sets, and no dynamic ones in maps of blocks.
fn attributes_of_every_kind(is_in_set: bool) -> Json {
    let types = [
        ("text", json!("string")),
        ("number", json!("number")),
        ("truth", json!("bool")),
        ("anything", json!("dynamic")),
        ("texts", json!(["list", "string"])),
        ("numbers", json!(["set", "number"])),
        ("tags", json!(["map", "string"])),
        ("object", json!(["object", { "id": "string", "port": "number", "zones": ["list", "string"] }])),
        ("objects", json!(["list", ["object", { "status": "string", "inner": ["map", ["set", "bool"]] }]])),
        ("pair", json!(["tuple", ["string", "number"]])),
    ];
    let mut attributes = serde_json::Map::new();
    for (name, kind) in types {
        let flags = [
            ("required", json!({ "required": true })),
            ("optional", json!({ "optional": true })),
            ("chosen", json!({ "optional": true, "computed": true })),
            ("computed", json!({ "computed": true })),
            ("secret", json!({ "optional": true, "sensitive": true })),
            ("hidden", json!({ "optional": true, "write_only": true })),
        ];
        for (flag, mut attribute) in flags {
            if is_in_set && (name == "anything" || flag == "hidden") {
                continue;
            }
            attribute["type"] = kind.clone();
            attributes.insert(format!("{name}_{flag}"), attribute);
        }
    }
    Json::Object(attributes)
}

fn everything() -> Json {
    let is_set = |nesting: &str| ["set", "map"].contains(&nesting);
    let mut attributes = attributes_of_every_kind(false);
    attributes["id"] = json!({ "type": "string", "optional": true, "computed": true });
    attributes["old"] = json!({ "type": "string", "optional": true, "deprecated": true });
    for nesting in ["single", "list", "set", "map"] {
        for (flag, mut attribute) in [("given", json!({ "optional": true })), ("made", json!({ "computed": true }))] {
            attribute["nested_type"] =
                json!({ "nesting_mode": nesting, "attributes": attributes_of_every_kind(is_set(nesting)) });
            attributes[format!("{nesting}_{flag}")] = attribute;
        }
    }
    let mut blocks = serde_json::Map::new();
    for nesting in ["single", "group", "list", "set", "map"] {
        let block = json!({ "attributes": attributes_of_every_kind(is_set(nesting)) });
        let inner = json!({ "nesting_mode": "list", "block": block });
        let outer =
            json!({ "attributes": attributes_of_every_kind(is_set(nesting)), "block_types": { "inner": inner } });
        blocks.insert(format!("in_{nesting}"), json!({ "nesting_mode": nesting, "block": outer }));
    }
    blocks.insert("zone_mappings".to_owned(), zone_mappings(2));
    json!({ "version": 3, "block": { "attributes": attributes, "block_types": blocks } })
}

/// A set of blocks as load balancers have it: most of it is computed, sets among it. In it are lists and sets of the same.
fn zone_mappings(depth: usize) -> Json {
    let flags = |value_type: Json, flags: &[&str]| {
        let mut attribute = json!({ "type": value_type });
        for flag in flags {
            attribute[*flag] = true.into();
        }
        attribute
    };
    let made = ["optional", "computed"];
    let block = json!({
        "attributes": {
            "vswitch_id": flags(json!("string"), &["required"]),
            "allocation_id": flags(json!("string"), &made),
            "ipv4_local_addresses": flags(json!(["set", "string"]), &made),
            "ipv6_local_addresses": flags(json!(["set", "string"]), &["computed"]),
        },
        "block_types": if depth == 0 { json!({}) } else { json!({
            "listed": { "nesting_mode": "list", "block": zone_mappings(depth - 1)["block"] },
            "set": zone_mappings(depth - 1),
        }) },
    });
    json!({ "nesting_mode": "set", "block": block })
}

/// What a CLI prints of a provider with this number of types more than the one with everything.
fn printed(types: usize) -> Json {
    let many = |number: usize| {
        let attributes = (0..20).map(|index| {
            (format!("argument_{index}"), json!({ "type": "string", "optional": true, "computed": index % 2 == 0 }))
        });
        let id = ("id".to_owned(), json!({ "type": "string", "optional": true, "computed": true }));
        let attributes: serde_json::Map<String, Json> = attributes.chain([id]).collect();
        (format!("alicloud_made_{number}"), json!({ "version": 0, "block": { "attributes": attributes } }))
    };
    let mut resources: serde_json::Map<String, Json> = (0..types).map(many).collect();
    // The provider offers this one itself.
    resources.insert("alicloud_vpc".to_owned(), many(0).1);
    resources.insert(EVERYTHING.to_owned(), everything());
    let source = json!({ "version": 0, "block": { "attributes": {
        "engine": { "type": "string", "optional": true },
        "id": { "type": "string", "computed": true },
        "ids": { "type": ["list", "string"], "computed": true },
        "master_zones": { "type": ["list", "string"], "computed": true },
        "zones": { "type": ["list", ["object", { "id": "string", "multi_zone_ids": ["list", "string"] }]], "computed": true },
    } } });
    json!({ "format_version": "1.0", "provider_schemas": {
        "registry.terraform.io/hashicorp/random": { "resource_schemas": { "random_id": { "version": 0, "block": {} } } },
        ADDRESS: {
            "provider": { "version": 0, "block": {} },
            "resource_schemas": resources,
            "data_source_schemas": { "alicloud_made_zones": source },
        },
    } })
}

/// A world, and schemas for it.
struct Sandbox {
    directory: TempDir,
    schema: PathBuf,
}

impl Sandbox {
    fn new(printed: &Json) -> Self {
        Self::of_bytes(printed.to_string().as_bytes())
    }

    fn of_bytes(schemas: &[u8]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let schema = directory.path().join("schema.json");
        std::fs::write(&schema, schemas).unwrap();
        Self { directory, schema }
    }

    fn settings(&self, scenario: &Json) -> Settings {
        let set = |name, path: &Path| Some(Setting { name, value: path.display().to_string() });
        let file = self.directory.path().join("scenario.json");
        std::fs::write(&file, scenario.to_string()).unwrap();
        Settings {
            world: set("SIMCLOUD_WORLD", &self.directory.path().join("world.db")),
            scenario: set("SIMCLOUD_SCENARIO", &file),
            default_region: "cn-beijing",
            ..Settings::default()
        }
    }

    fn provider(&self, scenario: &Json) -> SimcloudProvider {
        let schemas = LocatedSchemas::new(Some(self.schema.clone()), None, "alicloud");
        SimcloudProvider::new("alicloud", self.settings(scenario)).with_stand_ins(Arc::new(schemas))
    }

    async fn client(&self) -> Client {
        self.client_in(&Json::Null).await
    }

    async fn client_in(&self, scenario: &Json) -> Client {
        let mut client = Client::in_process(Arc::new(self.provider(scenario))).await;
        let said = client.configure(Value::object::<&str, Value>([])).await;
        assert_eq!(said, []);
        client
    }
}

/// All schemas arrive as the file has them; a type that the provider offers itself stays its own.
#[tokio::test]
async fn the_schemas_of_a_file_are_offered_beside_the_own_ones() {
    let sandbox = Sandbox::new(&printed(1_000));
    let client = sandbox.client().await;
    let own = SimcloudProvider::new("alicloud", Settings::default()).resources();
    let offered: BTreeSet<&String> = client.schemas.resource_schemas.keys().collect();
    assert_eq!(offered.len(), own.len() + 1_001);
    let attributes = |name: &str| {
        let block = client.schemas.resource_schemas[name].block.clone().unwrap();
        block.attributes.into_iter().map(|attribute| attribute.name).collect::<BTreeSet<_>>()
    };
    assert!(attributes("alicloud_vpc").contains("cidr_block"));
    assert!(attributes("alicloud_made_999").contains("argument_19"));
    assert!(client.schemas.data_source_schemas.contains_key("alicloud_made_zones"));
    assert_same(&everything()["block"], client.schemas.resource_schemas[EVERYTHING].block.as_ref().unwrap(), "");
    assert_eq!(client.schemas.resource_schemas[EVERYTHING].version, 3);
}

/// The real provider's schema, where it lies beside the repository.
#[tokio::test]
async fn the_real_providers_schemas_are_offered_as_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places =
        ["../shared/schemas", "../../shared/schemas"].map(|place| root.join(place).join("alicloud-small.json"));
    let Some(file) = places.iter().find(|file| file.exists()) else {
        println!("skipped: there is no real provider's schema beside the repository");
        return;
    };
    let real: Json = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let sandbox = Sandbox::new(&real);
    let client = sandbox.client().await;
    let own = SimcloudProvider::new("alicloud", Settings::default());
    let (resources, sources) = (own.resources(), own.data_sources());
    let of = |kind: &str| real["provider_schemas"][ADDRESS][kind].as_object().unwrap().clone();
    let mut compared = 0;
    for (name, schema) in of("resource_schemas").into_iter().filter(|(name, _)| !resources.contains_key(name)) {
        assert_same(&schema["block"], client.schemas.resource_schemas[&name].block.as_ref().unwrap(), &name);
        compared += 1;
    }
    for (name, schema) in of("data_source_schemas").into_iter().filter(|(name, _)| !sources.contains_key(name)) {
        assert_same(&schema["block"], client.schemas.data_source_schemas[&name].block.as_ref().unwrap(), &name);
        compared += 1;
    }
    assert!(compared > 10, "{compared}");
}

/// Names, types, flags and nesting of a block, as the JSON and as the protocol have them.
fn assert_same(json: &Json, block: &simcloud::plugin::proto::tfplugin6::schema::Block, at: &str) {
    let no_members = serde_json::Map::new();
    let attributes = json["attributes"].as_object().unwrap_or(&no_members);
    assert_eq!(attributes.len(), block.attributes.len(), "{at}");
    for attribute in &block.attributes {
        let (json, at) = (&attributes[&attribute.name], format!("{at}.{}", attribute.name));
        let flag = |name: &str| json[name].as_bool().unwrap_or_default();
        let flags = ["required", "optional", "computed", "sensitive", "write_only", "deprecated"].map(flag);
        let sent = [
            attribute.required,
            attribute.optional,
            attribute.computed,
            attribute.sensitive,
            attribute.write_only,
            attribute.deprecated,
        ];
        assert_eq!(flags, sent, "{at}");
        match &attribute.nested_type {
            None => assert_eq!(json["type"], serde_json::from_slice::<Json>(&attribute.r#type).unwrap(), "{at}"),
            Some(nested) => {
                let json = &json["nested_type"];
                assert_eq!(json["nesting_mode"], nested.nesting().as_str_name().to_lowercase(), "{at}");
                let inside = simcloud::plugin::proto::tfplugin6::schema::Block {
                    attributes: nested.attributes.clone(),
                    ..Default::default()
                };
                assert_same(json, &inside, &at);
            }
        }
    }
    let blocks = json["block_types"].as_object().unwrap_or(&no_members);
    assert_eq!(blocks.len(), block.block_types.len(), "{at}");
    for nested in &block.block_types {
        let (json, at) = (&blocks[&nested.type_name], format!("{at}.{}", nested.type_name));
        assert_eq!(json["nesting_mode"], nested.nesting().as_str_name().to_lowercase(), "{at}");
        let bound = |name: &str| json[name].as_i64().unwrap_or_default();
        assert_eq!((bound("min_items"), bound("max_items")), (nested.min_items, nested.max_items), "{at}");
        assert_same(&json["block"], nested.block.as_ref().unwrap(), &at);
    }
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn value_of(value_type: &Type, numbers: &mut Numbers) -> Value {
    let count = numbers.below(3);
    match value_type {
        Type::Bool => (numbers.below(2) == 0).into(),
        Type::Number => i64::try_from(numbers.below(5)).unwrap().into(),
        Type::String => ["", "one", "two", "é"][usize::try_from(numbers.below(4)).unwrap()].into(),
        Type::Dynamic => {
            let inner = [Type::String, Type::list(Type::Number), Type::Bool][usize::try_from(count).unwrap()].clone();
            Value::Typed(Box::new(inner.clone()), Box::new(value_of(&inner, numbers)))
        }
        Type::List(inner) => Value::list((0..count).map(|_| value_of(inner, numbers)).collect::<Vec<_>>()),
        Type::Set(inner) => {
            let elements: BTreeSet<Value> = (0..count).map(|_| value_of(inner, numbers)).collect();
            Value::list(elements)
        }
        Type::Map(inner) => Value::object((0..count).map(|key| (format!("k{key}"), value_of(inner, numbers)))),
        Type::Tuple(types) => Value::list(types.iter().map(|inner| value_of(inner, numbers)).collect::<Vec<_>>()),
        Type::Object(members) => {
            Value::object(members.iter().map(|(name, inner)| (name, value_of(inner, numbers))).collect::<Vec<_>>())
        }
    }
}

/// A configuration, and the same with some arguments unknown.
fn configuration(json: &Json, numbers: &mut Numbers) -> [Value; 2] {
    let mut both = [Value::object::<&str, Value>([]), Value::object::<&str, Value>([])];
    let mut set = |name: &str, known: Value, unknown: Value| {
        both[0].set(name, known);
        both[1].set(name, unknown);
    };
    for (name, attribute) in json["attributes"].as_object().unwrap() {
        let flag = |flag: &str| attribute[flag].as_bool().unwrap_or_default();
        let is_set = flag("required") || ((flag("optional")) && numbers.below(2) == 0 && name != "id");
        let [known, unknown] = if !is_set {
            [Value::Null, Value::Null]
        } else if attribute["nested_type"].is_object() {
            nested(&attribute["nested_type"], numbers, &|inside, numbers| configuration(inside, numbers))
        } else {
            let known = value_of(&Type::from_json(attribute["type"].to_string().as_bytes()).unwrap(), numbers);
            [known.clone(), if numbers.below(4) == 0 { Value::Unknown } else { known }]
        };
        set(name, known, unknown);
    }
    for (name, block) in json["block_types"].as_object().into_iter().flatten() {
        let [known, unknown] = nested(block, numbers, &|block, numbers| configuration(&block["block"], numbers));
        set(name, known, unknown);
    }
    both
}

fn nested(json: &Json, numbers: &mut Numbers, inside: &dyn Fn(&Json, &mut Numbers) -> [Value; 2]) -> [Value; 2] {
    let count = numbers.below(3);
    match json["nesting_mode"].as_str().unwrap() {
        "single" if count == 0 => [Value::Null, Value::Null],
        "single" | "group" => inside(json, numbers),
        "map" => {
            let objects: Vec<_> = (0..count).map(|_| inside(json, numbers)).collect();
            let of = |which: usize| {
                Value::object(objects.iter().enumerate().map(|(at, both)| (format!("k{at}"), both[which].clone())))
            };
            [of(0), of(1)]
        }
        _ => {
            let objects: Vec<_> = (0..count).map(|_| inside(json, numbers)).collect();
            let of = |which: usize| Value::list(objects.iter().map(|both| both[which].clone()).collect::<Vec<_>>());
            [of(0), of(1)]
        }
    }
}

/// Whether an actual value may stand where a planned one was shown; the first difference.
fn difference(planned: &Value, actual: &Value, at: &str) -> Option<String> {
    match (planned, actual) {
        (Value::Unknown, _) => None,
        (Value::Map(members), Value::Map(others)) if members.len() == others.len() => {
            members.iter().find_map(|(name, planned)| difference(planned, actual.get(name), &format!("{at}.{name}")))
        }
        (Value::List(elements), Value::List(others)) if elements.len() == others.len() => {
            let mut pairs = elements.iter().zip(others).enumerate();
            pairs.find_map(|(index, (one, other))| difference(one, other, &format!("{at}[{index}]")))
        }
        _ if planned == actual => None,
        _ => Some(format!("{at} was {planned}, but is {actual}")),
    }
}

/// Whether a plan may be made of a configuration: what is configured stays, but for `""` of an optional and computed text in
/// a plan of the legacy type system, and what is not computed is absent.
fn fault(json: &Json, config: &Value, plan: &Planned) -> Option<String> {
    for (name, attribute) in json["attributes"].as_object().unwrap() {
        let (config, planned, at) = (config.get(name), plan.state.get(name), format!(".{name}"));
        let is_computed = attribute["computed"].as_bool().unwrap_or_default();
        let is_write_only = attribute["write_only"].as_bool().unwrap_or_default();
        let is_nested = attribute["nested_type"].is_object();
        if (is_write_only || (config.is_null() && !is_computed)) != planned.is_null()
            && !(config.is_null() && is_computed)
        {
            return Some(format!("{at} is {config}, but planned as {planned}"));
        }
        let is_chosen = plan.uses_legacy_type_system && is_computed && config.as_str() == Some("");
        if !config.is_null() && !is_write_only && !is_nested && !is_chosen && config != planned {
            return Some(format!("{at} is {config}, but planned as {planned}"));
        }
    }
    None
}

/// Plan, apply, refresh and import agree about every kind of attribute, whatever is configured and unknown at first.
#[tokio::test]
async fn stand_ins_keep_to_their_plans_w12() {
    let json = everything()["block"].clone();
    let sandbox = Sandbox::new(&printed(0));
    let mut client = sandbox.client().await;
    for case in 0..12 {
        let mut numbers = Numbers(case);
        let mut object = Stored::nothing();
        for step in ["created", "changed", "changed again"] {
            let [known, unknown] = configuration(&json, &mut numbers);
            let what = format!("case {case}, {step}");
            assert!(client.validate(EVERYTHING, unknown.clone()).await.iter().all(|said| !said.is_error), "{what}");
            let first = client.plan(EVERYTHING, &object, &unknown).await;
            assert_eq!(fault(&json, &unknown, &first), None, "{what}");
            let second = client.plan(EVERYTHING, &object, &known).await;
            assert_eq!(fault(&json, &known, &second), None, "{what}");
            assert_eq!(difference(&first.state, &second.state, ""), None, "{what}: inconsistent final plan");
            assert_eq!(second.requires_replace, [""; 0], "{what}");
            let after = client.apply(EVERYTHING, &object, &second, &known).await;
            assert_eq!(after.diagnostics, [], "{what}");
            assert_eq!(difference(&second.state, &after.state, ""), None, "{what}: inconsistent result");
            assert!(after.state.is_wholly_known(), "{what}: {}", after.state);
            let read = client.read(EVERYTHING, &after).await;
            assert_eq!(difference(&after.state, &read.state, ""), None, "{what}: the refresh differs");
            let again = client.plan(EVERYTHING, &read, &known).await;
            assert_eq!(difference(&read.state, &again.state, ""), None, "{what}: the next plan is not empty");

            let imported = client.import(EVERYTHING, after.state.get("id").as_str().unwrap()).await;
            let imported = client.read(EVERYTHING, &imported).await;
            assert_eq!(difference(&after.state, &imported.state, ""), None, "{what}: the import differs");
            if !object.state.is_null() {
                assert_eq!(object.state.get("id"), after.state.get("id"), "{what}");
            }
            object = read;
        }
        let gone = client.change(EVERYTHING, &object, &Value::Null).await;
        assert!(gone.state.is_null() && gone.diagnostics.is_empty(), "{:?}", gone.diagnostics);
        assert!(client.read(EVERYTHING, &object).await.state.is_null());
    }
}

/// An element of a set that leaves out what is computed keeps it, whatever changes beside it.
#[tokio::test]
async fn elements_of_sets_keep_what_was_computed_for_them() {
    let sandbox = Sandbox::new(&printed(0));
    let mut client = sandbox.client().await;
    let required = configuration(&everything()["block"], &mut Numbers(1))[0].clone();
    let zone = |name: &str| Value::object([("vswitch_id", name)]);
    let config = |zones: &[&str]| {
        let mut config = required.clone();
        config.set("zone_mappings", Value::list(zones.iter().map(|name| zone(name)).collect::<Vec<_>>()));
        config
    };
    let id_of = |made: &Stored, name: &str| {
        let zones = made.state.get("zone_mappings").as_list().unwrap();
        let found = zones.iter().find(|zone| zone.get("vswitch_id").as_str() == Some(name)).unwrap();
        found.get("allocation_id").as_str().unwrap().to_owned()
    };
    let made = client.change(EVERYTHING, &Stored::nothing(), &config(&["b", "d"])).await;
    assert_eq!(made.diagnostics, []);
    let again = client.plan(EVERYTHING, &made, &config(&["b", "d"])).await;
    assert_eq!(difference(&made.state, &again.state, ""), None, "the next plan is not empty");
    let more = client.change(EVERYTHING, &made, &config(&["a", "b", "c", "d"])).await;
    assert_eq!(more.diagnostics, []);
    let ids = ["a", "b", "c", "d"].map(|name| id_of(&more, name));
    assert_eq!([&ids[1], &ids[3]], [&id_of(&made, "b"), &id_of(&made, "d")]);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4, "{ids:?}");
}

/// Each of many elements is found again, also if some leave out what others give. Comparing each with each would take
/// minutes.
#[tokio::test]
async fn elements_of_large_sets_keep_what_was_computed_for_them() {
    const COUNT: usize = 3_000;
    let attributes =
        json!({ "id": { "type": "string", "computed": true }, "name": { "type": "string", "optional": true } });
    let sets = json!({ "attributes": attributes, "block_types": { "zone_mappings": zone_mappings(1) } });
    let resources = json!({ "alicloud_made_sets": { "version": 0, "block": sets } });
    let printed =
        json!({ "format_version": "1.0", "provider_schemas": { ADDRESS: { "resource_schemas": resources } } });
    let sandbox = Sandbox::new(&printed);
    let mut client = sandbox.client().await;
    let type_name = "alicloud_made_sets";
    let zone = |number: usize| {
        let inner = Value::object([("vswitch_id", Value::from(format!("vsw-{}", number % 7)))]);
        let allocation = (number.is_multiple_of(3)).then(|| format!("eip-{number}"));
        Value::object([
            ("vswitch_id", Value::from(format!("vsw-{number}"))),
            ("allocation_id", allocation.into()),
            (if number.is_multiple_of(2) { "listed" } else { "set" }, Value::list([inner])),
        ])
    };
    let config = |name: &str, numbers: std::ops::Range<usize>| {
        Value::object([("name", name.into()), ("zone_mappings", Value::list(numbers.rev().map(zone)))])
    };
    let by_name = |state: &Value| -> BTreeMap<String, Value> {
        let zones = state.get("zone_mappings").as_list().unwrap().iter();
        zones.map(|zone| (zone.get("vswitch_id").as_str().unwrap().to_owned(), zone.clone())).collect()
    };
    let first = config("first", 0..COUNT);
    let planned = client.plan_unpaired(type_name, &Stored::nothing(), &first).await;
    let made = client.apply(type_name, &Stored::nothing(), &planned, &first).await;
    assert_eq!(made.diagnostics, []);
    let before = by_name(&made.state);
    assert_eq!(before.len(), COUNT);
    let again = client.plan_unpaired(type_name, &made, &first).await;
    assert_eq!(again.state, made.state, "the next plan is not empty");

    let other = client.plan_unpaired(type_name, &made, &config("other", 1..COUNT + 1)).await;
    let after = by_name(&other.state);
    let new = format!("vsw-{COUNT}");
    assert_eq!(after.len(), COUNT);
    for (name, zone) in after.iter().filter(|(name, _)| **name != new) {
        assert_eq!(Some(zone), before.get(name), "{name}");
    }
    assert_eq!(after[&new].get("ipv6_local_addresses"), &Value::Unknown);
}

/// Secrets are in the world sealed alone.
#[tokio::test]
async fn a_secret_is_not_in_the_world_in_clear() {
    let sandbox = Sandbox::new(&printed(0));
    let mut client = sandbox.client().await;
    let [mut known, _] = configuration(&everything()["block"], &mut Numbers(1));
    known.set("text_secret", "a-very-secret-word");
    known.set("text_hidden", "never-kept-at-all");
    let made = client.change(EVERYTHING, &Stored::nothing(), &known).await;
    assert_eq!(made.diagnostics, []);
    for entry in std::fs::read_dir(sandbox.directory.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in ["a-very-secret-word", "never-kept-at-all"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
    }
}

/// A schema of types whose attributes are texts that a configuration may leave out.
fn of_texts(types: &[(&str, &[&str])]) -> Json {
    let text = json!({ "type": "string", "optional": true, "computed": true });
    let schema = |names: &[&str]| {
        let names = names.iter().chain(&["id"]);
        let attributes: serde_json::Map<String, Json> = names.map(|name| ((*name).to_owned(), text.clone())).collect();
        json!({ "version": 0, "block": { "attributes": attributes } })
    };
    let types: serde_json::Map<String, Json> =
        types.iter().map(|(name, attributes)| ((*name).to_owned(), schema(attributes))).collect();
    json!({ "format_version": "1.0", "provider_schemas": { ADDRESS: { "resource_schemas": types } } })
}

/// What is made up looks like what the service says.
#[tokio::test]
async fn made_up_values_are_those_of_the_service() {
    let sandbox = Sandbox::new(&of_texts(&[
        ("alicloud_kms_key", &["arn", "status"]),
        ("alicloud_ecs_snapshot", &["status"]),
        ("alicloud_log_project", &["status", "project_name"]),
        ("alicloud_cen_instance", &["status"]),
        ("alicloud_resource_manager_resource_group", &["status"]),
        ("alicloud_fcv3_function", &["state", "function_arn", "function_name"]),
        ("alicloud_slb_load_balancer", &["status"]),
        ("alicloud_nlb_load_balancer", &["status"]),
        ("alicloud_polardb_cluster", &["status", "default_time_zone", "time_zone", "zone_id", "hosted_zone_id"]),
        ("alicloud_vpn_gateway", &["status"]),
        ("alicloud_resource_manager_role", &["arn", "role_name"]),
        ("alicloud_pvtz_zone", &["zone_id"]),
    ]));
    let mut client = sandbox.client().await;
    let mut made = std::collections::BTreeMap::new();
    for (name, config) in [
        ("alicloud_kms_key", Value::object::<&str, Value>([])),
        ("alicloud_ecs_snapshot", Value::object::<&str, Value>([])),
        ("alicloud_log_project", Value::object([("project_name", "logs")])),
        ("alicloud_cen_instance", Value::object::<&str, Value>([])),
        ("alicloud_resource_manager_resource_group", Value::object::<&str, Value>([])),
        ("alicloud_fcv3_function", Value::object([("function_name", "resize")])),
        ("alicloud_slb_load_balancer", Value::object::<&str, Value>([])),
        ("alicloud_nlb_load_balancer", Value::object::<&str, Value>([])),
        ("alicloud_polardb_cluster", Value::object::<&str, Value>([])),
        ("alicloud_vpn_gateway", Value::object::<&str, Value>([])),
        ("alicloud_resource_manager_role", Value::object([("role_name", "reader")])),
        ("alicloud_pvtz_zone", Value::object::<&str, Value>([])),
    ] {
        let stored = client.change(name, &Stored::nothing(), &config).await;
        assert_eq!(stored.diagnostics, [], "{name}");
        made.insert(name, stored.state);
    }
    let value = |name: &str, attribute: &str| made[name].get(attribute).as_str().unwrap().to_owned();
    for (name, attribute, expected) in [
        ("alicloud_kms_key", "status", "Enabled"),
        ("alicloud_ecs_snapshot", "status", "accomplished"),
        ("alicloud_log_project", "status", "Normal"),
        ("alicloud_cen_instance", "status", "Active"),
        ("alicloud_resource_manager_resource_group", "status", "OK"),
        ("alicloud_fcv3_function", "state", "Active"),
        ("alicloud_slb_load_balancer", "status", "active"),
        ("alicloud_nlb_load_balancer", "status", "Active"),
        ("alicloud_polardb_cluster", "status", "Running"),
        ("alicloud_vpn_gateway", "status", "active"),
        ("alicloud_polardb_cluster", "time_zone", ""),
        ("alicloud_polardb_cluster", "default_time_zone", ""),
        ("alicloud_log_project", "id", "logs"),
        ("alicloud_fcv3_function", "id", "resize"),
        ("alicloud_resource_manager_role", "id", "reader"),
    ] {
        assert_eq!(value(name, attribute), expected, "{name}.{attribute}");
    }
    for (name, attribute, begins, ends) in [
        ("alicloud_slb_load_balancer", "id", "lb-", ""),
        ("alicloud_polardb_cluster", "zone_id", "cn-beijing-", ""),
        ("alicloud_polardb_cluster", "hosted_zone_id", "hosted-", ""),
        ("alicloud_pvtz_zone", "zone_id", "zone-", ""),
        ("alicloud_fcv3_function", "function_arn", "acs:fc:cn-beijing:", ":functions/resize"),
        ("alicloud_resource_manager_role", "arn", "acs:ram::", ":role/reader"),
        ("alicloud_kms_key", "arn", "acs:kms:cn-beijing:", &format!(":key/{}", value("alicloud_kms_key", "id"))),
    ] {
        let value = value(name, attribute);
        assert!(value.starts_with(begins) && value.ends_with(ends), "{name}.{attribute} is {value}");
    }
}

/// An object whose id is its name in the service is found by that; another is refused with advice.
#[tokio::test]
async fn a_bucket_is_imported_by_its_name() {
    const BUCKET: &str = "alicloud_oss_bucket";
    let sandbox = Sandbox::new(&of_texts(&[(BUCKET, &["bucket", "acl"])]));
    let mut client = sandbox.client().await;
    let config = |acl: &str| Value::object([("bucket", "logs"), ("acl", acl)]);
    let made = client.change(BUCKET, &Stored::nothing(), &config("private")).await;
    assert_eq!(made.state.get("id").as_str(), Some("logs"));
    let nameless = client.change(BUCKET, &Stored::nothing(), &Value::object::<&str, Value>([])).await;
    assert_eq!(nameless.state.get("bucket"), nameless.state.get("id"));
    assert_eq!(client.import(BUCKET, "logs").await.state, made.state);
    // Of two with one name the first is found, and each state keeps its own.
    let other = client.change(BUCKET, &Stored::nothing(), &config("public-read")).await;
    assert_eq!(client.import(BUCKET, "logs").await.state, made.state);
    assert_eq!(client.read(BUCKET, &other).await.state, other.state);

    let missing = client.import(BUCKET, "missing").await;
    let said = &missing.diagnostics[0];
    assert!(
        said.is_error && said.detail.contains("No stand-in of type alicloud_oss_bucket has the id or the name"),
        "{said:?}"
    );
    assert!(said.detail.contains("world show"), "{said:?}");
}

/// A schema of one data source with computed lists of objects, and arguments that are texts.
fn of_lists(type_name: &str, arguments: &[&str], lists: &[(&str, Json)]) -> Json {
    let text = json!({ "type": "string", "optional": true });
    let mut attributes: serde_json::Map<String, Json> =
        arguments.iter().map(|name| ((*name).to_owned(), text.clone())).collect();
    attributes.insert("id".to_owned(), json!({ "type": "string", "computed": true }));
    for name in ["ids", "names"] {
        let list = json!({ "type": ["list", "string"], "optional": true, "computed": true });
        attributes.insert(name.to_owned(), list);
    }
    for (name, members) in lists {
        let list = json!({ "type": ["list", ["object", members]], "computed": true });
        attributes.insert((*name).to_owned(), list);
    }
    let schema = json!({ "version": 0, "block": { "attributes": attributes } });
    json!({ "format_version": "1.0", "provider_schemas": {
        ADDRESS: { "data_source_schemas": { type_name: schema } },
    } })
}

/// The texts of one member in a list of objects.
fn texts_of<'a>(answer: &'a Value, list: &str, member: &str) -> Vec<&'a str> {
    answer.get(list).as_list().unwrap().iter().map(|element| element.get(member).as_str().unwrap()).collect()
}

fn texts<'a>(answer: &'a Value, list: &str) -> Vec<&'a str> {
    answer.get(list).as_list().unwrap().iter().map(|element| element.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_data_source_of_zones_lists_those_of_the_region() {
    let sandbox = Sandbox::new(&printed(0));
    let mut client = sandbox.client().await;
    let config = Value::object([("engine", "MySQL")]);
    let (answer, said) = client.read_data("alicloud_made_zones", config.clone()).await;
    assert_eq!(said, []);
    assert_eq!(answer.get("engine").as_str(), Some("MySQL"));
    let (own, _) = client.read_data("alicloud_zones", Value::object::<&str, Value>([])).await;
    assert!(texts(&own, "ids").len() > 2, "{own}");
    assert_eq!(texts(&answer, "ids"), texts(&own, "ids"));
    assert_eq!(texts(&answer, "master_zones"), texts(&own, "ids"));
    assert_eq!(texts_of(&answer, "zones", "id"), texts(&own, "ids"));
    assert_eq!(texts(answer.get("zones").element(1), "multi_zone_ids"), texts(&own, "ids"), "at every depth");
    assert_eq!(client.read_data("alicloud_made_zones", config).await.0, answer, "the answer stays the same");
}

/// What a service offers to choose from has a second choice, and an element that is asked for by its id has that id.
#[tokio::test]
async fn lists_of_a_data_source_have_what_configurations_take_from_them() {
    const CLASSES: &str = "alicloud_made_instance_classes";
    const MEMBERS: &str = "instance_classes";
    let zone = json!(["list", ["object", { "id": "string", "sub_zone_ids": ["list", "string"] }]]);
    let members = json!({ "id": "string", "storage_range": ["map", "string"], "zone_ids": zone });
    let sandbox = Sandbox::new(&of_lists(CLASSES, &[], &[(MEMBERS, members)]));
    let mut client = sandbox.client().await;
    let (answer, _) = client.read_data(CLASSES, Value::object::<&str, Value>([])).await;
    let classes = answer.get(MEMBERS).as_list().unwrap();
    assert_eq!((classes.len(), answer.get("ids").as_list().unwrap().len()), (2, 2));
    assert_eq!(classes[0].get("zone_ids").element(0).get("id").as_str(), Some("cn-beijing-a"));
    assert_eq!(classes[0].get("storage_range").get("min").as_str(), Some("20"));

    let asked = Value::object([("ids", Value::list(["class-1", "class-2", "class-3"]))]);
    let (answer, _) = client.read_data(CLASSES, asked).await;
    assert_eq!(texts_of(&answer, MEMBERS, "id"), ["class-1", "class-2", "class-3"]);
}

/// A data source without a simulation of its own whose objects are simulated finds those of the world, and no others.
#[tokio::test]
async fn a_data_source_finds_simulated_objects() {
    const GATEWAYS: &str = "alicloud_eip_addresses";
    let members = json!({
        "id": "string", "allocation_id": "string", "address_name": "string", "ip_address": "string",
        "status": "string", "bandwidth": "string", "available_regions": ["list", "string"],
    });
    let sandbox = Sandbox::new(&of_lists(GATEWAYS, &["name_regex", "ip_address"], &[("addresses", members)]));
    let mut client = sandbox.client().await;
    let (nothing, said) = client.read_data(GATEWAYS, Value::object::<&str, Value>([])).await;
    assert_eq!(said, []);
    assert_eq!(texts_of(&nothing, "addresses", "id"), [""; 0]);

    let mut made = Vec::new();
    for name in ["front", "back"] {
        let config = Value::object([("address_name", name)]);
        made.push(client.change("alicloud_eip_address", &Stored::nothing(), &config).await.state);
    }
    let of_made = |name: &str| [0, 1].map(|index: usize| made[index].get(name).as_str().unwrap().to_owned());
    let (all, _) = client.read_data(GATEWAYS, Value::object::<&str, Value>([])).await;
    for list in [texts(&all, "ids"), texts_of(&all, "addresses", "id"), texts_of(&all, "addresses", "allocation_id")] {
        assert_eq!(list, of_made("id"));
    }
    assert_eq!(texts_of(&all, "addresses", "ip_address"), of_made("ip_address"));
    assert_eq!(texts(&all, "names"), ["front", "back"]);

    for config in [("name_regex", "^back"), ("ip_address", &of_made("ip_address")[1])] {
        let (found, _) = client.read_data(GATEWAYS, Value::object([config])).await;
        assert_eq!(texts_of(&found, "addresses", "address_name"), ["back"], "{config:?}");
    }
    let by_id = Value::object([("ids", Value::list([of_made("id")[0].as_str()]))]);
    let (found, _) = client.read_data(GATEWAYS, by_id).await;
    assert_eq!(texts_of(&found, "addresses", "address_name"), ["front"]);
}

/// The scenario gives better values, says what replaces, and lets a type fail.
#[tokio::test]
async fn a_scenario_speaks_of_stand_ins_w12() {
    const TYPE: &str = "alicloud_made_1";
    let sandbox = Sandbox::new(&printed(5));
    let scenario = json!({
        "stand_ins": { TYPE: { "argument_0": "better", "replace": ["argument_1"] } },
        "faults": [{ "operation": TYPE, "error_code": "InternalError" }],
    });
    let mut client = sandbox.client_in(&scenario).await;
    let config = |name: &str| Value::object([("argument_1", name)]);
    let refused = client.change(TYPE, &Stored::nothing(), &config("one")).await;
    assert!(refused.state.is_null());
    assert_eq!(refused.diagnostics[0].summary, "InternalError");
    let made = client.change(TYPE, &Stored::nothing(), &config("one")).await;
    assert_eq!(made.diagnostics, []);
    assert_eq!(made.state.get("argument_0").as_str(), Some("better"));
    assert_eq!(client.plan(TYPE, &made, &config("two")).await.requires_replace, ["argument_1"]);

    for (scenario, expected) in [
        (
            json!({ "stand_ins": { TYPE: { "argument_00": "x" } } }),
            "has no attribute `argument_00`. Did you mean \"argument_0\"?",
        ),
        (json!({ "stand_ins": { TYPE: { "argument_1": "x" } } }), "it is not computed"),
        (json!({ "stand_ins": { TYPE: { "argument_0": ["x"] } } }), "it must be a string"),
        (json!({ "stand_ins": { TYPE: { "replace": ["x"] } } }), "has no argument `x`"),
        (
            json!({ "stand_ins": { "alicloud_made_zones": { "zones": [{ "id": "a" }, { "idd": 1 }] } } }),
            "stand_ins.alicloud_made_zones.zones[1]: it has no attribute `idd`, which is set to 1. Did you mean \"id\"?",
        ),
        (
            json!({ "stand_ins": { EVERYTHING: { "objects_computed": [{ "statsu": "x" }] } } }),
            ".objects_computed[0]: it has no attribute `statsu`, which is set to \"x\". Did you mean \"status\"?",
        ),
        (json!({ "stand_ins": { "alicloud_made_11": {} } }), "no stand-in has the type `alicloud_made_11`"),
        (json!({ "stand_ins": { "alicloud_vpc": {} } }), "`alicloud_vpc` is simulated"),
        (json!({ "faults": [{ "operation": "alicloud_vpc", "error_code": "InternalError" }] }), "is simulated"),
    ] {
        let mut client = Client::in_process(Arc::new(sandbox.provider(&scenario))).await;
        let said = client.configure(Value::object::<&str, Value>([])).await;
        assert!(said.len() == 1 && said[0].is_error && said[0].detail.contains(expected), "{scenario}: {said:?}");
    }
}

/// Every resource that stands in says so while a command validates, in the same words whatever else was validated, and not
/// again while the command plans and applies.
#[tokio::test]
async fn what_stands_in_is_said_while_a_command_validates() {
    let sandbox = Sandbox::new(&printed(2));
    let mut client = Client::in_process(Arc::new(sandbox.provider(&Json::Null))).await;
    let nothing = Value::object::<&str, Value>([]);
    let said = client.validate("alicloud_made_0", nothing.clone()).await;
    assert_eq!(said[0].summary, "Types That Are Not Simulated");
    assert!(said[0].detail.starts_with("alicloud_made_0 stands in"), "{said:?}");
    let other = client.validate("alicloud_made_1", nothing.clone()).await;
    assert_eq!(other[0].summary, said[0].summary);
    assert!(!other[0].detail.contains("alicloud_made_0"), "{other:?}");
    assert_eq!(client.validate("alicloud_made_0", nothing.clone()).await, said);
    let mut configured = sandbox.client().await;
    assert_eq!(configured.validate("alicloud_made_0", nothing).await, []);
}

/// A file that cannot be used is an error of the calls that need it, and no other.
#[tokio::test]
async fn a_file_of_schemas_that_cannot_be_used_is_explained() {
    for (text, expected) in [
        ("no JSON", "it is not the JSON that a CLI prints"),
        (r#"{"format_version":"2.0","provider_schemas":{}}"#, "its format version is 2.0"),
        (r#"{"format_version":"1.0","provider_schemas":{"registry.terraform.io/a/b":{}}}"#, "no provider `alicloud`"),
        (r#"{"format_version":"1.0"}"#, "it has no providers"),
    ] {
        let sandbox = Sandbox::new(&Json::Null);
        std::fs::write(&sandbox.schema, text).unwrap();
        let client = Client::in_process(Arc::new(sandbox.provider(&Json::Null))).await;
        let said = crate::client::said(client.schemas.diagnostics.clone());
        assert!(said[0].is_error && said[0].detail.contains(expected), "{text}: {said:?}");
        assert!(said[0].detail.contains("terraform providers schema -json"), "{said:?}");
    }
}

/// A byte order mark is skipped, and UTF-16 is read.
#[tokio::test]
async fn a_file_may_be_as_powershell_writes_it() {
    let printed = printed(0).to_string();
    let utf16 = printed.encode_utf16().flat_map(u16::to_le_bytes);
    for bytes in
        [[b"\xef\xbb\xbf", printed.as_bytes()].concat(), b"\xff\xfe".iter().copied().chain(utf16).collect::<Vec<u8>>()]
    {
        let client = Sandbox::of_bytes(&bytes).client().await;
        assert!(client.schemas.resource_schemas.contains_key(EVERYTHING));
    }
}

/// Two processes make stand-ins in one world, and one of them is killed: what was answered is kept, and no id is there
/// twice.
#[tokio::test]
async fn a_killed_process_loses_no_stand_in_that_it_answered() {
    const TYPE: &str = "alicloud_made_1";
    let sandbox = Sandbox::new(&printed(3));
    let program = sandbox.directory.path().join("terraform-provider-alicloud");
    std::fs::copy(env!("CARGO_BIN_EXE_terraform-provider-simcloud"), &program).unwrap();
    let mut file = std::fs::File::create(sandbox.directory.path().join(FILE_NAME)).unwrap();
    let json = || std::fs::File::open(&sandbox.schema).map(std::io::BufReader::new);
    SchemaFile::write(
        json,
        (None, "alicloud"),
        &|kind, name| kind == SchemaKind::Resource && name == "alicloud_vpc",
        &mut file,
    )
    .unwrap();
    let mut answered = Vec::new();
    let mut processes = Vec::new();
    for _ in 0..2 {
        let mut client =
            Client::start_program(&program, &[("SIMCLOUD_WORLD", "world.db")], sandbox.directory.path()).await;
        assert_eq!(client.configure(Value::object::<&str, Value>([])).await, []);
        processes.push(client);
    }
    let [mut killed, mut other]: [Client; 2] = processes.try_into().ok().unwrap();
    let config = |name: String| Value::object([("argument_1", name)]);
    for number in 0..10 {
        for (which, client) in [("a", &mut killed), ("b", &mut other)] {
            let made = client.change(TYPE, &Stored::nothing(), &config(format!("{which}{number}"))).await;
            assert_eq!(made.diagnostics, []);
            answered.push(made);
        }
    }
    let last = config("last".to_owned());
    let planned = killed.plan(TYPE, &Stored::nothing(), &last).await;
    let pid = killed.process().id();
    let killing = async { std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap() };
    let (unanswered, _) = tokio::join!(killed.try_create(TYPE, &planned, &last), killing);
    answered.extend(unanswered.filter(|stored| !stored.state.is_null()));
    let ids: BTreeSet<&str> = answered.iter().map(|made| made.state.get("id").as_str().unwrap()).collect();
    assert_eq!(ids.len(), answered.len(), "an id is there twice");
    for made in &answered {
        assert_eq!(other.read(TYPE, made).await.state, made.state);
    }
    let mut kept = Vec::new();
    for made in &answered {
        let updated = other.change(TYPE, made, &config("later".to_owned())).await;
        assert_eq!(updated.diagnostics, []);
        kept.push(updated);
    }
    for made in &kept {
        assert!(other.change(TYPE, made, &Value::Null).await.state.is_null());
    }
}

/// The types that a test's values are made for are those that the client sends.
#[tokio::test]
async fn configurations_have_the_type_of_the_schema() {
    let sandbox = Sandbox::new(&printed(0));
    let client = sandbox.client().await;
    let schema = client.resource(EVERYTHING);
    let [known, _] = configuration(&everything()["block"], &mut Numbers(3));
    let members = |value: &Value| value.as_map().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let Type::Object(attributes) = block_type(schema.block.as_ref().unwrap()) else { panic!("a block is an object") };
    assert_eq!(members(&completed(schema, &known)), attributes.into_keys().collect());
}
