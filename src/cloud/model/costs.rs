//! What instances cost over simulated time.

use std::collections::BTreeSet;

use super::Tags;
use crate::base::{Decimal, InstanceId, InstanceTypeName, RegionId, Time, ZoneId};
use crate::market::scenario::Selector;

/// Which costs are added up; absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeCostsRequest {
    /// Default: the start of the world.
    pub from: Option<Time>,
    /// Default, and at most: the world's time.
    pub to: Option<Time>,
    pub region_id: Option<RegionId>,
    /// Groups, reservations, scaling groups, and instances that were launched by themselves.
    pub fleet_ids: Option<BTreeSet<String>>,
    pub instance_ids: Option<BTreeSet<InstanceId>>,
    pub pools: Selector,
    /// Instances that carry all of these.
    pub tags: Tags,
}

/// Exact sums, rounded once to 20 decimal places where no decimal is exact (W13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    pub total: Decimal,
    pub pay_as_you_go: Decimal,
    pub spot: Decimal,
    /// Hours for which instances were charged.
    pub instance_hours: Decimal,
}

/// The costs of a span of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Costs {
    /// The world's time, at which the span ends at the latest.
    pub clock: Time,
    pub from: Time,
    pub to: Time,
    pub total: Cost,
    /// In the order in which they were first charged; deleted ones are among them.
    pub fleets: Vec<FleetCost>,
    /// In the order of their launch; ended ones are among them.
    pub instances: Vec<InstanceCost>,
    /// Sorted by zone and type.
    pub pools: Vec<PoolCost>,
    /// Sorted by key and value. An instance with two tags counts under both.
    pub tags: Vec<TagCost>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetCost {
    pub region_id: RegionId,
    pub id: String,
    /// `group`, `reservation`, `scaling_group`, `instance`.
    pub kind: String,
    pub name: Option<String>,
    pub cost: Cost,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceCost {
    pub region_id: RegionId,
    pub id: InstanceId,
    pub fleet_id: String,
    /// As in [`FleetCost`].
    pub fleet_kind: String,
    /// Its latest zone and type.
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    pub launch_time: Time,
    /// When it was last charged; absent while it is charged.
    pub end_time: Option<Time>,
    pub tags: Tags,
    pub cost: Cost,
}

impl InstanceCost {
    /// The id of the fleet that launched it, if that is of this kind.
    #[must_use]
    pub fn fleet_id_if(&self, kind: &str) -> Option<&str> {
        (self.fleet_kind == kind).then_some(self.fleet_id.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolCost {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    pub cost: Cost,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCost {
    pub key: String,
    /// `None`: the instances without a tag of this key, so that the lines of each key add up to the total.
    pub value: Option<String>,
    pub cost: Cost,
}
