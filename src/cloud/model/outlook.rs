//! The outlook of a fleet: what it would get, cost and lose in many markets (M11–M13).

use std::collections::BTreeSet;

use super::{CreateAutoProvisioningGroupRequest, CreateFleetRequest, CreateScalingGroupRequest, ScalingContent};
use crate::alloc::AllocationStrategy;
use crate::base::clock::Span;
use crate::base::{Decimal, InstanceTypeName, Time, ZoneId};

/// What an outlook is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlookRequest {
    pub fleet: OutlookFleet,
    /// What becomes of what the world holds before the markets begin.
    pub start: OutlookStart,
    /// How many markets, from the scenario's seed upwards: 1 to [`OutlookRequest::MAX_MARKETS`].
    pub markets: u32,
    /// How long each market goes on after the launch; absent: the launch alone.
    pub horizon: Option<Span>,
    /// Whether the other strategies for spot instances are looked at too; a scaling group has a policy instead.
    pub compare_strategies: bool,
    /// How many threads work; absent: one per core. The result does not depend on it.
    pub threads: Option<usize>,
}

/// What the world holds when the markets of an outlook begin (M14).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutlookStart {
    /// Whether the instances of groups with the same name count as free.
    pub replaces_namesakes: bool,
    /// Ids of the fleets and instances that are released before anything is launched.
    pub released: BTreeSet<String>,
    /// Ids of those that are released after the launch.
    pub released_afterwards: BTreeSet<String>,
    /// The fleet itself, if it exists and is not replaced. One that the world does not hold is launched.
    pub existing: Option<ExistingFleet>,
}

/// A fleet that exists, and what is done with it in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingFleet {
    pub id: String,
    /// Absent: nothing.
    pub update: Option<FleetUpdate>,
}

/// A change of a fleet in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetUpdate {
    /// The fleet before the change, in the words of the request: what differs from it is changed.
    pub before: OutlookFleet,
    /// Whether lost instances are replaced (G10).
    pub replaces_lost: bool,
}

/// What is launched in every market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutlookFleet {
    Group(Box<CreateAutoProvisioningGroupRequest>),
    /// Instances of one type that nothing replaces or starts again, as a group of one pool per zone.
    Instances(Box<OutlookInstances>),
    /// A fleet of EC2.
    Ec2Fleet(Box<CreateFleetRequest>),
    /// A scaling group that is enabled, and what it launches from.
    ScalingGroup(Box<(CreateScalingGroupRequest, ScalingContent)>),
}

/// Instances that are launched by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlookInstances {
    pub group: CreateAutoProvisioningGroupRequest,
    /// Whether the market leaves them alone in their first hour (W6).
    pub are_protected: bool,
}

impl OutlookFleet {
    /// A fleet of EC2 has no name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Group(group) => group.name.as_deref(),
            Self::Instances(_) | Self::Ec2Fleet(_) => None,
            Self::ScalingGroup(parts) => parts.0.name.as_deref(),
        }
    }
}

impl From<CreateAutoProvisioningGroupRequest> for OutlookFleet {
    fn from(group: CreateAutoProvisioningGroupRequest) -> Self {
        Self::Group(Box::new(group))
    }
}

impl OutlookRequest {
    pub const DEFAULT_MARKETS: u32 = 200;
    pub const MAX_MARKETS: u32 = 10_000;
    pub const MAX_HORIZON: Span = Span::from_seconds(90 * 86_400);
}

/// A group in many markets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    pub markets: u32,
    /// The seed of the first market.
    pub first_seed: u64,
    /// When the group is launched.
    pub start: Time,
    pub horizon: Option<Span>,
    pub figures: OutlookFigures,
    /// Sorted by zone and type.
    pub pools: Vec<PoolOutlook>,
    /// The seed of the market in which the group fares worst.
    pub worst_market: u64,
    /// The hours by which that market is further in the record than the scenario (M10).
    pub worst_market_record_hours: u32,
    /// With the strategies to compare: one for each.
    pub strategies: Vec<StrategyOutlook>,
    /// What restricts what the markets show.
    pub warnings: Vec<String>,
}

impl Outlook {
    /// What the figures are not.
    pub const STATEMENT: &str = "This is a statement about these simulated markets, not about a cloud's odds.";
}

/// The figures of a group over all markets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlookFigures {
    /// 1 in a market in which anything was launched, 0 in one in which nothing was.
    pub launched_share: Distribution,
    /// 1 in a market in which everything that was asked was launched, 0 in the others.
    pub fulfilled_share: Distribution,
    /// Units that the launch delivers.
    pub fulfilled_capacity: Distribution,
    /// Cost per hour at the launch.
    pub hourly_cost: Distribution,
    /// Instances that were taken up to the horizon. This and what follows is absent without a horizon.
    pub lost_instances: Option<Distribution>,
    /// Delivered unit-hours of those asked.
    pub delivered_share: Option<Distribution>,
    /// The longest time without a break in which units were missing.
    pub longest_shortage_hours: Option<Distribution>,
    /// Cost from the launch to the horizon.
    pub total_cost: Option<Distribution>,
}

impl OutlookFigures {
    /// The figures by their names, in the order in which they are shown; those without a value are left out.
    #[must_use]
    pub fn by_name(&self) -> Vec<(&'static str, &Distribution)> {
        let figures = [
            ("launched_share", Some(&self.launched_share)),
            ("fulfilled_share", Some(&self.fulfilled_share)),
            ("fulfilled_capacity", Some(&self.fulfilled_capacity)),
            ("hourly_cost", Some(&self.hourly_cost)),
            ("lost_instances", self.lost_instances.as_ref()),
            ("delivered_share", self.delivered_share.as_ref()),
            ("longest_shortage_hours", self.longest_shortage_hours.as_ref()),
            ("total_cost", self.total_cost.as_ref()),
        ];
        figures.into_iter().filter_map(|(name, figure)| Some((name, figure?))).collect()
    }

    /// Every name of [`Self::by_name`].
    pub const NAMES: [&str; 8] = [
        "launched_share",
        "fulfilled_share",
        "fulfilled_capacity",
        "hourly_cost",
        "lost_instances",
        "delivered_share",
        "longest_shortage_hours",
        "total_cost",
    ];
}

/// One figure over all markets. A percentile is the value of a market: the smallest that this percentage of the markets
/// does not exceed (M12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// Rounded to ten decimal places.
    pub mean: Decimal,
    pub min: Decimal,
    pub p5: Decimal,
    pub p50: Decimal,
    pub p95: Decimal,
    pub max: Decimal,
    /// The value of each market, ascending.
    pub values: Vec<Decimal>,
}

impl Distribution {
    /// The members by their names.
    #[must_use]
    pub const fn by_name(&self) -> [(&'static str, Decimal); 6] {
        [
            ("mean", self.mean),
            ("min", self.min),
            ("p5", self.p5),
            ("p50", self.p50),
            ("p95", self.p95),
            ("max", self.max),
        ]
    }
}

/// A pool over all markets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolOutlook {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    /// Of all instances that were launched, replacements included.
    pub instance_share: Decimal,
    /// The number of markets in which the launch asked the pool for more instances than it had.
    pub short_share: Decimal,
    /// The number of markets in which the launch left the pool out, for its price for example.
    pub left_out_share: Decimal,
}

/// The same group with another strategy for spot instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrategyOutlook {
    pub spot_allocation_strategy: AllocationStrategy,
    pub figures: OutlookFigures,
}
