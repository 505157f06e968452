//! List resources: what is found is what a read after an import returns, in an order that stays, up to the limit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use simcloud::plugin::proto::tfplugin6 as proto;
use simcloud::provider::{Setting, Settings, SimcloudProvider};
use simcloud::tf::Value;

use crate::client::{Client, Found, Stored};
use crate::fake_provider::FakeProvider;
use crate::fixtures::TestWorld;

const INSTANCE: &str = "fake_instance";

fn nothing() -> Value {
    Value::object::<&str, Value>([])
}

fn ids(found: &[Found]) -> Vec<String> {
    found.iter().map(|object| object.identity.get("id").as_str().unwrap().to_owned()).collect()
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|object| object.display_name.as_str()).collect()
}

/// The list types, older names included.
fn types(client: &Client) -> Vec<String> {
    client.schemas.list_resource_schemas.keys().cloned().collect()
}

#[tokio::test]
async fn every_object_has_a_list_and_an_identity() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let request = proto::get_resource_identity_schemas::Request {};
    let identities = client.provider.get_resource_identity_schemas(request).await.unwrap().into_inner();
    let metadata = client.provider.get_metadata(proto::get_metadata::Request {}).await.unwrap().into_inner();
    let is_object = |name: &&String| *name != "simcloud_world_change";
    let resources: Vec<&String> = client.schemas.resource_schemas.keys().filter(is_object).collect();
    assert_eq!(types(&client).iter().collect::<Vec<_>>(), resources);
    assert_eq!(metadata.list_resources.iter().map(|list| &list.type_name).collect::<Vec<_>>(), resources);
    assert_eq!(identities.identity_schemas.keys().collect::<Vec<_>>(), resources);
    for (type_name, identity) in identities.identity_schemas {
        let attributes: Vec<_> =
            identity.identity_attributes.iter().map(|a| (a.name.as_str(), a.required_for_import)).collect();
        assert_eq!(attributes, [("id", true), ("region", false)], "{type_name}");
    }
}

/// OpenTofu refused states whose identity had no region, as releases before have written them.
#[tokio::test]
async fn an_identity_without_a_region_is_upgraded() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    for (version, expected) in [(0, None), (1, None), (2, Some("Unknown Identity Version"))] {
        let raw_identity =
            Some(proto::RawState { json: br#"{"id": "vpc-1"}"#.as_slice().into(), ..Default::default() });
        let request =
            proto::upgrade_resource_identity::Request { type_name: "simcloud_vpc".to_owned(), version, raw_identity };
        let response = client.provider.upgrade_resource_identity(request).await.unwrap().into_inner();
        assert_eq!(response.diagnostics.first().map(|said| said.summary.as_str()), expected, "{version}");
        assert_eq!(response.upgraded_identity.is_some(), expected.is_none(), "{version}");
    }
}

/// A state that Terraform 1.11 had written could not be read by Terraform 1.16.
#[tokio::test]
async fn an_identity_that_a_state_does_not_have_stays_null() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    for raw_identity in [None, Some(proto::RawState::default())] {
        for type_name in types(&client) {
            let raw_identity = raw_identity.clone();
            let request =
                proto::upgrade_resource_identity::Request { type_name: type_name.clone(), version: 0, raw_identity };
            let response = client.provider.upgrade_resource_identity(request).await.unwrap().into_inner();
            assert_eq!(response.diagnostics, [], "{type_name}");
            let identity = response.upgraded_identity.unwrap().identity_data.unwrap();
            assert_eq!(identity.msgpack.as_ref(), [0xc0], "{type_name}");
        }
    }
}

/// A query found other values than the import of the same object did.
#[tokio::test]
async fn every_object_is_listed_as_it_is_read_after_an_import() {
    let world = TestWorld::new().await;
    for type_name in world.objects() {
        let made = world.client().await.change(&type_name, &Stored::nothing(), &world.config(&type_name, "next")).await;
        let id = made.state.get("id").as_str().unwrap().to_owned();
        let mut client = world.client().await;
        let (found, said) = client.list(&type_name, nothing(), true, 0).await;
        assert_eq!(said, [], "{type_name}");
        assert!(ids(&found).contains(&id), "{type_name}: {:?} has no {id}", ids(&found));
        for object in &found {
            let id = object.identity.get("id").as_str().unwrap();
            assert_eq!(object.identity.get("region").as_str(), Some("cn-heyuan"), "{type_name} {id}");
            let imported = client.import_identity(&type_name, object.identity.clone()).await;
            let read = client.read(&type_name, &imported).await;
            assert_eq!(read.diagnostics, [], "{type_name} {id}");
            assert_eq!(object.state.as_ref(), Some(&read.state), "{type_name} {id}");
            assert!(!object.display_name.is_empty(), "{type_name} {id}");
        }
        let (again, _) = world.client().await.list(&type_name, nothing(), false, 0).await;
        assert_eq!(ids(&again), ids(&found), "{type_name}: the order stays");
        assert!(again.iter().all(|object| object.state.is_none()), "{type_name}: the object was not asked for");
        let (first, _) = client.list(&type_name, nothing(), false, 1).await;
        assert_eq!(ids(&first), ids(&found)[..1], "{type_name}");
    }
}

#[tokio::test]
async fn an_older_name_lists_the_same_objects() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    for (older, newer) in
        [("simcloud_key_pair", "simcloud_ecs_key_pair"), ("simcloud_launch_template", "simcloud_ecs_launch_template")]
    {
        let (found, _) = client.list(older, nothing(), true, 0).await;
        assert_eq!((found.len(), found), (1, client.list(newer, nothing(), true, 0).await.0), "{older}");
    }
    for (other, name, count) in [
        ("simcloud_eip", "simcloud_eip_address", 2),
        ("simcloud_disk", "simcloud_ecs_disk", 2),
        ("simcloud_disk_attachment", "simcloud_ecs_disk_attachment", 1),
        ("simcloud_network_interface", "simcloud_ecs_network_interface", 2),
        ("simcloud_network_interface_attachment", "simcloud_ecs_network_interface_attachment", 1),
    ] {
        let (found, _) = client.list(other, nothing(), true, 0).await;
        assert_eq!((found.len(), found), (count, client.list(name, nothing(), true, 0).await.0), "{other}");
    }
}

#[tokio::test]
async fn a_display_name_is_what_a_person_calls_the_object() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    for type_name in ["simcloud_auto_provisioning_group", "simcloud_security_group_rule"] {
        client.change(type_name, &Stored::nothing(), &world.config(type_name, "base")).await;
    }
    for (type_name, expected) in [
        ("simcloud_vpc", vec!["default-NODELETING", "web-base"]),
        ("simcloud_vswitch", vec!["default", "default", "web-base"]),
        ("simcloud_security_group", vec!["default", "web-base"]),
        ("simcloud_security_group_rule", vec!["web-base: ingress tcp 22/22 from 10.0.0.0/8"]),
        ("simcloud_ecs_key_pair", vec!["web-base"]),
        ("simcloud_ecs_disk", vec!["web-base", "web-base"]),
        ("simcloud_ecs_launch_template", vec!["web-base"]),
        ("simcloud_ecs_network_interface", vec!["web-base", "web-base"]),
        ("simcloud_ram_role", vec!["web-base"]),
        ("simcloud_ram_role_policy_attachment", vec!["web-base of web-base"]),
        ("simcloud_run_instances", vec!["2 instances of ecs.g7.large in cn-heyuan-b"]),
        ("simcloud_auto_provisioning_group", vec!["web-base"]),
    ] {
        let (found, _) = client.list(type_name, nothing(), false, 0).await;
        assert_eq!(names(&found), expected, "{type_name}");
    }
}

#[tokio::test]
async fn filters_select_as_those_of_the_data_sources_do() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    for type_name in world.objects() {
        client.change(&type_name, &Stored::nothing(), &world.config(&type_name, "next")).await;
    }
    let vpc = client.list("simcloud_vpc", Value::object([("vpc_name", "web-base")]), false, 0).await.0;
    let vpc = vpc[0].identity.get("id").clone();
    let text = |name: &'static str, value: &str| Value::object([(name, value)]);
    let all = ["web-base", "web-next"];
    let cases: Vec<(&str, Value, Vec<&str>)> = vec![
        ("simcloud_vpc", text("name_regex", "^web"), all.to_vec()),
        ("simcloud_vpc", text("name_regex", "next$"), vec!["web-next"]),
        ("simcloud_vpc", Value::object([("is_default", true)]), vec!["default-NODELETING"]),
        ("simcloud_vpc", Value::object([("ids", Value::list([vpc.clone(), "vpc-none".into()]))]), vec!["web-base"]),
        ("simcloud_vpc", Value::object([("tags", Value::object([("team", "a")]))]), vec![]),
        ("simcloud_vswitch", Value::object([("vpc_id", vpc)]), all.to_vec()),
        ("simcloud_vswitch", text("zone_id", "cn-heyuan-a"), vec!["default"]),
        ("simcloud_security_group", text("name_regex", "default"), vec!["default"]),
        ("simcloud_security_group_rule", text("type", "egress"), vec![]),
        ("simcloud_security_group_rule", text("security_group_id", "sg-none"), vec![]),
        ("simcloud_ecs_key_pair", text("name_regex", "base"), vec!["web-base"]),
        ("simcloud_ecs_key_pair", Value::object([("ids", Value::list(["web-next"]))]), vec!["web-next"]),
        ("simcloud_ecs_launch_template", text("launch_template_name", "web-next"), vec!["web-next"]),
        ("simcloud_run_instances", text("zone_id", "cn-heyuan-a"), vec![]),
        ("simcloud_run_instances", text("instance_type", "ecs.g6.large"), vec![]),
        ("simcloud_auto_provisioning_group", text("status", "active"), vec!["web-next"]),
        ("simcloud_auto_provisioning_group", text("status", "submitted"), vec![]),
        ("simcloud_auto_provisioning_group", text("auto_provisioning_group_type", "maintain"), vec![]),
        ("simcloud_auto_provisioning_group", text("zone_id", "cn-heyuan-z"), vec![]),
        ("simcloud_auto_provisioning_group", text("name_regex", "^web-"), vec!["web-next"]),
    ];
    for (type_name, config, expected) in cases {
        assert_eq!(client.validate_list(type_name, config.clone()).await, [], "{type_name} {config}");
        let (found, said) = client.list(type_name, config.clone(), false, 0).await;
        assert_eq!((names(&found), said), (expected, vec![]), "{type_name} {config}");
    }
}

#[tokio::test]
async fn a_mistake_is_an_error_at_its_argument() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    for (argument, value, summary) in [
        ("region", "cn-heyuann", "Unknown Region"),
        ("name_regex", "web(", "Invalid Regular Expression"),
        ("status", "runing", "Invalid Attribute Value"),
    ] {
        let config = Value::object([(argument, value)]);
        let said = client.validate_list("simcloud_auto_provisioning_group", config).await;
        let [error] = &said[..] else { panic!("{argument}: {said:?}") };
        assert_eq!((error.summary.as_str(), error.path.as_str()), (summary, argument));
    }
    // A client may list what it never validated.
    for config in [("region", "nowhere"), ("name_regex", "web(")] {
        let (found, said) = client.list("simcloud_vpc", Value::object([config]), true, 0).await;
        assert_eq!((found.len(), said.len(), said[0].path.as_str()), (0, 1, config.0), "{said:?}");
    }
    let (found, said) = client.list("simcloud_vpc", Value::object([("vpc_name", Value::Unknown)]), true, 0).await;
    assert_eq!((found.len(), said[0].summary.as_str()), (0, "Unknown Value"));
}

#[tokio::test]
async fn another_region_of_the_same_world_is_listed() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let (found, said) = client.list("simcloud_vpc", Value::object([("region", "cn-beijing")]), true, 0).await;
    assert_eq!(said, []);
    assert_eq!(ids(&found), ["vpc-cn-beijing"]);
    assert_eq!(found[0].identity.get("region").as_str(), Some("cn-beijing"));
    assert_eq!(found[0].state.as_ref().unwrap().get("region_id").as_str(), Some("cn-beijing"));
    let refused = client.import_identity("simcloud_vpc", found[0].identity.clone()).await;
    let said = &refused.diagnostics[0];
    assert_eq!((said.is_error, said.summary.as_str()), (true, "Object In Another Region"));
    assert!(said.detail.contains("\"cn-beijing\"") && said.detail.contains("\"cn-heyuan\""), "{}", said.detail);
}

#[tokio::test]
async fn an_empty_world_has_what_every_region_has() {
    let directory = tempfile::tempdir().unwrap();
    let world =
        Some(Setting { name: "SIMCLOUD_WORLD", value: directory.path().join("world.db").display().to_string() });
    let provider = SimcloudProvider::new("alicloud", Settings { world, ..Settings::default() });
    let mut client = Client::in_process(Arc::new(provider)).await;
    assert_eq!(client.configure(Value::object([("region", "cn-heyuan")])).await, []);
    let always = BTreeMap::from([("alicloud_vpc", 1), ("alicloud_vswitch", 2), ("alicloud_security_group", 1)]);
    for type_name in types(&client) {
        let (found, said) = client.list(&type_name, nothing(), true, 0).await;
        let expected = always.get(type_name.as_str()).copied().unwrap_or_default();
        assert_eq!((found.len(), said), (expected, vec![]), "{type_name}");
    }
}

#[tokio::test]
async fn a_list_without_a_configured_provider_is_an_error() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    for type_name in types(&client) {
        let (found, said) = client.list(&type_name, nothing(), true, 0).await;
        assert_eq!((found.len(), said[0].summary.as_str()), (0, "Provider Not Configured"), "{type_name}");
    }
}

#[tokio::test]
async fn the_limit_ends_a_list_that_has_no_end() {
    let provider = FakeProvider::default();
    let instances = provider.instances();
    let mut client = Client::in_process(Arc::new(provider)).await;
    let (found, said) = client.list(INSTANCE, nothing(), true, 3).await;
    assert_eq!((ids(&found), said), (vec!["f-0".to_owned(), "f-1".to_owned(), "f-2".to_owned()], vec![]));
    assert_eq!(instances.listed(), 3, "what is not sent is not made");
}

/// Terraform stops reading at its limit and cancels the call.
#[tokio::test]
async fn an_abandoned_list_ends_and_harms_nothing() {
    let provider = FakeProvider::default();
    let instances = provider.instances();
    let mut client = Client::in_process(Arc::new(provider)).await;
    let mut events = client.list_stream(INSTANCE, nothing(), 0).await;
    for _ in 0..2 {
        assert!(events.message().await.unwrap().is_some());
    }
    drop(events);
    let mut before = instances.listed();
    tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let now = instances.listed();
            if now == before {
                break;
            }
            before = now;
        }
    })
    .await
    .expect("the list goes on without a client");
    let (found, _) = client.list(INSTANCE, nothing(), false, 1).await;
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn warnings_come_first_and_an_error_comes_last() {
    let mut client = Client::in_process(Arc::new(FakeProvider::default())).await;
    let mut events = client.list_stream(INSTANCE, Value::object([("mode", "warn")]), 1).await;
    let first = events.message().await.unwrap().unwrap();
    assert_eq!((first.identity, first.diagnostic[0].summary.as_str()), (None, "Slow"));
    assert!(events.message().await.unwrap().unwrap().identity.is_some());
    assert_eq!(events.message().await.unwrap(), None);

    let (found, said) = client.list(INSTANCE, Value::object([("mode", "fail")]), false, 0).await;
    assert_eq!((found.len(), said[0].path.as_str(), said[0].summary.as_str()), (0, "mode", "Not Listed"));
    let (found, said) = client.list(INSTANCE, Value::object([("mode", "panic")]), false, 0).await;
    assert_eq!((found.len(), said[0].summary.as_str()), (2, "Provider Panicked"));
    let (found, said) = client.list("fake_nothing", nothing(), false, 0).await;
    assert_eq!((found.len(), said[0].summary.as_str()), (0, "Unknown Type"));
}
