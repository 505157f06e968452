//! Scaling groups.

use serde_json::{Value as Json, json};

use super::group_json::group_json;
use crate::base::order::Order;
use crate::base::{ApiEnum, Decimal, ScalingGroupId};
use crate::cloud::model::{
    CreateScalingGroupRequest, DeleteScalingGroupRequest, DescribeScalingGroupsRequest, EnableScalingGroupRequest,
    GroupSizes, ModifyScalingGroupRequest, RemovalPolicy, ScalingAllocation, ScalingInstanceType, ScalingTemplate,
    TemplateVersion,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::alibaba::stored_parameters::StoredParameters;
use crate::wire::alibaba::{Action, Result, page};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateScalingGroup", create),
    ("DeleteScalingGroup", delete),
    ("DescribeScalingGroups", describe),
    ("DisableScalingGroup", disable),
    ("EnableScalingGroup", enable),
    ("ModifyScalingGroup", modify),
    ("SetInstancesProtection", set_protection),
];

/// What has no effect and is returned.
const STORED_PARAMETERS: [&str; 15] = [
    "AutoRebalance",
    "BalanceMode",
    "CapacityOptions.PriceComparisonMode",
    "CapacityOptions.SpotAutoReplaceOnDemand",
    "CustomPolicyARN",
    "DBInstanceIds",
    "DefaultCooldown",
    "GroupType",
    "HealthCheckType",
    "LoadBalancerIds",
    "MaxInstanceLifetime",
    "ResourceGroupId",
    "ScalingPolicy",
    "SpotInstanceRemedy",
    "StopInstanceTimeout",
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    arguments.required("MinSize")?;
    arguments.required("MaxSize")?;
    let policy = arguments.choice("MultiAZPolicy")?.unwrap_or_default();
    let group = cloud.create_scaling_group(&CreateScalingGroupRequest {
        name: arguments.owned("ScalingGroupName"),
        sizes: sizes(arguments, GroupSizes::default())?,
        vswitch_ids: vswitch_ids(arguments),
        multi_az_policy: policy,
        allocation: allocation(arguments, &ScalingAllocation::default())?,
        removal_policies: removal_policies(arguments)?,
        is_deletion_protected: arguments.flag("GroupDeletionProtection")?.unwrap_or(false),
        launch_template: template(arguments, None)?,
        starts_disabled: true,
        tags: arguments.tags("Tag"),
        configuration: stored_parameters(StoredParameters::default(), arguments).write(),
        ..CreateScalingGroupRequest::default()
    })?;
    Ok(json!({ "ScalingGroupId": group.scaling_group_id.as_str() }))
}

/// The sizes of a group with those that a call sets; the rest stays.
fn sizes(arguments: &Arguments<'_>, before: GroupSizes) -> Result<GroupSizes> {
    let desired = arguments.number("DesiredCapacity")?.or(before.desired);
    Ok(GroupSizes {
        min: arguments.number("MinSize")?.unwrap_or(before.min),
        max: arguments.number("MaxSize")?.unwrap_or(before.max),
        desired: if arguments.flag("DisableDesiredCapacity")? == Some(true) { None } else { desired },
    })
}

/// In a defined order: clients send them as a set.
fn vswitch_ids(arguments: &Arguments<'_>) -> Vec<crate::base::VSwitchId> {
    let mut ids = arguments.texts("VSwitchIds");
    ids.order();
    let more = arguments.text("VSwitchId").filter(|id| !ids.contains(id));
    ids.into_iter().chain(more).map(Into::into).collect()
}

/// Two spellings; the one at the top counts.
fn allocation(arguments: &Arguments<'_>, before: &ScalingAllocation) -> Result<ScalingAllocation> {
    let options = arguments.within("CapacityOptions");
    let number = |name: &str| Ok::<_, CloudError>(arguments.number(name)?.or(options.number(name)?));
    let compensates = arguments.flag("CompensateWithOnDemand")?.or(options.flag("CompensateWithOnDemand")?);
    let remedy = arguments.flag("SpotInstanceRemedy")?.filter(|remedy| *remedy);
    let spot_pools = arguments.number("SpotInstancePools")?;
    Ok(ScalingAllocation {
        on_demand_base: number("OnDemandBaseCapacity")?.or(before.on_demand_base),
        on_demand_percentage: number("OnDemandPercentageAboveBaseCapacity")?.or(before.on_demand_percentage),
        spot_pools: spot_pools.or(before.spot_pools).filter(|pools| *pools > 0),
        compensates_with_on_demand: compensates.or(remedy).or(before.compensates_with_on_demand),
        pay_as_you_go_order: arguments.choice("AllocationStrategy")?.unwrap_or(before.pay_as_you_go_order),
        spot_order: arguments.choice("SpotAllocationStrategy")?.unwrap_or(before.spot_order),
        balances_zones: arguments.flag("AzBalance")?.unwrap_or(before.balances_zones),
    })
}

fn removal_policies(arguments: &Arguments<'_>) -> Result<Vec<RemovalPolicy>> {
    let named = ["RemovalPolicy", "RemovalPolicies"].map(|name| arguments.texts(name)).concat();
    let parse = |name: &str| {
        RemovalPolicy::parse(name).map_err(|unknown| {
            CloudError::new(codes::INVALID_PARAMETER, format!("The parameter `RemovalPolicy` is {unknown}"))
        })
    };
    named.into_iter().map(parse).collect()
}

/// The launch template that a call names, or what it changes about the one there is.
fn template(arguments: &Arguments<'_>, before: Option<&ScalingTemplate>) -> Result<Option<ScalingTemplate>> {
    let named = arguments.id("LaunchTemplateId").or_else(|| before.map(|before| before.launch_template_id.clone()));
    let Some(launch_template_id) = named else { return Ok(None) };
    let version = match arguments.text("LaunchTemplateVersion") {
        None => before.map(|before| before.version).unwrap_or_default(),
        Some("Default") => TemplateVersion::Default,
        Some("Latest") => TemplateVersion::Latest,
        Some(_) => arguments.number("LaunchTemplateVersion")?.map(TemplateVersion::Number).unwrap_or_default(),
    };
    let overrides: Result<Vec<ScalingInstanceType>> =
        arguments.list("LaunchTemplateOverride").iter().map(weighted_type).collect();
    let mut instance_types = overrides?;
    instance_types.order_by(|one, other| one.instance_type.cmp(&other.instance_type));
    if instance_types.is_empty() {
        instance_types = before.map(|before| before.instance_types.clone()).unwrap_or_default();
    }
    Ok(Some(ScalingTemplate { launch_template_id, version, instance_types }))
}

/// A type with its weight and price limit.
pub(super) fn weighted_type(arguments: &Arguments<'_>) -> Result<ScalingInstanceType> {
    Ok(ScalingInstanceType {
        instance_type: arguments.required("InstanceType")?.into(),
        weighted_capacity: arguments.number("WeightedCapacity")?.filter(|weight| *weight > 0),
        spot_price_limit: arguments.decimal("SpotPriceLimit")?.filter(|limit| *limit > Decimal::ZERO),
    })
}

fn stored_parameters(before: StoredParameters, arguments: &Arguments<'_>) -> StoredParameters {
    before.with(arguments, &STORED_PARAMETERS).with_lists(arguments, &["HealthCheckTypes", "AlbServerGroup"])
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = ScalingGroupId::from(arguments.required("ScalingGroupId")?);
    cloud.modify_scaling_group_as(&id, &|before| {
        let vswitch_ids = vswitch_ids(arguments);
        let policies = removal_policies(arguments)?;
        Ok(ModifyScalingGroupRequest {
            active_configuration_id: arguments.id("ActiveScalingConfigurationId"),
            name: arguments.owned("ScalingGroupName").map(Some),
            sizes: Some(sizes(arguments, before.sizes)?),
            vswitch_ids: Some(vswitch_ids).filter(|ids| !ids.is_empty()),
            allocation: Some(allocation(arguments, &before.allocation)?),
            removal_policies: Some(policies).filter(|policies| !policies.is_empty()),
            is_deletion_protected: arguments.flag("GroupDeletionProtection")?,
            launch_template: Some(template(arguments, before.launch_template.as_ref())?),
            configuration: Some(stored_parameters(StoredParameters::read(&before.configuration), arguments).write()),
            ..ModifyScalingGroupRequest::default()
        })
    })?;
    Ok(json!({}))
}

fn enable(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.enable_scaling_group(&EnableScalingGroupRequest {
        scaling_group_id: arguments.required("ScalingGroupId")?.into(),
        active_configuration_id: arguments.id("ActiveScalingConfigurationId"),
    })?;
    Ok(json!({}))
}

fn disable(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.disable_scaling_group(&arguments.required("ScalingGroupId")?.into())?;
    Ok(json!({}))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_scaling_group(&DeleteScalingGroupRequest {
        scaling_group_id: arguments.required("ScalingGroupId")?.into(),
        force_delete: arguments.flag("ForceDelete")?.unwrap_or(false),
    })?;
    Ok(json!({}))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_scaling_groups(&DescribeScalingGroupsRequest {
        scaling_group_ids: arguments.ids("ScalingGroupId").or_else(|| arguments.ids("ScalingGroupIds")),
        name: None,
    })?;
    let numbered = (1..=20).filter_map(|number| arguments.within("ScalingGroupName").text(&number.to_string()));
    let names: Vec<&str> = arguments.text("ScalingGroupName").into_iter().chain(numbered).collect();
    let is_wanted = |name: Option<&str>| names.is_empty() || name.is_some_and(|name| names.contains(&name));
    let mut shown = Vec::new();
    for group in found.iter().filter(|group| is_wanted(group.request.name.as_deref())) {
        shown.push(group_json(cloud, group)?);
    }
    page::page(arguments, "ScalingGroups", "ScalingGroup", shown)
}

/// Protects instances of a group from being released when it shrinks, or ends their protection.
fn set_protection(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = ScalingGroupId::from(arguments.required("ScalingGroupId")?);
    arguments.required("ProtectedFromScaleIn")?;
    let is_to_stay = arguments.flag("ProtectedFromScaleIn")?.unwrap_or(false);
    let mut named = arguments.texts("InstanceId");
    named.extend(arguments.texts("InstanceIds"));
    cloud.modify_scaling_group_as(&id, &|before| {
        let mut protected = before.protected_instances.clone();
        for instance_id in &named {
            if is_to_stay {
                protected.insert((*instance_id).into());
            } else {
                protected.remove(*instance_id);
            }
        }
        Ok(ModifyScalingGroupRequest { protected_instances: Some(protected), ..ModifyScalingGroupRequest::default() })
    })?;
    Ok(json!({}))
}
