//! A scaling group as replies have it.

use serde_json::{Value as Json, json};

use super::{list, tags, texts};
use crate::base::json::number;
use crate::base::{Billing, VSwitchId};
use crate::cloud::SimCloud;
use crate::cloud::model::{
    CreateScalingGroupRequest, DescribeVSwitchesRequest, InstanceState, MultiAzPolicy, RemovalPolicy, ScalingGroup,
    ScalingInstanceType, TemplateVersion,
};
use crate::wire::alibaba::Result;
use crate::wire::alibaba::stored_parameters::StoredParameters;

pub(super) fn group_json(cloud: &SimCloud, group: &ScalingGroup) -> Result<Json> {
    let kept = StoredParameters::read(&group.request.configuration);
    let mut json = basics(cloud, group, &kept)?;
    for part in [capacity(group), policies(&group.request, &kept), attached(&kept), template(&group.request)] {
        if let (Json::Object(all), Json::Object(members)) = (&mut json, part) {
            all.extend(members);
        }
    }
    Ok(json)
}

fn basics(cloud: &SimCloud, group: &ScalingGroup, kept: &StoredParameters) -> Result<Json> {
    let request = &group.request;
    let id = group.scaling_group_id.as_str();
    Ok(json!({
        "ScalingGroupId": id,
        "ScalingGroupName": request.name.as_deref().unwrap_or(id),
        "RegionId": cloud.region().as_str(),
        "LifecycleState": if group.is_enabled { "Active" } else { "Inactive" },
        "SystemSuspended": false,
        "GroupType": kept.text("GroupType").unwrap_or("ECS"),
        "VpcId": vpc_id(cloud, request.vswitch_ids.first())?,
        "VSwitchId": request.vswitch_ids.first().map(VSwitchId::as_str),
        "VSwitchIds": texts("VSwitchId", request.vswitch_ids.iter().map(VSwitchId::as_str)),
        "ActiveScalingConfigurationId": group.active_configuration_id.as_ref().map(crate::base::id::ScalingConfigurationId::as_str),
        "GroupDeletionProtection": request.is_deletion_protected,
        "ResourceGroupId": kept.text("ResourceGroupId"),
        "CreationTime": group.create_time.to_string(),
        "ModificationTime": group.create_time.to_string(),
        "SuspendedProcesses": list("SuspendedProcess", []),
        "Tags": tags(&request.tags),
    }))
}

fn vpc_id(cloud: &SimCloud, vswitch_id: Option<&VSwitchId>) -> Result<String> {
    let Some(id) = vswitch_id else { return Ok(String::new()) };
    let found = cloud.describe_vswitches(&DescribeVSwitchesRequest {
        vswitch_ids: Some([id.clone()].into()),
        ..DescribeVSwitchesRequest::default()
    })?;
    Ok(found.first().map(|vswitch| vswitch.vpc_id.to_string()).unwrap_or_default())
}

fn capacity(group: &ScalingGroup) -> Json {
    let (request, instances) = (&group.request, &group.instances);
    let protected = |id| request.protected_instances.contains(id);
    json!({
        "MinSize": request.sizes.min,
        "MaxSize": request.sizes.max,
        "DesiredCapacity": request.sizes.desired,
        "EnableDesiredCapacity": request.sizes.desired.is_some(),
        "TotalCapacity": number(group.fulfilled_capacity),
        "TotalInstanceCount": instances.len(),
        "ActiveCapacity": instances.iter().filter(|instance| !protected(&instance.instance_id)).count(),
        "ProtectedCapacity": instances.iter().filter(|instance| protected(&instance.instance_id)).count(),
        "StoppedCapacity": instances.iter().filter(|instance| instance.state == InstanceState::Stopped).count(),
        "SpotCapacity": instances.iter().filter(|instance| instance.spot_strategy.billing() == Billing::Spot).count(),
        "PendingCapacity": 0,
        "PendingWaitCapacity": 0,
        "RemovingCapacity": 0,
        "RemovingWaitCapacity": 0,
        "StandbyCapacity": 0,
        "InitCapacity": 0,
    })
}

fn policies(request: &CreateScalingGroupRequest, kept: &StoredParameters) -> Json {
    let allocation = &request.allocation;
    let composes = request.multi_az_policy == MultiAzPolicy::Composable;
    let percentage = allocation.on_demand_percentage.unwrap_or(if composes { 100 } else { 0 });
    let policies =
        if request.removal_policies.is_empty() { &RemovalPolicy::USUAL[..] } else { &request.removal_policies };
    json!({
        "MultiAZPolicy": request.multi_az_policy.name(),
        "AllocationStrategy": allocation.pay_as_you_go_order.name(),
        "SpotAllocationStrategy": allocation.spot_order.name(),
        "AzBalance": allocation.balances_zones,
        "AutoRebalance": kept.flag("AutoRebalance"),
        "BalanceMode": kept.text("BalanceMode"),
        "OnDemandBaseCapacity": allocation.on_demand_base.unwrap_or(0),
        "OnDemandPercentageAboveBaseCapacity": percentage,
        "SpotInstancePools": allocation.spot_pools.unwrap_or(0),
        "SpotInstanceRemedy": kept.flag("SpotInstanceRemedy").unwrap_or(false),
        "CompensateWithOnDemand": allocation.compensates_with_on_demand.unwrap_or(!composes),
        "CapacityOptions": {
            "OnDemandBaseCapacity": allocation.on_demand_base.unwrap_or(0),
            "OnDemandPercentageAboveBaseCapacity": percentage,
            "CompensateWithOnDemand": allocation.compensates_with_on_demand.unwrap_or(!composes),
            "SpotAutoReplaceOnDemand": kept.flag("CapacityOptions.SpotAutoReplaceOnDemand"),
            "PriceComparisonMode": kept.text("CapacityOptions.PriceComparisonMode"),
        },
        "RemovalPolicies": texts("RemovalPolicy", policies.iter().map(|policy| policy.name())),
        "CustomPolicyARN": kept.text("CustomPolicyARN"),
        "ScalingPolicy": kept.text("ScalingPolicy").unwrap_or("recycle"),
        "DefaultCooldown": kept.number("DefaultCooldown").unwrap_or_else(|| 300.into()),
        "MaxInstanceLifetime": kept.number("MaxInstanceLifetime"),
        "StopInstanceTimeout": kept.number("StopInstanceTimeout"),
        "HealthCheckType": health_check_type(kept),
        "HealthCheckTypes": list("HealthCheckType", kept.list("HealthCheckTypes")),
    })
}

/// Where several kinds are named, the member for a single one is absent.
fn health_check_type(kept: &StoredParameters) -> Option<&str> {
    kept.text("HealthCheckType").or_else(|| kept.list("HealthCheckTypes").is_empty().then_some("ECS"))
}

/// What is attached to a group is kept and has no effect.
fn attached(kept: &StoredParameters) -> Json {
    json!({
        "DBInstanceIds": list("DBInstanceId", kept.list("DBInstanceIds")),
        "LoadBalancerIds": list("LoadBalancerId", kept.list("LoadBalancerIds")),
        "AlbServerGroups": list("AlbServerGroup", kept.list("AlbServerGroup")),
        "VServerGroups": list("VServerGroup", []),
        "ServerGroups": list("ServerGroup", []),
        "LoadBalancerConfigs": list("LoadBalancerConfig", []),
        "DBInstances": list("DBInstance", []),
    })
}

fn template(request: &CreateScalingGroupRequest) -> Json {
    let Some(template) = &request.launch_template else { return json!({}) };
    let version = match template.version {
        TemplateVersion::Default => "Default".to_owned(),
        TemplateVersion::Latest => "Latest".to_owned(),
        TemplateVersion::Number(number) => number.to_string(),
    };
    let overridden = |named: &ScalingInstanceType| {
        json!({
            "InstanceType": named.instance_type.as_str(),
            "WeightedCapacity": named.weighted_capacity,
            "SpotPriceLimit": named.spot_price_limit.map(number),
        })
    };
    json!({
        "LaunchTemplateId": template.launch_template_id.as_str(),
        "LaunchTemplateVersion": version,
        "LaunchTemplateOverrides": list("LaunchTemplateOverride", template.instance_types.iter().map(overridden)),
    })
}
