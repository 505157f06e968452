//! `simcloud_auto_provisioning_group` through the real CLI, a file per theme.

/// Mistakes, imports, changes in place, replacement.
mod basics;
/// Which pools, disks and types are chosen.
mod choice;
/// Windows, expiry, what a destroy leaves.
mod lifetime;
/// What a plan says of the market.
mod plans;
/// Lost instances, in worlds that change between plan and apply.
mod replacement;
/// Scaling out and in.
mod scaling;
/// Too little of something.
mod scarcity;
/// States, tokens, "" and null.
mod state;

use serde_json::Value as Json;

const WEB: &str = "simcloud_auto_provisioning_group.web";

/// A group named `web` of type `instant` with these arguments and blocks, and an image.
fn web(arguments: &str) -> String {
    format!(
        r#"
resource "simcloud_auto_provisioning_group" "web" {{
  auto_provisioning_group_type = "instant"
  terminate_instances          = true
{arguments}

  launch_configuration {{
    image_id = "aliyun_3_x64_20G_alibase_20250629.vhd"
  }}
}}
"#
    )
}

/// A config for a type in a zone of cn-hangzhou, with further arguments.
fn pool(zone: &str, instance_type: &str, arguments: &str) -> String {
    format!(
        "\n  launch_template_config {{\n    zone_id = \"cn-hangzhou-{zone}\"\n    instance_type = \"{instance_type}\"\n{arguments}\n  }}\n"
    )
}

/// A provider in cn-hangzhou with these members of the scenario.
fn hangzhou(scenario: &str) -> String {
    crate::hcl::provider(&format!("  region   = \"cn-hangzhou\"\n  scenario = {{ {scenario} }}"))
}

#[track_caller]
fn list<'j>(attributes: &'j Json, name: &str) -> &'j Vec<Json> {
    attributes[name].as_array().unwrap_or_else(|| panic!("{name} is no list: {attributes:#}"))
}

/// One member of every instance.
#[track_caller]
fn each(attributes: &Json, member: &str) -> Vec<Json> {
    list(attributes, "instances").iter().map(|instance| instance[member].clone()).collect()
}

/// `type zone amount code` of every row, the zone by its last letter.
#[track_caller]
fn rows(attributes: &Json) -> Vec<String> {
    let text = |row: &Json| {
        let zone = row["zone_id"].as_str().unwrap_or_default();
        let code = row["error_code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
        let instance_type = row["instance_type"].as_str().unwrap_or_default();
        format!("{instance_type} {} {}{code}", zone.rsplit('-').next().unwrap_or_default(), row["amount"])
    };
    list(attributes, "launch_results").iter().map(text).collect()
}
