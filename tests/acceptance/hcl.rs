//! Pieces of configuration that many tests share.

/// The block without which a CLI does not know where the provider comes from.
pub(crate) const REQUIRED: &str = r#"
terraform {
  required_providers {
    simcloud = {
      source = "simcloud/simcloud"
    }
  }
}
"#;

/// A provider block with the given arguments.
pub(crate) fn provider(arguments: &str) -> String {
    format!("{REQUIRED}\nprovider \"simcloud\" {{\n{arguments}\n}}\n")
}

/// A provider in cn-heyuan whose zone b holds this number of `ecs.s6-c1m1.small`.
pub(crate) fn stock(pay_as_you_go: u32, spot: u32) -> String {
    provider(&format!(
        r#"  scenario = {{
    stock = [{{ zone_id = "cn-heyuan-b", instance_type = "ecs.s6-c1m1.small", pay_as_you_go = {pay_as_you_go}, spot = {spot} }}]
  }}"#
    ))
}

/// A group of one pool, `ecs.s6-c1m1.small` in cn-heyuan-b, with further arguments.
pub(crate) fn group(name: &str, arguments: &str) -> String {
    format!(
        r#"
resource "simcloud_auto_provisioning_group" "{name}" {{
  auto_provisioning_group_type = "instant"
  terminate_instances          = true
{arguments}

  launch_template_config {{
    zone_id       = "cn-heyuan-b"
    instance_type = "ecs.s6-c1m1.small"
  }}

  launch_configuration {{
    image_id             = "aliyun_3_x64_20G_alibase_20250629.vhd"
    system_disk_category = "cloud_ssd"
  }}
}}
"#
    )
}

/// Payg and spot targets that add up to the total.
pub(crate) fn targets(pay_as_you_go: u32, spot: u32) -> String {
    format!(
        "  total_target_capacity         = {}\n  pay_as_you_go_target_capacity = {pay_as_you_go}\n  spot_target_capacity          = {spot}",
        pay_as_you_go + spot
    )
}
