//! `world history`: prices and living instances over time, and what happened.

use std::path::PathBuf;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::arguments;
use super::chart::chart;
use super::json::{activities, number};
use super::output::{Failure, Output};
use super::sparkline::sparkline;
use super::table::{Column, table};
use super::world::Opened;
use crate::base::money::shortest;
use crate::base::{Decimal, RegionId, Time};
use crate::cloud::model::{Activity, DescribeWorldHistoryRequest, OwnerHistory, PoolHistory, PoolPrice, WorldHistory};

pub(super) fn run(matches: &ArgMatches, opened: &Opened, output: &mut Output) -> Result<(), Failure> {
    let request = DescribeWorldHistoryRequest {
        pools: arguments::pools(matches),
        region_id: matches.get_one::<RegionId>("region").cloned(),
    };
    let history = opened.cloud.describe_world_history(&request)?;
    if let Some(file) = matches.get_one::<PathBuf>("svg") {
        std::fs::write(file, chart(&history))
            .map_err(|error| Failure::new(format!("{} cannot be written: {error}", file.display())))?;
    }
    if matches.get_flag("json") {
        output.json(&as_json(&history, opened));
    } else {
        output.print(&as_text(&history, opened));
        if let Some(file) = matches.get_one::<PathBuf>("svg") {
            output.line(&format!("\nThe chart is in {}", file.display()));
        }
    }
    Ok(())
}

/// What a pool's spot instances cost, from moment to moment.
pub(super) fn spot_series(pool: &PoolHistory) -> Vec<(Time, Decimal)> {
    pool.prices.iter().map(|price| (price.time, price.spot)).collect()
}

/// How many instances an owner had, from moment to moment.
pub(super) fn instance_series(owner: &OwnerHistory) -> Vec<(Time, Decimal)> {
    owner.instances.iter().map(|(time, count)| (*time, Decimal::from(*count))).collect()
}

fn as_text(history: &WorldHistory, opened: &Opened) -> String {
    let mut text = opened.heading(history.clock);
    if history.pools.is_empty() && history.activities.is_empty() {
        text.push_str("\nNothing has happened here. --zone and --instance-type name a pool to see its prices.\n");
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
    if !history.owners.is_empty() {
        text.push_str("\nLiving instances\n");
        let columns =
            [Column::Elastic("OF"), Column::Text("SINCE THE START"), Column::Number("MOST"), Column::Number("NOW")];
        let row = |owner: &OwnerHistory| {
            let counts = || owner.instances.iter().map(|(_, count)| *count);
            vec![
                owner.name.clone().unwrap_or_else(|| owner.id.clone()),
                spark(&instance_series(owner)),
                counts().max().unwrap_or(0).to_string(),
                counts().next_back().unwrap_or(0).to_string(),
            ]
        };
        text.push_str(&table(&columns, &history.owners.iter().map(row).collect::<Vec<_>>()));
    }
    if !history.activities.is_empty() {
        text.push_str("\nWhat happened\n");
        text.extend(history.activities.iter().map(activity_line));
    }
    text
}

/// One activity and the end of its line.
pub(super) fn activity_line(activity: &Activity) -> String {
    let Activity { time, kind, owner, detail, .. } = activity;
    format!("{time} {kind} {owner}: {detail}\n")
}

fn as_json(history: &WorldHistory, opened: &Opened) -> Value {
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
    let owner = |owner: &OwnerHistory| {
        let entry = |(time, count): &(Time, u32)| json!({ "time": time.to_string(), "instances": count });
        json!({
            "id": owner.id,
            "name": owner.name,
            "target_capacity": owner.target_capacity,
            "instances": owner.instances.iter().map(entry).collect::<Value>(),
        })
    };
    json!({
        "world": opened.name,
        "exists": opened.exists,
        "start": Time::START.to_string(),
        "clock": history.clock.to_string(),
        "pools": history.pools.iter().map(pool).collect::<Value>(),
        "owners": history.owners.iter().map(owner).collect::<Value>(),
        "activities": activities(&history.activities),
    })
}
