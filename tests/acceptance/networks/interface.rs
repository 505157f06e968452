use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};

/// A second interface with an elastic address and a route, and a role for the instance, as modules write them.
const MODULE: &str = r#"
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

variable "addresses" {
  type    = number
  default = 2
}

variable "session" {
  type    = number
  default = 3600
}

variable "action" {
  type    = string
  default = "oss:GetObject"
}

resource "alicloud_vpc" "web" {
  vpc_name   = "web"
  cidr_block = "172.16.0.0/16"
}

resource "alicloud_vswitch" "web" {
  vpc_id     = alicloud_vpc.web.id
  cidr_block = "172.16.1.0/24"
  zone_id    = "cn-hangzhou-h"
}

resource "alicloud_security_group" "web" {
  vpc_id = alicloud_vpc.web.id
}

resource "alicloud_instance" "web" {
  vswitch_id      = alicloud_vswitch.web.id
  security_groups = [alicloud_security_group.web.id]
  image_id        = "aliyun_3_x64_20G_alibase_20250629.vhd"
  instance_type   = "ecs.g7.large"
  description     = "web server"

  data_disks {
    category = "cloud_essd"
    size     = 40
  }
}

resource "alicloud_network_interface" "older" {
  name            = "older"
  vswitch_id      = alicloud_vswitch.web.id
  security_groups = [alicloud_security_group.web.id]
  private_ip      = "172.16.1.20"
  private_ips     = ["172.16.1.21"]
}

resource "alicloud_ecs_network_interface" "web" {
  network_interface_name             = "web"
  vswitch_id                         = alicloud_vswitch.web.id
  security_group_ids                 = [alicloud_security_group.web.id]
  secondary_private_ip_address_count = var.addresses
  description                        = "web traffic"
}

resource "alicloud_ecs_network_interface_attachment" "web" {
  network_interface_id = alicloud_ecs_network_interface.web.id
  instance_id          = alicloud_instance.web.id
}

resource "alicloud_network_interface_attachment" "older" {
  network_interface_id = alicloud_network_interface.older.id
  instance_id          = alicloud_instance.web.id
}

resource "alicloud_eip_address" "web" {
  bandwidth = "10"
}

resource "alicloud_eip_association" "web" {
  allocation_id = alicloud_eip_address.web.id
  instance_id   = alicloud_ecs_network_interface_attachment.web.network_interface_id
  instance_type = "NetworkInterface"
}

resource "alicloud_route_entry" "web" {
  route_table_id        = alicloud_vpc.web.route_table_id
  destination_cidrblock = "10.0.0.0/8"
  nexthop_type          = "NetworkInterface"
  nexthop_id            = alicloud_ecs_network_interface.web.id
}

resource "alicloud_ecs_disk" "web" {
  zone_id  = "cn-hangzhou-h"
  category = "cloud_essd"
  size     = 40
}

resource "alicloud_ecs_disk_attachment" "web" {
  disk_id     = alicloud_ecs_disk.web.id
  instance_id = alicloud_instance.web.id
}

resource "alicloud_ram_role" "web" {
  role_name            = "web"
  max_session_duration = var.session

  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = ["ecs.aliyuncs.com"] }
    }]
  })
}

resource "alicloud_ram_role" "older" {
  name     = "older"
  services = ["log.aliyuncs.com", "ecs.aliyuncs.com"]
  force    = true
}

resource "alicloud_ram_policy" "web" {
  policy_name = "read-objects"

  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Action   = [var.action]
      Effect   = "Allow"
      Resource = ["acs:oss:*:*:*"]
    }]
  })
}

resource "alicloud_ram_policy" "older" {
  name = "older"

  statement {
    effect   = "Allow"
    action   = ["oss:ListObjects"]
    resource = ["acs:oss:*:*:*"]
  }
}

resource "alicloud_ram_role_policy_attachment" "web" {
  role_name   = alicloud_ram_role.web.role_name
  policy_name = alicloud_ram_policy.web.policy_name
  policy_type = "Custom"
}

resource "alicloud_ram_role_attachment" "web" {
  role_name    = alicloud_ram_role.web.role_name
  instance_ids = [alicloud_instance.web.id]
}

data "alicloud_instances" "web" {
  ids           = [alicloud_instance.web.id]
  ram_role_name = alicloud_ram_role_attachment.web.role_name
}

output "roles" {
  value = data.alicloud_instances.web.instances[*].ram_role_name
}

output "found" {
  value = data.alicloud_instances.web.instances[*].description
}

output "disks" {
  value = data.alicloud_instances.web.instances[0].disk_device_mappings[*].size
}
"#;

const ADDRESSES: [&str; 11] = [
    "alicloud_network_interface.older",
    "alicloud_ecs_network_interface.web",
    "alicloud_ecs_network_interface_attachment.web",
    "alicloud_network_interface_attachment.older",
    "alicloud_eip_association.web",
    "alicloud_ram_role.web",
    "alicloud_ram_role.older",
    "alicloud_ram_policy.web",
    "alicloud_ram_policy.older",
    "alicloud_ram_role_policy_attachment.web",
    "alicloud_ram_role_attachment.web",
];

/// Computed attributes that change because others use the object.
const KEPT_BY_A_READ: [&str; 2] = ["attachment_count", "status"];

#[needs(cli)]
#[test]
fn interfaces_and_roles_are_applied_changed_in_place_imported_and_destroyed() {
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, MODULE);
        workspace.apply();
        let id =
            |workspace: &Workspace, address: &str| workspace.attributes(address)["id"].as_str().unwrap().to_owned();
        assert_eq!(workspace.output("roles"), json!(["web"]));
        assert_eq!(workspace.output("found"), json!(["web server"]));
        assert_eq!(workspace.output("disks"), json!([40, 40]));
        let disk = workspace.attributes("alicloud_ecs_disk_attachment.web");
        assert_eq!(disk["device"], "/dev/xvdc", "the instance has a data disk of its own");
        let older = workspace.attributes("alicloud_network_interface.older");
        assert_eq!((&older["primary_ip_address"], &older["private_ips_count"]), (&json!("172.16.1.20"), &json!(1)));
        assert_eq!(workspace.attributes("alicloud_ram_role.older")["ram_users"], json!([]));
        workspace.imports_are_exact(&ADDRESSES, &KEPT_BY_A_READ);

        let interface = id(&workspace, "alicloud_ecs_network_interface.web");
        workspace.set("TF_VAR_addresses", "4").set("TF_VAR_session", "7200").set("TF_VAR_action", "oss:PutObject");
        workspace.apply();
        let changed = workspace.attributes("alicloud_ecs_network_interface.web");
        assert_eq!(id(&workspace, "alicloud_ecs_network_interface.web"), interface, "addresses change in place");
        assert_eq!(changed["private_ip_addresses"].as_array().map(Vec::len), Some(4));
        assert_eq!(workspace.attributes("alicloud_ram_policy.web")["default_version"], "v2");
        assert_eq!(workspace.attributes("alicloud_ram_role.web")["max_session_duration"], 7_200);

        workspace.destroy();
        let world: Json = serde_json::from_str(&workspace.run_provider(&["world", "show", "--json"]).text).unwrap();
        assert_eq!(world["resources"], json!([]), "roles lie in no region, and are gone as well");
    });
}

/// The instance takes its second interface with it, unless that says otherwise; what is gone is made again.
#[needs(cli)]
#[test]
fn a_lost_instance_takes_its_interface_and_its_role_with_it() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, MODULE);
        workspace.apply();
        let before = workspace.attributes("alicloud_ecs_network_interface.web")["id"].clone();
        let instance = workspace.attributes("alicloud_instance.web")["id"].as_str().unwrap().to_owned();
        let taken =
            workspace.run_provider(&["world", "terminate", "--region", "cn-hangzhou", "--instance-id", &instance]);
        assert_eq!(taken.code, 0, "{}", taken.text);
        workspace.apply();
        let after = workspace.attributes("alicloud_ecs_network_interface.web");
        assert_ne!(after["id"], before, "it ended with its instance");
        assert_eq!(workspace.output("roles"), json!(["web"]));
        workspace.destroy();
    });
}
