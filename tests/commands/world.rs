//! `world …`: what is shown, what is changed, what is refused.

use serde_json::Value;

use crate::bench::{Bench, group};

const SMALL: [&str; 2] = ["--instance-type", "ecs.s6-c1m1.small"];

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn show_tells_what_lives_and_what_is_sold() {
    let bench = Bench::with_a_group();
    insta::assert_snapshot!("show", bench.world(&[&["show"], &SMALL[..]].concat()));
    insta::assert_snapshot!("show_json", bench.world(&[&["show", "--json"], &SMALL[..]].concat()));
}

/// A table fits a terminal of 80 columns, whatever the region.
#[test]
fn tables_fit_a_terminal() {
    let bench = Bench::new();
    bench.create(&"n".repeat(120), 1, 2);
    for region in simcloud::catalogue::regions() {
        let text = bench.world(&["show", "--region", region.id]);
        let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
        assert!(widest.chars().count() <= 80, "{}: {widest}", region.id);
    }
    let text = bench.world(&["history"]);
    let table: Vec<&str> = text.lines().take_while(|line| *line != "What happened").collect();
    assert!(table.iter().all(|line| line.chars().count() <= 80), "{text}");
}

/// What lives in other regions is shown too.
#[test]
fn show_looks_into_every_region() {
    let bench = Bench::with_a_group();
    let shown = json(&bench.world(&["show", "--json", "--region", "us-east-1"]));
    assert_eq!(shown["groups"][0]["region_id"], "cn-heyuan");
    let pools = shown["pools"].as_array().unwrap();
    assert!(pools.iter().any(|pool| pool["zone_id"] == "cn-heyuan-b" && pool["spot"]["in_use"] == 2));
    assert!(pools.iter().filter(|pool| pool["region_id"] == "us-east-1").count() > 100);
}

/// Looking makes no world.
#[test]
fn a_world_that_nobody_made_is_shown_as_it_would_begin() {
    let bench = Bench::new();
    let text = bench.world(&["show", "--zone", "cn-heyuan-b", "--instance-type", "ecs.s6-c1m1.small"]);
    insta::assert_snapshot!("show_nothing", text);
    insta::assert_snapshot!("history_nothing", bench.world(&["history"]));
    assert!(!bench.path("world.db").exists());
    assert_eq!(json(&bench.world(&["show", "--json"]))["exists"], false);
    assert!(bench.world(&["reset"]).contains("begins again"));
    for refused in [&["world", "reclaim", "--world", "world.db"][..], &["world", "copy", "world.db", "copy.db"]] {
        assert!(bench.refused(refused).contains("there is no world world.db"), "{refused:?}");
    }
    assert!(!bench.path("world.db").exists() && !bench.path("copy.db").exists());
}

#[test]
fn advance_lets_time_pass_and_says_what_happened() {
    let bench = Bench::with_a_group();
    let scenario = r#"{ "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }] }"#;
    std::fs::write(bench.path("reclaim.json"), scenario).unwrap();
    insta::assert_snapshot!("advance", bench.world(&["advance", "6h30m", "--scenario", "reclaim.json"]));
    let at = "2026-01-02T00:00:00Z";
    insta::assert_snapshot!("advance_json", bench.world(&["advance", at, "--json"]));
    let refused = bench.refused(&["world", "advance", "2026-01-01T12:00:00Z", "--world", "world.db"]);
    insta::assert_snapshot!("advance_back", refused);
    assert_eq!(json(&bench.world(&["show", "--json"]))["clock"], at);
}

#[test]
fn reclaim_takes_spot_instances_back() {
    let bench = Bench::with_a_group();
    insta::assert_snapshot!("reclaim", bench.world(&["reclaim", "--zone", "cn-heyuan-b", "--count", "1"]));
    insta::assert_snapshot!("reclaim_json", bench.world(&["reclaim", "--json"]));
    insta::assert_snapshot!("reclaim_nothing", bench.refused(&["world", "reclaim", "--world", "world.db"]));
    let shown = json(&bench.world(&["show", "--json"]));
    assert_eq!((&shown["groups"][0]["instances"], &shown["groups"][0]["fulfilled_capacity"]), (&1.into(), &1.into()));
    let history = json(&bench.world(&["history", "--json"]));
    let by_hand = history["activities"].as_array().unwrap().iter();
    assert_eq!(by_hand.filter(|activity| activity["kind"] == "ReclaimSpotByHand").count(), 2);
}

#[test]
fn reset_makes_a_new_world() {
    let bench = Bench::with_a_group();
    let ids = json(&bench.world(&["show", "--json"]))["groups"][0]["id"].clone();
    bench.world(&["advance", "5h"]);
    insta::assert_snapshot!("reset", bench.world(&["reset"]));
    insta::assert_snapshot!("reset_json", bench.world(&["reset", "--json"]));
    let shown = json(&bench.world(&["show", "--json"]));
    assert_eq!((&shown["clock"], &shown["groups"]), (&"2026-01-01T00:00:00Z".into(), &Value::Array(Vec::new())));
    bench.create("web", 1, 2);
    assert_eq!(json(&bench.world(&["show", "--json"]))["groups"][0]["id"], ids);
}

#[test]
fn copy_makes_the_same_world_elsewhere() {
    let bench = Bench::with_a_group();
    let copied = bench.run(&["world", "copy", "world.db", "copies/rehearsal.db"]);
    insta::assert_snapshot!("copy", copied.stdout);
    let show = |world: &str| json(&bench.run(&["world", "show", "--json", "--world", world]).stdout);
    let (mut original, mut copy) = (show("world.db"), show("copies/rehearsal.db"));
    assert_eq!([original["world"].take(), copy["world"].take()], ["world.db", "copies/rehearsal.db"]);
    assert_eq!(original, copy);
    let again = ["world", "copy", "world.db", "copies/rehearsal.db"];
    insta::assert_snapshot!("copy_over", bench.refused(&again));
    assert_eq!(bench.run(&[&again[..], &["--overwrite", "--json"]].concat()).code, 0);
    assert!(bench.refused(&["world", "copy", "world.db", "./world.db", "--overwrite"]).contains("same world"));
    std::fs::write(bench.path("notes.txt"), "no world ".repeat(100)).unwrap();
    assert!(bench.refused(&["world", "copy", "notes.txt", "x.db"]).contains("notes.txt"));
    assert!(bench.refused(&["world", "copy", "world.db", "no/such/x.db"]).contains("no/such"));
}

/// A copy is one moment of the world, even while others change it.
#[test]
fn a_copy_of_a_world_in_use_is_consistent() {
    let bench = Bench::with_a_group();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let cloud = bench.cloud();
            for number in 0..40 {
                cloud.create_auto_provisioning_group(&group(&format!("busy-{number}"), 1, 0)).unwrap();
            }
        });
        for number in 0..5 {
            let copy = format!("copy-{number}.db");
            assert_eq!(bench.run(&["world", "copy", "world.db", &copy]).code, 0);
            let shown = json(&bench.run(&["world", "show", "--json", "--world", &copy]).stdout);
            let sum = |list: &Value, pointer: &str| -> u64 {
                list.as_array().unwrap().iter().filter_map(|item| item.pointer(pointer)?.as_u64()).sum()
            };
            let in_use = sum(&shown["pools"], "/pay_as_you_go/in_use") + sum(&shown["pools"], "/spot/in_use");
            assert_eq!(sum(&shown["groups"], "/instances"), in_use);
        }
        writer.join().unwrap();
    });
}

#[test]
fn history_draws_prices_and_instances() {
    let bench = Bench::with_a_group();
    bench.world(&["advance", "12h"]);
    bench.world(&["reclaim", "--count", "1"]);
    bench.world(&["advance", "12h"]);
    insta::assert_snapshot!("history", bench.world(&["history", "--svg", "history.svg"]));
    insta::assert_snapshot!("history_svg", std::fs::read_to_string(bench.path("history.svg")).unwrap());
    insta::assert_snapshot!("history_json", bench.world(&["history", "--json"]));
    let elsewhere = ["history", "--zone", "us-east-1a", "--instance-type", "m5.large"];
    assert!(bench.world(&elsewhere).contains("us-east-1a m5.large"));
    assert!(bench.refused(&["world", "history", "--svg", "no/such/x.svg"]).contains("no/such/x.svg"));
}

/// The environment says what the options do not, as it does for the provider; the clock alone is moved by hand.
#[test]
fn the_environment_is_heard_and_options_win() {
    let bench = Bench::with_a_group();
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = bench.command(arguments);
        command.envs(variables.iter().copied());
        bench.finish(command)
    };
    let world = [("SIMCLOUD_WORLD", "world.db"), ("SIMCLOUD_REGION", "us-east-1"), ("SIMCLOUD_CLOCK", "6h")];
    let shown = json(&run(&world, &["world", "show", "--json"]).stdout);
    assert_eq!((&shown["world"], &shown["clock"]), (&"world.db".into(), &"2026-01-01T00:00:00Z".into()));
    assert!(shown["pools"].as_array().unwrap().iter().any(|pool| pool["region_id"] == "us-east-1"));
    let shown = json(&run(&world, &["world", "--world", "other.db", "show", "--json"]).stdout);
    assert_eq!((&shown["world"], &shown["exists"]), (&"other.db".into(), &false.into()));
    for (variables, arguments, expected) in [
        (vec![("SIMCLOUD_REGION", "nowhere")], vec!["world", "show"], "SIMCLOUD_REGION is set wrongly"),
        (vec![("SIMCLOUD_SCENARIO", "none.json")], vec!["world", "show"], "SIMCLOUD_SCENARIO names none.json"),
        (vec![], vec!["world", "show", "--scenario", "none.json"], "--scenario names none.json"),
    ] {
        let printed = run(&variables, &arguments);
        assert_eq!((printed.code, printed.stdout.as_str()), (1, ""));
        assert!(printed.stderr.contains(expected), "{}", printed.stderr);
    }
    let printed = bench.refused(&["world", "show", "--zone", "cn-hangzhou-h"]);
    assert!(
        printed.contains("lies in cn-hangzhou, not in cn-heyuan; look there with --region cn-hangzhou"),
        "{printed}"
    );
    std::fs::write(bench.path("worse.json"), "{").unwrap();
    let printed = bench.refused(&["world", "show", "--scenario", "worse.json"]);
    assert!(printed.contains("worse.json, which --scenario names, is not JSON"), "{printed}");
    let printed = bench.refused(&["world", "show", "--world", "postgres://me@db/sim?sslmode=what"]);
    assert!(printed.contains("The connection string in --world cannot be used"), "{printed}");
    let printed = bench.refused(&["world", "copy", "world.db", "postgres://me@db/sim?sslmode=what"]);
    assert!(printed.contains("The connection string in TO cannot be used"), "{printed}");
    std::fs::write(bench.path("bad.json"), "{\n  \"stok\": []\n}\n").unwrap();
    let printed = bench.refused(&["world", "show", "--scenario", "bad.json"]);
    assert!(printed.contains("bad.json, line 2: stok"), "{printed}");
}
