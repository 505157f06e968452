//! Fleets under scarcity: what a module author rehearses with a group.

use serde_json::json;

use super::{WEB, hangzhou};
use crate::cli::{Workspace, with_each_cli};
use crate::hcl::{group, provider, targets};

/// Two zones of cn-hangzhou with `ecs.g7.large`, in this order.
fn two_zones(arguments: &str) -> String {
    format!(
        r#"
resource "simcloud_auto_provisioning_group" "web" {{
  auto_provisioning_group_type = "instant"
  terminate_instances          = true
{arguments}

  dynamic "launch_template_config" {{
    for_each = ["cn-hangzhou-i", "cn-hangzhou-h"]

    content {{
      zone_id       = launch_template_config.value
      instance_type = "ecs.g7.large"
      max_price     = 1
    }}
  }}

  launch_configuration {{
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }}
}}
"#
    )
}

/// A zone that sells nothing any more is left out with the service's code; the other one delivers (G2).
#[needs(cli)]
#[test]
fn a_zone_outage_leaves_the_other_zone() {
    with_each_cli(|cli| {
        let outage = hangzhou("offers = [{ zone_id = \"cn-hangzhou-h\", on_sale = false }]");
        let workspace = Workspace::new(cli, &(outage + &two_zones(&targets(0, 4))));
        workspace.apply();
        let attributes = workspace.attributes(WEB);
        assert_eq!(attributes["fulfilled_capacity"], 4);
        let rows = attributes["launch_results"].as_array().expect("rows").clone();
        let left_out = rows.iter().find(|row| row["zone_id"] == "cn-hangzhou-h").expect("a row of the lost zone");
        assert_eq!(left_out["error_code"], "InvalidResourceType.NotSupported", "{left_out:#}");
        workspace.destroy();
    });
}

/// A spot price above the ceiling leaves the pool out; a price that equals it passes (G2).
#[needs(cli)]
#[test]
fn a_price_above_the_ceiling_leaves_the_pool_out() {
    with_each_cli(|cli| {
        let prices = hangzhou(
            "prices = [{ zone_id = \"cn-hangzhou-h\", spot = 1.001 }, { zone_id = \"cn-hangzhou-i\", spot = 1 }]",
        );
        let workspace = Workspace::new(cli, &(prices + &two_zones(&targets(0, 2))));
        workspace.apply();
        let attributes = workspace.attributes(WEB);
        assert_eq!(attributes["instances"][0]["zone_id"], "cn-hangzhou-i");
        assert_eq!(attributes["instances"][0]["spot_strategy"], "SpotWithPriceLimit");
        assert_eq!(attributes["hourly_cost"], 2);
        let rows = attributes["launch_results"].as_array().expect("rows").clone();
        let codes: Vec<_> = rows.iter().map(|row| row["error_code"].clone()).collect();
        assert_eq!(codes, [json!(null), json!("InvalidSpotPriceLimit.LowerThanPublicPrice")]);
        workspace.destroy();
    });
}

/// The account's vCPU quota binds at each launch and names the reason (G3).
#[needs(cli)]
#[test]
fn a_quota_ends_the_launch() {
    with_each_cli(|cli| {
        let quota = hangzhou("quotas = [{ charge_type = \"Spot\", vcpus = 5 }]");
        let workspace = Workspace::new(cli, &(quota + &two_zones(&targets(0, 4))));
        workspace.apply();
        let attributes = workspace.attributes(WEB);
        assert_eq!(attributes["fulfilled_vcpus"], 4, "two instances of two vCPUs");
        let rows = attributes["launch_results"].as_array().expect("rows").clone();
        assert!(rows.iter().any(|row| row["error_code"] == "QuotaExceed.ElasticQuota"), "{rows:#?}");
        workspace.destroy();
    });
}

/// The service fails once: the error reaches the user, and the next apply does what was asked (W2, W4).
#[needs(cli)]
#[test]
fn a_fault_is_over_at_the_next_apply() {
    with_each_cli(|cli| {
        let fault =
            hangzhou("faults = [{ operation = \"CreateAutoProvisioningGroup\", error_code = \"InternalError\" }]");
        let workspace = Workspace::new(cli, &(fault + &two_zones(&targets(1, 1))));
        let printed = workspace.refuse("apply");
        assert_eq!(printed.error().summary, "InternalError");
        workspace.apply();
        workspace.destroy();
    });
}

/// Two groups compete for the last units: never more than there are, and `for_each` keeps them apart.
#[needs(cli)]
#[test]
fn two_groups_race_for_the_last_units() {
    with_each_cli(|cli| {
        let racing =
            group("web", &targets(0, 3)).replace("{\n  auto_", "{\n  for_each = toset([\"a\", \"b\"])\n\n  auto_");
        let stock = provider("  scenario = { stock = [{ zone_id = \"cn-heyuan-b\", spot = 4 }] }");
        let workspace = Workspace::new(cli, &(stock + &racing));
        workspace.apply();
        let delivered = |key: &str| workspace.attributes(&format!("{WEB}[\"{key}\"]"))["fulfilled_capacity"].clone();
        let (a, b) = (delivered("a"), delivered("b"));
        assert!([(json!(3), json!(1)), (json!(1), json!(3))].contains(&(a.clone(), b.clone())), "{a} and {b}");
        workspace.destroy();
    });
}

/// `maintain` replenishes by itself when the clock moves, and the plan stays quiet (G12).
#[needs(cli)]
#[test]
fn maintain_replenishes_when_the_clock_moves() {
    let hcl = |clock: &str| {
        provider(&format!(
            r#"  clock = "{clock}"
  scenario = {{
    stock  = [{{ zone_id = "cn-heyuan-b", spot = 1 }}]
    events = [{{ at = "2h", stock = {{ zone_id = "cn-heyuan-b", spot = 3 }} }}]
  }}"#
        )) + &group("web", &targets(0, 3)).replace("\"instant\"", "\"maintain\"")
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &hcl("0s"));
        workspace.apply();
        assert_eq!(workspace.attributes(WEB)["fulfilled_capacity"], 1);
        workspace.write("main.tf", &hcl("3h"));
        workspace.apply();
        assert_eq!(workspace.attributes(WEB)["fulfilled_capacity"], 3);
        workspace.destroy();
    });
}

/// The plan of a change tells what the market lacks, pool by pool, as that of a creation does: of more capacity, and of
/// another strategy, which replaces the group. What the replaced group holds counts as free.
#[needs(cli)]
#[test]
fn the_plan_of_a_change_tells_what_is_missing() {
    with_each_cli(|cli| {
        let market = hangzhou("stock = [{ instance_type = \"ecs.g7.large\", pay_as_you_go = 0, spot = 10 }]");
        let with = |capacity, strategy: &str| {
            let arguments = format!("{}\n  spot_allocation_strategy = \"{strategy}\"", targets(0, capacity));
            market.clone() + &two_zones(&arguments)
        };
        let workspace = Workspace::new(cli, &with(8, "lowest-price"));
        workspace.apply();
        let planned = |configuration: &str| {
            workspace.write("main.tf", configuration);
            workspace.plan()
        };
        let more = planned(&with(30, "lowest-price"));
        assert!(more.contains("10 of 30 units of spot capacity are missing"), "{more}");
        assert!(more.contains("ecs.g7.large in cn-hangzhou-i: "), "{more}");
        let other = planned(&with(25, "diversified"));
        assert!(other.contains("5 of 25 units of spot capacity are missing"), "{other}");
        assert!(other.contains("must be replaced"), "{other}");
        let enough = planned(&with(20, "diversified"));
        assert!(!enough.contains("missing"), "{enough}");
        workspace.destroy();
    });
}
