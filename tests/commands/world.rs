//! `world …`: what is shown, what is changed, what is refused.

use serde_json::Value;

use crate::sandbox::{Sandbox, group, without_system_error};

const SMALL: [&str; 2] = ["--instance-type", "ecs.s6-c1m1.small"];

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn show_tells_what_lives_and_what_is_sold() {
    let sandbox = Sandbox::with_a_group();
    insta::assert_snapshot!("show", sandbox.world(&[&["show"], &SMALL[..]].concat()));
    insta::assert_snapshot!("show_json", sandbox.world(&[&["show", "--json"], &SMALL[..]].concat()));
}

/// What exists in other regions is shown too.
#[test]
fn show_looks_into_every_region() {
    let sandbox = Sandbox::with_a_group();
    let shown = json(&sandbox.world(&["show", "--json", "--region", "us-east-1"]));
    assert_eq!(shown["groups"][0]["region_id"], "cn-heyuan");
    let pools = shown["pools"].as_array().unwrap();
    assert!(pools.iter().any(|pool| pool["zone_id"] == "cn-heyuan-b" && pool["spot"]["in_use"] == 2));
    assert!(pools.iter().filter(|pool| pool["region_id"] == "us-east-1").count() > 100);
}

/// Looking makes no world.
#[test]
fn a_world_that_does_not_exist_is_shown_as_it_would_begin() {
    let sandbox = Sandbox::new();
    let text = sandbox.world(&["show", "--zone", "cn-heyuan-b", "--instance-type", "ecs.s6-c1m1.small"]);
    insta::assert_snapshot!("show_nothing", text);
    insta::assert_snapshot!("history_nothing", sandbox.world(&["history"]));
    assert!(!sandbox.path("world.db").exists());
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["exists"], false);
    insta::assert_snapshot!("reset_nothing", sandbox.world(&["reset"]));
    let refused: [&[&str]; 3] = [
        &["world", "reclaim", "--world", "world.db"],
        &["world", "market", "--reset", "--world", "world.db"],
        &["world", "copy", "world.db", "copy.db"],
    ];
    insta::assert_snapshot!("there_is_no_world", sandbox.refusals(&refused));
    assert!(!sandbox.path("world.db").exists() && !sandbox.path("copy.db").exists());
}

#[test]
fn advance_lets_time_pass_and_says_what_happened() {
    let sandbox = Sandbox::with_a_group();
    let scenario = r#"{ "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }] }"#;
    std::fs::write(sandbox.path("reclaim.json"), scenario).unwrap();
    insta::assert_snapshot!("advance", sandbox.world(&["advance", "6h30m", "--scenario", "reclaim.json"]));
    let at = "2026-01-02T00:00:00Z";
    insta::assert_snapshot!("advance_json", sandbox.world(&["advance", at, "--json"]));
    let refused = sandbox.refused(&["world", "advance", "2026-01-01T12:00:00Z", "--world", "world.db"]);
    insta::assert_snapshot!("advance_back", refused);
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["clock"], at);
}

#[test]
fn w9_terminate_takes_instances_of_both_billings_by_their_id() {
    let sandbox = Sandbox::with_a_group();
    let shown = json(&sandbox.world(&["terminate", "--json", "--count", "1"]));
    let id = shown["changed_instance_ids"][0].as_str().unwrap();
    let again = ["world", "terminate", "--instance-id", id, "--world", "world.db"];
    insta::assert_snapshot!("terminate_again", sandbox.refused(&again).replace(id, "[id]"));
    insta::assert_snapshot!("terminate", sandbox.world(&["terminate"]));
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["groups"][0]["instance_count"], 0);
}

#[test]
fn w10_market_changes_what_every_caller_finds() {
    let sandbox = Sandbox::with_a_group();
    let rules =
        r#"{ "stock": [{ "zone_id": "cn-heyuan-b", "pay_as_you_go": 0, "spot": 0 }], "quotas": [{ "vcpus": 8 }] }"#;
    std::fs::write(sandbox.path("outage.json"), rules).unwrap();
    insta::assert_snapshot!("market", sandbox.world(&["market", "outage.json"]));
    insta::assert_snapshot!("market_show", sandbox.world(&[&["show"], &SMALL[..]].concat()));
    insta::assert_snapshot!("market_json", sandbox.world(&["market", "outage.json", "--json"]));
    insta::assert_snapshot!("market_reset", sandbox.world(&["market", "--reset"]));
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["market_changes"], serde_json::json!([]));
}

#[test]
fn market_reads_rules_from_stdin() {
    let sandbox = Sandbox::with_a_group();
    std::fs::write(sandbox.path("rules.json"), r#"{ "prices": [{ "spot": 0.5 }] }"#).unwrap();
    let mut command = sandbox.command(&["world", "market", "-", "--json", "--world", "world.db"]);
    command.stdin(std::fs::File::open(sandbox.path("rules.json")).unwrap());
    let printed = sandbox.finish(command);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert_eq!(json(&printed.stdout)["market_changes"][0]["rules"]["prices"][0]["spot"], "0.5");
}

#[test]
fn market_refuses_rules_with_file_line_and_path() {
    let sandbox = Sandbox::with_a_group();
    for (name, text) in [
        ("wrong.json", "{\n  \"stock\": [\n    { \"zone_id\": \"cn-heyuan-bb\" }\n  ],\n  \"seed\": 7\n}"),
        ("text.json", "an outage"),
    ] {
        std::fs::write(sandbox.path(name), text).unwrap();
    }
    let refused =
        ["wrong.json", "text.json", "nowhere.json"].map(|file| ["world", "market", file, "--world", "world.db"]);
    let refused: Vec<&[&str]> = refused.iter().map(|command| &command[..]).collect();
    insta::assert_snapshot!("market_refused", sandbox.refusals(&refused));
}

#[test]
fn reclaim_takes_spot_instances_back() {
    let sandbox = Sandbox::with_a_group();
    insta::assert_snapshot!("reclaim", sandbox.world(&["reclaim", "--zone", "cn-heyuan-b", "--count", "1"]));
    insta::assert_snapshot!("reclaim_json", sandbox.world(&["reclaim", "--json"]));
    insta::assert_snapshot!("reclaim_nothing", sandbox.refused(&["world", "reclaim", "--world", "world.db"]));
    let shown = json(&sandbox.world(&["show", "--json"]));
    assert_eq!(
        (&shown["groups"][0]["instance_count"], &shown["groups"][0]["fulfilled_capacity"]),
        (&1.into(), &1.into())
    );
    let history = json(&sandbox.world(&["history", "--json"]));
    let by_hand = history["activities"].as_array().unwrap().iter();
    assert_eq!(by_hand.filter(|activity| activity["kind"] == "ReclaimSpotByHand").count(), 2);
}

/// Actions, the resource and commands have the same names of members (W9).
#[test]
fn w9_options_have_the_names_of_the_members_of_actions() {
    let sandbox = Sandbox::with_a_group();
    let ids = |arguments: &[&str]| {
        let taken = json(&sandbox.world(&[&["reclaim", "--json"], arguments].concat()));
        taken["changed_instance_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let none: Vec<String> = ids(&["--count", "0"]);
    assert_eq!(none, Vec::<String>::new());
    let first: Vec<String> = ids(&["--zone-id", "cn-heyuan-b", "--count", "1"]);
    let second: Vec<String> = ids(&["--instance-type", "ecs.s6-c1m1.small"]);
    assert_eq!((first.len(), second.len()), (1, 1));
    let both = format!("{},{}", first[0], second[0]);
    let gone = sandbox.refused(&["world", "terminate", "--instance-ids", &both, "--world", "world.db"]);
    assert!(first.iter().chain(&second).all(|id| gone.contains(id.as_str())), "{gone}");
    sandbox.world(&["advance", "--by", "6h30m"]);
    sandbox.world(&["advance", "--to", "7h"]);
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["clock"], "2026-01-01T07:00:00Z");
    sandbox.world(&["advance", "--to", "2026-01-01T08:00:00Z"]);
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["clock"], "2026-01-01T08:00:00Z");
}

#[test]
fn reset_makes_a_new_world() {
    let sandbox = Sandbox::with_a_group();
    let ids = json(&sandbox.world(&["show", "--json"]))["groups"][0]["id"].clone();
    sandbox.world(&["advance", "5h"]);
    insta::assert_snapshot!("reset", sandbox.world(&["reset"]));
    insta::assert_snapshot!("reset_json", sandbox.world(&["reset", "--json"]));
    let shown = json(&sandbox.world(&["show", "--json"]));
    assert_eq!((&shown["clock"], &shown["groups"]), (&"2026-01-01T00:00:00Z".into(), &Value::Array(Vec::new())));
    sandbox.create("web", 1, 2);
    assert_eq!(json(&sandbox.world(&["show", "--json"]))["groups"][0]["id"], ids);
}

#[test]
fn copy_makes_the_same_world_elsewhere() {
    let sandbox = Sandbox::with_a_group();
    let copied = sandbox.run(&["world", "copy", "world.db", "copies/rehearsal.db"]);
    insta::assert_snapshot!("copy", copied.stdout);
    let show = |world: &str| json(&sandbox.run(&["world", "show", "--json", "--world", world]).stdout);
    let (mut original, mut copy) = (show("world.db"), show("copies/rehearsal.db"));
    assert_eq!([original["world"].take(), copy["world"].take()], ["world.db", "copies/rehearsal.db"]);
    assert_eq!(original, copy);
    let again = ["world", "copy", "world.db", "copies/rehearsal.db"];
    insta::assert_snapshot!("copy_over", sandbox.refused(&again));
    assert_eq!(sandbox.run(&[&again[..], &["--overwrite", "--json"]].concat()).code, 0);
    std::fs::write(sandbox.path("notes.txt"), "no world ".repeat(100)).unwrap();
    let refused: [&[&str]; 3] = [
        &["world", "copy", "world.db", "./world.db", "--overwrite"],
        &["world", "copy", "notes.txt", "x.db"],
        &["world", "copy", "world.db", "no/such/x.db"],
    ];
    insta::assert_snapshot!("copy_refused", sandbox.refusals(&refused));
}

/// A copy is one moment of the world, even while others change it.
#[test]
fn a_copy_of_a_world_in_use_is_consistent() {
    let sandbox = Sandbox::with_a_group();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let cloud = sandbox.cloud();
            for number in 0..40 {
                cloud.create_auto_provisioning_group(&group(&format!("busy-{number}"), 1, 0)).unwrap();
            }
        });
        for number in 0..5 {
            let copy = format!("copy-{number}.db");
            assert_eq!(sandbox.run(&["world", "copy", "world.db", &copy]).code, 0);
            let shown = json(&sandbox.run(&["world", "show", "--json", "--world", &copy]).stdout);
            let sum = |list: &Value, pointer: &str| -> u64 {
                list.as_array().unwrap().iter().filter_map(|item| item.pointer(pointer)?.as_u64()).sum()
            };
            let in_use = sum(&shown["pools"], "/pay_as_you_go/in_use") + sum(&shown["pools"], "/spot/in_use");
            assert_eq!(sum(&shown["groups"], "/instance_count"), in_use);
        }
        writer.join().unwrap();
    });
}

#[test]
fn history_draws_prices_and_instances() {
    let sandbox = Sandbox::with_a_group();
    sandbox.world(&["advance", "12h"]);
    sandbox.world(&["reclaim", "--count", "1"]);
    sandbox.world(&["advance", "12h"]);
    insta::assert_snapshot!("history", sandbox.world(&["history", "--svg", "history.svg"]));
    insta::assert_snapshot!("history_svg", std::fs::read_to_string(sandbox.path("history.svg")).unwrap());
    insta::assert_snapshot!("history_json", sandbox.world(&["history", "--json"]));
    let elsewhere = ["history", "--zone", "us-east-1a", "--instance-type", "m5.large"];
    insta::assert_snapshot!("history_elsewhere", sandbox.world(&elsewhere));
    insta::assert_snapshot!("history_refused", sandbox.refusals(&[&["world", "history", "--svg", "no/such/x.svg"]]));
}

/// The environment says what the options do not, as it does for the provider; the clock alone is moved by hand.
#[test]
fn the_environment_is_heard_and_options_win() {
    let sandbox = Sandbox::with_a_group();
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command.envs(variables.iter().copied());
        sandbox.finish(command)
    };
    let world = [("SIMCLOUD_WORLD", "world.db"), ("SIMCLOUD_REGION", "us-east-1"), ("SIMCLOUD_CLOCK", "6h")];
    let shown = json(&run(&world, &["world", "show", "--json"]).stdout);
    assert_eq!((&shown["world"], &shown["clock"]), (&"world.db".into(), &"2026-01-01T00:00:00Z".into()));
    assert!(shown["pools"].as_array().unwrap().iter().any(|pool| pool["region_id"] == "us-east-1"));
    let shown = json(&run(&world, &["world", "--world", "other.db", "show", "--json"]).stdout);
    assert_eq!((&shown["world"], &shown["exists"]), (&"other.db".into(), &false.into()));
    let mut texts = Vec::new();
    for (name, value) in [("SIMCLOUD_REGION", "nowhere"), ("SIMCLOUD_SCENARIO", "none.json")] {
        let printed = run(&[(name, value)], &["world", "show"]);
        assert_eq!((printed.code, printed.stdout.as_str()), (1, ""));
        texts.push(format!("$ {name}={value} world show\n{}\n", without_system_error(&printed.stderr)));
    }
    insta::assert_snapshot!("the_environment_refused", texts.concat());
}

#[test]
fn what_an_option_cannot_be_is_explained() {
    let sandbox = Sandbox::with_a_group();
    std::fs::write(sandbox.path("worse.json"), "{").unwrap();
    std::fs::write(sandbox.path("bad.json"), "{\n  \"stok\": []\n}\n").unwrap();
    let refused: [&[&str]; 6] = [
        &["world", "show", "--scenario", "none.json"],
        &["world", "show", "--zone", "cn-hangzhou-h", "--region", "cn-heyuan"],
        &["world", "show", "--scenario", "worse.json"],
        &["world", "show", "--scenario", "bad.json"],
        &["world", "show", "--world", "postgres://me@db/sim?sslmode=what"],
        &["world", "copy", "world.db", "postgres://me@db/sim?sslmode=what"],
    ];
    insta::assert_snapshot!(sandbox.refusals(&refused));
}
