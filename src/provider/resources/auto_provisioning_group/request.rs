//! From the group's arguments to what the cloud is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Arguments, LaunchArguments, PoolArguments};
use crate::base::Time;
use crate::base::money::shortest;
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, LaunchConfiguration, LaunchTemplateConfig, LaunchTemplateReference,
    Tags, TypeFilters,
};
use crate::provider::framework::check;
use crate::tf::{Number, Value};

/// The request of a group; `planned` is what the arguments were read from, for what is compared but has no effect.
pub(super) fn request(
    arguments: Arguments,
    planned: &Value,
    accept_shortfall: bool,
) -> CreateAutoProvisioningGroupRequest {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let launch = arguments.launch_configuration.into_iter().next().unwrap_or_default();
    let capacity = Capacity {
        total: arguments.total_target_capacity,
        pay_as_you_go: arguments.pay_as_you_go_target_capacity.unwrap_or(0),
        spot: arguments.spot_target_capacity.unwrap_or(0),
        default_type: arguments.default_target_capacity_type.unwrap_or(Capacity::DEFAULT_TYPE),
    };
    CreateAutoProvisioningGroupRequest {
        name: text(&arguments.auto_provisioning_group_name),
        description: text(&arguments.description),
        group_type: arguments.auto_provisioning_group_type,
        capacity,
        min_target_capacity: arguments.min_target_capacity,
        pay_as_you_go_strategy: arguments.pay_as_you_go_allocation_strategy,
        spot_strategy: arguments.spot_allocation_strategy,
        spot_pools_to_use: arguments.spot_instance_pools_to_use_count,
        interruption_behavior: arguments.spot_instance_interruption_behavior,
        max_spot_price: arguments.max_spot_price.as_ref().and_then(Number::to_decimal),
        excess_capacity_termination_policy: arguments.excess_capacity_termination_policy,
        terminate_instances: arguments.terminate_instances.unwrap_or(false),
        terminate_instances_with_expiration: arguments.terminate_instances_with_expiration.unwrap_or(false),
        valid_from: time(arguments.valid_from.as_deref()),
        valid_until: time(arguments.valid_until.as_deref()),
        launch_template: text(&arguments.launch_template_id).map(|id| LaunchTemplateReference {
            launch_template_id: id.into(),
            version: arguments.launch_template_version.as_deref().and_then(|version| version.parse().ok()),
        }),
        configs: arguments.launch_template_config.into_iter().map(config).collect(),
        launch_configuration: launch_configuration(launch, planned.get("launch_configuration").element(0)),
        system_disk_categories: arguments
            .system_disk_config
            .iter()
            .filter_map(|disk| text(&disk.disk_category))
            .collect(),
        data_disk_categories: arguments.data_disk_config.iter().filter_map(|disk| text(&disk.disk_category)).collect(),
        resource_group_id: text(&arguments.resource_group_id),
        tags: tags(arguments.tags),
        client_token: text(&arguments.client_token),
        accept_shortfall,
        replace_lost: arguments.replace_lost_instances.unwrap_or(true),
        configuration: String::new(),
    }
}

fn config(pool: PoolArguments) -> LaunchTemplateConfig {
    let text = |text: Option<String>| text.filter(|text| !text.is_empty());
    let texts = |texts: Option<Vec<String>>| -> Vec<String> {
        texts.unwrap_or_default().into_iter().filter(|text| !text.is_empty()).collect()
    };
    LaunchTemplateConfig {
        instance_type: text(pool.instance_type).map(Into::into),
        filters: TypeFilters {
            cores: pool.cores.unwrap_or_default(),
            memories: pool.memories.unwrap_or_default().iter().filter_map(Number::to_decimal).map(shortest).collect(),
            architectures: texts(pool.architectures),
            instance_family_levels: texts(pool.instance_family_level),
            burstable_performance: pool.burstable_performance,
            excluded_instance_types: texts(pool.excluded_instance_types),
        },
        vswitch_id: text(pool.vswitch_id).map(Into::into),
        zone_id: text(pool.zone_id).map(Into::into),
        weighted_capacity: pool.weighted_capacity.as_ref().and_then(Number::to_decimal),
        max_price: pool.max_price.as_ref().and_then(Number::to_decimal),
        priority: pool.priority,
        image_id: text(pool.image_id).map(Into::into),
    }
}

fn launch_configuration(launch: LaunchArguments, planned: &Value) -> LaunchConfiguration {
    let text = |text: Option<String>| text.filter(|text| !text.is_empty());
    let groups = launch.security_group_ids.unwrap_or_default().into_iter().chain(launch.security_group_id);
    let mut all_tags = tags(launch.tags);
    all_tags.extend(launch.tag.into_iter().filter_map(|tag| Some((text(tag.key)?, tag.value.unwrap_or_default()))));
    LaunchConfiguration {
        image_id: text(launch.image_id).map(Into::into),
        security_group_ids: groups.filter(|id| !id.is_empty()).map(Into::into).collect::<BTreeSet<_>>(),
        system_disk_category: text(launch.system_disk_category),
        data_disk_categories: launch.data_disk.into_iter().filter_map(|disk| text(disk.category)).collect(),
        key_pair_name: text(launch.key_pair_name).map(Into::into),
        user_data: text(launch.user_data).and_then(|data| check::base64_bytes(&data)),
        instance_name: text(launch.instance_name),
        internet_max_bandwidth_out: launch.internet_max_bandwidth_out.unwrap_or(0),
        tags: all_tags,
        without_effect: without_effect(planned),
    }
}

/// What the simulation does not look at, as text: two requests that differ in it are two requests (W2).
fn without_effect(planned: &Value) -> Tags {
    const READ_ABOVE: &[&str] = &[
        "image_id",
        "security_group_id",
        "security_group_ids",
        "system_disk_category",
        "key_pair_name",
        "user_data",
        "instance_name",
        "internet_max_bandwidth_out",
        "tags",
        "tag",
    ];
    let Some(members) = planned.as_map() else { return Tags::new() };
    members
        .iter()
        .filter(|(name, _)| !READ_ABOVE.contains(&name.as_str()) && check::given(planned, name))
        .map(|(name, value)| (name.clone(), crate::provider::framework::dynamic_value::to_json(value).to_string()))
        .collect()
}

fn tags(tags: Option<BTreeMap<String, Option<String>>>) -> Tags {
    tags.unwrap_or_default().into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()
}

fn time(text: Option<&str>) -> Option<Time> {
    text.filter(|text| !text.is_empty()).and_then(|text| Time::parse_rfc3339(text).ok())
}
