//! A world as `RULES.md` describes it: slow, plain, and written without a look at the provider's code.
//!
//! Of the provider it uses the catalogue, and the market's prices and supplies at one moment.

mod group;
mod reservation;
mod time;

use std::collections::BTreeMap;

use simcloud::base::{Billing, Decimal, Time};
use simcloud::catalogue;
use simcloud::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, GroupStatus, InstanceState,
    LaunchTemplateConfig, RunInstancesRequest, SpotStrategy,
};
use simcloud::market::scenario::Scenario;
use simcloud::market::{Market, MarketChange, MarketRules};

use crate::fraction::Fraction;
use crate::pass::{Room, Short};

pub(crate) const BILLINGS: [Billing; 2] = [Billing::PayAsYouGo, Billing::Spot];

/// One instance, also one that is lost and keeps its place.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    /// Empty until the provider has said it: ids are the provider's own.
    pub(crate) id: String,
    pub(crate) index: u32,
    pub(crate) state: InstanceState,
    pub(crate) made: Made,
    pub(crate) launch_time: Time,
    /// Which launch made it: the provider may give the instances of one launch to its places in any order.
    pub(crate) launch: u64,
    /// Whether it stands at the end of the list, where only the order of indexes is known.
    pub(crate) is_appended: bool,
}

/// What an instance is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) zone: String,
    pub(crate) instance_type: String,
    pub(crate) vswitch: String,
    pub(crate) billing: Billing,
    pub(crate) weight: Fraction,
    pub(crate) price: Decimal,
    pub(crate) ceiling: Option<Decimal>,
    pub(crate) disk: String,
    pub(crate) image: String,
    pub(crate) key: Option<String>,
    pub(crate) has_private_address: bool,
    pub(crate) has_public_address: bool,
}

/// A row of `launch_results`: zone, type, billing as spelt, amount, code.
pub(crate) type Row = (String, String, &'static str, u32, Option<&'static str>);

#[derive(Clone, Debug)]
pub(crate) struct Fleet {
    pub(crate) id: String,
    pub(crate) create_time: Time,
    pub(crate) instances: Vec<Instance>,
    pub(crate) error_code: Option<String>,
    pub(crate) kind: Kind,
    /// The group is deleted and left instances running.
    pub(crate) is_left: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Group(Box<Group>),
    Reservation(Box<RunInstancesRequest>),
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) request: CreateAutoProvisioningGroupRequest,
    pub(crate) status: GroupStatus,
    /// By billing.
    pub(crate) rows: [Vec<Row>; 2],
    pub(crate) optimal_hourly_cost: Decimal,
    /// Units that were lost and not yet replaced, by billing (G10).
    pub(crate) lost_units: [Fraction; 2],
}

#[derive(Clone, Debug)]
pub(crate) struct VSwitch {
    pub(crate) zone: String,
    pub(crate) addresses: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) scenario: Scenario,
    pub(crate) now: Time,
    pub(crate) fleets: Vec<Fleet>,
    pub(crate) vswitches: BTreeMap<String, VSwitch>,
    /// Of the market, in the order in which they were made.
    changes: Vec<MarketChange>,
    launches: u64,
}

/// What a change did to the list (G9, G10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) replaced: Vec<u32>,
    pub(crate) appended: u32,
    pub(crate) removed: Vec<u32>,
}

/// What a modification changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Modification {
    pub(crate) capacity: Option<Capacity>,
    pub(crate) configs: Option<Vec<LaunchTemplateConfig>>,
    pub(crate) max_spot_price: Option<Decimal>,
    pub(crate) policy: Option<ExcessCapacityTerminationPolicy>,
    pub(crate) replaces_lost: bool,
}

const fn at(billing: Billing) -> usize {
    match billing {
        Billing::PayAsYouGo => 0,
        Billing::Spot => 1,
    }
}

fn code_of(short: Short) -> &'static str {
    match short {
        Short::Stock => "NoInstanceStock",
        Short::Addresses => "InvalidVSwitchId.IpNotEnough",
        Short::Quota => "QuotaExceed.ElasticQuota",
    }
}

impl Instance {
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.state, InstanceState::Pending | InstanceState::Running)
    }

    /// Oldest first; of one moment by id (W6).
    fn age(&self) -> (Time, &str) {
        (self.launch_time, &self.id)
    }
}

impl Fleet {
    pub(crate) fn group(&self) -> Option<&Group> {
        match &self.kind {
            Kind::Group(group) => Some(group),
            Kind::Reservation(_) => None,
        }
    }

    fn group_mut(&mut self) -> Option<&mut Group> {
        match &mut self.kind {
            Kind::Group(group) => Some(group),
            Kind::Reservation(_) => None,
        }
    }

    fn request(&self) -> CreateAutoProvisioningGroupRequest {
        self.group().expect("a group").request.clone()
    }

    pub(crate) fn units(&self, billing: Billing) -> Fraction {
        let live = self.instances.iter().filter(|instance| instance.is_live() && instance.made.billing == billing);
        live.map(|instance| instance.made.weight).sum()
    }

    pub(crate) fn target(&self, billing: Billing) -> Fraction {
        target(&self.group().expect("a group").request.capacity, billing)
    }

    fn missing(&self, billing: Billing) -> Fraction {
        (self.target(billing) - self.units(billing)).max(Fraction::ZERO)
    }

    /// Units that are wanted again (G10).
    fn wanted(&self, billing: Billing) -> Fraction {
        self.group().expect("a group").lost_units[at(billing)].min(self.missing(billing))
    }
}

/// The target of a billing's pass (G1).
fn target(capacity: &Capacity, billing: Billing) -> Fraction {
    let own = if billing == Billing::Spot { capacity.spot } else { capacity.pay_as_you_go };
    let gap = capacity.total - capacity.pay_as_you_go - capacity.spot;
    Fraction::from(if capacity.default_type == billing { own + gap } else { own })
}

impl Model {
    pub(crate) fn new(scenario: Scenario) -> Self {
        let zones = ["cn-heyuan-a", "cn-heyuan-b"];
        let default = |zone: &str| (format!("vsw-{zone}"), VSwitch { zone: zone.to_owned(), addresses: 65_532 });
        let (fleets, changes) = (Vec::new(), Vec::new());
        Self { scenario, now: Time::START, fleets, vswitches: zones.map(default).into(), changes, launches: 0 }
    }

    fn market(&self) -> Market<'_> {
        Market::new(&self.scenario).with_changes(self.changes.clone())
    }

    /// The rules hold from now on (W10).
    pub(crate) fn change_market(&mut self, rules: MarketRules) {
        self.changes.push(MarketChange { from: self.now, until: None, rules });
    }

    /// The rules hold no longer (W10).
    pub(crate) fn reset_market(&mut self) {
        for change in &mut self.changes {
            change.until.get_or_insert(self.now);
        }
    }

    fn all(&self) -> impl Iterator<Item = &Instance> {
        self.fleets.iter().flat_map(|fleet| &fleet.instances)
    }

    fn in_use(&self, zone: &str, instance_type: &str, billing: Billing) -> u32 {
        let here = |instance: &&Instance| {
            instance.is_live()
                && instance.made.zone == zone
                && instance.made.instance_type == instance_type
                && instance.made.billing == billing
        };
        u32::try_from(self.all().filter(here).count()).unwrap()
    }

    pub(crate) fn free(&self, zone: &str, instance_type: &str, billing: Billing) -> u32 {
        let supply = self.market().supply(zone, instance_type, billing, self.now).unwrap();
        supply.saturating_sub(self.in_use(zone, instance_type, billing))
    }

    pub(crate) fn is_on_sale(&self, zone: &str, instance_type: &str) -> bool {
        self.market().offer(zone, instance_type).unwrap().is_on_sale()
    }

    fn price(&self, zone: &str, instance_type: &str, billing: Billing) -> Decimal {
        self.market().price(zone, instance_type, billing, self.now).unwrap()
    }

    pub(crate) fn free_addresses(&self, vswitch: &str) -> u64 {
        let held = |instance: &&Instance| {
            instance.state != InstanceState::Terminated
                && instance.made.has_private_address
                && instance.made.vswitch == vswitch
        };
        self.vswitches[vswitch].addresses - self.all().filter(held).count() as u64
    }

    /// vCPUs that the quota still allows; later rules win.
    fn quota_left(&self, billing: Billing) -> Option<u64> {
        let changed =
            self.changes.iter().filter(|change| change.until.is_none()).flat_map(|change| &change.rules.quotas);
        let rules: Vec<_> = self.scenario.quotas.iter().chain(changed).collect();
        let quota = rules.into_iter().rev().find(|rule| rule.charge_type.is_none_or(|of| of == billing))?.vcpus;
        let live = self.all().filter(|instance| instance.is_live() && instance.made.billing == billing);
        let used: u64 = live.map(|instance| vcpus(&instance.made.instance_type)).sum();
        Some(quota.saturating_sub(used))
    }

    fn room(&self, billing: Billing) -> Room {
        let addresses = self.vswitches.keys().map(|id| (id.clone(), self.free_addresses(id))).collect();
        Room { addresses, quota: self.quota_left(billing) }
    }
}

pub(crate) fn vcpus(instance_type: &str) -> u64 {
    catalogue::instance_type(instance_type).unwrap().vcpus.into()
}

/// How rows and instances spell the billing (G7).
pub(crate) fn spelling(billing: Billing, ceiling: Option<Decimal>) -> &'static str {
    match (billing, ceiling) {
        (Billing::PayAsYouGo, _) => "NoSpot",
        (Billing::Spot, None) => "SpotAsPriceGo",
        (Billing::Spot, Some(_)) => "SpotWithPriceLimit",
    }
}

/// As replies spell the billing of a reservation.
pub(crate) fn spelling_of(strategy: SpotStrategy) -> &'static str {
    match strategy {
        SpotStrategy::NoSpot => "NoSpot",
        SpotStrategy::SpotAsPriceGo => "SpotAsPriceGo",
        SpotStrategy::SpotWithPriceLimit => "SpotWithPriceLimit",
    }
}
