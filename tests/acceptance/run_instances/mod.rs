//! `simcloud_run_instances` through the real CLI, a file per theme.

/// What changes in place, what replaces, what a plan shows.
mod changes;
/// Lost instances and their replacements.
mod drift;
/// Imports, states, tokens.
mod import;
/// What one request launches.
mod launch;
/// What is refused, and where the message points.
mod mistakes;
/// Too little of something.
mod shortfall;

use serde_json::Value as Json;

use crate::hcl::provider;

const BATCH: &str = "simcloud_run_instances.batch";

/// The image of EC2's sample of 2007, another one for its type, and one for everything else.
const AMI: &str = "ami-60a54009";
const OTHER_AMI: &str = "ami-0a1b2c3d4e5f60718";
const LINUX: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";

/// A reservation named `batch` with the given arguments and blocks.
fn batch(arguments: &str) -> String {
    resource("batch", arguments)
}

fn resource(name: &str, arguments: &str) -> String {
    format!("\nresource \"simcloud_run_instances\" \"{name}\" {{\n{arguments}\n}}\n")
}

fn image(id: &str, min: u32, max: u32) -> String {
    keyed_image(id, min, max, "example-key-name")
}

fn keyed_image(id: &str, min: u32, max: u32, key: &str) -> String {
    format!(
        "\n  image {{\n    image_id  = \"{id}\"\n    min_count = {min}\n    max_count = {max}\n    key_name  = \"{key}\"\n  }}\n"
    )
}

/// A provider in us-east-1 whose zone a holds this number of `m1.small`, and no other zone any.
fn east(free: u32, arguments: &str) -> String {
    provider(&format!(
        "  region = \"us-east-1\"\n{arguments}\n  scenario = {{\n    stock = [\n      {{ pay_as_you_go = 0, spot = 0 }},\n      {{ zone_id = \"us-east-1a\", instance_type = \"m1.small\", pay_as_you_go = {free} }},\n    ]\n  }}"
    ))
}

/// A provider in cn-heyuan with this scenario.
fn heyuan(scenario: &str) -> String {
    provider(&format!("  scenario = {{\n{scenario}\n  }}"))
}

/// Stock of `ecs.g7.large` in cn-heyuan-b, and none of anything elsewhere.
fn g7(pay_as_you_go: u32, spot: u32) -> String {
    format!(
        "    stock = [\n      {{ pay_as_you_go = 0, spot = 0 }},\n      {{ zone_id = \"cn-heyuan-b\", instance_type = \"ecs.g7.large\", pay_as_you_go = {pay_as_you_go}, spot = {spot} }},\n    ]"
    )
}

/// Arguments of a launch of `ecs.g7.large` in cn-heyuan-b.
fn in_heyuan_b(arguments: &str, min: u32, max: u32) -> String {
    format!("  instance_type = \"ecs.g7.large\"\n  zone_id = \"cn-heyuan-b\"\n{arguments}\n{}", image(LINUX, min, max))
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

/// How many instances of each image, in the order of the list.
#[track_caller]
fn counts(attributes: &Json) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for id in each(attributes, "image_id") {
        let id = id.as_str().expect("an image id").to_owned();
        match counts.last_mut().filter(|(last, _)| *last == id) {
            Some((_, count)) => *count += 1,
            None => counts.push((id, 1)),
        }
    }
    counts
}
