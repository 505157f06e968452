//! Changes of the world as CLIs make them: by an action that is invoked or triggered, and by the resource of the same
//! effect, which every CLI has.

use crate::cli::{Cli, Workspace, with_each_cli};
use crate::hcl::provider;

/// Two spot instances, and what follows them.
fn batch(rest: &str) -> String {
    let batch = r#"
resource "simcloud_run_instances" "batch" {
  instance_type          = "ecs.g7.large"
  zone_id                = "cn-heyuan-b"
  spot_strategy          = "SpotAsPriceGo"
  replace_lost_instances = false

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 2
    max_count = 2
  }
}

output "states" {
  value = simcloud_run_instances.batch.instances[*].state
}
"#;
    provider("") + batch + rest
}

const RECLAIM_ONE: &str = r#"
action "simcloud_reclaim_spot" "one" {
  config {
    count = 1
  }
}
"#;

/// A resource that triggers an action, with further arguments of the trigger.
fn trigger(input: u32, action: &str, arguments: &str) -> String {
    format!(
        r#"
resource "terraform_data" "trigger" {{
  depends_on = [simcloud_run_instances.batch]
  input      = {input}

  lifecycle {{
    action_trigger {{
      events  = [after_create, after_update]
      actions = [{action}]
      {arguments}
    }}
  }}
}}
"#
    )
}

/// Runs a test with each CLI that has actions.
fn with_actions(test: impl Fn(&Cli)) {
    with_each_cli(|cli| {
        if cli.has_actions() {
            test(cli);
        } else {
            println!("skipped with {}, which has no actions", cli.version);
        }
    });
}

/// What an invocation prints.
fn invoke(workspace: &Workspace, address: &str) -> String {
    let invocation = format!("-invoke={address}");
    let printed = workspace.run(&["apply", "-auto-approve", "-input=false", "-no-color", &invocation]);
    assert_eq!(printed.code, 0, "{}", printed.text);
    printed.text
}

/// The plan warns, the invocation reports, and the state follows with the next refresh.
#[needs(cli)]
#[test]
fn w9_an_action_is_invoked_by_hand() {
    with_actions(|cli| {
        let workspace = Workspace::new(cli, &batch(RECLAIM_ONE));
        workspace.apply_only();
        let printed = invoke(&workspace, "action.simcloud_reclaim_spot.one");
        let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("1 of 2 spot instances would be reclaimed."), "{printed}");
        assert!(words.contains("1 of 2 spot instances was reclaimed."), "{printed}");
        assert!(words.contains("was reclaimed"), "{printed}");
        assert_eq!(workspace.output("states"), serde_json::json!(["running", "running"]), "nothing was refreshed");
        workspace.accept("apply -refresh-only -auto-approve");
        assert_eq!(workspace.output("states"), serde_json::json!(["running", "terminated"]));
        workspace.destroy();
    });
}

/// Terraform plans and invokes an action without `config` with null.
#[needs(cli)]
#[test]
fn w9_an_action_without_config_is_all_null() {
    with_actions(|cli| {
        let workspace = Workspace::new(cli, &batch("\naction \"simcloud_reclaim_spot\" \"all\" {}\n"));
        workspace.apply_only();
        let printed = invoke(&workspace, "action.simcloud_reclaim_spot.all");
        assert!(printed.contains("2 of 2 spot instances were reclaimed."), "{printed}");
        let again = invoke(&workspace, "action.simcloud_reclaim_spot.all");
        assert!(again.contains("No spot instance runs."), "{again}");
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn w9_every_instance_of_an_action_with_count_is_invoked() {
    with_actions(|cli| {
        let counted = RECLAIM_ONE.replace("  config {", "  count = 2\n  config {");
        let workspace = Workspace::new(cli, &batch(&counted));
        workspace.apply_only();
        let printed = invoke(&workspace, "action.simcloud_reclaim_spot.one");
        assert!(printed.contains("1 of 2 spot instances was reclaimed."), "{printed}");
        assert!(printed.contains("1 of 1 spot instance was reclaimed."), "{printed}");
        workspace.accept("apply -refresh-only -auto-approve");
        assert_eq!(workspace.output("states"), serde_json::json!(["terminated", "terminated"]));
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn w9_an_action_is_triggered_by_a_creation_and_by_each_update() {
    with_actions(|cli| {
        let triggered =
            |input| batch(&(RECLAIM_ONE.to_owned() + &trigger(input, "action.simcloud_reclaim_spot.one", "")));
        let workspace = Workspace::new(cli, &triggered(1));
        let report = workspace.accept("apply");
        assert!(report.text.contains("1 of 2 spot instances was reclaimed."), "{}", report.text);
        workspace.write("main.tf", &triggered(2));
        let report = workspace.accept("apply");
        assert!(report.text.contains("1 of 1 spot instance was reclaimed."), "{}", report.text);
        workspace.write("main.tf", &batch(""));
        workspace.destroy();
    });
}

/// The only place in Terraform where an error of a provider lets a run go on.
#[needs(cli)]
#[test]
fn w9_an_error_of_an_action_can_be_survived() {
    with_actions(|cli| {
        let failing = r#"
resource "simcloud_run_instances" "other" {
  instance_type = "ecs.g7.large"
  zone_id       = "cn-heyuan-b"

  image {
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = 1
    max_count = 1
  }
}

action "simcloud_reclaim_spot" "pay_as_you_go" {
  config {
    instance_ids = simcloud_run_instances.other.instances[*].instance_id
  }
}
"#;
        let address = "action.simcloud_reclaim_spot.pay_as_you_go";
        let halting = Workspace::new(cli, &batch(&(failing.to_owned() + &trigger(1, address, ""))));
        let report = halting.refuse("apply");
        assert!(report.text.contains("Not A Spot Instance"), "{}", report.text);
        let triggered = |input| batch(&(failing.to_owned() + &trigger(input, address, "on_failure = continue")));
        let surviving = Workspace::new(cli, &triggered(1));
        let report = surviving.accept("apply");
        assert!(report.text.contains("Not A Spot Instance"), "{}", report.text);
        // The plan knows the instance now, and failed.
        surviving.write("main.tf", &triggered(2));
        assert!(surviving.accept("plan").has_warning("Not A Spot Instance"));
        let report = surviving.accept("apply");
        assert!(report.text.contains("Not A Spot Instance"), "{}", report.text);
    });
}

/// Its twin for CLIs without actions.
#[needs(cli)]
#[test]
fn w9_the_resource_makes_its_change_with_every_cli() {
    with_each_cli(|cli| {
        let change = |run: u32| {
            let change = r#"
resource "simcloud_world_change" "one" {
  depends_on = [simcloud_run_instances.batch]
  triggers   = { run = RUN }

  reclaim_spot {
    count = 1
  }
}

resource "simcloud_world_change" "market" {
  change_market {
    scenario = { prices = [{ spot = 0.5 }] }
  }
}

output "summary" {
  value = simcloud_world_change.one.summary
}
"#;
            batch(&change.replace("RUN", &run.to_string()))
        };
        let workspace = Workspace::new(cli, &change(1));
        workspace.apply_only();
        assert_eq!(workspace.output("summary"), "1 of 2 spot instances was reclaimed.");
        workspace.accept("apply -refresh-only -auto-approve");
        assert_eq!(workspace.output("states"), serde_json::json!(["running", "terminated"]));
        workspace.plan_is_empty();
        workspace.write("main.tf", &change(2));
        workspace.apply_only();
        assert_eq!(workspace.output("summary"), "1 of 1 spot instance was reclaimed.");
        workspace.write("main.tf", &change(3));
        let report = workspace.accept("apply");
        assert!(report.has_warning("World Not Changed"), "{}", report.text);
        workspace.destroy();
    });
}

/// A scaling rule without an action.
#[needs(cli)]
#[test]
fn g20_the_resource_executes_a_scaling_rule_with_every_cli() {
    let example = include_str!("../../examples/actions/simcloud_ess_execute_scaling_rule/action.tf");
    let (group, _) = example.split_once("# terraform apply -invoke").expect("a comment before the action");
    with_each_cli(|cli| {
        let run = |run: u32| {
            format!(
                "{}{group}resource \"simcloud_world_change\" \"two_more\" {{\n  triggers = {{ run = {run} }}\n\n  \
                 execute_scaling_rule {{\n    scaling_rule_id = simcloud_ess_scaling_rule.two_more.id\n  }}\n}}\n",
                provider("")
            )
        };
        let workspace = Workspace::new(cli, &run(1));
        let instances =
            || workspace.attributes("simcloud_ess_scaling_group.workers")["instances"].as_array().map(Vec::len);
        for (number, expected) in [(1, 3), (2, 5)] {
            workspace.write("main.tf", &run(number));
            workspace.apply_only();
            let change = workspace.attributes("simcloud_world_change.two_more");
            assert_eq!(change["changed_instance_ids"].as_array().map(Vec::len), Some(2));
            workspace.accept("apply -refresh-only -auto-approve");
            workspace.plan_is_empty();
            assert_eq!(instances(), Some(expected));
        }
        workspace.write("main.tf", &run(3));
        assert!(workspace.accept("apply").has_warning("World Not Changed"));
        workspace.destroy();
    });
}

/// The plan of a launch and the data source that says what is sold follow a change of the market (W10).
#[needs(cli)]
#[test]
fn w10_plans_and_data_sources_see_the_changed_market() {
    with_each_cli(|cli| {
        let sold = |rest: &str| {
            provider("")
                + r#"
data "simcloud_available_resources" "zone" {
  zone_id       = "cn-heyuan-b"
  instance_type = "ecs.g7.large"
}

output "supported" {
  value = [for zone in data.simcloud_available_resources.zone.available_zones : zone.available_resources[*].supported]
}
"# + rest
        };
        let workspace = Workspace::new(cli, &sold(""));
        workspace.apply_only();
        assert_eq!(workspace.output("supported"), serde_json::json!([[true]]));
        workspace.write("rules.json", r#"{ "offers": [{ "zone_id": "cn-heyuan-b", "on_sale": false }] }"#);
        let printed = workspace.run_provider(&["world", "market", "rules.json"]);
        assert_eq!(printed.code, 0, "{}", printed.text);
        workspace.apply_only();
        assert_ne!(workspace.output("supported"), serde_json::json!([[true]]));
        workspace.write("main.tf", &batch(""));
        let report = workspace.refuse("plan");
        assert!(report.text.contains("Instance Type Not Sold Here"), "{}", report.text);
    });
}
