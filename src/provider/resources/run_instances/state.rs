//! Maps the cloud's reservation to the attributes of the state.

use crate::cloud::model::{Instance, Reservation};
use crate::provider::framework::instance_replacement;
use crate::tf::Value;

/// Sets everything computed; the arguments stay as they are.
pub(super) fn set_computed(state: &mut Value, reservation: &Reservation) {
    let id = reservation.reservation_id.as_str();
    state.set("id", id);
    state.set("reservation_id", id);
    state.set("owner_id", reservation.owner_id.as_str());
    state.set("request_id", reservation.request_id.as_str());
    state.set("group_set", Value::list(reservation.group_set.iter().map(crate::base::SecurityGroupId::as_str)));
    let instances = Value::list(reservation.instances.iter().map(instance));
    state.set("instance_ids", instance_replacement::living_ids(&instances));
    state.set("instances", instances);
    state.set("launched_count", reservation.launched_count);
    state.set("hourly_cost", reservation.hourly_cost);
    state.set("error_code", reservation.error_code.clone());
    state.set("error_message", reservation.error_message.clone());
    for (name, chosen) in [
        ("instance_type", reservation.instance_type.as_str()),
        ("zone_id", reservation.zone_id.as_str()),
        ("vswitch_id", reservation.vswitch_id.as_str()),
        ("system_disk_category", reservation.system_disk_category.as_str()),
        ("client_token", reservation.client_token.as_str()),
    ] {
        // A configured empty text stays.
        if !state.get(name).is_known() {
            state.set(name, chosen);
        }
    }
}

fn instance(instance: &Instance) -> Value {
    Value::object([
        ("instance_id", Value::from(instance.instance_id.as_str())),
        ("image_id", instance.image_id.as_str().into()),
        ("instance_type", instance.instance_type.as_str().into()),
        ("zone_id", instance.zone_id.as_str().into()),
        ("vswitch_id", instance.vswitch_id.as_str().into()),
        ("state", instance.state.name().into()),
        ("state_code", instance.state.code().into()),
        ("private_ip", instance.private_ip.map(|address| address.to_string()).into()),
        ("public_ip", instance.public_ip.map(|address| address.to_string()).into()),
        ("private_dns_name", instance.private_dns_name().into()),
        ("dns_name", instance.dns_name().into()),
        ("key_name", instance.key_name.as_ref().map(crate::base::KeyPairName::as_str).into()),
        ("ami_launch_index", instance.launch_index.into()),
        ("spot_strategy", instance.spot_strategy.name().into()),
        ("hourly_price", instance.hourly_price.into()),
        ("launch_time", instance.launch_time.to_string().into()),
        ("system_disk_category", instance.system_disk_category.as_str().into()),
    ])
}
