//! What holds where a module says nothing: under the name alicloud, the real provider's defaults.

use crate::cli::{Workspace, with_each_cli};
use crate::hcl::provider;

/// Neither provider block nor environment name a region, and the default VPC is looked up by its name.
const MODULE: &str = r#"
terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {}

data "alicloud_vpcs" "default" {
  name_regex = "^default-NODELETING$"
}

resource "alicloud_vpc" "main" {
  cidr_block = "10.0.0.0/8"
}

resource "alicloud_vswitch" "main" {
  vpc_id     = alicloud_vpc.main.id
  cidr_block = "10.0.0.0/24"
  zone_id    = "cn-beijing-c"
}

output "default_vpc_ids" {
  value = data.alicloud_vpcs.default.ids
}
"#;

/// The default region was `cn-heyuan` and the default VPC was called `default`, so that modules which name neither
/// planned against another region's zones and found no VPC.
#[needs(cli)]
#[test]
fn an_unnamed_region_is_beijing_and_the_default_vpc_has_the_services_name() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, MODULE);
        workspace.apply();
        assert_eq!(workspace.output("default_vpc_ids"), serde_json::json!(["vpc-cn-beijing"]));
        workspace.destroy();
    });
}

/// A tag whose value was null became a tag with an empty value.
#[needs(cli)]
#[test]
fn a_null_tag_is_no_tag() {
    let resources = r#"
locals {
  tags = { team = "web", owner = null }
}

resource "simcloud_vpc" "main" {
  cidr_block = "10.0.0.0/8"
  tags       = local.tags
}

data "simcloud_vpcs" "main" {
  ids  = [simcloud_vpc.main.id]
  tags = local.tags
}

output "tags" {
  value = [for vpc in data.simcloud_vpcs.main.vpcs : vpc.tags]
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(provider("") + resources));
        workspace.apply();
        assert_eq!(workspace.output("tags"), serde_json::json!([{ "team": "web" }]));
        workspace.destroy();
    });
}
