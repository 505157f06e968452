//! The order in which a CLI makes calls does not change what they make (W3, W6).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::cli::{Cli, Workspace, with_each_cli};
use crate::hcl::REQUIRED;

/// Nine resources that share two pools, with tokens, replenishment, reclaims of the whole zone and a change of stock.
fn fleet(clock: &str) -> String {
    let mut hcl = format!(
        r#"{REQUIRED}
provider "simcloud" {{
  region = "cn-hangzhou"
  clock  = "{clock}"
  scenario = {{
    stock = [{{ zone_id = "cn-hangzhou-h", spot = 40, pay_as_you_go = 20 }}]
    events = [
      {{ at = "90m", reclaim_spot = {{ zone_id = "cn-hangzhou-h", count = 7 }} }},
      {{ at = "2h", stock = {{ zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 12 }} }},
      {{ at = "4h", terminate_instances = {{ zone_id = "cn-hangzhou-h", count = 3 }} }},
      {{ at = "5h", stock = {{ zone_id = "cn-hangzhou-h", instance_type = "ecs.g7.large", spot = 60 }} }},
    ]
  }}
}}
"#
    );
    for (index, (group_type, pay_as_you_go, spot)) in
        [("instant", 0, 4), ("instant", 1, 3), ("request", 2, 2), ("maintain", 0, 4), ("maintain", 1, 2)]
            .iter()
            .enumerate()
    {
        let token = if index % 2 == 0 { format!("client_token = \"group-{index}\"") } else { String::new() };
        let _ = write!(
            hcl,
            r#"
resource "simcloud_auto_provisioning_group" "g{index}" {{
  auto_provisioning_group_type  = "{group_type}"
  total_target_capacity         = {total}
  pay_as_you_go_target_capacity = {pay_as_you_go}
  spot_target_capacity          = {spot}
  terminate_instances           = true
  {token}
  launch_template_config {{
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.large"
  }}
  launch_template_config {{
    zone_id       = "cn-hangzhou-h"
    instance_type = "ecs.g7.xlarge"
  }}
  launch_configuration {{
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }}
}}
"#,
            total = pay_as_you_go + spot,
        );
    }
    for index in 0..4 {
        let token = if index % 2 == 0 { format!("client_token = \"reservation-{index}\"") } else { String::new() };
        let _ = write!(
            hcl,
            r#"
resource "simcloud_run_instances" "r{index}" {{
  zone_id             = "cn-hangzhou-h"
  instance_type       = "ecs.g7.large"
  spot_strategy       = "SpotAsPriceGo"
  {token}
  image {{
    image_id  = "aliyun_3_x64_20G_alibase_20250629.vhd"
    min_count = {count}
    max_count = {count}
  }}
}}
"#,
            count = index + 1,
        );
    }
    hcl
}

/// Everything that must not depend on the order: not the addresses, of which two requests may want the same (guide
/// "Determinism").
fn outcome(workspace: &Workspace) -> BTreeMap<String, Json> {
    let mut outcome = BTreeMap::new();
    let names = (0..5).map(|index| format!("simcloud_auto_provisioning_group.g{index}"));
    for address in names.chain((0..4).map(|index| format!("simcloud_run_instances.r{index}"))) {
        let attributes = workspace.attributes(&address);
        for name in ["id", "instance_ids", "hourly_cost", "optimal_hourly_cost", "state", "fulfilled_capacity"] {
            outcome.insert(format!("{address}.{name}"), attributes[name].clone());
        }
        for instance in attributes["instances"].as_array().into_iter().flatten() {
            for name in ["zone_id", "instance_type", "hourly_price", "spot_strategy", "state", "launch_time"] {
                let id = instance["instance_id"].as_str().expect("an id");
                outcome.insert(format!("{address}.{id}.{name}"), instance[name].clone());
            }
        }
    }
    outcome
}

/// Once the outcome of a reclaim depended on which of two resources the CLI made first.
#[needs(cli)]
#[test]
fn any_parallelism_has_the_same_outcome_w3_w6() {
    compare_parallelisms(1);
}

#[test]
#[ignore = "minutes: many applies of each parallelism"]
fn soak_any_parallelism_has_the_same_outcome_w3_w6() {
    compare_parallelisms(20);
}

fn compare_parallelisms(runs: usize) {
    with_each_cli(|cli| {
        let first = outcomes(cli, "1");
        assert!(first[1] != first[0], "instances were lost and replaced");
        for run in 0..runs {
            for parallelism in ["1", "10", "20"] {
                assert_eq!(outcomes(cli, parallelism), first, "run {run} with -parallelism={parallelism}");
            }
        }
    });
}

/// What each apply leaves while the clock moves on.
fn outcomes(cli: &Cli, parallelism: &str) -> Vec<BTreeMap<String, Json>> {
    let workspace = Workspace::new(cli, &fleet("0s"));
    let mut outcomes = Vec::new();
    for clock in ["0s", "3h", "6h", "30h"] {
        workspace.write("main.tf", &fleet(clock));
        workspace.accept(&format!("apply -auto-approve -parallelism={parallelism}"));
        outcomes.push(outcome(&workspace));
    }
    workspace.destroy();
    outcomes
}
