//! What clients ask about single instances beside their description.

use serde_json::{Value as Json, json};

use super::{Action, Result, list};
use crate::base::InstanceId;
use crate::cloud::model::{DescribeInstancesRequest, DescribeSingleInstancesRequest, PlacedInstance, SingleInstance};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("DescribeInstanceAttachmentAttributes", attachment_attributes),
    ("DescribeInstanceAttribute", attribute),
    ("DescribeInstanceMaintenanceAttributes", maintenance_attributes),
    ("DescribeInstanceRamRole", ram_roles),
];

/// The living instances that a call names.
fn named(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Vec<PlacedInstance>> {
    let ids = arguments.ids("InstanceIds").or_else(|| arguments.ids("InstanceId"));
    let request = DescribeInstancesRequest { instance_ids: ids, ..DescribeInstancesRequest::default() };
    let mut found = cloud.describe_instances(&request)?.items;
    found.retain(|placed| !placed.instance.state.is_lost());
    Ok(found)
}

fn attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = arguments.required("InstanceId")?;
    let found = named(cloud, arguments)?;
    let Some(placed) = found.first() else {
        let message = format!("There is no instance `{id}` in `{}`.", cloud.region());
        return Err(CloudError::new(codes::INVALID_INSTANCE_NOT_FOUND, message));
    };
    let instance = &placed.instance;
    Ok(json!({
        "InstanceId": id,
        "InstanceName": instance.instance_name,
        "HostName": id,
        "Description": "",
        "Status": super::instances::status(instance.state),
        "RegionId": instance.region_id.as_str(),
        "ZoneId": instance.zone_id.as_str(),
        "InstanceType": instance.instance_type.as_str(),
        "ImageId": instance.image_id.as_str(),
        "InstanceChargeType": "PostPaid",
        "InstanceNetworkType": "vpc",
        "IoOptimized": "optimized",
        "EnableJumboFrame": false,
        "SecurityGroupIds": list("SecurityGroupId", instance.security_group_ids.iter().map(|id| id.as_str().into())),
        "OperationLocks": list("LockReason", []),
        "CreationTime": instance.launch_time.to_string(),
    }))
}

/// Nothing is maintained here: each instance has the service's defaults.
fn maintenance_attributes(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let json = |placed: &PlacedInstance| {
        json!({
            "InstanceId": placed.instance.instance_id.as_str(),
            "ActionOnMaintenance": {
                "Value": "AutoRecover",
                "DefaultValue": "AutoRecover",
                "SupportedValues": list("SupportedValue", ["Stop", "AutoRecover", "AutoRedeploy"].map(Json::from)),
            },
            "MaintenanceWindows": list("MaintenanceWindow", []),
            "NotifyOnMaintenance": false,
        })
    };
    let found = named(cloud, arguments)?;
    Ok(json!({
        "PageNumber": 1,
        "PageSize": 10,
        "TotalCount": found.len(),
        "MaintenanceAttributes": list("MaintenanceAttribute", found.iter().map(json)),
    }))
}

/// There are no private pools here.
fn attachment_attributes(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let json = |placed: &PlacedInstance| {
        json!({
            "InstanceId": placed.instance.instance_id.as_str(),
            "PrivatePoolOptionsId": "",
            "PrivatePoolOptionsMatchCriteria": "",
        })
    };
    let found = named(cloud, arguments)?;
    Ok(json!({
        "PageNumber": 1,
        "PageSize": 10,
        "TotalCount": found.len(),
        "Instances": list("Instance", found.iter().map(json)),
    }))
}

/// The role that an instance was launched with, which has no effect.
fn ram_roles(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let ids = arguments.ids::<std::collections::BTreeSet<InstanceId>, _>("InstanceIds");
    let found = cloud.describe_single_instances(&DescribeSingleInstancesRequest {
        instance_ids: ids,
        ..DescribeSingleInstancesRequest::default()
    })?;
    let json = |single: &SingleInstance| {
        let role = single.request.without_effect.get("RamRoleName")?;
        Some(json!({ "InstanceId": single.instance.instance_id.as_str(), "RamRoleName": role }))
    };
    Ok(json!({
        "RegionId": cloud.region().as_str(),
        "InstanceRamRoleSets": list("InstanceRamRoleSet", found.iter().filter_map(json)),
    }))
}
