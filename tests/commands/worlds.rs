//! Worlds as they are remembered, listed, cleaned up and measured.

use std::process::Command;

use serde_json::Value;

use crate::sandbox::{Printed, Sandbox, group};
use simcloud::cloud::model::{CreateAutoProvisioningGroupRequest, CreateVpcRequest};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Runs a command with variables of the environment.
fn run_with(sandbox: &Sandbox, variables: &[(&str, &str)], arguments: &[&str]) -> Printed {
    let mut command: Command = sandbox.command(arguments);
    command.envs(variables.iter().copied());
    sandbox.finish(command)
}

const SMALL: [&str; 4] = ["--zone", "cn-heyuan-b", "--instance-type", "ecs.s6-c1m1.small"];

/// The provider saw an empty zone, and `world show` fifty free instances.
#[test]
fn w14_commands_work_under_the_scenario_of_the_latest_change() {
    let sandbox = Sandbox::with_a_group();
    let scenario = r#"{ "seed": 7, "stock": [{ "zone_id": "cn-heyuan-b", "spot": 3 }] }"#;
    std::fs::write(sandbox.path("few.json"), scenario).unwrap();
    let free = |arguments: &[&str]| {
        let shown = json(&sandbox.world(&[&["show", "--json"], &SMALL[..], arguments].concat()));
        (shown["pools"][0]["spot"]["supply"].as_u64().unwrap(), shown["scenario"].clone())
    };
    assert!(free(&[]).0 > 3);
    assert_eq!(free(&[]).1, Value::Null);
    sandbox.world(&["advance", "1h", "--scenario", "few.json"]);
    assert_eq!(free(&[]), (3, serde_json::json!({ "source": "world", "seed": 7 })));
    assert!(free(&["--no-scenario"]).0 > 3);
    let text = sandbox.world(&["advance", "1h"]);
    assert!(text.contains("under the scenario of its latest change"), "{text}");
    // A copy sees what its world sees; a world that is reset has no scenario.
    assert_eq!(sandbox.run(&["world", "copy", "world.db", "copy.db"]).code, 0);
    let copy = sandbox.run(&["world", "show", "--json", "--world", "copy.db"]).stdout;
    assert_eq!(json(&copy)["scenario"]["seed"], 7);
    sandbox.world(&["reset"]);
    assert_eq!(free(&[]).1, Value::Null);
}

#[test]
fn the_seed_of_the_environment_is_that_of_commands() {
    let sandbox = Sandbox::with_a_group();
    let show = ["world", "show", "--json", "--world", "world.db"];
    let shown = json(&run_with(&sandbox, &[("SIMCLOUD_SEED", "12")], &show).stdout);
    assert_eq!(shown["scenario"], serde_json::json!({ "source": "SIMCLOUD_SEED", "seed": 12 }));
    let refused = run_with(&sandbox, &[("SIMCLOUD_SEED", "-1")], &show);
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""));
    insta::assert_snapshot!("a_seed_that_is_no_number", refused.stderr);
}

/// The events of an hour were passed for good, and nothing said so.
#[test]
fn advance_warns_of_events_that_it_passes() {
    let sandbox = Sandbox::with_a_group();
    let scenario =
        r#"{ "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }, { "at": "30h", "reclaim_spot": {} }] }"#;
    std::fs::write(sandbox.path("events.json"), scenario).unwrap();
    sandbox.world(&["advance", "1h", "--scenario", "events.json"]);
    let printed = sandbox.run(&["world", "advance", "6h", "--no-scenario", "--json", "--world", "world.db"]);
    assert_eq!(printed.code, 0);
    insta::assert_snapshot!("events_were_passed", printed.stderr);
    assert_eq!(json(&printed.stdout)["warnings"].as_array().unwrap().len(), 1);
    // Under the scenario of the world nothing is passed.
    let advanced = json(&sandbox.world(&["advance", "30h", "--json"]));
    assert_eq!(advanced["warnings"], serde_json::json!([]));
    assert_eq!(advanced["activities"].as_array().unwrap().iter().filter(|one| one["kind"] == "ReclaimSpot").count(), 1);
}

#[test]
fn list_tells_worlds_from_other_files() {
    let sandbox = Sandbox::with_a_group();
    assert_eq!(sandbox.run(&["world", "copy", "world.db", "second.db"]).code, 0);
    std::fs::write(sandbox.path("notes.txt"), "no world").unwrap();
    insta::assert_snapshot!("list", sandbox.world(&["list"]));
    let listed = json(&sandbox.run(&["world", "list", "--json", "."]).stdout);
    let names: Vec<&str> =
        listed["worlds"].as_array().unwrap().iter().map(|world| world["world"].as_str().unwrap()).collect();
    assert_eq!(names, ["second.db", "world.db"]);
    let contents = &listed["worlds"][0]["contents"];
    assert_eq!((&contents["group_count"], &contents["instance_count"]), (&1.into(), &3.into()));
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    insta::assert_snapshot!("list_nothing", sandbox.run(&["world", "list", "empty"]).stdout);
}

/// The world of a project lies in `.simcloud`, and its folder was said to have none.
#[test]
fn list_finds_the_world_of_a_project_and_says_what_to_write_of_a_file() {
    let sandbox = Sandbox::with_a_group();
    std::fs::create_dir(sandbox.path("project")).unwrap();
    assert_eq!(sandbox.run(&["world", "copy", "world.db", "project/.simcloud/world.db"]).code, 0);
    for place in ["project", "project/.simcloud"] {
        let listed = json(&sandbox.run(&["world", "list", place, "--json"]).stdout);
        assert_eq!(listed["worlds"].as_array().unwrap().len(), 1, "{listed}");
        assert_eq!(listed["worlds"][0]["world"], "project/.simcloud/world.db");
    }
    assert_eq!(sandbox.run(&["world", "copy", "world.db", "project/second.db"]).code, 0);
    let listed = json(&sandbox.run(&["world", "list", "project", "--json"]).stdout);
    assert_eq!(listed["worlds"].as_array().unwrap().len(), 2, "{listed}");
    let nothing = sandbox.run(&["world", "list"]);
    assert_eq!((nothing.code, nothing.stderr.as_str()), (0, ""), "no folder of the default world is no error");
    let refused = sandbox.refused(&["world", "list", "world.db"]);
    assert!(refused.contains("`world show --world world.db`"), "{refused}");
}

#[test]
fn drop_removes_a_world_and_nothing_else() {
    let sandbox = Sandbox::with_a_group();
    std::fs::write(sandbox.path("notes.txt"), "no world ".repeat(100)).unwrap();
    insta::assert_snapshot!("drop", sandbox.world(&["drop"]));
    let left: Vec<_> = std::fs::read_dir(sandbox.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["notes.txt"]);
    insta::assert_snapshot!("drop_again", sandbox.world(&["drop"]));
    assert_eq!(json(&sandbox.world(&["drop", "--json"]))["dropped"], false);
    insta::assert_snapshot!("drop_refused", sandbox.refusals(&[&["world", "drop", "--world", "notes.txt"]]));
    assert!(sandbox.path("notes.txt").exists());
}

#[test]
fn w15_destroy_cleans_up_by_id_name_and_age() {
    let sandbox = Sandbox::with_a_group();
    for name in ["pr-17-web", "pr-17-batch", "pr-18-web"] {
        sandbox.create(name, 1, 1);
    }
    let destroyed = json(&sandbox.world(&["destroy", "--name", "pr-17-*", "--json"]));
    let names: Vec<&str> =
        destroyed["destroyed"].as_array().unwrap().iter().map(|object| object["name"].as_str().unwrap()).collect();
    assert_eq!((names.as_slice(), &destroyed["instance_count"]), (&["pr-17-web", "pr-17-batch"][..], &4.into()));
    let shown = json(&sandbox.world(&["show", "--json"]));
    assert_eq!(shown["groups"].as_array().unwrap().len(), 2);
    let in_use: u64 =
        shown["pools"].as_array().unwrap().iter().map(|pool| pool["spot"]["in_use"].as_u64().unwrap()).sum();
    assert_eq!(in_use, 3, "what was destroyed holds no stock any more");
    let id = shown["groups"][0]["id"].as_str().unwrap();
    let text = sandbox.world(&["destroy", id]);
    insta::assert_snapshot!("destroy", text.replace(id, "[id]"));
    insta::assert_snapshot!(
        "destroy_nothing",
        sandbox.refused(&["world", "destroy", "apg-none", "--world", "world.db"])
    );
    // The sandbox made everything at the start of 2026, in real time too.
    assert_eq!(
        json(&sandbox.world(&["destroy", "--older-than", "1h", "--json"]))["destroyed"].as_array().unwrap().len(),
        1
    );
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["groups"], serde_json::json!([]));
}

/// Two instances were lost, and still counted.
#[test]
fn w15_destroy_counts_the_instances_that_the_world_had() {
    let sandbox = Sandbox::new();
    sandbox.create("web", 0, 6);
    sandbox.world(&["reclaim", "--count", "2"]);
    let count = |listed: &Value| listed["worlds"][0]["contents"]["instance_count"].clone();
    assert_eq!(count(&json(&sandbox.run(&["world", "list", ".", "--json"]).stdout)), 4);
    let outcome = json(&sandbox.world(&["destroy", "--name", "web", "--json", "--dry-run"]));
    assert_eq!(outcome["instance_count"], 4);
    let activity = outcome["activities"].as_array().unwrap().last().unwrap();
    assert_eq!(activity["destroyed_instance_ids"].as_array().unwrap().len(), 4);
    let text = sandbox.world(&["destroy", "--name", "web"]);
    assert!(text.starts_with("Destroyed 1 object with 4 instances\n"), "{text}");
}

/// What lies in others goes first; what holds something that stays is kept, or refused where it was named.
#[test]
fn destroy_goes_from_the_inside_out() {
    use simcloud::cloud::model::{CreateVSwitchRequest, CreateVpcRequest};
    let sandbox = Sandbox::with_a_group();
    let cloud = sandbox.cloud();
    let vpc = |name: &str| {
        let request = CreateVpcRequest {
            name: Some(name.to_owned()),
            cidr_block: Some("10.0.0.0/16".to_owned()),
            ..CreateVpcRequest::default()
        };
        cloud.create_vpc(&request).unwrap().vpc_id
    };
    let vswitch = |vpc_id: &simcloud::base::VpcId, name: &str| {
        let request = CreateVSwitchRequest {
            vpc_id: Some(vpc_id.clone()),
            zone_id: Some("cn-heyuan-b".into()),
            cidr_block: Some("10.0.0.0/24".to_owned()),
            name: Some(name.to_owned()),
            ..CreateVSwitchRequest::default()
        };
        cloud.create_vswitch(&request).unwrap()
    };
    let (first, second) = (vpc("pr-1"), vpc("pr-2"));
    let inside = [vswitch(&first, "pr-1-a"), vswitch(&second, "stays")].map(|vswitch| vswitch.vswitch_id);
    let refused = sandbox.refused(&["world", "destroy", second.as_str(), "--world", "world.db"]);
    assert!(refused.contains(second.as_str()) && refused.contains("still holds vsw-"), "{refused}");
    let destroy = ["world", "destroy", "--name", "pr-*", "--world", "world.db"];
    let foretold = sandbox.run(&[&destroy[..], &["--dry-run"]].concat());
    let named = |text: &str| {
        let ids = [
            (first.as_str(), "[vpc 1]"),
            (second.as_str(), "[vpc 2]"),
            (inside[0].as_str(), "[vswitch 1]"),
            (inside[1].as_str(), "[vswitch 2]"),
        ];
        ids.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name))
    };
    insta::assert_snapshot!("destroy_dry_run", format!("{}{}", named(&foretold.stdout), foretold.stderr));
    assert_eq!(foretold.code, 1, "something that should go would stay");
    let printed = sandbox.run(&[&destroy[..], &["--json"]].concat());
    assert_eq!(printed.code, 1, "{printed:?}");
    let outcome = json(&printed.stdout);
    assert_eq!((&outcome["unmatched_count"], &outcome["dry_run"]), (&2.into(), &false.into()));
    let kinds = |list: &str| -> Vec<String> {
        outcome[list].as_array().unwrap().iter().map(|one| format!("{} {}", one["kind"], one["name"])).collect()
    };
    assert_eq!(kinds("destroyed"), [r#""vswitch" "pr-1-a""#, r#""vpc" "pr-1""#]);
    assert_eq!(kinds("kept"), [r#""vpc" "pr-2""#]);
}

/// What a branch made is found by its tag, on the object, on the instances of a fleet, or on a stand-in.
#[test]
fn w15_destroy_cleans_up_by_tag_and_tells_before_it_does() {
    use simcloud::cloud::model::{CreateVpcRequest, Tags};
    let sandbox = Sandbox::with_a_group();
    let branch = |name: &str| Tags::from([("branch".to_owned(), name.to_owned()), ("team".to_owned(), "a".to_owned())]);
    sandbox.create_group(&CreateAutoProvisioningGroupRequest { tags: branch("pr-17"), ..group("own", 1, 0) });
    let mut launches = group("of-instances", 1, 1);
    launches.launch_configuration.tags = branch("pr-17");
    sandbox.create_group(&launches);
    sandbox.create_group(&CreateAutoProvisioningGroupRequest { tags: branch("pr-18"), ..group("other", 1, 0) });
    let vpc = CreateVpcRequest { name: Some("net".to_owned()), tags: branch("pr-17"), ..CreateVpcRequest::default() };
    sandbox.cloud().create_vpc(&vpc).unwrap();
    let names = |arguments: &[&str]| -> Vec<String> {
        let outcome = json(&sandbox.world(&[&["destroy", "--json"], arguments].concat()));
        outcome["destroyed"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let of_branch = ["own", "of-instances", "net"];
    assert_eq!(names(&["--dry-run", "--tag", "branch=pr-17"]), of_branch);
    assert_eq!(names(&["--dry-run", "--tag", "branch=pr-17", "--tag", "team=b"]), Vec::<String>::new());
    assert_eq!(names(&["--dry-run", "--tag", "branch=pr-*", "--name", "o*"]), ["own", "of-instances", "other"]);
    assert_eq!(names(&["--tag", "branch=pr-17"]), of_branch, "a dry run changed nothing");
    assert_eq!(names(&["--tag", "branch=pr-17"]), Vec::<String>::new());
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["groups"].as_array().unwrap().len(), 2);
    let misused = sandbox.run(&["world", "destroy", "--tag", "pr-17", "--world", "world.db"]);
    assert_eq!((misused.code, misused.stdout.as_str()), (2, ""));
    assert!(misused.stderr.contains("it is not KEY=VALUE, such as branch=pr-17"), "{}", misused.stderr);
}

#[test]
fn metrics_are_open_metrics() {
    let sandbox = Sandbox::new();
    sandbox.create("pr-17-web", 1, 2);
    let text = sandbox.world(&["metrics"]);
    insta::assert_snapshot!("metrics", text);
    assert!(text.ends_with("# EOF\n"));
    assert!(sandbox.world(&["metrics", "--all"]).lines().count() > 100);
    let is_of_the_world = |line: &str| line.starts_with('#') || line.contains("{world=\"world.db\"");
    assert!(text.lines().all(is_of_the_world), "{text}");
    let missing = sandbox.refused(&["world", "metrics", "--world", "misspelt.db"]);
    assert!(missing.starts_with("error: there is no world misspelt.db"), "{missing}");
    assert!(!sandbox.path("misspelt.db").exists());
    let refused = sandbox.refused(&["world", "metrics", "--json", "--world", "world.db"]);
    insta::assert_snapshot!("metrics_json", refused);
}

/// Of every pool of a region, with a network and a label that has to be escaped. promtool prints what its lint finds.
#[needs(promtool)]
#[test]
fn prometheus_accepts_the_metrics() {
    const WORLD: &str = r#"we"ird\world.db"#;
    let sandbox = Sandbox::with_a_group();
    sandbox.cloud().create_vpc(&CreateVpcRequest::default()).unwrap();
    assert_eq!(sandbox.run(&["world", "copy", "world.db", WORLD]).code, 0);
    let metrics = sandbox.run(&["world", "metrics", "--all", "--world", WORLD]).stdout;
    assert!(metrics.contains("simcloud_resources{"), "{metrics}");
    std::fs::write(sandbox.path("metrics.txt"), metrics).unwrap();
    let mut promtool = sandbox.command_of("promtool", &["check", "metrics"]);
    promtool.stdin(std::fs::File::open(sandbox.path("metrics.txt")).unwrap());
    let printed = sandbox.finish(promtool);
    assert_eq!((printed.code, printed.stdout.as_str(), printed.stderr.as_str()), (0, "", ""));
}

/// A folder that is added to Git adds no worlds.
#[test]
fn the_folder_of_a_world_is_ignored_by_git() {
    let sandbox = Sandbox::with_a_group();
    assert_eq!(sandbox.run(&["world", "copy", "world.db", ".simcloud/world.db"]).code, 0);
    let ignored = std::fs::read_to_string(sandbox.path(".simcloud/.gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "*"), "{ignored}");
    // A folder that was there before is left as it is.
    std::fs::create_dir(sandbox.path("mine")).unwrap();
    assert_eq!(sandbox.run(&["world", "copy", "world.db", "mine/world.db"]).code, 0);
    assert!(!sandbox.path("mine/.gitignore").exists());
}

/// The clock and the changes of the market went with the last object, and nothing said so.
#[test]
fn an_empty_world_says_what_went_with_its_last_object() {
    const CLEARED: &str = "When the last one of a world is destroyed, its clock goes back to the start";
    let sandbox = Sandbox::with_a_group();
    std::fs::write(sandbox.path("rules.json"), r#"{ "stock": [{ "spot": 0 }] }"#).unwrap();
    sandbox.world(&["market", "rules.json"]);
    assert!(!sandbox.world(&["show"]).contains(CLEARED));
    sandbox.world(&["destroy", "--name", "web"]);
    assert!(sandbox.world(&["show"]).contains(CLEARED));
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["market_changes"], serde_json::json!([]));
}
