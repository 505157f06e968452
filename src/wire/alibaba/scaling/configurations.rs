//! Scaling configurations.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::configuration_json::configuration_json;
use super::groups::weighted_type;
use crate::base::order::Order;
use crate::base::{Decimal, InstanceTypeName, ScalingConfigurationId};
use crate::cloud::SimCloud;
use crate::cloud::model::{
    CreateScalingConfigurationRequest, DeleteScalingConfigurationRequest, DescribeScalingConfigurationsRequest,
    InstancePattern, ScalingConfigurationArguments, ScalingContent, ScalingInstanceType, Tags, TypeFilters,
};
use crate::wire::alibaba::{Action, Result, launch_configuration, page};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateScalingConfiguration", create),
    ("DeleteScalingConfiguration", delete),
    ("DescribeScalingConfigurations", describe),
    ("ModifyScalingConfiguration", modify),
];

/// Members without effect that only scaling configurations have.
pub(super) const STORED_PARAMETERS: [&str; 15] = [
    "DedicatedHostClusterId",
    "DedicatedHostId",
    "HttpEndpoint",
    "ImageName",
    "ImageOptions.LoginAsNonRoot",
    "InstanceDescription",
    "LoadBalancerWeight",
    "ResourcePoolOptions.Strategy",
    "SystemDisk.AutoSnapshotPolicyId",
    "SystemDisk.EncryptAlgorithm",
    "SystemDisk.Encrypted",
    "SystemDisk.KMSKeyId",
    "SystemDisk.ProvisionedIops",
    "Tenancy",
    "ZoneId",
];

/// Lists without effect, or of which a part has none; kept as JSON.
pub(super) const STORED_LISTS: [&str; 6] = [
    "CustomPriorities",
    "DataDisk",
    "InstancePatternInfo",
    "NetworkInterfaces",
    "ResourcePoolOptions.PrivatePoolIds",
    "ResourcePoolOptions.PrivatePoolTags",
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let made = cloud.create_scaling_configuration(&CreateScalingConfigurationRequest {
        scaling_group_id: Some(arguments.required("ScalingGroupId")?.into()),
        arguments: ScalingConfigurationArguments {
            name: arguments.owned("ScalingConfigurationName"),
            image_name: arguments.owned("ImageName"),
            content: content(arguments, ScalingContent::default())?,
            ..ScalingConfigurationArguments::default()
        },
    })?;
    Ok(json!({ "ScalingConfigurationId": made.scaling_configuration_id.as_str() }))
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = ScalingConfigurationId::from(arguments.required("ScalingConfigurationId")?);
    cloud.modify_scaling_configuration_as(&id, &|before| {
        let mut content = content(arguments, before.content.clone())?;
        let image_name = arguments.owned("ImageName");
        if arguments.text("ImageId").is_none() && image_name.is_some() {
            content.launch.image_id = None;
        }
        Ok(ScalingConfigurationArguments {
            name: Some(
                arguments
                    .owned("ScalingConfigurationName")
                    .unwrap_or_else(|| before.scaling_configuration_name.clone()),
            ),
            image_name,
            content,
            configuration: before.configuration.clone(),
            ..ScalingConfigurationArguments::default()
        })
    })?;
    Ok(json!({}))
}

/// The content of a configuration with what a call sets of it; the rest stays.
fn content(arguments: &Arguments<'_>, before: ScalingContent) -> Result<ScalingContent> {
    let mut content = before;
    let types = instance_types(arguments)?;
    if !types.is_empty() {
        content.instance_types = types;
    }
    let limits = price_limits(arguments)?;
    if !limits.is_empty() {
        content.set_price_limits(&limits);
    }
    let patterns: Result<Vec<InstancePattern>> = arguments.list("InstancePatternInfo").iter().map(pattern).collect();
    if arguments.json("InstancePatternInfo").is_some() {
        content.patterns = patterns?;
    }
    content.spot_strategy = arguments.choice("SpotStrategy")?.unwrap_or(content.spot_strategy);
    let given = launch_configuration::read(arguments)?;
    let launch = &mut content.launch;
    launch.image_id = given.image_id.or(launch.image_id.take());
    if !given.security_group_ids.is_empty() {
        launch.security_group_ids = given.security_group_ids;
    }
    launch.system_disk_category = given.system_disk_category.or(launch.system_disk_category.take());
    if arguments.json("DataDisk").is_some() {
        launch.data_disk_categories = given.data_disk_categories;
    }
    if let Some(name) = arguments.given_text("KeyPairName") {
        launch.key_pair_name = Some(name).filter(|name| !name.is_empty()).map(Into::into);
    }
    if arguments.given_text("UserData").is_some() {
        launch.user_data = given.user_data;
    }
    launch.instance_name = given.instance_name.or(launch.instance_name.take());
    if arguments.text("InternetMaxBandwidthOut").is_some() {
        launch.internet_max_bandwidth_out = given.internet_max_bandwidth_out;
    }
    if let Some(tags) = tags(arguments) {
        launch.tags = tags;
    }
    keep(arguments, &mut launch.without_effect);
    Ok(content)
}

/// Types by name, in lists of names, or with weights.
fn instance_types(arguments: &Arguments<'_>) -> Result<Vec<ScalingInstanceType>> {
    let mut weighted: Vec<ScalingInstanceType> =
        arguments.list("InstanceTypeOverride").iter().map(weighted_type).collect::<Result<_>>()?;
    weighted.order_by(|one, other| one.instance_type.cmp(&other.instance_type));
    if !weighted.is_empty() {
        return Ok(weighted);
    }
    let named = ["InstanceTypes", "InstanceType"].map(|name| arguments.texts(name));
    let named = named.into_iter().find(|names| !names.is_empty()).unwrap_or_default();
    let unweighted = |name: &str| ScalingInstanceType {
        instance_type: name.into(),
        weighted_capacity: None,
        spot_price_limit: None,
    };
    Ok(named.into_iter().map(unweighted).collect())
}

/// Limits above 0 by type.
fn price_limits(arguments: &Arguments<'_>) -> Result<BTreeMap<InstanceTypeName, Decimal>> {
    let mut limits = BTreeMap::new();
    for limit in arguments.list("SpotPriceLimit") {
        let price = limit.decimal("PriceLimit")?.filter(|price| *price > Decimal::ZERO);
        if let (Some(name), Some(price)) = (limit.id("InstanceType"), price) {
            limits.insert(name, price);
        }
    }
    Ok(limits)
}

fn pattern(arguments: &Arguments<'_>) -> Result<InstancePattern> {
    let owned = |names: [&str; 2]| -> Vec<String> {
        names.iter().flat_map(|name| arguments.texts(name)).map(str::to_owned).collect()
    };
    let memory = arguments.decimal("Memory")?.filter(|memory| *memory > Decimal::ZERO);
    let cores = arguments.number::<u32>("Cores")?.filter(|cores| *cores > 0);
    Ok(InstancePattern {
        filters: TypeFilters {
            cores: cores.into_iter().collect(),
            memories: memory.map(|memory| memory.normalize().to_string()).into_iter().collect(),
            architectures: owned(["Architectures", "Architecture"]),
            instance_family_levels: arguments.owned("InstanceFamilyLevel").into_iter().collect(),
            burstable_performance: arguments.choice("BurstablePerformance")?.unwrap_or_default(),
            excluded_instance_types: owned(["ExcludedInstanceTypes", "ExcludedInstanceType"]),
        },
        max_price: arguments.decimal("MaxPrice")?.filter(|price| *price > Decimal::ZERO),
    })
}

/// `Tags` is an object in JSON; newer clients send `Tag.1.Key`.
fn tags(arguments: &Arguments<'_>) -> Option<Tags> {
    if let Some(text) = arguments.text("Tags") {
        return Some(serde_json::from_str(text).unwrap_or_default());
    }
    arguments.json("Tag").map(|_| arguments.tags("Tag"))
}

/// Keeps what has no effect, beside what was kept before.
fn keep(arguments: &Arguments<'_>, without_effect: &mut Tags) {
    if arguments.json("DataDisk").is_some() {
        without_effect.retain(|name, _| !name.starts_with("DataDisk."));
    }
    without_effect.extend(launch_configuration::stored_parameters(arguments));
    // The limits of types have the name that groups have for one limit.
    without_effect.remove("SpotPriceLimit");
    let own =
        STORED_PARAMETERS.iter().filter_map(|name| Some(((*name).to_owned(), arguments.member_text(name)?.to_owned())));
    without_effect.extend(own);
    for name in STORED_LISTS {
        let (structure, member) = name.split_once('.').unwrap_or(("", name));
        let within = if structure.is_empty() { arguments.clone() } else { arguments.within(structure) };
        if let Some(list) = within.json(member) {
            without_effect.insert(name.to_owned(), list.to_string());
        }
    }
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_scaling_configuration(&DeleteScalingConfigurationRequest {
        scaling_configuration_id: arguments.required("ScalingConfigurationId")?.into(),
        with_group: false,
    })?;
    Ok(json!({}))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_scaling_configurations(&DescribeScalingConfigurationsRequest {
        scaling_configuration_ids: arguments
            .ids("ScalingConfigurationId")
            .or_else(|| arguments.ids("ScalingConfigurationIds")),
        scaling_group_id: arguments.id("ScalingGroupId"),
    })?;
    page::page(
        arguments,
        "ScalingConfigurations",
        "ScalingConfiguration",
        found.iter().map(configuration_json).collect(),
    )
}
