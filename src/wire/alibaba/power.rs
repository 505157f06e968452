//! Changes of instances that were launched by themselves: their power, their type, and what they are called (O3, O4).

use serde_json::{Value as Json, json};

use super::instances::private_ip;
use super::launch_configuration::user_data;
use super::{Action, Result};
use crate::cloud::SimCloud;
use crate::cloud::model::{ModifyInstanceRequest, Power, StoppedMode};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("JoinSecurityGroup", join_security_group),
    ("LeaveSecurityGroup", leave_security_group),
    ("ModifyInstanceAttribute", modify_attribute),
    ("ModifyInstanceNetworkSpec", modify_network_spec),
    ("ModifyInstanceSpec", modify_spec),
    ("ModifyInstanceVpcAttribute", modify_vpc_attribute),
    ("RebootInstance", reboot),
    ("StartInstance", start),
    ("StopInstance", stop),
];

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>, change: ModifyInstanceRequest) -> Result<Json> {
    let instance_id = Some(arguments.required("InstanceId")?.into());
    cloud.modify_instance(&ModifyInstanceRequest { instance_id, ..change })?;
    Ok(json!({}))
}

fn start(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let change = ModifyInstanceRequest {
        power: Some(Power::Running),
        stopped_mode: Some(StoppedMode::NotApplicable),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}

fn stop(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let change = ModifyInstanceRequest {
        power: Some(Power::Stopped),
        stopped_mode: Some(arguments.choice("StoppedMode")?.unwrap_or_default()),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}

/// It runs before and after.
fn reboot(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    modify(cloud, arguments, ModifyInstanceRequest::default())
}

fn modify_spec(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let change = ModifyInstanceRequest {
        instance_type: arguments.id("InstanceType").map(Some),
        internet_max_bandwidth_out: arguments.number("InternetMaxBandwidthOut")?.map(Some),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}

fn modify_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let groups: Option<_> = arguments.ids("SecurityGroupIds");
    let change = ModifyInstanceRequest {
        instance_name: arguments.text("InstanceName").map(|name| Some(name.to_owned())),
        security_group_ids: groups,
        user_data: user_data(arguments)?.map(Some),
        deletion_protection: arguments.flag("DeletionProtection")?,
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}

fn join_security_group(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.join_security_group(
        &arguments.required("InstanceId")?.into(),
        &arguments.required("SecurityGroupId")?.into(),
    )?;
    Ok(json!({}))
}

fn leave_security_group(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.leave_security_group(
        &arguments.required("InstanceId")?.into(),
        &arguments.required("SecurityGroupId")?.into(),
    )?;
    Ok(json!({}))
}

fn modify_network_spec(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let change = ModifyInstanceRequest {
        internet_max_bandwidth_out: arguments.number("InternetMaxBandwidthOut")?.map(Some),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}

/// Another vSwitch, or another address in it.
fn modify_vpc_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let change = ModifyInstanceRequest {
        vswitch_id: arguments.id("VSwitchId").map(Some),
        private_ip: private_ip(arguments)?.map(Some),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}
