//! What clients ask about single instances beside their description.

use serde_json::{Value as Json, json};

use super::{Action, Result, list};
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{DescribeInstancesRequest, ModifyInstanceRequest, PlacedInstance, Tags};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("DescribeInstanceAttachmentAttributes", attachment_attributes),
    ("DescribeInstanceAttribute", attribute),
    ("DescribeInstanceMaintenanceAttributes", maintenance_attributes),
    ("ModifyInstanceMaintenanceAttributes", modify_maintenance_attributes),
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
    let (instance, details) = (&placed.instance, placed.details.as_ref());
    let said = |name: &str| details.and_then(|details| details.without_effect.get(name)).map(String::as_str);
    let jumbo = said("EnableJumboFrame").or_else(|| said("NetworkOptions.EnableJumboFrame"));
    Ok(json!({
        "InstanceId": id,
        "InstanceName": instance.instance_name,
        "HostName": said("HostName").unwrap_or(id),
        "Description": details.and_then(|details| details.description.as_deref()).unwrap_or_default(),
        "Status": super::instances::status(instance.state),
        "RegionId": instance.region_id.as_str(),
        "ZoneId": instance.zone_id.as_str(),
        "InstanceType": instance.instance_type.as_str(),
        "ImageId": instance.image_id.as_str(),
        "InstanceChargeType": said("InstanceChargeType").unwrap_or("PostPaid"),
        "InternetChargeType": said("InternetChargeType").unwrap_or("PayByTraffic"),
        "InternetMaxBandwidthOut": details.map(|details| details.internet_max_bandwidth_out),
        "CreditSpecification": said("CreditSpecification"),
        "InstanceNetworkType": "vpc",
        "IoOptimized": "optimized",
        "EnableJumboFrame": jumbo.is_some_and(|text| text.eq_ignore_ascii_case("true")),
        "SecurityGroupIds": list("SecurityGroupId", instance.security_group_ids.iter().map(|id| id.as_str().into())),
        "OperationLocks": list("LockReason", []),
        "CreationTime": instance.launch_time.to_string(),
    }))
}

const WINDOW: &str = "MaintenanceWindow.";

/// Nothing is maintained here: what a call says is returned, and the service's defaults otherwise.
fn modify_maintenance_attributes(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let ids = arguments.texts("InstanceId");
    if ids.is_empty() {
        arguments.required("InstanceId")?;
    }
    let members = ["ActionOnMaintenance", "NotifyOnMaintenance"].into_iter();
    let mut said: Tags = members.filter_map(|name| Some((name.to_owned(), arguments.owned(name)?))).into_map();
    if let Some(window) = arguments.list("MaintenanceWindow").first() {
        let times = ["StartTime", "EndTime"].into_iter();
        said.extend(times.filter_map(|name| Some((format!("{WINDOW}{name}"), window.owned(name)?))));
    }
    for id in ids {
        cloud.modify_instance(&ModifyInstanceRequest {
            instance_id: Some(id.into()),
            without_effect: said.clone(),
            ..ModifyInstanceRequest::default()
        })?;
    }
    Ok(json!({}))
}

fn maintenance_attributes(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let json = |placed: &PlacedInstance| {
        let said = |name: &str| placed.details.as_ref().and_then(|details| details.without_effect.get(name));
        let time = |name: &str| said(&format!("{WINDOW}{name}"));
        let window = time("StartTime").zip(time("EndTime"));
        let window = window.map(|(start, end)| json!({ "StartTime": start, "EndTime": end }));
        json!({
            "InstanceId": placed.instance.instance_id.as_str(),
            "ActionOnMaintenance": {
                "Value": said("ActionOnMaintenance").map_or("AutoRecover", String::as_str),
                "DefaultValue": "AutoRecover",
                "SupportedValues": list("SupportedValue", ["Stop", "AutoRecover", "AutoRedeploy"].map(Json::from)),
            },
            "MaintenanceWindows": list("MaintenanceWindow", window),
            "NotifyOnMaintenance": said("NotifyOnMaintenance").is_some_and(|text| text.eq_ignore_ascii_case("true")),
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
