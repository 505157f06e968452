//! What people ask of a world by hand, and what they are shown of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Activity, Cost, Costs, LaunchResult, Tags};
use crate::base::clock::Span;
use crate::base::order::Order;
use crate::base::step_function::value_at;
use crate::base::{Billing, Decimal, InstanceTypeName, RegionId, Time, ZoneId};
use crate::market::scenario::{Scenario, Selector};
use crate::market::{MarketChange, PoolEvent, ScenarioDocument};

/// What exists in every region, and the market of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeWorldRequest {
    /// Only these pools of the market; absent members match everything.
    pub pools: Selector,
    pub scope: PoolScope,
}

/// Which pools are shown beside those that are in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PoolScope {
    /// What the cloud's region sells.
    #[default]
    Region,
    /// What this region sells.
    Of(RegionId),
    /// What the regions sell that have fleets; the cloud's region where none has.
    RegionsOfFleets,
    /// What the cloud's region sells, and those that have fleets.
    Everything,
    /// What fleets could launch from; a pool that is in use is a fleet's.
    Fleets,
}

/// The scenario of a fork, with the text that the fork remembers; without a text it is to work without one.
#[derive(Clone, Debug)]
pub struct ForkScenario {
    pub scenario: Arc<Scenario>,
    pub document: Option<Arc<ScenarioDocument>>,
}

/// What time brings to a fork of a world.
#[derive(Clone, Debug)]
pub struct ForkRequest {
    /// Not negative.
    pub advance_by: Span,
    /// What the cloud is like in the fork; if absent the caller's own scenario, or the one that the world remembers if
    /// the caller has none.
    pub scenario: Option<ForkScenario>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldOverview {
    pub clock: Time,
    /// What the scope says, and what is in use in any region: by zone and type.
    pub pools: Vec<PoolOverview>,
    /// The regions that `pools` and `more_pools` are about.
    pub regions: Vec<RegionId>,
    /// Pools that these regions sell and that are not among `pools`.
    pub more_pools: u32,
    /// Groups and reservations of all regions, by region and creation.
    pub fleets: Vec<FleetOverview>,
    /// VPCs, vSwitches and other objects that are not instances, by region and creation, without the default ones.
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
    /// What a group's units would cost at best, as of its latest pass (G8); 0 for other fleets.
    pub optimal_hourly_cost: Decimal,
    pub create_time: Time,
    /// In real time; absent where an earlier release made it.
    pub made_at: Option<Time>,
    /// Those in use first, then those that it could launch from.
    pub pools: Vec<UsablePool>,
    /// Of its latest pass that a call ran.
    pub launch_results: Vec<LaunchResult>,
}

/// A pool that a fleet uses or could launch from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsablePool {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    pub billing: Billing,
    /// The highest spot price that the fleet pays.
    pub ceiling: Option<Decimal>,
    /// Of this fleet, holding stock.
    pub instances: u32,
}

impl UsablePool {
    /// Whether both are one billing of one pool.
    #[must_use]
    pub fn is_same_pool(&self, other: &Self) -> bool {
        let name = |of: &Self| (of.zone_id.clone(), of.instance_type.clone(), of.billing);
        name(self) == name(other)
    }
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
    /// VPCs, vSwitches and other objects that are not instances.
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
    /// The pools whose prices are asked for; with zone and type a pool without instances is shown too.
    pub pools: Selector,
    pub region_id: Option<RegionId>,
}

/// From the start of the world to its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldHistory {
    pub clock: Time,
    /// Sorted by zone and type.
    pub pools: Vec<PoolHistory>,
    /// In the order of their creation.
    pub fleets: Vec<FleetHistory>,
    /// Of the whole time, all fleets.
    pub cost: Cost,
    /// Oldest first.
    pub activities: Vec<Activity>,
}

/// All that a page about a world shows, of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldReport {
    /// With the pools that fleets could use.
    pub overview: WorldOverview,
    pub history: WorldHistory,
    pub costs: Costs,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolHistory {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    /// The first, and one per change.
    pub prices: Vec<PoolPrice>,
    /// Free spot instances from each hour on, one entry per change.
    pub free_spot: Vec<(Time, u32)>,
    /// What the scenario and people did to the pool, by time.
    pub market_events: Vec<PoolEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolPrice {
    pub time: Time,
    pub pay_as_you_go: Decimal,
    pub spot: Decimal,
}

/// A fleet from its creation on; deleted ones are among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FleetHistory {
    pub id: String,
    /// `group`, `reservation`, `scaling_group`, `instance`.
    pub kind: String,
    pub name: Option<String>,
    /// Its target in units; absent if it is deleted.
    pub target_capacity: Option<u32>,
    /// The target in units from a time on, one entry per change: 0 outside of a group's window, and once it is deleted.
    pub targets: Vec<(Time, u32)>,
    /// Instances that hold stock from a moment on, one entry per change.
    pub instances: Vec<(Time, u32)>,
    /// The units that they deliver.
    pub units: Vec<(Time, Decimal)>,
    /// How many instances the market, events or people took, and when.
    pub lost: Vec<(Time, u32)>,
    /// How many instances were launched after the first launch, and when.
    pub replaced: Vec<(Time, u32)>,
    pub cost: Cost,
}

/// A period in which a fleet delivered fewer units than its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortagePeriod {
    pub from: Time,
    /// Absent while it lasts.
    pub to: Option<Time>,
    /// The most units that were missing.
    pub missing: Decimal,
    pub target: u32,
}

impl FleetHistory {
    /// The periods in which it delivered fewer units than its target, oldest first.
    #[must_use]
    pub fn shortages(&self) -> Vec<ShortagePeriod> {
        let mut times: Vec<Time> = self.targets.iter().map(|(time, _)| *time).collect();
        times.extend(self.units.iter().map(|(time, _)| *time));
        times.order();
        times.dedup();
        let mut shortages: Vec<ShortagePeriod> = Vec::new();
        let mut is_short = false;
        for time in times {
            let target = value_at(&self.targets, time).unwrap_or(0);
            let missing = Decimal::from(target) - value_at(&self.units, time).unwrap_or_default();
            match shortages.last_mut().filter(|_| is_short) {
                Some(last) if missing <= Decimal::ZERO => last.to = Some(time),
                Some(last) if missing > last.missing => (last.missing, last.target) = (missing, target),
                None if missing > Decimal::ZERO => {
                    shortages.push(ShortagePeriod { from: time, to: None, missing, target });
                }
                Some(_) | None => {}
            }
            is_short = missing > Decimal::ZERO;
        }
        shortages
    }
}

/// What is to be destroyed: the objects of these ids, or those that match all that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DestroySelection {
    pub ids: BTreeSet<String>,
    /// A pattern in which `*` stands for any text.
    pub name: Option<String>,
    /// In real time.
    pub made_before: Option<Time>,
    /// Tags that the object or, of a fleet, its instances carry; in a value `*` stands for any text.
    pub tags: Tags,
}

/// Something in a world that calls made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldObject {
    pub region_id: RegionId,
    /// As the world's tables name it: `group`, `vpc`; the type of a stand-in.
    pub kind: String,
    pub id: String,
    pub name: Option<String>,
    /// In real time; absent where an earlier release made it.
    pub made_at: Option<Time>,
    /// Whether instances belong to it.
    pub is_fleet: bool,
    /// The id that the world's tables have, which differs from `id` for stand-ins alone.
    pub(crate) key: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DestroyOutcome {
    /// In the order in which they went.
    pub destroyed: Vec<WorldObject>,
    /// Those that stay because something is in them.
    pub kept: Vec<KeptObject>,
    /// How many other objects the selection left out.
    pub unmatched: usize,
    /// Instances that were released, lost ones included.
    pub instances: usize,
    pub activities: Vec<Activity>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptObject {
    pub object: WorldObject,
    /// An id, or a number of instances.
    pub holds: String,
}

/// How much there is in one of several worlds, and when it was last changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldSummary {
    pub clock: Time,
    pub contents: WorldContents,
    /// When the oldest object was made, in real time.
    pub made_at: Option<Time>,
}
