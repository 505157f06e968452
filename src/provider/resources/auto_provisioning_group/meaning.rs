//! What the group's arguments say, whichever way they are spelt.

use crate::base::{Time, VSwitchId};
use crate::catalogue::zone_of_default_vswitch;
use crate::provider::framework::check::{absent, text};
use crate::provider::framework::update_plan::as_written;
use crate::tf::Value;

/// What an argument of the group, or of one of its blocks, says.
pub(super) fn as_meant(arguments: &Value, name: &str) -> Value {
    let given = arguments.get(name);
    match name {
        "valid_from" | "valid_until" => instant(given),
        "launch_template_config" | "launch_configuration" => each_member(given),
        "vswitch_id" if absent(arguments, name) => default_vswitch(arguments.get("zone_id")),
        "zone_id" if lies_in_a_default_vswitch(arguments) => Value::Null,
        _ if default_of(name).is_some_and(|default| default == *given) => Value::Null,
        _ => as_written(arguments, name),
    }
}

/// What is meant where nothing is said. The schema does not name these, since states show them as they are configured.
fn default_of(name: &str) -> Option<Value> {
    match name {
        "spot_instance_pools_to_use_count" | "weighted_capacity" => Some(1.into()),
        "pay_as_you_go_target_capacity" | "spot_target_capacity" | "internet_max_bandwidth_out" => Some(0.into()),
        "burstable_performance" => Some("Include".into()),
        _ => None,
    }
}

fn each_member(blocks: &Value) -> Value {
    let Some(blocks) = blocks.as_list() else { return blocks.clone() };
    Value::list(blocks.iter().map(|block| match block.as_map() {
        Some(members) => Value::object(members.keys().map(|name| (name.clone(), as_meant(block, name)))),
        None => block.clone(),
    }))
}

fn instant(given: &Value) -> Value {
    let time = given.as_str().and_then(|text| Time::parse_rfc3339(text).ok());
    time.map_or_else(|| given.clone(), |time| time.to_string().into())
}

fn default_vswitch(zone: &Value) -> Value {
    match zone.as_str() {
        Some(zone) if !zone.is_empty() => VSwitchId::default_of(zone).as_str().into(),
        _ => zone.clone(),
    }
}

/// The zone goes without saying then; of another vSwitch only the cloud knows where it lies.
fn lies_in_a_default_vswitch(pool: &Value) -> bool {
    absent(pool, "vswitch_id") || text(pool, "vswitch_id").and_then(zone_of_default_vswitch).is_some()
}
