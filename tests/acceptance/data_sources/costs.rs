use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;

/// A group of one pay-as-you-go and two spot instances, at fixed prices, and what it costs.
fn source(clock: &str, data: &str) -> String {
    let arguments = format!(
        r#"  clock    = "{clock}"
  scenario = {{
    stock  = [{{ zone_id = "cn-heyuan-b", pay_as_you_go = 50, spot = 50 }}]
    prices = [{{ zone_id = "cn-heyuan-b", pay_as_you_go = 0.5, spot = 0.1 }}]
    events = [{{ at = "5h30m", prices = {{ zone_id = "cn-heyuan-b", spot = 0.4 }} }}]
  }}"#
    );
    let group = r#"
resource "simcloud_auto_provisioning_group" "web" {
  auto_provisioning_group_name        = "web"
  auto_provisioning_group_type        = "maintain"
  total_target_capacity               = "3"
  pay_as_you_go_target_capacity       = "1"
  spot_target_capacity                = "2"
  terminate_instances                 = true
  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
    tags     = { team = "shop" }
  }
  launch_template_config {
    instance_type = "ecs.s6-c1m1.small"
    zone_id       = "cn-heyuan-b"
  }
}
"#;
    provider(&arguments) + group + data
}

const COSTS: &str = r#"
data "simcloud_costs" "all" {}

data "simcloud_costs" "first_day" {
  auto_provisioning_group_id = simcloud_auto_provisioning_group.web.id
  to                         = "24h"
}

data "simcloud_costs" "others" {
  tags = { team = "other" }
}
"#;

#[needs(cli)]
#[test]
fn costs_are_the_sum_of_the_price_of_each_hour() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &source("0h", ""));
        workspace.apply();
        workspace.write("main.tf", &source("36h30m", COSTS));
        workspace.apply();
        let all = workspace.attributes("data.simcloud_costs.all");
        // 36.5 hours at 0.5, and of two instances 5.5 hours at 0.1 and 31 hours at 0.4.
        let figures = |of: &Json| {
            ["total_cost", "pay_as_you_go_cost", "spot_cost", "instance_hours"].map(|name| of[name].clone())
        };
        assert_eq!(figures(&all), [json!(44.15), json!(18.25), json!(25.9), json!(109.5)]);
        assert_eq!(figures(&all["by_group"][0]), figures(&all));
        assert_eq!(all["by_group"][0]["name"], "web");
        assert_eq!(all["by_pool"][0]["zone_id"], "cn-heyuan-b");
        assert_eq!((&all["by_tag"][0]["key"], &all["by_tag"][0]["value"]), (&json!("team"), &json!("shop")));
        let instances = all["by_instance"].as_array().unwrap();
        assert_eq!(instances.len(), 3);
        assert!(instances.iter().all(|line| line["end_time"] == "" && line["tags"]["team"] == "shop"));
        assert_eq!((&all["by_reservation"], &all["by_scaling_group"]), (&json!([]), &json!([])));
        let first_day = workspace.attributes("data.simcloud_costs.first_day");
        assert_eq!(first_day["total_cost"], json!(27.9));
        assert_eq!(workspace.attributes("data.simcloud_costs.others")["total_cost"], json!(0));
    });
}

#[needs(cli)]
#[test]
fn a_span_that_is_none_is_refused_at_its_argument() {
    with_each_cli(|cli| {
        let refused = |data: &str| Workspace::new(cli, &(provider("") + data)).refuse("plan");
        let printed = refused("data \"simcloud_costs\" \"x\" {\n  from = \"yesterday\"\n}\n");
        assert_eq!(
            (printed.error().summary.as_str(), printed.error().address.as_str()),
            ("Invalid Time", "data.simcloud_costs.x")
        );
        let printed =
            refused("data \"simcloud_costs\" \"x\" {\n  from = \"24h\"\n  to = \"2026-01-01T06:00:00Z\"\n}\n");
        assert_eq!(printed.error().summary, "Empty Span");
    });
}
