//! What commands print as JSON is on the page about commands, member by member, and the page lists nothing else.

use std::collections::BTreeSet;

use serde_json::Value;
use simcloud::cloud::model::{CreateVSwitchRequest, CreateVpcRequest, DeleteAutoProvisioningGroupRequest};

use crate::outlook;
use crate::plans;
use crate::report::sandbox_with_a_story;
use crate::sandbox::Sandbox;

/// An object, by the command or the member that has it, and one of its members.
type Member = (String, String);

/// Members whose own members are named by others: by a scenario, by people, or by types of resources.
const OPEN: [&str; 3] = ["rules", "tags", "other_types"];

/// Objects of the same form under several names: the page names the form.
const FORMS: [(&str, &[&str]); 5] = [
    ("fleet", &["groups", "reservations", "scaling_groups", "instances"]),
    ("over_time", &["total_target_capacity_over_time", "instance_count_over_time", "fulfilled_capacity_over_time"]),
    ("cost", &["by_group", "by_reservation", "by_scaling_group"]),
    ("contents", &["cleared"]),
    ("object", &["destroyed", "kept", "resources"]),
];

#[test]
fn json_of_world_commands_is_documented_member_by_member() {
    let printed = printed_by_world_commands();
    compare(&printed, &documented("## JSON"));
}

#[test]
fn json_of_an_outlook_is_documented_member_by_member() {
    let json = outlook::outlook_json(
        &plans::aws(),
        &["--horizon", "2h", "--markets", "2", "--compare", "--require", "launched_share >= 0"],
    );
    let mut printed = BTreeSet::new();
    collect("outlook", &json, &mut printed);
    let figures: BTreeSet<String> = json["fleets"][0]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| value["p50"].is_number())
        .map(|(name, _)| name.clone())
        .collect();
    let printed = printed.into_iter().map(|(object, member)| {
        let object = if figures.contains(&object) { "figure".to_owned() } else { object };
        (object, member)
    });
    compare(&printed.collect(), &documented("## JSON of an outlook"));
}

/// Every command says in which form it prints.
fn printed_by_world_commands() -> BTreeSet<Member> {
    let sandbox = sandbox_with_a_story();
    network_with_an_instance(&sandbox);
    let commands: [&[&str]; 15] = [
        &["show"],
        &["history"],
        &["costs"],
        &["report", "page.html"],
        &["advance", "1h"],
        &["terminate", "--count", "1"],
        &["reclaim", "--count", "1"],
        &["history"],
        &["market", "rules.json"],
        &["list"],
        &["destroy", "--name", "pr-*"],
        &["show"],
        &["reset"],
        &["drop"],
        &["show"],
    ];
    let mut printed = BTreeSet::new();
    let mut add = |command: &str, text: &str| {
        let json: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{command}: {error}: {text}"));
        assert_eq!(json["format_version"], "2.0", "{command}");
        collect(command, &json, &mut printed);
    };
    add("copy", &sandbox.run(&["world", "copy", "world.db", "second.db", "--json"]).stdout);
    add("version", &sandbox.run(&["version", "--json"]).stdout);
    std::fs::write(sandbox.path("damaged.db"), damaged(&std::fs::read(sandbox.path("second.db")).unwrap())).unwrap();
    for arguments in commands {
        let printed = sandbox.run(&[&["world"], arguments, &["--json", "--world", "world.db"]].concat());
        // The clean-up keeps something, and says so.
        assert_eq!(printed.code, i32::from(arguments[0] == "destroy"), "{arguments:?}: {printed:?}");
        add(arguments[0], &printed.stdout);
    }
    let left = leaves_an_instance(&sandbox);
    add("release", &sandbox.world(&["release", &left, "--json"]));
    printed
}

/// A world that is listed and cannot be read.
fn damaged(world: &[u8]) -> Vec<u8> {
    let (head, rest) = world.split_at(200);
    [head, &vec![0xff; rest.len()]].concat()
}

/// A vSwitch whose name a clean-up selects, in a VPC of that name that another vSwitch keeps; and a tagged instance.
fn network_with_an_instance(sandbox: &Sandbox) {
    let cloud = sandbox.cloud();
    let vpc = CreateVpcRequest {
        name: Some("pr-1".to_owned()),
        cidr_block: Some("10.0.0.0/16".to_owned()),
        ..CreateVpcRequest::default()
    };
    let vpc_id = cloud.create_vpc(&vpc).unwrap().vpc_id;
    for (name, block) in [("pr-1-a", "10.0.0.0/24"), ("stays", "10.0.1.0/24")] {
        let vswitch = CreateVSwitchRequest {
            vpc_id: Some(vpc_id.clone()),
            zone_id: Some("cn-heyuan-b".into()),
            cidr_block: Some(block.to_owned()),
            name: Some(name.to_owned()),
            ..CreateVSwitchRequest::default()
        };
        cloud.create_vswitch(&vswitch).unwrap();
    }
    let mut tagged = crate::sandbox::group("tagged", 0, 1);
    tagged.launch_configuration.tags = [("team".to_owned(), "web".to_owned())].into_iter().collect();
    sandbox.create_group(&tagged);
    sandbox.world(&["advance", "1h"]);
}

/// The id of a group that was deleted and left its instances running.
fn leaves_an_instance(sandbox: &Sandbox) -> String {
    sandbox.create("left", 1, 0);
    let shown: Value = serde_json::from_str(&sandbox.world(&["show", "--json"])).unwrap();
    let id = shown["groups"][0]["id"].as_str().unwrap().to_owned();
    let request = DeleteAutoProvisioningGroupRequest { group_id: id.as_str().into(), terminate_instances: Some(false) };
    sandbox.cloud().delete_auto_provisioning_group(&request).unwrap();
    id
}

/// The members of an object and of all objects in it.
fn collect(object: &str, json: &Value, found: &mut BTreeSet<Member>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                found.insert((form(object).to_owned(), name.clone()));
                if !OPEN.contains(&name.as_str()) {
                    collect(name, value, found);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(object, element, found)),
        _ => {}
    }
}

fn form(object: &str) -> &str {
    FORMS.iter().find(|(_, names)| names.contains(&object)).map_or(object, |(form, _)| form)
}

/// The pairs of the tables of a section: a row names members, and the commands or objects that have them.
fn documented(heading: &str) -> BTreeSet<Member> {
    let page = include_str!("../../docs/guides/commands-and-json.md");
    let section = page.split_once(&format!("\n{heading}\n")).expect("the section").1;
    let section = section.split("\n## ").next().unwrap_or(section);
    let names = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut pairs = BTreeSet::new();
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        for member in names(cells[0]) {
            pairs.extend(names(cells[1]).into_iter().map(|object| (object, member.clone())));
        }
    }
    pairs
}

#[track_caller]
fn compare(printed: &BTreeSet<Member>, documented: &BTreeSet<Member>) {
    let missing: Vec<_> = printed.difference(documented).collect();
    let surplus: Vec<_> = documented.difference(printed).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "not on the page: {missing:#?}\nnot printed: {surplus:#?}");
}
