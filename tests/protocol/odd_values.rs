//! Every argument of every resource, data source and of the provider block, with values that make no sense.
//!
//! Every call is answered, nothing panics, and an error has a path and names the argument that is odd.

use std::collections::BTreeMap;

use bytes::Bytes;
use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::{Attribute, Block, Nesting, Number, Provider as _, Type, Value};

use crate::client::{Client, Said, Stored, encode, said};
use crate::fixtures::{Kind, Place, TestWorld, places, with};

/// Of the configurations that validation accepts, one in a fixed number is applied, and every one in a soak test.
const APPLIED: usize = 9;

fn odd_texts() -> Vec<Value> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "0",
        "-1",
        "null",
        "NaN",
        "1e400",
        "99999999999999999999999999",
        "true",
        "ż🦀\u{301}",
        "\u{202e}web",
        "a\nb",
        "..",
        "${web}",
        "http://web",
        "2026-02-30T00:00:00Z",
        "10.0.0.0/33",
        "::/129",
        "1/0",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(5_000));
    texts.push("ż".repeat(5_000));
    texts.into_iter().map(Value::from).collect()
}

fn odd_numbers() -> Vec<Value> {
    [
        "0",
        "-1",
        "0.5",
        "1e-40",
        "1e30",
        "1e400",
        "-1e400",
        "4294967296",
        "18446744073709551616",
        "3.0000000000000000001",
    ]
    .map(|text| Value::Number(text.parse::<Number>().unwrap()))
    .to_vec()
}

fn odd_values(value_type: &Type) -> Vec<Value> {
    let mut odd = match value_type {
        Type::String => odd_texts(),
        Type::Number => odd_numbers(),
        Type::Bool => vec![true.into(), false.into()],
        Type::List(element) | Type::Set(element) => {
            let elements = odd_values(element);
            let many: Vec<Value> = (0..300).map(|_| elements[1].clone()).collect();
            let mut lists: Vec<Value> = elements.into_iter().map(|element| Value::list([element])).collect();
            lists.extend([Value::List(Vec::new()), Value::list([Value::Null, Value::Null]), Value::List(many)]);
            lists
        }
        Type::Map(element) => {
            let elements = odd_values(element);
            let keys = odd_texts().into_iter().filter_map(|key| Some(key.as_str()?.to_owned()));
            let mut maps: Vec<Value> = keys.map(|key| Value::object([(key, elements[1].clone())])).collect();
            maps.extend(elements.into_iter().map(|element| Value::object([("team", element)])));
            maps.push(Value::Map(BTreeMap::new()));
            maps.push(Value::object((0..300).map(|number| (format!("tag-{number}"), "web"))));
            maps
        }
        _ => Vec::new(),
    };
    odd.push(Value::Null);
    odd
}

fn odd_at(place: &Place, config: &Value) -> Vec<Value> {
    let (attribute, nesting) = match &place.kind {
        Kind::Argument(attribute) => (Some(attribute), None),
        Kind::Block(nesting) => (None, Some(*nesting)),
    };
    if let Some(attribute) = attribute {
        return odd_values(&attribute.value_type());
    }
    let now = config.at(&place.path).element(0).clone();
    let empty = Value::Map(BTreeMap::new());
    match nesting {
        Some(Nesting::Single) => vec![Value::Null, empty],
        _ => vec![
            Value::List(Vec::new()),
            Value::list([empty.clone()]),
            Value::list([now.clone(), empty]),
            Value::List(vec![now; 60]),
        ],
    }
}

/// Whether an argument names a file: odd names would be written to the folder of the tests.
fn is_file(place: &Place) -> bool {
    ["output_file", "key_file"].contains(&place.path.to_string().as_str())
}

/// Whether an error is about the odd argument: its path leads to it, or its text names it.
fn is_about(error: &Said, place: &Place) -> bool {
    let path = place.path.to_string();
    let names = place.path.steps().iter().rev().filter_map(|step| match step {
        simcloud::tf::Step::Attribute(name) => Some(name),
        _ => None,
    });
    let argument = names.clone().next().unwrap();
    let text = format!("{} {}", error.summary, error.detail);
    !error.path.is_empty()
        && (error.path.starts_with(&path) || path.starts_with(&error.path) || text.contains(argument))
}

/// Whether a path leads to something that the schema has: otherwise the CLI cannot show the line.
fn exists(block: &Block, path: &str) -> bool {
    let names = path.split(['.', '[']).filter(|step| !step.ends_with(']'));
    let mut inner = Some(block);
    for name in names {
        let Some(block) = inner else { return false };
        inner = block.nested_block(name).map(|nested| &nested.block);
        if inner.is_none() && block.attribute(name).is_none() {
            return false;
        }
    }
    true
}

struct Faults {
    block: Block,
    found: Vec<String>,
}

impl Faults {
    /// Keeps the errors that do not say what is odd; returns whether there are any errors.
    fn read(&mut self, what: &str, diagnostics: &[Said], place: &Place, may_lack_path: bool) -> bool {
        let errors: Vec<&Said> = diagnostics.iter().filter(|said| said.is_error).collect();
        for error in &errors {
            let is_wrong = error.summary.contains("Panicked")
                || !(may_lack_path || is_about(error, place) && exists(&self.block, &error.path));
            let is_long = error.detail.len() > 8_000;
            if is_wrong || is_long {
                let detail: String = error.detail.chars().take(300).collect();
                self.found.push(format!("{what}: {}: {}: {detail}", error.path, error.summary));
            }
        }
        !errors.is_empty()
    }

    fn assert_none(self) {
        assert!(self.found.is_empty(), "{}:\n{}", self.found.len(), self.found.join("\n"));
    }
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}

async fn try_everything(type_name: &str, applied: usize) {
    let world = TestWorld::new().await;
    let block = world.blocks[type_name].clone();
    let mut faults = Faults { block: block.clone(), found: Vec::new() };
    let mut accepted = 0;
    let mut validator = world.unconfigured_client().await;
    for place in places(&block).iter().filter(|place| !is_file(place)) {
        let config = world.config_for(type_name, place);
        for odd in odd_at(place, &config) {
            let what = format!("{type_name} with {} = {}", place.path, shown(&odd));
            let odd = with(&config, &place.path, odd);
            let said = validator.validate(type_name, odd.clone()).await;
            if faults.read(&what, &said, place, false) {
                continue;
            }
            accepted += 1;
            if accepted % applied == 0 {
                apply(&world, type_name, &odd, place, &what, &mut faults).await;
            }
        }
    }
    faults.assert_none();
}

/// Plans, applies and deletes what validation accepts. The cloud may refuse it.
async fn apply(world: &TestWorld, type_name: &str, config: &Value, place: &Place, what: &str, faults: &mut Faults) {
    let mut client = world.client().await;
    let planned = client.plan(type_name, &Stored::nothing(), config).await;
    if faults.read(&format!("{what}, planned"), &planned.diagnostics, place, false) {
        return;
    }
    let made = client.apply(type_name, &Stored::nothing(), &planned, config).await;
    if faults.read(&format!("{what}, applied"), &made.diagnostics, place, false) && made.state.is_null() {
        return;
    }
    let gone = world.client().await.change(type_name, &made, &Value::Null).await;
    faults.read(&format!("{what}, deleted"), &gone.diagnostics, place, false);
}

/// Reads with every configuration that validation accepts: `markets = 0` of an outlook divided by zero.
async fn read_everything(type_name: &str, world: &TestWorld) {
    let block = world.blocks[type_name].clone();
    let mut faults = Faults { block: block.clone(), found: Vec::new() };
    let config = world.config(type_name, "next");
    let mut client = world.client().await;
    for place in places(&block).iter().filter(|place| !is_file(place)) {
        for odd in odd_at(place, &config) {
            let what = format!("data {type_name} with {} = {}", place.path, shown(&odd));
            let odd = with(&config, &place.path, odd);
            let request = proto::validate_data_resource_config::Request {
                type_name: type_name.to_owned(),
                config: Some(encode(&client.schemas.data_source_schemas[type_name], odd.clone())),
            };
            let response = client.provider.validate_data_resource_config(request).await.unwrap().into_inner();
            if faults.read(&what, &said(response.diagnostics), place, false) {
                continue;
            }
            let (_, diagnostics) = client.read_data(type_name, odd).await;
            faults.read(&format!("{what}, read"), &diagnostics, place, false);
        }
    }
    faults.assert_none();
}

async fn list_everything(type_name: &str, applied: usize, world: &TestWorld) {
    let block = world.list_blocks[type_name].clone();
    let mut faults = Faults { block: block.clone(), found: Vec::new() };
    let mut client = world.client().await;
    let mut accepted = 0;
    let nothing = Value::object::<&str, Value>([]);
    for place in &places(&block) {
        for odd in odd_at(place, &nothing) {
            let what = format!("list {type_name} with {} = {}", place.path, shown(&odd));
            let odd = with(&nothing, &place.path, odd);
            if faults.read(&what, &client.validate_list(type_name, odd.clone()).await, place, false) {
                continue;
            }
            accepted += 1;
            if accepted % applied == 0 {
                let (_, diagnostics) = client.list(type_name, odd, true, 0).await;
                faults.read(&format!("{what}, listed"), &diagnostics, place, false);
            }
        }
        let unknown = with(&nothing, &place.path, Value::Unknown);
        let said = client.validate_list(type_name, unknown).await;
        faults.read(&format!("list {type_name} with an unknown {}", place.path), &said, place, false);
    }
    faults.assert_none();
}

async fn read_and_list_everything(applied: usize) {
    let world = TestWorld::new().await;
    for type_name in world.data_sources() {
        read_everything(&type_name, &world).await;
    }
    for type_name in world.list_blocks.keys() {
        list_everything(type_name, applied, &world).await;
    }
}

macro_rules! resources {
    ($($test:ident $type_name:literal;)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                try_everything($type_name, APPLIED).await;
            }
        )*

        #[tokio::test]
        async fn every_resource_answers_odd_values() {
            assert_eq!(TestWorld::new().await.resources(), [$($type_name),*]);
        }

        #[tokio::test]
        #[ignore = "minutes: every odd value is applied"]
        async fn soak_every_odd_value() {
            for type_name in [$($type_name),*] {
                try_everything(type_name, 1).await;
            }
            read_and_list_everything(1).await;
        }
    };
}

resources! {
    groups_answer_odd_values_with_the_argument "simcloud_auto_provisioning_group";
    disks_answer_odd_values_with_the_argument "simcloud_ecs_disk";
    attachments_of_disks_answer_odd_values_with_the_argument "simcloud_ecs_disk_attachment";
    key_pairs_answer_odd_values_with_the_argument "simcloud_ecs_key_pair";
    launch_templates_answer_odd_values_with_the_argument "simcloud_ecs_launch_template";
    network_interfaces_answer_odd_values_with_the_argument "simcloud_ecs_network_interface";
    attachments_of_network_interfaces_answer_odd_values_with_the_argument "simcloud_ecs_network_interface_attachment";
    elastic_addresses_answer_odd_values_with_the_argument "simcloud_eip_address";
    associations_of_elastic_addresses_answer_odd_values_with_the_argument "simcloud_eip_association";
    scaling_configurations_answer_odd_values_with_the_argument "simcloud_ess_scaling_configuration";
    scaling_groups_answer_odd_values_with_the_argument "simcloud_ess_scaling_group";
    scaling_rules_answer_odd_values_with_the_argument "simcloud_ess_scaling_rule";
    instances_answer_odd_values_with_the_argument "simcloud_instance";
    nat_gateways_answer_odd_values_with_the_argument "simcloud_nat_gateway";
    policies_answer_odd_values_with_the_argument "simcloud_ram_policy";
    roles_answer_odd_values_with_the_argument "simcloud_ram_role";
    roles_of_instances_answer_odd_values_with_the_argument "simcloud_ram_role_attachment";
    policies_of_roles_answer_odd_values_with_the_argument "simcloud_ram_role_policy_attachment";
    route_entries_answer_odd_values_with_the_argument "simcloud_route_entry";
    reservations_answer_odd_values_with_the_argument "simcloud_run_instances";
    security_groups_answer_odd_values_with_the_argument "simcloud_security_group";
    security_group_rules_answer_odd_values_with_the_argument "simcloud_security_group_rule";
    snat_entries_answer_odd_values_with_the_argument "simcloud_snat_entry";
    vpcs_answer_odd_values_with_the_argument "simcloud_vpc";
    vswitches_answer_odd_values_with_the_argument "simcloud_vswitch";
    changes_of_the_world_answer_odd_values_with_the_argument "simcloud_world_change";
}

#[tokio::test]
async fn data_sources_and_lists_answer_odd_values_with_the_argument() {
    read_and_list_everything(APPLIED).await;
}

/// An action has a plan for what validation accepts.
#[tokio::test]
async fn actions_answer_odd_values_with_the_argument() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let provider = simcloud::provider::SimcloudProvider::new("simcloud", simcloud::provider::Settings::default());
    for (action, definition) in provider.actions() {
        let block = definition.schema().block;
        let mut faults = Faults { block: block.clone(), found: Vec::new() };
        let schema = client.schemas.action_schemas[&action].schema.clone().unwrap();
        let first = if action == "simcloud_advance_clock" { vec![("by", Value::from("1h"))] } else { Vec::new() };
        let config = Value::object(first);
        for place in places(&block) {
            for odd in odd_at(&place, &config) {
                let what = format!("action {action} with {} = {}", place.path, shown(&odd));
                let config = Some(encode(&schema, with(&config, &place.path, odd)));
                let request =
                    proto::validate_action_config::Request { type_name: action.clone(), config: config.clone() };
                let response = client.provider.validate_action_config(request).await.unwrap().into_inner();
                if !faults.read(&what, &said(response.diagnostics), &place, false) {
                    let request =
                        proto::plan_action::Request { action_type: action.clone(), config, ..Default::default() };
                    let response = client.provider.plan_action(request).await.unwrap().into_inner();
                    faults.read(&format!("{what}, planned"), &said(response.diagnostics), &place, false);
                }
            }
        }
        faults.assert_none();
    }
}

/// Under both names of the provider. Errors about the world may lack a path, because the CLI would print the line.
#[tokio::test]
async fn provider_blocks_answer_odd_values_with_the_argument() {
    for name in ["simcloud", "alicloud"] {
        let provider = simcloud::provider::SimcloudProvider::new(name, simcloud::provider::Settings::default());
        let block: Block = provider.schema().block;
        let mut faults = Faults { block: block.clone(), found: Vec::new() };
        let mut client = Client::in_process(std::sync::Arc::new(provider)).await;
        let config = Value::object::<&str, Value>([]);
        for place in places(&block) {
            let is_scenario = place.path.to_string() == "scenario";
            let odd = if is_scenario { odd_scenarios() } else { odd_at(&place, &config) };
            for odd in odd {
                let what = format!("provider {name} with {} = {}", place.path, shown(&odd));
                let odd = with(&config, &place.path, odd);
                let may_lack_path = place.path.to_string() == "world";
                let said = client.validate_provider(odd.clone()).await;
                faults.read(&what, &said, &place, may_lack_path);
                let said = client.configure(odd).await;
                faults.read(&format!("{what}, configured"), &said, &place, may_lack_path);
            }
        }
        faults.assert_none();
    }
}

/// Every member of a scenario with odd values, alone and in a list of objects.
fn odd_scenarios() -> Vec<Value> {
    let typed = |value: Value| Value::Typed(Box::new(value.literal_type()), Box::new(value));
    let members = [
        "seed",
        "stock",
        "prices",
        "offers",
        "quotas",
        "limits",
        "faults",
        "events",
        "key_pairs",
        "product_codes",
        "images",
        "nothing",
    ];
    let keys = ["zone_id", "instance_type", "spot", "pay_as_you_go", "at", "vcpus", "run_instances", "times", "code"];
    let odd = || odd_texts().into_iter().chain(odd_numbers()).chain([true.into(), Value::list(["a"])]);
    let mut all: Vec<Value> = odd().map(typed).collect();
    for member in members {
        all.extend(odd().map(|value| typed(Value::object([(member, value)]))));
        for key in keys {
            all.extend(
                odd().map(|value| typed(Value::object([(member, Value::list([Value::object([(key, value)])]))]))),
            );
        }
    }
    all
}

/// A value of another type than the schema's, as JSON: the attribute is named.
#[tokio::test]
async fn wrong_nesting_is_an_error_that_names_the_attribute() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    let mut faults = Vec::new();
    for type_name in world.resources() {
        for attribute in &world.blocks[&type_name].attributes {
            let wrong = wrong_json(attribute);
            let json = serde_json::to_vec(&serde_json::json!({ attribute.name.to_string(): wrong })).unwrap();
            let request = proto::validate_resource_config::Request {
                type_name: type_name.clone(),
                config: Some(proto::DynamicValue { msgpack: Bytes::new(), json }),
                client_capabilities: None,
            };
            let response = client.provider.validate_resource_config(request).await.unwrap().into_inner();
            let said = said(response.diagnostics);
            if !said.iter().any(|said| said.is_error && said.path.starts_with(&*attribute.name)) {
                faults.push(format!("{type_name}.{}: {said:?}", attribute.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn wrong_json(attribute: &Attribute) -> serde_json::Value {
    match attribute.value_type() {
        Type::String | Type::Number | Type::Bool => serde_json::json!([["web"]]),
        _ => serde_json::json!("web"),
    }
}
