//! States as the provider leaves them: everything computed is filled, and a stored state comes back as it was.

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::tf::codec::json;
use simcloud::tf::schema::{AttributeKind, Mode};
use simcloud::tf::{Attribute, Block, Value};

use crate::client::{Stored, block_type, decode, said};
use crate::fixtures::TestWorld;

/// Computed attributes that may be null, each with the reason.
const NULL: [(&str, &str); 24] = [
    ("size", "the launch leaves it to the disk category"),
    ("internet_max_bandwidth_out", "the launch names none"),
    ("eni_amount", "the catalogue does not know it"),
    ("nvme_support", "the catalogue does not know it"),
    ("min", "no size of this disk category is documented"),
    ("max", "no size of this disk category is documented"),
    ("error_code", "nothing went wrong"),
    ("error_message", "nothing went wrong"),
    ("error_msg", "nothing went wrong"),
    ("unsupported_reason", "it is supported"),
    ("key_name", "the instance has no key pair"),
    ("key_pair_name", "the instance has no key pair"),
    ("public_key_file", "the instance has no key pair"),
    ("public_ip", "no public address was asked for"),
    ("spot_price_limit", "the instance has no price limit"),
    ("user_data", "none was given"),
    ("user_data_base64", "none was given"),
    ("userdata", "none was given"),
    ("zone_id", "the template names no vSwitch"),
    ("vpc_id", "the template names no vSwitch"),
    ("system_disk_category", "the template leaves it to the launch"),
    ("system_disk_description", "the template leaves it to the launch"),
    ("system_disk_name", "the template leaves it to the launch"),
    ("system_disk_size", "the template leaves it to the launch"),
];

fn nulls(attributes: &[Attribute], value: &Value, at: &str, found: &mut Vec<String>) {
    for attribute in attributes.iter().filter(|attribute| attribute.mode != Mode::Optional) {
        let (here, inner) = (format!("{at}.{}", attribute.name), value.get(&attribute.name));
        if inner.is_null() && !NULL.iter().any(|(name, _)| *name == attribute.name) {
            found.push(here.clone());
        }
        if let AttributeKind::Nested(_, attributes) = &attribute.kind {
            for element in inner.as_list().unwrap_or_default() {
                nulls(attributes, element, &here, found);
            }
        }
    }
}

fn check_filled(block: &Block, value: &Value, what: &str, found: &mut Vec<String>) {
    if !value.is_wholly_known() {
        found.push(format!("{what} has something unknown: {value}"));
    }
    nulls(&block.attributes, value, what, found);
}

#[tokio::test]
async fn everything_computed_is_filled() {
    let world = TestWorld::new().await;
    let mut found = Vec::new();
    for type_name in world.resources() {
        let (block, config) = (&world.blocks[&type_name], world.config(&type_name, "next"));
        let made = world.client().await.change(&type_name, &Stored::nothing(), &config).await;
        check_filled(block, &made.state, &format!("{type_name}, applied"), &mut found);
        let read = world.client().await.read(&type_name, &made).await;
        check_filled(block, &read.state, &format!("{type_name}, read"), &mut found);
        // What is no object cannot be imported.
        let Some(id) = made.state.get("id").as_str() else { continue };
        let mut client = world.client().await;
        let imported = client.import(&type_name, id).await;
        let imported = client.read(&type_name, &imported).await;
        check_filled(block, &imported.state, &format!("{type_name}, imported"), &mut found);
    }
    for type_name in world.data_sources() {
        let config = world.config(&type_name, "next");
        let (answer, said) = world.client().await.read_data(&type_name, config).await;
        assert!(said.iter().all(|said| !said.is_error), "{type_name}: {said:?}");
        check_filled(&world.blocks[&type_name], &answer, &format!("data {type_name}"), &mut found);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Every version of every schema, as a state file has it and with keys that this provider does not know.
#[tokio::test]
async fn stored_states_come_back_as_they_were() {
    let world = TestWorld::new().await;
    for type_name in world.resources() {
        let config = world.config(&type_name, "next");
        let mut client = world.client().await;
        let made = client.change(&type_name, &Stored::nothing(), &config).await;
        let schema = client.resource(&type_name).clone();
        let stored = json::encode(&made.state, &block_type(schema.block.as_ref().unwrap())).unwrap();
        let mut foreign = stored.clone();
        add_foreign_keys(&mut foreign);
        for (version, state) in (0..=schema.version).flat_map(|version| [(version, &stored), (version, &foreign)]) {
            let request = proto::upgrade_resource_state::Request {
                type_name: type_name.clone(),
                version,
                raw_state: Some(proto::RawState {
                    json: serde_json::to_vec(state).unwrap().into(),
                    ..Default::default()
                }),
            };
            let response = client.provider.upgrade_resource_state(request).await.unwrap().into_inner();
            assert_eq!(said(response.diagnostics), [], "{type_name}, version {version}");
            let upgraded = decode(&schema, response.upgraded_state);
            assert_eq!(upgraded, made.state, "{type_name}, version {version}");
        }
    }
}

/// Adds to every object what no schema has; maps, such as tags, are left alone.
fn add_foreign_keys(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(elements) => elements.iter_mut().for_each(add_foreign_keys),
        serde_json::Value::Object(members) if members.contains_key("id") || members.contains_key("instance_type") => {
            members.values_mut().for_each(add_foreign_keys);
            members.insert("of_another_version".to_owned(), serde_json::json!([{ "a": [1, null] }]));
        }
        _ => {}
    }
}
