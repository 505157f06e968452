//! Maps the cloud's group to the attributes of the state.

use crate::cloud::model::{AutoProvisioningGroup, Instance, LaunchResult, PassResults};
use crate::provider::framework::instance_replacement;
use crate::tf::Value;

/// Sets everything computed; the arguments stay as they are.
pub(super) fn set_computed(state: &mut Value, group: &AutoProvisioningGroup) {
    state.set("id", group.group_id.as_str());
    if !state.get("client_token").is_known() {
        state.set("client_token", group.client_token.as_str());
    }
    state.set("request_id", group.request_id.as_str());
    state.set("status", group.status.name());
    let instances = Value::list(group.instances.iter().map(instance));
    state.set("instance_ids", instance_replacement::living_ids(&instances));
    state.set("instances", instances);
    state.set("fulfilled_capacity", group.fulfilled_capacity);
    state.set("fulfilled_pay_as_you_go_capacity", group.fulfilled_pay_as_you_go_capacity);
    state.set("fulfilled_spot_capacity", group.fulfilled_spot_capacity);
    state.set("fulfilled_vcpus", group.fulfilled_vcpus);
    state.set("hourly_cost", group.hourly_cost);
    state.set("create_time", group.create_time.to_string());
    set_results(state, &results(group));
}

pub(super) fn results(group: &AutoProvisioningGroup) -> PassResults {
    PassResults {
        state: group.state,
        launch_results: group.launch_results.clone(),
        optimal_hourly_cost: group.optimal_hourly_cost,
    }
}

/// Sets what a pass changes even if it launches and releases nothing.
pub(super) fn set_results(state: &mut Value, results: &PassResults) {
    state.set("state", results.state.name());
    state.set("launch_results", Value::list(results.launch_results.iter().map(launch_result)));
    state.set("optimal_hourly_cost", results.optimal_hourly_cost);
}

pub(crate) fn launch_result(row: &LaunchResult) -> Value {
    Value::object([
        ("instance_type", Value::from(row.instance_type.as_str())),
        ("zone_id", row.zone_id.as_str().into()),
        ("spot_strategy", row.spot_strategy.name().into()),
        ("amount", row.amount.into()),
        ("instance_ids", Value::list(row.instance_ids.iter().map(crate::base::InstanceId::as_str))),
        ("error_code", row.error_code.clone().into()),
        ("error_msg", row.error_msg.clone().into()),
    ])
}

pub(crate) fn instance(instance: &Instance) -> Value {
    Value::object([
        ("instance_id", Value::from(instance.instance_id.as_str())),
        ("instance_type", instance.instance_type.as_str().into()),
        ("zone_id", instance.zone_id.as_str().into()),
        ("vswitch_id", instance.vswitch_id.as_str().into()),
        ("image_id", instance.image_id.as_str().into()),
        ("spot_strategy", instance.spot_strategy.name().into()),
        ("hourly_price", instance.hourly_price.into()),
        ("system_disk_category", instance.system_disk_category.as_str().into()),
        ("state", instance.state.name().into()),
        ("private_ip", instance.private_ip.map(|address| address.to_string()).into()),
        ("public_ip", instance.public_ip.map(|address| address.to_string()).into()),
        ("launch_time", instance.launch_time.to_string().into()),
    ])
}
