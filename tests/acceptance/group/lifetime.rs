//! Windows, expiry, what a destroy leaves.

use serde_json::json;

use super::WEB;
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, provider, targets};
use crate::report::Changes;

fn at(clock: &str, arguments: &str) -> String {
    let group = group("web", &(targets(1, 1) + "\n" + arguments));
    provider(&format!("  clock = \"{clock}\"\n  scenario = {{ stock = [{{ pay_as_you_go = 9, spot = 9 }}] }}")) + &group
}

/// Before its window a group launches nothing, says so, and is quiet; when the window begins it launches (G11).
#[needs(cli)]
#[test]
fn a_window_that_has_not_begun_launches_nothing_g11() {
    let window = "  valid_from = \"2026-01-01T05:00:00Z\"\n  valid_until = \"2026-01-01T09:00:00Z\"";
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &at("1h", window));
        let printed = workspace.apply_and_report();
        assert!(printed.has_warning("Outside The Validity Window"), "{}", printed.text);
        insta::assert_snapshot!("a_window_that_has_not_begun_launches_nothing_g11", printed.sentences());
        let waiting = workspace.attributes(WEB);
        assert_eq!((&waiting["status"], &waiting["instance_ids"]), (&json!("submitted"), &json!([])));

        workspace.write("main.tf", &at("6h", window));
        workspace.apply();
        let started = workspace.attributes(WEB);
        assert_eq!((&started["status"], &started["fulfilled_capacity"]), (&json!("active"), &json!(2)));
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn a_window_that_is_over_launches_nothing_g11() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &at("3h", "  valid_until = \"2026-01-01T02:00:00Z\""));
        let printed = workspace.apply_and_report();
        insta::assert_snapshot!("a_window_that_is_over_launches_nothing_g11", printed.sentences());
        assert_eq!(workspace.attributes(WEB)["status"], "deleted");
        workspace.destroy();
    });
}

/// At `valid_until` the group ends: its instances go with `terminate_instances_with_expiration`, and stay without. What
/// expiry took is not lost, so that nothing is replaced and the plan is empty (G10, G11, W5).
#[needs(cli)]
#[test]
fn expiry_takes_the_instances_only_if_told_to_g10_g11() {
    with_each_cli(|cli| {
        for (takes, living) in [(true, 0), (false, 2)] {
            let arguments =
                format!("  valid_until = \"2026-01-01T04:00:00Z\"\n  terminate_instances_with_expiration = {takes}");
            let workspace = Workspace::new(cli, &at("1h", &arguments));
            workspace.apply();
            assert_eq!(workspace.attributes(WEB)["fulfilled_capacity"], 2);
            workspace.write("main.tf", &at("5h", &arguments));
            workspace.apply();
            let expired = workspace.attributes(WEB);
            assert_eq!(expired["status"], "deleted");
            assert_eq!(expired["instance_ids"].as_array().map(Vec::len), Some(living));
            workspace.destroy();
        }
    });
}

/// `terminate_instances` changes in place, and the destroy that follows obeys it: a warning with the id counts what
/// keeps running, and the world goes on (W1).
#[needs(cli)]
#[test]
fn a_destroy_obeys_the_latest_switch_w1() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &at("1h", ""));
        workspace.apply();
        let id = workspace.attributes(WEB)["id"].as_str().expect("an id").to_owned();
        let keeping = at("1h", "").replace("terminate_instances          = true", "terminate_instances = false");
        workspace.write("main.tf", &keeping);
        let printed = workspace.apply_and_report();
        assert_eq!(printed.changes, Changes::ONE_UPDATE);
        let printed = workspace.destroy();
        assert!(printed.warning("Instances Keep Running").detail.starts_with(&format!("{id}: 2 ")), "{}", printed.text);

        // The clock of the world that the two keep alive cannot be set back.
        workspace.write("main.tf", &at("30m", ""));
        let printed = workspace.apply_and_report();
        assert!(printed.has_warning("Clock Not Set Back"), "{}", printed.text);
        workspace.destroy();
    });
}
