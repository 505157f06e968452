//! `world metrics`: the world in the text format of `OpenMetrics`, which Prometheus and its exporters read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::ArgMatches;

use super::output::{Failure, Output};
use super::world_handle::WorldHandle;
use crate::base::Decimal;
use crate::base::money::shortest;
use crate::cloud::model::{DescribeWorldRequest, FleetOverview, PoolOverview, PoolSide, WorldOverview};

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    if matches.get_flag("json") {
        return Err(Failure::new("`world metrics` prints OpenMetrics only; `world show --json` prints JSON"));
    }
    let mut overview = world.cloud.describe_world(&DescribeWorldRequest::default())?;
    if !matches.get_flag("all") {
        overview.pools.retain(|pool| pool.pay_as_you_go.in_use + pool.spot.in_use > 0);
    }
    output.print(&open_metrics(&overview, &world.name));
    Ok(())
}

/// Every sample has the label `world`, so that those of several worlds can be scraped together.
fn open_metrics(overview: &WorldOverview, world: &str) -> String {
    let mut text = String::new();
    let labels = |pairs: &[(&str, &str)]| labels(&[&[("world", world)], pairs].concat());
    let clock = overview.clock.unix_seconds();
    family(&mut text, "simcloud_clock_seconds", "seconds", "The clock of the world.", [(labels(&[]), clock.into())]);
    for (name, unit, help, value) in FLEETS {
        let samples = overview.fleets.iter().filter_map(|fleet| Some((labels(&fleet_labels(fleet)), value(fleet)?)));
        family(&mut text, name, unit, help, samples);
    }
    for (name, help, value) in POOLS {
        let samples = overview.pools.iter().flat_map(|pool| pool_samples(pool, *value));
        let samples = samples.map(|(pairs, value)| (labels(&pairs), value));
        family(&mut text, name, "", help, samples);
    }
    let mut kinds: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for resource in &overview.resources {
        *kinds.entry((resource.region_id.as_str(), &resource.kind)).or_default() += 1;
    }
    let samples = kinds
        .into_iter()
        .map(|((region, kind), count)| (labels(&[("region_id", region), ("kind", kind)]), Decimal::from(count)));
    family(
        &mut text,
        "simcloud_resources",
        "",
        "Objects that are not instances: VPCs, vSwitches, addresses, gateways, key pairs and others.",
        samples,
    );
    text.push_str("# EOF\n");
    text
}

/// Name, unit, explanation and value of a metric of fleets; `None` where a fleet has none.
type FleetMetric = (&'static str, &'static str, &'static str, fn(&FleetOverview) -> Option<Decimal>);

const FLEETS: &[FleetMetric] = &[
    ("simcloud_fleet_total_target_capacity", "", "Units that a fleet is to have.", |fleet| {
        Some(fleet.target_capacity.into())
    }),
    ("simcloud_fleet_fulfilled_capacity", "", "Units that a fleet has.", |fleet| Some(fleet.fulfilled_capacity)),
    ("simcloud_fleet_instances", "", "Running instances of a fleet.", |fleet| Some(fleet.instances.into())),
    ("simcloud_fleet_hourly_cost", "", "Price per hour of a fleet, as of the launch of each instance.", |fleet| {
        Some(fleet.hourly_cost)
    }),
    ("simcloud_fleet_made_at_seconds", "seconds", "When a fleet was made, in real time.", |fleet| {
        fleet.made_at.map(|made_at| made_at.unix_seconds().into())
    }),
];

/// Name, explanation and value of a metric of pools.
type PoolMetric = (&'static str, &'static str, fn(&PoolSide) -> Decimal);

const POOLS: &[PoolMetric] = &[
    ("simcloud_pool_supply", "Instances that a pool can have at once.", |side| side.supply.into()),
    ("simcloud_pool_in_use", "Instances of a pool that are in use.", |side| side.in_use.into()),
    ("simcloud_pool_hourly_price", "Price per hour of an instance of a pool.", |side| side.hourly_price),
];

/// Labels with their values.
type Labels<'a, const N: usize> = [(&'static str, &'a str); N];

fn fleet_labels(fleet: &FleetOverview) -> Labels<'_, 5> {
    let name = fleet.name.as_deref().unwrap_or_default();
    [
        ("region_id", fleet.region_id.as_str()),
        ("kind", &fleet.kind),
        ("id", &fleet.id),
        ("name", name),
        ("status", &fleet.status),
    ]
}

fn pool_samples(pool: &PoolOverview, value: fn(&PoolSide) -> Decimal) -> [(Labels<'_, 3>, Decimal); 2] {
    let sample = |billing, side| {
        let labels =
            [("zone_id", pool.zone_id.as_str()), ("instance_type", pool.instance_type.as_str()), ("billing", billing)];
        (labels, value(side))
    };
    [sample("pay_as_you_go", &pool.pay_as_you_go), sample("spot", &pool.spot)]
}

/// A gauge with its samples; nothing without any.
fn family(text: &mut String, name: &str, unit: &str, help: &str, samples: impl IntoIterator<Item = (String, Decimal)>) {
    let mut samples = samples.into_iter().peekable();
    if samples.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "# TYPE {name} gauge");
    if !unit.is_empty() {
        let _ = writeln!(text, "# UNIT {name} {unit}");
    }
    let _ = writeln!(text, "# HELP {name} {help}");
    for (labels, value) in samples {
        let _ = writeln!(text, "{name}{labels} {}", shortest(value));
    }
}

fn labels(pairs: &[(&str, &str)]) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let pairs = pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        assert_eq!(labels(&[("name", "a\"b\\c\nd")]), "{name=\"a\\\"b\\\\c\\nd\"}");
    }
}
