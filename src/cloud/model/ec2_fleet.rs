//! EC2's fleets: what is asked of them and what they answer. A fleet is kept as a group with options (G21).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    AutoProvisioningGroup, Capacity, CreateAutoProvisioningGroupRequest, Ec2FleetKind, ExcessCapacityTerminationPolicy,
    GroupType, InstanceRequirements, InterruptionBehavior, LaunchConfiguration, LaunchTemplateContent, Tags, text,
};
use crate::alloc::{AllocationStrategy, Strategy};
use crate::base::collect::IntoOrdered;
use crate::base::{
    ApiEnum, Billing, Decimal, GroupId, ImageId, InstanceId, InstanceTypeName, Time, UnknownName, VSwitchId, ZoneId,
    api_enum,
};

/// `CreateFleet`, and `RequestSpotFleet`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CreateFleetRequest {
    /// Left out where it is the default, so that ids stay what they are (W3).
    #[serde(skip_serializing_if = "is_default")]
    pub kind: Ec2FleetKind,
    pub fleet_type: GroupType,
    pub capacity: Capacity,
    /// What the capacity counts; anything but units needs configs with requirements alone.
    pub unit: FleetUnit,
    pub spot: FleetSpotOptions,
    pub on_demand: FleetOnDemandOptions,
    pub excess_capacity_termination_policy: ExcessCapacityTerminationPolicy,
    pub terminate_instances_with_expiration: bool,
    pub valid_from: Option<Time>,
    pub valid_until: Option<Time>,
    /// At least one.
    pub configs: Vec<FleetLaunchTemplateConfig>,
    pub tags: Tags,
    /// Beside those of the launch template; fleets of type `instant` only.
    pub instance_tags: Tags,
    #[serde(skip)]
    pub client_token: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    #[serde(skip)]
    pub configuration: String,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FleetSpotOptions {
    pub strategy: FleetSpotStrategy,
    /// `lowest-price` only.
    pub pools_to_use: Option<u32>,
    pub interruption_behavior: InterruptionBehavior,
    pub limits: FleetMarketLimits,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FleetOnDemandOptions {
    pub strategy: FleetOnDemandStrategy,
    pub limits: FleetMarketLimits,
}

/// The limits of the capacity of one billing (G23).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetMarketLimits {
    /// All of it is of one type; `instant` only.
    pub single_instance_type: bool,
    /// All of it is in one zone; `instant` only.
    pub single_availability_zone: bool,
    /// In units; below it nothing is launched. `instant` only.
    pub min_target_capacity: Option<u32>,
    /// The most that its instances may cost an hour in all.
    #[serde(with = "text::optional_decimal")]
    pub max_total_price: Option<Decimal>,
}

/// What is launched from one template, and in which pools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FleetLaunchTemplateConfig {
    pub template: LaunchTemplateContent,
    /// Empty: the template says type and zone.
    pub overrides: Vec<FleetOverride>,
}

/// What one override says differently from its template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FleetOverride {
    pub instance_type: Option<InstanceTypeName>,
    /// Instead of a type: all types that have these attributes.
    pub requirements: Option<InstanceRequirements>,
    pub vswitch_id: Option<VSwitchId>,
    pub zone_id: Option<ZoneId>,
    #[serde(with = "text::optional_decimal")]
    pub weighted_capacity: Option<Decimal>,
    /// Per unit and hour, for spot.
    #[serde(with = "text::optional_decimal")]
    pub max_price: Option<Decimal>,
    /// 0 is the highest, absent the last.
    pub priority: Option<u32>,
    /// `instant` only.
    pub image_id: Option<ImageId>,
}

api_enum! {
    /// What the capacity of a fleet counts (G24).
    pub enum FleetUnit: default Units {
        Units = "units",
        Vcpu = "vcpu",
        MemoryMib = "memory-mib",
    }
}

api_enum! {
    /// Which pools give the spot units of a fleet (G22).
    pub enum FleetSpotStrategy: default LowestPrice {
        LowestPrice = AllocationStrategy::LowestPrice.name(),
        Diversified = AllocationStrategy::Diversified.name(),
        CapacityOptimized = AllocationStrategy::CapacityOptimized.name(),
        CapacityOptimizedPrioritized = AllocationStrategy::CapacityOptimizedPrioritized.name(),
        PriceCapacityOptimized = AllocationStrategy::PriceCapacityOptimized.name(),
    }
}

api_enum! {
    /// Which pools give the on-demand units of a fleet (G22).
    pub enum FleetOnDemandStrategy: default LowestPrice {
        LowestPrice = AllocationStrategy::LowestPrice.name(),
        Prioritized = AllocationStrategy::Prioritized.name(),
    }
}

/// A strategy of a fleet by its name, also in the spelling of spot fleets: `lowestPrice`.
///
/// # Errors
/// A text that is none of the names.
pub fn fleet_strategy<E: ApiEnum>(name: &str) -> Result<E, UnknownName> {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    E::parse(&kebab)
}

/// What becomes of interrupted instances; one that hibernates is a stopped one here.
#[must_use]
pub fn fleet_interruption(name: Option<&str>) -> InterruptionBehavior {
    match name {
        Some("stop" | "hibernate") => InterruptionBehavior::Stop,
        _ => InterruptionBehavior::Terminate,
    }
}

/// What makes a group a fleet of EC2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetOptions {
    pub fleet_id: GroupId,
    pub spot_strategy: FleetSpotStrategy,
    pub on_demand_strategy: FleetOnDemandStrategy,
    pub spot_limits: FleetMarketLimits,
    pub on_demand_limits: FleetMarketLimits,
    #[serde(default)]
    pub unit: FleetUnit,
    /// Where each of the group's configs comes from.
    pub origins: Vec<FleetPoolOrigin>,
    /// What the templates of the further configs say, by the index of the config; the group's launch configuration is
    /// that of the first.
    #[serde(default)]
    pub further_launches: BTreeMap<usize, LaunchConfiguration>,
    /// Pools that price protection keeps from one billing (G24).
    pub price_protected: BTreeSet<(Billing, ZoneId, InstanceTypeName)>,
}

/// Which template and which override a pool was made of, by their index in the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetPoolOrigin {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    pub config: usize,
    pub override_index: Option<usize>,
}

impl CreateAutoProvisioningGroupRequest {
    /// What the instances of a pool are launched with: in a fleet of EC2 what their own template says (G21).
    #[must_use]
    pub fn launch_of_pool(&self, zone_id: &str, instance_type: &str) -> &LaunchConfiguration {
        let origin = self.fleet.as_ref().and_then(|options| options.origin(zone_id, instance_type));
        self.launch_from(origin)
    }

    /// The same of the pool of a config.
    #[must_use]
    pub fn launch_of_config(&self, index: usize) -> &LaunchConfiguration {
        self.launch_from(self.fleet.as_ref().and_then(|options| options.origins.get(index)))
    }

    fn launch_from(&self, origin: Option<&FleetPoolOrigin>) -> &LaunchConfiguration {
        let further = self.fleet.as_ref().zip(origin);
        let further = further.and_then(|(options, origin)| options.further_launches.get(&origin.config));
        further.unwrap_or(&self.launch_configuration)
    }

    /// Everything that instances are launched with, the first template's before the others'.
    pub fn launches(&self) -> impl Iterator<Item = &LaunchConfiguration> {
        let further = self.fleet.iter().flat_map(|options| options.further_launches.values());
        std::iter::once(&self.launch_configuration).chain(further)
    }
}

impl FleetOptions {
    #[must_use]
    pub const fn limits(&self, billing: Billing) -> &FleetMarketLimits {
        match billing {
            Billing::PayAsYouGo => &self.on_demand_limits,
            Billing::Spot => &self.spot_limits,
        }
    }

    /// The strategy of one billing's pass (G22).
    #[must_use]
    pub fn strategy(&self, billing: Billing, spot_pools_to_use: Option<u32>) -> Strategy {
        match (billing, self.on_demand_strategy, self.spot_strategy) {
            (Billing::PayAsYouGo, FleetOnDemandStrategy::Prioritized, _) => Strategy::Prioritized,
            (Billing::PayAsYouGo, FleetOnDemandStrategy::LowestPrice, _) => Strategy::LowestUnitPrice,
            (Billing::Spot, _, FleetSpotStrategy::LowestPrice) => {
                let several = spot_pools_to_use.filter(|count| *count > 1);
                several.map_or(Strategy::LowestUnitPrice, Strategy::LowestPricePools)
            }
            // All pools evenly, whatever their zones.
            (Billing::Spot, _, FleetSpotStrategy::Diversified) => Strategy::LowestPricePools(u32::MAX),
            (Billing::Spot, _, FleetSpotStrategy::CapacityOptimized) => Strategy::CapacityOptimized,
            (Billing::Spot, _, FleetSpotStrategy::CapacityOptimizedPrioritized) => {
                Strategy::CapacityOptimizedPrioritized
            }
            (Billing::Spot, _, FleetSpotStrategy::PriceCapacityOptimized) => Strategy::PriceCapacityOptimized,
        }
    }

    /// Where a pool comes from.
    #[must_use]
    pub fn origin(&self, zone_id: &str, instance_type: &str) -> Option<&FleetPoolOrigin> {
        let is_it = |origin: &&FleetPoolOrigin| {
            origin.zone_id.as_str() == zone_id && origin.instance_type.as_str() == instance_type
        };
        self.origins.iter().find(is_it)
    }

    /// The pools that come from a config.
    #[must_use]
    pub fn pools_of(&self, config: usize) -> BTreeSet<(ZoneId, InstanceTypeName)> {
        let of_it = self.origins.iter().filter(|origin| origin.config == config);
        of_it.map(|origin| (origin.zone_id.clone(), origin.instance_type.clone())).into_set()
    }
}

/// A fleet as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ec2Fleet {
    pub fleet_id: GroupId,
    pub state: FleetState,
    /// With its instances; that of a deleted fleet has none.
    pub group: AutoProvisioningGroup,
    /// Living instances by pool, in the order of launch.
    pub instances: Vec<FleetInstances>,
    /// A row for each pool that gave too little in the latest pass that a call ran.
    pub errors: Vec<FleetError>,
}

/// Living instances of one pool and billing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetInstances {
    pub pool: FleetPool,
    pub instance_ids: Vec<InstanceId>,
}

/// Why a pool gave nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetError {
    pub pool: FleetPool,
    pub code: &'static str,
    pub message: String,
}

/// A pool of a fleet in one billing, and where the request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetPool {
    pub instance_type: InstanceTypeName,
    pub zone_id: ZoneId,
    pub billing: Billing,
    pub config: usize,
    pub override_index: Option<usize>,
}

impl FleetPool {
    pub(crate) fn of(
        options: &FleetOptions,
        zone_id: &ZoneId,
        instance_type: &InstanceTypeName,
        billing: Billing,
    ) -> Self {
        let origin = options.origin(zone_id.as_str(), instance_type.as_str());
        Self {
            instance_type: instance_type.clone(),
            zone_id: zone_id.clone(),
            billing,
            config: origin.map_or(0, |origin| origin.config),
            override_index: origin.and_then(|origin| origin.override_index),
        }
    }
}

api_enum! {
    /// The state of the fleet.
    pub enum FleetState {
        Submitted = "submitted",
        Active = "active",
        /// Its instances keep running.
        DeletedRunning = "deleted_running",
        DeletedTerminating = "deleted_terminating",
    }
}

/// `DeleteFleets` or `CancelSpotFleetRequests` for one fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteFleetRequest {
    pub fleet_id: GroupId,
    pub terminate_instances: bool,
}

/// The state of a fleet before and after its deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeletedFleet {
    pub previous: FleetState,
    pub current: FleetState,
}

/// `ModifyFleet` or `ModifySpotFleetRequest`; absent members stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyFleetRequest {
    pub fleet_id: GroupId,
    pub capacity: Option<Capacity>,
    pub excess_capacity_termination_policy: Option<ExcessCapacityTerminationPolicy>,
}
