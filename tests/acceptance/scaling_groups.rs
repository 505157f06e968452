//! Scaling groups and their configurations, under the name of the real provider.

use serde_json::json;

use crate::cli::{Workspace, with_each_cli};

const MODULE: &str = r#"
terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  region = "cn-heyuan"
}

variable "desired" {
  type    = number
  default = 6
}

variable "types" {
  type    = list(string)
  default = ["ecs.g7.large"]
}

variable "force" {
  type    = bool
  default = false
}

resource "alicloud_vpc" "web" {
  vpc_name   = "web"
  cidr_block = "172.16.0.0/16"
}

resource "alicloud_vswitch" "web" {
  for_each = { a = "172.16.1.0/24", b = "172.16.2.0/24" }

  vpc_id     = alicloud_vpc.web.id
  cidr_block = each.value
  zone_id    = "cn-heyuan-${each.key}"
}

resource "alicloud_security_group" "web" {
  security_group_name = "web"
  vpc_id              = alicloud_vpc.web.id
}

resource "alicloud_ess_scaling_group" "web" {
  scaling_group_name      = "web"
  min_size                = 2
  max_size                = 10
  desired_capacity        = var.desired
  vswitch_ids             = values(alicloud_vswitch.web)[*].id
  multi_az_policy         = "COST_OPTIMIZED"
  on_demand_base_capacity = 2
  spot_instance_remedy    = true
  removal_policies        = ["OldestInstance", "NewestInstance"]
}

resource "alicloud_ess_scaling_configuration" "web" {
  scaling_group_id  = alicloud_ess_scaling_group.web.id
  image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_types    = var.types
  security_group_id = alicloud_security_group.web.id
  spot_strategy     = "SpotAsPriceGo"
  tags              = { team = "web" }
  active            = true
  enable            = true
  force_delete      = var.force
}

data "alicloud_instances" "web" {
  tags       = { team = "web" }
  depends_on = [alicloud_ess_scaling_configuration.web]
}

output "count" {
  value = length(data.alicloud_instances.web.ids)
}
"#;

const GROUP: &str = "alicloud_ess_scaling_group.web";
const CONFIGURATION: &str = "alicloud_ess_scaling_configuration.web";

#[needs(cli)]
#[test]
fn a_scaling_group_is_rehearsed_through_shortage_time_and_changes() {
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, MODULE);
        workspace.write("short.json", r#"{ "stock": [{ "pay_as_you_go": 2, "spot": 1 }] }"#);
        workspace.set("SIMCLOUD_SCENARIO", "short.json");
        let printed = workspace.apply();
        assert!(!printed.contains("Capacity Missing"), "{printed}");
        assert_eq!(workspace.output("count"), 6, "two spot instances, and four instead of the others");
        workspace.accept("refresh");
        let group = workspace.attributes(GROUP);
        assert_eq!(group["fulfilled_capacity"], 6);
        let ids = |group: &serde_json::Value| {
            let instances = group["instances"].as_array().cloned().unwrap_or_default();
            instances.iter().map(|instance| instance["instance_id"].clone()).collect::<Vec<_>>()
        };
        for (address, id) in [(GROUP, &group["id"]), (CONFIGURATION, &workspace.attributes(CONFIGURATION)["id"])] {
            workspace.import_is_exact(address, id.as_str().unwrap(), &[]);
        }

        // More is warned of by the plan, and launched when time brings stock.
        workspace.set("TF_VAR_desired", "8");
        let plan = workspace.plan();
        assert!(plan.contains("Capacity Missing") && plan.contains("are missing"), "{plan}");
        assert_eq!(workspace.planned_change(GROUP)["actions"], json!(["update"]));
        workspace.apply_saved();
        workspace.write("short.json", r#"{ "stock": [{ "pay_as_you_go": 2, "spot": 20 }] }"#);
        workspace.set("SIMCLOUD_CLOCK", "2h");
        workspace.accept("refresh");
        let grown = workspace.attributes(GROUP);
        assert_eq!(grown["fulfilled_capacity"], 8);
        assert_eq!(ids(&grown)[..6], ids(&group), "what ran keeps running");

        // A smaller group and other types keep the rest.
        workspace.set("TF_VAR_desired", "3").set("TF_VAR_types", r#"["ecs.g6.large","ecs.g7.large"]"#);
        workspace.apply();
        workspace.accept("refresh");
        let small = workspace.attributes(GROUP);
        assert_eq!(small["fulfilled_capacity"], 3);
        assert!(ids(&small).iter().all(|id| ids(&grown).contains(id)));

        let refused = workspace.refuse("destroy");
        assert_eq!(refused.error().place().0, "IncorrectScalingConfigurationLifecycleState");
        workspace.set("TF_VAR_force", "true");
        workspace.apply();
        workspace.destroy();
    });
}
