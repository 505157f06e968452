//! What runs in a scaling group, and what happened to it.

use serde_json::{Value as Json, json};

use super::the_group;
use crate::base::uuid::name_based;
use crate::base::{Billing, ScalingGroupId, Seed};
use crate::cloud::SimCloud;
use crate::cloud::model::{Activity, Instance, ScalingGroup};
use crate::wire::alibaba::{Action, Result, page};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("DescribeScalingActivities", activities), ("DescribeScalingInstances", instances)];

fn instances(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let group = the_group(cloud, arguments)?;
    let state = arguments.text("LifecycleState");
    let ids = arguments.texts("InstanceId");
    let configuration = arguments.text("ScalingConfigurationId");
    let shown = group.instances.iter().filter(|instance| {
        state.is_none_or(|wanted| lifecycle_state(&group, instance) == wanted)
            && (ids.is_empty() || ids.contains(&instance.instance_id.as_str()))
            && configuration
                .is_none_or(|id| group.active_configuration_id.as_ref().is_some_and(|own| own.as_str() == id))
    });
    page::page(
        arguments,
        "ScalingInstances",
        "ScalingInstance",
        shown.map(|instance| instance_json(&group, instance)).collect(),
    )
}

fn lifecycle_state(group: &ScalingGroup, instance: &Instance) -> &'static str {
    if group.request.protected_instances.contains(&instance.instance_id) { "Protected" } else { "InService" }
}

fn instance_json(group: &ScalingGroup, instance: &Instance) -> Json {
    json!({
        "InstanceId": instance.instance_id.as_str(),
        "ScalingGroupId": group.scaling_group_id.as_str(),
        "ScalingConfigurationId": group.active_configuration_id.as_ref().map(crate::base::id::ScalingConfigurationId::as_str),
        "LaunchTemplateId": group.request.launch_template.as_ref().map(|template| template.launch_template_id.as_str()),
        "LifecycleState": lifecycle_state(group, instance),
        "HealthStatus": "Healthy",
        "WarmupState": "NoNeedWarmup",
        "CreationType": "AutoCreated",
        "CreationTime": instance.launch_time.to_string(),
        "CreatedTime": instance.launch_time.to_string(),
        "SpotStrategy": instance.spot_strategy.name(),
        "IsSpot": instance.spot_strategy.billing() == Billing::Spot,
        "InstanceType": instance.instance_type.as_str(),
        "ZoneId": instance.zone_id.as_str(),
        "PrivateIpAddress": instance.private_ip.map(|address| address.to_string()),
    })
}

fn activities(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = ScalingGroupId::from(arguments.required("ScalingGroupId")?);
    let found = cloud.describe_scaling_activities(&id)?;
    let wanted = arguments.texts("ScalingActivityId");
    let status = arguments.text("StatusCode");
    // The latest first, as the service lists them.
    let json = found.iter().enumerate().rev().map(|(number, activity)| activity_json(&id, number, activity));
    let shown = json.filter(|json| {
        (wanted.is_empty() || json["ScalingActivityId"].as_str().is_some_and(|id| wanted.contains(&id)))
            && status.is_none_or(|status| status == "Successful")
    });
    page::page(arguments, "ScalingActivities", "ScalingActivity", shown.collect())
}

/// The id of what happened to a group last.
pub(super) fn latest_activity(cloud: &SimCloud, id: &ScalingGroupId) -> Result<String> {
    let found = cloud.describe_scaling_activities(id)?;
    Ok(activity_id(id, found.len().saturating_sub(1)))
}

/// Derived from the activity's position in the history of its group.
fn activity_id(id: &ScalingGroupId, number: usize) -> String {
    let digest = Seed::new(0).digest(&["scaling activity", id.as_str(), &number.to_string()]);
    format!("asa-{}", name_based(digest).replace('-', ""))
}

fn activity_json(id: &ScalingGroupId, number: usize, activity: &Activity) -> Json {
    json!({
        "ScalingActivityId": activity_id(id, number),
        "ScalingGroupId": id.as_str(),
        "Description": activity.detail,
        "Cause": activity.kind.name(),
        "StatusCode": "Successful",
        "StatusMessage": "",
        "Progress": 100,
        "StartTime": activity.time.to_string(),
        "EndTime": activity.time.to_string(),
        "ScalingInstanceNumber": activity.created.len() + activity.destroyed.len(),
        "CreatedInstances": activity.created.iter().map(crate::base::id::InstanceId::as_str).collect::<Vec<_>>(),
        "DestroyedInstances": activity.destroyed.iter().map(crate::base::id::InstanceId::as_str).collect::<Vec<_>>(),
    })
}
