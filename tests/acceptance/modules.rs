//! Modules as people write them for the real provider: what they refer to is there, under both names, and the second
//! plan is empty.

use serde_json::json;

use crate::cli::{Cli, Workspace, with_each_cli};

/// The documentation page's example of a group: zones, a network, a security group, an image, a launch template.
const PAGE: &str = r#"
variable "title" {
  default = "fleet-of-the-page"
}

data "PREFIX_zones" "offered" {
  available_disk_category     = "cloud_efficiency"
  available_resource_creation = "VSwitch"
}

data "PREFIX_images" "ubuntu" {
  name_regex  = "^ubuntu_18.*64"
  most_recent = true
  owners      = "system"
}

resource "PREFIX_vpc" "net" {
  vpc_name   = var.title
  cidr_block = "172.16.0.0/16"
}

resource "PREFIX_vswitch" "net" {
  vpc_id       = PREFIX_vpc.net.id
  cidr_block   = "172.16.0.0/24"
  zone_id      = data.PREFIX_zones.offered.zones[0].id
  vswitch_name = var.title
}

resource "PREFIX_security_group" "net" {
  name   = var.title
  vpc_id = PREFIX_vpc.net.id
}

resource "PREFIX_ecs_launch_template" "machine" {
  name              = var.title
  image_id          = data.PREFIX_images.ubuntu.images[0].id
  instance_type     = "ecs.n1.tiny"
  security_group_id = PREFIX_security_group.net.id
}

resource "PREFIX_auto_provisioning_group" "fleet" {
  launch_template_id            = PREFIX_ecs_launch_template.machine.id
  total_target_capacity         = "4"
  pay_as_you_go_target_capacity = "1"
  spot_target_capacity          = "2"
  terminate_instances           = true

  launch_template_config {
    instance_type     = "ecs.n1.small"
    vswitch_id        = PREFIX_vswitch.net.id
    weighted_capacity = "2"
    max_price         = "2"
  }
}
"#;

/// Two zones, spot alone, and the type that the template says.
const TWO_ZONES: &str = r#"
data "PREFIX_zones" "offered" {
  available_instance_type = "ecs.g7.large"
  available_disk_category = "cloud_essd"
}

data "PREFIX_images" "linux" {
  name_regex  = "^aliyun_3_x64"
  most_recent = true
  owners      = "system"
}

resource "PREFIX_vpc" "net" {
  vpc_name   = "two-zones"
  cidr_block = "10.8.0.0/16"
}

resource "PREFIX_vswitch" "net" {
  count      = 2
  vpc_id     = PREFIX_vpc.net.id
  cidr_block = cidrsubnet(PREFIX_vpc.net.cidr_block, 8, count.index)
  zone_id    = data.PREFIX_zones.offered.zones[count.index].id
}

resource "PREFIX_security_group" "net" {
  security_group_name = "two-zones"
  vpc_id              = PREFIX_vpc.net.id
}

resource "PREFIX_ecs_launch_template" "machine" {
  launch_template_name = "two-zones"
  image_id             = data.PREFIX_images.linux.images[0].id
  instance_type        = "ecs.g7.large"
  security_group_id    = PREFIX_security_group.net.id

  system_disk {
    category = "cloud_essd"
    size     = 40
  }
}

resource "PREFIX_auto_provisioning_group" "fleet" {
  launch_template_id       = PREFIX_ecs_launch_template.machine.id
  launch_template_version  = PREFIX_ecs_launch_template.machine.default_version_number
  total_target_capacity    = 6
  spot_target_capacity     = 6
  spot_allocation_strategy = "diversified"
  terminate_instances      = true

  dynamic "launch_template_config" {
    for_each = PREFIX_vswitch.net[*].id

    content {
      vswitch_id        = launch_template_config.value
      weighted_capacity = 1
      max_price         = 2
    }
  }
}
"#;

/// Every zone of the region, whatever it sells: zones without the type are left out with a row.
const EVERY_ZONE: &str = r#"
data "PREFIX_zones" "all" {}

resource "PREFIX_vpc" "net" {
  vpc_name   = "every-zone"
  cidr_block = "10.0.0.0/8"
}

resource "PREFIX_vswitch" "net" {
  count      = length(data.PREFIX_zones.all.zones)
  vpc_id     = PREFIX_vpc.net.id
  cidr_block = cidrsubnet(PREFIX_vpc.net.cidr_block, 8, count.index)
  zone_id    = data.PREFIX_zones.all.zones[count.index].id
}

resource "PREFIX_auto_provisioning_group" "fleet" {
  auto_provisioning_group_type      = "instant"
  total_target_capacity             = 7
  pay_as_you_go_target_capacity     = 7
  pay_as_you_go_allocation_strategy = "prioritized"
  terminate_instances               = true

  dynamic "launch_template_config" {
    for_each = PREFIX_vswitch.net

    content {
      vswitch_id    = launch_template_config.value.id
      instance_type = "ecs.n1.small"
      priority      = launch_template_config.key
    }
  }

  launch_configuration {
    image_id = "ubuntu_22_04_x64_20G_alibase_20250625.vhd"
  }
}
"#;

const FLEET: &str = "auto_provisioning_group.fleet";

/// The module with a provider block, under the provider's own name.
fn own(cli: &Cli, module: &str) -> Workspace {
    let head = crate::hcl::provider("  region = \"cn-hangzhou\"");
    Workspace::new(cli, &(head + &module.replace("PREFIX", "simcloud")))
}

/// The module as it stands for the real provider; the environment says what is simulated.
fn other(cli: &Cli, module: &str) -> Workspace {
    let head = r#"
terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  region = "cn-hangzhou"
}
"#;
    let mut workspace = Workspace::new(cli, &(head.to_owned() + &module.replace("PREFIX", "alicloud")));
    workspace.write("scenario.json", r#"{ "seed": 7 }"#);
    workspace.set("SIMCLOUD_SCENARIO", "scenario.json").set("SIMCLOUD_WORLD", "rehearsal.db");
    workspace
}

/// Applies a module under both names, plans it empty, and shows the group of each to `check`.
fn under_both_names(module: &str, check: impl Fn(&serde_json::Value)) {
    with_each_cli(|cli| {
        for (prefix, workspace) in [("simcloud", own(cli, module)), ("alicloud", other(cli, module))] {
            workspace.apply();
            check(&workspace.attributes(&format!("{prefix}_{FLEET}")));
            workspace.destroy();
        }
    });
}

#[needs(cli)]
#[test]
fn the_page_of_the_group_applies_and_plans_empty() {
    under_both_names(PAGE, |fleet| {
        assert_eq!(fleet["state"], "fulfilled");
        assert_eq!(fleet["auto_provisioning_group_type"], "maintain");
        // 1 unit of pay-as-you-go, 2 of spot and a gap of 1 that is spot, in instances of 2 units: G1, G4.
        let strategies: Vec<_> = fleet["instances"].as_array().expect("instances").iter().collect();
        assert_eq!(strategies.len(), 3, "{fleet:#}");
        assert!(strategies.iter().all(|instance| instance["instance_type"] == "ecs.n1.small"));
    });
}

#[needs(cli)]
#[test]
fn a_spot_fleet_in_two_zones_takes_the_templates_type() {
    under_both_names(TWO_ZONES, |fleet| {
        let instances = fleet["instances"].as_array().expect("instances");
        assert!(instances.iter().all(|instance| instance["instance_type"] == "ecs.g7.large"), "{fleet:#}");
        assert!(instances.iter().all(|instance| instance["system_disk_category"] == "cloud_essd"), "{fleet:#}");
        let in_zone = |zone: &serde_json::Value| instances.iter().filter(|one| one["zone_id"] == *zone).count();
        assert_eq!((instances.len(), in_zone(&instances[0]["zone_id"])), (6, 3), "three in each of the two zones");
    });
}

#[needs(cli)]
#[test]
fn a_module_spreads_over_every_zone_of_a_region() {
    under_both_names(EVERY_ZONE, |fleet| {
        assert_eq!(fleet["fulfilled_capacity"], 7, "{fleet:#}");
        assert_eq!(fleet["launch_results"][0]["error_code"], json!(null));
    });
}
