//! Scaling groups and their configurations: what is asked of them and what they answer.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::modification::modifiable_request;
use super::{
    Instance, LaunchConfiguration, LaunchResult, LaunchTemplateReference, SpotStrategy, Tags, TypeFilters, text,
};
use crate::base::{
    Decimal, InstanceId, InstanceTypeName, ScalingConfigurationId, ScalingGroupId, ScalingRuleId, Time, VSwitchId,
    api_enum,
};

api_enum! {
    /// Where a scaling group launches (G15).
    pub enum MultiAzPolicy: default Priority {
        Priority = "PRIORITY" => "tries one vSwitch after the other",
        Balance = "BALANCE" => "launches in all zones evenly",
        CostOptimized = "COST_OPTIMIZED" => "launches where a unit is cheapest",
        Composable = "COMPOSABLE" => "follows `allocation_strategy`, `spot_allocation_strategy` and `az_balance`",
    }
}

api_enum! {
    /// In which order a scaling group with the policy `COMPOSABLE` tries pools (G15).
    pub enum PoolOrder: default Priority {
        Priority = "priority" => "tries one instance type after the other",
        LowestPrice = "lowestPrice" => "launches where a unit is cheapest",
    }
}

api_enum! {
    /// Which instances a scaling group releases first (G18).
    pub enum RemovalPolicy {
        OldestInstance => "releases the instance that was launched first",
        NewestInstance => "releases the instance that was launched last",
        OldestScalingConfiguration => "releases an instance of the configuration that was created first",
    }
}

modifiable_request! {
    /// `CreateScalingGroup`.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub struct CreateScalingGroupRequest {
        [modify]
        pub name: Option<String>,
        [modify]
        pub sizes: GroupSizes,
        /// In order of priority; empty: the default vSwitch of every zone.
        [modify]
        pub vswitch_ids: Vec<VSwitchId>,
        pub multi_az_policy: MultiAzPolicy,
        [modify]
        pub allocation: ScalingAllocation,
        /// Empty: those of [`RemovalPolicy::USUAL`].
        [modify]
        pub removal_policies: Vec<RemovalPolicy>,
        /// Instances that no change of capacity releases.
        [modify]
        pub protected_instances: BTreeSet<InstanceId>,
        [modify]
        pub is_deletion_protected: bool,
        /// What the group launches from where it has no scaling configuration.
        [modify]
        pub launch_template: Option<ScalingTemplate>,
        /// Whether a group with a launch template is made without being enabled (G19).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub starts_disabled: bool,
        [modify]
        pub tags: Tags,
        /// The request as its author wrote it, opaque here; returned by describe.
        [modify]
        pub configuration: String,
    }

    /// What to modify about a scaling group.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ModifyScalingGroupRequest {
        pub scaling_group_id: Option<ScalingGroupId>,
        /// The configuration that the group launches from; absent: as before.
        pub active_configuration_id: Option<ScalingConfigurationId>,
    }
}

/// `EnableScalingGroup`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnableScalingGroupRequest {
    pub scaling_group_id: ScalingGroupId,
    /// The configuration that the group launches from; absent: the active one, or the launch template.
    pub active_configuration_id: Option<ScalingConfigurationId>,
}

/// How many units a scaling group has (G16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSizes {
    pub min: u32,
    pub max: u32,
    /// Absent: anything from the minimum to the maximum.
    pub desired: Option<u32>,
}

/// Which pools and which billing a scaling group launches (G15, G17).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingAllocation {
    pub on_demand_base: Option<u32>,
    /// Of the units above the base, in percent.
    pub on_demand_percentage: Option<u32>,
    pub spot_pools: Option<u32>,
    /// Whether pay-as-you-go instances stand in for spot instances that no pool gives.
    pub compensates_with_on_demand: Option<bool>,
    pub pay_as_you_go_order: PoolOrder,
    pub spot_order: PoolOrder,
    pub balances_zones: bool,
}

/// A launch template with what the group says instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingTemplate {
    pub launch_template_id: crate::base::LaunchTemplateId,
    pub version: TemplateVersion,
    /// Instead of the template's own type.
    pub instance_types: Vec<ScalingInstanceType>,
}

/// Which version of a template a scaling group launches from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateVersion {
    #[default]
    Default,
    Latest,
    Number(u32),
}

/// An instance type that a scaling group may launch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingInstanceType {
    pub instance_type: InstanceTypeName,
    /// Units that one instance delivers; absent counts as 1.
    pub weighted_capacity: Option<u32>,
    /// The highest price of a spot instance and hour.
    #[serde(with = "text::optional_decimal")]
    pub spot_price_limit: Option<Decimal>,
}

/// Instance types by what they have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstancePattern {
    pub filters: TypeFilters,
    /// The highest price of an instance and hour.
    #[serde(with = "text::optional_decimal")]
    pub max_price: Option<Decimal>,
}

/// What a scaling group launches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingContent {
    /// In order of priority.
    pub instance_types: Vec<ScalingInstanceType>,
    /// After the named types.
    pub patterns: Vec<InstancePattern>,
    pub spot_strategy: SpotStrategy,
    pub launch: LaunchConfiguration,
}

/// `CreateScalingConfiguration`, and what follows it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateScalingConfigurationRequest {
    pub scaling_group_id: Option<ScalingGroupId>,
    pub arguments: ScalingConfigurationArguments,
}

/// What to make of a scaling configuration; all of it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyScalingConfigurationRequest {
    pub scaling_configuration_id: Option<ScalingConfigurationId>,
    pub arguments: ScalingConfigurationArguments,
}

/// What a scaling configuration is, and what a call does with its group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingConfigurationArguments {
    /// Absent: its id.
    pub name: Option<String>,
    /// The image's name where `content` has no image.
    pub image_name: Option<String>,
    pub content: ScalingContent,
    pub activation: Activation,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What a call about a configuration does to its group; absent members leave it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    /// Whether the group launches from this configuration.
    pub active: Option<bool>,
    /// Whether the group launches at all.
    pub enable: Option<bool>,
    /// The configuration that becomes active instead of this one.
    pub substitute: Option<ScalingConfigurationId>,
}

api_enum! {
    /// What the value of a scaling rule means (G20).
    pub enum AdjustmentType {
        QuantityChangeInCapacity => "adds the value to the capacity",
        PercentChangeInCapacity => "changes the capacity by this percentage",
        TotalCapacity => "makes the value the capacity",
    }
}

/// What a scaling rule does to the capacity of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingAdjustment {
    pub adjustment_type: AdjustmentType,
    pub value: i32,
    /// The least change of a percentage, in units; absent: 1.
    pub min_magnitude: Option<u32>,
}

/// `CreateScalingRule`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CreateScalingRuleRequest {
    pub scaling_group_id: Option<ScalingGroupId>,
    /// Absent: its id.
    pub name: Option<String>,
    /// Absent for rules that follow a metric.
    pub adjustment: Option<ScalingAdjustment>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to make of a scaling rule; all of it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyScalingRuleRequest {
    pub scaling_rule_id: ScalingRuleId,
    pub name: Option<String>,
    pub adjustment: Option<ScalingAdjustment>,
    pub configuration: String,
}

/// A scaling rule as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScalingRule {
    pub scaling_rule_id: ScalingRuleId,
    pub scaling_group_id: ScalingGroupId,
    pub scaling_rule_name: String,
    /// What alarms name to execute it.
    pub ari: String,
    pub adjustment: Option<ScalingAdjustment>,
    pub configuration: String,
}

/// Which scaling rules to list; absent filters match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeScalingRulesRequest {
    /// Ids that do not exist are simply not in the reply.
    pub scaling_rule_ids: Option<BTreeSet<ScalingRuleId>>,
    pub scaling_group_id: Option<ScalingGroupId>,
}

/// A scaling group as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScalingGroup {
    pub scaling_group_id: ScalingGroupId,
    /// Whether it launches instances.
    pub is_enabled: bool,
    pub active_configuration_id: Option<ScalingConfigurationId>,
    /// The living ones, by launch index.
    pub instances: Vec<Instance>,
    /// Rows of the latest pass that a call ran (G6).
    pub launch_results: Vec<LaunchResult>,
    /// Units that the living instances deliver.
    pub fulfilled_capacity: Decimal,
    /// Of the living instances, at launch prices (G8).
    pub hourly_cost: Decimal,
    pub create_time: Time,
    /// What the caller should know although the call succeeded.
    pub warnings: Vec<String>,
    /// The request with later changes.
    pub request: CreateScalingGroupRequest,
}

/// What the execution of a scaling rule did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScalingRuleExecution {
    /// The group afterwards.
    pub group: ScalingGroup,
    /// Its desired capacity before.
    pub desired_before: Option<u32>,
    /// The instances that were launched or released.
    pub changed_instance_ids: BTreeSet<InstanceId>,
    pub time: Time,
}

impl ScalingRuleExecution {
    /// Whether the group differs from what it was.
    #[must_use]
    pub fn has_changed_anything(&self) -> bool {
        !self.changed_instance_ids.is_empty() || self.desired_before != self.group.request.sizes.desired
    }
}

/// A scaling configuration as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScalingConfiguration {
    pub scaling_configuration_id: ScalingConfigurationId,
    pub scaling_group_id: ScalingGroupId,
    pub scaling_configuration_name: String,
    pub is_active: bool,
    pub create_time: Time,
    pub content: ScalingContent,
    /// What the caller should know of the group although the call succeeded.
    pub warnings: Vec<String>,
    pub configuration: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteScalingGroupRequest {
    pub scaling_group_id: ScalingGroupId,
    /// Deletes a group that has instances, and releases them.
    pub force_delete: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteScalingConfigurationRequest {
    pub scaling_configuration_id: ScalingConfigurationId,
    /// Deletes the last configuration of a group together with the group and its instances.
    pub with_group: bool,
}

/// Which scaling groups to list; absent filters match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeScalingGroupsRequest {
    /// Ids that do not exist are simply not in the reply.
    pub scaling_group_ids: Option<BTreeSet<ScalingGroupId>>,
    pub name: Option<String>,
}

/// Which scaling configurations to list; absent filters match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeScalingConfigurationsRequest {
    /// Ids that do not exist are simply not in the reply.
    pub scaling_configuration_ids: Option<BTreeSet<ScalingConfigurationId>>,
    pub scaling_group_id: Option<ScalingGroupId>,
}

impl AdjustmentType {
    /// The values that the service takes.
    #[must_use]
    pub const fn values(self) -> RangeInclusive<i32> {
        match self {
            Self::QuantityChangeInCapacity => -1_000..=1_000,
            Self::PercentChangeInCapacity => -100..=10_000,
            Self::TotalCapacity => 0..=2_000,
        }
    }
}

impl RemovalPolicy {
    /// What counts where no policy is named.
    pub const USUAL: [Self; 2] = [Self::OldestScalingConfiguration, Self::OldestInstance];
}

impl GroupSizes {
    /// Units below which the group launches.
    #[must_use]
    pub fn least(&self) -> u32 {
        self.desired.unwrap_or(self.min)
    }

    /// Units above which the group releases.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.desired.unwrap_or(self.max)
    }
}

/// The units of a number of units that are pay-as-you-go: a base, and of the units above it this percentage, rounded up
/// (G17).
#[must_use]
pub fn pay_as_you_go_units(units: u32, base: u32, percentage: u32) -> u32 {
    let base = base.min(units);
    let above = (u64::from(units - base) * u64::from(percentage.min(100))).div_ceil(100);
    base + u32::try_from(above).unwrap_or(units - base)
}

impl ScalingTemplate {
    /// What names a version by number, or the default one.
    #[must_use]
    pub fn reference(&self, latest: u32) -> LaunchTemplateReference {
        let version = match self.version {
            TemplateVersion::Default => None,
            TemplateVersion::Latest => Some(latest),
            TemplateVersion::Number(number) => Some(number),
        };
        LaunchTemplateReference { launch_template_id: self.launch_template_id.clone(), version }
    }
}

impl ScalingContent {
    /// The price limits of named types, as a configuration lists them apart from the types.
    pub fn set_price_limits(&mut self, limits: &BTreeMap<InstanceTypeName, Decimal>) {
        for named in &mut self.instance_types {
            named.spot_price_limit = limits.get(&named.instance_type).copied();
        }
    }
}
