//! A world as `RULES.md` describes it: slow, plain, and written without a look at the provider's code.
//!
//! Of the provider it uses the catalogue, and the market's prices and supplies at one moment.

use std::collections::BTreeMap;

use simcloud::base::{Billing, Decimal, Time};
use simcloud::catalogue::{self, DiskCategory};
use simcloud::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, GroupStatus, GroupType,
    InstanceState, InterruptionBehavior, LaunchTemplateConfig, PayAsYouGoAllocationStrategy, RunInstancesRequest,
    SpotAllocationStrategy, SpotStrategy,
};
use simcloud::market::scenario::{Event, EventKind, Scenario};
use simcloud::market::{Market, MarketChange, MarketRules, Sale};

use crate::fraction::Fraction;
use crate::pass::{self, Pool, Room, Short, Strategy};

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

/// The pools of a pass, what instances of each are made from, and the pools that are left out (G2).
struct Candidates {
    pools: Vec<Pool>,
    made: Vec<Made>,
    left_out: Vec<Row>,
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

    fn candidates(&self, request: &CreateAutoProvisioningGroupRequest, billing: Billing) -> Candidates {
        let mut found = Candidates { pools: Vec::new(), made: Vec::new(), left_out: Vec::new() };
        let mut seen = Vec::new();
        for config in &request.configs {
            let vswitch = config.vswitch_id.as_ref().map(ToString::to_string);
            let zone = match (&vswitch, &config.zone_id) {
                (Some(vswitch), _) => self.vswitches[vswitch].zone.clone(),
                (None, zone) => zone.as_ref().unwrap().to_string(),
            };
            let instance_type = config.instance_type.as_ref().unwrap().to_string();
            if seen.contains(&(zone.clone(), instance_type.clone())) {
                continue;
            }
            seen.push((zone.clone(), instance_type.clone()));
            let ceiling = match billing {
                Billing::PayAsYouGo => None,
                Billing::Spot => config.max_price.into_iter().chain(request.max_spot_price).min(),
            };
            let price = self.price(&zone, &instance_type, billing);
            let disk = self.disk(request, &zone, &instance_type);
            let offer = self.market().offer(&zone, &instance_type).unwrap();
            let reason = if offer.sale == Sale::Discontinued {
                Some("InstanceType.Offline")
            } else if !offer.is_on_sale() {
                Some("InvalidResourceType.NotSupported")
            } else if disk.is_none() {
                Some("InvalidInstanceType.NotSupportDiskCategory")
            } else if ceiling.is_some_and(|ceiling| price > ceiling) {
                Some("InvalidSpotPriceLimit.LowerThanPublicPrice")
            } else {
                None
            };
            let spelt = spelling(billing, ceiling);
            if let Some(code) = reason {
                found.left_out.push((zone, instance_type, spelt, 0, Some(code)));
                continue;
            }
            let weight = config.weighted_capacity.map_or(Fraction::ONE, Fraction::weight);
            let vswitch = vswitch.unwrap_or_else(|| format!("vsw-{zone}"));
            found.pools.push(Pool {
                zone: zone.clone(),
                instance_type: instance_type.clone(),
                vswitch: vswitch.clone(),
                price: price.into(),
                weight,
                vcpus: vcpus(&instance_type),
                priority: config.priority,
                free: self.free(&zone, &instance_type, billing),
            });
            let of_config = config.image_id.as_ref().filter(|_| request.group_type == GroupType::Instant);
            found.made.push(Made {
                zone,
                instance_type,
                vswitch,
                billing,
                weight,
                price,
                ceiling,
                disk: disk.unwrap(),
                image: of_config.or(request.launch_configuration.image_id.as_ref()).unwrap().to_string(),
                key: request.launch_configuration.key_pair_name.as_ref().map(ToString::to_string),
                has_private_address: true,
                has_public_address: request.launch_configuration.internet_max_bandwidth_out > 0,
            });
        }
        found
    }

    /// The system disk's category, unless the pool takes none of those that are listed (N3, G2).
    fn disk(&self, request: &CreateAutoProvisioningGroupRequest, zone: &str, instance_type: &str) -> Option<String> {
        let offer = self.market().offer(zone, instance_type).unwrap();
        let takes = |categories: &[DiskCategory], wanted: &str| categories.iter().any(|known| known.name() == wanted);
        let data = &request.data_disk_categories;
        if !data.is_empty() && !data.iter().any(|wanted| takes(&offer.data_disk_categories, wanted)) {
            return None;
        }
        let mut wanted = request.system_disk_categories.clone();
        if wanted.is_empty() {
            wanted.extend(request.launch_configuration.system_disk_category.clone());
        }
        let system = &offer.system_disk_categories;
        if !wanted.is_empty() {
            return wanted.into_iter().find(|wanted| takes(system, wanted));
        }
        self.default_disk(zone, instance_type)
    }

    fn default_disk(&self, zone: &str, instance_type: &str) -> Option<String> {
        let system = self.market().offer(zone, instance_type).unwrap().system_disk_categories;
        let usual = system.iter().find(|known| known.name() == "cloud_efficiency");
        usual.or_else(|| system.first()).map(|known| known.name().to_owned())
    }

    /// Runs a pass of one billing for so many units, and returns its rows.
    fn pass(&mut self, fleet: usize, billing: Billing, units: Fraction, done: &mut Done) -> Vec<Row> {
        let request = self.fleets[fleet].request();
        let Candidates { pools, made, left_out } = self.candidates(&request, billing);
        let strategy = strategy(&request, billing);
        let outcome = pass::run(strategy, units, &pools, &self.room(billing));
        assert!(!outcome.is_bound_only, "these worlds leave `optimal` to the rules alone");
        let mut rows = Vec::new();
        for index in &outcome.tried {
            let (pool, amount) = (&made[*index], outcome.amounts[*index]);
            let row = |amount, code| {
                let spelt = spelling(billing, pool.ceiling);
                (pool.zone.clone(), pool.instance_type.clone(), spelt, amount, code)
            };
            if amount > 0 {
                rows.push(row(amount, None));
            }
            rows.extend(outcome.short[*index].map(|short| row(0, Some(code_of(short)))));
        }
        rows.extend(left_out);
        let mut new = Vec::new();
        for (made, amount) in made.iter().zip(&outcome.amounts) {
            new.extend((0..*amount).map(|_| made.clone()));
        }
        let delivered = outcome.units(&pools);
        if let Some(group) = self.fleets[fleet].group_mut() {
            let lost = &mut group.lost_units[at(billing)];
            *lost = (*lost - delivered).max(Fraction::ZERO);
        }
        self.place(fleet, new, done);
        rows
    }

    /// Puts new instances into the lost places of their billing, and the rest at the end (G10).
    fn place(&mut self, fleet: usize, new: Vec<Made>, done: &mut Done) {
        self.launches += 1;
        let (launch, launch_time) = (self.launches, self.now);
        let instances = &mut self.fleets[fleet].instances;
        for made in new {
            let lost = instances.iter().position(|instance| {
                instance.state == InstanceState::Terminated && instance.made.billing == made.billing
            });
            let index = lost.map_or_else(
                || instances.iter().map(|instance| instance.index + 1).max().unwrap_or(0),
                |place| instances[place].index,
            );
            let instance = Instance {
                id: String::new(),
                index,
                state: InstanceState::Running,
                made,
                launch_time,
                launch,
                is_appended: lost.is_none(),
            };
            if let Some(place) = lost {
                done.replaced.push(index);
                instances[place] = instance;
            } else {
                done.appended += 1;
                instances.push(instance);
            }
        }
    }

    /// The cheapest fleet of the same units, the group's own instances counted as free (G8).
    fn find_optimum(&mut self, fleet: usize) {
        let request = self.fleets[fleet].request();
        let mut cost = Fraction::ZERO;
        for billing in BILLINGS {
            let units = self.fleets[fleet].units(billing);
            let mut pools = self.candidates(&request, billing).pools;
            for own in self.fleets[fleet].instances.iter().filter(|own| own.is_live() && own.made.billing == billing) {
                let Made { zone, instance_type, vswitch, weight, .. } = own.made.clone();
                let price = self.price(&zone, &instance_type, billing).into();
                let vcpus = vcpus(&instance_type);
                let same = pools
                    .iter_mut()
                    .find(|pool| pool.zone == zone && pool.instance_type == instance_type && pool.weight == weight);
                match same {
                    Some(pool) => pool.free += 1,
                    None => {
                        pools.push(Pool {
                            zone,
                            instance_type,
                            vswitch,
                            price,
                            weight,
                            vcpus,
                            priority: None,
                            free: 1,
                        });
                    }
                }
            }
            let chosen = pass::cheapest(&pools, units);
            let price = |(pool, count): (&Pool, &u32)| pool.price * Fraction::from(*count);
            cost = cost + pools.iter().zip(&chosen).map(price).sum();
        }
        self.fleets[fleet].group_mut().unwrap().optimal_hourly_cost = cost.shown();
    }

    /// Runs the passes that a creation or the start of a window runs; below the minimum it launches nothing, and
    /// returns the code (G6).
    fn launch_group(&mut self, fleet: usize) -> Option<&'static str> {
        let before = self.fleets[fleet].clone();
        for billing in BILLINGS {
            let target = self.fleets[fleet].target(billing);
            if target > Fraction::ZERO {
                let rows = self.pass(fleet, billing, target, &mut Done::default());
                self.fleets[fleet].group_mut().unwrap().rows[at(billing)] = rows;
            }
        }
        let request = self.fleets[fleet].request();
        let delivered: Fraction = BILLINGS.map(|billing| self.fleets[fleet].units(billing)).into_iter().sum();
        let minimum = request.min_target_capacity.filter(|_| request.group_type == GroupType::Instant);
        if minimum.is_none_or(|minimum| delivered >= Fraction::from(minimum)) {
            self.find_optimum(fleet);
            return None;
        }
        let rows = self.fleets[fleet].group().unwrap().rows.clone().map(below_minimum);
        self.fleets[fleet] = before;
        self.fleets[fleet].group_mut().unwrap().rows.clone_from(&rows);
        let first = rows.iter().flatten().next().and_then(|row| row.4);
        Some(match first {
            Some("NoInstanceStock") | None => "OperationDenied.NoStock",
            Some(code) => code,
        })
    }

    /// # Errors
    /// The code of a refusal; nothing is changed.
    pub(crate) fn create_group(&mut self, request: &CreateAutoProvisioningGroupRequest) -> Result<(), String> {
        let starts_later = request.valid_from.is_some_and(|from| from > self.now);
        let group = Group {
            request: request.clone(),
            status: if starts_later { GroupStatus::Submitted } else { GroupStatus::Active },
            rows: [Vec::new(), Vec::new()],
            optimal_hourly_cost: Decimal::ZERO,
            lost_units: [Fraction::ZERO; 2],
        };
        self.fleets.push(Fleet {
            id: String::new(),
            create_time: self.now,
            instances: Vec::new(),
            error_code: None,
            kind: Kind::Group(Box::new(group)),
            is_left: false,
        });
        let fleet = self.fleets.len() - 1;
        if starts_later {
            return Ok(());
        }
        if let Some(code) = self.launch_group(fleet) {
            if !request.accept_shortfall {
                self.fleets.pop();
                return Err(code.to_owned());
            }
            self.fleets[fleet].error_code = Some(code.to_owned());
        }
        Ok(())
    }

    pub(crate) fn modify_group(&mut self, fleet: usize, change: &Modification) -> Done {
        let mut done = Done::default();
        let before = self.fleets[fleet].request();
        let group = self.fleets[fleet].group_mut().unwrap();
        let is_active = group.status == GroupStatus::Active;
        if let Some(capacity) = change.capacity {
            group.request.capacity = capacity;
        }
        if let Some(configs) = &change.configs {
            group.request.configs.clone_from(configs);
        }
        if change.max_spot_price.is_some() {
            group.request.max_spot_price = change.max_spot_price;
        }
        if let Some(policy) = change.policy {
            group.request.excess_capacity_termination_policy = policy;
        }
        let after = group.request.clone();
        let is_change = before.capacity != after.capacity
            || before.configs != after.configs
            || before.max_spot_price != after.max_spot_price;
        if !is_active {
            return done;
        }
        if is_change {
            if after.excess_capacity_termination_policy == ExcessCapacityTerminationPolicy::Termination {
                for billing in BILLINGS {
                    self.release_excess(fleet, billing, &mut done);
                }
            }
            let missing = BILLINGS.map(|billing| self.fleets[fleet].missing(billing));
            self.apply_passes(fleet, missing, &mut done);
            self.settle(fleet, &mut done);
            self.find_optimum(fleet);
        } else if change.replaces_lost {
            let wanted = BILLINGS.map(|billing| self.fleets[fleet].wanted(billing));
            if self.apply_passes(fleet, wanted, &mut done) {
                self.settle(fleet, &mut done);
                self.find_optimum(fleet);
            }
        }
        done.replaced.sort_unstable();
        done.removed.sort_unstable();
        done
    }

    /// The passes of an apply, for so many units of each billing; returns whether there are any.
    fn apply_passes(&mut self, fleet: usize, units: [Fraction; 2], done: &mut Done) -> bool {
        let runs = units.iter().any(|units| *units > Fraction::ZERO);
        if runs {
            self.fleets[fleet].group_mut().unwrap().rows = [Vec::new(), Vec::new()];
        }
        for billing in BILLINGS {
            if units[at(billing)] > Fraction::ZERO {
                let rows = self.pass(fleet, billing, units[at(billing)], done);
                self.fleets[fleet].group_mut().unwrap().rows[at(billing)] = rows;
            }
        }
        runs
    }

    /// At most what is missing is wanted, and lost places leave the list when nothing is wanted any more (G10).
    fn settle(&mut self, fleet: usize, done: &mut Done) {
        for billing in BILLINGS {
            let missing = self.fleets[fleet].missing(billing);
            let lost = &mut self.fleets[fleet].group_mut().unwrap().lost_units[at(billing)];
            *lost = (*lost).min(missing);
            if self.fleets[fleet].wanted(billing) > Fraction::ZERO {
                continue;
            }
            self.fleets[fleet].instances.retain(|instance| {
                let stays = instance.state != InstanceState::Terminated || instance.made.billing != billing;
                if !stays {
                    done.removed.push(instance.index);
                }
                stays
            });
        }
    }

    /// Removes the dearest per unit first, the youngest first among equals (G9).
    fn release_excess(&mut self, fleet: usize, billing: Billing, done: &mut Done) {
        let of_billing = |instance: &&Instance| instance.made.billing == billing;
        let mut order: Vec<Instance> =
            self.fleets[fleet].instances.iter().filter(|i| i.is_live()).filter(of_billing).cloned().collect();
        let price = |instance: &Instance| {
            let made = &instance.made;
            Fraction::from(self.price(&made.zone, &made.instance_type, billing)) / made.weight
        };
        order.sort_by(|one, other| (price(other), other.age()).cmp(&(price(one), one.age())));
        for instance in order {
            let rest = self.fleets[fleet].units(billing) - instance.made.weight;
            if rest >= self.fleets[fleet].target(billing) {
                self.fleets[fleet].instances.retain(|kept| kept.index != instance.index);
                done.removed.push(instance.index);
            }
        }
        if self.fleets[fleet].missing(billing) == Fraction::ZERO {
            self.fleets[fleet].instances.retain(|instance| {
                let stays = instance.state != InstanceState::Stopped || instance.made.billing != billing;
                if !stays {
                    done.removed.push(instance.index);
                }
                stays
            });
        }
    }

    pub(crate) fn delete_group(&mut self, fleet: usize, terminates: bool) {
        let group = &mut self.fleets[fleet];
        group.instances.retain(|instance| instance.state != InstanceState::Terminated);
        if terminates || group.instances.is_empty() {
            self.fleets.remove(fleet);
        } else {
            group.is_left = true;
        }
    }

    pub(crate) fn delete_instance(&mut self, id: &str) {
        for fleet in &mut self.fleets {
            fleet.instances.retain(|instance| instance.id != id);
        }
        self.fleets.retain(|fleet| !fleet.is_left || !fleet.instances.is_empty());
    }

    /// # Errors
    /// The code of a refusal; nothing is changed.
    pub(crate) fn run_instances(&mut self, request: &RunInstancesRequest) -> Result<(), String> {
        let instance_type = request.instance_type.as_ref().unwrap().to_string();
        let vswitch = request.vswitch_id.as_ref().map(ToString::to_string);
        let zone = match (&vswitch, &request.zone_id) {
            (Some(vswitch), _) => self.vswitches[vswitch].zone.clone(),
            (None, Some(zone)) => zone.to_string(),
            (None, None) => self.zone_with_most(&instance_type, request.spot_strategy.billing()),
        };
        let vswitch = vswitch.unwrap_or_else(|| format!("vsw-{zone}"));
        let billing = request.spot_strategy.billing();
        let offer = self.market().offer(&zone, &instance_type).unwrap();
        let disk = match &request.system_disk_category {
            Some(wanted) => {
                let takes = offer.system_disk_categories.iter().any(|known| known.name() == wanted);
                takes.then(|| wanted.clone())
            }
            None => self.default_disk(&zone, &instance_type),
        };
        let (true, Some(disk)) = (offer.is_on_sale(), disk) else { return Err("Unsupported".to_owned()) };
        let price = self.price(&zone, &instance_type, billing);
        if request.spot_price_limit.is_some_and(|limit| limit < price) {
            return Err("SpotMaxPriceTooLow".to_owned());
        }
        let is_public = request.addressing_type == simcloud::cloud::model::AddressingType::Public;
        let made = Made {
            zone: zone.clone(),
            instance_type: instance_type.clone(),
            vswitch: vswitch.clone(),
            billing,
            weight: Fraction::ONE,
            price,
            ceiling: request.spot_price_limit,
            disk,
            image: String::new(),
            key: None,
            has_private_address: is_public,
            has_public_address: true,
        };
        let (room, code) = self.room_for(&made);
        let least: u32 = request.images.iter().map(|item| item.min_count).sum();
        let mut error_code = None;
        let counts = if room < u64::from(least) {
            if !request.accept_shortfall {
                return Err(code.to_owned());
            }
            error_code = Some(code.to_owned());
            vec![0; request.images.len()]
        } else {
            round_robin(request, room)
        };
        let state = if request.wait_for_running { InstanceState::Running } else { InstanceState::Pending };
        self.launches += 1;
        let mut instances = Vec::new();
        for (item, count) in request.images.iter().zip(counts) {
            for _ in 0..count {
                instances.push(Instance {
                    id: String::new(),
                    index: u32::try_from(instances.len()).unwrap(),
                    state,
                    made: Made {
                        image: item.image_id.to_string(),
                        key: item.key_name.as_ref().map(ToString::to_string),
                        ..made.clone()
                    },
                    launch_time: self.now,
                    launch: self.launches,
                    is_appended: false,
                });
            }
        }
        self.fleets.push(Fleet {
            id: String::new(),
            create_time: self.now,
            instances,
            error_code,
            kind: Kind::Reservation(Box::new(request.clone())),
            is_left: false,
        });
        Ok(())
    }

    /// The zone with the most free instances of a type, ties by name (R18).
    fn zone_with_most(&self, instance_type: &str, billing: Billing) -> String {
        let zones = ["cn-heyuan-a", "cn-heyuan-b"].into_iter();
        let sold = zones.filter(|zone| self.market().offer(zone, instance_type).unwrap().is_on_sale());
        let most = sold.min_by_key(|zone| (u32::MAX - self.free(zone, instance_type, billing), *zone));
        most.unwrap_or("cn-heyuan-a").to_owned()
    }

    /// How many instances can be launched, and the code of what limits them (R19).
    fn room_for(&self, made: &Made) -> (u64, &'static str) {
        let free = u64::from(self.free(&made.zone, &made.instance_type, made.billing));
        let addresses = if made.has_private_address { self.free_addresses(&made.vswitch) } else { u64::MAX };
        let quota = self.quota_left(made.billing).map_or(u64::MAX, |left| left / vcpus(&made.instance_type));
        let limits = [
            (free, "InsufficientInstanceCapacity"),
            (addresses, "InsufficientFreeAddressesInSubnet"),
            (quota, "VcpuLimitExceeded"),
        ];
        limits.into_iter().min_by_key(|(limit, _)| *limit).unwrap()
    }

    /// Replaces the lost instances of a reservation, as many as possible, by index (G10).
    pub(crate) fn replace_lost_of_reservation(&mut self, fleet: usize) -> Done {
        let Kind::Reservation(request) = self.fleets[fleet].kind.clone() else { unreachable!("a reservation") };
        let mut done = Done::default();
        let is_lost = |instance: &Instance| instance.state == InstanceState::Terminated;
        let Some(lost) = self.fleets[fleet].instances.iter().find(|instance| is_lost(instance)).cloned() else {
            return done;
        };
        let offer = self.market().offer(&lost.made.zone, &lost.made.instance_type).unwrap();
        let takes_disk = offer.system_disk_categories.iter().any(|known| known.name() == lost.made.disk);
        let price = self.price(&lost.made.zone, &lost.made.instance_type, lost.made.billing);
        let is_dear = request.spot_price_limit.is_some_and(|limit| limit < price);
        if !offer.is_on_sale() || !takes_disk || is_dear {
            return done;
        }
        let (room, _) = self.room_for(&lost.made);
        let state = if request.wait_for_running { InstanceState::Running } else { InstanceState::Pending };
        self.launches += 1;
        let (launch, launch_time) = (self.launches, self.now);
        for instance in self.fleets[fleet].instances.iter_mut().filter(|instance| is_lost(instance)) {
            if done.replaced.len() as u64 == room {
                break;
            }
            done.replaced.push(instance.index);
            let made = Made { price, ..instance.made.clone() };
            *instance = Instance { id: String::new(), state, made, launch_time, launch, ..instance.clone() };
        }
        done
    }

    pub(crate) fn release_reservation(&mut self, fleet: usize) {
        self.fleets.remove(fleet);
    }

    /// The moments in (now, target] at which something may happen (W5).
    pub(crate) fn steps(&self, target: Time) -> Vec<Time> {
        let mut steps = Vec::new();
        let mut hour = self.now.hour().next();
        while hour.start() <= target {
            steps.push(hour.start());
            hour = hour.next();
        }
        let events = self.scenario.events.iter().map(effective);
        let groups = self.fleets.iter().filter_map(Fleet::group);
        let windows = groups.flat_map(|group| [group.request.valid_from, group.request.valid_until]).flatten();
        steps.extend(events.chain(windows).filter(|time| *time > self.now && *time <= target));
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// The clock moves, which is no step by itself; what was pending runs (R16).
    pub(crate) fn move_clock(&mut self, time: Time) {
        self.now = time;
        for instance in self.fleets.iter_mut().flat_map(|fleet| &mut fleet.instances) {
            if instance.state == InstanceState::Pending {
                instance.state = InstanceState::Running;
            }
        }
    }

    /// One step of time (W5).
    pub(crate) fn step(&mut self, time: Time) {
        self.move_clock(time);
        let stopped_before: Vec<String> = self
            .all()
            .filter(|instance| instance.state == InstanceState::Stopped)
            .map(|instance| instance.id.clone())
            .collect();
        self.events();
        self.market_reclaims();
        let mut order: Vec<usize> =
            (0..self.fleets.len()).filter(|index| self.fleets[*index].group().is_some()).collect();
        order.retain(|index| !self.fleets[*index].is_left);
        order.sort_by_key(|index| (self.fleets[*index].create_time, self.fleets[*index].id.clone()));
        for fleet in &order {
            self.expire(*fleet);
        }
        for fleet in &order {
            self.start(*fleet);
        }
        for fleet in &order {
            self.restart(*fleet, &stopped_before);
        }
        for fleet in &order {
            self.replenish(*fleet);
        }
        self.fleets.retain(|fleet| !fleet.is_left || !fleet.instances.is_empty());
    }

    fn events(&mut self) {
        for event in self.scenario.events.clone() {
            if effective(&event) != self.now {
                continue;
            }
            let (pools, count, takes_all) = match &event.what {
                EventKind::ReclaimSpot { pools, count } => (pools, count, false),
                EventKind::TerminateInstances { pools, count } => (pools, count, true),
                EventKind::Stock(_) | EventKind::Prices(_) => continue,
            };
            let matches = |instance: &Instance| {
                let is_taken = instance.is_live() && (takes_all || instance.made.billing == Billing::Spot)
                    || takes_all && instance.state == InstanceState::Stopped;
                is_taken && pools.includes(&instance.made.zone, &instance.made.instance_type)
            };
            let count = count.map_or(usize::MAX, |count| count as usize);
            self.take_youngest(count, &matches, !takes_all);
        }
    }

    /// Takes the youngest that match (W6).
    fn take_youngest(&mut self, count: usize, matches: &dyn Fn(&Instance) -> bool, may_stop: bool) {
        let mut found: Vec<(Time, String)> = self
            .all()
            .filter(|instance| matches(instance))
            .map(|instance| (instance.launch_time, instance.id.clone()))
            .collect();
        found.sort();
        for (_, id) in found.into_iter().rev().take(count) {
            self.take(&id, may_stop);
        }
    }

    fn take(&mut self, id: &str, may_stop: bool) {
        for fleet in &mut self.fleets {
            let Some(place) = fleet.instances.iter().position(|instance| instance.id == id) else { continue };
            let billing = fleet.instances[place].made.billing;
            let weight = fleet.instances[place].made.weight;
            let stops = fleet
                .group()
                .is_some_and(|group| may_stop && group.request.interruption_behavior == InterruptionBehavior::Stop);
            if stops {
                fleet.instances[place].state = InstanceState::Stopped;
                continue;
            }
            fleet.instances[place].state = InstanceState::Terminated;
            if fleet.is_left {
                fleet.instances.remove(place);
            } else if let Some(group) = fleet.group_mut() {
                group.lost_units[at(billing)] = group.lost_units[at(billing)] + weight;
            }
        }
    }

    /// Reclaims spot instances, or terminates those of both billings and stopped ones; returns whether there was anything
    /// to take (W9).
    pub(crate) fn take_by_hand(&mut self, zone: Option<&str>, count: Option<u32>, terminates: bool) -> bool {
        let zone = zone.map(str::to_owned);
        let matches = move |instance: &Instance| {
            let is_taken = instance.is_live() && (terminates || instance.made.billing == Billing::Spot)
                || terminates && instance.state == InstanceState::Stopped;
            is_taken && zone.as_ref().is_none_or(|zone| instance.made.zone == *zone)
        };
        let found = self.all().any(&matches);
        self.take_youngest(count.map_or(usize::MAX, |count| count as usize), &matches, !terminates);
        self.fleets.retain(|fleet| !fleet.is_left || !fleet.instances.is_empty());
        found
    }

    /// The market takes what costs more than its limit, and what is above the supply, after the first hour (W6).
    fn market_reclaims(&mut self) {
        let now = self.now;
        let is_exposed = move |instance: &Instance| {
            let protected_until = Time::from_unix_seconds(instance.launch_time.unix_seconds() + 3_600);
            instance.is_live() && instance.made.billing == Billing::Spot && now >= protected_until
        };
        let dear: Vec<String> = self
            .all()
            .filter(|instance| is_exposed(instance))
            .filter(|instance| {
                let price = self.price(&instance.made.zone, &instance.made.instance_type, Billing::Spot);
                instance.made.ceiling.is_some_and(|ceiling| ceiling < price)
            })
            .map(|instance| instance.id.clone())
            .collect();
        for id in dear {
            self.take(&id, true);
        }
        let mut pools: Vec<(String, String)> =
            self.all().map(|i| (i.made.zone.clone(), i.made.instance_type.clone())).collect();
        pools.sort();
        pools.dedup();
        for (zone, instance_type) in pools {
            let supply = self.market().supply(&zone, &instance_type, Billing::Spot, self.now).unwrap();
            let above = self.in_use(&zone, &instance_type, Billing::Spot).saturating_sub(supply);
            let matches = move |instance: &Instance| {
                is_exposed(instance) && instance.made.zone == zone && instance.made.instance_type == instance_type
            };
            self.take_youngest(above as usize, &matches, true);
        }
    }

    fn expire(&mut self, fleet: usize) {
        let now = self.now;
        let group = self.fleets[fleet].group_mut().unwrap();
        if group.status != GroupStatus::Active || group.request.valid_until.is_none_or(|until| until > now) {
            return;
        }
        group.status = GroupStatus::Deleted;
        if group.request.terminate_instances_with_expiration {
            self.fleets[fleet].instances.clear();
        }
    }

    fn start(&mut self, fleet: usize) {
        let now = self.now;
        let group = self.fleets[fleet].group_mut().unwrap();
        if group.status != GroupStatus::Submitted || group.request.valid_from.is_none_or(|from| from > now) {
            return;
        }
        group.status = GroupStatus::Active;
        self.launch_group(fleet);
        self.fleets[fleet].group_mut().unwrap().rows = [Vec::new(), Vec::new()];
    }

    /// Starts instances that stopped at an earlier step, the oldest first, where units are lacking (W6).
    fn restart(&mut self, fleet: usize, stopped_before: &[String]) {
        if self.fleets[fleet].group().unwrap().status != GroupStatus::Active {
            return;
        }
        let mut stopped: Vec<Instance> = self.fleets[fleet]
            .instances
            .iter()
            .filter(|instance| instance.state == InstanceState::Stopped && stopped_before.contains(&instance.id))
            .cloned()
            .collect();
        stopped.sort_by(|one, other| one.age().cmp(&other.age()));
        for instance in stopped {
            let made = &instance.made;
            let price = self.price(&made.zone, &made.instance_type, Billing::Spot);
            let fits = self.fleets[fleet].missing(Billing::Spot) > Fraction::ZERO
                && self.free(&made.zone, &made.instance_type, Billing::Spot) > 0
                && self.quota_left(Billing::Spot).is_none_or(|left| left >= vcpus(&made.instance_type))
                && made.ceiling.is_none_or(|ceiling| ceiling >= price);
            if fits {
                let place = self.fleets[fleet].instances.iter().position(|other| other.id == instance.id).unwrap();
                self.fleets[fleet].instances[place].state = InstanceState::Running;
            }
        }
    }

    /// A `maintain` group launches what it lacks (G12).
    fn replenish(&mut self, fleet: usize) {
        let group = self.fleets[fleet].group().unwrap();
        if group.status != GroupStatus::Active || group.request.group_type != GroupType::Maintain {
            return;
        }
        let missing = BILLINGS.map(|billing| self.fleets[fleet].missing(billing));
        let before = self.fleets[fleet].clone();
        let mut done = Done::default();
        for billing in BILLINGS {
            if missing[at(billing)] > Fraction::ZERO {
                self.pass(fleet, billing, missing[at(billing)], &mut done);
            }
        }
        if done == Done::default() {
            self.fleets[fleet] = before;
            // A pass that launches nothing still has its optimum (G8).
            let request = self.fleets[fleet].request();
            let has_free = |billing: Billing| self.candidates(&request, billing).pools.iter().any(|pool| pool.free > 0);
            if BILLINGS.iter().any(|&billing| missing[at(billing)] > Fraction::ZERO && has_free(billing)) {
                self.find_optimum(fleet);
            }
            return;
        }
        self.settle(fleet, &mut done);
        self.find_optimum(fleet);
    }
}

/// When an event takes effect: one at `0s` that takes instances in the first second, stock and prices at once (W5).
fn effective(event: &Event) -> Time {
    let takes = matches!(event.what, EventKind::ReclaimSpot { .. } | EventKind::TerminateInstances { .. });
    let seconds = event.at.seconds();
    Time::from_unix_seconds(Time::START.unix_seconds() + if takes { seconds.max(1) } else { seconds })
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

fn strategy(request: &CreateAutoProvisioningGroupRequest, billing: Billing) -> Strategy {
    match billing {
        Billing::PayAsYouGo => match request.pay_as_you_go_strategy {
            PayAsYouGoAllocationStrategy::LowestPrice => Strategy::LowestPrice,
            PayAsYouGoAllocationStrategy::Prioritized => Strategy::Prioritized,
            PayAsYouGoAllocationStrategy::Optimal => Strategy::Optimal,
        },
        Billing::Spot => match (request.spot_strategy, request.spot_pools_to_use) {
            (SpotAllocationStrategy::LowestPrice, Some(count)) if count > 1 => Strategy::LowestPriceOf(count as usize),
            (SpotAllocationStrategy::LowestPrice, _) => Strategy::LowestPrice,
            (SpotAllocationStrategy::Diversified, _) => Strategy::Diversified,
            (SpotAllocationStrategy::CapacityOptimized, _) => Strategy::CapacityOptimized,
            (SpotAllocationStrategy::Optimal, _) => Strategy::Optimal,
        },
    }
}

/// The rows of a pass below the group's minimum: one for each pool (G6).
fn below_minimum(rows: Vec<Row>) -> Vec<Row> {
    let mut merged: Vec<Row> = Vec::new();
    for (zone, instance_type, spelt, amount, code) in rows {
        let code = if amount > 0 { Some("OperationDenied.NoStock") } else { code };
        if !merged.iter().any(|row| row.0 == zone && row.1 == instance_type) {
            merged.push((zone, instance_type, spelt, 0, code));
        }
    }
    merged
}

/// Every image its minimum, then one at a time in the order of the request (R5, R6).
fn round_robin(request: &RunInstancesRequest, room: u64) -> Vec<u32> {
    let mut counts: Vec<u32> = request.images.iter().map(|item| item.min_count).collect();
    let mut rest = room - u64::from(counts.iter().sum::<u32>());
    loop {
        let before = rest;
        for (count, item) in counts.iter_mut().zip(&request.images) {
            if rest > 0 && *count < item.max_count {
                *count += 1;
                rest -= 1;
            }
        }
        if rest == before {
            return counts;
        }
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
