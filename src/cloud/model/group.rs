//! Auto provisioning groups: what is asked of them and what they answer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::modification::modifiable_request;
use super::{FleetOptions, Instance, InstanceListChange, SpotStrategy, Tags, text};
use crate::alloc::AllocationStrategy;
use crate::base::{
    Billing, Decimal, GroupId, ImageId, InstanceId, InstanceTypeName, KeyPairName, LaunchTemplateId, SecurityGroupId,
    Time, VSwitchId, ZoneId, api_enum, counted_id,
};

modifiable_request! {
    /// `CreateAutoProvisioningGroup`, also what `simcloud_launch_forecast` asks.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub struct CreateAutoProvisioningGroupRequest {
        [modify]
        pub name: Option<String>,
        pub description: Option<String>,
        pub group_type: GroupType,
        [modify]
        pub capacity: Capacity,
        /// In units; `instant` only.
        pub min_target_capacity: Option<u32>,
        pub pay_as_you_go_strategy: PayAsYouGoAllocationStrategy,
        pub spot_strategy: SpotAllocationStrategy,
        pub spot_pools_to_use: Option<u32>,
        pub interruption_behavior: InterruptionBehavior,
        #[serde(with = "text::optional_decimal")]
        [modify]
        pub max_spot_price: Option<Decimal>,
        [modify]
        pub excess_capacity_termination_policy: ExcessCapacityTerminationPolicy,
        [modify]
        pub terminate_instances: bool,
        [modify]
        pub terminate_instances_with_expiration: bool,
        pub valid_from: Option<Time>,
        pub valid_until: Option<Time>,
        pub launch_template: Option<LaunchTemplateReference>,
        /// In the order of the configuration, at least one. Living instances keep the units they were launched with when the
        /// list is modified.
        [modify]
        pub configs: Vec<LaunchTemplateConfig>,
        pub launch_configuration: LaunchConfiguration,
        /// In order of priority; overrides the launch configuration's category (N3).
        pub system_disk_categories: Vec<String>,
        /// In order of priority.
        pub data_disk_categories: Vec<String>,
        [modify]
        pub resource_group_id: Option<String>,
        [modify]
        pub tags: Tags,
        /// ASCII, at most 64 characters; absent: derived, and returned with the reply.
        pub client_token: Option<String>,
        /// Below `min_target_capacity`: a group of no instances that says why, instead of an error.
        [modify]
        pub accept_shortfall: bool,
        /// Stored for the caller; lost instances are replaced when [`ModifyAutoProvisioningGroupRequest::replace_lost_now`] says so.
        [modify]
        pub replace_lost: bool,
        /// The request as its author wrote it, opaque here; returned by describe.
        [modify]
        pub configuration: String,
        /// What makes the group a fleet of EC2 (G21).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub fleet: Option<Box<FleetOptions>>,
    }

    /// What to modify about a group.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ModifyAutoProvisioningGroupRequest {
        pub group_id: Option<GroupId>,
        /// Run a pass for what is missing even if no capacity changes (G10).
        pub replace_lost_now: bool,
        /// The lost instances to replace; `None` means all. Those lost since the caller looked are left out.
        pub known_lost: Option<BTreeSet<InstanceId>>,
        /// The change that a forecast announced. If the market delivers anything else: `InsufficientInstanceCapacity`, and
        /// nothing is changed (G10, G10a).
        pub expected: Option<InstanceListChange>,
    }
}

/// Target capacities in units, whole numbers (L3); `total` is at least the sum of the other two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    pub total: u32,
    pub pay_as_you_go: u32,
    pub spot: u32,
    /// Billing of total − (payg + spot).
    pub default_type: Billing,
}

api_enum! {
    /// Whether a group launches once or keeps its capacity.
    pub enum GroupType: default Maintain {
        Instant = "instant" => "makes one synchronous attempt",
        Request = "request" => "makes one attempt",
        Maintain = "maintain" => "replenishes lost and missing capacity whenever the clock moves",
    }
}

api_enum! {
    /// Which pools give the pay-as-you-go units (G5).
    pub enum PayAsYouGoAllocationStrategy: default LowestPrice {
        LowestPrice = AllocationStrategy::LowestPrice.name() => LOWEST_PRICE,
        Prioritized = AllocationStrategy::Prioritized.name() => "by `priority`",
        Optimal = AllocationStrategy::Optimal.name() => OPTIMAL,
    }
}

api_enum! {
    /// Which pools give the spot units (G5).
    pub enum SpotAllocationStrategy: default LowestPrice {
        LowestPrice = AllocationStrategy::LowestPrice.name() => LOWEST_PRICE,
        Diversified = AllocationStrategy::Diversified.name() => "all zones evenly",
        CapacityOptimized = AllocationStrategy::CapacityOptimized.name() => "those with most free instances",
        PriceCapacityOptimized = AllocationStrategy::PriceCapacityOptimized.name() => "the cheapest of those with many free instances",
        Optimal = AllocationStrategy::Optimal.name() => OPTIMAL,
    }
}

const LOWEST_PRICE: &str = "the one that is cheapest for what is missing, then the next";
const OPTIMAL: &str = "the cheapest fleet over all pools";

api_enum! {
    /// What happens to a spot instance that is reclaimed (W6).
    pub enum InterruptionBehavior: default Terminate {
        Terminate = "terminate" => "ends it",
        Stop = "stop" => "keeps it, stopped, until capacity and price allow it to start again",
    }
}

api_enum! {
    /// What happens to instances above a lowered target.
    pub enum ExcessCapacityTerminationPolicy: default NoTermination {
        NoTermination = "no-termination" => "keeps them",
        Termination = "termination" => "releases the dearest per unit first",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchTemplateReference {
    pub launch_template_id: LaunchTemplateId,
    /// Absent: the template's default version.
    pub version: Option<u32>,
}

/// One pool, or those that filters expand to (G2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchTemplateConfig {
    /// Absent: what `filters` find, or the launch template's type.
    pub instance_type: Option<InstanceTypeName>,
    pub filters: TypeFilters,
    /// One of this and `zone_id`, or both if they agree.
    pub vswitch_id: Option<VSwitchId>,
    pub zone_id: Option<ZoneId>,
    /// Units that one instance delivers, above 0; absent counts as 1.
    #[serde(with = "text::optional_decimal")]
    pub weighted_capacity: Option<Decimal>,
    /// Ceiling per instance and hour, for spot.
    #[serde(with = "text::optional_decimal")]
    pub max_price: Option<Decimal>,
    /// 0 is the highest, absent the last.
    pub priority: Option<u32>,
    pub image_id: Option<ImageId>,
}

/// Attributes that an instance type must have; empty lists match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeFilters {
    pub cores: Vec<u32>,
    /// In GiB, as their shortest text.
    pub memories: Vec<String>,
    /// `X86`, `Arm`, ….
    pub architectures: Vec<String>,
    /// `EntryLevel`, `EnterpriseLevel`, `CreditEntryLevel`.
    pub instance_family_levels: Vec<String>,
    pub burstable_performance: BurstablePerformance,
    /// Exact names, or patterns with `*`.
    pub excluded_instance_types: Vec<String>,
}

api_enum! {
    /// Whether the filters find burstable types.
    pub enum BurstablePerformance: default Include {
        Include,
        Exclude,
        Required,
    }
}

/// How the group's instances are made, as far as the simulation depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchConfiguration {
    pub image_id: Option<ImageId>,
    /// Empty: `default` (N2).
    pub security_group_ids: BTreeSet<SecurityGroupId>,
    pub system_disk_category: Option<String>,
    pub data_disk_categories: Vec<String>,
    pub key_pair_name: Option<KeyPairName>,
    #[serde(with = "text::optional_bytes")]
    pub user_data: Option<Vec<u8>>,
    /// As its author sealed it, opaque here; returned with the metadata of an instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Knows `name[1,4]suffix` sequences.
    pub instance_name: Option<String>,
    /// Above 0: instances get a public address.
    pub internet_max_bandwidth_out: u32,
    pub tags: Tags,
    /// What nothing in the simulation depends on, kept for comparison alone: canonical text by argument name.
    pub without_effect: Tags,
}

/// A group as it is now: the reply of a create and of everything that looks at it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoProvisioningGroup {
    pub group_id: GroupId,
    pub status: GroupStatus,
    pub state: GroupState,
    /// Rows of the latest pass that a create or a modify ran (G6).
    pub launch_results: Vec<LaunchResult>,
    /// Sorted by launch index; a lost instance stays in the list until it has a replacement (G10).
    pub instances: Vec<Instance>,
    /// Units that the living instances deliver.
    pub fulfilled_capacity: Decimal,
    pub fulfilled_pay_as_you_go_capacity: Decimal,
    pub fulfilled_spot_capacity: Decimal,
    pub fulfilled_vcpus: u64,
    /// Of the living instances, at launch prices (G8).
    pub hourly_cost: Decimal,
    /// The cheapest fleet of at least the same units from the same pools at the time of the latest pass (G8).
    pub optimal_hourly_cost: Decimal,
    pub create_time: Time,
    /// Of the call that made the group.
    pub request_id: String,
    pub client_token: String,
    /// Set when a shortage was accepted: nothing was launched, and why.
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    /// What the caller should know although the call succeeded (G11).
    pub warnings: Vec<String>,
    /// The request with later changes.
    pub request: CreateAutoProvisioningGroupRequest,
}

/// One row of `launch_results` (G6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchResult {
    pub instance_type: InstanceTypeName,
    pub zone_id: ZoneId,
    pub spot_strategy: SpotStrategy,
    pub amount: u32,
    #[serde(serialize_with = "counted_id::write_ids", deserialize_with = "counted_id::read_ids")]
    pub instance_ids: Vec<InstanceId>,
    pub error_code: Option<String>,
    pub error_msg: Option<String>,
}

api_enum! {
    /// The state of the group.
    pub enum GroupStatus {
        /// Its window has not begun.
        Submitted = "submitted",
        Active = "active",
        /// Its window is over.
        Deleted = "deleted",
    }
}

api_enum! {
    /// Whether a group has its capacity.
    pub enum GroupState {
        /// The target is delivered.
        Fulfilled = "fulfilled",
        /// Short, and a later pass may deliver more (`maintain`).
        PendingFulfillment = "pending-fulfillment",
        /// Short, and nothing more will be tried by itself.
        Error = "error",
    }
}

/// What a group's latest pass left, apart from its instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassResults {
    pub state: GroupState,
    pub launch_results: Vec<LaunchResult>,
    pub optimal_hourly_cost: Decimal,
}

/// A group after a change, or after the change that a forecast tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupChange {
    pub group: AutoProvisioningGroup,
    pub change: InstanceListChange,
    /// What is still missing, with the reason; empty if nothing is.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteAutoProvisioningGroupRequest {
    pub group_id: GroupId,
    /// Absent: as the group was configured.
    pub terminate_instances: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedGroup {
    pub group_id: GroupId,
    /// Living instances that the deletion terminated.
    pub terminated: u32,
    /// Living instances that keep running.
    pub kept: u32,
}

/// Which groups to list; absent filters match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeAutoProvisioningGroupsRequest {
    /// Ids that do not exist are simply not in the reply.
    pub group_ids: Option<BTreeSet<GroupId>>,
    pub name: Option<String>,
    pub group_types: Vec<GroupType>,
    pub resource_group_id: Option<String>,
    /// Groups that carry all of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeAutoProvisioningGroupInstancesRequest {
    pub group_id: GroupId,
    pub max_results: Option<u32>,
    pub next_token: Option<String>,
}

impl CreateAutoProvisioningGroupRequest {
    /// Whether the group launches once, while its caller waits.
    #[must_use]
    pub fn is_instant(&self) -> bool {
        self.group_type == GroupType::Instant
    }
}

impl Default for Capacity {
    fn default() -> Self {
        Self { total: 0, pay_as_you_go: 0, spot: 0, default_type: Self::DEFAULT_TYPE }
    }
}

impl Capacity {
    /// The billing of the gap where none is given.
    pub const DEFAULT_TYPE: Billing = Billing::Spot;

    /// Target of one billing's pass: its own, plus the gap if that is its to fill (G1).
    #[must_use]
    pub fn target(&self, billing: Billing) -> u32 {
        let own = match billing {
            Billing::PayAsYouGo => self.pay_as_you_go,
            Billing::Spot => self.spot,
        };
        let gap = self.total.saturating_sub(self.pay_as_you_go).saturating_sub(self.spot);
        if self.default_type == billing { own + gap } else { own }
    }
}

impl TypeFilters {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
