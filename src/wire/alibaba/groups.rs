//! Auto provisioning groups.

use serde_json::{Value as Json, json};

use super::{Action, Result, launch_configuration, list, page, tags};
use crate::base::json::number;
use crate::base::{ApiEnum, GroupId, InstanceTypeName, VSwitchId};
use crate::cloud::model::{
    Activity, AutoProvisioningGroup, Capacity, CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest,
    DescribeAutoProvisioningGroupInstancesRequest, DescribeAutoProvisioningGroupsRequest, GroupType, Instance,
    LaunchResult, LaunchTemplateConfig, LaunchTemplateReference, ModifyAutoProvisioningGroupRequest, TypeFilters,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateAutoProvisioningGroup", create),
    ("DeleteAutoProvisioningGroup", delete),
    ("DescribeAutoProvisioningGroupHistory", history),
    ("DescribeAutoProvisioningGroupInstances", instances),
    ("DescribeAutoProvisioningGroups", describe),
    ("ModifyAutoProvisioningGroup", modify),
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let group = cloud.create_auto_provisioning_group(&request(arguments)?)?;
    let mut reply = json!({ "AutoProvisioningGroupId": group.group_id.as_str(), "RequestId": group.request_id });
    // Only an `instant` group has launched when the service answers.
    if group.request.group_type == GroupType::Instant {
        reply["LaunchResults"] = list("LaunchResult", group.launch_results.iter().map(launch_result));
    }
    Ok(reply)
}

/// A row of launch results. One that launched nothing has no ids.
fn launch_result(row: &LaunchResult) -> Json {
    let mut json = json!({
        "Amount": row.amount,
        "InstanceType": row.instance_type.as_str(),
        "SpotStrategy": row.spot_strategy.name(),
        "ZoneId": row.zone_id.as_str(),
    });
    if !row.instance_ids.is_empty() {
        json["InstanceIds"] = list("InstanceId", row.instance_ids.iter().map(|id| id.as_str().into()));
    }
    for (name, text) in [("ErrorCode", &row.error_code), ("ErrorMsg", &row.error_msg)] {
        if let Some(text) = text {
            json[name] = text.as_str().into();
        }
    }
    json
}

fn request(arguments: &Arguments<'_>) -> Result<CreateAutoProvisioningGroupRequest> {
    let categories = |name: &str| {
        let disks = arguments.list(name).into_iter();
        disks.filter_map(|disk| disk.owned("DiskCategory")).collect()
    };
    Ok(CreateAutoProvisioningGroupRequest {
        name: arguments.owned("AutoProvisioningGroupName"),
        description: arguments.owned("Description"),
        group_type: arguments.choice("AutoProvisioningGroupType")?.unwrap_or_default(),
        capacity: capacity(arguments)?,
        min_target_capacity: arguments.number("MinTargetCapacity")?,
        pay_as_you_go_strategy: arguments.choice("PayAsYouGoAllocationStrategy")?.unwrap_or_default(),
        spot_strategy: arguments.choice("SpotAllocationStrategy")?.unwrap_or_default(),
        spot_pools_to_use: arguments.number("SpotInstancePoolsToUseCount")?,
        interruption_behavior: arguments.choice("SpotInstanceInterruptionBehavior")?.unwrap_or_default(),
        max_spot_price: arguments.decimal("MaxSpotPrice")?.filter(|price| !price.is_zero()),
        excess_capacity_termination_policy: arguments.choice("ExcessCapacityTerminationPolicy")?.unwrap_or_default(),
        terminate_instances: arguments.flag("TerminateInstances")?.unwrap_or(false),
        terminate_instances_with_expiration: arguments.flag("TerminateInstancesWithExpiration")?.unwrap_or(false),
        valid_from: arguments.time("ValidFrom")?,
        valid_until: arguments.time("ValidUntil")?,
        launch_template: launch_template(arguments)?,
        configs: configs(arguments)?,
        launch_configuration: launch_configuration::read(&arguments.within("LaunchConfiguration"))?,
        system_disk_categories: categories("SystemDiskConfig"),
        data_disk_categories: categories("DataDiskConfig"),
        resource_group_id: arguments.owned("ResourceGroupId"),
        tags: arguments.tags("Tag"),
        client_token: arguments.owned("ClientToken"),
        accept_shortfall: false,
        replace_lost: true,
        configuration: String::new(),
        fleet: None,
    })
}

fn launch_template(arguments: &Arguments<'_>) -> Result<Option<LaunchTemplateReference>> {
    let version = arguments.number("LaunchTemplateVersion")?;
    let id = arguments.id("LaunchTemplateId");
    Ok(id.map(|launch_template_id| LaunchTemplateReference { launch_template_id, version }))
}

fn capacity(arguments: &Arguments<'_>) -> Result<Capacity> {
    arguments.required("TotalTargetCapacity")?;
    Ok(Capacity {
        total: arguments.number("TotalTargetCapacity")?.unwrap_or(0),
        pay_as_you_go: arguments.number("PayAsYouGoTargetCapacity")?.unwrap_or(0),
        spot: arguments.number("SpotTargetCapacity")?.unwrap_or(0),
        default_type: arguments.choice("DefaultTargetCapacityType")?.unwrap_or(Capacity::DEFAULT_TYPE),
    })
}

fn configs(arguments: &Arguments<'_>) -> Result<Vec<LaunchTemplateConfig>> {
    arguments.list("LaunchTemplateConfig").iter().map(config).collect()
}

fn config(arguments: &Arguments<'_>) -> Result<LaunchTemplateConfig> {
    let texts = |name| arguments.texts(name).into_iter().map(str::to_owned).collect();
    let cores: std::result::Result<_, std::num::ParseIntError> =
        arguments.texts("Cores").into_iter().map(str::parse).collect();
    Ok(LaunchTemplateConfig {
        instance_type: arguments.id("InstanceType"),
        filters: TypeFilters {
            cores: cores
                .map_err(|_| CloudError::new(codes::INVALID_PARAMETER, "`Cores` has an element that is no number."))?,
            memories: texts("Memories"),
            architectures: texts("Architectures"),
            instance_family_levels: texts("InstanceFamilyLevel"),
            burstable_performance: arguments.choice("BurstablePerformance")?.unwrap_or_default(),
            excluded_instance_types: texts("ExcludedInstanceTypes"),
        },
        vswitch_id: arguments.id("VSwitchId"),
        zone_id: arguments.id("ZoneId"),
        weighted_capacity: arguments.decimal("WeightedCapacity")?,
        max_price: arguments.decimal("MaxPrice")?,
        priority: arguments.number("Priority")?,
        image_id: arguments.id("ImageId"),
    })
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let groups = cloud.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest {
        group_ids: arguments.ids("AutoProvisioningGroupId"),
        name: arguments.owned("AutoProvisioningGroupName"),
        group_types: Vec::new(),
        resource_group_id: arguments.owned("ResourceGroupId"),
        tags: arguments.tags("Tag"),
    })?;
    let statuses = arguments.texts("AutoProvisioningGroupStatus");
    let shown = groups.iter().filter(|group| statuses.is_empty() || statuses.contains(&group.status.name()));
    let region = cloud.region().as_str();
    page::page(
        arguments,
        "AutoProvisioningGroups",
        "AutoProvisioningGroup",
        shown.map(|group| group_json(region, group)).collect(),
    )
}

fn group_json(region: &str, group: &AutoProvisioningGroup) -> Json {
    let request = &group.request;
    let capacity = &request.capacity;
    let decimal = |given: Option<_>| given.map(number);
    let configs = request.configs.iter().map(|config| {
        json!({
            "InstanceType": config.instance_type.as_ref().map(InstanceTypeName::as_str),
            "VSwitchId": config.vswitch_id.as_ref().map(VSwitchId::as_str),
            "WeightedCapacity": decimal(config.weighted_capacity),
            "MaxPrice": decimal(config.max_price),
            "Priority": config.priority,
        })
    });
    let template = request.launch_template.as_ref();
    json!({
        "AutoProvisioningGroupId": group.group_id.as_str(),
        "AutoProvisioningGroupName": request.name,
        "AutoProvisioningGroupType": request.group_type.name(),
        "Status": group.status.name(),
        "State": group.state.name(),
        "RegionId": region,
        "CreationTime": group.create_time.to_string(),
        "ExcessCapacityTerminationPolicy": request.excess_capacity_termination_policy.name(),
        "LaunchTemplateId": template.map(|template| template.launch_template_id.as_str()),
        "LaunchTemplateVersion": template.and_then(|template| template.version).map(|version| version.to_string()),
        "MaxSpotPrice": decimal(request.max_spot_price),
        "TerminateInstances": request.terminate_instances,
        "TerminateInstancesWithExpiration": request.terminate_instances_with_expiration,
        "ValidFrom": request.valid_from.unwrap_or(group.create_time).to_string(),
        "ValidUntil": request.valid_until.map_or("2099-12-31T23:59:59Z".to_owned(), |time| time.to_string()),
        "ResourceGroupId": request.resource_group_id,
        "Tags": tags(&request.tags),
        "LaunchTemplateConfigs": list("LaunchTemplateConfig", configs),
        "PayAsYouGoOptions": { "AllocationStrategy": request.pay_as_you_go_strategy.name() },
        "SpotOptions": {
            "AllocationStrategy": request.spot_strategy.name(),
            "InstanceInterruptionBehavior": request.interruption_behavior.name(),
            "InstancePoolsToUseCount": request.spot_pools_to_use,
        },
        "TargetCapacitySpecification": {
            "TotalTargetCapacity": capacity.total,
            "PayAsYouGoTargetCapacity": capacity.pay_as_you_go,
            "SpotTargetCapacity": capacity.spot,
            "DefaultTargetCapacityType": capacity.default_type.api_name(),
        },
    })
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let group_id = GroupId::from(arguments.required("AutoProvisioningGroupId")?);
    cloud.modify_auto_provisioning_group_as(&group_id, &|group| change(arguments, group.capacity))?;
    Ok(json!({}))
}

/// Absent capacities stay as they are; all of them are one member of the request.
fn change(arguments: &Arguments<'_>, before: Capacity) -> Result<ModifyAutoProvisioningGroupRequest> {
    let after = Capacity {
        total: arguments.number("TotalTargetCapacity")?.unwrap_or(before.total),
        pay_as_you_go: arguments.number("PayAsYouGoTargetCapacity")?.unwrap_or(before.pay_as_you_go),
        spot: arguments.number("SpotTargetCapacity")?.unwrap_or(before.spot),
        default_type: arguments.choice("DefaultTargetCapacityType")?.unwrap_or(before.default_type),
    };
    let configs = configs(arguments)?;
    Ok(ModifyAutoProvisioningGroupRequest {
        name: arguments.text("AutoProvisioningGroupName").map(|name| Some(name.to_owned())),
        capacity: (after != before).then_some(after),
        max_spot_price: arguments.decimal("MaxSpotPrice")?.map(Some),
        excess_capacity_termination_policy: arguments.choice("ExcessCapacityTerminationPolicy")?,
        terminate_instances: arguments.flag("TerminateInstances")?,
        terminate_instances_with_expiration: arguments.flag("TerminateInstancesWithExpiration")?,
        configs: (!configs.is_empty()).then_some(configs),
        ..ModifyAutoProvisioningGroupRequest::default()
    })
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_auto_provisioning_group(&DeleteAutoProvisioningGroupRequest {
        group_id: arguments.required("AutoProvisioningGroupId")?.into(),
        terminate_instances: arguments.flag("TerminateInstances")?,
    })?;
    Ok(json!({}))
}

fn instances(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_auto_provisioning_group_instances(&DescribeAutoProvisioningGroupInstancesRequest {
        group_id: arguments.required("AutoProvisioningGroupId")?.into(),
        max_results: None,
        next_token: None,
    })?;
    let living = found.items.iter().filter(|instance| !instance.state.is_lost());
    page::page(arguments, "Instances", "Instance", living.map(instance_json).collect())
}

fn instance_json(instance: &Instance) -> Json {
    json!({
        "InstanceId": instance.instance_id.as_str(),
        "InstanceType": instance.instance_type.as_str(),
        "IsSpot": instance.spot_strategy.billing() == crate::base::Billing::Spot,
        "Status": super::instances::status(instance.state),
        "ZoneId": instance.zone_id.as_str(),
        "RegionId": instance.region_id.as_str(),
        "OsType": "linux",
        "CreationTime": instance.launch_time.to_string(),
    })
}

fn history(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let activities =
        cloud.describe_auto_provisioning_group_history(&arguments.required("AutoProvisioningGroupId")?.into())?;
    page::page(
        arguments,
        "AutoProvisioningGroupHistories",
        "AutoProvisioningGroupHistory",
        activities.iter().map(activity_json).collect(),
    )
}

fn activity_json(activity: &Activity) -> Json {
    let details = list("ActivityDetail", [json!({ "Detail": activity.detail, "Status": "Success" })]);
    json!({
        "TaskId": activity.resource_id,
        "Status": "Success",
        "StartTime": activity.time.to_string(),
        "LastEventTime": activity.time.to_string(),
        "ActivityDetails": details,
    })
}
