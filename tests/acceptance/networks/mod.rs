//! VPCs, vSwitches, security groups and their rules.

/// The way to the internet: NAT gateways, elastic addresses, routes.
mod gateway;
/// Network interfaces that instances are launched with.
mod instance_interfaces;
/// Network interfaces, and the roles of instances.
mod interface;
/// Launches in custom VPCs.
mod launches;
/// What is refused, and where.
mod mistakes;
/// The resources one by one: create, change, replace, import.
mod resources;
/// The data sources.
mod sources;

use crate::hcl::provider;

/// A VPC with a vSwitch in `cn-heyuan-b` and a security group with a rule, under the names of today.
pub(crate) const NETWORK: &str = r#"
resource "simcloud_vpc" "main" {
  vpc_name   = "main"
  cidr_block = "172.16.0.0/16"
}

resource "simcloud_vswitch" "main" {
  vswitch_name = "main"
  vpc_id       = simcloud_vpc.main.id
  cidr_block   = "172.16.7.0/24"
  zone_id      = "cn-heyuan-b"
}

resource "simcloud_security_group" "main" {
  security_group_name = "main"
  vpc_id              = simcloud_vpc.main.id
}

resource "simcloud_security_group_rule" "main" {
  security_group_id = simcloud_security_group.main.id
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  cidr_ip           = "0.0.0.0/0"
}
"#;

fn heyuan(hcl: &str) -> String {
    provider("") + hcl
}
