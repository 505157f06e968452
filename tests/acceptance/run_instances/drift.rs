use serde_json::{Value as Json, json};

use super::{AMI, BATCH, OTHER_AMI, batch, each, g7, image, in_heyuan_b, list};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;

/// Five instances at the beginning, two of which are terminated at 02:00, and a supply of this number.
fn hcl(clock: &str, supply: u32, arguments: &str) -> String {
    let events = "    events = [{ at = \"2h\", terminate_instances = { zone_id = \"cn-heyuan-b\", count = 2 } }]";
    provider(&format!("  clock = \"{clock}\"\n  scenario = {{\n{}\n{events}\n  }}", g7(supply, 0)))
        + &batch(&in_heyuan_b(arguments, 5, 5))
}

fn change(workspace: &Workspace) -> Json {
    workspace.planned()["resource_changes"][0]["change"].clone()
}

/// Which elements of `instances` a plan leaves open.
fn open_elements(change: &Json) -> Vec<bool> {
    list(&change["after_unknown"], "instances").iter().map(mentions_unknown).collect()
}

fn mentions_unknown(tree: &Json) -> bool {
    match tree {
        Json::Bool(unknown) => *unknown,
        Json::Array(elements) => elements.iter().any(mentions_unknown),
        Json::Object(members) => members.values().any(mentions_unknown),
        _ => false,
    }
}

/// Lost instances stay in their places as terminated and leave `instance_ids`; the next plan is an in-place update of
/// exactly these elements, and the apply launches their replacements there (G10).
#[needs(cli)]
#[test]
fn lost_instances_are_replaced_in_place() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s", 9, ""));
        workspace.apply();
        let before = workspace.attributes(BATCH);
        workspace.write("main.tf", &hcl("3h", 9, ""));
        workspace.plan();
        let change = change(&workspace);
        assert_eq!(change["actions"], json!(["update"]));
        // The youngest first: launch order, last first (W6).
        assert_eq!(each(&change["before"], "state")[3..], [json!("terminated"), json!("terminated")]);
        assert_eq!(each(&change["before"], "state_code")[4], json!(48));
        assert_eq!(list(&change["before"], "instance_ids").len(), 3);
        assert_eq!(open_elements(&change), [false, false, false, true, true]);
        for stable in
            ["image_id", "instance_type", "zone_id", "vswitch_id", "key_name", "ami_launch_index", "spot_strategy"]
        {
            assert_eq!(change["after"]["instances"][4][stable], before["instances"][4][stable], "{stable}");
        }
        let open: Vec<&String> = change["after_unknown"]
            .as_object()
            .expect("members")
            .iter()
            .filter(|(_, tree)| mentions_unknown(tree))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(open, ["hourly_cost", "instance_ids", "instances"]);

        workspace.apply_saved();
        workspace.plan_is_empty();
        let after = workspace.attributes(BATCH);
        assert_eq!(after["id"], before["id"]);
        assert_eq!(each(&after, "state"), vec![json!("running"); 5]);
        assert_eq!(each(&after, "ami_launch_index"), each(&before, "ami_launch_index"));
        assert_eq!(list(&after, "instances")[..3], list(&before, "instances")[..3]);
        assert_eq!(each(&after, "instance_id"), *list(&after, "instance_ids"));
        for place in 3..5 {
            assert_ne!(after["instances"][place]["instance_id"], before["instances"][place]["instance_id"]);
            assert_eq!(after["instances"][place]["launch_time"], "2026-01-01T03:00:00Z");
        }
        workspace.destroy();
    });
}

/// As many as can be launched now; the rest stays lost, with a warning (G10).
#[needs(cli)]
#[test]
fn only_what_the_market_delivers_is_planned() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s", 5, ""));
        workspace.apply();
        // Three live on, and supply is down to four.
        workspace.write("main.tf", &hcl("3h", 4, ""));
        let printed = workspace.accept("plan -out=plan.bin");
        insta::assert_snapshot!("only_what_the_market_delivers_is_planned", printed.sentences());
        assert_eq!(open_elements(&change(&workspace)), [false, false, false, true, false]);
        workspace.apply_saved();
        workspace.plan_is_empty();
        let states = each(&workspace.attributes(BATCH), "state");
        assert_eq!(states[3..], [json!("running"), json!("terminated")]);

        workspace.write("main.tf", &hcl("3h", 5, ""));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(BATCH), "state"), vec![json!("running"); 5]);
        workspace.destroy();
    });
}

/// Nothing deliverable: the plan is empty, and says why (G10).
#[needs(cli)]
#[test]
fn nothing_deliverable_is_an_empty_plan_with_a_warning() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s", 5, ""));
        workspace.apply();
        workspace.write("main.tf", &hcl("3h", 3, ""));
        let printed = workspace.accept("plan -detailed-exitcode");
        insta::assert_snapshot!("nothing_deliverable_is_an_empty_plan_with_a_warning", printed.sentences());
        workspace.destroy();
    });
}

/// With `replace_lost_instances = false` the plan is empty; switched on, the lost ones are replaced.
#[needs(cli)]
#[test]
fn without_replacement_the_plan_is_empty() {
    with_each_cli(|cli| {
        let kept = "  replace_lost_instances = false";
        let workspace = Workspace::new(cli, &hcl("0s", 9, kept));
        workspace.apply();
        workspace.write("main.tf", &hcl("3h", 9, kept));
        workspace.apply();
        let attributes = workspace.attributes(BATCH);
        assert_eq!(each(&attributes, "state")[3..], [json!("terminated"), json!("terminated")]);
        assert_eq!(list(&attributes, "instance_ids").len(), 3);
        let id = attributes["id"].as_str().expect("an id").to_owned();
        workspace.import_is_exact(BATCH, &id, &[]);

        workspace.write("main.tf", &hcl("3h", 9, ""));
        workspace.apply();
        assert_eq!(each(&workspace.attributes(BATCH), "state"), vec![json!("running"); 5]);
        workspace.destroy();
    });
}

/// Replacements have their image and key, in the middle of the list too (R10, G10).
#[needs(cli)]
#[test]
fn replacements_have_the_image_of_their_place() {
    let hcl = |clock: &str, count: u32| {
        provider(&format!(
            "  region = \"us-east-1\"\n  clock = \"{clock}\"\n  scenario = {{\n    stock = [{{ zone_id = \"us-east-1a\", instance_type = \"m1.small\", pay_as_you_go = 20 }}]\n    events = [{{ at = \"2h\", terminate_instances = {{ count = {count} }} }}]\n  }}"
        )) + &batch(&format!("  zone_id = \"us-east-1a\"\n{}{}", image(AMI, 2, 2), image(OTHER_AMI, 2, 2)))
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s", 3));
        workspace.apply();
        let before = workspace.attributes(BATCH);
        workspace.write("main.tf", &hcl("3h", 3));
        workspace.apply();
        let after = workspace.attributes(BATCH);
        for member in ["image_id", "key_name", "ami_launch_index"] {
            assert_eq!(each(&after, member), each(&before, member), "{member}");
        }
        assert_eq!(after["instances"][0], before["instances"][0]);
        assert_ne!(after["instances"][1]["instance_id"], before["instances"][1]["instance_id"]);
        workspace.destroy();
    });
}

/// Stock moves between plan and apply: the apply fails, nothing is changed, and the next plan is right (G10, G10a).
#[needs(cli)]
#[test]
fn a_saved_plan_does_what_it_shows_or_nothing() {
    let scenario = |spot: u32| {
        format!(
            r#"{{
  "stock": [{{ "zone_id": "cn-heyuan-b", "instance_type": "ecs.g7.large", "spot": {spot} }}],
  "events": [{{ "at": "2h", "terminate_instances": {{ "zone_id": "cn-heyuan-b", "count": 2 }} }}]
}}"#
        )
    };
    let hcl = |clock: &str| {
        provider(&format!("  clock = \"{clock}\"")) + &batch(&in_heyuan_b("  spot_strategy = \"SpotAsPriceGo\"", 3, 3))
    };
    with_each_cli(|cli| {
        for then in [1, 2] {
            let mut workspace = Workspace::new(cli, &hcl("0s"));
            workspace.set("SIMCLOUD_SCENARIO", "scenario.json");
            workspace.write("scenario.json", &scenario(3));
            workspace.apply();
            workspace.write("main.tf", &hcl("3h"));
            workspace.plan();
            assert_eq!(open_elements(&change(&workspace)), [false, true, true]);
            workspace.write("scenario.json", &scenario(then));
            let printed = workspace.refuse("apply plan.bin");
            assert_eq!(printed.error().summary, "InsufficientInstanceCapacity");
            let states = each(&workspace.attributes(BATCH), "state");
            assert_eq!(states, [json!("running"), json!("terminated"), json!("terminated")], "{then} left");

            workspace.write("scenario.json", &scenario(3));
            workspace.apply();
            assert_eq!(each(&workspace.attributes(BATCH), "state"), vec![json!("running"); 3]);
            workspace.destroy();
        }
    });
}

/// A plan of other changes that is applied after more was lost does not replace what it did not show (G10a).
#[needs(cli)]
#[test]
fn a_saved_plan_replaces_nothing_that_it_did_not_show() {
    let hcl = |clock: &str, tag: &str| hcl(clock, 9, &format!("  tags = {{ a = \"{tag}\" }}"));
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, &hcl("0s", "b").replace("  clock = \"0s\"\n", ""));
        workspace.apply();
        workspace.write("main.tf", &hcl("0s", "c").replace("  clock = \"0s\"\n", ""));
        workspace.plan();
        workspace.set("SIMCLOUD_CLOCK", "3h");
        workspace.apply_saved();
        let attributes = workspace.attributes(BATCH);
        assert_eq!(attributes["tags"], json!({ "a": "c" }));
        assert_eq!(each(&attributes, "state"), vec![json!("running"); 5], "as the plan showed");
        workspace.apply();
        let replaced = workspace.attributes(BATCH);
        assert_eq!(list(&replaced, "instances")[..3], list(&attributes, "instances")[..3]);
        assert_ne!(replaced["instances"][4]["instance_id"], attributes["instances"][4]["instance_id"]);
        workspace.destroy();
    });
}

/// Unknown arguments in the same update as a replacement are no error.
#[needs(cli)]
#[test]
fn a_replacement_and_unknown_tags_go_together() {
    let later = "\nresource \"terraform_data\" \"later\" {\n  input = \"c\"\n}\n";
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s", 9, ""));
        workspace.apply();
        let tagged = hcl("3h", 9, "  tags = { a = terraform_data.later.output }") + later;
        workspace.write("main.tf", &tagged);
        workspace.apply();
        let attributes = workspace.attributes(BATCH);
        assert_eq!(attributes["tags"], json!({ "a": "c" }));
        assert_eq!(each(&attributes, "state"), vec![json!("running"); 5]);
        workspace.destroy();
    });
}

/// The whole reservation is gone from the world: it is planned for creation.
#[needs(cli)]
#[test]
fn a_reservation_that_is_gone_is_launched_again() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s", 9, ""));
        workspace.apply();
        std::fs::remove_dir_all(workspace.work().join(".simcloud")).expect("the world is removed");
        workspace.plan();
        assert_eq!(change(&workspace)["actions"], json!(["create"]));
        workspace.apply_saved();
        workspace.plan_is_empty();
        workspace.destroy();
    });
}
