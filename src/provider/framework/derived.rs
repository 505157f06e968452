//! What the provider makes of the other values of a state where a configuration leaves an argument open, so that a generated
//! configuration leaves it out too.

use super::check::text;
use crate::base::{VSwitchId, VpcId};
use crate::catalogue;
use crate::market::{Market, Scenario};
use crate::tf::Value;

/// The default VPC, if the state has that of a region.
pub(crate) fn vpc_id(state: &Value) -> Value {
    let given = state.get("vpc_id");
    let is_default =
        catalogue::regions().iter().any(|region| given.as_str() == Some(VpcId::default_of(region.id).as_str()));
    if is_default { given.clone() } else { Value::Null }
}

/// The zone's own vSwitch.
pub(crate) fn vswitch_id(state: &Value, zone_argument: &str) -> Value {
    text(state, zone_argument).map(|zone| VSwitchId::default_of(zone).as_str().into()).unwrap_or_default()
}

/// The zone of a vSwitch. The zone's own vSwitch says nothing, because it follows from the zone itself.
pub(crate) fn zone_id(state: &Value, zone_argument: &str) -> Value {
    let is_made = text(state, "vswitch_id").is_some() && *state.get("vswitch_id") != vswitch_id(state, zone_argument);
    if is_made { state.get(zone_argument).clone() } else { Value::Null }
}

/// The category that the type's instances have in the zone, unless a scenario offers others.
pub(crate) fn system_disk_category(state: &Value, zone_argument: &str) -> Value {
    let scenario = Scenario::default();
    let pool = text(state, zone_argument).zip(text(state, "instance_type"));
    let offer = pool.and_then(|(zone, instance_type)| Market::new(&scenario).offer(zone, instance_type));
    offer.and_then(|offer| offer.default_system_disk()).map(|category| category.name().into()).unwrap_or_default()
}
