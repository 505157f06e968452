//! The group's arguments as Rust types, read when everything is known.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::base::Billing;
use crate::cloud::model::{
    BurstablePerformance, ExcessCapacityTerminationPolicy, GroupType, InterruptionBehavior,
    PayAsYouGoAllocationStrategy, SpotAllocationStrategy,
};
use crate::provider::framework::catalogue_check::newest_of_family;
use crate::provider::framework::choice;
use crate::provider::framework::configured::{Configured, OnShortfall};
use crate::tf::Number;

#[derive(Debug, Deserialize)]
pub(super) struct Arguments {
    pub auto_provisioning_group_name: Option<String>,
    pub description: Option<String>,
    #[serde(deserialize_with = "choice::or_default")]
    pub auto_provisioning_group_type: GroupType,
    pub total_target_capacity: u32,
    pub pay_as_you_go_target_capacity: Option<u32>,
    pub spot_target_capacity: Option<u32>,
    #[serde(deserialize_with = "choice::optional")]
    pub default_target_capacity_type: Option<Billing>,
    pub min_target_capacity: Option<u32>,
    #[serde(deserialize_with = "choice::or_default")]
    pub pay_as_you_go_allocation_strategy: PayAsYouGoAllocationStrategy,
    #[serde(deserialize_with = "choice::or_default")]
    pub spot_allocation_strategy: SpotAllocationStrategy,
    pub spot_instance_pools_to_use_count: Option<u32>,
    #[serde(deserialize_with = "choice::or_default")]
    pub spot_instance_interruption_behavior: InterruptionBehavior,
    pub max_spot_price: Option<Number>,
    #[serde(deserialize_with = "choice::or_default")]
    pub excess_capacity_termination_policy: ExcessCapacityTerminationPolicy,
    pub terminate_instances: Option<bool>,
    pub terminate_instances_with_expiration: Option<bool>,
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    pub launch_template_id: Option<String>,
    pub launch_template_version: Option<String>,
    pub resource_group_id: Option<String>,
    pub tags: Option<BTreeMap<String, Option<String>>>,
    pub client_token: Option<String>,
    #[serde(deserialize_with = "choice::optional")]
    pub on_shortfall: Option<OnShortfall>,
    pub replace_lost_instances: Option<bool>,
    pub launch_template_config: Vec<PoolArguments>,
    pub launch_configuration: Vec<LaunchArguments>,
    pub system_disk_config: Vec<DiskArguments>,
    pub data_disk_config: Vec<DiskArguments>,
}

impl Arguments {
    /// A family stands for its newest image.
    pub(super) fn resolve_image_family(&mut self, configured: &Configured) {
        for launch in &mut self.launch_configuration {
            let family = launch.image_family.as_deref().filter(|family| !family.is_empty());
            if let Some(family) = family.filter(|_| launch.image_id.as_deref().unwrap_or_default().is_empty()) {
                launch.image_id = newest_of_family(family, configured);
            }
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct PoolArguments {
    pub instance_type: Option<String>,
    pub vswitch_id: Option<String>,
    pub zone_id: Option<String>,
    pub weighted_capacity: Option<Number>,
    pub max_price: Option<Number>,
    pub priority: Option<u32>,
    pub image_id: Option<String>,
    pub cores: Option<Vec<u32>>,
    pub memories: Option<Vec<Number>>,
    pub architectures: Option<Vec<String>>,
    pub instance_family_level: Option<Vec<String>>,
    #[serde(deserialize_with = "choice::or_default")]
    pub burstable_performance: BurstablePerformance,
    pub excluded_instance_types: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DiskArguments {
    pub disk_category: Option<String>,
}

/// The part of the launch configuration that the simulation works with; the rest is kept as configured.
#[derive(Debug, Default, Deserialize)]
pub(super) struct LaunchArguments {
    pub image_id: Option<String>,
    pub image_family: Option<String>,
    pub security_group_id: Option<String>,
    pub security_group_ids: Option<Vec<String>>,
    pub system_disk_category: Option<String>,
    pub instance_name: Option<String>,
    pub key_pair_name: Option<String>,
    pub user_data: Option<String>,
    pub internet_max_bandwidth_out: Option<u32>,
    pub tags: Option<BTreeMap<String, Option<String>>>,
    pub tag: Vec<TagArguments>,
    pub data_disk: Vec<DataDiskArguments>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TagArguments {
    pub key: Option<String>,
    pub value: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DataDiskArguments {
    pub category: Option<String>,
}
