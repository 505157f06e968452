//! Modules that use what released versions of the real provider offer, without a change.

use serde_json::json;

use crate::cli::{Workspace, with_each_cli};

const HEAD: &str = r#"
terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}
"#;

const PROVIDER: &str = r#"
provider "alicloud" {
  region = "cn-hangzhou"
}
"#;

/// Arguments and attributes that were missing: blocks and endpoints of the provider, disks and interfaces of a template,
/// the owner of a rule's group, network interfaces of types, IPv6 of vSwitches, and families.
const RELEASED: &str = r#"
provider "alicloud" {
  region = "cn-hangzhou"

  features {
    ecs_instance {
      replace_on_image_update = true
    }
  }

  endpoints {
    rocketmq = "rocketmq.example.com"
  }
}

resource "alicloud_ecs_launch_template" "web" {
  launch_template_name = "web"
  instance_type        = "ecs.g9i.large"
  image_id             = "aliyun_3_9_x64_20G_alibase_20250117.vhd"

  image_options {
    login_as_non_root = true
  }

  system_disk {
    category   = "cloud_essd"
    encrypted  = true
    kms_key_id = "key-1"
  }

  data_disks {
    category   = "cloud_essd"
    size       = 20
    kms_key_id = "key-1"
  }

  network_interfaces {
    name              = "eth0"
    delete_on_release = true
  }
}

resource "alicloud_security_group" "web" {
  security_group_name = "web"
}

resource "alicloud_security_group_rule" "web" {
  security_group_id        = alicloud_security_group.web.id
  type                     = "ingress"
  ip_protocol              = "all"
  source_security_group_id = alicloud_security_group.web.id
  source_group_owner_id    = "123456789012"
}

data "alicloud_instance_types" "one" {
  instance_type                           = "ecs.g7.large"
  minimum_eni_ipv6_address_quantity       = 1
  minimum_eni_private_ip_address_quantity = 2
}

data "alicloud_instance_types" "many_addresses" {
  instance_type                           = "ecs.g7.large"
  minimum_eni_private_ip_address_quantity = 1000
}

data "alicloud_instance_types" "accelerated" {
  instance_type = "ecs.gn7i-c16g1.4xlarge"
}

data "alicloud_vswitches" "all" {}

output "one" {
  value = data.alicloud_instance_types.one.instance_types
}

output "many_addresses" {
  value = data.alicloud_instance_types.many_addresses.ids
}

output "gpu" {
  value = data.alicloud_instance_types.accelerated.instance_types[0].gpu
}

output "ipv6_cidr_block" {
  value = data.alicloud_vswitches.all.vswitches[0].ipv6_cidr_block
}
"#;

#[needs(cli)]
#[test]
fn what_released_versions_offer_is_taken() {
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(HEAD.to_owned() + RELEASED));
        workspace.apply();
        let one = &workspace.output("one")[0];
        assert_eq!((&one["id"], &one["eni_quantity"]), (&json!("ecs.g7.large"), &json!(3)));
        assert_eq!(one["burstable_instance"], json!({ "baseline_credit": "0", "initial_credit": "0" }));
        assert_eq!(one["local_storage"], json!({ "amount": "0", "capacity": "0", "category": "" }));
        assert!(one["price"].is_string(), "{one}");
        assert_eq!(workspace.output("many_addresses"), json!([]));
        assert_eq!(workspace.output("gpu"), json!({ "amount": "1", "category": "NVIDIA-A10" }));
        assert_eq!(workspace.output("ipv6_cidr_block"), "");
        workspace.destroy();
    });
}

/// Wrapper modules pass `""` and 0 for what their callers leave out, which were errors.
#[needs(cli)]
#[test]
fn an_empty_text_and_zero_are_absent() {
    let module = r#"
resource "alicloud_auto_provisioning_group" "web" {
  auto_provisioning_group_type     = "instant"
  auto_provisioning_group_name     = ""
  total_target_capacity            = "2"
  pay_as_you_go_target_capacity    = PAYG
  spot_target_capacity             = ""
  max_spot_price                   = PRICE
  spot_instance_pools_to_use_count = 0
  launch_template_id               = ""
  valid_until                      = ""
  terminate_instances              = true

  launch_template_config {
    instance_type     = "ecs.g7.large"
    vswitch_id        = "vsw-cn-hangzhou-h"
    max_price         = ""
    priority          = ""
    weighted_capacity = "1"
  }

  launch_configuration {
    image_id          = "aliyun_3_x64_20G_alibase_20250629.vhd"
    security_group_id = "default"
    system_disk_size  = 0
  }
}

resource "alicloud_ecs_launch_template" "web" {
  launch_template_name   = "web"
  default_version_number = 0
  spot_price_limit       = 0
  system_disk_size       = 0
}

output "fulfilled" {
  value = alicloud_auto_provisioning_group.web.fulfilled_capacity
}
"#;
    let with =
        |payg: &str, price: &str| HEAD.to_owned() + PROVIDER + &module.replace("PAYG", payg).replace("PRICE", price);
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &with(r#""""#, "0"));
        workspace.apply();
        assert_eq!(workspace.output("fulfilled"), 2);
        let group = "alicloud_auto_provisioning_group.web";
        let first = workspace.attributes(group);
        workspace.write("main.tf", &with(r#""0""#, "null"));
        workspace.apply();
        assert_eq!(workspace.attributes(group)["instance_ids"], first["instance_ids"], "no instance is launched");
        workspace.write("main.tf", &with(r#""many""#, "0"));
        let printed = workspace.refuse("plan");
        assert_eq!(
            printed.error().place(),
            ("Invalid Attribute Value", group, "pay_as_you_go_target_capacity"),
            "{}",
            printed.text
        );
        workspace.write("main.tf", &with("0", "0"));
        workspace.destroy();
    });
}

/// What public modules pass on and look up: two passwords, of which the encrypted one counts; an adjustment to 0; zones of
/// a database in several zones; and families of the current generations in smaller regions.
#[needs(cli)]
#[test]
fn what_public_modules_pass_on_is_taken() {
    const MODULE: &str = r#"
provider "alicloud" {
  region = "cn-zhangjiakou"
}

data "alicloud_zones" "default" {}

data "alicloud_zones" "database" {
  available_resource_creation = "MongoDB"
  multi                       = true
}

data "alicloud_instance_types" "default" {
  availability_zone    = data.alicloud_zones.default.zones[0].id
  instance_type_family = "ecs.g9i"
  cpu_core_count       = 2
}

resource "alicloud_instance" "web" {
  instance_type          = data.alicloud_instance_types.default.ids[0]
  availability_zone      = data.alicloud_zones.default.zones[0].id
  image_id               = "aliyun_3_x64_20G_alibase_20250629.vhd"
  system_disk_category   = "cloud_essd"
  security_groups        = ["default"]
  password               = "YourPassword123!"
  kms_encrypted_password = "YourPassword123!"
}

resource "alicloud_ess_scaling_group" "web" {
  min_size    = 0
  max_size    = 1
  vswitch_ids = ["vsw-cn-zhangjiakou-a"]
}

resource "alicloud_ess_scaling_rule" "none" {
  scaling_group_id = alicloud_ess_scaling_group.web.id
  adjustment_type  = "TotalCapacity"
  adjustment_value = 0
}

output "combination" {
  value = data.alicloud_zones.database.zones[0]
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(HEAD.to_owned() + MODULE));
        workspace.apply();
        let combination = &workspace.output("combination");
        assert_eq!(combination["id"], "cn-zhangjiakou-MAZ1(a,b)");
        assert_eq!(combination["multi_zone_ids"], json!(["cn-zhangjiakou-a", "cn-zhangjiakou-b"]));
        assert_eq!(workspace.attributes("alicloud_ess_scaling_rule.none")["adjustment_value"], 0);
        workspace.destroy();
    });
}

/// `enable_ipv6` left `ipv6_cidr_block` empty, so that `cidrhost` failed.
#[needs(cli)]
#[test]
fn ipv6_blocks_come_from_the_seed() {
    let module = r#"
resource "alicloud_vpc" "main" {
  cidr_block  = "172.16.0.0/12"
  enable_ipv6 = ENABLED
}

resource "alicloud_vswitch" "main" {
  vpc_id               = alicloud_vpc.main.id
  cidr_block           = "172.16.0.0/21"
  zone_id              = "cn-hangzhou-h"
  ipv6_cidr_block_mask = "22"
}

output "blocks" {
  value = [alicloud_vpc.main.ipv6_cidr_block, alicloud_vswitch.main.ipv6_cidr_block]
}
"#;
    let host = "\noutput \"host\" {\n  value = cidrhost(alicloud_vswitch.main.ipv6_cidr_block, 64)\n}\n";
    let with = |enabled: &str| HEAD.to_owned() + PROVIDER + &module.replace("ENABLED", enabled);
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(with("true") + host));
        workspace.apply();
        let blocks = workspace.output("blocks");
        let vpc = blocks[0].as_str().expect("a block").strip_suffix("00::/56").expect("56 bits").to_owned();
        assert_eq!(blocks[1], format!("{vpc}16::/64"));
        assert_eq!(workspace.output("host"), format!("{vpc}16::40"));
        let attributes = workspace.attributes("alicloud_vpc.main");
        assert_eq!(attributes["ipv6_cidr_blocks"], json!([{ "ipv6_cidr_block": blocks[0], "ipv6_isp": "BGP" }]));
        workspace.destroy();

        workspace.write("main.tf", &with("false"));
        workspace.apply_only();
        assert_eq!(workspace.output("blocks"), json!(["", ""]));
        workspace.write("main.tf", &with("true"));
        workspace.apply_only();
        let block = workspace.attributes("alicloud_vpc.main")["ipv6_cidr_block"].to_string();
        assert!(block.ends_with("00::/56\""), "{block}");
        workspace.destroy();
    });
}

/// The key in the documentation of the real provider, which its own examples apply, was refused.
#[needs(cli)]
#[test]
fn the_placeholder_key_of_the_documentation_is_a_warning() {
    let module = r#"
resource "alicloud_ecs_key_pair" "web" {
  key_pair_name = "my_public_key"
  public_key    = "ssh-rsa AAAAB3Nza12345678qwertyuudsfsg"
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(HEAD.to_owned() + PROVIDER + module));
        let warning = "Placeholder Key";
        let printed = workspace.apply_and_report();
        assert_eq!(printed.warning(warning).place(), (warning, "alicloud_ecs_key_pair.web", "public_key"));
        workspace.destroy();
    });
}

/// A list of objects in a data source could not be mocked: Terraform takes no values for nested attributes.
#[needs(cli)]
#[test]
fn lists_of_data_sources_can_be_mocked() {
    let module = r#"
data "alicloud_images" "ubuntu" {
  name_regex  = "^ubuntu"
  most_recent = true
  owners      = "system"
}

data "alicloud_zones" "all" {
  available_resource_creation = "VSwitch"
}

resource "alicloud_ecs_launch_template" "web" {
  launch_template_name = "web"
  image_id             = data.alicloud_images.ubuntu.images[0].id
  instance_type        = "ecs.g7.large"
  zone_id              = data.alicloud_zones.all.zones[0].id
}
"#;
    // OpenTofu takes whole elements only.
    let rest_of_image = r#", architecture = "", creation_time = "", description = "", disk_device_mappings = [],
      image_id = "", image_owner_alias = "", image_version = "", is_copied = false, is_self_shared = "",
      is_subscribed = false, is_support_io_optimized = false, name = "", os_name = "", os_name_en = "", os_type = "",
      platform = "", product_code = "", progress = "", size = 0, state = "", status = "", tags = {}, usage = """#;
    let rest_of_zone = r#", available_disk_categories = [], available_instance_types = [],
      available_resource_creation = [], default_vswitch_id = "", local_name = "", multi_zone_ids = [],
      slb_slave_zone_ids = []"#;
    let test = r#"
mock_provider "alicloud" {
  mock_data "alicloud_images" {
    defaults = { images = [{ id = "m-mocked"IMAGE }] }
  }

  mock_data "alicloud_zones" {
    defaults = { zones = [{ id = "cn-test-a"ZONE }] }
  }
}

run "the_template_takes_the_image" {
  assert {
    condition     = alicloud_ecs_launch_template.web.image_id == "m-mocked"
    error_message = "The image is ${alicloud_ecs_launch_template.web.image_id}."
  }
}
"#;
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(HEAD.to_owned() + module));
        let rest = if cli.version.starts_with("OpenTofu") { [rest_of_image, rest_of_zone] } else { ["", ""] };
        workspace.write("tests/unit.tftest.hcl", &test.replace("IMAGE", rest[0]).replace("ZONE", rest[1]));
        let printed = workspace.run(&["test", "-no-color"]);
        assert_eq!(printed.code, 0, "{}:\n{}", cli.version, printed.text);
    });
}

/// `moved` worked for key pairs and templates only.
#[needs(cli)]
#[test]
fn every_resource_moves_across_the_two_names() {
    let head = r#"
terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "alicloud" {
  region = "cn-heyuan"
}

provider "simcloud" {
  region = "cn-heyuan"
}
"#;
    let module = r#"
resource "PREFIX_vpc" "main" {
  vpc_name   = "main"
  cidr_block = "10.0.0.0/8"
}

resource "PREFIX_ecs_key_pair" "main" {
  key_pair_name = "main"
}

resource "PREFIX_auto_provisioning_group" "main" {
  auto_provisioning_group_type  = "instant"
  total_target_capacity         = 1
  pay_as_you_go_target_capacity = 1
  terminate_instances           = true

  launch_template_config {
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.g7.large"
  }

  launch_configuration {
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }
}
"#;
    let moved = |from: &str, to: &str| {
        let of = |kind: &str| format!("\nmoved {{\n  from = {from}_{kind}.main\n  to   = {to}_{kind}.main\n}}\n");
        ["vpc", "ecs_key_pair", "auto_provisioning_group"].map(of).concat()
    };
    with_each_cli(|cli| {
        let workspace = Workspace::new(cli, &(head.to_owned() + &module.replace("PREFIX", "alicloud")));
        workspace.apply();
        let ids = workspace.attributes("alicloud_auto_provisioning_group.main")["instance_ids"].clone();
        for (from, to) in [("alicloud", "simcloud"), ("simcloud", "alicloud")] {
            workspace.write("main.tf", &(head.to_owned() + &module.replace("PREFIX", to) + &moved(from, to)));
            workspace.apply();
            assert_eq!(workspace.attributes(&format!("{to}_auto_provisioning_group.main"))["instance_ids"], ids);
        }
        workspace.destroy();
    });
}
