//! What people ask of a world by hand, and what they are shown of it.

use std::sync::Arc;

use super::Activity;
use crate::base::clock::Span;
use crate::base::{Decimal, InstanceTypeName, RegionId, Time, ZoneId};
use crate::market::MarketChange;
use crate::market::scenario::{Scenario, Selector};

/// What exists in every region, and the market of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeWorldRequest {
    /// Only these pools of the market; absent members match everything.
    pub pools: Selector,
}

/// What time brings to a fork of a world.
#[derive(Clone, Debug)]
pub struct ForkRequest {
    /// Not negative.
    pub advance_by: Span,
    /// What the cloud is like meanwhile; the caller's own scenario if absent.
    pub scenario: Option<Arc<Scenario>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldOverview {
    pub clock: Time,
    /// What is sold in the cloud's region, and what is in use in any: by zone and type.
    pub pools: Vec<PoolOverview>,
    /// Groups and reservations of all regions, by region and creation.
    pub fleets: Vec<FleetOverview>,
    /// Networks and their neighbours of all regions, by region and creation; the default ones are not among them.
    pub resources: Vec<ResourceOverview>,
    /// The changes of the market that are in force, the oldest first (W10).
    pub market_changes: Vec<MarketChange>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolOverview {
    pub region_id: RegionId,
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    pub pay_as_you_go: PoolSide,
    pub spot: PoolSide,
}

/// One billing of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSide {
    /// What the market lets people have at once, those in use included.
    pub supply: u32,
    pub in_use: u32,
    pub hourly_price: Decimal,
}

impl PoolSide {
    /// Free instances, never below 0.
    #[must_use]
    pub const fn available(&self) -> u32 {
        self.supply.saturating_sub(self.in_use)
    }
}

/// A group or a reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetOverview {
    pub region_id: RegionId,
    pub id: String,
    /// `group`, `reservation`, `scaling_group`.
    pub kind: String,
    pub name: Option<String>,
    /// `active`, `submitted`, `inactive`, `expired`, or `left`: deleted, and instances of it keep running.
    pub status: String,
    /// In units; a reservation's are instances.
    pub target_capacity: u32,
    pub fulfilled_capacity: Decimal,
    /// Living instances.
    pub instances: u32,
    pub hourly_cost: Decimal,
    pub create_time: Time,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceOverview {
    pub region_id: RegionId,
    /// As the world's table names it: `vpc`, `vswitch`, `security_group`, ….
    pub kind: String,
    pub id: String,
    pub name: Option<String>,
}

/// Where time is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockTarget {
    To(Time),
    /// From the world's own time on.
    By(Span),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockAdvance {
    pub from: Time,
    pub to: Time,
    /// What happened on the way, oldest first.
    pub activities: Vec<Activity>,
}

/// How much there is in a world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorldContents {
    /// Scaling groups are among them.
    pub groups: u32,
    pub reservations: u32,
    /// Living ones.
    pub instances: u32,
    /// Networks and their neighbours.
    pub resources: u32,
}

impl WorldContents {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeWorldHistoryRequest {
    /// Pools whose prices are wanted; with zone and type a pool without instances is shown too.
    pub pools: Selector,
    pub region_id: Option<RegionId>,
}

/// From the start of the world to its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldHistory {
    pub clock: Time,
    /// By zone and type.
    pub pools: Vec<PoolHistory>,
    /// In the order in which they first did something.
    pub fleets: Vec<FleetHistory>,
    /// Oldest first.
    pub activities: Vec<Activity>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolHistory {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    /// The first, and one per change.
    pub prices: Vec<PoolPrice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolPrice {
    pub time: Time,
    pub pay_as_you_go: Decimal,
    pub spot: Decimal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetHistory {
    pub id: String,
    /// Absent too where it is gone.
    pub name: Option<String>,
    /// Units wanted; absent where it is gone.
    pub target_capacity: Option<u32>,
    /// Living instances from a moment on, one entry per change.
    pub instances: Vec<(Time, u32)>,
}
