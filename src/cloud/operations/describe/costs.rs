//! What instances cost over simulated time: the sum of the price of each hour, to the second (W13).

use std::collections::{BTreeMap, BTreeSet};

use crate::base::collect::IntoOrdered;
use crate::base::{Billing, Decimal, InstanceId, InstanceTypeName, Time, ZoneId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{Cost, Costs, DescribeCostsRequest, FleetCost, InstanceCost, PoolCost, TagCost, Tags};
use crate::cloud::world::{BilledFleet, PoolKey, UsagePeriod, World, is_single_instance, usage_periods};
use crate::market::PriceSteps;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// The costs of a span of simulated time, those of ended instances and deleted fleets included (W13).
    ///
    /// # Errors
    /// The span ends before it begins.
    pub fn describe_costs(&self, request: &DescribeCostsRequest) -> Result<Costs> {
        self.read(None, |world| {
            let usage = Usage::read(world)?;
            costs(world, &usage, request)
        })
    }
}

/// What was charged, and whom it belongs to.
pub(in crate::cloud) struct Usage {
    pub(in crate::cloud) periods: Vec<UsagePeriod>,
    pub(in crate::cloud) fleets: BTreeMap<String, BilledFleet>,
}

impl Usage {
    pub(in crate::cloud) fn read(world: &mut World) -> Result<Self> {
        let events = world.instance_events()?;
        let periods = usage_periods(&events, &world.running_instances()?);
        Ok(Self { periods, fleets: world.billed_fleets()? })
    }

    /// How a fleet is filed.
    pub(in crate::cloud) fn kind_of(&self, fleet_id: &str) -> &str {
        let unknown = if is_single_instance(fleet_id) { "instance" } else { "group" };
        self.fleets.get(fleet_id).map_or(unknown, |fleet| fleet.kind.as_str())
    }
}

/// The costs of what was used.
pub(in crate::cloud) fn costs(world: &World, usage: &Usage, request: &DescribeCostsRequest) -> Result<Costs> {
    let from = request.from.unwrap_or(Time::START).max(Time::START);
    if let Some(asked) = request.to.filter(|asked| *asked < from) {
        let message = format!("the costs from {from} to {asked} are of a span that ends before it begins");
        return Err(CloudError::of(Member::StartTime, codes::INVALID_PARAMETER_VALUE, message));
    }
    let (from, to) = (from.min(world.now), request.to.unwrap_or(world.now).min(world.now));
    let mut bill = Bill { world, from, to, prices: BTreeMap::new(), sums: Sums::default() };
    for period in &usage.periods {
        let fleet = usage.fleets.get(&period.fleet_id);
        let tags = fleet.and_then(|fleet| fleet.tags(period.launch_index)).cloned().unwrap_or_default();
        if is_asked_for(request, period, &tags) {
            bill.charge(period, tags);
        }
    }
    Ok(bill.into_costs(usage))
}

fn is_asked_for(request: &DescribeCostsRequest, period: &UsagePeriod, tags: &Tags) -> bool {
    request.region_id.as_ref().is_none_or(|region| period.region == *region)
        && request.fleet_ids.as_ref().is_none_or(|ids| ids.contains(&period.fleet_id))
        && request.instance_ids.as_ref().is_none_or(|ids| ids.contains(&period.instance_id))
        && request.pools.includes(period.zone_id.as_str(), period.instance_type.as_str())
        && request.tags.iter().all(|(key, value)| tags.get(key) == Some(value))
}

/// The span of a bill, with the prices that it needed so far.
struct Bill<'w, 'a, 'b> {
    world: &'b World<'w, 'a>,
    from: Time,
    to: Time,
    prices: BTreeMap<(PoolKey, Billing), PriceSteps>,
    sums: Sums,
}

impl Bill<'_, '_, '_> {
    /// Adds what a period costs within the span; a period outside of it leaves no line.
    fn charge(&mut self, period: &UsagePeriod, tags: Tags) {
        let (begin, end) = (period.begin.max(self.from), period.end.unwrap_or(self.to).min(self.to));
        let Some(pool) = PoolKey::named(period.zone_id.as_str(), period.instance_type.as_str()) else { return };
        if end <= begin {
            return;
        }
        let (world, from, to) = (self.world, self.from, self.to);
        let prices = self.prices.entry((pool, period.billing)).or_insert_with(|| {
            PriceSteps::new(&world.pool(pool), period.billing, world.market.change_times(), from, to)
        });
        let amount = Amount::of(period.billing, prices.price_seconds(begin, end), end.since(begin).seconds());
        self.sums.add(period, tags, &amount);
    }

    fn into_costs(self, usage: &Usage) -> Costs {
        self.sums.into_costs(self.world.now, self.from, self.to, usage)
    }
}

/// Prices times seconds, which are divided once when all are added up.
#[derive(Clone, Copy, Default)]
struct Amount {
    pay_as_you_go: Decimal,
    spot: Decimal,
    seconds: i64,
}

impl Amount {
    fn of(billing: Billing, price_seconds: Decimal, seconds: i64) -> Self {
        match billing {
            Billing::PayAsYouGo => Self { pay_as_you_go: price_seconds, spot: Decimal::ZERO, seconds },
            Billing::Spot => Self { pay_as_you_go: Decimal::ZERO, spot: price_seconds, seconds },
        }
    }

    fn add(&mut self, other: &Self) {
        self.pay_as_you_go += other.pay_as_you_go;
        self.spot += other.spot;
        self.seconds += other.seconds;
    }

    fn subtract(&mut self, other: &Self) {
        self.pay_as_you_go -= other.pay_as_you_go;
        self.spot -= other.spot;
        self.seconds -= other.seconds;
    }

    fn cost(&self) -> Cost {
        Cost {
            total: per_hour(self.pay_as_you_go + self.spot),
            pay_as_you_go: per_hour(self.pay_as_you_go),
            spot: per_hour(self.spot),
            instance_hours: per_hour(Decimal::from(self.seconds)),
        }
    }
}

/// Seconds become hours; a quotient that no decimal can hold is rounded to 20 places.
fn per_hour(sum: Decimal) -> Decimal {
    (sum / Decimal::from(3_600)).round_dp(20).normalize()
}

#[derive(Default)]
struct Sums {
    total: Amount,
    /// In the order of the first charge.
    fleets: Vec<(FleetCost, Amount)>,
    fleet_indexes: BTreeMap<String, usize>,
    instances: Vec<(InstanceCost, Amount)>,
    instance_indexes: BTreeMap<InstanceId, usize>,
    pools: BTreeMap<(ZoneId, InstanceTypeName), Amount>,
    tags: BTreeMap<(String, String), Amount>,
}

impl Sums {
    fn add(&mut self, period: &UsagePeriod, tags: Tags, amount: &Amount) {
        self.total.add(amount);
        let of_pool = self.pools.entry((period.zone_id.clone(), period.instance_type.clone()));
        of_pool.or_default().add(amount);
        for (key, value) in &tags {
            self.tags.entry((key.clone(), value.clone())).or_default().add(amount);
        }
        let fleets = &mut self.fleets;
        let fleet = *self.fleet_indexes.entry(period.fleet_id.clone()).or_insert_with(|| {
            let (region_id, id) = (period.region.clone(), period.fleet_id.clone());
            let line = FleetCost { region_id, id, kind: String::new(), name: None, cost: Cost::default() };
            fleets.push((line, Amount::default()));
            fleets.len() - 1
        });
        fleets[fleet].1.add(amount);
        let instances = &mut self.instances;
        let instance = *self.instance_indexes.entry(period.instance_id.clone()).or_insert_with(|| {
            instances.push((line_of(period, tags), Amount::default()));
            instances.len() - 1
        });
        let (line, sum) = &mut instances[instance];
        (line.zone_id, line.instance_type) = (period.zone_id.clone(), period.instance_type.clone());
        line.end_time = period.end;
        sum.add(amount);
    }

    fn into_costs(self, clock: Time, from: Time, to: Time, usage: &Usage) -> Costs {
        let fleets = self.fleets.into_iter().map(|(line, amount)| FleetCost {
            kind: usage.kind_of(&line.id).to_owned(),
            name: usage.fleets.get(&line.id).and_then(|fleet| fleet.name.clone()),
            cost: amount.cost(),
            ..line
        });
        let instances = self.instances.into_iter().map(|(line, amount)| InstanceCost {
            fleet_kind: usage.kind_of(&line.fleet_id).to_owned(),
            cost: amount.cost(),
            ..line
        });
        let pools = self.pools.into_iter().map(|((zone_id, instance_type), amount)| PoolCost {
            zone_id,
            instance_type,
            cost: amount.cost(),
        });
        let tags = lines_by_tag(&self.tags, &self.total);
        Costs {
            clock,
            from,
            to,
            total: self.total.cost(),
            fleets: fleets.collect(),
            instances: instances.collect(),
            pools: pools.collect(),
            tags,
        }
    }
}

/// The values of each key, and what is left of the total for instances without that key.
fn lines_by_tag(tags: &BTreeMap<(String, String), Amount>, total: &Amount) -> Vec<TagCost> {
    let mut lines = Vec::new();
    let keys: BTreeSet<&String> = tags.keys().map(|(key, _)| key).into_set();
    for key in keys {
        let mut untagged = *total;
        for ((_, value), amount) in tags.iter().filter(|((of, _), _)| of == key) {
            untagged.subtract(amount);
            lines.push(TagCost { key: key.clone(), value: Some(value.clone()), cost: amount.cost() });
        }
        if untagged.seconds > 0 {
            lines.push(TagCost { key: key.clone(), value: None, cost: untagged.cost() });
        }
    }
    lines
}

fn line_of(period: &UsagePeriod, tags: Tags) -> InstanceCost {
    InstanceCost {
        region_id: period.region.clone(),
        id: period.instance_id.clone(),
        fleet_id: period.fleet_id.clone(),
        fleet_kind: String::new(),
        zone_id: period.zone_id.clone(),
        instance_type: period.instance_type.clone(),
        launch_time: period.begin,
        end_time: period.end,
        tags,
        cost: Cost::default(),
    }
}
