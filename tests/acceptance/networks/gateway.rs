use serde_json::json;

use crate::cli::{Workspace, with_each_cli};

/// What modules write to let the instances of a VPC reach the internet. The SNAT entry does not name the association that it
/// needs, and a CLI makes and deletes the two at the same time.
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

variable "bandwidth" {
  type    = string
  default = "5"
}

data "alicloud_regions" "current" {
  current = true
}

data "alicloud_account" "current" {}

data "alicloud_resource_manager_resource_groups" "default" {
  name_regex = "default"
}

data "alicloud_zones" "default" {
  available_resource_creation = "VSwitch"
}

resource "alicloud_vpc" "default" {
  vpc_name          = "${data.alicloud_regions.current.regions[0].id}-${data.alicloud_account.current.id}"
  cidr_block        = "172.16.0.0/12"
  resource_group_id = data.alicloud_resource_manager_resource_groups.default.ids[0]
}

resource "alicloud_vswitch" "default" {
  vpc_id       = alicloud_vpc.default.id
  cidr_block   = "172.16.0.0/21"
  zone_id      = data.alicloud_zones.default.zones[0].id
  vswitch_name = "web"
}

resource "alicloud_nat_gateway" "default" {
  vpc_id           = alicloud_vpc.default.id
  nat_gateway_name = "web"
  payment_type     = "PayAsYouGo"
  vswitch_id       = alicloud_vswitch.default.id
  nat_type         = "Enhanced"
}

resource "alicloud_eip_address" "default" {
  address_name         = "web"
  bandwidth            = var.bandwidth
  internet_charge_type = "PayByTraffic"
}

resource "alicloud_eip" "spare" {
  name                 = "spare"
  instance_charge_type = "PostPaid"
}

resource "alicloud_eip_association" "default" {
  allocation_id = alicloud_eip_address.default.id
  instance_id   = alicloud_nat_gateway.default.id
}

resource "alicloud_snat_entry" "default" {
  snat_table_id     = alicloud_nat_gateway.default.snat_table_ids
  source_vswitch_id = alicloud_vswitch.default.id
  snat_ip           = alicloud_eip_address.default.ip_address
}

resource "alicloud_route_entry" "default" {
  route_table_id        = alicloud_vpc.default.route_table_id
  destination_cidrblock = "0.0.0.0/0"
  nexthop_type          = "NatGateway"
  nexthop_id            = alicloud_nat_gateway.default.id
}

data "alicloud_route_tables" "default" {
  vpc_id = alicloud_vpc.default.id
}

output "route_table_ids" {
  value = data.alicloud_route_tables.default.ids
}
"#;

#[needs(cli)]
#[test]
fn a_vpc_reaches_the_internet_through_a_nat_gateway_under_the_real_providers_name() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, MODULE);
        workspace.apply();
        let id = |address: &str| workspace.attributes(address)["id"].as_str().expect("an id").to_owned();
        assert_eq!(
            workspace.output("route_table_ids"),
            json!([workspace.attributes("alicloud_vpc.default")["route_table_id"]])
        );
        assert_eq!(workspace.attributes("alicloud_snat_entry.default")["source_cidr"], "172.16.0.0/21");
        for address in [
            "alicloud_nat_gateway.default",
            "alicloud_eip.spare",
            "alicloud_eip_association.default",
            "alicloud_snat_entry.default",
            "alicloud_route_entry.default",
        ] {
            workspace.import_is_exact(address, &id(address), &[]);
        }
        workspace.import_is_exact("alicloud_eip_address.default", &id("alicloud_eip_address.default"), &["status"]);

        let gateway = id("alicloud_nat_gateway.default");
        workspace.write("main.tf", &MODULE.replace("\"5\"", "\"20\"").replace("\"web\"", "\"shop\""));
        workspace.apply();
        assert_eq!(id("alicloud_nat_gateway.default"), gateway, "names and bandwidth change in place");
        assert_eq!(workspace.attributes("alicloud_eip_address.default")["bandwidth"], "20");
        workspace.destroy();
        assert!(!workspace.run_provider(&["world", "show"]).text.contains("eip-"));
    });
}
