//! Changes of instances that were launched by themselves: their power, their type, and what they are called (O3, O4).

use serde_json::{Value as Json, json};

use super::instances::private_ip;
use super::launch_configuration::user_data;
use super::{Action, Result};
use crate::base::InstanceId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{DescribeInstancesRequest, ModifyInstanceRequest, Power, StoppedMode, Tags};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("AllocatePublicIpAddress", allocate_public_ip_address),
    ("JoinSecurityGroup", join_security_group),
    ("LeaveSecurityGroup", leave_security_group),
    ("ModifyInstanceAttribute", modify_attribute),
    ("ModifyInstanceMetadataOptions", modify_metadata_options),
    ("ModifyInstanceNetworkSpec", modify_network_spec),
    ("ModifyInstanceSpec", modify_spec),
    ("ModifyInstanceVpcAttribute", modify_vpc_attribute),
    ("RebootInstance", reboot),
    ("ReplaceSystemDisk", replace_system_disk),
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
        description: arguments.given("Description").map(Some),
        without_effect: stored_parameters(arguments, &["HostName", "CreditSpecification", "EnableJumboFrame"]),
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
    let charge_type =
        arguments.text("NetworkChargeType").map(|text| ("InternetChargeType".to_owned(), text.to_owned()));
    let change = ModifyInstanceRequest {
        internet_max_bandwidth_out: arguments.number("InternetMaxBandwidthOut")?.map(Some),
        without_effect: stored_parameters(arguments, &["InternetMaxBandwidthIn"])
            .into_iter()
            .chain(charge_type)
            .collect(),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}

/// The given ones of these parameters, none of which has an effect in the simulation.
fn stored_parameters(arguments: &Arguments<'_>, names: &[&str]) -> Tags {
    names.iter().filter_map(|name| Some(((*name).to_owned(), arguments.given(name)?))).into_map()
}

fn modify_metadata_options(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let change = ModifyInstanceRequest {
        without_effect: stored_parameters(arguments, &["HttpEndpoint", "HttpTokens", "HttpPutResponseHopLimit"]),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}

/// Another image on the system disk, which stays the same disk **(ours)**.
fn replace_system_disk(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let single = cloud.modify_instance(&ModifyInstanceRequest {
        instance_id: Some(arguments.required("InstanceId")?.into()),
        image_id: arguments.id("ImageId").map(Some),
        system_disk_size: arguments.within("SystemDisk").number("Size")?.map(Some),
        ..ModifyInstanceRequest::default()
    })?;
    Ok(json!({ "DiskId": single.system_disk_id }))
}

/// The address that the instance has by its bandwidth.
fn allocate_public_ip_address(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let instance_id: InstanceId = arguments.required("InstanceId")?.into();
    let request = DescribeInstancesRequest {
        instance_ids: Some([instance_id.clone()].into()),
        ..DescribeInstancesRequest::default()
    };
    let found = cloud.describe_instances(&request)?.items.into_iter().find(|placed| !placed.instance.state.is_lost());
    let Some(placed) = found else {
        let message = format!("There is no instance `{instance_id}` in `{}`.", cloud.region());
        return Err(CloudError::new(codes::INVALID_INSTANCE_NOT_FOUND, message));
    };
    let Some(address) = placed.instance.public_ip else {
        let message = format!("`{instance_id}` has no outbound bandwidth, and with it no public address.");
        return Err(CloudError::new(codes::INVALID_PARAMETER, message));
    };
    Ok(json!({ "IpAddress": address.to_string() }))
}

/// Another vSwitch, or another address in it.
fn modify_vpc_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let change = ModifyInstanceRequest {
        vswitch_id: arguments.id("VSwitchId").map(Some),
        private_ip: private_ip(arguments, "PrivateIpAddress")?.map(Some),
        ..ModifyInstanceRequest::default()
    };
    modify(cloud, arguments, change)
}
