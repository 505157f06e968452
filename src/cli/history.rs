//! `world history`: prices and running instances over time, and the activities.

use std::path::PathBuf;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::activities::{activities_json, activity_line};
use super::arguments;
use super::chart::chart;
use super::output::{Failure, Output};
use super::series::{instance_series, spot_series};
use super::sparkline::sparkline;
use super::table::{Column, table};
use super::world_handle::WorldHandle;
use crate::base::json::number;
use crate::base::money::shortest;
use crate::base::{Decimal, RegionId, Time};
use crate::cloud::is_database_file;
use crate::cloud::model::{DescribeWorldHistoryRequest, FleetHistory, PoolHistory, PoolPrice, WorldHistory};

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let request = DescribeWorldHistoryRequest {
        pools: arguments::pools(matches),
        region_id: matches.get_one::<RegionId>("region").cloned(),
    };
    let history = world.cloud.describe_world_history(&request)?;
    if let Some(file) = matches.get_one::<PathBuf>("svg") {
        if is_database_file(file) {
            return Err(Failure::new(format!("{} is a world; name another file for the chart", file.display())));
        }
        std::fs::write(file, chart(&history))
            .map_err(|error| Failure::new(format!("{} cannot be written: {error}", file.display())))?;
    }
    if matches.get_flag("json") {
        output.json(&as_json(&history, world));
    } else {
        output.print(&as_text(&history, world));
        if let Some(file) = matches.get_one::<PathBuf>("svg") {
            output.line(&format!("\nThe chart was written to {}", file.display()));
        }
    }
    Ok(())
}

fn as_text(history: &WorldHistory, world: &WorldHandle) -> String {
    let mut text = world.heading(history.clock);
    if history.pools.is_empty() && history.activities.is_empty() {
        text.push_str(
            "\nThe world has no history yet. To see the prices of a pool, name it with --zone and --instance-type.\n",
        );
    }
    let spark = |series: &[(Time, Decimal)]| sparkline(series, Time::START, history.clock);
    if !history.pools.is_empty() {
        text.push_str("\nSpot prices per hour\n");
        let columns = [
            Column::Elastic("POOL"),
            Column::Text("SINCE THE START"),
            Column::Number("LOW"),
            Column::Number("HIGH"),
            Column::Number("NOW"),
        ];
        let row = |pool: &PoolHistory| {
            let spots = || pool.prices.iter().map(|price| price.spot);
            let shown = |price: Option<Decimal>| price.map(shortest).unwrap_or_default();
            vec![
                format!("{} {}", pool.zone_id, pool.instance_type),
                spark(&spot_series(pool)),
                shown(spots().min()),
                shown(spots().max()),
                shown(spots().next_back()),
            ]
        };
        text.push_str(&table(&columns, &history.pools.iter().map(row).collect::<Vec<_>>()));
    }
    if !history.fleets.is_empty() {
        text.push_str("\nRunning instances\n");
        let columns =
            [Column::Elastic("NAME"), Column::Text("SINCE THE START"), Column::Number("MOST"), Column::Number("NOW")];
        let row = |owner: &FleetHistory| {
            let counts = || owner.instances.iter().map(|(_, count)| *count);
            vec![
                owner.name.clone().unwrap_or_else(|| owner.id.clone()),
                spark(&instance_series(owner)),
                counts().max().unwrap_or(0).to_string(),
                counts().next_back().unwrap_or(0).to_string(),
            ]
        };
        text.push_str(&table(&columns, &history.fleets.iter().map(row).collect::<Vec<_>>()));
    }
    if !history.activities.is_empty() {
        text.push_str("\nActivities\n");
        text.extend(history.activities.iter().map(activity_line));
    }
    text
}

fn as_json(history: &WorldHistory, world: &WorldHandle) -> Value {
    let price = |price: &PoolPrice| {
        json!({
            "time": price.time.to_string(),
            "pay_as_you_go": number(price.pay_as_you_go),
            "spot": number(price.spot),
        })
    };
    let pool = |pool: &PoolHistory| {
        json!({
            "zone_id": pool.zone_id,
            "instance_type": pool.instance_type,
            "prices": pool.prices.iter().map(price).collect::<Value>(),
        })
    };
    let owner = |owner: &FleetHistory| {
        let entry = |(time, count): &(Time, u32)| json!({ "time": time.to_string(), "instances": count });
        json!({
            "id": owner.id,
            "name": owner.name,
            "target_capacity": owner.target_capacity,
            "instances": owner.instances.iter().map(entry).collect::<Value>(),
        })
    };
    json!({
        "world": world.name,
        "exists": world.exists,
        "start": Time::START.to_string(),
        "clock": history.clock.to_string(),
        "pools": history.pools.iter().map(pool).collect::<Value>(),
        "owners": history.fleets.iter().map(owner).collect::<Value>(),
        "activities": activities_json(&history.activities),
    })
}
