use serde_json::json;

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{stock, targets};

/// The same arguments for the group and for its forecast.
fn arguments(targets: &str, more: &str) -> String {
    format!(
        r#"
  auto_provisioning_group_name = "web"
  auto_provisioning_group_type = "instant"
{targets}
{more}

  launch_template_config {{
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.s6-c1m1.small"
  }}

  launch_configuration {{
    image_id             = "aliyun_3_x64_20G_alibase_20250629.vhd"
    system_disk_category = "cloud_ssd"
  }}
"#
    )
}

fn forecast(targets: &str, more: &str) -> String {
    format!("data \"simcloud_launch_forecast\" \"web\" {{{}}}\n", arguments(targets, more))
}

/// The group takes all the stock there is, and a condition on the forecast still holds afterwards.
#[needs(cli)]
#[test]
fn a_precondition_on_the_forecast_holds_on_the_second_plan_too() {
    with_each_cli(|cli| {
        let condition = r#"
  terminate_instances = true

  lifecycle {
    precondition {
      condition     = data.simcloud_launch_forecast.web.missing_capacity == 0
      error_message = "sold out"
    }
  }
"#;
        let targets = targets(3, 2);
        let group =
            format!("resource \"simcloud_auto_provisioning_group\" \"web\" {{{}}}\n", arguments(&targets, condition));
        let output = "output \"cost\" {\n  value = data.simcloud_launch_forecast.web.hourly_cost\n}\n";
        let workspace = Workspace::new(cli, &(stock(3, 2) + &forecast(&targets, "") + &group + output));
        workspace.apply();
        let forecast = workspace.attributes("data.simcloud_launch_forecast.web");
        let group = workspace.attributes("simcloud_auto_provisioning_group.web");
        for name in [
            "fulfilled_capacity",
            "fulfilled_pay_as_you_go_capacity",
            "fulfilled_spot_capacity",
            "fulfilled_vcpus",
            "hourly_cost",
            "optimal_hourly_cost",
        ] {
            assert_eq!(forecast[name], group[name], "{name}");
        }
        assert_eq!(forecast["launch_results"].as_array().map(Vec::len), Some(2));
        workspace.destroy();
    });
}

#[needs(cli)]
#[test]
fn a_shortfall_is_data_and_reading_changes_nothing() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(stock(0, 2) + &forecast(&targets(3, 2), "")));
        let printed = workspace.apply_and_report();
        let short = workspace.attributes("data.simcloud_launch_forecast.web");
        assert_eq!((&short["fulfilled_capacity"], &short["missing_capacity"]), (&json!(2), &json!(3)));
        let row = &short["launch_results"][0];
        assert_eq!((&row["amount"], &row["error_code"]), (&json!(0), &json!("NoInstanceStock")));
        assert_eq!(row["error_msg"], "The instanceTypes are out of usage");
        assert!(row["hourly_price"].is_null());
        assert_eq!(short["launch_results"][1]["amount"], 2);
        assert!(short["error_code"].is_null(), "{short}");
        assert!(!printed.has_warning("Capacity Missing"), "{}", printed.text);

        // Nothing was launched: the same stock is there for the next look.
        let all_or_nothing = forecast(&targets(3, 2), "  min_target_capacity = 3");
        workspace.write("main.tf", &(stock(0, 2) + &all_or_nothing));
        workspace.apply();
        let nothing = workspace.attributes("data.simcloud_launch_forecast.web");
        assert_eq!((&nothing["fulfilled_capacity"], &nothing["missing_capacity"]), (&json!(0), &json!(5)));
        assert!(nothing["error_code"].is_string() && nothing["error_message"].is_string(), "{nothing}");
        assert!(nothing["launch_results"].as_array().is_some_and(|rows| rows.iter().all(|row| row["amount"] == 0)));
    });
}

#[needs(cli)]
#[test]
fn a_forecast_is_checked_as_the_group_is() {
    with_each_cli(|cli| {
        let wrong = forecast(&targets(3, 2), "  spot_allocation_strategy = \"diversfied\"");
        let printed = Workspace::new(cli, &(stock(1, 1) + &wrong)).refuse("validate");
        insta::assert_snapshot!("a_forecast_is_checked_as_the_group_is", printed.sentences());
    });
}
