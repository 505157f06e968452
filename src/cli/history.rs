//! `world history`: prices and capacity over time, what it cost, and the activities.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::activities::{activities_json, activity_line};
use super::arguments;
use super::chart::chart;
use super::costs::with_figures;
use super::file::write;
use super::output::{Failure, Output};
use super::series::{most_units, spot_series};
use super::sparkline::{Extreme, MAX_LENGTH, Scale, sparkline};
use super::table::{Column, table};
use super::terminal::{Screen, screen};
use super::world_handle::WorldHandle;
use super::wrap::wrap;
use crate::base::collect::IntoOrdered;
use crate::base::json::number;
use crate::base::money::shortest;
use crate::base::{Decimal, RegionId, Time};
use crate::catalogue;
use crate::cloud::model::{
    Activity, DescribeWorldHistoryRequest, FleetHistory, PoolHistory, PoolPrice, ShortagePeriod, WorldHistory,
};

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let request = DescribeWorldHistoryRequest {
        pools: arguments::pools(matches),
        region_id: matches.get_one::<RegionId>("region").cloned(),
    };
    let history = world.cloud.describe_world_history(&request)?;
    if let Some(file) = matches.get_one::<PathBuf>("svg") {
        write(file, "chart", "history.svg", &chart(&history))?;
    }
    if matches.get_flag("json") {
        output.json(&as_json(&history, world));
    } else {
        output.print(&as_text(&history, world, screen()));
        if let Some(file) = matches.get_one::<PathBuf>("svg") {
            output.line(&format!("\nThe chart was written to {}", file.display()));
        }
    }
    Ok(())
}

fn as_text(history: &WorldHistory, world: &WorldHandle, screen: Option<Screen>) -> String {
    let mut text = world.heading(history.clock);
    if history.pools.is_empty() && history.activities.is_empty() {
        text.push_str(
            "\nThe world has no history yet. To see the prices of a pool, name it with --zone and --instance-type.\n",
        );
    }
    let width = screen.map(|screen| screen.columns);
    if !history.pools.is_empty() {
        text.push_str("\nSpot prices per hour\n");
        text.push_str(&pools(history, width));
    }
    if !history.fleets.is_empty() {
        text.push_str("\nUnits of fleets; a full block is the target\n");
        text.push_str(&fleets(history, width));
        let _ = writeln!(text, "{} in all", shortest(history.cost.total));
    }
    let shortages: String = history.fleets.iter().flat_map(shortage_lines).collect();
    if !shortages.is_empty() {
        text.push_str("\nShortages\n");
        text.push_str(&wrap(&shortages, width));
    }
    if !history.activities.is_empty() {
        let names: BTreeMap<&str, &str> =
            history.fleets.iter().filter_map(|fleet| Some((fleet.id.as_str(), fleet.name.as_deref()?))).into_map();
        text.push_str("\nActivities\n");
        let line = |activity: &Activity| activity_line(activity, names.get(activity.resource_id.as_str()).copied());
        text.extend(history.activities.iter().map(|activity| wrap(&line(activity), width)));
    }
    text
}

/// The heading of the lines of blocks, which are at least as long.
const SINCE_START: &str = "SINCE THE START";

/// Characters that a line of blocks may have beside the names and `others` characters.
fn spark_length<'n>(width: Option<usize>, names: impl Iterator<Item = &'n str>, others: usize) -> usize {
    let Some(width) = width else { return MAX_LENGTH };
    let longest = names.map(|name| name.chars().count()).max().unwrap_or(0);
    width.saturating_sub(longest + others).clamp(SINCE_START.len(), MAX_LENGTH)
}

fn pools(history: &WorldHistory, width: Option<usize>) -> String {
    let columns = [
        Column::Elastic("POOL"),
        Column::Text(SINCE_START),
        Column::Number("LOW"),
        Column::Number("HIGH"),
        Column::Number("NOW"),
    ];
    let names: Vec<String> =
        history.pools.iter().map(|pool| format!("{} {}", pool.zone_id, pool.instance_type)).collect();
    let length = spark_length(width, names.iter().map(String::as_str), 32);
    let row = |(pool, name): (&PoolHistory, &String)| {
        let series = spot_series(pool);
        let spots = || series.iter().map(|(_, price)| *price);
        let shown = |price: Option<Decimal>| price.map(shortest).unwrap_or_default();
        let blocks = Scale::of(&series)
            .map(|scale| sparkline(&series, (Time::START, history.clock), scale, Extreme::Highest, length))
            .unwrap_or_default();
        vec![name.clone(), blocks, shown(spots().min()), shown(spots().max()), shown(spots().next_back())]
    };
    table(&columns, &history.pools.iter().zip(&names).map(row).collect::<Vec<_>>(), width)
}

fn fleets(history: &WorldHistory, width: Option<usize>) -> String {
    let columns = [
        Column::Elastic("NAME"),
        Column::Text(SINCE_START),
        Column::Number("UNITS"),
        Column::Number("LOST"),
        Column::Number("COST"),
        Column::Id("ID"),
    ];
    let names = history.fleets.iter().map(|fleet| fleet.name.as_deref().unwrap_or_default());
    let length = spark_length(width, names, 48);
    let row = |fleet: &FleetHistory| {
        let scale = Scale { lowest: Decimal::ZERO, highest: most_units(fleet) };
        let units = fleet.units.last().map_or(Decimal::ZERO, |(_, units)| *units);
        let target = fleet.target_capacity.map_or_else(String::new, |target| format!("/{target}"));
        vec![
            fleet.name.clone().unwrap_or_default(),
            sparkline(&fleet.units, (Time::START, history.clock), scale, Extreme::Lowest, length),
            format!("{}{target}", shortest(units)),
            fleet.lost.iter().map(|(_, count)| u64::from(*count)).sum::<u64>().to_string(),
            shortest(fleet.cost.total.round_dp(4)),
            fleet.id.clone(),
        ]
    };
    table(&columns, &history.fleets.iter().map(row).collect::<Vec<_>>(), width)
}

fn shortage_lines(fleet: &FleetHistory) -> Vec<String> {
    let name = fleet.name.as_ref().map_or_else(|| fleet.id.clone(), |name| format!("{name} ({})", fleet.id));
    let line = |shortage: &ShortagePeriod| {
        let until = shortage.to.map_or_else(|| "now".to_owned(), |to| to.to_string());
        let (missing, target) = (shortest(shortage.missing), shortage.target);
        format!("{} to {until} {name}: up to {missing} of {target} units were missing\n", shortage.from)
    };
    fleet.shortages().iter().map(line).collect()
}

fn as_json(history: &WorldHistory, world: &WorldHandle) -> Value {
    let price = |price: &PoolPrice| {
        json!({
            "time": price.time.to_string(),
            "pay_as_you_go": { "hourly_price": number(price.pay_as_you_go) },
            "spot": { "hourly_price": number(price.spot) },
        })
    };
    let pool = |pool: &PoolHistory| {
        json!({
            "region_id": catalogue::zone(pool.zone_id.as_str()).map(|zone| zone.region.id),
            "zone_id": pool.zone_id,
            "instance_type": pool.instance_type,
            "prices": pool.prices.iter().map(price).collect::<Value>(),
        })
    };
    let reply = json!({
        "world": world.name,
        "exists": world.exists,
        "start": Time::START.to_string(),
        "clock": history.clock.to_string(),
        "scenario": world.scenario_json(),
        "pools": history.pools.iter().map(pool).collect::<Value>(),
        "fleets": history.fleets.iter().map(fleet_json).collect::<Value>(),
        "activities": activities_json(&history.activities),
    });
    with_figures(reply, &history.cost)
}

fn fleet_json(fleet: &FleetHistory) -> Value {
    let counts = |steps: &[(Time, u32)], name: &str| -> Value {
        steps.iter().map(|(time, count)| json!({ "time": time.to_string(), name: count })).collect()
    };
    let units = fleet
        .units
        .iter()
        .map(|(time, units)| json!({ "time": time.to_string(), "fulfilled_capacity": number(*units) }));
    let shortage = |shortage: &ShortagePeriod| {
        json!({
            "from": shortage.from.to_string(),
            "to": shortage.to.map(|to| to.to_string()),
            "missing_capacity": number(shortage.missing),
            "total_target_capacity": shortage.target,
        })
    };
    let named = json!({
        "id": fleet.id,
        "kind": fleet.kind,
        "name": fleet.name,
        "total_target_capacity": fleet.target_capacity,
        "total_target_capacity_over_time": counts(&fleet.targets, "total_target_capacity"),
        "instance_count_over_time": counts(&fleet.instances, "instance_count"),
        "fulfilled_capacity_over_time": units.collect::<Value>(),
        "losses": counts(&fleet.lost, "amount"),
        "later_launches": counts(&fleet.replaced, "amount"),
        "shortages": fleet.shortages().iter().map(shortage).collect::<Value>(),
    });
    with_figures(named, &fleet.cost)
}
