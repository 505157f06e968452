//! Configurations made from states: a person could have written them, and they change nothing.

use std::collections::BTreeSet;

use simcloud::tf::schema::{Follows, Mode};
use simcloud::tf::{Attribute, Block, Nesting, Path, Value};

use crate::client::{Client, Stored};
use crate::fixtures::{Kind, TestWorld, places, with};

/// Whether the generated configuration of an object is valid and plans no change; what is wrong otherwise.
async fn faults(client: &mut Client, type_name: &str, stored: &Stored) -> Vec<String> {
    let config = client.generate(type_name, stored.state.clone()).await;
    let mut found = Vec::new();
    for said in client.validate(type_name, config.clone()).await.iter().filter(|said| said.is_error) {
        found.push(format!("{}: {}: {}", said.path, said.summary, said.detail));
    }
    let planned = client.plan(type_name, stored, &config).await;
    found.extend(planned.diagnostics.iter().filter(|said| said.is_error).map(|said| said.detail.clone()));
    if !planned.requires_replace.is_empty() {
        found.push(format!("replaces because of {:?}", planned.requires_replace));
    }
    for (name, value) in planned.state.as_map().into_iter().flatten() {
        let before = stored.state.get(name);
        if value != before {
            found.push(format!("{name} changes from {before} to {value}"));
        }
    }
    found
}

/// What no person writes: computed values, older names beside newer ones, tokens, defaults.
fn strange(block: &Block, config: &Value, at: &str, found: &mut Vec<String>) {
    let is_written = |attribute: &&Attribute| !config.get(&attribute.name).is_null();
    for attribute in block.attributes.iter().filter(is_written) {
        let value = config.get(&attribute.name);
        let is_chosen = attribute.mode == Mode::OptionalComputed;
        if attribute.mode == Mode::Computed
            || attribute.name == "client_token"
            || is_chosen && attribute.deprecated.is_some()
            || is_chosen && attribute.usual_value() == Some(value)
            || is_chosen && value.as_str() == Some("")
        {
            found.push(format!("{at}{} = {value}", attribute.name));
        }
    }
    for nested in &block.blocks {
        let value = config.get(&nested.name);
        let objects = if nested.nesting == Nesting::Single {
            std::slice::from_ref(value)
        } else {
            value.as_list().unwrap_or_default()
        };
        for object in objects {
            strange(&nested.block, object, &format!("{at}{}.", nested.name), found);
        }
    }
}

/// The configuration of an import repeated the client token, defaults and the names that are deprecated.
#[tokio::test]
async fn a_generated_configuration_is_what_a_person_would_write() {
    let world = TestWorld::new().await;
    for type_name in world.objects() {
        let mut client = world.client().await;
        let config = world.config(&type_name, "next");
        let made = client.change(&type_name, &Stored::nothing(), &config).await;
        let imported = client.import(&type_name, made.state.get("id").as_str().unwrap()).await;
        for stored in [client.read(&type_name, &imported).await, made] {
            assert_eq!(faults(&mut client, &type_name, &stored).await, [""; 0], "{type_name}");
            let generated = client.generate(&type_name, stored.state.clone()).await;
            let mut found = Vec::new();
            strange(&world.blocks[&type_name], &generated, "", &mut found);
            assert_eq!(found, [""; 0], "{type_name}");
        }
    }
}

/// An interface that exists is named by its id alone; its vSwitch and its security groups would be refused beside it.
#[tokio::test]
async fn interfaces_of_an_instance_are_generated_by_their_ids() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let type_name = "simcloud_instance";
    let mut config = world.config(type_name, "next");
    config.set("network_interfaces", Value::list([Value::object([("vswitch_id", "vsw-cn-heyuan-b")])]));
    let made = client.change(type_name, &Stored::nothing(), &config).await;
    let interface = made.state.get("network_interfaces").element(0);
    assert_eq!(interface.get("security_group_ids"), &Value::list(["default"]));
    let generated = client.generate(type_name, made.state.clone()).await;
    let written = generated.get("network_interfaces").element(0);
    let set: Vec<_> = written.as_map().unwrap().iter().filter(|(_, value)| !value.is_null()).collect();
    assert_eq!(set, [(&"network_interface_id".to_owned(), interface.get("network_interface_id"))]);
    assert_eq!(faults(&mut client, type_name, &made).await, [""; 0]);
}

#[tokio::test]
async fn what_was_written_comes_back() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    for (type_name, chosen) in [
        ("simcloud_vswitch", vec![]),
        ("simcloud_security_group", vec![]),
        ("simcloud_security_group_rule", vec![]),
        ("simcloud_ecs_key_pair", vec![]),
        ("simcloud_ecs_launch_template", vec![]),
        ("simcloud_auto_provisioning_group", vec![]),
        ("simcloud_instance", vec!["availability_zone"]),
    ] {
        let config = world.config(type_name, "next");
        let made = client.change(type_name, &Stored::nothing(), &config).await;
        let generated = client.generate(type_name, made.state.clone()).await;
        let written = |value: &Value| -> Vec<String> {
            let members = value.as_map().into_iter().flatten();
            let set = members.filter(|(name, value)| {
                !value.is_null() && value.as_list() != Some(&[]) && !chosen.contains(&name.as_str())
            });
            set.map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(written(&generated), written(&config), "{type_name}");
    }
}

/// The arguments of a configuration that have a value, with those of its blocks.
fn written(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    for (name, member) in value.as_map().into_iter().flatten() {
        let path = format!("{at}{name}");
        for element in member.as_list().unwrap_or_default() {
            written(element, &format!("{path}."), found);
        }
        if !member.is_null() && member.as_list() != Some(&[]) {
            found.insert(path);
        }
    }
}

/// The arguments of a generated configuration that the one of the object does not have.
fn unwritten(world: &TestWorld, type_name: &str, generated: &Value, config: &Value) -> Vec<String> {
    let [mut made, mut own] = [BTreeSet::new(), BTreeSet::new()];
    written(generated, "", &mut made);
    written(config, "", &mut own);
    // The newer name stands for the older one, and a list for its number.
    let stands_for_one = |name: &str| {
        let followers = world.blocks[type_name]
            .attributes
            .iter()
            .filter(|attribute| matches!(&attribute.follows, Follows::AnyOf(names) if names.contains(&name)));
        followers.into_iter().any(|attribute| own.contains(&*attribute.name))
    };
    made.retain(|name| !own.contains(name) && !stands_for_one(name) && !CHOSEN.contains(&(type_name, name)));
    made.into_iter().map(|name| format!("{name} was not written")).collect()
}

/// What nobody writes and no rest of a configuration says.
const CHOSEN: [(&str, &str); 5] = [
    // The market chooses the zone.
    ("simcloud_instance", "availability_zone"),
    // The type has both; a block knows no type.
    ("simcloud_instance", "cpu_options.core_count"),
    ("simcloud_instance", "cpu_options.threads_per_core"),
    // An interface that exists is named by its id.
    ("simcloud_instance", "network_interfaces.network_interface_id"),
    ("simcloud_run_instances", "zone_id"),
];

/// Arguments whose configuration is not made again, each with the reason.
const LEFT_OUT: [(&str, &str); 1] = [("simcloud_security_group name", "deprecated, and it contradicts the other name")];

#[tokio::test]
async fn every_object_has_a_configuration_that_plans_no_change() {
    every_argument(1).await;
}

#[tokio::test]
#[ignore = "a minute: every value is applied"]
async fn soak_every_object_has_a_configuration_that_plans_no_change() {
    every_argument(usize::MAX).await;
}

/// The objects that every region has, and objects with every argument alone, each with this number of values.
async fn every_argument(values: usize) {
    let world = TestWorld::new().await;
    let mut found = Vec::new();
    for type_name in world.objects() {
        let mut client = world.client().await;
        let (listed, _) = client.list(&type_name, Value::object::<&str, Value>([]), true, 0).await;
        for object in listed {
            let stored = Stored { state: object.state.unwrap(), ..Stored::nothing() };
            for fault in faults(&mut client, &type_name, &stored).await {
                found.push(format!("{type_name} {}: {fault}", object.display_name));
            }
        }
        let config = world.config(&type_name, "next");
        for left_out in config.as_map().into_iter().flatten().map(|(name, _)| name) {
            let others = config.as_map().into_iter().flatten().filter(|(name, _)| *name != left_out);
            let others = Value::object(others.map(|(name, value)| (name.clone(), value.clone())));
            found.extend(faults_of(&world, &type_name, &others, &format!("no {left_out}")).await);
        }
        for place in places(&world.blocks[&type_name]) {
            let Kind::Argument(attribute) = &place.kind else { continue };
            let name = format!("{type_name} {}", place.path);
            if LEFT_OUT.iter().any(|(left_out, _)| *left_out == name) {
                continue;
            }
            for value in world.samples(attribute).into_iter().take(values) {
                let config = with(&world.config(&type_name, "next"), &place.path, value.clone());
                found.extend(faults_of(&world, &type_name, &config, &format!("{} = {value}", place.path)).await);
            }
        }
    }
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
}

/// Creates an object, if the service takes the configuration, and imports, generates and deletes it.
async fn faults_of(world: &TestWorld, type_name: &str, config: &Value, what: &str) -> Vec<String> {
    let mut client = world.client().await;
    if client.validate(type_name, config.clone()).await.iter().any(|said| said.is_error) {
        return Vec::new();
    }
    let planned = client.plan(type_name, &Stored::nothing(), config).await;
    if planned.diagnostics.iter().any(|said| said.is_error) {
        return Vec::new();
    }
    let made = client.apply(type_name, &Stored::nothing(), &planned, config).await;
    let Some(id) = made.state.get("id").as_str() else { return Vec::new() };
    let imported = client.import(type_name, id).await;
    let read = client.read(type_name, &imported).await;
    let mut found = faults(&mut client, type_name, &read).await;
    let generated = client.generate(type_name, read.state.clone()).await;
    found.extend(unwritten(world, type_name, &generated, config));
    client.change(type_name, &made, &Value::Null).await;
    found.into_iter().map(|fault| format!("{type_name} with {what}: {fault}")).collect()
}

#[tokio::test]
async fn nothing_has_no_configuration() {
    let world = TestWorld::new().await;
    let mut client = world.unconfigured_client().await;
    for type_name in world.resources() {
        assert_eq!(client.generate(&type_name, Value::Null).await, Value::Null, "{type_name}");
    }
}

/// An imported group had the password's digest, which nobody can write; a configuration with the password replaces nothing.
#[tokio::test]
async fn an_imported_password_is_not_in_the_state_and_plans_no_replacement() {
    let world = TestWorld::new().await;
    for (type_name, path) in [
        ("simcloud_auto_provisioning_group", Path::root("launch_configuration").index(0).attribute("password")),
        ("simcloud_ess_scaling_configuration", Path::root("password")),
        ("simcloud_instance", Path::root("password")),
    ] {
        let mut client = world.client().await;
        let config = with(&world.config(type_name, "next"), &path, "aPassword1!".into());
        let made = client.change(type_name, &Stored::nothing(), &config).await;
        let imported = client.import(type_name, made.state.get("id").as_str().unwrap()).await;
        let read = client.read(type_name, &imported).await;
        assert!(!format!("{:?}", read.state).contains("pbkdf2"), "{type_name}: {:?}", read.state);
        assert_eq!(faults(&mut client, type_name, &read).await, [""; 0], "{type_name}");
        let planned = client.plan(type_name, &read, &config).await;
        assert!(planned.requires_replace.is_empty(), "{type_name}: {:?}", planned.requires_replace);
        let updated = client.apply(type_name, &read, &planned, &config).await;
        assert!(updated.diagnostics.iter().all(|said| !said.is_error), "{type_name}: {:?}", updated.diagnostics);
        let again = client.plan(type_name, &updated, &config).await;
        assert_eq!(again.state, updated.state, "{type_name}");
        if type_name == "simcloud_auto_provisioning_group" {
            let other = with(&config, &path, "anotherPassword1!".into());
            let replaced = client.plan(type_name, &read, &other).await;
            assert!(!replaced.requires_replace.is_empty(), "another password replaces the group");
        }
    }
}

/// What attaches a disk is its attachment, not the disk's own argument.
#[tokio::test]
async fn an_attached_disk_is_generated_without_the_instance() {
    let world = TestWorld::new().await;
    let mut client = world.client().await;
    let attachment = "simcloud_ecs_disk_attachment";
    let attached = client.change(attachment, &Stored::nothing(), &world.config(attachment, "next")).await;
    let disk_id = attached.state.get("disk_id").as_str().unwrap().to_owned();
    let imported = client.import("simcloud_ecs_disk", &disk_id).await;
    let disk = client.read("simcloud_ecs_disk", &imported).await;
    assert!(disk.state.get("instance_id").as_str().is_some_and(|id| id.starts_with("i-")), "{:?}", disk.state);
    let generated = client.generate("simcloud_ecs_disk", disk.state.clone()).await;
    assert_eq!((generated.get("instance_id"), generated.get("zone_id")), (&Value::Null, disk.state.get("zone_id")));
    assert_eq!(faults(&mut client, "simcloud_ecs_disk", &disk).await, [""; 0]);
}
