//! `outlook`: plans of this provider and of real ones, figures, requirements, and the page.

use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simcloud_test_needs::needs;

use crate::plans::{alibaba, aws, plan};
use crate::sandbox::{Printed, Sandbox};

fn outlook(plan: &Value, arguments: &[&str]) -> Printed {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("plan.json"), plan.to_string()).unwrap();
    sandbox.run(&[&["outlook", "plan.json"], arguments].concat())
}

pub(crate) fn outlook_json(plan: &Value, arguments: &[&str]) -> Value {
    let printed = outlook(plan, &[arguments, &["--json"]].concat());
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{printed:?}");
    serde_json::from_str(&printed.stdout).unwrap()
}

#[test]
fn a_plan_for_aws_is_read_and_what_is_not_is_said() {
    let printed = outlook(&aws(), &["--markets", "20", "--horizon", "2d"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "a pipe has no progress bar");
    insta::assert_snapshot!(printed.stdout);
}

#[test]
fn json_has_a_version_every_figure_and_what_was_not_read() {
    let json = outlook_json(&aws(), &["--markets", "20", "--horizon", "2d"]);
    assert_eq!((&json["format_version"], &json["requirements_met"]), (&json!("2.0"), &json!(true)));
    assert!(json["statement"].as_str().unwrap().contains("not about a cloud's odds"));
    let fleets = json["fleets"].as_array().unwrap();
    let addresses: Vec<&str> = fleets.iter().map(|fleet| fleet["address"].as_str().unwrap()).collect();
    assert_eq!(addresses, ["aws_ec2_fleet.batch", "aws_spot_fleet_request.crawl", "aws_instance.web[0]"]);
    let copies: Vec<u64> = fleets.iter().map(|fleet| fleet["copies"].as_u64().unwrap()).collect();
    assert_eq!(copies, [1, 1, 2]);
    let batch = &fleets[0];
    let pools: Vec<String> = batch["pools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pool| format!("{} {}", pool["zone_id"].as_str().unwrap(), pool["instance_type"].as_str().unwrap()))
        .collect();
    assert_eq!(pools, ["us-east-1a m5.large", "us-east-1b m5.xlarge"]);
    assert_eq!((&batch["horizon_hours"], &batch["first_seed"], &batch["markets"]), (&json!(48), &json!(0), &json!(20)));
    for figure in [
        "launched_share",
        "fulfilled_share",
        "fulfilled_capacity",
        "hourly_cost",
        "lost_instances",
        "delivered_share",
        "longest_shortage_hours",
        "total_cost",
    ] {
        for value in ["mean", "min", "p5", "p50", "p95", "max"] {
            assert!(batch[figure][value].is_number(), "{figure}.{value}");
        }
    }
    let unread: Vec<&str> =
        json["unread"].as_array().unwrap().iter().map(|unread| unread["address"].as_str().unwrap()).collect();
    assert_eq!(unread, ["aws_instance.odd", "aws_eks_node_group.nodes"]);
    assert_eq!(json["other_types"]["aws_s3_bucket"], 1);
    let launch = outlook_json(&aws(), &["--markets", "3", "--address", "aws_instance.web"]);
    assert_eq!(launch["fleets"].as_array().unwrap().len(), 1);
    assert_eq!(launch["fleets"][0]["total_cost"], Value::Null);
}

/// The same group under both names, whose vSwitches are in the plan.
#[test]
fn plans_of_both_providers_for_alibaba_cloud_have_the_same_outlook() {
    let arguments = ["--markets", "15", "--horizon", "3d", "--compare"];
    let [simcloud, alicloud] = ["simcloud", "alicloud"].map(|prefix| {
        let mut json = outlook_json(&alibaba(prefix), &arguments);
        json["fleets"][0]["address"] = Value::Null;
        json
    });
    assert_eq!(simcloud["fleets"], alicloud["fleets"]);
    let fleet = &alicloud["fleets"][0];
    assert_eq!(fleet["pools"][0]["zone_id"], "cn-heyuan-a");
    assert_eq!(fleet["pools"][0]["instance_type"], "ecs.c7.xlarge");
    assert_eq!(fleet["strategies"].as_array().unwrap().len(), 5);
    assert_eq!(fleet["notes"], json!([]));
}

#[test]
fn a_requirement_that_is_not_met_ends_with_3() {
    let ask = |requirement: &str| {
        outlook(&alibaba("alicloud"), &["--markets", "5", "--horizon", "1d", "--require", requirement])
    };
    let met = ask("launched_share >= 1");
    assert_eq!((met.code, met.stderr.as_str()), (0, ""));
    assert!(met.stdout.contains("`launched_share >= 1` is met: 1."), "{}", met.stdout);
    let missed = ask("total_cost.p95 < 0.01");
    assert_eq!((missed.code, missed.stderr.as_str()), (3, ""));
    assert!(missed.stdout.contains("`total_cost.p95 < 0.01` is not met"), "{}", missed.stdout);
    assert_eq!(ask("fulfilled >= 1").code, 2);
    let without = outlook(&alibaba("alicloud"), &["--require", "total_cost < 5"]);
    assert_eq!(without.code, 1);
    assert!(without.stderr.contains("--horizon"), "{}", without.stderr);
}

#[test]
fn what_is_no_plan_is_refused() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("empty.json"), plan(&[], &json!([])).to_string()).unwrap();
    std::fs::write(sandbox.path("text.json"), "Terraform will perform").unwrap();
    std::fs::write(sandbox.path("other.json"), "{}").unwrap();
    insta::assert_snapshot!(sandbox.refusals(&[
        &["outlook", "empty.json"],
        &["outlook", "text.json"],
        &["outlook", "other.json"],
        &["outlook", "missing.json"],
    ]));
}

#[test]
fn a_plan_comes_from_stdin_and_recorded_prices_count() {
    let sandbox = Sandbox::new();
    let series = json!([{ "zone_id": "cn-heyuan-b", "instance_type": "ecs.g7.large", "start": "0s", "spot_price": [0.5],
        "spot": [30] }]);
    let scenario = json!({ "series": series, "stock": [{ "instance_type": "ecs.c7.xlarge", "spot": 0 }] });
    std::fs::write(sandbox.path("scenario.json"), scenario.to_string()).unwrap();
    let mut command = sandbox.command(&["outlook", "-", "--json", "--horizon", "10h", "--scenario", "scenario.json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(alibaba("alicloud").to_string().as_bytes()).unwrap();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success());
    let json: Value = serde_json::from_str(&text).unwrap();
    // Thirty instances for ten hours at half a unit of money.
    assert_eq!(json["fleets"][0]["total_cost"]["max"], json!(150));
}

/// One file that needs no network and no script, in which hostile names are text.
#[test]
fn the_page_is_one_file_and_hostile_names_are_text() {
    let sandbox = Sandbox::new();
    let mut plan = alibaba("alicloud");
    let hostile = "alicloud_auto_provisioning_group.web[\"<script>alert(1)</script>\u{1b}[31m\"]";
    plan["planned_values"]["root_module"]["resources"][2]["address"] = hostile.into();
    std::fs::write(sandbox.path("plan.json"), plan.to_string()).unwrap();
    let printed = sandbox.run(&[
        "outlook",
        "plan.json",
        "--markets",
        "40",
        "--horizon",
        "5d",
        "--compare",
        "--html",
        "page.html",
    ]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(!printed.stdout.contains('\u{1b}'));
    let page = std::fs::read_to_string(sandbox.path("page.html")).unwrap();
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script") && !page.contains('\u{1b}')
    );
    assert!(page.contains("not about a cloud&#39;s odds"));
    for outside in ["http://", "https://", "src=", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.matches("<svg").count() >= 3 && page.contains("Mean cost by strategy"));
}

/// It was refused only after all markets had run.
#[test]
fn a_page_that_cannot_be_written_is_refused_before_the_plan_is_read() {
    let sandbox = Sandbox::with_a_group();
    for (file, expected) in [("-", "name one, such as outlook.html"), ("world.db", "is a world")] {
        let refused = sandbox.refused(&["outlook", "missing.json", "--html", file]);
        assert!(refused.contains(expected), "{refused}");
    }
}

/// Commands skipped the mark in a plan, and not in the scenario.
#[test]
fn a_scenario_may_begin_with_a_byte_order_mark() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("plan.json"), format!("\u{feff}{}", alibaba("alicloud"))).unwrap();
    std::fs::write(sandbox.path("scenario.json"), "\u{feff}{ \"seed\": 41 }").unwrap();
    let printed = sandbox.run(&["outlook", "plan.json", "--scenario", "scenario.json", "--markets", "1", "--json"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    let json: Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(json["fleets"][0]["first_seed"], 41);
}

/// A signal ends the command at once, however much is left to do.
#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "how soon the command ends is what the test is about")]
fn ctrl_c_ends_at_once() {
    use std::os::unix::process::ExitStatusExt;

    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("plan.json"), alibaba("alicloud").to_string()).unwrap();
    let mut command = sandbox.command(&["outlook", "plan.json", "--markets", "10000", "--horizon", "90d"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(2), "{status:?}");
    assert!(asked.elapsed() < Duration::from_secs(2));
}

/// What lies before the time of the world was silently without effect.
#[test]
fn events_before_the_time_of_the_world_are_told() {
    let sandbox = Sandbox::with_a_group();
    std::fs::write(sandbox.path("plan.json"), alibaba("alicloud").to_string()).unwrap();
    let scenario = r#"{ "events": [{ "at": "2h", "reclaim_spot": {} }, { "at": "3h", "stock": { "spot": 5 } },
        { "at": "9h", "terminate_instances": { "count": 1 } }] }"#;
    std::fs::write(sandbox.path("events.json"), scenario).unwrap();
    let warnings = || {
        let printed = sandbox.run(&[
            "outlook",
            "plan.json",
            "--markets",
            "1",
            "--scenario",
            "events.json",
            "--world",
            "world.db",
            "--json",
        ]);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
        let outlook: Value = serde_json::from_str(&printed.stdout).unwrap();
        outlook["fleets"][0]["warnings"].as_array().unwrap().clone()
    };
    assert_eq!(warnings(), Vec::<Value>::new());
    sandbox.world(&["advance", "4h", "--no-scenario"]);
    let told = warnings();
    assert_eq!(told.len(), 1, "{told:?}");
    let text = told[0].as_str().unwrap();
    assert!(
        text.starts_with("1 event of the scenario that takes instances lies before 2026-01-01T04:00:00Z"),
        "{text}"
    );
}

/// The memory of the command, at its highest, in KiB.
fn peak_memory(sandbox: &Sandbox, arguments: &[&str]) -> u64 {
    const RUN: &str = "import resource, subprocess, sys\n\
        subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n\
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let program = env!("CARGO_BIN_EXE_terraform-provider-simcloud");
    let run = ["-c", RUN, program, "outlook", "plan.json"];
    let printed = sandbox.finish(sandbox.command_of("python3", &[&run[..], arguments].concat()));
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    printed.stdout.trim().parse().unwrap()
}

/// A market leaves its figures behind and nothing else: a hundred times as many take at most a quarter more memory.
#[cfg(target_os = "linux")]
#[needs(python3)]
#[test]
fn memory_does_not_grow_with_the_markets() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("plan.json"), alibaba("alicloud").to_string()).unwrap();
    for [few, many] in [
        [&["--markets", "100"][..], &["--markets", "10000"]],
        [&["--markets", "10", "--horizon", "10d"], &["--markets", "1000", "--horizon", "10d"]],
    ] {
        let [few, many] = [few, many].map(|arguments| peak_memory(&sandbox, arguments));
        assert!(many * 4 <= few * 5, "{few} KiB and {many} KiB");
    }
}
