//! A web stack in two zones as people write it, unchanged, under the name of the real provider.

use serde_json::{Value as Json, json};

use crate::cli::{Workspace, with_each_cli};

const STACK: &str = r#"
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

variable "instance_type" {
  type    = string
  default = "ecs.g7.large"
}

variable "role" {
  type    = string
  default = "web"
}

variable "data_disk_size" {
  type    = number
  default = 100
}

variable "desired_capacity" {
  type    = number
  default = 2
}

locals {
  zones = ["cn-hangzhou-h", "cn-hangzhou-i"]
  image = "aliyun_3_x64_20G_alibase_20250629.vhd"
}

resource "alicloud_vpc" "web" {
  vpc_name   = "web"
  cidr_block = "172.16.0.0/16"
}

resource "alicloud_vswitch" "web" {
  count = 2

  vpc_id     = alicloud_vpc.web.id
  cidr_block = cidrsubnet(alicloud_vpc.web.cidr_block, 8, count.index)
  zone_id    = local.zones[count.index]
}

resource "alicloud_nat_gateway" "web" {
  vpc_id           = alicloud_vpc.web.id
  vswitch_id       = alicloud_vswitch.web[0].id
  nat_gateway_name = "web"
  payment_type     = "PayAsYouGo"
  nat_type         = "Enhanced"
}

resource "alicloud_eip_address" "web" {
  count = 2

  address_name         = "web-${count.index}"
  bandwidth            = "10"
  internet_charge_type = "PayByTraffic"
}

resource "alicloud_eip_association" "nat" {
  allocation_id = alicloud_eip_address.web[0].id
  instance_id   = alicloud_nat_gateway.web.id
}

resource "alicloud_snat_entry" "web" {
  count = 2

  snat_table_id     = alicloud_nat_gateway.web.snat_table_ids
  source_vswitch_id = alicloud_vswitch.web[count.index].id
  snat_ip           = alicloud_eip_association.nat.id == "" ? "" : alicloud_eip_address.web[0].ip_address
}

resource "alicloud_route_entry" "out" {
  route_table_id        = alicloud_vpc.web.route_table_id
  destination_cidrblock = "0.0.0.0/0"
  nexthop_type          = "NatGateway"
  nexthop_id            = alicloud_nat_gateway.web.id
}

resource "alicloud_security_group" "web" {
  security_group_name = "web"
  vpc_id              = alicloud_vpc.web.id
}

resource "alicloud_security_group_rule" "https" {
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "443/443"
  cidr_ip           = "0.0.0.0/0"
  security_group_id = alicloud_security_group.web.id
}

resource "alicloud_ecs_key_pair" "web" {
  key_pair_name = "web"
}

resource "alicloud_instance" "web" {
  count = 3

  instance_name        = "web-${count.index}"
  availability_zone    = local.zones[count.index % 2]
  vswitch_id           = alicloud_vswitch.web[count.index % 2].id
  security_groups      = [alicloud_security_group.web.id]
  image_id             = local.image
  instance_type        = var.instance_type
  key_name             = alicloud_ecs_key_pair.web.key_pair_name
  system_disk_category = "cloud_essd"

  data_disks {
    name     = "data"
    category = "cloud_essd"
    size     = var.data_disk_size
  }

  tags = {
    role = var.role
  }
}

resource "alicloud_eip_association" "front" {
  allocation_id = alicloud_eip_address.web[1].id
  instance_id   = alicloud_instance.web[0].id
}

resource "alicloud_ecs_launch_template" "workers" {
  launch_template_name = "workers"
  image_id             = local.image
  instance_type        = var.instance_type
  security_group_id    = alicloud_security_group.web.id
}

resource "alicloud_ess_scaling_group" "workers" {
  scaling_group_name = "workers"
  min_size           = 1
  max_size           = 5
  desired_capacity   = var.desired_capacity
  vswitch_ids        = alicloud_vswitch.web[*].id
  multi_az_policy    = "BALANCE"
  launch_template_id = alicloud_ecs_launch_template.workers.id

  launch_template_override {
    instance_type     = "ecs.g7.large"
    weighted_capacity = 1
  }

  launch_template_override {
    instance_type     = "ecs.g6.large"
    weighted_capacity = 1
  }
}
"#;

/// Everything that the stack makes, but what is made by `count` only once.
const ADDRESSES: [&str; 16] = [
    "alicloud_vpc.web",
    "alicloud_vswitch.web[0]",
    "alicloud_nat_gateway.web",
    "alicloud_eip_address.web[0]",
    "alicloud_eip_association.nat",
    "alicloud_snat_entry.web[1]",
    "alicloud_route_entry.out",
    "alicloud_security_group.web",
    "alicloud_security_group_rule.https",
    "alicloud_ecs_key_pair.web",
    "alicloud_instance.web[0]",
    "alicloud_instance.web[2]",
    "alicloud_eip_association.front",
    "alicloud_ecs_launch_template.workers",
    "alicloud_ess_scaling_group.workers",
    "alicloud_eip_address.web[1]",
];

/// Computed attributes that change because others use the object; a read keeps them, so that plans are quiet.
const KEPT_BY_A_READ: [&str; 3] = ["vswitch_ids", "available_ip_address_count", "status"];

#[needs(cli)]
#[test]
fn a_web_stack_is_applied_changed_in_place_imported_and_destroyed() {
    with_each_cli(|cli| {
        let mut workspace = Workspace::new(cli, STACK);
        workspace.apply();
        let id =
            |workspace: &Workspace, address: &str| workspace.attributes(address)["id"].as_str().unwrap().to_owned();
        let before: Vec<String> = (0..3).map(|n| id(&workspace, &format!("alicloud_instance.web[{n}]"))).collect();
        workspace.imports_are_exact(&ADDRESSES, &KEPT_BY_A_READ);

        workspace
            .set("TF_VAR_instance_type", "ecs.g7.xlarge")
            .set("TF_VAR_role", "shop")
            .set("TF_VAR_data_disk_size", "200")
            .set("TF_VAR_desired_capacity", "4");
        let plan = workspace.plan();
        assert_eq!(workspace.planned_change("alicloud_instance.web[1]")["actions"], json!(["update"]), "{plan}");
        workspace.apply();
        let after: Vec<String> = (0..3).map(|n| id(&workspace, &format!("alicloud_instance.web[{n}]"))).collect();
        assert_eq!(before, after, "type, tags and disks change in place");
        let instance = workspace.attributes("alicloud_instance.web[1]");
        assert_eq!(instance["instance_type"], "ecs.g7.xlarge");
        assert_eq!((&instance["tags"]["role"], &instance["data_disks"][0]["size"]), (&json!("shop"), &json!(200)));
        workspace.accept("refresh");
        assert_eq!(workspace.attributes("alicloud_ess_scaling_group.workers")["fulfilled_capacity"], 4);

        workspace.destroy();
        let world: Json = serde_json::from_str(&workspace.run_provider(&["world", "show", "--json"]).text).unwrap();
        for left in ["groups", "reservations", "scaling_groups", "instances", "resources"] {
            assert!(world[left].as_array().is_none_or(Vec::is_empty), "{left}: {}", world[left]);
        }
        assert_eq!(world["resources"], json!([]));
    });
}
